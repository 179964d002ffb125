"""Task ``wording``: whether a sentence holds loaded words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.compare.scoring import Figure, f1
from nutgraf.errors import InputError
from nutgraf.measuring import Registry
from nutgraf.validate.answering import Answers, Method
from nutgraf.validate.items import Item

if TYPE_CHECKING:
    import numpy as np

_CLASSES = ("loaded", "plain")


def of_sentences(batch: Sequence[Item], registry: Registry) -> Answers:
    """``loaded`` and the places of the words, for each item's text taken as one sentence."""
    from nutgraf.measures.loaded import label_of, weight_of

    measure = registry.get("loaded")
    found = []
    for item in batch:
        words = measure.words([(item.text, [(0, len(item.text))])])[0][0]  # type: ignore[attr-defined]
        found.append({"loaded": label_of(weight_of(item.text, words)) == "loaded", "spans": sorted([word.start, word.end] for word in words)})
    return found


def count(item: Item, predicted: Mapping[str, Any]) -> Mapping[str, float]:
    """Right and wrong by class.

    Raises:
        InputError: For a label that is neither 1 nor 0.
    """
    gold = item.given["label"]
    if gold not in (0, 1):  # True and False are 1 and 0
        raise InputError(f"the label {gold!r} is neither 1 nor 0", where=f"item {item.id}", mend="correct it", not_done="Nothing was validated")
    counted: dict[str, float] = {"n": 1}
    for name in _CLASSES:
        one, other = (gold == 1) == (name == "loaded"), predicted["loaded"] == (name == "loaded")
        if one or other:
            counted[f"{name} {'tp' if one and other else 'fn' if one else 'fp'}"] = 1
    return counted


def figures(columns: Sequence[str]) -> list[Figure]:
    """``macro_f1``, and the F1 of both classes."""
    return [Figure("macro_f1", _macro), *(Figure(f"{name}_f1", lambda sums, name=name: f1(sums, f"{name} ")) for name in _CLASSES)]


def _macro(sums: Mapping[str, np.ndarray]) -> np.ndarray:
    import numpy as np

    return np.nanmean([f1(sums, f"{name} ") for name in _CLASSES], axis=0)


METHODS = {"shipped": Method("loaded", of_sentences)}
