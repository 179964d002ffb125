"""Tables on disk: Delta Lake under ``data/processed``, one writer at a time, and a journal of the batches under way.

Commits are atomic per table, not across tables, and a retried append would double rows. So each batch of a measure carries a
``work_id``: it is journaled before it starts, written by replacing the rows of that ``work_id``, and entered into ``measured``
last. After a crash `Store.recover` removes what an unfinished batch left, and the batch runs again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.errors import BusyError, StoreError
from nutgraf.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

SNAPSHOT_VARIABLE = "NUTGRAF_SNAPSHOT"


class Store:
    """The tables of one desk.

    Args:
        root: The folder that holds a sub-folder per table, normally ``data/processed``.
        snapshot: Table versions to read, by name. None reads the newest; a run pins them for its kernels.
    """

    def __init__(self, root: Path, snapshot: Mapping[str, int] | None = None) -> None:
        self.root = root
        self.pinned = dict(snapshot) if snapshot is not None else None

    @classmethod
    def from_environment(cls, root: Path) -> Store:
        """Open the tables, pinned to ``NUTGRAF_SNAPSHOT`` where a run has set it."""
        text = os.environ.get(SNAPSHOT_VARIABLE)
        return cls(root, json.loads(text) if text else None)

    @property
    def is_pinned(self) -> bool:
        """Whether this store only reads, at fixed versions."""
        return self.pinned is not None

    def version(self, name: str) -> int | None:
        """Newest committed version of a table, from its log's file names; None before the first commit."""
        log = self.root / name / "_delta_log"
        if not log.is_dir():
            return None
        numbers = [int(entry.stem) for entry in log.glob("*.json") if entry.stem.isdigit()]
        return max(numbers, default=None)

    def versions(self) -> dict[str, int]:
        """Newest version of every table that exists: a snapshot to pin."""
        found = {name: self.version(name) for name in TABLES}
        return {name: version for name, version in found.items() if version is not None}

    def _open(self, name: str) -> Any:
        from deltalake import DeltaTable

        path = self.root / name
        version = self.version(name) if self.pinned is None else self.pinned.get(name)
        if version is None:
            return None
        try:
            return DeltaTable(path, version=version)
        except Exception as error:  # noqa: BLE001 - deltalake raises bare Exceptions for a damaged log
            raise StoreError(
                f"table '{name}' cannot be opened: {error}",
                mend="tables come back from data/raw and data/decisions: delete data/processed and run again",
                not_done="nothing was read or changed",
            ) from error

    def read(self, name: str, columns: Sequence[str] | None = None, where: Any = None) -> pa.Table:
        """Rows of a table.

        Args:
            name: Table name.
            columns: Columns wanted; None for all, in schema order.
            where: A ``pyarrow.dataset`` expression; files whose statistics exclude it are not opened.

        Returns:
            An Arrow table, empty with the right columns before the first write.
        """
        schema = arrow_schema(name)
        wanted = list(columns) if columns is not None else schema.names
        table = self._open(name)
        if table is None:
            import pyarrow as pa

            return pa.schema([schema.field(column) for column in wanted]).empty_table()
        dataset = self._dataset(name, table)
        return dataset.to_table(columns=wanted, filter=where)

    def _dataset(self, name: str, table: Any) -> Any:
        """The table's files through Arrow's own file system.

        deltalake's default is a file system written in Python; an Arrow thread that lets go of it while the interpreter shuts down
        ends the process with SIGABRT, in about one of eight short commands.
        """
        from pyarrow import fs

        files = fs.SubTreeFileSystem(str((self.root / name).resolve()), fs.LocalFileSystem())
        return table.to_pyarrow_dataset(filesystem=files, schema=arrow_schema(name))

    def scan(self, name: str, columns: Sequence[str], where: Any = None) -> Iterator[pa.RecordBatch]:
        """Rows in record batches, so that no more than one has to fit in memory."""
        table = self._open(name)
        if table is None:
            return
        dataset = self._dataset(name, table)
        yield from dataset.to_batches(columns=list(columns), filter=where, batch_size=2_000)

    def _writable(self, name: str) -> Path:
        if self.is_pinned:
            raise StoreError(
                f"table '{name}' is pinned by a run and can only be read",
                mend="measure before the run starts its kernels, or open the notebook in JupyterLab",
                not_done="nothing was written",
            )
        from deltalake import DeltaTable

        path = self.root / name
        if self.version(name) is None:
            path.mkdir(parents=True, exist_ok=True)
            DeltaTable.create(path, schema=arrow_schema(name), mode="ignore")
        return path

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows in one commit."""
        from deltalake import write_deltalake

        write_deltalake(self._writable(name), rows.cast(arrow_schema(name)), mode="append")

    def replace_work(self, name: str, work_id: str, rows: pa.Table) -> None:
        """Write the rows of a batch in place of any that an earlier try of it left. Safe to repeat."""
        from deltalake import write_deltalake

        write_deltalake(
            self._writable(name),
            rows.cast(arrow_schema(name)),
            mode="overwrite",
            predicate=f"work_id = '{work_id}'",
        )

    def replace_all(self, name: str, rows: pa.Table) -> None:
        """Write a derived table anew, in one commit."""
        from deltalake import write_deltalake

        write_deltalake(self._writable(name), rows.cast(arrow_schema(name)), mode="overwrite")

    # Journal --------------------------------------------------------------------------------------------------------

    @property
    def _journal(self) -> Path:
        return self.root / "journal.jsonl"

    def begin(self, work_id: str, tables: Sequence[str]) -> None:
        """Note that a batch is about to be written."""
        self._note({"work_id": work_id, "state": "begun", "tables": list(tables)})

    def finish(self, work_id: str) -> None:
        """Note that a batch is in `measured`."""
        self._note({"work_id": work_id, "state": "finished"})

    def _note(self, entry: dict[str, Any]) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        with self._journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def unfinished(self) -> dict[str, list[str]]:
        """Batches that were begun and not finished, with the tables they may have written to."""
        begun: dict[str, list[str]] = {}
        if not self._journal.exists():
            return begun
        for line in self._journal.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                continue  # the line that a crash cut short: its batch had not started writing
            if entry["state"] == "begun":
                begun[entry["work_id"]] = entry["tables"]
            else:
                begun.pop(entry["work_id"], None)
        return begun

    def recover(self) -> int:
        """Undo what unfinished batches left, unless `measured` already knows them.

        Returns:
            How many batches were undone. Call under the lock, before measuring.
        """
        unfinished = self.unfinished()
        undone = 0
        if unfinished:
            import pyarrow.dataset as ds

            known = self.read("measured", ["work_id"], ds.field("work_id").isin(list(unfinished)))
            known_ids = set(known.column("work_id").to_pylist())
            for work_id, tables in unfinished.items():
                if work_id not in known_ids:
                    for name in tables:
                        self._delete_work(name, work_id)
                    undone += 1
        if self._journal.exists():
            self._journal.unlink()
        return undone

    def _delete_work(self, name: str, work_id: str) -> None:
        table = self._open(name)
        if table is not None:
            table.delete(f"work_id = '{work_id}'")

    # Lock -----------------------------------------------------------------------------------------------------------

    @contextmanager
    def lock(self, purpose: str, *, wait_s: float = 0.0, say: Callable[[str], None] | None = None) -> Iterator[None]:
        """Hold the desk for writing. The lock is the operating system's and dies with its process.

        Args:
            purpose: What for, shown to whoever comes second.
            wait_s: How long to wait for another holder, in seconds.
            say: Called with who holds it before a wait begins.

        Raises:
            BusyError: When another process holds the desk.
        """
        from filelock import FileLock, Timeout

        self.root.mkdir(parents=True, exist_ok=True)
        holder = self.root / "lock.json"
        lock = FileLock(self.root / "lock")
        try:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if not wait_s:
                    raise
                if say:
                    say(f"waiting for the desk, at most {wait_s:,.0f} s: {self._holder(holder)}")
                lock.acquire(timeout=wait_s)
        except Timeout as error:
            raise BusyError(
                f"another process holds this desk: {self._holder(holder)}",
                mend="wait until it is done, or end that process; its lock ends with it",
                not_done="nothing was started",
            ) from error
        try:
            holder.write_text(
                json.dumps(
                    {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds"), "purpose": purpose}
                ),
                encoding="utf-8",
            )
            yield
        finally:
            lock.release()

    @staticmethod
    def _holder(path: Path) -> str:
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))
            return f"{entry['purpose']}, process {entry['pid']}, since {entry['since']}"
        except (OSError, ValueError, KeyError):
            return "its holder has not written its name yet"


def mark(store: Store, name: str) -> str:
    """Proof that a table is as it was: a hash over the names, sizes and times of its files; for pinned tables over their version.

    Equal marks mean equal rows. Different ones prove nothing: a compaction moves the mark too.
    """
    import hashlib

    if store.pinned is not None:
        return f"pinned {store.pinned.get(name)}"
    total, folders = hashlib.sha256(), [os.fspath(store.root / name)]
    while folders:
        folder = folders.pop()
        if not os.path.isdir(folder):
            continue
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    about = entry.stat()
                    total.update(f"{entry.name}\0{about.st_size}\0{about.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()[:32]
