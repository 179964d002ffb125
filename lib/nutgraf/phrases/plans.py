"""Where phrases are looked for: the anchor of each, and what else must stand beside it.

An anchor is a place of a phrase with few and rare words. A plan says what must follow it and come before it; what is known of the words right
beside it lets a search (`nutgraf.phrases.search`) pass over most places without trying a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from nutgraf.phrases.language import SEPARATOR, SPECIAL, Element, alternation, follow, regex

#: By how many of its first letters a search knows a stem, and a word; of longer ones the pattern decides.
STEM_LETTERS, WORD_LETTERS = 8, 15
#: By how many letters it knows a stem beside an anchor; a shorter one says nothing.
BESIDE_LETTERS = 3
_RUN = re.compile(r"\w+\*?")
#: Words so common in news that a phrase is rather found by another of its words: more than 1.5 in a thousand, and more than 0.35. They
#: change speed and never a result.
_VERY_COMMON = frozenset(
    """a about after all also an and are as at be been but by for from had has have he her his house i if in is it it's its
    more mr new no not of on one or out people president said she some state than that the their there they this to up
    was we were what when which who will with would you""".split()
)
_COMMON = frozenset(
    """according act action administration advertisement against already among another any around asked back because before
    being between big black border both business called came campaign can candidate candidates caption care case change
    clear come committee congress conservative control could country court day days deal debate decision democratic
    democrats department did didn't director do does doesn't don't down during early election end even every fact far
    fbi federal few first foreign former found four friday general get go going good government group groups gun he's
    health help here hide high him home how however i'm immigration including information intelligence into
    investigation issue issues just justice keep know last later law leader leaders least left legal less life like
    likely long lot made majority make making many may me media meeting members might military million monday money
    month months most move much must my national need never news next now number off office officials only other our
    over own part party past percent photos plan point police policy political politics post power presidential press
    process public put r race really recent report reported republican republicans right rights same say saying says
    second secretary security see sen senate should show since so social statement states still story such support
    system take tax that's them then there's these things think those though three through thursday time times told too
    took top trade tuesday two under united us use used very vote voters want war washington way we're wednesday week
    well where whether while white why win without women work working world year years yet your""".split()
)


class Try(NamedTuple):
    """What to try where an anchor stands: what must follow it, and what must come before it, with how far to look back."""

    index: int
    after: re.Pattern[str] | None
    is_whole: bool  # ``after`` begins with the anchor itself
    before: re.Pattern[str] | None
    reach: int
    is_cased: bool


class Plan(NamedTuple):
    """A `Try` whose patterns are not compiled yet, since most never are asked, and the words by which a search finds it.

    Attributes:
        anchor: Letters and digits in a row, the first of many; a stem ends in ``*``; ``#`` a number, ``$`` an amount.
        nexts: What the next such row may be; empty when it may be any, or none.
        lasts: The same of the row before.
    """

    index: int
    anchor: str
    after: str
    is_whole: bool
    before: str
    reach: int
    is_cased: bool
    nexts: frozenset[str]
    lasts: frozenset[str]

    def compiled(self) -> Try:
        """What to try."""
        after = _compile(self.after, self.is_cased) if self.after else None
        before = _compile(self.before, self.is_cased) if self.before else None
        return Try(self.index, after, self.is_whole, before, self.reach, self.is_cased)


@cache
def _compile(source: str, is_cased: bool) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE if is_cased else 0)


def plans(index: int, elements: tuple[Element, ...]) -> Iterator[Plan]:
    """The anchors of a phrase, each with what to try there.

    Args:
        index: The number of the phrase.
        elements: Its places, as `nutgraf.phrases.language.parse` gives them.
    """
    places = [i for i, element in enumerate(elements) if not element.gap and "@name" not in element.special]
    place = min(places, key=lambda i: (_commonness(elements[i]) * (1.5 if i else 1), i))
    is_cased = any("@name" in element.special for element in elements)
    head, anchor_place, rest = elements[:place], elements[place], elements[place + 1 :]
    before, reach, lasts = "", 0, frozenset[str]()
    if head:
        before = rf"\b{regex(head)}{'' if head[-1].gap else SEPARATOR}\Z"
        reach = 26 * sum(element.gap or 1 + max((word.count(" ") for word in element.words), default=0) for element in head)
        lasts = _rows(head[-1], -1)
    after, nexts = follow(rest), _rows(rest[0], 0) if rest else frozenset[str]()
    by_anchor: dict[str, list[str]] = {}
    for word in anchor_place.words:
        if row := _RUN.match(word):
            by_anchor.setdefault(_known_by(row.group()), []).append(word)
    for anchor, words in by_anchor.items():
        if words == [anchor] and len(anchor) <= WORD_LETTERS:
            yield Plan(index, anchor, after, False, before, reach, is_cased, nexts, lasts)
        else:
            seconds = [_known(_RUN.findall(word)[1:2]) or nexts for word in words]
            known = frozenset[str]().union(*seconds) if all(seconds) else frozenset[str]()
            yield Plan(index, anchor, alternation(tuple(words)) + after, True, before, reach, is_cased, known, lasts)
    for special in anchor_place.special:
        yield Plan(index, special[0], SPECIAL[special] + after, True, before, reach, is_cased, frozenset(), lasts)


def _rows(element: Element, place: int) -> frozenset[str]:
    """The first or last rows of letters of what may stand in a place; empty when that is not known."""
    if element.gap or element.special:
        return frozenset()
    return _known([_RUN.findall(word)[place] for word in element.words])


def _known(rows: Sequence[str]) -> frozenset[str]:
    return frozenset(rows) if all(len(row) > BESIDE_LETTERS or not row.endswith("*") for row in rows) else frozenset()


def _known_by(row: str) -> str:
    stem = row.removesuffix("*")
    return stem[:STEM_LETTERS] + "*" if row.endswith("*") else stem[: WORD_LETTERS + 1]


@lru_cache(maxsize=1024)
def _commonness(element: Element) -> float:
    first = {word.split(" ")[0] for word in element.words}
    return 20 * len(first & _VERY_COMMON) + 3 * len(first & _COMMON) + 0.1 * len(first) + 30 * len(element.special)
