"""Feed files: RSS (0.9x, 1.0, 2.0), Atom (0.3, 1.0) and JSON Feed, to entries.

feedparser opens paths and fetches addresses when it is given text, and paths even when it is given bytes; and it expands entities
(one kilobyte became a title of 300,000 characters). So it gets an open file in memory, in UTF-8, and a feed with a document type is
refused before. It neither cleans nor completes the HTML inside entries: only text is taken from that, and it would take half the time.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from nutgraf.errors import InputError
from nutgraf.ingest.decoding import decode
from nutgraf.ingest.formats.entries import Entry, Feed, records_of
from nutgraf.ingest.formats.fragments import complete, is_address, one_line
from nutgraf.ingest.formats.json_feeds import parse_json_feed
from nutgraf.ingest.records import RawItem, Record

_DECLARED = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>")
_PROGRAM = re.compile(r"<(?:script|style|iframe)\b", re.IGNORECASE)
MOST_ENTRIES = 20_000
_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)\b", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[^<>]{2000,}")
_ATTRIBUTE = re.compile(r"""=\s*["']""")
_MOST_ATTRIBUTES = 500
_VERSION = 1
_HTML = ("text/html", "application/xhtml+xml")


def read_feed(item: RawItem, content: bytes) -> Iterator[Record]:
    """Records of the entries of a feed.

    Args:
        item: Where the feed came from.
        content: Its bytes.

    Yields:
        One record per entry, in the feed's order; ``completeness`` is full or summary.

    Raises:
        InputError: When it is no feed, has no entries, or declares a document type or an entity.
    """
    feed = parse_feed(item, content)
    if not feed.entries:
        raise InputError("a feed without entries")
    yield from records_of(feed, item)


def parse_feed(item: RawItem, content: bytes) -> Feed:
    """A feed taken apart, for `records_of`.

    Args:
        item: Where it came from; relative addresses are completed with its `url`.
        content: Its bytes, of any of the formats.

    Raises:
        InputError: When it is no feed, or declares a document type or an entity.
    """
    text, repair = decode(content, item.content_type, markup=True)
    if text.lstrip().startswith("{"):
        return parse_json_feed(text, item.url, repair)
    if re.match(r"\s*(?:<!doctype html|<html)", text, re.IGNORECASE):
        raise InputError("an HTML page, no feed", mend="save it with the ending .html if it is an article")
    if _DECLARED.search(text):
        raise InputError("refused: it declares a document type or entities, which a news feed has no need of")
    _check_size(text)
    import feedparser

    # The declared encoding no longer holds, so it goes; the header outranks whatever else the text may claim.
    plain = _PROLOG.sub("", text).replace("\x00", "\ufffd").encode("utf-8", "replace")
    headers = {"content-type": "application/xml; charset=utf-8"} | ({"content-location": item.url} if item.url else {})
    try:
        parsed = feedparser.parse(io.BytesIO(plain), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # noqa: BLE001 - a stranger's feed may break the parser in any way
        raise InputError(f"the feed could not be taken apart ({type(error).__name__})") from error
    if not parsed.version:
        raise InputError("no RSS or Atom feed", mend="ingest reads .xml files as feeds only")
    about = parsed.feed
    base = item.url or about.get("link")
    return Feed(
        one_line(about.get("title"), is_html=True) or None,
        about.get("link") or None,
        [_entry(entry, base, is_atom=parsed.version.startswith("atom")) for entry in parsed.entries],
        _extractor(),
        about.get("language") or None,
        repair,
    )


def _check_size(text: str) -> None:
    """Refuse what would keep the parser busy for minutes: its time grows with the square of the attributes in a tag.

    Raises:
        InputError: For more entries, or more attributes in one tag, than any feed has.
    """
    n_entries = sum(1 for _ in _ENTRY.finditer(text))
    if n_entries > MOST_ENTRIES:
        raise InputError(f"refused: {n_entries:,} entries, more than any feed has", mend="part it into several files")
    if any(len(_ATTRIBUTE.findall(tag[0])) > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(text)):
        raise InputError(f"refused: a tag with more than {_MOST_ATTRIBUTES} attributes")


def _entry(entry: Any, base: str | None, *, is_atom: bool) -> Entry:
    """An entry as feedparser gives it. Atom says whether a title is HTML; in RSS one with a script in it is."""
    title = entry.get("title") or ""
    kind = (entry.get("title_detail") or {}).get("type")
    contents = [part["value"] for part in entry.get("content") or [] if part.get("value")]
    published = entry.get("published") or entry.get("created")
    link = entry.get("link")
    if link == entry.get("id") and not is_address(link):
        link = None  # feedparser takes an id for the link where there is none
    updated = dict.get(entry, "updated")  # FeedParserDict.get would give the time of publication in its place
    return Entry(
        id=entry.get("id") or None,
        link=complete(link, base),
        title=one_line(title, is_html=kind in _HTML or (not is_atom and bool(_PROGRAM.search(title)))),
        content=max(contents, key=len, default=""),
        summary=entry.get("summary") or "",
        published=published,
        updated=updated,
        authors=_authors(entry),
        section=next((tag.get("term") for tag in entry.get("tags") or [] if tag.get("term")), None),
        language=(entry.get("title_detail") or {}).get("language") or entry.get("dc_language") or None,
    )


def _authors(entry: Any) -> list[str]:
    names = [author.get("name") for author in entry.get("authors") or [] if author.get("name")]
    return names or ([entry["author"]] if entry.get("author") else [])


def reader_version() -> str:
    """Version of what reads feeds: its code, which is counted up by hand, and feedparser's."""
    return f"{_VERSION}-{_extractor().split()[1]}"


@cache
def _extractor() -> str:
    from importlib.metadata import version

    return f"feedparser {version('feedparser')}"
