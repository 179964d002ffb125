"""Where a name begins and ends within a run of capitals: titles, articles, adjectives and letters after a name stay outside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nutgraf.reading.capitals import Common, Line
from nutgraf.reading.name_joins import Run
from nutgraf.reading.name_tokens import Word
from nutgraf.reading.name_words import countries_and_cities
from nutgraf.reading.name_words import words as listed

_SOMEBODY = re.compile(r"(?:[a-z]{3}(?:er|or|ist|ian|ant)|man|woman|gran|grandad)$")


def names_in(text: str, line: Line, lowered: frozenset[str], common: Common) -> Iterator[Run]:
    """The runs of a line, cut to names; several of one run where a title stands inside of it.

    Args:
        text: The whole text.
        line: A stretch with its runs.
        lowered: Words that the text writes without a capital somewhere.
        common: Whether a word in lower case stands in a dictionary.
    """
    for run in line.runs:
        yield from _cut(text, line.words, run, lowered, common)


def _cut(text: str, words: Sequence[Word], run: Run, lowered: frozenset[str], common: Common) -> Iterator[Run]:
    first, last = run.first, run.last
    head = words[last - 1].lower
    heads = listed("organisations", "heads") | listed("buildings", "heads") | listed("organisations", "legal")
    is_thing = run.is_joined or head in heads
    while first < last and words[first].text.lower() in ("the", "a", "an") and (words[first].is_first or last - first == 1):
        if words[first].text == "An" and last - first > 1 and words[first + 1].lower in listed("neighbours", "firsts_of_organisations"):
            break  # Irish for "the", and part of a name
        first += 1
    if last - first > 2 and (words[first].lower, words[first + 1].lower) in (("tan", "sri"), ("det", "con")):
        first += 2  # titles of two words, of which one is a name too
    while first < last - 1 and words[first].lower in listed("labels") - listed("labels", "names_too") and not words[first + 1].text.isdigit():
        first += 1
    if last - first > 1 and words[first].is_first and (_is_stranger(text, words, first, last, common, is_thing=is_thing)):
        first += 1
    while last > first and words[last - 1].lower in listed("adjectives"):
        last -= 1
    if not is_thing:
        first = _after_adjectives(words, first, last)
        split = _last_title(words, first, last)
        if split is not None:
            left = split
            while left > first and _is_title(words[left - 1]):
                left -= 1
            if left > first:
                yield from _cut(text, words, _run(text, words, first, left), lowered, common)
            first = split + 1
        first = _after_titles(words, first, last, lowered)
        first = _after_office(words, first, last, common)
        if last - first == 1 and _is_title(words[first]):
            return
        while last - first > 2 and words[last - 1].lower in listed("suffixes", "outside") and words[last - 1].text.isupper():
            last -= 1
    shouted = last - first > 1 and all(len(word.text) > 2 and word.text.isupper() and common(word.lower) for word in words[first:last])
    is_kicker = shouted and text[words[last - 1].end : words[last - 1].end + 2] == ": "  # "BAY WATCH: …"
    if first >= last or (shouted and (is_kicker or not is_thing)):
        return  # nothing, or "THIS SECTION"
    if first == run.first and first and last - first > 1 and head in listed("organisations", "press"):
        before = words[first - 1]
        first -= before.text == "The" and before.is_first  # newspapers write their article
    yield _run(text, words, first, last, is_joined=run.is_joined)


def _is_title(word: Word) -> bool:
    return word.lower in listed("titles") and word.lower not in listed("given")


def _is_stranger(text: str, words: Sequence[Word], first: int, last: int, common: Common, *, is_thing: bool) -> bool:
    """Whether a sentence begins with a common word before a name: "Comics Robyn Dale and …", "Compare Cape Town, …"."""
    word, after = words[first], words[first + 1]
    if not common(word.lower) or word.lower in listed("particles") | listed("given"):
        return False
    if " ".join(one.lower for one in words[first + 1 : last]) in countries_and_cities():
        return not word.tag.startswith("NNP") and " ".join(one.lower for one in words[first:last]) not in countries_and_cities()
    if is_thing:
        return word.lower in listed("neighbours", "bodies") and last - first > 2
    if last - first < 3:
        return False
    if word.lower in listed("neighbours", "bodies"):
        return True
    if _SOMEBODY.search(word.lower) and len(word.lower) > 5:  # "Greenkeeper Ron Dale, 74"
        return True
    if word.tag == "NNP":
        return False
    return (after.lower in listed("given") or not common(after.lower)) and "&" not in text[word.start : words[last - 1].end]


def _after_adjectives(words: Sequence[Word], first: int, last: int) -> int:
    """Where a name begins after "Norwegian"; of "Northern Surveys" and "Northern Ireland" it is part."""
    while first < last and words[first].lower in listed("adjectives") and not words[first].is_possessive:
        if " ".join(word.lower for word in words[first:last]) in countries_and_cities():
            return first
        if last - first == 2 and words[first + 1].lower not in listed("titles") | listed("given"):
            return first
        first += 1
    return first


def _last_title(words: Sequence[Word], first: int, last: int) -> int | None:
    """The last title that stands before somebody's name in a run: "Norshire Police Inspector Ida Moen"."""
    for at in range(last - 2, first - 1, -1):
        if _is_title(words[at]) and words[at].lower not in listed("titles", "names_too"):
            return at
    return None


def _after_titles(words: Sequence[Word], first: int, last: int, lowered: frozenset[str]) -> int:
    """Where a name begins after titles, and after a first word that the text writes small elsewhere."""
    while first < last - 1 and _is_title(words[first]):
        is_titled = first > 0 and words[first - 1].lower in listed("titles")
        if words[first].lower in listed("titles", "names_too") and not words[first].is_first and not is_titled:
            break
        first += 1
    while first < last - 1 and words[first].is_first and words[first].tag != "NNP" and words[first].lower in lowered:
        if words[first].lower in listed("given") | listed("particles") or len(words[first].lower) == 1:
            break
        first += 1
    return first


def _after_office(words: Sequence[Word], first: int, last: int, common: Common) -> int:
    """Where a name begins after what a title is of: "Secretary of State Ida Moen", "Commissioner for Works Ida Moen"."""
    if first < 2 or words[first - 1].lower not in ("of", "for") or not _is_title(words[first - 2]) or not words[first - 2].is_capital:
        return first
    while last - first > 2 and common(words[first].lower) and words[first].lower not in listed("given"):
        first += 1
    return first


def _run(text: str, words: Sequence[Word], first: int, last: int, *, is_joined: bool = False) -> Run:
    start, end = words[first].start, words[last - 1].end
    if last - first == 1 and words[first].is_possessive and text[end : end + 2] in ("'s", "’s") and text[end + 2 : end + 3] in (",", ".", ";", ")"):
        end += 2  # a shop such as Papa's
    if words[first].text.startswith("ex-") and words[first].text[3:4].isupper():
        start += 3
    if last - first == 2 and words[first].lower == "st" and words[last - 1].is_possessive and text[end : end + 2] in ("'s", "’s"):
        end += 2  # St Brannoc's
    return Run(first, last, start, end, is_joined)
