"""Tone arc: one article's sentences from first to last, each a stem from zero to its value.

Options: ``position``, ``value``, ``voice``, ``part`` name columns; ``what`` the data in words, ``axis`` the axis label. Shape,
colour and filling say whose words a sentence is; headline and standfirst stand on a shaded ground.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.canvas import SHAPES, Canvas, Scale, Sizes, empty, key_height, tick_text
from nutgraf.charts.theme import FAINT, GREY, RULE, SERIES, SHADE, colour
from nutgraf.charts.words import alt_text, figure_of, some, text_width, wrap

COLUMNS = ("position", "value", "voice", "part")
VOICES = {"outlet": "the outlet's words", "quoted": "quoted", "reported": "reported without quotation marks", "mixed": "two voices"}
_SERIES = {"outlet": "point", "quoted": "second", "reported": "third", "mixed": "third"}
_HOLLOW = ("mixed",)
_OPENING = ("headline", "standfirst")


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Canvas:
    """The figure."""
    known = sorted((row for row in rows if row[chart["value"]] is not None), key=lambda row: row[chart["position"]])
    if not known:
        return empty(width, "Not assessable: no sentence has a value.")
    probe = Sizes(width)
    small = probe.small
    present = [voice for voice in VOICES if any(row[chart["voice"]] == voice for row in known)]
    legend = [(VOICES[v], colour(_SERIES[v]), SHAPES[_SERIES[v]], v in _HOLLOW) for v in present]
    axis = wrap(chart["axis"], small, width, 3)
    head = key_height(width, small, [entry[0] for entry in legend]) + len(axis) * small * 1.25 + 14
    plot = 220 if probe.is_narrow else 260
    canvas = Canvas(width, head + plot + small * 4)
    canvas.key(canvas.lines(0, small * 1.1, axis, colour=GREY) + 2, legend)
    down = Scale([row[chart["value"]] for row in known], head + plot, head + 10, include=(0,))
    left = max(text_width(tick_text(t, "score", down.step), small) for t in down.ticks) + 10
    first, last = known[0][chart["position"]], known[-1][chart["position"]]
    room = (width - left - 12) / max(1, last - first + 1)

    def x(position: float) -> float:
        return left + 6 + (position - first + 0.5) * room

    opening = [row[chart["position"]] for row in known if row[chart["part"]] in _OPENING]
    if opening:
        canvas.bar(x(min(opening)) - room / 2, head, x(max(opening)) + room / 2, head + plot, SHADE)
    for tick in down.ticks:
        canvas.line([left, width], [down(tick)] * 2, GREY if tick == 0 else RULE, 1.5 if tick == 0 else 1)
        canvas.text(left - 6, down(tick) + small * 0.35, tick_text(tick, "score", down.step), colour=GREY, align="end")
    size = max(3.0, min(9.0, room * 0.9))
    for row in known:
        series = _SERIES.get(row[chart["voice"]], SERIES[2])
        at, value = x(row[chart["position"]]), row[chart["value"]]
        if value:
            canvas.line([at, at], [down(0), down(value)], FAINT, max(0.8, min(2.0, room * 0.3)))
        canvas.dot(at, down(value), colour(series), shape=SHAPES[series], size=size, hollow=row[chart["voice"]] in _HOLLOW)
    below = head + plot + small * 1.4
    canvas.text(left, below, f"Sentence {first}", colour=GREY)
    if last > first:
        canvas.text(width, below, str(last), colour=GREY, align="end")
    if opening:
        canvas.note(below + small * 1.4, "Shaded: headline and standfirst")
    return canvas


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    known = [row for row in rows if row[chart["value"]] is not None]
    if not known:
        return alt_text("Tone arc", chart["what"], "no sentence has a value"), "No sentence has a value."
    low, high = min(known, key=lambda row: row[chart["value"]]), max(known, key=lambda row: row[chart["value"]])
    point = (
        f"sentence {low[chart['position']]} of {len(known)} is lowest at {figure_of(low[chart['value']], 'score')}"
        f" and {high[chart['position']]} highest at {figure_of(high[chart['value']], 'score')}"
    )
    sentences = (
        f"Sentence {row[chart['position']]} ({row[chart['part']]}, {VOICES.get(row[chart['voice']], row[chart['voice']])}): "
        f"{figure_of(row[chart['value']], 'score')}."
        for row in known
    )
    return alt_text("Tone arc", chart["what"], point), some(sentences)
