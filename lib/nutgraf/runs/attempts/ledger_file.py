"""The ledger's file: its tables, its form, and opening it: to write, or to look at alone, also on a read-only disk.

SQLite in WAL mode writes a file beside the database even to read it, so that a ledger on a read-only disk, or one of an older form,
is read from a copy in memory.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from nutgraf.errors import StoreError

_FORM = 3
#: An older form to which only tables and columns were added since.
_ADDED_TO = (2,)
#: Columns that came later: a ledger of this form may lack them too.
_ADDED = {"runs": ("asked", "phases")}
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
create table if not exists due (id integer primary key check (id = 1), files text not null, since real not null, until real);
create table if not exists selected (edition text primary key, attempt_id integer not null, articles blob not null);
pragma user_version = {_FORM};
"""


class Unusable(Exception):
    """Why a file is no ledger."""


def connect(path: Path, *, create: bool = True, copy: sqlite3.Connection | None = None) -> sqlite3.Connection:
    """Open a ledger and bring it up to this form.

    Args:
        path: The file.
        create: Whether it may be made and changed; otherwise one of an older form is read from a copy in memory.
        copy: A copy of it to use instead.

    Raises:
        Unusable: When it is damaged, or no ledger of a form that is known.
        StoreError: When the disk does not let it be used.
    """
    new = not path.is_file() or path.stat().st_size == 0
    db = copy or sqlite3.connect(path, isolation_level=None, timeout=30)
    db.row_factory = sqlite3.Row
    try:
        form = db.execute("pragma user_version").fetchone()[0]
        # In WAL mode this never harms the file; a power cut may cost the newest rows, and then an edition is looked at once more.
        db.execute("pragma synchronous = normal")
        if not new and form in (*_ADDED_TO, _FORM) and (form != _FORM or _lacks(db)):
            if not create:  # who only looks leaves the file as it is
                db, older = taken_over(db), db
                db.row_factory = sqlite3.Row
                older.close()
            for table, column in _lacks(db):
                db.execute(f"alter table {table} add column {column} text")
            db.executescript(_SCHEMA)
            form = _FORM
        if not new and form != _FORM:
            raise Unusable("is of another form" if form or _has_tables(db) else "is empty")
        if db.execute("pragma quick_check(1)").fetchone()[0] != "ok":
            raise Unusable("is damaged")
        if create:
            db.execute("pragma journal_mode = wal")
        if create and new:
            db.executescript(_SCHEMA)
    except sqlite3.DatabaseError as error:
        db.close()
        if (error.sqlite_errorname or "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise Unusable(f"is damaged ({error})") from error
        raise StoreError(
            f"the ledger of attempts cannot be used: {error}",
            where=f"data/processed/{path.name}",
            mend="check the permissions of data/processed and the space on its disk",
            not_done="nothing was started",
        ) from error
    except Unusable:
        db.close()
        raise
    return db


def looked_into(path: Path) -> sqlite3.Connection:
    """Open to read alone; where even that would have to write, such as on a read-only disk, a copy in memory."""
    try:
        return connect(path, create=False)
    except StoreError as error:
        cause = error.__cause__
        if not isinstance(cause, sqlite3.Error) or not (cause.sqlite_errorname or "").startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
            raise
    try:
        return connect(path, create=False, copy=in_memory(path))
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"the ledger of attempts cannot be read: {error}", where=f"data/processed/{path.name}",
            mend="check the permissions of data/processed, and that there is a temporary folder to copy it to",
        ) from error  # fmt: skip


def _lacks(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Columns that a ledger does not have yet."""
    return [
        (table, column) for table, columns in _ADDED.items() for column in columns
        if column not in {row[1] for row in db.execute(f"pragma table_info({table})")}
    ]  # fmt: skip


def _has_tables(db: sqlite3.Connection) -> bool:
    return bool(db.execute("select count(*) from sqlite_master").fetchone()[0])


def set_aside(path: Path) -> Path:
    """Rename an unusable ledger with what belongs to it; returns its new place."""
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


def in_memory(path: Path) -> sqlite3.Connection:
    """A copy of a database with all that was committed to it, also what still stands in its ``-wal`` file.

    Raises:
        OSError: When it cannot be read, or there is no place for a temporary copy.
        sqlite3.Error: When it is no database.
    """
    import shutil
    import tempfile

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
