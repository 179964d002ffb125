"""Which blocks of a page are the article.

Two readers vote. trafilatura says which words it takes for the article; the layout says which blocks stand in furniture of the page,
and in which element most of the article stands. Where trafilatura took the whole page or nothing, the layout alone decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.ingest.credits import flat
from nutgraf.ingest.pages.blocks import Block, Layout, marks_of

_WORD = re.compile(r"\w+")
_SHORT = 20  # words; fewer, and trafilatura is asked once more for whatever it finds
_ENDED = re.compile(r"[.!?…。！？:][\"'”’»)\]]*$")


def article_blocks(layout: Layout, taken: str, headline: str | None = None) -> list[Block]:
    """The blocks of the article, in order.

    Args:
        layout: The page.
        taken: What trafilatura takes for the article.
        headline: It stands in the page more than once; none of them is the body.
    """
    title = flat(headline or "")
    blocks = [block for block in layout.blocks if not title or flat(block.text) != title]
    votes = _votes(blocks, taken)
    voted_words: dict[Any, int] = {}
    for block, voted in zip(blocks, votes, strict=True):
        if voted:
            voted_words[block.node] = voted_words.get(block.node, 0) + block.n_words
    layout.mark_furniture(voted_words)
    body = [block for block, voted in zip(blocks, votes, strict=True) if voted and block.is_long and not block.furniture]
    container = _around(layout, body)
    own = _inside(layout, [block for block in blocks if block.is_long and not block.furniture])
    n_taken = sum(block.n_words for block, voted in zip(blocks, votes, strict=True) if voted)
    n_agreed = sum(block.n_words for block, voted in zip(blocks, votes, strict=True) if voted and block.furniture != "sure" and block.node in own)
    if not n_taken or (own and n_agreed < 0.5 * n_taken):
        kept = [not block.furniture and block.node in own and (block.is_long or block.tag == "li" or block.is_heading) for block in blocks]
        container, places = own, Counter()
    else:
        places = Counter(place_of(block) for block in body)
        kept = [
            (voted and block.furniture != "sure") or (places[place_of(block)] > 1 and block.node in own and _is_paragraph(block))
            for block, voted in zip(blocks, votes, strict=True)
        ]
        for at, block in enumerate(blocks[:-1]):
            is_inside = block.is_heading and not block.furniture and block.link_share < 0.5 and block.node in container
            kept[at] = kept[at] or (is_inside and kept[at + 1] and blocks[at + 1].is_long)
    chosen = [block for block, keep in zip(blocks, kept, strict=True) if keep]
    return _without_loose_ends(_once(_within(container, chosen, places)))


def blocks_in(layout: Layout, places: Sequence[Any], headline: str | None = None) -> list[Block]:
    """The blocks of an article whose elements are known: what stands inside them and in no furniture.

    Args:
        layout: The page.
        places: The elements.
        headline: None of the blocks is the headline again.
    """
    inside = {node for place in places for node in place.iter()}
    blocks = [block for block in layout.blocks if block.node in inside]
    held: dict[Any, int] = {}
    for block in blocks:
        held[block.node] = held.get(block.node, 0) + block.n_words
    layout.mark_furniture(held)
    title = flat(headline or "")
    return _once([block for block in blocks if block.furniture != "sure" and (not title or flat(block.text) != title)])


def _is_paragraph(block: Block) -> bool:
    """Whether it is one by itself, whoever took it."""
    if block.furniture or block.link_share >= 0.5:
        return False
    return (block.tag in ("p", "div") and block.is_long) or (block.tag == "p" and bool(_ENDED.search(block.text)))


def _within(container: set[Any], blocks: list[Block], places: Mapping[tuple[str, str], int]) -> list[Block]:
    """Without labels, names and buttons that stand above or below the article, outside the element that holds it, and without what else
    stands below it there, unless the article itself goes on in elements of that kind.
    """
    long = [at for at, block in enumerate(blocks) if block.is_long]
    first = long[0] if long else 0
    last = max((at for at in long if blocks[at].node in container or places[place_of(blocks[at])] > 1), default=long[-1] if long else len(blocks))
    return [block for at, block in enumerate(blocks) if first <= at <= last or block.node in container]


def take(tree: Any, url: str | None) -> str:
    """What trafilatura takes for the article."""
    import trafilatura

    options = {"include_comments": False, "include_tables": False, "url": url, "output_format": "txt"}
    body = trafilatura.extract(tree, fast=True, **options) or ""
    if len(_WORD.findall(body)) < _SHORT:
        longer = trafilatura.extract(tree, fast=False, favor_recall=True, **options) or ""
        body = longer if len(longer) > 2 * len(body) else body
    return body


def _votes(blocks: list[Block], taken: str) -> list[bool]:
    """Whether trafilatura took each block: a line of its own, or a long stretch of one."""
    lines = {flat(line) for line in taken.splitlines()}
    whole = flat(taken).split()
    threes = set(_threes(whole))
    found = []
    for block in blocks:
        words = flat(block.text)
        mine = _threes(words.split())
        found.append(bool(words) and (words in lines or (len(mine) > 1 and sum(three in threes for three in mine) >= 0.8 * len(mine))))
    return found


def _inside(layout: Layout, blocks: list[Block]) -> set[Any]:
    """All elements of the innermost one that holds most of some blocks."""
    return set(layout.container(blocks).iter()) if blocks else set()


def _around(layout: Layout, blocks: list[Block]) -> set[Any]:
    """The same; where that is one long paragraph that holds nearly all words, also what stands beside it."""
    if not blocks:
        return set()
    node = layout.container(blocks)
    beside = node.getparent() if any(block.node is node for block in blocks) else None
    return set((node if beside is None else beside).iter())


def place_of(block: Block) -> tuple[str, str]:
    """Where a block stands: paragraphs of one article, parted by advertisements, stand in elements of one kind."""
    parent = block.node.getparent()
    return (block.tag, "") if parent is None else (block.tag, f"{parent.tag} {marks_of(parent)}")


def _once(blocks: list[Block]) -> list[Block]:
    """Paragraphs once each: some pages hold their text twice, for narrow screens and for wide ones."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for block in blocks:
        threes = _threes(flat(block.text).split())
        if not block.is_long or sum(three in seen for three in threes) < 0.8 * len(threes):
            found.append(block)
        seen.update(threes)
    return found


def _threes(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(words, words[1:], words[2:], strict=False)) or [tuple(words)]


def _without_loose_ends(blocks: list[Block]) -> list[Block]:
    """Without headings that nothing follows."""
    while blocks and blocks[-1].is_heading:
        blocks = blocks[:-1]
    return blocks
