"""Sentences cut into tokens at white space, as `str.split` cuts them, and the number of each token: all sentences at once, by their bytes.

A token of up to `LONGEST` bytes is looked up by all of its bytes in tables of fixed size, and asked for by itself only where it stands in none:
when it is new, longer, or without a place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nutgraf.arrays import first_bytes

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Hashes = npt.NDArray[np.uint64]
    Bytes = npt.NDArray[np.uint8]

_SURROGATE = re.compile("[\ud800-\udfff]")
#: Bytes of a token that are compared: sixteen, of which one holds their number.
LONGEST = 15
_EIGHT, _TOP = 8, np.uint64(56)
#: Odd numbers without a pattern in their bits, two for each table.
_SPREADS = ((0xC2B2AE3D27D4EB4F, 0x9E3779B97F4A7C15), (0x165667B19E3779F9, 0xD6E8FEB86659FD93))
_TABLE_BITS = 17
#: Characters at which `str.split` cuts.
SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_WIDE = [one.encode() for one in SPACES if not one.isascii()]
#: Those of two and of three bytes, as numbers, and the bytes that begin them.
_TWO, _THREE = (np.array([int.from_bytes(one, "big") for one in _WIDE if len(one) == n_bytes]) for n_bytes in (2, 3))
_LEADS = sorted({one[0] for one in _WIDE})


class Cut(NamedTuple):
    """Sentences in tokens.

    Attributes:
        characters: The bytes of all sentences, one after another.
        ends: Where each sentence ends among them.
        tokens: The number of every token, sentence after sentence.
        offsets: Where each sentence's tokens begin, and the end of the last one's.
    """

    characters: Bytes
    ends: Integers
    tokens: Integers
    offsets: Integers


class TokenNumbers:
    """Numbers of tokens.

    Args:
        number_of: The number of a token, 0 or more.
    """

    def __init__(self, number_of: Callable[[str], int]) -> None:
        self._number_of = number_of
        # Two tables: where a place in the first is taken, the second is asked.
        self._tables = [_Table(seed) for seed in _SPREADS]

    def cut(self, texts: Sequence[str]) -> Cut:
        """Sentences in tokens.

        Args:
            texts: The sentences; half a character of UTF-16, which no word holds, is read as some other character that none holds.
        """
        import pyarrow as pa

        try:
            arrow = pa.array(texts, pa.large_string())
        except UnicodeEncodeError:
            arrow = pa.array([_SURROGATE.sub("\ue000", text) for text in texts], pa.large_string())
        _, offsets, data = arrow.buffers()
        bounds = np.frombuffer(offsets, np.int64)[: len(texts) + 1] + 1
        # White space before the first, so that each token has an edge on both sides; and room for two times eight bytes after the last.
        padded = np.full(int(bounds[-1]) + 2 * _EIGHT, ord(" "), np.uint8)
        padded[1 : bounds[-1]] = np.frombuffer(data, np.uint8)[: bounds[-1] - 1] if data is not None else ()
        is_space = _is_space(padded)
        edges = np.flatnonzero(is_space[1:] != is_space[:-1]) + 1
        # Where one sentence ends and the next begins with no white space between.
        joints = np.unique(bounds[~(is_space[bounds - 1] | is_space[bounds])])
        starts, ends = (np.insert(own, np.searchsorted(own, joints), joints) for own in (edges[::2], edges[1::2]))
        return Cut(padded[1 : bounds[-1]], bounds[1:] - 1, self._numbered(padded, starts, ends), np.searchsorted(starts, bounds))

    def _numbered(self, padded: Bytes, starts: Integers, ends: Integers) -> Integers:
        lengths = ends - starts
        first = first_bytes(padded, starts, lengths)
        rest = lengths.astype(np.uint64) << _TOP
        long = np.flatnonzero(lengths > _EIGHT)
        rest[long] |= first_bytes(padded, starts[long] + _EIGHT, lengths[long] - _EIGHT, LONGEST - _EIGHT)
        own, other = self._tables
        found, is_known = own.of(first, rest)
        missing = np.flatnonzero(~is_known | (lengths > LONGEST))
        if len(missing):
            found[missing], is_known = other.of(first[missing], rest[missing])
            missing = missing[~is_known | (lengths[missing] > LONGEST)]
        if len(missing):
            whole = padded.tobytes()
            asked = zip(starts[missing].tolist(), ends[missing].tolist(), strict=True)
            found[missing] = [self._number_of(whole[start:end].decode()) for start, end in asked]
            missing = missing[lengths[missing] <= LONGEST]
            left = own.add(first[missing], rest[missing], found[missing])
            other.put(first[missing[left]], rest[missing[left]], found[missing[left]])
        return found


class _Table:
    """Numbers of tokens by two numbers that are made of their bytes; one at each place."""

    def __init__(self, spread: tuple[int, int]) -> None:
        self._spread = [np.uint64(number) for number in spread]
        self._first, self._rest = (np.zeros(1 << _TABLE_BITS, np.uint64) for _ in range(2))
        self._numbers = np.zeros(1 << _TABLE_BITS, np.int64)

    def _places(self, first: Hashes, rest: Hashes) -> Hashes:
        return ((first ^ rest * self._spread[0]) * self._spread[1]) >> np.uint64(64 - _TABLE_BITS)

    def of(self, first: Hashes, rest: Hashes) -> tuple[Integers, npt.NDArray[np.bool_]]:
        """Numbers, and whether they are those of the tokens."""
        places = self._places(first, rest)
        return self._numbers[places], (self._first[places] == first) & (self._rest[places] == rest)

    def put(self, first: Hashes, rest: Hashes, numbers: Integers) -> None:
        """Note the numbers of tokens, in the place of others; of several for one place the last stays."""
        places = self._places(first, rest)
        self._first[places], self._rest[places], self._numbers[places] = first, rest, numbers

    def add(self, first: Hashes, rest: Hashes, numbers: Integers) -> Integers:
        """Note the numbers of tokens where no other stands; returns which of them found no place."""
        free = self._rest[self._places(first, rest)] == 0
        self.put(first[free], rest[free], numbers[free])
        return np.flatnonzero(~self.of(first, rest)[1])


def _is_space(padded: Bytes) -> npt.NDArray[np.bool_]:
    """Which bytes are of white space."""
    found = (padded - np.uint8(0x09) <= 4) | (padded - np.uint8(0x1C) <= 4)  # noqa: PLR2004 - tab to carriage return, file separator to space
    is_lead = padded == _LEADS[0]
    for lead in _LEADS[1:]:
        is_lead |= padded == lead
    leads = np.flatnonzero(is_lead)
    if len(leads):
        codes = (padded[leads].astype(np.int64) << 16) | (padded[leads + 1].astype(np.int64) << 8) | padded[leads + 2]
        two, three = leads[np.isin(codes >> 8, _TWO)], leads[np.isin(codes, _THREE)]
        for at in (two, two + 1, three, three + 1, three + 2):
            found[at] = True
    return found
