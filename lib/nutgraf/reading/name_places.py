"""Places that an article gives away by where it names them: in its dateline, or before the words of a public body ("Norshire Police")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from nutgraf.reading.name_words import tokens
from nutgraf.reading.name_words import words as listed
from nutgraf.reading.short_forms import SMALL

if TYPE_CHECKING:
    from nutgraf.reading.aliases import Mention

_ENDS = re.compile(r"[,(|:·—–\d]|\.\s*$| -|--")


def dateline_places(datelines: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Places that datelines begin with, folded.

    >>> sorted(dateline_places(["TARN FALLS, Ohio (NPB) —", "ODDER/MOSS, May 3:"]))
    [('moss',), ('odder',), ('tarn', 'falls')]
    """
    return frozenset(words for line in datelines for piece in _ENDS.split(line, maxsplit=1)[0].split("/") if 0 < len(words := tokens(piece)) < 5)


def add_points(mentions: Sequence[Mention], places: frozenset[tuple[str, ...]]) -> None:
    """Points for mentions that are a place of the dateline, or stand before the words of a public body elsewhere."""
    before = {one.words[:size] for one in mentions for size in (1, 2) if is_of_place(one.words, size)}
    for mention in mentions:
        if mention.words in places:
            mention.points["GPE"] += 4
        if mention.words in before:
            mention.points["GPE"] += 2


def is_of_place(full: tuple[str, ...], size: int) -> bool:
    """Whether a public body is called by the place that its name begins with: "Norshire Police", "Port Moss Base Hospital".

    >>> is_of_place(("norshire", "police"), 1), is_of_place(("hill", "farm"), 1)
    (True, False)
    """
    civic = listed("organisations", "civic")
    is_place = len(full) > size and full[size - 1] not in civic | SMALL | listed("buildings", "heads") | listed("organisations", "generic")
    return is_place and all(word in civic for word in full[size:])
