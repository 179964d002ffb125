"""Word shift: words that make one side friendlier to the right, words that make it more hostile to the left, with both counts.

Options: ``word``, ``value`` (part of the difference), ``low``, ``high``, ``count_a``, ``count_b`` name columns; ``label_a`` and ``label_b`` name the
sides, ``what`` the data in words. Bars start at zero; a word whose interval holds 0, or that has none, is grey.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.canvas import Canvas
from nutgraf.charts.two_sided import known_of, two_sided
from nutgraf.charts.words import alt_text, some
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
    known = known_of(rows, chart)
    if not known:
        return alt_text("Two-sided bars", chart["what"], "no word makes a difference"), "No word has a value."
    first, last = known[0], known[-1]
    parts = [f"“{first[chart['word']]}” makes {chart['label_a']} friendlier"] if first[chart["value"]] > 0 else []
    parts += [f"“{last[chart['word']]}” more hostile"] if last[chart["value"]] < 0 else []
    sentences = (
        f"“{row[chart['word']]}”: {shown(row[chart['value']], 'score')}, {row[chart['count_a']]} in {chart['label_a']}, "
        f"{row[chart['count_b']]} in {chart['label_b']}."
        for row in known
    )
    named = (first[chart["word"]], last[chart["word"]], chart["label_a"], chart["label_b"])
    return alt_text("Two-sided bars", chart["what"], " and ".join(parts) or "no word makes a difference", named), some(sentences)


def _is_clear(row: Mapping[str, Any], chart: Mapping[str, Any]) -> bool:
    low, high = row[chart["low"]], row[chart["high"]]
    return low is not None and high is not None and (low > 0 or high < 0)
