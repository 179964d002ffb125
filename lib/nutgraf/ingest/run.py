"""Ingest step by step: list what there is, keep its bytes, read records, write the rows that are new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from nutgraf.errors import InputError
from nutgraf.ingest.articles import VERSION_COLUMNS, Reader, Versions, to_row
from nutgraf.ingest.credits import Agencies
from nutgraf.ingest.files import read_file
from nutgraf.ingest.moments import now
from nutgraf.ingest.raw import first_seen, keep, settle, sha256_of, sweep
from nutgraf.ingest.records import RawItem, Record
from nutgraf.ingest.register import Entry, Register, key_of
from nutgraf.ingest.sources import items_of
from nutgraf.schema import arrow_schema

if TYPE_CHECKING:
    from nutgraf.desk import Desk

BATCH = 1_000  # rows per commit
_LISTED = 1_000  # quarantined records listed in a report
Progress = Callable[[str, int, int], None]


@dataclass
class Report:
    """What an ingest did.

    Attributes:
        files: Files looked at.
        files_known: Of these, files whose bytes were ingested before from the same place and were not read again.
        seen: Records in all of them.
        outcomes: Records by outcome: new, changed, unchanged.
        quarantined: Of the new and changed ones, records set aside, by reason.
        set_aside: The same one by one: (source, record key, reason); the first 1,000.
    """

    files: int = 0
    files_known: int = 0
    seen: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    set_aside: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """Records that are new or changed and may be analysed."""
        return self.outcomes["new"] + self.outcomes["changed"] - sum(self.quarantined.values())

    def line(self) -> str:
        """The report in one line, such as "48 records in 9 files: 46 new, 1 changed, 1 unchanged; 1 set aside"."""
        told = ", ".join(f"{self.outcomes[name]:,} {name}" for name in ("new", "changed", "unchanged") if self.outcomes[name])
        aside = sum(self.quarantined.values())
        reasons = "; ".join(f"{count:,} × {reason}" for reason, count in self.quarantined.most_common(5))
        counted = f"{self.seen:,} record{'s' * (self.seen != 1)} in {self.files:,} file{'s' * (self.files != 1)}"
        return f"{counted}: {told or 'none'}" + (f"; {aside:,} set aside ({reasons})" if aside else "")


def ingest(desk: Desk, items: Iterable[RawItem] | None = None, *, progress: Progress | None = None) -> Report:
    """Read raw items into the articles table. Call under the desk's lock, through `nutgraf.ingesting`,
    which also brings up to date what is derived from the articles.

    Args:
        desk: The desk.
        items: What to read, in any order; None for every source of the desk.
        progress: Called with (what, files done, of).

    Returns:
        Counts. An ingest of nothing new commits nothing.

    Raises:
        UsageError: When a source of the desk does not exist; nothing is written then.
    """
    if items is None:
        items = [item for source in desk.settings.sources for item in items_of(desk, source)]
    report, register, started = Report(), Register(desk.store), now()
    sweep(desk.raw)
    waiting = []
    for item in items:
        report.files += 1
        sha256 = _sha256_of(item)
        entry = register.find(key_of(sha256, item))
        if entry:
            report.files_known += 1
            report.seen += entry.n_records
            report.outcomes["unchanged"] += entry.n_records
        else:
            waiting.append((item.fetched_at or first_seen(desk.raw, sha256, item) or started, item))
    if waiting:
        waiting.sort(key=lambda pair: (pair[0], pair[1].source, _natural(pair[1].key)))
        _ingest_all(desk, waiting, register, report, progress)
    return report


def _ingest_all(
    desk: Desk, waiting: list[tuple[datetime, RawItem]], register: Register, report: Report, progress: Progress | None
) -> None:
    reader = Reader(Agencies(desk.settings.agencies), desk.settings.outlets)
    versions = Versions(desk.store.read("articles", VERSION_COLUMNS).to_pylist())
    rows: list[dict] = []
    finished: list[Entry] = []

    def write() -> None:
        if rows:
            settle(desk.raw)
            _append(desk, rows)
            rows.clear()
        register.add(finished)
        finished.clear()

    for number, (fetched_at, item) in enumerate(waiting, start=1):
        n_records, sha256 = 0, ""
        for raw_sha256, row in rows_of(desk, item, fetched_at, reader):
            n_records, sha256 = n_records + 1, raw_sha256
            outcome = versions.place(row)
            report.outcomes[outcome] += 1
            if outcome != "unchanged":
                rows.append(row)
                _note(report, row)
            if len(rows) >= BATCH:
                write()
        report.seen += n_records
        finished.append(Entry(key_of(sha256, item), n_records))
        if progress:
            progress("ingesting", number, len(waiting))
    write()


def _sha256_of(item: RawItem) -> str:
    """Hash of an item's bytes; empty for what cannot be read, which becomes a quarantined row with the reason."""
    try:
        return sha256_of(item.path) if item.path.is_file() else ""
    except OSError:
        return ""


def rows_of(desk: Desk, item: RawItem, fetched_at: datetime, reader: Reader) -> Iterator[tuple[str, dict]]:
    """Keep an item's bytes, then read the copy. A file that is no article at all gives one quarantined row with the reason.

    Raises:
        DiskError: When data/raw cannot be written to: that is no fault of the file.
    """
    try:
        sha256 = keep(desk.raw, item, fetched_at)
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        reason = "the file is listed but not there" if gone else f"it cannot be opened: {error.strerror}"
        record = Record(item.key, url=item.url, outlet=item.outlet, problem=reason)
        yield "", to_row(record, item, None, fetched_at, reader)
        return
    try:
        for record in read_file(item, desk.raw / sha256):
            yield sha256, to_row(record, item, sha256, fetched_at, reader)
    except InputError as error:
        reason = f"{error.what} ({error.mend})" if error.mend else error.what
        record = Record(item.key, url=item.url, outlet=item.outlet, problem=reason)
        yield sha256, to_row(record, item, sha256, fetched_at, reader)


def _note(report: Report, row: dict) -> None:
    if row["status"] == "quarantined":
        report.quarantined[row["status_reason"].split(" (")[0]] += 1
        if len(report.set_aside) < _LISTED:
            report.set_aside.append((row["source"], row["record_key"], row["status_reason"]))


def _append(desk: Desk, rows: list[dict]) -> None:
    import pyarrow as pa

    desk.store.append("articles", pa.Table.from_pylist(rows, schema=arrow_schema("articles")))


def _natural(key: str) -> list[tuple[int, int, str]]:
    """Order of captures of one page that carry no fetch time: page.html, page.2.html, page.10.html."""
    stem = re.sub(r"\.\w+$", "", key)
    parts = re.findall(r"\d+|\D+", stem)
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts] + [(2, 0, key)]
