"""Task ``extraction``: pages of a folder, read exactly as ingest reads them, against what people took out of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.compare.scoring import Figure, column, ratio
from nutgraf.documents import Document
from nutgraf.errors import InputError
from nutgraf.ingest.articles import Reader, to_row
from nutgraf.ingest.credits import Agencies
from nutgraf.ingest.pages.page import extraction_version, read_page
from nutgraf.ingest.records import RawItem, Record
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.validate.answering import Answers, Method
from nutgraf.validate.folders import FileItem, named_files
from nutgraf.validate.items import NOTHING, Item

if TYPE_CHECKING:
    import numpy as np

#: A page whose text was found in it by less than this share was saved without its article; the metric leaves it out.
SAVED_WHOLE = 0.9
#: Parts that ingest leaves in the text and that belong to no article.
MARKED = ("promo", "newsletter", "credit")
_WORD = re.compile(r"\w+")


def read(path: Path, field: str) -> list[Item]:
    """The pages that a folder's ``manifest.jsonl`` names, or that a manifest names which stands beside them.

    Args:
        path: The folder or the manifest.
        field: The field of the manifest that holds the text, for pages that are labelled with one.

    Raises:
        UsageError: When there is no such folder, or no manifest in it.
        InputError: For a line of the manifest that names no file, or one outside the folder, or when two lines name one.
    """
    found: dict[str, Item] = {}
    for key, given, place, manifest in named_files(path, "page"):
        name = str(given["id"]) if given.get("id") is not None else key
        if name in found:
            raise InputError(f"two pages have the id {name!r}", where=manifest, mend="give each its own id", not_done=NOTHING)
        label = given.get(field)
        found[name] = FileItem(name, label if isinstance(label, str) else "", {**given, "text": label}, place)
    return list(found.values())


def answer(batch: Sequence[Item], registry: Registry) -> Answers:
    """Text, headline, date and credits of each page; empty and null where ingest would set the page aside.

    The text is what analyses read of an article below its headline: ingest leaves lines such as "Read more: …" where they stand, and the
    reading marks them.
    """
    rows = [_row(item) for item in batch]
    documents = [Document(item.id, 1, row["text"], headline=row["headline"], standfirst=row["standfirst"], byline=row["credits"],
                          language=row["language"]) for item, row in zip(batch, rows, strict=True)]  # fmt: skip
    for _, _, failed in measure_in_memory(registry, ["parts"], documents):
        if failed:
            (key, error) = next(iter(failed.items()))
            raise InputError(f"its parts could not be read: {error}", where=f"item {key[0]}", not_done=NOTHING)
    return [_answer(row, document) for row, document in zip(rows, documents, strict=True)]


def _row(item: Item) -> dict[str, Any]:
    """A page as a row of ``articles``, as ingest would write it."""
    assert isinstance(item, FileItem)
    given = item.given
    raw = RawItem(
        item.path, "validate", str(given["file"]), url=_text(given.get("url")), outlet=_text(given.get("outlet")),
        content_type=_text(given.get("content_type")),
    )  # fmt: skip
    content = item.content("page")
    try:
        record = read_page(raw, content)
    except InputError as error:
        record = Record(raw.key, problem=error.what)
    return to_row(record, raw, None, datetime.now(UTC), Reader(Agencies(), {}))


def _answer(row: Mapping[str, Any], document: Document) -> dict[str, Any]:
    at, text = row["published_at"], row["text"]
    below = len(row["headline"]) if row["headline"] and text.startswith(row["headline"]) else 0
    lines = [text[part.start : part.end] for part in document.spans_of("part") if part.start >= below and part.label not in MARKED]
    return {
        "text": "\n\n".join(lines),
        "headline": row["headline"],
        "published_at": at.isoformat() if at else None,
        "published_on": str(_own_day(at, row["published_offset"])) if at else None,
        "authors": row["credits"].split("; ") if row["credits"] else [],
    }


def _own_day(at: datetime, offset: str | None) -> date:
    """The day in the page's own zone; where it names none, in that of the desk, here UTC."""
    if offset is None:
        return at.date()
    hours, minutes = offset[1:].split(":")
    apart = timedelta(hours=int(hours), minutes=int(minutes))
    return (at + (apart if offset[0] == "+" else -apart)).date()


def count(item: Item, answered: Mapping[str, Any]) -> Mapping[str, float] | None:
    """What is right of a page, and how many pages have that label; None for one that was saved without its article."""
    given = item.given
    score = given.get("match_score")
    if isinstance(score, int | float) and score < SAVED_WHOLE:
        return None
    counted: dict[str, float] = {}
    if isinstance(given.get("text"), str) and given["text"].strip():
        counted |= {"text": _overlap(_words(given["text"]), _words(answered["text"])), "texts": 1}
    if _label(given, "publishing_date", "published_at"):
        gold = str(_label(given, "publishing_date", "published_at"))
        said = answered["published_at" if re.search(r"(?:\+00:?00|Z)$", gold) else "published_on"]
        counted |= {"day": float(said is not None and str(said)[:10] == gold[:10]), "days": 1}
    if given.get("authors"):
        if not isinstance(given["authors"], list) or not all(isinstance(name, str) for name in given["authors"]):
            raise InputError("'authors' is no list of names", where=f"item {item.id}", mend="see docs/validating.md", not_done=NOTHING)
        gold_words, found_words = ({word for name in names for word in _words(name)} for names in (given["authors"], answered["authors"]))
        counted |= {"author": _overlap(Counter(gold_words), Counter(found_words)), "authors": 1}
    if _label(given, "title", "headline"):
        same = _plain(str(_label(given, "title", "headline"))) == _plain(answered["headline"] or "")
        counted |= {"headline": float(same), "headlines": 1}
    return counted


def _label(given: Mapping[str, Any], *names: str) -> Any:
    return next((given[name] for name in names if given.get(name)), None)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _overlap(gold: Counter[str], found: Counter[str]) -> float:
    """F1 of two multisets."""
    total = gold.total() + found.total()
    return 2 * (gold & found).total() / total if total else 0.0


def figures(columns: Sequence[str]) -> list[Figure]:
    """Means over the pages that have each label."""
    return [Figure(name, partial(_mean, right, of)) for name, right, of in _FIGURES if of in columns]


def _mean(right: str, of: str, sums: Mapping[str, np.ndarray]) -> np.ndarray:
    return ratio(column(sums, right), column(sums, of))


_FIGURES = (("token_f1", "text", "texts"), ("day", "day", "days"), ("author_f1", "author", "authors"), ("headline", "headline", "headlines"))
METHODS = {"shipped": Method("extraction", answer, version=lambda _: extraction_version())}
