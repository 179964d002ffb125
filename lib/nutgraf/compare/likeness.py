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
from collections import Counter, defaultdict
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
_COUNTED_IN_ALL = 200
_GROWTH = 1.25
#: What a likeness that was kept depends on, articles apart. The number is that of the code.
RULES = f"1 {MOST_ARTICLES} {KEYS} {LEAST_SHARED} {MOST_DAYS} {PER_DAY} {_COUNTED_IN_ALL} {_GROWTH}"

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
    reached = _COUNTED_IN_ALL
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
    if not beginnings:
        return {}
    counted = n_counted(len(beginnings))
    in_articles = Counter(term for one in beginnings[:counted] for term in one.terms)
    weights = [_weights(one.terms, in_articles, counted) for one in beginnings]
    every, old = counted <= _COUNTED_IN_ALL, set(is_known)
    found = dict(known or {})
    index: dict[str, list[int]] = defaultdict(list)
    for place, (one, own) in enumerate(zip(beginnings, weights, strict=True)):
        keys = list(own) if every else _keys(own, in_articles)
        shared: dict[int, float] = defaultdict(float)
        if one.name not in old:
            for term in keys:
                for other in index[term]:
                    shared[other] += own[term] * weights[other][term]
        for term in keys:
            index[term].append(place)
        for other, weight in shared.items():
            if every or weight >= LEAST_SHARED:
                likeness = _likeness(beginnings[other], one, weights[other], own)
                if likeness > 0:
                    found[beginnings[other].name, one.name] = likeness
    return found


def _weights(terms: Mapping[str, int], in_articles: Mapping[str, int], counted: int) -> dict[str, float]:
    found = {term: (1 + math.log(n)) * math.log((counted + 2) / (in_articles.get(term, 0) + 1)) for term, n in terms.items()}
    length = math.sqrt(math.fsum(weight * weight for weight in found.values())) or 1.0
    return {term: weight / length for term, weight in found.items()}


def _keys(weights: Mapping[str, float], in_articles: Mapping[str, int]) -> list[str]:
    rare = (term for term in weights if in_articles.get(term, 0) <= MOST_ARTICLES)
    return sorted(rare, key=lambda term: (-weights[term], term))[:KEYS]


def _likeness(a: Beginning, b: Beginning, in_a: Mapping[str, float], in_b: Mapping[str, float]) -> float:
    days = abs((a.published_at - b.published_at).total_seconds()) / 86_400 if a.published_at and b.published_at else 0.0
    if days > MOST_DAYS:
        return 0.0
    fewer, more = (in_a, in_b) if len(in_a) <= len(in_b) else (in_b, in_a)
    words = math.fsum(weight * more[term] for term, weight in fewer.items() if term in more)
    if a.vector is not None and b.vector is not None:
        words = (words + float(a.vector @ b.vector)) / 2
    return round(words - PER_DAY * days, 6)
