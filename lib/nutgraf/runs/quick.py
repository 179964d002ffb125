"""The run that has nothing to do, decided before anything heavy is imported.

It takes the same lock as every other run, looks at the fingerprint, notes that it looked, and is done. Whatever is unusual (no
desk, no ledger, a busy lock, a damaged file) it leaves to the whole run, which says what is the matter.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


def nothing_new(root: str, editions: Sequence[str] = ()) -> bool:
    """Whether this desk is proved to be up to date; if so, the ledger holds that it was checked.

    Args:
        root: The desk's folder.
        editions: Slugs that were asked for; a name without an edition file is left to the whole run.

    Returns:
        True when there is nothing to do. False proves nothing.
    """
    path = os.path.join(root, "data", "processed", "ledger.sqlite")
    wanted = [os.path.join(root, "notebooks", "editions", f"{slug}.yml") for slug in editions]
    if not all(map(os.path.isfile, [path, *wanted])):
        return False
    with _held(os.path.dirname(path)) as is_ours:
        return is_ours and _is_settled(root, path)


def nothing_due(root: str) -> str | None:
    """Whether no edition of this desk is due, in words; None proves nothing. It neither writes nor waits for a run under way.

    Args:
        root: The desk's folder.
    """
    import sqlite3
    from pathlib import Path

    from nutgraf.errors import NutgrafError
    from nutgraf.runs.attempts.ledger import Ledger
    from nutgraf.runs.freshness.fingerprint import program

    try:
        with Ledger.look(Path(root, "data", "processed", "ledger.sqlite")) as ledger:
            kept = ledger.due() if ledger else None
        if kept is None or kept[0] != program(root):
            return None
        _, since, until = kept
        return _not_before(root, until) if since <= time.time() and (until is None or time.time() < until) else None
    except (OSError, ValueError, NutgrafError, sqlite3.Error):
        return None  # the whole run meets it again and says what it is


def _not_before(root: str, until: float | None) -> str:
    import tomllib
    from datetime import datetime
    from zoneinfo import ZoneInfo

    if until is None:
        return "nothing is due: no edition has a schedule"
    with open(os.path.join(root, "nutgraf.toml"), "rb") as file:
        zone = ZoneInfo(tomllib.load(file).get("timezone", "UTC"))
    return f"nothing is due before {datetime.fromtimestamp(until, zone):%Y-%m-%d %H:%M %Z}"


def _is_settled(root: str, path: str) -> bool:
    import sqlite3
    from pathlib import Path

    from nutgraf.errors import NutgrafError
    from nutgraf.runs.attempts.ledger import Ledger
    from nutgraf.runs.freshness.fingerprint import fingerprint

    try:
        with Ledger.look(Path(path)) as ledger:
            settled = ledger and ledger.settled_at(time.time())
            if not settled or settled != fingerprint(root):
                return False
            ledger.note_all_checked()
            return True
    except (OSError, ValueError, NutgrafError, sqlite3.Error):
        return False  # the whole run meets it again and says what it is


@contextmanager
def _held(processed: str) -> Iterator[bool]:
    """Hold the desk's lock, the one `Store.lock` takes through filelock; gives False when another process has it."""
    try:
        import fcntl
    except ImportError:  # no POSIX system: the whole run locks in its own way
        yield False
        return
    try:
        handle = os.open(os.path.join(processed, "lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def find_root() -> str | None:
    """The desk named by ``NUTGRAF_DESK``, else the nearest folder upwards that is one; as `Desk.find`, without its imports."""
    named = os.environ.get("NUTGRAF_DESK")
    folder = os.path.realpath(named or os.getcwd())
    while not os.path.isfile(os.path.join(folder, "nutgraf.toml")):
        parent = os.path.dirname(folder)
        if named or parent == folder:
            return None
        folder = parent
    return folder
