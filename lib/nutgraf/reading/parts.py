"""Parts: which stretch of an article is headline, body, promo and so on, with the rule that said so.

Lines are the unit, since newsrooms lay these things out in lines; a dateline alone is the beginning of a line. Nothing is removed:
a promo line stays in the text with its rule, so that a report can show what was left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nutgraf.documents import Document, Measured, Rows
from nutgraf.errors import ResourceError
from nutgraf.resources import own, sha256_of

ID = "parts"
_LINE = re.compile(r"[^\n]+")
_HEADLINE_WORDS = 25


def build(options: Mapping[str, Any]) -> Parts:
    """Make the measure; it has no options."""
    return Parts(**options)


class Parts:
    """Sort the lines of each article into parts."""

    id = ID
    version = "1"
    needs: frozenset[str] = frozenset()

    def __init__(self) -> None:
        path = own("parts.toml")
        self.resources = (sha256_of(path),)
        rules = tomllib.loads(path.read_text(encoding="utf-8"))["rules"]
        try:
            self.rules = [(rule["id"], rule["part"], re.compile(rule["pattern"])) for rule in rules]
        except (KeyError, re.error) as error:
            raise ResourceError(f"a rule cannot be used: {error}", where="parts.toml") from error
        self.dateline = re.compile(
            r"(?P<place>[A-Z][A-Z'’.-]+(?: [A-Z][A-Z'’.-]+){0,3})(?:, [^—–\n]{2,25})?(?: \([A-Z][\w ]{1,20}\))?\s*(?:—|–|--|-(?=\s))\s*"
        )

    def measure(self, documents: Sequence[Document]) -> Measured:
        """One span of kind ``part`` per stretch: label is the part, rule the reason."""
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        rows = Rows()
        for start, end, part, rule in self.parts(document.text, document.headline, document.standfirst):
            rows.span(start, end, "part", label=part, rule=rule)
        return rows

    def parts(
        self, text: str, headline: str | None = None, standfirst: str | None = None
    ) -> Iterator[tuple[int, int, str, str]]:
        """Stretches of a text as (start, end, part, rule), in order; white space around lines belongs to none."""
        lines = [_stripped(text, *match.span()) for match in _LINE.finditer(text) if match.group().strip()]
        for index, (start, end) in enumerate(lines):
            line = text[start:end]
            if index == 0 and self._is_headline(line, headline, len(lines)):
                yield start, end, "headline", "given" if headline else "first-line"
                continue
            if standfirst and index <= 2 and line == standfirst.strip():
                yield start, end, "standfirst", "given"
                continue
            found = next(((part, rule) for rule, part, pattern in self.rules if pattern.search(line)), None)
            if found:
                yield start, end, *found
                continue
            place = self.dateline.match(line)
            if place and place.end() < len(line):
                yield start, start + len(place.group().rstrip()), "dateline", "capitals-dash"
                start += place.end()
            yield start, end, "body", "no-rule"

    @staticmethod
    def _is_headline(line: str, headline: str | None, lines: int) -> bool:
        if headline:
            return line == headline.strip()
        return lines > 1 and len(line.split()) <= _HEADLINE_WORDS and line[-1] not in ".:,;"


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
