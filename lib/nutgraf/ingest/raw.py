"""Raw bytes, kept as they came: ``data/raw/<sha256>`` with a sidecar that says where and when."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path

from nutgraf.ingest.records import RawItem


def keep(raw: Path, item: RawItem, content: bytes, fetched_at: datetime) -> str:
    """Copy bytes to ``data/raw`` unless they are there.

    Args:
        raw: The desk's ``data/raw``.
        item: Where they came from.
        content: The bytes.
        fetched_at: When they were fetched.

    Returns:
        Their sha256, which is the file's name. The sidecar ``<sha256>.json`` lists every place they were seen at.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    path = raw / sha256
    raw.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write(path, content)
    sidecar = raw / f"{sha256}.json"
    origins = json.loads(sidecar.read_text(encoding="utf-8")) if sidecar.exists() else []
    origin = {
        "source": item.source,
        "key": item.key,
        "url": item.url,
        "outlet": item.outlet,
        "content_type": item.content_type,
        "columns": item.columns,
        "fetched_at": fetched_at.isoformat(),
    }
    if not any(all(known[name] == origin[name] for name in ("source", "key", "url")) for known in origins):
        origins.append(origin)
        _write(sidecar, json.dumps(origins, indent=1, ensure_ascii=False).encode())
    return sha256


def first_seen(raw: Path, sha256: str, item: RawItem) -> datetime | None:
    """When these bytes were first fetched from this place; None when they are new."""
    sidecar = raw / f"{sha256}.json"
    if not sidecar.exists():
        return None
    for origin in json.loads(sidecar.read_text(encoding="utf-8")):
        if all(origin[name] == getattr(item, name) for name in ("source", "key", "url")):
            return datetime.fromisoformat(origin["fetched_at"])
    return None


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a crash leaves no half file under its final name."""
    partial = path.with_name(f"{path.name}.part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
