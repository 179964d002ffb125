"""A canvas as SVG, written straight from its list of marks and texts: for a page with classes, for a file with colours of its own.

matplotlib needs 25 ms for a drawing and this less than one; a test holds the two against each other, mark by mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from html import escape

from nutgraf.charts.canvas import Canvas, Disc
from nutgraf.charts.theme import PAPER, ROLES
from nutgraf.charts.words import clean

_ROLE_OF = {light: role for role, (light, _) in ROLES.items()}
#: Families of the system that stand in for each other, the widest last; nothing is loaded.
FONTS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


def page_svg(canvas: Canvas, *, label: str, css_class: str) -> str:
    """SVG for a page with the house's style sheet: colours are classes, there is no style attribute and no id.

    Args:
        canvas: What a form drew.
        label: Accessible name.
        css_class: Class of the root element.
    """
    body = "".join(_elements(canvas, _as_classes))
    root = f'xmlns="http://www.w3.org/2000/svg" {_box(canvas)} role="img" aria-label="{escape(clean(label))}" class="{css_class}"'
    return f"<svg {root}>{body}</svg>"


def file_svg(canvas: Canvas, *, title: str, description: str, inner: str = "") -> str:
    """SVG that stands by itself: light colours on paper, a size, a title, and no reference to anything outside.

    Args:
        canvas: What is drawn.
        title: Name for a screen reader, and what a browser shows when the mouse rests on the picture.
        description: What it shows.
        inner: SVG elements that stand on top.
    """
    body = "".join(_elements(canvas, _as_colours))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {_box(canvas)} width="{_number(canvas.width)}" height="{_number(canvas.height)}" '
        f'role="img" font-family="{FONTS}"><title>{escape(clean(title))}</title><desc>{escape(clean(description))}</desc>'
        f"{body}{inner}</svg>\n"
    )


def _box(canvas: Canvas) -> str:
    return f'viewBox="0 0 {_number(canvas.width)} {_number(canvas.height)}"'


@cache
def _as_classes(fill: str | None, stroke: str | None) -> str:
    """Paint of an element as classes; a colour that is no role of the house stays a colour, and does not turn dark."""
    names = [f"{kind}-{_ROLE_OF[colour]}" for kind, colour in (("f", fill), ("s", stroke)) if colour in _ROLE_OF]
    rest = [f' {name}="{colour}"' for name, colour in (("fill", fill), ("stroke", stroke)) if colour and colour not in _ROLE_OF]
    return (f' class="{" ".join(names)}"' if names else "") + "".join(rest) + (' fill="none"' if fill is None else "")


@cache
def _as_colours(fill: str | None, stroke: str | None) -> str:
    return f' fill="{fill or "none"}"' + (f' stroke="{stroke}"' if stroke else "")


def _elements(canvas: Canvas, paint: Callable[[str | None, str | None], str]) -> Iterator[str]:
    """The elements in the order they are painted, the paper first."""
    n = _number
    yield f'<path d="M0 0H{n(canvas.width)}V{n(canvas.height)}H0z"{paint(PAPER, None)}/>'
    for mark in canvas.marks:
        wide = f' stroke-width="{mark.width:g}"' if mark.stroke and mark.width != 1 else ""
        if isinstance(mark, Disc):
            yield f'<circle cx="{n(mark.x)}" cy="{n(mark.y)}" r="{n(mark.radius)}"{wide}{paint(mark.fill, mark.stroke)}/>'
            continue
        corners = " ".join([f"{n(x)} {n(y)}" for x, y in mark.points])
        turns = ' stroke-linejoin="round"' if not mark.closed and len(mark.points) > 2 else ""
        yield f'<path d="M{corners}{"z" if mark.closed else ""}"{wide}{turns}{paint(mark.fill, mark.stroke)}/>'
    for label in canvas.labels:
        bold = ' font-weight="700"' if label.bold else ""
        anchor = "" if label.align == "start" else f' text-anchor="{label.align}"'
        yield (
            f'<text x="{n(label.x)}" y="{n(label.y)}" font-size="{label.size:g}"{bold}{anchor}{paint(label.colour, None)}>'
            f"{escape(label.text, quote=False)}</text>"
        )


def _number(value: float) -> str:
    """Two decimals at most, which is a fortieth of a pixel on the densest screens."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
