"""What decides how something that was fetched is read, as plain values for a sidecar: what its list said, which entries, which fetch."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from nutgraf.ingest.records import Capture, Listed, Moment, RawItem, Record

#: Names under which a sidecar holds it; local files have none of them.
NAMES = ("listed", "only", "captured_at")


def of_fetched(item: RawItem) -> dict[str, Any]:
    """What decides over the reading of an item beyond what decides over that of any file; empty for a local one."""
    found = {
        "listed": plain(item.listed) if item.listed else None,
        "only": list(item.only) if item.only is not None else None,
        "captured_at": item.capture.at.isoformat() if item.capture else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def about_fetch(item: RawItem) -> dict[str, Any]:
    """What a fetch left to be sent back by the next one."""
    if item.capture is None:
        return {}
    told = {"etag": item.capture.etag, "last_modified": item.capture.last_modified, "said": item.capture.said}
    return {"fetch": {name: value for name, value in told.items() if value is not None}}


def item_of(path: Path, origin: dict[str, Any], zone: ZoneInfo) -> RawItem:
    """An item as a sidecar has it.

    Args:
        path: The kept bytes.
        origin: One entry of the sidecar. An earlier Nutgraf wrote neither zone nor ending: then they are the desk's and the key's.
        zone: The desk's.

    Raises:
        KeyError: And ValueError, TypeError, AttributeError, for an entry that is none.
    """
    only, captured, fetch = origin.get("only"), origin.get("captured_at"), origin.get("fetch", {})
    return RawItem(
        path, origin["source"], origin["key"], url=origin["url"], outlet=origin["outlet"], fetched_at=datetime.fromisoformat(origin["fetched_at"]),
        content_type=origin["content_type"], columns=origin["columns"], zone=ZoneInfo(origin["zone"]) if "zone" in origin else zone,
        kept_ending=origin.get("ending", Path(origin["key"]).suffix.lower()),
        listed=listed_of(origin["listed"]) if origin.get("listed") else None,
        only=tuple(only) if only is not None else None,
        capture=Capture(datetime.fromisoformat(captured), fetch.get("etag"), fetch.get("last_modified"), fetch.get("said")) if captured else None,
    )  # fmt: skip


def mark_of(record: Record) -> str:
    """By which an entry of a feed is known among the others."""
    return hashlib.sha256(f"{record.key}\n{record.url}".encode("utf-8", "replace")).hexdigest()[:16]


def said_by(listed: Listed, *more: str | None) -> str:
    """Hash of what a list says of an article, so that it can be told when it says something else."""
    moments = [moment.at.isoformat() if moment else None for moment in (listed.published, listed.modified)]
    return hashlib.sha256(repr([listed.headline, *moments, *more]).encode("utf-8", "replace")).hexdigest()[:16]


def completed(record: Record, item: RawItem) -> Record:
    """A record of a page with what only its list knows: a date, a language. What the page says itself stays; of its outlet see `articles.to_row`."""
    listed = item.listed
    if listed is None:
        return record
    if record.published is None and listed.published is not None:
        record.published = listed.published
    record.language = record.language or listed.language
    return record


def from_feed(record: Record, item: RawItem) -> Record:
    """A record of an entry of a feed that was fetched: its address in full."""
    if record.url and item.url:
        try:
            record.url = urljoin(item.url, record.url.strip())
        except ValueError:
            record.url = None
    return record


def plain(value: Any) -> Any:
    """What a list said, as values that JSON knows; `listed_of` makes it of them again."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (Listed, Moment)):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value) if getattr(value, one.name) is not None}
    return value


def listed_of(plain: dict[str, Any]) -> Listed:
    """What a list said, of plain values.

    Raises:
        TypeError: And KeyError, ValueError, for values that `plain` did not make.
    """
    found = Listed(**{**plain, "published": None, "modified": None})
    return replace(found, **{name: _moment(plain[name]) for name in ("published", "modified") if plain.get(name)})


def _moment(plain: dict[str, Any]) -> Moment:
    return Moment(datetime.fromisoformat(plain["at"]), plain["precision"], plain.get("offset"), plain["where"], plain["confidence"])
