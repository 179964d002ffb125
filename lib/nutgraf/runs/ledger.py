"""The ledger: every attempt, in SQLite. Disposable: what was published stands in ``data/decisions``."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_SCHEMA = """
create table if not exists runs (
    run_id integer primary key, started_at text not null, ended_at text, state text not null, exit_code integer, counts text
);
create table if not exists attempts (
    attempt_id integer primary key, run_id integer not null references runs, edition text not null, key text not null,
    parts text not null, state text not null, started_at text not null, ended_at text, version integer, error text
);
create table if not exists checked (edition text primary key, checked_at text not null, key text not null);
create table if not exists settled (id integer primary key check (id = 1), fingerprint text not null);
"""


def now() -> str:
    """The time of an attempt, in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Ledger:
    """Attempts by edition, with key, state and times.

    Args:
        path: The SQLite file; made when it is not there.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.executescript(_SCHEMA)

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Ledger]:
        """Open for a with-block."""
        ledger = cls(path)
        try:
            yield ledger
        finally:
            ledger._db.close()

    def start_run(self) -> int:
        """Note that a run began; runs that never ended are marked as killed."""
        self._db.execute("update runs set state = 'killed', ended_at = ? where state = 'running'", [now()])
        self._db.execute("update attempts set state = 'killed', ended_at = ? where state = 'running'", [now()])
        return int(self._db.execute("insert into runs (started_at, state) values (?, 'running')", [now()]).lastrowid or 0)

    def end_run(self, run_id: int, state: str, exit_code: int, counts: dict[str, Any]) -> None:
        """Note how a run ended."""
        self._db.execute(
            "update runs set state = ?, ended_at = ?, exit_code = ?, counts = ? where run_id = ?",
            [state, now(), exit_code, json.dumps(counts), run_id],
        )

    def start_attempt(self, run_id: int, edition: str, key: str, parts: dict[str, Any]) -> int:
        """Note that an edition is being made."""
        cursor = self._db.execute(
            "insert into attempts (run_id, edition, key, parts, state, started_at) values (?, ?, ?, ?, 'running', ?)",
            [run_id, edition, key, json.dumps(parts, sort_keys=True), now()],
        )
        return int(cursor.lastrowid or 0)

    def end_attempt(self, attempt_id: int, state: str, *, version: int | None = None, error: str | None = None) -> None:
        """Note how it ended: good, unchanged or failed."""
        self._db.execute(
            "update attempts set state = ?, ended_at = ?, version = ?, error = ? where attempt_id = ?",
            [state, now(), version, error, attempt_id],
        )

    def note_checked(self, edition: str, key: str) -> None:
        """Note that an edition was looked at and is as it should be."""
        self._db.execute("insert or replace into checked values (?, ?, ?)", [edition, now(), key])

    def last(self, edition: str, *states: str) -> dict[str, Any] | None:
        """The newest attempt in one of these states, or in any."""
        marks = ",".join("?" * len(states))
        where = f"and state in ({marks})" if states else ""
        row = self._db.execute(
            f"select * from attempts where edition = ? {where} order by attempt_id desc limit 1", [edition, *states]
        ).fetchone()
        return dict(row) if row else None

    def checked(self, edition: str) -> str | None:
        """When an edition was last looked at."""
        row = self._db.execute("select checked_at from checked where edition = ?", [edition]).fetchone()
        return row[0] if row else None

    @property
    def settled(self) -> str | None:
        """Fingerprint of the desk at the end of the last run in which everything was good."""
        row = self._db.execute("select fingerprint from settled").fetchone()
        return row[0] if row else None

    @settled.setter
    def settled(self, fingerprint: str | None) -> None:
        self._db.execute("delete from settled")
        if fingerprint is not None:
            self._db.execute("insert into settled values (1, ?)", [fingerprint])
