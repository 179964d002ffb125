"""What a newsroom says around a story of its own work: what it corrects, who had a hand in it, what it owes or forbids, how its mail is got.

The rules of ``parts.toml`` know such lines by how they begin. Here they are known by what they speak of, in whatever order: "earlier
version" beside "misspelled" is a correction, "funded" beside "our journalism" a notice. Only lines around a story are asked, and one in
which somebody else speaks is none of them. The words are in ``colophon.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from nutgraf.documents import Resource
from nutgraf.errors import ResourceError
from nutgraf.reading.rules import Line
from nutgraf.resources import own, sha256_of

FILE = "colophon.toml"
_MOST_WORDS = 90
_MAIL_WORDS = 50
_CREDIT_WORDS = 45
_OFFER_WORDS = 30
#: An outlet's name and what it is or does: "The Lantern Post is funded in part by …".
_NAMES_ITSELF = re.compile(
    r"(?:The )?(?:[A-Z][\w’'.&-]*+ ){1,5}(?:\([^)]*\) )?(?:is|are|was|may|receives?|has|does|do|holds?|earns?|gets?|reserves|pays)\b|I (?:own"
    r"|hold|have|work|am)\b|The author\b"
)
_TEXT = (
    r"(?:story|article|report|piece|post|column|interview|headline|caption|page|item|version|dispatch|review|text|podcast|episode|video"
    r"|graphic|map|chart|table|copy|transcript|obituary|blog|live ?blog|essay|feature|newsletter|profile|programme|broadcast)"
)
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*)"
_SPEECH = re.compile(
    r"[\"”’],? (?:\w+ ){1,3}(?:said|says|told|added|wrote)\b|\b(?:said|says|told|asked|added),? [\"“‘]|[,”\"] (?:said|says) |, \w+ \w+ said\b"
    r"|(?<!incorrectly )(?<!wrongly )(?<!mistakenly )(?<!originally )(?<!we )(?<!version )(?<!article )(?<!story )\b(?:said|says)\b(?: on"
    r"| in)? \w+day\b|\b(?:he|she|they) (?:said|says|told)\b"
    r"|\baccording to\b|\bsaid (?:he|she|they|it|that the)\b"
)
#: The newsroom means its own text.
_ITSELF = re.compile(
    rf"\b(?:this|our) (?:[\w’'.-]+ ){{0,3}}{_TEXT}\b|^\W*{_TEXT} (?:was |has been )?(?:amended|updated|corrected|edited|revised)\b"
    rf"|\b(?:an|in|the|our|as|of) (?:\w+ )?(?:earlier|previous|prior|original|initial|first|web|print|online|printed"
    rf"|broadcast) (?:\w+ )?(?:version|edition|headline"
    rf"|article|story|caption|post)s?\b(?! of (?!this|the {_TEXT}))"
    rf"|\b(?:yesterday|today|saturday|sunday|{_DAY}|last week|last month)[’']s (?:\w+ )?(?:edition|paper|issue|story|front page|column|{_TEXT})\b"
    rf"|\bthe (?:{_TEXT}|online|web|print) (?:originally|first|wrongly|incorrectly|mistakenly|previously)\b|\bin the (?:headline|caption) (?:of"
    rf"|to|above)\b"
    rf"|\b(?:i|we) (?:first|originally|wrongly|incorrectly|previously|mistakenly) (?:wrote|said|stated|reported|gave|called|named|described"
    rf"|published)\b"
    rf"|\bas (?:first|originally|previously) (?:stated|reported|published|written|printed)\b|\bas printed (?:on|in)\b"
)
_OWNS = re.compile(
    r"\bwe (?:deeply |sincerely |would like to )*(?:apologi[sz]e|regret|are sorry)\b|\b(?:is|are) sorry for the (?:error|mistake)"
    r"|\bwe got (?:it|this|that) wrong\b"
)
_SURE_LABEL = re.compile(
    r"\W*(?:corrections?|corrigend(?:um|a)|errat(?:um|a)|clarifications?|amended|amendments?|corrected|(?:a )?correction (?:on|to)|we got it wrong)"
    r"\b(?: \([^)]{2,40}\)|[ ,(](?:\d{1,2}:\d\d|[^:]){1,40}?)?\s*(?::(?!\d)|[–—|]|\.\s)"
)
_NOTE_LABEL = re.compile(
    rf"\W*(?:(?:[\w’'-]+ ){{0,2}}note|editor[’']?s[’']? note|updates?|updated|edit|edited|p\.?s|footnote|{_DAY}\.? \d{{1,2}}(?:, \d{{4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {_DAY}(?: \d{{4}})?)"
    r"\b(?:[ ,(](?:\d{1,2}[:.]\d\d|[^:]){1,40}?)?\s*(?::(?!\d)|[–—|])"
)
_UPDATED_TO = re.compile(
    r"\W*(?:updates?|updated|adds|recasts|corrects|refiles|removes|clarifies)\b(?: at [\d.:]+ ?(?:[ap]\.?m\.?)?,?)?[^.:]{0,30}\b(?:to (?:add"
    r"|include|reflect|correct|clarify|show|say|make)|with|throughout|paragraph|headline)\b"
)

_BEING_UPDATED = re.compile(
    r"\b(?:is|are|will be) (?:being |continually |regularly )?updat(?:ed|ing)\b"
    r"|\bwe(?:[’']re| are) updating\b|\bcheck back\b|\bfor updates\b"
)

_NO_PRONOUN = r"(?!(?:He|She|They|It|We|I|Who|Nobody|Everyone|All|Many|Some|The|That|This) )"
_NAMES = r"(?:[A-Z][\w’'.&-]*+,? (?:(?:and|in|of|the|from|staff|writers?|reporters?|photojournalist|journalist|researcher|also) )*)"


class Signs(NamedTuple):
    """Words and phrases of one kind."""

    words: frozenset[str]
    needs: frozenset[str]
    phrases: re.Pattern[str] | None

    def may(self, line: Line) -> bool:
        """Whether it is worth to look closer, by the line's words alone."""
        return not (self.words.isdisjoint(line.tokens) and self.needs.isdisjoint(line.tokens))

    def hold(self, line: Line, low: str) -> bool:
        """Whether the line holds one; `low` is its text in lower case."""
        if not self.words.isdisjoint(line.tokens):
            return True
        return self.phrases is not None and not self.needs.isdisjoint(line.tokens) and self.phrases.search(low) is not None


class Colophon(NamedTuple):
    """All that is known of such lines."""

    signs: Mapping[str, Signs]
    credits: tuple[re.Pattern[str], ...]
    credit_words: frozenset[str]
    paragraph: frozenset[str]  # words without one of which a line with a full stop inside a story is none of them
    inside: frozenset[str]  # one without
    around: frozenset[str]  # a line around the story
    before_end: frozenset[str]  # and one with a full stop above its end, which makes no offer


def resource() -> Resource:
    """What rests on the list."""
    return Resource("word list", "colophon", sha256_of(own(FILE)))


def colophon(line: Line, place: str, *, is_below: bool = False) -> tuple[str, str] | None:
    """Part and reason of a line around a story; None when it speaks of nothing of the kind.

    Args:
        line: A line that no rule takes.
        place: Where it stands, as in `RuleBook.first`.
        is_below: Other such lines stand between it and the story.
    """
    text, known = line.text, _known()
    is_aside = text[0] in "([*●•" or place == "head"
    is_around = place != "inside" or is_aside
    if is_around:
        words = known.before_end if line.is_stopped and place != "end" else known.around
    else:
        words = known.paragraph if line.is_stopped else known.inside
    if words.isdisjoint(line.tokens) or line.words > _MOST_WORDS or text[0] in "“\"‘'":
        return None  # as most lines
    signs = known.signs
    low = text.lower()
    found = None
    if _is_mail(line, low, signs):
        found = "newsletter", "speaks-of-mail"
    elif is_around and (signs["changed"].may(line) or signs["wrong"].may(line)) and _is_correction(line, low, signs, is_aside):
        found = "correction", "speaks-of-a-correction"
    elif is_around and place != "head" and _is_credit(line, known):
        found = "credit", "speaks-of-who-helped"
    elif place == "end" and _is_notice(line, low, signs, is_below):
        found = "notice", "speaks-of-rights-or-money"
    elif (place == "end" or not line.is_stopped) and line.words <= _OFFER_WORDS and signs["offer"].hold(line, low):
        found = "promo", "speaks-to-readers"
    return None if found is None or _SPEECH.search(low) else found


def _is_mail(line: Line, low: str, signs: Mapping[str, Signs]) -> bool:
    """Whether a line invites to a newsletter or holds its small print."""
    if line.words > _MAIL_WORDS:
        return False
    if signs["mail"].hold(line, low) and signs["get_it"].hold(line, low):
        return True
    return (signs["mail_alone"].hold(line, low) and signs["often"].hold(line, low)) or signs["readers"].hold(line, low)


def _is_correction(line: Line, low: str, signs: Mapping[str, Signs], is_aside: bool) -> bool:
    if _SURE_LABEL.match(low) or _OWNS.search(low) or (is_aside and _UPDATED_TO.match(low)):
        return True
    label = _NOTE_LABEL.match(low)
    rest = Line.made(0, line.text[label.end() :].strip() or "-") if label else line
    if not (signs["changed"].hold(rest, rest.text.lower()) or signs["wrong"].hold(rest, rest.text.lower())):
        return False
    return label is not None or (_ITSELF.search(low) is not None and not _BEING_UPDATED.search(low))


def _is_credit(line: Line, known: Colophon) -> bool:
    if line.words > _CREDIT_WORDS or known.credit_words.isdisjoint(line.tokens):
        return False
    return any(pattern.match(line.text) for pattern in known.credits)


def _is_notice(line: Line, low: str, signs: Mapping[str, Signs], is_below: bool) -> bool:
    if signs["plain_notice"].hold(line, low):
        return True
    kinds = [kind for kind in ("rights", "money", "standpoint") if signs[kind].hold(line, low)]
    if len(kinds) >= 2 or len(signs["rights"].words.intersection(line.tokens)) >= 2:
        return True
    return len(kinds) == 1 and (signs["house"].hold(line, low) or (is_below and _NAMES_ITSELF.match(line.text) is not None))


@cache
def _known() -> Colophon:
    """The list.

    Raises:
        ResourceError: When a phrase is no pattern, or something is missing.
    """
    try:
        held = tomllib.loads(own(FILE).read_text(encoding="utf-8"))
        credit = held.pop("credit")
        credit_words = _credit_words(credit)
        signs = {name: _signs(one, is_beginning=name == "plain_notice") for name, one in held.items()}
        around = {name: one.words | one.needs for name, one in signs.items()}
        mail = around["mail"] | around["mail_alone"] | around["readers"]
        # "This", "our" and the like stand in every line; without a sign of another kind they say nothing.
        telling = (words for name, words in around.items() if name not in ("house", "often", "get_it", "offer"))
        before_end = frozenset().union(*telling, credit_words)
        inside = mail | around["offer"]
        return Colophon(signs, _credits(credit), credit_words, mail, inside, before_end | inside, before_end)
    except (KeyError, ValueError, re.error) as error:
        raise ResourceError(f"the list cannot be used: {error}", where=FILE, mend="reinstall nutgraf") from error


def _signs(held: Mapping[str, Any], *, is_beginning: bool) -> Signs:
    """One kind; its phrases stand anywhere at the bounds of words, or only where a line begins."""
    phrases = "|".join(phrase.replace("TEXT", _TEXT) for phrase in held.get("phrases", []))
    before = r"\A\W*" if is_beginning else r"(?<!\w)"
    pattern = re.compile(rf"{before}(?:{phrases})(?!\w)") if phrases else None
    return Signs(frozenset(held.get("words", "").split()), frozenset(held.get("needs", "").split()), pattern)


def _listed(text: str) -> list[str]:
    """Entries apart by semicolons, longest first, so that "sound design" is tried before "sound"."""
    return sorted((entry.strip() for entry in text.split(";")), key=len, reverse=True)


def _credit_words(held: Mapping[str, str]) -> frozenset[str]:
    """Words without one of which a line is no credit; of a kind of work its longest word, as "up" and "make" stand in many lines."""
    entries = [*_listed(held["crafts"]), *_listed(held["done"])]
    return frozenset(max(entry.replace("-", " ").split(), key=len) for entry in entries) | frozenset(held["words"].split())


def _credits(held: Mapping[str, str]) -> tuple[re.Pattern[str], ...]:
    """How credits read: a kind of work and who did it, in many orders; names need their capitals."""
    craft, done, before = ("|".join(re.escape(entry) for entry in _listed(held[key])) for key in ("crafts", "done", "before"))
    return tuple(
        re.compile(pattern)
        for pattern in (
            rf"\W*(?i:(?:(?:{before}|{craft}|[&+/,])[ ,/&-]*){{0,5}}(?:{craft}))\s*(?:(?i: by| from| was provided by| provided by| courtesy of)"
            rf"|:)\s*(?:the |our )?[A-Z@]",
            rf"\W*(?i:(?:additional|further|extra) (?:{craft})) [A-Z][\w’'-]+ [A-Z]",
            rf"\W*(?i:(?:{done})(?:,? (?:and )?(?:{done}))*)(?: (?:for|in) [\w ]{{3,20}}?)? (?i:by) [A-Z]",
            rf"\W*(?i:(?:this|the) (?:[\w-]+ )?{_TEXT}|it) (?i:was|is|has been) (?i:{done})(?: (?:and|for|in) \w+)* by [A-Z]",
            rf"\W*{_NO_PRONOUN}{_NAMES}{{1,12}}(?:also )?contributed(?:\W*$|\. |,? (?:also )?to (?:this|the) {_TEXT})",
            rf"\W*{_NO_PRONOUN}{_NAMES}{{2,12}}(?:also )?contributed (?:additional )?(?:reporting|research|writing|design|data|photos?"
            rf"|photography|graphics|material|information|from|illustrations?)\b",
            r"(?=\W*[A-Z])[^.“”\"]{2,60}\bprovided (?:additional )?(?:material|reporting|research|information for this|data for this)\b",
            rf"\W*(?i:{craft})(?: on [^.,]{{3,40}})? (?:(?:was|were) )?(?i:provided|done|carried out) by\b",
            r"\W*(?i:with (?:additional )?(?:files?|inputs?|a report|reports|reporting|copy|notes|dispatches)(?: by| from))\b",
            r"\W*(?i:(?:with )?(?:special )?thanks to) [A-Z][^.“”]{2,60} for (?:(?:her|his|their|the) )?(?:help|\w+ing\b|translation|tip"
            r"|photos?|pictures?)",
            r"\W*(?i:submitted|contributed|supplied|provided)(?: to [^.,]{3,30})? by (?:the )?[A-Z]",
            r"\W*(?i:report(?:ing)? from) [A-Z][\w ]{2,20} by\b",
            r"[a-z]{1,4}(?:/[a-z]{1,4})+ \([A-Za-z, /]+\)",
            r"/ ?[a-z]{2,5}$|[A-Z]{2,5} ?/ ?[A-Z]{2,5}$",
            r"[A-Z][\w’' -]{2,40}[ -](?:Own|Special|Staff) (?:Correspondent|Reporter)$",
        )
    )
