"""Which raw bytes are in the tables already, so that a second ingest neither reads nor writes them again.

``data/processed/ingested.jsonl`` gets one line per file, after all its rows are committed: a crash in the middle leaves no line,
and the file is read once more, which changes nothing. It goes with the tables and means nothing without them.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass

from nutgraf.disk import append_lines
from nutgraf.ingest.captures import of_fetched
from nutgraf.ingest.records import RawItem
from nutgraf.store import Store

NAME = "ingested.jsonl"


@dataclass(frozen=True)
class Entry:
    """A file that is in the tables: its key, and how many records it held."""

    key: str
    n_records: int


class Register:
    """The list of a desk.

    Args:
        store: The desk's tables; without an articles table the list on disk is void.
    """

    def __init__(self, store: Store) -> None:
        self.path = store.root / NAME
        self.entries: dict[str, Entry] = {}
        if store.version("articles") is None:
            self.path.unlink(missing_ok=True)
            return
        if not self.path.exists():
            return
        for line in self.path.read_bytes().split(b"\n"):
            try:
                found = json.loads(line)
                self.entries[found["key"]] = Entry(found["key"], int(found["n_records"]))
            except (ValueError, KeyError, TypeError):
                continue  # cut short by a crash, or damaged: the file is read once more, which changes nothing

    def find(self, key: str) -> Entry | None:
        """The entry of a file, by `key_of`."""
        return self.entries.get(key)

    def add(self, entries: Iterable[Entry]) -> None:
        """Note files whose rows are committed."""
        fresh = [entry for entry in entries if entry.key not in self.entries]
        if not fresh:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps({"key": entry.key, "n_records": entry.n_records}) + "\n" for entry in fresh)
        append_lines(self.path, lines)
        self.entries |= {entry.key: entry for entry in fresh}

    def compact(self) -> int:
        """Write the list anew without lines that are doubled or were cut short, if it holds any.

        Returns:
            How many were taken out.
        """
        if not self.path.exists():
            return 0
        held = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        n_dropped = len(held) - len(self.entries)
        if n_dropped:
            partial = self.path.with_name(f"{NAME}.part")
            with partial.open("w", encoding="utf-8") as file:
                file.writelines(json.dumps({"key": entry.key, "n_records": entry.n_records}) + "\n" for entry in self.entries.values())
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, self.path)
        return n_dropped


def key_of(sha256: str, item: RawItem) -> str:
    """What decides how a file is read: its bytes, its place, and what its source says of it."""
    about = [
        sha256, item.source, item.key, item.url, item.outlet, item.content_type, sorted(item.columns.items()), str(item.zone),
        item.ending,
    ]  # fmt: skip
    more = of_fetched(item)
    if more:
        about.append(sorted(more.items()))
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:32]
