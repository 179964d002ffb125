"""Measuring what the articles of a desk lack, batch by batch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from nutgraf.measuring.registry import Registry
from nutgraf.measuring.stored import Done, Input, Writers, attach_kept, attach_stored, done, lacking_of, load_documents, write
from nutgraf.measuring.workers import Workers, speed_of
from nutgraf.measuring.working import Found, Key, tasks_of

if TYPE_CHECKING:
    from nutgraf.store import Store

#: Articles of a batch, at least and at most: who is killed measures a batch again, and each batch takes some seconds to write.
BATCH, _LARGEST = 256, 1_024
#: Work of one core that may be lost with a batch, in seconds.
_MAY_BE_LOST_S = 60.0
#: About how long an article is, in characters.
_ARTICLE = 5_000
Progress = Callable[[str, int, int], None]


def measure(
    store: Store,
    registry: Registry,
    wanted: Iterable[str],
    inputs: Sequence[Input],
    *,
    progress: Progress | None = None,
    batch_size: int | None = None,
    hold: Callable[[], AbstractContextManager[object]] = nullcontext,
    workers: int | None = 1,
    say: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Measure what is missing, batch by batch. Call under the desk's lock, or with `hold`.

    Args:
        store: The tables.
        registry: The measures.
        wanted: Measure ids; what they need is measured too.
        inputs: The articles.
        progress: Called with (what, done, of) now and then.
        batch_size: Articles per batch; None for as many as are measured in a minute, from 256 to 1,024.
        hold: Takes the desk's lock for one batch, so that somebody else may have it between two.
        workers: How many processes measure, where there is enough to do; 1 for this one alone, None for as many as suit this machine.
        say: Called with a line for a person, such as that one of them was killed; by default it goes to stderr.

    Returns:
        How many articles each measure was run on, by measure id; 0 for those that were done already.
    """
    order = registry.closure(wanted)
    with hold():
        store.recover()
        known, lacking, todo = _lacking(store, registry, order, inputs)
    counts = dict.fromkeys(order, 0)
    batch_size = batch_size or _size(registry, [name for name in order if lacking[name]])
    writers = Writers(store)
    with Workers(registry, order, workers, say or _to_stderr) as crew:
        for first in range(0, len(todo), batch_size):
            batch = todo[first : first + batch_size]

            def tell(number: int, before: int = first) -> None:
                if progress:
                    progress("measuring", before + number, len(todo))

            with hold():
                if hold is not nullcontext:  # meanwhile another process may have measured some, or been killed over others
                    store.recover()
                    known, lacking, batch = _lacking(store, registry, order, batch)
                    writers = Writers(store)
                if batch:
                    share = len(batch) / (len(todo) - first)
                    for name, number in _Batch(store, registry, known, lacking, writers).measure(batch, crew, share, tell).items():
                        counts[name] += number
            tell(min(batch_size, len(todo) - first))
    return counts


def _size(registry: Registry, measures: Sequence[str]) -> int:
    """Articles of a batch that these measures do."""
    article_s = sum(_ARTICLE / speed_of(registry, name) for name in measures)
    return min(_LARGEST, max(BATCH, int(_MAY_BE_LOST_S / article_s))) if article_s else BATCH


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _lacking(
    store: Store, registry: Registry, order: Sequence[str], inputs: Sequence[Input]
) -> tuple[Done, dict[str, set[Key]], list[Input]]:
    """What is `done`, the articles that each measure still lacks, and all of these in a fixed order."""
    known = done(store, registry, order)
    lacking = lacking_of(known, inputs)
    todo = sorted({item for items in lacking.values() for item in items}, key=lambda item: item.key)
    return known, {name: {item.key for item in items} for name, items in lacking.items()}, todo


class _Batch:
    """One batch on its way from the tables to the tables."""

    def __init__(
        self, store: Store, registry: Registry, known: Done, lacking: Mapping[str, set[Key]], writers: Writers
    ) -> None:
        self.store, self.registry, self.known, self.lacking, self.writers = store, registry, known, lacking, writers

    def measure(self, batch: Sequence[Input], crew: Workers, share: float, tell: Callable[[int], None]) -> dict[str, int]:
        """Measure what these articles lack.

        Returns:
            How many articles each measure was run on.
        """
        documents = load_documents(self.store, [item.key for item in batch])
        present = [item for item in batch if item.key in documents]
        parts = {name: [item for item in present if item.key in keys] for name, keys in self.lacking.items()}
        needed = {need for name, part in parts.items() if part for need in self.registry.get(name).needs}
        failed: dict[str, set[Key]] = {}
        for name, part in parts.items():
            if getattr(self.registry.get(name), "of_text_alone", False) and part:
                attach_kept(self.store, self.registry, name, [documents[item.key] for item in part])
            finished = [item for item in present if item.key not in self.lacking[name]] if name in needed else []
            if finished:
                failed[name] = attach_stored(self.store, self.registry, name, self.known[name], finished, documents, self.writers)
        lacking = {name: {item.key for item in part} for name, part in parts.items()}
        found: dict[int, Found] = {}
        number = 0
        tasks = tasks_of((documents[item.key] for item in present), lacking, failed)
        for place, one in crew.work(tasks, share=share):
            found[place] = one
            number += len(tasks[place].documents)
            tell(number)
        in_order = [found[place] for place in range(len(tasks))]  # which no process decides
        for name, part in parts.items():
            if part:
                mine = [one for one in in_order if name in one.tables]
                errors = {key: error for one in mine for key, error in one.failed[name].items()}
                write(self.store, self.registry, name, part, [one.tables[name] for one in mine], errors, self.writers)
        return {name: len(part) for name, part in parts.items() if part}
