"""Who wants to know which file inside a file is read next.

A reader of archives calls `begin` before each member. The process that reads apart listens, once an archive has ended one before it: so
it is known which member does it, and that one is passed over.
"""

from __future__ import annotations

from collections.abc import Callable

from nutgraf.errors import InputError

#: Told the key of a member; answers why it must be passed over, or None.
Watcher = Callable[[str], str | None]
_watchers: list[Watcher] = []


def watch(watcher: Watcher | None) -> None:
    """Have somebody told from now on; None for nobody."""
    _watchers[:] = [watcher] if watcher is not None else []


def begin(key: str) -> None:
    """Say that a file inside a file is read next.

    Raises:
        InputError: When it must be passed over, with the reason.
    """
    for watcher in _watchers:
        reason = watcher(key)
        if reason is not None:
            raise InputError(reason)
