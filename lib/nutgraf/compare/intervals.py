"""Bootstrap intervals over articles, with all copies of one text drawn together.

Articles are resampled, never sentences: sentences of one article are not independent. Percentile method, seeded, so that the same
rows give the same interval, in whatever order they come.

Sources: Davison, A. C., & Hinkley, D. V. (1997). Bootstrap methods and their application. Cambridge University Press, ch. 2–3. Clopper, C. J., &
Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the case of the binomial. Biometrika, 26(4), 404–413.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

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
    sums, counts = _by_cluster(values, clusters)
    mean, n, k = float(sums.sum() / counts.sum()), int(counts.sum()), len(counts)
    if k < 2:
        return Interval(mean, float("nan"), float("nan"), n, k)
    drawn = _generator(seed).integers(0, k, size=(draws, k))
    weights = k if n == k else counts[drawn].sum(axis=1)  # every article its own cluster, as most often
    low, high = _percentiles(sums[drawn].sum(axis=1) / weights, level)
    return Interval(mean, low, high, n, k)


def bootstrap_share(
    flags: Sequence[bool],
    clusters: Sequence[str] | None = None,
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = SEED,
) -> Interval:
    """Share of articles of which something is true.

    Resampling cannot tell how sure 0 of 12 is: every resample is 0 of 12. Where all articles agree, the end away from them is the exact
    two-sided bound of Clopper and Pearson over clusters, 1 − (α/2)^(1/k) from 0.

    Args:
        flags: True or false per article.
        clusters: As for `bootstrap_mean`.
        draws: Number of resamples.
        level: Coverage, 0 to 1.
        seed: Seed of the generator.

    Returns:
        The share and its interval, 0 to 1.

    Raises:
        ValueError: For no values at all.

    >>> round(bootstrap_share([False] * 12).high, 2)
    0.26
    """
    found = bootstrap_mean([float(flag) for flag in flags], clusters, draws=draws, level=level, seed=seed)
    if found.n_clusters < 2 or found.mean not in (0.0, 1.0):
        return found
    reach = 1 - ((1 - level) / 2) ** (1 / found.n_clusters)
    return found._replace(low=1 - reach) if found.mean else found._replace(high=reach)


def bootstrap_ratio(
    parts: Sequence[float],
    wholes: Sequence[float],
    clusters: Sequence[str] | None = None,
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = SEED,
) -> Interval:
    """A ratio of two sums over articles, such as the share of an outlet's sentences, with a percentile interval.

    Long articles weigh more than short ones here, as they do in the ratio. Where all texts have the same ratio, such as 0, no resample differs, and
    there is no interval: what is in none of ten articles may be in the eleventh.

    Args:
        parts: What is counted, one number per article.
        wholes: What it is counted in, such as the article's sentences; above 0.
        clusters: As for `bootstrap_mean`.
        draws: Number of resamples.
        level: Coverage, 0 to 1.
        seed: Seed of the generator.

    Returns:
        Sum of the parts by sum of the wholes, and its interval. nan with fewer than two clusters, or where all are alike.

    Raises:
        ValueError: For no articles, or a whole that is not above 0.

    >>> bootstrap_ratio([1, 0, 3], [4, 2, 4]).mean
    0.4
    """
    if len(parts) != len(wholes):
        raise ValueError(f"{len(parts)} parts but {len(wholes)} wholes")
    if any(whole <= 0 for whole in wholes):
        raise ValueError("a whole that is not above 0: leave its article out")
    if clusters is None:  # every article its own cluster, in an order that does not depend on that of the rows
        pairs = sorted(zip(parts, wholes, strict=True))
        parts, wholes, clusters = [part for part, _ in pairs], [whole for _, whole in pairs], [f"{place:012d}" for place in range(len(pairs))]
    above, _ = _by_cluster(parts, clusters)
    below, _ = _by_cluster(wholes, clusters)
    ratio, n, k = float(above.sum() / below.sum()), len(parts), len(above)
    if k < 2 or (above * below[0] == above[0] * below).all():
        return Interval(ratio, float("nan"), float("nan"), n, k)
    drawn = _generator(seed).integers(0, k, size=(draws, k))
    low, high = _percentiles(above[drawn].sum(axis=1) / below[drawn].sum(axis=1), level)
    return Interval(ratio, low, high, n, k)


def bootstrap_difference(
    values_a: Sequence[float],
    values_b: Sequence[float],
    clusters_a: Sequence[str] | None = None,
    clusters_b: Sequence[str] | None = None,
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = SEED,
) -> Interval:
    """Mean of one group less the mean of another.

    A cluster with articles in both groups is drawn for both at once, so that two outlets that print one text do not seem to differ more or less
    than they do. Clusters of one group alone are drawn among themselves, so that no resample lacks a group.

    Args:
        values_a: One number per article of the first group; shares as 0 and 1.
        values_b: The same for the second.
        clusters_a: As for `bootstrap_mean`; names that stand in both groups are the same text.
        clusters_b: Those of the second group.
        draws: Number of resamples.
        level: Coverage, 0 to 1.
        seed: Seed of the generator.

    Returns:
        The difference with its interval; ``n`` and ``n_clusters`` count both groups. nan when a group has fewer than two clusters.

    Raises:
        ValueError: For a group without values.

    >>> bootstrap_difference([1.0, 1.0], [0.0, 0.0])
    Interval(mean=1.0, low=1.0, high=1.0, n=4, n_clusters=4)
    """
    import numpy as np

    if (clusters_a is None) != (clusters_b is None):
        raise ValueError("give clusters for both groups or for none")
    if len(values_a) == 0 or len(values_b) == 0:
        raise ValueError("no values: say 'not assessable' instead of a difference")
    named_a = _named(values_a, clusters_a, "a")
    named_b = _named(values_b, clusters_b, "b")
    names = sorted({name for name, _ in named_a} | {name for name, _ in named_b})
    place = {name: index for index, name in enumerate(names)}
    table = np.zeros((len(names), 4))  # sum and count in a, sum and count in b
    for offset, named in ((0, named_a), (2, named_b)):
        for name, value in named:
            table[place[name], offset] += value
            table[place[name], offset + 1] += 1
    whole = table.sum(axis=0)
    difference = float(whole[0] / whole[1] - whole[2] / whole[3])
    n, k = int(whole[1] + whole[3]), len(names)
    in_a, in_b = table[:, 1] > 0, table[:, 3] > 0
    if in_a.sum() < 2 or in_b.sum() < 2:
        return Interval(difference, float("nan"), float("nan"), n, k)
    generator = _generator(seed)
    sums = np.zeros((draws, 4))
    for stratum in (in_a & in_b, in_a & ~in_b, in_b & ~in_a):
        rows = table[stratum]
        if len(rows):
            sums += rows[generator.integers(0, len(rows), size=(draws, len(rows)))].sum(axis=1)
    low, high = _percentiles(sums[:, 0] / sums[:, 1] - sums[:, 2] / sums[:, 3], level)
    return Interval(difference, low, high, n, k)


def _named(values: Sequence[float], clusters: Sequence[str] | None, group: str) -> list[tuple[str, float]]:
    """Values with their clusters, in an order that does not depend on that of the rows."""
    if clusters is None:
        return [(f"{group}{index:012d}", value) for index, value in enumerate(sorted(values))]
    if len(clusters) != len(values):
        raise ValueError(f"{len(values)} values but {len(clusters)} clusters")
    return sorted(zip(map(str, clusters), values, strict=True))


def _by_cluster(values: Sequence[float], clusters: Sequence[str] | None) -> tuple[np.ndarray, np.ndarray]:
    """Sum and count of each cluster, by its name; without clusters the values by size."""
    import numpy as np

    if len(values) == 0:
        raise ValueError("no values: say 'not assessable' instead of a mean")
    named = _named(values, clusters, "")
    _, codes = np.unique(np.asarray([name for name, _ in named]), return_inverse=True)
    return np.bincount(codes, [value for _, value in named]), np.bincount(codes)


def _generator(seed: int) -> np.random.Generator:
    import numpy as np

    return np.random.default_rng(seed)


def _percentiles(estimates: np.ndarray, level: float) -> tuple[float, float]:
    import numpy as np

    low, high = np.quantile(estimates, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
