"""Tasks ``parts`` and ``promo``: characters other than white space, each in one part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from nutgraf.compare.scoring import Figure, f1
from nutgraf.documents import Document
from nutgraf.errors import InputError
from nutgraf.schema import PARTS
from nutgraf.validate.items import Item, rows, spans


def predict(document: Document) -> dict[str, Any]:
    """``parts``: part, start and end of each stretch."""
    return {"parts": [{"part": span.label, "start": span.start, "end": span.end} for span in document.spans_of("part")]}


def count(item: Item, predicted: Mapping[str, Any]) -> Mapping[str, float]:
    """True and false positives and false negatives of each part, in characters."""
    wanted = _painted(item.text, _labelled(item))
    found = _painted(item.text, [(row["start"], row["end"], row["part"]) for row in predicted["parts"]])
    counted: Counter[str] = Counter()
    for character, one, other in zip(item.text, wanted, found, strict=True):
        if character.isspace():
            continue
        for part in {one, other} - {None}:
            counted[f"{part} {'tp' if one == other else 'fn' if part == one else 'fp'}"] += 1
    return counted


def _labelled(item: Item) -> list[tuple[int, int, str]]:
    found = []
    for row in rows(item, "parts"):
        if row.get("part") not in PARTS:
            raise InputError(
                f"'parts' holds {str(row)[:60]}, which names no part", where=f"item {item.id}", mend="known: " + ", ".join(PARTS),
                not_done="nothing was validated",
            )  # fmt: skip
        found += [(*span, row["part"]) for span in spans([[row.get("start"), row.get("end")]], "parts", item)]
    return found


def _painted(text: str, stretches: Sequence[tuple[int, int, str]]) -> list[str | None]:
    where: list[str | None] = [None] * len(text)
    for start, end, part in stretches:
        where[start:end] = [part] * (end - start)
    return where


def figures(columns: Sequence[str]) -> list[Figure]:
    """F1 of each part that occurs, and their plain mean."""
    there = [part for part in PARTS if any(name.startswith(f"{part} ") for name in columns)]
    return [Figure("macro_f1", partial(_macro, there)), *(Figure(f"{part}_f1", partial(f1, of=f"{part} ")) for part in there)]


def promo(columns: Sequence[str]) -> list[Figure]:
    """F1 of promo lines alone."""
    return [figure for figure in figures(columns) if figure.name == "promo_f1"]


def _macro(parts: Sequence[str], sums: Mapping[str, np.ndarray]) -> np.ndarray:
    """The mean over parts; one that a resample lacks is left out there."""
    return np.nanmean([f1(sums, f"{part} ") for part in parts], axis=0)
