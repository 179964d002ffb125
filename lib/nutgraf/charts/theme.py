"""The house style: sizes, colours, and SVG bytes that depend on the data alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

INK = "#1a1a1a"
GREY = "#6b6b6b"
RULE = "#d0d0d0"
POINT = "#0b5a8a"
PIXELS_PER_INCH = 72


@contextmanager
def style() -> Iterator[None]:
    """matplotlib settings of the house, for the time of one drawing; the backend is never switched."""
    import matplotlib as mpl

    with mpl.rc_context(
        {
            "svg.fonttype": "none",
            "font.size": 12,
            "font.family": "sans-serif",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.spines.left": False,
            "axes.edgecolor": GREY,
            "axes.labelcolor": GREY,
            "text.color": INK,
            "xtick.color": GREY,
            "ytick.color": INK,
            "ytick.left": False,
        }
    ):
        yield


def new_figure(width: int, height: int) -> tuple[Any, Any]:
    """A figure of so many SVG units, and its axes, without touching pyplot's state."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / PIXELS_PER_INCH, height / PIXELS_PER_INCH))
    return figure, figure.add_subplot()


def figure_to_svg(figure: Any, salt: str) -> str:
    """SVG text without date, with ids that depend on `salt` and the data only."""
    import matplotlib as mpl

    target = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": salt}):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    return target.getvalue()
