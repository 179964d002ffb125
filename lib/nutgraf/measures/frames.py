"""Frames: which of a codebook's frames a text uses, as candidates with the words that say so.

A sentence carries a frame when the weights of its different cues reach 1 (`nutgraf.codebooks`). An article's ``value`` is the share of
its assessed sentences that carry the frame, ``n`` the number of sentences assessed, and its label

- ``present`` when a headline carries it, or at least `MIN_SENTENCES` sentences do and they are at least `MIN_SHARE` of all;
- ``weak`` when any other sentence does;
- ``absent`` when none does. With fewer than `MIN_ASSESSED` sentences the answer is "not assessable".

One sentence alone is weak because one cue alone is often wrong; one in twenty keeps a long article from being counted for what is
said in passing. The thresholds are conventions, fitted to nothing, and the method card says so.

Voices: ``all`` is the whole text; ``quoted`` counts cues inside quotation marks over the sentences that quote, ``reported`` those in what somebody is
said to say without them, ``outlet`` all others over the sentences in which the outlet speaks. Whether a headline carries a frame is told by the
sentence rows.

Source of the default codebook: Semetko, H. A., & Valkenburg, P. M. (2000). Framing European politics: A content analysis of press and
television news. Journal of Communication, 50(2), 93–109.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from nutgraf import codebooks
from nutgraf.documents import Document, Measured, Resource, Rows, Sentence
from nutgraf.errors import MeasureError
from nutgraf.reading.voices import Voices
from nutgraf.schema import SCORE_VOICES

ID = "frames"
KIND = "frame_cue"
DEFAULT = "generic-frames"
MIN_ASSESSED = 3
MIN_SENTENCES = 2
MIN_SHARE = 0.05
_VOICES = SCORE_VOICES
_SENTENCES = {
    "all": "sentences", "outlet": "sentences in which the outlet speaks", "quoted": "sentences with a quotation",
    "reported": "sentences that report what somebody says",
}  # fmt: skip


def build(options: Mapping[str, Any]) -> Frames:
    """Make the measure. Options: ``codebook``, the id of a codebook with cues; ``own``, the text of its file where it is a desk's own."""
    return Frames(**options)


class Frames:
    """Look for the cues of one codebook.

    Args:
        codebook: Its id; see `nutgraf.codebooks.available`.
        own: The text of its file, for one that is not of this installation.
    """

    id = ID
    version = "3"
    needs = frozenset({"attribution", "quotes", "sentences"})

    def __init__(self, codebook: str = DEFAULT, own: str = "") -> None:
        self._name, self._own = codebook, own
        text = own or codebooks.path_of(codebook).read_bytes().decode("utf-8", "replace")
        sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        self.resources = (Resource("codebook", codebook, sha256, codebooks.version_of(text)),)

    @cached_property
    def codebook(self) -> codebooks.Codebook:
        """The codebook, read when it is first needed: a version needs its sha256 alone."""
        codebook = codebooks.read_text(self._own, f"{self._name}.toml") if self._own else codebooks.load(self._name)
        if codebook.hand_coding_only:
            raise MeasureError(
                f"codebook '{self._name}' is for hand coding only: it has no cues",
                where="[measures.frames] in nutgraf.toml",
                mend=f"choose one with cues, such as codebook = \"{DEFAULT}\"",
            )
        return codebook

    def __getstate__(self) -> dict[str, Any]:
        return {"_name": self._name, "_own": self._own, "resources": self.resources}  # a worker reads the codebook itself

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Frames of a batch.

        Returns:
            Spans of kind ``frame_cue`` (label: the frame; rule: ``codebook:cue``; value: the words in lower case); scores with the frame as
            dimension: 1.0 for each sentence that carries it (n: its cues), and one per frame and voice for the article.
        """
        assessed = [document.analysed("en") for document in documents]
        reasons = [_not_assessable(document, len(sentences)) for document, sentences in zip(documents, assessed, strict=True)]
        texts = [
            (document.text, [] if reason else [(sentence.start, sentence.end) for sentence in sentences])
            for document, sentences, reason in zip(documents, assessed, reasons, strict=True)
        ]
        found = zip(documents, assessed, reasons, self.codebook.hits(texts), strict=True)
        return Measured.of(documents, (self._read(*one) for one in found))

    def _read(self, document: Document, assessed: Sequence[Sentence], reason: str | None, hits: Sequence[Sequence[codebooks.Hit]]) -> Rows:
        rows = Rows()
        if reason:
            for frame in self.codebook.frame_ids:
                for voice in _VOICES:
                    rows.not_assessable(frame, reason, voice=voice)
            return rows
        voices = Voices(document)
        speaking = voices.speaking(assessed)
        totals = Counter({"all": len(assessed)})
        for together, n in Counter(speaking).items():
            totals.update(dict.fromkeys(together, n))
        heard = {voice: _Heard(totals[voice]) for voice in _VOICES}
        for sentence, cues, own in zip(assessed, hits, speaking, strict=True):
            if cues:
                self._write_sentence(document, sentence, cues, rows)
                heard["all"].add(sentence, cues)
                for voice in own:
                    heard[voice].add(sentence, [hit for hit in cues if _voice(hit, voices) == voice])
        for voice in _VOICES:
            _write_article(self.codebook.frame_ids, voice, heard[voice], rows)
        return rows

    def _write_sentence(
        self, document: Document, sentence: Sentence, cues: Sequence[codebooks.Hit], rows: Rows
    ) -> None:
        counts: dict[str, int] = {}
        for hit in cues:
            counts[hit.frame] = counts.get(hit.frame, 0) + 1
            rows.span(
                hit.start, hit.end, KIND, sentence=sentence.sentence, label=hit.frame,
                value=document.text[hit.start : hit.end].lower(), rule=f"{self.codebook.id}:{hit.cue}",
            )  # fmt: skip
        for frame in self.codebook.frame_ids:
            if frame in counts:
                rows.score(frame, 1.0, sentence=sentence.sentence, label="present", n=counts[frame])


def _not_assessable(document: Document, assessed: int) -> str | None:
    if document.language not in (None, "en"):
        return f"language '{document.language}' is not measured"
    if not assessed:
        return "no sentence in headline, standfirst or body"
    if assessed < MIN_ASSESSED:
        return f"{assessed} of {MIN_ASSESSED} sentences needed"
    return None


class _Heard:
    """Sentences of one voice: how many, and how many carry each frame."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.carrying: Counter[str] = Counter()
        self.headline: set[str] = set()

    def add(self, sentence: Sentence, cues: Sequence[codebooks.Hit]) -> None:
        frames = {hit.frame for hit in cues}
        self.carrying.update(frames)
        if sentence.part == "headline":
            self.headline |= frames


def _write_article(frames: Sequence[str], voice: str, heard: _Heard, rows: Rows) -> None:
    if heard.total < MIN_ASSESSED:
        reason = f"{heard.total} of {MIN_ASSESSED} {_SENTENCES[voice]} needed"
        for frame in frames:
            rows.not_assessable(frame, reason, voice=voice)
        return
    for frame in frames:
        carrying = heard.carrying[frame]
        label = label_of(carrying, heard.total, in_headline=frame in heard.headline)
        rows.score(frame, carrying / heard.total, voice=voice, label=label, n=heard.total)


def label_of(carrying: int, assessed: int, *, in_headline: bool) -> str:
    """An article's answer for one frame.

    >>> label_of(2, 10, in_headline=False), label_of(2, 100, in_headline=False), label_of(0, 10, in_headline=False)
    ('present', 'weak', 'absent')
    """
    if not carrying:
        return "absent"
    enough = carrying >= MIN_SENTENCES and carrying / assessed >= MIN_SHARE
    return "present" if in_headline or enough else "weak"


def _voice(hit: codebooks.Hit, voices: Voices) -> str:
    """Whose a cue is: the outlet's unless it stands wholly in somebody else's words."""
    voice = voices.at(hit.start)
    return voice if voice == voices.at(hit.end - 1) else "outlet"
