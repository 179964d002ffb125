"""Why an address was not fetched: an error with a kind, in words that are the same each time, so that they can be counted."""

from __future__ import annotations

from nutgraf.errors import NutgrafError

#: What kinds of failures there are.
KINDS = (
    "refused",      # the address, or one that it leads to, may not be asked
    "robots",       # robots.txt forbids it, or could not be had
    "name",         # the host's name was not resolved
    "connection",   # no connection, or one that broke off
    "time",         # it took too long
    "status",       # the server answered with an error
    "size",         # larger than allowed, packed or unpacked
    "content",      # what came cannot be unpacked, or is cut short
    "redirect",     # redirects in a circle, too many, or to nowhere
    "waiting",      # not asked now: the server wants a pause, or it failed too often in this run
)  # fmt: skip


class NotFetched(NutgrafError):
    """An address was not fetched.

    Args:
        what: The reason, without the address and without anything that changes from try to try.
        kind: One of `KINDS`.
        where: The address.
        is_passing: Whether a second try in the same run may help.
        wait_s: How long the server asks to wait, in seconds.
        status: Of the answer, if there was one.
    """

    def __init__(
        self, what: str, kind: str, *, where: str | None = None, is_passing: bool = False, wait_s: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(what, where=where)
        self.kind, self.is_passing, self.wait_s, self.status = kind, is_passing, wait_s, status
