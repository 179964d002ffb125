"""Runs of capitals that are one name by what stands between them: "of", "for", "and", a possessive, a dash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nutgraf.reading.name_tokens import Word
from nutgraf.reading.name_words import countries_and_cities
from nutgraf.reading.name_words import words as listed

_OFFICES = ("department", "ministry", "office", "committee", "institute", "centers", "centres", "bureau", "agency")


@dataclass(slots=True)
class Run:
    """Words `first` to `last` (exclusive) of a stretch, and the characters they take; `is_joined` when "of" or a possessive stands inside."""

    first: int
    last: int
    start: int
    end: int
    is_joined: bool = False


def joined(text: str, words: Sequence[Word], runs: Iterator[Run]) -> list[Run]:
    """Runs with what "of" and "for" bring in, where the first is such as a university, and with a possessive inside of them."""
    found: list[Run] = []
    for run in runs:
        before = found[-1] if found else None
        is_one = before is not None and any(rule(text, words, before, run) for rule in (_is_of, _is_owned, _is_field))
        if is_one and before is not None:
            found[-1] = Run(before.first, run.last, before.start, run.end, is_joined=True)
        else:
            found.append(run)
    return found


def _is_of(text: str, words: Sequence[Word], left: Run, right: Run) -> bool:
    """Whether two runs are one name by "of", "for" or "and": "Institute of Alpine Botany", "Department of Health and Care"."""
    between = " ".join(word.lower for word in words[left.last : right.first])
    if text[left.end : right.start] == "–" and words[right.last - 1].lower in listed("buildings", "heads"):
        return True  # "Abuja–Kaduna Expressway"
    if not between and text[left.end : right.start] == ", " and left.is_joined and words[left.first].lower in _OFFICES:
        # "Department for Environment, Food and Rural Affairs"
        return words[right.last - 1].lower in listed("neighbours", "fields") and text[right.end :].startswith((" and ", ", "))
    if text[left.end : right.start].strip().lower() != between:
        return False
    if " ".join(word.lower for word in words[left.first : right.last]) in countries_and_cities():
        return True  # "Port of Spain", "Trinidad and Tobago"
    head, size = words[left.last - 1], left.last - left.first
    if between in ("of", "of the", "for", "for the"):
        before_of = listed("places", "before_of") | listed("buildings", "before_of")
        if between == "of" and head.lower in before_of and size <= 3 and not head.is_possessive:
            return True
        pair = f"{words[left.last - 2].lower} {head.lower}" if size > 1 else ""
        return bool({head.lower, pair} & listed("organisations", "before_of")) and head.lower not in listed("titles")
    return between == "and" and left.is_joined and words[left.first].lower in _OFFICES and right.last - right.first <= 2


def _is_field(text: str, words: Sequence[Word], left: Run, right: Run) -> bool:
    """Whether "and" joins two fields of one office: "the Competition and Markets Authority"."""
    if text[left.end : right.start] != " and " or right.last - right.first < 2:
        return False
    if words[right.last - 1].lower not in listed("organisations", "offices"):
        return False
    if words[left.last - 1].lower in listed("neighbours", "fields"):
        return True  # "West Yorkshire Fire and Rescue Service"
    return left.first > 0 and left.last - left.first <= 2 and words[left.first - 1].lower == "the"


def _is_owned(text: str, words: Sequence[Word], left: Run, right: Run) -> bool:
    """Whether a possessive stands inside of one name: "Hill Farmers' Guild", "St Brannoc's Church", "Pecan County Sheriff's Office"."""
    gap, owner = text[left.end : right.start], words[left.last - 1]
    if left.last != right.first or gap not in ("' ", "’ ", "'s ", "’s ") or not owner.is_possessive:
        return False
    if words[right.last - 1].lower not in listed("organisations", "heads") | listed("buildings", "heads"):
        return False
    is_alone = left.last - left.first == 1 and words[left.first].lower not in countries_and_cities()
    return len(gap) == 2 or owner.lower in listed("titles") or words[left.first].lower in ("st", "saint") or is_alone
