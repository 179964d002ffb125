"""Which words of a text went and which came, each with its place in both texts.

Words that stand once in both texts and in the same order hold the two against each other, and what lies between them is compared in the same way
(patience diff, Bram Cohen 2008, as in Bazaar and git). Only stretches without such a word go to Python's `difflib`, whose time grows with the square
of their length; beyond `LONGEST` words on a side they count as replaced, so that a rewritten long text takes a moment and not minutes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

#: Words on a side up to which a stretch without a common unique word is compared word by word.
LONGEST = 400
_WORD = re.compile(r"\S+")
_PLAIN = str.maketrans("“”„«»‘’ʼ‐‑–—", '"""""' + "'''" + "----")


class Change(NamedTuple):
    """A stretch that differs: characters of the text before and of the text after, end-exclusive, with how many words there are.

    Where nothing was removed or added, that side's `start` and `end` are the place where it would stand.
    """

    start_before: int
    end_before: int
    start_after: int
    end_after: int
    n_removed: int
    n_added: int


class _Word(NamedTuple):
    text: str
    start: int
    end: int


def word_diff(
    before: str, after: str, regions_before: Iterable[tuple[int, int]] | None = None, regions_after: Iterable[tuple[int, int]] | None = None
) -> list[Change]:
    """What differs between two texts, in their order.

    White space makes no difference, nor does the kind of a quotation mark, an apostrophe or a dash.

    Args:
        before: A text.
        after: Another.
        regions_before: Stretches of it that count, in order, such as its sentences; None for all of it.
        regions_after: Likewise.

    >>> [(c.n_removed, c.n_added) for c in word_diff("The vote was lost by ten.", "The vote was won  by “two”.")]
    [(1, 1), (1, 1)]
    """
    old, new = _words(before, regions_before), _words(after, regions_after)
    found: list[Change] = []
    for a, b, c, d in _joined(_differences([word.text for word in old], [word.text for word in new])):
        found.append(Change(*_place(old, a, b), *_place(new, c, d), b - a, d - c))
    return found


def counts(changes: Iterable[Change]) -> tuple[int, int]:
    """Words removed and words added."""
    removed = added = 0
    for one in changes:
        removed, added = removed + one.n_removed, added + one.n_added
    return removed, added


def n_words(text: str, regions: Iterable[tuple[int, int]] | None = None) -> int:
    """How many words are compared of a text."""
    return len(_words(text, regions))


def _words(text: str, regions: Iterable[tuple[int, int]] | None) -> list[_Word]:
    """Words as they are compared; what is no letter or number, such as a dash between two words, is none by itself."""
    found = []
    for start, end in [(0, len(text))] if regions is None else regions:
        for match in _WORD.finditer(text, start, end):
            if any(character.isalnum() for character in match[0]):
                found.append(_Word(match[0].translate(_PLAIN), match.start(), match.end()))
    return found


def _place(words: Sequence[_Word], first: int, last: int) -> tuple[int, int]:
    if first < last:
        return words[first].start, words[last - 1].end
    at = words[first].start if first < len(words) else words[-1].end if words else 0
    return at, at


def _joined(found: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Differences that touch on both sides as one."""
    joined: list[tuple[int, int, int, int]] = []
    for a, b, c, d in found:
        if joined and joined[-1][1] == a and joined[-1][3] == c:
            joined[-1] = (joined[-1][0], b, joined[-1][2], d)
        else:
            joined.append((a, b, c, d))
    return joined


def _differences(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Stretches that differ, as first and last (exclusive) word of both, in order. No recursion: a text may have thousands of anchors."""
    found: list[tuple[int, int, int, int]] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        a, b, c, d = waiting.pop()
        while a < b and c < d and old[a] == new[c]:
            a, c = a + 1, c + 1
        while a < b and c < d and old[b - 1] == new[d - 1]:
            b, d = b - 1, d - 1
        if a == b or c == d:
            if a != b or c != d:
                found.append((a, b, c, d))
            continue
        anchors = _anchors(old, new, a, b, c, d)
        if anchors:
            i, j = a, c
            for x, y in anchors:
                waiting.append((i, x, j, y))
                i, j = x + 1, y + 1
            waiting.append((i, b, j, d))
        elif b - a <= LONGEST and d - c <= LONGEST:
            codes = SequenceMatcher(None, old[a:b], new[c:d], autojunk=False).get_opcodes()
            found += [(a + i, a + j, c + k, c + m) for name, i, j, k, m in codes if name != "equal"]
        else:
            found.append((a, b, c, d))
    return sorted(found)


def _anchors(old: Sequence[str], new: Sequence[str], a: int, b: int, c: int, d: int) -> list[tuple[int, int]]:
    """Words that stand once on both sides, as many as are in the same order: the longest increasing subsequence."""
    n_old, n_new = Counter(old[a:b]), Counter(new[c:d])
    at = {new[j]: j for j in range(c, d) if n_new[new[j]] == 1}
    pairs = [(i, at[old[i]]) for i in range(a, b) if n_old[old[i]] == 1 and old[i] in at]
    tops: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        if pile == len(tops):
            tops.append(j)
            places.append(number)
        else:
            tops[pile], places[pile] = j, number
        before.append(places[pile - 1] if pile else -1)
    chain: list[tuple[int, int]] = []
    number = places[-1] if places else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]
