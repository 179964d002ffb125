"""The list of cues: which words bring in what somebody says, and what they add to it."""

from __future__ import annotations

import tomllib
from functools import cache

from nutgraf.documents import Resource
from nutgraf.resources import own, sha256_of

FILE = "cues.toml"


@cache
def verbs() -> dict[str, str]:
    """The class of each verb, by its base form; of a verb in several the first."""
    found: dict[str, str] = {}
    for name, held in _read()["classes"].items():
        for verb in held["verbs"].split():
            found.setdefault(verb, name)
    return found


@cache
def nouns() -> frozenset[str]:
    """Nouns that bring in a clause with "that"."""
    return frozenset(_read()["nouns"]["words"].split())


@cache
def _read() -> dict:
    return tomllib.loads(own(FILE).read_text(encoding="utf-8"))


def resource() -> Resource:
    """What rests on the list."""
    return Resource("word list", "cues", sha256_of(own(FILE)), _read()["version"])
