"""Writing a folder once and for all: every file fsynced, the folder renamed to a name that never existed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nutgraf.errors import PublishError

MANIFEST = "manifest.json"


def sha256(data: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(data).hexdigest()


def as_bytes(content: str | bytes) -> bytes:
    """What a file holds; text is UTF-8."""
    return content if isinstance(content, bytes) else content.encode()


def manifest_of(files: Mapping[str, str | bytes], about: Mapping[str, Any]) -> str:
    """The manifest: what the version is, and the sha256 of each of its other files."""
    hashes = {name: sha256(as_bytes(content)) for name, content in sorted(files.items())}
    return json.dumps({**about, "files": hashes}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, content: str | bytes) -> None:
    """Write a file so that it is whole or absent, even after a power cut; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    with partial.open("wb") as file:
        file.write(as_bytes(content))
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def write_changed(path: Path, content: str | bytes) -> bool:
    """Write a file unless it already holds this; returns whether it was written."""
    if path.is_file() and path.read_bytes() == as_bytes(content):
        return False
    write(path, content)
    return True


def write_once(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a partial folder beside `folder`, fsynced; `settle` gives it its name.

    Returns:
        The partial folder.
    """
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    for name, content in files.items():
        write(partial / name, content)
    for inner in {partial, *(path for path in partial.rglob("*") if path.is_dir())}:
        _sync(inner)
    return partial


def settle(partial: Path, folder: Path) -> None:
    """Give a written folder its name, once.

    Raises:
        PublishError: When the name is taken: a published version is never written over.
    """
    if folder.exists():
        raise PublishError(f"{folder.name} exists already", where=str(folder.parent.name), not_done="it was not touched")
    partial.rename(folder)
    _sync(folder.parent)


def refresh(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Bring the copies of the latest version up to date; the manifest goes last, so that a half-done copy is seen and done again.

    Only files that an earlier manifest names are taken away.
    """
    old = folder / MANIFEST
    before = set(json.loads(old.read_text(encoding="utf-8"))["files"]) if old.is_file() else set()
    for name, content in files.items():
        if name != MANIFEST:
            write_changed(folder / name, content)
    for name in sorted(before - set(files)):
        (folder / name).unlink(missing_ok=True)
    write_changed(old, files[MANIFEST])
    _sync(folder)
