"""Interval dot plot: one row per name, a dot for the value and a line for its interval.

Options: ``name``, ``value``, ``low``, ``high``, ``n`` name columns; ``line`` is the comparison (0 unless told, None for none),
``axis`` the axis label, ``what`` the data in words, ``kind`` score or share. ``group`` puts up to three rows of the same name in
adjacent lanes; ``note`` says what stands where there is no value. A dot whose interval crosses the line, or that has none, is hollow; where
``clear`` names a column, a dot is hollow unless that is true, which stands for "more than chance" among many comparisons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.canvas import SHAPES, Canvas, Scale, Sizes, empty, key_height, tick_text
from nutgraf.charts.theme import GREY, INK, MARK, POINT, RULE, SERIES, colour
from nutgraf.charts.words import (
    alt_text,
    between,
    counted,
    cut,
    ends,
    figure_of,
    some,
    text_width,
    unique,
    wrap,
)
from nutgraf.errors import FindingError

COLUMNS = ("name", "value", "low", "high", "n")
LIMIT, LIMIT_LACKING = 40, 6


def _sorted(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Rows by name, highest first; with groups the first group decides. Names without a value come last."""
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(str(row[chart["name"]]), []).append(row)

    def rank(entry: tuple[str, list[Mapping[str, Any]]]) -> tuple[bool, float]:
        known = [row[chart["value"]] for row in entry[1] if row[chart["value"]] is not None]
        return (not known, -known[0] if known else 0.0)

    return sorted(by_name.items(), key=rank)


def _groups(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> list[Any]:
    groups = unique(row[chart["group"]] for row in rows) if chart.get("group") else [None]
    if len(groups) > len(SERIES):
        raise FindingError(f"{len(groups)} groups in one interval dot plot", mend=f"show {len(SERIES)} at most, or use heat_map")
    return groups


def _chosen(blocks: list[Any], chart: Mapping[str, Any]) -> tuple[Sequence[Any], int, Sequence[Any], Sequence[Any], int]:
    """Of too many names the highest, how many lie between, the lowest, some without a value, and how many more of these there are."""
    if len(blocks) <= LIMIT:
        return blocks, 0, (), (), 0
    known = [entry for entry in blocks if any(row[chart["value"]] is not None for row in entry[1])]
    lacking = blocks[len(known) :]
    return *ends(known, LIMIT), lacking[:LIMIT_LACKING], max(0, len(lacking) - LIMIT_LACKING)


def _crosses(row: Mapping[str, Any], chart: Mapping[str, Any]) -> bool:
    if "clear" in chart:
        return not row[chart["clear"]]
    low, high, line = row[chart["low"]], row[chart["high"]], chart.get("line", 0.0)
    return low is None or high is None or (line is not None and low <= line <= high)


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Canvas:
    """The figure, `width` units wide and as high as its rows need."""
    if not rows:
        return empty(width, "Not assessable: the table has no rows.")
    groups = _groups(rows, chart)
    top, between_n, bottom, lacking, hidden = _chosen(_sorted(rows, chart), chart)
    blocks = [*top, *bottom, *lacking]
    probe = Sizes(width)
    small, base = probe.small, probe.base
    names = 0 if probe.is_narrow else min(230, max(text_width(name, base) for name, _ in blocks) + 10)
    names = 0 if probe.is_narrow else max(names, 120)
    values = 64
    wrapped = {name: wrap(name, base, (width - values - 8) if probe.is_narrow else names - 10, 2) for name, _ in blocks}
    lane = small * 1.75
    heights = []
    for name, mine in blocks:
        label = len(wrapped[name]) * base * 1.25 + (small * 1.3 if len(groups) == 1 and not probe.is_narrow else 0)
        heights.append(label + len(mine) * lane + 8 if probe.is_narrow else max(label + 10, len(mine) * lane + 12))
    legend = _legend(groups, blocks, chart)
    head = key_height(width, small, [entry[0] for entry in legend]) + 8 if legend else 6
    gap = small * 2 if between_n else 0
    canvas = Canvas(width, head + sum(heights) + gap + small * (5.8 if hidden else 4.4))
    if legend:
        canvas.key(small * 1.1, legend)
    numbers = [row[chart[c]] for _, mine in blocks for row in mine for c in ("value", "low", "high")]
    line = chart.get("line", 0.0)
    kind = chart.get("kind", "score")
    edge = max(names + 10, 22)  # so that the first tick's label is not cut off
    scale = Scale(numbers, edge, width - values - 10, include=() if line is None else (line,), ticks=3 if canvas.is_narrow else 4)
    bottom_y = head + sum(heights) + gap
    y = head
    for index, ((name, mine), height) in enumerate(zip(blocks, heights, strict=True)):
        if between_n and index == len(top):
            canvas.text(0, y + small * 1.3, f"… {between_n:,} more between them: see the table", colour=GREY)
            y += gap
        _block(canvas, wrapped[name], mine, chart, groups, y=y, height=height, lane=lane, names=names, scale=scale, kind=kind)
        y += height
        if index + 1 < len(blocks):
            canvas.line([0, width], [y, y], RULE)
    for tick in scale.ticks if any(value is not None for value in numbers) else ():
        canvas.text(scale(tick), bottom_y + small * 1.3, tick_text(tick, kind, scale.step), colour=GREY, align="middle")
    below = canvas.note(bottom_y + small * 2.8, chart["axis"])
    if hidden:
        canvas.note(below, f"{hidden:,} more are not assessable: see the table for why.")
    return canvas


def _legend(groups: list[Any], blocks: list[Any], chart: Mapping[str, Any]) -> list[tuple[str, str, str, bool]]:
    if groups != [None]:
        return [(str(g), colour(s), SHAPES[s], False) for g, s in zip(groups, SERIES, strict=False)]
    line = chart.get("line", 0.0)
    known = [row for _, mine in blocks for row in mine if row[chart["value"]] is not None]
    hollow, clear = [r for r in known if _crosses(r, chart)], [r for r in known if not _crosses(r, chart)]
    if line is None or not known:
        return []
    if "clear" in chart:
        entries = [("more than chance", POINT, "o", False)] if clear else []
        return entries + ([("no more than chance", MARK, "o", True)] if hollow else [])
    at = tick_text(line, chart.get("kind", "score"), 0.01) if line else "0"
    entries = [(f"interval clear of {at}", POINT, "o", False)] if clear else []
    return entries + ([(f"interval crosses {at}, or none", MARK, "o", True)] if hollow else [])


def _block(
    canvas: Canvas, label: list[str], mine: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], groups: list[Any], *,
    y: float, height: float, lane: float, names: float, scale: Scale, kind: str,
) -> None:  # fmt: skip
    """One name: its label, and a lane for each of its rows."""
    small, base = canvas.small, canvas.base
    unit = chart.get("unit", "article")
    single = len(groups) == 1
    if canvas.is_narrow:
        below = canvas.lines(0, y + base * 1.25, label, size=base, colour=INK)
        first = below - base * 1.25 + lane * 0.8
    else:
        lines = len(label) * base * 1.25 + (small * 1.25 if single else 0)
        below = canvas.lines(0, y + (height - lines) / 2 + base, label, size=base, colour=INK)
        if single:
            canvas.text(0, below - 1, counted(mine[0][chart["n"]], unit), colour=GREY)
        first = y + (height - len(mine) * lane) / 2 + lane / 2
    line = chart.get("line", 0.0)
    for at, row in enumerate(mine):
        if row[chart["value"]] is None:
            continue  # behind lanes with a figure only: no line runs through a name or a note
        is_top, is_low = at == 0 and not canvas.is_narrow, at + 1 == len(mine) and not canvas.is_narrow
        reach = [y if is_top else first + (at - 0.5) * lane, y + height if is_low else first + (at + 0.5) * lane]
        for tick in scale.ticks:
            canvas.line([scale(tick)] * 2, reach, RULE)
        if line is not None and scale.low <= line <= scale.high:
            canvas.line([scale(line)] * 2, reach, GREY, 1.5)
    for index, row in enumerate(mine):
        at = first + index * lane
        value = row[chart["value"]]
        series = SERIES[groups.index(row[chart["group"]])] if not single else "point"
        if value is None:
            note = row.get(chart.get("note") or "note") or "not assessable"
            canvas.text(names and names + 10, at + small * 0.35, cut(str(note), small, canvas.width - names - 10), colour=GREY)
            continue
        hollow = _crosses(row, chart)
        shade = colour(series) if not single or not hollow else MARK
        if row[chart["low"]] is not None and row[chart["high"]] is not None:
            canvas.line([scale(row[chart["low"]]), scale(row[chart["high"]])], [at, at], shade, 2.5)
        canvas.dot(scale(value), at, shade, hollow=hollow, shape=SHAPES[series])
        if canvas.is_narrow and single:
            canvas.text(canvas.width, y + base * 1.25, figure_of(value, kind), align="end", bold=True, size=base)
            n = row[chart["n"]]
            canvas.text(canvas.width, at + small * 0.35, "" if n is None else f"n = {n:,}", align="end", colour=GREY)
        else:
            canvas.text(canvas.width, at + small * 0.35, figure_of(value, kind), align="end", bold=True)


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    kind, value, name = chart.get("kind", "score"), chart["value"], chart["name"]
    ordered = [row for _, mine in _sorted(rows, chart) for row in mine]
    known = [row for row in ordered if row[value] is not None]
    if not known:
        return alt_text("Interval dot plot", chart["what"], "nothing is assessable"), "No row has a value."

    def called(row: Mapping[str, Any]) -> str:
        return f"{row[name]}, {row[chart['group']]}" if chart.get("group") else str(row[name])

    high, low = max(known, key=lambda row: row[value]), min(known, key=lambda row: row[value])
    point = f"{called(high)} is highest at {figure_of(high[value], kind)}"
    if len(known) > 1:
        point += f" and {called(low)} lowest at {figure_of(low[value], kind)}"
    unit = chart.get("unit", "article")
    sentences = [
        f"{called(row)}: {figure_of(row[value], kind)}{between(row, chart['low'], chart['high'], kind)}, {counted(row[chart['n']], unit)}."
        if row[value] is not None
        else f"{called(row)}: {row.get(chart.get('note') or 'note') or 'not assessable'}."
        for row in ordered
    ]
    return alt_text("Interval dot plot", chart["what"], point, (high[name], low[name])), some(sentences)
