"""Passives of a parsed text, and who acts in them where the text says so.

Passive: a participle with a form of "be" or "get" that the parser calls its passive auxiliary, and one that hangs on such a participle by
"and" or "or" without an auxiliary of its own ("was built and opened"). Reduced: a participle that describes a noun ("the dam built in
1990") or stands for a clause ("if asked"). A participle beside an adjective is one itself ("was old and neglected"), unless somebody
acts. The agent is what "by" or "at the hands of" brings in; "by Friday" says when, "by a third" how much, "by turning a wheel" how.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from nutgraf.reading.deed_nouns import nouns, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: Entities that say when, or how much, where "by" brings them in.
TIMES = ("DATE", "TIME")
AMOUNTS = (*TIMES, "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL")
#: Verbs that take "by" with a number for how much.
_CHANGES = frozenset(
    """boost cut decrease delay enlarge exceed expand extend increase lengthen lift lower miss narrow outnumber overrun raise reduce shorten shrink
    slash trim widen""".split()
)
_ACTING = ("PERSON", "ORG", "NORP")
#: The parser's tags of participles; it takes some for the past tense, which has the same form.
_PARTICIPLES = ("VBN", "VBD")
#: What else the parser calls a passive auxiliary ("became embroiled") is a change of state.
_HELPERS = ("be", "get", "'s", "’s", "'re", "’re")
#: Endings of participles that the parser takes for adjectives; only with an agent are they taken back.
_ENDINGS = ("ed", "en", "wn", "rn")


#: Tokens between a participle and the adjective beside it: "old and, in places, neglected".
_NEAR = 5
#: Tokens from an auxiliary to its participle over an aside.
_FAR = 12


class Passive(NamedTuple):
    """A passive verb, its kind (be, get, reduced), the head of who acts or None, and what told it."""

    verb: Token
    label: str
    agent: Token | None
    rule: str | None


def passives(doc: Doc) -> Iterator[Passive]:
    """Passive verbs of a parsed text, in order."""
    for token in doc:
        label = _label(token)
        if label:
            who, rule = agent(token)
            if who is not None or label == "reduced" or not _is_adjective(token):
                yield Passive(token, label, who, rule)


def _label(token: Token) -> str | None:
    helper = next((child for child in token.children if child.dep_ == "auxpass" or (child.dep_ == "aux" and child.lemma_ == "be")), None)
    if helper is not None and token.tag_ in _PARTICIPLES:  # "are not refundable" has the same tree
        return _kind(helper) if not _is_what_to_do(token) else None
    if token.dep_ == "acomp" and token.lower_.endswith(_ENDINGS) and any(child.dep_ == "agent" for child in token.children):
        return _kind(token.head)
    if token.tag_ != "VBN" or any(child.dep_ in ("aux", "nsubj", "nsubjpass", "auxpass") for child in token.children):
        return None
    if token.dep_ == "conj" and token.head.tag_ == "VBN" and token.head is not token:
        return _label(token.head)
    if token.dep_ in ("advcl", "acl", "acomp") and _is_parted(token):
        return _kind(token.head)
    if token.dep_ == "acl" and _is_asked(token):
        return "be"
    return "reduced" if token.dep_ in ("acl", "advcl") else None


def _is_asked(verb: Token) -> bool:
    """Whether its auxiliary stands before its subject ("was anyone arrested?", "never was a dam built"), and nothing else follows it."""
    subject, be = verb.head, verb.head.head
    if be.lemma_ != "be" or subject.dep_ not in ("nsubj", "attr") or not be.i < subject.i:
        return False
    others = [child for child in be.children if child.i != subject.i and child.dep_ in ("nsubj", "attr", "acomp", "expl", "xcomp", "ccomp", "prep")]
    return not others


def _is_parted(verb: Token) -> bool:
    """Whether its auxiliary stands before it with an aside between, as in "it was, as ever, printed": no more follows the auxiliary."""
    be = verb.head
    if be.lemma_ != "be" or not 1 < verb.i - be.i <= _FAR or be.nbor().text not in (",", "-", "–", "—", "("):
        return False
    asides = ("punct", "prep", "advmod", "neg", "advcl")
    others = [child for child in be.children if child.i > be.i and child.i != verb.i and child.dep_ not in asides]
    return not others and any(child.dep_ in ("nsubj", "nsubjpass") for child in be.children)


def _kind(helper: Token) -> str | None:
    if helper.lemma_ not in _HELPERS:
        return None
    return "get" if helper.lemma_ == "get" else "be"


def _is_what_to_do(verb: Token) -> bool:
    """Whether it is "all she had to do was put it back": the verb has no subject but a clause that ends in "do"."""
    subject = next((child for child in verb.children if child.dep_ in ("nsubjpass", "nsubj", "csubj", "csubjpass")), None)
    has_object = any(child.dep_ in ("dobj", "ccomp") for child in verb.children)
    return subject is not None and has_object and any(word.lemma_ == "do" for word in subject.subtree)


def _is_adjective(verb: Token) -> bool:
    """Whether it stands beside an adjective by "and", "or" or "but", as adjectives do; or ends a word such as "yet-to-be-formed"."""
    if any(child.dep_ == "conj" and child.tag_ == "JJ" and child.i - verb.i <= _NEAR for child in verb.children):
        return True
    return verb.i > 0 and verb.nbor(-1).text == "-" and not verb.nbor(-1).whitespace_


def agent(verb: Token) -> tuple[Token | None, str | None]:
    """The head of who acts in a passive, and what told it."""
    for child in verb.children:
        if child.lower_ == "by" and (child.dep_ == "agent" or (child.dep_ == "prep" and child.i < verb.i)):
            who = _object(child)
            if who is not None:
                return who, "by-agent"
        if child.lower_ == "at" and child.dep_ == "prep":
            hands = next((word for word in child.children if word.dep_ == "pobj" and word.lower_ == "hands"), None)
            of = next((word for word in hands.children if word.lower_ == "of"), None) if hands is not None else None
            who = _object(of) if of is not None else None
            if who is not None:
                return who, "at-the-hands-of"
    who = _inner(verb)
    return (None, None) if who is None else (who, "by-agent")


def _inner(verb: Token) -> Token | None:
    """A person or a body whose "by" the parser hangs on a place or a time before it: "built in a garage by Ada Quill"."""
    for head in verb.rights:
        if head.dep_ != "prep":
            continue
        noun = next((child for child in head.children if child.dep_ == "pobj"), None)
        while noun is not None:
            by = next((child for child in noun.rights if child.lower_ == "by" and child.dep_ in ("prep", "agent")), None)
            if by is not None:
                who = _object(by)
                lemma = noun.lemma_.lower()
                is_told = lemma in words("works") or lemma in nouns() or noun.tag_ == "VBG"
                return who if who is not None and who.ent_type_ in _ACTING and not is_told else None
            prep = next((child for child in noun.rights if child.dep_ == "prep"), None)
            noun = next((child for child in prep.children if child.dep_ == "pobj"), None) if prep is not None else None
    return None


def _object(preposition: Token) -> Token | None:
    who = next((child for child in preposition.children if child.dep_ == "pobj"), None)
    if who is None or who.ent_type_ in AMOUNTS:
        return None
    is_amount = preposition.head.lemma_ in _CHANGES and any(child.dep_ == "nummod" for child in who.children)
    return None if is_amount else who
