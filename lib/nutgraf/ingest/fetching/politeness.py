"""When a host may be asked: pauses between requests, few at a time, and rest for one that asks for it or does not answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from nutgraf.ingest.fetching.failures import NotFetched

#: Longest pause that a run waits for, in seconds; what needs more is left to the next run.
LONGEST_WAIT = 60.0
#: Requests to one host in a row without any answer after which it is not asked again in this run.
PATIENCE = 3
DEAD = "its host did not answer several times in a row, and is not asked again in this run"
RESTING = "its host asked for a pause, and is left alone until it is over"


@dataclass
class _Host:
    delay: float
    ready: float = 0.0  # seconds since 1970
    n_active: int = 0
    n_unanswered: int = 0


class Politeness:
    """What is kept of each host in a run.

    Args:
        delay: Pause between two requests to one host, in seconds.
        per_host: Requests to one host at a time.
        resting: Hosts that asked for a pause in an earlier run, and until when, in seconds since 1970.
    """

    def __init__(self, delay: float, per_host: int, resting: Mapping[str, float] | None = None) -> None:
        self._delay, self._per_host = delay, per_host
        self._hosts = {host: _Host(delay, ready=until) for host, until in (resting or {}).items()}
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait until a host may be asked; the pause after this request begins when it ends.

        Raises:
            NotFetched: When the pause is longer than `LONGEST_WAIT`, or the host does not answer.
        """
        with self._changed:
            while True:
                held = self._host(host)
                if held.n_unanswered >= PATIENCE:
                    raise NotFetched(DEAD, "connection", where=host)
                wait = held.ready - time.time()
                if wait > LONGEST_WAIT:
                    raise NotFetched(RESTING, "waiting", where=host, wait_s=wait)
                if wait <= 0 and held.n_active < self._per_host:
                    break
                self._changed.wait(max(wait, 0.001) if held.n_active < self._per_host else None)
            held.n_active += 1
            if self._per_host > 1:
                held.ready = max(held.ready, time.time() + held.delay)
        try:
            yield
        finally:
            with self._changed:
                held.n_active -= 1
                held.ready = max(held.ready, time.time() + held.delay)
                self._changed.notify_all()

    def ready_in(self, host: str) -> float:
        """Seconds until a host may be asked; 0 for now, and for one that will refuse at once."""
        with self._changed:
            held = self._host(host)
            if held.n_unanswered >= PATIENCE:
                return 0.0
            wait = held.ready - time.time()
            return 0.0 if wait > LONGEST_WAIT else max(0.0, wait)

    def at_least(self, host: str, delay: float) -> None:
        """Keep the pause that a host's robots.txt asks for, if it is the longer one."""
        with self._changed:
            held = self._host(host)
            if delay > held.delay:
                held.ready += delay - held.delay if held.ready else 0.0
                held.delay = delay

    def rest(self, host: str, seconds: float) -> None:
        """Leave a host alone for a time, as it asked."""
        with self._changed:
            held = self._host(host)
            held.ready = max(held.ready, time.time() + seconds)

    def answered(self, host: str, is_answer: bool) -> None:
        """Note whether a host answered at all."""
        with self._changed:
            held = self._host(host)
            held.n_unanswered = 0 if is_answer else held.n_unanswered + 1

    def resting(self) -> dict[str, float]:
        """Hosts whose pause outlasts this run, and until when, in seconds since 1970."""
        with self._changed:
            return {host: held.ready for host, held in self._hosts.items() if held.ready - time.time() > max(self._delay, 1.0)}

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host(self._delay))
