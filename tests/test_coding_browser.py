"""Coding in JupyterLab, in a real browser, by keyboard alone: what is pressed is on the disk, and JupyterLab's own keys stay asleep."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from nutgraf import codes
from nutgraf.desk import Desk

from tests.browser_setup import Unavailable, browser, npm_file
from tests.conftest import copied
from tests.test_browser import unavailable

pytestmark = pytest.mark.browser

WAIT_MS = 90_000
#: JupyterLab asks at first whether it may fetch news; nothing leaves this machine in a test.
#: Cells that are out of sight stay in the page, so that the test need not scroll for them.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}


@contextmanager
def lab(root: Path) -> Iterator[str]:
    """JupyterLab on a free port of this machine, in a desk's folder; gives its address with the token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    home = root.parent / "jupyter-home"
    for name, content in SETTINGS.items():
        path = home / "lab" / "user-settings" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    away = {
        "JUPYTER_CONFIG_DIR": str(home), "JUPYTERLAB_SETTINGS_DIR": str(home / "lab" / "user-settings"), "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"), "JUPYTER_RUNTIME_DIR": str(home / "runtime"), "NUTGRAF_DESK": str(root),
    }  # fmt: skip
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--allow-root",
        f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}",
    ]  # fmt: skip
    with (root.parent / "lab.log").open("wb") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **away}, cwd=root)
        try:
            address = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 60
            while True:
                try:
                    urllib.request.urlopen(f"{address}/api/status?token={token}", timeout=5).close()  # noqa: S310 - ours, on this machine
                    break
                except (urllib.error.URLError, OSError):
                    if running.poll() is not None or time.monotonic() > deadline:
                        pytest.fail("JupyterLab did not start: " + (root.parent / "lab.log").read_text(errors="replace")[-2000:])
                    time.sleep(0.3)
            yield f"{address}/lab/tree/notebooks/40-coding.ipynb?token={token}"
        finally:
            running.terminate()
            running.wait(20)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    try:
        with browser() as running:
            yield running
    except Unavailable as reason:
        unavailable(reason)


def named(root: Path, coder: str, codebook: str = "") -> None:
    """Write a coder's name, and the codebook, into the notebook's parameters."""
    path = root / "notebooks" / "40-coding.ipynb"
    text = path.read_text(encoding="utf-8")
    assert text.count('coder: str = \\"\\"') == 1
    text = text.replace('coder: str = \\"\\"', f'coder: str = \\"{coder}\\"').replace('codebook: str = \\"\\"', f'codebook: str = \\"{codebook}\\"')
    path.write_text(text, encoding="utf-8")


def run_all(page: Any) -> Any:
    """Run all cells, and wait for the widget."""
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=WAIT_MS)
    page.get_by_text("| Idle").wait_for(timeout=WAIT_MS)  # in the status bar: the kernel is there
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_selector(".nutgraf-coder", timeout=WAIT_MS, state="attached")
    widget = page.locator(".nutgraf-coder")
    widget.scroll_into_view_if_needed()
    return widget


def until(page: Any, text: str) -> None:
    page.locator(".nutgraf-coder .progress", has_text=text).wait_for(timeout=15_000)


def violations(page: Any) -> list[str]:
    """What axe finds in the widget; the page around it is JupyterLab's."""
    try:
        page.evaluate(npm_file("axe-core", "axe.min.js").read_text(encoding="utf-8"))
    except Unavailable as reason:
        unavailable(reason)
    found = page.evaluate("async () => (await axe.run('.nutgraf-coder', {resultTypes: ['violations']})).violations")
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def test_forty_texts_by_keyboard_in_jupyterlab(chrome: Any, finished: Desk, tmp_path: Path) -> None:
    desk = copied(finished.root, tmp_path / "desk")
    named(desk.root, "ada")
    with lab(desk.root) as address:
        page = chrome.new_page(viewport={"width": 1280, "height": 900})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address, timeout=WAIT_MS)
        widget = run_all(page)
        until(page, "Text 1 of 40")
        n_cells = page.locator(".jp-Notebook .jp-Cell").count()
        widget.focus()
        assert widget.get_attribute("aria-label") == "Coding"
        assert violations(page) == []
        page.keyboard.press("1")
        page.keyboard.press("4")
        page.keyboard.press("4")  # and away again
        assert [button.get_attribute("data-frame") for button in widget.locator("[aria-pressed=true]").all()] == ["conflict"]
        page.keyboard.press("Enter")
        until(page, "1 coded by ada")
        page.keyboard.press("n")
        until(page, "2 coded by ada")
        until(page, "Text 3 of 40")
        page.keyboard.press("u")
        until(page, "Text 2 of 40")
        page.keyboard.press("ArrowLeft")
        until(page, "Text 1 of 40")
        assert widget.locator("[aria-pressed=true]").count() == 1, "what was said of it is shown"
        page.keyboard.press("ArrowRight")
        until(page, "Text 2 of 40")
        for key in ("x", "a", "b", "d", "d", "y", "m", "0", "0", "Control+Shift+?"):  # JupyterLab would cut, add, delete, turn and restart cells
            page.keyboard.press(key)
        assert page.locator(".jp-Notebook .jp-Cell").count() == n_cells and page.locator(".jp-Dialog").count() == 0
        assert page.evaluate("document.activeElement.className") == "nutgraf-coder"
        seen = []
        for _ in range(12):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.textContent.slice(0, 12) + (document.activeElement.ariaLabel ?? '')"))
        assert any("Conflict" in one for one in seen) and any("Note" in one for one in seen), "Tab reaches frames and the note"
        widget.locator("input").fill("nobody is blamed")
        page.keyboard.press("Enter")
        until(page, "2 coded by ada")
        held = [code for code in codes.current(desk.codes) if code.coder == "ada"]
        assert sorted((sorted(code.frames), code.note) for code in held) == [([], "nobody is blamed"), (["conflict"], "")]
        assert len([code for code in codes.history(desk.codes) if code.coder == "ada"]) == 4, "what was taken back is a line too"
        assert not complaints
        # On another day: the page is opened anew, and the coder stands where they stopped.
        page.reload(timeout=WAIT_MS)
        run_all(page)
        until(page, "Text 3 of 40")
        until(page, "2 coded by ada")
        page.close()


def test_tone_towards_who_is_marked_by_one_key_each(chrome: Any, finished: Desk, tmp_path: Path) -> None:
    desk = copied(finished.root, tmp_path / "desk")
    named(desk.root, "ada", "target-tone")
    with lab(desk.root) as address:
        page = chrome.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address, timeout=WAIT_MS)
        widget = run_all(page)
        until(page, "Text 1 of 40")
        assert widget.locator(".text mark").count() == 1 and len(widget.locator(".text").inner_text()) > len(widget.locator(".text mark").inner_text())
        assert widget.get_by_role("button", name="None of them").count() == 0
        widget.focus()
        page.keyboard.press("n")
        page.keyboard.press("4")
        page.keyboard.press("Enter")
        widget.locator(".problem", has_text="exactly one of hostile, neutral, friendly").wait_for(timeout=15_000)
        page.keyboard.press("2")
        until(page, "1 coded by ada")
        until(page, "Text 2 of 40")
        widget.locator("input").fill("not meant so")
        page.keyboard.press("Escape")
        page.keyboard.press("3")
        until(page, "Text 3 of 40")
        page.keyboard.press("u")
        until(page, "Text 2 of 40")
        page.keyboard.down("1")
        until(page, "2 coded by ada")
        until(page, "Text 3 of 40")
        page.keyboard.down("1")  # still held down
        page.keyboard.up("1")
        page.keyboard.press("ArrowLeft")
        until(page, "this one among them")
        held = [code for code in codes.current(desk.codes, "target-tone") if code.coder == "ada"]
        assert sorted((sorted(code.frames), code.note) for code in held) == [(["hostile"], ""), (["neutral"], "")]
        assert all(code.unit.start is not None for code in held)
        assert len([code for code in codes.history(desk.codes) if code.coder == "ada"]) == 4
        page.close()
