"""What a measure reads and what it returns.

A measure is pure: the same documents in, the same rows out. It opens no file, asks no clock and draws no unseeded chance,
so that a batch can run here, in a process pool or on another machine, and a killed worker costs a retry and never a row.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from nutgraf.schema import ANALYSED_PARTS


class Sentence(NamedTuple):
    """A sentence of one document; ``start`` and ``end`` count characters of its text, end-exclusive."""

    sentence: int
    start: int
    end: int
    part: str
    part_rule: str | None
    voice: str


class Span(NamedTuple):
    """A place in one document's text, and what was seen there."""

    sentence: int | None
    start: int
    end: int
    kind: str
    value: str | None
    label: str | None
    group_id: str | None
    rule: str | None


class Score(NamedTuple):
    """A number of one document or sentence, or the reason why there is none."""

    sentence: int | None
    dimension: str
    target: str | None
    voice: str
    value: float | None
    label: str | None
    n: int | None
    status: str
    reason: str | None


class Word(NamedTuple):
    """A word of one document as written, and how often it is used."""

    form: str
    n: int


class Parse(NamedTuple):
    """What `nutgraf.reading.pipeline` made of a document's text."""

    parse: bytes
    text_sha256: str | None


class Opening(NamedTuple):
    """What the beginning of a document is about: its telling words with their counts as JSON, and its vector."""

    terms: str
    vector: bytes | None


@dataclass(slots=True)
class Document:
    """One article version as a measure sees it.

    `spans` and `scores` hold the rows of the measures that were asked for in `Measure.needs`, by measure id; `parse` what
    `nutgraf.reading.pipeline` made of the text, when it was asked for and there is a model. The measure that makes parses finds one
    there when this text was parsed before, be it for another article.
    """

    article_id: str
    version: int
    text: str
    headline: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    outlet: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    completeness: str = "full"
    sentences: list[Sentence] = field(default_factory=list)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    scores: dict[str, list[Score]] = field(default_factory=dict)
    parse: bytes | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Article and version."""
        return self.article_id, self.version

    @property
    def text_sha256(self) -> str:
        """Hash of the text as UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def analysed(self, language: str) -> list[Sentence]:
        """Sentences of headline, standfirst and body; none of an article in another language, while one that is not known is taken for this."""
        return [one for one in self.sentences if one.part in ANALYSED_PARTS] if self.language in (None, language) else []

    def sentence_at(self, place: int) -> int | None:
        """Number of the sentence that a character of the text lies in; None where it lies in none."""
        at = bisect_right(self.sentences, place, key=lambda sentence: sentence.start) - 1
        return self.sentences[at].sentence if at >= 0 and place < self.sentences[at].end else None

    def spans_of(self, *kinds: str) -> list[Span]:
        """Spans of these kinds from every needed measure, in text order."""
        found = [span for spans in self.spans.values() for span in spans if span.kind in kinds]
        return sorted(found, key=lambda span: (span.start, span.end))


@dataclass(slots=True)
class Rows:
    """What a measure found in one document, or why it could not."""

    sentences: list[Sentence] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    parses: list[Parse] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)

    def span(
        self,
        start: int,
        end: int,
        kind: str,
        *,
        sentence: int | None = None,
        value: str | None = None,
        label: str | None = None,
        group_id: str | None = None,
        rule: str | None = None,
    ) -> None:
        """Add one place in the text."""
        self.spans.append(Span(sentence, start, end, kind, value, label, group_id, rule))

    def score(
        self,
        dimension: str,
        value: float | None,
        *,
        sentence: int | None = None,
        target: str | None = None,
        voice: str = "all",
        label: str | None = None,
        n: int | None = None,
    ) -> None:
        """Add one number."""
        self.scores.append(Score(sentence, dimension, target, voice, value, label, n, "ok", None))

    def not_assessable(
        self, dimension: str, reason: str, *, sentence: int | None = None, target: str | None = None, voice: str = "all"
    ) -> None:
        """Say that there is no number, and why. The value is null, never 0."""
        self.scores.append(Score(sentence, dimension, target, voice, None, None, None, "not_assessable", reason))


class Measured(dict[tuple[str, int], Rows]):
    """The rows of a batch, by article and version. Every document of the batch must be in it."""

    @classmethod
    def of(cls, documents: Iterable[Document], rows: Iterable[Rows]) -> Measured:
        """Pair documents with their rows, in order."""
        return cls((document.key, found) for document, found in zip(documents, rows, strict=True))


class Resource(NamedTuple):
    """A word list, codebook or model that a measure rests on."""

    kind: str  # as a person calls it: word list, codebook, rules, model
    name: str
    sha256: str
    version: str | None = None  # where it says one of itself


class Measure(Protocol):
    """A station of the path. One file under ``reading/`` or ``measures/`` holds one, made by its ``build(settings)``.

    Two attributes may be left out: ``of_text_alone`` (True when it parses texts, whatever else is known of an article: it is given
    `Document.parse` where there is one already) and ``characters_per_s`` (roughly how many it reads in a second on one core, so that
    other processes are started where that is worth their start).
    """

    id: str
    version: str  # version of the code alone; `measuring.Registry.version` adds resources, settings and needs
    needs: frozenset[str]  # ids of the measures whose rows the documents must carry
    resources: tuple[Resource, ...]  # every word list, codebook or model it rests on

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Measure a batch."""
        ...
