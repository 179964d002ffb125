"""Task ``frames``: which frames of a codebook an article uses, several or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.compare.scoring import Figure, column, f1
from nutgraf.documents import Document
from nutgraf.errors import InputError
from nutgraf.validate.items import Item

if TYPE_CHECKING:
    import numpy as np

#: What other codebooks call the frames of Semetko and Valkenburg (2000).
SAME = {"economic": "economic_consequences", "moral": "morality"}


def predict(document: Document) -> dict[str, Any]:
    """``frames``: those that are present; one that is weak, absent or not assessable is not among them. ``asked``: all that the codebook has."""
    scores = [score for score in document.scores.get("frames", ()) if score.sentence is None and score.voice == "all"]
    present = sorted(score.dimension for score in scores if score.label == "present")
    return {"frames": present, "asked": sorted(score.dimension for score in scores)}


def named(item: Item, field: str = "frames") -> set[str]:
    """The frames that somebody gave an item.

    Raises:
        InputError: When they are no list of names.
    """
    given = item.given[field]
    if not isinstance(given, list) or not all(isinstance(name, str) and name.strip() for name in given):
        raise InputError(
            f"'{field}' is no list of frames", where=f"item {item.id}", mend='write a list such as ["conflict"]; [] for an article without any',
            not_done="Nothing was validated",
        )  # fmt: skip
    return {name.strip() for name in given}


def count(item: Item, predicted: Mapping[str, Any]) -> Mapping[str, float]:
    """Right and wrong by frame, of those that the codebook has."""
    return outcomes({SAME.get(name, name) for name in named(item)} & set(predicted["asked"]), predicted["frames"])


def outcomes(gold: Iterable[str], found: Iterable[str]) -> dict[str, float]:
    """True and false positives and false negatives of each frame that either side names, in columns such as ``conflict tp``."""
    gold, found = set(gold), set(found)
    return {f"{frame} {'tp' if frame in gold and frame in found else 'fn' if frame in gold else 'fp'}": 1 for frame in gold | found} | {"n": 1}


def figures(columns: Sequence[str]) -> list[Figure]:
    """``macro_f1`` and ``micro_f1`` over the frames that the codebook has and the file labels, and the F1 of each.

    One that the file never labels cannot be told from one that nobody looked for, and one that the codebook lacks could not be found: neither counts.
    """
    frames = labelled(columns)
    if not frames:
        return []
    return [
        Figure("macro_f1", lambda sums: macro_f1(sums, frames)), Figure("micro_f1", lambda sums: micro_f1(sums, frames)),
        *(Figure(f"{frame}_f1", lambda sums, frame=frame: f1(sums, f"{frame} ")) for frame in frames),
    ]  # fmt: skip


def labelled(columns: Sequence[str]) -> list[str]:
    """The frames that some item was given, in alphabetical order."""
    return sorted({name.rsplit(" ", 1)[0] for name in columns if name.endswith((" tp", " fn"))})


def macro_f1(sums: Mapping[str, np.ndarray], frames: Sequence[str]) -> np.ndarray:
    """Plain mean of the F1 of frames; one that a resample lacks on both sides is left out there."""
    import numpy as np

    return np.nanmean([f1(sums, f"{frame} ") for frame in frames], axis=0)


def micro_f1(sums: Mapping[str, np.ndarray], frames: Sequence[str]) -> np.ndarray:
    """F1 over all frames' true and false positives and negatives together."""
    whole = {kind: sum(column(sums, f"{frame} {kind}") for frame in frames) for kind in ("tp", "fp", "fn")}
    return f1(whole)  # type: ignore[arg-type]
