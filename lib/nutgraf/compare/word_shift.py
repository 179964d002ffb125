"""Word shift: which words of a weighted list make one group of texts friendlier or more hostile than another.

With weight φ(w) of word w, and p_i(w) its uses in group i for each sentence of it, the difference between the groups is a sum over words
(Gallagher et al. 2021, with 0 as the reference, the weight of a word that says nothing, and the same weights in both groups):

    Φ(a) − Φ(b) = Σ_w φ(w) · (p_a(w) − p_b(w))

So each word's part of the difference is exact. A friendly word that a uses more moves a to the friendly side, and so does a hostile one that it
uses less.

Source: Gallagher, R. J., Frank, M. R., Mitchell, L., Schwartz, A. J., Reagan, A. J., Danforth, C. M., & Dodds, P. S. (2021). Generalized word shift
graphs: a method for visualizing and explaining pairwise comparisons between texts. EPJ Data Science, 10, 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from nutgraf.compare.intervals import DRAWS, LEVEL, SEED

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Article:
    """One article: how many sentences it has and how often it uses each word of the list.

    Articles that share a ``copy_of`` are copies of one text, and are drawn together.
    """

    n_sentences: int
    uses: Mapping[str, int] = field(default_factory=dict)
    copy_of: str | None = None


class Shift(NamedTuple):
    """A word's part of the difference between two groups, per 100 sentences, with its interval (nan where there is none) and its uses in each."""

    word: str
    weight: float
    shift: float
    low: float
    high: float
    uses_a: int
    uses_b: int


class WordShift(NamedTuple):
    """The whole difference per 100 sentences with its interval, and each word's part, the largest first by size."""

    difference: float
    low: float
    high: float
    words: list[Shift]


def word_shift(a: Sequence[Article], b: Sequence[Article], weights: Mapping[str, float], *, most: int = 20) -> WordShift:
    """How much each word makes group a friendlier than group b.

    Args:
        a: Articles of the first group.
        b: Those of the second.
        weights: Of the words, friendly above 0.
        most: So many words get an interval and are returned.

    Returns:
        The difference of the sums of weights per 100 sentences and what it is made of, a less b; percentile intervals from drawing whole articles
        of each group anew, copies together.

    Raises:
        ValueError: For a group without a sentence.

    >>> found = word_shift([Article(10, {"calm": 2})], [Article(10, {"liar": 1})], {"calm": 1.0, "liar": -3.0})
    >>> found.difference, [(one.word, one.shift) for one in found.words]
    (50.0, [('liar', 30.0), ('calm', 20.0)])
    """
    import numpy as np

    if any(sum(article.n_sentences for article in group) < 1 for group in (a, b)):
        raise ValueError("a group without a sentence: say 'not assessable' instead of a difference")
    a, b = (sorted(group, key=lambda one: (one.copy_of or "", one.n_sentences, sorted(one.uses.items()))) for group in (a, b))
    words = sorted({word for article in (*a, *b) for word in article.uses})
    column = {word: at for at, word in enumerate(words)}
    weight = np.array([weights[word] for word in words])
    counts = [_counts(group, column) for group in (a, b)]  # of each article its uses of every word, then its sentences
    totals = [table.sum(axis=0) for table in counts]
    parts = 100 * weight * (totals[0][:-1] / totals[0][-1] - totals[1][:-1] / totals[1][-1])
    order = sorted(range(len(words)), key=lambda at: (-abs(parts[at]), words[at]))[:most]
    generator = np.random.default_rng(SEED)
    rates = [_drawn(table, [article.copy_of for article in group], generator) for table, group in zip(counts, (a, b), strict=True)]
    shifts, whole = np.full((1, len(words)), np.nan), np.full(1, np.nan)
    if all(rate is not None for rate in rates):
        shifts = 100 * weight * (rates[0] - rates[1])  # type: ignore[operator]
        whole = shifts.sum(axis=1)
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    low, high = np.quantile(shifts, tails, axis=0)
    return WordShift(
        float(parts.sum()), *map(float, np.quantile(whole, tails)),
        [
            Shift(words[at], float(weight[at]), float(parts[at]), float(low[at]), float(high[at]), int(totals[0][at]), int(totals[1][at]))
            for at in order
        ],
    )  # fmt: skip


def _counts(articles: Sequence[Article], column: Mapping[str, int]) -> np.ndarray:
    import numpy as np

    found = np.zeros((len(articles), len(column) + 1))
    for row, article in zip(found, articles, strict=True):
        row[-1] = article.n_sentences
        for word, n in article.uses.items():
            row[column[word]] = n
    return found


def _drawn(table: np.ndarray, copies: Sequence[str | None], generator: np.random.Generator) -> np.ndarray | None:
    """Uses per sentence in each resample, (draws, words); None with fewer than two texts."""
    import numpy as np

    _, texts = np.unique([name if name is not None else f"\0{place:012d}" for place, name in enumerate(copies)], return_inverse=True)
    n = int(texts.max()) + 1
    if n < 2:
        return None
    merged = np.zeros((n, table.shape[1]))
    np.add.at(merged, texts, table)
    times = generator.multinomial(n, np.full(n, 1 / n), size=DRAWS)
    sums = times @ merged
    return sums[:, :-1] / sums[:, -1:]
