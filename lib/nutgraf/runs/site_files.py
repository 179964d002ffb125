"""Published files as a run left them, so that the next one sees what was deleted or changed by hand and makes it again."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from nutgraf.desk import Desk


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


def set_aside(desk: Desk, slug: str, version: int | None, files: list[str], target: Path) -> Path | None:
    """Move a damaged version folder out of the site, so that it is written anew; None when none of its files is damaged."""
    folder = desk.site / "editions" / slug / f"v{version}"
    inside = folder.relative_to(desk.site).as_posix() + "/"
    if not folder.is_dir() or not any(name.startswith(inside) for name in files):
        return None
    target.mkdir(parents=True, exist_ok=True)
    moved = target / folder.name
    shutil.rmtree(moved, ignore_errors=True)
    folder.rename(moved)
    return moved


def put_back(desk: Desk, slug: str, moved: Path | None) -> None:
    """Undo `set_aside` when the version was not written anew: a damaged page is better than none."""
    if moved is None:
        return
    folder = desk.site / "editions" / slug / moved.name
    if not folder.exists():
        moved.rename(folder)
