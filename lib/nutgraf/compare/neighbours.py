"""Which articles' beginnings are compared, through an index from rare words to articles, and how alike they are; see `nutgraf.compare.likeness`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nutgraf.arrays import runs
from nutgraf.compare.likeness import COUNTED_IN_ALL, KEYS, LEAST_SHARED, MOST_ARTICLES, MOST_DAYS, PER_DAY, Beginning, n_counted

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

_DAY = 86_400
#: So many places in the index are looked at together.
_AT_ONCE = 2_000_000


class Words(NamedTuple):
    """The words of all articles, one article's after another's, each once in an article.

    Attributes:
        ends: Where each article's words end, after a leading 0.
        terms: The number of each word, in alphabetical order.
        articles: The number of the article that it stands in.
        weights: What it weighs there; the squares of an article's weights add up to 1.
        in_articles: In how many of the articles that are counted each word stands, by its number.
        days: When each article was published, in days; not a number where that is not known.
        are_few: Whether so few articles are counted that all pairs that share a word are looked at.
    """

    ends: Integers
    terms: Integers
    articles: Integers
    weights: Floats
    in_articles: Integers
    days: Floats
    are_few: bool

    @classmethod
    def of(cls, beginnings: Sequence[Beginning]) -> Words:
        """Weigh the words of articles."""
        number = {term: at for at, term in enumerate(sorted({term for one in beginnings for term in one.terms}))}
        lengths = np.array([len(one.terms) for one in beginnings])
        ends = np.concatenate([[0], np.cumsum(lengths)])
        terms = np.array([number[term] for one in beginnings for term in one.terms], dtype=np.int64)
        times = np.array([n for one in beginnings for n in one.terms.values()], dtype=float)
        articles = np.repeat(np.arange(len(beginnings)), lengths)
        counted = n_counted(len(beginnings))
        in_articles = np.bincount(terms[: ends[counted]], minlength=len(number))
        weights = (1 + np.log(times)) * np.log((counted + 2) / (in_articles + 1))[terms]
        length = np.sqrt(np.bincount(articles, weights * weights, minlength=len(beginnings)))
        length[length == 0] = 1.0
        days = np.array([one.published_at.timestamp() / _DAY if one.published_at else math.nan for one in beginnings])
        return cls(ends, terms, articles, weights / length[articles], in_articles, days, counted <= COUNTED_IN_ALL)


def looked_at(words: Words, is_new: Sequence[bool]) -> Iterator[tuple[int, Integers]]:
    """Of each new article that is compared with any before it, which those are, by the words of both that lead to pairs.

    Args:
        words: The words of all articles.
        is_new: Of each whether it is new.
    """
    keys = _keys(words)
    terms, articles, weights = words.terms[keys], words.articles[keys], words.weights[keys]
    # An index from words to articles, in order; what stands before an article in a word's list is what the word leads to.
    index = np.lexsort((articles, terms))
    first = np.searchsorted(terms[index], terms)
    before = np.empty(len(keys), dtype=np.int64)
    before[index] = np.arange(len(keys))
    before -= first
    before[~np.array(is_new)[articles]] = 0
    led_to = np.concatenate([[0], np.cumsum(np.bincount(articles, before, minlength=len(is_new)))])
    begin = 0
    while begin < len(is_new):
        end = max(begin + 1, int(np.searchsorted(led_to, led_to[begin] + _AT_ONCE, side="right")) - 1)
        mine = np.arange(*np.searchsorted(articles, (begin, end)))
        word, entry = runs(first[mine], before[mine])
        word, entry = mine[word], index[entry]
        near = ~(np.abs(words.days[articles[word]] - words.days[articles[entry]]) > MOST_DAYS)
        word, entry = word[near], entry[near]
        pair = articles[word] * len(is_new) + articles[entry]
        order = np.argsort(pair, kind="stable")
        pair, shared = pair[order], (weights[word] * weights[entry])[order]
        starts = np.flatnonzero(np.diff(pair, prepend=-1))
        if not words.are_few and len(starts):
            starts = starts[np.add.reduceat(shared, starts) >= LEAST_SHARED]
        places, others = np.divmod(pair[starts], len(is_new))
        cuts = np.flatnonzero(np.diff(places, prepend=-1))
        yield from zip(places[cuts].tolist(), np.split(others, cuts)[1:], strict=True)
        begin = end


def _keys(words: Words) -> Integers:
    """Which of all words lead to pairs: each article's weightiest that are not too common. Article after article, the weightiest first."""
    rare = np.arange(len(words.terms)) if words.are_few else np.flatnonzero(words.in_articles[words.terms] <= MOST_ARTICLES)
    rare = rare[np.lexsort((words.terms[rare], -words.weights[rare], words.articles[rare]))]
    if words.are_few:
        return rare
    own = words.articles[rare]
    return rare[np.arange(len(rare)) - np.searchsorted(own, own) < KEYS]


class Alike:
    """How alike one article is to others."""

    def __init__(self, words: Words, beginnings: Sequence[Beginning]) -> None:
        self._words = words
        self._own = np.zeros(len(words.in_articles))  # the weights of one article, by word
        vectors = [one.vector for one in beginnings if one.vector is not None]
        self._row = np.cumsum([one.vector is not None for one in beginnings]) - 1
        self._row[[one.vector is None for one in beginnings]] = -1
        self._vectors = np.array(vectors) if vectors else np.empty((0, 0))

    def with_each(self, place: int, others: Integers) -> Floats:
        """Its likeness to each of the others, to six places."""
        words = self._words
        mine = slice(words.ends[place], words.ends[place + 1])
        self._own[words.terms[mine]] = words.weights[mine]
        of, word = runs(words.ends[others], words.ends[others + 1] - words.ends[others])
        likeness = np.bincount(of, words.weights[word] * self._own[words.terms[word]], minlength=len(others))
        self._own[words.terms[mine]] = 0.0
        if self._row[place] >= 0:
            both = np.flatnonzero(self._row[others] >= 0)
            # Each product for itself, so that it is the same whichever others there are.
            products = self._vectors[self._row[others[both]]] * self._vectors[self._row[place]]
            likeness[both] = (likeness[both] + products.sum(axis=1, dtype=float)) / 2
        days = np.abs(words.days[others] - words.days[place])
        return np.round(np.where(np.isnan(days), likeness, likeness - PER_DAY * days), 6)
