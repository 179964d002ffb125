"""Glued lines: a link, a credit or an appeal that an export left on the same line as the paragraph before it.

Such a line is two: "… closed at noon. READ MORE: Who owns the water?" Only ends that a story's paragraph does not have are looked
at: a bracket, a title without a full stop, or, in the last two lines, a last sentence that a rule knows.
"""

from __future__ import annotations

import re
from itertools import chain

from nutgraf.reading.appeals import is_appeal
from nutgraf.reading.captions import is_caption
from nutgraf.reading.colophon import colophon
from nutgraf.reading.rules import Line, RuleBook

#: What may stand behind a paragraph on its line; a caption's credit belongs to the caption before it.
_BEHIND = frozenset(("promo", "newsletter", "credit", "correction", "notice"))
_LAST_LINES = 2
_MAX_WORDS = 24
_LABEL = re.compile(
    r"(?<=[\w.?!…”’\"')\]])\s+(?=(?:READ(?: MORE| ALSO| NEXT)?|SEE ALSO|ALSO READ|MORE|(?<!MUST )WATCH|LISTEN|RELATED(?: [A-Z]+)?"
    r"|Read (?:more|also|next|now)|Also read|See also"
    r"|More (?:from|on) [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?|Related(?: (?:story|stories|article|articles|content|coverage))?|Further reading|Up next)"
    r"\s*[:|»›>]\s*[\w‘“'\"])"
)
_SENTENCE = re.compile(r"(?<!\b[A-Z])[.?!…][\"'”’)\]]*\s+(?=[^\Wa-z]|[(\[–—-])")
_NAME_BEHIND_DASH = re.compile(r"(?<=[.?!…\"”’])\s+(?=[–—]\s?[A-ZÀ-Þ][\w’'.-]*(?: [A-ZÀ-Þ][\w’'.-]*){0,3}$)")
_MARKS = ":|»›>"  # without one of them there is no label
_OPENERS = {")": "(", "]": "["}
_CLOSED = (".", ".”", '."', ".’", ",”", '"', "”", "'", "’")


def unglued(lines: list[Line], rules: RuleBook) -> list[Line]:
    """The lines of an article, those apart that an export wrote behind a paragraph."""
    first_last = len(lines) - _LAST_LINES
    return list(
        chain.from_iterable(
            _apart(line, rules, index >= first_last) if index >= first_last or not line.text.endswith(_CLOSED) else (line,)
            for index, line in enumerate(lines)
        )
    )


def _apart(line: Line, rules: RuleBook, is_last: bool) -> tuple[Line, ...]:
    cut = _cut(line, rules, is_last)
    if cut is None:
        return (line,)
    before = line.text[:cut].rstrip()
    return Line.made(line.start, before), Line.made(line.start + cut, line.text[cut:])


def _cut(line: Line, rules: RuleBook, is_last: bool) -> int | None:
    """Where the line's second part begins; None when it is one line, as one that a rule takes as a whole."""
    text = line.text
    if line.words < 6:
        return None
    label = _LABEL.search(text) if any(mark in text for mark in _MARKS) else None
    if label and text[: label.start()].count(" ") >= 3:
        begin = label.end()
    elif text[-1] in _OPENERS:
        begin = text.rfind(_OPENERS[text[-1]])
        if begin <= 0 or not text[begin - 1].isspace() or not _is_behind(text[begin:], rules):
            return None
    elif is_last and text[0] not in "“\"'‘" and (name := _NAME_BEHIND_DASH.search(text)):
        return name.end()
    elif text[-1] == "?" or (line.is_stopped and not is_last):
        return None
    else:
        begin = 0
        for sentence in _SENTENCE.finditer(text):
            begin = sentence.end()
        if not begin or not _is_behind(text[begin:], rules):
            return None
    return None if rules.first(line, "end") or is_appeal(line) or is_caption(line) or colophon(line, "end") else begin


def _is_behind(tail: str, rules: RuleBook) -> bool:
    if not 1 <= tail.count(" ") < _MAX_WORDS:
        return False
    rule = rules.first(Line.made(0, tail), "end")
    return rule is not None and rule.part in _BEHIND
