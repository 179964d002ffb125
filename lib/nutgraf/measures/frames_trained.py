"""Frames by a model that a desk trained on its own codes; without one it is "not assessed".

The model answers for an article as a whole. Its evidence is the sentences whose words speak most for the frame. They are what to read first; half of
the answer comes from a vector of the whole text, which no sentence can be named for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from nutgraf.documents import Document, Measured, Resource, Rows
from nutgraf.measures import frame_model, sentence_encoder, target_model
from nutgraf.measures.frame_model import FrameModel, from_json
from nutgraf.schema import ANALYSED_PARTS

ID = "frames_trained"
#: Kind of the spans: a sentence whose words speak for the frame.
SPAN = "frame_sentence"
FILE = "frames-trained.json"
NO_MODEL = f"no model: train one with 'nutgraf train-frames' and keep it as data/decisions/{FILE}"
_MOST_SENTENCES = 3


def build(options: Mapping[str, Any]) -> FramesTrained:
    """Make the measure. Option ``trained``: the text of a file of ``nutgraf train-frames``; a desk's ``data/decisions/frames-trained.json`` is it."""
    return FramesTrained(**options)


class FramesTrained:
    """Ask a trained model about each article.

    Args:
        trained: The text of its file; empty for none.
        model: ``none`` leaves models out, and nothing is measured.
    """

    id = ID
    version = "1"
    needs = frozenset({"sentences"})

    def __init__(self, trained: str = "", model: str = "") -> None:
        self._trained, self.model = trained, model
        encoder = Resource("model", "sentence-encoder", sentence_encoder.card()["sha256"], sentence_encoder.card()["version"])
        own = Resource("model", FILE, hashlib.sha256(trained.encode("utf-8", "surrogatepass")).hexdigest()) if trained.strip() else None
        self.resources: tuple[Resource, ...] = (encoder, *([own] if own else []))

    @cached_property
    def learnt(self) -> FrameModel:
        """The model.

        Raises:
            ResourceError: When its file was changed, or made for another encoder.
        """
        return from_json(self._trained, f"data/decisions/{FILE}")

    @property
    def characters_per_s(self) -> int:
        """Roughly how many characters it reads in a second on one core."""
        return 20_000 if self.missing() is None else 1_000_000_000

    def missing(self) -> str | None:
        """Why nothing can be measured here; None when it can."""
        if not self._trained.strip():
            return NO_MODEL
        return target_model.missing(self.model) or frame_model.missing()

    def measure(self, documents: Sequence[Document]) -> Measured:
        """For each frame one score of the article, with the frame as dimension: its value the probability, its label present or absent, ``n`` the
        sentences read. Spans of kind ``frame_sentence`` for up to three sentences of a frame that is present, their value its name. A frame that no
        word speaks for has the sentence with the least against it."""
        if (missing := self.missing()) is not None:
            rows = [Rows() for _ in documents]
            for one in rows:
                one.not_assessable(ID, missing)
            return Measured.of(documents, rows)
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        rows = Rows()
        sentences = [sentence for sentence in document.sentences if sentence.part in ANALYSED_PARTS]
        reason = None if document.language in ("en", None) else f"language '{document.language}' is not measured"
        if reason is None and not sentences:
            reason = "no sentence in headline, standfirst or body"
        if reason is not None:
            for frame in self.learnt.frames.names:
                rows.not_assessable(frame, reason)
            return rows
        texts = [document.text[sentence.start : sentence.end] for sentence in sentences]
        whole, _ = self.learnt.read(["\n".join(texts)])
        words = self.learnt.by_words(texts)
        for at, frame in enumerate(self.learnt.frames.names):
            is_there = whole[0, at] >= self.learnt.thresholds[at]
            rows.score(frame, float(whole[0, at]), label="present" if is_there else "absent", n=len(sentences))
            if is_there:
                best = sorted(range(len(sentences)), key=lambda place: (-words[place, at], place))
                speaking = [place for place in best if words[place, at] > 0][:_MOST_SENTENCES] or best[:1]
                for place in sorted(speaking):
                    one = sentences[place]
                    rows.span(one.start, one.end, SPAN, sentence=one.sentence, value=frame, label="present", rule="its words speak for it")
        return rows
