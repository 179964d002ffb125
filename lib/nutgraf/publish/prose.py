"""Markdown cells and code cells as HTML: nothing active gets through, headings stand in order, code is highlighted by class."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

_TAGS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "a", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "table",
    "thead", "tbody", "tr", "th", "td", "hr", "br", "del", "sub", "sup",
}  # fmt: skip
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_EMPTY_HEADING = re.compile(r"<h([1-6])>\s*</h\1>")
_DROPPED = re.compile(r"<\s*(img|script|style|iframe|object|embed|form|input|button|svg|video|audio|link|meta)\b", re.IGNORECASE)


@dataclass
class Outline:
    """Levels of headings on one page: one h1, and none skipped after it.

    Attributes:
        title: Text of the first heading, the page's h1; None until it is seen.
    """

    title: str | None = None
    level: int = 1
    anchors: dict[str, int] = field(default_factory=dict)

    def heading(self, level: int) -> int:
        """The level a prose heading gets: never a second h1, never more than one deeper than the last."""
        self.level = min(max(level, 2), self.level + 1)
        return self.level

    @property
    def under(self) -> int:
        """The level of a finding's heading here: below the last prose heading."""
        return min(self.level + 1, 3)


def dropped(source: str) -> list[str]:
    """Kinds of active or loading HTML that a Markdown source holds and that its page will not."""
    outside_code = re.sub(r"```.*?```|`[^`\n]*`", "", source, flags=re.DOTALL)
    found = {match[1].lower() for match in _DROPPED.finditer(outside_code)}
    if re.search(r"!\[[^\]]*\]\(", outside_code):
        found.add("img")
    return sorted(found)


def markdown(source: str) -> str:
    """Markdown to safe HTML: nh3 lets nothing active through, and only http, https and mailto links."""
    import nh3
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    made = MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render(source)
    safe = nh3.clean(
        made, tags=_TAGS, attributes={"a": {"href"}, "th": {"align"}, "td": {"align"}}, url_schemes={"http", "https", "mailto"},
        link_rel="noopener", clean_content_tags={"script", "style"},
    )  # fmt: skip
    return re.sub(r' align="(?:left|right|center)"', "", _EMPTY_HEADING.sub("", safe))


def in_outline(safe: str, outline: Outline) -> str:
    """Give the headings of a piece of safe HTML their place in the page; the very first becomes `outline.title`."""

    def place(match: re.Match[str]) -> str:
        if outline.title is None:
            outline.title = plain_text(match[2])
            return ""
        level = outline.heading(int(match[1]))
        return f"<h{level}>{match[2]}</h{level}>"

    return _HEADING.sub(place, safe).strip()


def plain_text(safe: str) -> str:
    """Text of a piece of HTML, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", safe)).split())


@lru_cache(maxsize=1024)
def highlighted(source: str) -> str:
    """Python source as HTML with classes, no inline style; magics and shell lines are shown as they are.

    Kept by the source alone: the cells of a notebook are the same in every edition made from it.
    """
    from pygments import highlight

    return highlight(source, *_highlighter()).rstrip("\n")


@cache
def _highlighter() -> tuple[Any, Any]:
    """pygments' lexer and formatter; making them costs more than one cell."""
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return PythonLexer(), HtmlFormatter(nowrap=True)
