"""Writing a folder once and for all: every file fsynced, the folder renamed to a name that never existed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from nutgraf.disk import naming, remove
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


def sync(folder: Path) -> None:
    """Make the names in a folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, content: str | bytes) -> None:
    """Write a file so that it is whole or absent, even after a power cut; its folder is made."""
    os.replace(_beside(path, content), path)


def _beside(path: Path, content: str | bytes) -> Path:
    """Write a file's content beside it, fsynced, so that only the name is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    try:
        with naming(path), partial.open("wb") as file:
            file.write(as_bytes(content))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):  # a disk that fails may keep it; `sweep` takes it away then
            partial.unlink(missing_ok=True)
        raise
    return partial


def write_changed(path: Path, content: str | bytes) -> bool:
    """Write a file unless it already holds this; returns whether it was written."""
    if _holds(path, content):
        return False
    write(path, content)
    return True


def _holds(path: Path, content: str | bytes) -> bool:
    return path.is_file() and path.read_bytes() == as_bytes(content)


def is_version(name: str) -> bool:
    """Whether a folder of an edition is that of a version, whole or half written."""
    return _VERSION.match(name) is not None


def sweep(folder: Path) -> list[Path]:
    """Take away what killed commands left half written directly in a folder.

    Returns:
        What was taken away.
    """
    halves = sorted(folder.glob(".*.part"))
    for half in halves:
        if half.is_dir():
            shutil.rmtree(half)
        else:
            half.unlink()
    return halves


def partial_of(folder: Path) -> Path:
    """The folder beside it in which it is written before it gets its name."""
    return folder.with_name(f".{folder.name}.part")


def write_once(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a partial folder beside `folder`, fsynced; `settle` gives it its name.

    Returns:
        The partial folder.
    """
    partial = partial_of(folder)
    remove(partial)
    for name, content in files.items():
        write(partial / name, content)
    for inner in {partial, *(path for path in partial.rglob("*") if path.is_dir())}:
        sync(inner)
    return partial


def settle(partial: Path, folder: Path) -> None:
    """Give a written folder its name, once.

    Raises:
        PublishError: When the name is taken: a published version is never written over.
    """
    if folder.exists():
        raise PublishError(f"{folder.name} exists already", where=str(folder.parent.name), not_done="it was not touched")
    partial.rename(folder)
    for above in (folder.parent, folder.parent.parent):
        sync(above)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest in a folder; None when there is none that can be read."""
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return held if isinstance(held, dict) and isinstance(held.get("files"), dict) else None


def refresh(folder: Path, files: Mapping[str, str | bytes], manifest: str, *, only_these: bool = False) -> None:
    """Bring the files of a folder up to date; the manifest goes last, so that half-done work is seen and done again.

    All files are written before the first gets its name: a disk that is full changes nothing, and a kill hardly ever falls between
    two names.

    Args:
        folder: The folder.
        files: What is to stand there; a file that already holds its content is not touched.
        manifest: The new manifest.
        only_these: Take away everything else but version folders. Otherwise only files that the old manifest names and the new one
            does not are taken away.
    """
    fresh = {name: content for name, content in {**files, MANIFEST: manifest}.items() if not _holds(folder / name, content)}
    written: dict[Path, Path] = {}
    try:
        for name, content in fresh.items():
            written[folder / name] = _beside(folder / name, content)
    except OSError:
        for partial in written.values():
            with suppress(OSError):
                partial.unlink(missing_ok=True)
        raise
    manifest_written = written.pop(folder / MANIFEST, None)
    for path, partial in sorted(written.items(), key=lambda one: one[0].suffix == ".html"):  # what pages link to comes before them
        os.replace(partial, path)
    kept = {*json.loads(manifest)["files"], MANIFEST, f".{MANIFEST}.part"}
    if only_these:
        there = {path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir()}
        gone = {path.as_posix() for path in there if not is_version(path.parts[0])} - kept
    else:
        gone = set((read_manifest(folder) or {"files": ()})["files"]) - kept
    for name in sorted(gone):
        (folder / name).unlink(missing_ok=True)
        inner = (folder / name).parent
        if inner != folder and inner.is_dir() and not any(inner.iterdir()):
            inner.rmdir()
    if manifest_written is not None:
        os.replace(manifest_written, folder / MANIFEST)
    for inner in {folder, *(path.parent for path in written)}:
        sync(inner)
