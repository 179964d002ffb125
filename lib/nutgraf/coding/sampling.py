"""Which texts are coded: some at random, which alone speak for all, and some dealt out over outlets, weeks and what candidates say.

Frames are rare, and a random sample of forty texts may hold two that use one. So most of a sample is dealt out in turn over groups of one outlet,
week and candidate answer. Shares and precision that shall hold for all texts are taken from the random part.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from nutgraf.codes import Unit

RANDOM_SHARE = 0.3
SEED = 20260302


class Candidate(NamedTuple):
    """A text that may be drawn.

    Attributes:
        unit: The text.
        outlet: Whose it is; None where nobody knows.
        week: Of publication, such as ``2026-W10``; None without a date.
        answer: What a candidate measure says of it, such as the frames that are present.
    """

    unit: Unit
    outlet: str | None
    week: str | None
    answer: str


class Drawn(NamedTuple):
    """A text that was drawn, and whether at random."""

    unit: Unit
    is_random: bool


def draw(candidates: Sequence[Candidate], n: int, *, random_share: float = RANDOM_SHARE, seed: int = SEED) -> list[Drawn]:
    """Draw texts to code.

    Args:
        candidates: Texts; in whatever order they come, the same are drawn.
        n: How many; all where there are no more.
        random_share: Which part is drawn at random from all.
        seed: Of chance.

    Returns:
        In an order that tells a coder nothing of why a text was drawn.
    """
    chance = random.Random(seed)  # noqa: S311 - a sample
    ordered = sorted(candidates, key=lambda one: (one.unit.article_id, one.unit.version, one.unit.start or 0, one.unit.end or 0))
    chance.shuffle(ordered)
    n_random = round(min(n, len(ordered)) * random_share)
    drawn = [Drawn(one.unit, True) for one in ordered[:n_random]]
    groups: dict[tuple[str, str, str], list[Candidate]] = {}
    for one in ordered[n_random:]:
        groups.setdefault((one.answer, one.outlet or "", one.week or ""), []).append(one)
    # In turn over answers, within each over outlets and weeks: a rare answer is not drowned by a common one.
    by_answer: dict[str, list[list[Candidate]]] = {}
    for key in sorted(groups):
        by_answer.setdefault(key[0], []).append(groups[key])
    for cells in by_answer.values():
        chance.shuffle(cells)
    while len(drawn) < n and by_answer:
        for answer in sorted(by_answer):
            cells = by_answer[answer]
            if len(drawn) < n:
                cell = cells.pop(0)
                drawn.append(Drawn(cell.pop().unit, False))
                if cell:
                    cells.append(cell)
            if not cells:
                del by_answer[answer]
    chance.shuffle(drawn)
    return drawn
