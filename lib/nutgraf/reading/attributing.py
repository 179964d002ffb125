"""Attributions of one parsed stretch: what is said (content), by whom (source), and the word that brings it in (cue).

Rules on the parse, the first that fits:

1. A cue verb with a clause or an infinitive of its own ("said that …", "…, she said", "promised to …"), or put into one as an aside.
2. Quotation marks in its sentence; then the rest of the sentence, for verbs that do nothing but say.
3. Its object, for verbs that say something of it ("criticised the plan", "called for help").
4. "according to": the clause it stands in. A noun such as "claim" with a clause. A line that begins with a name and a colon.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nutgraf.reading import cues

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_CLAUSES = ("ccomp",)
#: Before a colon, and after it, in tokens.
_LONGEST_NAME, _LEAST_SAID = 7, 5
_INFINITIVE = "directive thinking".split()
#: Verbs that do nothing but say: what stands beside them is said.
_SAYING = frozenset("say add note write report announce explain argue state remark observe".split())
#: Verbs that say something of their object; with the prepositions that bring it in, if it is no plain object.
_WITH_OBJECT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        "cite describe discuss mention quote detail outline criticise criticize condemn praise blast slam mock denounce decry lament bemoan "
        "question announce propose recommend predict express deny dispute reject oppose accuse blame demand reveal report suggest note show "
        "highlight emphasize emphasise stress acknowledge admit confirm promise pledge fear expect want hail offer support".split(), ()
    ),
    "call": ("for", "on"), "speak": ("of", "about"), "refer": ("to",), "point": ("to", "out"), "complain": ("about", "of"), "talk": ("about", "of"),
    "warn": ("of", "about", "against"), "hope": ("for",), "apologize": ("for",), "argue": ("for", "against"), "plan": ("for",), "object": ("to",),
}  # fmt: skip
_SUBJECTS = ("nsubj", "nsubjpass", "csubj")


@dataclass(frozen=True)
class Attribution:
    """Token numbers of a stretch; a source may be missing."""

    content: tuple[int, ...]
    source: tuple[int, ...]
    cue: tuple[int, ...]
    cue_class: str
    rule: str


def attributions(doc: Doc, quoted: Sequence[tuple[int, int]]) -> Iterator[Attribution]:
    """Every attribution of a stretch.

    Args:
        doc: The parse.
        quoted: Quotations, in token numbers, end-exclusive.
    """
    said = _after_colon(doc)
    if said is not None:
        yield said
    for token in doc:
        if token.tag_.startswith("VB"):
            found = _according(token) if token.lower_ == "according" else _verb(token, quoted)
        elif token.tag_.startswith("NN") and token.lemma_.lower() in cues.nouns():
            found = _noun(token)
        else:
            found = None
        if found is not None and found.content:
            yield found


def _after_colon(doc: Doc) -> Attribution | None:
    """A line such as "Quill: The dam is safe": a name, a colon, and what its bearer says."""
    colon = next((token.i for token in doc[1:_LONGEST_NAME] if token.text == ":"), None)
    if colon is None or len(doc) - colon < _LEAST_SAID:
        return None
    before = doc[:colon]
    if not any(token.tag_.startswith("NNP") for token in before) or any(token.tag_.startswith("VB") for token in before):
        return None
    after = doc[colon + 1 :]
    if any(token.text == ":" for token in after) or not any(token.tag_.startswith("VB") for token in after):
        return None
    content = [token.i for token in after if not token.is_punct or token.i < len(doc) - 1]
    return Attribution(tuple(content), tuple(range(colon)), (colon,), "neutral", "colon")


def _verb(verb: Token, quoted: Sequence[tuple[int, int]]) -> Attribution | None:
    cue_class = cues.verbs().get(verb.lemma_.lower())
    if cue_class is None or verb.dep_ in ("aux", "auxpass", "amod"):
        return None
    source = _source(verb)
    clause = next((child for child in verb.children if child.dep_ in _CLAUSES), None)
    rule = "clause"
    if clause is None and cue_class in _INFINITIVE:
        clause, rule = next((child for child in verb.children if child.dep_ == "xcomp" and _is_infinitive(child)), None), "infinitive"
    if clause is not None:
        content = _without(clause.subtree, verb, source)
    elif _is_aside(verb):
        own = set(verb.subtree)
        content, rule = _without((token for token in verb.head.subtree if token not in own), verb, source), "aside"
    elif (beside := _beside(verb, quoted, source)) and (source or len(beside) >= _LEAST_SAID):
        content, rule = beside, "marks"
    elif cue_class == "neutral" and verb.lemma_ in _SAYING and source:
        content, rule = _rest(verb, source), "rest"
    else:
        content, rule = _object(verb, source), "object"
    return Attribution(tuple(content), source, (verb.i,), cue_class, rule)


def _is_aside(verb: Token) -> bool:
    """Whether the cue and its source are put into the clause that is said: "The dam, he said, broke"."""
    if verb.dep_ == "parataxis":
        return True
    return verb.dep_ == "ccomp" and verb.head.i < verb.i and _has_comma(verb)


def _rest(verb: Token, source: tuple[int, ...]) -> list[int]:
    """What the parser did not tie to the cue: the sentence before a cue at its end, or else after it."""
    sentence = verb.sent
    first, last = min((verb.i, *source)), max((verb.i, *source))
    after = [at for at in range(last + 1, sentence.end) if not verb.doc[at].is_punct]
    if len(after) >= 4:
        return _without((verb.doc[at] for at in range(last + 1, sentence.end)), verb, source)
    if first > sentence.start and verb.doc[first - 1].is_punct:
        return _without((verb.doc[at] for at in range(sentence.start, first)), verb, source)
    return []


def _object(verb: Token, source: tuple[int, ...]) -> list[int]:
    """What is criticised, cited, called for: the object, with its preposition."""
    wanted = _WITH_OBJECT.get(verb.lemma_)
    if not source or wanted is None:
        return []
    for child in verb.children:
        if child.i > verb.i and (child.dep_ in ("dobj", "oprd") if not wanted else child.dep_ in ("prep", "prt") and child.lower_ in wanted):
            return _without(child.subtree, verb, source)
    return []


def _is_infinitive(token: Token) -> bool:
    return any(child.tag_ == "TO" for child in token.children)


def _has_comma(verb: Token) -> bool:
    first = verb.left_edge
    return first.i > 0 and verb.doc[first.i - 1].text in (",", "”", '"', "''", ",”")


def _without(tokens: Iterable[Token], verb: Token, source: tuple[int, ...]) -> list[int]:
    """A clause without the cue and its source when these stand inside of it, and without marks at its ends."""
    held = sorted(token.i for token in tokens if token.i != verb.i and token.i not in source)
    while held and verb.doc[held[0]].is_punct:
        held.pop(0)
    while held and verb.doc[held[-1]].is_punct:
        held.pop()
    return held


def _beside(verb: Token, quoted: Sequence[tuple[int, int]], source: tuple[int, ...]) -> list[int]:
    """Quotations in the verb's sentence."""
    sentence: Span = verb.sent
    found = []
    for start, end in quoted:
        if start < sentence.end and end > sentence.start and not start <= verb.i < end and end - start > 1:
            found += [at for at in range(start, end) if at not in source]
    return sorted(set(found))


def _source(verb: Token) -> tuple[int, ...]:
    """Whoever says it: the verb's subject, that of the verb it is coordinated with, or the noun that it describes."""
    subject = next((child for child in verb.children if child.dep_ in _SUBJECTS), None)
    if subject is not None and subject.dep_ == "nsubjpass":
        by = next((child for child in verb.children if child.dep_ == "agent"), None)
        subject = next(iter(by.children), None) if by is not None else None
        return _phrase(subject, verb) if subject is not None else ()
    if subject is not None and subject.tag_ in ("WP", "WDT") and verb.dep_ == "relcl":
        return tuple(sorted({*_phrase(verb.head, verb), subject.i}))
    if subject is not None:
        return _phrase(subject, verb)
    if verb.dep_ in ("conj", "xcomp", "advcl") and verb.head is not verb and verb.head.tag_.startswith("VB"):
        return _source(verb.head)
    if verb.dep_ in ("acl", "relcl") and verb.tag_ == "VBG":
        return _phrase(verb.head, verb)
    return ()


def _phrase(head: Token, verb: Token) -> tuple[int, ...]:
    """A noun with what belongs to it, without clauses that describe it."""
    left_out = {at.i for child in head.children if child.dep_ in ("relcl", "acl", "advcl") for at in child.subtree}
    return tuple(token.i for token in head.subtree if token.i not in left_out and token.i != verb.i)


def _according(token: Token) -> Attribution | None:
    to = next((child for child in token.children if child.lower_ == "to"), None)
    to = to if to is not None else (token.nbor() if token.i + 1 < len(token.doc) and token.nbor().lower_ == "to" else None)
    if to is None:
        return None
    who = next((child for child in to.children if child.dep_ in ("pobj", "pcomp")), None)
    source = _phrase(who, token) if who is not None else ()
    aside = {at.i for at in token.subtree} | {at.i for at in to.subtree}
    content = _without((at for at in token.sent if at.i not in aside), token, source)
    return Attribution(tuple(content), source, (token.i, to.i), "neutral", "according-to")


def _noun(noun: Token) -> Attribution | None:
    clause = next((child for child in noun.children if child.dep_ in ("acl", "ccomp") and any(
        c.dep_ == "mark" and c.lower_ in ("that", "whether") for c in child.children)), None)  # fmt: skip
    if clause is None:
        return None
    owner = next((child for child in noun.children if child.dep_ == "poss"), None)
    source = _phrase(owner, noun) if owner is not None else ()
    if not source and noun.head.lemma_ in ("make", "express", "have", "dismiss", "reject", "repeat", "voice", "issue"):
        source = _source(noun.head)
    return Attribution(tuple(_without(clause.subtree, noun, source)), source, (noun.i,), "neutral", "noun")
