"""Grammar: who acts. Passives with and without an agent, by the parse.

Passive: a participle with a form of "be" or "get" that the parser calls its passive auxiliary, and one that hangs on such a participle by
"and" or "or" without an auxiliary of its own ("was built and opened"). Reduced: a participle that describes a noun ("the dam built in
1990"). The agent is what "by" brings in, where the parser takes it for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.documents import Document, Measured, Resource, Rows
from nutgraf.reading import nominalisations, pipeline
from nutgraf.reading.nominalisations import agent, deeds

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

ID = "grammar"
PASSIVE, AGENT = "passive", "agent"
NOMINALISATION, ACTOR = "nominalisation", "actor"
WITH, WITHOUT = "with-actor", "without-actor"
#: The parser's tags of participles; it takes some for the past tense, which has the same form.
_PARTICIPLES = ("VBN", "VBD")


def build(options: Mapping[str, Any]) -> Grammar:
    """Make the measure; it has no options."""
    return Grammar(**options)


class Grammar:
    """Passives, and who acted where the text says so."""

    id = ID
    version = "2"
    needs = frozenset({"parse", "sentences"})

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The list of nouns."""
        return (nominalisations.resource(),)

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Spans of kind ``passive`` (value: the verb's base form, label: be, get or reduced) and ``agent``, tied by ``group_id``."""
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        rows = pipeline.unparsed(document, ID)
        if rows is not None:
            return rows
        rows = Rows()
        for offset, doc in pipeline.docs(document.text, document.parse):
            self._passives(document, offset, doc, rows)
            self._deeds(document, offset, doc, rows)
        rows.spans.sort(key=lambda span: (span.start, span.end))
        return rows

    @staticmethod
    def _passives(document: Document, offset: int, doc: Doc, rows: Rows) -> None:
        for verb, label, who in passives(doc):
            start = offset + verb.idx
            group = f"passive-{start}" if who else None
            about = {"value": verb.lemma_, "label": label, "group_id": group, "rule": f"{label}-passive"}
            rows.span(start, start + len(verb), PASSIVE, sentence=document.sentence_at(start), **about)
            if who:
                first, last = offset + who.left_edge.idx, who.right_edge
                rows.span(first, offset + last.idx + len(last), AGENT, sentence=document.sentence_at(first), group_id=group, rule="by-agent")

    @staticmethod
    def _deeds(document: Document, offset: int, doc: Doc, rows: Rows) -> None:
        for noun, actor, rule in deeds(doc):
            start = offset + noun.idx
            group = f"nominalisation-{start}" if actor else None
            about = {"value": noun.lemma_.lower(), "label": WITH if actor else WITHOUT, "group_id": group, "rule": rule}
            rows.span(start, start + len(noun), NOMINALISATION, sentence=document.sentence_at(start), **about)
            if actor:
                first, last = actor
                begin = offset + first.idx
                rows.span(begin, offset + last.idx + len(last), ACTOR, sentence=document.sentence_at(begin), group_id=group, rule=rule)


def passives(doc: Doc) -> Iterator[tuple[Token, str, Token | None]]:
    """Passive verbs of a parsed text, each with its kind (be, get, reduced) and the head of its agent."""
    for token in doc:
        label = _label(token)
        if label:
            yield token, label, agent(token)


def _label(token: Token) -> str | None:
    helper = next((child for child in token.children if child.dep_ == "auxpass"), None)
    if helper is not None and token.tag_ in _PARTICIPLES:  # "are not refundable" has the same tree
        return "get" if helper.lemma_ == "get" else "be"
    if token.tag_ != "VBN" or any(child.dep_ in ("aux", "nsubj") for child in token.children):
        return None
    if token.dep_ == "conj" and token.head.tag_ == "VBN" and token.head is not token:
        return _label(token.head)
    return "reduced" if token.dep_ == "acl" else None
