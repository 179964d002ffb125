"""Parts: which stretch of an article is headline, body, promo and so on, with the rule that said so.

Paragraphs are the unit, since newsrooms lay these things out in lines; a dateline alone is the beginning of one. Two kinds of rules:
those of ``parts.toml`` look at one line's words; those here and in `nutgraf.reading.head` at where it stands: above the story, under
"Related stories", again and again, or without a full stop below the last paragraph.
Nothing is removed: a promo line stays in the text with its rule, so that a report can show what was left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nutgraf.documents import Document, Measured, Resource, Rows
from nutgraf.reading.glued import unglued
from nutgraf.reading.head import NAMES, Head, dateline
from nutgraf.reading.paragraphs import paragraphs
from nutgraf.reading.rules import BULLET_ARROW, DECORATION, Line, RuleBook
from nutgraf.resources import own, sha256_of

ID = "parts"
_TEASER_WORDS = 18
_NUMBERED = re.compile(r"\d{1,2}[.)]\s+\S")


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
    version = "3"
    needs: frozenset[str] = frozenset()

    def __init__(self) -> None:
        path = own("parts.toml")
        self.resources = (Resource("rules", "parts", sha256_of(path)),)
        self.rules = RuleBook(path)
        self.head = Head(self.rules)

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
        lines = unglued([Line.of(text, start, end) for start, end in paragraphs(text)], self.rules)
        counts = Counter(line.text for line in lines if line.words <= 12 and not line.is_ended)
        labels = Counter(label for line in lines if (label := _label(line)))
        paragraph = [index for index, line in enumerate(lines) if line.words > 14 and line.is_ended]
        state = _State(
            lines,
            {t for t, n in counts.items() if n > 1 and " " in t},
            {t for t, n in labels.items() if n > 1},
            paragraph[-1] if paragraph else 0,
        )
        head = self.head.read(lines, headline, standfirst, byline)
        begins = len(head)
        for index, line in enumerate(lines):
            part, rule = head[index] if index < begins else self._sort(state, index, begins)
            if part != "body":
                yield line.start, line.end, part, rule
                continue
            start = line.start
            place = dateline(lines, index) if state.last_story < begins + 2 else None
            if place and place.end() < len(line.text):
                groups = place.groupdict()
                state.agencies |= {name.strip() for key, name in groups.items() if name and key.startswith("agency")}
                yield start, start + len(place.group().rstrip()), "dateline", "place-and-dash"
                start += place.end()
            state.last_story = index
            yield start, line.end, part, rule

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
        is_listed = bool(state.opener) and state.taken < 12 and _is_teaser(line)
        if rule is not None and not (is_listed and rule.part == "subheading"):  # a numbered title in a list is no heading
            state.opener, state.taken = (rule.id, 0) if rule.opens else (None, 0)
            return rule.part, rule.id
        if is_listed:
            state.taken += 1
            return "promo", f"listed-under-{state.opener}"
        state.opener = None
        if not is_inside or (line.words > _TEASER_WORDS and line.is_ended):
            return "body", "no-rule"
        if line.text.strip(DECORATION) in state.agencies and line.words <= 3:
            return "credit", "agency-of-dateline"
        if line.text[0] in "–—-" and line.words <= 10 and NAMES.match(line.core):
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
        if BULLET_ARROW.match(line.text):
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
    if not mark or not rest.strip() or not 2 <= len(label.split()) <= 5 or NAMES.match(label) or label.isupper():
        return None
    if any(character.isdigit() for character in label) or rest.strip()[0] in "$€£0123456789":
        return None  # a table, or the hours of a live report
    return label


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
