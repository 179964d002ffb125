"""What a disk does to a program: it is full, fails, or may not be written to; lines that a crash cut short, and notes that may be lost."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nutgraf.errors import DiskError

#: How a file is called until it is whole.
HALF = ".part"


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let a failure of the disk name the file: what fails at a write or an fsync does not know it."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = os.fspath(path)
        raise


_FULL = "make room on the disk and run again"
_DISK = {
    errno.ENOSPC: ("the disk is full", _FULL),
    errno.EDQUOT: ("the disk quota is used up", _FULL),
    errno.EIO: ("the disk does not read or write (input/output error)", "look at the disk or the network drive, then run again"),
    errno.EROFS: ("the disk or folder is read-only", "make it writable and run again"),
    errno.EACCES: ("no permission", "give this user the right to read and write there, and run again"),
    errno.EPERM: ("no permission", "give this user the right to read and write there, and run again"),
}
#: SQLite says the same of a full disk, a broken one and a missing permission where it opens or maps a file.
_UNSURE = ("SQLite cannot read or write it", "check the permissions of data/processed and the space on its disk, and run again")
_SQLITE = (
    ("SQLITE_FULL", _DISK[errno.ENOSPC]), ("SQLITE_READONLY", _DISK[errno.EROFS]), ("SQLITE_IOERR", _UNSURE), ("SQLITE_CANTOPEN", _UNSURE),
)  # fmt: skip


def of_disk(error: BaseException, root: Path, not_done: str, where: str | None = None) -> DiskError | None:
    """A failure of the disk in words, whoever met it: Python, SQLite, or the library of tables, which puts the number into its text.

    Args:
        error: What was raised.
        root: The desk's folder, so that no path of this machine is told.
        not_done: What was left undone, for the reader of the message.
        where: The place as the desk calls it; without it the one that the error names.

    Returns:
        None when it is no failure of the disk.
    """
    number, path = getattr(error, "errno", None), where or getattr(error, "filename", None)
    named = getattr(error, "sqlite_errorname", None)
    if named is not None:
        told, path = next((words for name, words in _SQLITE if named.startswith(name)), None), "data/processed/ledger.sqlite"
        return DiskError(told[0], where=path, mend=told[1], not_done=not_done) if told else None
    if number is None and (found := re.search(r"\(os error (\d+)\)|\[Errno (\d+)\]", str(error))):
        number = int(found[1] or found[2])
    if number not in _DISK:
        return None
    what, mend = _DISK[number]
    place = Path(os.fsdecode(path)) if isinstance(path, str | bytes | Path) else None
    if place is not None and place.is_absolute():
        place = place.relative_to(root) if place.is_relative_to(root) else Path(place.name)
    return DiskError(what, where=place.as_posix() if place else None, mend=mend, not_done=not_done)


def remove(folder: Path) -> None:
    """Take a folder away if there is one, before something else gets its name; a disk that keeps it is an error here and not later."""
    if folder.is_dir():
        shutil.rmtree(folder)


def append_lines(path: Path, lines: str) -> None:
    """Add lines to a file, fsynced; a last line that a crash cut short gets its end first, so that it spoils no other."""
    with naming(path), path.open("a+b") as file:
        if file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            lines = lines if file.read(1) == b"\n" else "\n" + lines
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())


def append_json_lines(path: Path, lines: str) -> None:
    """Add lines to a file of JSON lines, fsynced; a last line that a crash cut short, which is no JSON, is taken away first.

    Nobody could read it, and with others after it, it would be a bad line among good ones.
    """
    with naming(path):
        whole, end, last = (path.read_bytes() if path.is_file() else b"").rpartition(b"\n")
        try:
            json.loads(last.decode("utf-8") or "0")
        except ValueError:
            os.truncate(path, len(whole) + len(end))
    append_lines(path, lines)


def read_note(path: Path) -> Any:
    """What a disposable note in JSON says; None for one that is lost or damaged, so that it is found out again."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place to write a disposable file to, which takes its own name when all is written; it need not outlive a power cut.

    What a kill leaves half written, `sweep` takes away.
    """
    partial = path.with_suffix(HALF)
    yield partial
    os.replace(partial, path)


def keep_note(path: Path, note: Any) -> None:
    """Write a disposable note, whole or not at all."""
    with whole(path) as partial:
        partial.write_text(json.dumps(note), encoding="utf-8")


def sweep(folder: Path) -> None:
    """Take away what killed commands left half written in a folder. Call under the desk's lock."""
    for half in folder.glob(f"*{HALF}"):
        with naming(half):
            half.unlink()


@contextmanager
def quiet_panics() -> Iterator[None]:
    """Keep what Rust's threads print of their own failure off standard error when it ends in an exception here, which says it better.

    What is printed without an exception is passed on.
    """
    if not hasattr(os, "memfd_create"):
        yield
        return
    kept, held = os.dup(2), os.memfd_create("stderr")
    os.dup2(held, 2)
    try:
        yield
    except BaseException:
        os.dup2(kept, 2)
        raise
    else:
        os.dup2(kept, 2)
        size = os.lseek(held, 0, os.SEEK_CUR)
        if size:
            os.write(2, os.pread(held, size, 0))
    finally:
        os.close(held)
        os.close(kept)
