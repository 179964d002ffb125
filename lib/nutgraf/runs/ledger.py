"""The ledger: every attempt, in SQLite. Disposable: what was published stands in ``data/decisions``.

A ledger that is damaged, or of an older form, is renamed and a new one started, and the run says so: what is lost is the history
of attempts, never an edition.
"""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nutgraf.errors import StoreError
from nutgraf.runs.ledger_copy import in_memory, taken_over

FILE = "ledger.sqlite"
_FORM = 3
#: An older form to which only tables and columns were added since.
_ADDED_TO = (2,)
#: Columns that form 3 has and that a ledger may lack.
_ADDED = {"runs": ("asked", "phases")}
#: Columns of an attempt that are small, however much an edition holds.
_BRIEF = "attempt_id, edition, key, state, started_at, ended_at, version, error, counts"
_SCHEMA = f"""
create table if not exists runs (
    run_id integer primary key, started_at text not null, ended_at text, state text not null, exit_code integer, counts text,
    error text, asked text, phases text
);
create table if not exists attempts (
    attempt_id integer primary key, run_id integer not null references runs, edition text not null, key text not null,
    parts text not null, state text not null, started_at text not null, ended_at text, version integer, error text,
    counts text not null, pages text
);
create index if not exists attempts_by_edition on attempts (edition, attempt_id);
create table if not exists checked (edition text primary key, checked_at text not null, key text not null);
create table if not exists settled (
    id integer primary key check (id = 1), fingerprint text not null, since real not null, until real
);
create table if not exists alerts (target text not null, key text not null, sent_at text, primary key (target, key));
create table if not exists schedules (edition text primary key, handled_until text not null);
create table if not exists selected (edition text primary key, attempt_id integer not null, articles blob not null);
pragma user_version = {_FORM};
"""


def now() -> str:
    """The time of an attempt, in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Ledger:
    """Attempts by edition, with key, parts, state, times, error and counts.

    Args:
        path: The SQLite file; made when it is not there.

    Attributes:
        notice: What a person must know about the file: that it was set aside; None for nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.notice = path, None
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = _connect(path)
        except _Unusable as error:
            aside = _set_aside(path)
            self.notice = (
                f"the ledger of attempts {error}: it was set aside as {aside.name} and a new one started; "
                "every edition is looked at again, and what was published stands in data/decisions"
            )
            self._db = _connect(path)

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Ledger]:
        """Open for a with-block. Call under the desk's lock: an unusable file is replaced."""
        ledger = cls(path)
        try:
            yield ledger
        finally:
            ledger._db.close()

    @classmethod
    @contextmanager
    def look(cls, path: Path) -> Iterator[Ledger | None]:
        """Open without changing anything, for commands that hold no lock; None when there is no ledger yet.

        Raises:
            StoreError: When the file cannot be used.
        """
        if not path.is_file():
            yield None
            return
        ledger = cls.__new__(cls)
        ledger.path, ledger.notice = path, None
        try:
            ledger._db = _looked_into(path)
        except _Unusable as error:
            raise StoreError(
                f"the ledger of attempts {error}",
                where=f"data/processed/{path.name}",
                mend="run 'nutgraf run': it sets the file aside and starts a new one",
                not_done="nothing was changed",
            ) from error
        try:
            yield ledger
        finally:
            ledger._db.close()

    # Runs and attempts ----------------------------------------------------------------------------------------------

    def start_run(self, asked: str = "all") -> int:
        """Note that a run began, and what was asked of it; runs and attempts that never ended were killed."""
        for table in ("runs", "attempts"):
            self._db.execute(f"update {table} set state = 'killed', ended_at = ? where state = 'running'", [now()])
        cursor = self._db.execute("insert into runs (started_at, state, asked) values (?, 'running', ?)", [now(), asked])
        return int(cursor.lastrowid or 0)

    def end_run(
        self, run_id: int, state: str, exit_code: int, counts: dict[str, Any], error: str | None = None,
        phases: Mapping[str, float] | None = None,
    ) -> None:  # fmt: skip
        """Note how a run ended: good, failed or interrupted; `phases` are its parts in seconds."""
        self._db.execute(
            "update runs set state = ?, ended_at = ?, exit_code = ?, counts = ?, error = ?, phases = ? where run_id = ?",
            [state, now(), exit_code, json.dumps(counts), error, json.dumps(phases or {}), run_id],
        )

    def start_attempt(self, run_id: int, edition: str, key: str, parts: dict[str, Any], counts: dict[str, int]) -> int:
        """Note that an edition is being made."""
        cursor = self._db.execute(
            "insert into attempts (run_id, edition, key, parts, counts, state, started_at) values (?, ?, ?, ?, ?, 'running', ?)",
            [run_id, edition, key, json.dumps(parts, sort_keys=True), json.dumps(counts), now()],
        )
        return int(cursor.lastrowid or 0)

    def end_attempt(
        self,
        attempt_id: int,
        state: str,
        *,
        version: int | None = None,
        error: str | None = None,
        pages: dict[str, str] | None = None,
        articles: bytes | None = None,
    ) -> None:
        """Note how it ended: good, unchanged, staged, stale, failed or interrupted.

        Args:
            attempt_id: The attempt.
            state: How it ended.
            version: The version it made or found unchanged.
            error: Why it failed.
            pages: The published files by sha256.
            articles: What it selected, as `nutgraf.runs.chosen.pack` gives it; kept of the newest good attempt alone.
        """
        with self._together():
            self._db.execute(
                "update attempts set state = ?, ended_at = ?, version = ?, error = ?, pages = ? where attempt_id = ?",
                [state, now(), version, error, json.dumps(pages, sort_keys=True) if pages else None, attempt_id],
            )
            if pages:  # the newest good attempt is held against the site, no other
                self._db.execute(
                    "update attempts set pages = null where pages is not null and attempt_id < ? and edition = "
                    "(select edition from attempts where attempt_id = ?)", [attempt_id, attempt_id],
                )  # fmt: skip
            if articles is not None:
                self._db.execute(
                    "insert or replace into selected select edition, attempt_id, ? from attempts where attempt_id = ?",
                    [zlib.compress(articles), attempt_id],
                )

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Several writes as one: all of them or none."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def selected(self, edition: str) -> tuple[str, bytes] | None:
        """The articles that an edition selected when it was last good, packed, and the digest that its key held of them."""
        row = self._db.execute(
            "select parts, articles from selected join attempts using (attempt_id) where selected.edition = ?", [edition]
        ).fetchone()
        return (json.loads(row[0]).get("articles", ""), zlib.decompress(row[1])) if row else None

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """What a query finds, for those who only read: see `nutgraf.runs.history`."""
        return [dict(row) for row in self._db.execute(query, values)]

    def last(self, edition: str, *states: str) -> dict[str, Any] | None:
        """The newest attempt in one of these states, or in any; its JSON columns are read."""
        return self._newest("*", edition, states)

    def last_in_brief(self, edition: str, *states: str) -> dict[str, Any] | None:
        """The same without what takes its time to read: the parts of its key and its published files."""
        return self._newest(_BRIEF, edition, states)

    def _newest(self, columns: str, edition: str, states: Sequence[str]) -> dict[str, Any] | None:
        marks = ",".join("?" * len(states))
        where = f"and state in ({marks})" if states else ""
        row = self._db.execute(
            f"select {columns} from attempts where edition = ? {where} order by attempt_id desc limit 1", [edition, *states]
        ).fetchone()
        if row is None:
            return None
        found = dict(row)
        for name in ("parts", "counts", "pages"):
            if name in found:
                found[name] = json.loads(found[name]) if found[name] else {}
        return found

    def first_since_good(self, edition: str, state: str, *good: str) -> dict[str, Any] | None:
        """The oldest attempt in a state after the newest in one of the good ones: since when it is so."""
        marks = ",".join("?" * len(good))
        row = self._db.execute(
            "select * from attempts where edition = ? and state = ? and attempt_id > coalesce((select max(attempt_id) from attempts "
            f"where edition = ? and state in ({marks})), 0) order by attempt_id limit 1",
            [edition, state, edition, *good],
        ).fetchone()
        return dict(row) if row else None

    def note_pages(self, edition: str, pages: dict[str, str] | None, **published: Any) -> None:
        """Replace what the newest good attempt says of its published files: None before a command rewrites them, so that a command
        which never ended is seen by the next run.

        Args:
            edition: Its slug.
            pages: Published files by sha256.
            published: ``version``, for a version that had waited: the attempt is good from now on.
        """
        held = self.last(edition, "good", "unchanged", "staged")
        if held is None:
            return
        self._db.execute(
            "update attempts set pages = ?, state = ?, version = ? where attempt_id = ?",
            [json.dumps(pages, sort_keys=True) if pages else None, "good" if published else held["state"],
             published.get("version", held["version"]), held["attempt_id"]],
        )  # fmt: skip

    def note_checked(self, edition: str, key: str) -> None:
        """Note that an edition was looked at and is as it should be."""
        self._db.execute("insert or replace into checked values (?, ?, ?)", [edition, now(), key])

    def checked(self, edition: str) -> str | None:
        """When an edition was last looked at and found as it should be."""
        row = self._db.execute("select checked_at from checked where edition = ?", [edition]).fetchone()
        return row[0] if row else None

    # Nothing new ----------------------------------------------------------------------------------------------------

    def settle(self, fingerprint: str, since: float, until: float | None) -> None:
        """Keep the fingerprint of a desk on which everything was good.

        Args:
            fingerprint: As `nutgraf.runs.fingerprint` gives it.
            since: When the run began, in seconds since 1970; before that the proof does not hold.
            until: When it ends to hold, because an edition's window follows the clock; None for never.
        """
        self._db.execute("insert or replace into settled values (1, ?, ?, ?)", [fingerprint, since, until])

    def unsettle(self) -> None:
        """Forget the fingerprint: from here on the desk is changing."""
        self._db.execute("delete from settled")

    def settled_at(self, moment: float) -> str | None:
        """The fingerprint under which nothing is new at this moment, if any."""
        row = self._db.execute(
            "select fingerprint from settled where since <= ? and (until is null or ? < until)", [moment, moment]
        ).fetchone()
        return row[0] if row else None

    def note_all_checked(self) -> None:
        """Note that every edition known to be good was looked at, in one write."""
        self._db.execute("update checked set checked_at = ?", [now()])


class _Unusable(Exception):
    """Why a file is no ledger; never seen outside this module."""


def _connect(path: Path, *, create: bool = True, copy: sqlite3.Connection | None = None) -> sqlite3.Connection:
    new = not path.is_file() or path.stat().st_size == 0
    db = copy or sqlite3.connect(path, isolation_level=None, timeout=30)
    db.row_factory = sqlite3.Row
    try:
        form = db.execute("pragma user_version").fetchone()[0]
        # In WAL mode this never harms the file; a power cut may cost the newest rows, and then an edition is looked at once more.
        db.execute("pragma synchronous = normal")
        if not new and (form in _ADDED_TO or form == _FORM):
            if not create and _lacks(db):  # who only looks leaves the file as it is
                db, older = taken_over(db), db
                db.row_factory = sqlite3.Row
                older.close()
            _bring_up_to_form(db)
            form = _FORM
        if not new and form != _FORM:
            raise _Unusable("is of another form" if form or _has_tables(db) else "is empty")
        if db.execute("pragma quick_check(1)").fetchone()[0] != "ok":
            raise _Unusable("is damaged")
        if create:
            db.execute("pragma journal_mode = wal")
        if create and new:
            db.executescript(_SCHEMA)
    except sqlite3.DatabaseError as error:
        db.close()
        if (error.sqlite_errorname or "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise _Unusable(f"is damaged ({error})") from error
        raise StoreError(
            f"the ledger of attempts cannot be used: {error}",
            where=f"data/processed/{path.name}",
            mend="check the permissions of data/processed and the space on its disk",
        ) from error
    except _Unusable:
        db.close()
        raise
    return db


def _looked_into(path: Path) -> sqlite3.Connection:
    """Open to read alone; where even that would have to write, such as on a read-only disk, a copy in memory."""
    try:
        return _connect(path, create=False)
    except StoreError as error:
        cause = error.__cause__
        if not isinstance(cause, sqlite3.Error) or not (cause.sqlite_errorname or "").startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
            raise
    try:
        return _connect(path, create=False, copy=in_memory(path))
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"the ledger of attempts cannot be read: {error}", where=f"data/processed/{path.name}",
            mend="check the permissions of data/processed, and that there is a temporary folder to copy it to",
        ) from error  # fmt: skip


def _lacks(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Columns that a ledger does not have yet; a ledger of an older form lacks its tables as well."""
    return [
        (table, column) for table, columns in _ADDED.items() for column in columns
        if column not in {row[1] for row in db.execute(f"pragma table_info({table})")}
    ]  # fmt: skip


def _bring_up_to_form(db: sqlite3.Connection) -> None:
    """Add the tables and columns that came later."""
    lacking = _lacks(db)
    if lacking:
        for table, column in lacking:
            db.execute(f"alter table {table} add column {column} text")
        db.executescript(_SCHEMA)


def _has_tables(db: sqlite3.Connection) -> bool:
    return bool(db.execute("select count(*) from sqlite_master").fetchone()[0])


def _set_aside(path: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    aside = path.with_name(f"ledger-set-aside-{stamp}.sqlite")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"ledger-set-aside-{stamp}-{number}.sqlite")
    for ending in ("", "-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside
