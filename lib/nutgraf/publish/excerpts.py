"""How much of an article's text an edition may show, and its evidence as cards with the counted places marked.

Of one article, all its versions together, at most 10 % or 50 words, whichever is more, in all pages and downloads of one published
version, the headline apart. Words already shown cost nothing again. What an earlier version of the edition has shown comes first, then
the order of pages, findings and evidence, so that a later version shows the same sentences; past the cap a card gives outlet, date,
link and offsets without text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

CAP_SHARE, CAP_WORDS = 0.10, 50
_WORD = re.compile(r"\S+")


def allowance(n_words: int | None) -> int:
    """Words that may be shown of an article with so many words; of unknown length: 50."""
    return max(CAP_WORDS, int((n_words or 0) * CAP_SHARE))


def repeats_headline(text: str, headline: str | None) -> bool:
    """Whether an excerpt is only words of the headline, which stands on the card anyway and does not count.

    Example:
        >>> repeats_headline("dam  plan", "Dam plan published"), repeats_headline("Dam plan", "Dam plan published")
        (False, True)
    """
    return " ".join(text.split()) in " ".join(str(headline or "").split())


class Excerpts:
    """What an edition has shown of each article so far.

    Args:
        n_words: Words by (article_id, version).
        words_each: Longest single excerpt.
        earlier: Places (article_id, version, start) that earlier versions of the edition have shown.
    """

    def __init__(
        self, n_words: Mapping[tuple[str, int], int], words_each: int, earlier: Iterable[tuple[str, int, int]] = ()
    ) -> None:
        self._words_each, self._earlier = words_each, frozenset(earlier)
        self._n_words: dict[str, int] = {}
        for (article, _), n in n_words.items():
            self._n_words[article] = max(n, self._n_words.get(article, 0))
        self._shown: dict[str, set[tuple[int, int]]] = {}
        self._quoted: set[tuple[str, int, int]] = set()

    def keep(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Set words aside for those of an edition's items that earlier versions have shown, before any other takes them."""
        for item in items:
            if _place(item) in self._earlier:
                self.take(item)

    def take(self, item: Mapping[str, Any]) -> str | None:
        """The part of an item's excerpt that may be shown, or None when nothing may be.

        An excerpt is shown whole (at `words_each`) or not at all: half a sentence can turn its meaning around.
        """
        text = str(item.get("excerpt") or "").removesuffix(" …")
        words = list(_WORD.finditer(text))
        if not words:
            return None
        article, version, start = _place(item)
        kept = words[: self._words_each]
        text = text[: kept[-1].end()]
        if not repeats_headline(text, item.get("headline")):
            places = {(version, start + match.start()) for match in kept}
            shown = self._shown.setdefault(article, set())
            if len(shown | places) > allowance(self._n_words.get(article)):
                return None
            shown |= places
        self._quoted.add((article, version, start))
        return text

    def used(self) -> dict[str, dict[str, int]]:
        """Words shown and allowed by article, for the manifest."""
        return {
            article: {"shown": len(places), "allowed": allowance(self._n_words.get(article))}
            for article, places in sorted(self._shown.items())
            if places
        }

    def quoted(self) -> list[list[Any]]:
        """Places shown with their text, sorted, for the record: the next version shows them first."""
        return [list(place) for place in sorted(self._quoted)]


def _place(item: Mapping[str, Any]) -> tuple[str, int, int]:
    return str(item["article_id"]), int(item["version"]), int(item["start"])


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
