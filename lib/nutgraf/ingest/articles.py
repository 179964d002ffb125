"""Records to rows of ``articles``: identity, versions, hashes, quarantine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from nutgraf.ingest.credits import Agencies
from nutgraf.ingest.languages import language_of
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
    """What a desk's settings contribute to the reading of any article: its agencies, and outlet names by host."""

    agencies: Agencies
    outlets: Mapping[str, str]


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
    headline, standfirst, byline = (_line(value) for value in (record.headline, record.standfirst, record.byline))
    words = reader.agencies.body_words(text, headline=headline, standfirst=standfirst, byline=byline)
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
        "byline": byline,
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
        "wire_credit": reader.agencies.credit(byline, text),
        "status": "quarantined" if problem else "kept",
        "status_reason": safe(problem) if problem else None,
    }


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
    """What placing needs of a version that is known."""

    version: int
    fetched_at: datetime
    text_sha256: str
    headline: str | None
    status: str
    status_reason: str | None
    rank: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> _Held:
        names = ("version", "fetched_at", "text_sha256", "headline", "status", "status_reason")
        return cls(*(row[name] for name in names), _rank(row))


#: Columns of ``articles`` that `Versions` is made from.
VERSION_COLUMNS = (
    "article_id", "version", "fetched_at", "text_sha256", "headline", "status", "status_reason", "completeness", "extractor",
)  # fmt: skip


class Versions:
    """What is known of each article, so that a record can be told to be new, changed or unchanged."""

    def __init__(self, known: Iterable[Mapping[str, Any]]) -> None:
        self._held: dict[str, list[_Held]] = {}
        for row in known:
            self._held.setdefault(row["article_id"], []).append(_Held.of(row))

    def place(self, row: dict[str, Any]) -> str:
        """Give a row its version, or none.

        Unchanged is: the same text and headline as the newest kept version (for a capture older than that one, as any kept
        version); a quarantined row with the same reason as the newest; and what is less than is held, such as a feed's summary of
        a page that is held in full.

        Returns:
            ``new``, ``changed`` or ``unchanged``; the first two put ``version`` into the row.
        """
        held = self._held.setdefault(row["article_id"], [])
        row["version"] = max((one.version for one in held), default=0) + 1
        mine = _Held.of(row)
        if not held:
            outcome = "new"
        elif self._adds_nothing(mine, held):
            del row["version"]
            return "unchanged"
        else:
            outcome = "changed"
        held.append(mine)
        return outcome

    @staticmethod
    def _adds_nothing(mine: _Held, held: list[_Held]) -> bool:
        if mine.status != "kept":
            newest = max(held, key=_order)
            return newest.status != "kept" and newest.status_reason == mine.status_reason and newest.text_sha256 == mine.text_sha256
        kept = sorted((one for one in held if one.status == "kept"), key=_order)
        if not kept:
            return False
        if mine.rank < max(one.rank for one in kept):
            return True
        compared = kept if mine.fetched_at < kept[-1].fetched_at else kept[-1:]
        return any((one.text_sha256, one.headline) == (mine.text_sha256, mine.headline) for one in compared)


def _order(held: _Held) -> tuple[datetime, int]:
    return held.fetched_at, held.version


def _rank(row: Mapping[str, Any]) -> int:
    """How much of the article a row is. A feed's full text is less than the page: else the two would take turns as versions."""
    if row["completeness"] == "full":
        return 2 if (row["extractor"] or "").startswith(("feedparser", "JSON Feed")) else 3
    return 1 if row["completeness"] == "stub" else 0
