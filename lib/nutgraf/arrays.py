"""What is done to arrays of numbers in more than one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Hashes = npt.NDArray[np.uint64]

#: By how many of its first bytes, 0 to 8, what leaves these of a number of eight.
FIRST_BYTES = np.array([(1 << 8 * n_bytes) - 1 for n_bytes in range(9)], dtype=np.uint64)


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


def first_bytes(line: bytes | npt.NDArray[np.uint8], starts: Integers, lengths: Integers, most: int = 8) -> Hashes:
    """The first bytes at some places as one number each, the first byte the lowest.

    Args:
        line: Bytes, eight of them from each place on.
        starts: The places.
        lengths: How many bytes count at each; of more than `most` the first.
        most: Eight, or fewer.
    """
    eights: Hashes = np.ndarray(shape=(len(line) - 7,), dtype="<u8", buffer=line, strides=(1,))
    return eights[starts] & FIRST_BYTES[np.minimum(lengths, most)]
