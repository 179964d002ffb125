"""A validation: items read, measured in memory as reports measure them, written and scored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nutgraf.compare.scoring import scored
from nutgraf.errors import UsageError
from nutgraf.measuring import Registry
from nutgraf.publish import files
from nutgraf.validate import items
from nutgraf.validate.answering import Method
from nutgraf.validate.items import Item
from nutgraf.validate.tasks import SHIPPED, Task

BATCH = 64
#: Fields of an item that say which items are of one article.
_ARTICLE = ("article_id", "article", "doc")


@dataclass(frozen=True)
class Validation:
    """What came out.

    Attributes:
        task: The task.
        file: The file's name.
        file_sha256: Which file it was.
        n: Items that were scored.
        n_items: Items in the file.
        n_left_out: Labelled items that the metric leaves out.
        measure_version: Version of the measure that was looked at.
        figures: Each with its interval; empty when nothing is labelled.
        method: What answered.
        only: Which of the file's items, in words; empty for all.
    """

    task: Task
    file: str
    file_sha256: str
    n: int
    n_items: int
    n_left_out: int
    measure_version: str
    figures: Mapping[str, float | None]
    method: str = SHIPPED
    only: str = ""

    @property
    def measure(self) -> str:
        """Id of the measure behind the method."""
        return self.task.method(self.method).measure

    def flat(self) -> dict[str, Any]:
        """One flat object for programs."""
        return {
            "task": self.task.name, "file": self.file, **self.figures, "n": self.n, "n_items": self.n_items, "n_left_out": self.n_left_out,
            "method": self.method, "measure_version": self.measure_version,
        }  # fmt: skip


def validate(
    task: Task, path: Path, registry: Registry, *, field: str = "text", method: str = SHIPPED, only: Mapping[str, Sequence[str]] | None = None,
    predictions: Path | None = None, progress: Callable[[int, int], None] | None = None,
) -> Validation:  # fmt: skip
    """Measure a file's items and compare the answers with its labels.

    Args:
        task: What is asked.
        path: The file.
        registry: The measures with the desk's options.
        field: The field that holds the text.
        method: What answers, one of the task's.
        only: Fields of an item, and values of which each must have one; None for all items.
        predictions: Where to write the answers, one JSON object a line; it is whole or absent.
        progress: Called with how many items are done, of how many.

    Raises:
        UsageError: When there is no such file or method, or no item is left.
        InputError: For a line that is no item, or a label that is none.
    """
    answers = task.method(method)
    found = [item for item in task.read(path, field) if _is_wanted(item, only or {})]
    if not found:
        wanted = _in_words(only or {})
        raise UsageError(f"no item has {wanted}", where=path.name, mend="look at the fields of its lines", not_done="nothing was validated")
    answered, lines = [], []
    for number, (item, answer) in enumerate(_answers(answers, found, registry), start=1):
        lines.append(json.dumps({"id": item.id, **answer}, ensure_ascii=False))
        if task.is_labelled(item):
            answered.append((item, answer))
        if progress:
            progress(number, len(found))
    if predictions is not None:
        files.write(predictions, "".join(f"{line}\n" for line in lines))
    counts = task.counts(answered)
    counted = [one for one in counts if one is not None]
    groups = [_article(item) for (item, _), one in zip(answered, counts, strict=True) if one is not None]
    n_left_out = len(counts) - len(counted)
    names = list(dict.fromkeys(name for one in counted for name in one))
    figures = scored(counted, task.figures(names), groups) if counted else {}
    return Validation(
        task, path.resolve().name, items.sha256(path), len(counted), len(found), n_left_out, answers.measure_version(registry), figures, method,
        _in_words(only or {}),
    )  # fmt: skip


def _is_wanted(item: Item, only: Mapping[str, Sequence[str]]) -> bool:
    return all(str(item.given.get(field)) in values for field, values in only.items())


def _in_words(only: Mapping[str, Sequence[str]]) -> str:
    """Which items are meant.

    >>> _in_words({"split": ["dev", "test"]})
    'split dev or test'
    """
    return ", ".join(f"{field} {' or '.join(values)}" for field, values in only.items())


def _article(item: Item) -> str:
    return next((str(item.given[name]) for name in _ARTICLE if item.has(name)), f"item {item.id}")


def _answers(method: Method, found: Sequence[Item], registry: Registry) -> Iterator[tuple[Item, dict[str, Any]]]:
    size = len(found) if method.at_once else BATCH
    for first in range(0, len(found), size):
        batch = found[first : first + size]
        yield from zip(batch, method.answer(batch, registry), strict=True)
