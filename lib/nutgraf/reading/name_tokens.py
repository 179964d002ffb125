"""Words of a parsed stretch as names ask for them: without possessives, with their own full stop, with where sentences begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nutgraf.reading.name_words import acronyms
from nutgraf.reading.name_words import words as listed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}(?:[‐‑-][^\W_]+)?|[^\W_]+(?:[’'‐‑-][^\W_]+|\.(?=[^\W_]))*")
_POSSESSIVE = re.compile(r"['’][sS]$")
_COMPOUND = re.compile(r"((?:[A-ZÀ-Þ][\w.’']*)(?:[-‐‑][A-ZÀ-Þ][\w’']*)*)[-‐‑]([a-z]{3,})$")
_HYPHEN_CAPITAL = re.compile(r"(?:al|el|ad|as|an|ar|ash|at|az|ul|bin|ibn|abu|d|l)-[A-ZÀ-Þ]")
_OPENING = "“‘\"'«([•—–-:·▪*|…»"
_NUMBERED = re.compile(r"\d{1,2}-(?=[A-ZÀ-Þ][a-z])")
_CURRENCIES = tuple("$£€¥")
#: Who writes these short writes the stop as well.
_SHORT_WITH_STOP = ("jr", "sr", "inc", "co", "corp")
_WITH_STOP = ("jr", "sr", "inc", "co", "ltd", "corp")


@dataclass(slots=True)
class Word:
    """A word of a stretch.

    Attributes:
        start: In characters of the text.
        end: Exclusive, without a possessive.
        text: As written, without a possessive.
        after: Where the next word may begin: behind a possessive.
        token: The parser's token that begins with it, if one does.
        is_first: Whether a sentence, a quotation or a bracket begins with it.
        is_possessive: Whether 's or a bare apostrophe follows.
        begins_part: Whether it is the first of a headline, a body paragraph or so.
        compound: What a hyphen ties to it and is no part of a name: "based".
        lower: In lower case, with straight apostrophes.
        is_capital: Whether it is written like a name.
    """

    start: int
    end: int
    text: str
    after: int
    token: Token | None
    is_first: bool
    is_possessive: bool
    compound: str = ""
    begins_part: bool = False
    lower: str = ""
    is_capital: bool = False

    def __post_init__(self) -> None:
        self.lower = self.text.lower().replace("’", "'").rstrip(".")
        self.is_capital = self.text[0].isupper() or ("-" in self.text and _HYPHEN_CAPITAL.match(self.text) is not None)

    @property
    def tag(self) -> str:
        """The parser's tag."""
        return self.token.tag_ if self.token is not None else ""

    @property
    def is_initial(self) -> bool:
        """Whether it is a letter with a full stop."""
        return len(self.text) == 2 and self.text[1] == "."


def words_of(text: str, offset: int, doc: Doc) -> Iterator[Word]:
    """The words of a stretch.

    Args:
        text: The whole text.
        offset: Where the stretch begins in it.
        doc: Its parse.
    """
    tokens = {token.idx: token for token in doc}
    for match in _WORD.finditer(text, offset, offset + len(doc.text)):
        first, end = match.span()
        piece, after, is_possessive = match.group(), end, False
        if numbered := _NUMBERED.match(piece):  # a wire's "UPDATE 2-Chile …"
            piece, first = piece[numbered.end() :], first + numbered.end()
        following = text[end : end + 2]
        if following[:1] in _CURRENCIES and piece.isupper():
            continue  # "HK$40"
        if ending := _POSSESSIVE.search(piece):
            piece, end, is_possessive = piece[: ending.start()], end - 2, True
        elif following in ("' ", "’ ") and piece[-1] in "sS":
            after, is_possessive = end + 1, True
        elif following[:1] == "." and piece.lower() in acronyms() and piece.istitle() and len(piece) > 1:
            piece, end, after = piece + ".", end + 1, end + 1  # "Nev."
        elif following in (". ", ".,", ".\n", ".") and (len(piece) == 1 or piece.lower() in listed("titles", "abbreviated")):
            after = end + 1
            goes_on = following == ".," or text[end + 2 : end + 3].islower()  # else it may be a sentence's full stop
            is_initial = len(piece) == 1 and piece.isalpha() and following in (". ", ".,")
            if is_initial or piece.lower() in _SHORT_WITH_STOP or (piece.lower() in _WITH_STOP and goes_on):
                piece, end = piece + ".", end + 1
        compound = _COMPOUND.match(piece)
        if compound and compound[2] in listed("neighbours", "compounds"):  # "Reagan-era", and not "Park Jae-min"
            piece, end = compound[1], first + compound.end(1)
        else:
            compound = None
        if piece:
            token = tokens.get(first - offset)
            is_first = bool(token is not None and token.is_sent_start) or _opens(text, offset, first)
            yield Word(first, end, piece, after, token, is_first, is_possessive, compound[2] if compound else "")


def _opens(text: str, start: int, first: int) -> bool:
    """Whether what stands before a word makes it the first of a sentence, a quotation or an item."""
    at = first - 1
    while at >= start and text[at].isspace():
        at -= 1
    if at < start or text[at] not in _OPENING:
        return at < start
    if text[at] in "'\"’" and at == first - 1:  # closing marks look the same
        return at == start or text[at - 1].isspace() or text[at - 1] in _OPENING
    return text[at] not in "'\"’" or text[at - 1] in ".?!,"
