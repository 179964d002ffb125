"""Fit the weights of sentence tone: ``python -m nutgraf.training.sentence_tone --data FOLDER --articles FILE --keep FOLDER``.

The regression must see the model as it is with sentences that it never read. So a network is trained as the shipped ones are, on a random half of
the news texts, a smaller one is taught what it knows with the same half, and that one is asked about the other half; VADER's list is asked about
the same sentences. Only sentences whose targets agree are taken: they have one tone. Some half an hour on two cores. The networks are kept in
``--keep`` and not trained again.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence

import numpy as np

from nutgraf.measures import target_model
from nutgraf.measures.sentence_tone import CARD, FEATURES, combined, features
from nutgraf.measures.vader import Vader
from nutgraf.training import cards, target_data
from nutgraf.training.fitting import Recipe, probabilities
from nutgraf.training.student import Lesson
from nutgraf.training.target_data import Example
from nutgraf.training.target_tone import as_tokens, beside, examples, folders, taught, trained

SEED = 5
RECIPE = Recipe(epochs=2, rate=6e-5)
LESSON = Lesson(steps=2000)  # as many epochs with fewer questions
#: Of the weights, the constants apart: little beside 3,700 sentences.
RIDGE = 1.0
_STEPS = 50


def halves(news: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """News sentences in two halves that share no text."""
    texts = sorted({example.question.text for example in news})
    random.Random(SEED).shuffle(texts)  # noqa: S311 - a split
    first = set(texts[: len(texts) // 2])
    return [one for one in news if one.question.text in first], [one for one in news if one.question.text not in first]


def fitted(known: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Weights of hostile and of friendly against neutral, by Newton's method.

    Args:
        known: (n, k), from `features`.
        labels: n, 0 hostile, 1 neutral, 2 friendly.

    Returns:
        (2, k).
    """
    n, k = known.shape
    weights, wanted = np.zeros(2 * k), np.column_stack([labels == 0, labels == 2]).astype(float)
    shrunk = np.tile(np.r_[0.0, np.full(k - 1, RIDGE)], 2)
    for _ in range(_STEPS):
        said = combined(known, weights.reshape(2, k))[:, [0, 2]]
        slope = ((said - wanted).T @ known).ravel() + shrunk * weights
        curve = np.diag(shrunk + 1e-9)
        for a in range(2):
            for b in range(2):
                by = said[:, a] * ((a == b) - said[:, b])
                curve[a * k : (a + 1) * k, b * k : (b + 1) * k] += (known * by[:, None]).T @ known
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    return weights.reshape(2, k)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the network of one half, fit on the other and write the card."""
    chosen = folders("sentence_tone", str(__doc__), arguments)
    news, headlines, dev = examples(chosen.data)
    first, second = halves(news)
    fewer = headlines[::2]  # half as many go with half the news
    held = target_data.without_target(second)
    mine, choosing, asked = (as_tokens(some) for some in ([*first, *beside(first, fewer, whole=2)], dev, held))
    large = trained(mine, choosing, SEED, RECIPE, chosen.keep)
    known_to_it = target_data.questions(first, fewer, chosen.articles, SEED)
    small = taught(large, known_to_it, choosing, LESSON, chosen.keep / f"target-tone-{SEED}-student.safetensors")
    compounds = Vader().polarities([example.question.text for example in held])[:, 3]
    known, labels = features(probabilities(small, asked).numpy().astype(float), compounds), np.array([example.label for example in held])
    weights = fitted(known, labels)
    right = cards.figures(labels.tolist(), combined(known, weights).argmax(1).tolist())
    (chosen.out / CARD).write_text(
        cards.sentence_tone(weights, FEATURES, len(first), len(held), right, target_model.card()["sha256"]), encoding="utf-8"
    )
    sys.stderr.write(f"fitted on {len(held):,} sentences, macro-F1 on them {right['macro_f1']:.4f}\n")


if __name__ == "__main__":
    main()
