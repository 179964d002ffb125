"""Published files as a run left them, so that the next one sees what was deleted or changed by hand and makes it again."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nutgraf.desk import Desk
from nutgraf.disk import remove
from nutgraf.numbers import counted
from nutgraf.publish import shelf
from nutgraf.publish.standing import standing_of
from nutgraf.runs.proofs import Proofs


def pages_of(desk: Desk, slug: str) -> dict[str, str]:
    """Published files of an edition by sha256, named as in ``site/``."""
    home = desk.site / "editions" / slug
    return {
        path.relative_to(desk.site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file() and ".part" not in path.name
    }


def damaged(desk: Desk, slug: str, pages: Mapping[str, str]) -> list[str]:
    """Files of an edition that are not there any more or not what was published, sorted."""
    held = pages_of(desk, slug)
    return sorted(name for name, sha256 in pages.items() if held.get(name) != sha256)


def mended(desk: Desk, slug: str, good: Mapping[str, Any], say: Callable[[str], None], proofs: Proofs) -> list[str]:
    """Look for published files that were deleted or changed by hand, and mend what needs no notebook: the latest pages are copies.

    Args:
        desk: The desk.
        slug: The edition.
        good: Its last good attempt.
        say: Called with what was found.
        proofs: Spare the reading of files that nobody touched since they were last compared.

    Returns:
        The files that only its notebooks can make again: those of its newest version. Those of older ones come back from a backup alone.
    """
    if proofs.holds(slug, good["pages"]):
        return []
    before = proofs.before(slug)
    lost = damaged(desk, slug, good["pages"])
    if not lost:
        proofs.note(slug, good["pages"], before)
    own = [name for name in lost if f"/v{good['version']}/" in name]
    older = [name for name in lost if name not in own and re.search(r"/v\d+/", name)]
    if older:
        say(
            f"{slug}: {counted(len(older), 'file')} of older versions missing or changed (first: site/{older[0]}); "
            "they cannot be made again: bring them back from a backup"
        )
    made_again = [name for name in lost if name not in older]
    if made_again:
        say(f"{slug}: {counted(len(made_again), 'published file')} missing or changed (first: site/{made_again[0]}); made again")
    if made_again and not own and shelf.mend_latest(desk, slug):
        shelf.settle(desk, standing_of(desk.decisions, slug))
    return own


def set_aside(desk: Desk, slug: str, version: int | None, files: list[str], target: Path) -> Path | None:
    """Move a damaged version folder out of the site, so that it is written anew; None when none of its files is damaged."""
    folder = desk.site / "editions" / slug / f"v{version}"
    inside = folder.relative_to(desk.site).as_posix() + "/"
    if not folder.is_dir() or not any(name.startswith(inside) for name in files):
        return None
    target.mkdir(parents=True, exist_ok=True)
    moved = target / folder.name
    remove(moved)
    folder.rename(moved)
    return moved


def put_all_back(desk: Desk) -> None:
    """Undo every `set_aside` of a command that was killed before it wrote the version anew."""
    for moved in sorted((desk.staged / ".damaged").glob("*/v*")):
        put_back(desk, moved.parent.name, moved)


def put_back(desk: Desk, slug: str, moved: Path | None) -> None:
    """Undo `set_aside` when the version was not written anew: a damaged page is better than none. When it was, the damaged one goes."""
    if moved is None:
        return
    folder = desk.site / "editions" / slug / moved.name
    if folder.exists():
        shutil.rmtree(moved)
    else:
        folder.parent.mkdir(parents=True, exist_ok=True)
        moved.rename(folder)
