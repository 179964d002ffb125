"""What a name is called by: clues around a mention that it is a person, an organisation, a place with a government, or a building.

Each clue adds points to a kind; a name's kind is the one with most points over all of its mentions. The parser's own answer is one clue among them:
on names it never saw it is often wrong, while a title, a head noun ("Council", "Road") or "in" before the name is not. The points are a convention,
set on the open passages of ``tests/eval/gold`` and on nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nutgraf.reading import cues
from nutgraf.reading.capitals import Run
from nutgraf.reading.name_tokens import Word
from nutgraf.reading.name_words import countries_and_cities, fold
from nutgraf.reading.name_words import words as listed

if TYPE_CHECKING:
    from spacy.tokens import Doc

_ROAD_NUMBER = re.compile(r"(?:[ABMNERI]|US|SR|I|Highway|Route|Interstate)[- ]?\d{1,4}[A-Z]?(?:\(M\))?$")
_ACRONYM = re.compile(r"(?:[A-Z]{2,6}|(?:[A-Z]\.){2,5}|[A-Z][a-z]?[A-Z]{1,3}[a-z]?)$")
_LIKE_NAME = re.compile(r"(?:Mc|Mac|O['’]|Fitz|D['’])[A-Z]|[A-ZÀ-Þ][^\W\d_]+[-‐‑][A-ZÀ-Þ][^\W\d_]+$")
_AGE = re.compile(r",? (?:\(?(?:aged )?\d{1,2}\)?)(?:[,.;) ]|$)")
_SCORE = re.compile(r" \d{1,3}[-–]\d{1,3}\b")
_SCORE_BEFORE = re.compile(r"\b\d{1,3}[-–]\d{1,3} $")
_SOMEBODY = re.compile(r"(?:[a-z]{3}(?:er|or|ist|ian)|man|woman)$")
_IN = frozenset("in near across throughout outside inside around towards toward into within".split())
_WEAK_IN = frozenset("from to at for of by between over".split())
_AT = frozenset("at on along beside outside behind opposite under over near".split())
_MOVES = frozenset("move travel drive fly return go come arrive sail walk march flee emigrate head run stretch train bus flight road line ferry".split())
_STAFF = frozenset("director spokesman spokeswoman spokesperson boss chief chairman chairwoman chair founder owner owners shares staff workers members president executive "
                   "editor lawyers lawyer employees bosses managers manager player players fans supporters coach striker captain researchers".split())
_RULERS = frozenset("government mayor parliament voters residents people police council authorities capital state border embassy officials court prime".split())
_PEOPLE = re.compile(r", (?:who|whose|a|an|the|his|her|their|its|\d)\b")


def clues(text: str, words: Sequence[Word], run: Run, doc: Doc, offset: int) -> Counter[str]:
    """Points by kind for one mention.

    Args:
        text: The whole text.
        words: The words of the stretch.
        run: The mention.
        doc: The parse of the stretch.
        offset: Where the stretch begins.
    """
    points: Counter[str] = Counter()
    inner = words[run.first : run.last]
    _by_own_words(text[run.start : run.end], inner, points)
    _by_neighbours(text, words, run, points)
    for entity in doc.ents:
        start, end = offset + entity.start_char, offset + entity.end_char
        common = min(end, run.end) - max(start, run.start)
        if common > 0 and common >= 0.6 * max(end - start, run.end - run.start):
            kind = entity.label_
            if kind == "PERSON":
                points["PERSON"] += 1.6
            elif kind == "ORG":
                points["ORG"] += 0.7
            elif kind == "GPE":
                points["GPE"] += 1.6
            elif kind == "FAC":
                points["FAC"] += 1
            elif kind in ("NORP", "LOC", "EVENT", "WORK_OF_ART", "LAW", "PRODUCT", "LANGUAGE"):
                points["none"] += 1.2
            elif kind in ("DATE", "TIME"):
                points["none"] += 1.5
    return points


def _by_own_words(name: str, inner: Sequence[Word], points: Counter[str]) -> None:
    lower = [word.lower for word in inner]
    folded = " ".join(lower)
    last, n = lower[-1], len(inner)
    if folded in listed("organisations", "institutions"):
        points["ORG"] += 5
    if folded in countries_and_cities() or fold(folded) in countries_and_cities():
        points["GPE"] += 5
    if _ROAD_NUMBER.match(name):
        points["FAC"] += 7
    elif n == 1 and _ACRONYM.match(name) and folded not in countries_and_cities():
        points["ORG"] += 3
    if n > 1:
        if last in listed("organisations", "legal"):
            points["ORG"] += 8
        if last in listed("organisations", "heads"):
            points["ORG"] += 5 if last not in listed("buildings", "ambiguous") else 2
        if last in listed("buildings", "heads"):
            points["FAC"] += 5.5 if last not in listed("buildings", "ambiguous") else 2
        if last in listed("places", "heads"):
            points["GPE"] += 5
        if last in listed("not_names", "heads"):
            points["none"] += 4
        if any(word in listed("organisations", "heads") for word in lower[:-1]) and last in countries_and_cities():
            points["ORG"] += 4
            points["GPE"] -= 1
    if any(word in listed("organisations", "before_of") for word in lower[:-1]) and any(" of " in name or " for " in name for _ in (0,)):
        points["ORG"] += 6
    if lower[0] in listed("places", "before_of") and " of " in name:
        points["GPE"] += 6
    if "&" in name:
        points["ORG"] += 4
    if lower[0] in ("radio", "channel", "société", "université", "universidad", "instituto", "banco", "banque", "team", "club", "fc", "ac", "sc", "real", "rede"):
        points["ORG"] += 3
    if lower[0] in ("port", "fort", "mount", "upper", "lower", "great", "little", "new", "north", "south", "east", "west", "san", "santa", "saint", "st", "los", "las") and n == 2:
        points["GPE"] += 1
    if lower[0] in ("the",):
        points["ORG"] += 2
    if n > 1 and lower[0] in listed("given") or (n == 1 and lower[0] in listed("given")):
        points["PERSON"] += 3 if n > 1 else 1.5
    if n > 1 and len(inner[0].text) == 2 and inner[0].text[1] == ".":
        points["PERSON"] += 3
    if _LIKE_NAME.match(inner[-1].text) and not inner[-1].text.isupper():
        points["PERSON"] += 2 if n > 1 else 1.2
    if n > 1 and any(word.text in listed("particles") for word in inner[1:-1]) and "of" not in lower:
        points["PERSON"] += 3
    if last in listed("suffixes", "inside"):
        points["PERSON"] += 4
    if n in (2, 3) and not points:
        points["PERSON"] += 1.2
        points["ORG"] += 0.6


def _by_neighbours(text: str, words: Sequence[Word], run: Run, points: Counter[str]) -> None:
    before = words[run.first - 1] if run.first else None
    gap = text[before.after : run.start] if before is not None else ""
    after = words[run.last] if run.last < len(words) else None
    inner_end = words[run.last - 1].after if words[run.last - 1].is_possessive else run.end
    following = text[inner_end : inner_end + 24]
    n = run.last - run.first
    if before is not None and before.lower == "from" and after is not None and after.lower == "to" and run.last + 1 < len(words) and words[run.last + 1].is_capital:
        points["GPE"] += 2  # from … to …
    if before is not None and before.lower == "to" and run.first > 2 and words[run.first - 2].is_capital and words[run.first - 3].lower in ("from", "of", "central"):
        points["GPE"] += 2
    if before is not None and gap.strip() in ("", "“", '"') and "\n" not in gap and (not words[run.first].is_first or gap.strip()):
        _by_before(words, run, before, points)
    if before is not None and gap == ", " and before.is_capital and n <= 2 and not _PEOPLE.match(following):
        points["GPE"] += 3 if before.lower in listed("buildings", "heads") else 0.8
    elif before is not None and gap == ", " and before.tag == "NN" and run.first > 2 and words[run.first - 3].lower != "of":
        _by_noun(before.lower, points, 1.5)  # "The airport, Kelsport International"
    if _AGE.match(following):
        points["PERSON"] += 4 if following.startswith((", ", " (")) else 0
    if _SCORE.match(following) or _SCORE_BEFORE.search(text[max(0, run.start - 8) : run.start]):
        points["ORG"] += 3
    people = _PEOPLE.match(following)
    if people:
        _by_apposition(words, run, people.group().split()[-1], points)
    elif following.startswith(", which"):
        points["ORG"] += 1.5
        points["FAC"] += 1
        points["GPE"] += 1
        points["PERSON"] -= 3
    if words[run.last - 1].is_possessive and after is not None and after.lower in _STAFF:
        points["ORG"] += 1.5
    elif words[run.last - 1].is_possessive and any(word.lower in _RULERS for word in words[run.last : run.last + 2]):
        points["GPE"] += 2.5
    elif after is not None and after.start == run.end + 1 and not words[run.last - 1].is_possessive:
        if after.lower in _STAFF:
            points["ORG"] += 3
        elif after.lower in _RULERS:
            points["GPE"] += 2.5
        elif after.token is not None and after.token.tag_.startswith("VB") and after.token.tag_ not in ("VBG", "VBN"):
            lemma = after.token.lemma_.lower()
            speaks = lemma in cues.verbs() and lemma not in ("be", "have", "go", "hold", "find", "see", "show", "want", "know")
            points["PERSON"] += 1.5 if speaks else 0.5
            points["ORG"] += 0.9 if speaks else 0.4
    if after is not None and after.start <= run.end + 1 and after.lower in ("who", "whose"):
        points["PERSON"] += 2


def _by_apposition(words: Sequence[Word], run: Run, begins: str, points: Counter[str]) -> None:
    """What a name is said to be after a comma: "Orchard, a supermarket supplier"; "Rafiq, who leads …"."""
    if begins in ("who", "whose"):
        points["PERSON"] += 4 if begins == "who" else 1
        return
    if begins.isdigit():
        return
    noun = ""
    for word in words[run.last + 1 : run.last + 9]:
        if word.lower in ("of", "in", "at", "for", "with", "that", "which", "who", "to", "from", "on") or word.is_first or (noun and not word.tag.startswith("NN")):
            break
        if word.tag.startswith("NN") or word.is_capital:
            noun = word.lower
    if noun:
        _by_noun(noun, points, 3)


def _by_noun(noun: str, points: Counter[str], weight: float) -> None:
    """What kind a common noun such as "supplier", "town" or "analyst" names."""
    if noun in listed("not_names", "heads"):
        points["none"] += weight + 1
        return
    singular = noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
    if {noun, singular} & (listed("organisations", "common") | listed("organisations", "heads")):
        points["ORG"] += weight
        points["PERSON"] -= 1
    elif {noun, singular} & listed("places", "common"):
        points["GPE"] += weight
    elif {noun, singular} & (listed("buildings", "common") | listed("buildings", "heads")):
        points["FAC"] += weight
    else:
        points["PERSON"] += weight


def _is_modifier(words: Sequence[Word], run: Run) -> bool:
    """Whether a common noun follows at once, to which the article before belongs."""
    after = words[run.last] if run.last < len(words) else None
    here = words[run.last - 1]
    return after is not None and not here.is_possessive and after.start == here.end + 1 and after.tag in ("NN", "NNS") and not after.is_capital


def _by_before(words: Sequence[Word], run: Run, before: Word, points: Counter[str]) -> None:
    lower, n = before.lower, run.last - run.first
    two = words[run.first - 2].lower if run.first > 1 else ""
    if lower in listed("titles") and (before.is_capital or n > 1 or lower not in ("leader", "star", "hero", "legend", "boss")):
        points["PERSON"] += 6 if lower in ("mr", "mrs", "ms", "dr", "mx", "miss", "sir", "dame", "prof", "professor", "cllr", "rev", "sgt", "pc", "rep", "sen", "gov", "judge", "president", "mme", "pastor", "comrade") else 4
    elif before.is_possessive:
        return
    elif not before.is_capital and before.tag == "JJ" and _SOMEBODY.search(lower):
        points["PERSON"] += 2.5  # the parser takes "the photographer Ida Moen" for an adjective
    elif not before.is_capital and before.tag in ("NN", "NNS") and lower not in ("north", "south", "east", "west", "county", "city", "town"):
        _by_noun(lower, points, 2.5)
    elif lower == "the" and _is_modifier(words, run):
        return  # "the Moen years" says nothing of what Moen is
    elif lower == "the":
        points["FAC"] += 2.5 if two in _AT else 0.6
        points["ORG"] += 0.5 if two in _AT else 1.5
        points["PERSON"] -= 2.5
        points["GPE"] -= 1.5
        if two in ("told", "by"):
            points["ORG"] += 1.5
    elif words[run.last - 1].is_possessive and lower in (*_IN, *_AT, "from", "to", "at"):
        return  # "at Ida Moen's house"
    elif lower in _IN:
        points["GPE"] += 2.8
        points["PERSON"] -= 1
        if lower in _AT:
            points["FAC"] += 0.5
    elif lower in ("at", "on", "beside", "along"):
        points["FAC"] += 1.2
        points["ORG"] += 0.6
        points["PERSON"] -= 1
    elif lower in ("northern", "southern", "eastern", "western", "central", "rural", "downtown", "inland", "nearby", "greater"):
        points["GPE"] += 3
    elif lower in ("from", "to"):
        moves = before.token is not None and before.token.head.lemma_ in _MOVES
        points["GPE"] += 2.5 if moves else 1.3
        points["PERSON"] -= 0.5
    elif lower == "of":
        points["GPE"] += 3 if two in listed("places", "about") else 0.6
    elif lower in ("says", "said", "told", "asked", "according to", "adds", "added", "wrote", "quipped", "explained", "argued"):
        points["PERSON"] += 1.5
        points["ORG"] += 0.5
    elif before.token is not None and before.token.tag_.startswith("VB"):
        points["ORG"] += 0.3
        points["PERSON"] += 0.4
