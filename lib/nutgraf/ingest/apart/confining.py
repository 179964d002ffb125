"""What a process that reads strangers' files may not do: use more than its memory, write, or talk to the network.

Each step is taken where the system knows it, and left out where it does not; `in_force` says which hold here, for ``nutgraf doctor``.
Sources: setrlimit(2), prctl(2), landlock(7).
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS
# Landlock's system calls have the same numbers on every architecture of Linux.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
# Rights to files: of the first version WRITE_FILE and all that makes or removes, then REFER and TRUNCATE. Reading stays.
_WRITING = {1: 1 << 1 | 0x1FF0, 2: 1 << 13, 3: 1 << 14}
_BIND_AND_CONNECT = 3  # of TCP, from the fourth version on
_NETWORK_FROM = 4
_LARGEST_FILE = 1_100_000_000  # bytes of a file that it unpacks; `nutgraf.ingest.formats` stops before


def confine(memory: int, scratch: str) -> None:
    """Confine this process from now on; reading files stays allowed.

    Args:
        memory: Bytes that it may take beyond those that it holds already.
        scratch: The one folder in which it may write, for what is unpacked.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    _try(resource.setrlimit, resource.RLIMIT_CORE, (0, 0))
    _try(resource.setrlimit, resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    if sys.platform == "linux":
        most = _held() + memory
        _try(resource.setrlimit, resource.RLIMIT_DATA, (most, most))
        _bar_writing_and_network(scratch)


def peak() -> int:
    """Most bytes that this process has held in memory so far; 0 where its memory has no limit."""
    if sys.platform != "linux":
        return 0
    # Not getrusage, which tells the peak of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next((int(line.split()[1]) * 1_024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def in_force() -> tuple[list[str], list[str]]:
    """What is limited here and what is not.

    Returns:
        Two lists of words: ``time``, ``memory``, ``writing``, ``network``.
    """
    held = {
        "time": os.name == "posix", "memory": sys.platform == "linux", "writing": sys.platform == "linux" and _version() >= 1,
        "network": sys.platform == "linux" and _version() >= _NETWORK_FROM,
    }  # fmt: skip
    return [name for name, is_held in held.items() if is_held], [name for name, is_held in held.items() if not is_held]


def _held() -> int:
    """Bytes of private memory that this process holds or has set aside; the limit counts them too."""
    from resource import getpagesize

    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * getpagesize()


def _try(call: Callable[..., Any], *arguments: Any) -> None:
    """A limit that the system does not know, or that is lower already, is no reason not to read."""
    try:
        call(*arguments)
    except (OSError, ValueError):
        return


def _bar_writing_and_network(scratch: str) -> None:
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    version = _version()
    if version < 1:
        return
    files = sum(rights for since, rights in _WRITING.items() if version >= since)
    rules = struct.pack("=QQ", files, _BIND_AND_CONNECT) if version >= _NETWORK_FROM else struct.pack("=Q", files)
    ruleset = library.syscall(_CREATE_RULESET, rules, len(rules), 0)
    if ruleset < 0:
        return
    folder = os.open(scratch, os.O_PATH | os.O_DIRECTORY)
    library.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", files, folder), 0)
    library.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(folder)
    os.close(ruleset)


def _version() -> int:
    """Landlock's version here; 0 or less where there is none."""
    import ctypes

    return int(ctypes.CDLL(None, use_errno=True).syscall(_CREATE_RULESET, None, 0, _ASK_VERSION))
