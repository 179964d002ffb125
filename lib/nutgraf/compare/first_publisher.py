"""Who published a text first, of several articles that carry it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

Row = TypeVar("Row", bound=Mapping[str, Any])

#: A day without a time is kept as its noon.
_HALF_A_DAY = timedelta(hours=12)


def first_published(rows: Sequence[Row]) -> Row:
    """The article that was published first, as far as dates can say.

    A time to the minute is a moment, a day anything from its first to its last. A date of low confidence, such as one in the future, and one that is
    missing are taken for the time of fetching: by then it was published. Whoever can be said to be before all others is the first. Of
    several who can have been the first, say one of 9 March and one of 9 March at 10:00, it is the one that was fetched first.

    Args:
        rows: At least one, each with article_id, published_at, published_precision, published_confidence and fetched_at.
    """
    spans = [_span(row) for row in rows]
    known = [span for span in spans if span is not None]
    if not known:
        return min(rows, key=lambda row: row["article_id"])
    latest = min(end for _, end in known)
    could = [(row, span) for row, span in zip(rows, spans, strict=True) if span is not None and span[0] <= latest]
    return min(could, key=lambda one: _order(*one))[0]


def _span(row: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """From when to when it can have been published."""
    published, fetched = row["published_at"], row["fetched_at"]
    if published is None or row.get("published_confidence") == "low":
        return (fetched, fetched) if fetched is not None else None
    half = _HALF_A_DAY if row.get("published_precision") == "day" else timedelta(0)
    begin, end = published - half, published + half
    return (begin, end) if fetched is None else (min(begin, fetched), min(end, fetched))


def _order(row: Mapping[str, Any], span: tuple[datetime, datetime]) -> tuple[datetime, datetime, str]:
    return row["fetched_at"] or span[1], span[0], row["article_id"]
