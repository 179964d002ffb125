"""A browser and the checkers for the tests: ``python -m tests.browser_setup``, and what the tests themselves call.

A Chromium or Chrome that is there comes first, then Debian's package, then Playwright's own download, which fails behind a closed
network and so is never tried first. npm's packages go into a cache folder, checked by the sha512 that the registry names.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: Version and integrity of each package from npm; a new version is a deliberate change here.
PACKAGES = {
    "axe-core": ("4.14.1", "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="),
    "blns": ("2.0.4", "ZEZZD8DvGJhTw9oE3uLjyThFDMRQbcH011YySUK+kAcueHvaUDRfWKp7QJrQblat8WzcegWwVFuNd+XZ49LROQ=="),
}
#: The last version that runs on Node 20.
HTML_VALIDATE = "9.0.0"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nutgraf-tests"


class Unavailable(Exception):
    """It cannot be had on this machine; the message says why."""


@contextmanager
def _alone() -> Iterator[None]:
    """Tests run beside each other; one of them fetches, the others wait for it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / "lock"):
        yield


def _run(*command: str, timeout: int = 600) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


@cache
@_alone()
def chromium() -> str:
    """Path of a Chromium.

    Raises:
        Unavailable: With what was tried.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    tried = []
    if shutil.which("apt-get") and os.geteuid() == 0:
        _run("apt-get", "update", "-qq")
        done = _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")
        if done.returncode == 0 and (found := shutil.which("chromium")):
            return found
        tried.append("apt-get install chromium: " + (done.stderr.strip().splitlines() or ["failed"])[-1])
    done = _run(sys.executable, "-m", "playwright", "install", "chromium")
    if done.returncode == 0:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            return playwright.chromium.executable_path
    tried.append("playwright install chromium failed")
    raise Unavailable("no browser to be had: no Chromium or Chrome on the path; " + "; ".join(tried))


@cache
@_alone()
def npm_file(package: str, name: str) -> Path:
    """A file of a package from npm, fetched once with ``npm pack`` and kept.

    Raises:
        Unavailable: When npm is not there or does not get it.
    """
    version, expected = PACKAGES[package]
    folder = CACHE / f"{package}-{version}"
    path = folder / "package" / name
    if path.is_file():
        return path
    if not shutil.which("npm"):
        raise Unavailable("npm is not on the path")
    folder.mkdir(parents=True, exist_ok=True)
    done = _run("npm", "pack", f"{package}@{version}", "--pack-destination", str(folder), "--silent")
    archive = folder / f"{package}-{version}.tgz"
    if done.returncode != 0 or not archive.is_file():
        raise Unavailable(f"npm pack {package}@{version} failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    got = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if got != expected:
        archive.unlink()
        raise Unavailable(f"{package}@{version} is not the file it should be (sha512 {got[:16]}…)")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return path


@cache
@_alone()
def html_validate() -> str:
    """The command of html-validate, installed once into the cache folder without running any script of a package.

    Raises:
        Unavailable: When npm is not there or does not get it.
    """
    folder = CACHE / f"html-validate-{HTML_VALIDATE}"
    command = folder / "node_modules" / ".bin" / "html-validate"
    if not command.exists():
        if not shutil.which("npm"):
            raise Unavailable("npm is not on the path")
        folder.mkdir(parents=True, exist_ok=True)
        done = _run("npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--silent",
                    f"html-validate@{HTML_VALIDATE}")  # fmt: skip
        if done.returncode != 0 or not command.exists():
            raise Unavailable(f"npm install html-validate failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    return str(command)


@contextmanager
def browser() -> Any:
    """A running browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        try:
            yield running
        finally:
            running.close()


if __name__ == "__main__":
    sys.stdout.write(f"{chromium()}\n{npm_file('axe-core', 'axe.min.js')}\n{npm_file('blns', 'resources/blns.json')}\n")
