"""Which mentions mean the same: forms of one name within an article, and mentions that only their forms give away.

A shorter form belongs to the longest name whose words hold it: a person's last or first name, the beginning of an organisation's name, an
acronym of its words. When several names fit, the one that was mentioned last before it is meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nutgraf.reading.name_words import KINDS, acronyms, countries_and_cities, tokens
from nutgraf.reading.name_words import words as listed

#: A name needs as many points for a kind; less is a word with a capital.
THRESHOLD = 1.5
#: As many where it is a dictionary's word at the beginning of a sentence, or several such words.
WEAK_THRESHOLD = 3.5
_SMALL = frozenset("of the for and in to a & de du la del".split())


@dataclass(slots=True)
class Mention:
    """One mention: characters of the text, and the points of each kind."""

    start: int
    end: int
    text: str
    points: Counter[str]
    rule: str = "written"
    is_first: bool = False
    is_weak: bool = False
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.words = tokens(self.text)


@dataclass(slots=True)
class Entity:
    """One person, organisation, place or building of an article."""

    name: str
    words: tuple[str, ...]
    mentions: list[Mention] = field(default_factory=list)
    given_kind: str | None = None
    given_name: str | None = None

    @property
    def points(self) -> Counter[str]:
        """The points of its mentions. Those under the full name count whole and the shorter half: a surname may be a place's name as well."""
        total: Counter[str] = Counter()
        for mention in self.mentions:
            weight = 1.0 if mention.words == self.words else 0.5
            for kind, points in mention.points.items():
                total[kind] += weight * points
        return total

    @property
    def likely(self) -> str | None:
        """The kind with most points, be they few."""
        total = self.points
        best = max(KINDS, key=lambda kind: total[kind])
        return best if total[best] > 0 else None

    @property
    def kind(self) -> str | None:
        """The kind with most points, None below the threshold."""
        if self.given_kind:
            return self.given_kind
        total = self.points
        best = max(KINDS, key=lambda kind: total[kind])
        least = WEAK_THRESHOLD if all(mention.is_weak for mention in self.mentions) else THRESHOLD
        return best if total[best] >= least and total[best] > total["none"] else None


def grouped(mentions: Sequence[Mention]) -> list[Entity]:
    """Entities of an article, each with its mentions."""
    forms: dict[tuple[str, ...], list[Mention]] = {}
    for mention in mentions:
        if mention.words:
            forms.setdefault(_plain(mention.words), []).append(mention)
    entities: list[Entity] = []
    pending: list[tuple[Mention, list[Entity]]] = []
    for words in sorted(forms, key=lambda words: (-len(words), -len(" ".join(words)), forms[words][0].start)):
        held = forms[words]
        fitting = [entity for entity in entities if _fits(words, held, entity)]
        if not fitting:
            entities.append(Entity(_fullest(held), words, list(held)))
        elif len(fitting) == 1:
            fitting[0].mentions += held
        else:
            pending += [(mention, fitting) for mention in held]
    for mention, fitting in sorted(pending, key=lambda pair: pair[0].start):
        latest(mention.start, fitting).mentions.append(mention)
    return entities


def _fullest(held: Sequence[Mention]) -> str:
    """The longest way in which a name is written, not in capitals where there is another."""
    return max((one.text for one in held), key=lambda text: (not text.isupper() or len(text) < 6, len(text)))


def latest(place: int, entities: Sequence[Entity]) -> Entity:
    """The entity that was mentioned last before a place; the first to come when none was."""

    def when(entity: Entity) -> tuple[int, int]:
        before = [one.start for one in entity.mentions if one.start < place]
        return (1, max(before)) if before else (0, -min((one.start for one in entity.mentions), default=0))

    return max(entities, key=when)


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    """A form without its article and with acronyms of places written out."""
    if len(words) == 1 and words[0] in acronyms():
        return tokens(acronyms()[words[0]])
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _fits(words: tuple[str, ...], held: Sequence[Mention], entity: Entity) -> bool:
    """Whether a form may be short for an entity's name."""
    if is_acronym(held[0].text, entity.words):
        return True
    full = entity.words
    kind = entity.kind or entity.likely
    if kind == "PERSON" and len(words) == len(full):
        return _is_shorter(words, full)
    if len(words) >= len(full):
        return False
    if kind == "PERSON":
        if _own_kind(held) in ("GPE",) and len(words) == 1 and words != full[-1:]:
            return False
        return _is_shorter(words, full) or words == full[: len(words)] or words == full[-len(words) :] or words == _without_suffix(full)[-len(words) :] or (
            len(words) == 1 and words[0] in {part for word in full[-1:] for part in word.split("-")} | _nickname(entity)
        )
    if kind == "ORG" and words == without_legal(full):
        return True
    if kind in ("ORG", "FAC"):
        if " ".join(words) in countries_and_cities() | listed("organisations", "institutions") or _own_kind(held) == "PERSON" or _own_kind(held, 3 if kind == "ORG" else 5.5) == "GPE":
            return False
        if len(words) == 1 and (words[0] in _GENERIC or words[0] in listed("titles")):
            return False
        at = _place(words, full)
        if at and len(words) == 1 and words[0] not in listed("organisations", "heads"):
            return at == len(full) - 1 and _own_kind(held, 1.5) == "ORG"  # not "Veldane" beside "Bank of Veldane"
        if at == 0 and len(words) == 1 and all(word in listed("organisations", "civic") or word in _SMALL for word in full[1:]):
            return _own_kind(held, 3) == "ORG"  # "Kelsport" beside "Kelsport Sailing Club" is the place
        return at is not None
    if kind == "GPE":
        return words == full[: len(words)] and full[-1] in listed("places", "heads") or (full[0] in ("upper", "lower", "new", "great") and words == full[1:])
    return False


def _is_shorter(words: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether a person's name lacks a middle name or has initials: "H. S. Moe" for "Harald Sven Moe"."""
    if len(words) < 2 or words[-1] != _without_suffix(full)[-1]:
        return False
    if words[0] == full[0]:
        return True
    initials = words[:-1]
    return all(len(word) == 1 for word in initials) and all(name.startswith(initial) for initial, name in zip(initials, full, strict=False))


_GENERIC = frozenset("national royal united general central city county state the new north south east west world international first public local free old red blue green".split())


def _own_kind(held: Sequence[Mention], least: float = 4) -> str | None:
    total: Counter[str] = Counter()
    for mention in held:
        total.update(mention.points)
    best = max(KINDS, key=lambda kind: total[kind])
    return best if total[best] >= least else None


def _place(words: tuple[str, ...], full: tuple[str, ...]) -> int | None:
    return next((at for at in range(len(full) - len(words) + 1) if full[at : at + len(words)] == words), None)


def _without_suffix(full: tuple[str, ...]) -> tuple[str, ...]:
    return full[:-1] if full and full[-1] in listed("suffixes", "inside") else full


def without_legal(full: tuple[str, ...]) -> tuple[str, ...]:
    while len(full) > 1 and (full[-1] in listed("organisations", "legal") or full[-1] in ("&", "sons", "brothers")):
        full = full[:-1]
    return full


def _nickname(entity: Entity) -> set[str]:
    """What stands between marks in a full name."""
    import re

    return {tokens(found)[0] for found in re.findall(r"[“\"‘'(]([^\s“”\"‘’')]+)[”\"’')]", entity.name) if tokens(found)}


def is_acronym(text: str, full: Sequence[str]) -> bool:
    """Whether a word stands for the first letters of a name: those of all words, or of all but the small ones.

    >>> is_acronym("JUSW", ("joint", "union", "of", "state", "workers"))
    True
    """
    letters = text.replace(".", "")
    if len(full) < 2 or not 2 <= len(letters) <= 7 or not letters.isalpha() or sum(c.isupper() for c in letters) < 2:
        return False
    large = "".join(word[0] for word in full if word not in _SMALL)
    every = "".join(word[0] for word in full)
    wanted = letters.casefold()
    if wanted in (large, every):
        return True
    cut = [word for word in full if word not in _SMALL and word not in listed("organisations", "legal")]
    return len(cut) > 1 and wanted == "".join(word[0] for word in cut)


def forms(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    """Single words and whole names by which entities may be mentioned again, folded, with the entities each may mean."""
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        if entity.kind is None:
            continue
        own = {" ".join(mention.words) for mention in entity.mentions} | {" ".join(entity.words)}
        if entity.kind == "PERSON" and len(entity.words) > 1:
            own |= {_without_suffix(entity.words)[-1], entity.words[0]} | _nickname(entity)
        for form in own:
            held = found.setdefault(form, [])
            if entity not in held:
                held.append(entity)
    return found
