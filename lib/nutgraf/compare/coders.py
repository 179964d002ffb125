"""What coders agree on: alpha for each frame and for all, how their answers fall together, and the units to talk about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from nutgraf.codes import Code, Unit, by_unit
from nutgraf.compare.agreement import Agreement, agreement, sets_apart


class FrameAgreement(NamedTuple):
    """Agreement about one frame, and how often of two coders both, one or none saw it.

    Attributes:
        frame: Its id.
        agreement: Of the yes and no for each unit.
        both: Pairs of codes in which both have the frame.
        one: In which one has it and the other has not.
        none: In which none has it.
    """

    frame: str
    agreement: Agreement
    both: int
    one: int
    none: int


class Disagreement(NamedTuple):
    """A unit on which coders differ, with the frames that each saw, and how far they are apart, 0 to 1."""

    unit: Unit
    frames: Mapping[str, frozenset[str]]
    apart: float


def by_frame(codes: Sequence[Code], frames: Sequence[str]) -> list[FrameAgreement]:
    """Agreement about each frame of a codebook.

    Args:
        codes: By one codebook, one of each coder and unit.
        frames: Its frames.
    """
    units = list(by_unit(codes).values())
    found = []
    for frame in frames:
        answers = [{coder: frame in code.frames for coder, code in unit.items()} for unit in units]
        pairs = [pair for unit in answers for pair in combinations(unit.values(), 2)]
        both, none = sum(one and other for one, other in pairs), sum(not one and not other for one, other in pairs)
        found.append(FrameAgreement(frame, agreement(answers), both, len(pairs) - both - none, none))
    return found


def of_sets(codes: Sequence[Code]) -> Agreement:
    """Agreement about all frames of a unit at once: two sets that share frames are less far apart than two that share none."""
    return agreement([{coder: code.frames for coder, code in unit.items()} for unit in by_unit(codes).values()], sets_apart)


def of_main(codes: Sequence[Code]) -> Agreement | None:
    """Agreement about the main frame; None where no code names one."""
    units = [{coder: code.main for coder, code in unit.items() if code.main is not None} for unit in by_unit(codes).values()]
    return agreement(units) if any(units) else None


def disagreements(codes: Sequence[Code]) -> list[Disagreement]:
    """Units on which coders differ, those furthest apart first."""
    found = []
    for unit, answers in by_unit(codes).items():
        frames = {coder: answers[coder].frames for coder in sorted(answers)}
        apart = [sets_apart(one, other) for one, other in combinations(frames.values(), 2)]
        if any(apart):
            found.append(Disagreement(unit, frames, sum(apart) / len(apart)))
    return sorted(found, key=lambda one: (-one.apart, one.unit.article_id, one.unit.version, one.unit.start or 0))
