"""Codebooks: frames with definitions, coding questions, cues and examples, read from ``resources/codebooks/<id>.toml``.

A codebook is for people first: its definitions and questions are what a coder reads. Its cues find *candidates* by
program; a codebook for hand coding only has none. The format is told at the head of ``generic-frames.toml``.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.errors import ResourceError
from nutgraf.phrases import language
from nutgraf.phrases.language import Found, Ranges
from nutgraf.resources import HERE

if TYPE_CHECKING:
    from nutgraf.phrases.search import Matcher

FOLDER = HERE / "codebooks"
#: How many example and near-miss sentences each frame with cues must bring.
MIN_EXAMPLES = 6
_WORDS = re.compile(r"[^\W\d_]{4,40}")
_VERSION = re.compile(r"^version\s*=\s*\"([^\"]*)\"", re.M)
_ID = re.compile(r"[a-z][a-z0-9_-]{0,40}\Z")
#: How many codes an answer may have, and what is coded; the first of each where a codebook does not say.
SEVERAL, ONE = "several", "one"
ARTICLE, SENTENCE, TARGET = "article", "sentence", "target"
_CHOICES, _UNITS = (SEVERAL, ONE), (ARTICLE, SENTENCE, TARGET)
_BOOK_KEYS = {"id", "name", "source", "version", "hand_coding_only", "choice", "unit", "classes", "frames"}
_FRAME_KEYS = {"id", "label", "definition", "questions", "cues", "exclusions", "examples", "near_misses"}
_CUE_KEYS = {"id", "note", "phrases", "pattern", "weight", "lower", "with", "unless"}


@dataclass(frozen=True)
class Cue:
    """Words that point at a frame, or with ``is_exclusion`` words that only look so.

    ``weight`` is what the cue adds to its sentence; the frame is there from 1 on. ``requires`` and ``unless`` hold for the sentence.
    """

    id: str
    frame: str
    note: str
    weight: float
    is_exclusion: bool
    is_lower: bool
    phrases: tuple[tuple[language.Element, ...], ...]
    pattern: re.Pattern[str] | None
    requires: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    @cached_property
    def has_context(self) -> bool:
        """Whether it depends on the rest of its sentence."""
        return self.requires is not None or self.unless is not None


@dataclass(frozen=True)
class Frame:
    """One frame: what a person reads and what the program looks for."""

    id: str
    label: str
    definition: str
    questions: tuple[str, ...]
    cues: tuple[Cue, ...]
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]


class Hit(NamedTuple):
    """A cue in a text: offsets, frame, and the cue's id."""

    start: int
    end: int
    frame: str
    cue: str
    weight: float


class Failure(NamedTuple):
    """A codebook's own sentence on which its cues are wrong."""

    frame: str
    kind: str  # example or near_miss
    sentence: str


@dataclass(frozen=True)
class Codebook:
    """Frames after one source. ``sha256`` is that of the file.

    ``choice`` is `SEVERAL` where a text may use any number of the frames, none too, and `ONE` where exactly one of them fits each text, as
    hostile, neutral or friendly. ``unit`` is what a coder is shown: an `ARTICLE`, a `SENTENCE`, or a sentence with a `TARGET` marked in it.
    """

    id: str
    name: str
    source: str
    version: str
    hand_coding_only: bool
    frames: tuple[Frame, ...]
    sha256: str
    choice: str = SEVERAL
    unit: str = ARTICLE

    @cached_property
    def frame_ids(self) -> tuple[str, ...]:
        """Ids in the order of the file."""
        return tuple(frame.id for frame in self.frames)

    @property
    def is_one(self) -> bool:
        """Whether exactly one of the frames is the answer about each text."""
        return self.choice == ONE

    def fault_of(self, frames: Collection[str]) -> str | None:
        """Why these frames are no answer by this codebook; None where they are one."""
        unknown = sorted(set(frames) - set(self.frame_ids))
        if unknown:
            return f"codebook '{self.id}' has no frame '{unknown[0]}'"
        if self.is_one and len(set(frames)) != 1:
            return f"codebook '{self.id}' asks for exactly one of {', '.join(self.frame_ids)}, not {len(set(frames))}"
        return None

    @cached_property
    def _cues(self) -> tuple[Cue, ...]:
        return tuple(cue for frame in self.frames for cue in frame.cues)

    @cached_property
    def _weights(self) -> tuple[float, ...]:
        return tuple(0.0 if cue.is_exclusion else cue.weight for cue in self._cues)

    @cached_property
    def _matcher(self) -> Matcher:
        from nutgraf.phrases.search import Matcher

        return Matcher((index, phrase) for index, cue in enumerate(self._cues) for phrase in cue.phrases)

    @cached_property
    def _patterns(self) -> tuple[tuple[int, re.Pattern[str]], ...]:
        return tuple((index, cue.pattern) for index, cue in enumerate(self._cues) if cue.pattern)

    def hits(self, texts: Sequence[tuple[str, Ranges]]) -> list[list[list[Hit]]]:
        """Cues in each sentence of some texts.

        Args:
            texts: Articles, each with start and end of its sentences, in order and apart.

        Returns:
            For each text, for each sentence its cues in text order, only those of frames whose weights reach 1 in it; cues of one frame do
            not overlap.
        """
        folded = [(language.fold(text), ranges) for text, ranges in texts]
        return [self._of_text(*one, found) for one, found in zip(folded, self._matcher.find(folded), strict=True)]

    def _of_text(self, texts: language.Texts, ranges: Ranges, found: list[list[Found]]) -> list[list[Hit]]:
        for index, pattern in self._patterns:
            for match in pattern.finditer(texts.cased):
                place = bisect_right(ranges, (match.start(), len(texts.cased))) - 1
                if place >= 0 and match.end() <= ranges[place][1]:
                    found[place].append(Found(*match.span(), index))
        return [
            self._settle(texts, start, end, raw) if raw else []
            for (start, end), raw in zip(ranges, found, strict=True)
        ]

    def _settle(self, texts: language.Texts, start: int, end: int, raw: Sequence[Found]) -> list[Hit]:
        """Drop what is excluded, out of context, overlapped or too light."""
        if sum(self._weights[index] for index in {one.index for one in raw}) < 0.99:
            return []  # too light, whatever is dropped: every second sentence with cues
        by_frame: dict[str, list[tuple[int, int, Cue]]] = {}
        barred: dict[str, list[tuple[int, int]]] = {}
        for hit_start, hit_end, index in raw:
            cue = self._cues[index]
            if cue.is_exclusion:
                barred.setdefault(cue.frame, []).append((hit_start, hit_end))
            else:
                by_frame.setdefault(cue.frame, []).append((hit_start, hit_end, cue))
        hits: list[Hit] = []
        for frame, places in by_frame.items():
            shut = barred.get(frame)
            kept = [
                (a, b, cue)
                for a, b, cue in places
                if not (shut and any(a < d and c < b for c, d in shut))
                and not (cue.is_lower and _is_name(texts.cased, start, end, a))
                and (not cue.has_context or _in_context(cue, texts.low, start, end, a, b))
            ]
            if sum({cue.id: cue.weight for _, _, cue in kept}.values()) >= 1:
                hits += _apart(kept)
        return sorted(hits)

    def frames_of(self, sentence: str) -> set[str]:
        """Frames of a single sentence."""
        return {hit.frame for hit in self.hits([(sentence, [(0, len(sentence))])])[0][0]}

    def check(self) -> list[Failure]:
        """The codebook's own sentences that its cues get wrong; empty when all pass."""
        return list(self._failures())

    def _failures(self) -> Iterator[Failure]:
        for frame in self.frames:
            for kind, sentences in (("example", frame.examples), ("near_miss", frame.near_misses)):
                for sentence in sentences:
                    if (frame.id in self.frames_of(sentence)) != (kind == "example"):
                        yield Failure(frame.id, kind, sentence)


def _in_context(cue: Cue, low: str, start: int, end: int, hit_start: int, hit_end: int) -> bool:
    if cue.unless and cue.unless.search(low, start, end):
        return False
    return not cue.requires or bool(cue.requires.search(low, start, hit_start) or cue.requires.search(low, hit_end, end))


def _is_name(text: str, start: int, end: int, hit: int) -> bool:
    """Whether a word is capitalised inside a sentence that is not capitalised throughout, as a headline may be."""
    if not text[hit].isupper() or not any(character.isalnum() for character in text[start:hit]) or text[hit - 1] == '"':
        return False
    words = _WORDS.findall(text, start, end)
    return sum(word[0].isupper() for word in words) < 0.6 * len(words)


def _apart(places: Sequence[tuple[int, int, Cue]]) -> list[Hit]:
    """The heavier, then the longer of cues that overlap, then the first."""
    kept: list[Hit] = []
    for start, end, cue in sorted(places, key=lambda p: (-p[2].weight, p[0] - p[1], p[0], p[2].id)):
        if all(end <= hit.start or hit.end <= start for hit in kept):
            kept.append(Hit(start, end, cue.frame, cue.id, cue.weight))
    return kept


def available(folder: Path | None = None) -> tuple[str, ...]:
    """Ids of the codebooks in this installation, and of a desk's own.

    Args:
        folder: The desk's ``data/decisions/codebooks``; None where there is no desk.
    """
    own = folder.glob("*.toml") if folder is not None else ()
    return tuple(sorted({path.stem for path in (*FOLDER.glob("*.toml"), *own)}))


def path_of(name: str, folder: Path | None = None) -> Path:
    """Where a codebook lies.

    Args:
        name: Its id.
        folder: The desk's ``data/decisions/codebooks``; None where there is no desk.

    Raises:
        ResourceError: When there is none of that id, or two.
    """
    places = [path for path in (FOLDER / f"{name}.toml", *([folder / f"{name}.toml"] if folder is not None else [])) if path.is_file()]
    if not places or name not in available(folder):
        raise ResourceError(f"no such codebook: {name!r}", where=FOLDER.name, mend="known: " + ", ".join(available(folder)))
    if len(places) > 1:
        where = f"data/decisions/codebooks/{name}.toml"
        raise ResourceError(f"two codebooks have the id {name!r}", where=where, mend="give the desk's own another id")
    return places[0]


def is_id(name: str) -> bool:
    """Whether a codebook may be called so."""
    return bool(_ID.match(name))


def version_of(text: str) -> str | None:
    """The version that the text of a codebook gives itself, without reading the rest of it; None when it gives none."""
    found = _VERSION.search(text.split("\n[", 1)[0])
    return found.group(1) if found else None


@cache
def load(name: str) -> Codebook:
    """A codebook of this installation by its id; one of a desk's own is `read`.

    Raises:
        ResourceError: When there is none of that id, or its file cannot be used.
    """
    return read(path_of(name))


def read(path: Path) -> Codebook:
    """A codebook from a file, checked.

    Raises:
        ResourceError: Naming the file, the frame, what is wrong and how to mend it.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(f"cannot be read: {error}", where=path.name, mend="a codebook is a TOML file in UTF-8") from error
    return read_text(text, path.name)


def read_text(text: str, file: str) -> Codebook:
    """A codebook from the text of its file, checked.

    Args:
        text: The text.
        file: The file's name; without its ending it must be the codebook's id.

    Raises:
        ResourceError: Naming the file, the frame, what is wrong and how to mend it.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ResourceError(f"cannot be read: {error}", where=file, mend="a codebook is a TOML file in UTF-8") from error
    return _Reader(file).codebook(data, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), Path(file).stem)


class _Reader:
    """Turns the tables of one file into a codebook; every error names the file and the place in it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.classes: dict[str, tuple[str, ...]] = {}

    def refuse(self, what: str, where: str, mend: str) -> ResourceError:
        return ResourceError(what, where=f"{self.file}, {where}" if where else self.file, mend=mend)

    def codebook(self, data: Mapping[str, Any], sha256: str, stem: str) -> Codebook:
        self.keys(data, _BOOK_KEYS, "")
        texts = {key: self.text(data, key, "") for key in ("id", "name", "source", "version")}
        if texts["id"] != stem or not _ID.match(texts["id"]):
            raise self.refuse(f"its id is {texts['id']!r}", "", f"let id and file name agree: id = \"{stem}\"")
        self.classes = {name: self.list(data.get("classes", {}), name, "[classes]") for name in data.get("classes", {})}
        by_hand = data.get("hand_coding_only", False) is True
        tables = data.get("frames", [])
        if not isinstance(tables, list) or not tables:
            raise self.refuse("has no frames", "", "add a [[frames]] table for each frame")
        frames = tuple(self.frame(table, by_hand) for table in tables)
        self.unique([frame.id for frame in frames], "frame")
        self.unique([cue.id for frame in frames for cue in frame.cues if not cue.is_exclusion], "cue")
        choice, unit = self.one_of(data, "choice", _CHOICES), self.one_of(data, "unit", _UNITS)
        if not by_hand and (choice, unit) != (SEVERAL, ARTICLE):  # cues answer for whole articles, and for any number of frames
            raise self.refuse("has a choice or a unit of its own and cues", "", "set hand_coding_only = true, or leave choice and unit out")
        return Codebook(**texts, hand_coding_only=by_hand, frames=frames, sha256=sha256, choice=choice, unit=unit)

    def frame(self, table: Mapping[str, Any], by_hand: bool) -> Frame:
        where = f"frame '{table.get('id', '?')}'"
        self.keys(table, _FRAME_KEYS, where)
        texts = {key: self.text(table, key, where) for key in ("id", "label", "definition")}
        if not _ID.match(texts["id"]):
            raise self.refuse(f"its id {texts['id']!r} cannot be used", where, "use lower-case letters, digits and _")
        questions = self.list(table, "questions", where)
        cues = tuple(self.cue(cue, texts["id"], where) for cue in table.get("cues", []))
        cues += tuple(self.cue(cue, texts["id"], where, exclusion=True) for cue in table.get("exclusions", []))
        if by_hand and cues:
            raise self.refuse("has cues in a codebook for hand coding only", where, "remove the cues, or hand_coding_only")
        sentences = {key: self.list(table, key, where, needed=False) for key in ("examples", "near_misses")}
        if not by_hand:
            if not any(not cue.is_exclusion for cue in cues):
                raise self.refuse("has no cues", where, "add [[frames.cues]], or set hand_coding_only = true")
            for key, given in sentences.items():
                if len(given) < MIN_EXAMPLES:
                    kind = "sentences that use the frame" if key == "examples" else "sentences that only look like it"
                    raise self.refuse(f"has {len(given)} {key}, {MIN_EXAMPLES} needed", where, f"add to {key} {kind}")
        return Frame(**texts, questions=questions, cues=cues, **sentences)

    def cue(self, table: Mapping[str, Any], frame: str, where: str, *, exclusion: bool = False) -> Cue:
        where = f"{where}, {'exclusion' if exclusion else 'cue'} '{table.get('id', '?')}'"
        self.keys(table, _CUE_KEYS, where)
        name = self.text(table, "id", where)
        if ("phrases" in table) == ("pattern" in table):
            raise self.refuse("needs either phrases or a pattern", where, "give one of the two")
        weight = table.get("weight", 1)
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 1:
            raise self.refuse(f"its weight {weight!r} cannot be used", where, "a weight is above 0 and at most 1")
        phrases: tuple[tuple[language.Element, ...], ...] = ()
        pattern = None
        try:
            if "pattern" in table:
                pattern = language.safe_pattern(self.text(table, "pattern", where))
            else:
                phrases = self.phrases(table, "phrases", where)
            context = [self.context(table, key, where) for key in ("with", "unless")]
        except language.PhraseError as error:
            raise self.refuse(str(error), where, "see the head of generic-frames.toml for what phrases and patterns may hold") from error
        lower = table.get("lower", False) is True
        return Cue(name, frame, str(table.get("note", "")), float(weight), exclusion, lower, phrases, pattern, *context)

    def phrases(self, table: Mapping[str, Any], key: str, where: str) -> tuple[tuple[language.Element, ...], ...]:
        return tuple(language.parse(phrase, self.classes) for phrase in self.list(table, key, where))

    def context(self, table: Mapping[str, Any], key: str, where: str) -> re.Pattern[str] | None:
        if key not in table:
            return None
        sources = [language.regex(phrase) for phrase in self.phrases(table, key, where)]
        return re.compile(rf"(?<!\w)(?:{'|'.join(sources)})")

    def keys(self, table: Mapping[str, Any], known: set[str], where: str) -> None:
        unknown = sorted(set(table) - known)
        if unknown:
            raise self.refuse(f"has an unknown key '{unknown[0]}'", where, "known: " + ", ".join(sorted(known)))

    def one_of(self, table: Mapping[str, Any], key: str, known: Sequence[str]) -> str:
        value = table.get(key, known[0])
        if value not in known:
            raise self.refuse(f"its {key} {value!r} is not known", "", "known: " + ", ".join(known))
        return str(value)

    def text(self, table: Mapping[str, Any], key: str, where: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(f"lacks its {key}", where, f"add {key} = \"…\"")
        return value.strip()

    def list(self, table: Mapping[str, Any], key: str, where: str, *, needed: bool = True) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.refuse(f"its {key} are no list of texts", where, f"write {key} = [\"…\", \"…\"]")
        if needed and not value:
            raise self.refuse(f"lacks its {key}", where, f"add {key} = [\"…\"]")
        return tuple(value)

    def unique(self, names: Sequence[str], what: str) -> None:
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise self.refuse(f"has the {what} '{twice[0]}' twice", "", f"give each {what} its own id")
