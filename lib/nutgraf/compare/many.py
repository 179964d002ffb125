"""Several comparisons at once: which of many differences are kept, and whether groups differ at all.

Who compares two hundred words finds ten that "stand out" by chance alone. Benjamini and Hochberg's rule keeps those of which, in the long run,
at most a stated share are chance: of m p-values in order, the largest k with p(k) ≤ k/m · rate is looked for, and the first k are kept.

Whether groups differ is asked by shuffling: the same texts are dealt to the groups anew, many times, and it is counted how often the groups then
differ as much as they do. Copies of one text stay together.

Sources: Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate: A practical and powerful approach to multiple testing. Journal of
the Royal Statistical Society B, 57(1), 289–300. Good, P. (2005). Permutation, parametric and bootstrap tests of hypotheses. Springer, ch. 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, sqrt
from typing import TYPE_CHECKING

from nutgraf.compare.intervals import SEED

if TYPE_CHECKING:
    import numpy as np

#: Of the differences that are kept, at most this share is chance, in the long run.
RATE = 0.05
SHUFFLES = 2000
#: Numbers that are shuffled in one go, so that a large desk needs no more memory than a small one.
_AT_ONCE = 4_000_000


def p_of_z(z: float) -> float:
    """How probable a z as far from 0 is when nothing differs, two-sided.

    >>> round(p_of_z(1.96), 3), p_of_z(0.0)
    (0.05, 1.0)
    """
    return erfc(abs(z) / sqrt(2))


def kept(p_values: Sequence[float], rate: float = RATE) -> list[bool]:
    """Which of many differences are kept, by Benjamini and Hochberg.

    Args:
        p_values: One for each comparison, in any order.
        rate: The share of those kept that may be chance.

    Returns:
        For each whether it is kept.

    >>> kept([0.01, 0.03, 0.9, 0.02])
    [True, True, False, True]
    """
    ordered = sorted(p_values)
    bar = max((p for rank, p in enumerate(ordered, start=1) if p <= rank / len(ordered) * rate), default=-1.0)
    return [p <= bar for p in p_values]


def p_of_groups(
    values: Sequence[Sequence[float]], groups: Sequence[str], clusters: Sequence[str], *, shuffles: int = SHUFFLES, seed: int = SEED
) -> float | None:
    """How often groups differ as much as they do when the same texts are dealt to them anew.

    How much groups differ is the sum of squares between their means, over all numbers of an article. Texts change places with texts of as
    many copies.

    Args:
        values: For each article one number or more, such as 1 where a frame is present and else 0.
        groups: The group of each article, such as its outlet.
        clusters: Articles of one name are copies of one text and keep together.
        shuffles: How often texts are dealt anew.
        seed: Seed of the generator.

    Returns:
        A number above 0 and up to 1; None with fewer than two groups. The same for the same rows in any order.

    Raises:
        ValueError: When the three are not of one length.
    """
    import numpy as np

    if not len(values) == len(groups) == len(clusters):
        raise ValueError(f"{len(values)} values, {len(groups)} groups and {len(clusters)} clusters")
    names = sorted(set(groups))
    if len(names) < 2:
        return None
    rows = sorted(zip(map(str, clusters), groups, (tuple(map(float, row)) for row in values), strict=True))
    texts = sorted({cluster for cluster, _, _ in rows})
    place, column = {text: at for at, text in enumerate(texts)}, {name: at for at, name in enumerate(names)}
    member, mean = np.zeros((len(texts), len(names))), np.zeros((len(texts), len(rows[0][2])))
    for cluster, group, row in rows:
        member[place[cluster], column[group]] += 1
        mean[place[cluster]] += row
    copies = member.sum(axis=1)
    mean /= copies[:, None]
    sizes = member.sum(axis=0)
    overall = (copies[:, None] * mean).sum(axis=0) / copies.sum()
    apart = _turned(mean - overall)
    generator = np.random.default_rng(seed)
    as_it_is, as_much = float(_between(member, apart[:, None], sizes)[0]), 0
    step = max(1, min(shuffles, _AT_ONCE // max(1, apart.size)))
    for begin in range(0, shuffles, step):
        order = np.tile(np.arange(len(texts)), (min(step, shuffles - begin), 1))
        for size in np.unique(copies):
            same = np.flatnonzero(copies == size)
            order[:, same] = generator.permuted(order[:, same], axis=1)
        as_much += int((_between(member, apart[order.T], sizes) >= as_it_is - 1e-9).sum())
    return (as_much + 1) / (shuffles + 1)


def _turned(values: np.ndarray) -> np.ndarray:
    """Values (texts, numbers) as seen from other axes, without those on which nothing lies: squares add up to the same, of fewer numbers.

    Shares of an article add up to 1, so that one of their numbers follows from the others.
    """
    import numpy as np

    _, lengths, axes = np.linalg.svd(values, full_matrices=False)
    return values @ axes[lengths > 1e-12 * max(1.0, lengths[0])].T


def _between(member: np.ndarray, values: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Sum of squares between groups, for each of several orders of the values (texts, orders, numbers)."""
    texts, orders, numbers = values.shape
    sums = (member.T @ values.reshape(texts, orders * numbers)).reshape(member.shape[1], orders, numbers)  # one product in place of many small ones
    return (sums**2 / sizes[:, None, None]).sum(axis=(0, 2))
