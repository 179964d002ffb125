"""Ingest step by step: list what there is, keep its bytes, read records, write the rows that are new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nutgraf.erasures import Erasures
from nutgraf.errors import InputError
from nutgraf.ingest.articles import VERSION_COLUMNS, Reader, Versions, to_row
from nutgraf.ingest.credits import Agencies
from nutgraf.ingest.formats.files import read_file
from nutgraf.ingest.moments import now
from nutgraf.ingest.raw import forget, keep, keep_absent, seen_before, settle, sha256_of, sweep
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
        outcomes: Records by outcome: new, changed, unchanged, erased (of articles that were erased for good: left out).
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
        told = ", ".join(f"{self.outcomes[name]:,} {name}" for name in ("new", "changed", "unchanged", "erased") if self.outcomes[name])
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
    erased = Erasures.load(desk.decisions).raw
    began = datetime.now(UTC).isoformat()
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
        elif sha256 in erased:  # it holds an erased article, and what else it holds is in data/raw without it
            report.files_known += 1
        else:
            fetched_before, ingested_before = seen_before(desk.raw, sha256, item)
            ingested_at = began if ingested_before is None else ingested_before
            waiting.append((order_of(ingested_at, item.fetched_at or fetched_before or started, item), item))
    if waiting:
        waiting.sort(key=lambda pair: pair[0])
        reader = reader_of(desk)
        read = ((item, rows_of(desk, item, order[1], order[0], reader)) for order, item in waiting)
        place(desk, read, len(waiting), register, report, progress)
    return report


def order_of(ingested_at: str, fetched_at: datetime, item: RawItem) -> tuple:
    """Readings are placed in this order, so that a rebuild counts the versions of an article as they were counted."""
    return ingested_at, fetched_at, item.source, _natural(item.key)


def reader_of(desk: Desk) -> Reader:
    """What a desk's settings contribute to the reading of any article."""
    return Reader(Agencies(desk.settings.agencies), desk.settings.outlets)


def place(
    desk: Desk, read: Iterable[tuple[RawItem, Iterable[tuple[str, dict]]]], n_items: int, register: Register, report: Report,
    progress: Progress | None, doing: str = "ingesting",
) -> None:
    """Write the rows of items that are new or changed.

    Args:
        desk: The desk.
        read: Items in the order of `order_of`, each with its rows and the sha256 of the bytes that they were read from.
        n_items: How many there are.
        register: Gets each item after its rows are committed.
        report: Gets the counts.
        progress: Called with (what, items done, of).
        doing: What.
    """
    versions = Versions(desk.store.read("articles", VERSION_COLUMNS).to_pylist(), Erasures.load(desk.decisions).ids)
    rows: list[dict] = []
    finished: list[Entry] = []

    def write() -> None:
        if rows:
            settle(desk.raw)
            _append(desk, rows)
            rows.clear()
        register.add(finished)
        finished.clear()

    for number, (item, found) in enumerate(read, start=1):
        n_records, n_erased, sha256 = 0, 0, ""
        for raw_sha256, row in found:
            n_records, sha256 = n_records + 1, raw_sha256
            outcome = versions.place(row)
            report.outcomes[outcome] += 1
            n_erased += outcome == "erased"
            if outcome in ("new", "changed"):
                rows.append(row)
                _note(report, row)
            if len(rows) >= BATCH:
                write()
        report.seen += n_records
        finished.append(Entry(key_of(sha256, item), n_records))
        if sha256 and n_records == n_erased:
            forget(desk.raw, sha256)  # its bytes came back, and hold nothing else
        if progress:
            progress(doing, number, n_items)
    write()


def _sha256_of(item: RawItem) -> str:
    """Hash of an item's bytes; empty for what cannot be read, which becomes a quarantined row with the reason."""
    try:
        return sha256_of(item.path) if item.path.is_file() else ""
    except OSError:
        return ""


def rows_of(desk: Desk, item: RawItem, fetched_at: datetime, ingested_at: str, reader: Reader) -> Iterator[tuple[str, dict]]:
    """Keep an item's bytes, then read the copy. A file that is no article at all gives one quarantined row with the reason.

    Raises:
        DiskError: When data/raw cannot be written to: that is no fault of the file.
    """
    try:
        sha256 = keep(desk.raw, item, fetched_at, ingested_at)
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        reason = "the file is listed but not there" if gone else f"it cannot be opened: {error.strerror}"
        keep_absent(desk.raw, item, fetched_at, ingested_at, reason)
        yield "", problem_row(item, None, fetched_at, reader, reason)
        return
    yield from kept_rows(item, desk.raw / sha256, fetched_at, reader)


def kept_rows(item: RawItem, kept: Path, fetched_at: datetime, reader: Reader) -> Iterator[tuple[str, dict]]:
    """Read an item from its kept copy."""
    try:
        for record in read_file(item, kept):
            yield kept.name, to_row(record, item, kept.name, fetched_at, reader)
    except InputError as error:
        reason = f"{error.what} ({error.mend})" if error.mend else error.what
        yield kept.name, problem_row(item, kept.name, fetched_at, reader, reason)


def problem_row(item: RawItem, sha256: str | None, fetched_at: datetime, reader: Reader, reason: str) -> dict:
    """The row of a file that is no article."""
    return to_row(Record(item.key, url=item.url, outlet=item.outlet, problem=reason), item, sha256, fetched_at, reader)


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
