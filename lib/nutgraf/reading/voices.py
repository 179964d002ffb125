"""In whose voice a text speaks: what is quoted, what is reported in the outlet's words, and the rest, which is the outlet's own.

Quoted is what stands between quotation marks. Reported is what somebody is said to say without them ("The mayor said that the mill was safe"),
as `nutgraf.reading.attribution` finds it; what the outlet says of itself ("we asked") is its own. Source and cue ("she said") bring a voice
in and are none: they make no sentence a mixed one. Without a parse only quotation marks tell voices apart, and a cue counts as the outlet's.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from nutgraf.documents import Document, Sentence
from nutgraf.reading.paragraphs import stripped
from nutgraf.resources import function_words

Stretch = tuple[int, int]
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_OUTLET = ("outlet",)
#: Sentences in which the outlet says nothing of its own.
_NOBODY_ELSE = ("quoted", "reported")
_WHEN = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today tonight later earlier also then meanwhile however".split()
)


class Voices:
    """The voices of one document.

    Args:
        document: With the spans of ``quotes`` and, where there is a model, of ``attribution``.
    """

    def __init__(self, document: Document) -> None:
        self.text = document.text
        quoted = merged((span.start, span.end) for span in document.spans_of("quote"))
        said = document.spans.get("attribution", ())
        contents = merged((span.start, span.end) for span in said if span.kind == "content" and span.label != "reporter")
        # Apart and in order, so that those of a sentence are neighbours.
        self._others = sorted([*((*one, "quoted") for one in quoted), *((*one, "reported") for one in without(contents, quoted))])
        self._ends = [end for _, end, _ in self._others]
        self._frame = merged((span.start, span.end) for span in said if span.kind in ("source", "cue"))

    def segments(self, start: int, end: int) -> dict[str, list[Stretch]]:
        """What each voice says between two places.

        Args:
            start: First character.
            end: Character after the last.

        Returns:
            Lists of (start, end) by voice: ``outlet`` (source and cue are part of it), ``quoted``, ``reported``; together they cover everything.
        """
        found: dict[str, list[Stretch]] = {"outlet": [], "quoted": [], "reported": []}
        at, place = bisect_right(self._ends, start), start
        while at < len(self._others) and self._others[at][0] < end:
            first, last, voice = self._others[at]
            if place < first:
                found["outlet"].append((place, first))
            place = min(last, end)
            found[voice].append((max(first, start), place))
            at += 1
        if place < end:
            found["outlet"].append((place, end))
        return found

    def speaking(self, sentences: Sequence[Sentence]) -> list[tuple[str, ...]]:
        """Who speaks in each of some sentences, as scores have it: the outlet not where it gives nothing but source and cue.

        Args:
            sentences: Sentences in order.

        Returns:
            Of each the voices that `segments` finds something of, in its order.
        """
        found = [_OUTLET] * len(sentences)
        starts, ends = [one.start for one in sentences], [one.end for one in sentences]
        # Most sentences are the outlet's alone, and are not looked at.
        others = {at for first, last, _ in self._others for at in range(bisect_right(ends, first), bisect_left(starts, last))}
        others |= {at for at, one in enumerate(sentences) if one.voice in _NOBODY_ELSE}
        for at in others:
            pieces = self.segments(starts[at], ends[at])
            if sentences[at].voice in _NOBODY_ELSE:
                pieces["outlet"] = []
            found[at] = tuple(voice for voice, own in pieces.items() if own)
        return found

    def at(self, place: int) -> str:
        """Whose voice a character is in."""
        at = bisect_right(self._ends, place)
        return self._others[at][2] if at < len(self._others) and self._others[at][0] <= place else "outlet"

    def of(self, start: int, end: int) -> str:
        """The voice of a sentence: one of the three when nobody else says a word in it, else ``mixed``.

        Args:
            start: Where it begins.
            end: Where it ends, exclusive.
        """
        at = bisect_right(self._ends, start)
        if at == len(self._others) or self._others[at][0] >= end:
            return "outlet"  # most sentences, said without cutting them
        pieces = self.segments(start, end)
        heard = [voice for voice in ("quoted", "reported") if any(_WORD.search(self.text, *piece) for piece in pieces[voice])]
        if not heard:
            return "outlet"
        frame = clipped(self._frame, start, end)
        own_words = without(pieces["outlet"], frame) if frame else pieces["outlet"]
        if len(heard) > 1 or any(self._says(*piece, is_framed=bool(frame)) for piece in own_words):
            return "mixed"
        return heard[0]

    def _says(self, start: int, end: int, *, is_framed: bool) -> bool:
        """Whether there are words of the outlet's own; beside source and cue, small words, days and figures say nothing."""
        if not is_framed:
            return _WORD.search(self.text, start, end) is not None
        words = (match.group().lower() for match in _WORD.finditer(self.text, start, end))
        return any(not (word in function_words() or word in _WHEN or word.isdigit()) for word in words)


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches in order, those that touch or overlap as one.

    >>> merged([(4, 6), (0, 2), (1, 3)])
    [(0, 3), (4, 6)]
    """
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif start < end:
            found.append((start, end))
    return found


def clipped(stretches: Sequence[Stretch], start: int, end: int) -> list[Stretch]:
    """The parts of some stretches, apart and in order, between two places.

    >>> clipped([(0, 3), (5, 9)], 2, 7)
    [(2, 3), (5, 7)]
    """
    at = bisect_right(stretches, start, key=lambda stretch: stretch[1])
    found = []
    while at < len(stretches) and stretches[at][0] < end:
        found.append((max(start, stretches[at][0]), min(end, stretches[at][1])))
        at += 1
    return found


def without(stretches: Sequence[Stretch], taken: Sequence[Stretch]) -> list[Stretch]:
    """What of some stretches lies outside of others; both apart and in order.

    >>> without([(0, 9)], [(2, 3), (5, 7)])
    [(0, 2), (3, 5), (7, 9)]
    """
    found = []
    for start, end in stretches:
        for first, last in clipped(taken, start, end):
            if start < first:
                found.append((start, first))
            start = last
        if start < end:
            found.append((start, end))
    return found


def joined_pieces(text: str, pieces: Sequence[Stretch]) -> tuple[str, list[int]]:
    """Pieces of a text in one line, and for each of its characters the position it came from.

    >>> joined_pieces("He said: “No.”", [(0, 9), (10, 13)])[0]
    'He said: No.'
    """
    joined, places = [], []
    for start, end in pieces:
        span = stripped(text, start, end)
        if span:
            joined.append(text[slice(*span)])
            places += [*range(*span), span[1]]  # the space between two pieces belongs to the first
    return " ".join(joined), places
