"""What a name is called by: clues around a mention that it is a person, an organisation, a place with a government, or a building.

Each clue adds points to a kind; a name's kind is the one with most points over all of its mentions. The parser's own answer is one clue among them:
on names it never saw it is often wrong, while a title, a head noun ("Council", "Road") or "in" before the name is not. The points are a convention,
set on the open passages of ``tests/eval/gold`` and on nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nutgraf.reading import cues, name_foreign, name_houses
from nutgraf.reading.name_joins import Run
from nutgraf.reading.name_tokens import Word
from nutgraf.reading.name_words import acronyms, countries_and_cities, fold
from nutgraf.reading.name_words import words as listed

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LOOSE_CUES = ("be", "have", "go", "hold", "find", "see", "show", "want", "know")
#: "IIT-Madras", "RollingNews.ie"
_OTHER_FIRM = re.compile(r"^[A-Z]{2,6}-[A-Z][a-z]+$|\w\.(?:com|org|net|ie|io|in|ng|za|uk|au)$")
_BESIDE = ("at", "inside", "outside", "beside", "behind", "opposite")
_ENDS_NOUN = ("of", "in", "at", "for", "with", "that", "which", "who", "to", "from", "on")
_ROAD_NUMBER = re.compile(r"(?:[ABMNERI]|US|SR|I|(?:State )?Highway|State Route|Interstate)[- ]?\d{1,4}[A-Z]?(?:\(M\))?$")
_ACRONYM = re.compile(r"(?:[A-Z]{2,6}|(?:[A-Z]\.){2,5}|[A-Z][a-z]?[A-Z]{1,3}[a-z]?)$")
_LIKE_NAME = re.compile(r"(?:Mc|Mac|O['’]|Fitz|D['’])[A-Z]|[A-ZÀ-Þ][^\W\d_]+[-‐‑][A-ZÀ-Þ][^\W\d_]+$")
_AGE = re.compile(r",? (?:\(?(?:aged )?\d{1,2}\)?)(?:[,.;) ]|$)")
_SCORE = re.compile(r" \d{1,3}[-–]\d{1,3}\b")
_SCORE_BEFORE = re.compile(r"\b\d{1,3}[-–]\d{1,3} $")
_SOMEBODY = re.compile(r"(?:[a-z]{3}(?:er|or|ist|yst|ian)|man|woman)$")
#: What the parser's answers count for; it takes unknown names for organisations.
_PARSER = {
    "PERSON": ("PERSON", 1.6), "ORG": ("ORG", 0.7), "GPE": ("GPE", 1.6), "FAC": ("FAC", 1.0), "DATE": ("none", 1.5), "TIME": ("none", 1.5),
    **dict.fromkeys(("LOC", "EVENT", "WORK_OF_ART", "LAW", "PRODUCT"), ("none", 1.2)), "NORP": ("none", 2.2), "LANGUAGE": ("none", 2.5),
}  # fmt: skip
_PEOPLE = re.compile(r", (?:who|whose|a|an|the|his|her|their|its|\d)\b")


def clues(
    text: str, words: Sequence[Word], run: Run, doc: Doc, offset: int, common: Callable[[str], bool]
) -> tuple[Counter[str], Counter[str]]:
    """Points by kind for one mention: those of its own words, which each form of a name counts once, and those of what stands around it.

    Args:
        text: The whole text.
        words: The words of the stretch.
        run: The mention.
        doc: The parse of the stretch.
        offset: Where the stretch begins.
        common: Whether a word in lower case stands in a dictionary.
    """
    own: Counter[str] = Counter()
    points: Counter[str] = Counter()
    _by_own_words(text[run.start : run.end], words[run.first : run.last], own, common)
    _by_neighbours(text, words, run, points)
    name_houses.add_points(words, run, points)
    _by_parser(doc, offset, run, points)
    return own, points


def _by_parser(doc: Doc, offset: int, run: Run, points: Counter[str]) -> None:
    """The parser's own answer, where it covers much the same words."""
    for entity in doc.ents:
        start, end = offset + entity.start_char, offset + entity.end_char
        if min(end, run.end) - max(start, run.start) >= 0.6 * max(end - start, run.end - run.start):
            kind, weight = _PARSER[entity.label_] if entity.label_ in _PARSER else ("", 0.0)
            if kind:
                points[kind] += weight


def _by_own_words(name: str, inner: Sequence[Word], points: Counter[str], common: Callable[[str], bool]) -> None:
    lower = [word.lower for word in inner]
    folded = " ".join(lower)
    last, n = lower[-1], len(inner)
    if folded in listed("organisations", "institutions") and (len(folded) > 3 or name.isupper()):
        points["ORG"] += 6
    elif n > 1 and lower[0] in listed("organisations", "institutions") and last not in listed("buildings", "heads"):
        points["ORG"] += 4
    if folded in acronyms() and n == 1:
        points["GPE"] += 5
    if _OTHER_FIRM.search(name):
        points["ORG"] += 3
    if folded in countries_and_cities() or fold(folded) in countries_and_cities():
        points["GPE"] += 5
    if inner[-1].compound == "based":
        points["GPE"] += 4
    if lower[0] in ("interstate", "highway", "motorway", "terminal") and last.isdigit():
        points["FAC"] += 6
    if lower[0] in ("mv", "hms", "uss", "rms", "ss") and n > 1:
        points["none"] += 6
    if _ROAD_NUMBER.match(name):
        points["FAC"] += 7
    elif n == 1 and (_ACRONYM.match(name) or (name.isupper() and 1 < len(name) < 7)) and folded not in countries_and_cities():
        points["ORG"] += 3.5
    if n > 1:
        if last in listed("organisations", "legal"):
            points["ORG"] += 8
        if last in listed("organisations", "heads"):
            is_hall = last == "court" and lower[-2] not in listed("neighbours", "courts")  # a house: "Harcombe Court"
            points["FAC" if is_hall else "ORG"] += 4 if is_hall else 5 if last not in listed("buildings", "ambiguous") else 2
        if last in listed("buildings", "heads"):
            is_somebody = n == 2 and lower[0] in listed("given")  # "Mick Street"
            points["FAC"] += 2 if last in listed("buildings", "ambiguous") else 5 if is_somebody else 5.5
        if last in listed("places", "heads"):
            points["GPE"] += 5 if last not in ("city", "municipality") else 2.5  # a town, its team or its council
            points["ORG"] += 3 if last == "municipality" else 0
        if last in listed("not_names", "heads") or lower[0] in listed("not_names", "heads"):
            points["none"] += 4
        if any(word in listed("organisations", "heads") for word in lower[:-1]) and last in countries_and_cities():
            points["ORG"] += 4
            points["GPE"] -= 1
    if any(word in listed("organisations", "before_of") for word in lower[:-1]) and (" of " in name or " for " in name):
        points["ORG"] += 6
    if " of " in name and lower[lower.index("of") - 1] in listed("places", "before_of"):
        points["GPE"] += 6  # "Republic of …", "Free State of …"
    if n > 1 and " of " in name and lower[0] in listed("buildings", "before_of"):
        points["FAC"] += 6
    name_foreign.add_points(lower, points)
    if lower[0] in ("local", "lodge") and last.isdigit():
        points["ORG"] += 6
    is_regional = lower[0] in countries_and_cities() or (inner[0].text.isupper() and len(lower[0]) < 4)
    if n == 2 and is_regional and last in listed("neighbours", "services"):
        points["ORG"] += 5  # "NSW Health", "Sydney Water"
    if n == 2 and lower[0] in listed("neighbours", "services") | {"historic", "visit", "sport"} and last in countries_and_cities():
        points["ORG"] += 6  # "Cricket Scotland", "Visit Wales"
    if "&" in name:
        points["ORG"] += 4
    if lower[0] in listed("neighbours", "firsts_of_places") and n > 1:
        points["GPE"] += 1.3
    if lower[0] == "the":
        points["ORG"] += 2
    if lower[0] in listed("given") and "&" not in name:
        points["PERSON"] += 3 if n > 1 else 1.5
    if n > 1 and len(inner[0].text) == 2 and inner[0].text[1] == ".":
        points["PERSON"] += 3
    if _LIKE_NAME.match(inner[-1].text) and not inner[-1].text.isupper():
        points["PERSON"] += 2 if n > 1 else 1.2
    if n > 1 and any(word.text in listed("particles") for word in inner[1:-1]) and "of" not in lower:
        points["PERSON"] += 3
    if last in listed("suffixes", "inside"):
        points["PERSON"] += 4
    if n > 1 and common(last) and last.endswith("s") and not last.endswith("ss") and last not in listed("given") and not points:
        points["ORG"] += 2  # "Corve Valley Coaches"
    if n in (2, 3) and not points:
        rare = sum(not common(word) for word in (lower[0], last))
        points["PERSON"] += 1.2 + 0.4 * rare if rare or lower[0] in listed("given") else 0.6
        points["ORG"] += 0.6


def _by_neighbours(text: str, words: Sequence[Word], run: Run, points: Counter[str]) -> None:
    before = words[run.first - 1] if run.first else None
    after = words[run.last] if run.last < len(words) else None
    here = words[run.last - 1]
    following = text[here.after if here.is_possessive else run.end :][:24]
    if before is not None:
        _by_what_comes_before(text, words, run, before, after, following, points)
    if _AGE.match(following) and following.startswith((", ", " (")):
        points["PERSON"] += 4
    if _SCORE.match(following) or _SCORE_BEFORE.search(text[max(0, run.start - 8) : run.start]):
        points["ORG"] += 6
    is_of = before is not None and before.lower in ("from", "in", "of", "near", "at", "for", "with")  # ", who" is of whoever comes from there
    if (people := _PEOPLE.match(following)) and not (is_of and people.group().endswith("who")):
        _by_apposition(words, run, people.group().split()[-1], points)
    if following.startswith(", which"):
        points.update({"ORG": 1.5, "FAC": 1, "GPE": 1, "PERSON": -3})
    if after is not None:
        _by_what_comes_after(words, run, here, after, points)


def _by_what_comes_before(
    text: str, words: Sequence[Word], run: Run, before: Word, after: Word | None, following: str, points: Counter[str]
) -> None:
    gap = text[before.after : run.start]
    is_to = after is not None and after.lower == "to" and run.last + 1 < len(words) and words[run.last + 1].is_capital
    is_from = run.first > 2 and words[run.first - 2].is_capital and words[run.first - 3].lower in ("from", "of", "central")
    if (before.lower == "from" and is_to) or (before.lower == "to" and is_from):
        points["GPE"] += 2  # from … to …
    if gap.strip() in ("", "“", '"') and "\n" not in gap and (not words[run.first].is_first or gap.strip()):
        _by_before(words, run, before, points)
    if gap != ", ":
        return
    is_row = following.startswith((" and ", ", ")) and run.last < len(words) and words[run.last].is_capital
    is_row = is_row or text[run.end :].startswith(" and ")
    is_row = is_row or (run.first > 1 and text[words[run.first - 2].after : before.start].strip() in (",", ";"))
    if before.is_capital and run.last - run.first <= 2 and not is_row and not _PEOPLE.match(following):
        points["GPE"] += 3 if before.lower in listed("buildings", "heads") else 0.8
    elif before.tag == "NN" and run.first > 2 and words[run.first - 3].lower != "of":
        _by_noun(before.lower, points, 1.5)  # "The airport, Kelsport International"


def _by_what_comes_after(words: Sequence[Word], run: Run, here: Word, after: Word, points: Counter[str]) -> None:
    if here.is_possessive:
        if after.lower in listed("neighbours", "staff"):
            points["ORG"] += 1.5
        elif any(word.lower in listed("neighbours", "governed") for word in words[run.last : run.last + 2]):
            points["GPE"] += 2.5
    elif after.start == run.end + 1:
        if after.lower in listed("neighbours", "staff"):
            points["ORG"] += 3
        elif after.lower in listed("neighbours", "governed"):
            points["GPE"] += 2.5
        elif after.lower in ("is", "was") and run.last + 1 < len(words) and words[run.last + 1].lower in ("a", "an", "the", "still"):
            points["GPE"] += 3 if _head_noun(words, run.last + 2) in listed("places", "common") else 0  # "is the capital of"
        elif after.tag.startswith("VB") and after.tag not in ("VBG", "VBN"):
            lemma = after.token.lemma_.lower() if after.token is not None else ""
            speaks = lemma in cues.verbs() and lemma not in _LOOSE_CUES
            points.update({"PERSON": 1.5, "ORG": 0.9} if speaks else {"PERSON": 0.5, "ORG": 0.4})
    if after.start <= run.end + 1 and after.lower in ("who", "whose"):
        points["PERSON"] += 2


def _by_apposition(words: Sequence[Word], run: Run, begins: str, points: Counter[str]) -> None:
    """What a name is said to be after a comma: "Orchard, a supermarket supplier"; "Rafiq, who leads …"."""
    if begins in ("who", "whose"):
        points["PERSON"] += 4 if begins == "who" else 1
        return
    if begins.isdigit():
        return
    if noun := _head_noun(words, run.last + 1):
        _by_noun(noun, points, 3)


def _head_noun(words: Sequence[Word], first: int) -> str:
    """The last noun of a phrase that begins at a word, in lower case."""
    noun = ""
    for word in words[first : first + 8]:
        if word.lower in _ENDS_NOUN or word.is_first or (noun and not word.tag.startswith("NN")):
            break
        if word.is_possessive:
            continue  # "the port's managing director" is no port
        if word.tag.startswith("NN") or word.is_capital:
            noun = word.lower
    return noun


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
        points["PERSON"] += weight + (1 if {noun, singular} & listed("titles") else 0)


def _is_modifier(words: Sequence[Word], run: Run) -> bool:
    """Whether a common noun follows at once, to which the article before belongs."""
    after = words[run.last] if run.last < len(words) else None
    here = words[run.last - 1]
    return after is not None and not here.is_possessive and after.start == here.end + 1 and after.tag in ("NN", "NNS") and not after.is_capital


def _by_before(words: Sequence[Word], run: Run, before: Word, points: Counter[str]) -> None:
    """Points by the word directly before a name."""
    lower, two = before.lower, words[run.first - 2].lower if run.first > 1 else ""
    is_owner = words[run.last - 1].is_possessive
    is_certain = before.is_capital or run.last - run.first > 1 or lower not in listed("neighbours", "loose_titles")
    if lower in ("storm", "hurricane", "cyclone", "typhoon"):
        points["none"] += 6
    elif lower in listed("titles") and is_certain:
        points["PERSON"] += 6 if lower in listed("neighbours", "sure_titles") else 4
    elif before.is_possessive or (lower == "the" and _is_modifier(words, run)):
        return  # "the Moen years" says nothing of what Moen is
    elif not before.is_capital and before.tag == "JJ" and _SOMEBODY.search(lower):
        points["PERSON"] += 2.5  # the parser takes "the photographer Ida Moen" for an adjective
    elif not before.is_capital and before.tag == "NN" and lower not in listed("neighbours", "compass"):
        _by_noun(lower, points, 2.5)
    elif lower == "the":
        is_at = two in listed("neighbours", "at")
        points.update({"FAC": 2.5 if is_at else 0.6, "ORG": 0.5 if is_at else 1.5, "PERSON": -2.5, "GPE": -1.5})
    elif is_owner and lower in listed("neighbours", "into") | listed("neighbours", "at") | {"from", "to"}:
        return  # "at Ida Moen's house"
    elif lower == "in" and two in listed("neighbours", "no_place"):
        return  # "interest in Moen"
    elif lower in _BESIDE and run.last - run.first > 1 and words[run.last - 1].lower in listed("buildings", "heads"):
        points.update({"FAC": 2.8, "PERSON": -1})  # "inside Salt House"
    elif lower in listed("neighbours", "into"):
        points.update({"GPE": 2.8, "PERSON": -1, "FAC": 0.5 if lower in listed("neighbours", "at") else 0})
    elif lower == "at" and two and words[run.first - 2].tag in ("NN", "NNS") and _SOMEBODY.search(two):
        points.update({"ORG": 3, "FAC": 0.5, "PERSON": -1})  # "an analyst at Moen Dale"
    elif lower in ("at", "on", "beside", "along"):
        points.update({"FAC": 1.2, "ORG": 0.6, "PERSON": -1})
    elif lower in listed("neighbours", "compass"):
        points["GPE"] += 3
    elif lower == "told" or (lower == "to" and two in ("speaking", "spoke", "speaks", "talking")):
        points.update({"ORG": 2, "PERSON": 0.5})  # an outlet, mostly
    elif lower in ("from", "to"):
        moves = before.token is not None and before.token.head.lemma_ in listed("neighbours", "moves")
        points.update({"GPE": 2.5 if moves else 1.3, "PERSON": -0.5})
    elif lower == "of" and two in listed("neighbours", "heads_of"):
        points.update({"ORG": 4, "GPE": 0.5})  # "founder of Moen Dale"
    elif lower == "of":
        points["GPE"] += 4 if two in listed("places", "about") else 0.9
    elif lower == "for" and two in ("bound", "headed", "heading", "destined"):
        points.update({"GPE": 3, "PERSON": -1})
    elif lower in ("says", "said", "asked", "adds", "added", "wrote", "quipped", "explained", "argued"):
        points.update({"PERSON": 1.5, "ORG": 0.5})
    elif before.is_first and lower in listed("neighbours", "bodies"):
        points.update({"ORG": 3, "PERSON": -1})  # "Organisers Tarn Arts said"
    elif before.tag.startswith("VB"):
        points.update({"ORG": 0.3, "PERSON": 0.4})


def _is_modifier(words: Sequence[Word], run: Run) -> bool:
    """Whether a common noun follows at once, to which the article before belongs."""
    after = words[run.last] if run.last < len(words) else None
    here = words[run.last - 1]
    return after is not None and not here.is_possessive and after.start == here.end + 1 and after.tag in ("NN", "NNS") and not after.is_capital
