"""Run a command and break it at one of its system calls: ``python -m tests.faults.tracer SPEC COMMAND…``.

What ``strace -e inject`` does, but it chooses by what a file is: files of tables have random names, and ``when=N`` counts each thread
by itself, so strace alone cannot hit "the third write of table data". The kernel stops the command's threads, whatever they are
written in (Python, SQLite's C, deltalake's Rust), before a system call that writes; the call is then counted, and let through, or
the process is killed before it, half-way through it, or after it, or the call fails with an error number.

SPEC is JSON: ``root``, the desk; ``report``, where the counts are written; and to break something ``kind`` and ``call`` (null for any),
``number`` (from 1), ``action`` (kill, tear, kill after, or the name of an error number) and ``times`` (null for every call from then on).
Only the command's own process is broken, never one that it started. Linux on x86-64.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import re
import signal
import struct
import sys
from collections import Counter
from pathlib import Path
from typing import Any

#: Number and name of each call, and which argument is a file descriptor ("fd") or a path ("path"), and which of them it is.
CALLS = {
    1: ("write", "fd", 0), 18: ("pwrite64", "fd", 0), 20: ("writev", "fd", 0), 74: ("fsync", "fd", 0), 75: ("fdatasync", "fd", 0),
    76: ("truncate", "path", 0), 77: ("ftruncate", "fd", 0), 82: ("rename", "path", 1), 83: ("mkdir", "path", 0), 84: ("rmdir", "path", 0),
    86: ("link", "path", 1), 87: ("unlink", "path", 0), 257: ("open", "path", 1), 258: ("mkdir", "path", 1), 263: ("unlink", "path", 1),
    264: ("rename", "path", 3), 265: ("link", "path", 3), 316: ("rename", "path", 3), 296: ("pwritev", "fd", 0),
}  # fmt: skip
_WRITE, _OPEN, _FOR_WRITING = 1, 257, 0o103  # O_WRONLY, O_RDWR, O_CREAT
#: What a file is, by its path below the desk; the first that fits.
KINDS = (
    ("raw input", r"data/raw/"), ("table data", r"data/processed/\w+/[^/]*parquet"), ("table log", r"data/processed/\w+/_delta_log"),
    ("ledger", r"data/processed/ledger"), ("journal", r"data/processed/journal"), ("register", r"data/processed/ingested"),
    ("lock", r"data/processed/lock"), ("record", r"data/decisions"), ("work", r"staged/\.(runs|damaged)"), ("waiting", r"staged"),
    ("new version", r"site/editions/[^/]+/\.?v\d+"), ("latest pages", r"site/editions/"), ("list and feed", r"site"), ("other", r""),
)  # fmt: skip
_SIZE_ARGUMENT = {"write", "pwrite64"}
NOT_HERE = "system calls are broken through ptrace, on Linux with an x86-64 processor only"


def kind_of(path: str) -> str:
    """What a file is."""
    return next(kind for kind, pattern in KINDS if re.match(pattern, path))


def is_possible() -> bool:
    """Whether this machine can do it."""
    return sys.platform == "linux" and platform.machine() == "x86_64"


class _Registers(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_ulonglong)
        for name in "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs".split()
    ]  # fmt: skip


#: AT_FDCWD: a path counts from the working folder.
_HERE = 2**32 - 100
_ARGUMENTS = ("rdi", "rsi", "rdx", "r10", "r8", "r9")
_TRACEME, _CONT, _GETREGS, _SETREGS, _SYSCALL, _SETOPTIONS, _GETEVENTMSG = 0, 7, 12, 13, 24, 0x4200, 0x4201
# Follow fork, vfork, clone and exec; stop where the filter says so; tell a system call's end from a signal; end all when this ends.
_OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x100000
_EVENT_SECCOMP = 7

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


def _ptrace(request: int, pid: int, data: Any = 0) -> None:
    if _libc.ptrace(request, pid, None, data) == -1:
        number = ctypes.get_errno()
        raise ProcessLookupError(pid) if number == errno.ESRCH else OSError(number, os.strerror(number))


def _install_filter() -> None:
    """Ask the kernel to stop this process before the calls in `CALLS`.

    An open counts when it is for writing; a write of eight bytes does not count: threads wake each other so, thousands of times.
    """
    load, equal, any_bit, end = 0x20, 0x15, 0x45, 0x06
    trace, allow, third_argument = 0x7FF00000, 0x7FFF0000, 16 + 8 * 2
    plain = [number for number in CALLS if number not in (_OPEN, _WRITE)]
    tail = [
        (equal, 0, 2, _OPEN), (load, 0, 0, third_argument), (any_bit, 4, 3, _FOR_WRITING),
        (equal, 0, 2, _WRITE), (load, 0, 0, third_argument), (equal, 0, 1, 8),
        (end, 0, 0, allow), (end, 0, 0, trace),
    ]  # fmt: skip
    steps = [(load, 0, 0, 0), *((equal, len(plain) - at - 1 + len(tail) - 1, 0, number) for at, number in enumerate(plain)), *tail]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("H6xQ", len(steps), ctypes.addressof(held)), 16)
    if _libc.prctl(38, 1, 0, 0, 0) or _libc.prctl(22, 2, program, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter")


class Tracer:
    """One command under watch.

    Args:
        spec: As in this module's docstring.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec, self.root = spec, spec["root"].rstrip("/") + "/"
        self.counts: Counter[tuple[str, str]] = Counter()
        self.hit: list[str] = []
        self.seen = 0
        self.groups: dict[int, int] = {}
        self.ending: dict[int, tuple[str, int]] = {}

    def run(self, command: list[str]) -> int:
        """Run the command to its end and that of all it started; gives its exit code, negative for a signal."""
        self.child = os.fork()
        if self.child == 0:
            _ptrace(_TRACEME, 0)
            os.kill(os.getpid(), signal.SIGSTOP)
            _install_filter()
            os.execvp(command[0], command)
        os.waitpid(self.child, 0)
        _ptrace(_SETOPTIONS, self.child, _OPTIONS)
        _ptrace(_CONT, self.child)
        code = 0
        while True:
            try:
                pid, status = os.waitpid(-1, 0x40000000)
            except ChildProcessError:
                return code
            if os.WIFSTOPPED(status):
                try:
                    self._stopped(pid, status)
                except ProcessLookupError:
                    continue  # killed in the meantime
            else:
                self.groups.pop(pid, None)
                if pid == self.child:
                    code = os.waitstatus_to_exitcode(status)

    def _stopped(self, pid: int, status: int) -> None:
        number, event = os.WSTOPSIG(status), status >> 16
        if event == _EVENT_SECCOMP:
            self._before_call(pid)
        elif number == signal.SIGTRAP | 0x80:
            self._after_call(pid)
        elif event or number == signal.SIGTRAP:
            _ptrace(_CONT, pid)
        else:  # a signal of its own; the stop of a new thread is none
            is_first = number == signal.SIGSTOP and pid not in self.groups
            self._group(pid)
            _ptrace(_CONT, pid, 0 if is_first else number)

    def _group(self, pid: int) -> int:
        if pid not in self.groups:
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            self.groups[pid] = int(re.search(r"^Tgid:\s+(\d+)", status, re.MULTILINE)[1])  # type: ignore[index]
        return self.groups[pid]

    def _before_call(self, pid: int) -> None:
        if self._group(pid) != self.child:
            _ptrace(_CONT, pid)
            return
        registers = _Registers()
        _ptrace(_GETREGS, pid, ctypes.byref(registers))
        call, what, argument = CALLS[registers.orig_rax]
        value = getattr(registers, _ARGUMENTS[argument])
        path = self._link(f"/proc/{pid}/fd/{value}") if what == "fd" else self._text(pid, value)
        if what == "path" and not path.startswith("/"):
            folder = getattr(registers, _ARGUMENTS[argument - 1]) & 0xFFFFFFFF if registers.orig_rax >= _OPEN else _HERE
            base = self._link(f"/proc/{pid}/cwd" if folder == _HERE else f"/proc/{pid}/fd/{folder}")
            path = os.path.normpath(os.path.join(base, path))
        if not path.startswith(self.root) or path.endswith("-shm"):
            _ptrace(_CONT, pid)
            return
        name = path.removeprefix(self.root)
        kind = kind_of(name)
        self.counts[kind, call] += 1
        if not self._is_meant(kind, call):
            _ptrace(_CONT, pid)
            return
        self.hit.append(f"{call} {name}")
        self._break(pid, registers, call)

    def _is_meant(self, kind: str, call: str) -> bool:
        spec = self.spec
        if spec.get("action") is None or spec.get("kind") not in (None, kind) or spec.get("call") not in (None, call):
            return False
        self.seen += 1
        times = spec.get("times", 1)
        return self.seen >= spec["number"] and (times is None or self.seen < spec["number"] + times)

    def _break(self, pid: int, registers: _Registers, call: str) -> None:
        action = self.spec["action"]
        if action == "kill":
            os.kill(self.child, signal.SIGKILL)
        elif action in ("tear", "kill after"):
            if action == "tear" and call in _SIZE_ARGUMENT:
                registers.rdx //= 2
                _ptrace(_SETREGS, pid, ctypes.byref(registers))
            self.ending[pid] = (call, 0)
            _ptrace(_SYSCALL, pid)
        else:
            registers.orig_rax = 2**64 - 1
            registers.rax = 2**64 - getattr(errno, action)
            _ptrace(_SETREGS, pid, ctypes.byref(registers))
            _ptrace(_CONT, pid)

    def _after_call(self, pid: int) -> None:
        if self.ending.pop(pid, None) is None:
            _ptrace(_CONT, pid)
            return
        registers = _Registers()
        _ptrace(_GETREGS, pid, ctypes.byref(registers))
        if registers.rax == 2**64 - errno.ENOSYS:  # this was its beginning
            self.ending[pid] = ("", 1)
            _ptrace(_SYSCALL, pid)
            return
        os.kill(self.child, signal.SIGKILL)

    @staticmethod
    def _link(path: str) -> str:
        try:
            return os.readlink(path)
        except OSError:
            return ""

    @staticmethod
    def _text(pid: int, address: int) -> str:
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            memory.seek(address)
            held = memory.read(4096)
        return held.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def main() -> int:
    """Entry point."""
    spec = json.loads(sys.argv[1])
    tracer = Tracer(spec)
    code = tracer.run(sys.argv[2:])
    found = {"code": code, "hit": tracer.hit, "counts": [[*key, count] for key, count in sorted(tracer.counts.items())]}
    Path(spec["report"]).write_text(json.dumps(found), encoding="utf-8")
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
