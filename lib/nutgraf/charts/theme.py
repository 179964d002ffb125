"""The house style: colour roles with a light and a dark form, and type sizes.

A chart is drawn in the light colours. The exporter finds each of them again in the SVG and puts a class in its place, so that a page
can show the same figure on light and on dark paper (`nutgraf.publish.svg`). A colour that is no role here would not turn dark.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Role to its colour on light and on dark paper. Text roles have a contrast of 4.5:1 or more, marks 3:1, in both; tests hold this.
ROLES: dict[str, tuple[str, str]] = {
    "paper": ("#fdfcf8", "#171614"),
    "ink": ("#1c1b19", "#ebe7df"),
    "grey": ("#595650", "#b3aea4"),
    "mark": ("#716d66", "#98948b"),
    "faint": ("#8d8981", "#837f77"),
    "rule": ("#dcd8cf", "#3b3934"),
    "shade": ("#f1eee6", "#24221f"),
    "point": ("#0b4a78", "#6fb8e8"),
    "second": ("#b5480b", "#e8824a"),
    "third": ("#7a1f3d", "#fbd0e0"),
    # Tints for cells that print their figure in ink: blue for more or friendlier, orange for the other side of zero.
    "more1": ("#e4eef5", "#1d2a33"),
    "more2": ("#c9deeb", "#223949"),
    "more3": ("#a6c9df", "#274a62"),
    "more4": ("#82b3d2", "#2d5b7b"),
    "less1": ("#fae9dd", "#32241b"),
    "less2": ("#f5d0b4", "#4a301f"),
    "less3": ("#eeb48a", "#643d24"),
    "less4": ("#e6965f", "#804b28"),
}
TEXT_ROLES = ("ink", "grey")
MARK_ROLES = ("mark", "faint", "point", "second", "third")
#: Series in the order they are given out; told apart by shape or label too.
SERIES = ("point", "second", "third")
#: Parts of a stacked bar, which print their figure in the colour of the paper.
PARTS = ("point", "second", "mark", "third")
TINTS = ("more1", "more2", "more3", "more4", "less1", "less2", "less3", "less4", "shade")

INK, GREY, MARK, FAINT, RULE, SHADE, PAPER, POINT, SECOND, THIRD = (
    ROLES[name][0] for name in ("ink", "grey", "mark", "faint", "rule", "shade", "paper", "point", "second", "third")
)
PIXELS_PER_INCH = 72
#: Narrow figures are 340 units wide and stand in 296 px on the smallest phone, so 13 units are 11.3 px there.
SMALL = {"wide": 14, "narrow": 13}
BASE = {"wide": 15, "narrow": 14}
NARROW = 480


def colour(role: str) -> str:
    """The light colour of a role; drawing uses these alone."""
    return ROLES[role][0]


def form_of(width: int) -> str:
    """``wide`` or ``narrow``, by the figure's width in units."""
    return "narrow" if width < NARROW else "wide"


@contextmanager
def style() -> Iterator[None]:
    """matplotlib settings of the house, for the time of one drawing; the backend is never switched."""
    import matplotlib as mpl
    import matplotlib.style

    with mpl.rc_context(), warnings.catch_warnings():
        # A name in a script the measuring font lacks is still text in the SVG; the reader's browser has the glyphs.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        matplotlib.style.use(_settings())
        yield


def _settings() -> dict[str, Any]:
    import matplotlib as mpl

    global _read  # noqa: PLW0603 - the file is parsed once per process, which halves the time of a small chart
    if _read is None:
        _read = mpl.rc_params_from_file(Path(__file__).with_name("nutgraf.mplstyle"), use_default_template=False)
    return _read


_read: Any = None
