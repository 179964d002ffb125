"""Blocks of small bars, one block per name and a lane per part: what fits a phone where a grid of columns does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nutgraf.charts.canvas import Canvas, Sizes
from nutgraf.charts.theme import GREY, RULE
from nutgraf.charts.words import clean, cut, text_width, wrap


class Lane(NamedTuple):
    """One bar from zero: its label, its length as a share of the longest, its figure in words, and its colour."""

    label: str
    share: float
    figure: str
    colour: str


class Block(NamedTuple):
    """A name in bold, a figure to its right, small print under it, and its lanes."""

    name: str
    figure: str
    small: str
    lanes: Sequence[Lane]


def blocks(width: int, shown: Sequence[Block], notes: Sequence[str], *, skipped: tuple[int, str] = (0, "")) -> Canvas:
    """The figure.

    Args:
        width: Units.
        shown: Blocks from top to bottom.
        notes: Small print below.
        skipped: Where rows were left out, the number of blocks above the gap and what is said there.
    """
    probe = Sizes(width)
    small, base = probe.small, probe.base
    lane = small * 1.45
    lanes = [one for block in shown for one in block.lanes]
    labels = [wrap(one.label, small, width * 0.45, 1)[0] for one in lanes]
    start = max((text_width(label, small) for label in labels), default=0) + 10
    reach = width - start - 6 - max((text_width(one.figure, small) for one in lanes), default=0)
    names = [wrap(block.name, base, width - 16 - text_width(block.figure, base * 1.12), 2, bold=True) for block in shown]
    heads = [len(name) * base * 1.25 + (small * 1.25 + 4 if block.small else 0) for name, block in zip(names, shown, strict=True)]
    tall = [head + len(block.lanes) * lane + 14 for head, block in zip(heads, shown, strict=True)]
    gap = small * 2 if skipped[1] else 0
    foot = [line for note in notes for line in wrap(note, small, width, 4)]
    canvas = Canvas(width, sum(tall) + gap + len(foot) * small * 1.25 + small)
    said, y = iter(labels), 0.0
    for index, (block, name, height) in enumerate(zip(shown, names, tall, strict=True)):
        if gap and index == skipped[0]:
            canvas.text(0, y + small * 1.5, skipped[1], colour=GREY)
            y += gap
        canvas.line([0, width], [y + 2, y + 2], RULE)
        below = canvas.lines(0, y + base * 1.3, name, size=base, bold=True)
        canvas.text(width, y + base * 1.3, block.figure, size=base, bold=True, align="end")
        if block.small:
            below = canvas.lines(0, below - 2, [cut(clean(block.small), small, width)], colour=GREY) + 4
        at = below - base * 0.75
        for one in block.lanes:
            canvas.text(0, at + small, next(said), colour=GREY)
            end = start + one.share * reach
            if one.share:
                canvas.bar(start, at + 2, end, at + lane - 3, one.colour)
            canvas.text(end + 5, at + small, one.figure, colour=GREY)
            at += lane
        y += height
    canvas.lines(0, y + small * 1.4, foot, colour=GREY)
    return canvas
