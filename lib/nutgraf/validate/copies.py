"""Task ``copies``: how much the texts of pairs of articles share, by the words that copies are found by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.compare.copy_groups import version
from nutgraf.compare.scoring import Figure, column, ratio
from nutgraf.compare.shingles import jaccard, shingles
from nutgraf.errors import InputError, UsageError
from nutgraf.ingest.credits import Agencies
from nutgraf.validate.answering import Answers, Method
from nutgraf.validate.items import NOTHING, Item

if TYPE_CHECKING:
    from nutgraf.measuring import Registry
    from nutgraf.validate.tasks import Task

#: An answer is right when it is so close to the label; pairs with a lower label are left out.
CLOSE, LEAST = 0.1, 0.2
#: The fields that give the Jaccard of a pair, the first of them that is there.
_LABELS = ("jaccard5", "jaccard")


@dataclass(frozen=True)
class Pair(Item):
    """An item with two texts: as bodies, without headline and credits where the file of articles names these."""

    bodies: tuple[str, str] = ("", "")


def read(path: Path, field: str, *, articles: Path | None = None) -> list[Item]:
    """The pairs of a file, with their texts out of another.

    Args:
        path: JSON lines with ``a`` and ``b``, ids of articles, and ``jaccard5`` or ``jaccard`` where it is known.
        field: The field of the articles that holds the text.
        articles: The articles, JSON lines or Parquet, each with ``id``, and with ``title`` and ``authors`` where they are known.

    Raises:
        UsageError: When there is no such file, or no file of articles is named.
        InputError: For a line that is no pair, an article that is not there, or one without text.
    """
    if articles is None:
        raise UsageError("copies need the articles that the pairs are made of", mend="add --articles FILE", not_done=NOTHING)
    pairs = list(_pairs(path))
    if not pairs:
        raise InputError("there is no pair in it", where=path.name, mend="it needs one JSON object a line", not_done=NOTHING)
    wanted = {given[side] for given in pairs for side in ("a", "b")}
    agencies, known = Agencies(), dict[str, str]()
    for row in _articles(articles):
        if row.get("id") in wanted:
            text = row.get(field)
            if not isinstance(text, str):
                mend = "name the field that holds the text with --text FIELD"
                raise InputError(f"article {row['id']!r} has no text in the field '{field}'", where=articles.name, mend=mend, not_done=NOTHING)
            known[row["id"]] = agencies.body_text(text, headline=_text(row.get("title")), byline=_text(row.get("authors")))
    if lost := sorted(wanted - set(known)):
        raise InputError(f"article {lost[0]!r} is not there", where=articles.name, mend="name the file the pairs are made of", not_done=NOTHING)
    names = [str(given["id"]) if given.get("id") is not None else str(number) for number, given in enumerate(pairs)]
    return [Pair(name, "", given, (known[given["a"]], known[given["b"]])) for name, given in zip(names, pairs, strict=True)]


def _pairs(path: Path) -> Iterator[dict[str, Any]]:
    for place, given in _lines(path):
        if not all(isinstance(given.get(side), str) for side in ("a", "b")):
            raise InputError("it does not name two articles", where=f"{path.name}, line {place}", mend="it needs 'a' and 'b', ids", not_done=NOTHING)
        label = _label(given)
        if label is not None and (not isinstance(label, int | float) or isinstance(label, bool) or not 0 <= label <= 1):
            raise InputError(f"{label!r} is no Jaccard", where=f"{path.name}, line {place}", mend="it lies from 0 to 1", not_done=NOTHING)
        yield given


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    if not path.is_file():
        raise UsageError("no such file", where=str(path), mend="name a file of JSON lines, one object a line", not_done=NOTHING)
    with path.open(encoding="utf-8-sig") as file:
        for place, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                given = json.loads(line)
            except ValueError as error:
                where, mend = f"{path.name}, line {place}", "each line must be one JSON object in UTF-8"
                raise InputError(f"this is no JSON: {error}", where=where, mend=mend, not_done=NOTHING) from error
            if not isinstance(given, dict):
                raise InputError("it is no JSON object", where=f"{path.name}, line {place}", mend="put each pair into one", not_done=NOTHING)
            yield place, given


def _articles(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix != ".parquet":
        for _, given in _lines(path):
            yield given
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise UsageError("no such file", where=str(path), mend="name the file of articles", not_done=NOTHING)
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(1_000):
                yield from batch.to_pylist()
    except pa.ArrowException as error:
        raise InputError(f"this is no Parquet: {error}", where=path.name, mend="look at the file", not_done=NOTHING) from error


def of_articles(task: Task, articles: Path) -> Task:
    """The task for the articles of a file."""
    return replace(task, read=partial(read, articles=articles))


def answer(batch: Sequence[Item], _: Registry) -> Answers:
    """The Jaccard of each pair; null where neither text has five words."""
    found = []
    for item in batch:
        assert isinstance(item, Pair)
        one, other = (shingles(body) for body in item.bodies)
        found.append({"a": item.given["a"], "b": item.given["b"], "jaccard": jaccard(one, other)})
    return found


def count(item: Item, answered: Mapping[str, Any]) -> Mapping[str, float] | None:
    """Whether the answer is close to the label; None for a pair below `LEAST`, and for one that could not be answered."""
    label = _label(item.given)
    if label is None or label < LEAST or answered["jaccard"] is None:
        return None
    return {"pairs": 1, "close": float(abs(answered["jaccard"] - label) <= CLOSE)}


def figures(_: Sequence[str]) -> list[Figure]:
    """``within_share``, of the pairs that are counted."""
    return [Figure("within_share", lambda sums: ratio(column(sums, "close"), column(sums, "pairs")))]


def _label(given: Mapping[str, Any]) -> Any:
    return next((given[name] for name in _LABELS if given.get(name) is not None), None)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


METHODS = {"shipped": Method("copies", answer, version=lambda _: version())}
