"""Short forms that an article explains itself, and such as are made of the beginnings of a name's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nutgraf.reading.name_words import words as listed

if TYPE_CHECKING:
    from nutgraf.reading.aliases import Mention

#: Words that short forms leave out, mostly.
SMALL = frozenset("of the for and in to a & de du la del".split())
_KNOWN_AS = re.compile(
    r",? \(?(?:(?:who|which) (?:is|was) )?(?:[a-z]+ly |better |best |also |once |now )?"
    r"(?:known|nicknamed)(?: [a-z]+){0,4}?(?: as)?(?: the| simply)? [“\"'‘]?$"
)
_REAL_NAME = re.compile(r",? \(?whose (?:real|full|birth|given|legal|proper) name (?:is|was) [“\"'‘]?$")


def short_forms(mentions: Sequence[Mention], text: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Short forms with the names they are short for: "Tea Pluckers Union (Tepu)", "Ida Moen, better known as Mother Moss".

    Args:
        mentions: In the order of the text.
        text: The whole text.
    """
    found = {}
    for full, short in zip(mentions, mentions[1:], strict=False):
        gap = text[full.end : short.start]
        if _REAL_NAME.match(gap) and len(full.words) <= len(short.words):
            found[full.words] = short.words
        if len(full.words) < 2 or not short.words:
            continue
        if len(gap) < 60 and _KNOWN_AS.match(gap) and len(short.words) <= len(full.words):
            found[short.words] = full.words
        if gap != " (" or text[short.end : short.end + 1] != ")" or len(short.words) != 1:
            continue
        letters = iter(short.words[0])
        if all(word[0] in letters for word in full.words if len(word) > 3) and short.words[0][0] == full.words[0][0]:
            found[short.words] = full.words
    return found | _blends(mentions)


def _blends(mentions: Sequence[Mention]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Short forms made of beginnings; bodies have such, persons have none, which the mentions get as points."""
    longer: dict[str, set[tuple[str, ...]]] = {}
    for mention in mentions:
        if len(mention.words) > 1:
            longer.setdefault(mention.words[0][0], set()).add(mention.words)
    texts = {mention.words: mention.text for mention in mentions if len(mention.words) == 1}
    found = {
        short: full for short, text in texts.items() for full in sorted(longer.get(short[0][0], ()))
        if is_blend(text, full)
    }  # fmt: skip
    for mention in mentions:
        if mention.words in found or mention.words in found.values():
            mention.points["ORG"] += 4
    return found


def is_acronym(text: str, full: Sequence[str]) -> bool:
    """Whether a word stands for the first letters of a name: those of all words, or of all but the small ones.

    >>> is_acronym("JUSW", ("joint", "union", "of", "state", "workers"))
    True
    """
    letters = text.replace(".", "")
    if len(full) < 2 or not 2 <= len(letters) <= 7 or not letters.isalpha() or sum(c.isupper() for c in letters) < 2:
        return False
    return letters.casefold() in initials(full)


def initials(full: Sequence[str]) -> set[str]:
    """First letters of a name's words: of all, without the small ones, without a legal form, and each without the last."""
    large = [word for word in full if word not in SMALL]
    short = [word for word in large if word not in listed("organisations", "legal")]
    every = {"".join(word[0] for word in words) for words in (full, large, short) if len(words) > 1}
    return every | {letters[:-1] for letters in every if len(letters) > 3}  # the last word is often left out


def is_blend(text: str, full: Sequence[str]) -> bool:
    """Whether a word is made of the beginnings of all words of a name: "Benepol" for "Benefit Policy Office" is none, "Bepoff" is one.

    Of a name of two words both beginnings have a capital: "TarMoss".

    >>> is_blend("Nimoss", ("northern", "institute", "of", "mosses")), is_blend("Nimoss", ("northern", "mosses"))
    (True, False)
    """
    large = [word for word in full if word not in SMALL and word.isalpha()]
    if not 4 <= len(text) <= 9 or not text.isalpha() or text.isupper() or not text[0].isupper() or not 2 <= len(large) <= 6:
        return False
    if len(large) == 2:
        capital = next((at for at, letter in enumerate(text) if at and letter.isupper()), 0)
        parts = (text[:capital].casefold(), text[capital:].casefold())
        return capital > 1 and len(parts[1]) > 1 and all(word.startswith(part) for word, part in zip(large, parts, strict=True))
    ends = {0}
    folded = text.casefold()
    for word in large:
        ends = {end + size for end in ends for size in range(1, 5) if folded[end : end + size] == word[:size] and end + size <= len(folded)}
    return len(folded) in ends
