"""A validation: items read, measured in memory as reports measure them, written and scored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nutgraf.documents import Document
from nutgraf.errors import InputError
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.publish import files
from nutgraf.validate import items
from nutgraf.validate.items import Item
from nutgraf.validate.scoring import scored
from nutgraf.validate.tasks import Task

BATCH = 64
#: What the reports use.
SHIPPED = "shipped"
#: Fields of an item that say which items are of one article.
_ARTICLE = ("article_id", "article")


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

    def flat(self) -> dict[str, Any]:
        """One flat object for programs."""
        return {
            "task": self.task.name, "file": self.file, **self.figures, "n": self.n, "n_items": self.n_items, "n_left_out": self.n_left_out,
            "method": self.method, "measure_version": self.measure_version,
        }  # fmt: skip


def validate(
    task: Task, path: Path, registry: Registry, *, field: str = "text", predictions: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Validation:  # fmt: skip
    """Measure a file's items and compare the answers with its labels.

    Args:
        task: What is asked.
        path: The file.
        registry: The measures with the desk's options.
        field: The field that holds the text.
        predictions: Where to write the answers, one JSON object a line; it is whole or absent.
        progress: Called with how many items are done, of how many.

    Raises:
        UsageError: When there is no such file.
        InputError: For a line that is no item, or a label that is none.
    """
    found = items.read(path, field)
    counted, groups, lines, n_left_out = [], [], [], 0
    for number, (item, answer) in enumerate(_answers(task, found, registry), start=1):
        lines.append(json.dumps({"id": item.id, **answer}, ensure_ascii=False))
        if item.has(task.label):
            counts = task.count(item, answer)
            n_left_out += counts is None
            if counts is not None:
                counted.append(counts)
                groups.append(_article(item))
        if progress:
            progress(number, len(found))
    if predictions is not None:
        files.write(predictions, "".join(f"{line}\n" for line in lines))
    names = list(dict.fromkeys(name for counts in counted for name in counts))
    figures = scored(counted, task.figures(names), groups) if counted else {}
    return Validation(
        task, path.name, items.sha256(path), len(counted), len(found), n_left_out, registry.version(task.measure), figures
    )  # fmt: skip


def _article(item: Item) -> str:
    return next((str(item.given[name]) for name in _ARTICLE if item.has(name)), f"item {item.id}")


def _answers(task: Task, found: Sequence[Item], registry: Registry) -> Iterator[tuple[Item, dict[str, Any]]]:
    for first in range(0, len(found), BATCH):
        batch = found[first : first + BATCH]
        documents: list[Document] = [item.document() for item in batch]
        for name, _, failed in measure_in_memory(registry, [task.measure], documents):
            if failed:
                (key, error) = next(iter(failed.items()))
                raise InputError(f"measure '{name}' failed: {error}", where=f"item {key[0]}", not_done="nothing was validated")
        yield from ((item, task.predict(document)) for item, document in zip(batch, documents, strict=True))
