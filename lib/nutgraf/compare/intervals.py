"""Bootstrap intervals over articles, with all copies of one text drawn together.

Articles are resampled, never sentences: sentences of one article are not independent. Percentile method, seeded, so that the same
rows give the same interval.

Source: Davison, A. C., & Hinkley, D. V. (1997). Bootstrap methods and their application. Cambridge University Press, ch. 2–3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

DRAWS = 1000
LEVEL = 0.95
SEED = 20260302


class Interval(NamedTuple):
    """A mean with its interval; ``n`` counts articles, ``n_clusters`` the texts that were drawn."""

    mean: float
    low: float
    high: float
    n: int
    n_clusters: int


def bootstrap_mean(
    values: Sequence[float],
    clusters: Sequence[str] | None = None,
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = SEED,
) -> Interval:
    """Mean of one value per article, with a percentile interval.

    Args:
        values: One number per article; no nulls.
        clusters: Which articles are copies of one text; None when every article is its own.
        draws: Number of resamples.
        level: Coverage, 0 to 1.
        seed: Seed of the generator.

    Returns:
        The mean and its interval in the unit of `values`. With fewer than two clusters the interval is as wide as unknown: nan.

    Raises:
        ValueError: For no values at all.

    >>> bootstrap_mean([1.0, 1.0, 1.0]).low
    1.0
    """
    import numpy as np

    if len(values) == 0:
        raise ValueError("no values: say 'not assessable' instead of a mean")
    numbers = np.asarray(values, dtype=float)
    names = np.asarray(clusters if clusters is not None else [str(i) for i in range(len(numbers))])
    # Order by name, so that the order of rows changes nothing.
    _, codes = np.unique(names, return_inverse=True)
    sums, counts = np.bincount(codes, numbers), np.bincount(codes)
    k = len(counts)
    mean = float(numbers.mean())
    if k < 2:
        return Interval(mean, float("nan"), float("nan"), len(numbers), k)
    drawn = np.random.default_rng(seed).integers(0, k, size=(draws, k))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean, float(low), float(high), len(numbers), k)
