"""Periods: the shortest unit that keeps a figure readable, without a gap, counted in the desk's time zone."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.findings.periods import UNITS, in_words, periods


def moments(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts), utc=True))


@pytest.mark.parametrize(
    ("last", "unit", "first", "n"),
    [("2026-03-22", "week", "2026-03-02", 3), ("2026-09-01", "month", "2026-03-01", 7), ("2028-01-01", "quarter", "2026-01-01", 9),
     ("2036-01-01", "year", "2026-01-01", 11)],
)  # fmt: skip
def test_the_shortest_unit_that_fits(last: str, unit: str, first: str, n: int) -> None:
    found = periods(moments("2026-03-05T12:00", last + "T12:00"), "UTC", most=12)
    assert (found.unit, found.all[0], len(found.all)) == (unit, first, n)


def test_years_are_taken_even_when_there_are_more() -> None:
    assert periods(moments("1980-01-01", "2026-01-01"), "UTC", most=12).unit == "year"


def test_days_are_the_desks_own_and_nulls_stay() -> None:
    found = periods(moments("2026-03-08T23:30", None), "Etc/GMT-1", most=12)  # Monday, half past midnight, on the desk
    assert found.starts.tolist()[0] == "2026-03-09" and pd.isna(found.starts.tolist()[1])
    assert found.all == ["2026-03-09"]
    assert periods(moments(None, None), "UTC", most=12).all == []


def test_a_period_without_an_article_is_still_a_period() -> None:
    assert periods(moments("2026-03-02", "2026-03-17"), "UTC", most=12).all == ["2026-03-02", "2026-03-09", "2026-03-16"]


@given(st.lists(st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp("2040-01-01")), min_size=1, max_size=20), st.integers(1, 30))
def test_every_moment_lies_in_a_listed_period(dates: list, most: int) -> None:
    found = periods(pd.Series(pd.to_datetime(dates, utc=True)), "Europe/Oslo", most=most)
    assert set(found.starts) <= set(found.all) and found.unit in UNITS
    assert len(found.all) <= most or found.unit == "year"


def test_a_period_in_words() -> None:
    assert [in_words("2026-04-06", unit) for unit in UNITS] == ["the week of 6 April", "April 2026", "the second quarter of 2026", "2026"]
