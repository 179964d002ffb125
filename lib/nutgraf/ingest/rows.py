"""The records of a kept file as the articles table is to have them: with what its list knew, and of a fetched feed the entries wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from nutgraf.ingest.captures import completed, from_feed, mark_of
from nutgraf.ingest.records import RawItem, Record

Read = Callable[[RawItem, Path], Iterator[Record]]


def records_of(item: RawItem, path: Path, read: Read) -> Iterator[tuple[Record, RawItem]]:
    """Read an item from its kept copy.

    Args:
        item: The item.
        path: The copy.
        read: How a file is read; `nutgraf.ingest.formats.files.read_file`.

    Yields:
        Each record with the item as the row is to know it: the address of a feed is none of its entries'.

    Raises:
        InputError: As `read` does.
    """
    if item.only is None:
        for record in read(item, path):
            yield completed(record, item), item
        return
    wanted, about = set(item.only), replace(item, url=None)
    for record in read(item, path):
        mark = mark_of(from_feed(record, item))
        if mark in wanted:
            wanted.remove(mark)  # an entry that stands there twice is one
            yield record, about
