"""Writing a folder once and for all: every file fsynced, the folder renamed to a name that never existed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nutgraf.errors import PublishError

MANIFEST = "manifest.json"
_VERSION = re.compile(r"\.?v\d+(\.part)?$")


def sha256(data: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(data).hexdigest()


def as_bytes(content: str | bytes) -> bytes:
    """What a file holds; text is UTF-8."""
    return content if isinstance(content, bytes) else content.encode()


def digests(files: Mapping[str, str | bytes]) -> dict[str, str]:
    """The sha256 of each file, by name."""
    return {name: sha256(as_bytes(content)) for name, content in files.items()}


def manifest(hashes: Mapping[str, str], about: Mapping[str, Any]) -> str:
    """The manifest: what the version is, and the sha256 of each of its other files."""
    return json.dumps({**about, "files": dict(hashes)}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


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


def partial_of(folder: Path) -> Path:
    """The folder beside it in which it is written before it gets its name."""
    return folder.with_name(f".{folder.name}.part")


def write_once(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a partial folder beside `folder`, fsynced; `settle` gives it its name.

    Returns:
        The partial folder.
    """
    partial = partial_of(folder)
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


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest in a folder; None when there is none that can be read."""
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return held if isinstance(held, dict) and isinstance(held.get("files"), dict) else None


def refresh(folder: Path, files: Mapping[str, str | bytes], manifest: str, *, only_these: bool = False) -> None:
    """Bring the files of a folder up to date; the manifest goes last, so that half-done work is seen and done again.

    Args:
        folder: The folder.
        files: What is to stand there; a file that already holds its content is not touched.
        manifest: The new manifest.
        only_these: Take away everything else but version folders. Otherwise only files that the old manifest names and the new one
            does not are taken away.
    """
    for name, content in files.items():
        write_changed(folder / name, content)
    kept = {*json.loads(manifest)["files"], MANIFEST}
    if only_these:
        there = {path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir()}
        gone = {path.as_posix() for path in there if not _VERSION.match(path.parts[0])} - kept
    else:
        gone = set((read_manifest(folder) or {"files": ()})["files"]) - kept
    for name in sorted(gone):
        (folder / name).unlink(missing_ok=True)
        inner = (folder / name).parent
        if inner != folder and inner.is_dir() and not any(inner.iterdir()):
            inner.rmdir()
    write_changed(folder / MANIFEST, manifest)
    _sync(folder)
