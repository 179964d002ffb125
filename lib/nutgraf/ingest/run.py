"""Ingest step by step: list what a source holds, keep its bytes, read records, write the rows that are new."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nutgraf.desk import Desk, Source
from nutgraf.errors import UsageError
from nutgraf.ingest.articles import Versions, to_row
from nutgraf.ingest.files import kind_of, read_file
from nutgraf.ingest.pages import now
from nutgraf.ingest.raw import first_seen, keep
from nutgraf.ingest.records import RawItem
from nutgraf.schema import arrow_schema

BATCH = 1_000
Progress = Callable[[str, int, int], None]


@dataclass
class Report:
    """What an ingest did: counts of articles by outcome, and why some were quarantined."""

    seen: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)


def ingest(desk: Desk, items: Iterable[RawItem] | None = None, *, progress: Progress | None = None) -> Report:
    """Read raw items into the articles table. Call under the desk's lock.

    Args:
        desk: The desk.
        items: What to read; None for every source of the desk.
        progress: Called with (what, done, of).

    Returns:
        Counts.
    """
    from nutgraf.compare.copies import rebuild_copies

    if items is None:
        items = [item for source in desk.settings.sources for item in items_of(desk, source)]
    listed = sorted(items, key=lambda item: (item.fetched_at is None, item.fetched_at or datetime.min, item.key))
    known = desk.store.read(
        "articles", ["article_id", "version", "text_sha256", "headline", "status", "completeness"]
    ).to_pylist()
    versions = Versions(known)
    report, rows = Report(), []
    for number, item in enumerate(listed, start=1):
        for row in rows_of(desk, item):
            report.seen += 1
            outcome = versions.place(row)
            report.outcomes[outcome] += 1
            if outcome != "unchanged":
                rows.append(row)
                if row["status"] == "quarantined":
                    report.quarantined[row["status_reason"]] += 1
            if len(rows) >= BATCH:
                _write(desk, rows)
                rows = []
        if progress:
            progress("ingesting", number, len(listed))
    if rows:
        _write(desk, rows)
    if report.outcomes["new"] or report.outcomes["changed"]:
        rebuild_copies(desk.store)
    return report


def rows_of(desk: Desk, item: RawItem) -> Iterator[dict]:
    """Keep an item's bytes and read its records."""
    import hashlib

    content = item.path.read_bytes()
    fetched_at = item.fetched_at or first_seen(desk.raw, hashlib.sha256(content).hexdigest(), item) or now()
    sha256 = keep(desk.raw, item, content, fetched_at)
    for record in read_file(item, content):
        yield to_row(record, item, sha256, fetched_at)


def _write(desk: Desk, rows: list[dict]) -> None:
    import pyarrow as pa

    desk.store.append("articles", pa.Table.from_pylist(rows, schema=arrow_schema("articles")))


def items_of(desk: Desk, source: Source) -> list[RawItem]:
    """The files of a source that may hold articles, with what its manifest says of each."""
    folder = desk.root / source.path
    if not folder.exists():
        raise UsageError(
            "its path does not exist", where=f"source '{source.id}' in nutgraf.toml", mend=f"create {source.path} or correct it"
        )
    if folder.is_file():
        return [RawItem(folder, source.id, folder.name, outlet=source.outlet, columns=source.columns)]
    manifest = _manifest(folder / source.manifest) if source.manifest else {}
    items = []
    for path in sorted(folder.rglob("*")):
        key = path.relative_to(folder).as_posix()
        if not path.is_file() or kind_of(path) is None or (manifest and key not in manifest):
            continue
        about = manifest.get(key, {})
        items.append(
            RawItem(
                path,
                source.id,
                key,
                url=about.get("url"),
                outlet=about.get("outlet") or source.outlet,
                fetched_at=datetime.fromisoformat(about["fetched_at"]) if about.get("fetched_at") else None,
                content_type=about.get("content_type"),
                columns=source.columns,
            )
        )
    return items


def _manifest(path: Path) -> dict[str, dict]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {entry["file"]: entry for entry in map(json.loads, filter(str.strip, lines))}
