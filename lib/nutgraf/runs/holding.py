"""Who works on a desk right now: looked at without leaving a trace, and without being in the way of who wants to."""

from __future__ import annotations

import json
import os
from typing import Any

from nutgraf.desk import Desk


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


def _named(desk: Desk) -> dict[str, Any]:
    try:
        found = json.loads((desk.processed / "lock.json").read_text(encoding="utf-8"))
        return {name: found[name] for name in ("purpose", "pid", "since")}
    except (OSError, ValueError, KeyError, TypeError):
        return {"purpose": "a process that has not written its name yet", "pid": None, "since": None}
