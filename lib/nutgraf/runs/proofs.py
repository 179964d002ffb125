"""Proof that the published files of an edition are as they were when they were last read and compared with their hashes.

`data/processed/pages.json` holds for each edition a hash over names, sizes, times and inodes of its files, beside a hash over what they
must be. Both the same: nothing is read. It is disposable: without it every file is read and hashed once more.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from functools import cached_property

from nutgraf.desk import Desk
from nutgraf.disk import keep_note

FILE = "pages.json"
#: A file written so shortly before it was looked at may be written once more within the same tick of the clock.
SETTLED_S = 1.0


class Proofs:
    """The proofs of a desk, for one run. Call under the desk's lock.

    Args:
        desk: The desk.
    """

    def __init__(self, desk: Desk) -> None:
        self.path = desk.processed / FILE
        self._editions = os.path.join(desk.site, "editions")
        self._found: dict[str, list[str]] = {}

    @cached_property
    def _held(self) -> dict[str, list[str]]:
        try:
            held = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}  # lost or damaged: the files are read
        return held if isinstance(held, dict) else {}

    def holds(self, slug: str, pages: Mapping[str, str]) -> bool:
        """Whether these are proved to be the files of an edition, by sha256."""
        held = self._held.get(slug)
        if held is None or held != [self._look(slug)[0], _digest(pages)]:
            return False
        self._found[slug] = held
        return True

    def before(self, slug: str) -> tuple[str, float]:
        """The files as they are before somebody reads them, for `note`."""
        return self._look(slug)

    def note(self, slug: str, pages: Mapping[str, str], before: tuple[str, float]) -> None:
        """Note that the files were read and are these, unless one was written just now or meanwhile."""
        look, newest = before
        if newest < time.time() - SETTLED_S and self._look(slug)[0] == look:
            self._found[slug] = [look, _digest(pages)]

    def keep(self) -> None:
        """Keep the proofs for the next run."""
        found = {**self._held, **self._found}
        if found != self._held:
            keep_note(self.path, found)

    def _look(self, slug: str) -> tuple[str, float]:
        """Hash over what the file system says of an edition's files, and when the youngest was written or moved."""
        total, newest = hashlib.sha256(), 0.0
        folders = [os.path.join(self._editions, slug)]
        while folders:
            folder = folders.pop()
            if not os.path.isdir(folder):
                continue
            with os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                        continue
                    about = entry.stat()
                    # The time of the last change of the entry itself cannot be set by hand, so a restored time hides no edit.
                    said = (about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino)
                    total.update(f"{entry.path.removeprefix(self._editions)}\0{said}\n".encode("utf-8", "surrogateescape"))
                    newest = max(newest, about.st_ctime, about.st_mtime)
        return total.hexdigest(), newest


def _digest(pages: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(pages), sort_keys=True).encode()).hexdigest()
