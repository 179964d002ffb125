"""Texts parted into folds: each fold is asked about by a model that learnt from the others."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from nutgraf.learning.coded import Coded

FOLDS, SEED = 5, 20260302


def official(coded: Sequence[Coded]) -> list[int] | None:
    """The folds that the texts name themselves, as numbers; None unless each names one and there are two or more."""
    names = sorted({one.fold for one in coded if one.fold is not None})
    if len(names) < 2 or any(one.fold is None for one in coded):
        return None
    return [names.index(one.fold) for one in coded]


def stratified(coded: Sequence[Coded], n: int = FOLDS, seed: int = SEED) -> list[int]:
    """Folds of the same size in which each frame is about as frequent; copies of one text stay together.

    Texts are sorted by their main frame, else by the rarest that they have, and dealt out in turn within each.

    Args:
        coded: Texts.
        n: How many folds.
        seed: Of the order within a frame.
    """
    frequency = Counter(frame for one in coded for frame in one.frames)
    kinds = {one.text: one.main or min(one.frames, key=lambda frame: (frequency[frame], frame), default="") for one in coded}
    texts = sorted(kinds)
    random.Random(seed).shuffle(texts)  # noqa: S311 - a split
    texts.sort(key=kinds.__getitem__)
    fold = {text: at % n for at, text in enumerate(texts)}
    return [fold[one.text] for one in coded]


def by_group(coded: Sequence[Coded], n: int = FOLDS) -> list[int] | None:
    """Folds that hold outlets or events as wholes, the largest dealt out first.

    Args:
        coded: Texts.
        n: How many folds at most.

    Returns:
        None when fewer than two groups are named. A text without a group is one by itself.
    """
    named = [one.group if one.group is not None else f"\0{at}" for at, one in enumerate(coded)]
    sizes = Counter(named)
    if sum(1 for name in sizes if not name.startswith("\0")) < 2:
        return None
    filled = [0] * min(n, len(sizes))
    fold = {}
    for name, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        fold[name] = min(range(len(filled)), key=filled.__getitem__)
        filled[fold[name]] += size
    return [fold[name] for name in named]
