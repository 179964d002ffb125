"""The ledger: every attempt, in SQLite. Disposable: what was published stands in ``data/decisions``.

A ledger that is damaged, or of an older form, is renamed and a new one started, and the run says so: what is lost is the history
of attempts, never an edition.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nutgraf.errors import StoreError
from nutgraf.runs.attempts.ledger_file import Unusable, connect, looked_into, set_aside

FILE = "ledger.sqlite"
#: Columns of an attempt that are small, however much an edition holds.
_BRIEF = "attempt_id, edition, key, state, started_at, ended_at, version, error, counts"


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
            self._db = connect(path)
        except Unusable as error:
            aside = set_aside(path)
            self.notice = (
                f"the ledger of attempts {error}: it was set aside as {aside.name} and a new one started; "
                "every edition is looked at again, and what was published stands in data/decisions"
            )
            self._db = connect(path)

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
            ledger._db = looked_into(path)
        except Unusable as error:
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
        self.note_killed()
        cursor = self._db.execute("insert into runs (started_at, state, asked) values (?, 'running', ?)", [now(), asked])
        return int(cursor.lastrowid or 0)

    def note_killed(self) -> None:
        """Note that runs and attempts which never ended were killed. Call under the desk's lock, before a run of one's own."""
        for table in ("runs", "attempts"):
            self._db.execute(f"update {table} set state = 'killed', ended_at = ? where state = 'running'", [now()])

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
            articles: What it selected, as `nutgraf.runs.freshness.chosen.pack` gives it; kept of the newest good attempt alone.
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
        """What a query finds, for those who only read: see `nutgraf.runs.attempts.history`."""
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
        """The oldest attempt in a state after the newest in one of the good ones, and over another key than that: since when it is so."""
        marks = ",".join("?" * len(good))
        newest = f"from attempts where edition = ? and state in ({marks})"
        row = self._db.execute(
            f"select * from attempts where edition = ? and state = ? and attempt_id > coalesce((select max(attempt_id) {newest}), 0) "
            f"and key is not (select key {newest} order by attempt_id desc limit 1) order by attempt_id limit 1",
            [edition, state, edition, *good, edition, *good],
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

    # Schedules ------------------------------------------------------------------------------------------------------

    def handled_until(self, edition: str) -> datetime | None:
        """The moment up to which an edition's schedule was followed; None for never."""
        row = self._db.execute("select handled_until from schedules where edition = ?", [edition]).fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def note_handled(self, edition: str, until: datetime) -> None:
        """Note that an edition's schedule was followed up to a moment."""
        self._db.execute("insert or replace into schedules values (?, ?)", [edition, until.astimezone(UTC).isoformat(timespec="milliseconds")])

    def tries_since_good(self, edition: str) -> list[datetime]:
        """When it was tried to make an edition since it was last good, oldest first; none for one that is good."""
        rows = self._db.execute(
            "select started_at from attempts where edition = ? and state in ('failed', 'interrupted', 'killed') and attempt_id > coalesce("
            "(select max(attempt_id) from attempts where edition = ? and state in ('good', 'unchanged', 'staged')), 0) order by attempt_id",
            [edition, edition],
        )
        return [datetime.fromisoformat(row[0]) for row in rows]

    def keep_due(self, files: str, since: float, until: float | None) -> None:
        """Keep that nothing is due before `until`; None for never. It holds from `since` on, while the files are the same."""
        self._db.execute("insert or replace into due values (1, ?, ?, ?)", [files, since, until])

    def bring_forward_due(self, moment: float) -> None:
        """Let what `keep_due` kept hold no longer than until a moment, in seconds since 1970."""
        self._db.execute("update due set until = min(coalesce(until, ?), ?)", [moment, moment])

    def due(self) -> tuple[str, float, float | None] | None:
        """What `keep_due` kept: the files, since when, until when."""
        row = self._db.execute("select files, since, until from due").fetchone()
        return tuple(row) if row else None

    # Alerts ---------------------------------------------------------------------------------------------------------

    def troubled(self) -> list[dict[str, Any]]:
        """The newest attempt of each edition whose newest attempt is not good: edition, state, error."""
        rows = self._db.execute(
            "select edition, state, error from attempts where attempt_id in (select max(attempt_id) from attempts group by edition) "
            "and state not in ('good', 'unchanged', 'staged', 'running') order by edition"
        )
        return [dict(row) for row in rows]

    def alerts(self, target: str) -> dict[str, str | None]:
        """What a target was told and has not recovered: when by key; None for what could not be sent yet."""
        return dict(self._db.execute("select key, sent_at from alerts where target = ? order by rowid", [target]).fetchall())

    def note_alert(self, target: str, key: str, sent_at: str | None) -> None:
        """Note that an alert was sent, or that it could not be."""
        self._db.execute("insert or replace into alerts values (?, ?, ?)", [target, key, sent_at])

    def forget_alert(self, target: str, key: str) -> None:
        """Forget an alert, so that the same trouble is told again when it comes back."""
        self._db.execute("delete from alerts where target = ? and key = ?", [target, key])

    # Nothing new ----------------------------------------------------------------------------------------------------

    def settle(self, fingerprint: str, since: float, until: float | None) -> None:
        """Keep the fingerprint of a desk on which everything was good.

        Args:
            fingerprint: As `nutgraf.runs.freshness.fingerprint` gives it.
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
        """Note that every edition known to be good was looked at; what schedules asked for until now is thereby done."""
        at = now()
        self._db.execute("update checked set checked_at = ?", [at])
        self._db.execute("update schedules set handled_until = ?", [at])

    # Upkeep ---------------------------------------------------------------------------------------------------------

    def carry_over(self, old: Path) -> str | None:
        """Take from an older ledger which alerts were sent and which schedules were handled; its attempts stay behind.

        Returns:
            Why that cannot be done; None when it was.
        """
        try:
            with closing(sqlite3.connect(f"{old.absolute().as_uri()}?mode=rw", uri=True)) as held:
                for table in ("alerts", "schedules"):
                    if held.execute("select 1 from sqlite_master where name = ?", [table]).fetchone():
                        rows = held.execute(f"select * from {table}").fetchall()
                        if rows:
                            self._db.executemany(f"insert into {table} values ({','.join('?' * len(rows[0]))})", rows)
        except sqlite3.Error as error:
            return str(error)
        return None

    def resettle(self, before: str, after: str) -> None:
        """Put a new fingerprint in the place of the settled one, where that was `before`: upkeep moved the tables, not what they say."""
        self._db.execute("update settled set fingerprint = ? where fingerprint = ?", [after, before])

    def compact(self) -> None:
        """Give back the space of what was overwritten. Every attempt stays."""
        self._db.execute("vacuum")
        self._db.execute("pragma wal_checkpoint(truncate)")
