"""A ledger that cannot be opened as it lies, read from a copy in memory: on a read-only desk, or one of an older form.

SQLite in WAL mode writes a file beside the database even to read it, so that a desk on a read-only disk cannot be opened in place.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path


def in_memory(path: Path) -> sqlite3.Connection:
    """A copy of a database with all that was committed to it, also what still stands in its ``-wal`` file.

    Raises:
        OSError: When it cannot be read, or there is no place for a temporary copy.
        sqlite3.Error: When it is no database.
    """
    with tempfile.TemporaryDirectory(prefix="nutgraf-") as folder:
        for ending in ("", "-wal"):
            part = path.with_name(path.name + ending)
            if part.is_file():
                shutil.copyfile(part, Path(folder, part.name))
        beside = sqlite3.connect(Path(folder, path.name))
        try:
            return taken_over(beside)
        finally:
            beside.close()


def taken_over(source: sqlite3.Connection) -> sqlite3.Connection:
    """What a connection reads, in memory: whatever is done to it, the file stays as it is."""
    target = sqlite3.connect(":memory:", isolation_level=None)
    source.backup(target)
    return target
