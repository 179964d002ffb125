"""Errors that say what went wrong, where, how to mend it, and what was not done."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NutgrafError(Exception):
    """A failure a person can act on, printed as one line.

    Args:
        what: What went wrong, as a sentence without its full stop.
        where: The file, edition, article or cell it concerns.
        mend: What the person can do about it.
        not_done: What was left undone, so that nobody has to guess the state of the desk.
    """

    exit_code = 1

    def __init__(
        self, what: str, *, where: str | None = None, mend: str | None = None, not_done: str | None = None
    ) -> None:
        self.what, self.where, self.mend, self.not_done = what, where, mend, not_done
        super().__init__(what)

    def __str__(self) -> str:
        first = f"{self.where}: {self.what}" if self.where else self.what
        rest = [part[0].upper() + part[1:] for part in (self.mend, self.not_done) if part]
        line = " ".join(part if part.endswith("?") else part.rstrip(".") + "." for part in (first, *rest))
        return in_one_line(line)


def in_one_line(text: str) -> str:
    """Text without line breaks and control characters: a file name may hold both, and a log reader counts on lines."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text).split())


class UsageError(NutgrafError):
    """The command was called wrongly: a missing path, an unknown edition, a mistyped parameter."""

    exit_code = 2


class DeskError(UsageError):
    """The folder is no desk, or its settings cannot be read."""


class InputError(NutgrafError):
    """A raw file cannot be read as articles; the rest of the run goes on without it."""


class MeasureError(NutgrafError):
    """A measure cannot be built, or was asked for without being declared or computed."""


class ResourceError(NutgrafError):
    """A lexicon, codebook or model is missing, changed or malformed."""


class StoreError(NutgrafError):
    """A table cannot be read or written."""


class BusyError(NutgrafError):
    """Another process holds the desk. ``nutgraf run`` has a code of its own for it, so that a scheduler can tell."""

    RUN_EXIT_CODE = 30


class FindingError(NutgrafError):
    """A finding was asked to exist without what makes it one: a takeaway, its n, its source."""


class PublishError(NutgrafError):
    """A page cannot be published as it is."""


class DiskError(NutgrafError):
    """The disk is full, fails, or may not be written to."""


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
