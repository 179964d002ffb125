"""Which bodies of articles are one text: near copies by their shingles, and agency texts that outlets cut.

**Near.** Bodies are taken in the order in which they were first fetched. Each is compared with the *first* body of every group that there is and
joins the one that it is most like, if their Jaccard is `NEAR` or more; else it is the first of a new group. So each member is that close to one body,
the first: a text that drifts from copy to copy leaves the group as soon as it is too far from where it began, and any two members share a Jaccard of
.6 at least (1 - Jaccard is a distance: two of .2 make .4 at most). MinHash only proposes which firsts are looked at; the Jaccard that decides is
counted.

**Agency.** Outlets cut what an agency sends, from the end, and then Jaccard is low. So groups that credit one agency are joined when most of the
shorter of their first bodies stands at the beginning of the longer; they, too, are compared with the first body of those joined before, and with no
other. What is no copy has to stay out: a round-up or live blog holds whole reports, but is far longer or holds them further down; explainers that are
printed again under new reports stand at their end; tables made from one template come on other days and differ in their numbers, which breaks nearly
all shingles.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from nutgraf.compare.shingles import PLACES, WORDS, bands, contained, library

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nutgraf.compare.shingles import Numbers

#: A Jaccard from which two bodies are one text: of 100 words, two may be others wherever they stand, each of which breaks five shingles; or a fifth
#: may be cut from one end; or a tenth be cut and as much be added. So it is still the same report, and what an outlet added on its own is little.
NEAR = 0.8
#: Firsts whose signatures say less are not compared: five standard errors below `NEAR`.
LEAST_LIKELY = 0.62
#: Of the firsts that fall into one band or fingerprint so many are looked at, the latest. Only what is made from one template by the hundred has
#: more.
MOST = 100
#: The share of the shorter text that has to stand at the beginning of the longer one.
SHARE = 0.8
#: The beginning is so much of the longer text as the shorter one is long, times this: a paragraph in three may be left out on the way.
REACH = 1.5
#: A shorter text is no shorter than this share of the longer one, and has so many shingles at least, which are 40 words in one piece.
LEAST_PART, LEAST_SHINGLES = 0.25, 36
#: An agency's text is printed within so many days.
MOST_DAYS = 3
#: Two texts that share less of the fingerprints of the shorter are not compared; of a trimmed text nearly all are shared.
_LIKELY = 0.3
#: What the answers depend on. The number is that of the code.
RULES = f"1 {NEAR} {LEAST_LIKELY} {MOST} {SHARE} {REACH} {LEAST_PART} {LEAST_SHINGLES} {MOST_DAYS} {_LIKELY}"

#: What `LEAST_SHINGLES` is in words.
LEAST_WORDS = LEAST_SHINGLES + WORDS - 1

#: Gives a likeness of two bodies by their places, None where it is not known yet.
Known = Callable[[int, int], float | None]


class Link(NamedTuple):
    """To which first a body or group belongs, and how alike they are; a first belongs to itself with 1."""

    first: int
    likeness: float


class Credited(NamedTuple):
    """What an agency's text is known by: the agencies that a group credits, when it was published, and the fingerprints of its first body."""

    agencies: frozenset[str]
    published_at: datetime | None
    fingerprints: Numbers


def version() -> str:
    """The version of what finds copies, as a recorded figure names it."""
    return f"1-{hashlib.sha256(f'{RULES}; {library()}'.encode()).hexdigest()[:10]}"


def near_groups(signatures: npt.NDArray[np.uint32], known: Known) -> tuple[list[Link], list[tuple[int, int]]]:
    """The group of each body.

    Args:
        signatures: Of the bodies, in the order in which they were first fetched; those that share no band with another may be left out.
        known: The Jaccard of two bodies, the later one first.

    Returns:
        The first of each body's group with their Jaccard; and the pairs whose Jaccard is asked for and not known, for which that of the signatures
        was taken. When there is none, the links are final.
    """

    links = [Link(place, 1.0) for place in range(len(signatures))]
    numbers = bands(signatures)
    buckets: list[dict[int, list[int]]] = [{} for _ in range(numbers.shape[1])]
    asked: list[tuple[int, int]] = []
    for place, row in enumerate(numbers):
        own = row.tolist()
        others = {other for bucket, number in zip(buckets, own, strict=True) for other in bucket.get(number, ())}
        best: tuple[float, int] | None = None
        for other, likely in _likely(signatures, place, sorted(others)):
            likeness = known(place, other)
            if likeness is None:
                asked.append((place, other))
                likeness = likely
            if likeness >= NEAR and (best is None or likeness > best[0]):
                best = likeness, other
        if best is not None:
            links[place] = Link(best[1], best[0])
            continue
        for bucket, number in zip(buckets, own, strict=True):
            _put(bucket, number, place)
    return links, asked


def _put(index: dict[int, list[int]], number: int, place: int) -> None:
    """Note who has a number; of too many the latest stay."""
    held = index.setdefault(number, [])
    held.append(place)
    if len(held) > MOST:
        del held[0]


def _likely(signatures: npt.NDArray[np.uint32], place: int, others: list[int]) -> list[tuple[int, float]]:
    """Of some earlier bodies those whose Jaccard can be `NEAR` by their signatures, with what these say."""
    if not others:
        return []
    shares = (signatures[others] == signatures[place]).sum(axis=1) / PLACES
    return [(other, share) for other, share in zip(others, shares.tolist(), strict=True) if share >= LEAST_LIKELY]


def agency_groups(groups: Mapping[int, Credited], known: Known) -> tuple[dict[int, Link], list[tuple[int, int]]]:
    """Which groups of near copies are one agency text.

    Args:
        groups: Those that credit an agency, by the place of their first body, in order.
        known: What `trimmed` gives for the bodies at two places, the later one first.

    Returns:
        The first of each, with the share; and the pairs that are asked for and not known, which were taken for no copies.
    """
    links: dict[int, Link] = {}
    indexes: dict[str, dict[int, list[int]]] = defaultdict(dict)
    asked: list[tuple[int, int]] = []
    for place, own in _shared_numbers(groups).items():
        group = groups[place]
        # A group may credit two agencies that another credits too; each of its numbers still counts once.
        shared = Counter(other for number in own for other in {o for agency in group.agencies for o in indexes[agency].get(number, ())})
        best = Link(place, 0.0)
        for other, n in sorted(shared.items()):
            least = _LIKELY * min(len(group.fingerprints), len(groups[other].fingerprints))
            if n < least or _is_apart(group, groups[other]):
                continue
            share = known(place, other)
            if share is None:
                asked.append((place, other))
            elif share >= SHARE and share > best.likeness:
                best = Link(other, share)
        links[place] = best if best.first != place else Link(place, 1.0)
        if best.first == place:
            for agency in group.agencies:
                for number in own:
                    _put(indexes[agency], number, place)
    return links, asked


def _shared_numbers(groups: Mapping[int, Credited]) -> dict[int, list[int]]:
    """Those of each group's fingerprints that another has too, which are few."""
    import numpy as np

    if not groups:
        return {}
    every = np.concatenate([group.fingerprints for group in groups.values()])
    _, number, n = np.unique(every, return_inverse=True, return_counts=True)
    ends = np.cumsum([len(group.fingerprints) for group in groups.values()])[:-1]
    parts = zip(groups, np.split(every, ends), np.split(n[number] > 1, ends), strict=True)
    return {place: own[is_shared].tolist() for place, own, is_shared in parts}


def trimmed(a: Sequence[int] | Numbers, b: Sequence[int] | Numbers) -> float:
    """Of the shorter of two texts, the share of its shingles that stand at the beginning of the longer; 0 where one is too short to tell.

    Args:
        a, b: Shingles in order.
    """
    import numpy as np

    short, long = sorted((np.asarray(a, np.uint64), np.asarray(b, np.uint64)), key=len)
    if len(short) < LEAST_SHINGLES or len(short) < LEAST_PART * len(long):
        return 0.0
    n, share = contained(short, long[: int(REACH * len(short))])
    return share if n >= LEAST_SHINGLES * SHARE else 0.0


def _is_apart(a: Credited, b: Credited) -> bool:
    if a.published_at is None or b.published_at is None:
        return False
    return abs(a.published_at - b.published_at) > timedelta(days=MOST_DAYS)
