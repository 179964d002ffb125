"""The list of hedges, boosters and first person, and where its entries stand in a text.

A text is split once into its words. Only where a word stands that begins an entry is the entry tried, and only those with a context are
asked for it, at most 48 characters on each side: the time grows with the text alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

from nutgraf.documents import Resource
from nutgraf.errors import ResourceError
from nutgraf.resources import own, sha256_of

FILE = "hedges.toml"
KINDS = ("hedge", "booster", "first_person")
#: How far a context reaches, in characters; `hedges.toml` says so too.
REACH = 48
_FIELDS = frozenset({"kind", "meaning", "source", "words", "phrases", "in_context", "unless_denied"})
_DENIED = "(not|never|hardly|scarcely|nor|neither|[a-z]+n't) ((so|very|quite|yet|exactly|entirely|always|at all) )?_"
#: Letters, also those above ASCII that fit in a byte; what does not fit becomes "?" and separates words here, and is looked at again later.
_TO_WORDS = bytes(b if chr(b).isalnum() else ord(" ") for b in range(256))
_WHITE = re.compile(r"\s{1,8}")


@dataclass(frozen=True)
class Entry:
    """One entry: what counts, as what, and where it does."""

    id: str
    kind: str
    label: str
    needs: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None

    def fits(self, before: str, after: str) -> bool:
        """Whether it counts between what stands before and after it, both in lower case."""
        if self.needs is None and self.unless is None:
            return True
        around = " ".join(f"{before.replace('_', ' ')}_{after.replace('_', ' ')}".split())
        return (self.needs is None or self.needs.search(around) is not None) and (self.unless is None or self.unless.search(around) is None)


class Form(NamedTuple):
    """One spelling of an entry: its words in lower case."""

    words: str
    pattern: re.Pattern[str] | None  # None for a single word
    entry: Entry


class Hit(NamedTuple):
    """A place in the text, and the entry that stands there."""

    start: int
    end: int
    form: Form


@dataclass
class Words:
    """All entries, by the word with which they begin, longest first."""

    starters: dict[bytes, list[Form]] = field(default_factory=dict)

    def add(self, entry: Entry, spelled: str) -> None:
        """Add one spelling of an entry."""
        first, pattern = re.split(r"[^a-z]", spelled, maxsplit=1)[0], None
        if first != spelled:
            pattern = re.compile(_WHITE.pattern.join(re.escape(word) for word in spelled.split()) + r"(?!\w)")
        held = self.starters.setdefault(first.encode(), [])
        held.append(Form(spelled, pattern, entry))
        held.sort(key=lambda form: -len(form.words))

    def candidates(self, low: str) -> Iterator[tuple[int, list[Form]]]:
        """Where a word of a folded text begins an entry, and the forms that begin so."""
        words = low.encode("latin-1", "replace").translate(_TO_WORDS).split(b" ")
        starters = self.starters
        hits = [at for at, word in enumerate(words) if word in starters]
        if hits:
            ends = list(accumulate(map(len, words)))
            for at in hits:
                # Each word before this one takes its letters and one space.
                yield ends[at] - len(words[at]) + at, starters[words[at]]


def fold(text: str) -> str:
    """A text in lower case with straight apostrophes; every character keeps its place."""
    return text.replace("’", "'").replace("‘", "'").replace("İ", "I").lower()


def hits(low: str, stretches: Sequence[tuple[int, int]]) -> list[list[Hit]]:
    """The entries in each of some stretches of a folded text: no two hedges or boosters share a character, nor do two of first person.

    Args:
        low: The text, folded.
        stretches: Start and end of each, in text order, none inside another.
    """
    found: list[list[Hit]] = [[] for _ in stretches]
    at, taken = -1, {True: 0, False: 0}
    start = end = 0
    for place, forms in words().candidates(low):
        while place >= end:
            at += 1
            if at == len(stretches):
                return found
            start, end = stretches[at]
        if place < start:
            continue
        for form in forms:
            is_person = form.entry.kind == "first_person"
            last = place + len(form.words) if form.pattern is None else _end(form.pattern, low, place, end)
            if place < taken[is_person] or last is None or last > end or _is_inside(low, place, last):
                continue
            if form.entry.fits(low[max(start, place - REACH) : place], low[last : min(end, last + REACH)]):
                found[at].append(Hit(place, last, form))
                taken[is_person] = last
    return found


def _end(pattern: re.Pattern[str], low: str, place: int, end: int) -> int | None:
    match = pattern.match(low, place, end)
    return match.end() if match else None


def _is_inside(low: str, start: int, end: int) -> bool:
    """Whether a letter above the first 256 stands next to it, so that it is but a piece of a word."""
    return (start > 0 and low[start - 1].isalnum()) or (end < len(low) and low[end].isalnum())


@cache
def words() -> Words:
    """The list.

    Raises:
        ResourceError: When an entry cannot be used.
    """
    found = Words()
    for label, held in _read()["classes"].items():
        unknown, kind = sorted(set(held) - _FIELDS), held.get("kind")
        if unknown or kind not in KINDS:
            raise ResourceError(f"class '{label}' has an unknown field or kind: {[*unknown, kind][0]!r}", where=FILE, mend=f"kinds: {', '.join(KINDS)}")
        denied = [_DENIED] if held.get("unless_denied") else []
        for spelled in [*held.get("words", "").split(), *held.get("phrases", [])]:
            found.add(Entry(spelled.replace(" ", "-"), kind, label, None, _pattern(denied, label)), spelled)
        for given in held.get("in_context", []):
            _add_in_context(found, kind, label, given, denied)
    return found


def _add_in_context(found: Words, kind: str, label: str, given: Mapping[str, Any], denied: list[str]) -> None:
    where = f"{label}: {given.get('id')}"
    needs, unless = _pattern(given.get("if", []), where), _pattern([*given.get("unless", []), *denied], where)
    entry = Entry(str(given["id"]).replace(" ", "-"), kind, label, needs, unless)
    for form in given["forms"]:
        for spelled in _spelled(form):
            found.add(entry, spelled)


def _pattern(sources: Sequence[str], where: str) -> re.Pattern[str] | None:
    if not sources:
        return None
    try:
        return re.compile("|".join(_bounded(source) for source in sources))
    except re.error as error:
        raise ResourceError(f"a context cannot be used: {error}", where=f"{FILE}, {where}", mend="it is a regular expression") from error


def _bounded(source: str) -> str:
    """A context's pattern between the bounds of words; one that ends in a class of characters, a mark, an anchor or _ ends anywhere."""
    is_word = re.search(r"(?:(?<!\\)[a-z]|\))\Z", source) is not None
    return rf"(?<!\w)(?:{source})" + (r"(?!\w)" if is_word else "")


def _spelled(form: str) -> list[str]:
    """Every spelling of a form with choices.

    >>> _spelled("(i|we) think")
    ['i think', 'we think']
    """
    choice = re.search(r"\(([^()]*)\)", form)
    if not choice:
        return [form]
    return [one for way in choice.group(1).split("|") for one in _spelled(form[: choice.start()] + way + form[choice.end() :])]


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(own(FILE).read_text(encoding="utf-8"))


def classes() -> dict[str, dict[str, Any]]:
    """The classes by name, each with kind, meaning and source."""
    return {label: {key: held[key] for key in ("kind", "meaning", "source")} for label, held in _read()["classes"].items()}


def resource() -> Resource:
    """What rests on the list."""
    return Resource("word list", "hedges", sha256_of(own(FILE)), _read()["version"])
