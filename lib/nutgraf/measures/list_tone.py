"""What measures of tone by word list share: which sentences are scored, in which voices, and the words behind each score.

A sentence that somebody else speaks in is scored as a whole and once more by its segments: what is quoted, what is reported, and, where the
sentence is ``mixed``, what the outlet says beside it; the parts need not add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from nutgraf.documents import Document, Measured, Rows, Score, Sentence, Span
from nutgraf.measures.vader import Hit, Vader
from nutgraf.reading.voices import Voices, joined_pieces
from nutgraf.schema import ANALYSED_PARTS

#: No sentence of a newspaper has so many words. A stretch that does is a text whose sentences could not be found.
_LONGEST_SENTENCE_WORDS = 1_000
_WORD = re.compile(r"[^\W_]")


def segments(text: str, sentence: Sentence, voices: Voices) -> Iterator[tuple[str, str, list[int]]]:
    """The voices of a sentence, each with what it says in one line and where each character of that stands in the text."""
    for whose, pieces in voices.segments(sentence.start, sentence.end).items():
        if whose == "outlet" and sentence.voice not in ("outlet", "mixed"):
            continue  # source and cue, which bring another voice in
        yield whose, *joined_pieces(text, pieces)


class _Sentence(NamedTuple):
    """A sentence, what each voice says in it, the texts that are to be scored, or why none is."""

    of: Sentence
    whole: str
    segments: list[tuple[str, str, list[int]]]
    texts: list[str]
    reason: str | None


class _Asked(NamedTuple):
    """The sentences of a document, and its rows so far."""

    rows: Rows
    sentences: list[_Sentence]


class ListTone:
    """Tone of every sentence of headline, standfirst and body by one word list.

    Attributes:
        dimension: Of the scores.
        list_name: What the spans' rule begins with, before the word.
    """

    dimension: str
    list_name: str
    needs = frozenset({"attribution", "quotes", "sentences"})

    @cached_property
    def _vader(self) -> Vader:
        return Vader()

    def _beside(self, text: str, sentence: Sentence) -> Sequence[Span]:
        """Spans of words that are shown and never counted."""
        return ()

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Scores of the list's dimension per sentence and voice; spans of kind ``tone_word`` for every word that counted.

        ``n`` counts the words behind one score; a word may count for a segment and not for the whole. A span's value is the word's
        weight in the list, before boosters, negations and capitals change it. A sentence without letters or figures, or of more than
        1,000 words, has no number and says why.
        """
        asked = [self._asked(document) for document in documents]
        scores = iter(self._vader.scores([text for one in asked for sentence in one.sentences for text in sentence.texts]))
        return Measured.of(documents, (self._written(document, one, scores) for document, one in zip(documents, asked, strict=True)))

    def _asked(self, document: Document) -> _Asked:
        rows, found = Rows(), []
        if document.language not in (None, "en"):
            rows.not_assessable(self.dimension, f"language '{document.language}' is not measured")
            return _Asked(rows, [])
        voices = Voices(document)
        for sentence in document.sentences:
            if sentence.part in ANALYSED_PARTS:
                found.append(self._sentence(document.text, sentence, voices))
        if not found:
            rows.not_assessable(self.dimension, "no sentence in headline, standfirst or body")
        return _Asked(rows, found)

    def _sentence(self, text: str, sentence: Sentence, voices: Voices) -> _Sentence:
        whole = text[sentence.start : sentence.end]
        if len(whole) > 2 * _LONGEST_SENTENCE_WORDS and len(whole.split()) > _LONGEST_SENTENCE_WORDS:
            return _Sentence(sentence, whole, [], [], f"no sentence ends within {_LONGEST_SENTENCE_WORDS:,} words")
        parts = list(segments(text, sentence, voices))
        return _Sentence(sentence, whole, parts, [whole, *(joined for _, joined, _ in parts if joined != whole.strip())], None)

    def _written(self, document: Document, asked: _Asked, scores: Iterator[tuple[float, list[Hit]]]) -> Rows:
        for sentence in asked.sentences:
            if sentence.reason is not None:
                asked.rows.not_assessable(self.dimension, sentence.reason, sentence=sentence.of.sentence)
            else:
                self._write(document.text, sentence, list(islice(scores, len(sentence.texts))), asked.rows)
        return asked.rows

    def _write(self, text: str, asked: _Sentence, scores: Sequence[tuple[float, list[Hit]]], rows: Rows) -> None:
        start, number = asked.of.start, asked.of.sentence
        (value, hits), *others = scores
        if not hits and not _WORD.search(asked.whole):
            rows.not_assessable(self.dimension, "no words", sentence=number)  # nothing scores nothing, never 0
            return
        evidence = {(start + hit.start, start + hit.end, hit.word): hit for hit in hits}
        rows.scores.append(Score(number, self.dimension, None, "all", value, None, len(hits), "ok", None))
        left = iter(others)
        for whose, joined, places in asked.segments:
            if joined == asked.whole.strip():
                rows.scores.append(Score(number, self.dimension, None, whose, value, None, len(hits), "ok", None))
                continue
            part, found = next(left)
            if found or _WORD.search(joined):
                rows.scores.append(Score(number, self.dimension, None, whose, part, None, len(found), "ok", None))
            # VADER strips straight marks from a word and no curly ones, so that “good” counts within its quotation only.
            evidence.update({(places[hit.start], places[hit.end - 1] + 1, hit.word): hit for hit in found})
        rows.spans += [
            Span(number, first, last, "tone_word", f"{hit.weight:g}", None, None, f"{self.list_name}:{word}")
            for (first, last, word), hit in sorted(evidence.items())
        ]
        rows.spans += self._beside(text, asked.of)
