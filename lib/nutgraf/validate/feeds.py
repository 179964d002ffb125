"""Task ``feeds``: feeds of a folder, read as ingest reads them, against how many entries each has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.compare.scoring import Figure, column, ratio
from nutgraf.errors import InputError
from nutgraf.ingest.formats.feeds import parse_feed, reader_version
from nutgraf.ingest.records import RawItem
from nutgraf.validate.answering import Answers, Method
from nutgraf.validate.folders import FileItem, named_files
from nutgraf.validate.items import NOTHING, Item

if TYPE_CHECKING:
    import numpy as np

    from nutgraf.measuring import Registry

#: What a manifest calls a file that is no feed.
NO_FEED = "other"


def read(path: Path, field: str) -> list[Item]:
    """The feeds that a folder's ``manifest.jsonl`` names, or that a manifest names which stands beside them.

    Args:
        path: The folder or the manifest.
        field: Not asked for: feeds have no field with a text.

    Raises:
        UsageError: When there is no such folder, or no manifest in it.
        InputError: For a line of the manifest that names no file, or one outside the folder, or counts entries by something else than a number.
    """
    found: list[Item] = []
    for key, given, place, _ in named_files(path, "feed"):
        count_ = given.get("items")
        if count_ is not None and (not isinstance(count_, int) or isinstance(count_, bool)):
            raise InputError(f"'items' is no number: {count_!r}", where=f"item {key}", mend="count the feed's entries", not_done=NOTHING)
        found.append(FileItem(key, "", given, place))
    return found


def answer(batch: Sequence[Item], registry: Registry) -> Answers:
    """How many entries each feed has, its title and link; null, with the reason, for a file that is refused."""
    return [_answer(item) for item in batch]


def _answer(item: Item) -> dict[str, Any]:
    assert isinstance(item, FileItem)
    content = item.content("feed")
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
