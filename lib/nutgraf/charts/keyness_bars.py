"""Keyness bars: words typical of one side to the right, of the other to the left, with both counts.

Options: ``word``, ``value`` (z), ``count_a``, ``count_b`` name columns; ``label_a`` and ``label_b`` name the sides, ``what`` the data in
words. A value above zero belongs to side a. Bars start at zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.canvas import Canvas, Sizes, empty
from nutgraf.charts.theme import GREY, POINT, RULE, SECOND
from nutgraf.charts.words import alt_text, clean, cut, ends, some, text_width, wrap

COLUMNS = ("word", "value", "count_a", "count_b")
LIMIT = 40


def _known(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return sorted((row for row in rows if row[chart["value"]] is not None), key=lambda row: (-row[chart["value"]], str(row[chart["word"]])))


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Canvas:
    """The figure: most typical of a on top, most typical of b at the bottom."""
    known = _known(rows, chart)
    if not known:
        return empty(width, "Not assessable: no word has a value.")
    top, between, bottom = ends(known, LIMIT)
    shown = [*top, *bottom]
    probe = Sizes(width)
    small, base = probe.small, probe.base
    lane = base * 1.9
    middle, half = width / 2, width / 2
    counts = max(text_width(_counts(row, chart), small) for row in shown) + 8
    reach = half - counts - 8
    largest = max(abs(row[chart["value"]]) for row in shown) or 1.0
    heads = [wrap(f"More often in {chart[side]}", small, half - 12, 3, bold=True) for side in ("label_b", "label_a")]
    head = max(map(len, heads)) * small * 1.25 + 10
    gap = lane if between else 0
    note = wrap(_note(chart), small, width, 4)
    canvas = Canvas(width, head + len(shown) * lane + gap + len(note) * small * 1.25 + small * 1.8)
    canvas.lines(middle - 10, small * 1.1, heads[0], align="end", colour=SECOND, bold=True)
    canvas.lines(middle + 10, small * 1.1, heads[1], colour=POINT, bold=True)
    y = head
    for index, row in enumerate(shown):
        if between and index == len(top):
            canvas.text(0, y + lane * 0.65, f"… {between:,} more between them: see the table", colour=GREY)
            y += gap
        value = row[chart["value"]]
        end = middle + value / largest * reach
        side = 1 if value >= 0 else -1
        if abs(end - middle) > 0.1:
            canvas.bar(middle, y + lane * 0.2, end, y + lane * 0.8, POINT if side > 0 else SECOND)
        base_line = y + lane * 0.5 + small * 0.35
        word = cut(clean(row[chart["word"]]), base, half - 14)
        canvas.text(middle - side * 8, base_line, word, size=base, align="end" if side > 0 else "start")
        canvas.text(end + side * 6, base_line, _counts(row, chart), colour=GREY, align="start" if side > 0 else "end")
        y += lane
    canvas.line([middle, middle], [head, y], GREY)
    canvas.line([0, width], [y, y], RULE)
    canvas.lines(0, y + small * 1.5, note, colour=GREY)
    return canvas


def _counts(row: Mapping[str, Any], chart: Mapping[str, Any]) -> str:
    a, b = (f"{row[chart[c]]:,}" if row[chart[c]] is not None else "–" for c in ("count_a", "count_b"))
    return f"{a} : {b}"


def _note(chart: Mapping[str, Any]) -> str:
    return (
        f"Counts: {clean(chart['label_a'])} : {clean(chart['label_b'])}. "
        "The longer the bar, the less chance explains the difference."
    )


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    known = _known(rows, chart)
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
