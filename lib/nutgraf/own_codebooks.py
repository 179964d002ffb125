"""Codebooks that a desk writes itself: beginning one, and trying its cues on its own sentences."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nutgraf import codebooks
from nutgraf.codebooks import Codebook, Failure
from nutgraf.disk import naming
from nutgraf.errors import UsageError
from nutgraf.numbers import counted

#: What a new codebook begins with. Its one frame passes its own check, so that whoever writes over it sees at once what breaks.
_BEGINNING = '''# {name}: a codebook of this desk. How cues are written is told at the head of generic-frames.toml,
# which lies in the package beside other codebooks. Cues are candidates: what a person should look at, never a verdict on an article.
#
# Write in this order: the definition, the question, the sentences, and only then the cues; better still, have somebody else write the cues.
# A codebook for people alone says hand_coding_only = true and has no cues.

id = "{name}"
name = "{title}"
version = "1"
source = "This desk, {year}: say who wrote it and after whom."

[[frames]]
id = "blame_of_weather"
label = "Blame of the weather"
definition = "The text makes weather the cause of something that went wrong."
questions = ["Does the text say that weather caused harm or delay?"]
examples = [
  "Heavy rain caused the delay, the harbour office said.",
  "The frost was to blame for the burst pipes.",
  "Because of the storm no ferry ran on Monday.",
  "The drought ruined half of the plum harvest.",
  "Ice brought down the power line behind the mill.",
  "Fog caused the collision off the pier.",
]
near_misses = [
  "Rain is expected on Tuesday.",
  "She brought a storm of applause down on the hall.",
  "The frost on the windows made a fine picture.",
  "Fog lay over the valley all morning.",
  "A drought of ideas is what the council suffers from, she said.",
  "They skated on the ice behind the mill.",
]

[[frames.cues]]
id = "weather-caused"
note = "weather and what it did, within a few words"
phrases = ["rain|fog|frost|storm|ice caused", "rain|fog|frost|storm|ice was to_blame", "because of the rain|fog|frost|storm|ice"]

[[frames.cues]]
id = "weather-ruined"
phrases = ["drought|storm|frost ruined|destroyed", "ice brought down the ..2 line"]
'''


@dataclass(frozen=True)
class Look:
    """What came of looking at one codebook.

    Attributes:
        codebook: The codebook.
        failures: Its own sentences on which its cues are wrong.
    """

    codebook: Codebook
    failures: tuple[Failure, ...]

    def lines(self) -> list[str]:
        """What a person reads."""
        book = self.codebook
        n_cues = sum(not cue.is_exclusion for frame in book.frames for cue in frame.cues)
        how = "for hand coding alone" if book.hand_coding_only else counted(n_cues, "cue")
        found = [f"{book.id}, version {book.version}: {counted(len(book.frames), 'frame')}, {how}"]
        if book.hand_coding_only:
            return found
        wrong = Counter((failure.frame, failure.kind) for failure in self.failures)
        for frame in book.frames:
            parts = [
                f"{len(given) - wrong[frame.id, kind]} of {len(given)} {words}"
                for kind, given, words in (("example", frame.examples, "examples found"), ("near_miss", frame.near_misses, "near misses left alone"))
            ]
            found.append(f"  {frame.id}: {', '.join(parts)}")
        for failure in self.failures:
            what = "not found" if failure.kind == "example" else "found, and should not be"
            found.append(f"  {failure.frame}, {what}: {failure.sentence}")
        return found

    def as_dict(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "id": self.codebook.id, "version": self.codebook.version, "frames": list(self.codebook.frame_ids),
            "hand_coding_only": self.codebook.hand_coding_only, "failures": [failure._asdict() for failure in self.failures],
        }  # fmt: skip


def looked_at(path: Path) -> Look:
    """Read a codebook and try its cues.

    Raises:
        ResourceError: When it cannot be used, with the place in it.
    """
    book = codebooks.read(path)
    return Look(book, () if book.hand_coding_only else tuple(book.check()))


def found(name: str, folder: Path | None) -> Path:
    """A codebook by its id, or by its file.

    Args:
        name: Id, or a path that ends in ``.toml``.
        folder: The desk's own codebooks; None where there is no desk.

    Raises:
        ResourceError: When there is none.
    """
    return Path(name) if name.endswith(".toml") and (os.sep in name or Path(name).is_file()) else codebooks.path_of(name, folder)


def begin(folder: Path, name: str, year: int) -> Path:
    """Begin a codebook with one frame to write over.

    Args:
        folder: The desk's own codebooks.
        name: The new one's id.
        year: Of its source line.

    Returns:
        The file.

    Raises:
        UsageError: For an id that cannot be used, or is taken.
    """
    if not codebooks.is_id(name):
        mend = "use lower-case letters, digits, - and _, and begin with a letter"
        raise UsageError(f"{name!r} can be no id", mend=mend, not_done="nothing was written")
    if name in codebooks.available(folder):
        raise UsageError(f"there is a codebook {name!r} already", mend="choose another id", not_done="nothing was written")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    text = _BEGINNING.format(name=name, title=name.replace("-", " ").replace("_", " ").capitalize(), year=year)
    codebooks.read_text(text, path.name)
    with naming(path), path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path
