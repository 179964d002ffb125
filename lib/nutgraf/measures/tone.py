"""Tone of sentences by word list: VADER's rules, sentence by sentence, never on a whole article.

``compound`` of Hutto & Gilbert (2014), from −1 hostile to +1 friendly, as the package vaderSentiment 3.3.2 computes it. NLTK's own
copy of VADER, with the same word list, gives another compound on about 4 % of sentences; the rules used here are vaderSentiment's.
A sentence that holds two voices is scored as a whole and once more by its segments, what stands inside quotation marks and what
stands outside; the parts need not add up.

Source: Hutto, C. J., & Gilbert, E. (2014). VADER: A parsimonious rule-based model for sentiment analysis of social media text.
ICWSM-14.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from nutgraf.documents import Document, Measured, Rows, Sentence
from nutgraf.resources import carried, nltk_data
from nutgraf.schema import ANALYSED_PARTS

ID = "tone"
DIMENSION = "tone"
_TOKEN = re.compile(r"\S+")
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


def build(options: Mapping[str, Any]) -> Tone:
    """Make the measure; it has no options."""
    return Tone(**options)


class Tone:
    """Tone of every sentence of headline, standfirst and body."""

    id = ID
    version = "1"
    needs = frozenset({"quotes", "sentences"})
    resources = (nltk_data.VADER_SOURCE[2],)

    @cached_property
    def _analyzer(self) -> Any:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        carried(*nltk_data.VADER_SOURCE)
        return SentimentIntensityAnalyzer()

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Scores of dimension ``tone`` per sentence and voice; spans of kind ``tone_word`` for every word that counted."""
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        rows = Rows()
        if document.language not in (None, "en"):
            rows.not_assessable(DIMENSION, f"language '{document.language}' is not measured")
            return rows
        quotes = [(span.start, span.end) for span in document.spans_of("quote")]
        for sentence in document.sentences:
            if sentence.part in ANALYSED_PARTS:
                self._score_sentence(document, sentence, quotes, rows)
        if not rows.scores:
            rows.not_assessable(DIMENSION, "no sentence in headline, standfirst or body")
        return rows

    def _score_sentence(
        self, document: Document, sentence: Sentence, quotes: Sequence[tuple[int, int]], rows: Rows
    ) -> None:
        start, end, number = sentence.start, sentence.end, sentence.sentence
        hits = list(self._hits(document.text, start, end))
        for hit_start, hit_end, word, weight in hits:
            rows.span(hit_start, hit_end, "tone_word", sentence=number, value=f"{weight:g}", rule=f"vader:{word}")
        value = self._value(document.text[start:end], len(hits))
        rows.score(DIMENSION, value, sentence=number, n=len(hits))
        if sentence.voice != "mixed":
            rows.score(DIMENSION, value, sentence=number, voice=sentence.voice, n=len(hits))
            return
        for voice, pieces in segments(start, end, quotes).items():
            text = " ".join(document.text[a:b].strip() for a, b in pieces)
            inside = sum(any(a <= hit[0] < b for a, b in pieces) for hit in hits)
            rows.score(DIMENSION, self._value(text, inside), sentence=number, voice=voice, n=inside)

    def _value(self, text: str, hits: int) -> float:
        # Without a word of the list VADER's sum is 0 and so is compound; asking it would only cost time.
        return float(self._analyzer.polarity_scores(text)["compound"]) if hits else 0.0

    def _hits(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, str, float]]:
        """Words of the list as VADER sees tokens: split at white space, punctuation stripped from tokens over two letters."""
        lexicon, emojis = self._analyzer.lexicon, self._analyzer.emojis
        for match in _TOKEN.finditer(text, start, end):
            token = match.group()
            stripped = token.strip(_PUNCTUATION)
            word = token if len(stripped) <= 2 else stripped
            weight = lexicon.get(word.lower())
            if weight is not None:
                offset = match.start() + token.find(word)
                yield offset, offset + len(word), word.lower(), weight
            elif not token.isascii():
                for index, character in enumerate(token):
                    if character in emojis:
                        yield match.start() + index, match.start() + index + 1, character, 0.0


def segments(start: int, end: int, quotes: Sequence[tuple[int, int]]) -> dict[str, list[tuple[int, int]]]:
    """Cut a sentence into what is quoted and what the outlet says, as lists of (start, end)."""
    inside = [(max(a, start), min(b, end)) for a, b in quotes if a < end and b > start]
    outside, position = [], start
    for a, b in inside:
        if a > position:
            outside.append((position, a))
        position = b
    if position < end:
        outside.append((position, end))
    return {"outlet": outside, "quoted": inside}
