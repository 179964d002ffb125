"""Pieces of HTML inside other formats, such as the body of a feed's entry, to lines of text."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

_BLOCKS = {
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article", "figure",
    "figcaption", "tr", "table", "pre", "hr", "header", "footer", "aside",
}  # fmt: skip
#: What is no text of the article: programs, styles, drawings, and what stands in for a frame that was not loaded.
_UNSEEN = {"script", "style", "iframe", "noframes", "template", "title", "svg"}
# Without a further "<" inside: else a text of nothing but opening brackets would be gone through once for each of them.
_TAG = re.compile(r"</?[A-Za-z!?][^<>]*>")
_PROGRAMS = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)


def one_line(value: str | None, *, is_html: bool) -> str:
    """A title as one line of text. Where it is HTML, tags go and entities are resolved, once.

    >>> one_line("Lamp &amp; <b>kettle</b>", is_html=True)
    'Lamp & kettle'
    """
    if not value:
        return ""
    if is_html and re.search(r"[<&]", value):
        value = _PROGRAMS.sub(" ", value)
        return " ".join(unescape(_TAG.sub(" ", value)).split())
    return " ".join(value.split())


def as_html(text: str) -> str:
    """Plain text as HTML that reads the same."""
    return escape(text, quote=False).replace("\n", "<br>")


def paragraphs(markup: str) -> list[str]:
    """The paragraphs of a piece of HTML, one line each; a text without tags gives its own lines."""
    if "<" not in markup:
        return [" ".join(line.split()) for line in unescape(markup).splitlines() if line.strip()]
    from lxml import etree
    from lxml import html as lxml_html

    try:
        root = lxml_html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError, RecursionError, AssertionError):
        return [line for line in (" ".join(part.split()) for part in unescape(_TAG.sub("\n", markup)).splitlines()) if line]
    pieces: list[str] = []
    unseen = 0  # how many elements that nobody sees we are in
    for action, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if action in ("start", "end"):
            if node.tag in _UNSEEN:
                unseen += 1 if action == "start" else -1
            elif node.tag in _BLOCKS and not unseen:
                pieces.append("\n")
        if unseen:
            continue
        if action == "start":
            pieces.append((node.text or "").replace("\n", " "))
        elif node is not root:
            pieces.append((node.tail or "").replace("\n", " "))
    return [line for line in (" ".join(part.split()) for part in "".join(pieces).split("\n")) if line]


def complete(link: str | None, base: str | None) -> str | None:
    """An address with what a relative one leaves out; as it was written where that cannot be told.

    >>> complete("/lamps", "https://skerry.example/feed")
    'https://skerry.example/lamps'
    """
    link = (link or "").strip() or None
    try:
        return urljoin(base, link) if link and base and urlsplit(base).scheme in ("http", "https") else link
    except ValueError:
        return link  # such as a bracket that opens an IPv6 address and nothing more


def is_address(link: str | None) -> bool:
    """Whether it is a whole address of a page."""
    return bool(link) and link.lower().startswith(("http://", "https://"))
