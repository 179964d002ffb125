"""An outlet whose bodies are suddenly empty or short: most often its page was rebuilt, or a wall went up, and texts no longer come in whole.

Pure: lengths in, an observation out. The newest articles of an outlet are held against its earlier ones, each as it first came in, so
that a summary which is later followed by the page is compared with summaries. Newest means the last `FEWEST_NEW`, and whatever was fetched
at the same moment as the first of them: within one fetch there is no order.

Two signs, either of them enough:

- the median length of the newest is below a third of the earlier median;
- more than half of the newest are empty or have fewer than `SHORT_WORDS` words, which of the earlier ones less than a tenth had.

docs/alerts.md says how often these speak up on real articles when nothing is the matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

#: Newest articles that are judged together, and earlier ones that they must have to be held against.
FEWEST_NEW, FEWEST_EARLIER = 5, 20
#: Words under which a text is a headline and little more.
SHORT_WORDS = 50
_THIRD, _HALF, _TENTH = 1 / 3, 1 / 2, 1 / 10


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
    """

    outlet: str | None
    since: datetime
    n_newest: int
    n_short: int
    newest_median: float
    earlier_median: float


def drifts(articles: Iterable[tuple[str | None, datetime, int]]) -> list[Drift]:
    """Outlets whose newest bodies are empty or short.

    Args:
        articles: Outlet, moment of the fetch and length in words of each article as it first came in, in any order.

    Returns:
        One entry for each such outlet, by its name.

    >>> from datetime import UTC, datetime, timedelta
    >>> day = [datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days) for days in range(25)]
    >>> held = [("The Bell", day[n], 600 if n < 20 else 12) for n in range(25)]
    >>> [(found.outlet, found.n_short, found.earlier_median) for found in drifts(held)]
    [('The Bell', 5, 600.0)]
    """
    by_outlet: dict[str | None, list[tuple[datetime, int]]] = {}
    for outlet, fetched_at, n_words in articles:
        by_outlet.setdefault(outlet, []).append((fetched_at, n_words))
    found = [drift_of(outlet, fetches) for outlet, fetches in sorted(by_outlet.items(), key=lambda item: item[0] or "")]
    return [drift for drift in found if drift is not None]


def drift_of(outlet: str | None, fetches: Sequence[tuple[datetime, int]]) -> Drift | None:
    """The same for one outlet's articles; None when they are as before, or too few to tell."""
    fetches = sorted(fetches)
    if len(fetches) < FEWEST_NEW + FEWEST_EARLIER:
        return None
    since = fetches[-FEWEST_NEW][0]
    newest = [n_words for fetched_at, n_words in fetches if fetched_at >= since]
    earlier = [n_words for fetched_at, n_words in fetches if fetched_at < since]
    if len(earlier) < FEWEST_EARLIER:
        return None
    drift = Drift(outlet, since, len(newest), _short(newest), float(median(newest)), float(median(earlier)))
    is_shorter = drift.newest_median < drift.earlier_median * _THIRD
    is_emptier = drift.n_short > len(newest) * _HALF and _short(earlier) < len(earlier) * _TENTH
    return drift if is_shorter or is_emptier else None


def _short(lengths: Iterable[int]) -> int:
    return sum(n_words < SHORT_WORDS for n_words in lengths)
