"""How the items of a task are answered: measured as articles are, or asked one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nutgraf.documents import Document
from nutgraf.errors import InputError
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.validate.items import Item

Answers = list[dict[str, Any]]


@dataclass(frozen=True)
class Method:
    """One way to answer.

    Attributes:
        measure: Id of the measure whose answer is looked at, and whose version a recorded figure belongs to.
        answer: The answers to some items, in order, as ``--predictions`` writes them.
        at_once: Whether it must see all items of a file together, as cross-validation does.
        is_shown: Whether reports show the same answers beside the shipped ones, so that their cards need the figure too.
        version: Gives the version of what answers, where that is no measure; None for the measure's.
    """

    measure: str
    answer: Callable[[Sequence[Item], Registry], Answers]
    is_shown: bool = False
    at_once: bool = False
    version: Callable[[Registry], str] | None = None

    def measure_version(self, registry: Registry) -> str:
        """The version that a recorded figure belongs to."""
        return self.version(registry) if self.version else registry.version(self.measure)


def measured(measure: str, predict: Callable[[Document], dict[str, Any]]) -> Method:
    """Items that are measured as whole articles, and what is read from one that was.

    Args:
        measure: Id of the measure.
        predict: The answer for one measured document.
    """

    def answer(batch: Sequence[Item], registry: Registry) -> Answers:
        documents = [item.document() for item in batch]
        for name, _, failed in measure_in_memory(registry, [measure], documents):
            if failed:
                (key, error) = next(iter(failed.items()))
                raise InputError(f"measure '{name}' failed: {error}", where=f"item {key[0]}", not_done="nothing was validated")
        return [predict(document) for document in documents]

    return Method(measure, answer)
