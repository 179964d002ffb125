"""Naming: what a text calls one thing for which there are several words, such as "protesters" or "rioters".

Sets of such words come from `nutgraf.measures.naming_sets`. A place counts once, for the longest phrase that stands there, so that "riot police"
are no "riot"; words that stand in several sets count once in each. Which person or event is meant is not looked at, so that two terms of a set
in one text need not mean the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nutgraf.documents import Document, Measured, Resource, Rows, Sentence
from nutgraf.measures.naming_sets import FILE, OWN_FILE, NamingSet, carried, read, together
from nutgraf.phrases import language
from nutgraf.phrases.language import Found
from nutgraf.resources import own as carried_file
from nutgraf.resources import sha256_of

if TYPE_CHECKING:
    from nutgraf.phrases.search import Matcher

ID = "naming"
#: Kind of the spans.
SPAN = "naming"


def build(options: Mapping[str, Any]) -> Naming:
    """Make the measure. Options: ``own``, the text of a desk's ``data/decisions/naming.csv``; ``carried``, whether the carried sets count too."""
    return Naming(**options)


class Naming:
    """Words of some sets in headline, standfirst and body.

    Args:
        own: The text of a desk's own file; empty for none.
        carried: Whether the sets that the package carries are looked for.

    Raises:
        InputError: When a line of the desk's file cannot be used.
    """

    id = ID
    version = "1"
    needs = frozenset({"sentences"})

    def __init__(self, own: str = "", carried: bool = True) -> None:  # noqa: FBT001, FBT002 - named as in nutgraf.toml
        self._own, self._carried = own, carried
        self._own_sets = read(own) if own.strip() else ()
        mine = [Resource("word list", OWN_FILE, hashlib.sha256(own.encode("utf-8", "surrogatepass")).hexdigest())] if self._own_sets else []
        self.resources = (*([Resource("word list", FILE, sha256_of(carried_file(FILE)))] if carried else []), *mine)

    @cached_property
    def sets(self) -> tuple[NamingSet, ...]:
        """The sets that count."""
        return together(carried() if self._carried else (), self._own_sets)

    @cached_property
    def _phrases(self) -> list[tuple[int, str, str]]:
        """Of each phrase the place of its set, its term, and how it is written."""
        return [(at, term, one.written) for at, group in enumerate(self.sets) for term, phrases in group.terms.items() for one in phrases]

    @cached_property
    def _matcher(self) -> Matcher:
        from nutgraf.phrases.search import Matcher

        elements = [one.elements for group in self.sets for phrases in group.terms.values() for one in phrases]
        return Matcher(enumerate(elements))

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in ("_own", "_carried", "_own_sets", "resources")}  # a worker compiles the phrases itself

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Spans of kind ``naming``: value the title of the set, label the term, rule the phrase as the list writes it."""
        analysed = [document.analysed("en") for document in documents]
        texts = [
            (language.fold(document.text), [(sentence.start, sentence.end) for sentence in sentences])
            for document, sentences in zip(documents, analysed, strict=True)
        ]
        return Measured.of(documents, (self._read(*one) for one in zip(documents, analysed, self._matcher.find(texts), strict=True)))

    def _read(self, document: Document, sentences: Sequence[Sentence], found: Sequence[Sequence[Found]]) -> Rows:
        rows = Rows()
        if document.language not in (None, "en"):
            rows.not_assessable(ID, f"language '{document.language}' is not measured")
        elif not sentences:
            rows.not_assessable(ID, "no sentence in headline, standfirst or body")
        elif not self.sets:
            rows.not_assessable(ID, "there is no set of words to look for")
        else:
            for sentence, hits in zip(sentences, found, strict=True):
                for hit in self._apart(hits):
                    at, term, written = self._phrases[hit.index]
                    rows.span(hit.start, hit.end, SPAN, sentence=sentence.sentence, value=self.sets[at].title, label=term, rule=written)
        return rows

    def _apart(self, hits: Sequence[Found]) -> list[Found]:
        """Of phrases that overlap the longest, of equals the first; words that stand in several sets count in each. In text order."""
        if len(hits) < 2:
            return list(hits)
        kept: list[Found] = []
        for hit in sorted(hits, key=lambda one: (one.start - one.end, one.start, one.index)):
            if all(hit.end <= held.start or held.end <= hit.start or self._are_one(hit, held) for held in kept):
                kept.append(hit)
        return sorted(kept, key=lambda one: (one.start, one.end, one.index))

    def _are_one(self, hit: Found, held: Found) -> bool:
        """Whether two sets have the same words."""
        return hit[:2] == held[:2] and self._phrases[hit.index][0] != self._phrases[held.index][0]
