"""Reading everything again from ``data/raw`` alone: each kept file as it was read before, in the order in which it was.

A file whose bytes are not what its name says is left out and told, never read: its rows would claim a source they do not have.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.erasures import Erasures, note
from nutgraf.errors import InputError
from nutgraf.ingest.apart.reading import Apart, Kept
from nutgraf.ingest.articles import problem_row
from nutgraf.ingest.captures import item_of
from nutgraf.ingest.cutting import cut
from nutgraf.ingest.formats.files import KINDS, PACKED
from nutgraf.ingest.raw import ABSENT, SHA256, forget, sha256_of, sidecars, swap
from nutgraf.ingest.records import RawItem
from nutgraf.ingest.register import Register
from nutgraf.ingest.run import Progress, Report, order_of, place

if TYPE_CHECKING:
    from nutgraf.desk import Desk

#: Endings of files whose bytes hold addresses and keys as they are written; all others are packed in some way.
_PLAIN = (".html", ".htm", ".xhtml", ".txt", ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".xml", ".rss", ".atom")


@dataclass(frozen=True)
class Unusable:
    """A file of ``data/raw`` that cannot be read again, and why."""

    name: str
    reason: str


class _Reading(NamedTuple):
    """A way in which kept bytes were read; `problem` is why a listed file could not be."""

    order: tuple
    item: RawItem
    fetched_at: datetime
    problem: str | None


def n_kept(raw: Path) -> int:
    """How many sidecars ``data/raw`` holds."""
    return len(sidecars(raw))


def replay(desk: Desk, *, progress: Progress | None = None) -> tuple[Report, list[Unusable]]:
    """Read what ``data/raw`` keeps into the desk's articles table, which must be empty.

    Args:
        desk: The desk; its sources are not looked at.
        progress: Called with (what, files done, of).

    Returns:
        Counts, and the files that were left out.
    """
    report, register = Report(), Register(desk.store)
    readings, unusable = _readings(desk)
    with Apart(desk.settings, desk.root) as apart:
        read = apart.read(_usable(readings, report, unusable))
        place(desk, read, len(readings), register, report, progress, "reading data/raw", erased=Erasures.load(desk.decisions).ids)
    return report, sorted(unusable, key=lambda one: one.name)


def holding(desk: Desk, ids: frozenset[str], marks: list[bytes], known: frozenset[str]) -> dict[str, tuple[list[RawItem], bool]]:
    """Kept files that give an article when they are read again.

    Args:
        desk: The desk.
        ids: Of the article's rows.
        marks: Its addresses and keys: a file that holds none of them, in its bytes or its sidecar, is not read.
        known: sha256 of files that are read in any case.

    Returns:
        By sha256 the ways in which the file was read, and whether it gives this article alone. A feed of which other entries are read gives it
        too where its bytes hold it.
    """
    found: dict[str, tuple[list[RawItem], bool]] = {}
    kept: list[Kept] = []
    in_full: list[bool] = []
    with Apart(desk.settings, desk.root) as apart:
        for one in _readings(desk)[0]:
            path = one.item.path
            if one.problem is not None:
                if problem_row(one.item, None, one.fetched_at, apart.reader, one.problem)["article_id"] in ids:
                    found[path.name] = [one.item], True  # a note of what could not be read, which may hold its headline
            elif path.is_file() and (path.name in known or not one.item.ending.endswith(_PLAIN) or _mentions(path, marks)):
                kept.append(Kept(one.item, path, one.fetched_at))
                in_full.append(False)
                if one.item.only is not None:
                    kept.append(Kept(in_whole(one.item), path, one.fetched_at))
                    in_full.append(True)
        for is_whole, (item, rows) in zip(in_full, apart.read(kept), strict=True):
            given = {row["article_id"] for _, row in rows}
            items, is_alone = found.get(item.path.name, ([], True))
            if is_whole:
                if given & ids and item.path.name not in found:
                    found[item.path.name] = [item], False
            elif given & ids or item.path.name in found:
                found[item.path.name] = [*items, item], is_alone and given <= ids
    return found


def in_whole(item: RawItem) -> RawItem:
    """An item with everything that its bytes hold: of a feed that was fetched all entries, whichever are read from it."""
    return replace(item, only=None)


def cut_returned(desk: Desk, names: Iterable[str]) -> list[str]:
    """Cut erased articles out of files that came in again with them: a feed or an export goes on holding them, and others too.

    Args:
        desk: The desk.
        names: sha256 of files of ``data/raw`` that are new.

    Returns:
        What could not be cut, in words.
    """
    erased, left = Erasures.load(desk.decisions), []
    for name in sorted(names):
        path = desk.raw / name
        if not erased.ids or not path.is_file():
            continue
        items = [in_whole(item_of(path, origin, desk.timezone)) for origin in json.loads(path.with_name(f"{name}.json").read_text(encoding="utf-8"))]
        if KINDS.get(items[0].ending.removesuffix(PACKED)) in ("page", "text", "pdf"):
            continue  # one article: where it is erased, the file was not kept
        ids = {row["article_id"] for item in items for row in rows_again(desk, item, path)}
        if not ids & erased.ids:
            continue
        target = desk.raw / f"{os.getpid()}.part"
        try:
            for item in items:
                cut(item, path, erased.ids, partial(rows_again, desk, item), target)
        except InputError as error:
            left.append(f"data/raw/{name} ({items[0].source}: {items[0].key}) holds an erased article again and cannot be cut: {error.what}")
            continue
        desk.store.name_raw_anew(name, swap(desk.raw, name, target))
        for stone in erased.of.values():
            if ids & {stone.article_id, *stone.ids} and items[0].capture is None:  # what was fetched is never given twice
                note(desk.decisions, stone._replace(raw=(*stone.raw, name)))
        forget(desk.raw, name)
    return left


def rows_again(desk: Desk, item: RawItem, path: Path) -> list[dict[str, Any]]:
    """Rows that a kept file, or another copy of it, gives when it is read as it was."""
    with Apart(desk.settings, desk.root) as apart:
        kept = Kept(item, path, item.fetched_at or datetime.fromtimestamp(0, UTC))
        return [row for _, rows in apart.read([kept]) for _, row in rows]


def _mentions(path: Path, marks: list[bytes]) -> bool:
    sidecar = path.with_name(f"{path.name}.json").read_bytes()
    if any(mark in sidecar for mark in marks):
        return True
    content = path.read_bytes()
    return any(mark in content for mark in marks)


def _readings(desk: Desk) -> tuple[list[_Reading], list[Unusable]]:
    readings, unusable, told = [], [], set()
    for sidecar in sidecars(desk.raw):
        told.add(sidecar.stem)
        try:
            origins = json.loads(sidecar.read_text(encoding="utf-8"))
            readings += [_reading(desk, sidecar, origin) for origin in origins]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            unusable.append(Unusable(sidecar.stem, f"its sidecar {sidecar.name} cannot be read: {type(error).__name__}: {error}"))
    if desk.raw.is_dir():
        loose = [path.name for path in desk.raw.iterdir() if SHA256.fullmatch(path.name) and path.name not in told]
        unusable += [Unusable(name, "it has no sidecar, so nobody knows where it came from") for name in loose]
    return sorted(readings, key=lambda one: one.order), unusable


def _reading(desk: Desk, sidecar: Path, origin: dict[str, Any]) -> _Reading:
    """An earlier Nutgraf did not write the time of ingest: then it is before all others."""
    item = item_of(sidecar.with_suffix(""), origin, desk.timezone)
    problem = origin["problem"] if sidecar.stem.startswith(ABSENT) else None
    return _Reading(order_of(origin.get("ingested_at", ""), item.fetched_at, item), item, item.fetched_at, problem)


def _usable(readings: list[_Reading], report: Report, unusable: list[Unusable]) -> Iterator[Kept]:
    checked: dict[str, str | None] = {}
    for one in readings:
        report.files += 1
        if one.problem is not None:
            yield Kept(one.item, None, one.fetched_at, one.problem)
            continue
        path = one.item.path
        if path.name not in checked:
            checked[path.name] = reason = _unfit(path)
            if reason:
                unusable.append(Unusable(path.name, reason))
        if checked[path.name] is None:
            yield Kept(one.item, path, one.fetched_at)


def _unfit(path: Path) -> str | None:
    try:
        sha256 = sha256_of(path)
    except FileNotFoundError:
        return "its bytes are not there"
    except OSError as error:
        return f"it cannot be opened: {error.strerror}"
    return None if sha256 == path.name else "its bytes are not those that were kept: their sha256 is not its name"
