"""matplotlib's SVG, rewritten so that it can stand inside a page under a strict content security policy.

Style attributes become presentation attributes (a policy without ``unsafe-inline`` drops the former and the figure turns black),
ids get the figure's prefix (they repeat between figures), and the root gets a role and a label.
"""

from __future__ import annotations

import re

from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_PRESENTATION = {
    "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "stroke-dashoffset",
    "stroke-opacity", "fill-opacity", "opacity", "font-size", "font-family", "font-weight", "font-style", "text-anchor",
}  # fmt: skip
_FONT = re.compile(r"^(?:(?P<style>italic|oblique)\s+)?(?:(?P<weight>\d{3}|bold)\s+)?(?P<size>[\d.]+px)\s+(?P<family>.+)$")


def inline(svg: str, *, prefix: str, label: str, css_class: str) -> str:
    """SVG text fit to stand in HTML.

    Args:
        svg: What matplotlib wrote.
        prefix: Goes before every id.
        label: Accessible name.
        css_class: Class of the root element.

    Returns:
        One ``<svg>`` element without style attributes, style elements or metadata.
    """
    root = etree.fromstring(svg.encode(), etree.XMLParser(no_network=True, resolve_entities=False))
    for node in list(root.iter(f"{_SVG}style", f"{_SVG}metadata", etree.Comment)):
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
    for node in root.iter():
        _presentation(node)
        if node.get("id"):
            node.set("id", f"{prefix}-{node.get('id')}")
        for name, value in list(node.attrib.items()):
            if name == f"{_XLINK}href":
                del node.attrib[name]
                node.set("href", f"#{prefix}-{value[1:]}")
            elif "url(#" in value:
                node.set(name, value.replace("url(#", f"url(#{prefix}-"))
    root.set("role", "img")
    root.set("aria-label", label)
    root.set("class", css_class)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _presentation(node: etree._Element) -> None:
    style = node.attrib.pop("style", None)
    for declaration in (style or "").split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip(), value.strip()
        if name == "font" and (font := _FONT.match(value)):
            node.set("font-size", font["size"].removesuffix("px"))
            for attribute, part in (("font-weight", font["weight"]), ("font-style", font["style"])):
                if part:
                    node.set(attribute, part)
        elif name in _PRESENTATION:
            node.set(name, value)
