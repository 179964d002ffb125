"""The list of hedges, boosters and first person, and where its entries stand in a text.

A text is split once into its words. Only where a word of an entry stands is the entry tried, and only those with a context are asked for
it, at most 48 characters on each side: the time grows with the length of the text alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
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
#: Letters, also those above ASCII that fit in a byte; what does not fit becomes "?" and parts words.
_TO_WORDS = bytes(b if chr(b).isalnum() else ord(" ") for b in range(256))


@dataclass(frozen=True)
class Entry:
    """One entry: what counts, as what, and where it does."""

    id: str
    kind: str
    label: str
    needs: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    then: str = ""  # what must follow at once, with its space

    @property
    def is_anywhere(self) -> bool:
        """Whether it counts whatever stands around it, as most do, so that nothing need be cut out for it."""
        return self.needs is None and self.unless is None

    def fits(self, before: str, after: str) -> bool:
        """Whether it counts between what stands before and after it, both in lower case."""
        around = " ".join(f"{before.replace('_', ' ')}_{after.replace('_', ' ')}".split())
        return (self.needs is None or self.needs.search(around) is not None) and (self.unless is None or self.unless.search(around) is None)


class Form(NamedTuple):
    """One spelling of an entry, in lower case, and how far into it the word stands by which it is found."""

    words: str
    offset: int
    entry: Entry


class Hit(NamedTuple):
    """A place in the text, and what stands there."""

    start: int
    end: int
    form: Form


@dataclass
class Words:
    """All entries, each by its longest word: long words are rare, so that "of course" is looked for at "course"."""

    anchors: dict[bytes, list[Form]] = field(default_factory=dict)

    def add(self, entry: Entry, spelled: str) -> None:
        """Add one spelling of an entry."""
        anchor = max(re.finditer("[a-z]+", spelled), key=lambda match: (len(match.group()), match.start()))
        self.anchors.setdefault(anchor.group().encode(), []).append(Form(spelled, anchor.start(), entry))

    def candidates(self, low: str) -> Iterator[tuple[int, list[Form]]]:
        """Where a word stands in a folded text by which entries are found, and what they are."""
        spaced, anchors, place = b" %b " % low.encode("latin-1", "replace").translate(_TO_WORDS), self.anchors, 0
        for word in spaced.split(b" "):
            if word in anchors:
                # Every place of this word is asked for in turn, so that the next one is this.
                place = spaced.index(b" %b " % word, place)
                yield place, anchors[word]
                place += 1


def count(low: str, stretches: Sequence[tuple[int, int]]) -> int:
    """How many words stand in some stretches of a folded text: runs of letters and figures, apostrophes aside."""
    joined = " ".join([low[start:end] for start, end in stretches])
    return len(joined.encode("latin-1", "replace").translate(_TO_WORDS, b"'").split())


def fold(text: str) -> str:
    """A text in lower case with straight apostrophes and plain spaces; every character keeps its place."""
    for mark, plain in (("’", "'"), ("‘", "'"), ("\n", " "), ("\u00a0", " "), ("İ", "I")):
        text = text.replace(mark, plain)
    return text.lower()


def hits(low: str, stretches: Sequence[tuple[int, int]]) -> list[list[Hit]]:
    """The entries in each of some stretches of a folded text: no two hedges or boosters share a character, nor do two of first person.

    Args:
        low: The text, folded.
        stretches: Start and end of each, in text order, none inside another.
    """
    found: list[list[Hit]] = [[] for _ in stretches]
    at, start, end = -1, 0, 0
    for place, forms in words().candidates(low):
        while place >= end:
            at += 1
            if at == len(stretches):
                return [_apart(one) for one in found]
            start, end = stretches[at]
        for form in forms:
            first = place - form.offset
            last = first + len(form.words)
            if first < start or last > end or not low.startswith(form.words, first) or _is_piece(low, first, last):
                continue
            if form.entry.then and not low.startswith(form.entry.then, last):
                continue
            if form.entry.is_anywhere or form.entry.fits(low[max(start, first - REACH) : first], low[last : min(end, last + REACH)]):
                found[at].append(Hit(first, last, form))
    return [_apart(one) for one in found]


def _apart(found: list[Hit]) -> list[Hit]:
    """Of those that overlap the one that begins first, of these the longest; first person apart from the others."""
    if len(found) < 2:
        return found
    kept, taken = [], {True: 0, False: 0}
    for hit in sorted(found, key=lambda hit: (hit.start, -hit.end)):
        is_person = hit.form.entry.kind == "first_person"
        if hit.start >= taken[is_person]:
            kept.append(hit)
            taken[is_person] = hit.end
    return kept


def _is_piece(low: str, start: int, end: int) -> bool:
    """Whether a letter or figure stands next to it, so that it is but a piece of a word."""
    return low[start - 1 : start].isalnum() or low[end : end + 1].isalnum()


@cache
def words() -> Words:
    """The list.

    Raises:
        ResourceError: When an entry cannot be used.
    """
    found = Words()
    for label, held in _read()["classes"].items():
        kind = held.get("kind")
        wrong = sorted(set(held) - _FIELDS) or ([kind] if kind not in KINDS else [])
        if wrong:
            raise ResourceError(f"class '{label}' has an unknown field or kind: {wrong[0]!r}", where=FILE, mend=f"kinds: {', '.join(KINDS)}")
        denied = [_DENIED] if held.get("unless_denied") else []
        for spelled in [*held.get("words", "").split(), *held.get("phrases", [])]:
            found.add(Entry(spelled.replace(" ", "-"), kind, label, None, _pattern(denied, label)), spelled)
        for given in held.get("in_context", []):
            _add_in_context(found, kind, label, given, denied)
    return found


def _add_in_context(found: Words, kind: str, label: str, given: Mapping[str, Any], denied: list[str]) -> None:
    where = f"{label}: {given.get('id')}"
    needs, unless = _pattern(given.get("if", []), where), _pattern([*given.get("unless", []), *denied], where)
    entry = Entry(str(given["id"]).replace(" ", "-"), kind, label, needs, unless, f" {given['then']} " if "then" in given else "")
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
