"""What is known from earlier runs: pages and lists with what their servers said of them, failures, robots.txt, and what is not in the tables yet.

``data/processed/fetching.sqlite`` is disposable. What matters of it stands beside the raw bytes too: a state that is lost or damaged is
made anew from the sidecars in ``data/raw``, so that a rebuild asks no server for what it has. What is lost then are failures and pauses.

A reading is noted as *pending* before its bytes are kept, and taken out after its rows are committed: a run that is killed at any point leaves either
nothing or something that the next run completes.
"""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nutgraf.ingest.fetching.robots import KEPT_S, Rules

NAME = "fetching.sqlite"
_VERSION = 1
_POLLS = 1_000  # that are kept of one source
_TABLES = """
CREATE TABLE pages (address TEXT PRIMARY KEY, url TEXT, source TEXT, final_url TEXT, etag TEXT, last_modified TEXT, sha256 TEXT, said TEXT,
  first_fetched REAL, checked REAL, n_failures INTEGER, failure TEXT, next_try REAL);
CREATE TABLE lists (url TEXT PRIMARY KEY, final_url TEXT, etag TEXT, last_modified TEXT, content_type TEXT, body BLOB);
CREATE TABLE entries (source TEXT, mark TEXT, said TEXT, PRIMARY KEY (source, mark));
CREATE TABLE robots (origin TEXT PRIMARY KEY, text TEXT, fetched REAL);
CREATE TABLE hosts (host TEXT PRIMARY KEY, until REAL);
CREATE TABLE polls (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, source TEXT, report TEXT);
CREATE TABLE pending (number INTEGER PRIMARY KEY AUTOINCREMENT, reading TEXT);
"""


@dataclass(frozen=True)
class Page:
    """An address that a list named, and what came of asking for it. Times are seconds since 1970.

    Attributes:
        address: Its canonical form, by which it is known here.
        url: As the list wrote it last.
        source: Id of the source that named it first: its articles count there.
        final_url: Where its redirects ended.
        etag: Verbatim.
        last_modified: Verbatim.
        sha256: Of the bytes that are held; None for one that was never fetched.
        said: Hash of what its list said of it when it was last asked for.
        first_fetched: When its bytes came first.
        checked: When it was last asked for with success.
        n_failures: Failures since.
        failure: The last one's reason.
        next_try: When it may be asked for again.
    """

    address: str
    url: str
    source: str
    final_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    said: str | None = None
    first_fetched: float | None = None
    checked: float | None = None
    n_failures: int = 0
    failure: str | None = None
    next_try: float = 0.0

    @property
    def is_held(self) -> bool:
        """Whether its bytes were fetched once."""
        return self.sha256 is not None


@dataclass(frozen=True)
class Kept:
    """A list as it was last fetched: a "not modified" means that it still says this."""

    url: str
    final_url: str
    etag: str | None
    last_modified: str | None
    content_type: str | None
    body: bytes


class State:
    """The state of a desk. One process at a time, under the desk's lock.

    Args:
        path: Its file; made if it is not there.
        recovered: Gives the pages that are known without it, asked when the file is new.
    """

    def __init__(self, path: Path, recovered: Callable[[], Iterable[Page]] = tuple) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._base, is_new = _opened(path)
        except sqlite3.OperationalError:
            raise  # it cannot be opened or written, which says nothing about what it holds
        except sqlite3.DatabaseError:
            for ending in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    path.with_name(path.name + ending).unlink()
            self._base, is_new = _opened(path)
        if is_new:
            with self.together():
                for page in recovered():
                    self.keep_page(page)

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Changes that hold all or not at all, on the disk when this ends."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")

    def page(self, address: str) -> Page | None:
        """What is known of a page."""
        row = self._base.execute(f"SELECT {', '.join(_PAGE)} FROM pages WHERE address = ?", (address,)).fetchone()
        return Page(*row) if row else None

    def keep_page(self, page: Page) -> None:
        """Note what is known of a page now."""
        self._base.execute(
            f"INSERT OR REPLACE INTO pages ({', '.join(_PAGE)}) VALUES ({', '.join('?' * len(_PAGE))})", [getattr(page, name) for name in _PAGE]
        )

    def kept_list(self, url: str) -> Kept | None:
        """A list as it was last fetched."""
        row = self._base.execute(f"SELECT {', '.join(_LIST)} FROM lists WHERE url = ?", (url,)).fetchone()
        if row is None:
            return None
        try:
            return Kept(*row[:-1], zlib.decompress(row[-1]))
        except zlib.error:
            return None

    def keep_list(self, kept: Kept) -> None:
        """Note a list as it was fetched now."""
        values = [getattr(kept, name) for name in _LIST[:-1]]
        marks = ", ".join("?" * len(_LIST))
        self._base.execute(f"INSERT OR REPLACE INTO lists ({', '.join(_LIST)}) VALUES ({marks})", [*values, zlib.compress(kept.body)])

    def entry(self, source: str, mark: str) -> str | None:
        """Hash of what a feed's entry said when it was last read from the feed itself."""
        row = self._base.execute("SELECT said FROM entries WHERE source = ? AND mark = ?", (source, mark)).fetchone()
        return row[0] if row else None

    def keep_entries(self, source: str, said: Mapping[str, str]) -> None:
        """Note entries that are read from the feed itself, by mark."""
        self._base.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", [(source, mark, words) for mark, words in said.items()])

    def rules(self) -> list[Rules]:
        """robots.txt files that are still good."""
        rows = self._base.execute("SELECT origin, text, fetched FROM robots WHERE fetched > ?", (time.time() - KEPT_S,))
        return [Rules(*row) for row in rows]

    def resting(self) -> dict[str, float]:
        """Hosts that asked for a pause that is not over, and until when."""
        return dict(self._base.execute("SELECT host, until FROM hosts WHERE until > ?", (time.time(),)).fetchall())

    def keep_hosts(self, found: Iterable[Rules], resting: Mapping[str, float]) -> None:
        """Note what this run found of hosts."""
        with self.together():
            self._base.executemany("INSERT OR REPLACE INTO robots VALUES (?, ?, ?)", [(one.origin, one.text, one.fetched) for one in found])
            self._base.execute("DELETE FROM robots WHERE fetched < ?", (time.time() - KEPT_S,))
            self._base.execute("DELETE FROM hosts")
            self._base.executemany("INSERT INTO hosts VALUES (?, ?)", list(resting.items()))

    def add_pending(self, reading: Mapping[str, Any]) -> None:
        """Note a reading that is to come into the tables."""
        self._base.execute("INSERT INTO pending (reading) VALUES (?)", (json.dumps(reading, sort_keys=True),))

    def pending(self) -> list[dict[str, Any]]:
        """Readings that are not known to be in the tables, in the order in which they were noted."""
        return [json.loads(row[0]) for row in self._base.execute("SELECT reading FROM pending ORDER BY number")]

    def finish(self, at: str, reports: Mapping[str, Mapping[str, Any]]) -> None:
        """All pending readings are in the tables: note what the run did with each source."""
        with self.together():
            self.clear_pending()
            for source, report in reports.items():
                self._base.execute("INSERT INTO polls (at, source, report) VALUES (?, ?, ?)", (at, source, json.dumps(report)))
                held = "SELECT number FROM polls WHERE source = ? ORDER BY number DESC LIMIT ?"
                self._base.execute(f"DELETE FROM polls WHERE source = ? AND number NOT IN ({held})", (source, source, _POLLS))

    def clear_pending(self) -> None:
        """Forget pending readings."""
        self._base.execute("DELETE FROM pending")

    def forget_texts(self, is_kept: Callable[[str], bool], pages: Iterable[Page]) -> None:
        """Forget what may hold words or the address of an article that was erased: lists as they were fetched, entries, and pages that failed.

        Args:
            is_kept: Whether the bytes of a sha256 are still there; pending readings of others are forgotten.
            pages: What is known of pages from what is kept.
        """
        with self.together():
            for number, reading in self._base.execute("SELECT number, reading FROM pending").fetchall():
                if not is_kept(json.loads(reading)["sha256"]):
                    self._base.execute("DELETE FROM pending WHERE number = ?", (number,))
            for table in ("pages", "lists", "entries"):
                self._base.execute(f"DELETE FROM {table}")
            for page in pages:
                self.keep_page(page)
        self._base.execute("VACUUM")  # what is deleted stays in the file until it is written anew
        self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def polls(path: Path) -> list[dict[str, Any]]:
    """What runs did with the sources that they fetched, oldest first; empty where nothing was fetched yet. It writes nothing.

    Args:
        path: The file of the state.

    Returns:
        Of each source in each run ``at`` (ISO, UTC), ``source``, and what `SourceReport.as_dict` has.
    """
    if not path.is_file():
        return []
    try:
        base = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
        try:
            rows = base.execute("SELECT at, source, report FROM polls ORDER BY number").fetchall()
        finally:
            base.close()
    except sqlite3.Error:
        return []  # damaged: the next run makes it anew, and what it did not hold was no article
    return [{"at": at, "source": source, **json.loads(report)} for at, source, report in rows]


_PAGE = tuple(Page.__dataclass_fields__)
_LIST = tuple(Kept.__dataclass_fields__)


def _opened(path: Path) -> tuple[sqlite3.Connection, bool]:
    base = sqlite3.connect(path, isolation_level=None, timeout=10)
    try:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = FULL")
        found = base.execute("PRAGMA user_version").fetchone()[0]
        if found == _VERSION and base.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok":
            return base, False
        if found or base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise sqlite3.DatabaseError("damaged, or of another Nutgraf")
        base.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {_VERSION}; COMMIT;")
    except BaseException:
        base.close()
        raise
    return base, True


def failed(page: Page, reason: str, at: float, pause: float, least: float = 0.0) -> Page:
    """A page that could not be fetched: each time in a row the pause before the next try doubles, up to a week."""
    number = page.n_failures + 1
    wait = max(min(pause * 2 ** min(number - 1, 20), 7 * 86_400.0), least)
    return replace(page, n_failures=number, failure=reason, next_try=at + wait)
