"""Sentences: where they begin and end, which part they stand in, and in whose voice.

Each part is split by itself, so that a headline without a full stop never runs into the body; `nutgraf.reading.punkt` finds the ends.
Headlines, bylines, promo lines and the like stay whole: nothing is counted in them sentence by sentence.

The voice is that of `nutgraf.reading.voices`: ``quoted``, ``reported``, ``outlet``, or ``mixed`` where a sentence holds two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from nutgraf.documents import Document, Measured, Resource, Rows, Sentence
from nutgraf.reading.paragraphs import stripped
from nutgraf.reading.punkt import Splitter, read_abbreviations
from nutgraf.reading.voices import Voices
from nutgraf.resources import nltk_data, own, sha256_of

ID = "sentences"
_WHOLE = frozenset({"headline", "subheading", "promo", "newsletter", "byline", "dateline", "credit", "notice"})


def build(options: Mapping[str, Any]) -> Sentences:
    """Make the measure. Option ``abbreviations``: more of them, as a list of lower-case words without the last full stop."""
    return Sentences(**options)


class Sentences:
    """Split each part into sentences.

    Args:
        abbreviations: The desk's own, beside those of this package.
    """

    id = ID
    version = "3"
    needs = frozenset({"attribution", "parts", "quotes"})

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
        """One row per sentence; `Sentence.voice` says whose words they are."""
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        text, rows, voices = document.text, Rows(), Voices(document)
        for part in document.spans_of("part"):
            label = part.label or "body"
            if label in _WHOLE:
                spans: Any = ((part.start, part.end),)
            else:
                spans = self._splitter.spans(text, part.start, part.end)
            for span in spans:
                start, end = span
                if text[start].isspace() or text[end - 1].isspace():
                    tight = stripped(text, start, end)
                    if tight is None:
                        continue
                    start, end = tight
                rows.sentences.append(Sentence(len(rows.sentences), start, end, label, part.rule, voices.of(start, end)))
        return rows
