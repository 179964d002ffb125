"""Words: which of them each article uses in headline, standfirst and body, and how often.

Nothing is judged here. The counts of an article never change, so that whoever compares outlets adds them up and reads no text again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.documents import Document, Measured, Resource, Rows, Word
from nutgraf.schema import ANALYSED_PARTS
from nutgraf.words import forms

ID = "words"


def build(options: Mapping[str, Any]) -> Words:
    """Make the measure. It has no options."""
    return Words(**options)


class Words:
    """Count the words of each article, as `nutgraf.words` finds them."""

    id = ID
    version = "1"
    needs = frozenset({"sentences"})
    resources: tuple[Resource, ...] = ()

    def measure(self, documents: Sequence[Document]) -> Measured:
        """One row per word as written, in alphabetical order."""
        return Measured.of(documents, (self._count(document) for document in documents))

    @staticmethod
    def _count(document: Document) -> Rows:
        ranges = [(sentence.start, sentence.end) for sentence in document.sentences if sentence.part in ANALYSED_PARTS]
        return Rows(words=[Word(form, n) for form, n in sorted(Counter(forms(document.text, ranges)).items())])
