"""The head of an article: headline, kicker, standfirst, byline and date line above the story, and the dateline it opens with.

Where the head ends is seen from its last sure line, a byline or a date: what stands between headline and byline is a standfirst, or a
kicker when it is a word or two. Without either only a short line under the headline counts, and summary bullets.
"""

from __future__ import annotations

import re
from itertools import takewhile

from nutgraf.reading.appeals import is_kind_free
from nutgraf.reading.bylines import is_about, is_byline, is_date, is_picture_credit, names_of
from nutgraf.reading.captions import is_caption
from nutgraf.reading.colophon import colophon
from nutgraf.reading.furniture import button_of
from nutgraf.reading.rules import BULLET_ARROW, Line, RuleBook

_HEADLINE_WORDS = 25
_STOPPED_HEADLINE_WORDS = 15  # some newsrooms put full stops into headlines; a byline then follows
_STORY_WORDS = 30
_HEAD_LINES = 8  # headline, kicker, standfirst in two lines, byline, date, and a note or two
_STANDFIRST_WORDS = 60
_KICKER_WORDS = 4
_SUMMARY = re.compile(r"(?:In short|In brief|The gist|Key points|At a glance|What you need to know|Summary)\s*:?$", re.I)
_SUMMARY_END = re.compile(r"What(?:[’']s| is| comes| happens) next\b", re.I)
_SUMMARY_LINES = 6
_YEAR = re.compile(r"\b20\d\d\b")
_BYLINE_WORDS = 22  # names, desk, and two moments
_PARAGRAPH_WORDS = 14  # longer, with a full stop: a standfirst has one such line, a story begins with the second
_AGENCY = re.compile(r"[A-Z]{2,6}$")
_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ’'.-]+(?:[ /-][A-ZÀ-Þ][A-ZÀ-Þ’'.-]+){0,3}"
_DATELINE = re.compile(
    rf"(?P<place>{_PLACE})(?:, [^—–:\n]{{2,40}}?)?(?: ?\((?P<agency>[A-Z][\w /]{{1,24}})\)| ?/[A-Z][\w ]{{2,24}}/)?\s*(?:—|–|--"
    rf"|-(?=\s))+\s*(?![a-zß-ÿ\s])"
    r"|(?P<mixed>[A-ZÀ-Þ][\w’'.-]+(?:[ /][A-ZÀ-Þ][\w’'.-]+){0,3})(?:, [^—–:()\n]{2,40}?)? ?\((?P<agency2>[A-Z][\w /]{1,24})\)\s*(?:—|–|--|-(?=\s))\s*"
    r"|(?P<bare>[A-ZÀ-Þ][\w’'.-]+(?: [A-ZÀ-Þ][\w’'.-]+){0,3}(?:, (?:[A-ZÀ-Þ][\w’'.-]+ ?){1,3})?) (?P<agency4>[A-Z]{2,6})\s+—\s+(?=[A-ZÀ-Þ“\"‘])"
    r"|(?P<country>[A-ZÀ-Þ][\w’'.-]+(?: [A-ZÀ-Þ][\w’'.-]+){0,3}, [A-ZÀ-Þ][\w’'.-]+(?: [A-ZÀ-Þ][\w’'.-]+){0,2})\s+[–—]\s+(?=[A-ZÀ-Þ“\"‘])"
    r"|\((?P<agency3>[A-Z][\w ,./]{1,40})\)\s*(?:—|–|--|-(?=\s))\s*"
)
_MONTH = r"(?:JAN|FEB|MAR|APR|MAY|JUNE?|JULY?|AUG|SEPT?|OCT|NOV|DEC|Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[A-Za-z]*\.?"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_COLON_PLACE = re.compile(
    rf"(?P<place>{_PLACE})(?:, (?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH}|{_WEEKDAY}"
    rf"|{_WEEKDAY.upper()}))?(?: ?\([A-Z][\w /]{{1,24}}\))?:\s+(?=[A-Z“\"‘'])"
)
_DATED_COLON = re.compile(
    rf"(?P<place>[A-ZÀ-Þ][\w’'.-]+(?: [A-ZÀ-Þ][\w’'.-]+){{0,2}}), (?:{_MONTH} \d{{1,2}}|\d{{1,2}}(?:st|nd|rd"
    rf"|th)? {_MONTH})(?: ?\([A-Z][\w /]{{1,24}}\))?:\s+(?=[A-Z“\"‘'])"
)
#: Only before the first paragraph: a place in capitals before a stop, a dot or a bar, or before nothing but the sentence's first word.
_BARE_PLACE = re.compile(
    rf"(?P<place>{_PLACE})(?:(?:, [A-Z][\w.’ -]{{1,24}})?\s*[·•|](?=\s)\s*|\.\s+|\s+(?=(?:The|A|An|In|On|At|Two|Three|Four|Five|It|Police|More"
    rf"|About|Nearly|Residents)\s+[a-zA-Z]+ ))(?=[A-ZÀ-Þ“\"‘'\d])"
)
#: "Nairobi – The council …": only before the first paragraph, where no other line begins like that.
_MIXED_DASH = re.compile(r"(?:From )?(?P<place>[A-ZÀ-Þ][a-zß-ÿ’'.-]{2,}(?: [A-ZÀ-Þ][\w’'.-]+){0,2})\s+[–—]\s+(?=[A-ZÀ-Þ“\"‘][\w’]+ [\w“‘])")
_MIXED_COLON = re.compile(r"(?P<place>[A-ZÀ-Þ][a-zß-ÿ]{3,}(?: [A-ZÀ-Þ][a-zß-ÿ]+)?):\s+(?=[A-Z“\"‘'])")
_RESULT = re.compile(r"\d ?[-–] ?\d")
_NO_PLACE = frozenset(
    "FLASH UPDATE UPDATED BREAKING EXCLUSIVE LIVE WATCH LISTEN NEWS OPINION ANALYSIS VIDEO LATEST NOTE CORRECTION WARNING INTERVIEW Q A".split()
)


class Head:
    """Reads the head of articles by the rules of ``parts.toml`` and by where its lines stand."""

    def __init__(self, rules: RuleBook) -> None:
        self.rules = rules

    def read(
        self, lines: list[Line], headline: str | None, standfirst: str | None, byline: str | None
    ) -> list[tuple[str, str]]:
        """Part and rule of each line before the story.

        Args:
            lines: The paragraphs of an article.
            headline: As its source gave it, which then is the only line taken for one.
            standfirst: As its source gave it.
            byline: As its source gave it.
        """
        found = self._headline(lines, headline)
        first = len(found)
        window = range(first, _reach(lines, first))
        known: list[tuple[str, str] | None] = []
        for index in reversed(window):  # a name is known by the role or date below it
            known.insert(0, self._sure(lines, index, standfirst, byline, known[0] if known else None))
        authors: set[str] = set()
        for index, sure in enumerate(known):  # what is said about authors stands below their names
            if sure is not None and sure[0] == "byline":
                authors.update(name.casefold() for name in names_of(lines[first + index].core))
            elif sure is None and authors and is_about(lines[first + index].core, authors):
                known[index] = ("byline", "about-the-author")
        last = self._last(lines, first, known) if first else _leading(known)
        if first:
            last = max(last, _standfirst_below(lines, first, known, last))
        for index in range(last + 1):
            if known[index] is not None:
                found.append(known[index])  # type: ignore[arg-type]
            elif is_kicker(lines[first + index]) and (index or last):
                found.append(("subheading", "kicker"))
            else:
                found.append(("standfirst", "before-the-story"))
        bullets = _summary_bullets(lines, len(found))
        if bullets or not found:
            return found + bullets
        between = list(takewhile(lambda sure: sure is not None, known[len(found) - first :]))  # pictures and buttons
        summary = _summary_block(lines, len(found) + len(between))
        return found + ([*between, *summary] if summary else [])  # type: ignore[list-item]

    def _headline(self, lines: list[Line], headline: str | None) -> list[tuple[str, str]]:
        rule = "given" if headline else "first-line"
        if not headline and len(lines) > 2 and self._is_kicker_above(lines):
            return [("subheading", "kicker"), ("headline", rule)]
        if lines and self._is_headline(lines, 0, headline):
            return [("headline", rule)]
        if len(lines) > 2 and is_kicker(lines[0]) and lines[1].words > _KICKER_WORDS and self._is_headline(lines, 1, headline):
            return [("subheading", "kicker"), ("headline", rule)]
        return []

    def _is_kicker_above(self, lines: list[Line]) -> bool:
        """Whether the first line is the name of a section, and the second a title."""
        line = lines[0]
        is_section = is_kicker(line) and (line.words == 1 or line.text.isupper())
        after = lines[1]
        return (
            is_section and after.words > _KICKER_WORDS and not after.is_ended and not is_byline(after.core)
            and self._is_headline(lines, 1, None)
        )  # fmt: skip

    def _is_headline(self, lines: list[Line], index: int, headline: str | None) -> bool:
        line = lines[index]
        if headline:
            return same(line.text, headline)
        if len(lines) < index + 2 or line.words > _HEADLINE_WORDS or line.is_bullet or line.text[-1] in ":,;…":
            return False
        if line.is_stopped and line.words > _STOPPED_HEADLINE_WORDS:
            return False
        if line.is_stopped and not any(self._is_byline(lines, below) for below in range(index + 1, min(index + 3, len(lines)))):
            return False
        if is_date_line(line) or dateline(lines, index):
            return False
        bylines = (rule for rule in self.rules.matching(line, "head") if rule.part == "byline")
        return all(rule.id == "ends-by-name" for rule in bylines)  # "Ferry stopped by Ada Quist" is a headline as well

    def _is_byline(self, lines: list[Line], index: int) -> bool:
        line = lines[index]
        if line.words > 16 or line.is_ended:
            return False
        rule = self.rules.first(line, "head")
        return rule.part == "byline" if rule else is_byline(line.core)

    def _sure(
        self, lines: list[Line], index: int, standfirst: str | None, byline: str | None, below: tuple[str, str] | None
    ) -> tuple[str, str] | None:
        """Part and rule of a line that its own words, its source or the line below give away."""
        line = lines[index]
        if standfirst and same(line.text, standfirst):
            return "standfirst", "given"
        if byline and line.words <= 16 and not line.is_ended and same(line.text.removeprefix("By "), byline):
            return "byline", "given"
        if is_date_line(line):
            return "byline", "date-line"
        rule = self.rules.first(line, "head")
        is_moment = line.words <= _BYLINE_WORDS and _YEAR.search(line.text) is not None and not line.is_ended and is_byline(line.core)
        if rule is not None and rule.part == "correction" and is_moment:
            return "byline", "updated-at"
        if rule is not None and not (rule.part == "caption" and is_byline(line.core) and not is_picture_credit(line.core)):
            return rule.part, rule.id
        around = colophon(line, "head")
        if around is not None:
            return around
        if index and is_caption(line) and not is_byline(line.core):
            return "caption", "who-made-the-picture"
        button = button_of(line, self.rules) if index else None
        if button:
            return "promo", button
        if not index or line.is_ended or line.words > _BYLINE_WORDS or index + 1 == len(lines):
            return None
        after = lines[index + 1]
        is_story_next = below is not None or is_moment or dateline(lines, index + 1) is not None or after.is_ended
        if is_story_next and is_byline(line.core) and not is_picture_credit(line.core):
            return "byline", "names-and-roles"
        is_label = self.rules.first(line, "inside") is not None  # "CLOSE" is no agency
        if is_story_next and _AGENCY.match(line.text) and after.words > line.words and not is_label:
            return "byline", "agency-alone"
        return None

    @staticmethod
    def _last(lines: list[Line], first: int, known: list[tuple[str, str] | None]) -> int:
        """Number of the last line of the head, counted from the headline; −1 when the story follows it at once."""
        last, unknown, paragraphs = -1, 0, 0
        for index, sure in enumerate(known):
            line = lines[first + index]
            if sure is not None:
                if sure[0] in ("byline", "standfirst") or (sure[0] in ("correction", "credit") and last >= 0):
                    last = index
                continue
            if index and dateline(lines, first + index):
                return index - 1
            unknown += not is_kicker(line) and not line.is_bullet
            paragraphs += line.is_stopped and line.words > _PARAGRAPH_WORDS and not line.is_bullet
            if unknown > 2 or paragraphs > 1 or line.words > _STANDFIRST_WORDS:
                break
        return last


def _reach(lines: list[Line], first: int) -> int:
    """How far a head may reach: some lines, and no further than the second paragraph of a story."""
    story = 0
    for index in range(first, min(first + _HEAD_LINES, len(lines))):
        story += lines[index].is_stopped and lines[index].words > _STORY_WORDS
        if story == 2:
            return index + 1
    return min(first + _HEAD_LINES, len(lines))


def _leading(known: list[tuple[str, str] | None]) -> int:
    """Number of the last byline when nothing but bylines stands before it: the head of a text without a headline."""
    last = -1
    for index, sure in enumerate(known):
        if sure is None or sure[0] != "byline":
            break
        last = index
    return last


def _standfirst_below(lines: list[Line], first: int, known: list[tuple[str, str] | None], last: int) -> int:
    """Number of a standfirst that no byline follows: the next line without a rule, no full stop at its end, a paragraph after it; −1 for none."""
    index = last + 1
    while index < len(known) and known[index] is not None:
        index += 1
    if index >= len(known) or first + index + 1 >= len(lines):
        return -1
    line, after = lines[first + index], lines[first + index + 1]
    is_title = _KICKER_WORDS <= line.words <= 30 and not line.is_ended and not line.is_bullet
    return index if is_title and after.is_ended and after.words > 8 else -1


def _summary_bullets(lines: list[Line], begin: int) -> list[tuple[str, str]]:
    """Bullets between headline and story belong to the standfirst."""
    end = begin
    while end < len(lines) and lines[end].is_bullet and not BULLET_ARROW.match(lines[end].text):
        end += 1
    return [("standfirst", "summary-bullets")] * (end - begin) if begin and end - begin >= 2 and end < len(lines) else []


def _summary_block(lines: list[Line], begin: int) -> list[tuple[str, str]]:
    """A summary between a label and its last paragraph, "What's next?", belongs to the standfirst; without that end nobody knows where it stops."""
    if not begin or begin >= len(lines) or not _SUMMARY.match(lines[begin].text):
        return []
    for end in range(begin + 1, min(begin + _SUMMARY_LINES, len(lines))):
        if _SUMMARY_END.match(lines[end].text):
            return [("standfirst", "summary-block")] * (end + 1 - begin)
    return [("standfirst", "summary-label")]


def same(line: str, given: str) -> bool:
    """Whether two lines are equal but for their white space."""
    return line == given or line.split() == given.split()


def is_date_line(line: Line) -> bool:
    """Whether a line says when the article was published and nothing else."""
    return line.words <= 16 and is_date(line.text)


def begins_like_place(line: Line) -> bool:
    """Whether a line begins with one or two capitalised words and a colon, a speaker's name among others."""
    found = _MIXED_COLON.match(line.text[:60])
    return found is not None and is_kind_free(found["place"])


def is_kicker(line: Line) -> bool:
    """Whether a line could be a section's name: a word or two, no end mark."""
    return line.words <= _KICKER_WORDS and not line.is_ended and not line.is_bullet and line.core[:1].isupper() and not _RESULT.search(line.text)


def dateline(lines: list[Line], index: int, *, is_first: bool = False) -> re.Match[str] | None:
    """The dateline at the beginning of a paragraph.

    A place before a colon counts when no other line begins like that; one without capitals throughout only in the first paragraph.
    """
    line = lines[index]
    head = line.text[:120]
    found = _DATELINE.match(head)
    if found:
        place = found.groupdict().get("place")
        return found if line.words > 8 and (place is None or place.split()[0] not in _NO_PLACE) else None
    found, mixed = _DATED_COLON.match(head), None
    if found:
        return found if line.words > 8 else None
    if is_first and (found := _BARE_PLACE.match(head)) and line.words > 8 and len(found["place"]) >= 4 and found["place"].split()[0] not in _NO_PLACE:
        return found
    if is_first and line.is_ended and (found := _MIXED_DASH.match(head)) and line.words >= 15 and is_kind_free(found["place"]):
        return None if any(_MIXED_DASH.match(other.text[:60]) for other in lines if other is not line) else found
    found = _COLON_PLACE.match(head)
    if not found and is_first and line.is_ended:  # "Marlow: The council …", as newsrooms of South Asia write
        found = mixed = _MIXED_COLON.match(head)
        if found and (not is_kind_free(found["place"]) or any(begins_like_place(other) for other in lines if other is not line)):
            found = None
    if not found or line.words < 15 or len(found["place"]) < 4 or found["place"].upper() in _NO_PLACE:
        return None
    others = (other for other in lines if other is not line and not mixed)
    return None if any(_COLON_PLACE.match(other.text[:60]) for other in others) else found
