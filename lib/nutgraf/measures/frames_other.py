"""Frames by a second codebook, so that a report can say what stays when frames are defined otherwise; without one it is "not assessed".

It looks for cues as `nutgraf.measures.frames` does. Which codebook it is stands in ``[measures.frames_other]`` of a desk's settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.documents import Document, Measured, Rows
from nutgraf.measures.frames import Frames

ID = "frames_other"
NO_CODEBOOK = "no second codebook is chosen"


def build(options: Mapping[str, Any]) -> FramesOther:
    """Make the measure. Options as for ``frames``: ``codebook`` and ``own``."""
    return FramesOther(**options)


class FramesOther(Frames):
    """Look for the cues of a second codebook.

    Args:
        codebook: Its id; empty for none.
        own: The text of its file, for one that is not of this installation.
    """

    id = ID

    def __init__(self, codebook: str = "", own: str = "") -> None:
        self.is_chosen = bool(codebook)
        if self.is_chosen:
            super().__init__(codebook, own)
        else:
            self._name = self._own = ""
            self.resources = ()

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "is_chosen": self.is_chosen}

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Rows as those of ``frames``; without a codebook one score of dimension ``frames_other`` that says so."""
        if self.is_chosen:
            return super().measure(documents)
        rows = [Rows() for _ in documents]
        for one in rows:
            one.not_assessable(ID, NO_CODEBOOK)
        return Measured.of(documents, rows)
