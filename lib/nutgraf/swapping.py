"""Putting tables that were made anew in the place of the old ones, under a plan that outlives a crash.

Below ``data/processed``: ``rebuild/new`` holds what was made, and ``rebuild/plan.json`` is written once all of it is whole. Without the
plan nothing has happened, and what lies there is thrown away; with it, whoever takes the desk's lock next completes the swap. The plan
is renamed to ``done.json`` when everything is in its place and only old files are left to remove. ``data/processed`` itself is not
renamed: it holds the lock, and may be a disk of its own.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

from nutgraf.disk import remove
from nutgraf.errors import StoreError

FOLDER = "rebuild"
#: Where old tables go that are kept: ``before-<time>``.
BEFORE = "before-"
_STAYING = ("lock", "lock.json", FOLDER)
_SET_ASIDE = (BEFORE, "ledger-set-aside-")


def fresh(root: Path) -> Path:
    """An empty folder to make new tables in, in the place of one that an unfinished rebuild left."""
    remove(root / FOLDER)
    new = root / FOLDER / "new"
    new.mkdir(parents=True)
    return new


def aside_name(root: Path) -> str:
    """A name below `root` for the old tables that nothing has yet."""
    stem = f"{BEFORE}{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"
    names = (stem if number == 1 else f"{stem}-{number}" for number in itertools.count(1))
    return next(name for name in names if not (root / name).exists())


def swap(root: Path, aside: str, *, keep: bool) -> None:
    """Put what lies in `fresh` in the place of what is disposable. Call under the desk's lock.

    Args:
        root: ``data/processed``.
        aside: Name of the folder below it that takes what was there.
        keep: Whether that folder stays; otherwise it is removed once the new tables are in their place.
    """
    out = sorted(
        entry.name for entry in root.iterdir() if entry.name not in _STAYING and not entry.name.startswith(_SET_ASIDE)
    )
    _sync_below(root / FOLDER / "new")
    plan = {"aside": aside, "keep": keep, "out": out}
    partial = root / FOLDER / "plan.json.part"
    with partial.open("w", encoding="utf-8") as file:
        json.dump(plan, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, root / FOLDER / "plan.json")
    _sync(root / FOLDER)
    complete(root)


def complete(root: Path) -> bool:
    """Complete a swap that was begun. Safe to repeat at any point; call under the desk's lock.

    Returns:
        Whether there was one.
    """
    path, done = root / FOLDER / "plan.json", root / FOLDER / "done.json"
    try:
        if is_under_way(root):
            _move(root, json.loads(path.read_text(encoding="utf-8")))
            os.replace(path, done)
            _sync(root / FOLDER)
        elif not done.exists():
            return False
        plan = json.loads(done.read_text(encoding="utf-8"))
        if not plan["keep"] and (root / plan["aside"]).exists():
            shutil.rmtree(root / plan["aside"])
        shutil.rmtree(root / FOLDER)
    except OSError as error:
        raise StoreError(
            f"the tables that 'nutgraf rebuild' made could not be put in their place: {error.strerror}", where="data/processed",
            mend="check the permissions of that folder and the space on its disk; the next command goes on from here",
        ) from error  # fmt: skip
    return True


def is_under_way(root: Path) -> bool:
    """Whether some tables are old and some are new."""
    return (root / FOLDER / "plan.json").exists()


def _move(root: Path, plan: dict[str, Any]) -> None:
    new, aside = root / FOLDER / "new", root / plan["aside"]
    aside.mkdir(exist_ok=True)
    for name in plan["out"]:
        # What is set aside already is not looked at again: the new one may be in its place.
        if not os.path.lexists(aside / name) and os.path.lexists(root / name):
            os.rename(root / name, aside / name)
    for name in sorted(os.listdir(new)):
        os.rename(new / name, root / name)
    _sync(root)
    _sync(aside)


def _sync_below(folder: Path) -> None:
    for place, _, names in os.walk(folder):
        for name in names:
            _sync(Path(place) / name)
        _sync(Path(place))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
