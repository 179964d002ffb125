"""Raw bytes, kept as they came: ``data/raw/<sha256>`` with a sidecar that says where, when and how they were read.

A file that already lies under ``data/raw`` is copied as well: the sample may be edited, and a table row must find the bytes it
came from. With the sidecars ``nutgraf rebuild`` reads everything again as it was read, also when the sources are gone; so a file
that was listed but could not be read has a sidecar too, ``absent-<hash>.json``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nutgraf.disk import of_disk
from nutgraf.errors import DiskError, StoreError
from nutgraf.ingest.captures import NAMES, about_fetch, of_fetched
from nutgraf.ingest.records import RawItem

ABSENT = "absent-"
_CHUNK = 1 << 20
#: Name of a kept file.
SHA256 = re.compile(r"[0-9a-f]{64}")
_HALF = re.compile(r"\d+\.part|(?:[0-9a-f]{64}|absent-[0-9a-f]{32})\.json\.part")


def sidecars(raw: Path) -> list[Path]:
    """The notes of where files came from, and of those that could not be read, by name."""
    if not raw.is_dir():
        return []
    return sorted(path for path in raw.glob("*.json") if SHA256.fullmatch(path.stem) or path.stem.startswith(ABSENT))


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(raw: Path, item: RawItem, fetched_at: datetime, ingested_at: str) -> str:
    """Copy a file's bytes to ``data/raw`` unless they are there, whole.

    Args:
        raw: The desk's ``data/raw``.
        item: Where they came from.
        fetched_at: When they were fetched.
        ingested_at: When this ingest began, in ISO form: readings are repeated in this order.

    Returns:
        Their sha256, which is the copy's name. The sidecar ``<sha256>.json`` lists every way in which they were read: each place
        they were seen at, with the time of the first fetch, and again where the source says something else of them.

    Raises:
        OSError: When the file cannot be read.
        DiskError: When the copy cannot be written, which says nothing about the file.
    """
    sha256 = sha256_of(item.path)
    not_done = "no article was read from that file; the next run reads it"
    with _told(raw, "the copy of a raw file", not_done, but=FileNotFoundError):  # taken away since it was listed
        return _keep(raw, item, fetched_at, ingested_at, sha256)


@contextmanager
def _told(raw: Path, what: str, not_done: str, but: type[OSError] | tuple[()] = ()) -> Iterator[None]:
    """Say that something cannot be written to data/raw; an error that is about something else passes as it is."""
    try:
        yield
    except but:
        raise
    except OSError as error:
        known = of_disk(error, raw.parent.parent, not_done, where="data/raw")
        raise known or DiskError(f"{what} cannot be written: {error.strerror}", where="data/raw", not_done=not_done) from error


def _keep(raw: Path, item: RawItem, fetched_at: datetime, ingested_at: str, sha256: str) -> str:
    raw.mkdir(parents=True, exist_ok=True)
    if not (raw / sha256).exists() or sha256_of(raw / sha256) != sha256:
        sha256 = _copy(item.path, raw)
    _add_origin(raw / f"{sha256}.json", item, fetched_at, ingested_at)
    return sha256


def _add_origin(sidecar: Path, item: RawItem, fetched_at: datetime, ingested_at: str) -> None:
    origins = _origins(sidecar)
    if not any(_is_same_reading(origin, item) for origin in origins):
        origins.append(origin_of(item, fetched_at, ingested_at))
        _write_origins(sidecar, origins)


def keep_fetched(raw: Path, content: bytes, item: RawItem, fetched_at: datetime, ingested_at: str) -> RawItem:
    """Keep bytes that were fetched, with their sidecar.

    Args:
        raw: The desk's ``data/raw``.
        content: The bytes.
        item: Where they came from; its path means nothing yet.
        fetched_at: When they were fetched.
        ingested_at: When this ingest began, in ISO form.

    Returns:
        The item with the path of the kept bytes.

    Raises:
        DiskError: When they cannot be written.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    item = replace(item, path=raw / sha256, kept_ending=item.ending)
    with _told(raw, "what was fetched", "what was fetched is not kept; the next run fetches it again"):
        raw.mkdir(parents=True, exist_ok=True)
        if not item.path.is_file() or sha256_of(item.path) != sha256:
            _write(item.path, content, raw / f"{os.getpid()}.part")
        _add_origin(raw / f"{sha256}.json", item, fetched_at, ingested_at)
    return item


def sweep(raw: Path) -> None:
    """Take away copies that a killed command left half written. Call under the desk's lock."""
    for path in raw.glob("*.part"):
        if _HALF.fullmatch(path.name):
            path.unlink()


def settle(raw: Path) -> None:
    """Make the names of new copies outlast a power cut, before any table row names them."""
    if not raw.is_dir():
        return  # not one file could be read
    handle = os.open(raw, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_absent(raw: Path, item: RawItem, fetched_at: datetime, ingested_at: str, problem: str) -> None:
    """Note a file that was listed and could not be read, and why."""
    raw.mkdir(parents=True, exist_ok=True)
    path = raw / f"{_absent(item)}.json"
    held = _origins(path)
    if not held or held[0]["problem"] != problem:
        about = held[0] if held else origin_of(item, fetched_at, ingested_at)
        _write_origins(path, [{**about, "problem": problem}])


def forget(raw: Path, sha256: str) -> None:
    """Take a file's bytes and its sidecar away for good, the bytes first: a sidecar alone shows that something is missing."""
    for name in (sha256, f"{sha256}.json"):
        (raw / name).unlink(missing_ok=True)
    settle(raw)


def swap(raw: Path, sha256: str, made: Path) -> str:
    """Put other bytes in the place of a file's, under their own hash, with what its sidecar says. The old ones go last.

    Args:
        raw: The desk's ``data/raw``.
        sha256: Of the old bytes.
        made: The new ones, in a file of data/raw that gets their name.

    Returns:
        The sha256 of the new ones.
    """
    fresh = sha256_of(made)
    _write_origins(raw / f"{fresh}.json", _origins(raw / f"{sha256}.json"))
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(made, raw / fresh)
    settle(raw)
    return fresh


def seen_before(raw: Path, sha256: str, item: RawItem) -> tuple[datetime | None, str | None]:
    """What the sidecars know of an item.

    Args:
        raw: The desk's ``data/raw``.
        sha256: Of its bytes; empty for a file that is not there.
        item: The item.

    Returns:
        When these bytes were first fetched from this place, and when an ingest first read them in this way; "" for a sidecar of an
        earlier Nutgraf, which does not say. None each when that is new.
    """
    origins = _origins(raw / f"{sha256 or _absent(item)}.json")
    places = [origin for origin in origins if all(origin[name] == getattr(item, name) for name in ("source", "key", "url"))]
    fetched = datetime.fromisoformat(places[0]["fetched_at"]) if places else None
    return fetched, next((origin.get("ingested_at", "") for origin in places if _is_same_reading(origin, item)), None)


def _reading(item: RawItem) -> dict[str, Any]:
    """What decides how bytes are read, as `register.key_of` has it."""
    return {
        "source": item.source, "key": item.key, "url": item.url, "outlet": item.outlet, "content_type": item.content_type,
        "columns": item.columns, "zone": str(item.zone), "ending": item.ending,
    }  # fmt: skip


def origin_of(item: RawItem, fetched_at: datetime, ingested_at: str) -> dict[str, Any]:
    """An entry of a sidecar; `captures.item_of` makes the item of it again."""
    about = {**_reading(item), **of_fetched(item), **about_fetch(item)}
    return {**about, "fetched_at": fetched_at.isoformat(), "ingested_at": ingested_at}


def _absent(item: RawItem) -> str:
    about = json.dumps({**_reading(item), **of_fetched(item)}, sort_keys=True)
    return ABSENT + hashlib.sha256(about.encode()).hexdigest()[:32]


def _origins(sidecar: Path) -> list[dict[str, Any]]:
    if not sidecar.exists():
        return []
    try:
        held = json.loads(sidecar.read_text(encoding="utf-8"))
        return [entry for entry in held if {"source", "key", "url", "fetched_at"} <= entry.keys()]
    except (ValueError, TypeError, AttributeError) as error:
        raise StoreError(
            f"the note of where a raw file came from cannot be read: {error}", where=f"data/raw/{sidecar.name}",
            mend="bring it back from a backup, or delete it: then the file counts as fetched on the day of the next run",
            not_done="nothing was read from that file",
        ) from error  # fmt: skip


def _is_same_reading(origin: dict[str, Any], item: RawItem) -> bool:
    """Sidecars of an earlier Nutgraf lack zone and ending, and match any."""
    fetched = of_fetched(item)
    return all(origin.get(name, value) == value for name, value in _reading(item).items()) and all(
        origin.get(name) == fetched.get(name) for name in NAMES
    )


def _write_origins(path: Path, origins: list[dict[str, Any]]) -> None:
    try:
        content = json.dumps(origins, indent=1, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair, from a manifest
        content = json.dumps(origins, indent=1).encode()
    _write(path, content)


def _copy(path: Path, raw: Path) -> str:
    """Copy, and name the copy after what was copied, even if the file changed since it was listed."""
    partial = raw / f"{os.getpid()}.part"
    digest = hashlib.sha256()
    with path.open("rb") as source, partial.open("wb") as target:
        while piece := source.read(_CHUNK):
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    os.replace(partial, raw / digest.hexdigest())
    return digest.hexdigest()


def _write(path: Path, content: bytes, partial: Path | None = None) -> None:
    """Whole or not at all: a crash leaves no half file under its final name, and the half one is called as `sweep` knows it."""
    partial = partial or path.with_name(f"{path.name}.part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
