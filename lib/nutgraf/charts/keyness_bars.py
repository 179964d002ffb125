"""Keyness bars: words typical of one side to the right, of the other to the left, with both counts.

Options: ``word``, ``value`` (z), ``count_a``, ``count_b`` name columns; ``label_a`` and ``label_b`` name the sides, ``what`` the data in
words. A value above zero belongs to side a. Bars start at zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.canvas import Canvas
from nutgraf.charts.two_sided import described, two_sided

COLUMNS = ("word", "value", "count_a", "count_b")


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Canvas:
    """The figure: most typical of a on top, most typical of b at the bottom."""
    heads = (f"More often in {chart['label_b']}", f"More often in {chart['label_a']}")
    return two_sided(rows, chart, width, heads=heads, note="The longer the bar, the less chance explains the difference.")


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    return described(
        rows, chart, top=f"is most typical of {chart['label_a']}", bottom=f"of {chart['label_b']}", nothing="no word differs",
        neither="no word is typical of either side",
    )  # fmt: skip
