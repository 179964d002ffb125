"""Two-sided bars: words of one side to the right, of the other to the left, with both counts; what keyness and word shift share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nutgraf.charts.canvas import Canvas, Sizes, empty
from nutgraf.charts.theme import GREY, MARK, POINT, RULE, SECOND
from nutgraf.charts.words import alt_text, clean, cut, ends, some, text_width, wrap

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
    left, right = (wrap(text, small, half - 12, 5, bold=True) for text in heads)
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


def described(
    rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], *, top: str, bottom: str, nothing: str, neither: str,
    value: Callable[[Mapping[str, Any]], str] = lambda row: "",
) -> tuple[str, str]:  # fmt: skip
    """Alt text and description.

    Args:
        rows: The table.
        chart: Its options.
        top: What the highest word does, where it is above zero.
        bottom: What the lowest does, where it is below.
        nothing: What is said where no word has a value.
        neither: What is said where none lies on its side.
        value: What is said of a row before its counts.
    """
    known = known_of(rows, chart)
    if not known:
        return alt_text("Two-sided bars", chart["what"], nothing), "No word has a value."
    first, last = known[0], known[-1]
    parts = [f"“{first[chart['word']]}” {top}"] if first[chart["value"]] > 0 else []
    parts += [f"“{last[chart['word']]}” {bottom}"] if last[chart["value"]] < 0 else []
    sentences = (
        f"“{row[chart['word']]}”: {value(row)}{row[chart['count_a']]} in {chart['label_a']}, {row[chart['count_b']]} in {chart['label_b']}."
        for row in known
    )
    named = (first[chart["word"]], last[chart["word"]], chart["label_a"], chart["label_b"])
    return alt_text("Two-sided bars", chart["what"], " and ".join(parts) or neither, named), some(sentences)


def _counts(row: Mapping[str, Any], chart: Mapping[str, Any]) -> str:
    a, b = (f"{row[chart[c]]:,}" if row[chart[c]] is not None else "–" for c in ("count_a", "count_b"))
    return f"{a} : {b}"
