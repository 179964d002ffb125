"""Who a source is: a name where the text gives one, else what the text calls it, else nobody; never a guess that is not said to be one.

"She" goes to the last fitting person who spoke or was the subject of a sentence before; "the mayor" to the one person whom the article gives
that office. The rule says so. What kind of source it is follows from the name's kind, or from the noun (`sources.toml`).
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.documents import Resource, Span
from nutgraf.resources import own, sha256_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

FILE, AGENCIES = "sources.toml", "agencies.toml"
#: What a source may be, as readers see it.
SOURCE_KINDS = ("named", "organisation", "official", "unnamed", "document", "agency", "reporter", "unknown")
_BEFORE_NOUN = ("det", "amod", "compound", "poss", "nummod")
_OFFICE_AFTER = re.compile(
    r", (?:the|a|an|its|his|her|their|[\w’']+’s|[\w']+'s) (?:[\w’'-]+ ){0,2}?([a-z]+)(?=[,.;]| of\b| for\b| in\b| who\b| at\b)"
)
_NO_ONE = frozenset("nobody no-one one none nothing anybody anyone whoever there".split())
#: How many characters back a pronoun may reach.
_REACH = 1_500


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(own(FILE).read_text(encoding="utf-8"))


@cache
def _words(section: str, name: str = "words") -> frozenset[str]:
    return frozenset(_read()[section][name].split())


@cache
def agencies() -> frozenset[str]:
    """Names of news agencies in lower case."""
    listed = tomllib.loads(own(AGENCIES).read_text(encoding="utf-8"))["agencies"]
    return frozenset(name.casefold() for one in listed for name in (one["id"], *one["names"], *one["anywhere"]))


def resources() -> tuple[Resource, ...]:
    """What rests on the lists."""
    return Resource("word list", "sources", sha256_of(own(FILE)), _read()["version"]), Resource("word list", "agencies", sha256_of(own(AGENCIES)))


class Speaker(NamedTuple):
    """Who speaks: a name or description (None for nobody known), what kind of source, and the rule that said so."""

    value: str | None
    kind: str
    rule: str


NOBODY = Speaker(None, "unknown", "")


class _Heard(NamedTuple):
    """Who was heard of where: in which sentence (its first character), and whether as its subject or speaker."""

    place: int
    speaker: Speaker
    sentence: int = 0
    is_subject: bool = True


class Speakers:
    """The people of one article, to whom its sources are led back.

    Args:
        text: The article.
        names: Its spans of kind ``name``, in text order.
        quotes: Its quotations, in text order.
    """

    def __init__(self, text: str, names: Sequence[Span], quotes: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self.names = list(names)
        self._starts = [name.start for name in self.names]
        self._quotes = quotes
        self._quote_starts = [start for start, _ in quotes]
        self._heard: list[_Heard] = []
        self._subjects: list[_Heard] = []
        self._gender = dict(self._genders())
        self._offices = self._in_office()

    def begin(self, doc: Doc, offset: int) -> None:
        """Note the persons of a stretch, and the organisations and documents that are subjects in it, outside of quotations."""
        for token in doc:
            place = offset + token.idx
            if not token.tag_.startswith("NN") or self._is_quoted(place):
                continue
            name, sentence = self._name_at(place), offset + token.sent[0].idx
            is_subject = token.dep_ in ("nsubj", "nsubjpass")
            if name is not None and name.value and name.label == "PERSON":
                if token.dep_ not in ("compound", "poss"):
                    self._subjects.append(_Heard(name.start, Speaker(name.value, "named", ""), sentence, is_subject))
            elif name is not None and name.value and is_subject:
                self._subjects.append(_Heard(name.start, Speaker(name.value, "organisation", ""), sentence))
            elif is_subject and token.lemma_.lower() in _words("organisation") | _words("document"):
                kind = "organisation" if token.lemma_.lower() in _words("organisation") else "document"
                self._subjects.append(_Heard(place, Speaker(self._phrase(doc, token), kind, ""), sentence))

    @staticmethod
    def _phrase(doc: Doc, head: Token) -> str:
        """A noun with the words directly before it that belong to it."""
        own = (child.i for child in head.children if child.dep_ in _BEFORE_NOUN and child.i < head.i)
        first = min(own, default=head.i)
        return " ".join(doc[first : head.i + 1].text.split())

    def of(self, doc: Doc, offset: int, source: Sequence[int]) -> Speaker:
        """The speaker behind the tokens of a source.

        Args:
            doc: The parse of a stretch.
            offset: Where the stretch begins.
            source: Numbers of the source's tokens in it.
        """
        if not source:
            return NOBODY
        held = set(source)
        heads = [doc[at] for at in source if doc[at].head.i not in held or doc[at].head.i == at] or [doc[source[0]]]
        head = next((one for one in heads if one.tag_.startswith(("NN", "PRP", "W", "DT"))), heads[0])
        found = self._of_head(doc, offset, head, held)
        if found.kind in ("named", "organisation", "document", "official", "unnamed"):
            self._heard.append(_Heard(offset + head.idx, found, offset + head.sent[0].idx))
        return found

    def _of_head(self, doc: Doc, offset: int, head: Token, held: set[int]) -> Speaker:
        lower = head.lower_
        if lower in _words("pronouns", "one"):
            return self._one(offset + head.idx, is_female=lower in _words("pronouns", "female"))
        if lower in _words("reporter", "pronouns"):
            return Speaker(None, "reporter" if not self._is_quoted(offset + head.idx) else "unknown", "pronoun")
        if lower in _words("pronouns", "thing") or lower == "they":
            return self._other(offset + head.idx, lower)
        name = self._name_at(offset + head.idx) or self._name_beside(offset, head, held)
        if name is None and head.tag_.startswith("VB"):  # the parser took a clause before the name for the subject
            people = [one for at in sorted(held) if (one := self._name_at(offset + doc[at].idx)) is not None and one.label == "PERSON"]
            name = people[0] if len({one.value for one in people}) == 1 else None
        if name is not None:
            return self._named(doc, offset, name, head, held)
        return self._described(doc, head, held)

    # Names ------------------------------------------------------------------------------------------------------------

    def _name_at(self, place: int) -> Span | None:
        at = bisect_right(self._starts, place) - 1
        return self.names[at] if at >= 0 and place < self.names[at].end else None

    def _name_beside(self, offset: int, head: Token, held: set[int]) -> Span | None:
        """A person's name that stands in apposition: "the mayor, Ida Moen", or "Ida Moen, the mayor" where the parser lost the name."""
        for child in head.children:
            if child.dep_ in ("appos", "compound") and child.i in held:
                name = self._name_at(offset + child.idx)
                is_fitting = name is not None and (name.label == "PERSON" or head.lemma_.lower() in _words("organisation"))
                if is_fitting and child.dep_ == "appos":
                    return name
        start = offset + head.doc[min(held)].idx
        before = self._name_at(start - 3) if self.text[start - 2 : start] == ", " else None
        return before if before is not None and before.label == "PERSON" and before.end == start - 2 else None

    def _named(self, doc: Doc, offset: int, name: Span, head: Token, held: set[int]) -> Speaker:
        value = name.value or self.text[name.start : name.end]
        if name.label == "PERSON":
            others = [self._name_at(offset + token.idx) for token in head.conjuncts if token.i in held]
            people = [value, *(other.value for other in others if other is not None and other.value and other.value != value)]
            return Speaker(" and ".join(people), "named", "name")
        if {value.casefold(), self.text[name.start : name.end].casefold()} & agencies():
            return Speaker(value, "agency", "name")
        return Speaker(value, "organisation", "name")

    # Pronouns and offices ---------------------------------------------------------------------------------------------

    def _one(self, place: int, *, is_female: bool) -> Speaker:
        """The last person before a place who fits "he" or "she": who spoke, or was a sentence's subject."""
        wanted = "female" if is_female else "male"
        for one in self._before(place, ("named",)):
            value = one.speaker.value or ""
            if self._gender.get(value, wanted) == wanted and " and " not in value:
                self._gender[value] = wanted
                return Speaker(one.speaker.value, "named", "pronoun")
        last = next(self._before(place, ("official", "unnamed")), None)
        return Speaker(None, "unknown", "pronoun") if last is None else last.speaker._replace(rule="pronoun")

    def _other(self, place: int, pronoun: str) -> Speaker:
        """ "It" is the last organisation or document that spoke; "they" the last that is no single person."""
        kinds = ("organisation", "document") if pronoun != "they" else ("organisation", "official", "unnamed")
        last = next(self._before(place, kinds), None)
        if last is not None:
            return last.speaker._replace(rule="pronoun")
        return Speaker(None, "unnamed" if pronoun == "they" else "unknown", "pronoun")

    def _before(self, place: int, kinds: Sequence[str]) -> Iterator[_Heard]:
        """Who was heard of before a place, not too far back: from the last sentence on, in each its subject first."""
        near = []
        for held in (self._heard, self._subjects):
            for one in reversed(held):
                if one.place < place - _REACH:
                    break
                if one.place < place and one.speaker.kind in kinds:
                    near.append(one)
        return iter(sorted(near, key=lambda one: (-one.sentence, not one.is_subject, -one.place)))

    def _described(self, doc: Doc, head: Token, held: set[int]) -> Speaker:
        words = sorted(held)
        value = " ".join(doc[words[0] : words[-1] + 1].text.split()).strip(" ,;")
        value = re.sub(r"(?: who| which| that)$", "", value)
        lemma = head.lemma_.lower()
        determiner = next((child for child in head.children if child.dep_ == "det"), None)
        if determiner is not None and determiner.lower_ == "the" and len(words) == 2 and len(self._offices.get(lemma, ())) == 1:
            return Speaker(next(iter(self._offices[lemma])), "named", "office")
        if value.casefold().removeprefix("the ") in agencies():
            return Speaker(value, "agency", "name")
        if not any(character.isalnum() for character in value) or lemma in _NO_ONE:
            return NOBODY
        for kind in ("reporter", "organisation", "document", "official"):
            if lemma in _words(kind) and (kind != "reporter" or any(doc[at].lower_ == "our" for at in words)):
                return Speaker(value, kind, "noun")
        return Speaker(value, "unnamed", "noun")

    # What the article says of its people -----------------------------------------------------------------------------

    def _genders(self) -> Sequence[tuple[str, str]]:
        found = []
        for name in self.names:
            if name.label == "PERSON" and name.value:
                title = re.search(r"([\w’']+)\.? $", self.text[max(0, name.start - 12) : name.start])
                for gender in ("male", "female"):
                    if title and title[1].lower() in _words("titles", gender):
                        found.append((name.value, gender))
        return found

    def _in_office(self) -> dict[str, set[str]]:
        """Persons by the office that the article gives them: "Mayor Ida Moen", "Ida Moen, the mayor"."""
        found: dict[str, set[str]] = {}
        for name in self.names:
            if name.label != "PERSON" or not name.value:
                continue
            before = re.search(r"([^\W\d_]+) $", self.text[max(0, name.start - 24) : name.start])
            after = _OFFICE_AFTER.match(self.text[name.end : name.end + 80])
            for office in (before, after):
                if office and office[1].lower() in _words("official"):
                    found.setdefault(office[1].lower(), set()).add(name.value)
        return found

    def _is_quoted(self, place: int) -> bool:
        at = bisect_right(self._quote_starts, place) - 1
        return at >= 0 and place < self._quotes[at][1]

