"""Where a sentence ends: Punkt's parameters, asked only at the places where a sentence may end, and what Punkt gets wrong.

NLTK's Punkt tokenizes around every full stop; that costs 3–4 ms an article. Here one pattern finds the candidates (end mark, closing
marks, white space), and the decision is taken from the words on both sides: Punkt's abbreviations, collocations, frequent sentence
starters and orthographic context, as trained by Kiss & Strunk, with the news abbreviations of ``abbreviations.txt`` and their kinds.

Beyond Punkt: a sentence goes on after a quotation's ``?”`` or ``!”`` when its cue follows; "No." is a number before a digit only; a
title never ends a sentence; a time of day does, unless it opens it; stuttered ellipses, list numbers and dates run on.

Source: Kiss, T., & Strunk, J. (2006). Unsupervised multilingual sentence boundary detection. Computational Linguistics 32(4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from nutgraf.resources import nltk_data

KINDS = ("title", "number", "unit", "month", "either")
_CLOSERS = "\"'”’»“«›)\\]}"
# Possessive, and no start inside a run of marks: a line of a million full stops is read once. One character of a set stands first, before
# any choice or look behind, because only such a pattern is searched for several times as fast. `rest` is what follows the first mark.
_CANDIDATE = re.compile(
    rf"[.?!…\"“”](?:(?<=[.?!…])(?<![.?!…].)(?<!\.\s.)(?P<rest>[.?!…]*+(?:\s\.++)*+)(?P<close>[{_CLOSERS}]*+)(?P<space>\s++)(?=\S)"
    r"|(?<=[^\W\d_][.?!][\"“”])(?=[A-Z]))",
    re.S,
)
_NEXT = re.compile(r"(?P<open>[\[({\"“‘'«„‚»‹*—–-]*\s?)(?P<word>[^\W_](?:[\w’'&-]|\.(?=\w))*\.?)?")
_LEFT = re.compile(r"[^\s(\[{“‘«„\"—–/]*$")
_WORDLESS = re.compile(r"[^\w]{1,8}\Z")
_CAMEL = re.compile(r"[a-z]{1,2}[A-Z]")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_TIME_OF_DAY = frozenset({"a.m", "p.m", "am", "pm"})
_TIME_OPENS = re.compile(r"\W*(?:by|at|around|about|before|after|until|till|since|from|shortly after|just after)\s+[\d.:]+\s*$", re.I)
_AFTER_TIME = re.compile(
    r"(?:E[SD]?T|[CMP][SD]?T|GMT|BST|CES?T|UTC|Eastern|Central|Pacific|Mountain|local"
    r"|(?:Mon|Tues?|Wednes|Wed|Thurs?|Thu|Fri|Satur|Sat|Sun)(?:day)?\b"
    r"|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d)"
)
_GERMAN_MONTH = re.compile(r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b")
_LIST_NUMBER = re.compile(r"\W*(?:\d{1,3}|[a-z])$")
_SPEECH = (
    "said|says|asked|asks|added|adds|told|tells|wrote|writes|replied|shouted|cried|called|answered|demanded|declared|exclaimed|joked"
    "|recalled|recalls|insisted|warned|wondered|yelled|snapped|laughed|tweeted|posted|continued|began|argued|urged"
)
_CUE = re.compile(
    rf"(?!(?:The|A|An|He|She|It|They|We|I|You|That|This|There|What|Who|And|But)\b)"
    rf"(?:[A-Z][\w’'-]*\.?\s+){{1,4}}(?:{_SPEECH})\b(?!\s+(?:that|nothing)\b)"
)
_BEG_UC, _MID_UC, _UNK_UC, _BEG_LC, _MID_LC, _UNK_LC = (1 << bit for bit in range(1, 7))
_LC, _UC = _BEG_LC | _MID_LC | _UNK_LC, _BEG_UC | _MID_UC | _UNK_UC
#: Function words that, with a capital after an abbreviation, begin a sentence. A closed class of English; no name starts with them.
_STARTERS = frozenset(
    "a about after again all almost also although among an and another any as at because before both but by despite do does during each"
    " either even every few for from had has have he her here his how however i if in instead is it its last later like many meanwhile"
    " more most much my neither nevertheless next no nobody none nor not nothing now of on once one only or other others our over"
    " perhaps residents several she since so some somebody soon still such that the their then there therefore these they this those"
    " though to today tomorrow under unless until was we were what when where whether which while who whose why with within without yes"
    " yesterday yet you your".split()
)  # fmt: skip


def read_abbreviations(text: str) -> dict[str, str]:
    """Abbreviations and their kinds from a list: one a line, in lower case without the last full stop, then its kind.

    Kinds: ``title`` stands before a name, ``number`` before a figure, ``unit`` after one, ``month`` before a day; ``either`` when none is given.
    """
    lines = (line.split("#")[0].split() for line in text.splitlines())
    return {words[0]: words[1] if len(words) > 1 else "either" for words in lines if words}


class Splitter:
    """Finds sentence ends.

    Args:
        abbreviations: Beside Punkt's own: kind by abbreviation, in lower case without the last full stop.
    """

    def __init__(self, abbreviations: Mapping[str, str] | None = None) -> None:
        literals = nltk_data.punkt_literals()
        self._kinds = dict(abbreviations or {})
        self._abbreviations = {*literals["ABBREV_TYPES"], *literals["NUMERIC_ABBREV_TYPES"], *self._kinds}
        self._starters = {*_STARTERS, *literals["SENT_STARTERS"]}
        self._collocations = set(literals["COLLOCATIONS"])
        self._context = dict(literals["ORTHO_CONTEXT"])

    def spans(self, text: str, start: int = 0, end: int | None = None) -> Iterable[tuple[int, int]]:
        """Sentences of a stretch of text.

        Args:
            text: The whole text.
            start: Where the stretch begins.
            end: Where it ends, exclusive; None for the end of the text.

        Yields:
            ``(start, end)`` in characters of `text`, end-exclusive, without white space around; together they hold all but that.
        """
        end = len(text) if end is None else end
        begin = start
        for match in _CANDIDATE.finditer(text, start, end):
            if match["rest"] is None:
                # A space was lost; whether the mark closes or opens is seen from its form, or from those before it.
                glued = match.group()
                is_opening = glued == "“" or (glued == '"' and text.count('"', begin, match.start()) % 2 == 0)
                edge = match.start() if is_opening else match.end()
                yield begin, edge
                begin = edge
            elif match.end() < end and self._ends(text, begin, end, match):
                yield begin, match.end("close")
                begin = match.end()
        if begin < end:
            yield begin, end

    def _ends(self, text: str, begin: int, limit: int, match: re.Match[str]) -> bool:
        close = match["close"]
        mark = text[match.start() : match.start("close")]
        after = _NEXT.match(text, match.end(), limit)
        following = (after and after["word"]) or ""
        if not following and _WORDLESS.match(text, match.end(), limit):
            return False  # a closing mark set apart by a space
        is_lower = following[:1].islower() and not _CAMEL.match(following)
        is_dash = text[match.end()] in "—–-"
        left = text[max(begin, match.start() - 64) : match.start()]
        word = left[left.rfind(" ") + 1 :]
        if not word.isalnum():
            word = _LEFT.search(word).group()  # type: ignore[union-attr]  # the pattern matches the empty string
        if "…" in mark or ".." in mark or mark.count(".") > 1:
            return not is_dash and self._ends_after_ellipsis(left, following, is_lower, mark)
        if mark != ".":
            if is_lower or f"{word.lower()}{mark}" in self._kinds:
                return False
            return not (_is_quote(close) and _CUE.match(text, match.end(), limit))
        if close and is_lower:
            return False
        if _is_quote(close):
            return True
        return self._ends_after_stop(text, begin, match, word, following, is_lower)

    def _ends_after_ellipsis(self, left: str, following: str, is_lower: bool, mark: str) -> bool:
        if "?" in mark or "!" in mark:
            return not is_lower
        before = left.split()
        stutter = bool(before) and before[-1].strip("\"'“‘(").lower() == following.lower()
        return not is_lower and not stutter and self._starts(following) is not False

    def _ends_after_stop(
        self, text: str, begin: int, match: re.Match[str], word: str, following: str, is_lower: bool
    ) -> bool:
        typ = word.lower()
        before = text[max(begin, match.start() - 64) : match.start()]
        is_digit = following[:1].isdigit()
        if typ.replace(",", "").replace(".", "").isdigit() or len(typ) == 1:
            if _LIST_NUMBER.fullmatch(text, begin, match.start()) and match.start() - begin < 6:
                return False
        if typ[:1].isdigit():
            return not is_lower and not _GERMAN_MONTH.match(following)
        if len(typ) == 1 and typ.isalpha():
            return self._ends_after_letter(word, typ, following, is_lower, is_digit)
        last = typ.rsplit("-", 1)[-1]
        kind = self._kinds.get(typ) or self._kinds.get(last)
        known = kind or typ in self._abbreviations or last in self._abbreviations or _INITIALS.fullmatch(typ)
        if not known:
            return (typ, following.lower()) not in self._collocations
        if is_lower or text[match.end()] in "—–-":
            return False
        if typ in _TIME_OF_DAY:
            opens = _TIME_OPENS.fullmatch(text, begin, match.start() - len(word)) if match.start() - begin < 40 else None
            return not opens and not _AFTER_TIME.match(text, match.end())
        if kind == "number":
            return not is_digit
        if kind == "title":
            # "Mill St." is a street when a name stands before it, and a street can end a sentence.
            names = before[: -len(word)].split()
            return typ == "st" and bool(names) and names[-1][:1].isupper() and len(names) > 1 and self._starts(following) is True
        if is_digit:
            return kind == "unit"
        return self._starts(following) is True or (kind in ("unit", "month") and following[:1].isupper())

    def _ends_after_letter(self, word: str, typ: str, following: str, is_lower: bool, is_digit: bool) -> bool:
        """After one letter and a full stop: an initial, a unit, a page, or plan B."""
        if is_lower or self._kinds.get(typ) == "title" or (is_digit and typ in self._abbreviations):
            return False
        if word.isupper():
            return following.lower() in self._starters and following.lower() != typ
        return not is_digit and self._starts(following) is not False

    def _starts(self, word: str) -> bool | None:
        """Punkt's orthographic heuristic: whether a word begins a sentence here; None when its case does not tell."""
        if not word:
            return None
        typ = word.lower()
        if word[0].isupper():
            if typ in self._starters:
                return True
            context = self._context.get(typ, 0)
            return True if context & _LC and not context & _MID_UC else None
        if word[0].islower():
            context = self._context.get(typ, 0)
            return False if context & _UC or not context & _BEG_LC else None
        return None


def _is_quote(close: str) -> bool:
    return any(character in "\"'”’»“«›" for character in close)
