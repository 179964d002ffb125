"""Task ``names``: names with their kind, and which of them mean the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from nutgraf.compare.scoring import Figure, f1
from nutgraf.documents import Document
from nutgraf.errors import InputError
from nutgraf.reading.name_words import KINDS
from nutgraf.validate.items import Item, rows, spans

Span = tuple[int, int]


def predict(document: Document) -> dict[str, Any]:
    """``names``: start, end, kind and canonical name of each mention."""
    return {"names": [{"start": span.start, "end": span.end, "kind": span.label, "name": span.value} for span in document.spans["names"]]}


def count(item: Item, predicted: Mapping[str, Any]) -> Mapping[str, float]:
    """Names found with span and kind, each kind by itself, and pairs of mentions under one name."""
    gold, found = _labelled(item), [(row["start"], row["end"], row["kind"], row["name"]) for row in predicted["names"]]
    wanted, got = {row[:3] for row in gold}, {row[:3] for row in found}
    counted = _compared("", wanted, got)
    for kind in KINDS:
        counted |= _compared(f"{kind} ", {row for row in wanted if row[2] == kind}, {row for row in got if row[2] == kind})
    return counted | _compared("alias ", _pairs(gold), _pairs(found))


def figures(columns: Sequence[str]) -> list[Figure]:
    """``f1``, ``alias_f1``, and ``f1`` of each kind that occurs."""
    there = [kind for kind in KINDS if any(name.startswith(f"{kind} ") for name in columns)]
    return [Figure("f1", f1), Figure("alias_f1", lambda sums: f1(sums, "alias ")), *(_figure(kind) for kind in there)]


def _figure(kind: str) -> Figure:
    return Figure(f"{kind.lower()}_f1", lambda sums: f1(sums, f"{kind} "))


def _compared(of: str, wanted: set, found: set) -> dict[str, float]:
    return {f"{of}tp": len(wanted & found), f"{of}fp": len(found - wanted), f"{of}fn": len(wanted - found)}


def _pairs(names: Iterable[tuple[int, int, str, str]]) -> set[tuple[Span, Span]]:
    """Pairs of mentions with one name, in text order."""
    together: dict[str, set[Span]] = defaultdict(set)
    for start, end, _, name in names:
        together[name].add((start, end))
    return {pair for mentions in together.values() for pair in combinations(sorted(mentions), 2)}


def _labelled(item: Item) -> list[tuple[int, int, str, str]]:
    found = []
    for row in rows(item, "names"):
        if row.get("kind") not in KINDS or not isinstance(row.get("name"), str):
            raise InputError(
                f"'names' holds {str(row)[:60]}, which has no kind or no name", where=f"item {item.id}", mend="known kinds: " + ", ".join(KINDS),
                not_done="nothing was validated",
            )  # fmt: skip
        found += [(*span, row["kind"], row["name"]) for span in spans([[row.get("start"), row.get("end")]], "names", item)]
    return found
