"""Parts: which stretch of an article is headline, body, promo and so on, with the rule that said so.

Paragraphs are the unit, since newsrooms lay these things out in lines; a dateline alone is the beginning of one. Two kinds of rules:
those of ``parts.toml`` look at one line's words, those here at where it stands: the head of the page before the story begins, titles
listed under "Related stories", a line that comes again and again, short lines without a full stop after the last paragraph.
Nothing is removed: a promo line stays in the text with its rule, so that a report can show what was left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nutgraf.documents import Document, Measured, Rows
from nutgraf.reading.paragraphs import paragraphs
from nutgraf.reading.rules import DECORATION, Line, RuleBook
from nutgraf.resources import own, sha256_of

ID = "parts"
_HEADLINE_WORDS = 25
_HEAD_LINES = 7  # headline, kicker, standfirst in two lines, byline, date, one more
_STANDFIRST_WORDS = 60
_TEASER_WORDS = 18
_ARROW = re.compile(r"[➤►▶▸→»]")
_NUMBERED = re.compile(r"\d{1,2}[.)]\s+\S")
_DATE_WORDS = re.compile(
    r"(?:mon|tues?|wednes|wed|thurs?|thu|fri|satur|sat|sun)(?:day)?\b|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b"
    r"|\b(?:first published|published|updated|posted|modified|last|first|date|at|on|of|the|time|timestamp|hours?|mins?|minutes?|days?|ago"
    r"|read|reading|am|pm|noon|midnight|gmt|bst|utc|e[sd]?t|c[es]?s?t|p[sd]t|local|st|nd|rd|th|h)\b|(?<=\d)(?:st|nd|rd|th|h|am|pm)\b"
    r"|[ap]\.m\.|\d+|[^\w]",
    re.I,
)
_DATE_CORE = re.compile(
    r"\b(?:19|20)\d\d\b|\d[:.]\d\d|\bago\b|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I
)
_NAME = r"(?:[A-ZÀ-Þ][\w’'.-]+ ){1,2}[A-ZÀ-Þ][\w’'-]+"
_NAMES = re.compile(rf"{_NAME}(?:(?:,| and|;| &| \|) {_NAME})*$")
_AGENCY = re.compile(r"[A-Z]{2,6}$")
_KICKER_WORDS = 4
_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ’'.-]+(?:[ /-][A-ZÀ-Þ][A-ZÀ-Þ’'.-]+){0,3}"
_DATELINE = re.compile(
    rf"(?P<place>{_PLACE})(?:, [^—–:\n]{{2,40}}?)?(?: ?\((?P<agency>[A-Z][\w /]{{1,24}})\))?\s*(?:—|–|--|-(?=\s))+\s*"
    r"|(?P<mixed>[A-ZÀ-Þ][\w’'.-]+(?:[ /][A-ZÀ-Þ][\w’'.-]+){0,3})(?:, [^—–:()\n]{2,40}?)? ?\((?P<agency2>[A-Z][\w /]{1,24})\)\s*(?:—|–|--|-(?=\s))\s*"
    r"|\((?P<agency3>[A-Z][\w /]{1,24})\)\s*(?:—|–|--|-(?=\s))\s*"
)
_COLON_PLACE = re.compile(rf"(?P<place>{_PLACE}):\s+(?=[A-Z“\"‘])")
_NO_PLACE = frozenset(
    "FLASH UPDATE UPDATED BREAKING EXCLUSIVE LIVE WATCH LISTEN NEWS OPINION ANALYSIS VIDEO LATEST NOTE CORRECTION WARNING INTERVIEW Q A".split()
)


def build(options: Mapping[str, Any]) -> Parts:
    """Make the measure; it has no options."""
    return Parts(**options)


@dataclass(slots=True)
class _State:
    """What the lines before say about the next."""

    lines: list[Line]
    repeated: set[str]
    labels: set[str]
    story_ends: int
    agencies: set[str] = field(default_factory=set)
    last_story: int = -1
    opener: str | None = None
    taken: int = 0


class Parts:
    """Sort the lines of each article into parts."""

    id = ID
    version = "2"
    needs: frozenset[str] = frozenset()

    def __init__(self) -> None:
        path = own("parts.toml")
        self.resources = (sha256_of(path),)
        self.rules = RuleBook(path)

    def measure(self, documents: Sequence[Document]) -> Measured:
        """One span of kind ``part`` per stretch: label is the part, rule the reason."""
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        rows = Rows()
        for start, end, part, rule in self.parts(
            document.text, document.headline, document.standfirst, document.byline
        ):
            rows.span(start, end, "part", label=part, rule=rule)
        return rows

    def parts(
        self, text: str, headline: str | None = None, standfirst: str | None = None, byline: str | None = None
    ) -> Iterator[tuple[int, int, str, str]]:
        """Stretches of a text, in order.

        Args:
            text: The article.
            headline: As its source gave it, which then is the only line taken for one.
            standfirst: As its source gave it.
            byline: As its source gave it.

        Yields:
            ``(start, end, part, rule)`` in characters, end-exclusive; white space around lines belongs to none.
        """
        lines = [Line.of(text, start, end) for start, end in paragraphs(text)]
        counts = Counter(line.text for line in lines if line.words <= 12 and not line.is_ended)
        labels = Counter(label for line in lines if (label := _label(line)))
        paragraph = [index for index, line in enumerate(lines) if line.words > 14 and line.is_ended]
        state = _State(
            lines,
            {t for t, n in counts.items() if n > 1 and " " in t},
            {t for t, n in labels.items() if n > 1},
            paragraph[-1] if paragraph else 0,
        )
        begins, head = self._head(lines, headline, standfirst, byline)
        for index, (part, rule) in enumerate(head):
            line = lines[index]
            if part != "body":
                yield line.start, line.end, part, rule
        story = begins
        for index in range(begins, len(lines)):
            line = lines[index]
            part, rule = self._sort(state, index, story)
            if part != "body":
                yield line.start, line.end, part, rule
                continue
            start = line.start
            if state.last_story < begins + 2:
                place = _dateline(lines, index)
                if place and len(place.group()) < len(line.text):
                    agency = place.groupdict().get("agency") or place.groupdict().get("agency2") or place.groupdict().get("agency3")
                    if agency:
                        state.agencies.add(agency.strip())
                    yield start, start + len(place.group().rstrip()), "dateline", "place-and-dash"
                    start += place.end()
            state.last_story = index
            yield start, line.end, part, rule

    # The head of the page ---------------------------------------------------------------------------------------------

    def _head(
        self, lines: list[Line], headline: str | None, standfirst: str | None, byline: str | None
    ) -> tuple[int, list[tuple[str, str]]]:
        """Where the story begins, and the parts of the lines before it."""
        found: list[tuple[str, str]] = []
        if not lines:
            return 0, found
        if self._is_headline(lines, 0, headline):
            found.append(("headline", "given" if headline else "first-line"))
        elif len(lines) > 2 and _is_kicker(lines[0]) and self._is_headline(lines, 1, headline) and lines[1].words > _KICKER_WORDS:
            found += [("subheading", "kicker"), ("headline", "given" if headline else "first-line")]
        first = len(found)
        known = [self._head_rule(lines, index, byline) for index in range(first, min(first + _HEAD_LINES, len(lines)))]
        last = -1
        for index, rule in enumerate(known):
            line = lines[first + index]
            if rule is None and line.words > _STANDFIRST_WORDS:
                break
            if rule is not None and (rule[0] == "byline" or rule[1] == "correction-label" and last >= 0):
                if sum(1 for other in known[:index] if other is None) <= (2 + (index > 2) if first else 0):
                    last = index
            if rule is None and index and _dateline(lines, first + index) and first:
                # Whatever stands between headline and dateline is a standfirst.
                if last < 0 and sum(1 for other in known[:index] if other is None) <= 2:
                    last = index - 1
                break
        is_given = standfirst and any(_same(lines[i].text, standfirst) for i in range(first, min(first + 3, len(lines))))
        if last < 0 and first and not is_given:
            last = self._standfirst_alone(lines, first)
        if is_given:
            last = max(last, next(i for i in range(first, first + 3) if _same(lines[i].text, standfirst or "")) - first)
        seen = False
        for index in range(last + 1):
            line, rule = lines[first + index], known[index]
            if rule is not None:
                found.append(rule)
            elif first and (not seen or not _is_kicker(line)) and not (_is_kicker(line) and index and first):
                found.append(("standfirst", "given" if is_given and _same(line.text, standfirst or "") else "before-the-story"))
                seen = True
            elif _is_kicker(line):
                found.append(("subheading", "kicker"))
            else:
                found.append(("standfirst", "before-the-story"))
        return self._bullets(lines, found)

    def _bullets(self, lines: list[Line], found: list[tuple[str, str]]) -> tuple[int, list[tuple[str, str]]]:
        """Summary bullets between headline and story belong to the standfirst."""
        begin = end = len(found)
        while end < len(lines) and lines[end].is_bullet and not _ARROW.match(lines[end].text):
            end += 1
        if begin and end - begin >= 2 and end < len(lines):
            found += [("standfirst", "summary-bullets")] * (end - begin)
        return len(found), found

    @staticmethod
    def _standfirst_alone(lines: list[Line], first: int) -> int:
        """0 when the line under the headline is a standfirst although no byline follows: short, no full stop, a paragraph next."""
        if first + 1 >= len(lines):
            return -1
        line, after = lines[first], lines[first + 1]
        is_short = 4 <= line.words <= 30 and not line.is_ended and not line.is_bullet
        return 0 if is_short and after.is_ended and after.words > line.words else -1

    def _head_rule(self, lines: list[Line], index: int, byline: str | None) -> tuple[str, str] | None:
        line = lines[index]
        if byline and line.words <= 16 and not line.is_ended and _same(line.text.removeprefix("By "), byline):
            return "byline", "given"
        if _is_date_line(line):
            return "byline", "date-line"
        rule = self.rules.first(line, "head")
        if rule is not None:
            return rule.part, rule.id
        following = lines[index + 1] if index + 1 < len(lines) else None
        if index and self._is_headline(lines, 0, None) and following is not None and not line.is_ended and line.words <= 12:
            is_last = self.rules.first(following, "head") is None
            if is_last and not line.text.startswith(("The ", "A ", "An ")) and _NAMES.match(line.text) and (following.is_ended or _is_date_line(following)):
                return "byline", "name-alone"
            if is_last and _AGENCY.match(line.text) and (following.words > 12 or _is_date_line(following)):
                return "byline", "agency-alone"
        return None

    def _is_headline(self, lines: list[Line], index: int, headline: str | None) -> bool:
        line = lines[index]
        if headline:
            return _same(line.text, headline)
        if len(lines) < index + 2 or line.words > _HEADLINE_WORDS or line.is_bullet or _dateline(lines, index):
            return False
        if _is_date_line(line) or any(rule.part == "byline" and rule.id != "ends-by-name" for rule in self.rules.matching(line, "head")):
            return False
        return not line.is_stopped and line.text[-1] not in ":,;…"

    # The story and what stands in it ----------------------------------------------------------------------------------

    def _sort(self, state: _State, index: int, begins: int) -> tuple[str, str]:
        lines, line = state.lines, state.lines[index]
        is_inside = index > begins or state.last_story >= 0
        is_tail = is_inside and index >= len(lines) - 6
        is_end = is_tail and index >= state.story_ends
        place = "end" if is_end else "tail" if is_tail else "inside" if is_inside or _is_before_story(lines, index) else "head"
        if line.core == line.text and not line.text.strip(DECORATION):
            return "notice", "separator"
        rule = self.rules.first(line, place)
        if rule is not None:
            state.opener, state.taken = (rule.id, 0) if rule.opens else (None, 0)
            return rule.part, rule.id
        if state.opener and state.taken < 12 and _is_teaser(line):
            state.taken += 1
            return "promo", f"listed-under-{state.opener}"
        state.opener = None
        if not is_inside or (line.words > _TEASER_WORDS and line.is_ended):
            return "body", "no-rule"
        if line.text.strip(DECORATION) in state.agencies and line.words <= 3:
            return "credit", "agency-of-dateline"
        if line.text[0] in "–—-" and line.words <= 10 and _NAMES.match(line.core):
            return "credit", "name-after-dash"
        if line.text in state.repeated and line.words <= 12:
            return "promo", "line-repeated"
        if _label(line) in state.labels:
            return "promo", "label-repeated"
        if line.is_bullet and self._is_teaser_list(lines, index, state.last_story):
            return "promo", "bulleted-title"
        if _is_subheading(lines, index):
            return "subheading", "short-line-between-paragraphs"
        if is_end and self._is_after_story(lines, index, begins):
            return "promo", "title-after-the-story"
        return "body", "no-rule"

    @staticmethod
    def _is_teaser_list(lines: list[Line], index: int, last_story: int) -> bool:
        """Whether a bulleted line is a title and no item of the story's own list, which a colon or a full stop gives away."""
        line = lines[index]
        if line.is_ended or line.words > _TEASER_WORDS or line.words < 3 or line.core[:1].islower():
            return False
        if _ARROW.match(line.text):
            return True
        first = last = index
        while first > 0 and lines[first - 1].is_bullet:
            first -= 1
        while last + 1 < len(lines) and lines[last + 1].is_bullet:
            last += 1
        before = lines[first - 1] if first else None
        is_led_in = before is None or not before.is_ended or before.text[-1] in ":;"
        return not is_led_in and last - first < 4 and not any(item.is_ended for item in lines[first : last + 1])

    @staticmethod
    def _is_after_story(lines: list[Line], index: int, begins: int) -> bool:
        """Whether a short line without a full stop stands below a story all of whose paragraphs have one."""
        line = lines[index]
        if line.is_ended or line.words > 14 or line.core[:1].islower():
            return False
        story = [other for other in lines[begins:index] if other.words > 14]
        return len(story) >= 3 and sum(other.is_ended for other in story) >= 0.9 * len(story)

def _same(line: str, given: str) -> bool:
    return " ".join(line.split()) == " ".join(given.split())


def _label(line: Line) -> str | None:
    """The words before a line's first colon or bar, when it could be the name of a series; speakers and list items have none."""
    if line.is_ended or line.words > 20:
        return None
    label, mark, rest = line.core.partition(":")
    if not mark or not rest.strip() or not 2 <= len(label.split()) <= 5 or _NAMES.match(label) or label.isupper():
        return None
    return label


def _is_date_line(line: Line) -> bool:
    return (
        line.words <= 16
        and any(character.isdigit() for character in line.text)
        and _DATE_CORE.search(line.text) is not None
        and not _DATE_WORDS.sub("", line.text)
    )


def _is_kicker(line: Line) -> bool:
    return line.words <= _KICKER_WORDS and not line.is_ended and line.core[:1].isupper()


def _is_before_story(lines: list[Line], index: int) -> bool:
    """Whether a line above the first paragraph is short enough for a promo line; a long one begins the story."""
    return index + 1 < len(lines) and lines[index].words <= 20


def _is_teaser(line: Line) -> bool:
    """A title: short, and without a full stop at its end."""
    if line.words > _TEASER_WORDS:
        return False
    if _NUMBERED.match(line.text) or line.text.endswith(("?", "!", "”", "’", '"')):
        return True
    return not line.is_ended


def _is_subheading(lines: list[Line], index: int) -> bool:
    line = lines[index]
    if line.is_ended or line.words > 8 or line.is_bullet or not 0 < index < len(lines) - 1:
        return False
    before, after = lines[index - 1], lines[index + 1]
    return before.is_ended and before.words > 8 and after.is_ended and after.words > 12 and line.core[:1].isupper()


def _dateline(lines: list[Line], index: int) -> re.Match[str] | None:
    """The dateline at the beginning of a paragraph; a place before a colon counts when no other line begins like that."""
    line = lines[index]
    head = line.text[:120]
    found = _DATELINE.match(head)
    if found:
        place = found.groupdict().get("place")
        return found if line.words > 8 and (place is None or place.split()[0] not in _NO_PLACE) else None
    found = _COLON_PLACE.match(head)
    if not found or line.words < 15 or len(found["place"]) < 4 or found["place"] in _NO_PLACE:
        return None
    others = (other for other in lines if other is not line)
    return None if any(_COLON_PLACE.match(other.text[:60]) for other in others) else found
