"""Records to rows of ``articles``: identity, versions, hashes, quarantine."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from nutgraf.ingest.credits import Agencies, persons_of
from nutgraf.ingest.drift import is_drift
from nutgraf.ingest.languages import language_of
from nutgraf.ingest.pages.profiles import Profiles
from nutgraf.ingest.records import Moment, RawItem, Record

_TRACKING = re.compile(
    r"^(?:utm_\w+|at_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|ref|ref_src|cmpid?|ncid|ocid|smid|smtyp|xtor|wt[._]mc_id|"
    r"ito|taid|source|spm|_ga)$",
    re.IGNORECASE,
)
_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_LINE_CONTROLS = re.compile("[\x00-\x1f\x7f\ud800-\udfff]+")
_WORD = re.compile(r"\w+")
_LONGEST_LINE = 2_000  # characters of a headline, byline or address
_LONGEST_ADDRESS = 8_000
_AHEAD = timedelta(hours=36)  # an article said to be published so long after it was fetched is dated wrongly


def canonical(url: str | None, base: str | None = None) -> str | None:
    """An address as the key of an article: https, host in lower case, no tracking parameters, fragment or trailing slash.

    Args:
        url: An address, relative ones against `base`.
        base: The address of the page that names it.

    Returns:
        The address, or None for what is none or is a bare host, which is no article.

    >>> canonical("http://The-Bell.example/news/a/?utm_source=x&id=3#top")
    'https://the-bell.example/news/a?id=3'
    """
    if not url or len(url) > _LONGEST_ADDRESS:
        return None
    try:
        parts = urlsplit(urljoin(base or "", url.strip()))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None  # such as a bracket that opens an IPv6 address and nothing more
    if parts.scheme not in ("http", "https") or not host:
        return None
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)])
    # White space is written as browsers write it: left as it is, the next reading would take it for the address's end.
    path = re.sub(r"\s", lambda found: quote(found[0]), parts.path).rstrip("/")
    if not path and not query:
        return None
    place = host.rstrip(".") + (f":{port}" if port and port not in (80, 443) else "")
    return safe(urlunsplit(("https", place, path, query, "")))


def address_of(record: Record, item: RawItem) -> str | None:
    """The canonical address of a record.

    A page's own word counts on its own site only: a reprint that names the original as canonical is another outlet's article,
    and never a version of it.
    """
    if not record.has_own_url:
        return None
    fetched = canonical(record.url) or canonical(item.url)
    named = canonical(record.canonical_url, record.url or item.url)
    if named and fetched and _site(named) != _site(fetched):
        return fetched
    return named or fetched


def _site(url: str) -> str:
    return re.sub(r"^(?:www\d?|m|mobile|amp|edition)\.", "", urlsplit(url).netloc)


def article_id(url: str | None, source: str, key: str) -> str:
    """First 16 hex digits of sha256 over the canonical URL, else over source and record key."""
    return hashlib.sha256((url or f"{source}\n{key}").encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True)
class Reader:
    """What a desk contributes to the reading of any article: its agencies, outlet names by host, and profiles of outlets (None for those that
    Nutgraf ships).
    """

    agencies: Agencies
    outlets: Mapping[str, str]
    profiles: Profiles | None = None


def to_row(record: Record, item: RawItem, raw_sha256: str | None, fetched_at: datetime, reader: Reader) -> dict[str, Any]:
    """A row of ``articles`` without its version, which depends on what is known already.

    Characters that no table can hold (NUL, half a surrogate pair) are replaced one for one, so offsets stay valid, and
    ``text_repair`` says so.
    """
    url = address_of(record, item)
    fetched_at = record.fetched_at or fetched_at
    text, repair = record.text, record.text_repair
    if _UNSAFE.search(text):
        text = safe(text)
        repair = "; ".join(filter(None, [repair, "characters that no table can hold replaced"]))
    headline, standfirst, credits = (_line(value) for value in (record.headline, record.standfirst, record.byline))
    words = reader.agencies.body_words(text, headline=headline, standfirst=standfirst, byline=credits)
    problem = record.problem or (None if text.strip() else "the text is empty")
    published, modified = record.published, record.modified
    host = _site(url) if url else None
    key = safe(record.key)
    return {
        "article_id": article_id(url, item.source, key),
        "url": _line(record.url or item.url, _LONGEST_ADDRESS),
        "canonical_url": url,
        "outlet": _line(record.outlet) or item.outlet or reader.outlets.get(host or "") or _line(item.listed and item.listed.outlet) or host,
        "headline": headline,
        "standfirst": standfirst,
        "byline": persons_of(credits, reader.agencies),
        "credits": credits,
        "section": _line(record.section),
        "published_at": published.at if published else None,
        "published_precision": published.precision if published else None,
        "published_offset": published.offset if published else None,
        "published_from": published.where if published else None,
        "published_confidence": _confidence(published, fetched_at),
        "modified_at": modified.at if modified else None,
        "modified_from": modified.where if modified else None,
        "fetched_at": fetched_at,
        "language": language_of(text, record.language),
        "text": text,
        "text_repair": repair,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "body_sha256": hashlib.sha256(" ".join(words).encode()).hexdigest() if words else None,
        "raw_sha256": raw_sha256,
        "n_words": len(_WORD.findall(text)),
        "completeness": record.completeness,
        "extractor": record.extractor,
        "source": item.source,
        "record_key": key,
        "wire_credit": reader.agencies.credit(credits, text),
        "status": "quarantined" if problem else "kept",
        "status_reason": safe(problem) if problem else None,
    }


def problem_row(
    item: RawItem, sha256: str | None, fetched_at: datetime, reader: Reader, reason: str, key: str | None = None
) -> dict[str, Any]:
    """The row of a file that is no article, or of one record in it that is none.

    Args:
        item: The file.
        sha256: Of its bytes.
        fetched_at: When they were fetched.
        reader: What the desk contributes.
        reason: Why it is set aside.
        key: The record's key; None for the file.
    """
    return to_row(Record(key or item.key, url=item.url, outlet=item.outlet, problem=reason), item, sha256, fetched_at, reader)


def safe(text: str) -> str:
    """Text that every table and file can hold: NUL and half surrogate pairs replaced one for one."""
    return _UNSAFE.sub("\ufffd", text)


def _line(value: str | None, longest: int = _LONGEST_LINE) -> str | None:
    return " ".join(_LINE_CONTROLS.sub(" ", value).split())[:longest] or None if value else None


def _confidence(published: Moment | None, fetched_at: datetime) -> str | None:
    if published is None:
        return None
    return "low" if published.at > fetched_at + _AHEAD else published.confidence


class _Held(NamedTuple):
    """What placing needs of a version that is known: some 30 bytes, so that a desk of many articles fits in memory.

    `said` is a hash of the text, and of the headline or the reason for which it is quarantined.
    """

    version: int
    fetched_us: int
    is_kept: bool
    rank: int
    said: bytes

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> _Held:
        # Set aside with its whole outlet, a row may come back any day: until then it is as good as kept, or every fetch would add a version.
        is_kept = row["status"] == "kept" or is_drift(row["status_reason"])
        said = json.dumps([row["text_sha256"], row["headline"] if is_kept else row["status_reason"]])
        fetched_us = (row["fetched_at"] - _EPOCH) // _MICROSECOND
        return cls(row["version"], fetched_us, is_kept, _rank(row), hashlib.blake2b(said.encode(), digest_size=16).digest())


_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_PACKED = struct.Struct("<Iq?B16s")
#: Columns of ``articles`` that `Versions` is made from.
VERSION_COLUMNS = (
    "article_id", "version", "fetched_at", "text_sha256", "headline", "status", "status_reason", "completeness", "extractor",
)  # fmt: skip


class Versions:
    """What is known of each article, so that a record can be told to be new, changed or unchanged.

    Args:
        known: Rows with `VERSION_COLUMNS`.
        erased: Ids of articles that were erased for good.
    """

    def __init__(self, known: Iterable[Mapping[str, Any]], erased: frozenset[str] = frozenset()) -> None:
        self._erased = erased
        self._held: dict[int, bytes] = {}  # by article, its versions one after the other, as `_PACKED` writes them
        for row in known:
            self._add(row, _Held.of(row))

    def _add(self, row: Mapping[str, Any], held: _Held) -> None:
        key = int(row["article_id"], 16)
        self._held[key] = self._held.get(key, b"") + _PACKED.pack(*held)

    def place(self, row: dict[str, Any]) -> str:
        """Give a row its version, or none.

        Unchanged is: the same text and headline as the newest kept version (for a capture older than that one, as any kept
        version); a quarantined row with the same reason as the newest; and what is less than is held, such as a feed's summary of
        a page that is held in full.

        Returns:
            ``new``, ``changed``, ``unchanged`` or ``erased``; the first two put ``version`` into the row.
        """
        if row["article_id"] in self._erased:
            return "erased"
        held = [_Held(*packed) for packed in _PACKED.iter_unpack(self._held.get(int(row["article_id"], 16), b""))]
        row["version"] = max((one.version for one in held), default=0) + 1
        mine = _Held.of(row)
        if not held:
            outcome = "new"
        elif self._adds_nothing(mine, held):
            del row["version"]
            return "unchanged"
        else:
            outcome = "changed"
        self._add(row, mine)
        return outcome

    @staticmethod
    def _adds_nothing(mine: _Held, held: list[_Held]) -> bool:
        if not mine.is_kept:
            newest = max(held, key=_order)
            return not newest.is_kept and newest.said == mine.said
        kept = sorted((one for one in held if one.is_kept), key=_order)
        if not kept:
            return False
        if mine.rank < max(one.rank for one in kept):
            return True
        compared = kept if mine.fetched_us < kept[-1].fetched_us else kept[-1:]
        return any(one.said == mine.said for one in compared)


def _order(held: _Held) -> tuple[int, int]:
    return held.fetched_us, held.version


def _rank(row: Mapping[str, Any]) -> int:
    """How much of the article a row is. A feed's full text is less than the page: else the two would take turns as versions."""
    if row["completeness"] == "full":
        return 2 if (row["extractor"] or "").startswith(("feedparser", "JSON Feed")) else 3
    return 1 if row["completeness"] == "stub" else 0
