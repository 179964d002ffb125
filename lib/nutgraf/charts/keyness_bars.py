"""Keyness bars: words typical of one side to the right, of the other to the left, with both counts.

Options: ``word``, ``value`` (z), ``count_a``, ``count_b`` name columns; ``label_a`` and ``label_b`` name the sides, ``what`` the data in
words. ``clear`` names a column that says which words stand out; the others are grey. A value above zero belongs to side a. Bars start at zero.
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
    note = "The longer the bar, the less chance explains the difference."
    if not chart.get("clear"):
        return two_sided(rows, chart, width, heads=heads, note=note)
    note += " Grey: it does not stand out when all words are looked at together."
    return two_sided(rows, chart, width, heads=heads, note=note, is_clear=lambda row: bool(row[chart["clear"]]))


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    if chart.get("clear") and not any(row[chart["clear"]] for row in rows):
        none = "none stands out when all are looked at together"
        top, bottom = f"is furthest towards {chart['label_a']}, but {none}", f"furthest towards {chart['label_b']}"
        return described(rows, chart, top=top, bottom=bottom, nothing="no word differs", neither=none)
    return described(
        rows, chart, top=f"is most typical of {chart['label_a']}", bottom=f"of {chart['label_b']}", nothing="no word differs",
        neither="no word is typical of either side",
    )  # fmt: skip
