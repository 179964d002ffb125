"""Tables that several findings share: one value per article in, one row per outlet or period out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.compare.intervals import DRAWS, bootstrap_mean, bootstrap_share
from nutgraf.errors import UsageError
from nutgraf.findings.finding import Column
from nutgraf.findings.places import UNKNOWN_OUTLET
from nutgraf.numbers import counted as counted
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

INTERVAL = f"95 % interval from {DRAWS:,} resamples of whole articles, copies of one text drawn together"
#: Below this many articles a resampled interval says more about the method than about the outlet.
MIN_FOR_INTERVAL = 4
#: A figure by outlet and time shows so many outlets; the rest is counted together.
SHOWN_OUTLETS = 11


def columns(value: str, label: str, kind: str, meaning: str) -> tuple[Column, ...]:
    """Columns of a table by outlet: name, value, its interval, n, note."""
    return (
        Column("outlet", "Outlet", "text"),
        Column(value, label, kind, meaning),
        Column(f"{value}_low", "From", kind, "lower end of the 95 % interval"),
        Column(f"{value}_high", "To", kind, "upper end of the 95 % interval"),
        Column("n_articles", "Articles", "count", "articles behind the row"),
        Column("note", "Note", "text", "why there is no figure"),
    )


def by_outlet(
    values: pd.DataFrame, *, min_articles: int, outlets: list[str], is_share: bool = False
) -> list[list[Any]]:
    """Mean and interval by outlet, highest first; an outlet with too few articles keeps its row, without a figure.

    Args:
        values: One row per article: outlet, value, cluster_id.
        min_articles: Outlets with fewer are not assessable.
        outlets: Every outlet that must have a row, so that one with no article at all is seen too.
        is_share: Whether the values are 0 or 1; then "none of ten" gets an interval that is not "certainly none".

    Returns:
        Rows for `columns`.
    """
    if min_articles < 1:
        raise UsageError(f"min_articles must be 1 or more, not {min_articles}", mend="correct it in the edition or the notebook")
    interval_of = bootstrap_share if is_share else bootstrap_mean
    rows: list[list[Any]] = []
    groups = {name: group for name, group in values.groupby("outlet")}
    for outlet in outlets:
        group = groups.get(outlet)
        n = 0 if group is None else len(group)
        if group is None or n < min_articles:
            rows.append([outlet, None, None, None, n, f"{counted(n, 'article')}, {min_articles} needed"])
            continue
        mean = interval_of([bool(v) for v in group["value"]] if is_share else group["value"].tolist(), group["cluster_id"].tolist())
        known = n >= MIN_FOR_INTERVAL and not math.isnan(mean.low)
        rows.append([outlet, mean.mean, mean.low if known else None, mean.high if known else None, n, None])
    return sorted(rows, key=lambda row: (row[1] is None, -(row[1] or 0), row[0]))


def touching(low_of_higher: float, high_of_lower: float) -> bool:
    """Whether two intervals overlap or touch as a reader sees them, rounded to two decimals."""
    return round(low_of_higher, 2) <= round(high_of_lower, 2)


def clearly_apart(rows: Sequence[Sequence[Any]]) -> tuple[Sequence[Any], Sequence[Any]] | None:
    """The highest and the lowest of some rows when their intervals do not touch, else any two whose intervals do not, else None.

    Args:
        rows: Each begins with name, value, low, high; rows without an interval are passed over.
    """
    known = [row for row in rows if row[2] is not None and row[3] is not None]
    if len(known) < 2:
        return None
    ends = max(known, key=lambda row: row[1]), min(known, key=lambda row: row[1])
    reach = max(known, key=lambda row: row[2]), min(known, key=lambda row: row[3])
    return next((pair for pair in (ends, reach) if not touching(pair[0][2], pair[1][3])), None)


def margins(rows: Sequence[Sequence[Any]], kind: str) -> str:
    """The intervals of some rows in words: ``A between −0.03 and +0.05``; empty when none has one."""
    digits = 2 if kind == "score" else 3
    said = [
        f"{row[0]} between {shown(round(row[2], digits), kind)} and {shown(round(row[3], digits), kind)}"
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
