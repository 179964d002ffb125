"""A drawing surface in units: what every form draws with.

One set of axes fills the figure, its units are the SVG's, and y counts downwards. Nothing is laid out by matplotlib, so that a
figure is the same whatever fonts a machine has, text is horizontal, and no label is ever cut off by a margin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nutgraf.charts.theme import BASE, GREY, INK, PAPER, PIXELS_PER_INCH, RULE, SMALL, form_of
from nutgraf.charts.words import clean, text_width, wrap

_ALIGN = {"start": "left", "middle": "center", "end": "right"}
SHAPES = {"point": "o", "second": "D", "third": "^"}


class Sizes:
    """Type sizes for a width, for laying out before there is a canvas."""

    def __init__(self, width: float) -> None:
        self.width = width
        form = form_of(int(width))
        self.is_narrow = form == "narrow"
        self.small, self.base = SMALL[form], BASE[form]


class Canvas(Sizes):
    """A figure of so many units, drawn on without axes: those cost more time than all marks together.

    Args:
        width: Units; 680 for the wide form, 340 for the narrow one.
        height: Units.
    """

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        super().__init__(width)
        self.height = max(height, 40)
        self.figure = Figure(figsize=(width / PIXELS_PER_INCH, self.height / PIXELS_PER_INCH))
        self._units = Affine2D().scale(1 / PIXELS_PER_INCH) + self.figure.dpi_scale_trans

    def text(
        self, x: float, y: float, text: Any, *, colour: str = INK, size: float | None = None, align: str = "start",
        bold: bool = False,
    ) -> None:  # fmt: skip
        """One line of text on its baseline."""
        from matplotlib.text import Text

        line = clean(text)
        if line:
            self.figure.add_artist(
                Text(
                    x, self.height - y, line, color=colour, fontsize=size or self.small, ha=_ALIGN[align], va="baseline",
                    fontweight="bold" if bold else "normal", parse_math=False, transform=self._units,
                )
            )  # fmt: skip

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
        self._patch(list(zip(xs, ys, strict=True)), fill=False, edgecolor=colour, linewidth=width, joinstyle="round", capstyle="butt")

    def bar(self, x0: float, y0: float, x1: float, y1: float, colour: str) -> None:
        """A filled rectangle between two corners."""
        self._patch([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], closed=True, facecolor=colour, linewidth=0)

    def dot(self, x: float, y: float, colour: str, *, hollow: bool = False, shape: str = "o", size: float = 10) -> None:
        """A dot: ``o`` round, ``D`` diamond, ``^`` triangle, ``s`` square; a hollow one shows the paper inside."""
        r = size / 2
        look = {"facecolor": PAPER if hollow else colour, "edgecolor": colour, "linewidth": 2 if hollow else 1}
        if shape == "o":
            c = r * 0.5523  # the usual distance of control points for a circle of four curves
            points = [(x + r, y), (x + r, y + c), (x + c, y + r), (x, y + r), (x - c, y + r), (x - r, y + c), (x - r, y),
                      (x - r, y - c), (x - c, y - r), (x, y - r), (x + c, y - r), (x + r, y - c), (x + r, y)]  # fmt: skip
            self._patch(points, closed=True, curved=True, **look)
            return
        corners = {
            "D": [(x, y - r * 1.2), (x + r * 1.2, y), (x, y + r * 1.2), (x - r * 1.2, y)],
            "^": [(x, y - r * 1.15), (x + r * 1.15, y + r * 0.85), (x - r * 1.15, y + r * 0.85)],
            "s": [(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)],
        }[shape]
        self._patch(corners, closed=True, **look)

    def _patch(self, points: Sequence[tuple[float, float]], *, closed: bool = False, curved: bool = False, **look: Any) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        corners = [(round(x, 2), round(self.height - y, 2)) for x, y in points]
        codes = [Path.MOVETO] + [Path.CURVE4 if curved else Path.LINETO] * (len(corners) - 1)
        if closed:
            corners, codes = [*corners, corners[0]], [*codes, Path.CLOSEPOLY]
        self.figure.add_artist(PathPatch(Path(corners, codes), transform=self._units, **look))

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
            if include and min(include) >= 0:
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
    if kind == "count":
        return f"{value:,.0f}" if step >= 1 else f"{value:g}"
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return ("0" if value == 0 else f"{value:+.{digits}f}").replace("-", "−")


def empty(width: int, text: str) -> Any:
    """A figure that says in words why there is nothing to draw."""
    canvas = Canvas(width, 64)
    canvas.lines(0, 26, wrap(text, canvas.base, width, 2), colour=GREY, size=canvas.base)
    return canvas.figure
