"""Frames that were learnt from people's codes: what such a model is, its file, and how it answers. `nutgraf.learning` makes one.

Two logistic regressions for each frame look at a text, one at its words and pairs of words (TF-IDF), one at its vector from the sentence encoder;
the mean of their logits goes through a calibration to a probability, and a frame is there when that reaches the frame's threshold. Where texts
also have one main frame, two regressions over all of those answer for it in the same way.

The file is JSON with a sha256 over its content: no pickle, nothing in it is run, and one that was changed is refused.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.errors import ResourceError
from nutgraf.measures import sentence_encoder

if TYPE_CHECKING:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

KIND, FORMAT = "frames learnt from codes", 1
_MEND = "train it again with 'nutgraf train-frames'"
_NOT_DONE = "no frame was looked for"
#: What TF-IDF counts: words of two characters or more and pairs of neighbours, in lower case, their counts damped.
WORDS: Mapping[str, Any] = {"ngram_range": (1, 2), "sublinear_tf": True, "lowercase": True, "norm": "l2"}


@dataclass(frozen=True)
class Answers:
    """One set of alternatives or yes-or-no questions.

    Attributes:
        names: k, of the frames.
        by_words: (n_words + 1, k), weights of the words, the constants last.
        by_vector: (dimensions + 1, k), weights of the vector, the constants last.
        slope: What the mean of the two logits is multiplied by: k, or one for alternatives.
        offset: What is added then.
    """

    names: tuple[str, ...]
    by_words: np.ndarray
    by_vector: np.ndarray
    slope: np.ndarray
    offset: np.ndarray

    def logits(self, words: Any, vectors: np.ndarray) -> np.ndarray:
        """Calibrated logits (n, k) of texts.

        Args:
            words: (n, n_words), sparse.
            vectors: (n, dimensions).
        """
        raw = raw_logits(self.by_words, self.by_vector, words, vectors)
        return raw * self.slope + self.offset


def raw_logits(by_words: np.ndarray, by_vector: np.ndarray, words: Any, vectors: np.ndarray) -> np.ndarray:
    """The mean of both regressions' logits, (n, k)."""
    return (words @ by_words[:-1] + by_words[-1] + vectors @ by_vector[:-1] + by_vector[-1]) / 2


@dataclass(frozen=True)
class FrameModel:
    """A trained model.

    Attributes:
        words: The words and pairs of words that it knows, in the order of their weights.
        rarity: How much each counts, the rarer the more (inverse document frequency).
        frames: Yes or no for each frame.
        thresholds: The probability from which a frame is there, by frame.
        main: One of several main frames; None where the codes had none.
        about: What it was trained on, and how right it was: see `nutgraf.learning`.
    """

    words: tuple[str, ...]
    rarity: np.ndarray
    frames: Answers
    thresholds: np.ndarray
    main: Answers | None
    about: Mapping[str, Any]

    @cached_property
    def _counting(self) -> TfidfVectorizer:
        return counting(self.words, self.rarity)

    def read(self, texts: Sequence[str], vectors: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray | None]:
        """Probabilities of frames (n, k), and of main frames (n, m) or None.

        Args:
            texts: n.
            vectors: Theirs, where they are known already.
        """
        import numpy as np

        if not texts:
            return np.zeros((0, len(self.frames.names))), None if self.main is None else np.zeros((0, len(self.main.names)))
        vectors = sentence_encoder.loaded().vectors(texts) if vectors is None else vectors
        words = self._counting.transform(texts)
        return sigmoid(self.frames.logits(words, vectors)), None if self.main is None else shares(self.main.logits(words, vectors))

    def by_words(self, texts: Sequence[str]) -> np.ndarray:
        """What the words of each text, such as a sentence, say for each frame, (n, k): above 0 for it, below against it. Needs no encoder.

        Args:
            texts: n.
        """
        import numpy as np

        return np.asarray(self._counting.transform(texts) @ self.frames.by_words[:-1]) if texts else np.zeros((0, len(self.frames.names)))

    def frames_of(self, probabilities: np.ndarray) -> list[list[str]]:
        """The frames of each text whose probability reaches their threshold.

        Args:
            probabilities: (n, k), from `read`.
        """
        return [[name for name, there in zip(self.frames.names, row, strict=True) if there] for row in probabilities >= self.thresholds]


def counting(words: Sequence[str], rarity: np.ndarray) -> TfidfVectorizer:
    """What counts known words in a text and weighs them.

    Raises:
        ResourceError: When scikit-learn is not here.
    """
    TfidfVectorizer = vectoriser()
    found = TfidfVectorizer(**WORDS, vocabulary={word: at for at, word in enumerate(words)})
    found.idf_ = rarity
    return found


def missing() -> str | None:
    """Why no words can be counted here; None when they can. Loads nothing."""
    return None if importlib.util.find_spec("sklearn") else "no scikit-learn"


def vectoriser() -> type[TfidfVectorizer]:
    """scikit-learn's class that counts words.

    Raises:
        ResourceError: When it is not here.
    """
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError as error:
        raise ResourceError("no scikit-learn", where="frames learnt from codes", mend="run 'make setup'", not_done=_NOT_DONE) from error
    return TfidfVectorizer


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Probabilities of logits, each by itself."""
    import numpy as np

    return 1 / (1 + np.exp(-np.clip(logits, -40, 40)))


def shares(logits: np.ndarray) -> np.ndarray:
    """Probabilities of alternatives, each row adding up to 1."""
    import numpy as np

    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def to_json(model: FrameModel) -> str:
    """A model as the text of its file."""
    content = {
        "about": dict(model.about), "encoder_sha256": sentence_encoder.card()["sha256"], "words": list(model.words),
        "rarity": _numbers(model.rarity), "thresholds": _numbers(model.thresholds), "frames": _answers(model.frames),
        "main": None if model.main is None else _answers(model.main),
    }  # fmt: skip
    whole = {"kind": KIND, "format": FORMAT, "sha256": _digest(content), "content": content}
    return json.dumps(whole, ensure_ascii=False) + "\n"


def read(path: Path) -> FrameModel:
    """A model from its file.

    Raises:
        ResourceError: When it cannot be read, was changed, or was made for another encoder.
    """
    try:
        return from_json(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        mend = "name a file of 'nutgraf train-frames'"
        raise ResourceError(f"it cannot be read: {error}", where=path.name, mend=mend, not_done=_NOT_DONE) from error


def from_json(text: str, name: str) -> FrameModel:
    """A model from the text of its file.

    Args:
        text: The text.
        name: What the file is called, for an error.

    Raises:
        ResourceError: When it is no such file, was changed, or was made for another encoder.
    """
    import numpy as np

    def refused(what: str, mend: str = _MEND) -> ResourceError:
        return ResourceError(what, where=name, mend=mend, not_done=_NOT_DONE)

    try:
        whole = json.loads(text)
        is_one = whole["kind"] == KIND and isinstance(whole["content"], dict)
    except (ValueError, KeyError, TypeError) as error:
        raise refused("this is no file of trained frames", "name a file of 'nutgraf train-frames'") from error
    if not is_one or whole.get("format") != FORMAT:
        raise refused("this file of trained frames is of another kind or a newer format", "name a file of 'nutgraf train-frames'")
    content = whole["content"]
    if whole.get("sha256") != _digest(content):
        raise refused("the file was changed after it was made: its content does not fit its sha256")
    if content["encoder_sha256"] != sentence_encoder.card()["sha256"]:
        raise refused("it was trained with another sentence encoder")
    main = None if content["main"] is None else _from_answers(content["main"])
    return FrameModel(
        tuple(content["words"]), np.array(content["rarity"], float), _from_answers(content["frames"]), np.array(content["thresholds"], float), main,
        content["about"],
    )  # fmt: skip


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


def _numbers(values: np.ndarray) -> list[Any]:
    """Seven digits of each: more would be noise."""
    return [[float(f"{value:.7g}") for value in row] if row.ndim else float(f"{row:.7g}") for row in values]


def _answers(answers: Answers) -> dict[str, Any]:
    return {"names": list(answers.names)} | {
        name: _numbers(getattr(answers, name)) for name in ("by_words", "by_vector", "slope", "offset")
    }


def _from_answers(given: Mapping[str, Any]) -> Answers:
    import numpy as np

    return Answers(tuple(given["names"]), *(np.array(given[name], float) for name in ("by_words", "by_vector", "slope", "offset")))
