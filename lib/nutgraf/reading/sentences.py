"""Sentences: where they begin and end, which part they stand in, and in whose voice.

NLTK's Punkt with its English parameters and our news abbreviations, run on each part by itself, so that a headline without a full
stop never runs into the body.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from nutgraf.documents import Document, Measured, Rows, Sentence
from nutgraf.resources import nltk_data, own, sha256_of

ID = "sentences"
_WHOLE = ("headline", "subheading", "promo", "newsletter", "byline", "dateline", "credit", "notice")


def build(options: Mapping[str, Any]) -> Sentences:
    """Make the measure. Option ``abbreviations``: more of them, as a list of lower-case words without the last full stop."""
    return Sentences(**options)


class Sentences:
    """Split each part into sentences.

    Args:
        abbreviations: The desk's own, beside those of this package.
    """

    id = ID
    version = "1"
    needs = frozenset({"parts", "quotes"})

    def __init__(self, abbreviations: Sequence[str] = ()) -> None:
        self.abbreviations = frozenset(word.lower().rstrip(".") for word in abbreviations)
        self.resources = (sha256_of(own("abbreviations.txt")), nltk_data.digest())

    @cached_property
    def _punkt(self) -> Any:
        from nltk.tokenize.punkt import PunktSentenceTokenizer

        lines = own("abbreviations.txt").read_text(encoding="utf-8").splitlines()
        listed = frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
        return PunktSentenceTokenizer(nltk_data.punkt_parameters(listed | self.abbreviations))

    def measure(self, documents: Sequence[Document]) -> Measured:
        """One row per sentence; `Sentence.voice` says whose words they are, as far as quotation marks tell."""
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        quotes = [(span.start, span.end) for span in document.spans_of("quote")]
        starts = [start for start, _ in quotes]
        rows = Rows()
        for part in document.spans_of("part"):
            if part.label in _WHOLE:
                spans = [(part.start, part.end)]
            else:
                text = document.text[part.start : part.end]
                spans = [(part.start + start, part.start + end) for start, end in self._punkt.span_tokenize(text)]
            for start, end in spans:
                first = max(bisect_right(starts, start) - 1, 0)
                voice = voice_of(document.text, start, end, quotes[first:])
                rows.sentences.append(
                    Sentence(len(rows.sentences), start, end, part.label or "body", part.rule, voice)
                )
        return rows


def voice_of(text: str, start: int, end: int, quotes: Sequence[tuple[int, int]]) -> str:
    """Whose words a sentence holds: ``quoted`` when every word stands between marks, ``outlet`` when none, else ``mixed``."""
    inside = outside = 0
    position = start
    for quote_start, quote_end in quotes:
        if quote_start >= end:
            break
        if quote_end <= start:
            continue
        outside += _words(text[position : max(quote_start, position)])
        inside += _words(text[max(quote_start, start) : min(quote_end, end)])
        position = min(quote_end, end)
    outside += _words(text[position:end])
    if not inside:
        return "outlet"
    return "mixed" if outside else "quoted"


def _words(text: str) -> int:
    return sum(character.isalnum() for character in text)
