"""An outlet whose bodies are suddenly empty or short, or whose articles suddenly lack a date: most often its page was rebuilt, or a wall went up.

Pure: arrivals in, observations out. The newest articles of an outlet are held against its earlier ones, each as it first came in, so
that a summary which is later followed by the page is compared with summaries. A page that is fetched again counts once more, by itself, when it lost
most of its text or its date since (`arrivals_of`): a rebuilt page shows there first. Newest means the last `FEWEST_NEW`, and whatever was fetched
at the same moment as the first of them: within one fetch there is no order.

Three signs, any of them enough:

- the median length of the newest is below a third of the earlier median;
- more than half of the newest are empty or have fewer than `SHORT_WORDS` words, which of the earlier ones less than a tenth had;
- more than half of the newest have no date, which of the earlier ones less than a tenth lacked.

`periods_of` looks at every moment of an outlet's past in this way, as if each had been the newest, and gives the times in which it was out of its
usual range. What is set aside for it no longer counts as usual. docs/alerts.md says how often these speak up on real articles when nothing
is the matter.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

#: Newest articles that are judged together, and earlier ones that they must have to be held against.
FEWEST_NEW, FEWEST_EARLIER = 5, 20
#: Words under which a text is a headline and little more.
SHORT_WORDS = 50
_THIRD, _HALF, _TENTH = 1 / 3, 1 / 2, 1 / 10
BODIES, DATES = "bodies", "dates"
#: How `status_reason` of a row begins that is set aside for it.
REASON = "drift: "


class Arrival(NamedTuple):
    """An article as it first came in: when, of how many words, and whether with a date of publication."""

    fetched_at: datetime
    n_words: int
    is_dated: bool = True


@dataclass(frozen=True)
class Drift:
    """What changed at an outlet, in words of its articles' texts.

    Attributes:
        outlet: The outlet; None for articles that name none.
        since: When the first of the newest articles was fetched.
        n_newest: How many articles were judged.
        n_short: How many of them are empty or short.
        newest_median: Their median length in words.
        earlier_median: The median length of all articles before them.
        n_undated: How many of the newest have no date.
        signs: What of it is out of the usual range: `BODIES`, `DATES`.
    """

    outlet: str | None
    since: datetime
    n_newest: int
    n_short: int
    newest_median: float
    earlier_median: float
    n_undated: int = 0
    signs: tuple[str, ...] = (BODIES,)


@dataclass(frozen=True)
class Period:
    """A time in which an outlet was out of its usual range.

    Attributes:
        sign: `BODIES` or `DATES`.
        since: The first moment of it.
        until: The last.
        usual: The median length of its articles before, in words.
    """

    sign: str
    since: datetime
    until: datetime
    usual: float

    def holds(self, arrival: Arrival) -> bool:
        """Whether an article came in then and shows the sign."""
        return self.since <= arrival.fetched_at <= self.until and _shows(self.sign, arrival, self.usual)


def arrival_of(row: Mapping[str, Any]) -> Arrival:
    """One version of an article, from ``fetched_at``, ``n_words`` and ``published_at`` of its row."""
    return Arrival(row["fetched_at"], row["n_words"] or 0, row["published_at"] is not None)


def arrivals_of(rows: Iterable[Mapping[str, Any]]) -> list[Arrival]:
    """What counts of an outlet's articles: each as it first came in, the first later version that lost most of its text or its date, and the first
    after that which has both again.

    Other versions do not count, or a page that changes every hour would outweigh all others.

    Args:
        rows: Every version, in any order: ``article_id``, ``version``, ``fetched_at``, ``n_words`` and ``published_at``.
    """
    found: list[Arrival] = []
    held: dict[str, tuple[int, bool]] = {}
    lost: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: (row["fetched_at"], row["version"])):
        article, arrival = row["article_id"], arrival_of(row)
        longest, was_dated = held.get(article, (0, False))
        is_loss = arrival.n_words < longest * _THIRD or (was_dated and not arrival.is_dated)
        turns = lost.get(article, 0)
        if row["version"] == 1 or (turns < 2 and is_loss == (turns == 0)):
            found.append(arrival)
            lost[article] = turns + (row["version"] > 1)
        held[article] = max(longest, arrival.n_words), was_dated or arrival.is_dated
    return found


def drifts(articles: Iterable[tuple[str | None, datetime, int] | tuple[str | None, datetime, int, bool]]) -> list[Drift]:
    """Outlets whose newest articles are out of the usual range.

    Args:
        articles: Outlet, moment of the fetch, length in words and, if known, whether there is a date, of each article as it first came in, in
            any order.

    Returns:
        One entry for each such outlet, by its name.

    >>> from datetime import UTC, datetime, timedelta
    >>> day = [datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days) for days in range(25)]
    >>> held = [("The Bell", day[n], 600 if n < 20 else 12) for n in range(25)]
    >>> [(found.outlet, found.n_short, found.earlier_median) for found in drifts(held)]
    [('The Bell', 5, 600.0)]
    """
    by_outlet: dict[str | None, list[Arrival]] = {}
    for outlet, *arrival in articles:
        by_outlet.setdefault(outlet, []).append(Arrival(*arrival))
    found = [drift_of(outlet, fetches) for outlet, fetches in sorted(by_outlet.items(), key=lambda item: item[0] or "")]
    return [drift for drift in found if drift is not None]


def drift_of(outlet: str | None, fetches: Sequence[tuple[datetime, int] | Arrival]) -> Drift | None:
    """The same for one outlet's articles; None when they are as before, or too few to tell."""
    arrivals = sorted(Arrival(*fetch) for fetch in fetches)
    if len(arrivals) < FEWEST_NEW + FEWEST_EARLIER:
        return None
    since = arrivals[-FEWEST_NEW].fetched_at
    newest = [arrival for arrival in arrivals if arrival.fetched_at >= since]
    earlier = [arrival for arrival in arrivals if arrival.fetched_at < since]
    if len(earlier) < FEWEST_EARLIER:
        return None
    usual = _Usual()
    for arrival in earlier:
        usual.add(arrival)
    signs = usual.signs(newest)
    lengths = [arrival.n_words for arrival in newest]
    n_short, n_undated = sum(map(_is_short, newest)), sum(not arrival.is_dated for arrival in newest)
    return Drift(outlet, since, len(newest), n_short, float(median(lengths)), usual.median, n_undated, signs) if signs else None


def periods_of(fetches: Iterable[Arrival]) -> list[Period]:
    """The times in which an outlet was out of its usual range, in order.

    Args:
        fetches: Its articles as they first came in, in any order; what comes out depends on nothing else.
    """
    arrivals, usual, periods = sorted(fetches), _Usual(), []
    behind = 0  # arrivals before this one are earlier than the newest, and judged for good
    for at, arrival in enumerate(arrivals):
        if at + 1 < len(arrivals) and arrivals[at + 1].fetched_at == arrival.fetched_at:
            continue  # the others of this moment belong to it
        since = arrivals[max(0, at + 1 - FEWEST_NEW)].fetched_at
        while arrivals[behind].fetched_at < since:
            if not any(period.holds(arrivals[behind]) for period in periods[-2:]):
                usual.add(arrivals[behind])
            behind += 1
        newest = arrivals[behind : at + 1]
        if len(newest) < FEWEST_NEW or usual.n < FEWEST_EARLIER:
            continue
        for sign in usual.signs(newest):
            same = next((number for number, period in enumerate(periods) if period.sign == sign and period.until >= since), None)
            if same is None:
                periods.append(Period(sign, since, arrival.fetched_at, usual.median))
            else:
                periods[same] = Period(sign, periods[same].since, arrival.fetched_at, periods[same].usual)
    return periods


def is_drift(reason: str | None) -> bool:
    """Whether a row is set aside for this reason."""
    return bool(reason and reason.startswith(REASON))


class _Usual:
    """What is usual at an outlet: the articles before the newest."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self.n_short = self.n_undated = 0

    @property
    def n(self) -> int:
        return len(self.lengths)

    @property
    def median(self) -> float:
        half = self.n // 2
        return float(self.lengths[half] if self.n % 2 else (self.lengths[half - 1] + self.lengths[half]) / 2)

    def add(self, arrival: Arrival) -> None:
        insort(self.lengths, arrival.n_words)
        self.n_short += _is_short(arrival)
        self.n_undated += not arrival.is_dated

    def signs(self, newest: Sequence[Arrival]) -> tuple[str, ...]:
        """What of the newest is out of the usual range."""
        n_short, n_undated = sum(map(_is_short, newest)), sum(not arrival.is_dated for arrival in newest)
        is_shorter = median(arrival.n_words for arrival in newest) < self.median * _THIRD
        is_emptier = n_short > len(newest) * _HALF and self.n_short < self.n * _TENTH
        is_undated = n_undated > len(newest) * _HALF and self.n_undated < self.n * _TENTH
        return ((BODIES,) if is_shorter or is_emptier else ()) + ((DATES,) if is_undated else ())


def _is_short(arrival: Arrival) -> bool:
    return arrival.n_words < SHORT_WORDS


def _shows(sign: str, arrival: Arrival, usual: float) -> bool:
    return not arrival.is_dated if sign == DATES else arrival.n_words < max(SHORT_WORDS, usual * _THIRD)
