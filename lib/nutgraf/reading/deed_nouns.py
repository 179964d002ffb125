"""The list of nouns that name a deed: how each brings in who did it, and the words that help to tell."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any, NamedTuple

from nutgraf.documents import Resource
from nutgraf.resources import own, sha256_of

FILE = "nominalisations.toml"


class Group(NamedTuple):
    """How the nouns of a group bring in who does the deed and what suffers it: ``actor`` or ``object``."""

    name: str
    of: str
    possessive: str
    alone: bool


@cache
def nouns() -> dict[str, Group]:
    """The listed nouns by their base form."""
    found: dict[str, Group] = {}
    for name, held in _read()["groups"].items():
        group = Group(name, held["of"], held["possessive"], held["alone"])
        found |= {pair.split(":")[0]: group for pair in held["nouns"].split()}
    return found


@cache
def verbs() -> dict[str, str]:
    """The verb behind each noun."""
    return dict(pair.split(":") for held in _read()["groups"].values() for pair in held["nouns"].split())


@cache
def words(name: str) -> frozenset[str]:
    """One of the short lists under ``[words]``."""
    return frozenset(_read()["words"][name].split())


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(own(FILE).read_text(encoding="utf-8"))


def resource() -> Resource:
    """What rests on the list."""
    return Resource("word list", "nominalisations", sha256_of(own(FILE)), _read()["version"])
