"""Schedules: what may be written, which moments it names, and the days on which clocks change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.runs.schedules.schedule import (
    MOST,
    days_between,
    in_words,
    moments_between,
    next_after,
    plain,
    previous_due,
)


def at(zone: str, wall: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def series(expression: str, zone: str, after: str, n: int) -> list[str]:
    """The next moments, as the desk's clock shows them."""
    moment, found = at(zone, after), []
    for _ in range(n):
        moment = next_after(expression, ZoneInfo(zone), moment)
        assert moment.tzinfo is UTC
        found.append(moment.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"))
    return found


#: Expression, zone, from when, and the moments that follow. Clocks go forward, clocks go back, and what croniter alone gives otherwise.
CLOCKS = [
    ("30 2 * * *", "Europe/Oslo", "2026-03-28T12:00", ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]),
    ("*/20 2 * * *", "Europe/Oslo", "2026-03-29T00:00", ["2026-03-29T03:00+02:00", "2026-03-30T02:00+02:00", "2026-03-30T02:20+02:00"]),
    ("0 3 * * *", "Europe/Oslo", "2026-03-28T12:00", ["2026-03-29T03:00+02:00", "2026-03-30T03:00+02:00"]),
    ("30 2 * * *", "Europe/Oslo", "2026-10-24T12:00", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
    ("0 * * * *", "Europe/Oslo", "2026-10-25T00:30", ["2026-10-25T01:00+02:00", "2026-10-25T02:00+02:00", "2026-10-25T03:00+01:00"]),
    ("30 6 * * 1-5", "Europe/Oslo", "2026-10-23T12:00", ["2026-10-26T06:30+01:00", "2026-10-27T06:30+01:00"]),
    ("30 2 * * *", "America/New_York", "2026-03-07T12:00", ["2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"]),
    ("30 1 * * *", "America/New_York", "2026-10-31T12:00", ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"]),
    ("10 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00", ["2026-10-04T02:30+11:00", "2026-10-05T02:10+11:00"]),
    ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00", ["2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30"]),
    ("15 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00", ["2026-04-05T01:15+11:00", "2026-04-06T01:15+10:30"]),
    ("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00", ["2011-12-31T00:00+14:00", "2012-12-30T12:00+14:00"]),  # a whole day is left out
    ("@daily", "UTC", "2026-02-28T12:00", ["2026-03-01T00:00+00:00"]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "zone", "after", "wanted"), CLOCKS)
def test_moments_on_the_days_on_which_clocks_change(expression: str, zone: str, after: str, wanted: list[str]) -> None:
    assert series(expression, zone, after, len(wanted)) == wanted
    for text in wanted:  # looked at backwards, from the moment itself and from just before the next
        moment = datetime.fromisoformat(text)
        assert previous_due(expression, ZoneInfo(zone), moment) == moment
        assert previous_due(expression, ZoneInfo(zone), next_after(expression, ZoneInfo(zone), moment) - timedelta(seconds=1)) == moment


def test_in_the_second_pass_of_an_hour_the_first_is_past() -> None:
    zone = ZoneInfo("Europe/Oslo")
    now = at("Europe/Oslo", "2026-10-25T02:10", fold=1)
    assert previous_due("30 2 * * *", zone, now) == at("Europe/Oslo", "2026-10-25T02:30")
    assert next_after("30 2 * * *", zone, now) == at("Europe/Oslo", "2026-10-26T02:30")
    assert moments_between("*/30 2 * * *", zone, at("Europe/Oslo", "2026-10-25T01:00"), now) == [
        at("Europe/Oslo", "2026-10-25T02:00"), at("Europe/Oslo", "2026-10-25T02:30"),
    ]  # fmt: skip


def test_a_desk_whose_zone_changes_runs_at_its_new_morning_and_none_twice() -> None:
    morning, oslo, new_york = "30 6 * * *", ZoneInfo("Europe/Oslo"), ZoneInfo("America/New_York")
    handled = at("Europe/Oslo", "2026-05-04T06:31")
    assert not moments_between(morning, new_york, handled, at("America/New_York", "2026-05-04T06:29"))
    assert len(moments_between(morning, new_york, handled, at("America/New_York", "2026-05-04T06:30"))) == 1
    back = at("America/New_York", "2026-05-04T06:31")
    assert not moments_between(morning, oslo, back, at("Europe/Oslo", "2026-05-05T06:29"))


def test_missed_moments_are_counted_without_those_that_fell_together_and_up_to_a_bound() -> None:
    zone = ZoneInfo("Europe/Oslo")
    found = moments_between("30 6 * * *", zone, at("Europe/Oslo", "2026-03-01T06:30"), at("Europe/Oslo", "2026-03-31T06:30"))
    assert len(found) == 30 and found[0] == at("Europe/Oslo", "2026-03-02T06:30") and found[-1] == at("Europe/Oslo", "2026-03-31T06:30")
    night = moments_between("*/15 2-3 * * *", zone, at("Europe/Oslo", "2026-03-29T01:00"), at("Europe/Oslo", "2026-03-29T12:00"))
    assert len(night) == 4, "2:00 to 2:45 do not exist and are one with 3:00"
    assert moments_between("30 6 * * *", zone, at("Europe/Oslo", "2026-03-01T06:30"), at("Europe/Oslo", "2026-03-01T06:30")) == []
    assert len(moments_between("* * * * *", zone, at("Europe/Oslo", "2026-01-01T00:00"), at("Europe/Oslo", "2026-03-01T00:00"))) == MOST + 1


def test_days_of_a_range() -> None:
    zone, now = ZoneInfo("Europe/Oslo"), at("Europe/Oslo", "2026-01-09T06:29")
    first, last = date(2026, 1, 1), date(2026, 1, 31)
    assert days_between("30 6 * * 1-5", zone, first, last, now) == [date(2026, 1, day) for day in (1, 2, 5, 6, 7, 8)]
    assert days_between("0 0,12 * * *", zone, date(2026, 1, 5), date(2026, 1, 5), now) == [date(2026, 1, 5)]
    assert days_between("0 0 29 2 *", zone, first, last, now) == []


PLAIN = [
    ("30 6 * * 1-5", "30 6 * * 1-5"), (" 30  6 * * MON-Fri ", "30 6 * * 1-5"), ("@Daily", "0 0 * * *"), ("0 6 * jan,jul *", "0 6 * 1,7 *"),
    ("0 6 * * sat-sun", "0 6 * * 6-7"), ("0 6 * * sun", "0 6 * * 0"), ("0-0 6-6 * * *", "0 6 * * *"), ("*/10 8-18/2 * * *", "*/10 8-18/2 * * *"),
    ("05 06 * * *", "5 6 * * *"),
]  # fmt: skip
WRONG = [
    ("", "has 0 fields"), ("30 6 * *", "has 4 fields; a schedule has five: minute, hour"), ("30 6 * * 1-5 0", "has 6 fields"), ("6:30", "has 1 fields"),
    ("60 6 * * *", "the minute '60' must be a number from 0 to 59"), ("0 24 * * *", "the hour '24' must be"), ("0 6 0 * *", "the day of the month '0'"),
    ("0 6 * 13 *", "the month '13' must be a number from 1 to 12, or jan, feb"), ("0 6 * * 8", "the day of the week '8'"),
    ("0 6 * * monday", "the day of the week 'monday' must be"), ("0 22-2 * * *", "runs backwards"), ("5/10 * * * *", "write 5-59/10"),
    ("*/0 * * * *", "a step of 0"), ("*/60 * * * *", "a step of 60"), ("R 6 * * *", "the minute 'r'"), ("H 6 * * *", "the minute 'h'"), ("0 6 1w * *", "'1w'"),
    ("0 6 l * *", "'l'"), ("0 6 * * 5#3", "not understood"), ("@reboot", "unknown short form '@reboot'; known are @annually, @daily"),
    ("0 6 30 2 *", "never comes"), ("0 6,, * * *", "the hour '' is not understood"), ("٣ 6 * * *", "the minute '٣' is not understood"),
    ("0 6 */2 * 1", "list the days"), ("0 6 1 * */2", "list the days"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "wanted"), PLAIN)
def test_what_may_be_written(expression: str, wanted: str) -> None:
    assert plain(expression) == wanted


@pytest.mark.parametrize(("expression", "words"), WRONG)
def test_what_is_wrong_is_said(expression: str, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        plain(expression)
    assert words in str(caught.value)


def fields() -> st.SearchStrategy[str]:
    def part(low: int, high: int) -> st.SearchStrategy[str]:
        number = st.integers(low, high)
        ranges = st.tuples(number, number).map(sorted).map(lambda ends: f"{ends[0]}-{ends[1]}")
        return st.lists(st.one_of(number.map(str), ranges), min_size=1, max_size=2).map(",".join) | st.just("*") | st.just("*/2")

    def is_clear(found: tuple[str, ...]) -> bool:
        return "*/2" not in (found[2], found[4]) or "*" in (found[2], found[4])

    return st.tuples(part(0, 59), part(0, 23), part(1, 28), part(1, 12), part(0, 7)).filter(is_clear).map(" ".join)


def fitting(fields: str) -> Callable[[datetime], bool]:
    """Cron's own rule, for one minute at a time; two days that are both given mean either."""
    sets = []
    for written, (low, high) in zip(fields.split(), ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7)), strict=True):
        allowed: set[int] = set()
        for one in written.split(","):
            base, _, step = one.partition("/")
            first, _, last = base.partition("-")
            start, end = (low, high) if base == "*" else (int(first), int(last or first))
            allowed |= set(range(start, end + 1, int(step or 1)))
        sets.append(allowed)
    minutes, hours, days, months, week = sets
    is_either = "*" not in (fields.split()[2], fields.split()[4])

    def fits(wall: datetime) -> bool:
        by_day, by_week = wall.day in days, wall.isoweekday() in week or (wall.isoweekday() == 7 and 0 in week)
        day = by_day or by_week if is_either else by_day and by_week
        return day and wall.minute in minutes and wall.hour in hours and wall.month in months

    return fits


@settings(max_examples=40, deadline=None)
@given(fields(), st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)))
def test_moments_are_those_that_cron_names(expression: str, start: datetime) -> None:
    start = start.replace(second=0, microsecond=0)
    minutes = [start + timedelta(minutes=n) for n in range(40 * 60)]
    fits = fitting(plain(expression))
    wanted = [wall.replace(tzinfo=UTC) for wall in minutes if fits(wall)][:MOST]
    found = moments_between(expression, UTC, (start - timedelta(minutes=1)).replace(tzinfo=UTC), minutes[-1].replace(tzinfo=UTC))[:MOST]
    assert found == wanted


WORDS = [
    ("30 6 * * *", "every day at 06:30"), ("@daily", "every day at 00:00"), ("30 6 * * 1-5", "Monday to Friday at 06:30"),
    ("0 7 * * sat,sun", "Saturday and Sunday at 07:00"), ("0 7 * * 6-7", "Saturday and Sunday at 07:00"), ("0 6,18 * * *", "every day at 06:00 and 18:00"),
    ("@hourly", "every hour at minute 0"), ("*/10 * * * *", "every 10 minutes"), ("* * * * *", "every minute"), ("0 6 1 * *", "on day 1 of each month at 06:00"),
    ("0 6 1,15 * *", "on days 1 and 15 of each month at 06:00"), ("0 */5 * * *", "0 */5 * * *"), ("0 6 1 * 1", "0 6 1 * 1"), ("0 6 * 1 *", "0 6 * 1 *"),
    ("*/7 * * * *", "*/7 * * * *"), ("0 6 * * 1,3,5", "Monday, Wednesday and Friday at 06:00"), ("*/1 * * * *", "every minute"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "words"), WORDS)
def test_in_words_where_words_are_sure(expression: str, words: str) -> None:
    assert in_words(expression) == words
