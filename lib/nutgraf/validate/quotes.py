"""Task ``quotes``: who says what, in tokens of ``\\w+``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nutgraf.compare.scoring import Figure, column, f1, ratio
from nutgraf.documents import Document
from nutgraf.reading.attribution import CONTENT
from nutgraf.validate.items import Item, rows, spans

_TOKEN = re.compile(r"\w+")
#: What stands between two double quotation marks of one paragraph.
_MARKED = re.compile(r"“[^“”\n]*”|\"[^\"\n]*\"")
_MATCHED = 0.5
Span = tuple[int, int]


def predict(document: Document) -> dict[str, Any]:
    """``attributions``: content, source, cue and direct of each, lists of [start, end]; direct is the content between double marks."""
    marked = [match.span() for match in _MARKED.finditer(document.text)]
    found: dict[str | None, dict[str, list[list[int]]]] = {}
    for span in document.spans["attribution"]:
        one = found.setdefault(span.group_id, {"content": [], "source": [], "cue": [], "direct": []})
        one[span.kind].append([span.start, span.end])
        if span.kind == CONTENT:
            inside = ((max(span.start, start), min(span.end, end)) for start, end in marked)
            one["direct"] += [[start, end] for start, end in inside if start < end]
    return {"attributions": list(found.values())}


def count(item: Item, predicted: Mapping[str, Any]) -> Mapping[str, float]:
    """Tokens of content and of direct quotation, and attributions whose content and source were found."""
    gold, found = _labelled(item), predicted["attributions"]
    wanted, got = _tokens(item.text, _all(gold, "content")), _tokens(item.text, _all(found, "content"))
    marked = wanted & _tokens(item.text, [match.span() for match in _MARKED.finditer(item.text)])
    direct = _tokens(item.text, _all(found, "direct"))
    counted = {**_compared("content ", wanted, got), **_compared("direct ", marked, direct)}
    with_source = [one for one in gold if one["source"]]
    partners = [(one, _partner(one, found)) for one in with_source]
    matched = [(one, other) for one, other in partners if other is not None]
    overlapping = sum(_overlap(one["source"], other["source"]) > 0 for one, other in matched)
    return {**counted, "with source": len(with_source), "matched": len(matched), "source found": overlapping}


def figures(columns: Sequence[str]) -> list[Figure]:
    """``content_f1``, ``direct_f1``, ``source_overlap`` and ``matched_share``."""
    return [
        Figure("content_f1", lambda sums: f1(sums, "content ")), Figure("direct_f1", lambda sums: f1(sums, "direct ")),
        Figure("source_overlap", lambda sums: ratio(column(sums, "source found"), column(sums, "matched"))),
        Figure("matched_share", lambda sums: ratio(column(sums, "matched"), column(sums, "with source"))),
    ]  # fmt: skip


def _labelled(item: Item) -> list[dict[str, list[Span]]]:
    labelled = rows(item, "attributions")
    return [{name: spans(row.get(name) or [], name, item) for name in ("content", "source", "cue")} for row in labelled]


def _all(rows: Iterable[Mapping[str, Any]], name: str) -> list[Span]:
    return [tuple(span) for row in rows for span in row[name]]


def _tokens(text: str, stretches: Iterable[Span]) -> set[int]:
    """Where the tokens begin that lie in any of the stretches."""
    return {match.start() for start, end in stretches for match in _TOKEN.finditer(text, start, end)}


def _compared(of: str, wanted: set[int], found: set[int]) -> dict[str, float]:
    return {f"{of}tp": len(wanted & found), f"{of}fp": len(found - wanted), f"{of}fn": len(wanted - found)}


def _partner(one: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The predicted attribution whose content is most like this one's, if by half."""
    size = _size(one["content"])
    best, most = None, _MATCHED
    for other in found:
        common = _overlap(one["content"], other["content"])
        share = common / (size + _size(other["content"]) - common) if common else 0.0
        if share > most or (share == most and best is None):
            best, most = other, share
    return best


def _size(stretches: Iterable[Span]) -> int:
    return sum(end - start for start, end in stretches)


def _overlap(some: Iterable[Span], others: Iterable[Span]) -> int:
    """Characters that two lists of stretches share; the stretches of one list do not overlap."""
    others = list(others)
    return sum(max(0, min(end, stop) - max(start, begin)) for start, end in some for begin, stop in others)
