"""Small multiples over time: one panel per name, the others in grey behind, the number of articles as bars underneath.

Options: ``name``, ``period`` (first day), ``value``, ``low``, ``high``, ``n`` name columns; ``thin``: periods with fewer articles are shaded;
``axis`` the axis label, ``what`` the data in words, ``kind`` score or share; ``unit_of_time`` week, month, quarter or year. All panels
have the same scale of values; the bars of a panel have their own, and the highest says its number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.canvas import Canvas, Scale, Sizes, empty, tick_text
from nutgraf.charts.theme import FAINT, GREY, MARK, POINT, RULE, SHADE
from nutgraf.charts.words import (
    alt_text,
    between,
    counted,
    figure_of,
    period_text,
    some,
    text_width,
    unique,
    wrap,
)

COLUMNS = ("name", "period", "value", "low", "high", "n")
LIMIT_PANELS = 12
_VOLUME = 26


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Any:
    """The figure: three panels in a row when wide, one when narrow."""
    dated = [row for row in rows if row[chart["period"]] is not None]
    if not dated:
        return empty(width, "Nothing to show: no article has a date.")
    names, periods = unique(row[chart["name"]] for row in dated), sorted({row[chart["period"]] for row in dated})
    shown = names[:LIMIT_PANELS]
    by_name = {name: {row[chart["period"]]: row for row in dated if row[chart["name"]] == name} for name in names[:60]}
    probe = Sizes(width)
    small, base, kind = probe.small, probe.base, chart.get("kind", "score")
    across = 1 if probe.is_narrow else min(3, len(shown))
    numbers = [row[chart[c]] for row in dated for c in ("value", "low", "high")]
    plot = 96 if probe.is_narrow else 120
    scale = Scale(numbers, plot, 4, include=(0,), ticks=3)
    left = max(text_width(tick_text(t, kind, scale.step), small) for t in scale.ticks) + 8
    gap = 22
    panel = (width - left - gap * (across - 1)) / across
    titles = {name: wrap(name, base, panel, 2, bold=True) for name in shown}
    title = max(len(lines) for lines in titles.values()) * base * 1.25 + 8
    tall = title + plot + 10 + _VOLUME + small * 2.4
    down = -(-len(shown) // across)
    axis = wrap(chart["axis"], small, width, 3)
    thin = chart.get("thin") or 0
    foot = [f"Bars underneath: {chart.get('unit', 'article')}s in each {chart.get('unit_of_time', 'period')}, each panel from its own highest."]
    foot += [f"Shaded: fewer than {counted(thin, chart.get('unit', 'article'))}, no interval."] if any((r[chart["n"]] or 0) < thin for r in dated) else []
    foot += [f"Grey: the other {len(names) - 1:,}."] if len(names) > 1 else []
    foot += [f"{len(names) - len(shown):,} more stand in the table."] if len(names) > len(shown) else []
    note = wrap(" ".join(foot), small, width, 6)
    head = len(axis) * small * 1.25 + 10
    canvas = Canvas(width, head + down * tall + len(note) * small * 1.25 + small)
    canvas.lines(0, small * 1.1, axis, colour=GREY)
    for index, name in enumerate(shown):
        x0, y0 = left + (index % across) * (panel + gap), head + (index // across) * tall
        canvas.lines(x0, y0 + base * 1.1, titles[name], size=base, bold=True)
        _panel(canvas, name, by_name, periods, chart, scale, x0=x0, y0=y0 + title, width=panel, plot=plot, first=index % across == 0)
    canvas.lines(0, head + down * tall + small, note, colour=GREY)
    return canvas.figure


def _panel(
    canvas: Canvas, name: Any, by_name: Mapping[Any, Mapping[Any, Any]], periods: list[Any], chart: Mapping[str, Any], scale: Scale,
    *, x0: float, y0: float, width: float, plot: float, first: bool,
) -> None:  # fmt: skip
    small, kind = canvas.small, chart.get("kind", "score")
    step = width / len(periods)
    xs = {period: x0 + (index + 0.5) * step for index, period in enumerate(periods)}
    mine = by_name[name]
    thin = chart.get("thin") or 0
    for period in periods:
        n = (mine[period][chart["n"]] or 0) if period in mine else 0
        if n < thin:
            canvas.bar(xs[period] - step / 2 - 0.3, y0, xs[period] + step / 2 + 0.3, y0 + plot, SHADE)
    for tick in scale.ticks:
        y = y0 + scale(tick)
        canvas.line([x0, x0 + width], [y, y], GREY if tick == 0 else RULE)
        if first:
            canvas.text(x0 - 6, y + small * 0.35, tick_text(tick, kind, scale.step), colour=GREY, align="end")
    for other, points in by_name.items():
        if other != name:
            _line(canvas, points, periods, xs, chart, scale, y0, FAINT, 1)
    for period in periods:
        row = mine.get(period)
        if row and row[chart["value"]] is not None and None not in (row[chart["low"]], row[chart["high"]]):
            canvas.line([xs[period]] * 2, [y0 + scale(row[chart["low"]]), y0 + scale(row[chart["high"]])], POINT, 2)
    _line(canvas, mine, periods, xs, chart, scale, y0, POINT, 2.5)
    for period in periods:
        row = mine.get(period)
        if row and row[chart["value"]] is not None:
            low, high = row[chart["low"]], row[chart["high"]]
            unsure = None in (low, high) or (kind == "score" and low <= 0 <= high)
            canvas.dot(xs[period], y0 + scale(row[chart["value"]]), POINT, hollow=unsure, size=min(9, max(3, step * 0.6)))
    bottom = y0 + plot + 10 + _VOLUME
    counts = {period: (mine[period][chart["n"]] or 0) if period in mine else 0 for period in periods}
    most = max(counts.values()) or 1
    labelled = len(periods) * text_width("000 ", small) <= width
    highest = next(period for period in periods if counts[period] == max(counts.values()))
    for period, n in counts.items():
        if n:
            bar = max(1.5, n / most * (_VOLUME - small))
            canvas.bar(xs[period] - step * 0.3, bottom, xs[period] + step * 0.3, bottom - bar, MARK)
            if labelled or period == highest:
                canvas.text(xs[period], bottom - bar - 3, f"{n:,}", colour=GREY, align="middle")
    canvas.line([x0, x0 + width], [bottom, bottom], FAINT)
    canvas.text(x0, bottom + small * 1.25, period_text(periods[0], chart.get("unit_of_time")), colour=GREY)
    if len(periods) > 1:
        canvas.text(x0 + width, bottom + small * 1.25, period_text(periods[-1], chart.get("unit_of_time")), colour=GREY, align="end")


def _line(
    canvas: Canvas, points: Mapping[Any, Any], periods: list[Any], xs: Mapping[Any, float], chart: Mapping[str, Any], scale: Scale,
    y0: float, shade: str, width: float,
) -> None:  # fmt: skip
    """A line through the periods with a value; a period without one breaks it."""
    run: list[tuple[float, float]] = []
    for period in [*periods, None]:
        row = points.get(period) if period is not None else None
        if row is not None and row[chart["value"]] is not None:
            run.append((xs[period], y0 + scale(row[chart["value"]])))
            continue
        if len(run) > 1:
            canvas.line([x for x, _ in run], [y for _, y in run], shade, width)
        run = []


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    kind, value = chart.get("kind", "score"), chart["value"]
    known = [row for row in rows if row[value] is not None and row[chart["period"]] is not None]
    if not known:
        return alt_text("Small line charts", chart["what"], "nothing is assessable"), "No period has a value."
    low, high = min(known, key=lambda row: row[value]), max(known, key=lambda row: row[value])

    def at(row: Mapping[str, Any]) -> str:
        return period_text(row[chart["period"]], chart.get("unit_of_time"))

    point = (
        f"{low[chart['name']]} is lowest in {at(low)} ({figure_of(low[value], kind)})"
        f" and {high[chart['name']]} highest in {at(high)} ({figure_of(high[value], kind)})"
    )
    sentences = (
        f"{row[chart['name']]}, {at(row)}: {figure_of(row[value], kind)}"
        f"{between(row, chart['low'], chart['high'], kind)}, {counted(row[chart['n']], chart.get('unit', 'article'))}."
        for row in known
    )
    return alt_text("Small line charts", chart["what"], point), some(sentences)
