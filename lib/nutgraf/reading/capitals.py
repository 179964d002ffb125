"""Runs of words with a capital: everything in a parsed stretch that may be a name.

Small words inside ("van der", "of" after "University") belong to a run. A word that has a capital because a sentence begins there counts only when
it is no dictionary's word or the parser takes it for a name. Lines in title case or capitals throughout hold no runs: their capitals say
nothing, and names in them are found as forms of names that the text writes elsewhere (`nutgraf.reading.aliases`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nutgraf.reading.name_joins import Run, joined
from nutgraf.reading.name_tokens import Word, words_of
from nutgraf.reading.name_words import countries_and_cities
from nutgraf.reading.name_words import words as listed

if TYPE_CHECKING:
    from spacy.tokens import Doc

Common = Callable[[str], bool]
_MIXED = re.compile(r"[A-Z][a-z]?[A-Z]{1,5}[a-z]?$")
_SHORT_MIXED = re.compile(r"[A-Z][a-z][A-Z]{1,4}$")  # "MoT", and not "MOT" or "MPs"
_NICKNAME = re.compile(r" [“\"‘'(]([A-Z][\w’-]+)[”\"’')] (?=[A-ZÀ-Þ])")
_CLOSED = ("” ", '" ', "’ ", "' ", ") ")
_LOWER_KINDS = ("pump", "pumping", "power", "radio", "coach", "railway", "bus", "train", "police", "fire", "metro", "tube", "underground")
_LOWER_ENDS = ("plc", "ltd", "gmbh", "station", "airport", "stadium", "interchange", "terminal", "bridge")
_NO_NAME = re.compile(r"[DR]-[A-Z]|[A-Z]-[a-z]")  # "D-Ohio", "T-shirt"
_NUMBERED_ROAD = re.compile(r"[A-Z]{1,3}-?\d{1,4}$")
_BRANCHES = ("Local", "Lodge", "Precinct")  # "Local 12" of a union
_NUMBERED = ("interstate", "highway", "motorway", "terminal", "route", *(name.lower() for name in _BRANCHES))
_SCORE = re.compile(r"\d{1,2}-\d{1,2}$")


@dataclass(slots=True)
class Line:
    """A stretch with its words and runs; `is_telling` says whether a capital means something in it."""

    words: list[Word]
    runs: list[Run]
    is_telling: bool


def read(
    text: str, offset: int, doc: Doc, lowered: frozenset[str], common: Common, *, is_heading: bool = False, begins: Set[int] = frozenset()
) -> Line:
    """Words and runs of a stretch.

    Args:
        text: The whole text.
        offset: Where the stretch begins in it.
        doc: Its parse.
        lowered: Words that the text writes without a capital somewhere.
        common: Whether a word in lower case stands in a dictionary.
        is_heading: Whether it is a headline or a heading, which many newsrooms write in title case.
        begins: Where parts begin: no name reaches from one into the next.
    """
    words = list(words_of(text, offset, doc))
    for before, word in zip([None, *words], words, strict=False):
        is_dateline_s = before is not None and before.is_first and before.text.isupper() and len(before.text) > 2
        if word.start in begins or (is_dateline_s and word.text == "The"):  # "TARN The Tarn Herald has …"
            word.is_first = word.begins_part = True
    if not _is_telling(words, common, is_heading=is_heading):
        return Line(words, [], is_telling=False)
    name_like = [_is_name_like(words, at, lowered, common) for at in range(len(words))]
    return Line(words, joined(text, words, _runs(text, words, name_like)), is_telling=True)


def _is_telling(words: Sequence[Word], common: Common, *, is_heading: bool) -> bool:
    """Whether a capital means something in a line: not where most common words have one too."""
    long = [word for word in words if len(word.text) > 3 and word.text[0].isalpha()]
    if sum(word.text.isupper() for word in long) >= max(1, 0.6 * len(long)):
        return False
    ordinary = [word for word in long if common(word.lower) and word.lower not in listed("given")]
    if 2 * len(ordinary) < len(long):
        return True  # a list of names
    if len(ordinary) < 3 or sum(word.is_capital for word in ordinary) < 0.75 * len(ordinary):
        return True
    acting = (word for word in words if word.is_capital and not word.is_first and word.tag.startswith(("VB", "RB", "MD", "PR", "W")))
    return not is_heading and sum(1 for _ in acting) < 2


# Words that may belong to a name ----------------------------------------------------------------------------------------


def _is_name_like(words: Sequence[Word], at: int, lowered: frozenset[str], common: Common) -> bool:
    word = words[at]
    lower = word.lower
    if not word.is_capital or (len(word.text) == 1 and lower in ("i", "a")):
        return False
    if word.is_initial:
        return True
    if lower in listed("days"):
        return _is_somebody(words, at)
    before, after = words[at - 1] if at else None, words[at + 1] if at + 1 < len(words) else None
    is_inside = before is not None and before.is_capital and before.end + 1 == word.start and not word.is_first
    if is_inside and before is not None and before.lower in listed("labels", "function"):
        is_inside = before.text == "The" and not before.is_first
    is_labelling = after is not None and after.is_first and after.start == word.end + 2 and not word.text.isupper()
    if is_labelling and lower in listed("labels", "pictures"):
        return False  # "Tarn Image: Newsfoto"
    if _NO_NAME.match(word.text) or lower.endswith("n't"):
        return False
    if (lower in listed("not_names") and (lower == "phd" or not _SHORT_MIXED.match(word.text))) or (
        lower in listed("labels", "numbers") and not is_inside and not _is_particle(words, at)
    ):
        return False
    if word.compound and common(lower):
        return False  # "Flood-hit"
    if not word.text.isalpha() and any(character.isdigit() for character in word.text):
        is_amount = after is not None and after.start == word.end + 1 and after.text.isdigit() and len(after.text) == 3  # "R19,000"
        return _NUMBERED_ROAD.match(word.text) is not None and not is_amount
    is_led = after is not None and after.is_capital and after.start == word.end + 1
    if word.text in _BRANCHES and after is not None and after.text.isdigit():
        return True
    if lower in listed("adjectives") and lower not in listed("given") and not is_inside and (not is_led or after.lower in listed("adjectives")):
        return False
    if lower in listed("labels") and not is_inside and (word.is_first or not is_led):
        return False
    if before is not None and before.lower in ("on", "of", "since", "until") and after is not None and after.lower.endswith("day") and is_led:
        if after.lower in listed("days") and common(lower) and lower not in listed("given"):
            return False  # "on Carnival Friday", and not "said Moen Friday"
    if lower in listed("days", "short") and not is_led and not is_inside:
        return False
    return not word.is_first or _begins_with_name(words, at, lowered, common)


def _begins_with_name(words: Sequence[Word], at: int, lowered: frozenset[str], common: Common) -> bool:
    """Whether the first word of a sentence, which has a capital in any case, is or begins a name."""
    word, lower = words[at], words[at].lower
    is_institution = len(lower) > 3 and lower in listed("organisations", "institutions")
    is_known = is_institution or lower in listed("titles") or lower in countries_and_cities()
    if is_known or _MIXED.match(word.text) or _is_particle(words, at):
        return True
    if lower in listed("labels", "function"):
        return False
    if not common(lower):
        return True
    after = words[at + 1] if at + 1 < len(words) else None
    if after is not None and after.start == word.end + 1 and _SCORE.match(after.text) and word.tag.startswith("NN"):
        return True  # "Kites 2-0 Norsham"
    is_led = after is not None and after.is_capital and (not after.is_first or after.start == word.end + 2) and not word.is_possessive
    if lower in lowered:
        return is_led and word.tag.startswith("NNP")
    if is_led:
        if word.tag.startswith(("RB", "CC", "DT", "PR", "W", "MD")):
            return lower in listed("given")
        return not word.tag.startswith("VB") or lower in listed("given") or not common(after.lower)
    if after is not None and word.tag.startswith("NNP") and (after.lower in ("himself", "herself") or _is_speaker(word, after)):
        return True
    if after is not None and after.lower in ("a", "an", "the", "who", "which") and after.start == word.end + 2:
        return word.tag.startswith("NN")  # "Orchard, a bank, …"
    return word.tag.startswith("NNP") and (word.is_possessive or (after is not None and after.tag.startswith(("VB", "MD"))))


def _is_speaker(word: Word, after: Word) -> bool:
    """Whether a colon stands between two words: "Nixon: “Well, …”"."""
    if not after.is_first or not 2 <= after.start - word.end <= 4 or after.token is None or not after.token.i:
        return False
    return after.token.nbor(-1).text != "."


def _is_particle(words: Sequence[Word], at: int) -> bool:
    """Whether a name begins with a small word: "Van der Berg"."""
    if words[at].lower not in listed("particles"):
        return False
    step = at + 1
    while step < len(words) and step - at < 3 and words[step].text in listed("particles"):
        step += 1
    return step < len(words) and words[step].is_capital and not words[step].is_first


def _is_somebody(words: Sequence[Word], at: int) -> bool:
    """Whether a day or month is somebody's name: "Peter May", "May Lovegrove", "Mr May"."""
    word = words[at]
    before, after = words[at - 1] if at else None, words[at + 1] if at + 1 < len(words) else None
    is_next = before is not None and before.is_capital and before.after + 1 == word.start
    is_titled = is_next and before.lower in listed("titles")
    if is_next and not word.is_first and before.lower not in listed("days"):
        is_named = before.lower in listed("given") or (word.tag.startswith("NNP") and before.lower not in listed("labels", "function"))
        is_named = is_named and (before.lower in listed("given") or not word.lower.endswith("day"))  # "Carnival Friday"
        if is_titled or (is_named and not (after is not None and after.text[0].isdigit())):
            return True
    if after is None or not after.is_capital or after.is_first or word.is_possessive or after.lower in listed("days") | listed("not_names"):
        return False
    if after.start - word.end == 3:  # May & Sons
        return True
    is_free = before is not None and before.lower not in listed("days", "before") and word.tag.startswith("NNP")
    return after.start - word.end == 1 and (is_titled or is_free)


# Runs -------------------------------------------------------------------------------------------------------------------


def _runs(text: str, words: Sequence[Word], name_like: Sequence[bool]) -> Iterator[Run]:
    at = 0
    while at < len(words):
        last: int | None = at
        if not name_like[at] and not _is_titled_particle(words, name_like, at):
            at += 1
            continue
        while (step := _next(text, words, name_like, last)) is not None:
            last = step
        if last == at and len(words[at].text.rstrip(".")) == 1:
            at += 1
            continue
        yield Run(at, last + 1, words[at].start, words[last].end)
        at = last + 1


def _is_titled_particle(words: Sequence[Word], name_like: Sequence[bool], at: int) -> bool:
    """Whether a name begins with a small word after a title: "Mr de Kermadec"."""
    is_small = words[at].text in listed("particles") and at > 0 and at + 1 < len(words) and name_like[at + 1]
    return is_small and words[at - 1].is_capital and words[at - 1].lower in listed("titles") and words[at + 1].start == words[at].end + 1


def _next(text: str, words: Sequence[Word], name_like: Sequence[bool], at: int) -> int | None:
    """The next word of a run, over small words and signs that may stand within a name."""
    here, number = words[at], at + 1
    if number >= len(words) or here.is_possessive or here.lower in listed("organisations", "ends"):
        return None
    following = words[number]
    if following.begins_part:
        return None
    gap = text[here.end : following.start]
    if gap in _CLOSED and following.is_capital and at and _NICKNAME.match(text, words[at - 1].end):
        return number
    nickname = _NICKNAME.match(text, here.end)
    if following.is_first and not nickname and (gap not in (" ", " & ", " + ") or _is_new_sentence(here, following)):
        return None
    if gap in (" ", " & ", "&", ". ", " + ") and name_like[number]:
        return number
    if gap == ", " and following.lower in ("jr", "sr", "inc", "ltd", "llc"):
        return number
    if nickname and number + 1 < len(words) and following.start == nickname.start(1) and name_like[number + 1]:
        return number
    if gap == " " and following.text.isdigit() and here.lower in _NUMBERED:
        return number
    if gap == " " and here.is_capital and here.text.isalpha():
        if following.text in _LOWER_ENDS or (following.text in listed("buildings", "lower") and _ends_here(words, number)):
            return number
        after = words[number + 1] if number + 1 < len(words) else None
        if following.text in _LOWER_KINDS and after is not None and after.text == "station":  # "Ludlow railway station"
            return number
    if gap == " " and here.text in _LOWER_KINDS and following.text == "station":
        return number
    step = number
    while step < len(words) and step - number < 3 and words[step].text in listed("particles") and _is_spaced(text, words, step):
        step += 1
    return step if number < step < len(words) and name_like[step] and _is_spaced(text, words, step) else None


def _ends_here(words: Sequence[Word], at: int) -> bool:
    """Whether a noun is the last of its phrase: "Odder jetty was", and not "Odder jetty workers"."""
    after = words[at + 1] if at + 1 < len(words) else None
    return after is None or after.start > words[at].end + 1 or not after.tag.startswith("NN")


def _is_spaced(text: str, words: Sequence[Word], at: int) -> bool:
    return text[words[at - 1].end : words[at].start] == " "


def _is_new_sentence(here: Word, following: Word) -> bool:
    is_start = following.token is not None and following.token.is_sent_start
    return bool(is_start) and here.lower not in listed("titles", "abbreviated") and not here.is_initial and len(here.text) > 1
