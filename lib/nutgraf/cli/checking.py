"""``nutgraf check``: the desk's site or any folder, with what the desk knows when there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nutgraf.desk import Desk
from nutgraf.errors import DeskError, UsageError
from nutgraf.naming import NotToBeNamed
from nutgraf.publish import record
from nutgraf.publish.check import check_site, n_files
from nutgraf.publish.left_out import left_out
from nutgraf.publish.standing import standings


def look(folder: Path | None) -> dict[str, Any]:
    """What is wrong with a site.

    Args:
        folder: The site or one version's folder; None for the site of the desk that the working folder belongs to.

    Returns:
        ``site``, ``n_files``, ``complaints`` (one line each), and ``left_out``: outputs of notebooks that no page shows, which is no
        fault.

    Raises:
        UsageError: When there is no such folder, or nothing was published yet.
    """
    desk = Desk.find() if folder is None else _desk_of(folder)
    folder = folder or desk.site  # type: ignore[union-attr]
    if not folder.is_dir():
        mend = "give a folder, or make the site with 'nutgraf run'"
        raise UsageError("there is no such folder", where=str(folder), mend=mend, not_done="Nothing was checked")
    if desk is None:
        complaints, left = check_site(folder), {}
    else:
        is_site = folder.resolve() == desk.site
        complaints = check_site(
            folder, not_to_be_named=NotToBeNamed.load(desk.decisions), own=[str(desk.root)],
            standings=standings(record.entries(desk.decisions)) if is_site else None,
        )  # fmt: skip
        left = left_out(desk) if is_site else {}
    lines = [f"{slug}, {page}: {line}" for slug, pages in sorted(left.items()) for page, found in sorted(pages.items()) for line in found]
    return {"site": str(folder), "n_files": n_files(folder), "complaints": complaints, "left_out": lines}


def _desk_of(folder: Path) -> Desk | None:
    """The desk whose site or staged edition this is; None for a folder that belongs to none."""
    try:
        desk = Desk.find(folder.resolve())
    except DeskError:
        return None
    return desk if folder.resolve().is_relative_to(desk.site) or folder.resolve().is_relative_to(desk.staged) else None
