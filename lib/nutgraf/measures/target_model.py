"""The model for tone towards a target: the shipped file, run by onnxruntime, or another one by its folder.

The shipped one is all-MiniLM-L6-v2 fine-tuned on sentences of news with their target marked (`nutgraf.training.target_tone` makes it), in
integers. What it was trained on and how right it is stands in its card, ``resources/models/target-tone.toml``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import tomllib
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from nutgraf.documents import Resource
from nutgraf.errors import ResourceError
from nutgraf.measures.target_tokens import Targeted, Tokens, tokens
from nutgraf.resources import checked, own, sha256_of

if TYPE_CHECKING:
    import numpy as np
    from onnxruntime import InferenceSession

FOLDER = "models"
CARD, FILE, VOCABULARY, KNOWN = "target-tone.toml", "target-tone.onnx", "wordpiece.txt", "target-tone-known.json"
#: Classes in the order of the model's answers.
LABELS = ("negative", "neutral", "positive")
#: What a run that leaves models out says in the place of a folder.
NONE = "none"
_MEND = "run 'make setup'"


class Model(Protocol):
    """What answers for targets in sentences."""

    def read(self, questions: Sequence[Targeted]) -> tuple[np.ndarray, list[bool]]:
        """Of negative, neutral and positive, (n, 3), in the order of the questions; and whether a sentence was too long, so that only what stands
        around the target was seen."""
        ...


class Answer(NamedTuple):
    """Tone, −1 hostile to +1 friendly, the class, and whether the sentence was too long for the model."""

    value: float
    label: str
    is_cut: bool


def answers_of(probabilities: np.ndarray, are_cut: Sequence[bool], weights: Sequence[float] = (1.0, 1.0, 1.0)) -> list[Answer]:
    """What probabilities of negative, neutral and positive, (n, 3), say of each sentence.

    Args:
        probabilities: As a model gives them.
        are_cut: n, whether a sentence was too long for it.
        weights: What a class's probability is multiplied by where the likeliest is looked for; the tone is that of the probabilities as they are.
    """
    pairs = zip(probabilities, (probabilities * weights).argmax(axis=1), are_cut, strict=True)
    return [Answer(float(three[2] - three[0]), LABELS[label], bool(is_cut)) for three, label, is_cut in pairs]


class TargetModel:
    """A file that `nutgraf.training.target_tone` wrote, with the words that it knows.

    Args:
        file: The ONNX file.
        vocabulary: Its words, one a line.
        threads: How many threads answer one question.
    """

    def __init__(self, file: Path, vocabulary: Path, threads: int = 1) -> None:
        self.file, self.vocabulary, self.threads = file, vocabulary, threads

    @cached_property
    def _session(self) -> InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(self.file), options, providers=["CPUExecutionProvider"])

    def read(self, questions: Sequence[Targeted]) -> tuple[np.ndarray, list[bool]]:
        """Of negative, neutral and positive towards each target, and whether something of its sentence was left out, as it is too long.

        Args:
            questions: Sentences with a target each, or with an empty one for the sentence as a whole.

        Returns:
            (n, 3), each row adding up to 1, and n; in the order of the questions.

        Raises:
            InputError: For an empty sentence, or a target outside of it.
        """
        import numpy as np

        if not questions:
            return np.zeros((0, len(LABELS))), []
        seen = [tokens(question, self.vocabulary) for question in questions]
        # One by one: in a batch the integers of a sentence would depend on its neighbours, and it takes no longer.
        rows = [self._session.run(None, _inputs(one))[0][0] for one in seen]
        return softmax(np.array(rows)), [one.is_cut for one in seen]

    def probabilities(self, questions: Sequence[Targeted]) -> np.ndarray:
        """The first of what `read` returns."""
        return self.read(questions)[0]


def _inputs(one: Tokens) -> dict[str, np.ndarray]:
    import numpy as np

    return {"ids": np.array(one.ids, np.int64), "target": np.array(one.target, np.int64)}


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities of logits (n, 3), each row adding up to 1."""
    import numpy as np

    powers = np.exp(logits.astype(float) - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@cache
def loaded() -> TargetModel:
    """The shipped model.

    Raises:
        ResourceError: When a file is missing, or is not the one of the card; or what runs it is not here.
    """
    if reason := missing():
        raise ResourceError(f"it cannot be run here: {reason}", where=FILE, mend=_MEND, not_done="no tone towards a target was measured")
    about = card()
    pairs = ((FILE, "sha256"), (VOCABULARY, "vocabulary_sha256"))
    return TargetModel(*(checked(own(f"{FOLDER}/{name}"), about[key], where=name) for name, key in pairs))


@cache
def card() -> dict[str, Any]:
    """The card of the shipped model."""
    return tomllib.loads(own(f"{FOLDER}/{CARD}").read_text(encoding="utf-8"))


def label_weights(model: str = "") -> Sequence[float]:
    """What makes up for classes that were rarer than others among the sentences that trained a model, for its labels alone.

    Args:
        model: As in `chosen`; of another model nothing is known, and its classes weigh the same.
    """
    return (1.0, 1.0, 1.0) if model else card()["label_weights"]


def missing(model: str = "") -> str | None:
    """Why no model can run here; None when one can. Loads nothing.

    Args:
        model: Folder of another model; empty for the shipped one, ``none`` for no model at all.
    """
    if model == NONE:
        return "models were left out"
    for package in ("transformers", "torch") if model else ("onnxruntime", "tokenizers"):
        if importlib.util.find_spec(package) is None:
            return f"no {package}"
    return None


def chosen(model: str = "") -> Model:
    """The model that answers.

    Args:
        model: Folder of another model, see `nutgraf.measures.target_adapter`; empty for the shipped one.
    """
    if not model:
        return loaded()
    from nutgraf.measures.target_adapter import adapted

    return adapted(model)


def resource(model: str = "") -> Resource:
    """The model as what a measure rests on; another one by its folder is known by the hash of its files."""
    if not model:
        about = card()
        where = "" if missing() is None else ", not to be run here"
        return Resource("model", f"target-tone{where}", about["sha256"], about["version"])
    if model == NONE:
        return Resource("model", NONE, NONE)
    digest = hashlib.sha256()
    folder = Path(model)
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and path.suffix in (".json", ".safetensors", ".bin", ".txt", ".model"):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + bytes.fromhex(sha256_of(path)))
    return Resource("model", folder.name, digest.hexdigest())


def known() -> list[tuple[Targeted, list[float]]]:
    """Sentences with what the shipped model said of them where it was made."""
    rows = json.loads(own(f"{FOLDER}/{KNOWN}").read_text(encoding="utf-8"))
    return [(Targeted(row["text"], row["start"], row["end"]), row["probabilities"]) for row in rows]


def drift() -> float:
    """The largest difference between what the model says here of known sentences and what it said where it was made.

    Sums of floats depend on the processor, and where one is close to the next integer, so does that; by some ten-thousandths.
    """
    import numpy as np

    expected = known()
    return float(np.abs(loaded().probabilities([question for question, _ in expected]) - [said for _, said in expected]).max())
