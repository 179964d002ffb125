"""Finding many phrases in many texts at once.

Texts are cut into rows of letters and digits, all of them together and as numbers. Rows that are anchors (`nutgraf.phrases.plans`) are looked up, and
so is what must stand right before or after each; only where both fit are patterns tried. What is seen of neighbours saves time and changes no
result: an apostrophe, a gap or a number beside an anchor is left to the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nutgraf.arrays import FIRST_BYTES, first_bytes, runs
from nutgraf.phrases.language import Element, Found, Ranges, Texts
from nutgraf.phrases.plans import STEM_LETTERS, Plan, Try, plans

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Hashes = npt.NDArray[np.uint64]
    Flags = npt.NDArray[np.bool_]

#: Characters that are searched together: what belongs to them stays near the processor.
_AT_ONCE = 400_000
_BEYOND = re.compile(r"[^\x00-\xff\W]")
_SIGN = re.compile(r"[$£€]")
_IN_ROW = np.array([re.match(r"\w", chr(code)) is not None for code in range(256)])
#: Letters of a row that make its number: as many as a stem has at most, and as many again.
_EIGHT = STEM_LETTERS
_THREE = FIRST_BYTES[3]
#: Odd numbers without a pattern in their bits, by which numbers of rows and sets are spread.
_SPREAD, _SPREAD_REST, _SPREAD_SET, _SPREAD_STEM = (
    np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
)  # fmt: skip
_TABLE_BITS = 20
_ZERO, _NINE, _S, _APOSTROPHE = (ord(letter) for letter in "09s'")


class _Rows(NamedTuple):
    """Rows of letters and digits: where each begins and ends, its first eight letters, and the number of the first sixteen.

    ``is_open`` where a neighbour says nothing: the s of a possessive.
    """

    starts: Integers
    ends: Integers
    first: Hashes
    number: Hashes
    is_digit: Flags
    is_open: Flags


class _Pairs(NamedTuple):
    """Places with what to try there."""

    begins: Integers
    ends: Integers
    tries: Integers


class Matcher:
    """Find many phrases in one pass.

    Args:
        phrases: Phrases, each with the number that `Found.index` gives back.
    """

    def __init__(self, phrases: Iterable[tuple[int, tuple[Element, ...]]]) -> None:
        by_anchor: dict[str, dict[Plan, None]] = {}
        for index, elements in phrases:
            for plan in plans(index, elements):
                by_anchor.setdefault(plan.anchor, {})[plan] = None
        by_anchor = dict(sorted(by_anchor.items(), key=lambda item: item[0].endswith("*")))  # where two begin, words come before stems
        self._plans = [plan for own in by_anchor.values() for plan in own]
        self._tries: list[Try | None] = [None] * len(self._plans)
        counts = np.array([len(own) for own in by_anchor.values()], dtype=np.int64)
        self._counts, self._firsts = counts, np.cumsum(counts) - counts
        numbers = {anchor: number for number, anchor in enumerate(by_anchor)}
        self._number_sign, self._amount_sign = numbers.pop("#", None), numbers.pop("$", None)
        self._words = _Lookup({anchor: number for anchor, number in numbers.items() if not anchor.endswith("*")})
        self._stems = _StemLookup({anchor[:-1]: number for anchor, number in numbers.items() if anchor.endswith("*")})
        self._nexts = _Neighbours([plan.nexts for plan in self._plans])
        self._lasts = _Neighbours([plan.lasts for plan in self._plans])

    def find(self, texts: Sequence[tuple[Texts, Ranges]]) -> list[list[list[Found]]]:
        """Phrases in some ranges of each of some texts.

        Args:
            texts: Each with its ranges, in order and apart.

        Returns:
            For each text, for each range the phrases that begin and end in it, by where they or their anchors begin.
        """
        found: list[list[list[Found]]] = []
        for some in _portions(texts):
            found += self._find(some)
        return found

    def _find(self, texts: Sequence[tuple[Texts, Ranges]]) -> list[list[list[Found]]]:
        low, cased = ("\n".join(one) for one in zip(*((text.low, text.cased) for text, _ in texts), strict=True))
        offsets = np.cumsum([0, *(len(text.low) + 1 for text, _ in texts)])[:-1].tolist()
        of_text: list[list[list[Found]]] = [[[] for _ in ranges] for _, ranges in texts]
        places = [(start + offset, end + offset, offset) for offset, (_, ranges) in zip(offsets, texts, strict=True) for start, end in ranges]
        if not places or not self._plans:
            return of_text
        of_place = [found for ranges in of_text for found in ranges]
        starts, ends = np.array([place[0] for place in places]), np.array([place[1] for place in places])
        begins, finishes, tries = self._to_try(low)
        at = np.searchsorted(starts, begins, side="right") - 1
        within = np.flatnonzero((at >= 0) & (finishes <= ends[at]))
        for begin, finish, place, number in zip(
            begins[within].tolist(), finishes[within].tolist(), at[within].tolist(), tries[within].tolist(), strict=True
        ):
            index, after, is_whole, before, reach, is_cased = self._tries[number] or self._compiled(number)
            start, end, offset = places[place]
            text = cased if is_cased else low
            first, last = begin, finish
            if after:
                match = after.match(text, begin if is_whole else finish, end)
                if not match:
                    continue
                last = match.end()
            if before:
                match = before.search(text, max(start, begin - reach), begin)
                if not match:
                    continue
                first = match.start()
            of_place[place].append(Found(first - offset, last - offset, index))
        return of_text

    def _compiled(self, number: int) -> Try:
        made = self._tries[number] = self._plans[number].compiled()
        return made

    def _to_try(self, low: str) -> _Pairs:
        """Where anchors stand and their neighbours fit, in order."""
        rows = _rows(low)
        places, anchors = self._words.of(rows)
        found = [(places, anchors), *self._stems.of(rows)]
        if self._number_sign is not None:
            digits = np.flatnonzero(rows.is_digit)
            found.append((digits, np.full(len(digits), self._number_sign)))
        places, anchors = (np.concatenate(part) for part in zip(*found, strict=True))
        at, tries = runs(self._firsts[anchors], self._counts[anchors])
        places = places[at]
        fits = np.flatnonzero(self._nexts.fit(rows, places + 1, tries))
        fits = fits[self._lasts.fit(rows, places[fits] - 1, tries[fits])]
        places, tries = places[fits], tries[fits]
        begins, ends = rows.starts[places], rows.ends[places]
        if self._amount_sign is not None:
            signs = np.array([match.start() for match in _SIGN.finditer(low)], dtype=np.int64)
            anchors = np.full(len(signs), self._amount_sign)
            at, of_signs = runs(self._firsts[anchors], self._counts[anchors])
            begins, ends, tries = (
                np.concatenate(pair) for pair in ((begins, signs[at]), (ends, signs[at] + 1), (tries, of_signs))
            )  # fmt: skip
        order = np.lexsort((tries, begins))
        return _Pairs(begins[order], ends[order], tries[order])


class _Lookup:
    """Rows that are known, each with a number of its own."""

    def __init__(self, known: dict[str, int]) -> None:
        numbers = _rows("\n".join(known)).number
        order = np.argsort(numbers)
        self._known, self._of = numbers[order], np.array(list(known.values()), dtype=np.int64)[order]
        self._table = _table(self._known)

    def of(self, rows: _Rows) -> tuple[Integers, Integers]:
        """Places of rows that are known, and the number of each."""
        at = np.flatnonzero(self._table[_slots(rows.number)])
        place, is_same = _sought(self._known, rows.number[at])
        return at[is_same], self._of[place[is_same]]


class _StemLookup:
    """Rows that begin with one of some stems, of `STEM_LETTERS` at most."""

    def __init__(self, known: dict[str, int]) -> None:
        rows = _rows("\n".join(known))
        lengths, of = rows.ends - rows.starts, np.array(list(known.values()), dtype=np.int64)
        self._table = _table(rows.first & _THREE)
        self._by_length = []
        for letters in sorted(set(lengths.tolist())):
            own = np.flatnonzero(lengths == letters)
            own = own[np.argsort(rows.first[own])]
            self._by_length.append((FIRST_BYTES[letters], rows.first[own], of[own]))

    def of(self, rows: _Rows) -> Iterator[tuple[Integers, Integers]]:
        """Places of such rows, and the number of the stem of each."""
        at = np.flatnonzero(self._table[_slots(rows.first & _THREE)])
        for mask, known, of in self._by_length:
            place, is_same = _sought(known, rows.first[at] & mask)
            yield at[is_same], of[place[is_same]]


class _Neighbours:
    """What may stand beside an anchor, by the number of what is tried there."""

    def __init__(self, sets: Sequence[frozenset[str]]) -> None:
        number_of = {frozenset[str](): 0}
        self._set = np.array([number_of.setdefault(one, len(number_of)) for one in sets], dtype=np.uint64)
        entries = [(row, number) for one, number in number_of.items() for row in one]
        rows = _rows("\n".join(row.removesuffix("*") for row, _ in entries))
        numbers = np.array([number for _, number in entries], dtype=np.uint64)
        is_stem = np.array([row.endswith("*") for row, _ in entries], dtype=bool)
        words = _word_keys(rows.number[~is_stem], numbers[~is_stem])
        self._table = _table(np.concatenate([words, _stem_keys(rows.first[is_stem], numbers[is_stem])]))

    def fit(self, rows: _Rows, places: Integers, tries: Integers) -> Flags:
        """Whether the rows at some places may stand there, as far as can be seen."""
        sets = self._set[tries]
        found = sets == 0
        asked = np.flatnonzero(~found)
        places, sets = places[asked] % len(rows.number), sets[asked]  # what is before the first or after the last row is any
        is_word = self._table[_slots(_word_keys(rows.number[places], sets))]
        is_stem = self._table[_slots(_stem_keys(rows.first[places], sets))]
        found[asked] = is_word | is_stem | rows.is_open[places]
        return found


def _word_keys(numbers: Hashes, sets: Hashes) -> Hashes:
    return numbers ^ (sets * _SPREAD_SET)


def _stem_keys(first: Hashes, sets: Hashes) -> Hashes:
    return ((first & _THREE) * _SPREAD_STEM) ^ (sets * _SPREAD_SET)


def _table(numbers: Hashes) -> Flags:
    """A table that says of each number that is known, and of few others, that it may be."""
    table = np.zeros(1 << _TABLE_BITS, dtype=bool)
    table[_slots(numbers)] = True
    return table


def _slots(numbers: Hashes) -> Hashes:
    return (numbers * _SPREAD) >> np.uint64(64 - _TABLE_BITS)


def _sought(known: Hashes, numbers: Hashes) -> tuple[Integers, Flags]:
    """Where numbers stand among those that are known, in order, and whether they do."""
    place = np.minimum(np.searchsorted(known, numbers), max(0, len(known) - 1))
    return place, known[place] == numbers if len(known) else np.zeros(len(numbers), dtype=bool)


def _rows(low: str) -> _Rows:
    """Cut a text in lower case into rows of letters and digits."""
    if not low.isascii():
        low = _BEYOND.sub(lambda match: "0" if match.group().isdecimal() else "ª", low)  # a digit, or some letter that stands in no phrase
    # A space before and some after, so that each row has an edge on both sides and sixteen letters can be taken from where any begins.
    letters = b" " + low.encode("latin-1", "replace") + b" " * (2 * _EIGHT + 1)
    codes = np.frombuffer(letters, dtype=np.uint8)
    in_row = _IN_ROW[codes]
    edges = np.flatnonzero(in_row[1:] != in_row[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    lengths = ends - starts
    first = first_bytes(letters, starts, lengths)
    number, long = first.copy(), np.flatnonzero(lengths > _EIGHT)
    number[long] += first_bytes(letters, starts[long] + _EIGHT, lengths[long] - _EIGHT) * _SPREAD_REST
    one = codes[starts]
    is_open = (lengths == 1) & (one == _S) & (codes[starts - 1] == _APOSTROPHE)
    return _Rows(starts - 1, ends - 1, first, number, (one >= _ZERO) & (one <= _NINE), is_open)


def _portions(texts: Sequence[tuple[Texts, Ranges]]) -> Iterator[Sequence[tuple[Texts, Ranges]]]:
    """Texts in portions of about `_AT_ONCE` characters."""
    begin, length = 0, 0
    for place, (text, _) in enumerate(texts):
        length += len(text.low)
        if length >= _AT_ONCE:
            yield texts[begin : place + 1]
            begin, length = place + 1, 0
    if begin < len(texts):
        yield texts[begin:]
