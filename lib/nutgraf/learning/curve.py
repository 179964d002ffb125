"""The learning curve: how right a model is that learnt from a part of the codes, and what more codes would bring if it went on like that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from nutgraf.learning.coded import MIN_CODED, Coded, Usable
from nutgraf.learning.crossvalidation import asked

SHARES = (0.25, 0.5, 0.75, 1.0)
#: Less than this is not worth another round of coding.
_WORTH = 0.01


class Step(NamedTuple):
    """Codes that a model learnt from, and the mean F1 of its frames on texts that it did not see."""

    n: int
    macro_f1: float


class Curve(NamedTuple):
    """Steps, and what twice as many codes would give; None where steps are too few to say."""

    steps: list[Step]
    with_twice: float | None

    def line(self) -> str:
        """What it says about coding more.

        >>> Curve([Step(50, .5), Step(100, .6)], None).line()
        'with 50 codes F1 .50, with 100 .60; too few steps to say what more codes would bring'
        """
        parts = [f"{step.n:,} {f'{step.macro_f1:.2f}'.lstrip('0')}" for step in self.steps]
        known = f"with {parts[0].replace(' ', ' codes F1 ', 1)}, " + ", ".join(f"with {part}" for part in parts[1:])
        if self.with_twice is None:
            return f"{known}; too few steps to say what more codes would bring"
        last = self.steps[-1]
        gain = self.with_twice - last.macro_f1
        if gain < _WORTH:
            return f"{known}; the curve is flat: more codes of the same kind would bring little"
        expected = f"{min(self.with_twice, 1.0):.2f}".lstrip("0")
        return f"{known}; if it went on like that, {2 * last.n:,} codes would give about {expected} ({gain:+.2f})"


def curve(
    coded: Sequence[Coded], vectors: np.ndarray, wanted: Usable, folds: Sequence[int], *, progress: Callable[[int, int], None] | None = None
) -> Curve:  # fmt: skip
    """How right models are that learnt from a quarter, half, three quarters and all of the other folds.

    Args:
        coded: n texts.
        vectors: (n, dimensions).
        wanted: What is learnt.
        folds: n, the fold of each.
        progress: Called with how many steps are done, of how many.
    """
    learnt_from = len(coded) * (1 - 1 / len(set(folds)))
    steps = []
    for done, share in enumerate(SHARES, start=1):
        if share == 1 or share * learnt_from >= MIN_CODED:
            answers = asked(coded, vectors, wanted, folds, share=share)
            steps.append(Step(round(share * learnt_from), macro_f1(wanted.frames, coded, [set(answer.frames) for answer in answers])))
        if progress:
            progress(done, len(SHARES))
    return Curve(steps, _with_twice(steps))


def macro_f1(frames: Sequence[str], coded: Sequence[Coded], answers: Sequence[set[str]]) -> float:
    """Plain mean over frames of 2TP / (2TP + FP + FN)."""
    found = []
    for frame in frames:
        pairs = [(frame in one.frames, frame in answer) for one, answer in zip(coded, answers, strict=True)]
        right, either = sum(gold and said for gold, said in pairs), sum(gold + said for gold, said in pairs)
        found.append(2 * right / either if either else float("nan"))
    return float(np.nanmean(found))


def _with_twice(steps: Sequence[Step]) -> float | None:
    """What a curve F1 = a − b / √n through the steps gives for twice the last n, counted from the last step."""
    if len(steps) < 3:
        return None
    x = np.array([step.n for step in steps], float) ** -0.5
    slope, _ = np.polyfit(x, [step.macro_f1 for step in steps], 1)
    return steps[-1].macro_f1 + max(0.0, -slope * float(x[-1]) * (1 - 0.5**0.5))
