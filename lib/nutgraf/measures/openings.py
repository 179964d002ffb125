"""Openings: what the beginning of an article is about, so that articles on one event can be found; see `nutgraf.compare.stories`.

A news article says what happened in its headline and first paragraphs. Of these are kept: names and other telling words with their counts, and
the vector that the sentence encoder makes of them. Nothing is judged here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from nutgraf.documents import Document, Measured, Opening, Resource, Rows
from nutgraf.measures import sentence_encoder, target_model
from nutgraf.resources import FUNCTION_WORDS, function_words, own, sha256_of
from nutgraf.schema import ANALYSED_PARTS
from nutgraf.words import fold

ID = "openings"
#: How many words of headline, standfirst and body are read. The encoder's window ends at about as many.
WORDS = 150
#: Fewer telling words than these say nothing of what a text is about.
LEAST_TERMS = 3
_WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
_TOKEN = re.compile(r"\S+")
#: Words of reporting, of time and of address, which every story has.
_OF_NEWS = frozenset(
    "said says say told according reported report reports news monday tuesday wednesday thursday friday saturday sunday january february march april "
    "may june july august september october november december today yesterday tomorrow week weeks month months day days year years time first last "
    "new one two three people mr mrs ms dr".split()
)
#: Ends of words that are one word with and without them; at least four letters stay.
_ENDS = ("ing", "ed", "es", "s")


def build(options: Mapping[str, Any]) -> Openings:
    """Make the measure. Option ``model``: ``none`` leaves the encoder out, and stories are grouped by words alone."""
    return Openings(**options)


class Openings:
    """Keep what the beginnings of articles are about.

    Args:
        model: ``none`` leaves models out.
    """

    id = ID
    version = "1"
    needs = frozenset({"sentences"})

    def __init__(self, model: str = "") -> None:
        self.model = model
        words = Resource("word list", FUNCTION_WORDS, sha256_of(own(FUNCTION_WORDS)))
        about = sentence_encoder.card()
        encoder = Resource("model", "sentence-encoder", about["sha256"], about["version"])
        self.resources: tuple[Resource, ...] = (words, encoder) if self.with_vectors else (words,)

    @property
    def with_vectors(self) -> bool:
        """Whether the encoder runs here."""
        return target_model.missing(self.model) is None

    @property
    def characters_per_s(self) -> int:
        """Roughly how many characters it reads in a second on one core."""
        return 60_000 if self.with_vectors else 5_000_000

    def measure(self, documents: Sequence[Document]) -> Measured:
        """One row per document with at least three telling words; a "not assessable" score for any other."""
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        rows, text = Rows(), beginning(document)
        found = terms(text)
        if len(found) < LEAST_TERMS:
            rows.not_assessable(ID, f"{len(found)} telling words, {LEAST_TERMS} needed")
            return rows
        vector = None
        if self.with_vectors:
            import numpy as np

            vector = sentence_encoder.loaded().vectors([text])[0].astype(np.float16).tobytes()
        rows.openings.append(Opening(json.dumps(found, ensure_ascii=False, sort_keys=True), vector))
        return rows


def beginning(document: Document) -> str:
    """The first `WORDS` words of headline, standfirst and body, a sentence a line."""
    lines, left = [], WORDS
    for sentence in document.sentences:
        if sentence.part not in ANALYSED_PARTS:
            continue
        words = _TOKEN.findall(document.text[sentence.start : sentence.end])
        lines.append(" ".join(words[:left]))
        left -= len(words)
        if left <= 0:
            break
    return "\n".join(lines)


def terms(text: str) -> dict[str, int]:
    """Telling words of a text with their counts: in small letters, without common ends; runs of capitalised words as pairs too.

    Args:
        text: The beginning of an article.

    >>> terms("Brannow Dam leaked. The dam's leaks were known.")
    {'brannow': 1, 'dam': 2, 'brannow dam': 1, 'leak': 2, 'known': 1}
    """
    found: Counter[str] = Counter()
    before, ended = "", -1
    text = fold(text)
    for match in _WORD.finditer(text):
        word = match.group()
        is_capital, low = word[0].isupper(), word.lower().removesuffix("'s")
        if len(low) < 2 or low in _silent():
            before = ""
            continue
        low = _stem(low)
        found[low] += 1
        if is_capital and before and text[ended : match.start()] == " ":
            found[f"{before} {low}"] += 1
        before, ended = (low, match.end()) if is_capital else ("", -1)
    return dict(found)


def _stem(word: str) -> str:
    for end in _ENDS:
        if word.endswith(end) and len(word) - len(end) >= 4 and not word.endswith("ss"):
            return word[: -len(end)]
    return word


@cache
def _silent() -> frozenset[str]:
    return _OF_NEWS | function_words()
