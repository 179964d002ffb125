"""Files to records, by their kind: pages, texts, exports, feeds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from nutgraf.ingest.pages import parse_moment, read_page
from nutgraf.ingest.records import RawItem, Record

KINDS = {".html": "page", ".htm": "page", ".txt": "text", ".csv": "csv"}
_FIELDS = {
    "url": ("url", "link"), "headline": ("title", "headline"), "standfirst": ("standfirst", "description", "summary"),
    "byline": ("author", "authors", "byline"), "section": ("section", "topic"), "outlet": ("outlet", "source", "publisher"),
    "published": ("published_at", "published", "date"), "text": ("text", "body", "content", "article"),
}  # fmt: skip


def kind_of(path: Path) -> str | None:
    """What a file is, by its ending; None for what is no article."""
    return KINDS.get(path.suffix.lower())


def read_file(item: RawItem, content: bytes) -> Iterator[Record]:
    """Records of one file."""
    kind = kind_of(item.path)
    if not content.strip():
        yield Record(item.key, url=item.url, outlet=item.outlet, problem="the file is empty")
    elif kind == "page":
        yield read_page(item, content)
    elif kind == "text":
        yield _read_text(item, content)
    elif kind == "csv":
        yield from _read_csv(item, content)


def decode(content: bytes, content_type: str | None) -> tuple[str, str | None]:
    """Text of bytes, and the name of the repair when they were not plain UTF-8."""
    charset = (content_type or "").partition("charset=")[2].split(";")[0].strip() or "utf-8"
    text = content.decode(charset)
    if text.startswith("\ufeff"):
        text = text[1:]
    return text, None


def _read_text(item: RawItem, content: bytes) -> Record:
    text, repair = decode(content, item.content_type)
    headline = next((line.strip() for line in text.splitlines() if line.strip()), None)
    return Record(item.key, text, headline=headline, url=item.url, outlet=item.outlet, extractor="text", text_repair=repair)


def _read_csv(item: RawItem, content: bytes) -> Iterator[Record]:
    text, repair = decode(content, item.content_type)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = {name.strip().lower(): name for name in reader.fieldnames or ()}
    columns = {
        field: names[given] for field, options in _FIELDS.items() for given in options[::-1] if given in names
    } | item.columns
    for number, row in enumerate(reader, start=1):
        value = {field: (row.get(column) or "").strip() for field, column in columns.items()}
        body = row.get(columns["text"]) or ""
        headline = value.get("headline")
        record = Record(
            f"{item.key}#{value.get('url') or number}",
            f"{headline}\n\n{body}" if headline else body,
            headline=headline or None,
            standfirst=value.get("standfirst") or None,
            byline=value.get("byline") or None,
            section=value.get("section") or None,
            url=value.get("url") or None,
            outlet=value.get("outlet") or item.outlet,
            published=parse_moment(value["published"], "column") if value.get("published") else None,
            extractor="csv",
            text_repair=repair,
        )
        if not body.strip():
            record.problem = "the text is empty"
        yield record
