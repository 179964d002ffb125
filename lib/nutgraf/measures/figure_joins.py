"""Numbers side by side: what one of two that are joined says of the other.

A reason to leave a number out goes over ("2 and 3 March", "pages 4 to 7"), and of a range both ends get the unit and the scale that only one
has ("5 to 10 per cent", "2-3 million").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from nutgraf.measures import figure_patterns as around
from nutgraf.measures import numerals

#: Reasons that go over to a number that is joined on: "2 and 3 March", "pages 4 to 7".
DATE, TIME, ITEM, ITEMS, PHONE, CODE, YEAR, PART = "date", "time", "item", "items", "phone", "code", "year", "part"


@dataclass(slots=True)
class Number:
    """A number in a text while it is read: its place, value and unit, and why it is no figure if it is none."""

    start: int
    end: int
    value: Decimal
    rule: str  # digits or words
    label: str = "count"
    unit: str = ""  # %, points, or the sign of a currency
    scale: int = 1  # what "million" and the like made of it
    is_soft: bool = False  # "one" and "zero": figures with a unit only
    is_plain: bool = False  # digits alone, without separators
    until: int = 0  # where the reading ended, words of a unit among it
    why: str = ""

    @property
    def text(self) -> str:
        """The value as it is stored.

        >>> Number(0, 3, Decimal("3.0"), "digits", "share", "%").text
        '3 %'
        """
        number = numerals.written(self.value)
        if self.label == "money":
            return f"{self.unit} {number}".lstrip()
        return f"{number} {self.unit}".rstrip()


def join(low: str, last: int, numbers: Sequence[Number]) -> None:
    """What one of two joined numbers says of the other; the numbers are changed.

    Args:
        low: The folded text.
        last: Where the sentence ends.
        numbers: All numbers of the sentence in text order, figures or not.
    """
    pairs = [(one, other) for one, other in zip(numbers, numbers[1:], strict=False) if other.start - one.until <= 10]
    for one, other in pairs:
        gap = low[one.until : other.start]
        found = around.JOIN.fullmatch(gap)
        if one.why and not other.why:
            other.why = _goes_on(low, last, one, other, gap, found)
        elif gap == " in " and one.value == 1 and not one.unit and not other.unit:
            one.why = other.why = PART
        elif found and found["dash"] and one.label == "money" and other.label == "count" and not other.why:
            other.label, other.unit, other.rule = "money", one.unit, other.rule + ", range"
    for one, other in reversed(pairs):
        gap = low[one.until : other.start]
        found = around.JOIN.fullmatch(gap)
        is_pair = bool(found) and (not found["list"] or gap == " and ")  # type: ignore[index]
        if is_pair and other.why and not one.why and one.label == "count":
            if (other.why == DATE and one.is_plain and one.value <= 31) or (other.why == TIME and one.value <= 24):
                one.why = other.why
            elif other.why == YEAR and one.is_plain and one.value >= 1000:
                one.why = YEAR
        elif is_pair and not one.why and not other.why:
            if gap != " and " or low.startswith("between ", max(0, one.start - 8)):
                _share_unit(one, other)


def _goes_on(low: str, last: int, one: Number, other: Number, gap: str, found: re.Match[str] | None) -> str:
    """The reason of a number that goes over to the next; empty where it does not."""
    if one.why == PHONE:
        return PHONE if other.rule == "digits" and not other.unit and around.PHONE_JOIN.fullmatch(gap) else ""
    if one.why == CODE:
        return CODE if gap in ("-", "\u2010", "\u2011", "\u2013", ".", ",", "/", ":") else ""
    if one.why == TIME and gap.endswith(" past "):
        return TIME
    if not found or other.unit or other.scale > 1:
        return ""
    is_noun = found["list"] and around.NOUN_AFTER.match(low, other.end, last)
    if one.why == DATE and other.is_plain and not is_noun and (other.value <= 31 or (gap == ", " and 1000 <= other.value <= 2099)):
        return DATE
    if one.why == ITEMS or (one.why == ITEM and not found["list"]):
        return "" if is_noun else one.why
    if one.why == TIME and not found["list"] and other.value <= 24:
        return TIME
    return YEAR if one.why == YEAR and found["dash"] and other.is_plain and other.value <= 99 else ""


def _share_unit(one: Number, other: Number) -> None:
    """Give the first end of a range the scale and unit that only the second has: "2 to 3 million crowns"."""
    before = one.value, one.label
    if other.scale > 1 and one.scale == 1 and one.label in ("count", other.label) and 0 < one.value < 1000 and one.value <= other.value / other.scale:
        one.value, one.scale = one.value * other.scale, other.scale
    if one.label == "count" and other.label != "count":
        one.label, one.unit = other.label, other.unit
    if (one.value, one.label) != before:
        one.rule += ", range"
