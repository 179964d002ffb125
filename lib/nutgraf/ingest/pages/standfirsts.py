"""The standfirst: the summary that stands between headline and body."""

from __future__ import annotations

from collections.abc import Sequence

from nutgraf.ingest.pages.blocks import Block, Layout
from nutgraf.ingest.pages.body import flat

_FEWEST, _MOST = 4, 90  # words
_FAR = 12  # blocks above the body that are looked at


def standfirst_of(layout: Layout, body: Sequence[Block], headline: str | None, descriptions: Sequence[str]) -> str | None:
    """A block above the body that says what the page says of itself in its description.

    Args:
        layout: The page.
        body: Its article.
        headline: Its headline; what stands above it is no standfirst.
        descriptions: From ``description`` in JSON-LD and ``meta``; they may be cut short.

    Returns:
        Its text; None when no block says so, or the description repeats the article's first paragraph.
    """
    if not body:
        return None
    at = next((number for number, block in enumerate(layout.blocks) if block is body[0]), 0)
    title = flat(headline or "")
    start = max((number + 1 for number, block in enumerate(layout.blocks[:at]) if title and flat(block.text) == title), default=max(0, at - _FAR))
    known = [words for words in (flat(text) for text in descriptions) if len(words.split()) >= _FEWEST]
    for block in layout.blocks[start:at]:
        words = flat(block.text)
        if _FEWEST <= block.n_words <= _MOST and block.link_share < 0.5 and words != title and any(_says(words, one) for one in known):
            return block.text
    return None


def _says(words: str, description: str) -> bool:
    """Whether one is the other, or its beginning, as where a description is cut after some characters."""
    shorter, longer = sorted((words, description), key=len)
    shorter = shorter[:-8] if len(shorter) > 40 else shorter  # a word that was cut in the middle
    return longer.startswith(shorter) and 2 * len(shorter) >= len(words)
