"""A desk's own aliases, ``names.csv``: names that mean the same in all articles, such as "the Beeb" and "British Broadcasting Corporation".

Columns ``alias, name, kind``; kind is PERSON, ORG, GPE or FAC. An alias is found where the text writes it with a capital, whatever the article
says around it, and its canonical name is the file's.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import NamedTuple

from nutgraf.errors import InputError
from nutgraf.reading.aliases import Entity
from nutgraf.reading.name_words import KINDS, tokens

FILE = "names.csv"
COLUMNS = ("alias", "name", "kind")


class Alias(NamedTuple):
    """One line of the file."""

    alias: str
    name: str
    kind: str

    @property
    def words(self) -> tuple[str, ...]:
        """The alias's words, folded, without an article before them."""
        words = tokens(self.alias)
        return words[1:] if len(words) > 1 and words[0] == "the" else words


def read_aliases(content: str) -> tuple[Alias, ...]:
    """The lines of a file, and one for each name itself.

    Args:
        content: The file's text; an empty one has no aliases.

    Raises:
        InputError: With the line and what is wrong there.

    >>> read_aliases("alias,name,kind\\nSU,Seamen's Union,ORG\\n")[0]
    Alias(alias='SU', name="Seamen's Union", kind='ORG')
    """
    if not content.strip():
        return ()
    try:
        rows = list(csv.reader(content.lstrip("\ufeff").splitlines(), strict=True))
    except csv.Error as error:
        raise _wrong(f"it is no CSV file: {error}") from error
    if tuple(cell.strip() for cell in rows[0]) != COLUMNS:
        raise _wrong(f"line 1: the columns are {', '.join(rows[0]) or 'missing'}, and must be {', '.join(COLUMNS)}")
    found: dict[tuple[str, ...], Alias] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(COLUMNS):
            raise _wrong(f"line {line}: {len(row)} columns, {len(COLUMNS)} needed (a name with a comma wants quotes)")
        alias, name, kind = (" ".join(cell.split()) for cell in row)
        if kind not in KINDS:
            raise _wrong(f"line {line}: kind must be one of {', '.join(KINDS)}, not {kind!r}")
        for one in (Alias(alias, name, kind), Alias(name, name, kind)):
            if not one.words:
                raise _wrong(f"line {line}: there is no name in it")
            held = found.setdefault(one.words, one)
            if (held.name, held.kind) != (name, kind):
                raise _wrong(f"line {line}: {one.alias!r} already means {held.name!r} ({held.kind})")
    return tuple(found.values())


def with_aliases(entities: Sequence[Entity], aliases: Sequence[Alias]) -> list[Entity]:
    """An article's entities after the file had its say: those it names are renamed and, where they mean the same, made one.

    Args:
        entities: As the article alone tells.
        aliases: The file's; for each of their names one entity is in the answer, be it without mentions.
    """
    own = {alias.name: Entity(alias.name, tokens(alias.name), given_kind=alias.kind, given_name=alias.name) for alias in aliases}
    meant = {alias.words: alias.name for alias in aliases}
    kept: list[Entity] = []
    for entity in entities:
        names = [meant[words] for mention in entity.mentions if (words := _bare(mention.words)) in meant]
        if names:
            for mention in entity.mentions:
                own[names[0]].add(mention)
        else:
            kept.append(entity)
    return [*own.values(), *kept]


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _wrong(what: str) -> InputError:
    return InputError(what, where=f"data/decisions/{FILE}", mend="correct that line", not_done="no name was looked up in it")
