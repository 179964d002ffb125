"""Task ``frames-trained``: frames learnt from the file's own codes and asked of texts that the model did not see; or a model's answers.

Without a model cross-validated by the folds that the file names (``fold``), else by five stratified ones, and once more with whole outlets or events
held out. A file may say of each text which frames it has (``frames``), which is the main one (``label``), or both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.compare.scoring import Figure, column, ratio
from nutgraf.errors import InputError, MeasureError
from nutgraf.learning import Coded, Said, asked, by_group, official, said, stratified, usable
from nutgraf.measuring import Registry
from nutgraf.validate import frames
from nutgraf.validate.answering import Answers, Method
from nutgraf.validate.items import Item

MEASURE = "frames_trained"
GROUPED = "grouped"
#: Fields that name what several texts come from or tell of; the first that all coded items have is held out as a whole.
GROUPS = ("outlet", "event", "story")
_NOT_DONE = "Nothing was validated"


def coded(item: Item) -> Coded | None:
    """What people said of an item; None where nobody did.

    Raises:
        InputError: When it is no code.
    """
    label = item.given.get("label")
    if label is not None and not (isinstance(label, str) and label.strip()):
        raise InputError(f"the label {label!r} is no frame", where=f"item {item.id}", mend="name one frame", not_done=_NOT_DONE)
    if not item.has("frames") and label is None:
        return None
    given = frames.named(item) if item.has("frames") else set()
    fold = item.given.get("fold")
    group = next((str(item.given[name]) for name in GROUPS if item.has(name)), None)
    return Coded(item.text, frozenset(given | ({label.strip()} if label else set())), label.strip() if label else None, _text(fold), group)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def cross_validated(items: Sequence[Item], registry: Registry) -> Answers:
    """Answers for every coded item of a file, by models that did not see it; ``grouped`` holds those of models that saw nothing of its outlet.

    Raises:
        InputError: When the codes are too few, or all say the same.
    """
    from nutgraf.measures.sentence_encoder import loaded

    given = [coded(item) for item in items]
    known = [one for one in given if one is not None]
    wanted = usable(known, "the file")
    vectors = loaded().vectors([one.text for one in known])
    folds = official(known) or stratified(known)
    groups = by_group(known)
    apart = asked(known, vectors, wanted, folds)
    grouped: Sequence[Said | None] = asked(known, vectors, wanted, groups) if groups else [None] * len(known)
    pairs = iter(zip(apart, grouped, strict=True))
    return [{"label": None, "frames": []} if one is None else answer(*next(pairs)) for one in given]


def answer(one: Said, grouped: Said | None) -> dict[str, Any]:
    """An answer as ``--predictions`` writes it.

    Args:
        one: By a model that saw other texts.
        grouped: By one that saw other outlets alone; None where nobody knows the outlets.
    """
    found: dict[str, Any] = {"label": one.main, "frames": one.frames}
    if grouped is not None:
        found[GROUPED] = {"label": grouped.main, "frames": grouped.frames}
    return found


def by_model(batch: Sequence[Item], registry: Registry) -> Answers:
    """What a trained model says of items: that of ``--model``, else the desk's.

    Raises:
        MeasureError: When there is none.
        ResourceError: When it was changed, or made for another encoder.
    """
    measure = registry.get(MEASURE)
    if reason := measure.missing():  # type: ignore[attr-defined]
        raise MeasureError(f"frames cannot be predicted: {reason}", mend="name a file of 'nutgraf train-frames' with --model", not_done=_NOT_DONE)
    return [{"label": one.main, "frames": one.frames} for one in said(measure.learnt, [item.text for item in batch])]  # type: ignore[attr-defined]


def count(item: Item, predicted: Mapping[str, Any]) -> Mapping[str, float] | None:
    """Right and wrong by frame and by main frame, and again for the answers with whole outlets held out; None for an item without codes."""
    gold = coded(item)
    if gold is None:
        return None
    counted: dict[str, float] = {}
    for prefix, answer in (("", predicted), (f"{GROUPED}_", predicted.get(GROUPED))):
        if answer is None:
            continue
        counted |= {f"{prefix}frame {name}": n for name, n in frames.outcomes(gold.frames, answer["frames"]).items()}
        if gold.main is not None:
            main = frames.outcomes({gold.main}, {answer["label"]} - {None})
            counted |= {f"{prefix}main {name}": n for name, n in main.items()} | {f"{prefix}right": gold.main == answer["label"]}
    return counted


def figures(columns: Sequence[str]) -> list[Figure]:
    """``accuracy`` and ``macro_f1`` over main frames where the file has them, else ``macro_f1`` over all; ``micro_f1`` over all; and ``grouped_``
    each."""
    found = []
    for prefix in ("", f"{GROUPED}_"):
        main, whole = _named(columns, f"{prefix}main "), _named(columns, f"{prefix}frame ")
        if not whole:
            continue
        if main:
            found.append(Figure(f"{prefix}accuracy", lambda sums, at=prefix: ratio(column(sums, f"{at}right"), column(sums, f"{at}main n"))))
        found += [
            Figure(f"{prefix}macro_f1", lambda sums, names=main or whole: frames.macro_f1(sums, names)),
            Figure(f"{prefix}micro_f1", lambda sums, names=whole: frames.micro_f1(sums, names)),
        ]
    return found


def _named(columns: Sequence[str], prefix: str) -> list[str]:
    return frames.labelled([name for name in columns if name.startswith(prefix) and name != f"{prefix}n"])


METHODS = {"shipped": Method(MEASURE, cross_validated, at_once=True), "model": Method(MEASURE, by_model)}
