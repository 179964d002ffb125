"""Tone of sentences by the news lexicon, or a desk's own: VADER's rules, with a list that keeps topics apart from judgements.

"Crash" and "court" are what news is about and count for nothing here; they have spans with the label ``topic``, so that a reader sees what
was left out. Rules for negation, boosters, capitals, idioms and end marks are those of `nutgraf.measures.vader`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from nutgraf.documents import Resource, Sentence, Span
from nutgraf.measures.lexicons import carried_lexicon, read_lexicon
from nutgraf.measures.list_tone import ListTone
from nutgraf.measures.tone import RULES
from nutgraf.measures.vader import Vader

ID = "tone_news"
FILE = "tone_words.csv"
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def build(options: Mapping[str, Any]) -> ToneNews:
    """Make the measure. Option ``lexicon``; a desk's ``data/decisions/tone_words.csv`` is it."""
    return ToneNews(**options)


class ToneNews(ListTone):
    """Tone by the news lexicon.

    Args:
        lexicon: The text of a CSV file with columns word, weight, class, in place of the carried list; empty for that one.

    Raises:
        InputError: When a line of it cannot be used.
    """

    id = ID
    version = "1"
    dimension = ID
    list_name = "news"

    def __init__(self, lexicon: str = "") -> None:
        is_own = bool(lexicon.strip())
        self._lexicon = read_lexicon(lexicon, f"data/decisions/{FILE}") if is_own else carried_lexicon("news")
        self.resources = (*RULES, Resource("word list", FILE if is_own else "lexicons/news.csv", self._lexicon.sha256))

    @cached_property
    def _vader(self) -> Vader:
        return Vader(self._lexicon.weights)

    def _beside(self, text: str, sentence: Sentence) -> Sequence[Span]:
        topics = self._lexicon.topics
        return [
            Span(sentence.sentence, found.start(), found.end(), "tone_word", "0", "topic", None, f"{self.list_name}:{word}")
            for found in _WORDS.finditer(text, sentence.start, sentence.end)
            if (word := found.group().lower()) in topics
        ]
