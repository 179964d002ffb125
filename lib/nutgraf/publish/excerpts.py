"""How much of an article's text an edition may show, and its evidence as cards with the counted places marked.

Of one article version at most 10 % or 50 words, whichever is more, in all pages and downloads of one published version together,
the headline apart. Words already shown cost nothing again. Excerpts are taken in the order of pages, findings and evidence, so that a
later version shows the same sentences; past the cap a card gives outlet, date, link and offsets without text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

CAP_SHARE, CAP_WORDS = 0.10, 50
_WORD = re.compile(r"\S+")


def allowance(n_words: int | None) -> int:
    """Words that may be shown of an article with so many words; of unknown length: 50."""
    return max(CAP_WORDS, int((n_words or 0) * CAP_SHARE))


class Excerpts:
    """What an edition has shown of each article so far.

    Args:
        n_words: Words by (article_id, version).
        words_each: Longest single excerpt.
    """

    def __init__(self, n_words: Mapping[tuple[str, int], int], words_each: int) -> None:
        self._n_words, self._words_each = n_words, words_each
        self._shown: dict[tuple[str, int], set[int]] = {}

    def take(self, item: Mapping[str, Any]) -> str | None:
        """The part of an item's excerpt that may be shown, or None when nothing may be.

        An excerpt is shown whole (at `words_each`) or not at all: half a sentence can turn its meaning around.
        """
        text = str(item.get("excerpt") or "").removesuffix(" …")
        words = list(_WORD.finditer(text))
        if not words:
            return None
        key = (str(item["article_id"]), int(item["version"]))
        kept = words[: self._words_each]
        places = {int(item["start"]) + match.start() for match in kept}
        shown = self._shown.setdefault(key, set())
        if len(shown | places) > allowance(self._n_words.get(key)):
            return None
        shown |= places
        return text[: kept[-1].end()]

    def used(self) -> dict[str, dict[str, int]]:
        """Words shown and allowed by ``article_id@version``, for the manifest."""
        return {
            f"{article}@{version}": {"shown": len(places), "allowed": allowance(self._n_words.get((article, version)))}
            for (article, version), places in sorted(self._shown.items())
            if places
        }


def pieces(text: str, marks: Sequence[Sequence[int]]) -> list[tuple[str, bool]]:
    """A text cut at its marks: (piece, is marked). Overlapping marks count once; a mark beyond the end is left out.

    Example:
        >>> pieces("He called it a disaster.", [[15, 23]])
        [('He called it a ', False), ('disaster', True), ('.', False)]
    """
    found, position = [], 0
    for start, end in sorted((max(0, int(s)), int(e)) for s, e in marks):
        start = max(start, position)
        if start >= end or end > len(text):
            continue
        if start > position:
            found.append((text[position:start], False))
        found.append((text[start:end], True))
        position = end
    if position < len(text):
        found.append((text[position:], False))
    return found


def safe_link(url: Any) -> str | None:
    """An address a reader may follow: http or https with a host, else None."""
    text = str(url or "").strip()
    if any(ord(character) < 33 for character in text):
        return None
    try:
        parts = urlsplit(text)
        return text if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def cards(evidence: Sequence[Mapping[str, Any]], excerpts: Excerpts) -> list[dict[str, Any]]:
    """Evidence as the template shows it."""
    found = []
    for item in evidence:
        text = excerpts.take(item)
        whole = str(item.get("excerpt") or "")
        found.append(
            {
                **item,
                "link": safe_link(item.get("url")),
                "pieces": pieces(text, item.get("marks") or ()) if text is not None else None,
                "is_cut": text is not None and len(text) < len(whole),
                "shown_words": 0 if text is None else len(_WORD.findall(text)),
            }
        )
    return found
