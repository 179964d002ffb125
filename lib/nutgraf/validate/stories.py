"""Task ``stories``: which articles of a file tell of one event, counted over pairs of articles."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from nutgraf.compare.likeness import Beginning, likenesses
from nutgraf.compare.scoring import Figure, column, f1, ratio
from nutgraf.compare.stories import stories_of
from nutgraf.documents import Document
from nutgraf.errors import InputError
from nutgraf.measures.openings import ID
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.validate.answering import Answers, Method
from nutgraf.validate.items import Item

_BATCH = 256


def grouped(items: Sequence[Item], registry: Registry) -> Answers:
    """A ``story`` for each item: a name that is the same within one story. ``title`` and ``published_at`` are used where an item has them; items
    stand in the order in which they were fetched.

    Raises:
        InputError: For a ``published_at`` that is no time.
    """
    beginnings: list[Beginning] = []
    for first in range(0, len(items), _BATCH):
        beginnings += _beginnings(items[first : first + _BATCH], registry)
    dated = {one.name for one in beginnings if one.published_at is not None}
    found = stories_of([one.name for one in beginnings], likenesses(beginnings), dated=dated)
    named = {article: story.articles[0] for story in found for article in story.articles}
    return [{"story": named.get(item.id, item.id)} for item in items]


def _beginnings(items: Sequence[Item], registry: Registry) -> list[Beginning]:
    import numpy as np

    documents = [_document(item) for item in items]
    rows = {name: measured for name, measured, _ in measure_in_memory(registry, [ID], documents)}[ID]
    found = []
    for item, document in zip(items, documents, strict=True):
        for opening in rows[document.key].openings:
            vector = None if opening.vector is None else np.frombuffer(opening.vector, np.float16).astype(np.float32)
            found.append(Beginning(item.id, json.loads(opening.terms), vector, _moment(item)))
    return found


def _document(item: Item) -> Document:
    title = item.given.get("title")
    text = f"{title}\n\n{item.text}" if isinstance(title, str) and title.strip() else item.text
    return Document(item.id, 1, text, headline=title if isinstance(title, str) else None, language=item.given.get("language") or "en")


def _moment(item: Item) -> datetime | None:
    given = item.given.get("published_at")
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except (ValueError, TypeError) as error:
        mend = "write it as 2026-03-02 or 2026-03-02T16:00:00Z"
        raise InputError(f"'published_at' is no time: {given!r}", where=f"item {item.id}", mend=mend, not_done="Nothing was validated") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def count(pairs: Sequence[tuple[Item, Mapping[str, Any]]]) -> list[Mapping[str, float]]:
    """Pairs of articles by article: each pair counts half for either, so that articles can be drawn for an interval.

    Args:
        pairs: All labelled items with their answers.

    Returns:
        For each ``tp`` (one story by both), ``fp`` (by the answer alone) and ``fn`` (by the label alone).
    """
    gold, answered = [str(item.given["story"]) for item, _ in pairs], [str(answer["story"]) for _, answer in pairs]
    in_gold, in_answer, in_both = Counter(gold), Counter(answered), Counter(zip(gold, answered, strict=True))
    found: list[Mapping[str, float]] = []
    for label, story in zip(gold, answered, strict=True):
        counted: dict[str, float] = defaultdict(float, tp=(in_both[label, story] - 1) / 2)
        counted["fp"] = (in_answer[story] - 1) / 2 - counted["tp"]
        counted["fn"] = (in_gold[label] - 1) / 2 - counted["tp"]
        found.append(counted)
    return found


def figures(columns: Sequence[str]) -> list[Figure]:
    """``f1``, ``precision`` and ``recall`` over pairs of articles."""
    return [
        Figure("f1", f1),
        Figure("precision", lambda sums: ratio(column(sums, "tp"), column(sums, "tp") + column(sums, "fp"))),
        Figure("recall", lambda sums: ratio(column(sums, "tp"), column(sums, "tp") + column(sums, "fn"))),
    ]


METHODS = {"shipped": Method(ID, grouped, at_once=True)}
