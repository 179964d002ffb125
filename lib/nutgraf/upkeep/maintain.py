"""``nutgraf maintain``: tables in few files, their superseded files removed, logs short, lists and ledger without ballast.

Every step is one commit or one replaced file, so that a kill at any moment loses nothing. What the tables say does not change, and no
freshness key does; so the proof that nothing is new is renewed, and the next run has nothing to do.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.desk import Desk
from nutgraf.errors import UsageError
from nutgraf.ingest.register import Register
from nutgraf.numbers import counted
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.freshness.fingerprint import fingerprint, inputs
from nutgraf.schema import TABLES
from nutgraf.upkeep.leftovers import Leftover, delete, leftovers, measure_folder

if TYPE_CHECKING:
    from nutgraf.store import Store

#: How long superseded files stay: a notebook that is open in JupyterLab may still be reading them.
RETENTION_HOURS = 24
#: Leftovers are named once they are this old.
OLD_DAYS = 30
_COMMIT = re.compile(r"(\d{20})\.(?:json|checkpoint\b.*\.parquet)$")
Progress = Callable[[str, int, int], None]


@dataclass
class Kept:
    """A table before and after: the data files that it consists of, those on disk with the superseded ones, and bytes on disk."""

    table: str
    files_before: int
    files_after: int
    on_disk_before: int
    on_disk_after: int
    bytes_before: int
    bytes_after: int

    def line(self) -> str:
        """The same for a person."""
        return (
            f"{self.table}: {self.files_before:,} → {self.files_after:,} files; on disk {self.on_disk_before:,} → "
            f"{self.on_disk_after:,} files, {in_bytes(self.bytes_before)} → {in_bytes(self.bytes_after)}"
        )


@dataclass
class Maintained:
    """What maintenance did.

    Attributes:
        tables: One entry per table that exists.
        n_undone: Unfinished batches of measures that were undone.
        n_lines_dropped: Lines of the list of ingested files that were doubled or cut short.
        ledger_bytes: Of the ledger, before and after; None without one.
        leftovers: What may go, and how old it is.
        deleted: Whether that was deleted.
        retention_hours: How long superseded files stay.
    """

    tables: list[Kept] = field(default_factory=list)
    n_undone: int = 0
    n_lines_dropped: int = 0
    ledger_bytes: tuple[int, int] | None = None
    leftovers: list[Leftover] = field(default_factory=list)
    deleted: bool = False
    retention_hours: int = RETENTION_HOURS

    def lines(self) -> list[str]:
        """The same for a person."""
        lines = [table.line() for table in self.tables]
        if any(table.on_disk_after > table.files_after for table in self.tables):
            lines.append(
                f"superseded files younger than {self.retention_hours} h stay, since a notebook in JupyterLab may be reading them; "
                "with --now they go too"
            )
        if self.n_undone:
            lines.append(f"unfinished batches of measures undone: {self.n_undone:,}; they are measured again when they are needed")
        if self.n_lines_dropped:
            lines.append(f"ingested.jsonl: {counted(self.n_lines_dropped, 'line')} doubled or cut short, taken out")
        if self.ledger_bytes:
            lines.append(f"ledger of attempts: {in_bytes(self.ledger_bytes[0])} → {in_bytes(self.ledger_bytes[1])}, every attempt kept")
        state = "deleted" if self.deleted else "may go (--delete)"
        lines += [f"{one.path}: {one.what}; {in_bytes(one.n_bytes)}, {counted(one.age_days, 'day')} old: {state}" for one in self.leftovers]
        return lines

    def as_dict(self) -> dict[str, Any]:
        """The same for a program."""
        return asdict(self)


def maintain(
    desk: Desk, *, now: bool = False, older_than_days: int = OLD_DAYS, delete_leftovers: bool = False,
    say: Callable[[str], None], progress: Progress | None = None,
) -> Maintained:
    """Keep a desk's tables small and quick to open.

    Args:
        desk: The desk.
        now: Remove superseded files of any age, for when no notebook is open.
        older_than_days: Age from which leftovers are named.
        delete_leftovers: Delete what is named.
        say: Called with a line of news for a person.
        progress: Called with (what, done, of).

    Returns:
        What was done.

    Raises:
        UsageError: When the desk has no tables yet.
        StoreError: When a table cannot be read; those before it are done, and nothing is lost.
        BusyError: When another process holds the desk.
    """
    if not desk.processed.is_dir() or not any(desk.processed.glob("*/_delta_log")):
        raise UsageError(
            "this desk has no tables yet", where="data/processed", mend="'nutgraf run' or 'nutgraf ingest' makes them",
            not_done="Nothing was changed",
        )  # fmt: skip
    done = Maintained(retention_hours=0 if now else RETENTION_HOURS)
    with desk.store.lock("nutgraf maintain"), Ledger.open(desk.processed / FILE) as ledger:
        if ledger.notice:
            say(ledger.notice)
        before = inputs(desk.root)
        settled = fingerprint(desk.root, before)
        try:
            done.n_undone = desk.store.recover()
            names = [name for name in TABLES if desk.store.version(name) is not None]
            for number, name in enumerate(names, start=1):
                done.tables.append(keep_table(desk.store, name, done.retention_hours))
                if progress:
                    progress("compacting", number, len(names))
            done.leftovers, done.deleted = leftovers(desk, older_than_days), delete_leftovers
            if delete_leftovers:
                delete(desk, done.leftovers)
        finally:
            ledger.resettle(settled, fingerprint(desk.root, before))
        done.n_lines_dropped = Register(desk.store).compact()
        held = _ledger_bytes(desk)
        ledger.compact()
        done.ledger_bytes = held, _ledger_bytes(desk)
    return done


def keep_table(store: Store, name: str, retention_hours: int) -> Kept:
    """Compact one table, remove its superseded files and shorten its log."""
    files, on_disk, n_bytes = _look(store, name)
    store.compact(name, retention_hours)
    _shorten_log(store.root / name / "_delta_log", retention_hours)
    after = _look(store, name)
    return Kept(name, files, after[0], on_disk, after[1], n_bytes, after[2])


def _look(store: Store, name: str) -> tuple[int, int, int]:
    path = store.root / name
    return store.n_files(name), sum(1 for _ in path.glob("*.parquet")), measure_folder(path)[0]


def _shorten_log(log: Path, retention_hours: int) -> None:
    """Remove commits that a checkpoint stands for. The newest commit stays: its name says the version."""
    checkpoints = [int(match[1]) for path in log.glob("*.checkpoint*.parquet") if (match := _COMMIT.match(path.name))]
    newest, oldest_kept = max(checkpoints, default=0), time.time() - retention_hours * 3600
    for path in sorted(log.iterdir()):
        match = _COMMIT.match(path.name)
        if match and int(match[1]) < newest and path.stat().st_mtime <= oldest_kept:
            path.unlink()


def _ledger_bytes(desk: Desk) -> int:
    return sum(path.stat().st_size for path in desk.processed.glob(f"{FILE}*"))


def in_bytes(number: int) -> str:
    """A size for a person: ``812 bytes``, ``1.4 MB``."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= size:
            return f"{number / size:,.1f} {unit}"
    return f"{number:,} bytes"
