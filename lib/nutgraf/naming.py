"""Which people a report may name: enough mentions, and not on the desk's list of people not to be named.

The list is ``data/decisions/do_not_name.csv`` with the columns ``name, since, note``. Matching knows no case and no accents. A full
name matches as a whole, and so does its last word alone, because that is how news names people a second time; a second person of that
last name is then not named either, which is the side to err on. A list entry of one word matches that word. ``Vannel, Ada`` is read
as ``Ada Vannel``; titles after the name (Jr, PhD) are no last name. Particles belong to no last name: ``van der Berg`` matches
``Berg``. In scripts without spaces between words a name is found only where it stands by itself.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nutgraf.errors import InputError

FILE = "do_not_name.csv"
COLUMNS = ("name", "since", "note")
_WORD = re.compile(r"[^\W_]+(?:['’ʼ‐‑-][^\W_]+)*")
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "phd", "md", "mp", "kc", "qc"}
#: Letters that are no letter with a mark, with what people write in their place.
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"})


@dataclass(frozen=True)
class Listed:
    """A person who is not to be named.

    Attributes:
        name: As the list writes it.
        words: The name's words, folded.
        last: The last name, folded, when the name is a full one.
        line: Where the list holds it.
        note: Why, for the desk.
    """

    name: str
    words: tuple[str, ...]
    last: str | None
    line: int
    note: str = ""


@dataclass(frozen=True)
class NotToBeNamed:
    """The people on a desk's list.

    Example:
        >>> NotToBeNamed.of(["Ada Vannel"]).reason("ÁDA VANNEL"), NotToBeNamed.of(["Ada Vannel"]).reason("Berg")
        ("'Ada Vannel' is on the list of people not to be named", None)
    """

    people: tuple[Listed, ...] = ()

    @classmethod
    def of(cls, names: Iterable[str]) -> NotToBeNamed:
        """A list from names alone."""
        return cls(tuple(listed(name, number) for number, name in enumerate(names, start=1)))

    @classmethod
    def load(cls, decisions: Path) -> NotToBeNamed:
        """Read a desk's list; a desk without one has nobody on it.

        Raises:
            InputError: With the line and what is wrong there. A list that is read in part would name people.
        """
        path = decisions / FILE
        if not path.is_file():
            return cls()
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(file, strict=True)
                return cls(tuple(_people(rows)))
        except (UnicodeDecodeError, csv.Error) as error:
            raise _wrong(f"it is no CSV file in UTF-8: {error}") from error

    def matching(self, name: str) -> Listed | None:
        """The person on the list whom a name means, or whose last name it holds."""
        words = _folded(name)
        return next((person for person in self.people if _holds(words, person)), None)

    def reason(self, name: str) -> str | None:
        """Why a name may not appear, or None when it may."""
        found = self.matching(name)
        return f"{found.name!r} is on the list of people not to be named" if found else None

    def named_in(self, text: str) -> list[Listed]:
        """People on the list whom a text names. Their last name alone counts where it begins with a capital, so that Young is found
        and young people are not."""
        found = [(_fold(match[0]), match[0]) for match in _words(text)]
        words = [folded for folded, _ in found]
        capitals = [folded for folded, word in found if not word[0].islower()]
        return [
            person for person in self.people
            if _has_run(words, person.words) or (person.last is not None and person.last in capitals)
        ]  # fmt: skip


def may_name(name: str, mentions: int, *, min_mentions: int, not_to_be_named: NotToBeNamed) -> str | None:
    """Whether a person may appear by name as a target of tone.

    Args:
        name: The name as the report would show it.
        mentions: How often the articles name that person.
        min_mentions: The desk's setting: below this a person is not shown by name.
        not_to_be_named: The desk's list.

    Returns:
        None when they may; else the reason in words.

    Example:
        >>> may_name("Ada Vannel", 2, min_mentions=3, not_to_be_named=NotToBeNamed())
        '2 mentions, 3 needed'
    """
    if not _folded(name):
        return "there is no name"
    if (reason := not_to_be_named.reason(name)) is not None:
        return reason
    if mentions < min_mentions:
        return f"{mentions:,} mention{'' if mentions == 1 else 's'}, {min_mentions:,} needed"
    return None


def listed(name: str, line: int, note: str = "") -> Listed:
    """A name as the list writes it, taken apart.

    Raises:
        ValueError: When it holds no letter.
    """
    last, comma, first = name.partition(",")
    words = _folded(f"{first} {last}" if comma and not set(_folded(first)) <= _SUFFIXES else name)
    core = list(words)
    while len(core) > 1 and core[-1] in _SUFFIXES:
        core.pop()
    if not core:
        raise ValueError("there is no name in it")
    return Listed(" ".join(name.split()), tuple(core), core[-1] if len(core) > 1 else None, line, note)


def _people(rows: Iterable[list[str]]) -> Iterable[Listed]:
    reader = iter(rows)
    header = [name.strip() for name in next(reader, [])]
    if header != list(COLUMNS):
        raise _wrong(f"line 1: the columns are {', '.join(header) or 'missing'}, and must be {', '.join(COLUMNS)}")
    for row in reader:
        line = reader.line_num  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(COLUMNS):
            raise _wrong(f"line {line}: {len(row)} columns, {len(COLUMNS)} needed (a name or note with a comma wants quotes)")
        name, since, note = (cell.strip() for cell in row)
        try:
            if since:
                date.fromisoformat(since)
        except ValueError as error:
            raise _wrong(f"line {line}: since must be a day such as 2026-03-14, or empty, not {since!r}") from error
        try:
            yield listed(name, line, note)
        except ValueError as error:
            raise _wrong(f"line {line}: {error}") from error


def _wrong(what: str) -> InputError:
    return InputError(what, where=f"data/decisions/{FILE}", mend="correct that line", not_done="no name was looked up in it")


def _words(text: str) -> Iterable[re.Match[str]]:
    return _WORD.finditer(unicodedata.normalize("NFC", text))


def _folded(text: str) -> list[str]:
    return [_fold(match[0]) for match in _words(text)]


def _fold(word: str) -> str:
    """A word without case, accents and the 's of a genitive."""
    word = re.sub(r"['’ʼ]s$|['’ʼ]$", "", word.casefold())
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).translate(_LETTERS)
    return bare.replace("’", "'").replace("ʼ", "'").replace("‐", "-").replace("‑", "-")


def _holds(words: list[str], person: Listed) -> bool:
    return _has_run(words, person.words) or (person.last is not None and person.last in words)


def _has_run(words: list[str], run: tuple[str, ...]) -> bool:
    return any(tuple(words[at : at + len(run)]) == run for at in range(len(words) - len(run) + 1))
