"""Who works on a desk right now: looked at without leaving a trace, and without being in the way of who wants to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from nutgraf.desk import Desk
from nutgraf.runs.attempts.times import when


def holder(desk: Desk) -> dict[str, Any] | None:
    """What the holder of the desk's lock wrote of itself: ``purpose``, ``pid``, ``since``; None when nobody holds it.

    The lock is asked for shared and let go of at once; its file is opened to read, so that a read-only desk can be looked at too.
    Where locks are of another kind, nobody is seen.
    """
    try:
        import fcntl
    except ImportError:
        return None
    try:
        handle = os.open(desk.processed / "lock", os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _named(desk)
    except OSError:  # a file system without locks: nobody can hold it
        return None
    finally:
        os.close(handle)
    return None


def is_running(held: Mapping[str, Any] | None) -> bool:
    """Whether that holder is a run, so that what the ledger calls running has not been killed."""
    return held is not None and str(held["purpose"]).startswith("nutgraf run")


def in_words(held: Mapping[str, Any]) -> str:
    """Who holds a desk, since when."""
    if held["pid"] is None:
        return held["purpose"]
    return f"{held['purpose']}, process {held['pid']}, since {when(held['since'])}"


def _named(desk: Desk) -> dict[str, Any]:
    try:
        found = json.loads((desk.processed / "lock.json").read_text(encoding="utf-8"))
        return {name: found[name] for name in ("purpose", "pid", "since")}
    except (OSError, ValueError, KeyError, TypeError):
        return {"purpose": "a process that has not written its name yet", "pid": None, "since": None}
