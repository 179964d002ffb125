"""Keyness bars: words typical of one side to the right, of the other to the left, with both counts.

Options: ``word``, ``value`` (z), ``count_a``, ``count_b`` name columns; ``label_a`` and ``label_b`` name the sides, ``what`` the data in
words. A value above zero belongs to side a. Bars start at zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.canvas import Canvas
from nutgraf.charts.two_sided import known_of, two_sided
from nutgraf.charts.words import alt_text, some

COLUMNS = ("word", "value", "count_a", "count_b")


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Canvas:
    """The figure: most typical of a on top, most typical of b at the bottom."""
    heads = (f"More often in {chart['label_b']}", f"More often in {chart['label_a']}")
    return two_sided(rows, chart, width, heads=heads, note="The longer the bar, the less chance explains the difference.")


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    known = known_of(rows, chart)
    if not known:
        return alt_text("Two-sided bars", chart["what"], "no word differs"), "No word has a value."
    first, last = known[0], known[-1]
    parts = [f"“{first[chart['word']]}” is most typical of {chart['label_a']}"] if first[chart["value"]] > 0 else []
    parts += [f"“{last[chart['word']]}” of {chart['label_b']}"] if last[chart["value"]] < 0 else []
    point = " and ".join(parts) or "no word is typical of either side"
    sentences = (
        f"“{row[chart['word']]}”: {row[chart['count_a']]} in {chart['label_a']}, {row[chart['count_b']]} in {chart['label_b']}."
        for row in known
    )
    named = (first[chart["word"]], last[chart["word"]], chart["label_a"], chart["label_b"])
    return alt_text("Two-sided bars", chart["what"], point, named), some(sentences)
