"""Tone of sentences by word list: VADER's rules, sentence by sentence, never on a whole article.

``compound`` of Hutto & Gilbert (2014), from −1 hostile to +1 friendly, as the package vaderSentiment 3.3.2 computes it
(`nutgraf.measures.vader`). NLTK's own copy of VADER, with the same word list, gives another compound on about 4 % of sentences.
`nutgraf.measures.list_tone` says which sentences are scored and in which voices.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nutgraf.documents import Resource
from nutgraf.measures.list_tone import ListTone
from nutgraf.measures.vader import SOURCES

ID = "tone"
#: The files that the rules and the list rest on.
RULES = tuple(Resource("rules" if file.endswith(".py") else "word list", file, sha256) for _, file, sha256 in SOURCES)


def build(options: Mapping[str, Any]) -> Tone:
    """Make the measure; it has no options."""
    return Tone(**options)


class Tone(ListTone):
    """Tone by VADER's list."""

    id = ID
    version = "3"
    dimension = "tone"
    list_name = "vader"
    resources = RULES
