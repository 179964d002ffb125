"""Which mentions mean the same: forms of one name within an article, and mentions that only their forms give away.

A shorter form belongs to the longest name whose words hold it: a person's last or first name, the beginning of an organisation's name, an
acronym of its words. When several names fit, the one that was mentioned last before it is meant.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nutgraf.reading.name_places import is_of_place
from nutgraf.reading.name_words import KINDS, acronyms, countries_and_cities, tokens
from nutgraf.reading.name_words import words as listed
from nutgraf.reading.short_forms import SMALL, initials, is_acronym

#: A name needs as many points for a kind; less is a word with a capital.
THRESHOLD = 1.5
#: As many where it is a dictionary's word at the beginning of a sentence, or several such words.
WEAK_THRESHOLD = 3.5
#: As many where no dictionary has the word, or its capital is not that of a sentence.
RARE_THRESHOLD = 0.8
_MARKED = re.compile(r"[“\"‘'(]([^\s“”\"‘’')]+)[”\"’')]")


@dataclass(slots=True, eq=False)
class Mention:
    """One mention.

    Attributes:
        start: First character in the text.
        end: Character after the last.
        text: What stands there.
        own: What its own words say for each kind.
        points: What stands around it says.
        rule: ``written`` for a run of capitals, ``known`` for a form of a name that is written elsewhere.
        is_first: Whether a sentence begins with it.
        is_weak: Whether its words are a dictionary's, so that it takes more to be a name.
        is_rare: Whether no dictionary has it, or no sentence begins with it, so that it takes less.
        words: Its words, folded.
    """

    start: int
    end: int
    text: str
    own: Counter[str]
    points: Counter[str]
    rule: str = "written"
    is_first: bool = False
    is_weak: bool = False
    is_rare: bool = False
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.words = tokens(self.text)


@dataclass(slots=True, eq=False)
class Entity:
    """One person, organisation, place or building of an article.

    Attributes:
        name: Its fullest form in the article.
        words: The words of that, folded.
        mentions: All of its mentions.
        given_kind: Its kind where a desk's file says so.
        given_name: Its name where a desk's file says so.
    """

    name: str
    words: tuple[str, ...]
    mentions: list[Mention] = field(default_factory=list)
    given_kind: str | None = None
    given_name: str | None = None
    _starts: list[int] = field(default_factory=list)
    _points: Counter[str] = field(default_factory=Counter)
    _is_weak: bool = True
    _is_rare: bool = False
    _forms: set[tuple[str, ...]] = field(default_factory=set)

    def add(self, mention: Mention) -> None:
        """Count a mention. Those under the full name count whole and the shorter half: a surname may be a place's name as well."""
        self.mentions.append(mention)
        insort(self._starts, mention.start)
        weight = 1.0 if mention.words == self.words else 0.5
        for kind, points in mention.points.items():
            self._points[kind] += weight * points
        if mention.words not in self._forms:
            self._forms.add(mention.words)
            for kind, points in mention.own.items():
                self._points[kind] += weight * points
        self._is_weak = self._is_weak and mention.is_weak
        self._is_rare = self._is_rare or mention.is_rare

    @property
    def likely(self) -> str | None:
        """The kind with most points, be they few."""
        best = max(KINDS, key=lambda kind: self._points[kind])
        return best if self._points[best] > 0 else None

    @property
    def kind(self) -> str | None:
        """The kind with most points, None below the threshold."""
        if self.given_kind:
            return self.given_kind
        best = max(KINDS, key=lambda kind: self._points[kind])
        points, least = self._points[best], WEAK_THRESHOLD if self._is_weak else RARE_THRESHOLD if self._is_rare else THRESHOLD
        return best if points >= least and points > self._points["none"] else None

    def last_before(self, place: int) -> tuple[int, int]:
        """How near it was mentioned before a place, so that the greatest was nearest; the first to come when it was not."""
        at = bisect_left(self._starts, place)
        return (1, self._starts[at - 1]) if at else (0, -self._starts[0] if self._starts else 0)


def grouped(mentions: Sequence[Mention], told: Mapping[tuple[str, ...], tuple[str, ...]] | None = None) -> list[Entity]:
    """Entities of an article, each with its mentions.

    Args:
        mentions: All of them.
        told: Short forms that the article gives in brackets, with the names they are short for.
    """
    told = told or {}
    forms: dict[tuple[str, ...], list[Mention]] = {}
    for mention in mentions:
        if mention.words:
            forms.setdefault(_plain(mention.words), []).append(mention)
    entities: list[Entity] = []
    index: dict[str, list[Entity]] = {}
    pending: list[tuple[Mention, list[Entity]]] = []
    for words in sorted(forms, key=lambda words: (words in told, -len(words), -sum(map(len, words)), forms[words][0].start)):
        held = forms[words]
        near = {id(entity): entity for key in _keys(words) for entity in index.get(key, ())}
        meant = told.get(words)
        fitting = [one for one in entities if one.words == meant] if meant else [one for one in near.values() if _fits(words, held, one)]
        sure = [entity for entity in fitting if words in (entity.words[: len(words)], _without_suffix(entity.words)[-len(words) :])]
        fitting = sure or fitting  # "Patil" is Mr Patil before it is Ms Patil-Rao
        if len(words) == 1 and fitting and all(entity.kind == "PERSON" for entity in fitting):
            held = _apart(held, entities)
        if not fitting:
            entity = Entity(_fullest(held), words)
            for mention in held:
                entity.add(mention)
            entities.append(entity)
            for key in _held_keys(entity):
                index.setdefault(key, []).append(entity)
        elif len(fitting) == 1:
            for mention in held:
                fitting[0].add(mention)
        else:
            pending += [(mention, fitting) for mention in held]
    for mention, fitting in sorted(pending, key=lambda pair: pair[0].start):
        latest(mention.start, fitting).add(mention)
    return entities


def _apart(held: list[Mention], entities: list[Entity]) -> list[Mention]:
    """Mentions of a surname without those that are a place of the same name: "Lionel Paris spoke in Paris"."""
    placed = [one for one in held if one.points["GPE"] >= 2.3 and one.points["PERSON"] <= 0]
    if placed:
        entity = Entity(_fullest(placed), placed[0].words, given_kind="GPE")
        for mention in placed:
            entity.add(mention)
        entities.append(entity)
    return [one for one in held if one not in placed]


def latest(place: int, entities: Sequence[Entity]) -> Entity:
    """The entity that was mentioned last before a place; the first to come when none was."""
    return max(entities, key=lambda entity: entity.last_before(place))


def forms(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    """Single words and whole names by which entities may be mentioned again, folded, with the entities each may mean."""
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        if entity.kind is None:
            continue
        own = {" ".join(mention.words) for mention in entity.mentions} | {" ".join(entity.words)}
        if entity.kind == "PERSON" and len(entity.words) > 1:
            own |= {_without_suffix(entity.words)[-1], entity.words[0]} | _nickname(entity)
        if entity.kind == "ORG" and entity.words[-1] in listed("organisations", "teams"):
            own.add(entity.words[-1])
        for form in own:
            found.setdefault(form, []).append(entity)
    return found


def without_legal(full: tuple[str, ...]) -> tuple[str, ...]:
    """A firm's name without its legal form: "Hartigan & Co" is "Hartigan"."""
    while len(full) > 1 and (full[-1] in listed("organisations", "legal") or full[-1] in ("&", "sons", "brothers")):
        full = full[:-1]
    return full


# Which form may belong to which name ------------------------------------------------------------------------------------


def _keys(words: tuple[str, ...]) -> set[str]:
    """What a form is looked up by: its first and last words, and itself as an acronym. A form that fits shares one of them with its name."""
    return {words[0], words[-1], f"={''.join(words)}"}


def _held_keys(entity: Entity) -> set[str]:
    words = set(entity.words) | {part for part in entity.words[-1].split("-")} | _nickname(entity)
    return words | {f"={letters}" for letters in initials(entity.words)}


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    """A form without its article and with acronyms of places written out."""
    if len(words) == 1 and words[0] in acronyms():
        return tokens(acronyms()[words[0]])
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _fullest(held: Sequence[Mention]) -> str:
    """The longest way in which a name is written, not in capitals where there is another; a country's in full."""
    country = next((acronyms()[one.words[0]] for one in held if len(one.words) == 1 and one.words[0] in acronyms()), None)
    return country or max((one.text for one in held), key=lambda text: (not text.isupper() or len(text) < 6, len(text)))


def _fits(words: tuple[str, ...], held: Sequence[Mention], entity: Entity) -> bool:
    """Whether a form may be short for an entity's name."""
    full = entity.words
    if is_acronym(held[0].text, full):
        return True
    kind = entity.kind or entity.likely
    if kind == "PERSON":
        return _fits_person(words, held, entity)
    if len(words) >= len(full):
        return False
    if kind == "ORG" and words == without_legal(full):
        return True
    if kind in ("ORG", "FAC"):
        return _fits_thing(words, held, full, kind)
    if kind == "GPE":
        is_short = words == full[: len(words)] and full[-1] in listed("places", "heads")  # "Nyandu" for "Nyandu County"
        return is_short or (full[0] in ("upper", "lower", "new", "great") and words == full[1:])
    return False


def _fits_person(words: tuple[str, ...], held: Sequence[Mention], entity: Entity) -> bool:
    full = entity.words
    if len(words) == len(full):
        return _is_shorter(words, full)
    if len(words) > len(full) or (len(words) == 1 and words != full[-1:] and _own_kind(held, 2.5) == "GPE"):
        return False
    if _is_shorter(words, full) or words in (full[: len(words)], full[-len(words) :], _without_suffix(full)[-len(words) :]):
        return True
    if len(full) > 2 and _place(words, full) is not None and words[-1] not in SMALL:
        return True  # "Firdaus" of "Muhammad Firdaus Rahmat"
    return len(words) == 1 and (words[0] in full[-1].split("-") or words[0] in _nickname(entity))


def _fits_thing(words: tuple[str, ...], held: Sequence[Mention], full: tuple[str, ...], kind: str) -> bool:
    if " ".join(words) in countries_and_cities() | listed("organisations", "institutions") or _own_kind(held) == "PERSON":
        return False
    if _own_kind(held, 2.7 if kind == "FAC" else 3) == "GPE":  # one "in Tarn" is enough, beside "Tarn Pavilion"
        return False
    if len(words) == 1 and words[0] in listed("organisations", "generic") | listed("titles"):
        return False
    if len(words) == 1 and words[0] in listed("organisations", "civic") and all(one.is_first for one in held):
        return False  # "Police are …"
    at = _place(words, full)
    if at and len(words) == 1 and words[0] not in listed("organisations", "heads"):
        return at == len(full) - 1 and _own_kind(held, 1.5) == "ORG"  # not "Veldane" beside "Bank of Veldane"
    if at == 0 and is_of_place(tuple(word for word in full if word not in SMALL), len(words)):
        return _own_kind(held, 3) == "ORG"  # "Kelsport" beside "Kelsport Sailing Club" is the place
    return at is not None


def _place(words: tuple[str, ...], full: tuple[str, ...]) -> int | None:
    return next((at for at in range(len(full) - len(words) + 1) if full[at : at + len(words)] == words), None)


def _is_shorter(words: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether a person's name lacks a middle name or has initials: "H. S. Moe" for "Harald Sven Moe"."""
    if len(words) < 2 or words[-1] != _without_suffix(full)[-1]:
        return False
    if words[0] == full[0]:
        return True
    initials = words[:-1]
    return all(len(word) == 1 for word in initials) and all(name.startswith(initial) for initial, name in zip(initials, full, strict=False))


def _own_kind(held: Sequence[Mention], least: float = 4) -> str | None:
    """The kind that a form's own mentions speak for, when by enough points."""
    total: Counter[str] = Counter(held[0].own)
    for mention in held:
        total.update(mention.points)
    best = max(KINDS, key=lambda kind: total[kind])
    return best if total[best] >= least else None


def _without_suffix(full: tuple[str, ...]) -> tuple[str, ...]:
    return full[:-1] if len(full) > 1 and full[-1] in listed("suffixes", "inside") else full


def _nickname(entity: Entity) -> set[str]:
    """What stands between marks in a full name."""
    return {words[0] for found in _MARKED.findall(entity.name) if (words := tokens(found))}
