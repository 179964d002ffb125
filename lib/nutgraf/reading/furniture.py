"""Furniture: what a page sets around its story, told from the story by its shape and not by single words.

Buttons and sections stand on one line as a row of a few short pieces ("Save | Print | Share"), reactions as signs and counts, a box as
rows of label and value. Used by the head of an article, where no list of titles is expected, and below its story.
"""

from __future__ import annotations

import re

from nutgraf.reading.appeals import is_appeal
from nutgraf.reading.bylines import is_byline, is_date
from nutgraf.reading.colophon import colophon
from nutgraf.reading.rules import Line, RuleBook

_SEPARATOR = re.compile(r"\s*[|•∙·]\s*|\s{2,}")
_MARKS = ("|", "•", "∙", "·", "  ")
_PIECES = (3, 12)  # two may be a title and its section, more than twelve are a table
_PIECE_WORDS = 4
_BUTTON_LINE_WORDS = 12
_VALUE_WORDS = 5
_ROW = re.compile(r"[A-ZÀ-Þ][\w’' -]{1,30}: \S")
_COUNT = re.compile(r"\d[\d.,]*[kKmM]?")
#: Rules whose lines can be a title in the head of an article as well: "Exclusive: council hid report".
_TITLES = frozenset(
    "labelled-title other-label label-glued-to-title label-without-colon pictures-title posts-of-a-live-report on-our-site address-at-end".split()
)
#: What lies below a story, however long its sentences are.
BELOW = frozenset("promo newsletter notice correction credit byline".split())
_TAIL_LINES = 12


def is_bar(line: Line) -> bool:
    """Whether a line is a row of buttons or sections: three short pieces or more, none of them a name, a date, a number or a sentence."""
    if line.is_ended or line.words > 40 or not any(mark in line.text for mark in _MARKS):
        return False
    pieces = [piece for piece in _SEPARATOR.split(line.core) if piece]
    return (
        _PIECES[0] <= len(pieces) <= _PIECES[1]
        and all(_is_button(piece) for piece in pieces)
        and not is_byline(line.core)
    )


def _is_button(piece: str) -> bool:
    return not piece[0].islower() and piece.count(" ") < _PIECE_WORDS and ":" not in piece and not any(map(str.isdigit, piece))


def is_counts(line: Line) -> bool:
    """Whether a line holds signs and how often they were clicked: two numbers or more, and hardly a word."""
    if line.words > 20 or line.is_ended or line.text.isascii() or ":" in line.text or is_date(line.text):
        return False
    pieces = line.text.split()
    words = sum(piece.isalpha() for piece in pieces)
    signs = sum(not any(map(str.isalnum, piece)) for piece in pieces)
    return signs >= 2 and words <= 2 and sum(_COUNT.fullmatch(piece) is not None for piece in pieces) >= 2


def button_of(line: Line, rules: RuleBook) -> str | None:
    """The reason why a line in the head is furniture and no standfirst or name; None for any other line."""
    if is_bar(line):
        return "bar-of-pieces"
    if is_counts(line):
        return "counts-of-reactions"
    if line.is_stopped or line.words > _BUTTON_LINE_WORDS:
        return None
    rule = rules.first(line, "inside")
    if rule is not None and rule.part in ("promo", "newsletter") and rule.id not in _TITLES:
        return rule.id
    return "appeal" if is_appeal(line) else None


def is_titles_in_a_row(line: Line) -> bool:
    """Whether two titles or more stand on one line, apart by bars: below the story, where no table is expected."""
    pieces = _SEPARATOR.split(line.core) if not line.is_stopped and line.words <= 50 and any(mark in line.text for mark in _MARKS) else []
    return len(pieces) >= 2 and all(2 <= piece.count(" ") <= 14 and piece[0].isupper() for piece in pieces if piece)


def is_box_row(lines: list[Line], index: int) -> bool:
    """Whether a line and one beside it are rows of a box: a label, a colon and a value of a few words."""
    if not _is_row(lines[index]):
        return False
    return (index > 0 and _is_row(lines[index - 1])) or (index + 1 < len(lines) and _is_row(lines[index + 1]))


def heads_box(lines: list[Line], index: int) -> bool:
    """Whether the two lines below are rows of a box."""
    line, below = lines[index], lines[index + 1 : index + 3]
    return not line.is_ended and ":" not in line.text and line.words <= _VALUE_WORDS and len(below) == 2 and all(map(_is_row, below))


def _is_row(line: Line) -> bool:
    found = None if line.is_ended else _ROW.match(line.text)
    return found is not None and line.text.count(" ", found.end() - 1) < _VALUE_WORDS


def story_end(lines: list[Line], paragraphs: list[int], rules: RuleBook) -> int:
    """Number of the last paragraph of the story: the last of all paragraphs that is no notice, credit or appeal.

    Args:
        lines: The lines of an article.
        paragraphs: Numbers of those that are long and end by a full stop, in order.
        rules: The rules of ``parts.toml``; only the last few paragraphs are asked.
    """
    first = len(lines) - _TAIL_LINES
    for index in reversed(paragraphs):
        if index < first:
            return index
        line = lines[index]
        rule = rules.first(line, "end")
        if not (rule is not None and rule.part in BELOW) and not is_appeal(line) and colophon(line, "end") is None:
            return index
    return paragraphs[-1] if paragraphs else 0
