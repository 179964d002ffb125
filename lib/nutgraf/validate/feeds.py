"""Task ``feeds``: feeds of a folder, read as ingest reads them, against how many entries each has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.compare.scoring import Figure, column, ratio
from nutgraf.errors import InputError, UsageError
from nutgraf.ingest.formats.feeds import parse_feed, reader_version
from nutgraf.ingest.records import RawItem
from nutgraf.ingest.sources import MANIFEST, read_manifest
from nutgraf.validate.answering import Answers, Method
from nutgraf.validate.items import Item

if TYPE_CHECKING:
    import numpy as np

    from nutgraf.measuring import Registry

#: What a manifest calls a file that is no feed.
NO_FEED = "other"
_NOTHING = "nothing was validated"


@dataclass(frozen=True)
class FeedFile(Item):
    """An item whose feed stands in a file of its own: where that is."""

    path: Path = Path()


def read(path: Path, field: str) -> list[Item]:
    """The feeds that a folder's ``manifest.jsonl`` names, or that a manifest names which stands beside them.

    Args:
        path: The folder or the manifest.
        field: Not asked for: feeds have no field with a text.

    Raises:
        UsageError: When there is no such folder, or no manifest in it.
        InputError: For a line of the manifest that names no file, or one outside the folder, or counts entries by something else than a number.
    """
    folder, manifest = (path, path / MANIFEST) if path.is_dir() else (path.parent, path)
    if not manifest.is_file():
        mend = f"name a folder of feeds with a {MANIFEST}, one JSON object a line with the 'file' of each feed"
        raise UsageError("no such folder, or no manifest in it", where=str(path), mend=mend, not_done=_NOTHING)
    try:
        named = read_manifest(manifest)
    except InputError as error:
        raise InputError(error.what, where=error.where, mend=error.mend, not_done=_NOTHING) from error
    if not named:
        raise InputError("it names no feed", where=manifest.name, mend="it needs one JSON object a line", not_done=_NOTHING)
    found: list[Item] = []
    for key, given in named.items():
        if not (folder / key).resolve().is_relative_to(folder.resolve()):
            raise InputError(f"'{key}' lies outside the folder", where=manifest.name, mend="name files inside it", not_done=_NOTHING)
        count_ = given.get("items")
        if count_ is not None and (not isinstance(count_, int) or isinstance(count_, bool)):
            raise InputError(f"'items' is no number: {count_!r}", where=f"item {key}", mend="count the feed's entries", not_done=_NOTHING)
        found.append(FeedFile(key, "", given, folder / key))
    return found


def answer(batch: Sequence[Item], registry: Registry) -> Answers:
    """How many entries each feed has, its title and link; null, with the reason, for a file that is refused."""
    return [_answer(item) for item in batch]


def _answer(item: Item) -> dict[str, Any]:
    assert isinstance(item, FeedFile)
    try:
        content = item.path.read_bytes()
    except OSError as error:
        raise InputError(f"the feed cannot be read: {error.strerror}", where=f"item {item.id}", mend="correct 'file'", not_done=_NOTHING) from error
    try:
        feed = parse_feed(RawItem(item.path, "validate", item.id), content)
    except InputError as error:
        return {"entries": None, "title": None, "link": None, "refused": error.what}
    return {"entries": len(feed.entries), "title": feed.title, "link": feed.link, "refused": None}


def count(item: Item, answered: Mapping[str, Any]) -> Mapping[str, float]:
    """Whether a feed was read and has as many entries as were counted in it; whether a file that is none was refused."""
    if item.given.get("kind") == NO_FEED:
        return {"refused": float(answered["entries"] is None), "others": 1}
    return {"parsed": float(answered["entries"] is not None), "equal": float(answered["entries"] == item.given["items"]), "feeds": 1}


def figures(columns: Sequence[str]) -> list[Figure]:
    """Shares of the files that are feeds, and of those that are not."""
    return [Figure(name, partial(_share, right, of)) for name, right, of in _FIGURES if of in columns]


def _share(right: str, of: str, sums: Mapping[str, np.ndarray]) -> np.ndarray:
    return ratio(column(sums, right), column(sums, of))


_FIGURES = (("parsed_share", "parsed", "feeds"), ("entries_equal_share", "equal", "feeds"), ("refused_share", "refused", "others"))
METHODS = {"shipped": Method("feeds", answer, version=lambda _: reader_version())}
