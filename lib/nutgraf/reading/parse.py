"""Parse: words, their classes and how they hang together, and names, by a spaCy pipeline; kept, since it takes longer than all else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.documents import Document, Measured, Rows
from nutgraf.documents import Parse as Parsed
from nutgraf.reading import pipeline

ID = "parse"
#: Articles in other languages are not parsed: the answer would look like one.
_LANGUAGES = ("en", None)


def build(options: Mapping[str, Any]) -> Parse:
    """Make the measure. Option ``model``: the name of an installed spaCy pipeline for English."""
    return Parse(**options)


class Parse:
    """Parse each text, or say that there is no model.

    Args:
        model: Name of a spaCy pipeline that is installed as a package.
    """

    id = ID
    version = "2"
    needs: frozenset[str] = frozenset()
    of_text_alone = True

    def __init__(self, model: str = pipeline.DEFAULT) -> None:
        self.model = model
        self.resources = (pipeline.resource(model),)

    @property
    def characters_per_s(self) -> int:
        """Roughly how many characters it reads in a second on one core; without a model there is nothing to do."""
        return 30_000 if pipeline.is_here(self.model) else 1_000_000_000

    def measure(self, documents: Sequence[Document]) -> Measured:
        """The parse of each document; a score that says why where there is none."""
        can = pipeline.is_here(self.model)
        wanted = [document for document in documents if can and document.language in _LANGUAGES and document.text.strip()]
        known = {document.text: document.parse for document in wanted if document.parse is not None}  # made by an earlier run
        texts = list(dict.fromkeys(document.text for document in wanted if document.text not in known))
        if texts:
            known.update(zip(texts, pipeline.parses(self.model, texts), strict=True))
        return Measured.of(documents, (self._rows(document, known, can=can) for document in documents))

    @staticmethod
    def _rows(document: Document, known: Mapping[str, bytes], *, can: bool) -> Rows:
        rows = Rows()
        if not can:
            rows.not_assessable(ID, pipeline.NO_MODEL)
        elif document.language not in _LANGUAGES:
            rows.not_assessable(ID, f"no model for the language '{document.language}'")
        elif document.text not in known:
            rows.not_assessable(ID, "there is no text")
        else:
            rows.parses.append(Parsed(known[document.text], document.text_sha256))
        return rows
