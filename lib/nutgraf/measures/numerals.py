"""Numerals: what a number says, in whatever way it is written, as an exact decimal and as one text.

Digits with separators, the words of English cardinals, and the one spelling in which two outlets' figures can be compared. Nothing is
known here of what a number counts or whether it counts at all (`nutgraf.measures.figures`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

UNITS = {word: n for n, word in enumerate("one two three four five six seven eight nine".split(), 1)}
TEENS = {word: n for n, word in enumerate("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), 10)}
TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)} | {"fourty": 40}
SCALES = {"thousand": 10**3, "lakh": 10**5, "million": 10**6, "crore": 10**7, "billion": 10**9, "trillion": 10**12}
_SMALL = UNITS | TEENS | TENS
#: Words that a number can be made of; "zero" stands alone.
WORDS = (*_SMALL, *SCALES, "hundred", "zero")
#: Longer numbers are codes.
_MOST_DIGITS, _MOST_DECIMALS = 15, 9
_MOST_CHARACTERS = 40
_POINTED = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}|[0-9]+)(?:\.([0-9]+))?")
_SPACES = re.compile("[ '\u00a0\u2009\u202f]")
_SWAPPED = str.maketrans(".,", ",.")


class Token(NamedTuple):
    """A number word, and whether "and" stands before it."""

    word: str
    start: int
    end: int
    is_added: bool


class Spelled(NamedTuple):
    """A number in words: what it is, and how many tokens it takes. ``value`` is None for a year such as "nineteen eighty-four"."""

    value: Decimal | None
    n_tokens: int


def of_digits(written: str, *, is_comma_decimal: bool = False) -> Decimal | None:
    """The number that digits with their separators give; None where they are no number, or a code.

    Args:
        written: Digits, commas, full stops and spaces.
        is_comma_decimal: Whether the comma comes before decimals, as in German.

    >>> of_digits("1,900.50"), of_digits("1.900,5", is_comma_decimal=True), of_digits("4.2.1")
    (Decimal('1900.50'), Decimal('1900.5'), None)
    """
    if len(written) > _MOST_CHARACTERS:
        return None
    plain = _SPACES.sub("", written)
    found = _POINTED.fullmatch(plain.translate(_SWAPPED) if is_comma_decimal else plain)
    if not found:
        return None
    whole, decimals = found[1].replace(",", ""), found[2] or ""
    if len(whole) > _MOST_DIGITS or len(decimals) > _MOST_DECIMALS:
        return None
    return Decimal(f"{whole}.{decimals}") if decimals else Decimal(whole)


def of_words(tokens: Sequence[Token], at: int = 0) -> Spelled:
    """The number that begins at a token. It takes as many words as make one number: "two three" are two.

    The first token must be no scale: whoever reads "a million" puts ``one`` in the place of "a".

    >>> two_hundred_and_twelve = [Token("two", 0, 3, False), Token("hundred", 4, 11, False), Token("twelve", 16, 22, True)]
    >>> of_words(two_hundred_and_twelve)
    Spelled(value=Decimal('212'), n_tokens=3)
    """
    if tokens[at].word == "zero":
        return Spelled(Decimal(0), 1)
    total, least, place = 0, 10**15, at
    while True:
        value, after = _below_thousand(tokens, place)
        if place == at and 16 <= value <= 20 and _is_rest_of_year(tokens, after):
            return Spelled(None, after + 1 + _n_below_hundred(tokens, after + 1) - at)
        scale = SCALES.get(tokens[after].word, 0) if after < len(tokens) and not tokens[after].is_added else 0
        if scale and scale >= least:  # "two million three million": the second is a number of its own
            return Spelled(Decimal(total), place - at)
        total += value * (scale or 1)
        place = after + bool(scale)
        if not scale or place >= len(tokens) or tokens[place].word not in _SMALL:
            return Spelled(Decimal(total), place - at)
        least = scale


def _n_below_hundred(tokens: Sequence[Token], at: int) -> int:
    """How many more tokens the number below a hundred takes of which one was read."""
    return int(at < len(tokens) and tokens[at - 1].word in TENS and tokens[at].word in UNITS and not tokens[at].is_added)


def _is_rest_of_year(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and not tokens[at].is_added and (tokens[at].word in TENS or tokens[at].word in TEENS)


def _below_hundred(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    more = _n_below_hundred(tokens, at + 1)
    return _SMALL[tokens[at].word] + (UNITS[tokens[at + 1].word] if more else 0), at + 1 + more


def _below_thousand(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    value, after = _below_hundred(tokens, at)
    if after < len(tokens) and tokens[after].word == "hundred" and not tokens[after].is_added:
        value, after = value * 100, after + 1
        if after < len(tokens) and tokens[after].word in _SMALL:
            rest, end = _below_hundred(tokens, after)
            if end == len(tokens) or tokens[end].word != "hundred" or tokens[end].is_added:
                return value + rest, end
    return value, after


def written(value: Decimal) -> str:
    """A number as text: commas between thousands, decimals without zeros at their end.

    >>> written(Decimal("1.9") * 10**9), written(Decimal("-4.50"))
    ('1,900,000,000', '-4.5')
    """
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
