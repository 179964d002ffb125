"""Quotations: the stretches between quotation marks, found by the marks alone, in one pass over them.

Double and single marks, curly and straight, two apostrophes for a double one, German low marks and guillemets in either direction. A
quotation ends with its paragraph at the latest, so that an unclosed mark never swallows the rest; when the next paragraph opens with the
same mark, both carry one ``group_id``. Quotations within a quotation are part of it. Of a mark that is also an apostrophe, a foot or an
inch, the characters around it decide: an opening single mark stands before a word and needs a closing one that is no possessive; a
straight double mark after a figure is an inch when the marks around it would not pair otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from nutgraf.documents import Document, Measured, Resource, Rows
from nutgraf.reading.paragraphs import paragraphs

ID = "quotes"
_MARK = re.compile("[“”„‟\"«»‹›‘’‚'`](?:(?<=')'|(?<=`)`)?")  # a set of characters first: searched for much faster
#: Opening mark → what closes it and the name of the style. Guillemets and » are settled by which comes first.
_CLOSERS: dict[str, tuple[tuple[str, ...], str]] = {
    "“": (("”",), "curly"), "„": (("“", "”", "‟", '"'), "low"), "‟": (("”",), "curly"), "``": (("''", '"'), "backtick"), "''": (("''",), "doubled"),
    "«": (("»",), "guillemets"), "»": (("«", "»"), "guillemets"), "‹": (("›",), "guillemets"), "›": (("‹",), "guillemets"),
    "”": (("”",), "curly"), "‚": (("‘", "’"), "low-single"), "‘": (("’",), "single"), "'": (("'",), "single-straight"), '"': (('"',), "straight"),
}  # fmt: skip
_OPENS_AFTER = frozenset("([{<—–-/:=*_>|\"“„«‘'‚›»‹¿¡…,;")
_ENDS_BEFORE = frozenset(")]}>—–-/:;,.!?…*_|\"”“»«’'‘›‹")
#: Words that begin with an apostrophe, which a typewriter or a careless editor turns into an opening mark.
_ELISION = re.compile(r"(?:\d0?s\b|\d\ds?\b|em\b|til\b|tis\b|twas\b|twere\b|cause\b|cos\b|bout\b|round\b|neath\b|n['’]|n\b|im\b|er\b|ave\b)", re.I)
_DROPPED = re.compile(r"(?:s|in|an|o|th|ol)$", re.I)
_SPEECH_BEFORE = frozenset(".,:;!?”\"")


def build(options: Mapping[str, Any]) -> Quotes:
    """Make the measure; it has no options."""
    return Quotes(**options)


class Quotes:
    """Find what stands between quotation marks."""

    id = ID
    version = "3"
    needs: frozenset[str] = frozenset()
    resources: tuple[Resource, ...] = ()

    def measure(self, documents: Sequence[Document]) -> Measured:
        """One span of kind ``quote`` per quotation and paragraph, marks excluded; the rule names the marks and whether they close.

        Scare quotes are quotations here: marks alone do not tell them apart.
        """
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        rows = Rows()
        for start, end, rule, group in _grouped(document.text):
            rows.span(start, end, "quote", label="direct", group_id=group, rule=rule)
        return rows


class _Mark(NamedTuple):
    start: int
    end: int
    mark: str
    before: str  # the character before, a space at the paragraph's edge
    after: str

    @property
    def is_opening(self) -> bool:
        """Shaped like an opening mark: free on its left, a word on its right."""
        return not self.after.isspace() and (self.before.isspace() or self.before in _OPENS_AFTER)

    @property
    def is_closing(self) -> bool:
        """Shaped like a closing mark: a word on its left, free on its right."""
        return not self.before.isspace() and (self.after.isspace() or self.after in _ENDS_BEFORE)


def quotations(text: str) -> Iterator[tuple[int, int, str]]:
    """Quotations of a text.

    Args:
        text: Any text.

    Yields:
        ``(start, end, rule)`` in characters, end-exclusive, marks and white space inside them excluded, in order and apart; the rule is
        the style of the marks, with ``-unclosed`` when the paragraph ended first and ``-slip`` when a double mark of another kind
        opens or closes it.

    >>> list(quotations("‘Don’t,’ she said."))
    [(1, 7, 'single')]
    """
    return ((start, end, rule) for start, end, rule, _ in _grouped(text))


def _grouped(text: str) -> Iterator[tuple[int, int, str, str | None]]:
    """Quotations with the group of those that run over paragraphs."""
    spans = paragraphs(text)
    following = [*(text[start] for start, _ in spans[1:]), ""][: len(spans)]
    carried: str | None = None  # the group of a quotation that the paragraph before left open
    for (start, end), next_mark in zip(spans, following, strict=True):
        found = list(_in_paragraph(text, start, end, next_mark))
        for index, (quote_start, quote_end, rule, opener) in enumerate(found):
            group = carried if index == 0 and quote_start <= start + 2 else None
            carried = None
            if rule.endswith("-unclosed") and next_mark == opener[:1]:
                group = carried = group or f"quote-{quote_start}"
            yield quote_start, quote_end, rule, group
        if not found:
            carried = None


def _in_paragraph(text: str, start: int, end: int, next_mark: str) -> Iterator[tuple[int, int, str, str]]:
    marks = []
    for match in _MARK.finditer(text, start, end):
        first, last = match.span()
        before = text[first - 1] if first > start else " "
        after = text[last] if last < end else " "
        mark = match.group()
        # Most of these characters are apostrophes inside a word.
        if mark != "`" and not (mark in "'’" and before.isalnum() and after.isalnum()):
            marks.append(_Mark(first, last, mark, before, after))
    if not marks:
        return
    closing = _single_closers(text, marks)
    index = 0
    while index < len(marks):
        mark = marks[index]
        closes = _closes_at(text, marks, index, closing, next_mark)
        if closes is None:
            index += 1
            continue
        to, is_closed = closes
        stop = marks[to].start if to < len(marks) else end
        inner_start, inner_end = _trim(text, mark.end, stop)
        if inner_end > inner_start:
            style = _CLOSERS[mark.mark][1]
            if not is_closed:
                style += "-unclosed"
            elif style in ("curly", "straight") and (mark.mark, marks[to].mark) not in (("“", "”"), ('"', '"')):
                style += "-slip"
            yield inner_start, inner_end, style, mark.mark
        index = to + 1 if is_closed else to


def _closes_at(
    text: str, marks: list[_Mark], index: int, closing: list[int], next_mark: str
) -> tuple[int, bool] | None:
    """Where the quotation that a mark may open ends, as (number of a mark, whether that mark closes it); None when it opens none.

    A quotation that only the paragraph or another opening mark ends is given as not closed.
    """
    mark = marks[index]
    if mark.mark in "‘'":
        return _single(text, marks, index, closing, next_mark)
    if mark.mark in ("’", "‟") or (mark.mark == "''" and not mark.is_opening):
        return None
    if mark.mark == '"' and not (mark.is_opening or (mark.before.isspace() and mark.after.isspace())):
        return None
    if mark.mark in "”›" and not (mark.is_opening and mark.before.isspace()):
        return None
    closers, depth, curly = _CLOSERS[mark.mark][0], 0, 0
    for at in range(index + 1, len(marks)):
        here = marks[at]
        if _is_slip(marks, mark.mark, at, curly):
            return at, True
        curly += (here.mark == "“") - (here.mark == "”")
        if here.mark == mark.mark and here.mark not in closers:  # “ within “
            if here.is_closing and not here.is_opening:
                return at, True  # “…“, closed by a slip
            if at + 2 < len(marks) and marks[at + 1].mark in closers and marks[at + 2].mark in closers:
                depth += 1
                continue
            return at, False
        if here.mark in closers and (here.mark != "“" or here.is_closing or not here.is_opening):
            if here.mark == '"' and mark.mark == '"':
                verdict = _straight(marks, at)
                if verdict is None:
                    continue
                if not verdict:
                    return at, False
            if here.mark == "»" and mark.mark == "»" and not here.is_closing:
                return at, False
            if depth:
                depth -= 1
                continue
            return at, True
    return len(marks), False


def _is_slip(marks: list[_Mark], opener: str, at: int, curly: int) -> bool:
    """Whether a quotation opened by a curly mark is closed by a straight one, or the other way round.

    Args:
        marks: The marks of the paragraph.
        opener: The mark that opened it.
        at: The mark in question.
        curly: How many curly marks were opened and not closed since.
    """
    here = marks[at]
    if not here.is_closing or here.is_opening:
        return False
    if opener == '"':
        return here.mark == "”" and curly <= 0
    if opener != "“" or here.mark != '"' or here.before.isdigit():
        return False
    following = next((mark.mark for mark in marks[at + 1 : at + 6] if mark.mark in "“”\""), "")
    return following != "”"


def _straight(marks: list[_Mark], at: int) -> bool | None:
    """Whether a straight double mark within a straight quotation closes it; False when it opens a new one, None when it is an inch."""
    here = marks[at]
    following = next((mark for mark in marks[at + 1 : at + 4] if mark.mark == '"'), None)
    if here.before.isdigit() and following is not None and following.is_closing and not following.is_opening:
        return None
    is_new = here.is_opening and here.before.isspace() and not here.is_closing
    return not (is_new and following is not None and following.is_closing and not following.before.isspace())


def _single_closers(text: str, marks: list[_Mark]) -> list[int]:
    """For each mark the strength with which it closes a single quotation: 0 not, 1 perhaps (a possessive looks the same), 2 surely."""
    strengths = []
    for mark in marks:
        strength = 0
        if mark.mark in "’'" and not mark.before.isspace() and not mark.after.isalnum():
            word = text[max(0, mark.start - 4) : mark.start]
            if not mark.before.isalpha():
                strength = 0 if mark.before in "([{—–" else 2
            elif word[-2:].lower() in ("’n", "'n", "‘n"):
                strength = 0
            elif mark.after.isspace() and _DROPPED.search(word):
                strength = 1
            else:
                strength = 2
        strengths.append(strength)
    return strengths


def _single(text: str, marks: list[_Mark], index: int, closing: list[int], next_mark: str) -> tuple[int, bool] | None:
    mark = marks[index]
    if not mark.is_opening or mark.before in "'’":
        return None
    is_elision = _ELISION.match(text, mark.end) is not None
    closer = "’" if mark.mark == "‘" else "'"
    weak = None
    for at in range(index + 1, len(marks)):
        here = marks[at]
        if here.mark == mark.mark and here.is_opening and not closing[at]:
            break
        if here.mark not in (closer, "''" if closer == "'" else closer) or not closing[at]:
            continue
        if is_elision and here.before.isalnum():
            continue
        if closing[at] == 2 or (weak is None and here.before not in "sS" and not _runs_on(text, here)):
            return at, True
        weak = at if weak is None else weak
    if weak is not None:
        return weak, True
    # Unclosed: taken for a quotation only where speech begins, since an apostrophe is likelier elsewhere.
    before = text[max(0, mark.start - 2) : mark.start].strip()
    starts_speech = not before or before[-1] in _SPEECH_BEFORE or "\n" in text[max(0, mark.start - 1) : mark.start]
    if is_elision or not starts_speech or not text[mark.end : mark.end + 1].isupper():
        return None
    if mark.mark == "'" and next_mark != "'" and before:
        return None
    stop = next((at for at in range(index + 1, len(marks)) if marks[at].mark == mark.mark and marks[at].is_opening), len(marks))
    return stop, False


def _runs_on(text: str, mark: _Mark) -> bool:
    """Whether a word in lower case follows, as after a possessive or a dropped letter."""
    return text[mark.end : mark.end + 2].strip()[:1].islower()


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
