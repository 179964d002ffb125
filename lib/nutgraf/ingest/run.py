"""Ingest step by step: list what there is, keep its bytes, read records, write the rows that are new."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nutgraf.erasures import Erasures
from nutgraf.ingest.apart.reading import Apart, Kept
from nutgraf.ingest.articles import VERSION_COLUMNS, Versions
from nutgraf.ingest.moments import now
from nutgraf.ingest.raw import forget, keep, keep_absent, seen_before, settle, sha256_of, sweep
from nutgraf.ingest.records import RawItem
from nutgraf.ingest.register import Entry, Register, key_of
from nutgraf.ingest.report import Report
from nutgraf.ingest.sources import items_of
from nutgraf.schema import arrow_schema

if TYPE_CHECKING:
    from nutgraf.desk import Desk
    from nutgraf.ingest.fetching.client import Network
    from nutgraf.ingest.fetching.gathering import Gathered
    from nutgraf.settings import Source
    from nutgraf.store import Store

BATCH = 1_000  # rows per commit
BATCH_CHARACTERS = 16_000_000  # of text per commit, so that memory does not grow with the length of articles
_LISTED = 1_000  # quarantined records listed in a report
Progress = Callable[[str, int, int], None]


def ingest(
    desk: Desk, items: Iterable[RawItem] | None = None, *, fetch: Sequence[Source] | None = None, offline: bool = False,
    network: Network | None = None, progress: Progress | None = None,
) -> Report:  # fmt: skip
    """Read raw items into the articles table. Call under the desk's lock, through `nutgraf.ingesting`,
    which also brings up to date what is derived from the articles.

    Args:
        desk: The desk.
        items: Files to read, in any order; None for every source of the desk, those that are fetched included.
        fetch: Sources that a person asks to fetch now, as from `gathering.by_hand`; None for those of the desk, if `items` is None too.
        offline: Fetch nothing; what an earlier run fetched and did not get to read is read.
        network: How names are looked up and connections made; tests put their own here.
        progress: Called with (what, files done, of).

    Returns:
        Counts. An ingest of nothing new commits nothing. A source that cannot be fetched is one of `Report.sources` with its problems.

    Raises:
        UsageError: When a source of the desk does not exist; nothing is written then.
    """
    sources, is_by_hand = desk.settings.sources, fetch is not None
    if fetch is None:
        fetch = [source for source in sources if source.is_fetched] if items is None else []
    if items is None:
        items = [item for source in sources if not source.is_fetched for item in items_of(desk, source)]
    report, register, started = Report(), Register(desk.store), now()
    erased = Erasures.load(desk.decisions)
    began = datetime.now(UTC).isoformat()
    sweep(desk.raw)
    fetched = _fetched(desk, () if offline else fetch, began, is_by_hand, erased.ids, network, progress)
    if fetched is not None:
        report.take(fetched.reports)
        items = [*items, *fetched.items]
    waiting = []
    for item in items:
        report.files += 1
        sha256 = _sha256_of(item)
        entry = register.find(key_of(sha256, item))
        if entry:
            report.files_known += 1
            report.count(item.source, "unchanged", entry.n_records)
        elif sha256 in erased.raw:  # it holds an erased article, and what else it holds is in data/raw without it
            report.files_known += 1
        else:
            fetched_before, ingested_before = seen_before(desk.raw, sha256, item)
            ingested_at = began if ingested_before is None else ingested_before
            waiting.append((order_of(ingested_at, item.fetched_at or fetched_before or started, item), item))
    if waiting:
        waiting.sort(key=lambda pair: pair[0])
        with Apart(desk.settings, desk.root) as apart:
            read = apart.read(_kept(desk, item, order[1], order[0]) for order, item in waiting)
            place(desk, read, len(waiting), register, report, progress, erased=erased.ids)
    if fetched is not None:
        fetched.finish()
    return report


def _fetched(
    desk: Desk, sources: Sequence[Source], began: str, is_by_hand: bool, erased: frozenset[str], network: Network | None, progress: Progress | None
) -> Gathered | None:
    """What was fetched and is not read yet; None where nothing ever was."""
    from nutgraf.ingest.fetching.state import NAME

    if not sources and not (desk.store.root / NAME).exists():
        return None
    from nutgraf.ingest.fetching.gathering import gather

    return gather(desk, sources, began, is_by_hand=is_by_hand, erased=erased, network=network, progress=progress)


def order_of(ingested_at: str, fetched_at: datetime, item: RawItem) -> tuple:
    """Readings are placed in this order, so that a rebuild counts the versions of an article as they were counted."""
    return ingested_at, fetched_at, item.source, _natural(item.key)


def place(
    desk: Desk, read: Iterable[tuple[RawItem, Iterable[tuple[str, dict]]]], n_items: int, register: Register, report: Report,
    progress: Progress | None, doing: str = "ingesting", *, erased: frozenset[str],
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
        erased: Ids that no row may have.
    """
    known = (row for batch in desk.store.scan("articles", VERSION_COLUMNS) for row in batch.to_pylist())
    versions = Versions(known, erased)
    rows: list[dict] = []
    finished: list[Entry] = []
    size = 0

    def write() -> None:
        nonlocal size
        size = 0
        if rows:
            settle(desk.raw)
            _append(desk.store, rows)
            rows.clear()
        register.add(finished)
        finished.clear()

    for number, (item, found) in enumerate(read, start=1):
        n_records, n_erased, sha256 = 0, 0, ""
        for raw_sha256, row in found:
            n_records, sha256 = n_records + 1, raw_sha256
            outcome = versions.place(row)
            report.count(item.source, outcome)
            if outcome == "unchanged":
                report.again[item.source, row["fetched_at"].date()] += 1
            n_erased += outcome == "erased"
            if outcome in ("new", "changed"):
                rows.append(row)
                size += len(row["text"])
                _note(report, row)
            if len(rows) >= BATCH or size >= BATCH_CHARACTERS:
                write()
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


def _kept(desk: Desk, item: RawItem, fetched_at: datetime, ingested_at: str) -> Kept:
    """Keep an item's bytes, so that the copy can be read.

    Raises:
        DiskError: When data/raw cannot be written to: that is no fault of the file.
    """
    if item.problem is not None:
        keep_absent(desk.raw, item, fetched_at, ingested_at, item.problem)
        return Kept(item, None, fetched_at, item.problem)
    try:
        return Kept(item, desk.raw / keep(desk.raw, item, fetched_at, ingested_at), fetched_at)
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        reason = "the file is listed but not there" if gone else f"it cannot be opened: {error.strerror}"
        keep_absent(desk.raw, item, fetched_at, ingested_at, reason)
        return Kept(item, None, fetched_at, reason)


def _note(report: Report, row: dict) -> None:
    if row["status"] == "quarantined":
        reason = row["status_reason"].split(" (")[0]
        report.quarantined[reason] += 1
        report.of(row["source"]).quarantined[reason] += 1
        if len(report.set_aside) < _LISTED:
            report.set_aside.append((row["source"], row["record_key"], row["status_reason"]))


def _append(store: Store, rows: list[dict]) -> None:
    import pyarrow as pa

    store.append("articles", pa.Table.from_pylist(rows, schema=arrow_schema("articles")))


def _natural(key: str) -> list[tuple[int, int, str]]:
    """Order of captures of one page that carry no fetch time: page.html, page.2.html, page.10.html."""
    stem = re.sub(r"\.\w+$", "", key)
    parts = re.findall(r"\d+|\D+", stem)
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts] + [(2, 0, key)]
