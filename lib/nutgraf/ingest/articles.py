"""Records to rows of ``articles``: identity, versions, hashes, language, quarantine."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from nutgraf.ingest.records import RawItem, Record

_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|mc_[ce]id|ref|cmpid)$")
_WORD = re.compile(r"\w+")
_LANGUAGE_MINIMUM = 60  # characters; below it a guess would be one


def canonical(url: str | None) -> str | None:
    """An address without tracking parameters, fragment or trailing slash; None for a bare host, which is no article."""
    if not url:
        return None
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path in ("", "/"):
        return None
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)])
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path.rstrip("/"), query, ""))


def article_id(url: str | None, source: str, key: str) -> str:
    """First 16 hex digits of sha256 over the canonical URL, else over source and record key."""
    return hashlib.sha256((url or f"{source}\n{key}").encode()).hexdigest()[:16]


def language_of(text: str) -> str | None:
    """Two-letter code of the text's language; None when the text is too short to tell."""
    sample = text[:1500]
    if len(sample.strip()) < _LANGUAGE_MINIMUM:
        return None
    import py3langid

    return str(py3langid.classify(sample)[0])


def to_row(record: Record, item: RawItem, raw_sha256: str, fetched_at: datetime) -> dict[str, Any]:
    """A row of ``articles`` without its version, which depends on what is known already."""
    url = canonical(record.canonical_url) or canonical(record.url) or canonical(item.url)
    body = record.text[len(record.headline or "") :]
    words = _WORD.findall(body.lower())
    problem = record.problem or (None if record.text.strip() else "the text is empty")
    published, modified = record.published, record.modified
    return {
        "article_id": article_id(url, item.source, record.key),
        "url": record.url or item.url,
        "canonical_url": url,
        "outlet": record.outlet or item.outlet,
        "headline": record.headline,
        "standfirst": record.standfirst,
        "byline": record.byline,
        "section": record.section,
        "published_at": published.at if published else None,
        "published_precision": published.precision if published else None,
        "published_offset": published.offset if published else None,
        "published_from": published.where if published else None,
        "published_confidence": published.confidence if published else None,
        "modified_at": modified.at if modified else None,
        "modified_from": modified.where if modified else None,
        "fetched_at": fetched_at,
        "language": language_of(record.text),
        "text": record.text,
        "text_repair": record.text_repair,
        "text_sha256": hashlib.sha256(record.text.encode()).hexdigest(),
        "body_sha256": hashlib.sha256(" ".join(words).encode()).hexdigest() if words else None,
        "raw_sha256": raw_sha256,
        "n_words": len(_WORD.findall(record.text)),
        "completeness": record.completeness,
        "extractor": record.extractor,
        "source": item.source,
        "record_key": record.key,
        "wire_credit": None,
        "status": "quarantined" if problem else "kept",
        "status_reason": problem,
    }


class Versions:
    """What is known of each article: its newest version, so that a record can be new, changed or unchanged."""

    def __init__(self, known: list[dict[str, Any]]) -> None:
        self.newest: dict[str, dict[str, Any]] = {}
        for row in known:
            held = self.newest.get(row["article_id"])
            if held is None or row["version"] > held["version"]:
                self.newest[row["article_id"]] = row

    def place(self, row: dict[str, Any]) -> str:
        """Give a row its version, or none: returns ``new``, ``changed`` or ``unchanged``."""
        held = self.newest.get(row["article_id"])
        if held is None:
            outcome = "new"
        elif held["text_sha256"] == row["text_sha256"] and held["headline"] == row["headline"]:
            return "unchanged"
        elif row["status"] == "kept" and held["status"] == "kept" and _less(row, held):
            return "unchanged"  # a feed's summary of a page that is held in full adds nothing
        else:
            outcome = "changed"
        row["version"] = 1 if held is None else held["version"] + 1
        self.newest[row["article_id"]] = row
        return outcome


def _less(row: dict[str, Any], held: dict[str, Any]) -> bool:
    return row["completeness"] != "full" and held["completeness"] == "full"
