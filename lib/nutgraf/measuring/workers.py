"""Other processes of this machine that measure, so that a batch takes the time of its share.

A task goes to one over a socket and its rows come back; tables are read and written by this process alone. One that is killed costs a
retry, and no row.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from nutgraf.errors import NutgrafError
from nutgraf.measuring.registry import Registry
from nutgraf.measuring.working import Found, Task, work
from nutgraf.processes import Process

#: Each holds a model of its own, some 0.4 GB.
_MOST = 4
#: A process takes one to two seconds to start and load a model; less work than this is done before that pays, in seconds on one core.
WORTH_S = 10.0
#: What a measure reads in a second on one core, in characters, where it does not say so itself.
_CHARACTERS_PER_S = 1_500_000


def usable_cpus() -> int:
    """How many CPUs this process may use: those it is not kept from, and no more than its container's share."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        share = int(quota) // int(period)
    except (OSError, ValueError):  # no such limit, or "max"
        share = cpus
    return max(1, min(cpus, share))


def default_workers() -> int:
    """How many processes measure where ``[measuring] workers`` does not say; 1 where sockets cannot be handed on."""
    return min(usable_cpus(), _MOST) if os.name == "posix" else 1


def seconds_of(registry: Registry, tasks: Sequence[Task]) -> float:
    """Roughly how long tasks take on one core."""
    total = 0.0
    for task in tasks:
        sizes = {document.key: len(document.text) for document in task.documents}
        parsed = {document.key for document in task.documents if document.parse is not None}
        for name, keys in task.lacking.items():
            built = registry.get(name)
            if getattr(built, "of_text_alone", False):
                keys = keys - parsed
            total += sum(sizes[key] for key in keys) / speed_of(registry, name)
    return total


def speed_of(registry: Registry, measure: str) -> float:
    """About how many characters a measure reads in a second on one core."""
    return getattr(registry.get(measure), "characters_per_s", _CHARACTERS_PER_S)


class Workers:
    """Processes that measure: started when there is work worth their start, ended with the ``with`` block.

    Args:
        registry: The measures.
        measures: Ids of those that tasks ask for, needs first.
        number: How many processes; 1 measures in this one, None takes `default_workers`.
        say: Called with a line when one was lost.
    """

    def __init__(self, registry: Registry, measures: Sequence[str], number: int | None, say: Callable[[str], None]) -> None:
        self.registry, self.measures, self.say = registry, list(measures), say
        # A measure that somebody put into the registry by hand is not there in another process.
        self.number = (number or default_workers()) if number != 1 and registry.is_as_installed(measures) else 1
        self.running: list[_Worker] = []
        self._replacements = 2 * self.number

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for worker in self.running:
            worker.end()
        self.running.clear()

    def work(self, tasks: Sequence[Task], *, share: float = 1.0) -> Iterator[tuple[int, Found]]:
        """Do tasks, here or elsewhere.

        Args:
            tasks: Tasks.
            share: Which part of all the work that is to come they are.

        Yields:
            The place of each among the tasks, and what came of it, in any order.

        Raises:
            NutgrafError: What fails every document alike.
        """
        if not self.running and (self.number < 2 or seconds_of(self.registry, tasks) / share < WORTH_S):
            yield from ((place, work(self.registry, task)) for place, task in enumerate(tasks))
            return
        from multiprocessing.connection import wait  # with what it brings along, 10 ms that most runs need not wait

        todo = deque((place, 0) for place in range(len(tasks)))
        while todo or any(worker.task for worker in self.running):
            self._start(len(todo))
            if not self.running:  # too many were lost
                yield from ((place, work(self.registry, tasks[place])) for place, _ in todo)
                return
            for worker in self.running:
                if todo and worker.task is None:
                    place, tries = todo.popleft()
                    worker.give(tasks[place], place, tries)
            by_connection = {worker.connection: worker for worker in self.running if worker.task}
            for connection in wait(list(by_connection)):
                worker = by_connection[connection]  # type: ignore[index]
                place, tries = worker.task  # type: ignore[misc]
                try:
                    answer = worker.take()
                except (EOFError, OSError):
                    self._lost(worker, tasks[place])
                    if tries:  # twice: what ends a process is in the task, or memory is short
                        yield place, work(self.registry, tasks[place])
                    else:
                        todo.appendleft((place, 1))
                    continue
                if isinstance(answer, NutgrafError):
                    raise answer
                yield place, answer

    def _start(self, wanted: int) -> None:
        """Have as many processes as there is work for."""
        busy = sum(worker.task is not None for worker in self.running)
        while len(self.running) < min(self.number, busy + wanted):
            versions = {name: self.registry.version(name) for name in self.measures}
            try:
                self.running.append(_Worker(self.registry.options, versions))
            except OSError as error:
                self.say(f"no further process that measures can be started ({error}): {max(1, len(self.running))} is at work")
                self.number = len(self.running)

    def _lost(self, worker: _Worker, task: Task) -> None:
        self.running.remove(worker)
        code = worker.end()
        why = f"signal {-code}" if code < 0 else f"exit code {code}"
        again = f"its {len(task.documents)} articles are measured again"
        self.say(f"a process that measures ended before its work ({why}): {again}, and nothing is lost")
        self._replacements -= 1
        if self._replacements < 0:
            self.number = len(self.running)


class _Worker:
    """One process, and what it is at."""

    def __init__(self, options: dict[str, Any], versions: dict[str, str]) -> None:
        from multiprocessing.connection import Connection

        self._process = Process("nutgraf.measuring.worker")
        self.pid = self._process.pid
        self.connection = Connection(self._process.socket.detach())
        self.task: tuple[int, int] | None = None
        self._hello: tuple[dict[str, Any], dict[str, str]] | None = (options, versions)

    def give(self, task: Task, place: int, tries: int) -> None:
        """Send a task, at a place among all, tried before so often. A process that is gone is found when its answer is asked for."""
        self.task = place, tries
        try:
            if self._hello is not None:
                self.connection.send(self._hello)
                self._hello = None
            self.connection.send(task)
        except OSError:
            return

    def take(self) -> Found | NutgrafError:
        """The answer."""
        answer = self.connection.recv()
        self.task = None
        return answer

    def end(self) -> int:
        """End it, whatever it is at; it holds nothing that must be put away.

        Returns:
            Its exit code, negative for a signal.
        """
        self.connection.close()
        return self._process.end()
