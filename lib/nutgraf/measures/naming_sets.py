"""Sets of words for one thing: the carried ones, ``resources/naming.toml``, and a desk's own, ``data/decisions/naming.csv``.

A set has a neutral title ("People in the street") and two terms or more; each term is found by its phrases (`nutgraf.phrases`). A desk's file has the
columns ``set, term, phrase``, a row for each phrase; a set that has the title of a carried one takes its place.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from nutgraf.errors import InputError, ResourceError
from nutgraf.phrases import language
from nutgraf.resources import own

FILE = "naming.toml"
OWN_FILE = "naming.csv"
COLUMNS = ("set", "term", "phrase")
#: One term is no choice.
MIN_TERMS = 2
#: Longest title and term, in characters: they stand at the head of charts and of their columns.
LONGEST = {"set": 80, "term": 40}


class Phrase(NamedTuple):
    """A phrase as it is written, and as it is looked for."""

    written: str
    elements: tuple[language.Element, ...]


class NamingSet(NamedTuple):
    """Words for one thing: a neutral title, and the phrases of each term."""

    title: str
    terms: dict[str, tuple[Phrase, ...]]


@cache
def carried() -> tuple[NamingSet, ...]:
    """The sets that the package carries.

    Raises:
        ResourceError: When a set cannot be used.
    """
    found = []
    for table in tomllib.loads(own(FILE).read_text(encoding="utf-8"))["sets"]:
        title, terms, seen = table["title"], {}, set()
        for term, phrases in table["terms"].items():
            twice = seen & set(phrases)
            if twice or len(set(phrases)) < len(phrases):
                raise ResourceError(f"a phrase of “{title}” stands in it twice, in “{term}”", where=FILE, mend="keep it in one term")
            seen |= set(phrases)
            try:
                terms[term] = tuple(Phrase(phrase, language.parse(phrase, {})) for phrase in phrases)
            except language.PhraseError as error:
                raise ResourceError(f"“{term}” of “{title}”: {error}", where=FILE, mend="mend the phrase") from error
        if len(terms) < MIN_TERMS or any(one.title == title for one in found):
            raise ResourceError(f"“{title}” has fewer than {MIN_TERMS} terms, or stands there twice", where=FILE, mend="mend the set")
        found.append(NamingSet(title, terms))
    return tuple(found)


def read(content: str, where: str = f"data/decisions/{OWN_FILE}") -> tuple[NamingSet, ...]:
    """A desk's own sets from the text of its file.

    Args:
        content: The file's text: CSV with the columns set, term, phrase.
        where: What the file is called in an error.

    Raises:
        InputError: With the line, what is wrong there and how to mend it. A list that is read in part would count some words and not others.

    >>> [(one.title, list(one.terms)) for one in read("set,term,phrase\\nThe wall,sea wall,sea wall+\\nThe wall,barrier,barrier+\\n")]
    [('The wall', ['sea wall', 'barrier'])]
    """
    reader = csv.reader(content.lstrip("\ufeff").splitlines(), strict=True)
    sets: dict[str, dict[str, list[Phrase]]] = {}
    lines: dict[tuple[str, str], int] = {}
    first: dict[str, int] = {}
    try:
        header = tuple(cell.strip() for cell in next(reader, []))
        if header != COLUMNS:
            raise _wrong(f"line 1: the columns are {', '.join(header) or 'missing'}, and must be {', '.join(COLUMNS)}", where)
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            line = reader.line_num
            title, term, phrase = _row(row, line, where)
            if (title, phrase.written) in lines:
                raise _wrong(f"line {line}: “{phrase.written}” of “{title}” stands in line {lines[title, phrase.written]} already", where)
            lines[title, phrase.written] = line
            first.setdefault(title, line)
            sets.setdefault(title, {}).setdefault(term, []).append(phrase)
    except csv.Error as error:
        raise _wrong(f"line {reader.line_num}: it is no CSV: {error}", where) from error
    for title, terms in sets.items():
        if len(terms) < MIN_TERMS:
            raise _wrong(f"line {first[title]}: “{title}” has one term; with {MIN_TERMS} or more there is something to compare", where)
    if not sets:
        raise _wrong("there is no set in it", where)
    return tuple(NamingSet(title, {term: tuple(phrases) for term, phrases in terms.items()}) for title, terms in sets.items())


def together(carried_sets: Iterable[NamingSet], own_sets: Iterable[NamingSet]) -> tuple[NamingSet, ...]:
    """Carried sets, then a desk's own; an own one takes the place of a carried one of the same title."""
    return tuple({one.title: one for one in (*carried_sets, *own_sets)}.values())


def _row(row: list[str], line: int, where: str) -> tuple[str, str, Phrase]:
    if len(row) != len(COLUMNS):
        raise _wrong(f"line {line}: {len(row)} columns, {len(COLUMNS)} needed (a cell with a comma wants quotes)", where)
    title, term, written = (" ".join(cell.split()) for cell in row)
    for name, cell in zip(COLUMNS, (title, term, written), strict=True):
        if not cell:
            raise _wrong(f"line {line}: the {name} is empty", where)
        if len(cell) > LONGEST.get(name, len(cell)):
            raise _wrong(f"line {line}: the {name} has {len(cell)} characters; a chart can show {LONGEST[name]}", where)
    try:
        return title, term, Phrase(written, language.parse(written, {}))
    except language.PhraseError as error:
        raise _wrong(f"line {line}: {error}", where) from error


def _wrong(what: str, where: str) -> InputError:
    mend = "correct that line; docs/adding.md says how sets and phrases are written"
    return InputError(what, where=where, mend=mend, not_done="no naming was measured")
