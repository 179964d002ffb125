"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/), to entries."""

from __future__ import annotations

import json
from typing import Any

from nutgraf.errors import InputError
from nutgraf.ingest.formats.entries import Entry, Feed
from nutgraf.ingest.formats.fragments import as_html, complete, one_line

#: What the field ``version`` of such a feed begins with.
VERSIONS = ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/", "https://www.jsonfeed.org/version/", "http://www.jsonfeed.org/version/")
EXTRACTOR = "JSON Feed"


def is_json_feed(found: Any) -> bool:
    """Whether a JSON value says that it is a JSON Feed."""
    return isinstance(found, dict) and isinstance(found.get("version"), str) and found["version"].startswith(VERSIONS)


def parse_json_feed(text: str, url: str | None, repair: str | None = None) -> Feed:
    """A feed taken apart.

    Args:
        text: The whole file.
        url: Where it came from, to complete relative addresses with; else what it says of itself.
        repair: What had to be done to its bytes.

    Raises:
        InputError: When it is no JSON Feed.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("no feed: neither XML nor whole JSON", mend="get it again") from error
    if not is_json_feed(found):
        raise InputError("JSON, but no feed: its 'version' is not that of a JSON Feed")
    items = found.get("items")
    entries = [entry for entry in items if isinstance(entry, dict)] if isinstance(items, list) else []
    base = url or _text(found, "feed_url") or _text(found, "home_page_url")
    return Feed(
        one_line(_text(found, "title"), is_html=False) or None, _text(found, "home_page_url"), [_entry(entry, base) for entry in entries],
        f"{EXTRACTOR} {found['version'].rstrip('/').rpartition('/')[2][:8]}", _text(found, "language"), repair,
    )  # fmt: skip


def _entry(given: dict[str, Any], base: str | None) -> Entry:
    plain, link = _text(given, "content_text"), _text(given, "url") or _text(given, "external_url")
    return Entry(
        id=_id(given.get("id")),
        link=complete(link, base),
        title=one_line(_text(given, "title"), is_html=False),
        content=_text(given, "content_html") or (as_html(plain) if plain else ""),
        summary=as_html(_text(given, "summary") or ""),
        published=_text(given, "date_published"),
        updated=_text(given, "date_modified"),
        authors=_authors(given),
        section=next((tag for tag in _list(given.get("tags")) if isinstance(tag, str) and tag.strip()), None),
        language=_text(given, "language"),
    )


def _id(value: Any) -> str | None:
    """Version 1 lets numbers stand for ids."""
    return str(value).strip() or None if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def _authors(given: dict[str, Any]) -> list[str]:
    """``authors`` of version 1.1, ``author`` of version 1."""
    people = _list(given.get("authors")) or [given.get("author")]
    names = [_text(person, "name") for person in people if isinstance(person, dict)]
    return [name for name in names if name]


def _text(given: dict[str, Any], name: str) -> str | None:
    value = given.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
