"""An outlet's bodies that are suddenly short are seen, and ordinary days are not."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from nutgraf.ingest.drift import BODIES, DATES, FEWEST_EARLIER, FEWEST_NEW, Arrival, drift_of, drifts, periods_of

from tests.conftest import labelled

START = datetime(2026, 3, 1, 6, tzinfo=UTC)


def daily(*lengths: int) -> list[tuple[datetime, int]]:
    """One article a day."""
    return [(START + timedelta(days=number), length) for number, length in enumerate(lengths)]


EARLIER = [500 + 10 * n for n in range(FEWEST_EARLIER)]


def test_empty_bodies_are_seen_once_five_came_in() -> None:
    assert drift_of("A", daily(*EARLIER, *[0] * 5))
    # Three of five are more than half; two are not.
    assert drift_of("A", daily(*EARLIER, 600, 600, 0, 0, 0)).n_short == 3
    assert drift_of("A", daily(*EARLIER, 600, 600, 600, 0, 0)) is None


def test_texts_of_a_quarter_are_seen_though_none_is_empty() -> None:
    found = drift_of("A", daily(*EARLIER, *[150] * 5))
    assert (found.n_short, found.newest_median, found.earlier_median) == (0, 150, 595)
    assert drift_of("A", daily(*EARLIER, *[250] * 5)) is None


def test_an_outlet_that_always_sent_short_texts_is_left_alone() -> None:
    assert drift_of("A", daily(*[30, 60, 40, 45] * 6, *[30] * 5)) is None
    # A tenth of short ones is the limit: 2 of 20 are as many, 1 is less.
    tail = [590, 590, 10, 10, 10]
    assert drift_of("A", daily(*EARLIER[1:], 10, *tail)) is not None
    assert drift_of("A", daily(*EARLIER[2:], 10, 10, *tail)).newest_median == 10
    assert drift_of("A", daily(*EARLIER[2:], 10, 10, 590, 590, 49, 49, 300)) is None


def test_too_few_say_nothing() -> None:
    assert drift_of("A", daily(*EARLIER[1:], *[0] * 5)) is None
    assert drift_of("A", daily(*[0] * (FEWEST_NEW - 1))) is None
    assert drift_of("A", []) is None


def test_one_fetch_has_no_order() -> None:
    together = [(START, length) for length in [600] * 40 + [0] * 10]
    assert drift_of("A", together) is None, "the first fetch of a desk has nothing before it"
    later = [(START + timedelta(days=1), length) for length in [600] * 6 + [0] * 4]
    assert drift_of("A", together[:40] + later) is None, "four of ten are empty, whichever five one would pick"
    assert drift_of("A", together[:40] + [(START + timedelta(days=1), 0)] * 4) is None, "four are too few"
    most = [(START + timedelta(days=1), length) for length in [600] * 4 + [0] * 6]
    assert drift_of("A", together[:40] + most).n_newest == 10


def test_outlets_are_judged_by_themselves_and_named() -> None:
    good, bad = daily(*EARLIER, *EARLIER), daily(*EARLIER, *[3] * 5)
    rows = [("Good", *fetch) for fetch in good] + [("Bad", *fetch) for fetch in bad] + [(None, *fetch) for fetch in bad]
    random.Random(1).shuffle(rows)
    assert [found.outlet for found in drifts(rows)] == [None, "Bad"]
    assert drifts(rows)[1].since == START + timedelta(days=FEWEST_EARLIER)


@pytest.mark.accuracy
def test_real_articles_set_off_no_alarm_and_a_broken_outlet_does() -> None:
    """The figures in docs/alerts.md: 35 outlets or so, one day after the other, as if each day were a run."""
    import pyarrow.parquet as pq

    rows = pq.read_table(labelled("articles/allsides.parquet"), columns=["outlet", "date_iso", "text"]).to_pylist()
    word, by_outlet = re.compile(r"\w+"), {}
    for row in rows:
        if row["date_iso"]:
            day = datetime.fromisoformat(row["date_iso"][:10])
            by_outlet.setdefault(row["outlet"], []).append((day, len(word.findall(row["text"] or ""))))
    looks = alarms = seen = broken = 0
    assert not any(periods_of(Arrival(*fetch) for fetch in fetches) for fetches in by_outlet.values()), "no article would have been set aside"
    delays, chance = [], random.Random(7)
    for fetches in by_outlet.values():
        fetches.sort()
        days = sorted({day for day, _ in fetches})
        for day in days:
            held = [fetch for fetch in fetches if fetch[0] <= day]
            looks += len(held) >= FEWEST_NEW + FEWEST_EARLIER
            alarms += drift_of("", held) is not None
        if len(fetches) < 60:
            continue
        for _ in range(5):
            cut = chance.randrange(30, len(fetches) - 20)
            harmed = fetches[:cut] + [(day, chance.randrange(60)) for day, _ in fetches[cut:]]
            broken += 1
            for number in range(cut + 1, len(harmed) + 1):
                if drift_of("", harmed[:number]):
                    seen += 1
                    delays.append(number - cut)
                    break
    print(f"{looks} looks at {len(by_outlet)} outlets: {alarms} alarms; {seen} of {broken} seen, after {sorted(delays)}")  # noqa: T201
    assert looks > 4000 and alarms == 0
    assert seen == broken and sorted(delays)[len(delays) // 2] <= 5


def arrivals(*lengths: int, undated: frozenset[int] = frozenset()) -> list[Arrival]:
    return [Arrival(moment, length, at not in undated) for at, (moment, length) in enumerate(daily(*lengths))]


def test_articles_without_a_date_are_seen_where_dates_are_usual() -> None:
    lengths = [*EARLIER, *[600] * 5]
    found = drift_of("A", arrivals(*lengths, undated=frozenset((21, 23, 24))))
    assert found.signs == (DATES,) and found.n_undated == 3
    assert drift_of("A", arrivals(*lengths, undated=frozenset((23, 24)))) is None
    assert drift_of("A", arrivals(*lengths, undated=frozenset(range(0, 25, 2)))) is None, "half of them never had one"


def test_a_period_lasts_while_the_outlet_is_so_and_what_came_in_then_is_not_usual() -> None:
    lengths = [*EARLIER, *[10] * 60, *[600] * 10]
    (period,) = periods_of(arrivals(*lengths))
    assert period.sign == BODIES and period.usual == 595 and period.since == START + timedelta(days=FEWEST_EARLIER)
    held = [at for at, arrival in enumerate(arrivals(*lengths)) if period.holds(arrival)]
    assert held == list(range(20, 80)), "the first are among them, and none that is as usual"
    shuffled = arrivals(*lengths)
    random.Random(4).shuffle(shuffled)
    assert periods_of(shuffled) == [period]
    assert periods_of(arrivals(*EARLIER, *EARLIER)) == [] and periods_of([]) == []


def test_two_signs_and_two_periods_are_told_apart() -> None:
    lengths = [*EARLIER, *[10] * 5, *[600] * 20, *[10] * 5]
    assert [period.sign for period in periods_of(arrivals(*lengths))] == [BODIES, BODIES]
    both = periods_of(arrivals(*EARLIER, *[10] * 5, undated=frozenset(range(20, 25))))
    assert sorted(period.sign for period in both) == [BODIES, DATES]
