"""Names: persons, organisations, places with a government and buildings, with the forms under which an article mentions them."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from nutgraf.documents import Document, Measured, Resource, Rows
from nutgraf.reading import capitals, name_credits, name_kinds, name_places, name_words, pipeline
from nutgraf.reading.alias_file import Alias, read_aliases, with_aliases
from nutgraf.reading.aliases import Entity, Mention, forms, grouped, latest, without_legal
from nutgraf.reading.name_edges import names_in
from nutgraf.reading.name_joins import Run
from nutgraf.reading.name_words import fold
from nutgraf.reading.short_forms import short_forms

ID = "names"
NAME = "name"
#: Before the players of a team: "Kites (4-4-2): Rask; Moen, Dale".
_LINEUP = re.compile(r"\n[A-ZÀ-Þ][^\n:;,.]{2,40}: $")
#: In words.
_LONGEST_FORM = 6
#: Where names are read.
PARTS = ("headline", "standfirst", "body", "subheading", "caption")


def build(options: Mapping[str, Any]) -> Names:
    """Make the measure. Options ``dictionary`` and ``aliases``; a desk's ``data/decisions/names.csv`` is the second."""
    return Names(**options)


class Names:
    """Find names and what each is short for.

    Args:
        dictionary: Name of an installed spaCy pipeline whose list of base forms says which words are common ones.
        aliases: A desk's ``names.csv``, its text: names that mean the same in all articles.

    Raises:
        InputError: When a line of the aliases cannot be used.
    """

    id = ID
    version = "2"
    needs = frozenset({"parse", "parts"})

    def __init__(self, dictionary: str = pipeline.DEFAULT, aliases: str = "") -> None:
        self._dictionary = dictionary
        self._aliases = read_aliases(aliases)
        self.resources: tuple[Resource, ...] = (name_words.resource(), pipeline.resource(dictionary))
        if self._aliases:
            self.resources += (Resource("word list", "names.csv", hashlib.sha256(aliases.encode("utf-8", "surrogatepass")).hexdigest()),)

    def _is_common(self, word: str) -> bool:
        known = pipeline.dictionary(self._dictionary)
        return word in known or (word.endswith("s") and (word[:-1] in known or (word.endswith("es") and word[:-2] in known)))

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Spans of kind ``name``: value the fullest form in the article, label the kind, rule how it was found."""
        return Measured.of(documents, (self._read(document) for document in documents))

    def _read(self, document: Document) -> Rows:
        rows = pipeline.unparsed(document, ID)
        if rows is not None:
            return rows
        rows = Rows()
        for entity in read(document, self._is_common, self._aliases):
            for mention in entity.mentions:
                rows.span(mention.start, mention.end, NAME, value=entity.name, label=entity.kind, rule=mention.rule)
        rows.spans.sort(key=lambda span: (span.start, span.end))
        return rows


def read(document: Document, common: Callable[[str], bool], aliases: Sequence[Alias] = ()) -> list[Entity]:
    """Every name of a document with its mentions.

    Args:
        document: With its parse and its parts.
        common: Whether a word in lower case stands in a dictionary.
        aliases: Names that mean the same in all articles.
    """
    text = document.text
    labelled = [span for span in document.spans_of("part") if span.label in PARTS]
    parts = [(span.start, span.end) for span in labelled]
    begins = {span.start for span in labelled}
    headings = {span.start for span in labelled if span.label in ("headline", "subheading")}
    stretches = list(pipeline.docs(text, document.parse or b""))
    lowered = frozenset(token.text for _, doc in stretches for token in doc if token.is_lower and token.is_alpha)
    lines, mentions = [], []
    for offset, doc in stretches:
        line = capitals.read(text, offset, doc, lowered, common, is_heading=offset in headings, begins=begins)
        lines.append(line)
        for run in names_in(text, line, lowered, common):
            if _inside(run.start, run.end, parts):
                mentions.append(_mention(text, line, run, name_kinds.clues(text, line.words, run, doc, offset, common), common))
    mentions = name_credits.merged(mentions, text, [(span.start, span.end) for span in labelled if span.label == "caption"])
    _shorten(mentions, text, common)
    datelines = (text[span.start : span.end] for span in document.spans_of("part") if span.label == "dateline")
    name_places.add_points(mentions, name_places.dateline_places(datelines))
    told = short_forms(mentions, text)
    _firms(grouped(mentions, told))
    kinds = {id(mention): entity.kind for entity in grouped(mentions, told) for mention in entity.mentions}
    _share(mentions, text, kinds)
    entities = with_aliases(grouped(mentions, told), aliases)
    known = forms(entities)
    for alias in aliases:
        known[" ".join(alias.words)] = [next(entity for entity in entities if entity.given_name == alias.name)]
    taken = sorted((mention.start, mention.end) for entity in entities if entity.kind for mention in entity.mentions)
    for line in lines:
        for first, last in _again(line, known, taken, parts, common):
            start, end = line.words[first].start, line.words[last - 1].end
            fitting = known[" ".join(fold(word.text).rstrip(".") for word in line.words[first:last])]
            latest(start, fitting).add(Mention(start, end, text[start:end], Counter(), Counter(), rule="known"))
    for entity in entities:
        entity.name = _in_mixed_case(entity.name, text)
    return [entity for entity in entities if entity.kind and entity.mentions]


def _in_mixed_case(name: str, text: str) -> str:
    """A name of several words as the text writes it elsewhere, such as in its byline, where its mentions have it in capitals."""
    if " " not in name or not name.isupper():
        return name
    others = (match.group() for match in re.finditer(re.escape(name), text, re.IGNORECASE))
    return next((other for other in others if not other.isupper() and all(word[0].isupper() for word in other.split())), name)


def _mention(
    text: str, line: capitals.Line, run: Run, clues: tuple[Counter[str], Counter[str]], common: Callable[[str], bool]
) -> Mention:
    words = line.words[run.first : run.last]
    known = [common(word.lower) and word.lower not in name_words.words("given") for word in words]
    is_first = words[0].is_first
    is_weak = all(known) and is_first
    return Mention(run.start, run.end, text[run.start : run.end], *clues, is_first=is_first, is_weak=is_weak, is_rare=not is_first or not any(known))


def _firms(entities: Sequence[Entity]) -> None:
    """Take a name of two or three words that comes again and again in full, without anything that only a person has, for a firm's: of persons
    the second mention is the surname."""
    for entity in entities:
        full = [mention for mention in entity.mentions if mention.words == entity.words]
        personal = sum(max(0.0, mention.points["PERSON"] - 1.6) for mention in full)
        is_pair = 1 < len(entity.words) < 4 and len(full) == len(entity.mentions) > 1
        if is_pair and personal < 1.6 and entity.likely == "PERSON" and entity.words[0] not in name_words.words("given"):
            for mention in full:
                mention.points["ORG"] += 1.5


def _shorten(mentions: Sequence[Mention], text: str, common: Callable[[str], bool]) -> None:
    """Take off the first word of a sentence where the rest is a name by itself elsewhere: "Brave Mulcahy-Dunne has been given a prize"."""
    inner = {mention.words for mention in mentions if not mention.is_first}
    for mention in mentions:
        if mention.is_first and ("the", *mention.words) in inner and text[max(0, mention.start - 4) : mention.start] == "The ":
            mention.start -= 4
            mention.text, mention.words = text[mention.start : mention.end], ("the", *mention.words)
    whole = {mention.words for mention in mentions}
    full: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for mention in mentions:
        if len(mention.words) > 1:
            full.setdefault(mention.words[-1:], set()).add(mention.words)
    for mention in mentions:
        first, rest = mention.words[:1], mention.words[1:]
        if not mention.is_first or not rest or mention.words in inner or not common(first[0]):
            continue
        if first[0] in name_words.words("given") | name_words.words("particles"):
            continue
        others = full.get(rest[-1:], set()) - {mention.words}
        is_known = rest in inner or without_legal(rest) in whole if len(rest) > 1 else bool(others) and not common(rest[0])
        if not is_known and rest in inner and first[0] in name_words.words("organisations", "common"):
            is_known = True  # "Union Tarn agreed"
            mention.points.update({"ORG": 4, "PERSON": -1})
        if is_known and " " in mention.text:
            mention.start = text.index(" ", mention.start, mention.end) + 1
            mention.text = text[mention.start : mention.end]
            mention.words = rest


def _share(mentions: Sequence[Mention], text: str, kinds: Mapping[int, str | None]) -> None:
    """Names in a row ("Moss; Akintola, Reeve, Dolan") and beside "and" are of one kind: what is known of some counts for all."""
    row: list[Mention] = []
    for mention in sorted(mentions, key=lambda one: one.start):
        gap = text[row[-1].end : mention.start] if row else ""
        if row and ("\n" in gap or gap.strip(" 0123456789()") not in (",", ";", "and", "or", "&", ", and")):
            _spread(row, kinds, text)
            row = []
        row.append(mention)
    _spread(row, kinds, text)


def _spread(row: Sequence[Mention], kinds: Mapping[int, str | None], text: str) -> None:
    is_lineup = len(row) > 2 and ";" in text[row[0].end : row[1].end] and _LINEUP.search(text[max(0, row[0].start - 60) : row[0].start])
    told = [kind for mention in row if (kind := kinds.get(id(mention)))]
    if is_lineup:
        for mention in row:
            mention.points["PERSON"] += 3
        return
    best = max(sorted(set(told)), key=told.count) if len(row) > 1 and told else None
    if best is not None and told.count(best) >= 0.6 * len(told):
        for mention in row:
            mention.points[best] += 1.6 if len(row) > 2 or best == "GPE" else 1


def _again(
    line: capitals.Line,
    known: Mapping[str, list[Entity]],
    taken: Sequence[tuple[int, int]],
    parts: Sequence[tuple[int, int]],
    common: Callable[[str], bool],
) -> Iterator[tuple[int, int]]:
    """Words of a line that are a known form and no mention yet, the longest first."""
    at = 0
    while at < len(line.words):
        if not line.words[at].is_capital or _inside(line.words[at].start, line.words[at].start + 1, taken):
            at += 1
            continue
        folded = [fold(word.text).rstrip(".") for word in line.words[at : at + _LONGEST_FORM]]
        for size in range(len(folded), 0, -1):
            start, end = line.words[at].start, line.words[at + size - 1].end
            if " ".join(folded[:size]) in known and _inside(start, end, parts) and not _meets(start, end, taken) and _is_name(line, at, size, common):
                yield at, at + size
                at += size - 1
                break
        at += 1


def _is_name(line: capitals.Line, at: int, size: int, common: Callable[[str], bool]) -> bool:
    """Whether words that look like a known form are one here: "Banks had kept the books", and not "Banks of clouds"."""
    word = line.words[at]
    if size > 1:
        return True
    if not line.is_telling:
        return not common(word.lower) or not word.is_first
    if word.is_first and word.lower in name_words.words("organisations", "civic"):
        return False  # "Police are …"
    if word.lower in name_words.words("organisations", "teams") and not (word.is_first and word.lower in ("town", "united", "athletic")):
        return True  # "Rovers boss …", and not "Town hall staff …"
    if word.lower in name_words.words("days"):
        return False
    if not word.is_first or not common(word.lower):
        return True
    after = line.words[at + 1] if at + 1 < len(line.words) else None
    if word.is_possessive or after is None:
        return word.is_possessive
    if after.start > word.end + 1:
        return after.is_first and after.start == word.end + 2  # "Herons: …"
    if after.lower == "and":
        return at + 2 < len(line.words) and line.words[at + 2].is_capital
    return after.tag in ("VBD", "VBZ", "MD", "VBP", "RB")


def _inside(start: int, end: int, stretches: Sequence[tuple[int, int]]) -> bool:
    """Whether a place lies in one of some stretches, apart and in order."""
    at = bisect_right(stretches, start, key=lambda stretch: stretch[0]) - 1
    return at >= 0 and end <= stretches[at][1]


def _meets(start: int, end: int, stretches: Sequence[tuple[int, int]]) -> bool:
    at = bisect_right(stretches, start, key=lambda stretch: stretch[1])
    return at < len(stretches) and stretches[at][0] < end
