"""Attribution: who says what. Content, source and cue of direct, indirect and mixed quotation, from quotation marks and the parse.

The spans of one attribution share a ``group_id``. A quotation without a cue of its own goes to the source of the one before it in its
paragraph, and its rule says so; else its source is unknown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nutgraf.documents import Document, Measured, Resource, Rows
from nutgraf.reading import cues, pipeline
from nutgraf.reading.attributing import attributions

if TYPE_CHECKING:
    from spacy.tokens import Doc

ID = "attribution"
CONTENT, SOURCE, CUE = "content", "source", "cue"
#: Quotations of fewer words without a cue are scare quotes, titles and nicknames.
_LEAST_WORDS = 4
Stretch = tuple[int, int]


def build(options: Mapping[str, Any]) -> Attribution:
    """Make the measure; it has no options."""
    return Attribution(**options)


@dataclass
class Said:
    """One attribution in characters of the text."""

    content: list[Stretch]
    source: list[Stretch] = field(default_factory=list)
    cue: list[Stretch] = field(default_factory=list)
    cue_class: str | None = None
    rule: str = ""


class Attribution:
    """Find who says what."""

    id = ID
    version = "1"
    needs = frozenset({"parse", "quotes", "sentences"})

    def __init__(self) -> None:
        self.resources: tuple[Resource, ...] = (cues.resource(),)

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Spans of kind ``content``, ``source`` and ``cue``; a content's label is the class of its cue, its rule how it was found."""
        return Measured.of(documents, (self._read(document) for document in documents))

    @staticmethod
    def _read(document: Document) -> Rows:
        rows = pipeline.unparsed(document, ID)
        if rows is not None:
            return rows
        rows = Rows()
        for number, said in enumerate(read(document)):
            for kind, stretches in ((CONTENT, said.content), (SOURCE, said.source), (CUE, said.cue)):
                for start, end in stretches:
                    about = {"label": said.cue_class, "group_id": f"said-{number}", "rule": said.rule}
                    rows.span(start, end, kind, sentence=document.sentence_at(start), **about)
        return rows


def read(document: Document) -> list[Said]:
    """Every attribution of a document, in text order."""
    quotes = sorted((span.start, span.end) for span in document.spans_of("quote"))
    ends = [end for _, end in quotes]  # quotations do not overlap, so that those of a stretch are neighbours
    found: list[Said] = []
    for offset, doc in pipeline.docs(document.text, document.parse or b""):
        end = offset + (doc[-1].idx + len(doc[-1]) if len(doc) else 0)
        near = quotes[bisect_right(ends, offset) : bisect_left(quotes, (end,))]
        mine = [(max(a, offset), min(b, end)) for a, b in near]
        found += _of_stretch(doc, offset, mine, document.text)
    return sorted(found, key=lambda said: said.content)


def _of_stretch(doc: Doc, offset: int, quotes: Sequence[Stretch], text: str) -> list[Said]:
    edges = [offset + token.idx for token in doc]

    def tokens(stretch: Stretch) -> Stretch:
        return bisect_right(edges, stretch[0] - 1), bisect_right(edges, stretch[1] - 1)

    def characters(numbers: Iterable[int]) -> list[Stretch]:
        """Neighbouring tokens as one stretch; marks between them belong to it."""
        pieces: list[list[int]] = []
        for number in sorted(set(numbers)):
            if pieces and all(doc[at].is_punct or doc[at].is_space for at in range(pieces[-1][1] + 1, number)):
                pieces[-1][1] = number
            else:
                pieces.append([number, number])
        return [(edges[first], edges[last] + len(doc[last])) for first, last in pieces]

    quoted = [tokens(quote) for quote in quotes]
    found, taken = [], set()
    for one in attributions(doc, quoted):
        content = set(one.content)
        for place, (first, last) in enumerate(quoted):
            inside = content & set(range(first, last))
            if inside and not first <= one.cue[0] < last:  # what is said begins or ends in a quotation: all of it is said
                content |= set(range(first, last)) - set(one.source) - set(one.cue)
                taken.add(place)
        found.append(Said(characters(content), characters(one.source), characters(one.cue), one.cue_class, one.rule))
    for place, quote in enumerate(quotes):
        if place in taken or len(text[slice(*quote)].split()) < _LEAST_WORDS:
            continue
        before = max((said for said in found if said.content[0][0] < quote[0]), key=lambda said: said.content[0][0], default=None)
        if before is None or not before.source:
            found.append(Said([quote], rule="marks-alone"))
        elif any(stretch[0] < after[1] and after[0] < stretch[1] for stretch in before.content for after in quotes):
            before.content.append(quote)  # "…," she said. "…"
        else:
            found.append(Said([quote], before.source, rule="inherited"))
    return found
