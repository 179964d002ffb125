"""Loaded words: words by which a writer judges while seeming to tell, from a list of our own, ``resources/loaded.toml``.

Each word stands in a group with its weight. A sentence is loaded when the weights of its different words reach `LOADED`: one word that is loaded
wherever it stands, or two that often are. Within a sentence words are ranked by weight, so that a report shows the strongest first. What somebody
else is quoted with counts as theirs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.documents import Document, Measured, Resource, Rows, Score, Sentence
from nutgraf.errors import ResourceError
from nutgraf.phrases import language
from nutgraf.phrases.language import Found, Ranges
from nutgraf.reading.voices import Voices
from nutgraf.resources import own, sha256_of

if TYPE_CHECKING:
    from nutgraf.phrases.search import Matcher

ID = "loaded"
#: Kind of the spans.
SPAN = "loaded"
FILE = "loaded.toml"
#: From this sum of weights on a sentence is loaded: a convention, fitted to nothing.
LOADED = 2.0
PLAIN = "plain"
_KEYS = {"id", "note", "source", "weight", "phrases"}


def build(options: Mapping[str, Any]) -> Loaded:
    """Make the measure. No options."""
    return Loaded(**options)


class Group(NamedTuple):
    """Words of one kind: its id, what it holds, after whom, and what each weighs."""

    id: str
    note: str
    source: str
    weight: float
    phrases: tuple[str, ...]


class Word(NamedTuple):
    """A loaded word in a text, its group and weight."""

    start: int
    end: int
    group: str
    weight: float


@cache
def groups() -> tuple[Group, ...]:
    """The list.

    Raises:
        ResourceError: When a group lacks something, or a phrase stands in it twice.
    """
    found, seen = [], {}
    for table in tomllib.loads(own(FILE).read_text(encoding="utf-8"))["groups"]:
        if set(table) != _KEYS:
            raise ResourceError(f"group '{table.get('id')}' has other keys than {', '.join(sorted(_KEYS))}", where=FILE, mend="mend the list")
        for phrase in table["phrases"]:
            if phrase in seen:
                raise ResourceError(f"“{phrase}” stands in {seen[phrase]} and in {table['id']}", where=FILE, mend="keep it in one of them")
            seen[phrase] = table["id"]
        found.append(Group(table["id"], table["note"], table["source"], float(table["weight"]), tuple(table["phrases"])))
    return tuple(found)


class Loaded:
    """Loaded words of headline, standfirst and body."""

    id = ID
    version = "1"
    needs = frozenset({"attribution", "quotes", "sentences"})

    def __init__(self) -> None:
        self.resources = (Resource("word list", FILE, sha256_of(own(FILE))),)

    @cached_property
    def _matcher(self) -> Matcher:
        from nutgraf.phrases.search import Matcher

        return Matcher((at, language.parse(phrase, {})) for at, group in enumerate(groups()) for phrase in group.phrases)

    def __getstate__(self) -> dict[str, Any]:
        return {"resources": self.resources}  # a worker reads the list itself

    def words(self, texts: Sequence[tuple[str, Ranges]]) -> list[list[list[Word]]]:
        """Loaded words of each stretch of some texts, the strongest first, of equals the first; none overlap.

        Args:
            texts: Each with start and end of its sentences, in order and apart.
        """
        found = self._matcher.find([(language.fold(text), ranges) for text, ranges in texts])
        return [[_apart(words) for words in of_text] for of_text in found]

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Spans of kind ``loaded`` (value: the words in lower case; label: the group; rule: the weight) and for each sentence a score of dimension
        ``loaded`` for the whole and for each voice in it: the sum of the weights of its different words, ``n`` their number, label loaded or
        plain."""
        analysed = [document.analysed("en") for document in documents]
        texts = [
            (document.text, [(sentence.start, sentence.end) for sentence in sentences])
            for document, sentences in zip(documents, analysed, strict=True)
        ]
        return Measured.of(documents, (self._read(*one) for one in zip(documents, analysed, self.words(texts), strict=True)))

    def _read(self, document: Document, sentences: Sequence[Sentence], found: Sequence[Sequence[Word]]) -> Rows:
        rows = Rows()
        if document.language not in (None, "en"):
            rows.not_assessable(ID, f"language '{document.language}' is not measured")
        elif not sentences:
            rows.not_assessable(ID, "no sentence in headline, standfirst or body")
        else:
            voices = Voices(document)
            for sentence, words, speaking in zip(sentences, found, voices.speaking(sentences), strict=True):
                if words:
                    self._write(document.text, sentence, words, speaking, voices, rows)
                else:  # most sentences
                    rows.scores += [Score(sentence.sentence, ID, None, voice, 0.0, PLAIN, 0, "ok", None) for voice in ("all", *speaking)]
        return rows

    def _write(self, text: str, sentence: Sentence, words: Sequence[Word], speaking: Sequence[str], voices: Voices, rows: Rows) -> None:
        whose = {word: voices.at(word.start) for word in words}
        for voice in ("all", *speaking):
            mine = [word for word in words if voice in ("all", whose[word])]
            total = weight_of(text, mine)
            rows.score(ID, total, sentence=sentence.sentence, voice=voice, label=label_of(total), n=len(mine))
        for word in words:
            said = text[word.start : word.end].lower()
            rows.span(word.start, word.end, SPAN, sentence=sentence.sentence, value=said, label=word.group, rule=f"weight {word.weight:g}")


def weight_of(text: str, words: Sequence[Word]) -> float:
    """The sum of the weights of different words: one that is said twice counts once."""
    return sum({text[word.start : word.end].lower(): word.weight for word in words}.values())


def label_of(weight: float) -> str:
    """``loaded`` or ``plain``.

    >>> label_of(2.0), label_of(1.0)
    ('loaded', 'plain')
    """
    return "loaded" if weight >= LOADED else PLAIN


def _apart(found: Sequence[Found]) -> list[Word]:
    """The heavier, then the longer of words that overlap, then the first; the strongest first."""
    if not found:
        return []
    words = [Word(one.start, one.end, groups()[one.index].id, groups()[one.index].weight) for one in found]
    kept: list[Word] = []
    for word in sorted(words, key=lambda one: (-one.weight, one.start - one.end, one.start)):
        if all(word.end <= other.start or other.end <= word.start for other in kept):
            kept.append(word)
    return kept
