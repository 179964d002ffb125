"""Sentences and articles as vectors, so that alike texts lie close: all-MiniLM-L6-v2 as it was published, run by onnxruntime.

What it was made from stands in its card, ``resources/models/sentence-encoder.toml``. It knows texts of some 190 words' pieces; a longer one is
read window by window, and its vector is the mean of theirs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.errors import ResourceError
from nutgraf.measures.target_model import FOLDER, VOCABULARY, missing
from nutgraf.measures.target_tokens import tokenizer
from nutgraf.resources import checked, own

if TYPE_CHECKING:
    import numpy as np
    from onnxruntime import InferenceSession

CARD, FILE = "sentence-encoder.toml", "sentence-encoder.onnx"
#: Pieces of words in a window, its two end marks apart.
WINDOW = 190
#: Windows of a text; what comes later is not read.
MOST_WINDOWS = 24
_SURROGATE = re.compile("[\ud800-\udfff]")


class SentenceEncoder:
    """Makes vectors of texts.

    Args:
        file: The ONNX file.
        vocabulary: Its pieces of words, one a line.
        threads: How many threads read one text.
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

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """A vector of length 1 for each text; the product of two says how alike they are. An empty text has a vector of zeros.

        Args:
            texts: Sentences or whole articles.

        Returns:
            (n, dimensions), 32-bit floats, in order.
        """
        import numpy as np

        found = np.zeros((len(texts), card()["dimensions"]), np.float32)
        known: dict[str, np.ndarray] = {}
        for at, text in enumerate(texts):
            if text not in known:
                known[text] = self._vector(text)
            found[at] = known[text]
        return found

    def _vector(self, text: str) -> np.ndarray:
        import numpy as np

        known = tokenizer(self.vocabulary)
        ids = known.encode(_SURROGATE.sub("\ufffd", text), add_special_tokens=False).ids[: WINDOW * MOST_WINDOWS]
        if not ids:
            return np.zeros(card()["dimensions"], np.float32)
        begin, end = known.token_to_id("[CLS]"), known.token_to_id("[SEP]")
        # One by one: in a batch the integers of a text would depend on its neighbours.
        parts = [self._read([begin, *ids[first : first + WINDOW], end]) for first in range(0, len(ids), WINDOW)]
        mean = np.average(parts, axis=0, weights=[min(WINDOW, len(ids) - first) for first in range(0, len(ids), WINDOW)])
        return (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)

    def _read(self, ids: Sequence[int]) -> np.ndarray:
        import numpy as np

        given = np.array([ids], np.int64)
        return self._session.run(None, {"ids": given, "mask": np.ones_like(given)})[0][0]


@cache
def card() -> dict[str, Any]:
    """The card of the encoder."""
    return tomllib.loads(own(f"{FOLDER}/{CARD}").read_text(encoding="utf-8"))


@cache
def loaded() -> SentenceEncoder:
    """The encoder that ships.

    Raises:
        ResourceError: When a file is missing, or is not the one of the card; or what runs it is not here.
    """
    if reason := missing():
        raise ResourceError(f"it cannot be run here: {reason}", where=FILE, mend="run 'make setup'", not_done="no text was read")
    about = card()
    pairs = ((FILE, "sha256"), (VOCABULARY, "vocabulary_sha256"))
    return SentenceEncoder(*(checked(own(f"{FOLDER}/{name}"), about[key], where=name) for name, key in pairs))
