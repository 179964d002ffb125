"""Times: complete ones only, in UTC, with how exact and how sure they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.ingest.moments import parse_moment, parse_visible

PLUS_ONE = timezone(timedelta(hours=1))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected", "precision", "offset"),
    [
        ("2026-03-09T14:50:00+01:00", "2026-03-09T13:50", "minute", "+01:00"),
        ("2026-03-09T14:50:00Z", "2026-03-09T14:50", "minute", "+00:00"),
        ("2026-03-09T14:50:00-0330", "2026-03-09T18:20", "minute", "-03:30"),
        ("Mon, 09 Mar 2026 21:15:00 +0100", "2026-03-09T20:15", "minute", "+01:00"),
        ("Mon, 09 Mar 2026 21:15:00 EST", "2026-03-10T02:15", "minute", "-05:00"),
        ("Mon, 09 Mar 2026 21:15:00", "2026-03-09T20:15", "minute", None),
        ("2026-03-09 21:15", "2026-03-09T20:15", "minute", None),
        ("2026-03-09", "2026-03-09T11:00", "day", None),
        ("9 March 2026", "2026-03-09T11:00", "day", None),
        ("09.03.2026", "2026-03-09T11:00", "day", None),
        ("1773064200", "2026-03-09T13:50", "minute", "+00:00"),
        (1773064200000, "2026-03-09T13:50", "minute", "+00:00"),
        (date(2026, 3, 9), "2026-03-09T11:00", "day", None),
        (datetime(2026, 3, 9, 14, 50, tzinfo=UTC), "2026-03-09T14:50", "minute", "+00:00"),
    ],
)
def test_times_as_machines_write_them(written: object, expected: str, precision: str, offset: str | None) -> None:
    moment = parse_moment(written, "test", zone=PLUS_ONE)
    assert moment is not None
    assert (moment.at, moment.precision, moment.offset) == (at(expected), precision, offset)


@pytest.mark.parametrize("written", ["4 March", "March 2026", "14:50", "yesterday", "", "0001-01-01T00:00:00", "1970-01-01T00:00:00Z",
                                     "2026-02-31", None, True, float("inf"), [2026], "9" * 400, "9999-12-31T23:59:59-23:59"])  # fmt: skip
def test_what_is_no_complete_date_is_none(written: object) -> None:
    assert parse_moment(written, "test") is None


def test_a_clock_without_a_zone_is_less_sure_and_an_ambiguous_date_little() -> None:
    assert parse_moment("2026-03-09T14:50", "meta").confidence == "medium"
    assert parse_moment("2026-03-09T14:50Z", "meta").confidence == "high"
    assert parse_moment("03/04/2026", "column").confidence == "low"
    assert parse_moment("23/04/2026", "column").confidence == "high"


@pytest.mark.parametrize("offset", range(-11, 12))
def test_a_day_stays_the_same_day_in_utc(offset: int) -> None:
    moment = parse_moment("2026-03-09", "column", zone=timezone(timedelta(hours=offset)))
    assert moment.at.date() == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("5 March 2026, 18:40", "2026-03-05T17:40"),
        ("Published 14:50, 9 March 2026 | Updated 19:05", "2026-03-09T13:50"),
        ("March 9th, 2026 at 2:50 pm", "2026-03-09T13:50"),
        ("21. März 2026, 18.10 Uhr", "2026-03-21T17:10"),
        ("le 9 février 2026 à 07:05", "2026-02-09T06:05"),
        ("Posted Sept. 3, 2026", "2026-09-03T11:00"),
    ],
)
def test_dates_printed_for_people(line: str, expected: str) -> None:
    assert parse_visible(line, "visible date", zone=PLUS_ONE).at == at(expected)


@pytest.mark.parametrize("line", ["Updated 19:05", "31 February 2026", "The 2026 budget", "In May 300 people came"])
def test_other_lines_are_no_dates(line: str) -> None:
    assert parse_visible(line, "visible date") is None


@given(st.one_of(st.text(max_size=120), st.integers(), st.floats(), st.datetimes(), st.dates(), st.none()))
def test_anything_gives_a_moment_or_none(value: object) -> None:
    moment = parse_moment(value, "test", zone=PLUS_ONE)
    assert moment is None or (moment.at.tzinfo is UTC and moment.precision in ("day", "minute"))
