"""Files in a desk's sources that no ingest has read yet: looked for without reading or writing anything in their place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nutgraf.ingest.raw import sha256_of
from nutgraf.ingest.records import RawItem
from nutgraf.ingest.register import Register, key_of
from nutgraf.ingest.sources import items_of
from nutgraf.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from nutgraf.desk import Desk

#: How coarse the times of a file system may be, in seconds.
_GRAIN_S = 2.0


def unread(desk: Desk, since: float | None = None) -> list[str]:
    """Files that the next run reads in.

    Args:
        desk: The desk.
        since: When the last ingest of the sources began, in seconds since 1970. Files that have not been touched after that are known and not
            opened; with None, or settings that changed meanwhile, all are.

    Returns:
        Paths in the desk, sorted; a file that a manifest names and that is not there is none of them.

    Raises:
        UsageError: When a source of the desk does not exist.
    """
    if since is not None and _touched(desk.root / SETTINGS_FILE) >= since - _GRAIN_S:
        since = None
    sources = [source for source in desk.settings.sources if not source.is_fetched]
    items = [item for source in sources for item in items_of(desk, source) if item.path.is_file()]
    if since is not None:
        manifests = {source.id: desk.root / source.path / source.manifest for source in sources if source.manifest}
        described_anew = {name for name, path in manifests.items() if path.is_file() and _touched(path) >= since - _GRAIN_S}
        items = [item for item in items if item.source in described_anew or _touched(item.path) >= since - _GRAIN_S]
    if desk.store.version("articles") is None:
        found = items
    else:
        register = Register(desk.store)
        found = [item for item in items if register.find(key_of(sha256_of(item.path), item)) is None]
    return sorted({_named(desk, item) for item in found})


def _touched(path: Path) -> float:
    """When a file or what is known of it last changed: its own clock can be set back, this one cannot."""
    about = path.stat()
    return max(about.st_mtime, about.st_ctime)


def _named(desk: Desk, item: RawItem) -> str:
    path = item.path
    return path.relative_to(desk.root).as_posix() if path.is_relative_to(desk.root) else item.key
