"""A canvas as a matplotlib figure: what a notebook shows and what a picture file is made from."""

from __future__ import annotations

import io
from typing import Any

from nutgraf.charts.canvas import Canvas, Disc, Shape
from nutgraf.charts.theme import PAPER, PIXELS_PER_INCH

_ALIGN = {"start": "left", "middle": "center", "end": "right"}
_ROUND = 0.5523  # the usual distance of control points for a circle of four curves


def painted(canvas: Canvas) -> Any:
    """The figure, without axes: those cost more time than all marks together."""
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch
    from matplotlib.text import Text
    from matplotlib.transforms import Affine2D

    figure = Figure(figsize=(canvas.width / PIXELS_PER_INCH, canvas.height / PIXELS_PER_INCH))
    units = Affine2D().scale(1 / PIXELS_PER_INCH) + figure.dpi_scale_trans
    for mark in canvas.marks:
        path = _circle(mark, canvas.height) if isinstance(mark, Disc) else _path(mark, canvas.height)
        look: dict[str, Any] = {"facecolor": mark.fill or "none", "edgecolor": mark.stroke or "none", "linewidth": mark.width}
        if mark.fill is None:
            look |= {"joinstyle": "round", "capstyle": "butt"}
        figure.add_artist(PathPatch(path, transform=units, **look))
    for label in canvas.labels:
        figure.add_artist(
            Text(
                label.x, canvas.height - label.y, label.text, color=label.colour, fontsize=label.size, ha=_ALIGN[label.align],
                va="baseline", fontweight="bold" if label.bold else "normal", parse_math=False, transform=units,
            )
        )  # fmt: skip
    return figure


def _path(mark: Shape, height: float) -> Any:
    from matplotlib.path import Path

    corners = [(round(x, 2), round(height - y, 2)) for x, y in mark.points]
    codes = [Path.MOVETO] + [Path.LINETO] * (len(corners) - 1)
    return Path([*corners, corners[0]], [*codes, Path.CLOSEPOLY]) if mark.closed else Path(corners, codes)


def _circle(mark: Disc, height: float) -> Any:
    from matplotlib.path import Path

    x, y, r, c = mark.x, height - mark.y, mark.radius, mark.radius * _ROUND
    points = [(x + r, y), (x + r, y - c), (x + c, y - r), (x, y - r), (x - c, y - r), (x - r, y - c), (x - r, y),
              (x - r, y + c), (x - c, y + r), (x, y + r), (x + c, y + r), (x + r, y + c), (x + r, y), (x + r, y)]  # fmt: skip
    return Path([(round(a, 2), round(b, 2)) for a, b in points], [Path.MOVETO] + [Path.CURVE4] * 12 + [Path.CLOSEPOLY])


def figure_to_svg(figure: Any, salt: str) -> str:
    """SVG text without date, with ids that depend on `salt` and the data only."""
    import matplotlib as mpl

    target = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": salt}):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None}, facecolor=PAPER)
    return target.getvalue()
