"""Parts: which stretch of an article is headline, body, promo and so on, with the rule that said so.

Paragraphs are the unit, since newsrooms lay these things out in lines; a dateline alone is the beginning of one. Two kinds of rules:
those of ``parts.toml`` look at one line's words; those here and in `nutgraf.reading.head` at where it stands: above the story, under
"Related stories", again and again, or without a full stop below the last paragraph.
Nothing is removed: a promo line stays in the text with its rule, so that a report can show what was left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nutgraf.documents import Document, Measured, Resource, Rows
from nutgraf.reading.appeals import is_appeal, is_labelled, is_list_heading
from nutgraf.reading.bylines import SECTIONS, is_about, is_byline, is_names, names_of
from nutgraf.reading.captions import is_caption
from nutgraf.reading.colophon import colophon
from nutgraf.reading.colophon import resource as colophon_list
from nutgraf.reading.furniture import BELOW, button_of, heads_box, is_bar, is_box_row, is_counts, is_titles_in_a_row, story_end
from nutgraf.reading.glued import unglued
from nutgraf.reading.head import Head, dateline, is_date_line
from nutgraf.reading.paragraphs import paragraphs
from nutgraf.reading.rules import DECORATION, Line, Rule, RuleBook
from nutgraf.reading.shapes import (
    TEASER_WORDS,
    heads_labelled_lines,
    is_bare_caption,
    is_credit_below,
    is_line_between,
    is_subheading,
    is_teaser,
    is_teaser_list,
    is_title_below,
    is_title_between,
    is_title_case,
    label_of,
    prefix_of,
    shares_a_word,
)
from nutgraf.resources import own, sha256_of

ID = "parts"
_PARAGRAPH_WORDS = 14  # with a full stop: a paragraph of the story
_TAIL_LINES = 6
_NAME_WORDS = 8
_ITEM_WORDS = 12
_LINK_WORDS = 14
#: Rules that take a line by an order at its beginning, as titles of a list have as well.
_WEAK = frozenset("listen-watch subscribe follow-coverage click pictures-title".split())
#: Who tells, and how things hang together: with these a full paragraph between others is the story.
_TELLING = frozenset("said says told he she they had could when while because".split())
_ASIDE = "([*●•"
_LINKED_SECTIONS = SECTIONS | {"Lifestyle", "Features", "Obituaries", "Letters", "Video", "Podcasts"}


def build(options: Mapping[str, Any]) -> Parts:
    """Make the measure; it has no options."""
    return Parts(**options)


@dataclass(slots=True)
class _State:
    """What all lines, and those before, say about the next."""

    lines: list[Line]
    repeated: set[str]
    labels: set[str]
    prefixes: Counter[str | None]
    story_ends: int  # number of the last paragraph
    is_punctuated: bool  # nearly all paragraphs have a full stop, so that a line without one is none
    authors: tuple[str, ...] = ()
    agencies: set[str] = field(default_factory=set)
    last_story: int = -1
    last_other: int = -1
    last_heading: int = -2
    last_item: int = -2  # of a numbered list that a colon led in
    is_listing: bool = False  # a colon led in the story's own list
    opener: str | None = None
    taken: int = 0

    @classmethod
    def of(cls, lines: list[Line], begins: int, rules: RuleBook) -> _State:
        """What can be counted when the lines of the head, `begins` of them, are known."""
        counts = Counter(line.text for line in lines if line.words <= 12 and not line.is_ended)
        labels = Counter(label for line in lines if (label := label_of(line)))
        long = [index for index in range(begins, len(lines)) if lines[index].words > _PARAGRAPH_WORDS]
        paragraph = [index for index in long if lines[index].is_ended]
        return cls(
            lines,
            {text for text, n in counts.items() if n > 1 and " " in text},
            {label for label, n in labels.items() if n > 1},
            Counter(prefix for line in lines if ":" in line.text[:40] and (prefix := prefix_of(line))),
            story_end(lines, paragraph, rules),
            len(long) >= 3 and len(paragraph) >= 0.8 * len(long),
        )


class Parts:
    """Sort the lines of each article into parts."""

    id = ID
    version = "7"
    needs: frozenset[str] = frozenset()

    def __init__(self) -> None:
        path = own("parts.toml")
        self.resources = (Resource("rules", "parts", sha256_of(path)), colophon_list())
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
        head = self.head.read(lines, headline, standfirst, byline)
        begins = len(head)
        state = _State.of(lines, begins, self.rules)
        bylines = (line for line, (part, _) in zip(lines, head, strict=False) if part == "byline")
        state.authors = tuple(name.casefold() for line in bylines for name in names_of(line.core))
        for index, line in enumerate(lines):
            part, rule = head[index] if index < begins else self._sort(state, index, begins)
            if part != "body":
                state.last_other = index
                state.last_heading = index if part == "subheading" else state.last_heading
                yield line.start, line.end, part, rule
                continue
            start = line.start
            is_beginning = state.last_story < begins + 2 or state.last_heading == index - 1
            place = dateline(lines, index, is_first=state.last_story < 0) if is_beginning else None
            if place and place.end() < len(line.text):
                groups = place.groupdict()
                state.agencies |= {name.strip() for key, name in groups.items() if name and key.startswith("agency")}
                yield start, start + len(place.group().rstrip()), "dateline", "place-and-dash"
                start += place.end()
            state.last_story = index
            state.is_listing = state.is_listing or line.text[-1] == ":"
            yield start, line.end, part, rule

    # The story and what stands in it ----------------------------------------------------------------------------------

    def _sort(self, state: _State, index: int, begins: int) -> tuple[str, str]:
        lines, line = state.lines, state.lines[index]
        is_inside = index > begins or state.last_story >= 0
        is_end = is_inside and index >= state.story_ends
        is_tail = is_end or (is_inside and index >= len(lines) - _TAIL_LINES)
        place = "end" if is_end else "tail" if is_tail else "inside" if is_inside or _is_before_story(lines, index) else "head"
        if place == "inside" and _is_told(line):  # as most paragraphs are, so that no rule is asked
            state.opener, state.is_listing = None, False
            return "body", "no-rule"
        if line.core == line.text and not line.text.strip(DECORATION):
            return "notice", "separator"
        rule = self.rules.first(line, place)
        if is_tail and state.authors and (rule is None or rule.part in ("credit", "notice", "promo")) and is_about(line.core, state.authors):
            return "byline", "about-the-author"
        if rule is not None and rule.id == "numbered-heading" and (
            state.last_item == index - 1 or (lines[index - 1].text[-1] == ":" and lines[index + 1 : index + 2] and lines[index + 1].text[0].isdigit())
        ):
            state.last_item = index
            return "body", "item-of-a-list"
        if not line.is_ended and (rule is None or rule.part not in ("notice", "newsletter")):
            if is_bar(line):
                return "promo", "bar-of-pieces"
            if is_counts(line):
                return "promo", "counts-of-reactions"
        state.is_listing = state.is_listing and line.words <= _ITEM_WORDS and not (line.is_ended or line.is_bullet or "@" in line.text)
        if state.is_listing and (rule is None or rule.id in _WEAK):
            return "body", "item-of-a-list"  # a book's title, a programme, an address
        state.is_listing = False
        is_listed = bool(state.opener) and state.taken < 12 and is_teaser(line)
        around = _around(line, rule, place, is_listed=is_listed, is_below=is_tail and state.last_other > state.last_story >= 0)
        if around is not None:
            state.opener = None
            return around
        if rule is not None and not (is_listed and rule.part == "subheading"):  # a numbered title in a list is no heading
            state.opener, state.taken = (rule.id, 0) if rule.opens else (None, 0)
            if rule.opens and heads_labelled_lines(lines, index, state.prefixes):
                state.opener = None
                return "subheading", "heading-of-labels"
            return rule.part, rule.id
        if is_listed:
            state.taken += 1
            return "promo", f"listed-under-{state.opener}"
        state.opener = None
        if is_caption(line):
            return "caption", "who-made-the-picture"
        if is_inside and line.words <= _NAME_WORDS and line.core.casefold() in state.authors:
            return "byline", "name-again"
        if place == "head":
            button = button_of(line, self.rules)
            return ("promo", button) if button else ("body", "no-rule")
        if is_appeal(line):
            return "promo", "appeal"
        if line.words > TEASER_WORDS and line.is_ended:
            return "body", "no-rule"
        if is_list_heading(line):
            state.opener, state.taken = "list-heading", 0
            return "promo", "list-heading"
        if is_labelled(line):
            return "promo", "kind-of-article"
        if not is_inside:
            return "body", "no-rule"
        return self._short_line(state, index, is_end)

    def _short_line(self, state: _State, index: int, is_end: bool) -> tuple[str, str]:
        """Part and rule of a line by its shape and by the lines around it."""
        lines, line = state.lines, state.lines[index]
        if line.text.strip(DECORATION) in state.agencies and line.words <= 3:
            return "credit", "agency-of-dateline"
        if line.text[0] in "–—-" and line.words <= 10 and is_names(line.core):
            return "credit", "name-after-dash"
        if line.text in state.repeated and line.words <= 12:
            return "promo", "line-repeated"
        if label_of(line) in state.labels:
            return "promo", "label-repeated"
        if line.is_bullet and is_teaser_list(lines, index):
            return "promo", "bulleted-title"
        if state.is_punctuated and is_title_between(line):
            return "promo", "title-between-paragraphs"
        if is_box_row(lines, index):
            return "body", "row-of-a-box"
        if heads_box(lines, index):
            return "subheading", "heading-of-a-box"
        if is_end and line.core in _LINKED_SECTIONS:
            return "promo", "name-of-a-section"
        if is_end and is_titles_in_a_row(line):
            return "promo", "titles-in-a-row"
        is_signature = is_end and line.words <= 16 and line.text[:4] != "The " and is_byline(line.core)
        if is_signature and (index + 1 == len(lines) or not is_names(line.core)):
            return "byline", "below-the-story"
        if is_subheading(lines, index, state.last_story) and not (is_end and self._is_below(lines[index + 1])):
            return "subheading", "short-line-between-paragraphs"
        if index + 1 < len(lines) and line.words >= 4 and is_credit_below(lines[index + 1]) and not line.is_stopped:
            return "caption", "above-its-credit"
        if is_bare_caption(lines, index, state.last_story):
            return "caption", "phrase-between-paragraphs"
        if not is_end and state.is_punctuated and is_line_between(lines, index, state.last_story):
            return ("subheading", "long-line-between-paragraphs") if shares_a_word(lines, index) else ("promo", "title-of-another-story")
        if is_end and is_date_line(line):
            return "byline", "below-the-story"
        if is_end and state.is_punctuated and self._is_link_below(state, index):
            return "promo", "title-after-the-story"
        return "body", "no-rule"

    def _is_below(self, line: Line) -> bool:
        """Whether a line below the story is a notice or credit, so that what stands above it heads nothing."""
        rule = self.rules.first(line, "end")
        return rule is not None and rule.part in BELOW

    def _is_link_below(self, state: _State, index: int) -> bool:
        """Whether a title below the story is a link: among others, behind what closes an article, or written in title case.

        A last line that only lacks its full stop, and the rows of a table, stay in the story.
        """
        lines, line = state.lines, state.lines[index]
        if state.last_other > state.last_story and line.words >= 4 and (line.text[-1] == "?" or (line.is_ended and is_title_case(line))):
            return line.words <= _LINK_WORDS  # "Who will teach the teachers?"
        if not is_title_below(line) or state.prefixes[prefix_of(line)] > 1:
            return False
        if state.last_other > state.last_story or is_title_case(line):
            return True
        after = lines[index + 1] if index + 1 < len(lines) else None
        if after is None or not is_title_below(after) or self.rules.first(after, "end"):
            return False
        return prefix_of(line) is None or prefix_of(after) is None


def _is_told(line: Line) -> bool:
    """Whether somebody tells or does something in a full paragraph, as in no line around a story."""
    return line.is_stopped and line.words > TEASER_WORDS and line.text[0] not in _ASIDE and not _TELLING.isdisjoint(line.tokens)


def _around(line: Line, rule: Rule | None, place: str, *, is_listed: bool, is_below: bool) -> tuple[str, str] | None:
    """What a line says of the newsroom's own work, where that counts for more than the rule that takes it or the list that it stands in."""
    is_credited = rule is not None and rule.part == "caption" and "contributed" in line.tokens
    if not (rule is None or rule.part in ("promo", "notice") or is_credited):
        return None
    found = colophon(line, "end" if is_below else place, is_below=is_below)
    if found is None or found[0] in ("correction", "newsletter") or (found[0] == "credit" and is_credited):
        return found
    return found if rule is None and (found[0] == "notice" or not is_listed) else None


def _is_before_story(lines: list[Line], index: int) -> bool:
    """Whether a line above the first paragraph is short enough for a promo line; a long one begins the story."""
    return index + 1 < len(lines) and lines[index].words <= 20
