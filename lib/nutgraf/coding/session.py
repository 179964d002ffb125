"""One coder's way through a sample: what is shown, what was said, taking back and going on where one stopped. It knows no notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from nutgraf import codes
from nutgraf.codebooks import Codebook
from nutgraf.codes import Code, Unit
from nutgraf.errors import UsageError

#: Keys of the frames, in order. Those of the commands (u, n, arrows, Enter) are not among them.
KEYS = "123456789abcdefghijklm"


class Shown(NamedTuple):
    """A text as a coder sees it.

    Attributes:
        unit: Which it is.
        text: What is read.
        about: A line on where it comes from; empty for a coder who shall not know.
        mark: Start and end, in characters of `text`, of what is asked about in it; None where it is all of it.
    """

    unit: Unit
    text: str
    about: str = ""
    mark: tuple[int, int] | None = None

    def pieces(self) -> list[str]:
        """The text before the mark, what is marked, and the text after it; nothing without a mark. A page counts characters otherwise than Python."""
        if self.mark is None:
            return []
        start, end = self.mark
        return [self.text[:start], self.text[start:end], self.text[end:]]


class Session:
    """A coder, a codebook and texts in an order.

    Every answer is on the disk before the next text is shown. Who opens the same sample again stands at the first text without an answer of theirs.

    Args:
        folder: The desk's ``data/decisions/codes``.
        codebook: By which is coded.
        coder: Who codes.
        texts: What is coded, in this order.
        now: Gives the moment of an answer.

    Raises:
        InputError: For a coder's name that can be no file's.
        UsageError: When there is no text, or there are more frames than keys.
    """

    def __init__(
        self, folder: Path, codebook: Codebook, coder: str, texts: Sequence[Shown], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        codes.file_of(folder, coder)
        if not texts:
            raise UsageError("there is no text to code", mend="choose other articles", not_done="nothing was shown")
        if len(codebook.frames) > len(KEYS):
            raise UsageError(f"{len(codebook.frames)} frames are more than there are keys ({len(KEYS)})", mend="split the codebook")
        self.folder, self.codebook, self.coder, self.texts, self._now = folder, codebook, coder, list(texts), now
        wanted = {shown.unit for shown in texts}
        mine = [code for code in codes.current(folder, codebook.id) if code.coder == coder and code.unit in wanted]
        self._said: dict[Unit, Code] = {code.unit: code for code in mine}
        self._order: list[tuple[Unit, Code | None]] = []
        self.position = self._next_open(0)

    @property
    def n_coded(self) -> int:
        """Texts of this sample that the coder has answered."""
        return len(self._said)

    def code(self, frames: Sequence[str], note: str = "") -> None:
        """Answer the text that is shown, and go on to the next without an answer.

        Args:
            frames: Ids of its frames; none is an answer, unless the codebook asks for exactly one.
            note: Whatever the coder wants to remember.

        Raises:
            UsageError: For a frame that the codebook does not have, or another number of them than it asks for.
        """
        fault = self.codebook.fault_of(frames)
        if fault:
            raise UsageError(fault, not_done="the answer was not written")
        unit = self.texts[self.position].unit
        answer = Code(self.codebook.id, self.codebook.version, unit, frozenset(frames), None, self.coder, self._now(), note.strip())
        codes.append(self.folder, [answer])
        self._order.append((unit, self._said.get(unit)))
        self._said[unit] = answer
        self.position = self._next_open(self.position + 1)

    def take_back(self) -> bool:
        """Take the newest answer of this sitting back, and show its text again.

        Returns:
            False when there is none.
        """
        if not self._order:
            return False
        unit, before = self._order.pop()
        if before is None:
            answer = self._said.pop(unit)._replace(is_withdrawn=True, coded_at=self._now())
        else:
            answer = self._said[unit] = before._replace(coded_at=self._now())
        codes.append(self.folder, [answer])
        self.position = next(at for at, shown in enumerate(self.texts) if shown.unit == unit)
        return True

    def go(self, step: int) -> None:
        """Show the text some steps on, or back where negative, without an answer; at either end it stays."""
        self.position = min(max(self.position + step, 0), len(self.texts) - 1)

    def _next_open(self, start: int) -> int:
        """The first text without an answer from a place on, then from the beginning; where all have one, the last."""
        places = [*range(start, len(self.texts)), *range(min(start, len(self.texts)))]
        return next((at for at in places if self.texts[at].unit not in self._said), len(self.texts) - 1)

    def state(self) -> dict[str, Any]:
        """All that is shown now, for a program that shows it."""
        shown = self.texts[self.position]
        said = self._said.get(shown.unit)
        return {
            "position": self.position, "n": len(self.texts), "n_coded": self.n_coded, "text": shown.text, "pieces": shown.pieces(),
            "about": shown.about, "coder": self.coder, "is_one": self.codebook.is_one,
            "chosen": sorted(said.frames) if said else [], "is_coded": said is not None, "note": said.note if said else "",
            "can_take_back": bool(self._order), "is_done": self.n_coded == len(self.texts),
        }  # fmt: skip

    def frames(self) -> list[dict[str, str]]:
        """The codebook's frames with their keys: id, key, label, definition and question."""
        return [
            {"id": frame.id, "key": key, "label": frame.label, "definition": frame.definition, "question": " ".join(frame.questions)}
            for frame, key in zip(self.codebook.frames, KEYS, strict=False)
        ]
