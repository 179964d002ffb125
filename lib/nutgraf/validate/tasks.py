"""Tasks: which measure answers each, what its answer looks like, and what is counted against the labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nutgraf.compare.scoring import Figure
from nutgraf.errors import UsageError
from nutgraf.validate import copies, feeds, frames, items, names, pages, parts, passives, quotes, stories, tone, trained, wording
from nutgraf.validate.answering import Method, measured
from nutgraf.validate.items import Item

#: The method that the reports use.
SHIPPED = "shipped"


#: Items with their answers.
Answered = Sequence[tuple[Item, Mapping[str, Any]]]


@dataclass(frozen=True)
class Task:
    """What can be validated.

    Attributes:
        name: As the command calls it.
        methods: Ways to answer, by name; `SHIPPED` is what the reports use.
        label: The field that a labelled item has.
        counts: What is counted in each of the labelled items, given all of them with their answers, by column; None for an item that the metric
            leaves out. Most are counted `each` by itself.
        figures: What is made of the sums, given the columns that occur.
        about: What it is measured on, in words for a method card.
        also: Other fields that make an item a labelled one.
        read: The items of a path, given the field that holds the text.
    """

    name: str
    methods: Mapping[str, Method]
    label: str
    counts: Callable[[Answered], Sequence[Mapping[str, float] | None]]
    figures: Callable[[Sequence[str]], list[Figure]]
    about: str
    also: tuple[str, ...] = ()
    read: Callable[[Path, str], list[Item]] = items.read

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


def each(count: Callable[[Item, Mapping[str, Any]], Mapping[str, float] | None]) -> Callable[[Answered], Sequence[Mapping[str, float] | None]]:
    """Counts in all items, from what counts in one."""
    return lambda answered: [count(item, answer) for item, answer in answered]


def _as_measured(measure: str, predict: Callable[..., dict[str, Any]]) -> dict[str, Method]:
    return {SHIPPED: measured(measure, predict)}


TASKS = {
    task.name: task
    for task in (
        Task(
            "copies", copies.METHODS, "jaccard5", each(copies.count), copies.figures, "how much two texts share", also=("jaccard",), read=copies.read
        ),
        Task(
            "extraction", pages.METHODS, "text", each(pages.count), pages.figures, "articles taken out of pages",
            also=("title", "headline", "authors", "publishing_date", "published_at"), read=pages.read,
        ),
        Task("quotes", _as_measured("attribution", quotes.predict), "attributions", each(quotes.count), quotes.figures, "who is quoted with what"),
        Task("feeds", feeds.METHODS, "items", each(feeds.count), feeds.figures, "entries of feeds", read=feeds.read),
        Task("frames", _as_measured("frames", frames.predict), "frames", each(frames.count), frames.figures, "frames of articles"),
        Task("frames-trained", trained.METHODS, "frames", each(trained.count), trained.figures, "frames learnt from codes", also=("label",)),
        Task("names", _as_measured("names", names.predict), "names", each(names.count), names.figures, "names and their short forms"),
        Task("parts", _as_measured("parts", parts.predict), "parts", each(parts.count), parts.figures, "parts of articles"),
        Task("passives", _as_measured("grammar", passives.predict), "passives", each(passives.count), passives.figures, "passives in sentences"),
        Task("promo", _as_measured("parts", parts.predict), "parts", each(parts.count), parts.promo, "promo lines in articles"),
        Task("stories", stories.METHODS, "story", stories.count, stories.figures, "articles on one event"),
        Task("tone-target", tone.TARGETS, "label", each(tone.count), tone.figures_of_targets, "tone of sentences towards a target"),
        Task("tone-sentence", tone.SENTENCES, "label", each(tone.count), tone.figures_of_sentences, "tone of sentences"),
        Task("wording", wording.METHODS, "label", each(wording.count), wording.figures, "loaded words in sentences"),
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
