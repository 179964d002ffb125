"""The standfirst: the summary that stands between headline and body."""

from __future__ import annotations

from collections.abc import Sequence

from nutgraf.ingest.credits import flat
from nutgraf.ingest.pages.blocks import Block, Layout
from nutgraf.ingest.pages.body import place_of

_FEWEST, _MOST = 4, 90  # words
_TAGS = ("p", "div", "h2", "h3")
_FAR = 12  # blocks above the body that are looked at


def standfirst_of(layout: Layout, body: Sequence[Block], headline: str | None, descriptions: Sequence[str]) -> str | None:
    """The block above the body that says what the page says of itself in its description; else the first paragraph below the headline.

    Args:
        layout: The page.
        body: Its article.
        headline: Its headline; what stands above it is no standfirst.
        descriptions: From ``description`` in JSON-LD and ``meta``; they may be cut short.

    Returns:
        Its text; None when nothing of the kind stands there.
    """
    if not body:
        return None
    blocks = layout.blocks
    at = next((number for number, block in enumerate(blocks) if block is body[0]), 0)
    title = flat(headline or "")
    titles = [number for number, block in enumerate(blocks[:at]) if title and flat(block.text) == title]
    start = next((number for number in titles if blocks[number].tag == "h1"), titles[-1] if titles else None)
    known = [words for words in (flat(text) for text in descriptions) if len(words.split()) >= _FEWEST]
    above = [block for block in blocks[max(0, at - _FAR) if start is None else start + 1 : at] if block.link_share < 0.5]
    for block in above:
        words = flat(block.text)
        if _FEWEST <= block.n_words <= _MOST and words != title and any(_says(words, one) for one in known):
            return block.text
    first = body[0]
    is_apart = len(body) > 1 and place_of(first) != place_of(body[1]) and first.tag in _TAGS and _FEWEST <= first.n_words <= _MOST
    if is_apart and (first.is_heading and first.is_long or any(_says(flat(first.text), one) for one in known)):
        return first.text
    below = [block for block in above if block.is_long and not block.furniture and block.n_words <= _MOST and block.tag in _TAGS]
    return below[0].text if below and start is not None else None


def _says(words: str, description: str) -> bool:
    """Whether one is the other, or its beginning, as where a description is cut after some characters."""
    shorter, longer = sorted((words, description), key=len)
    shorter = shorter[:-8] if len(shorter) > 40 else shorter  # a word that was cut in the middle
    return shorter in longer and 2 * len(shorter) >= len(words)
