"""What is done to arrays of numbers in more than one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]


def runs(starts: Integers, lengths: Integers) -> tuple[Integers, Integers]:
    """Runs of successive numbers, written one after another.

    Args:
        starts: The first number of each run.
        lengths: How many numbers each has; 0 for none.

    Returns:
        Of each number the place of its run, and the number itself.

    >>> [found.tolist() for found in runs(np.array([7, 1, 4]), np.array([2, 0, 3]))]
    [[0, 0, 2, 2, 2], [7, 8, 4, 5, 6]]
    """
    of = np.repeat(np.arange(len(starts)), lengths)
    return of, np.arange(len(of)) - (np.cumsum(lengths) - lengths - starts)[of]
