"""Tables on disk: Delta Lake under ``data/processed``, one writer at a time, and a journal of the batches under way.

Commits are atomic per table, not across tables, and a retried append would double rows. So each batch of a measure carries a
``work_id``: it is journaled before it starts, written by replacing the rows of that ``work_id``, and entered into ``measured``
last. After a crash `Store.recover` removes what an unfinished batch left, and the batch runs again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from nutgraf.disk import append_lines, naming, of_disk, quiet_panics, sweep
from nutgraf.errors import BusyError, NutgrafError, StoreError
from nutgraf.fitting import REBUILD, lacking
from nutgraf.schema import PARSES, TABLES, arrow_schema
from nutgraf.swapping import complete, is_under_way

if TYPE_CHECKING:
    import pyarrow as pa

#: Who only looks whether the desk is held, or whether there is anything new, holds it for less than this, in seconds.
_GLANCE_S = 0.3
#: A parse has some 15,000 bytes, a row of another table some 50.
_PARSES_IN_GROUP = 512
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
        # By table what was opened last, and of which commit: a log grows with each, and is not read again while it is the same.
        self._opened: dict[str, tuple[tuple[int, int, int], Any]] = {}
        self._datasets: dict[str, Any] = {}  # of what is in `_opened`, made when it is first read

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
        if is_under_way(self.root):
            raise StoreError(
                "'nutgraf rebuild' is putting new tables in place, or was killed over it", where="data/processed",
                mend="try again; if this stays, any command that writes, such as 'nutgraf run', completes it",
                not_done="nothing was read",
            )  # fmt: skip
        version = self.version(name) if self.pinned is None else self.pinned.get(name)
        if version is None:
            if any(path.glob("*.parquet")):
                raise self._damaged(name, "read", "its log is empty, but it has data files", "nothing was read")
            return None
        with self._told(name, "read"):
            newest = self._commit(name, version)
            if newest.exists() and newest.stat().st_size == 0:  # deltalake takes it for a commit in which nothing happened
                raise ValueError(f"its commit {version} is empty")
            mark = self._mark(name, version)
            known, table = self._opened.get(name, (None, None))
            if known != mark:
                table = DeltaTable(path, version=version)
                self._hold(name, mark, table)
        lacking(name, table)
        return table

    def _mark(self, name: str, version: int) -> tuple[int, int, int]:
        """A commit, told apart from one of the same number in tables that were put in the place of these."""
        found = self._commit(name, version).stat()
        return version, found.st_ino, found.st_mtime_ns

    def _hold(self, name: str, mark: tuple[int, int, int], table: Any) -> None:
        """Keep a table that was just opened, or written under the desk's lock, so that its log is not read again."""
        self._opened[name] = mark, table
        self._datasets.pop(name, None)

    def _damaged(self, name: str, done: str, error: object, not_done: str) -> StoreError:
        return StoreError(f"table '{name}' cannot be {done}: {_in_short(error, self.root)}", mend=REBUILD, not_done=not_done)

    def read(self, name: str, columns: Sequence[str] | None = None, where: Any = None) -> pa.Table:
        """Rows of a table.

        Args:
            name: Table name.
            columns: Columns wanted; None for all, in schema order.
            where: A ``pyarrow.dataset`` expression; files whose statistics exclude it are not opened.

        Returns:
            An Arrow table, empty with the right columns before the first write.
        """
        import pyarrow as pa

        schema = arrow_schema(name)
        wanted = list(columns) if columns is not None else schema.names
        with self._told(name, "read"):
            try:
                found = self._rows(name, wanted, where)
            except FileNotFoundError:  # read without the lock, and compacted meanwhile: the newest version has other files
                found = self._rows(name, wanted, where)
        return found if found is not None else pa.schema([schema.field(column) for column in wanted]).empty_table()

    def _rows(self, name: str, columns: list[str], where: Any) -> pa.Table | None:
        table = self._open(name)
        return None if table is None else self._dataset(name, table).to_table(columns=columns, filter=where)

    def _dataset(self, name: str, table: Any) -> Any:
        """The table's files through Arrow's own file system.

        deltalake's default is a file system written in Python; an Arrow thread that lets go of it while the interpreter shuts down
        ends the process with SIGABRT, in about one of eight short commands.
        """
        from pyarrow import fs

        if name not in self._datasets:
            files = fs.SubTreeFileSystem(str((self.root / name).resolve()), fs.LocalFileSystem())
            self._datasets[name] = table.to_pyarrow_dataset(filesystem=files, schema=arrow_schema(name))
        return self._datasets[name]

    def scan(self, name: str, columns: Sequence[str], where: Any = None) -> Iterator[pa.RecordBatch]:
        """Rows in record batches, so that no more than one has to fit in memory."""

        table = self._open(name)
        if table is None:
            return
        with self._told(name, "read"):
            # Arrow would read sixteen batches of four files ahead, 200 MB of texts, in the time that this takes.
            few = {"batch_size": 250, "batch_readahead": 0, "fragment_readahead": 0, "use_threads": False}
            batches = iter(self._dataset(name, table).to_batches(columns=list(columns), filter=where, **few))
        while True:
            with self._told(name, "read"):
                batch = next(batches, None)
            if batch is None:
                return
            yield batch

    def _writable(self, name: str) -> Any:
        """A table that can be written, made where there is none."""
        if self.is_pinned:
            raise StoreError(
                f"table '{name}' is pinned by a run and can only be read",
                mend="measure before the run starts its kernels, or open the notebook in JupyterLab",
                not_done="nothing was written",
            )
        from deltalake import DeltaTable, write_deltalake

        path, table = self.root / name, self._open(name)
        with self._told(name, "written"):
            if table is None:
                path.mkdir(parents=True, exist_ok=True)
                # Not `DeltaTable.create`, which writes the folder's place on this machine into the table's log.
                write_deltalake(path, arrow_schema(name).empty_table(), mode="append")
                table = DeltaTable(path)
            elif absent := lacking(name, table):
                table.alter.add_columns(absent)
        return table

    @contextmanager
    def _told(self, name: str, done: str) -> Iterator[None]:
        """Say of a table what deltalake and Arrow say in many ways: the disk fails, or its files are damaged."""
        try:
            if done == "read":
                yield
                return
            before = self.version(name)
            with quiet_panics():
                yield
            if self.version(name) != before:
                self._settle(name)
        except NutgrafError:
            raise
        except Exception as error:  # noqa: BLE001 - deltalake raises bare Exceptions for a damaged log
            not_done = "nothing was read" if done == "read" else "the table is as it was before"
            known = of_disk(error, self.root.parent.parent, not_done, where=f"data/processed/{name}")
            raise known or self._damaged(name, done, error, not_done) from error

    def _commit(self, name: str, version: int) -> Path:
        return self.root / name / "_delta_log" / f"{version:020}.json"

    def _settle(self, name: str) -> None:
        """Make the newest commit outlast a power cut, which deltalake leaves to chance: what is noted elsewhere rests on it."""
        path = self._commit(name, self.version(name) or 0)
        # Not splitlines: a text's U+0085 or U+2028 stands in the log as it is, and ends no line there.
        actions = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        added = [self.root / name / unquote(action["add"]["path"]) for action in actions if "add" in action]
        for part in (*added, path, path.parent, path.parent.parent):
            handle = os.open(part, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows in one commit."""
        from deltalake import write_deltalake

        table, fitting = self._writable(name), rows.cast(arrow_schema(name))
        with self._told(name, "written"):
            write_deltalake(table, fitting, mode="append")
            self._hold(name, self._mark(name, table.version()), table)

    def replace_work(self, name: str, work_id: str, rows: pa.Table) -> None:
        """Write the rows of a batch in place of any that an earlier try of it left. Safe to repeat."""
        self._overwrite(name, f"work_id = '{work_id}'", rows)

    def _overwrite(self, name: str, predicate: str | None, rows: pa.Table) -> None:
        """Write rows in the place of those that a predicate is true of, of all without one, in one commit; the new ones must fit it too.

        Not deltalake's `delete` and `update`: they write texts as string views, and Arrow cannot look for anything in such a file.
        """
        from deltalake import write_deltalake

        table, fitting = self._writable(name), rows.cast(arrow_schema(name))
        with self._told(name, "written"):
            write_deltalake(table, fitting, mode="overwrite", predicate=predicate)
            self._hold(name, self._mark(name, table.version()), table)

    def replace_articles(self, articles: Sequence[str], rows: pa.Table) -> None:
        """Write rows of ``articles`` in the place of all that the same articles have, in one commit."""
        listed = ", ".join(f"'{article}'" for article in articles)
        self._overwrite("articles", f"article_id IN ({listed})", rows)

    def replace_all(self, name: str, rows: pa.Table) -> None:
        """Write a derived table anew, in one commit."""
        self._overwrite(name, None, rows)

    def erase(self, name: str, article_id: str) -> bool:
        """Take every row of an article out of a table. Superseded files and the log still hold it until `nutgraf.upkeep.maintain` removes them.

        Returns:
            Whether it had rows.
        """
        import pyarrow.dataset as ds

        if not self.read(name, ["article_id"], ds.field("article_id") == article_id).num_rows:
            return False
        self._overwrite(name, f"article_id = '{article_id}'", arrow_schema(name).empty_table())
        return True

    def name_raw_anew(self, old: str, new: str) -> None:
        """Let the articles that were read from a raw file name the one that took its place, by their sha256."""
        import pyarrow as pa
        import pyarrow.dataset as ds

        rows = self.read("articles", where=ds.field("raw_sha256") == old)
        at = rows.schema.get_field_index("raw_sha256")
        rows = rows.set_column(at, rows.schema.field(at), pa.array([new] * rows.num_rows, pa.string()))
        if rows.num_rows:
            self._overwrite("articles", f"raw_sha256 IN ('{old}', '{new}')", rows)

    # Upkeep ---------------------------------------------------------------------------------------------------------

    def n_files(self, name: str) -> int:
        """Of how many data files a table consists, those aside that newer ones stand for."""
        table = self._open(name)
        return 0 if table is None else len(table.file_uris())

    def compact(self, name: str, retention_hours: int) -> None:
        """Gather a table's rows in few files, remove files that are superseded for so long, and write a checkpoint of its log.

        Rows do not change, and where there is nothing to gather nothing is committed. Call under the desk's lock: no run has pinned
        an older version then.
        """
        table = self._open(name)
        if table is None:
            return
        old = {"retention_hours": retention_hours, "enforce_retention_duration": False, "full": True}
        with self._told(name, "compacted"):
            table.optimize.compact(writer_properties=_groups(name))
            # It also lists files that are gone already, and commits for them.
            if any((self.root / name / file).exists() for file in table.vacuum(dry_run=True, **old)):
                table.vacuum(dry_run=False, **old)
            if not self._commit(name, self.version(name) or 0).with_suffix(".checkpoint.parquet").exists():
                table.create_checkpoint()

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
        append_lines(self._journal, json.dumps(entry) + "\n")

    def unfinished(self) -> dict[str, list[str]]:
        """Batches that were begun and not finished, with the tables they may have written to."""
        return self._journaled()[0]

    def _journaled(self) -> tuple[dict[str, list[str]], bool]:
        """The same, and whether a line is damaged, so that nobody knows which batch it was about."""
        begun: dict[str, list[str]] = {}
        if not self._journal.exists():
            return begun, False
        *lines, rest = self._journal.read_bytes().split(b"\n")  # a crash cut the rest short: its batch had not started writing
        damaged = False
        for line in lines:
            try:
                entry = json.loads(line)
                if entry["state"] == "begun":
                    begun[entry["work_id"]] = [name for name in entry["tables"] if name in TABLES]
                else:
                    begun.pop(entry["work_id"], None)
            except (ValueError, KeyError, TypeError):
                damaged = True
        return begun, damaged

    def recover(self) -> int:
        """Undo what unfinished batches left, unless `measured` already knows them.

        Returns:
            How many batches were undone. Call under the lock, before measuring.
        """
        self._sweep()
        unfinished, damaged = self._journaled()
        if damaged:
            unfinished |= self._unknown()
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

    def _unknown(self) -> dict[str, list[str]]:
        """Batches in the tables of which `measured` does not know."""
        known = set(self.read("measured", ["work_id"]).column("work_id").to_pylist())
        found: dict[str, list[str]] = {}
        for name in TABLES:
            if name != "measured" and "work_id" in arrow_schema(name).names:
                for work_id in set(self.read(name, ["work_id"]).column("work_id").to_pylist()) - known:
                    found.setdefault(work_id, []).append(name)
        return found

    def _sweep(self) -> None:
        """Take away files that a killed command left half written; deltalake gives them a number behind a hash sign."""
        for name in TABLES:
            for half in (*(self.root / name).glob("*.parquet#*"), *(self.root / name / "_delta_log").glob("*#*")):
                half.unlink()

    def _delete_work(self, name: str, work_id: str) -> None:
        if self._open(name) is not None:
            self.replace_work(name, work_id, arrow_schema(name).empty_table())

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
                lock.acquire(timeout=_GLANCE_S, poll_interval=_GLANCE_S / 10)
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
            mine = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds"), "purpose": purpose}
            with naming(holder):
                holder.write_text(json.dumps(mine), encoding="utf-8")
            complete(self.root)  # a swap of tables that a killed 'nutgraf rebuild' had begun
            sweep(self.root)
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


def _groups(name: str) -> Any:
    """How a table's rows lie in a gathered file: parses in groups of about a batch, so that one batch is found without reading all others."""
    from deltalake import WriterProperties

    return WriterProperties(max_row_group_size=_PARSES_IN_GROUP) if name == PARSES.name else None


def _in_short(error: Exception, root: Path) -> str:
    """What deltalake or Arrow says, without colours, Rust's list of calls and paths of this machine, and in bounds."""
    text = re.sub(r"\x1b\[\d*m|file://|\n\s*0: .*", "", str(error), flags=re.DOTALL)
    for place in {f"{root.resolve()}/", f"{root}/"}:
        text = text.replace(place, "").replace(place[1:], "")  # Arrow writes it without its first slash
    return text.strip()[:300]


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
