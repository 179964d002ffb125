"""Errors that say what went wrong, where, how to mend it, and what was not done."""

from __future__ import annotations


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
