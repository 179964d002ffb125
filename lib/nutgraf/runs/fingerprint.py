"""Proof that nothing moved since the last good run, in milliseconds and without opening a table.

An equal fingerprint proves "nothing new". A different one proves nothing: then the freshness keys decide.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import nutgraf


def fingerprint(root: Path) -> str:
    """Hash over names, sizes and times of everything a run reads or writes, and the contents of the small files.

    Args:
        root: The desk's folder.
    """
    total = hashlib.sha256()
    settings = (root / "nutgraf.toml").read_bytes()
    total.update(settings)
    for source in tomllib.loads(settings.decode("utf-8")).get("sources", []):
        for line in _listing(root / source["path"]):
            total.update(line)
    for folder in ("notebooks", "data/decisions", "site", "staged"):
        for line in _listing(root / folder):
            total.update(line)
    for line in _listing(Path(nutgraf.__file__).parent):
        total.update(line)
    for log in sorted((root / "data" / "processed").glob("*/_delta_log")):
        total.update(f"{log.parent.name}={sorted(entry.name for entry in log.iterdir())[-1:]}".encode())
    if _follows_clock(root):
        total.update(str(date.today()).encode())
    return total.hexdigest()


def _follows_clock(root: Path) -> bool:
    """Whether any edition counts back from today; said too often rather than too seldom."""
    for path in (root / "notebooks" / "editions").glob("*.yml"):
        text = path.read_text(encoding="utf-8", errors="replace")
        if "window" in text and "as_of" not in text:
            return True
    return False


def _listing(path: Path) -> Iterator[bytes]:
    if path.is_file():
        yield _entry(path)
        return
    stack = [path] if path.is_dir() else []
    while stack:
        with os.scandir(stack.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in ("__pycache__", ".ipynb_checkpoints"):
                        stack.append(Path(entry.path))
                else:
                    yield _entry(Path(entry.path))


def _entry(path: Path) -> bytes:
    about = path.stat()
    return f"{path}\0{about.st_size}\0{about.st_mtime_ns}\n".encode("utf-8", "surrogateescape")
