"""Who published first, as far as dates can say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from nutgraf.compare.first_publisher import first_published

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def row(name: str, published: float | None, fetched: float | None = 48, precision: str = "minute", confidence: str = "high") -> dict[str, Any]:
    """Hours from noon; a day without a time is its noon."""
    moments = [None if hours is None else NOON + timedelta(hours=hours) for hours in (published, fetched)]
    return {
        "article_id": name, "published_at": moments[0], "published_precision": precision, "published_confidence": confidence, "fetched_at": moments[1],
    }  # fmt: skip


CASES = {
    "the earlier minute": [row("a", -1), row("b", -2)],
    "one minute, fetched first": [row("a", 0, 50), row("b", 0, 49)],
    "one minute, fetched together": [row("b", 0), row("c", 0)],
    "a day that ends before": [row("a", 0), row("b", -24, precision="day", fetched=60)],
    "a day, and a minute on it: fetched first": [row("a", -3, 50), row("b", 0, 49, precision="day")],
    "a day, and a minute on it, the other way round": [row("b", -3, 49), row("a", 0, 50, precision="day")],
    "no date: when it was fetched": [row("a", 1, 50), row("b", None, 0)],
    "no date, fetched later": [row("a", None, 2), row("b", 1, 50)],
    "a date that cannot be: when it was fetched": [row("a", 1, 50), row("b", -500, 0, confidence="low")],
    "a date after it was fetched": [row("a", 1, 50), row("b", 20, 0)],
    "nothing known of one": [row("a", None, None), row("b", 1, None)],
    "nothing known of any": [row("b", None, None), row("c", None, None)],
    "three": [row("a", -2, 50), row("b", 0, 49, precision="day"), row("c", 3, 10)],
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_is_the_same_in_any_order(name: str) -> None:
    for rows in permutations(CASES[name]):
        assert first_published(rows)["article_id"] == "b", name
