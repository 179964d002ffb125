"""The lists of ``names.toml``: which words tell a name's kind, and which stand beside a name without being part of it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from typing import Any

from nutgraf.documents import Resource
from nutgraf.resources import own, sha256_of

FILE = "names.toml"
KINDS = ("PERSON", "ORG", "GPE", "FAC")
_LETTERS = str.maketrans({
    "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "’": "'", "ʼ": "'", "‐": "-", "‑": "-",
})  # fmt: skip


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(own(FILE).read_text(encoding="utf-8"))


@cache
def words(section: str, name: str = "words") -> frozenset[str]:
    """A list of the file: entries in lower case, several words of one joined by a space.

    Args:
        section: Such as ``titles``.
        name: Which list of that section.
    """
    return frozenset(entry.replace("_", " ") for entry in _read()[section][name].split())


@cache
def acronyms() -> dict[str, str]:
    """Acronyms of places, in lower case, with the name they stand for."""
    return {short: full for short, full in _read()["acronyms"].items() if short != "meaning"}


@cache
def countries_and_cities() -> frozenset[str]:
    """Places with a government that are known everywhere."""
    return words("places", "countries") | words("places", "states") | words("places", "cities")


@cache
def fold(text: str) -> str:
    """A word without case and accents, so that a name is found in capitals and in sloppy copies.

    >>> fold("Szczepańska’s")
    "szczepanska's"
    """
    lowered = text.casefold().translate(_LETTERS)
    if lowered.isascii():
        return lowered
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))


def tokens(text: str) -> tuple[str, ...]:
    """The folded words of a name, hyphens kept, marks left out.

    >>> tokens('Marcus "Dutch" Holland Jr.')
    ('marcus', 'dutch', 'holland', 'jr')
    """
    return tuple(fold(word).rstrip(".") for word in re.findall(r"(?:[^\W_]\.){2,}|[^\W_]+(?:[’'‐‑.-][^\W_]+)*|&", text))


def resource() -> Resource:
    """What rests on the lists."""
    return Resource("word list", "names", sha256_of(own(FILE)), _read()["version"])
