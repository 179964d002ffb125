"""Two-sided bars: words of one side to the right, of the other to the left, with both counts; what keyness and word shift share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nutgraf.charts.canvas import Canvas, Sizes, empty
from nutgraf.charts.theme import GREY, MARK, POINT, RULE, SECOND
from nutgraf.charts.words import clean, cut, ends, text_width, wrap

LIMIT = 40


def known_of(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Rows with a value, highest first."""
    return sorted((row for row in rows if row[chart["value"]] is not None), key=lambda row: (-row[chart["value"]], str(row[chart["word"]])))


def two_sided(
    rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int, *, heads: tuple[str, str], note: str,
    is_clear: Callable[[Mapping[str, Any]], bool] = lambda row: True,
) -> Canvas:  # fmt: skip
    """The figure: highest on top, lowest at the bottom; bars start at zero.

    Args:
        rows: The table.
        chart: Its options: ``word``, ``value``, ``count_a``, ``count_b`` name columns.
        width: Of the figure.
        heads: What stands over the left and over the right side.
        note: What stands below, after what the counts are.
        is_clear: Whether a row's bar is in colour; the others are grey.
    """
    known = known_of(rows, chart)
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
    left, right = (wrap(text, small, half - 12, 3, bold=True) for text in heads)
    head = max(len(left), len(right)) * small * 1.25 + 10
    gap = lane if between else 0
    below = wrap(f"Counts: {clean(chart['label_a'])} : {clean(chart['label_b'])}. {note}", small, width, 5)
    canvas = Canvas(width, head + len(shown) * lane + gap + len(below) * small * 1.25 + small * 1.8)
    canvas.lines(middle - 10, small * 1.1, left, align="end", colour=SECOND, bold=True)
    canvas.lines(middle + 10, small * 1.1, right, colour=POINT, bold=True)
    y = head
    for index, row in enumerate(shown):
        if between and index == len(top):
            canvas.text(0, y + lane * 0.65, f"… {between:,} more between them: see the table", colour=GREY)
            y += gap
        value = row[chart["value"]]
        end = middle + value / largest * reach
        side = 1 if value >= 0 else -1
        if abs(end - middle) > 0.1:
            canvas.bar(middle, y + lane * 0.2, end, y + lane * 0.8, (POINT if side > 0 else SECOND) if is_clear(row) else MARK)
        base_line = y + lane * 0.5 + small * 0.35
        word = cut(clean(row[chart["word"]]), base, half - 14)
        canvas.text(middle - side * 8, base_line, word, size=base, align="end" if side > 0 else "start")
        canvas.text(end + side * 6, base_line, _counts(row, chart), colour=GREY, align="start" if side > 0 else "end")
        y += lane
    canvas.line([middle, middle], [head, y], GREY)
    canvas.line([0, width], [y, y], RULE)
    canvas.lines(0, y + small * 1.5, below, colour=GREY)
    return canvas


def _counts(row: Mapping[str, Any], chart: Mapping[str, Any]) -> str:
    a, b = (f"{row[chart[c]]:,}" if row[chart[c]] is not None else "–" for c in ("count_a", "count_b"))
    return f"{a} : {b}"
