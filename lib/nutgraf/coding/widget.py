"""The coding widget of a notebook: a text, the codebook's frames, and a key for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from nutgraf.coding.session import Session
from nutgraf.disk import of_disk
from nutgraf.errors import NutgrafError

_HERE = Path(__file__).parent


class CodingWidget(anywidget.AnyWidget):
    """Shows a coder one text after another and writes down what is said.

    The page sends what the coder did, and shows the state that comes back; what was said is known here and on the disk, never in the page alone.

    Args:
        session: The coder's way through a sample.
    """

    _esm = _HERE / "coder.js"
    _css = _HERE / "coder.css"
    #: The codebook's frames with their keys.
    frames = traitlets.List().tag(sync=True)
    #: What is shown, see `nutgraf.coding.session.Session.state`; with ``problem``, what went wrong in one line.
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, session: Session) -> None:
        self._session = session
        super().__init__(frames=session.frames(), state={**session.state(), "problem": "", "turn": 0})
        self.on_msg(self._heard)

    def _heard(self, _: Any, message: Any, buffers: Any) -> None:
        """Do what the page says: ``code`` with frames and note, ``take_back``, or ``go`` with a step."""
        problem = ""
        try:
            what = message.get("do") if isinstance(message, dict) else None
            if what == "code":
                self._session.code([str(frame) for frame in message.get("frames", [])], str(message.get("note", "")))
            elif what == "take_back":
                self._session.take_back()
            elif what == "go":
                self._session.go(int(message.get("step", 0)))
        except (NutgrafError, OSError) as error:
            problem = str(of_disk(error, self._session.folder, "the answer was not written") or error)
        self.state = {**self._session.state(), "problem": problem, "turn": self.state["turn"] + 1}
