"""What a source names: its feeds, sitemaps and lists of addresses as entries, each of them one article."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from nutgraf.errors import InputError
from nutgraf.ingest.articles import canonical, safe
from nutgraf.ingest.captures import from_feed, listed_of, mark_of, plain, said_by
from nutgraf.ingest.records import Capture, Listed, RawItem, Record

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from nutgraf.settings import Settings, Source

#: Of nested sitemaps: how deep, and how many for one source in one run.
DEEPEST, MOST_NESTED = 3, 100
#: Endings of lists by their content type, where the address has none.
_TABLES = {"text/csv": ".csv", "text/tab-separated-values": ".tsv", "application/jsonl": ".jsonl", "application/x-ndjson": ".jsonl"}
#: What `Moment.where` says of a date that a list gave.
_WHERE = {"feed": "feed", "sitemap": "sitemap", "addresses": "list", "page": "list"}


@dataclass(frozen=True)
class Document:
    """A feed, sitemap or list as it was fetched now, or as it is held where its server says that it has not changed.

    Attributes:
        source: Whose.
        url: As the settings or another sitemap have it; the path of a local list.
        final_url: Where its redirects ended.
        content: Its bytes.
        content_type: As the server said it.
        at: When it was fetched or found unchanged.
        is_unchanged: Whether the server said that it has not changed.
        etag: Verbatim.
        last_modified: Verbatim.
    """

    source: Source
    url: str
    final_url: str | None
    content: bytes
    content_type: str | None
    at: datetime
    is_unchanged: bool = False
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Entry:
    """One article that a document names.

    Attributes:
        document: Which names it.
        address: Canonical form of its address, by which it is known; None for an entry without a page of its own.
        listed: Its address and what the document says of it; None without an address.
        said: Hash of that.
        mark: By which it is read from its feed; None where the document is no feed, and holds no text of it.
        told: Hash of all that the feed's entry holds.
    """

    document: Document
    address: str | None
    listed: Listed | None
    said: str
    mark: str | None = None
    told: str | None = None


@dataclass
class Named:
    """What a document names."""

    entries: list[Entry] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)


def read(document: Document, zone: ZoneInfo) -> Named:
    """What a document names, each article once.

    Args:
        document: A feed, sitemap or list.
        zone: Where clocks without an offset are read.

    Raises:
        InputError: When it is none.
    """
    from nutgraf.ingest.formats import address_lists, sitemaps
    from nutgraf.ingest.formats.zips import ZIP_MAGIC, unzip_alone

    kind, nested = document.source.kind, []
    about, content, name = _held_by_entries(document), document.content, _file_name(document)
    if kind in ("sitemap", "addresses") and content.startswith(ZIP_MAGIC):
        content, name = unzip_alone(content, sitemaps.LARGEST if kind == "sitemap" else address_lists.LARGEST)
    if kind == "feed":
        found: Iterator[Entry] | list[Entry] = _in_feed(document, zone)
    elif kind == "sitemap":
        listed, nested = sitemaps.read_sitemap(content, document.final_url, zone)
        found = [_named(about, one) for one in sorted(listed, key=_newest_first)]
    elif kind == "addresses":
        found = [_named(about, one) for one in address_lists.read_addresses(content, name, document.source.columns, zone)]
    else:
        raise InputError(f"a {kind} names no others")
    entries: dict[str, Entry] = {}
    for entry in found:
        entries.setdefault(entry.address or entry.mark or "", entry)
    return Named(list(entries.values()), nested)


def read_apart(document: Document, zone: ZoneInfo, settings: Settings) -> Named:
    """The same, taken apart in the process in which files are read: it comes from the open web.

    Raises:
        InputError: When it is none, or ended that process.
    """
    from nutgraf.ingest.apart.reading import Apart

    with Apart(settings) as apart:
        told = apart.call(
            f"{__name__}:tell", source=asdict(document.source), url=document.url, final_url=document.final_url,
            content=b64encode(document.content).decode(), content_type=document.content_type, at=document.at.isoformat(), zone=str(zone),
        )  # fmt: skip
    try:
        about = _held_by_entries(document)
        entries = [_believed(about, *entry) for entry in told["entries"]]
        return Named(entries, [url for url in told["nested"] if isinstance(url, str)])
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise InputError("the reader crashed (what it answered made no sense)") from error


def tell(source: dict[str, Any], url: str, content: str, at: str, zone: str, **told: str | None) -> dict[str, Any]:
    """What `read_apart` asks for, in values that JSON knows."""
    from zoneinfo import ZoneInfo

    from nutgraf.settings import Source

    document = Document(Source(**source), url, content=b64decode(content), at=datetime.fromisoformat(at), **told)
    named = read(document, ZoneInfo(zone))
    entries = [[plain(entry.listed) if entry.listed else None, entry.said, entry.mark, entry.told] for entry in named.entries]
    return {"entries": entries, "nested": named.nested}


def _believed(document: Document, listed: dict[str, Any] | None, said: str, mark: str | None, told: str | None) -> Entry:
    if not all(isinstance(value, str | None) for value in (said, mark, told)):
        raise TypeError
    if listed is None:
        return Entry(document, None, None, said, mark, told)
    one = listed_of(listed)
    if not all(isinstance(getattr(one, name), str | None) for name in ("url", "key", "headline", "outlet", "language")) or not one.url:
        raise TypeError
    return Entry(document, address_of(one.url), one, said, mark, told)


def _held_by_entries(document: Document) -> Document:
    """A document without its bytes where nothing is read from them again: sitemaps and lists, and there may be many."""
    return document if document.source.kind == "feed" else replace(document, content=b"")


def page_entry(document: Document) -> Entry:
    """The entry of a page that the settings name themselves."""
    return _named(document, Listed(document.url, document.url))


def feed_item(document: Document, zone: ZoneInfo, only: tuple[str, ...] = ()) -> RawItem:
    """A feed as an item of which some entries are read."""
    from pathlib import Path

    return RawItem(
        Path("feed.xml"), document.source.id, document.url, url=document.final_url, outlet=document.source.outlet, fetched_at=document.at,
        content_type=document.content_type, columns=document.source.columns, zone=zone, kept_ending=".xml", only=only, capture=Capture(document.at),
    )  # fmt: skip


def page_item(path: Path, source: Source, listed: Listed, zone: ZoneInfo) -> RawItem:
    """A page as an item that was not fetched yet: what holds of it whatever its server answers."""
    return RawItem(path, source.id, listed.url, url=listed.url, outlet=source.outlet, columns=source.columns, zone=zone, kept_ending=".html")


def _in_feed(document: Document, zone: ZoneInfo) -> Iterator[Entry]:
    from nutgraf.ingest.formats.feeds import read_feed

    item = feed_item(document, zone)
    for record in read_feed(item, document.content):
        record = from_feed(record, item)
        listed = None
        if record.url and record.has_own_url:
            told = (record.headline, record.outlet, record.published, record.modified, record.language)
            listed = _clean(Listed(record.url, record.key, *told), "feed")
        address, said = (address_of(listed.url), said_by(listed)) if listed else (None, "")
        yield Entry(document, address, listed, said, mark_of(record), _told(record))


def _told(record: Record) -> str:
    moments = [moment.at.isoformat() if moment else None for moment in (record.published, record.modified)]
    told = [record.headline, record.text, record.url, record.problem, *moments]
    return hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()[:16]


def _named(document: Document, listed: Listed) -> Entry:
    listed = _clean(listed, _WHERE[document.source.kind or "page"])
    return Entry(document, address_of(listed.url), listed, said_by(listed))


def _clean(listed: Listed, where: str) -> Listed:
    """What a list said, fit for any file; its dates are less sure than a page's own."""
    told = {name: safe(value) for name in ("url", "key", "headline", "outlet", "language") if (value := getattr(listed, name))}
    times = {name: replace(moment, where=where, confidence="low" if moment.confidence == "low" else "medium")
             for name in ("published", "modified") if (moment := getattr(listed, name))}  # fmt: skip
    return replace(listed, **told, **times)


def address_of(url: str) -> str:
    """The address by which a page is known: without what varies from list to list."""
    return canonical(url) or safe(url.strip())


def kind_of(content: bytes, content_type: str | None) -> str:
    """What was found at an address that a person gave: feed, sitemap or page."""
    start = content[:5_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"{") and b"jsonfeed.org" in start:
        return "feed"
    if re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", start):
        return "sitemap"
    is_feed = re.search(rb"<(?:rss|feed|rdf:rdf|channel)[\s>]", start) and not re.match(rb"<!doctype html|<html", start)
    return "feed" if is_feed or re.match(r"application/(?:rss|atom)\+xml|application/feed\+json", content_type or "") else "page"


def _newest_first(listed: Listed) -> float:
    moment = listed.published or listed.modified
    return -moment.at.timestamp() if moment else 0.0


def _file_name(document: Document) -> str:
    """A name whose ending says how a list is laid out: as its address has it, else as its server said."""
    path = PurePosixPath((document.final_url or document.url).split("?")[0].split("#")[0])
    if path.suffix.lower() in (".csv", ".tsv", ".jsonl", ".ndjson", ".txt", ".gz"):
        return path.name
    kind = (document.content_type or "").split(";")[0].strip().lower()
    return f"{path.name or 'list'}{_TABLES.get(kind, '.txt')}"
