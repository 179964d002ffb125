"""A page taken apart into blocks, the stretches of text that a browser sets apart: paragraphs, headings, items of lists.

Each block knows what it stands in: furniture of the page, told by the elements and class names that newsrooms use for it, or the
article. Nothing is decided here; `nutgraf.ingest.pages.body` does that. Every walk is a loop over the document, so that a page of
100,000 nested elements costs as much as a flat one of that size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

#: Words from which on a block is a paragraph and no label, title or button.
LONG = 12
_LONGEST_MARKS = 1_000
_RUNNING = 40  # characters in one piece that a label rarely has
_DROPPED = frozenset(
    "script style noscript template svg iframe button select head canvas input textarea object map math picture video audio".split()
)
_BLOCKS = frozenset(
    """p div section article main h1 h2 h3 h4 h5 h6 ul ol li blockquote pre table thead tbody tfoot tr td th header form dl dt dd body html
    center hr details summary address fieldset hgroup nav footer aside figure figcaption dialog label""".split()
)
#: Elements of furniture: `sure` is never the article, `likely` is unless something else speaks for it.
_ZONES = {
    "nav": "sure", "footer": "sure", "figure": "sure", "figcaption": "sure", "dialog": "sure", "label": "sure",
    "aside": "likely", "form": "likely", "table": "likely",
}  # fmt: skip
#: Elements that are one line each: what stands inside them, such as a dateline in a ``span``, belongs to the line.
_LINES = frozenset("p li h1 h2 h3 h4 h5 h6 blockquote dt dd pre".split())
_CAN_BE_FURNITURE = frozenset("div section ul ol p span header li h2 h3 h4 h5 h6 a details dl article strong em small b i cite time address".split())
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_READ_ALOUD = re.compile(r"(?:^|[^a-z])(?:sr-?only|screen-?reader\w*|visually-?hidden|a11y-hidden)(?:[^a-z]|$)", re.IGNORECASE)
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)


def _named(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[^a-z])(?:{'|'.join(words.split())})(?:[^a-z]|$)", re.IGNORECASE)


_SURE = _named(
    r"""related\w* recommend\w* recirc\w* share\w* sharing newsletters? promo\w* comments? footer nav navbar navigation menu sidebar adverts?
    advertisement ads? adslot cookies? consent subscri\w* captions? credits? byline author\w* bio biography tags? taglist breadcrumbs? most-?read
    most-?popular popular trending toolbar modal popup outbrain taboola read-?more more-?(?:from|on|stories|news) also-?read see-?also sponsor\w*
    copyright login signin signup sign-?up skip sr-?only screen-?reader\w* visually-?hidden follow-?us dateline timestamp published posted-on"""
)
_LIKELY = _named(
    r"""social\w* side widget teasers? disclaimer gallery slideshow carousel player videos? audio podcast hidden print-?only noprint banner
    infobox factbox fact-?box embed\w* poll quiz feedback survey register\w* kicker topics? rating overlay date"""
)


@dataclass(slots=True)
class Block:
    """A stretch of text.

    Attributes:
        text: On one line.
        tag: The element that sets it apart.
        node: That element.
        n_words: Words in it; where words are not parted by spaces, as in Japanese, two characters count as one.
        link_share: Share of its characters that stand in links.
        furniture: ``sure`` or ``likely`` for what stands in furniture of the page, else empty.
    """

    text: str
    tag: str
    node: Any
    n_words: int
    link_share: float
    furniture: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it has the words of a paragraph, and is not mostly links."""
        return self.n_words >= LONG and self.link_share < 0.5

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading within an article."""
        return self.tag in ("h2", "h3", "h4", "h5", "h6")


class Layout:
    """The blocks of a page in document order.

    Args:
        tree: The page as an lxml tree; not changed.
        removed: Elements that an outlet's profile says are no part of the article.
    """

    def __init__(self, tree: Any, removed: Iterable[Any] = ()) -> None:
        body = tree if tree.tag == "body" else tree.find(".//body")
        self.root = tree if body is None else body
        self._order = [node for node in self.root.iter() if isinstance(node.tag, str)]
        self._removed = set(removed)
        self._running = self._summed(self._running_text())
        self._whole = self._running.get(self.root, 0)
        self.blocks = _Walk(self.root).blocks

    def _running_text(self) -> dict[Any, int]:
        """Characters of running text that stand directly in each element; labels, links and what is never shown have none."""
        own: dict[Any, int] = {}
        unread: set[Any] = set()
        for node in self._order:
            parent = node.getparent()
            if node.tag in _DROPPED or node.tag in ("a", "nav", "footer", "figcaption") or parent in unread:
                unread.add(node)
            elif node.text and len(node.text) >= _RUNNING:
                own[node] = own.get(node, 0) + len(node.text)
            if node is not self.root and parent not in unread and node.tail and len(node.tail) >= _RUNNING:
                own[parent] = own.get(parent, 0) + len(node.tail)
        return own

    def _summed(self, own: dict[Any, int]) -> dict[Any, int]:
        """What each element holds, itself and everything below."""
        held = dict(own)
        for node in reversed(self._order):
            if node is not self.root and node in held:
                parent = node.getparent()
                held[parent] = held.get(parent, 0) + held[node]
        return held

    def container(self, blocks: Iterable[Block], share: float = 0.8) -> Any:
        """The innermost element that holds a share of the words of some blocks."""
        own: dict[Any, int] = {}
        for block in blocks:
            own[block.node] = own.get(block.node, 0) + block.n_words
        held = self._summed(own)
        wanted, node = share * held.get(self.root, 0), self.root
        while wanted:
            below = next((child for child in node if held.get(child, 0) >= wanted), None)
            if below is None:
                break
            node = below
        return node

    def mark_furniture(self, voted: Mapping[Any, int]) -> None:
        """Say of each block what it stands in. What holds much of the page's text, or most of what is taken for the article, is no furniture.

        Args:
            voted: Words taken for the article by the element that holds them directly.
        """
        held = self._summed(dict(voted))
        most, much = 0.5 * held.get(self.root, 0), 0.4 * self._whole
        kinds: dict[Any, str] = {self.root: ""}
        for node in self._order:
            if node is self.root:
                continue
            around = kinds.get(node.getparent(), "")
            if around == "sure":
                kinds[node] = around
            elif node in self._removed:
                kinds[node] = "sure"
            else:
                is_article = self._running.get(node, 0) > much or held.get(node, 0) > most
                kind = "" if is_article else _kind(node)
                kinds[node] = "sure" if kind == "sure" else kind or around
        for block in self.blocks:
            block.furniture = kinds[block.node]


def _kind(node: Any) -> str:
    """What kind of furniture an element is by its name and its classes."""
    zone = _ZONES.get(node.tag, "")
    if zone == "sure":
        return zone
    if node.get("hidden") is not None or _HIDDEN.search(node.get("style") or ""):
        return "likely"
    if node.tag in _CAN_BE_FURNITURE:
        named = _named_so(marks_of(node))
        if named:
            return "likely" if node.tag == "p" else named  # a line among others is for the reading to mark; a box goes
    return zone


@lru_cache(maxsize=8_192)
def _named_so(marks: str) -> str:
    if not marks or len(marks) > _LONGEST_MARKS:
        return ""
    return "sure" if _SURE.search(marks) else "likely" if _LIKELY.search(marks) else ""


class _Walk:
    """One walk through a page; text is gathered until an element sets something apart."""

    def __init__(self, root: Any) -> None:
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._in_link = 0
        self._open = [root]
        self._walk(root)

    def _walk(self, root: Any) -> None:
        stack: list[tuple[Any, bool]] = [(root, True)]
        while stack:
            node, is_entered = stack.pop()
            if not is_entered:
                self._leave(node)
            elif self._enter(node, root):
                stack.append((node, False))
                stack.extend((child, True) for child in reversed(node))
                continue
            if node is not root:
                self._add(node.tail)
        self._flush()

    def _enter(self, node: Any, root: Any) -> bool:
        """Whether there is something inside to walk through."""
        tag = node.tag
        if not isinstance(tag, str) or tag in _DROPPED:
            return False
        if tag == "br":
            following = node.getnext()
            is_break = following is not None and following.tag == "br" and not (node.tail or "").strip()
            self._flush() if is_break else self._pieces.append(" ")
            return False
        if self._sets_apart(node):
            self._flush()
            self._open.append(node)
        if tag == "a":
            self._in_link += 1
        if tag == "span" and self._open[-1].tag in _LINES and _READ_ALOUD.search(node.get("class") or ""):
            return False  # said to those who do not see the page, such as "opens in a new tab"
        self._add(node.text)
        return True

    def _sets_apart(self, node: Any) -> bool:
        """Whether a browser would, or the element is furniture that stands between lines and not in one."""
        return node.tag in _BLOCKS or (node.tag in _CAN_BE_FURNITURE and self._open[-1].tag not in _LINES and bool(_kind(node)))

    def _leave(self, node: Any) -> None:
        if self._open[-1] is node:
            self._flush()
            if len(self._open) > 1:
                self._open.pop()
        if node.tag == "a":
            self._in_link -= 1

    def _add(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)
            if self._in_link:
                self._linked += len(text)

    def _flush(self) -> None:
        text = _SPACE.sub(" ", "".join(self._pieces)).strip()
        if text:
            node, share = self._open[-1], min(1.0, self._linked / len(text))
            self.blocks.append(Block(text, node.tag, node, words_in(text), share))
        self._pieces.clear()
        self._linked = 0


def marks_of(node: Any) -> str:
    """Classes, id and the like of an element, with hyphens between the words of ``camelCase``."""
    given = [node.get(name) for name in ("class", "id", "data-component", "data-testid")]
    return _CAMEL.sub("-", " ".join(filter(None, given)))


def words_in(text: str) -> int:
    """How many words there are, so that it can be compared across languages."""
    return len(_WORD.findall(text)) + len(_UNSPACED.findall(text)) // 2

