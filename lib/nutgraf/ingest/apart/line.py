"""One process that reads, and the line to it: frames go both ways at once, so that neither end waits for the other for good."""

from __future__ import annotations

import atexit
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from typing import Any

from nutgraf.errors import NutgrafError
from nutgraf.ingest.apart.messages import IDLE_S, LONGEST, NO_MEMORY, Nonsense, packed, unpacked
from nutgraf.processes import Process

#: After how long a process that was set by is not taken up any more, in seconds; it ends when it waited for `IDLE_S`.
_FRESH_S = IDLE_S / 3
_START_S = 120.0  # an interpreter and what it imports, on a machine that is busy
_DEATH_S = 2.0
#: A frame holds some rows beside a longest one.
_FRAME = LONGEST + (16 << 20)
#: What the process sees of this one's environment: no alert's address, no password.
_SEEN = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONHOME",
    "PYTHONUTF8", "PYTHONNOUSERSITE",
)  # fmt: skip
_SET = {"PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "1", "ARROW_DEFAULT_MEMORY_POOL": "system", "ARROW_IO_THREADS": "1"}


class Lost(Exception):
    """The process is no more, or is of no more use.

    Attributes:
        what: ``time``, ``memory``, ``crash`` or ``nonsense``.
        detail: The signal or the exit code of a crash, in words.
    """

    def __init__(self, what: str, detail: str = "") -> None:
        super().__init__(what)
        self.what, self.detail = what, detail


class Line:
    """A process that reads. Take it from `started`.

    Args:
        hello: What it must know before it reads.

    Raises:
        NutgrafError: When it cannot be started.
    """

    def __init__(self, hello: Mapping[str, Any]) -> None:
        environment = {name: os.environ[name] for name in _SEEN if name in os.environ} | _SET
        self._scratch: str | None = None
        try:
            self._scratch = tempfile.mkdtemp(prefix="nutgraf-reading-")
            self._process = Process("nutgraf.ingest.apart.child", environment=environment, is_quiet=True)
        except OSError as error:
            self._clear()
            raise NutgrafError(
                f"no process can be started to read files in ({error.strerror or error})", mend="end other programs, and run the same again",
                not_done="articles that are not read yet are read by the next run",
            ) from error  # fmt: skip
        self.pid, self._socket = self._process.pid, self._process.socket
        self._socket.setblocking(False)
        self._is_ready = False
        self._out, self._in = bytearray(), bytearray()
        self.give({**hello, "scratch": self._scratch})

    def give(self, message: Mapping[str, Any]) -> None:
        """Have a message sent with the next `take`."""
        self._out += packed(message)

    def take(self, seconds: float) -> dict[str, Any]:
        """The next answer.

        Args:
            seconds: How long it may take.

        Raises:
            Lost: When none comes. The process is ended then.
            NutgrafError: When it ended before it was ready to read.
        """
        try:
            if not self._is_ready:
                if unpacked(self._frame(_START_S)) != {"ready": True}:
                    raise Nonsense("another greeting")
                self._is_ready = True
            return unpacked(self._frame(seconds))
        except Nonsense as error:
            self.end()
            raise Lost("nonsense") from error
        except Lost as lost:
            if self._is_ready:
                raise
            raise NutgrafError(
                f"the process in which files are read ends before it has begun ({lost.detail or lost.what})",
                mend="'nutgraf doctor' says whether something is missing here; else run the same again",
                not_done="articles that are not read yet are read by the next run",
            ) from lost  # fmt: skip

    def end(self, patience_s: float = 0.0) -> int:
        """End it, whatever it is at.

        Returns:
            Its exit code, negative for a signal.
        """
        self._socket.close()
        code = self._process.end(patience_s)
        self._clear()
        return code

    def _clear(self) -> None:
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def _frame(self, seconds: float) -> bytes:
        until, poll = time.monotonic() + seconds, select.poll()
        while True:
            size = int.from_bytes(self._in[:4], "big") if len(self._in) >= 4 else None
            if size is not None and size > _FRAME:
                raise Nonsense("a frame too long")
            if size is not None and len(self._in) >= 4 + size:
                frame = bytes(self._in[4 : 4 + size])
                del self._in[: 4 + size]
                return frame
            poll.register(self._socket, select.POLLIN | (select.POLLOUT if self._out else 0))
            # Asked once more when the time is over: this process may have been stopped, and not that one.
            if not poll.poll(max(0.0, until - time.monotonic()) * 1_000):
                self.end()
                raise Lost("time")
            self._pump()

    def _pump(self) -> None:
        try:
            if self._out:
                del self._out[: self._socket.send(self._out[: 1 << 16])]
        except BlockingIOError:
            pass
        except OSError:
            self._out.clear()  # it is gone, which reading tells
        try:
            piece = self._socket.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            raise self._death()
        self._in += piece

    def _death(self) -> Lost:
        code = self.end(_DEATH_S)
        if code in (-getattr(signal, "SIGXCPU", 0), NO_MEMORY):
            return Lost("memory" if code == NO_MEMORY else "time")
        return Lost("crash", f"signal {-code}" if code < 0 else f"exit code {code}")


_by: dict[bytes, tuple[Line, float]] = {}


def started(hello: Mapping[str, Any]) -> Line:
    """A process that reads: one that was set by a moment ago, else a new one."""
    line, since = _by.pop(packed(hello), (None, 0.0))
    drop()
    if line is not None and time.monotonic() - since < _FRESH_S:
        return line
    if line is not None:
        line.end()
    return Line(hello)


def set_by(line: Line, hello: Mapping[str, Any]) -> None:
    """Leave a process that is at nothing for who reads next: a command looks at a file first and then reads it. It ends after a while by itself."""
    drop()
    _by[packed(hello)] = (line, time.monotonic())


@atexit.register
def drop() -> None:
    """End the process that was set by, if there is one."""
    while _by:
        _by.popitem()[1][0].end()
