"""Several addresses at a time: threads that take the next one whose host is ready, and hand what came of it to the thread that asked."""

from __future__ import annotations

import queue
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from nutgraf.ingest.fetching.failures import NotFetched
from nutgraf.ingest.fetching.politeness import Politeness

J = TypeVar("J")
R = TypeVar("R")


class Crew(Generic[J, R]):
    """Does jobs that each ask one host.

    Args:
        do: Does a job.
        host: Which host it asks.
        politeness: Says which hosts are ready.
        at_once: Threads.
        per_host: Threads that ask one host at a time.
        stopped: Set when the run was told to end.
    """

    def __init__(
        self, do: Callable[[J], R], host: Callable[[J], str], politeness: Politeness, *, at_once: int, per_host: int, stopped: threading.Event
    ) -> None:
        self._do, self._host, self._politeness = do, host, politeness
        self._at_once, self._per_host, self._stopped = at_once, per_host, stopped

    def each(self, jobs: Sequence[J]) -> Iterator[tuple[J, R | NotFetched]]:
        """Do jobs, in any order.

        Yields:
            Each job with what came of it, as soon as it is done.
        """
        waiting: dict[str, deque[J]] = defaultdict(deque)
        for job in jobs:
            waiting[self._host(job)].append(job)
        order = deque(waiting)
        active: dict[str, int] = defaultdict(int)
        changed, done = threading.Condition(), queue.SimpleQueue()

        def next_job() -> tuple[str, J] | None:
            """The next job of the host whose turn it is; hosts take turns. None when there is none left."""
            with changed:
                while order and not self._stopped.is_set():
                    pauses = []
                    for _ in range(len(order)):
                        host = order[0]
                        order.rotate(-1)
                        if active[host] >= self._per_host:
                            continue
                        pause = self._politeness.ready_in(host)
                        if pause <= 0:
                            job = waiting[host].popleft()
                            if not waiting[host]:
                                order.remove(host)
                            active[host] += 1
                            return host, job
                        pauses.append(pause)
                    changed.wait(min(pauses, default=0.5))
                return None

        def work() -> None:
            while (found := next_job()) is not None:
                host, job = found
                try:
                    result: R | NotFetched = self._do(job)
                except NotFetched as error:
                    result = error
                except Exception as error:  # noqa: BLE001 - one address must not take the others with it
                    result = NotFetched(f"it could not be dealt with ({type(error).__name__})", "content")
                finally:
                    with changed:
                        active[host] -= 1
                        changed.notify_all()
                done.put((job, result))

        for number in range(min(self._at_once, len(jobs))):
            threading.Thread(target=work, daemon=True, name=f"fetching {number}").start()
        try:
            for _ in jobs:
                yield done.get()
        finally:
            self._stopped_early(changed, order)

    @staticmethod
    def _stopped_early(changed: threading.Condition, order: deque[str]) -> None:
        """Whoever asked has gone: nothing more is begun."""
        with changed:
            order.clear()
            changed.notify_all()
