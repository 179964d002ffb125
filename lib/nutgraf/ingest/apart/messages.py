"""What goes between this process and the one that reads: frames of JSON, each after its length in four bytes.

JSON, since a process that took hostile input apart is not trusted: neither pickle nor Arrow's own format may come from it. A frame is
bounded, and a row is looked at before it is believed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from nutgraf.ingest import records
from nutgraf.ingest.articles import safe
from nutgraf.ingest.records import RawItem
from nutgraf.schema import ARTICLES

#: Bytes of a frame at most. An article of 60 MB is none.
LONGEST = 64 << 20
#: How the process that reads ends when its memory did not suffice.
NO_MEMORY = 71
#: How long it waits for something to read before it ends, in seconds.
IDLE_S = 30.0
#: Columns of ``articles`` that a row has when it comes from a reader; `Versions` counts the version.
_UNKNOWN = {"version"}
_STATES = ("kept", "quarantined")
_MOST = 1 << 62
_PYTHON = {"text": str, "integer": int, "real": float, "flag": bool, "time": str}


class Nonsense(ValueError):
    """A frame or a row that is none."""


def packed(message: Mapping[str, Any]) -> bytes:
    """A message as a frame."""
    body = json.dumps(message, ensure_ascii=False, default=_plain)
    try:
        content = body.encode()
    except UnicodeEncodeError:  # half a surrogate pair, from the name of a file
        content = json.dumps(message, default=_plain).encode()
    return len(content).to_bytes(4, "big") + content


def unpacked(content: bytes) -> dict[str, Any]:
    """The message of a frame, its length apart.

    Raises:
        Nonsense: When it is none.
    """
    try:
        message = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Nonsense("a frame that is no JSON") from error
    if not isinstance(message, dict):
        raise Nonsense("a frame that is no object")
    return message


def item_of(told: Mapping[str, Any]) -> RawItem:
    """The raw item of a message, which `packed` wrote."""
    return RawItem(**{name: _whole(value) for name, value in told.items()})


def path_of(told: Mapping[str, Any]) -> Path:
    """The path of a message."""
    return Path(told["$path"])


def told_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as `row_of` takes it."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def row_of(told: Any) -> dict[str, Any]:
    """A row of ``articles`` as a reader told it, without its version.

    Raises:
        Nonsense: When it has other columns, or a value that its column cannot hold.
    """
    kinds = _kinds()
    if not isinstance(told, dict) or told.keys() != kinds.keys():
        raise Nonsense("a row with other columns")
    row = {name: _value(kind, is_nullable, told[name]) for name, (kind, is_nullable) in kinds.items()}
    if row["text"] is None or row["status"] not in _STATES:
        raise Nonsense("a row without a text or a state")
    return row


@cache
def _kinds() -> dict[str, tuple[str, bool]]:
    return {column.name: (column.kind, column.nullable) for column in ARTICLES.columns if column.name not in _UNKNOWN}


def _value(kind: str, is_nullable: bool, value: Any) -> Any:
    if value is None:
        if is_nullable:
            return None
        raise Nonsense("nothing where something must be")
    if type(value) is not _PYTHON.get(kind):
        raise Nonsense("a value of another kind")
    if kind == "time":
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Nonsense("a time that is none") from error
    if kind == "integer" and not -_MOST < value < _MOST:
        raise Nonsense("a number too large")
    return safe(value) if kind == "text" else value


def _plain(value: Any) -> Any:
    """What JSON does not know, as objects whose keys no source's columns have."""
    if is_dataclass(value) and not isinstance(value, type):
        told = {field.name: getattr(value, field.name) for field in fields(value)}
        return told if isinstance(value, RawItem) else {"$of": type(value).__name__, "with": told}
    if isinstance(value, Path):
        return {"$path": str(value)}
    if isinstance(value, datetime):
        return {"$at": value.isoformat()}
    if isinstance(value, tzinfo):
        return {"$zone": str(value)}
    raise TypeError(f"{type(value).__name__} cannot be sent")


def _whole(value: Any) -> Any:
    if isinstance(value, list):  # the one kind of list in an item is a tuple
        return tuple(value)
    if not isinstance(value, dict):
        return value
    match value:
        case {"$path": str(path)} if len(value) == 1:
            return Path(path)
        case {"$at": str(moment)} if len(value) == 1:
            return datetime.fromisoformat(moment)
        case {"$zone": str(zone)} if len(value) == 1:
            return UTC if zone == "UTC" else ZoneInfo(zone)
        case {"$of": str(name), "with": dict(told)} if len(value) == 2:
            return getattr(records, name)(**{key: _whole(part) for key, part in told.items()})
    return value
