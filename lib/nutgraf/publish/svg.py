"""A drawing as it stands inside a page. What a form drew on a canvas is written straight (`nutgraf.publish.marks`).

A form that hands out a matplotlib figure has that one's SVG rewritten, so that it can stand under a strict content security policy.

Style attributes become presentation attributes (a policy without ``unsafe-inline`` drops the former and the figure turns black), the
house colours become classes that the page's style sheet gives a light and a dark form, ids get the figure's prefix (they repeat
between figures), and the root gets a role and a label. Text stays text and takes the page's font.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from nutgraf.charts import to_svg
from nutgraf.charts.canvas import Canvas
from nutgraf.charts.theme import ROLES
from nutgraf.publish.marks import page_svg

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_PRESENTATION = {
    "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "stroke-dashoffset",
    "stroke-opacity", "fill-opacity", "opacity", "text-anchor",
}  # fmt: skip
_DEFAULTS = {("stroke-width", "1"), ("stroke-linecap", "butt"), ("stroke-linejoin", "miter"), ("text-anchor", "start")}
_FONT = re.compile(r"^(?:(?P<style>italic|oblique)\s+)?(?:(?P<weight>\d{3}|bold)\s+)?(?P<size>[\d.]+)px\s+(?P<family>.+)$")
_BY_COLOUR = {light: role for role, (light, _) in ROLES.items()}
_NO_TURN = re.compile(r"rotate\(-?0[ ,)]")
_NUMBER = re.compile(r"-?\d+\.\d{3,}")


def in_page(drawing: Any, *, id: str, form: str, label: str) -> str:
    """What `nutgraf.charts.drawn` returned, as one ``<svg>`` element of a page.

    Args:
        drawing: A canvas or a matplotlib figure.
        id: The finding's id.
        form: wide or narrow; the page shows one of them.
        label: Accessible name.
    """
    if isinstance(drawing, Canvas):
        return page_svg(drawing, label=label, css_class=f"chart {form}")
    return inline(to_svg(drawing, id), prefix=f"{id}-{form}", label=label, css_class=f"chart {form}")


def inline(svg: str, *, prefix: str, label: str, css_class: str) -> str:
    """SVG text fit to stand in HTML.

    Args:
        svg: What matplotlib wrote.
        prefix: Goes before every id.
        label: Accessible name.
        css_class: Class of the root element.

    Returns:
        One ``<svg>`` element without style attributes, style elements, unused ids, groups without a purpose or metadata.
    """
    root = etree.fromstring(svg.encode(), etree.XMLParser(no_network=True, resolve_entities=False))
    for node in list(root.iter(f"{_SVG}style", f"{_SVG}metadata", etree.Comment)):
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    for node in list(root.iter()):
        _presentation(node)
        _identity(node, prefix, used)
    _flatten(root)
    root.set("role", "img")
    root.set("aria-label", label)
    root.set("class", css_class)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    etree.cleanup_namespaces(root)
    text = etree.tostring(root, encoding="unicode")
    return re.sub(r">\s+<", "><", text).strip()


def _identity(node: etree._Element, prefix: str, used: set[str]) -> None:
    name = node.attrib.pop("id", None)
    if name in used:
        node.set("id", f"{prefix}-{name}")
    for attribute, value in list(node.attrib.items()):
        if attribute == f"{_XLINK}href":
            del node.attrib[attribute]
            node.set("href", f"#{prefix}-{value[1:]}")
        elif "url(#" in value:
            node.set(attribute, value.replace("url(#", f"url(#{prefix}-"))


def _presentation(node: etree._Element) -> None:
    classes = []
    declarations = [part.partition(":") for part in (node.attrib.pop("style", None) or "").split(";")]
    for name, _, value in declarations + [(n, "", node.attrib.pop(n)) for n in ("fill", "stroke") if n in node.attrib]:
        name, value = name.strip(), value.strip()
        if name == "font" and (font := _FONT.match(value)):  # older matplotlib writes the shorthand, newer the single properties
            node.set("font-size", f"{float(font['size']):g}")
            if font["weight"]:
                node.set("font-weight", font["weight"])
        elif name == "font-size":
            node.set("font-size", f"{float(value.removesuffix('px')):g}")
        elif name == "font-weight" and value not in ("400", "normal"):
            node.set("font-weight", value)
        elif name in ("fill", "stroke") and value.lower() in _BY_COLOUR:
            classes.append(f"{name[0]}-{_BY_COLOUR[value.lower()]}")
        elif name in _PRESENTATION and (name, value) not in _DEFAULTS:
            node.set(name, value)
    if classes:
        node.set("class", " ".join(classes))
    if _NO_TURN.match(node.get("transform", "")):
        del node.attrib["transform"]
    for name in ("d", "x", "y", "transform"):
        if name in node.attrib:
            short = _NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), node.attrib[name])
            node.set(name, " ".join(short.split()))


def _flatten(root: etree._Element) -> None:
    """Take out groups that carry nothing, and definitions nobody uses: they are half of matplotlib's bytes."""
    for node in list(root.iter(f"{_SVG}defs")):
        if len(node) == 0 and node.getparent() is not None:
            node.getparent().remove(node)
    for node in list(root.iter(f"{_SVG}g")):
        parent = node.getparent()
        if parent is not None and not node.attrib:
            at = parent.index(node)
            for child in list(node):
                parent.insert(at, child)
                at += 1
            parent.remove(node)
