"""Tasks: which measure answers each, what its answer looks like, and what is counted against the labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nutgraf.compare.scoring import Figure
from nutgraf.errors import UsageError
from nutgraf.validate import frames, names, parts, passives, quotes, stories, tone, trained, wording
from nutgraf.validate.answering import Method, measured
from nutgraf.validate.items import Item

#: The method that the reports use.
SHIPPED = "shipped"


@dataclass(frozen=True)
class Task:
    """What can be validated.

    Attributes:
        name: As the command calls it.
        methods: Ways to answer, by name; `SHIPPED` is what the reports use.
        label: The field that a labelled item has.
        count: What is counted in one item, by column; None for one that the metric leaves out.
        figures: What is made of the sums, given the columns that occur.
        about: What it is measured on, in words for a method card.
        also: Other fields that make an item a labelled one.
        together: Counts in all labelled items at once, where one cannot be counted without the others; `count` is not asked then.
    """

    name: str
    methods: Mapping[str, Method]
    label: str
    count: Callable[[Item, Mapping[str, Any]], Mapping[str, float] | None]
    figures: Callable[[Sequence[str]], list[Figure]]
    about: str
    also: tuple[str, ...] = ()
    together: Callable[[Sequence[tuple[Item, Mapping[str, Any]]]], Sequence[Mapping[str, float]]] | None = None

    def counts(self, answered: Sequence[tuple[Item, Mapping[str, Any]]]) -> Sequence[Mapping[str, float] | None]:
        """What is counted in each of the labelled items, in order.

        Args:
            answered: The items with their answers.
        """
        if self.together is not None:
            return self.together(answered)
        return [self.count(item, answer) for item, answer in answered]

    def is_labelled(self, item: Item) -> bool:
        """Whether somebody has labelled an item."""
        return any(item.has(field) for field in (self.label, *self.also))

    def method(self, name: str) -> Method:
        """A way to answer, by its name.

        Raises:
            UsageError: For an unknown one.
        """
        if name not in self.methods:
            known = ", ".join(self.methods)
            raise UsageError(f"no such method: {name!r}", mend=f"known for {self.name}: {known}", not_done="nothing was validated")
        return self.methods[name]


def _as_measured(measure: str, predict: Callable[..., dict[str, Any]]) -> dict[str, Method]:
    return {SHIPPED: measured(measure, predict)}


TASKS = {
    task.name: task
    for task in (
        Task("quotes", _as_measured("attribution", quotes.predict), "attributions", quotes.count, quotes.figures, "who is quoted with what"),
        Task("frames", _as_measured("frames", frames.predict), "frames", frames.count, frames.figures, "frames of articles"),
        Task("frames-trained", trained.METHODS, "frames", trained.count, trained.figures, "frames learnt from codes", also=("label",)),
        Task("names", _as_measured("names", names.predict), "names", names.count, names.figures, "names and their short forms"),
        Task("parts", _as_measured("parts", parts.predict), "parts", parts.count, parts.figures, "parts of articles"),
        Task("passives", _as_measured("grammar", passives.predict), "passives", passives.count, passives.figures, "passives in sentences"),
        Task("promo", _as_measured("parts", parts.predict), "parts", parts.count, parts.promo, "promo lines in articles"),
        Task(
            "stories", stories.METHODS, "story", lambda item, answer: None, stories.figures, "articles on one event", together=stories.count,
        ),
        Task("tone-target", tone.TARGETS, "label", tone.count, tone.figures_of_targets, "tone of sentences towards a target"),
        Task("tone-sentence", tone.SENTENCES, "label", tone.count, tone.figures_of_sentences, "tone of sentences"),
        Task("wording", wording.METHODS, "label", wording.count, wording.figures, "loaded words in sentences"),
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
