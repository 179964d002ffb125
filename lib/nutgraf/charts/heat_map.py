"""Heat map: rows by columns, every cell prints its figure.

Options: ``row``, ``column``, ``value``, ``n`` name columns; ``what`` the data in words, ``kind`` share, score or count,
``unit_of_time`` the unit of columns that are periods; ``heads`` gives long column labels as they may be broken (``organi- sations``);
``long_names`` gives row labels a third of the width and three lines, for headlines and quotations.
The tint only helps the eye: the figure is in the cell. A cell without a value says "–", and below stands why (column ``note``, where
there is one). Where column labels do not fit over the cells, as on a phone, each row becomes a block of its own with a line per column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.canvas import Canvas, Sizes, empty
from nutgraf.charts.theme import GREY, INK, RULE, SHADE, colour
from nutgraf.charts.words import alt_text, clean, counted, figure_of, period_text, some, text_width, unique, wrap

COLUMNS = ("row", "column", "value", "n")
LIMIT_ROWS, LIMIT_COLUMNS, LIMIT_LINES = 40, 12, 160


def tint(value: float, kind: str, largest: float) -> str:
    """The tint of a cell: four steps of blue upwards; for scores four of orange below zero."""
    if kind == "share":
        return colour("shade") if value <= 0 else colour(f"more{min(4, int(value * 4) + 1)}")
    if value == 0 or largest == 0:
        return colour("shade")
    step = min(4, int(abs(value) / largest * 4 * 0.999) + 1)
    return colour(f"{'more' if value > 0 else 'less'}{step}")


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Canvas:
    """The figure, as a grid where it fits and as blocks where it does not."""
    if not rows:
        return empty(width, "Not assessable: the table has no rows.")
    rows = _with_periods(rows, chart)
    all_names, all_heads = unique(row[chart["row"]] for row in rows), unique(row[chart["column"]] for row in rows)
    if len(all_names) > LIMIT_ROWS:  # those that can be shown a figure for come first
        assessed = {row[chart["row"]] for row in rows if row[chart["value"]] is not None}
        all_names = sorted(all_names, key=lambda name: name not in assessed)
    names = all_names[:LIMIT_ROWS]
    heads = all_heads[-LIMIT_COLUMNS:] if chart.get("unit_of_time") else all_heads[:LIMIT_COLUMNS]  # of periods the last
    cells = {(row[chart["row"]], row[chart["column"]]): row for row in rows}
    largest = max((abs(row[chart["value"]]) for row in rows if row[chart["value"]] is not None), default=0.0)
    probe = Sizes(width)
    most = width * 0.34 if chart.get("long_names") else 140.0
    label = min(most, max(110.0, max(text_width(clean(name), probe.base) for name in names) + 12))
    cell = (width - label) / len(heads)
    longest = max(text_width(word, probe.small - 1) for head in heads for word in clean(_broken(head, chart)).split(" "))
    is_grid = not probe.is_narrow and longest <= cell - 2 and cell >= (40 if chart.get("kind") == "count" else 56)
    if not is_grid:
        names = names[: max(3, LIMIT_LINES // (len(heads) + 2))]
    reasons = _reasons(rows, chart, names, heads, cells)
    if len(all_names) > len(names) or len(all_heads) > len(heads):
        reasons.append(f"Shown: {_of(names, all_names, 'row')} and {_of(heads, all_heads, 'column')}; see the table.")
    if is_grid:
        return _grid(width, names, heads, cells, chart, largest, reasons, label=label, cell=cell)
    return _blocks(width, names, heads, cells, chart, largest, reasons)


def _broken(head: Any, chart: Mapping[str, Any]) -> str:
    """A column's label as it may be broken over narrow cells."""
    return str(chart.get("heads", {}).get(head, head))


def _of(shown: Sequence[Any], all_of_them: Sequence[Any], noun: str) -> str:
    if len(shown) == len(all_of_them):
        return f"all {counted(len(shown), noun)}"
    return f"{len(shown):,} of {counted(len(all_of_them), noun)}"


def _with_periods(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The rows, columns that are periods of time named as a reader says them."""
    unit = chart.get("unit_of_time")
    return [{**row, chart["column"]: period_text(row[chart["column"]], unit)} for row in rows] if unit else rows


def _reasons(
    rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], names: list[Any], heads: list[Any], cells: Mapping[Any, Any]
) -> list[str]:
    """Why some cells say "–", once for each reason."""
    found: dict[str, list[str]] = {}
    for name in names:
        for head in heads:
            row = cells.get((name, head))
            if row is None or row[chart["value"]] is None:
                note = (row or {}).get(chart.get("note") or "note")
                found.setdefault(str(note or ("not assessable" if row else "not in the data")), []).append(str(name))
    said = []
    for note, where in list(found.items())[:4]:
        outlets = unique(where)
        said.append(f"– {', '.join(outlets[:3])}{' and others' if len(outlets) > 3 else ''}: {note}")
    return said


def _n_text(name: Any, heads: list[Any], cells: Mapping[Any, Any], chart: Mapping[str, Any]) -> str:
    """How many articles a row rests on, when all its cells rest on as many."""
    if chart.get("kind") == "count":
        return " "  # the cells print it
    counts = {cells[(name, head)][chart["n"]] for head in heads if (name, head) in cells}
    return counted(counts.pop(), chart.get("unit", "article")) if len(counts) == 1 else ""


def _grid(
    width: int, names: list[Any], heads: list[Any], cells: Mapping[Any, Any], chart: Mapping[str, Any], largest: float,
    reasons: list[str], *, label: float, cell: float,
) -> Canvas:  # fmt: skip
    probe = Sizes(width)
    small, base = probe.small, probe.base
    titles = [wrap(_broken(head, chart), small - 1, cell - 2, 4) for head in heads]
    head_height = max(len(title) for title in titles) * small * 1.25 + 8
    labels = {name: wrap(name, base, label - 12, 3 if chart.get("long_names") else 2) for name in names}
    heights = {name: max(40, len(labels[name]) * base * 1.25 + small * 1.25 + 10) for name in names}
    foot = sum(len(wrap(reason, small, width, 4)) for reason in reasons) * small * 1.4 + 10
    canvas = Canvas(width, head_height + sum(heights.values()) + foot)
    for index, title in enumerate(titles):
        start = head_height - 6 - (len(title) - 1) * small * 1.25
        canvas.lines(label + (index + 0.5) * cell, start, title, align="middle", colour=GREY, size=small - 1)
    y = head_height
    for name in names:
        height = heights[name]
        n_text = _n_text(name, heads, cells, chart)
        block = len(labels[name]) * base * 1.25 + (small * 1.2 if n_text else 0)
        below = canvas.lines(0, y + (height - block) / 2 + base, labels[name], size=base)
        canvas.text(0, below - 1, n_text, colour=GREY)
        for index, head in enumerate(heads):
            _cell(canvas, cells.get((name, head)), chart, largest, label + index * cell, y, cell, height, n_text)
        y += height
    y += small * 1.4
    for reason in reasons:
        y = canvas.note(y, reason)
    return canvas


def _cell(
    canvas: Canvas, row: Mapping[str, Any] | None, chart: Mapping[str, Any], largest: float, x: float, y: float, width: float,
    height: float, n_text: str,
) -> None:  # fmt: skip
    kind, value = chart.get("kind", "share"), None if row is None else row[chart["value"]]
    canvas.bar(x + 1, y + 1, x + width - 1, y + height - 1, SHADE if value is None else tint(value, kind, largest))
    own_n = row is not None and not n_text and value is not None and row[chart["n"]] is not None
    middle = y + height / 2 + canvas.small * (0.0 if own_n else 0.35)
    canvas.text(x + width / 2, middle, figure_of(value, kind), align="middle", colour=GREY if value is None else INK, size=canvas.base)
    if own_n:
        canvas.text(x + width / 2, middle + canvas.small * 1.15, f"n = {row[chart['n']]:,}", align="middle", colour=INK)


def _blocks(
    width: int, names: list[Any], heads: list[Any], cells: Mapping[Any, Any], chart: Mapping[str, Any], largest: float,
    reasons: list[str],
) -> Canvas:  # fmt: skip
    probe = Sizes(width)
    small, base = probe.small, probe.base
    box = 74
    titles = {head: wrap(head, small, width - box - 10, 2) for head in heads}
    lane = {head: len(titles[head]) * small * 1.25 + 8 for head in heads}
    labels = {name: wrap(name, base, width, 2, bold=True) for name in names}
    tops = {name: len(labels[name]) * base * 1.25 + small * 1.3 + 8 for name in names}
    total = sum(tops[name] + sum(lane.values()) + 10 for name in names)
    foot = sum(len(wrap(reason, small, width, 4)) for reason in reasons) * small * 1.4 + 10
    canvas = Canvas(width, total + foot)
    y = 0.0
    for name in names:
        n_text = _n_text(name, heads, cells, chart)
        below = canvas.lines(0, y + base * 1.2, labels[name], size=base, bold=True)
        canvas.text(0, below - 2, n_text, colour=GREY)
        y += tops[name]
        for head in heads:
            canvas.line([0, width], [y, y], RULE)
            _cell(canvas, cells.get((name, head)), chart, largest, width - box, y, box, lane[head], n_text or " ")
            canvas.lines(0, y + small * 1.25, titles[head])
            y += lane[head]
        y += 10
    y += small
    for reason in reasons:
        y = canvas.note(y, reason)
    return canvas


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    kind, value = chart.get("kind", "share"), chart["value"]
    rows = _with_periods(rows, chart)
    known = [row for row in rows if row[value] is not None]
    if not known:
        return alt_text("Heat map", chart["what"], "nothing is assessable"), "No cell has a value."
    high, low = max(known, key=lambda row: row[value]), min(known, key=lambda row: row[value])
    point = f"{high[chart['row']]}, {high[chart['column']]} is highest at {figure_of(high[value], kind)}"
    sentences = []
    for name in unique(row[chart["row"]] for row in rows):
        mine = [row for row in rows if row[chart["row"]] == name]
        sentences.append(f"{name}: " + ", ".join(f"{row[chart['column']]} {figure_of(row[value], kind)}" for row in mine) + ".")
    lowest = f"Lowest: {low[chart['row']]}, {low[chart['column']]}, {figure_of(low[value], kind)}. "
    named = (high[chart["row"]], high[chart["column"]])
    return alt_text("Heat map", chart["what"], point, named), lowest + some(sentences)
