"""The rules of ``parts.toml``, and lines as they see them.

Most lines of an article are its story and match no rule, so that saying no quickly is what counts: all plain patterns that could take
a line of its length are joined into one, and the single rules are asked only when that one matches.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nutgraf.errors import ResourceError
from nutgraf.schema import PARTS

BULLET = re.compile(r"(?:[•·▪◦‣●■⦁➤►▶▸→»➡⇒👉🔗⏩]\ufe0f?|[-–*](?=\s)|>>)\s*")
BULLET_ARROW = re.compile(r"[➤►▶▸→»➡⇒👉🔗⏩]|>>")
DECORATION = " \t\u00a0[](){}|•·▪◦‣●■➤►▶▸▷→»›>*#=_–—-\ufe0f\u200b\u200e\u200f\u2066\u2069"
_OPENING = "\"'“‘«„‚£$€¥₹@©¿¡.…"  # a line's first word may begin with these
_END = re.compile(r"[.?!…:;][\"'”’»)\]]*$")
_STOP = re.compile(r"(?<!\.\.)[.;](?![.])[\"'”’»)\]]*$")
_ABBREVIATION = re.compile(r"(?:\b(?:[A-Za-z]\.){2,}|\b(?:Inc|Co|Corp|Ltd|Jr|Sr|St|Mt|No)\.)[\"'”’]*$")
#: Which values of a rule's ``where`` hold at a place.
_PLACES = {
    "head": ("any", "head"), "inside": ("any", "inside"), "tail": ("any", "inside", "tail"), "end": ("any", "inside", "tail", "end"),
}  # fmt: skip
_SIZES = (8, 18, 30, 45, 70, 10_000)  # words; one joined pattern for each class of length
_END_CHARACTERS = 120
_TO_WORDS = bytes(ord(" ") if chr(byte) in ".,:;?!([-" else byte for byte in range(256))


@dataclass(slots=True)
class Line:
    """A paragraph and what the rules ask of it."""

    start: int
    end: int
    text: str
    core: str  # without brackets, bullets and arrows around it
    words: int
    is_ended: bool  # by any end mark
    is_stopped: bool  # by a full stop or semicolon, as a title never is
    is_bullet: bool
    _tokens: list[str] | None = None

    @property
    def tokens(self) -> list[str]:
        """Its words in lower case, and the few signs that a rule may need."""
        if self._tokens is None:
            self._tokens = _words(self.text)
        return self._tokens

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Line:
        """The line between two positions of a text, without white space around it."""
        return cls.made(start, text[start:end])

    @classmethod
    def made(cls, start: int, piece: str) -> Line:
        """The line that begins at a position and reads so."""
        last = piece[-12:]
        before = last[-5:-1]
        is_ended = is_stopped = last[-1] == "." and before.isalpha() and before.islower()  # as most paragraphs end
        if not (is_stopped or last[-1].isalnum() or _ABBREVIATION.search(last)):
            is_ended, is_stopped = _END.search(last) is not None, _STOP.search(last) is not None
        return cls(
            start, start + len(piece), piece, _core(piece), piece.count(" ") + 1, is_ended, is_stopped, BULLET.match(piece) is not None
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; what its fields mean stands at the head of ``parts.toml``."""

    id: str
    part: str
    pattern: re.Pattern[str]
    on: str = "core"
    needs: frozenset[str] = frozenset()
    where: str = "any"
    unended: bool = False
    max_words: int = 30
    opens: bool = False

    def takes(self, line: Line) -> bool:
        """Whether the pattern fits; length and place were looked at before."""
        if self.on == "core":
            return self.pattern.match(line.core) is not None
        first = max(0, len(line.text) - _END_CHARACTERS) if self.on == "end" else 0
        return self.pattern.search(line.text, first) is not None

    @property
    def is_plain(self) -> bool:
        """Whether its pattern begins where the line does and asks for no word, so that it can be joined with others."""
        return self.on == "core" and not self.needs


class _Plain(NamedTuple):
    """Rules whose patterns were joined into one."""

    pattern: re.Pattern[str]
    named: re.Pattern[str]  # the same with a group for each, which says which one fits and takes longer
    numbers: list[int]

    @classmethod
    def of(cls, patterns: dict[int, str]) -> _Plain:
        """Join some patterns, by the numbers of their rules."""
        parts = ("|".join(patterns.values()), "|".join(f"(?P<n{number}>{pattern})" for number, pattern in patterns.items()))
        return cls(*(re.compile(part or r"(?!)") for part in parts), list(patterns))

    def fitting(self, text: str) -> list[int]:
        """The first rule that fits and all after it, which may; the last group to close is that of the first that fits."""
        found = self.named.match(text) if self.pattern.match(text) else None
        return self.numbers[self.numbers.index(int(found.lastgroup[1:])) :] if found else []  # type: ignore[index]


class _Joined(NamedTuple):
    """The rules for lines of one class."""

    small: _Plain  # of patterns for any case, matched with the line in lower case: many times as fast as a pattern that minds both
    cased: _Plain
    needing: dict[str, list[int]]  # rules that are asked only when a line holds the word


class RuleBook:
    """All rules, in order.

    Args:
        path: A file such as ``parts.toml``.

    Raises:
        ResourceError: When a rule has an unknown field, part or place, or its pattern is none.
    """

    def __init__(self, path: Path) -> None:
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8"))["rules"]
            self.rules = [
                Rule(**{**entry, "pattern": re.compile(entry["pattern"]), "needs": frozenset(entry.get("needs", ()))})
                for entry in entries
            ]
        except (KeyError, TypeError, ValueError, re.error) as error:
            raise ResourceError(f"a rule cannot be used: {error}", where=path.name) from error
        places = {where for wheres in _PLACES.values() for where in wheres}
        for rule in self.rules:
            if rule.part not in PARTS or rule.where not in places or rule.on not in ("core", "line", "end"):
                raise ResourceError("a rule names an unknown part or place", where=f"{path.name}: rule '{rule.id}'")
            if rule.on != "core" and not rule.needs:
                raise ResourceError("a rule on the whole line must say what it needs", where=f"{path.name}: rule '{rule.id}'")
        self._joined: dict[tuple[int, bool, str], _Joined] = {}

    def first(self, line: Line, place: str) -> Rule | None:
        """The first rule that takes a line at a place."""
        return next(self.matching(line, place), None)

    def matching(self, line: Line, place: str) -> Iterator[Rule]:
        """Every rule that takes a line at a place, in order."""
        key = (_SIZES[min(bisect_left(_SIZES, line.words), len(_SIZES) - 1)], line.is_stopped, place)
        joined = self._joined.get(key) or self._join(*key)
        numbers = joined.small.fitting(line.core.lower()) + joined.cased.fitting(line.core)
        needing = joined.needing
        if not needing.keys().isdisjoint(line.tokens):
            numbers += [number for word in needing.keys() & line.tokens for number in needing[word]]
        return self._asked(line, numbers) if numbers else iter(())  # as of most lines of a story

    def _asked(self, line: Line, numbers: list[int]) -> Iterator[Rule]:
        for number in sorted(set(numbers)):
            rule = self.rules[number]
            if line.words <= rule.max_words and rule.takes(line):
                yield rule

    def _join(self, size: int, is_stopped: bool, place: str) -> _Joined:
        """What is asked of lines of a class, made when the first of them comes."""
        below = max((smaller for smaller in _SIZES if smaller < size), default=0)
        numbers = [
            number
            for number, rule in enumerate(self.rules)
            if rule.max_words > below and rule.where in _PLACES[place] and not (rule.unended and is_stopped)
        ]
        needing: dict[str, list[int]] = {}
        small: dict[int, str] = {}
        cased: dict[int, str] = {}
        for number in numbers:
            rule = self.rules[number]
            source = rule.pattern.pattern
            for word in rule.needs:
                needing.setdefault(word, []).append(number)
            if rule.is_plain and source.startswith("(?i)"):  # the flag would hold for all patterns of a joined one
                joined = small if _is_small(source) else cased
                joined[number] = f"(?:{source[4:]})" if joined is small else f"(?i:{source[4:]})"
            elif rule.is_plain:
                cased[number] = f"(?:{source})"
        self._joined[size, is_stopped, place] = _Joined(_Plain.of(small), _Plain.of(cased), needing)
        return self._joined[size, is_stopped, place]


def _is_small(source: str) -> bool:
    """Whether a pattern for any case is written in small letters alone, escapes such as ``\\S`` left out."""
    return not any(character.isupper() for character in re.sub(r"\\.", "", source)) and "(?-i" not in source


def _words(text: str) -> list[str]:
    """Words and the few signs that a rule may need; bytes are translated many times as fast as text is replaced or searched."""
    lowered = text.lower()
    for sign in "/|©@":
        if sign in lowered:
            lowered = lowered.replace(sign, f" {sign} ")
    if not lowered.isascii():
        for mark in "–—…":
            if mark in lowered:
                lowered = lowered.replace(mark, " ")
    words = lowered.encode("utf-8", "surrogatepass").translate(_TO_WORDS).decode("utf-8", "surrogatepass").rstrip(")]").split()
    words += (text[0], text[-1])  # a bracket or mark around the line
    return words


def _core(text: str) -> str:
    """A line without what only adorns it: brackets, bullets, arrows, and pictographs before its first word."""
    core = text.strip(DECORATION)
    if not core:
        return text
    if not (core[0].isalnum() or core[0] in _OPENING):
        rest = core.lstrip("".join(sign for sign in set(core) if not sign.isalnum() and sign not in _OPENING))
        return rest or core
    return core
