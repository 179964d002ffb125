"""Grammar: who acts, and where nobody is named. Passives with and without an agent, and nouns that name a deed, by the parse.

What counts as a passive stands in `nutgraf.reading.passives`, what as a noun that names a deed in `nutgraf.reading.nominalisations`. Each
says whether the text names who did it; it never guesses who it was. After Fowler et al. (1979), Billig (2008) and van Dijk (2008).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.documents import Document, Measured, Resource, Rows
from nutgraf.reading import deed_nouns, pipeline
from nutgraf.reading.nominalisations import deeds
from nutgraf.reading.passives import passives

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

ID = "grammar"
PASSIVE, AGENT = "passive", "agent"
NOMINALISATION, ACTOR = "nominalisation", "actor"
WITH, WITHOUT = "with-actor", "without-actor"


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
        return (deed_nouns.resource(),)

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Spans of passives and of nouns that name a deed, and of who acts; no scores where there is a parse.

        ``passive``: value the verb's base form, label be, get or reduced, rule such as ``be-passive-without-agent``; ``agent``: rule
        ``by-agent`` or ``at-the-hands-of``. ``nominalisation``: value the noun's base form, label ``with-actor`` or ``without-actor``,
        rule what told it; ``actor``. What belongs together has one ``group_id``; where nobody is named there is none.
        """
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
        for verb, label, who, told in passives(doc):
            start = offset + verb.idx
            group = None if who is None else f"passive-{start}"
            rule = f"{label}-passive-{'without' if who is None else 'with'}-agent"
            about = {"value": verb.lemma_, "label": label, "group_id": group, "rule": rule}
            rows.span(start, start + len(verb), PASSIVE, sentence=document.sentence_at(start), **about)
            if who is not None:
                _add_who(document, offset, (who.left_edge, who.right_edge), AGENT, rows, group_id=group, rule=told)

    @staticmethod
    def _deeds(document: Document, offset: int, doc: Doc, rows: Rows) -> None:
        for noun, actor, rule in deeds(doc):
            start = offset + noun.idx
            group = None if actor is None else f"nominalisation-{start}"
            about = {"value": noun.lemma_.lower(), "label": WITHOUT if actor is None else WITH, "group_id": group, "rule": rule}
            rows.span(start, start + len(noun), NOMINALISATION, sentence=document.sentence_at(start), **about)
            if actor is not None:
                _add_who(document, offset, actor, ACTOR, rows, group_id=group, rule=rule)


def _add_who(document: Document, offset: int, tokens: tuple[Token, Token], kind: str, rows: Rows, **about: str | None) -> None:
    start, end = offset + tokens[0].idx, offset + tokens[1].idx + len(tokens[1])
    rows.span(start, end, kind, sentence=document.sentence_at(start), **about)
