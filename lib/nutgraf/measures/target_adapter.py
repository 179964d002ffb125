"""Any Hugging Face model for target sentiment by its local folder: it is asked with the sentence and the target as a pair.

The classes are read from the folder's ``config.json`` (``id2label``), and must be negative, neutral and positive. Nothing is fetched, and no code
of the folder is run. Needs the packages transformers and torch, which Nutgraf does not install.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.errors import MeasureError
from nutgraf.measures.target_tokens import Targeted

if TYPE_CHECKING:
    import numpy as np

_WHERE, _NOT_DONE = "[measures.target_tone] model in nutgraf.toml", "no tone towards a target was measured"
_BATCH = 32
_LONGEST = 256


class AdaptedModel:
    """A model of another kind.

    Args:
        folder: Where its files lie.

    Raises:
        MeasureError: When the folder holds no such model.
    """

    def __init__(self, folder: Path) -> None:
        self._order = class_order(_config(folder))
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            # No pickle from outside: only weights as safetensors.
            self._model = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True, use_safetensors=True).eval()
        except (OSError, ValueError) as error:
            said = " ".join(str(error).split())[:200]
            mend = "give a folder with safetensors"
            raise MeasureError(f"the model cannot be loaded: {said}", where=_WHERE, mend=mend, not_done=_NOT_DONE) from error

    def read(self, questions: Sequence[Targeted]) -> tuple[np.ndarray, list[bool]]:
        """Of negative, neutral and positive, (n, 3), in the order of the questions; and whether a sentence is longer than what is read of it."""
        import numpy as np
        import torch

        found = np.empty((len(questions), 3))
        pairs = [(question.text, question.text[question.start : question.end]) for question in questions]
        order = sorted(range(len(questions)), key=lambda place: len(questions[place].text))
        for first in range(0, len(order), _BATCH):
            places = order[first : first + _BATCH]
            texts, targets = zip(*(pairs[place] for place in places), strict=True)
            inputs = self._tokenizer(
                list(texts), list(targets), padding=True, truncation="only_first", max_length=_LONGEST, return_tensors="pt"
            )  # fmt: skip
            with torch.no_grad():
                said = self._model(**inputs).logits.softmax(-1).double().numpy()
            found[places] = said[:, self._order]
        return found, [len(text) > _LONGEST and len(self._tokenizer(text, target)["input_ids"]) > _LONGEST for text, target in pairs]


@cache
def adapted(folder: str) -> AdaptedModel:
    """A model by its folder.

    Raises:
        MeasureError: When it cannot be used.
    """
    return AdaptedModel(Path(folder))


def _config(folder: Path) -> Mapping[str, Any]:
    path = folder / "config.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        mend = "name the folder of a Hugging Face model for sequence classification"
        raise MeasureError(f"its config.json cannot be read: {error}", where=_WHERE, mend=mend, not_done=_NOT_DONE) from error
    return found if isinstance(found, dict) else {}


def class_order(config: Mapping[str, Any]) -> list[int]:
    """Where negative, neutral and positive stand among a model's classes.

    Args:
        config: The folder's ``config.json``.

    Raises:
        MeasureError: When its classes are others.

    >>> class_order({"id2label": {"0": "Positive", "1": "NEUTRAL", "2": "negative"}})
    [2, 1, 0]
    """
    given = config.get("id2label")
    names = {str(name).lower()[:3]: int(number) for number, name in given.items()} if isinstance(given, dict) else {}
    told = ", ".join(map(str, given.values())) if isinstance(given, dict) else "not named"
    if set(names) != {"neg", "neu", "pos"} or sorted(names.values()) != [0, 1, 2]:
        raise MeasureError(
            f"its classes are {told}, and must be negative, neutral and positive", where=_WHERE,
            mend="take a model for target sentiment, with id2label in its config.json", not_done=_NOT_DONE,
        )  # fmt: skip
    return [names[name] for name in ("neg", "neu", "pos")]
