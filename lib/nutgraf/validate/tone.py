"""Tasks ``tone-target`` and ``tone-sentence``: the tone of one sentence, towards a target in it or as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.compare.scoring import Figure, column, ratio
from nutgraf.compare.tones import LABELS, compared, macro_f1, pearson, recall
from nutgraf.errors import InputError, MeasureError
from nutgraf.measuring import Registry
from nutgraf.validate.answering import Answers, Method
from nutgraf.validate.items import NOTHING, Item

if TYPE_CHECKING:
    from nutgraf.measures.target_model import Answer
    from nutgraf.measures.target_tokens import Targeted

#: VADER's own bounds of a sentence without tone (Hutto & Gilbert 2014).
_NEUTRAL = 0.05


def towards_targets(batch: Sequence[Item], registry: Registry) -> Answers:
    """What the measure ``target_tone`` answers about each item's target.

    Raises:
        InputError: For an item whose target is not in its text.
        MeasureError: When the model cannot run here.
    """
    measure = _that_runs("target_tone", registry)
    return _written(measure.answers([target_of(item) for item in batch]))


def of_sentences(batch: Sequence[Item], registry: Registry) -> Answers:
    """What the measure ``sentence_tone`` answers about each item's text, taken as one sentence.

    Raises:
        MeasureError: When the model cannot run here.
    """
    from nutgraf.measures.vader import Vader

    measure = _that_runs("sentence_tone", registry)
    texts = [_filled(item) for item in batch]
    return _written(measure.answers(texts, Vader().polarities(texts)[:, 3].tolist()))


def by_model(batch: Sequence[Item], registry: Registry) -> Answers:
    """What the model for tone towards a target says of each item's text as a whole.

    Raises:
        MeasureError: When the model cannot run here.
    """
    from nutgraf.measures.target_tokens import Targeted

    return _written(_that_runs("target_tone", registry).answers([Targeted(_filled(item), 0, 0) for item in batch]))


def by_vader(batch: Sequence[Item], registry: Registry) -> Answers:
    """VADER's compound of each item's text, whoever it is about."""
    return _by_list(batch, None)


def by_news(batch: Sequence[Item], registry: Registry) -> Answers:
    """The same rules with the news lexicon."""
    from nutgraf.measures.lexicons import carried_lexicon

    return _by_list(batch, carried_lexicon("news").weights)


def _by_list(batch: Sequence[Item], weights: Mapping[str, float] | None) -> Answers:
    from nutgraf.measures.vader import Vader

    scores = Vader(weights).polarities([item.text for item in batch])[:, 3].tolist()
    return [{"label": (score >= _NEUTRAL) - (score <= -_NEUTRAL), "score": score} for score in scores]


def _that_runs(name: str, registry: Registry) -> Any:
    measure = registry.get(name)
    reason = measure.missing()  # type: ignore[attr-defined]
    if reason:
        raise MeasureError(f"{name.replace('_', ' ')} is not assessed here: {reason}", mend="run 'make setup'", not_done=NOTHING)
    return measure


def _written(answers: Sequence[Answer]) -> Answers:
    return [{"label": LABELS[answer.label], "score": answer.value} for answer in answers]


def _filled(item: Item) -> str:
    """An item's text, without spaces around it, as a sentence has none."""
    if not item.text.strip():
        raise InputError("the text is empty", where=f"item {item.id}", mend="leave it out", not_done=NOTHING)
    return item.text.strip()


def target_of(item: Item) -> Targeted:
    """An item's question: ``target_start`` and ``target_end``, or the first place where ``target`` stands.

    Raises:
        InputError: When the text holds no such target.
    """
    from nutgraf.measures.target_tokens import Targeted

    start, end, name = (item.given.get(field) for field in ("target_start", "target_end", "target"))
    if start is None and end is None and isinstance(name, str) and name.strip():
        start = item.text.find(name)
        end = start + len(name)
    is_whole = all(isinstance(place, int) and not isinstance(place, bool) for place in (start, end))
    if not is_whole or not 0 <= start < end <= len(item.text) or not item.text[start:end].strip():
        raise InputError(
            f"the target {str(name)[:40]!r} at {start} to {end} is not in the text", where=f"item {item.id}",
            mend="give target_start and target_end in characters of the text from 0, end-exclusive, or a target that stands in it", not_done=NOTHING,
        )  # fmt: skip
    return Targeted(item.text, start, end)


def count(item: Item, predicted: Mapping[str, Any]) -> Mapping[str, float]:
    """Right and wrong by class; and, where a ``score`` is given, what a correlation is made of."""
    gold, found = item.given["label"], predicted["label"]
    if isinstance(gold, bool) or gold not in (-1, 0, 1):
        raise InputError(f"the label {gold!r} is none of -1, 0 and 1", where=f"item {item.id}", mend="correct it", not_done=NOTHING)
    score = item.given.get("score")
    is_number = isinstance(score, int | float) and not isinstance(score, bool)
    return compared(gold, found, (float(score), float(predicted["score"])) if is_number else None)


def figures_of_targets(columns: Sequence[str]) -> list[Figure]:
    """``macro_f1``, ``accuracy`` and the recall of each class."""
    return [
        Figure("macro_f1", macro_f1), Figure("accuracy", lambda sums: ratio(column(sums, "right"), column(sums, "n"))),
        *(Figure(f"recall_{name}", recall(name)) for name in LABELS),
    ]  # fmt: skip


def figures_of_sentences(columns: Sequence[str]) -> list[Figure]:
    """``pearson`` and ``macro_f1``."""
    return [Figure("pearson", pearson), Figure("macro_f1", macro_f1)]


TARGETS = {"shipped": Method("target_tone", towards_targets), "vader": Method("tone", by_vader)}
SENTENCES = {
    "shipped": Method("sentence_tone", of_sentences), "vader": Method("tone", by_vader, is_shown=True),
    "news": Method("tone_news", by_news, is_shown=True), "model": Method("target_tone", by_model),
}  # fmt: skip
