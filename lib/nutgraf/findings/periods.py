"""Periods of time for figures by week, month, quarter or year: the shortest that keeps a figure readable.

Three weeks of a story want weeks; eleven years of an archive in weeks would be a table nobody can read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

UNITS = ("week", "month", "quarter", "year")
_ORDINALS = ("first", "second", "third", "fourth")


@dataclass(frozen=True)
class Periods:
    """The period of each moment.

    Attributes:
        unit: week, month, quarter or year.
        starts: First day of each moment's period as YYYY-MM-DD; null stays null.
    """

    unit: str
    starts: pd.Series

    @property
    def all(self) -> list[str]:
        """Every period from the first to the last that holds a moment, those without one included, as first days."""
        known = self.starts.dropna()
        return [] if known.empty else _between(known.min(), known.max(), self.unit)

    @property
    def label(self) -> str:
        """Heading of a column that holds first days."""
        return f"{self.unit.capitalize()} from"

    @property
    def rule(self) -> str:
        """How moments were sorted into periods, as a sentence."""
        how = "Weeks begin on Monday" if self.unit == "week" else f"{self.unit.capitalize()}s are those of the calendar"
        return f"{how}, in the desk's time zone; an article without a date of publication is in none of them."


def periods(moments: pd.Series, timezone: str, *, most: int) -> Periods:
    """Sort moments into the shortest periods of which there are at most so many from the first to the last.

    Args:
        moments: Times in UTC; nulls are allowed.
        timezone: The zone in which days are counted.
        most: How many periods a figure can show; years are taken even when there are more.
    """
    local = moments.dt.tz_convert(timezone).dt.tz_localize(None)
    found = Periods("year", _starts(local, "year"))
    for unit in UNITS:
        found = Periods(unit, _starts(local, unit))
        if len(found.all) <= most:
            break
    return found


def _starts(local: pd.Series, unit: str) -> pd.Series:
    days = local.dt.normalize()
    if unit == "week":
        first = days - days.dt.day_of_week.astype("timedelta64[D]")
    else:
        first = days.dt.to_period({"month": "M", "quarter": "Q", "year": "Y"}[unit]).dt.start_time
    return first.dt.strftime("%Y-%m-%d").where(local.notna(), None)


def _between(first: str, last: str, unit: str) -> list[str]:
    import pandas as pd

    frequency = {"week": "W-MON", "month": "MS", "quarter": "QS", "year": "YS"}[unit]
    return pd.date_range(first, last, freq=frequency).strftime("%Y-%m-%d").tolist()


def in_words(start: str, unit: str, *, with_year: bool = False) -> str:
    """A period as a reader says it: ``the week of 9 March``, ``March 2026``, ``the first quarter of 2026``, ``2026``.

    Example:
        >>> in_words("2026-01-01", "quarter")
        'the first quarter of 2026'
    """
    day = date.fromisoformat(start)
    if unit == "week":
        return f"the week of {day.day} {day:%B}" + (f" {day.year}" if with_year else "")
    if unit == "month":
        return f"{day:%B} {day.year}"
    return str(day.year) if unit == "year" else f"the {_ORDINALS[(day.month - 1) // 3]} quarter of {day.year}"
