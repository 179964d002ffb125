"""Phrases: a small language for cues that a coder can read, compiled into word lookups and short regular expressions.

``accuse+`` is a word in its regular forms, ``hypocri*`` every word that begins so, ``row|spat over`` a choice for one place, ``{kin}`` a
class of the codebook, ``ran_away|fled`` joins words within one choice, ``..3`` up to three words between, ``#`` a number,
``$#`` an amount with its sign, ``@name`` a capitalised word.
A hyphen and a space are the same; case, curly marks and a possessive ``'s`` do not matter.

A text is searched once for the words that phrases begin with; only where one stands is the rest of its phrases tried. Every repeat is
bounded, so that no text makes a phrase slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from math import prod
from typing import NamedTuple

MAX_GAP = 8
MAX_ELEMENTS = 10
#: Gaps of one phrase multiply: this many ways of filling them at most.
MAX_FILLINGS = 100
_MAX_WAYS = 20_000
_MARKS = (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("\n", " "))
_SEPARATOR = r"(?:'s?)?[\s,\"'–—-]{1,4}"
_NUMBER = r"\d[\d.,]{0,15}"
_MONEY = r"[$£€]\s?\d[\d.,]{0,15}(?:\s?(?:million|billion|trillion|bn|m|k)\b)?"
_NAME = r"(?-i:[A-Z][\w.-]{0,30})"
_SPECIAL = {"#": _NUMBER, "$#": _MONEY, "@name": _NAME}
_WORD = re.compile(r"[a-zà-ÿ0-9&']+\Z")


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


class PhraseError(ValueError):
    """A phrase or pattern that cannot be used; the text says why."""


class Texts(NamedTuple):
    """A text folded for searching: ``cased`` with plain marks, ``low`` in lower case; offsets are those of the text itself."""

    cased: str
    low: str


def fold(text: str) -> Texts:
    """Fold marks and case without moving a character.

    >>> fold("“It’s”").low
    '"it\\'s"'
    """
    cased = text
    for mark, plain in _MARKS:
        cased = cased.replace(mark, plain)
    low = cased.lower()
    if len(low) != len(cased):  # some letters grow in lower case, such as İ
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in cased)
    return Texts(cased, low)


def inflections(word: str) -> set[str]:
    """Regular forms of a verb or noun; a form that English lacks finds nothing and harms nothing.

    >>> sorted(inflections("deny"))
    ['denied', 'denies', 'deny', 'denying']
    """
    if word.endswith("e"):
        return {word, word + "s", word + "d", word[:-1] + "ing"}
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return {word, word[:-1] + "ies", word[:-1] + "ied", word + "ing"}
    plural = "es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s"
    forms = {word, word + plural, word + "ed", word + "ing"}
    if re.search(r"[^aeiou][aeiou][bdglmnprt]\Z", word):
        forms |= {word + word[-1] + "ed", word + word[-1] + "ing"}
    return forms


class Element(NamedTuple):
    """One place of a phrase: the words, numbers, amounts or names that may stand there, or a gap."""

    words: tuple[str, ...] = ()  # lower case; several words joined by one space; a stem ends in *
    special: tuple[str, ...] = ()  # of #, $#, @name
    gap: int = 0


def parse(phrase: str, classes: Mapping[str, Sequence[str]]) -> tuple[Element, ...]:
    """Read a phrase into its elements.

    Raises:
        PhraseError: For what the language does not have, a class that is not there, or a phrase that begins with a gap.
    """
    elements = [_element(token, classes) for token in _tokens(phrase)]
    if not elements:
        raise PhraseError("phrase is empty")
    if len(elements) > MAX_ELEMENTS:
        raise PhraseError(f"phrase has more than {MAX_ELEMENTS} places: {phrase!r}")
    if elements[0].gap or "@name" in elements[0].special or elements[-1].gap:
        raise PhraseError(f"phrase begins or ends with a gap or begins with a name: {phrase!r}")
    if prod(element.gap + 1 for element in elements) > MAX_FILLINGS:
        raise PhraseError(f"gaps multiply to more than {MAX_FILLINGS} ways: {phrase!r}")
    return tuple(elements)


def _tokens(phrase: str) -> list[str]:
    """Split at white space; a hyphen between letters separates words too."""
    return re.sub(r"(?<=\w)-(?=\w)", " ", fold(phrase).low).split()


def _element(token: str, classes: Mapping[str, Sequence[str]]) -> Element:
    if re.fullmatch(r"\.\.\d", token):
        gap = int(token[2:])
        if not 0 < gap <= MAX_GAP:
            raise PhraseError(f"a gap spans 1 to {MAX_GAP} words: {token!r}")
        return Element(gap=gap)
    choices = token.split("|")
    special = tuple(choice for choice in choices if choice in _SPECIAL)
    return Element(tuple(sorted(expand([choice for choice in choices if choice not in _SPECIAL], classes))), special)


def expand(choices: Iterable[str], classes: Mapping[str, Sequence[str]], path: tuple[str, ...] = ()) -> set[str]:
    """All words of one place, classes opened and regular forms written out."""
    found: set[str] = set()
    for choice in choices:
        name = re.fullmatch(r"\{(\w+)\}", choice)
        if name:
            inside = name.group(1)
            if inside not in classes or inside in path:
                raise PhraseError(f"no class {{{inside}}}" if inside not in classes else f"class {{{inside}}} holds itself")
            for entry in classes[inside]:
                found |= _entry(entry, classes, (*path, inside))
        elif "_" in choice:
            found |= _entry(choice.replace("_", " "), classes, path)
        elif choice.endswith("+") and _WORD.match(choice[:-1]):
            found |= inflections(choice[:-1])
        elif _WORD.match(choice.removesuffix("*")) and len(choice) > choice.endswith("*") * 3:
            found.add(choice)
        else:
            raise PhraseError(f"cannot be read: {choice!r}")
    return found


def _entry(entry: str, classes: Mapping[str, Sequence[str]], path: tuple[str, ...]) -> set[str]:
    rows = [""]
    for token in _tokens(entry):
        words = expand(token.split("|"), classes, path)
        rows = [f"{row} {word}".strip() for row in rows for word in words]
    return set(rows)


def _source(element: Element) -> str:
    sources = [_SPECIAL[kind] for kind in element.special] + ([alternation(element.words)] if element.words else [])
    return sources[0] if len(sources) == 1 else f"(?:{'|'.join(sources)})"


@lru_cache(maxsize=2048)
def alternation(words: tuple[str, ...]) -> str:
    """One pattern for many words, as a tree of their letters, so that no choice is tried twice. Longest first."""
    return _tree(dict.fromkeys(words, ""))


def _tree(words: Mapping[str, str]) -> str:
    """One pattern for many words, each with what must follow its end."""
    root: dict = {}
    for word, suffix in words.items():
        node = root
        for letter in word.removesuffix("*"):
            node = node.setdefault(letter, {})
        node["end*" if word.endswith("*") else "end"] = suffix
    return _grow(root)


def _grow(node: dict) -> str:
    branches = []
    for key in sorted(key for key in node if len(key) == 1):
        letter = _SEPARATOR if key == " " else re.escape(key)
        branches.append(letter + _grow(node[key]))
    if "end" in node:
        branches.append(r"\b" + node["end"])
    if "end*" in node:
        branches.append(r"\w{0,20}\b" + node["end*"])
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def regex(elements: Sequence[Element]) -> str:
    """The pattern of a phrase or of a piece of one, to be matched where its first word begins."""
    parts, gap = [], ""
    for index, element in enumerate(elements):
        if element.gap:
            gap = _gap(element.gap)
            continue
        parts.append((_SEPARATOR + gap if index else "") + _source(element))
        gap = ""
    return "".join(parts) + (_SEPARATOR + gap if gap else "")


def _gap(words: int) -> str:
    return rf"(?:[\w.$£€%&'-]{{1,40}}[\s,\"–—-]{{1,4}}){{0,{words}}}?"


class Found(NamedTuple):
    """A phrase in a text, with the number under which it was given."""

    start: int
    end: int
    index: int


class _Try(NamedTuple):
    """What to try where an anchor stands: what must follow it, and what must come before it, with how far to look back."""

    index: int
    after: re.Pattern[str] | None
    is_whole: bool  # ``after`` begins with the anchor itself
    before: re.Pattern[str] | None
    reach: int
    is_cased: bool


class _Plan(NamedTuple):
    """A `_Try` whose patterns are not compiled yet; most anchors of a codebook never stand in a given text."""

    index: int
    after: str
    is_whole: bool
    before: str
    reach: int
    is_cased: bool
    initials: frozenset[str]  # first letters of the word after the anchor; empty when it may be any or none

    def compiled(self) -> _Try:
        after = _compile(self.after, self.is_cased) if self.after else None
        before = _compile(self.before, self.is_cased) if self.before else None
        return _Try(self.index, after, self.is_whole, before, self.reach, self.is_cased)


@cache
def _compile(source: str, is_cased: bool) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE if is_cased else 0)


class Matcher:
    """Find many phrases in one pass.

    Each phrase has an anchor, a place with few and rare words. The text is searched once for all anchors.

    Args:
        phrases: Phrases, each with the number that `Found.index` gives back.
    """

    def __init__(self, phrases: Iterable[tuple[int, tuple[Element, ...]]]) -> None:
        self._exact: dict[str, list[_Plan]] = {}
        self._stems: dict[str, list[_Plan]] = {}
        for index, elements in phrases:
            for anchor, plan in _plans(index, elements):
                home = self._stems if anchor.endswith("*") else self._exact
                home.setdefault(anchor.removesuffix("*"), []).append(plan)
        words = {word: _ahead(plans) for word, plans in self._exact.items() if word not in "#$"}
        words |= {stem + "*": _ahead(plans) for stem, plans in self._stems.items()}
        marks = [r"[$£€]"] * ("$" in self._exact) + [r"\b\d"] * ("#" in self._exact)
        sources = [r"\b" + _tree(words)] * bool(words) + marks
        self._anchors = re.compile("|".join(sources)) if sources else None
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._tries = lru_cache(maxsize=65_536)(self._look_up)

    def _look_up(self, word: str) -> tuple[_Try, ...]:
        key = "$" if word in "£€" else "#" if word.isdigit() else word
        plans = list(self._exact.get(key, ()))
        for length in self._lengths:
            plans += self._stems.get(key[:length], ()) if len(key) >= length else ()
        return tuple(dict.fromkeys(plan.compiled() for plan in plans))

    def find(self, texts: Texts, ranges: Sequence[tuple[int, int]]) -> list[list[Found]]:
        """Phrases that begin and end in one range, for each of some ranges in order that do not overlap."""
        found: list[list[Found]] = [[] for _ in ranges]
        if self._anchors is None or not ranges:
            return found
        place, (start, end) = 0, ranges[0]
        for hit in self._anchors.finditer(texts.low, start, ranges[-1][1]):
            begin, finish = hit.span()
            while begin >= end:
                place += 1
                start, end = ranges[place]
            if begin < start or finish > end:
                continue
            for index, after, is_whole, before, reach, is_cased in self._tries(hit.group()):
                text = texts.cased if is_cased else texts.low
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
                found[place].append(Found(first, last, index))
        return found


def _ahead(plans: Sequence[_Plan]) -> str:
    """What can be seen at once of all that may follow an anchor: the first letter of the next word, when it is known."""
    if not all(plan.initials for plan in plans):
        return ""
    return f"(?={_SEPARATOR}[{re.escape(''.join(sorted(set().union(*(plan.initials for plan in plans)))))}])"


def _plans(index: int, elements: tuple[Element, ...]) -> Iterator[tuple[str, _Plan]]:
    """The anchors of a phrase, each with what to try there."""
    places = [i for i, element in enumerate(elements) if not element.gap and "@name" not in element.special]
    place = min(places, key=lambda i: (_commonness(elements[i]) * (1.5 if i else 1), i))
    cased = any("@name" in element.special for element in elements)
    head, anchor_place, rest = elements[:place], elements[place], elements[place + 1 :]
    before, reach = "", 0
    if head:
        before = rf"\b{regex(head)}{'' if head[-1].gap else _SEPARATOR}\Z"
        reach = 26 * sum(element.gap or 1 + max((word.count(" ") for word in element.words), default=0) for element in head)
    after, initials = _follow(rest), frozenset[str]()
    if rest and not rest[0].gap and not rest[0].special:
        initials = frozenset(word[0] for word in rest[0].words)
    anchors: dict[str, list[str]] = {}
    for word in anchor_place.words:
        anchors.setdefault(word.split(" ")[0], []).append(word)
    for anchor, words in anchors.items():
        if words == [anchor]:
            yield anchor, _Plan(index, after, False, before, reach, cased, initials)
        else:
            yield anchor, _Plan(index, alternation(tuple(words)) + after, True, before, reach, cased, frozenset())
    for special in anchor_place.special:
        yield special[0], _Plan(index, _SPECIAL[special] + after, True, before, reach, cased, frozenset())


def _follow(rest: Sequence[Element]) -> str:
    """The pattern of what follows an anchor, from the character after it."""
    if rest and rest[0].gap:
        return _SEPARATOR + _gap(rest[0].gap) + regex(rest[1:])
    return _SEPARATOR + regex(rest) if rest else ""


@lru_cache(maxsize=1024)
def _commonness(element: Element) -> float:
    first = {word.split(" ")[0] for word in element.words}
    return 20 * len(first & _VERY_COMMON) + 3 * len(first & _COMMON) + 0.1 * len(first) + 30 * len(element.special)


def safe_pattern(source: str) -> re.Pattern[str]:
    """Compile a regular expression that no text can make slow.

    Refused are repeats without an upper bound, references back, and repeats whose bounds multiply to more than 20,000 ways of
    matching at one place: what a time limit would stop while it runs is stopped before.

    Raises:
        PhraseError: With what is wrong.
    """
    try:
        compiled = re.compile(source)
        tree = re._parser.parse(source)  # type: ignore[attr-defined]
    except (re.error, OverflowError, RecursionError) as error:
        raise PhraseError(f"pattern cannot be read: {error}") from error
    if compiled.match(""):
        raise PhraseError("pattern matches the empty text")
    if _ways(tree) > _MAX_WAYS:
        raise PhraseError("pattern could take too long: its repeats multiply")
    return compiled


def _ways(tree: Iterable) -> int:
    """An upper bound for the ways in which a parsed pattern can match at one place."""
    ways = 1
    for operation, argument in tree:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inside = argument
            if str(high) == "MAXREPEAT":
                raise PhraseError("pattern repeats without an upper bound: write {0,20} for * and {1,20} for +")
            inner = _ways(inside)
            ways *= (high - low + 1) * (inner ** min(high, 20) if inner > 1 else 1)
        elif name in ("GROUPREF", "GROUPREF_EXISTS", "GROUPREF_IGNORE"):
            raise PhraseError("pattern refers back to one of its groups")
        elif name == "SUBPATTERN":
            ways *= _ways(argument[3])
        elif name == "ATOMIC_GROUP":
            ways *= _ways(argument)
        elif name in ("ASSERT", "ASSERT_NOT"):
            ways *= _ways(argument[1])
        elif name == "BRANCH":
            ways *= sum(_ways(branch) for branch in argument[1])
        ways = min(ways, 10 * _MAX_WAYS)
    return ways
