"""Phrases: a small language for cues that a coder can read, compiled into word lookups and short regular expressions.

``accuse+`` is a word in its regular forms, ``hypocri*`` every word that begins so, ``row|spat over`` a choice for one place, ``{kin}`` a
class of the codebook, ``ran_away|fled`` joins words within one choice, ``..3`` up to three words between, ``#`` a number,
``$#`` an amount with its sign, ``@name`` a capitalised word.
A hyphen and a space are the same; case, curly marks and a possessive ``'s`` do not matter.

Every repeat is bounded, so that no text makes a phrase slow; `nutgraf.phrases.search` finds many of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import prod
from typing import NamedTuple

MAX_GAP = 8
MAX_ELEMENTS = 10
#: Gaps of one phrase multiply: this many ways of filling them at most.
MAX_FILLINGS = 100
_MAX_WAYS = 20_000
_MARKS = (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("\n", " "))
SEPARATOR = r"(?:'s?)?[\s,\"'–—-]{1,4}"
_NUMBER = r"\d[\d.,]{0,15}"
_MONEY = r"[$£€]\s?\d[\d.,]{0,15}(?:\s?(?:million|billion|trillion|bn|m|k)\b)?"
_NAME = r"(?-i:[A-Z][\w.-]{0,30})"
SPECIAL = {"#": _NUMBER, "$#": _MONEY, "@name": _NAME}
_WORD = re.compile(r"[a-zà-ÿ0-9&']+\Z")


class PhraseError(ValueError):
    """A phrase or pattern that cannot be used; the text says why."""


class Texts(NamedTuple):
    """A text folded for searching: ``cased`` with plain marks, ``low`` in lower case; offsets are those of the text itself."""

    cased: str
    low: str


#: Start and end of stretches of a text, in order and apart.
Ranges = Sequence[tuple[int, int]]


class Found(NamedTuple):
    """A phrase in a text, with the number under which it was given."""

    start: int
    end: int
    index: int


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
    special = tuple(choice for choice in choices if choice in SPECIAL)
    return Element(tuple(sorted(expand([choice for choice in choices if choice not in SPECIAL], classes))), special)


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
    sources = [SPECIAL[kind] for kind in element.special] + ([alternation(element.words)] if element.words else [])
    return sources[0] if len(sources) == 1 else f"(?:{'|'.join(sources)})"


@lru_cache(maxsize=2048)
def alternation(words: tuple[str, ...]) -> str:
    """One pattern for many words, as a tree of their letters, so that no choice is tried twice. Longest first."""
    root: dict = {}
    for word in words:
        node = root
        for letter in word.removesuffix("*"):
            node = node.setdefault(letter, {})
        node["end*" if word.endswith("*") else "end"] = {}
    return _grow(root)


def _grow(node: dict) -> str:
    branches = []
    for key in sorted(key for key in node if len(key) == 1):
        letter = SEPARATOR if key == " " else re.escape(key)
        branches.append(letter + _grow(node[key]))
    if "end" in node:
        branches.append(r"\b")
    if "end*" in node:
        branches.append(r"\w{0,20}\b")
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def regex(elements: Sequence[Element]) -> str:
    """The pattern of a phrase or of a piece of one, to be matched where its first word begins."""
    parts, gap = [], ""
    for index, element in enumerate(elements):
        if element.gap:
            gap = _gap(element.gap)
            continue
        parts.append((SEPARATOR + gap if index else "") + _source(element))
        gap = ""
    return "".join(parts) + (SEPARATOR + gap if gap else "")


def _gap(words: int) -> str:
    return rf"(?:[\w.$£€%&'-]{{1,40}}[\s,\"–—-]{{1,4}}){{0,{words}}}?"


def follow(rest: Sequence[Element]) -> str:
    """The pattern of what follows a place of a phrase, from the character after it."""
    if rest and rest[0].gap:
        return SEPARATOR + _gap(rest[0].gap) + regex(rest[1:])
    return SEPARATOR + regex(rest) if rest else ""


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
