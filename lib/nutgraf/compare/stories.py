"""Stories: which articles tell of one event, from how alike their beginnings are and from what people said.

Two articles are drawn together when they are at least as alike as each of them is to its nearest neighbours: the mean of five, since texts on
one subject are all alike to some degree, and to what degree differs from corpus to corpus. Of an event that many tell all neighbours are of the
event itself; so no more than `ENOUGH` is ever asked for, and less where it is known that the two were published within days. Groups are joined
while the articles of the two are so on average. A group stays within what hangs together by single pairs, so that a new article changes the
stories of its neighbours and no others.

Sources: for likeness less that of the nearest neighbours, Conneau, A., Lample, G., Ranzato, M., Denoyer, L., & Jégou, H. (2018). Word translation
without parallel data. ICLR. For joining by average, Sokal, R. R., & Michener, C. D. (1958). A statistical method for evaluating systematic
relationships. University of Kansas Science Bulletin, 38, 1409–1438.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from nutgraf.compare.likeness import Pair

#: Of how many neighbours the mean is taken.
NEIGHBOURS = 5
#: Pairs less alike than this are of one story in no case.
LEAST = 0.36
#: Likeness that is enough, however alike an article is to its neighbours: where a date is missing, and where both are known.
ENOUGH, ENOUGH_WITHIN_DAYS = 0.6, 0.45
#: A pair that is exactly as alike as its articles are to their neighbours.
_EVEN = 0.5
#: What a grouping depends on, likenesses and decisions apart. The number is that of the code.
RULES = f"2 {NEIGHBOURS} {LEAST} {ENOUGH} {ENOUGH_WITHIN_DAYS}"


class Decided(NamedTuple):
    """What people said: which articles belong to one story, and which do not."""

    together: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()


NOTHING_DECIDED = Decided()


class Story(NamedTuple):
    """A story.

    Attributes:
        articles: Names, in the order they were fetched; at least two.
        likeness: For each article its mean likeness to the others, over the pairs that were looked at; None where there is none.
        by_people: Articles that somebody joined with another or kept from another.
    """

    articles: tuple[str, ...]
    likeness: tuple[float | None, ...]
    by_people: frozenset[str]


def stories_of(
    order: Sequence[str], likeness: Mapping[Pair, float], decided: Decided = NOTHING_DECIDED, dated: Collection[str] = ()
) -> list[Story]:
    """Group articles into stories.

    Args:
        order: Every article, in the order they were fetched.
        likeness: Of the pairs that were looked at, as `nutgraf.compare.likeness.likenesses` gives it.
        decided: What people said. Two articles that somebody joined bring the stories they were in; what was kept apart stays so, and joined ones
            end in one story unless that would bring together what was kept apart.
        dated: Articles whose time of publication is known, which `likeness` has taken into account.

    Returns:
        Stories of two articles or more, by their first article.
    """
    number = {name: place for place, name in enumerate(order)}
    near = _beside_neighbours(likeness, number, frozenset(dated))
    apart = {_pair(number[a], number[b]) for a, b in decided.apart if a in number and b in number}
    groups = _average_linkage(len(order), near, apart)
    together = [_pair(number[a], number[b]) for a, b in decided.together if a in number and b in number]
    groups = sorted(members for members in _joined(groups, sorted(together), apart) if len(members) > 1)
    touched = {name for pair in (*decided.together, *decided.apart) for name in pair}
    of_group: dict[int, int] = {member: place for place, members in enumerate(groups) for member in members}
    alike: dict[int, list[float]] = defaultdict(list)
    for (a, b), value in likeness.items():
        if of_group.get(number[a], -1) == of_group.get(number[b], -2):
            alike[number[a]].append(value)
            alike[number[b]].append(value)
    return [
        Story(
            tuple(order[member] for member in members),
            tuple(round(math.fsum(alike[member]) / len(alike[member]), 3) if alike[member] else None for member in members),
            frozenset(order[member] for member in members if order[member] in touched),
        )
        for members in groups
    ]


def _beside_neighbours(likeness: Mapping[Pair, float], number: Mapping[str, int], dated: frozenset[str]) -> dict[tuple[int, int], float]:
    """By pair its likeness, less what is usual among the neighbours of both, plus `_EVEN`; pairs of no story are left out."""
    of: dict[int, list[float]] = defaultdict(list)
    for (a, b), value in likeness.items():
        of[number[a]].append(value)
        of[number[b]].append(value)
    usual = {place: sum(heapq.nlargest(NEIGHBOURS, values)) / NEIGHBOURS for place, values in of.items()}
    found = {}
    for (a, b), value in likeness.items():
        if value >= LEAST:
            enough = ENOUGH_WITHIN_DAYS if a in dated and b in dated else ENOUGH
            asked = (min(usual[number[a]], enough) + min(usual[number[b]], enough)) / 2
            found[_pair(number[a], number[b])] = max(0.0, value - asked + _EVEN)
    return found


def _average_linkage(n: int, near: Mapping[tuple[int, int], float], apart: set[tuple[int, int]]) -> list[list[int]]:
    """Every article in a group, joined while the mean over all pairs of two groups is `_EVEN` or more; a pair not in `near` is 0."""
    members: dict[int, list[int]] = {place: [place] for place in range(n)}
    sums: dict[int, dict[int, float]] = defaultdict(dict)
    for (a, b), value in sorted(near.items()):
        sums[a][b] = sums[b][a] = value
    kept_apart: dict[int, set[int]] = defaultdict(set)
    for a, b in apart:
        kept_apart[a].add(b)
        kept_apart[b].add(a)

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
    return [sorted(places) for places in members.values()]


def _joined(groups: list[list[int]], together: Sequence[tuple[int, int]], apart: set[tuple[int, int]]) -> list[list[int]]:
    """The groups with those made one that people joined; where somebody keeps two of their articles apart, the joined articles alone move."""
    held = dict(enumerate(groups))
    home = {place: number for number, places in held.items() for place in places}

    def fits(some: Sequence[int], others: Sequence[int]) -> bool:
        return not any(_pair(a, b) in apart for a in some for b in others)

    def move(places: Sequence[int], target: int) -> None:
        for place in places:
            held[home[place]].remove(place)
            held.setdefault(target, []).append(place)
            home[place] = target

    for block in _blocks(together, fits):
        target = home[block[0]]
        for place in block:
            other = home[place]
            if other == target:
                continue
            part, own = ([one for one in block if home[one] == number] for number in (other, target))
            if fits(held[other], held[target]):
                move(list(held[other]), target)
            elif fits(part, held[target]):
                move(part, target)
            elif fits(own, held[other]):
                move(own, other)
                target = other
            else:
                target = len(held)
                move(own + part, target)
    return [sorted(places) for places in held.values()]


def _blocks(together: Sequence[tuple[int, int]], fits: Callable[[Sequence[int], Sequence[int]], bool]) -> list[list[int]]:
    """What people joined, directly or by way of others; a pair that would bring together what somebody keeps apart is passed over."""
    block_of: dict[int, list[int]] = {}
    for a, b in together:
        first, second = block_of.setdefault(a, [a]), block_of.setdefault(b, [b])
        if first is not second and fits(first, second):
            first += second
            block_of |= dict.fromkeys(second, first)
    return sorted({id(block): sorted(block) for block in block_of.values()}.values())


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)
