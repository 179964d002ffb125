"""Agreement between coders: Krippendorff's alpha with an interval, for one code or for whole sets of codes.

alpha = 1 − D_o / D_e: the disagreement that was seen over that which chance would bring, were the same codes dealt out at random. 1 is full
agreement, 0 is chance. Units that one coder alone has coded say nothing of agreement and are left out. The interval comes from drawing units anew.

Sources: Krippendorff, K. (2019). Content Analysis, 4th ed., ch. 12. Sage. Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for
semantic and pragmatic annotation. LREC 2006, 831–836 (how far two sets are apart).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

DRAWS, LEVEL, SEED = 1000, 0.95, 20260302
#: Fewer shared units than this give no interval worth reading.
MIN_UNITS = 2
Distance = Callable[[Hashable, Hashable], float]


class Agreement(NamedTuple):
    """Alpha with its interval.

    Attributes:
        alpha: None where there is none, for `reason`.
        low: Lower end of the 95 % interval; None without one.
        high: Upper end.
        n_units: Units that two coders or more have coded.
        n_pairs: Pairs of codes of one unit that can be compared.
        agreed: Share of these pairs that are the same; None without any.
        reason: Why there is no alpha; None where there is one.
    """

    alpha: float | None
    low: float | None
    high: float | None
    n_units: int
    n_pairs: int
    agreed: float | None
    reason: str | None


def differ(one: Hashable, other: Hashable) -> float:
    """How far two codes are apart where there is nothing between the same and another: 0 or 1."""
    return float(one != other)


def sets_apart(one: Hashable, other: Hashable) -> float:
    """How far two sets of codes are apart, 0 to 1 (MASI).

    >>> sets_apart(frozenset("ab"), frozenset("ab")), sets_apart(frozenset("a"), frozenset("b")), sets_apart(frozenset(), frozenset())
    (0.0, 1.0, 0.0)
    >>> round(sets_apart(frozenset("a"), frozenset("ab")), 3)
    0.667
    """
    first, second = frozenset(one), frozenset(other)  # type: ignore[call-overload]
    if first == second:
        return 0.0
    shared = first & second
    if not shared:
        return 1.0
    alike = 2 / 3 if first <= second or second <= first else 1 / 3
    return 1 - len(shared) / len(first | second) * alike


def agreement(codes: Sequence[Mapping[str, Hashable]], distance: Distance = differ, *, draws: int = DRAWS, seed: int = SEED) -> Agreement:
    """Krippendorff's alpha of some units.

    Args:
        codes: For each unit the code of each coder who coded it, by the coder's name.
        distance: How far two codes are apart, 0 for the same.
        draws: Number of resamples.
        seed: Seed of the generator.

    Returns:
        Alpha, or why there is none: no unit that two have coded, or no two codes that differ, when chance could not be told from agreement.
    """
    shared = [list(unit.values()) for unit in codes if len(unit) > 1]
    if not shared:
        return Agreement(None, None, None, 0, 0, None, "0 shared items")
    values = sorted({code for unit in shared for code in unit}, key=_order)
    place = {code: at for at, code in enumerate(values)}
    counts = np.zeros((len(shared), len(values)))
    for row, unit in zip(counts, shared, strict=True):
        for code in unit:
            row[place[code]] += 1
    apart = np.array([[distance(one, other) for other in values] for one in values], float)
    size = counts.sum(axis=1)
    seen = np.einsum("uc,cd,ud->u", counts, apart, counts) / (size - 1)
    same = (np.square(counts).sum(axis=1) - size) / 2
    n_pairs = int((size * (size - 1) / 2).sum())
    agreed = float(same.sum() / n_pairs)
    whole = _alphas(np.ones((1, len(shared))), counts, seen, apart)[0]
    if np.isnan(whole):
        return Agreement(None, None, None, len(shared), n_pairs, agreed, "all codes are the same")
    low = high = None
    if len(shared) >= MIN_UNITS:
        weights = np.random.default_rng(seed).multinomial(len(shared), np.full(len(shared), 1 / len(shared)), size=draws).astype(float)
        drawn = _alphas(weights, counts, seen, apart)
        if not np.isnan(drawn).all():
            low, high = (float(end) for end in np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    return Agreement(float(whole), low, high, len(shared), n_pairs, agreed, None)


def _alphas(weights: np.ndarray, counts: np.ndarray, seen: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """Alpha for each way to weigh the units, (draws, units); not a number where chance brings no disagreement."""
    totals = weights @ counts
    n = totals.sum(axis=1)
    expected = np.einsum("dc,ce,de->d", totals, apart, totals) / (n - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - weights @ seen / np.where(expected > 0, expected, 1), np.nan)


def _order(code: Hashable) -> tuple[str, ...]:
    return tuple(sorted(map(str, code))) if isinstance(code, frozenset) else (str(code),)
