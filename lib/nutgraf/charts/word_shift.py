"""Word shift: words that make one side friendlier to the right, words that make it more hostile to the left, with both counts.

Options: ``word``, ``value`` (part of the difference), ``low``, ``high``, ``count_a``, ``count_b`` name columns; ``label_a`` and ``label_b`` name the
sides, ``what`` the data in words. Bars start at zero; a word whose interval holds 0, or that has none, is grey.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.canvas import Canvas
from nutgraf.charts.two_sided import described, two_sided
from nutgraf.numbers import shown

COLUMNS = ("word", "value", "low", "high", "count_a", "count_b")


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Canvas:
    """The figure: what makes a friendlier on top, what makes it more hostile at the bottom."""
    heads = (f"Makes {chart['label_a']} more hostile than {chart['label_b']}", f"Makes {chart['label_a']} friendlier than {chart['label_b']}")
    return two_sided(
        rows, chart, width, heads=heads, is_clear=lambda row: _is_clear(row, chart),
        note="The longer the bar, the larger the word's part of the difference. Grey: its interval holds 0, or it has none.",
    )  # fmt: skip


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    nothing = "no word makes a difference"
    return described(
        rows, chart, top=f"makes {chart['label_a']} friendlier", bottom="more hostile", nothing=nothing, neither=nothing,
        value=lambda row: f"{shown(row[chart['value']], 'score')}, ",
    )  # fmt: skip


def _is_clear(row: Mapping[str, Any], chart: Mapping[str, Any]) -> bool:
    low, high = row[chart["low"]], row[chart["high"]]
    return low is not None and high is not None and (low > 0 or high < 0)
