"""How alike the beginnings of articles are, for each pair that could tell of one event; never for all pairs.

A pair is looked at when the two share rare words that carry enough of both, found through an index from words to articles; among a few hundred
articles, when they share any. Its likeness is the mean of two: of their words, weighed by how rare they are (cosine of tf-idf), and of their
vectors; less a little for each day between them. Without vectors it is the first alone.

How rare a word is is counted in the first articles of a desk, by the time they were fetched, and counted again only when there are a quarter more.
So, from a few hundred articles on, the likeness of two stays as it is when others come, a new article touches its neighbours alone, and a
rebuild gives the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

#: A word in more articles than this leads to no pair.
MOST_ARTICLES = 200
#: How many of an article's weightiest words lead to pairs.
KEYS = 20
#: Shared weight of those words below which a pair is not looked at.
LEAST_SHARED = 0.05
#: Articles further apart in days than this are never of one story by likeness; where a date is missing, time says nothing.
MOST_DAYS = 14
#: What a day between two articles takes from their likeness.
PER_DAY = 0.03
#: Up to so many articles words are counted in all of them, and all pairs that share a word are looked at.
COUNTED_IN_ALL = 200
_GROWTH = 1.25
#: What a likeness that was kept depends on, articles apart. The number is that of the code.
RULES = f"2 {MOST_ARTICLES} {KEYS} {LEAST_SHARED} {MOST_DAYS} {PER_DAY} {COUNTED_IN_ALL} {_GROWTH}"

Pair = tuple[str, str]


class Beginning(NamedTuple):
    """What is known of an article: its name, telling words with counts, vector of length 1 or None, and time of publication or None."""

    name: str
    terms: Mapping[str, int]
    vector: np.ndarray | None
    published_at: datetime | None


def n_counted(n: int) -> int:
    """In how many of the first of n articles words are counted: in all of a few, else the largest step of a quarter that is reached.

    >>> n_counted(150), n_counted(249), n_counted(250), n_counted(312), n_counted(313)
    (150, 200, 250, 250, 313)
    """
    reached = COUNTED_IN_ALL
    while math.ceil(reached * _GROWTH) <= n:
        reached = math.ceil(reached * _GROWTH)
    return min(n, reached)


def likenesses(beginnings: Sequence[Beginning], known: Mapping[Pair, float] | None = None, is_known: Iterable[str] = ()) -> dict[Pair, float]:
    """The likeness of each pair that is looked at.

    Args:
        beginnings: The articles in the order in which they were fetched; names are unique.
        known: Likenesses that an earlier call gave, for articles among the first of these with the same `n_counted`.
        is_known: The names of all articles of that call; pairs among them are not looked at again.

    Returns:
        Likeness up to 1 by pair, the article that was fetched first in front. It is below 0 for no pair.
    """
    found = dict(known or {})
    if not beginnings:
        return found
    from nutgraf.compare.neighbours import Alike, Words, looked_at

    words = Words.of(beginnings)
    old, names = set(is_known), [one.name for one in beginnings]
    alike = Alike(words, beginnings)
    for place, others in looked_at(words, [name not in old for name in names]):
        for other, likeness in zip(others.tolist(), alike.with_each(place, others).tolist(), strict=True):
            if likeness > 0:
                found[names[other], names[place]] = likeness
    return found
