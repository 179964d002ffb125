"""Who made a picture, in the credit of its caption: "(Photo: Ida Moen/Tarn Pictures)", "DPA/Ida Moen", "Ida Moen via TPA".

A credit is a row of pieces and no sentence, so that neither a parser nor small words tell where its names begin and of what kind they are. A piece
of two or three words without a word of organisations is somebody, one word is an agency.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from nutgraf.reading.aliases import Mention
from nutgraf.reading.name_words import tokens
from nutgraf.reading.name_words import words as listed

_POINTS = 4.0
#: No credit has more characters.
_LONGEST = 200
_NOUN = r"(?:photo(?:graph|grapher|graphy)?s?|pic(?:ture)?s?|images?|credit|courtesy|cgi|illustration)"
_LABEL = re.compile(rf"(?:\b{_NOUN}(?: (?:credits?|source|courtesy|of)){{0,2}}(?: ?[:/|] ?|, |\.\.\. ?| by )|© ?)(?=[^\W\d_])", re.IGNORECASE)
#: Labels behind which somebody is likelier than a firm.
_BY_SOMEBODY = re.compile(r"photo|pic", re.IGNORECASE)
_OUTLET = re.compile(r"(?:(?<=\()|(?<=[.!?] ))([A-Z][\w&]*(?: [A-Z][\w&]*){0,2}) (?:file )?(?:photo|PHOTO|picture|graphic)(?: by|:)")
_BRACKET = re.compile(r"\(([^()\n]{3,80})\)\.?$")
_TAIL = re.compile(r"(?<=[.!?] )([^.!?()\n]{3,80})$")
_TIES = re.compile(r" ?[/|] ?|: | (?:via|for|photo by) ['‘“]?")
_ENDS = re.compile(r"[()\n;]|\.? ?[–—]|\.$|['’”]$")
_PIECE = re.compile(r"(?:[^\W\d_][\w.&'’‐‑-]*)(?: (?:[^\W\d_][\w.'’‐‑-]*|&)){0,4}")
_NO_PIECE = frozenset("file handout pool archive supplied courtesy stock photo picture image credit photographer submitted provided".split())


def merged(mentions: Sequence[Mention], text: str, captions: Sequence[tuple[int, int]]) -> list[Mention]:
    """Mentions with those that credits of captions hold, each once.

    Args:
        mentions: In the order of the text.
        text: The whole text.
        captions: Where captions begin and end.
    """
    found = list(mentions)
    for start, end in captions:
        for first, last, kind in _pieces(text, start, end):
            inner = [one for one in found if one.start < last and first < one.end]
            if any(one.start < first or last < one.end for one in inner):
                continue  # "The Tarn Herald" where the piece lacks a word of it
            same = next((one for one in inner if (one.start, one.end) == (first, last)), None)
            if same is not None:
                same.points[kind] += _POINTS
                same.is_weak, same.is_rare = False, True
            else:
                found = [one for one in found if one not in inner]
                found.append(Mention(first, last, text[first:last], Counter(), Counter({kind: _POINTS}), is_rare=True))
    return sorted(found, key=lambda one: one.start)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Pieces of a caption's credit: where they stand, and their kind."""
    caption = text[start:end].rstrip()
    label = None
    for label in _LABEL.finditer(caption):  # noqa: B007  # the last one counts
        pass
    if outlet := _OUTLET.search(caption):
        yield start + outlet.start(1), start + outlet.end(1), "ORG"
    if label is not None:
        at = label.end()
        stop = _ENDS.search(caption, at)
        row = caption[at : stop.start() if stop else len(caption)]
    else:
        tail = _BRACKET.search(caption) or _TAIL.search(caption)
        if tail is None or not _TIES.search(tail[1]):
            return
        at, row = tail.start(1), tail[1]
    row = row[:_LONGEST]
    ties = len(_TIES.findall(row))
    is_somebody_s = label is not None and _BY_SOMEBODY.match(label.group()) is not None
    before, has_somebody = "", False
    for first, last, tie in _split(row):
        piece = _PIECE.match(row, first, last)
        if piece and piece.end() >= last - 2 and not _is_filling(piece.group()):
            size = len(piece.group().split())
            kind = "ORG" if before.strip() in ("via", "for") or tie == ": " or _is_outlet(piece.group(), size) else "PERSON"
            is_known = " ".join(tokens(piece.group())) in listed("organisations", "institutions")
            is_second = kind == "PERSON" and has_somebody and before.strip() != ","
            kind = "ORG" if is_second else kind  # one made the picture, who else is named sold it
            has_somebody = has_somebody or kind == "PERSON"
            is_sure = piece.group()[0].isupper() or is_known
            is_told = ties or piece.group().isupper() or is_somebody_s or (label is not None and size == 1)
            if is_sure and is_told:
                yield start + at + piece.start(), start + at + piece.end(), kind
        before = tie.strip("'‘“")


def _split(row: str) -> Iterator[tuple[int, int, str]]:
    """Pieces of a row with what ties each to the next."""
    first = 0
    for tie in _TIES.finditer(row):
        yield first, tie.start(), tie.group()
        first = tie.end()
    yield first, len(row.rstrip(" .'’”")), ""


def _is_filling(piece: str) -> bool:
    """Whether a piece names nobody: "Handout", "File Photo"."""
    return piece.casefold().split()[0] in _NO_PIECE and " ".join(tokens(piece)) not in listed("organisations", "institutions")


def _is_outlet(piece: str, size: int) -> bool:
    """Whether a piece has one word, or one of organisations."""
    folded = tokens(piece)
    if not folded or folded[0] in listed("given"):
        return False
    bodies = listed("organisations", "heads") | listed("organisations", "legal") | {"images", "the", "foto", "photos", "photography", "archive"}
    return size == 1 or " ".join(folded) in listed("organisations", "institutions") or bool(bodies & set(folded))
