"""Count bars: one bar per name, from zero, with its figure; `group` splits bars into parts.

Options: ``name``, ``value`` name columns; ``what`` the data in words, ``axis`` what is counted; ``group`` the column of the parts, and
``unit_of_time`` their unit where they are periods. Up to four groups are stacked and told apart by a key in order; more than four stand in
columns of their own, each from its own zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.blocks import Block, Lane, blocks
from nutgraf.charts.canvas import Canvas, Sizes, empty, key_height
from nutgraf.charts.theme import FAINT, GREY, INK, PAPER, PARTS, POINT, colour
from nutgraf.charts.words import alt_text, clean, ends, figure_of, period_text, some, text_width, unique, wrap

COLUMNS = ("name", "value")
LIMIT = 40
LIMIT_GROUPS = 8


def _totals(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> list[tuple[str, dict[Any, Any], Any]]:
    """(name, value by group, total), largest total first; a total without any value is None."""
    found: dict[str, dict[Any, Any]] = {}
    for row in rows:
        parts = found.setdefault(str(row[chart["name"]]), {})
        group = row[chart["group"]] if chart.get("group") else None
        if row[chart["value"]] is not None:
            parts[group] = parts.get(group, 0) + row[chart["value"]]
    totals = [(name, parts, sum(parts.values()) if parts else None) for name, parts in found.items()]
    return sorted(totals, key=lambda entry: (entry[2] is None, -(entry[2] or 0)))


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Canvas:
    """The figure, sorted by the whole bar."""
    bars = _totals(rows, chart)
    if all(total is None for _, _, total in bars):
        return empty(width, f"Not assessable: {'nothing was counted' if bars else 'the table has no rows'}.")
    groups = unique(row[chart["group"]] for row in rows) if chart.get("group") else []
    top, between, bottom = ends(bars, LIMIT)
    if len(groups) > len(PARTS):
        return _columns(width, top, bottom, between, groups, chart)
    shown = [*top, *bottom]
    probe = Sizes(width)
    small, base = probe.small, probe.base
    names = 0.0 if probe.is_narrow else min(230.0, max(text_width(clean(n), base) for n, _, _ in shown) + 14)
    labels = {n: wrap(n, base, width - 60 if probe.is_narrow else names - 14, 2) for n, _, _ in shown}
    bar = base * 1.35
    heights = [
        len(labels[n]) * base * 1.25 + bar + 12 if probe.is_narrow else max(bar + 12, len(labels[n]) * base * 1.25 + 8)
        for n, _, _ in shown
    ]
    legend = [(_said(g, chart), colour(PARTS[i]), "s", False) for i, g in enumerate(groups)]
    head = key_height(width, small, [entry[0] for entry in legend]) + 6 if legend else 4
    gap = small * 2 if between else 0
    canvas = Canvas(width, head + sum(heights) + gap + small * 2.2)
    if legend:
        canvas.key(small * 1.1, legend)
    largest = max((total for _, _, total in shown if total is not None), default=0) or 1
    figures = 12 + max(text_width(figure_of(total, "count"), base) for _, _, total in shown)
    y = head
    for index, ((name, parts, total), height) in enumerate(zip(shown, heights, strict=True)):
        if between and index == len(top):
            canvas.text(0, y + small * 1.3, f"… {between:,} more between them: see the table", colour=GREY)
            y += gap
        lines = labels[name]
        if canvas.is_narrow:
            below = canvas.lines(0, y + base * 1.15, lines, size=base)
            start = below - base * 0.85
        else:
            canvas.lines(0, y + (height - len(lines) * base * 1.25) / 2 + base, lines, size=base)
            start = y + (height - bar) / 2
        x = names
        for part, group in enumerate(groups or [None]):
            value = parts.get(group)
            if not value:
                continue
            end = x + value / largest * (width - names - figures)
            canvas.bar(x, start, end - (1 if groups else 0), start + bar, colour(PARTS[part]) if groups else POINT)
            text = figure_of(value, "count")
            if groups and end - x > text_width(text, small) + 6:
                canvas.text((x + end) / 2, start + bar / 2 + small * 0.36, text, align="middle", colour=PAPER)
            x = end
        shade = GREY if total is None else INK
        canvas.text(x + 6, start + bar / 2 + small * 0.36, figure_of(total, "count"), bold=True, size=base, colour=shade)
        y += height
    canvas.line([names, names], [head, y], FAINT)
    canvas.note(y + small * 1.3, chart["axis"])
    return canvas


def _said(group: Any, chart: Mapping[str, Any]) -> str:
    return period_text(group, chart.get("unit_of_time"))


def _columns(width: int, top: Any, bottom: Any, between: int, groups: list[Any], chart: Mapping[str, Any]) -> Canvas:
    """Many groups: a small bar for each name and group, in blocks by name, each from zero."""
    shown, kept = [*top, *bottom], groups[:LIMIT_GROUPS]
    largest = max((parts.get(g) or 0 for _, parts, _ in shown for g in kept), default=0) or 1
    made = [
        Block(
            name, figure_of(total, "count"), "",
            [Lane(_said(g, chart), (parts.get(g) or 0) / largest, figure_of(parts.get(g), "count"), POINT) for g in kept],
        )
        for name, parts, total in shown
    ]  # fmt: skip
    left_out = len(groups) - len(kept)
    notes = [chart["axis"], *([f"{left_out:,} more groups stand in the table."] if left_out > 0 else [])]
    return blocks(width, made, notes, skipped=(len(top), f"… {between:,} more between them: see the table" if between else ""))


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    bars = _totals(rows, chart)
    known = [bar for bar in bars if bar[2] is not None]
    if not known:
        return alt_text("Bar chart", chart["what"], "nothing was counted"), "No row has a value."
    point = f"{known[0][0]} has most, {figure_of(known[0][2], 'count')}"
    point += f", and {known[-1][0]} least, {figure_of(known[-1][2], 'count')}" if len(known) > 1 else ""

    def said(name: str, parts: Mapping[Any, Any], total: Any) -> str:
        inside = ", ".join(f"{_said(g, chart)} {figure_of(v, 'count')}" for g, v in parts.items() if g is not None)
        return f"{name}: {figure_of(total, 'count')}" + (f" ({inside})." if inside else ".")

    return alt_text("Bar chart", chart["what"], point, (known[0][0], known[-1][0])), some(said(*bar) for bar in bars)
