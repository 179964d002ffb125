"""Sentences: where they begin and end, which part they stand in, and in whose voice.

Each part is split by itself, so that a headline without a full stop never runs into the body; `nutgraf.reading.punkt` finds the ends.
Headlines, bylines, promo lines and the like stay whole: nothing is counted in them sentence by sentence.

The voice is what quotation marks tell: ``quoted`` when every word stands between them, ``outlet`` when none does, else ``mixed``, also
when nothing but a cue ("she said") stands outside. Reported speech is not told apart here, nor are the lines of a transcript
("SPEAKER: …"), which count as the outlet's until speakers are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from nutgraf.documents import Document, Measured, Resource, Rows, Sentence
from nutgraf.reading.paragraphs import stripped
from nutgraf.reading.punkt import Splitter, read_abbreviations
from nutgraf.resources import nltk_data, own, sha256_of

ID = "sentences"
_WHOLE = frozenset({"headline", "subheading", "promo", "newsletter", "byline", "dateline", "credit", "notice"})
_WORD = re.compile(r"[^\W_]")


def build(options: Mapping[str, Any]) -> Sentences:
    """Make the measure. Option ``abbreviations``: more of them, as a list of lower-case words without the last full stop."""
    return Sentences(**options)


class Sentences:
    """Split each part into sentences.

    Args:
        abbreviations: The desk's own, beside those of this package.
    """

    id = ID
    version = "2"
    needs = frozenset({"parts", "quotes"})

    def __init__(self, abbreviations: Sequence[str] = ()) -> None:
        self.abbreviations = frozenset(word.lower().rstrip(".") for word in abbreviations)
        self.resources = (
            Resource("word list", "abbreviations", sha256_of(own("abbreviations.txt"))),
            Resource("model", "punkt", nltk_data.digest()),
        )

    @cached_property
    def _splitter(self) -> Splitter:
        listed = read_abbreviations(own("abbreviations.txt").read_text(encoding="utf-8"))
        return Splitter({**dict.fromkeys(self.abbreviations, "either"), **listed})

    def measure(self, documents: Sequence[Document]) -> Measured:
        """One row per sentence; `Sentence.voice` says whose words they are, as far as quotation marks tell."""
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        quotes = [(span.start, span.end) for span in document.spans_of("quote")]
        text, rows, first = document.text, Rows(), 0
        for part in document.spans_of("part"):
            label = part.label or "body"
            if label in _WHOLE:
                spans: Any = ((part.start, part.end),)
            else:
                spans = self._splitter.spans(text, part.start, part.end)
            for span in spans:
                tight = stripped(text, *span)
                if tight is None:
                    continue
                start, end = tight
                while first < len(quotes) and quotes[first][1] <= start:
                    first += 1
                voice = voice_of(text, start, end, quotes, first)
                rows.sentences.append(Sentence(len(rows.sentences), start, end, label, part.rule, voice))
        return rows


def voice_of(text: str, start: int, end: int, quotes: Sequence[tuple[int, int]], first: int = 0) -> str:
    """Whose words a sentence holds, by its quotation marks.

    Args:
        text: The whole text.
        start: Where the sentence begins, in characters.
        end: Where it ends, exclusive.
        quotes: Quotations in text order, marks excluded, none inside another.
        first: Number of the first quotation that may reach into the sentence.

    Returns:
        ``quoted`` when every word stands between marks, ``outlet`` when none does, else ``mixed``.
    """
    is_inside = is_outside = False
    position = start
    for index in range(first, len(quotes)):
        quote_start, quote_end = quotes[index]
        if quote_start >= end or (is_inside and is_outside):
            break
        if quote_end <= start:
            continue
        is_outside = is_outside or _has_word(text, position, quote_start)
        is_inside = is_inside or _has_word(text, max(quote_start, start), min(quote_end, end))
        position = min(quote_end, end)
    if not is_inside:
        return "outlet"
    return "mixed" if is_outside or _has_word(text, position, end) else "quoted"


def _has_word(text: str, start: int, end: int) -> bool:
    return start < end and _WORD.search(text, start, end) is not None
