"""Runs of words with a capital: everything in a parsed stretch that may be a name, cut to what belongs to it.

Titles, articles and possessives stay outside; small words inside ("van der", "of" after "University") belong to it. A word that has a capital
because a sentence begins there counts only when the parser takes it for a name. Lines in title case or capitals throughout hold no runs:
their capitals say nothing, and names in them are found as forms of names that the text writes elsewhere (`nutgraf.reading.aliases`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nutgraf.reading.name_words import countries_and_cities
from nutgraf.reading.name_words import words as listed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}(?:[‐‑-][^\W_]+)?|[^\W_]+(?:[’'‐‑-][^\W_]+|\.(?=[^\W_]))*")
_POSSESSIVE = re.compile(r"['’][sS]$")
_MIXED = re.compile(r"[A-Z][a-z]?[A-Z]{1,5}[a-z]?$")
_COMPOUND = re.compile(r"((?:[A-ZÀ-Þ][\w.’']*)(?:[-‐‑][A-ZÀ-Þ][\w’']*)*)[-‐‑][a-z]{3,}$")
_HYPHEN_CAPITAL = re.compile(r"[a-z]{1,3}-[A-ZÀ-Þ]")
_OPENING = "“‘\"'«([•—–-:·▪*|…»"
_NICKNAME = re.compile(r" [“\"‘'(]([A-Z][\w’-]+)[”\"’')] (?=[A-ZÀ-Þ])")
_ABBREVIATED = frozenset("st mr mrs ms dr rev gov sen rep lt sgt gen col capt prof jr sr co inc ltd corp hon maj cpl mt messrs mme".split())
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december".split())
_NUMBERS = frozenset("one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million first second third".split())
_MONTHS_SHORT = frozenset("mon tue tues wed thu thur thurs fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec".split())
#: Labels before what they name, and calls; part of a name only inside of one.
Common = Callable[[str], bool]
_PRESS = frozenset("news times post herald courier gazette tribune chronicle journal guardian telegraph argus mercury echo observer mail standard examiner ledger lantern argosy globe mirror star sun".split())
_LABELS = frozenset("watch listen read live video photo photograph picture image credit source sources exclusive breaking update opposition explainer analysis comment".split())


@dataclass(slots=True)
class Word:
    """A word of a stretch.

    Attributes:
        start: In characters of the text.
        end: Exclusive, without a possessive.
        text: As written, without a possessive.
        after: Where the next word may begin: behind a possessive.
        token: The parser's token that begins with it, if one does.
        is_first: Whether a sentence, a quotation or a bracket begins with it.
        is_possessive: Whether 's or a bare apostrophe follows.
        lower: In lower case, with straight apostrophes.
        is_capital: Whether it is written like a name.
    """

    start: int
    end: int
    text: str
    after: int
    token: Token | None
    is_first: bool
    is_possessive: bool
    lower: str = ""
    is_capital: bool = False

    def __post_init__(self) -> None:
        self.lower = self.text.lower().replace("’", "'").rstrip(".")
        self.is_capital = self.text[0].isupper() or ("-" in self.text and _HYPHEN_CAPITAL.match(self.text) is not None)

    @property
    def tag(self) -> str:
        """The parser's tag."""
        return self.token.tag_ if self.token is not None else ""


@dataclass(slots=True)
class Run:
    """Words `first` to `last` (exclusive) of a stretch, and the characters they take."""

    first: int
    last: int
    start: int
    end: int
    is_joined: bool = False


@dataclass(slots=True)
class Line:
    """A stretch with its words and runs."""

    words: list[Word]
    runs: list[Run]
    is_telling: bool  # whether capitals say anything in it


def read(text: str, offset: int, doc: Doc, lowered: frozenset[str], common: Common, *, is_heading: bool = False) -> Line:
    """Words and runs of a stretch.

    Args:
        text: The whole text.
        offset: Where the stretch begins in it.
        doc: Its parse.
        lowered: Words that the text writes without a capital somewhere.
        common: Whether a word in lower case stands in a dictionary.
        is_heading: Whether it is a headline or a heading, which many newsrooms write in title case.
    """
    end = offset + len(doc.text)
    words = list(_words(text, offset, end, doc))
    if not _is_telling(words, common, is_heading=is_heading):
        return Line(words, [], is_telling=False)
    name_like = [_is_name_like(words, at, lowered, common) for at in range(len(words))]
    runs = list(_runs(text, words, name_like))
    runs = _joined(text, words, runs)
    cut = [piece for run in runs for piece in _cut(text, words, run, lowered, common)]
    return Line(words, cut, is_telling=True)


def _words(text: str, start: int, end: int, doc: Doc) -> Iterator[Word]:
    tokens = {token.idx: token for token in doc}
    for match in _WORD.finditer(text, start, end):
        first, stop = match.span()
        piece, after, possessive = match.group(), stop, False
        ending = _POSSESSIVE.search(piece)
        if ending:
            piece, stop, possessive = piece[: ending.start()], stop - 2, True
        elif text[stop : stop + 1] in ("'", "’") and piece[-1:] in "sS" and text[stop + 1 : stop + 2] == " ":
            after, possessive = stop + 1, True
        elif text[stop : stop + 1] == "." and (len(piece) == 1 or piece.lower() in _ABBREVIATED) and text[stop + 1 : stop + 2] in (" ", ","):
            goes_on = text[stop + 1] == "," or text[stop + 2 : stop + 3].islower()  # else it may be a full stop
            if (piece.lower() in ("jr", "sr", "inc", "co", "ltd", "corp") and goes_on) or len(piece) == 1:
                stop += 1
                piece += "."
            after = max(after, match.end() + 1)
        compound = _COMPOUND.match(piece)
        if compound:  # "Reagan-era"
            piece, stop = compound[1], first + compound.end(1)
        if not piece:
            continue
        token = tokens.get(first - start)
        opens = (token is not None and token.is_sent_start) or _opens(text, start, first)
        yield Word(first, stop, piece, after, token, bool(opens), possessive)


def _opens(text: str, start: int, first: int) -> bool:
    """Whether what stands before a word makes it the first of a sentence, a quotation or an item."""
    at = first - 1
    while at >= start and text[at].isspace():
        at -= 1
    if at < start or text[at] not in _OPENING:
        return at < start
    if text[at] in "'\"’" and at == first - 1:  # closing marks look the same
        return at == start or text[at - 1].isspace() or text[at - 1] in _OPENING
    return text[at] not in "'\"’" or text[at - 1] in ".?!,"


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
    return not is_heading and sum(word.is_capital and not word.is_first and word.tag.startswith(("VB", "RB", "MD", "PR", "W")) for word in words) < 2


def _is_name_like(words: Sequence[Word], at: int, lowered: frozenset[str], common: Common) -> bool:
    word = words[at]
    if not word.is_capital or (len(word.text) == 1 and word.lower in ("i", "a")):
        return False
    lower = word.lower
    if lower in DAYS:
        return _is_beside_name(words, at)
    is_inside = at > 0 and words[at - 1].is_capital and words[at - 1].end + 1 == word.start and not word.is_first
    if lower in listed("not_names") or (lower in _NUMBERS and not is_inside):
        return False
    if len(word.text) == 2 and word.text[1] == ".":
        return True
    after = words[at + 1] if at + 1 < len(words) else None
    if lower in listed("adjectives") and not is_inside and (
        after is None or not after.is_capital or after.start != word.end + 1 or (after.is_first and after.tag == "") or after.lower in listed("adjectives")):
        return False
    if lower in _LABELS and not is_inside and (word.is_first or after is None or after.is_first or not after.is_capital):
        return False
    if lower in _MONTHS_SHORT and not (at + 1 < len(words) and words[at + 1].is_capital):
        return False
    if not word.is_first:
        return True
    if lower in listed("titles") or lower in countries_and_cities() or _MIXED.match(word.text):
        return True
    if lower in listed("particles"):  # Van der Berg
        step = at + 1
        while step < len(words) and step - at < 3 and words[step].text in listed("particles"):
            step += 1
        if step < len(words) and words[step].is_capital and not words[step].is_first:
            return True
    if lower in _FUNCTION:
        return False
    followed = after is not None and after.is_capital and (not after.is_first or after.start == word.end + 2) and not word.is_possessive
    if not common(lower):
        return True
    if lower in lowered:
        return followed and word.tag.startswith("NNP")
    if followed:
        if word.tag.startswith(("RB", "CC", "DT", "PR", "W", "MD")):
            return lower in listed("given")
        return not word.tag.startswith("VB") or lower in listed("given") or not common(after.lower)
    if after is not None and after.lower in ("a", "an", "the", "who", "which") and after.start == word.end + 2:
        return word.tag.startswith("NN")  # "Orchard, a bank, …"
    return word.tag.startswith("NNP") and (word.is_possessive or (after is not None and after.tag.startswith(("VB", "MD"))))


_FUNCTION = frozenset(
    "the a an this that these those it he she they we you i in on at by for from with of to as but and or if when while after before since until "
    "because although though unless whether despite during among amid without within against about above below under over into onto upon "
    "anyone everyone someone nobody everybody anybody somebody something nothing everything another each every other such "
    "his her their our my your its who what where why how there here no not yes now then so yet both all some many most more one two".split()
)


def _is_beside_name(words: Sequence[Word], at: int) -> bool:
    """Whether a day or month is somebody's name: "Peter May", "May Lovegrove", "Mr May"."""
    before = words[at - 1] if at else None
    if before is not None and before.after + 1 == words[at].start and not words[at].is_first:
        if before.lower in listed("titles") and before.is_capital:
            return True
        if before.lower in listed("given") and before.is_capital and before.lower not in DAYS:
            return True
    after = words[at + 1] if at + 1 < len(words) else None
    if after is None or not after.is_capital or after.is_first or after.start - words[at].end not in (1, 3) or words[at].is_possessive:
        return False
    is_company = after.start - words[at].end == 3
    if after.lower in DAYS or after.lower in listed("not_names"):
        return False
    if is_company:  # May & Sons
        return True
    is_titled = before is not None and before.lower in listed("titles") and before.is_capital and before.after + 1 == words[at].start
    return is_titled or (at > 0 and before is not None and before.lower not in ("in", "on", "last", "next", "this", "since", "until", "by", "of", "early", "late", "from") and words[at].tag.startswith("NNP"))


def _runs(text: str, words: Sequence[Word], name_like: Sequence[bool]) -> Iterator[Run]:
    at = 0
    while at < len(words):
        if not name_like[at]:
            at += 1
            continue
        last = at
        while True:
            step = _next(text, words, name_like, last)
            if step is None:
                break
            last = step
        yield Run(at, last + 1, words[at].start, words[last].end)
        at = last + 1


def _next(text: str, words: Sequence[Word], name_like: Sequence[bool], at: int) -> int | None:
    """The next word of a run, over small words and signs that may stand within a name."""
    here = words[at]
    following = at + 1
    if following >= len(words) or here.is_possessive or here.lower in ("ltd", "plc", "inc", "llc", "llp", "corp", "gmbh"):
        return None
    gap = text[here.end : words[following].start]
    if gap in ("” ", '" ', "’ ", "' ", ") ") and words[following].is_capital and at and _NICKNAME.match(text, words[at - 1].end):
        return following
    if words[following].is_first and gap not in (" ", " & ") and not _NICKNAME.match(text, here.end):
        return None
    if words[following].is_first and words[following].token is not None and words[following].token.is_sent_start and here.lower not in _ABBREVIATED and len(here.text.rstrip(".")) > 1:
        return None
    if gap in (" ", " & ", "&", ". ") and name_like[following]:
        return following
    if gap == ", " and words[following].lower in ("jr", "sr", "inc", "ltd", "llc"):
        return following
    nickname = _NICKNAME.match(text, here.end)
    if nickname and following + 1 < len(words) and words[following].start == nickname.start(1) and name_like[following + 1]:
        return following
    if gap == " " and words[following].text in ("plc", "ltd", "gmbh", "station", "airport", "stadium") and here.is_capital and here.text.isalpha():
        return following
    step = following
    while step < len(words) and step - following < 3 and words[step].text in listed("particles") and text[words[step - 1].end : words[step].start] == " ":
        step += 1
    if step > following and step < len(words) and name_like[step] and text[words[step - 1].end : words[step].start] == " ":
        return step
    return None


def _joined(text: str, words: Sequence[Word], runs: Sequence[Run]) -> list[Run]:
    """Runs with what "of" and "for" bring in, where the first is such as a university, and with a possessive inside of them."""
    found: list[Run] = []
    for run in runs:
        before = found[-1] if found else None
        if before is not None and _is_one(text, words, before, run):
            found[-1] = Run(before.first, run.last, before.start, run.end, is_joined=True)
        else:
            found.append(run)
    return found


def _is_one(text: str, words: Sequence[Word], left: Run, right: Run) -> bool:
    between = [word.lower for word in words[left.last : right.first]]
    gap = text[left.end : right.start]
    if between in (["of"], ["of", "the"], ["for"], ["for", "the"]) and gap.strip() == " ".join(between):
        head = words[left.last - 1].lower
        pair = f"{words[left.last - 2].lower} {head}" if left.last - left.first > 1 else ""
        if head in listed("places", "before_of") and between == ["of"] and left.last - left.first <= 3 and not words[left.last - 1].is_possessive:
            return True
        return (head in listed("organisations", "before_of") or pair in listed("organisations", "before_of")) and head not in listed("titles")
    if between == ["and"] and gap == " and " and left.is_joined:
        start = words[left.first].lower
        return start in ("department", "ministry", "office", "committee", "institute") and right.last - right.first <= 2
    if not between and gap in ("' ", "’ ", "'s ", "’s ") and words[left.last - 1].is_possessive:
        last = words[right.last - 1].lower
        if last in listed("organisations", "heads") or last in listed("buildings", "heads"):
            return gap in ("' ", "’ ") or words[left.last - 1].lower in listed("titles") or words[left.first].lower in ("st", "saint") or (
                left.last - left.first == 1 and words[left.first].lower not in countries_and_cities())
    return False


def _cut(text: str, words: Sequence[Word], run: Run, lowered: frozenset[str], common: Common) -> Iterator[Run]:
    """A run without titles and articles, as several where a title stands inside of it."""
    first, last = run.first, run.last
    head = words[last - 1].lower
    is_thing = run.is_joined or head in listed("organisations", "heads") or head in listed("buildings", "heads") or head in listed("organisations", "legal")
    while first < last and words[first].text.lower() in ("the", "a", "an") and (words[first].is_first or last - first == 1):
        first += 1
    if first == last:
        return
    if last - first > 2 and (words[first].lower, words[first + 1].lower) == ("tan", "sri"):
        first += 2
    while first < last - 1 and words[first].lower in _LABELS and words[first].lower not in ("live", "read", "picture"):
        first += 1
    if words[first].is_first and last - first > 2 and not is_thing and common(words[first].lower) and words[first].tag != "NNP" and words[first].lower not in listed("particles") and words[first].lower not in listed("given") and (
        words[first + 1].lower in listed("given") or not common(words[first + 1].lower)
    ) and "&" not in text[words[first].start : words[last - 1].end]:  # fmt: skip
        first += 1  # "Comics Robyn Dale and …"
    while last > first and words[last - 1].lower in listed("adjectives"):
        last -= 1
    if not is_thing:
        while first < last and words[first].lower in listed("adjectives") and not words[first].is_possessive and not _is_place(words, first, last):
            if last - first == 2 and words[first + 1].lower not in listed("titles") | listed("given"):
                break  # "Northern Surveys"
            first += 1
        if first == last:
            return
        for at in range(last - 1, first - 1, -1):
            if words[at].lower in listed("titles") and words[at].lower not in _NO_SPLIT and at + 1 < last and words[at].lower not in listed("given"):
                left = at
                while left > first and words[left - 1].lower in listed("titles"):
                    left -= 1
                if left > first:
                    yield from _cut(text, words, _run(text, words, first, left), lowered, common)
                first = at + 1
                break
        while first < last - 1 and words[first].lower in listed("titles") and words[first].lower not in listed("given"):
            is_titled = first > 0 and words[first - 1].lower in listed("titles")
            if words[first].lower in _NO_SPLIT and not words[first].is_first and not is_titled:
                break
            first += 1
        while first < last - 1 and words[first].is_first and words[first].tag != "NNP" and words[first].lower in lowered and words[first].lower not in listed("given") | listed("particles") and len(words[first].lower) > 1:
            first += 1
        if last - first == 1 and words[first].lower in listed("titles") and words[first].lower not in listed("given"):
            return
        while last - first > 2 and words[last - 1].lower in listed("suffixes", "outside") and words[last - 1].text.isupper():
            last -= 1
    if first == run.first and first and words[first - 1].text == "The" and words[first - 1].is_first and last - first > 1 and head in _PRESS:
        first -= 1  # newspapers write their article
    if first < last:
        yield _run(text, words, first, last, is_joined=run.is_joined)


def _is_place(words: Sequence[Word], first: int, last: int) -> bool:
    return " ".join(word.lower for word in words[first:last]) in countries_and_cities()


_NO_SPLIT = frozenset("star major legend hero principal count baker farmer driver cook singer butcher king prince earl duke lord dean".split())


def _run(text: str, words: Sequence[Word], first: int, last: int, *, is_joined: bool = False) -> Run:
    end = words[last - 1].end
    if words[first].text.startswith("ex-") and words[first].text[3:4].isupper():
        return Run(first, last, words[first].start + 3, end, is_joined)
    if last - first == 2 and words[first].lower == "st" and words[last - 1].is_possessive and text[end : end + 2] in ("'s", "’s"):
        end += 2  # St Brannoc's
    return Run(first, last, words[first].start, end, is_joined)
