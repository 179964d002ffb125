"""Texts with the frames that people gave them, and whether they are enough to learn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nutgraf.errors import InputError
from nutgraf.numbers import counted

#: Fewer coded texts than this teach nothing that could be checked.
MIN_CODED = 20
#: How many texts must have a frame, and how many must not.
MIN_OF_EACH = 5
_NOT_DONE = "nothing was trained"


class Coded(NamedTuple):
    """One text and what people said of it.

    Attributes:
        text: The text.
        frames: Its frames; none is an answer too.
        main: Its main frame, where there is one.
        fold: Which fold it belongs to, where somebody has said so.
        group: Its outlet or event: a model that has seen others of the same may know them by it.
    """

    text: str
    frames: frozenset[str]
    main: str | None = None
    fold: str | None = None
    group: str | None = None


class Usable(NamedTuple):
    """What can be learnt.

    Attributes:
        frames: Frames that enough texts have and enough have not, in alphabetical order.
        main: Main frames of enough texts; empty where there is nothing to tell apart.
        left_out: The others, and why.
    """

    frames: tuple[str, ...]
    main: tuple[str, ...]
    left_out: Mapping[str, str]


def usable(coded: Sequence[Coded], where: str) -> Usable:
    """Which frames can be learnt from these codes.

    Args:
        coded: Texts with codes.
        where: What their file is called.

    Raises:
        InputError: When there are too few, or all say the same.
    """
    if len(coded) < MIN_CODED:
        raise InputError(
            f"{counted(len(coded), 'coded text')}: at least {MIN_CODED} are needed", where=where, mend="code more texts", not_done=_NOT_DONE
        )
    having = Counter(frame for one in coded for frame in one.frames)
    frames, left_out = [], {}
    for frame, n in sorted(having.items()):
        without = len(coded) - n
        if n < MIN_OF_EACH:
            left_out[frame] = f"{n} of {MIN_OF_EACH} texts needed have it"
        elif without < MIN_OF_EACH:
            left_out[frame] = f"{without} of {MIN_OF_EACH} texts needed do not have it"
        else:
            frames.append(frame)
    main = Counter(one.main for one in coded if one.main)
    alternatives = tuple(sorted(name for name, n in main.items() if n >= MIN_OF_EACH))
    if not frames:
        found = "; ".join(f"{frame}: {why}" for frame, why in left_out.items()) or "no text has a frame"
        raise InputError(f"there is nothing to tell apart ({found})", where=where, mend="code texts with and without each frame", not_done=_NOT_DONE)
    return Usable(tuple(frames), alternatives if len(alternatives) > 1 else (), left_out)
