"""Quotations: the stretches between quotation marks, found by the marks alone.

Double marks, curly and straight. An unclosed mark ends with its paragraph, so that one slip never swallows the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nutgraf.documents import Document, Measured, Rows

ID = "quotes"
_QUOTED = re.compile(r'“(?P<curly>[^“”\n]*)(?P<curly_end>”?)|"(?P<straight>[^"\n]*)(?P<straight_end>"?)')


def build(options: Mapping[str, Any]) -> Quotes:
    """Make the measure; it has no options."""
    return Quotes(**options)


class Quotes:
    """Find what stands between quotation marks."""

    id = ID
    version = "1"
    needs: frozenset[str] = frozenset()
    resources: tuple[str, ...] = ()

    def measure(self, documents: Sequence[Document]) -> Measured:
        """One span of kind ``quote`` per quotation, marks excluded."""
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        rows = Rows()
        for start, end, rule in quotations(document.text):
            rows.span(start, end, "quote", label="direct", rule=rule)
        return rows


def quotations(text: str) -> Iterator[tuple[int, int, str]]:
    """Quotations of a text as (start, end, rule), without their marks."""
    for match in _QUOTED.finditer(text):
        kind = "curly" if match.group("curly") is not None else "straight"
        start, end = match.span(kind)
        if end > start:
            yield start, end, kind if match.group(f"{kind}_end") else f"{kind}-unclosed"
