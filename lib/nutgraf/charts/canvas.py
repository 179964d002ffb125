"""A drawing surface in units: what every form draws with.

A canvas keeps a list of what was drawn and draws nothing itself. From the same list come matplotlib's figure for a notebook
(`nutgraf.charts.paint`) and the SVG of a page and of a download (`nutgraf.publish.marks`). Units are the SVG's and y counts downwards.
Nothing is laid out by matplotlib, so that a figure is the same whatever fonts a machine has, text is horizontal, and no label is ever
cut off by a margin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from nutgraf.charts.theme import BASE, GREY, INK, PAPER, RULE, SMALL, form_of
from nutgraf.charts.words import clean, text_width, wrap

SHAPES = {"point": "o", "second": "D", "third": "^"}


class Shape(NamedTuple):
    """A line (not closed) or an area; a colour is None where nothing is painted, `width` that of the stroke."""

    points: tuple[tuple[float, float], ...]
    fill: str | None
    stroke: str | None
    width: float
    closed: bool


class Disc(NamedTuple):
    """A round dot; `width` is that of its stroke."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str
    width: float


class Label(NamedTuple):
    """One line of text on its baseline; `align` is start, middle or end."""

    x: float
    y: float
    text: str
    colour: str
    size: float
    align: str
    bold: bool


class Sizes:
    """Type sizes for a width, for laying out before there is a canvas."""

    def __init__(self, width: float) -> None:
        self.width = width
        form = form_of(int(width))
        self.is_narrow = form == "narrow"
        self.small, self.base = SMALL[form], BASE[form]


class Canvas(Sizes):
    """A figure of so many units, as a list of marks and a list of texts, which stand on top of all marks.

    Args:
        width: Units; 680 for the wide form, 340 for the narrow one.
        height: Units.
    """

    def __init__(self, width: float, height: float) -> None:
        super().__init__(width)
        self.height = max(height, 40)
        self.marks: list[Shape | Disc] = []
        self.labels: list[Label] = []

    def text(
        self, x: float, y: float, text: Any, *, colour: str = INK, size: float | None = None, align: str = "start",
        bold: bool = False,
    ) -> None:  # fmt: skip
        """One line of text on its baseline."""
        line = clean(text)
        if line:
            self.labels.append(Label(x, y, line, colour, size or self.small, align, bold))

    def lines(self, x: float, y: float, lines: Sequence[str], **how: Any) -> float:
        """Lines of text beneath each other; returns the y below the last."""
        step = (how.get("size") or self.small) * 1.25
        for line in lines:
            self.text(x, y, line, **how)
            y += step
        return y

    def note(self, y: float, text: str, *, x: float = 0, colour: str = GREY) -> float:
        """Small print as wide as the figure allows; returns the y below it."""
        return self.lines(x, y, wrap(text, self.small, self.width - x, 4), colour=colour)

    def line(self, xs: Sequence[float], ys: Sequence[float], colour: str = RULE, width: float = 1) -> None:
        """A line through points."""
        self.marks.append(Shape(tuple(zip(xs, ys, strict=True)), None, colour, width, False))

    def bar(self, x0: float, y0: float, x1: float, y1: float, colour: str) -> None:
        """A filled rectangle between two corners."""
        self.marks.append(Shape(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), colour, None, 0, True))

    def dot(self, x: float, y: float, colour: str, *, hollow: bool = False, shape: str = "o", size: float = 10) -> None:
        """A dot: ``o`` round, ``D`` diamond, ``^`` triangle, ``s`` square; a hollow one shows the paper inside."""
        r, fill, width = size / 2, PAPER if hollow else colour, 2 if hollow else 1
        if shape == "o":
            self.marks.append(Disc(x, y, r, fill, colour, width))
            return
        corners = {
            "D": ((x, y - r * 1.2), (x + r * 1.2, y), (x, y + r * 1.2), (x - r * 1.2, y)),
            "^": ((x, y - r * 1.15), (x + r * 1.15, y + r * 0.85), (x - r * 1.15, y + r * 0.85)),
            "s": ((x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)),
        }[shape]
        self.marks.append(Shape(corners, fill, colour, width, True))

    def place(self, other: Canvas, x: float, y: float) -> None:
        """Put everything of another canvas on this one, moved by so much."""
        for mark in other.marks:
            if isinstance(mark, Disc):
                self.marks.append(mark._replace(x=mark.x + x, y=mark.y + y))
            else:
                self.marks.append(mark._replace(points=tuple((px + x, py + y) for px, py in mark.points)))
        self.labels += [label._replace(x=label.x + x, y=label.y + y) for label in other.labels]

    def key(self, y: float, entries: Sequence[tuple[str, str, str, bool]], *, x: float = 0) -> float:
        """A line that explains marks in words: (text, colour, shape, hollow); shape ``s`` is a square. Returns the y below."""
        left = x
        for text, colour, shape, hollow in entries:
            shown = wrap(text, self.small, self.width - 24 - left, 1)[0]
            wide = 18 + text_width(shown, self.small) + 14
            if x > left and x + wide - 14 > self.width:
                x, y = left, y + self.small * 1.5
            self.dot(x + 6, y - self.small * 0.34, colour, hollow=hollow, shape=shape, size=9)
            self.text(x + 18, y, shown, colour=GREY)
            x += wide
        return y + self.small * 1.5


def key_height(canvas_width: float, small: float, entries: Sequence[str]) -> float:
    """Height that `Canvas.key` will need."""
    rows, x = 1, 0.0
    for text in entries:
        wide = 32 + text_width(text, small)
        if x and x + wide - 14 > canvas_width:
            rows, x = rows + 1, 0.0
        x += wide
    return rows * small * 1.5


class Scale:
    """A linear scale from values to units, with round ticks.

    Example:
        >>> Scale([0, 9], 0, 100).ticks
        [0.0, 5.0, 10.0]
    """

    def __init__(self, values: Sequence[float], start: float, end: float, *, include: Sequence[float] = (), ticks: int = 4) -> None:
        known = [float(v) for v in (*values, *include) if v is not None and math.isfinite(v)]
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        if high - low < 1e-6 * max(1.0, abs(low), abs(high)):  # one value, or values that no tick could tell apart
            low, high = low - max(abs(low) * 0.1, 0.5), high + max(abs(high) * 0.1, 0.5)
            if include and min(known) >= 0:
                low = max(low, 0.0)
        step = _round_step((high - low) / ticks)
        self.low, self.high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
        count = round((self.high - self.low) / step)
        self.ticks = [round(self.low + i * step, 10) + 0.0 for i in range(count + 1)]
        self.start, self.end, self.step = start, end, step

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= rough - 1e-12)


def tick_text(value: float, kind: str, step: float) -> str:
    """A tick as a reader sees it, with no more decimals than the step has."""
    if kind == "share":
        return f"{value * 100:.{max(0, -math.floor(math.log10(step * 100) + 1e-9))}f} %"
    if kind in ("count", "rate"):
        return f"{value:,.0f}" if step >= 1 else f"{value:g}"
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return ("0" if value == 0 else f"{value:+.{digits}f}").replace("-", "−")


def empty(width: int, text: str) -> Canvas:
    """A figure that says in words why there is nothing to draw."""
    canvas = Canvas(width, 64)
    canvas.lines(0, 26, wrap(text, canvas.base, width, 2), colour=GREY, size=canvas.base)
    return canvas
