"""A model made of a file of codes, with how right it is: what ``nutgraf train-frames`` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nutgraf.compare.scoring import scored
from nutgraf.learning import Coded, Curve, Usable, asked, by_group, curve, fitted, official, stratified, usable
from nutgraf.measures.frame_model import FrameModel, to_json
from nutgraf.measures.sentence_encoder import loaded
from nutgraf.numbers import counted
from nutgraf.publish import files
from nutgraf.validate import items, trained

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Training:
    """What came of it.

    Attributes:
        model: The model, fitted to all codes.
        wanted: What it learnt, and what it could not.
        n: Coded texts.
        folds: How they were parted, in words.
        figures: Of cross-validation, each with its interval.
        curve: What more codes would bring.
    """

    model: FrameModel
    wanted: Usable
    n: int
    folds: str
    figures: Mapping[str, float | None]
    curve: Curve

    def lines(self) -> list[str]:
        """What a person reads."""
        found = [f"learnt from {counted(self.n, 'coded text')}, asked about each by models that had not seen it ({self.folds})"]
        found += [f"{name:>16}  {_between(self.figures, name)}" for name in self.figures if not name.endswith(("_low", "_high"))]
        if not any(name.startswith(trained.GROUPED) for name in self.figures):
            found.append("no outlet or event is named, so that nobody knows how right it is on one that it never saw")
        found += [f"left out: {frame}, {why}" for frame, why in self.wanted.left_out.items()]
        thresholds = zip(self.model.frames.names, self.model.thresholds, strict=True)
        found.append("thresholds: " + ", ".join(f"{name} {threshold:.2f}" for name, threshold in thresholds))
        return [*found, f"more codes? {self.curve.line()}"]


def _between(figures: Mapping[str, float | None], name: str) -> str:
    value, low, high = (figures.get(name + end) for end in ("", "_low", "_high"))
    if value is None:
        return "not to be had from these codes"
    return f"{value:.3f}" + ("" if low is None or high is None else f"  ({low:.3f} to {high:.3f})")


def train(path: Path, field: str = "text", progress: Progress | None = None) -> Training:
    """Learn frames from a file of codes.

    Args:
        path: JSON lines; each text with ``frames``, ``label`` or both, and if known ``fold`` and ``outlet`` or ``event``.
        field: The field that holds the text.
        progress: Called with (what, done, of).

    Raises:
        UsageError: When there is no such file.
        InputError: For a line that is no item, or codes that are too few or all the same.
        ResourceError: When the sentence encoder or scikit-learn is not here.
    """
    given = items.read(path, field)
    known = [(item, one) for item in given if (one := trained.coded(item)) is not None]
    coded = [one for _, one in known]
    wanted = usable(coded, path.name)
    vectors = loaded().vectors([one.text for one in coded])
    own, groups = official(coded), by_group(coded)
    folds = own or stratified(coded)
    ways = [folds, groups] if groups else [folds]

    def told(what: str) -> Callable[[int, int], None] | None:
        return (lambda done, of: progress(what, done, of)) if progress else None

    said = [asked(coded, vectors, wanted, way, progress=told("cross-validating")) for way in ways]
    answers = [trained.answer(*pair) for pair in zip(said[0], said[1] if groups else [None] * len(coded), strict=True)]
    counts = [trained.count(item, answer) or {} for (item, _), answer in zip(known, answers, strict=True)]
    figures = scored(counts, trained.figures(list(dict.fromkeys(name for one in counts for name in one))))
    in_words = f"{len(set(folds))} folds" + (" that the file names" if own else "")
    learnt = curve(coded, vectors, wanted, folds, progress=told("learning curve"))
    about = _about(path, coded, wanted, figures, in_words, learnt)
    return Training(fitted(coded, vectors, wanted, about), wanted, len(coded), in_words, figures, learnt)


def _about(
    path: Path, coded: Sequence[Coded], wanted: Usable, figures: Mapping[str, float | None], folds: str, learnt: Curve
) -> dict[str, Any]:  # fmt: skip
    having = Counter(frame for one in coded for frame in one.frames)
    return {
        "file": path.name, "file_sha256": items.sha256(path), "n": len(coded), "trained_on": f"{datetime.now(UTC):%Y-%m-%d}",
        "n_by_frame": {frame: having[frame] for frame in wanted.frames}, "left_out": dict(wanted.left_out), "folds": folds,
        "cross_validated": {name: None if value is None else round(value, 4) for name, value in figures.items()},
        "learning_curve": [list(step) for step in learnt.steps],
    }  # fmt: skip


def write(made: Training, out: Path) -> None:
    """Write a model's file, whole or not at all."""
    files.write(out, to_json(made.model))
