"""Other interpreters that work for this process, each with a socket to it, and none that outlives it.

Each is a fresh interpreter: forking a process in which Arrow has threads is unsafe. `nutgraf.measuring.workers` has some that measure,
`nutgraf.ingest.apart` has one that reads what strangers wrote.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Mapping

#: Products of matrices in one thread each: the processes are as many as the processors.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from importlib import import_module; "
    "import_module(sys.argv[2]).main(*sys.argv[3:])"
)
#: How often a process looks whether its parent is still there, in seconds.
_LOOK_S = 0.5
_KILL, _PDEATHSIG = 9, 1  # SIGKILL, and PR_SET_PDEATHSIG of Linux


class Process:
    """Another interpreter.

    Args:
        module: Its ``main`` is called with the number of the socket's descriptor there and this process's id, both as text.
        environment: Its environment; None for this one's.
        is_quiet: Whether what it writes to the standard error goes nowhere.

    Attributes:
        pid: Its process id.
        socket: This process's end.

    Raises:
        OSError: When it cannot be started.
    """

    def __init__(self, module: str, *, environment: Mapping[str, str] | None = None, is_quiet: bool = False) -> None:
        import socket
        import subprocess

        ours, theirs = socket.socketpair()
        with theirs:
            arguments = [json.dumps([str(place) for place in sys.path]), module, str(theirs.fileno()), str(os.getpid())]
            try:
                # A session of its own: Ctrl-C reaches this process alone, which ends the others.
                self._process = subprocess.Popen(  # noqa: S603
                    [sys.executable, "-P", "-c", _START, *arguments], pass_fds=[theirs.fileno()], start_new_session=True,
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL if is_quiet else None,
                    env=dict(os.environ if environment is None else environment) | ONE_THREAD,
                )  # fmt: skip
            except BaseException:
                ours.close()
                raise
        self.pid, self.socket = self._process.pid, ours

    def end(self, patience_s: float = 0.05) -> int:
        """End it, whatever it is at; it holds nothing that must be put away. Close the socket before, and it ends by itself.

        Args:
            patience_s: How long it may take to do so.

        Returns:
            Its exit code, negative for a signal.
        """
        from subprocess import TimeoutExpired

        try:
            return self._process.wait(patience_s)
        except TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def end_with(parent: int) -> None:
    """Have this process end when its parent is gone, also in the midst of a task: nobody would read what comes of it.

    Linux sees to it, also while a library in C keeps Python's threads from running; elsewhere a thread looks.

    Args:
        parent: Process id of the parent.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_PDEATHSIG, _KILL, 0, 0, 0)
    threading.Thread(target=_look, args=(parent,), daemon=True).start()


def _look(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os._exit(0)
