"""A model fitted to codes: two regressions for each frame, calibrated and given thresholds on texts that they did not see.

Sources: Platt, J. (1999). Probabilistic outputs for support vector machines and comparisons to regularized likelihood methods. In Advances in Large
Margin Classifiers, 61–74 (the calibration). Salton, G., & Buckley, C. (1988). Term-weighting approaches in automatic text retrieval. Information
Processing & Management, 24(5), 513–523 (TF-IDF).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nutgraf.learning.coded import Coded, Usable
from nutgraf.learning.folds import stratified
from nutgraf.measures.frame_model import WORDS, Answers, FrameModel, raw_logits, shares, sigmoid, vectoriser

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

#: How freely the regressions follow the codes: over words, and over the vector. Chosen on the official folds of narrative_frames_climate, on which
#: all that was tried lay within .02.
FREEDOM_OF_WORDS, FREEDOM_OF_VECTOR = 30.0, 3.0
#: The same where one of several must be chosen. There a text of a rare frame also weighs as much more as the frame is rarer: else the frequent ones
#: take all, which the plain mean over frames counts as missing the others.
FREEDOM_OF_MAIN = 10.0
#: A word counts when this many texts use it.
MIN_TEXTS = 2
#: Most words and pairs of words that are looked at, the most frequent.
MOST_WORDS = 20_000
INNER_FOLDS = 3
THRESHOLDS = np.linspace(0.2, 0.7, 26)
#: What a threshold's F1 is compared with less this much for each step away from one half: of equals the middle one.
_TOWARDS_HALF = 0.02
_SEED = 1


class _Seen(NamedTuple):
    """Texts as regressions see them."""

    words: Any
    vectors: np.ndarray


def fitted(coded: Sequence[Coded], vectors: np.ndarray, wanted: Usable, about: dict[str, Any] | None = None) -> FrameModel:
    """A model of these codes.

    Args:
        coded: n texts.
        vectors: (n, dimensions), of the sentence encoder.
        wanted: What is to be learnt.
        about: What its file says of it.
    """
    counting = _counting(coded)
    seen = _Seen(counting.transform([one.text for one in coded]), vectors)
    has = np.array([[frame in one.frames for frame in wanted.frames] for one in coded])
    frames, thresholds = _yes_or_no(seen, has, wanted.frames, _inner(coded))
    main = None
    if wanted.main:
        kept = [at for at, one in enumerate(coded) if one.main in wanted.main]
        which = np.array([wanted.main.index(coded[at].main or "") for at in kept])
        main = _one_of(_Seen(seen.words[kept], vectors[kept]), which, wanted.main, _inner([coded[at] for at in kept]))
    words = tuple(counting.get_feature_names_out())
    return FrameModel(words, np.array(counting.idf_, float), frames, thresholds, main, about or {})


def _counting(coded: Sequence[Coded]) -> TfidfVectorizer:
    texts = [one.text for one in coded]
    try:
        return vectoriser()(**WORDS, min_df=MIN_TEXTS, max_features=MOST_WORDS).fit(texts)
    except ValueError:  # no two texts share a word
        return vectoriser()(**WORDS, token_pattern=r"(?s).+").fit(["-"])


def _inner(coded: Sequence[Coded]) -> np.ndarray:
    return np.array(stratified(coded, INNER_FOLDS, _SEED))


def _yes_or_no(seen: _Seen, has: np.ndarray, names: Sequence[str], folds: np.ndarray) -> tuple[Answers, np.ndarray]:
    """Answers for each frame by itself, and their thresholds."""
    held = _held_out(seen, has, folds, _regressions)
    slope, offset, thresholds = np.ones(len(names)), np.zeros(len(names)), np.full(len(names), 0.5)
    for at in range(len(names)):
        known = ~np.isnan(held[:, at])
        if has[known, at].any() and not has[known, at].all():
            slope[at], offset[at] = _calibrated(held[known, at], has[known, at])
            thresholds[at] = _threshold(sigmoid(held[known, at] * slope[at] + offset[at]), has[known, at])
    return Answers(tuple(names), *_regressions(seen, has), slope, offset), thresholds


def _one_of(seen: _Seen, which: np.ndarray, names: Sequence[str], folds: np.ndarray) -> Answers:
    """Answers for alternatives: one slope for all, so that their probabilities are as sure as they are right."""
    has = which[:, None] == np.arange(len(names))
    held = _held_out(seen, has, folds, _of_alternatives)
    known = ~np.isnan(held).any(axis=1)
    slopes = np.geomspace(0.25, 4, 33)
    losses = [-np.log(shares(held[known] * slope)[np.arange(known.sum()), which[known]] + 1e-12).mean() for slope in slopes] if known.any() else [0.0]
    slope = float(slopes[int(np.argmin(losses))]) if known.any() else 1.0
    return Answers(tuple(names), *_of_alternatives(seen, has), np.full(len(names), slope), np.zeros(len(names)))


def _held_out(seen: _Seen, has: np.ndarray, folds: np.ndarray, regressions: Callable[..., tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Logits (n, k) of texts that the regressions did not see; not a number where the others had no two answers."""
    found = np.full(has.shape, np.nan)
    for fold in np.unique(folds):
        here, there = folds == fold, folds != fold
        both = has[there].any(axis=0) & ~has[there].all(axis=0)
        pair = regressions(_Seen(seen.words[there], seen.vectors[there]), has[there])
        found[here] = np.where(both, raw_logits(*pair, seen.words[here], seen.vectors[here]), np.nan)
    return found


def _regressions(seen: _Seen, has: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights of words and of the vector for each frame, the constants last; zeros for one that all or none have."""
    return _regression(seen.words, has, FREEDOM_OF_WORDS), _regression(seen.vectors, has, FREEDOM_OF_VECTOR)


def _of_alternatives(seen: _Seen, has: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same where each text has one of the frames."""
    return _regression(seen.words, has, FREEDOM_OF_MAIN, "balanced"), _regression(seen.vectors, has, FREEDOM_OF_MAIN, "balanced")


def _regression(x: Any, has: np.ndarray, freedom: float, weights: str | None = None) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    found = np.zeros((x.shape[1] + 1, has.shape[1]))
    for at, answers in enumerate(has.T):
        if answers.any() and not answers.all():
            made = LogisticRegression(C=freedom, solver="liblinear", class_weight=weights, random_state=_SEED).fit(x, answers)
            found[:-1, at], found[-1, at] = made.coef_[0], made.intercept_[0]
    return found


def _calibrated(logits: np.ndarray, has: np.ndarray) -> tuple[float, float]:
    """Slope and offset that make probabilities of logits (Platt 1999); the slope is never negative."""
    from sklearn.linear_model import LogisticRegression

    made = LogisticRegression(C=1.0, solver="lbfgs").fit(logits[:, None], has)
    slope = float(made.coef_[0, 0])
    if slope <= 0:  # the regressions know nothing: all have the same probability
        share = np.clip(has.mean(), 0.01, 0.99)
        return 0.0, float(np.log(share / (1 - share)))
    return slope, float(made.intercept_[0])


def _threshold(probabilities: np.ndarray, has: np.ndarray) -> float:
    """The threshold with the best F1, of near equals the one next to one half."""
    there = probabilities[:, None] >= THRESHOLDS
    right = (there & has[:, None]).sum(axis=0)
    f1 = 2 * right / np.maximum(there.sum(axis=0) + has.sum(), 1)
    return float(THRESHOLDS[int(np.argmax(f1 - _TOWARDS_HALF * np.abs(THRESHOLDS - 0.5) / 0.1))])
