"""Shingles: five consecutive words as one number, how many of them two texts share, and what finds texts that share many.

Words are lower-case ``\\w+``. A word's number is a polynomial of its characters, a shingle's one of its words' numbers, both modulo 2^64 and mixed,
all in integer arithmetic, so that they are the same on every machine. Two different shingles of two texts of a thousand words each get one number
with a chance below 1 in 10^12, so that a Jaccard of numbers is taken for that of the words.

MinHash: Broder, A. Z. (1997). On the resemblance and containment of documents. *Compression and Complexity of Sequences*; by the library rensa.
Bands: Leskovec, J., Rajaraman, A., & Ullman, J. D. (2020). *Mining of Massive Datasets*, ch. 3.4. Fingerprints: Schleimer, S., Wilkerson, D. S., &
Aiken, A. (2003). Winnowing: Local algorithms for document fingerprinting. *SIGMOD*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.uint64]

#: Words in a shingle.
WORDS = 5
#: Places of a signature. The standard error of what it says of a Jaccard of .8 is .035.
PLACES = 128
#: Places in a band. Of two texts with a Jaccard of .8, one band of the 32 or more are equal but for 5 in 100 million; with one of .2, in 5 of 100.
BAND = 4
#: Shingles of which one becomes a fingerprint: two texts with WINDOW + WORDS - 1 = 20 consecutive words in common share one for certain.
WINDOW = 16
_SEED = 20260302
_BASE, _UNDO = 0x9E3779B97F4A7C15, 0xF1DE83E19937733D  # an odd number, and the one that gives 1 with it modulo 2^64
_PLAIN = 0x10000  # characters below it, nearly all there are, are looked up in a small table
_KEPT_POWERS = 1 << 17
_ROWS = 1_024
_TOGETHER = 60_000  # characters of texts that are looked at as one; their numbers fit into a processor's cache


def shingles(text: str) -> Numbers:
    """The shingles of a text, one number each, in order and with repeats; none for fewer than five words.

    >>> a, b = shingles("One two three four five six."), shingles("(one, TWO three four five) seven")
    >>> len(a), len(b), bool(a[0] == b[0]), bool(a[1] == b[1])
    (2, 2, True, False)
    """
    (found,) = shingles_of([text])
    return found


def shingles_of(texts: Iterable[str]) -> Iterator[Numbers]:
    """The shingles of each of many texts, which is quicker than one by one."""
    some: list[str] = []
    size = 0
    for text in texts:
        if some and size + len(text) > _TOGETHER:
            yield from _shingles(some)
            some, size = [], 0
        some.append(text)
        size += len(text)
    if some:
        yield from _shingles(some)


def _shingles(texts: Sequence[str]) -> Iterator[Numbers]:
    """Of texts that are looked at as one, without those of which a part stands in another text."""
    import numpy as np

    small = [text.lower() for text in texts]
    words, begin = _words("\n".join(small))
    ends = np.searchsorted(begin, np.cumsum([len(text) + 1 for text in small])).tolist()
    n = max(0, len(words) - WORDS + 1)
    found = np.zeros(n, np.uint64)
    for at in range(WORDS):
        found *= np.uint64(_BASE)
        found += words[at : at + n]
    found = _mixed(found)
    for first, end in zip([0, *ends], ends, strict=False):
        yield found[first : max(first, end - WORDS + 1)].copy() if len(texts) > 1 else found


def jaccard(a: Numbers, b: Numbers) -> float | None:
    """Of the shingles of two texts, the share that stand in both; None where neither has any.

    Args:
        a, b: Shingles, in any order.
    """
    import numpy as np

    one, other = np.unique(a), np.unique(b)
    shared = _n_shared(one, other)
    either = len(one) + len(other) - shared
    return shared / either if either else None


def contained(part: Numbers, whole: Numbers) -> tuple[int, float]:
    """How many of one text's shingles stand in another, and which share of its own that is.

    Args:
        part, whole: Shingles, in any order; `part` has one at least.
    """
    import numpy as np

    one = np.unique(part)
    shared = _n_shared(one, np.unique(whole))
    return shared, shared / len(one)


def _n_shared(one: Numbers, other: Numbers) -> int:
    """How many numbers two arrays of different ones have in common."""
    import numpy as np

    together = np.concatenate((one, other))
    together.sort()
    return int(np.count_nonzero(together[1:] == together[:-1]))


def signatures(texts: Sequence[Numbers]) -> npt.NDArray[np.uint32]:
    """MinHash signatures of texts, given their shingles.

    Returns:
        An array of shape (texts, PLACES). Two texts agree in a place with the chance that is their Jaccard.
    """
    import numpy as np
    from rensa import RMinHash

    if not texts:
        return np.empty((0, PLACES), np.uint32)
    ends = np.cumsum([0, *(len(one) for one in texts)]).astype(np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(texts), ends, PLACES, _SEED)
    return np.array(matrix.to_rows(), np.uint32).reshape(len(texts), PLACES)


def library() -> str:
    """What signatures depend on besides the words: rensa's algorithm, and ours."""
    from rensa import RMinHash

    return f"rensa {RMinHash.ALGORITHM_VERSION} {PLACES} {_SEED} shingles {WORDS} 1"


def bands(signature: npt.NDArray[np.uint32]) -> Numbers:
    """One number for each band of each signature; two texts that share one are worth comparing.

    Args:
        signature: Of shape (texts, PLACES).

    Returns:
        Of shape (texts, PLACES / BAND); a number of one band says nothing about another band.
    """
    import numpy as np

    parts = signature.reshape(len(signature), PLACES // BAND, BAND)
    found = np.zeros(parts.shape[:2], np.uint64)
    for first in range(0, len(found), _ROWS):  # what lies between takes several times the memory of what comes out
        some = found[first : first + _ROWS]
        for at in range(BAND):
            some[:] = _mixed(some + parts[first : first + _ROWS, :, at])
    return found


def fingerprints(text: Numbers) -> Numbers:
    """Some of a text's shingles, about one of eight, chosen so that two texts with 20 consecutive words in common have one of them in common.

    Args:
        text: Shingles in order.
    """
    import numpy as np

    if len(text) <= WINDOW:
        return np.unique(text)[:1]
    found, width = text, 1
    while width < WINDOW:  # the least of 2, 4, 8 and 16 neighbours
        found, width = np.minimum(found[:-width], found[width:]), 2 * width
    return np.unique(found[np.append(True, found[1:] != found[:-1])])


def _words(text: str) -> tuple[Numbers, npt.NDArray[np.int64]]:
    """A number for each word of a text in lower case, and where each begins."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    value = _characters(plain=not codes.size or int(codes.max()) < _PLAIN)[codes]
    inside = np.zeros(len(codes) + 2, bool)
    np.not_equal(value, 0, out=inside[1:-1])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    begin, end = edges[::2], edges[1::2]
    power, undo = _powers(len(codes))
    value *= power
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(value, out=sums[1:])
    return _mixed((sums[end] - sums[begin]) * undo[begin]), begin


@cache
def _characters(*, plain: bool) -> Numbers:
    """A number for each character that ``\\w`` matches, 0 for others."""
    import numpy as np

    n = _PLAIN if plain else 0x110000
    is_word = np.fromiter((chr(code).isalnum() for code in range(n)), bool, n)
    is_word[ord("_")] = True
    return np.where(is_word, _mixed(np.arange(1, n + 1, dtype=np.uint64)), np.uint64(0))


def _powers(n: int) -> tuple[Numbers, Numbers]:
    """The first n powers of `_BASE`, and what undoes each."""
    if n > _KEPT_POWERS:
        return _power(_BASE, n), _power(_UNDO, n)
    power, undo = _first_powers()
    return power[:n], undo[:n]


@cache
def _first_powers() -> tuple[Numbers, Numbers]:
    return _power(_BASE, _KEPT_POWERS), _power(_UNDO, _KEPT_POWERS)


def _power(base: int, n: int) -> Numbers:
    import numpy as np

    found = np.full(n, base, np.uint64)
    found[:1] = 1
    return np.multiply.accumulate(found)


def _mixed(numbers: Any) -> Numbers:
    """Numbers whose every bit depends on every bit of those given: the last step of splitmix64 (Steele, Lea & Flood 2014)."""
    import numpy as np

    found = numbers ^ (numbers >> np.uint64(30))
    found *= np.uint64(0xBF58476D1CE4E5B9)
    found ^= found >> np.uint64(27)
    found *= np.uint64(0x94D049BB133111EB)
    found ^= found >> np.uint64(31)
    return found
