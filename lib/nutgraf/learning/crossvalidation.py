"""Cross-validation: every text is asked about by a model that learnt from other texts, thresholds and calibration among it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from nutgraf.learning.coded import Coded, Usable
from nutgraf.learning.fitting import fitted


class Said(NamedTuple):
    """What a model said of one text: its frames, the main one where there are alternatives, and the probability of each frame."""

    frames: list[str]
    main: str | None
    probabilities: dict[str, float]


def asked(
    coded: Sequence[Coded], vectors: np.ndarray, wanted: Usable, folds: Sequence[int], *, share: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
) -> list[Said]:  # fmt: skip
    """What models say of texts that they did not see.

    Args:
        coded: n texts.
        vectors: (n, dimensions).
        wanted: What is to be learnt.
        folds: n, the fold of each.
        share: How much of the other folds a model learns from, the first of a fixed order; 1 for all.
        progress: Called with how many folds are done, of how many.

    Returns:
        n answers, in order.
    """
    where = np.asarray(folds)
    found: list[Said | None] = [None] * len(coded)
    numbers = np.unique(where)
    for done, fold in enumerate(numbers, start=1):
        others = np.flatnonzero(where != fold)
        if share < 1:
            others = np.sort(np.random.default_rng(int(fold)).permutation(others)[: max(2, round(share * len(others)))])
        model = fitted([coded[at] for at in others], vectors[others], wanted)
        here = np.flatnonzero(where == fold)
        for at, one in zip(here, said(model, [coded[at].text for at in here], vectors[here]), strict=True):
            found[at] = one
        if progress:
            progress(done, len(numbers))
    return [one for one in found if one is not None]


def said(model, texts: Sequence[str], vectors: np.ndarray | None = None) -> list[Said]:
    """What a model says of texts.

    Args:
        model: A `nutgraf.measures.frame_model.FrameModel`.
        texts: n.
        vectors: Theirs, where they are known already.
    """
    probabilities, main = model.read(texts, vectors)
    best = [None] * len(texts) if main is None else [model.main.names[at] for at in main.argmax(axis=1)]
    rows = zip(model.frames_of(probabilities), best, probabilities, strict=True)
    return [Said(frames, label, dict(zip(model.frames.names, row.tolist(), strict=True))) for frames, label, row in rows]
