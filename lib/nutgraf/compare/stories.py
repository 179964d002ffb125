"""Stories: which articles tell of one event, from how alike their beginnings are and from what people said.

Two articles are drawn together when they are at least as alike as each of them is to its nearest neighbours: the mean of five, since texts on
one subject are all alike to some degree, and to what degree differs from corpus to corpus. Groups are joined while the articles of the two are
so on average. A group stays within what hangs together by single pairs, so that a new article changes the stories of its neighbours and no others.

Sources: for likeness less that of the nearest neighbours, Conneau, A., Lample, G., Ranzato, M., Denoyer, L., & Jégou, H. (2018). Word translation
without parallel data. ICLR. For joining by average, Sokal, R. R., & Michener, C. D. (1958). A statistical method for evaluating systematic
relationships. University of Kansas Science Bulletin, 38, 1409–1438.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nutgraf.compare.likeness import Pair

#: Of how many neighbours the mean is taken.
NEIGHBOURS = 5
#: Pairs less alike than this are of one story in no case.
LEAST = 0.36
#: A pair that is exactly as alike as its articles are to their neighbours.
_EVEN = 0.5


class Decided(NamedTuple):
    """What people said: which articles belong to one story, and which do not."""

    together: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()


NOTHING_DECIDED = Decided()


class Story(NamedTuple):
    """A story.

    Attributes:
        articles: Names, in the order they were fetched; at least two.
        likeness: Mean likeness of the pairs that were looked at; None when people alone put them together.
        by_people: Articles that somebody joined with another or kept from another.
    """

    articles: tuple[str, ...]
    likeness: float | None
    by_people: frozenset[str]


def stories_of(order: Sequence[str], likeness: Mapping[Pair, float], decided: Decided = NOTHING_DECIDED) -> list[Story]:
    """Group articles into stories.

    Args:
        order: Every article, in the order they were fetched.
        likeness: Of the pairs that were looked at, as `nutgraf.compare.likeness.likenesses` gives it.
        decided: What people said; what joins is stronger than what keeps apart where a chain of joins contradicts it.

    Returns:
        Stories of two articles or more, by their first article.
    """
    number = {name: place for place, name in enumerate(order)}
    near = _beside_neighbours(likeness, number)
    joined = _Sets()
    for a, b in sorted(decided.together):
        if a in number and b in number:
            joined.join(number[a], number[b])
    apart = {_pair(number[a], number[b]) for a, b in decided.apart if a in number and b in number}
    groups = _average_linkage(len(order), near, joined, apart)
    touched = {name for pair in (*decided.together, *decided.apart) for name in pair}
    of_group: dict[int, int] = {member: place for place, members in enumerate(groups) for member in members}
    alike: dict[int, list[float]] = defaultdict(list)
    for (a, b), value in likeness.items():
        if of_group.get(number[a], -1) == of_group.get(number[b], -2):
            alike[of_group[number[a]]].append(value)
    return [
        Story(
            tuple(order[member] for member in members),
            round(sum(alike[place]) / len(alike[place]), 3) if alike[place] else None,
            frozenset(order[member] for member in members if order[member] in touched),
        )
        for place, members in enumerate(groups)
    ]


def _beside_neighbours(likeness: Mapping[Pair, float], number: Mapping[str, int]) -> dict[tuple[int, int], float]:
    """By pair its likeness, less what is usual among the neighbours of both, plus `_EVEN`; pairs of no story are left out."""
    of: dict[int, list[float]] = defaultdict(list)
    for (a, b), value in likeness.items():
        of[number[a]].append(value)
        of[number[b]].append(value)
    usual = {place: sum(heapq.nlargest(NEIGHBOURS, values)) / NEIGHBOURS for place, values in of.items()}
    return {
        _pair(number[a], number[b]): max(0.0, value - (usual[number[a]] + usual[number[b]]) / 2 + _EVEN)
        for (a, b), value in likeness.items()
        if value >= LEAST
    }


def _average_linkage(n: int, near: Mapping[tuple[int, int], float], joined: _Sets, apart: set[tuple[int, int]]) -> list[list[int]]:
    """Groups of two or more, each in order, joined while the mean over all pairs of two groups is `_EVEN` or more; a pair not in `near` is 0."""
    members: dict[int, list[int]] = defaultdict(list)
    for place in range(n):
        members[joined.of(place)].append(place)
    home = {place: group for group, places in members.items() for place in places}
    sums: dict[int, dict[int, float]] = defaultdict(dict)
    for (a, b), value in sorted(near.items()):
        first, second = home[a], home[b]
        if first != second:
            for one, other in ((first, second), (second, first)):
                sums[one][other] = sums[one].get(other, 0.0) + value
    kept_apart: dict[int, set[int]] = defaultdict(set)
    for a, b in apart:
        if home[a] != home[b]:
            kept_apart[home[a]].add(home[b])
            kept_apart[home[b]].add(home[a])

    def entry(a: int, b: int) -> tuple[float, int, int]:
        return -sums[a][b] / (len(members[a]) * len(members[b])), min(a, b), max(a, b)

    heap = [found for a in sums for b in sums[a] if a < b and -(found := entry(a, b))[0] >= _EVEN]
    heapq.heapify(heap)
    while heap:
        value, a, b = heapq.heappop(heap)
        # A group is named after its first member, so an entry is out of date when a group is gone or has grown.
        if a not in members or b not in members or b in kept_apart[a] or entry(a, b)[0] != value:
            continue
        members[a] += members.pop(b)
        for other, total in sums.pop(b).items():
            del sums[other][b]
            if other != a:
                sums[a][other] = sums[other][a] = sums[a].get(other, 0.0) + total
        for other in kept_apart.pop(b, set()):
            kept_apart[other].discard(b)
            kept_apart[other].add(a)
            kept_apart[a].add(other)
        for other in sums[a]:
            if -(found := entry(a, other))[0] >= _EVEN:
                heapq.heappush(heap, found)
    return sorted(sorted(places) for places in members.values() if len(places) > 1)


class _Sets:
    """Disjoint sets of numbers, each named after its smallest."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def of(self, number: int) -> int:
        """The smallest number of the set that a number is in."""
        while (above := self._above.get(number, number)) != number:
            number = above
        return number

    def join(self, a: int, b: int) -> None:
        """Make one set of two."""
        first, second = sorted((self.of(a), self.of(b)))
        self._above[second] = first


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)
