"""What earlier commands left behind and nobody needs for a run: named for a person, and deleted on request only."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nutgraf.desk import Desk
from nutgraf.swapping import BEFORE, FOLDER

_DAY_S = 86_400


@dataclass(frozen=True)
class Leftover:
    """A file or folder that may go.

    Attributes:
        path: As seen from the desk.
        what: What it is, in words.
        n_bytes: Its size with all that is in it.
        age_days: Whole days since it was last changed.
    """

    path: str
    what: str
    n_bytes: int
    age_days: int


def leftovers(desk: Desk, older_than_days: int) -> list[Leftover]:
    """What may go and was not changed for so many days, by path. Call under the desk's lock: then nothing of it is in use."""
    now, found = time.time(), []
    for path, what in _all(desk):
        n_bytes, changed = measure_folder(path)
        age = int((now - changed) // _DAY_S)
        if age >= older_than_days:
            found.append(Leftover(path.relative_to(desk.root).as_posix(), what, n_bytes, age))
    return sorted(found, key=lambda one: one.path)


def delete(desk: Desk, found: list[Leftover]) -> None:
    """Delete leftovers for good."""
    for one in found:
        path = desk.root / one.path
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def measure_folder(path: Path) -> tuple[int, float]:
    """Bytes in a file, or in a folder and all below it, and when one of its files was last changed (seconds since 1970)."""
    if path.is_symlink() or not path.is_dir():
        about = path.lstat()
        return about.st_size, about.st_mtime
    n_bytes, changed = 0, path.stat().st_mtime
    for place, _, names in os.walk(path):
        for name in names:
            about = (Path(place) / name).lstat()
            n_bytes, changed = n_bytes + about.st_size, max(changed, about.st_mtime)
    return n_bytes, changed


def _all(desk: Desk) -> Iterator[tuple[Path, str]]:
    places = (
        (desk.processed, f"{BEFORE}*", "tables that 'nutgraf rebuild' kept aside"),
        (desk.processed, FOLDER, "tables of a rebuild that was interrupted"),
        (desk.processed, "ledger-set-aside-*", "a ledger of attempts that was damaged or of another form"),
        (desk.staged / ".damaged", "*", "published files that were changed by hand and made again"),
        (desk.staged / ".runs", "*", "notebooks of a run that failed, kept to look into"),
        (desk.raw, "*.part", "a copy that was interrupted"),
    )
    for folder, pattern, what in places:
        if folder.is_dir():
            yield from ((path, what) for path in folder.glob(pattern))
