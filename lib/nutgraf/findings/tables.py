"""Tables that several findings share: one value per article in, one row per outlet or period out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.compare.intervals import DRAWS, bootstrap_mean, bootstrap_ratio, bootstrap_share
from nutgraf.errors import UsageError
from nutgraf.findings.finding import DIGITS, Column
from nutgraf.findings.places import UNKNOWN_OUTLET
from nutgraf.numbers import counted as counted
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

_BY_STORIES = f"95 % interval from {DRAWS:,} resamples of whole stories: articles on one event are drawn together"
_BY_ARTICLES = f"95 % interval from {DRAWS:,} resamples of whole articles, copies of one text drawn together"
ALONE = "no other outlet has enough articles to compare"
NOTE = Column("note", "Note", "text", "why there is no figure")
#: Below this many articles a resampled interval says more about the method than about the outlet.
MIN_FOR_INTERVAL = 4
#: A figure by outlet and time shows so many outlets; the rest is counted together.
SHOWN_OUTLETS = 11


def interval(measured: Measurements) -> str:
    """How intervals are made, for a finding."""
    return _BY_STORIES if measured.by_stories else _BY_ARTICLES


def ratio_interval(measured: Measurements) -> str:
    """The same of a ratio."""
    return f"{interval(measured)}; none where all articles have the same share, such as 0 %"


def columns(value: str, label: str, kind: str, meaning: str) -> tuple[Column, ...]:
    """Columns of a table by outlet: name, value, its interval, n, note."""
    return (
        Column("outlet", "Outlet", "text"),
        *figure(value, label, kind, meaning),
        Column("n_articles", "Articles", "count", "articles behind the row"),
        NOTE,
    )


def figure(value: str, label: str, kind: str, meaning: str) -> tuple[Column, Column, Column]:
    """Columns of a figure and its interval."""
    return (
        Column(value, label, kind, meaning),
        Column(f"{value}_low", "From", kind, "lower end of the 95 % interval"),
        Column(f"{value}_high", "To", kind, "upper end of the 95 % interval"),
    )


def by_outlet(
    values: pd.DataFrame, *, min_articles: int, outlets: list[str], is_share: bool = False
) -> list[list[Any]]:
    """Mean and interval by outlet, highest first; an outlet with too few articles keeps its row, without a figure.

    Args:
        values: One row per article: outlet, value, drawn_with.
        min_articles: Outlets with fewer are not assessable.
        outlets: Every outlet that must have a row, so that one with no article at all is seen too.
        is_share: Whether the values are 0 or 1; then "none of ten" gets an interval that is not "certainly none".

    Returns:
        Rows for `columns`.
    """
    _check(min_articles)
    interval_of = bootstrap_share if is_share else bootstrap_mean
    rows: list[list[Any]] = []
    groups = {name: group for name, group in values.groupby("outlet")}
    for outlet in outlets:
        group = groups.get(outlet)
        n = 0 if group is None else len(group)
        if group is None or n < min_articles:
            rows.append([outlet, None, None, None, n, f"{counted(n, 'article')}, {min_articles} needed"])
            continue
        mean = interval_of([bool(v) for v in group["value"]] if is_share else group["value"].tolist(), group["drawn_with"].tolist())
        known = n >= MIN_FOR_INTERVAL and not math.isnan(mean.low)
        rows.append([outlet, mean.mean, mean.low if known else None, mean.high if known else None, n, None])
    return sorted(rows, key=lambda row: (row[1] is None, -(row[1] or 0), row[0]))


def ratios_by_outlet(
    values: pd.DataFrame, *, min_articles: int, outlets: list[str], unit: str = "article", per: float = 1
) -> list[list[Any]]:
    """A sum over an outlet's articles by another, such as the share of its sentences, with interval, highest first.

    Args:
        values: One row per article: outlet, part, whole, drawn_with; articles whose whole is 0 are no base of the figure and are left out.
        min_articles: Outlets with fewer are not assessable.
        outlets: Every outlet that must have a row.
        unit: What an article must be to count, for the note: ``article with a passive``.
        per: What the ratio is multiplied with, such as 100.

    Returns:
        Rows of outlet, ratio, low, high, sum of the parts, sum of the wholes, articles, note.
    """
    _check(min_articles)
    rows: list[list[Any]] = []
    groups = {name: group for name, group in values[values["whole"] > 0].groupby("outlet", observed=True)}
    for outlet in outlets:
        group = groups.get(outlet)
        if group is None:
            rows.append([outlet, None, None, None, 0, 0, 0, f"{articles_with(0, unit)}, {min_articles} needed"])
            continue
        n, part, whole = len(group), int(group["part"].sum()), int(group["whole"].sum())
        if n < min_articles:
            rows.append([outlet, None, None, None, part, whole, n, f"{articles_with(n, unit)}, {min_articles} needed"])
            continue
        found = bootstrap_ratio(group["part"].tolist(), group["whole"].tolist(), group["drawn_with"].tolist())
        known = n >= MIN_FOR_INTERVAL and not math.isnan(found.low)
        rows.append([outlet, found.mean * per, found.low * per if known else None, found.high * per if known else None, part, whole, n, None])
    return sorted(rows, key=lambda row: (row[1] is None, -(row[1] or 0), row[0]))


def articles_with(n: int, unit: str) -> str:
    """A number of articles of some kind: ``1 article with a passive``, ``3 articles with a passive``."""
    noun, _, rest = unit.partition(" ")
    return f"{counted(n, noun)} {rest}".rstrip()


def _check(min_articles: int) -> None:
    if min_articles < 1:
        raise UsageError(f"min_articles must be 1 or more, not {min_articles}", mend="correct it in the edition or the notebook")


def touching(low_of_higher: float, high_of_lower: float, digits: int = 2) -> bool:
    """Whether two intervals overlap or touch as a reader sees them, rounded to so many decimals."""
    return round(low_of_higher, digits) <= round(high_of_lower, digits)


def clearly_apart(rows: Sequence[Sequence[Any]], digits: int = 2) -> tuple[Sequence[Any], Sequence[Any]] | None:
    """The highest and the lowest of some rows when their intervals do not touch, else any two whose intervals do not, else None.

    Args:
        rows: Each begins with name, value, low, high; rows without an interval are passed over.
        digits: Decimals that a reader sees; of shares, which are shown as percentages, two.
    """
    known = [row for row in rows if row[2] is not None and row[3] is not None]
    if len(known) < 2:
        return None
    ends = max(known, key=lambda row: row[1]), min(known, key=lambda row: row[1])
    reach = max(known, key=lambda row: row[2]), min(known, key=lambda row: row[3])
    return next((pair for pair in (ends, reach) if not touching(pair[0][2], pair[1][3], digits)), None)


def spread(rows: Sequence[Sequence[Any]], kind: str, of: str = "") -> tuple[str, str]:
    """How far outlets reach and whether two of them differ, for a takeaway; true of every two.

    Args:
        rows: Two or more, highest first, each with outlet, value, low, high.
        kind: share or rate.
        of: What the first figure is of, such as ``of sentences``.

    Returns:
        ``41 % of sentences (A) to 63 % (B)``, and what the intervals say: ``their intervals do not overlap``.

    Example:
        >>> spread([["A", 0.5, 0.45, 0.55], ["B", 0.2, 0.1, 0.3]], "share")
        ('20 % (B) to 50 % (A)', 'their intervals do not overlap')
    """
    high, low = rows[0], rows[-1]
    least, most = (shown(round(row[1], DIGITS[kind]), kind) for row in (low, high))
    reach = f"{least}{f' {of}' if of else ''} ({low[0]}) to {most} ({high[0]})"
    if sum(row[2] is not None for row in rows) < 2:
        return reach, "there are no intervals to compare"
    apart = clearly_apart(rows, 1 if kind == "rate" else 2)
    if apart is None:
        return reach, "all intervals overlap"
    if apart[0][0] == high[0] and apart[1][0] == low[0]:
        return reach, "their intervals do not overlap"
    return reach, f"the intervals of {apart[1][0]} and {apart[0][0]} do not overlap"



def first_and_last(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """The highest and the lowest of some ordered rows, or the only one."""
    return [rows[0], rows[-1]] if len(rows) > 1 else rows


def margins(rows: Sequence[Sequence[Any]], kind: str) -> str:
    """The intervals of some rows in words: ``A between −0.03 and +0.05``; empty when none has one."""
    said = [
        f"{row[0]} between {shown(round(row[2], DIGITS[kind]), kind)} and {shown(round(row[3], DIGITS[kind]), kind)}"
        for row in rows if row[2] is not None and row[3] is not None
    ]  # fmt: skip
    return f"{', '.join(said)} (95 % intervals)" if said else ""


def outlets_of(articles: pd.DataFrame) -> list[str]:
    """Outlets of a selection in alphabetical order; articles whose outlet nobody knows are named so."""
    return sorted(articles["outlet"].fillna(UNKNOWN_OUTLET).unique())


def largest(counts: Mapping[str, int], most: int) -> list[str]:
    """The names with the highest counts, at most so many; of equals the first in the alphabet."""
    return sorted(counts, key=lambda name: (-counts[name], name))[:most]


def listed(names: list[str]) -> str:
    """Names in a sentence: ``A, B and C``."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def days(moments: pd.Series, timezone: str) -> pd.Series:
    """The day of each moment in a time zone, as YYYY-MM-DD; null stays null."""
    return moments.dt.tz_convert(timezone).dt.strftime("%Y-%m-%d").where(moments.notna(), None)
