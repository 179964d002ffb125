"""A new version: its number, its entry in the record, and how it gets its place on the site."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nutgraf.desk import Desk
from nutgraf.errors import PublishError
from nutgraf.publish import files as on_disk
from nutgraf.publish import record, shelf
from nutgraf.publish.changes import changes_between
from nutgraf.publish.check import stopping
from nutgraf.publish.index import entry_id
from nutgraf.publish.standing import Standing


def numbered(desk: Desk, about: Mapping[str, Any], standing: Standing, *, is_waiting: bool = False) -> dict[str, Any]:
    """The record entry of a new version: its number is one above every earlier one, recorded or only found on disk."""
    folders = shelf.home_of(desk, standing.slug).glob("v*")
    on_site = [int(match[1]) for path in folders if (match := re.fullmatch(r"v(\d+)", path.name))]
    version = max([*standing.versions, *on_site, 0]) + 1
    held = standing.versions.get(standing.current or 0)
    entry = {**about, "version": version, "since": held["version"] if held else None, "changes": changes_between(held, about)}
    if is_waiting:
        return entry
    at = record.now()
    return {**entry, "published_at": at, "id": entry_id(desk, standing.slug, version, at)}


def renumbered(desk: Desk, entry: Mapping[str, Any], standing: Standing) -> dict[str, Any]:
    """A waiting version's entry at the moment of its publication."""
    return numbered(desk, {name: entry[name] for name in entry if name not in ("version", "since", "changes")}, standing)


def checked(partial: Path, slug: str) -> Path:
    """A written version that may be published.

    Raises:
        PublishError: When a page runs or loads something, or quotes more than the cap allows; what was written is taken away.
    """
    complaints = stopping(partial)
    if complaints:
        shutil.rmtree(partial)
        more = f" (and {len(complaints) - 1} more)" if complaints[1:] else ""
        raise PublishError(complaints[0] + more, where=slug, not_done="nothing was published")
    return partial


def put_in(desk: Desk, standing: Standing, entry: dict[str, Any], files: Mapping[str, str | bytes]) -> None:
    """Publish a new version's files: written, then recorded, then given their name and shown as the latest."""
    checked(on_disk.write_once(shelf.folder_of(desk, standing.slug, entry["version"]), files), standing.slug)
    record.append(desk.decisions, entry)
    standing.take(entry)
    shelf.settle(desk, standing)
