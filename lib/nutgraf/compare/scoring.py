"""Figures with their intervals: what was counted in each item is added up, and items are drawn anew for the interval.

Source of the interval: percentile bootstrap over items, Efron, B., & Tibshirani, R. (1993). An Introduction to the Bootstrap, ch. 13.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

DRAWS, LEVEL, SEED = 1000, 0.95, 20260302
_AT_ONCE = 100


@dataclass(frozen=True)
class Figure:
    """A figure that is made from sums over items.

    Attributes:
        name: Its key, such as ``content_f1``.
        of: Gives it for arrays of sums by column; not a number where there is nothing to divide by.
    """

    name: str
    of: Callable[[Mapping[str, np.ndarray]], np.ndarray]


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """A division that is not a number where there is nothing to divide by."""
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / np.where(below > 0, below, 1), np.nan)


def f1(sums: Mapping[str, np.ndarray], of: str = "") -> np.ndarray:
    """2TP / (2TP + FP + FN) of the columns ``<of>tp``, ``<of>fp`` and ``<of>fn``."""
    twice = 2 * column(sums, f"{of}tp")
    return ratio(twice, twice + column(sums, f"{of}fp") + column(sums, f"{of}fn"))


def column(sums: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    """A column of sums; 0 for one that never occurred."""
    return sums[name] if name in sums else 0 * next(iter(sums.values()))


def scored(counts: Sequence[Mapping[str, float]], figures: Sequence[Figure], groups: Sequence[str] | None = None) -> dict[str, float | None]:
    """Figures over items, each with ``_low`` and ``_high``, the ends of its 95 % interval.

    Args:
        counts: What was counted in each item, by column.
        figures: What to make of the sums.
        groups: The article of each item, so that articles are drawn and not their sentences; None where each item is one.

    Returns:
        Figures by key; None for one that cannot be made of these items. The interval is None with fewer than two articles.
    """
    import numpy as np

    columns = list(dict.fromkeys(name for item in counts for name in item))
    table = np.array([[item.get(name, 0) for name in columns] for item in counts], float).reshape(len(counts), len(columns))
    if groups is not None:
        _, place = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
        together = np.zeros((place.max(initial=-1) + 1, len(columns)))
        np.add.at(together, place, table)
        table = together
    n, chance = len(table), np.random.default_rng(SEED)
    drawn = [
        chance.multinomial(n, np.full(n, 1 / n), size=min(_AT_ONCE, DRAWS - first)) @ table for first in range(0, DRAWS, _AT_ONCE)
    ] if n > 1 else []  # fmt: skip
    whole = {name: table[:, at].sum(keepdims=True) for at, name in enumerate(columns)}
    again = {name: np.concatenate([sums[:, at] for sums in drawn]) for at, name in enumerate(columns)} if drawn else None
    found: dict[str, float | None] = {}
    for figure in figures:
        value = float(figure.of(whole)[0])
        found[figure.name] = None if np.isnan(value) else value
        ends: tuple[float | None, float | None] = (None, None)
        if again is not None and not np.isnan(value):
            values = figure.of(again)
            low, high = np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            ends = float(low), float(high)
        found[f"{figure.name}_low"], found[f"{figure.name}_high"] = ends
    return found
