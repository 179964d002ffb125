"""Interval dot plot: one row per name, a dot for the mean and a line for its interval.

Columns used: the first text column as name, and `chart` options ``value``, ``low``, ``high`` and ``n`` name the others.
A dot whose interval crosses the comparison line (0 unless told) is drawn hollow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.theme import GREY, POINT, RULE, new_figure
from nutgraf.findings.finding import shown

ROW = 34


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Any:
    """The figure, `width` units wide and as high as its rows need."""
    name, value, low, high, n = (chart[key] for key in ("name", "value", "low", "high", "n"))
    line = chart.get("line", 0.0)
    figure, axes = new_figure(width, ROW * len(rows) + 70)
    for position, row in enumerate(rows):
        if row[value] is None:
            axes.text(line, position, f"  {row.get('note') or 'not assessable'}", color=GREY, va="center", ha="left")
            continue
        certain = row[low] is not None
        crosses = not certain or row[low] <= line <= row[high]
        if certain:
            axes.plot([row[low], row[high]], [position, position], color=POINT, linewidth=2, solid_capstyle="butt")
        axes.plot([row[value]], [position], "o", markersize=9, markeredgecolor=POINT, markeredgewidth=2,
                  markerfacecolor="white" if crosses else POINT)  # fmt: skip
    axes.axvline(line, color=GREY, linewidth=1)
    axes.set_yticks(range(len(rows)), [f"{row[name]} (n = {row[n]})" for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(chart["axis"])
    axes.grid(axis="x", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    figure.tight_layout()
    return figure


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    known = [row for row in rows if row[chart["value"]] is not None]
    kind = chart.get("kind", "score")
    if not known:
        return "Interval dot plot in which nothing is assessable.", "No row has enough articles."
    top = max(known, key=lambda row: row[chart["value"]])
    bottom = min(known, key=lambda row: row[chart["value"]])
    alt = (
        f"Interval dot plot of {chart['what']}, where {top[chart['name']]} is highest at "
        f"{shown(top[chart['value']], kind)}"
    )
    alt = alt if len(alt) <= 150 else alt[:149].rsplit(" ", 1)[0] + "…"
    sentences = [
        f"{row[chart['name']]}: {shown(row[chart['value']], kind)}, between {shown(row[chart['low']], kind)} and "
        f"{shown(row[chart['high']], kind)}, {row[chart['n']]} articles."
        for row in known
    ]
    return alt, f"Lowest: {bottom[chart['name']]}. " + " ".join(sentences)
