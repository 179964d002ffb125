"""Nouns that name a deed, and who did it where their phrase says so: "the closure of the plant" has nobody who closed it.

By the parse and by a list of nouns whose verbs need somebody (``nominalisations.toml``). Who did it stands after "by", before "'s", after
"of" where the list says so, in a compound ("police raid"), or is the subject of a verb that only carries the noun ("made a decision").
The notion is that of Fowler et al. (1979) and Billig (2008), with van Dijk's (2008) caution: a noun without an actor can be plain economy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from nutgraf.reading.deed_nouns import Group, nouns, words
from nutgraf.reading.passives import AMOUNTS, TIMES, agent

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

NOUNS = ("NN", "NNS")
#: Entities that are a name as a whole, so that a noun in one names no deed of the story.
_NAMES = ("ORG", "PERSON", "GPE", "FAC", "EVENT", "WORK_OF_ART", "LAW", "PRODUCT", "LOC")
#: "Under review", "on arrival": manners and states, by a preposition and a bare noun.
_ADVERBIAL = ("in", "under", "on", "at", "for", "by", "upon", "without", "with")
_RELATIVE = ("who", "which", "that", "whom", "whose")


class Deed(NamedTuple):
    """A noun that names a deed; ``actor`` is its first and last token, None where nobody is named; ``rule`` says by what it was told."""

    noun: Token
    actor: tuple[Token, Token] | None
    rule: str


def deeds(doc: Doc) -> Iterator[Deed]:
    """The nominalisations of a parsed text, in order."""
    listed = nouns()
    for token in doc:
        if token.tag_ in NOUNS:
            group = listed.get(token.lemma_.lower()) or listed.get(token.lower_)
            if group is not None and _is_deed(token, group):
                found = _deed(token, group)
                if found is not None:
                    yield found


def _is_deed(noun: Token, group: Group) -> bool:
    """Whether the noun means the doing here, and is no part of a name, a compound or an adverb."""
    if noun.dep_ in ("compound", "nmod", "amod") or noun.ent_type_ in _NAMES or _is_hyphened(noun):
        return False
    has_more = any(child.dep_ in ("det", "poss", "amod", "nummod", "compound") or child.lower_ in ("of", "by", "from") for child in noun.children)
    if not group.alone and not _after(noun, "of") and not _after(noun, "by"):
        return False
    is_adverbial = noun.dep_ == "pobj" and noun.head.lower_ in _ADVERBIAL and noun.tag_ == "NN"
    return has_more or not is_adverbial


def _is_hyphened(noun: Token) -> bool:
    """Whether it is a piece of a word such as "veto-proof"."""
    doc, at = noun.doc, noun.i
    return any(0 <= place < len(doc) and doc[place].text in ("-", "–", "/") and not doc[min(place, at)].whitespace_ for place in (at - 1, at + 1))


def _deed(noun: Token, group: Group) -> Deed | None:
    by = _by(noun)
    if by is not None:
        return Deed(noun, phrase(by), "by")
    objects = [one for one in _after(noun, "of") if one.ent_type_ not in TIMES]
    possessive = next((child for child in noun.children if child.dep_ == "poss" and child.ent_type_ not in TIMES), None)
    if possessive is not None and (group.possessive == "actor" or (objects and group.of == "object")):
        return Deed(noun, phrase(possessive), "possessive")
    if group.of == "actor" and objects and objects[0].ent_type_ not in AMOUNTS:
        return Deed(noun, phrase(objects[0]), "of")
    kind = _before(noun, group)
    if kind == "unclear":
        return None
    if kind is not None:
        return Deed(noun, (kind.left_edge, kind), "compound")
    for preposition in ("from", "between"):
        who = next(iter(_after(noun, preposition)), None) if noun.lemma_.lower() in words(preposition) else None
        if who is not None and who.ent_type_ not in AMOUNTS:
            # "Attacks from the hills", "threats from Ludd": a place can be where, and can be who.
            return None if who.ent_type_ in ("GPE", "LOC", "FAC") else Deed(noun, phrase(who), preposition)
    carrier = _carrier(noun, group)
    if carrier is not None:
        return Deed(noun, phrase(carrier), "support-verb")
    return Deed(noun, None, "alone" if possessive is None else "object-possessive")


def _after(noun: Token, preposition: str) -> list[Token]:
    """Nouns that a preposition of this noun brings in."""
    heads = [word for word in noun.children if word.lower_ == preposition and word.dep_ in ("prep", "agent")]
    return [child for head in heads for child in head.children if child.dep_ == "pobj"]


def _by(noun: Token) -> Token | None:
    """Who stands after "by" in the noun's phrase; the parser hangs it on what "of" brings in, too."""
    places = [noun, *_after(noun, "of"), *_after(noun, "against"), *_after(noun, "on")]
    found = [who for place in places for who in _after(place, "by")]
    following = noun.right_edge.i + 1
    if not found and following < len(noun.doc) and noun.doc[following].lower_ == "by" and noun.doc[following].head.i > following:
        # The phrase ends before "by" and its verb is still to come: it can only belong to the phrase.
        found = [child for child in noun.doc[following].children if child.dep_ == "pobj"]
    return next((who for who in found if who.ent_type_ not in AMOUNTS and who.pos_ != "NUM"), None)


def _before(noun: Token, group: Group) -> Token | str | None:
    """The word before the noun that names who did it; "unclear" where it can be who suffered, too."""
    for child in noun.lefts:
        lemma = child.lemma_.lower()
        if child.dep_ == "compound" and lemma in words("actors"):
            return child
        if child.dep_ in ("amod", "compound") and group.name != "suffered" and lemma in words("adjectives"):
            return child
        if child.dep_ in ("amod", "compound") and child.ent_type_ in ("NORP", "ORG", "PERSON", "GPE"):
            # "The Quill decision" can be about Quill; "the Swiss decision" is the Swiss'.
            is_actor = child.ent_type_ == "NORP" and group.name in ("done", "own") or child.ent_type_ == "GPE" and group.name == "own"
            return child if is_actor else "unclear"
    return None


def _carrier(noun: Token, group: Group) -> Token | None:
    """Who does it by a verb that only carries the noun: "the board made a decision", "the raid was carried out by the police"."""
    support = words("support") - (words("not_suffered") if group.name == "suffered" else frozenset())  # who "took a beating" suffered it
    if noun.head.lemma_ in support and noun.dep_ == "dobj":
        return _subject(noun.head)
    if noun.head.lemma_ in support and noun.dep_ == "nsubjpass":
        return agent(noun.head)[0]
    for verb in noun.children:
        if verb.lemma_ in support and verb.dep_ == "acl" and verb.tag_ == "VBN":
            return agent(verb)[0]
        if verb.lemma_ in support and verb.dep_ in ("relcl", "acl") and any(child.dep_ == "nsubj" for child in verb.children):
            return _subject(verb, inner=True)
        if verb.lemma_ in support and verb.dep_ == "relcl":
            return agent(verb)[0]
    return None


def _subject(verb: Token, *, inner: bool = False) -> Token | None:
    """The subject of an active verb, also where it shares that of another; of a relative clause what it hangs on."""
    seen = 0
    while seen < 4:
        children = list(verb.children)
        if any(child.dep_ in ("nsubjpass", "auxpass") for child in children):
            return None
        found = next((child for child in children if child.dep_ == "nsubj"), None)
        if found is not None:
            if found.lower_ not in _RELATIVE:
                return found
            return verb.head if verb.dep_ == "relcl" and not inner else None
        if verb.dep_ not in ("conj", "xcomp") or (verb.dep_ == "xcomp" and any(child.dep_ == "dobj" for child in verb.head.children)):
            return None
        verb, seen = verb.head, seen + 1
    return None


def phrase(head: Token) -> tuple[Token, Token]:
    """First and last token of a noun's phrase, without "'s", what follows in a clause of its own, and marks at its end."""
    last = head
    while True:
        right = [child for child in last.rights if child.dep_ not in ("relcl", "acl", "punct", "case", "appos", "advcl")]
        if not right or last.dep_ == "poss":
            break
        last = right[-1]
    return head.left_edge, last
