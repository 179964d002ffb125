"""Tasks: which measure answers each, what its answer looks like, and what is counted against the labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nutgraf.documents import Document
from nutgraf.errors import UsageError
from nutgraf.validate import names, parts, passives, quotes
from nutgraf.validate.items import Item
from nutgraf.validate.scoring import Figure


@dataclass(frozen=True)
class Task:
    """What can be validated.

    Attributes:
        name: As the command calls it.
        measure: Id of the measure whose answer is looked at, and whose version a recorded figure belongs to.
        label: The field that a labelled item has.
        predict: The answer for one measured document, as ``--predictions`` writes it.
        count: What is counted in one item, by column; None for one that the metric leaves out.
        figures: What is made of the sums, given the columns that occur.
        about: What it is measured on, in words for a method card.
    """

    name: str
    measure: str
    label: str
    predict: Callable[[Document], dict[str, Any]]
    count: Callable[[Item, Mapping[str, Any]], Mapping[str, float] | None]
    figures: Callable[[Sequence[str]], list[Figure]]
    about: str


TASKS = {
    task.name: task
    for task in (
        Task("quotes", "attribution", "attributions", quotes.predict, quotes.count, quotes.figures, "who is quoted with what"),
        Task("names", "names", "names", names.predict, names.count, names.figures, "names and their short forms"),
        Task("parts", "parts", "parts", parts.predict, parts.count, parts.figures, "parts of articles"),
        Task("passives", "grammar", "passives", passives.predict, passives.count, passives.figures, "passives in sentences"),
        Task("promo", "parts", "parts", parts.predict, parts.count, parts.promo, "promo lines in articles"),
    )
}


def task_of(name: str) -> Task:
    """A task by its name.

    Raises:
        UsageError: For an unknown one.
    """
    if name not in TASKS:
        raise UsageError(f"no such task: {name!r}", mend="known: " + ", ".join(sorted(TASKS)), not_done="nothing was validated")
    return TASKS[name]
