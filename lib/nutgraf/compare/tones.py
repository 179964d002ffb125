"""Two answers about the tone of the same sentences: what is counted of each, and the figures that are made of the sums.

Answers are −1 hostile, 0 neutral or 1 friendly, and may have a number beside them. `nutgraf.compare.scoring` adds up and gives intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from nutgraf.compare.scoring import column, f1, ratio

if TYPE_CHECKING:
    import numpy as np

#: The classes by the names that models give them.
LABELS = {"negative": -1, "neutral": 0, "positive": 1}


def compared(gold: int, found: int, scores: tuple[float, float] | None = None) -> dict[str, float]:
    """What one sentence adds to the sums.

    Args:
        gold: What people say, −1, 0 or 1.
        found: What the measure says.
        scores: A number of either, for a correlation; None without.

    Returns:
        Right and wrong by class, and what a correlation is made of.

    >>> compared(1, 0)
    {'n': 1, 'right': False, 'neutral fp': 1, 'positive fn': 1}
    """
    counted: dict[str, float] = {"n": 1, "right": gold == found}
    for name, label in LABELS.items():
        outcome = "tp" if gold == found == label else "fn" if gold == label else "fp" if found == label else None
        if outcome:
            counted[f"{name} {outcome}"] = 1
    if scores is not None:
        x, y = scores
        counted |= {"pairs": 1, "x": x, "y": y, "xx": x * x, "yy": y * y, "xy": x * y}
    return counted


def macro_f1(sums: Mapping[str, np.ndarray]) -> np.ndarray:
    """Plain mean of the F1 of the three classes; one that nobody gave and nobody answered is left out."""
    import numpy as np

    return np.nanmean([f1(sums, f"{name} ") for name in LABELS], axis=0)


def pearson(sums: Mapping[str, np.ndarray]) -> np.ndarray:
    """Pearson's correlation from sums; not a number where one side never changes."""
    import numpy as np

    n, x, y = (column(sums, name) for name in ("pairs", "x", "y"))
    across = n * column(sums, "xy") - x * y
    spread = (n * column(sums, "xx") - x * x) * (n * column(sums, "yy") - y * y)
    return ratio(across, np.sqrt(np.maximum(spread, 0)))


def recall(name: str) -> Callable[[Mapping[str, np.ndarray]], np.ndarray]:
    """Of the sentences that people give a class, the share that is found; of a class by its name in `LABELS`."""

    def of(sums: Mapping[str, np.ndarray]) -> np.ndarray:
        found = column(sums, f"{name} tp")
        return ratio(found, found + column(sums, f"{name} fn"))

    return of
