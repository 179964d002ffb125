"""Hedges, boosters and first person: how sure a text sounds, and in whose voice.

A hedge takes back how sure something is ("may", "reportedly", "appears to"), a booster adds to it ("clearly", "of course"); first person
is where the writer or a speaker steps in ("I", "we", "this newspaper"). After Hyland (2005), Lakoff (1973), Holmes (1990) and Rubin
(2010); the words are in ``hedges.toml``, each with the words around that it needs. Rate = 100 · places / words, of each voice by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.documents import Document, Measured, Resource, Rows, Sentence, Span
from nutgraf.reading import hedge_words
from nutgraf.reading.hedge_capitals import is_meant
from nutgraf.reading.voices import Voices
from nutgraf.schema import ANALYSED_PARTS

ID = "hedges"
#: Dimension of each kind of span.
DIMENSIONS = {"hedge": "hedges", "booster": "boosters", "first_person": "first_person"}
#: Fewer words give no rate: one word more or less would change it by more than 3 in 100.
MIN_WORDS = 30
_VOICES = ("outlet", "quoted", "reported")
Stretches = list[tuple[int, int]]


def build(options: Mapping[str, Any]) -> Hedges:
    """Make the measure; it has no options."""
    return Hedges(**options)


class Hedges:
    """Hedges, boosters and first person in headline, standfirst and body."""

    id = ID
    version = "1"
    needs = frozenset({"attribution", "quotes", "sentences"})

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The list."""
        return (hedge_words.resource(),)

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Spans of kind ``hedge``, ``booster`` and ``first_person``; scores of dimensions ``hedges``, ``boosters`` and ``first_person``.

        A span's value is the entry as it is spelled in the list, its label the entry's class, its rule the entry's id. A score is of a
        whole article: spans per 100 words of that voice, ``n`` their number. A voice with fewer than 30 words has none, and says so.
        """
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        rows = Rows()
        sentences = [sentence for sentence in document.sentences if sentence.part in ANALYSED_PARTS]
        reason = None if sentences else "no sentence in headline, standfirst or body"
        if document.language not in (None, "en"):
            reason = f"language '{document.language}' is not measured"
        if reason:
            for dimension in DIMENSIONS.values():
                rows.not_assessable(dimension, reason)
            return rows
        text = document.text
        stretches = [(sentence.start, sentence.end) for sentence in sentences]
        low = hedge_words.fold(text)
        found = hedge_words.hits(low, stretches)
        for sentence, within, hits in zip(sentences, stretches, found, strict=True):
            for start, end, form in hits:
                if is_meant(text, start, end, form.words, within):
                    entry = form.entry
                    rows.spans.append(Span(sentence.sentence, start, end, entry.kind, form.words, entry.label, None, entry.id))
        _score(low, Voices(document), sentences, rows)
        return rows


def _score(low: str, voices: Voices, sentences: Sequence[Sentence], rows: Rows) -> None:
    pieces = _by_voice(voices, sentences)
    n_words = {voice: hedge_words.count(low, stretches) if stretches else 0 for voice, stretches in pieces.items()}
    n_words = {"all": sum(n_words.values()), **n_words}
    counted = Counter((span.kind, voice) for span in rows.spans for voice in ("all", voices.at(span.start)))
    for voice, n in n_words.items():
        for kind, dimension in DIMENSIONS.items():
            if n < MIN_WORDS:
                rows.not_assessable(dimension, f"{n} words, {MIN_WORDS} needed", voice=voice)
            else:
                rows.score(dimension, 100 * counted[kind, voice] / n, voice=voice, n=counted[kind, voice])


def _by_voice(voices: Voices, sentences: Sequence[Sentence]) -> dict[str, Stretches]:
    """Sentences cut by whose words they are: stretches in text order, none inside another, and together all of them."""
    found: dict[str, Stretches] = {voice: [] for voice in _VOICES}
    for sentence in sentences:
        if sentence.voice == "outlet":
            found["outlet"].append((sentence.start, sentence.end))
            continue
        for voice, pieces in voices.segments(sentence.start, sentence.end).items():
            found[voice] += pieces
    return found
