"""Editions that wait in ``staged/<slug>/`` until somebody publishes them: what lies there is what will be published.

Only what a page says about itself (its address, the way back, its dateline) is written at the moment of publication.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nutgraf.desk import Desk
from nutgraf.errors import PublishError
from nutgraf.publish import files as on_disk
from nutgraf.publish import shelf
from nutgraf.publish.dressing import dressed, view_of
from nutgraf.publish.numbering import put_in, renumbered
from nutgraf.publish.standing import standing_of


@dataclass(frozen=True)
class Waiting:
    """A version that waits.

    Attributes:
        slug: The edition.
        entry: What the record is going to hold of it, as far as it is known.
        since: When it was made, in UTC.
        folder: Where it lies.
        held: Its manifest.
    """

    slug: str
    entry: dict[str, Any]
    since: str
    folder: Path
    held: dict[str, Any]


def folder_of(desk: Desk, slug: str) -> Path:
    """Where an edition waits."""
    return desk.staged / slug


def waiting(desk: Desk, slug: str) -> Waiting | None:
    """What waits of an edition; None when nothing does, or when it was published and only its folder was left by a crash."""
    folder = folder_of(desk, slug)
    held = on_disk.read_manifest(folder)
    if held is None or "entry" not in held or held.get("edition") != slug:
        return None
    entry = held["entry"]
    if standing_of(desk.decisions, slug).same_as(entry["content_sha256"], entry["title"], entry["pages"]):
        return None
    return Waiting(slug, entry, held["staged_at"], folder, held)


def drop(desk: Desk, slug: str) -> None:
    """Take away what waited."""
    shutil.rmtree(folder_of(desk, slug), ignore_errors=True)


def publish_waiting(desk: Desk, found: Waiting) -> int:
    """Publish what waits, as it lies there. Call under the desk's lock, after `shelf.settle_all`.

    Returns:
        Its version.

    Raises:
        PublishError: When a file is not what the run left; nothing is changed then.
    """
    bad = shelf.changed_in(found.folder, found.held)
    if bad:
        raise PublishError(
            "the file was changed or taken away after the run had checked it", where=f"staged/{found.slug}/{bad[0]}",
            mend=f"run 'nutgraf run --force {found.slug}' to make it again", not_done="nothing was published",
        )  # fmt: skip
    standing = standing_of(desk.decisions, found.slug)
    entry = renumbered(desk, found.entry, standing)
    view = view_of(desk.settings, standing, entry, "version")
    files: shelf.Files = {}
    for name in found.held["files"]:
        content = (found.folder / name).read_bytes()
        files[name] = dressed(content.decode("utf-8"), name, view) if name.endswith(".html") else content
    described = shelf.described(entry, excerpts=found.held["excerpts"], amendments=0)
    files[on_disk.MANIFEST] = on_disk.manifest(on_disk.digests(files), described)
    put_in(desk, standing, entry, files)
    drop(desk, found.slug)
    return entry["version"]
