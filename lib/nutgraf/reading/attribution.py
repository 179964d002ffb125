"""Attribution: who says what. Content, source and cue of direct, indirect and mixed quotation, from quotation marks and the parse.

The spans of one attribution share a ``group_id``. A quotation without a cue of its own goes to the source of the one before it, in its paragraph or,
where it is a whole paragraph, in the paragraph before, and its rule says so; else its source is unknown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nutgraf.documents import Document, Measured, Resource, Rows
from nutgraf.reading import cues, pipeline
from nutgraf.reading.attributing import Attribution as Found
from nutgraf.reading.attributing import attributions
from nutgraf.reading.speakers import NOBODY, Speaker, Speakers, resources

if TYPE_CHECKING:
    from spacy.tokens import Doc

ID = "attribution"
CONTENT, SOURCE, CUE = "content", "source", "cue"
#: Quotations of fewer words without a cue are scare quotes, titles and nicknames.
_LEAST_WORDS = 4
_SURE = frozenset({"clause", "aside", "rest", "according-to", "colon"})
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
    speaker: Speaker = NOBODY
    cue_word: str | None = None
    is_within: bool = False  # somebody who is quoted says it of others or of themselves


class Attribution:
    """Find who says what."""

    id = ID
    version = "2"
    needs = frozenset({"names", "parse", "quotes"})

    def __init__(self) -> None:
        self.resources: tuple[Resource, ...] = (cues.resource(), *resources())

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Spans of kind ``content``, ``source`` and ``cue``.

        Value and label of a content and its source are who speaks and what kind of source that is (`speakers.SOURCE_KINDS`); of a cue its base form
        and its class. The rule of a content says how it was found, that of a source how the speaker was.
        """
        return Measured.of(documents, (self._read(document) for document in documents))

    @staticmethod
    def _read(document: Document) -> Rows:
        rows = pipeline.unparsed(document, ID)
        if rows is not None:
            return rows
        rows = Rows()
        for number, said in enumerate(read(document)):
            who, group = said.speaker, f"said-{number}"
            rule = f"within-{said.rule}" if said.is_within else said.rule
            for start, end in said.content:
                rows.span(start, end, CONTENT, value=who.value, label=who.kind, group_id=group, rule=rule)
            for start, end in said.source:
                how = said.rule if said.rule.startswith("inherited") else f"speaker-by-{who.rule or 'nothing'}"
                rows.span(start, end, SOURCE, value=who.value, label=who.kind, group_id=group, rule=how)
            for start, end in said.cue:
                rows.span(start, end, CUE, value=said.cue_word, label=said.cue_class, group_id=group, rule=said.rule)
        return rows


def read(document: Document) -> list[Said]:
    """Every attribution of a document, in text order."""
    quotes = sorted((span.start, span.end) for span in document.spans_of("quote"))
    ends = [end for _, end in quotes]  # quotations do not overlap, so that those of a stretch are neighbours
    found: list[Said] = []
    previous = 0  # where the paragraph before begins
    speakers = Speakers(document.text, document.spans_of("name"), quotes)
    for offset, doc in pipeline.docs(document.text, document.parse or b""):
        end = offset + (doc[-1].idx + len(doc[-1]) if len(doc) else 0)
        near = quotes[bisect_right(ends, offset) : bisect_left(quotes, (end,))]
        mine = [(max(a, offset), min(b, end)) for a, b in near]
        speakers.begin(doc, offset)
        is_whole = _fills(document.text, offset, end, mine)
        said = _of_stretch(doc, offset, mine, document.text, speakers, is_whole=is_whole)
        before = _last_of(found, previous, quotes)
        for one in said:
            if is_whole and one.rule == "marks-alone" and before is not None and before.speaker.value:
                one.speaker, one.rule = before.speaker, "inherited-from-paragraph-before"
        found += sorted(said, key=lambda one: one.content)
        previous = offset
    _carry_over(document, found)
    return sorted(found, key=lambda said: said.content)


def _last_of(found: Sequence[Said], start: int, quotes: Sequence[Stretch]) -> Said | None:
    """Who speaks at the end of the paragraph that begins at a place: the source of its last quotation, or the only one of all that is said in it."""
    near = []
    for said in reversed(found):
        if said.content[-1][0] < start:
            break
        if not said.is_within:
            near.append(said)
    last = next((said for said in near if _is_quotation(said, quotes)), None)
    return last or (near[0] if len({said.speaker.value for said in near}) == 1 else None)


def _carry_over(document: Document, found: Sequence[Said]) -> None:
    """Give a quotation that runs over paragraphs the speaker whom one of them names."""
    runs = [span for span in document.spans_of("quote") if span.group_id]
    groups = {(span.start, span.end): span.group_id for span in runs}
    known: dict[str | None, Said] = {}
    for said in found:
        for start, end in said.content if said.speaker.value and not said.is_within else ():
            first = bisect_right(runs, start, key=lambda span: span.end)
            if first < len(runs) and runs[first].start < end:
                known.setdefault(runs[first].group_id, said)
    for said in found:
        group = groups.get(said.content[0])
        if said.rule == "marks-alone" and group in known:
            said.speaker, said.rule = known[group].speaker, "same-quotation"


def _without_doubles(found: Iterable[Found]) -> list[Found]:
    """Attributions in text order, without verbs beside a quotation that another verb brings in: "…, said a man who asked not to be named"."""
    every = list(found)
    sure = {at for one in every if one.rule in _SURE for at in one.content}
    return [one for one in every if one.rule != "marks" or not sure.issuperset(one.content)]


def _fills(text: str, start: int, end: int, quotes: Sequence[Stretch]) -> bool:
    """Whether a paragraph is a quotation and nothing else."""
    return len(quotes) == 1 and not any(c.isalnum() for c in text[start : quotes[0][0]] + text[quotes[0][1] : end])


def _is_quotation(said: Said, quotes: Sequence[Stretch]) -> bool:
    """Whether what was said before holds a quotation."""
    last = said.content[-1]
    return _meets([last], quotes[max(0, bisect_left(quotes, last) - 1) : bisect_left(quotes, (last[1],)) + 1])


def _meets(some: Iterable[Stretch], others: Sequence[Stretch]) -> bool:
    return any(start < stop and first < end for start, end in some for first, stop in others)


def _of_stretch(
    doc: Doc, offset: int, quotes: Sequence[Stretch], text: str, speakers: Speakers, *, is_whole: bool
) -> list[Said]:
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
    for one in _without_doubles(attributions(doc, quoted)):
        content = set(one.content)
        for place, (first, last) in enumerate(quoted):
            inside = content & set(range(first, last))
            if inside and not first <= one.cue[0] < last:  # what is said begins or ends in a quotation: all of it is said
                content |= set(range(first, last)) - set(one.source) - set(one.cue)
                taken.add(place)
        who = speakers.of(doc, offset, one.source)
        is_within = any(first <= one.cue[0] < last for first, last in quoted)
        word = "according to" if one.rule == "according-to" else doc[one.cue[0]].lemma_.lower()
        found.append(Said(characters(content), characters(one.source), characters(one.cue), one.cue_class, one.rule, who, word, is_within))
    for place, quote in enumerate(quotes):
        if place in taken or (len(text[slice(*quote)].split()) < _LEAST_WORDS and not is_whole):
            continue
        earlier = [said for said in found if said.content[0][0] < quote[0] and not said.is_within]
        spoken = [said for said in earlier if _meets(said.content, quotes)]  # rather a quotation's source than that of what is reported
        before = max(spoken or earlier, key=lambda said: said.content[0][0], default=None)
        if before is None or not before.source:
            found.append(Said([quote], rule="marks-alone"))
        elif _meets(before.content, quotes):
            before.content.append(quote)  # "…," she said. "…"
        else:
            found.append(Said([quote], before.source, rule="inherited", speaker=before.speaker))
    return found
