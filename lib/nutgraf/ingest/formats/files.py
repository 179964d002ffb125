"""Files to records, by their kind: pages, texts, exports, feeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nutgraf.errors import InputError
from nutgraf.ingest.formats.exports import read_csv, read_jsonl, read_parquet
from nutgraf.ingest.formats.feeds import read_feed
from nutgraf.ingest.formats.texts import read_text
from nutgraf.ingest.pages.page import read_page
from nutgraf.ingest.pages.profiles import Profiles
from nutgraf.ingest.records import RawItem, Record

KINDS = {
    ".html": "page", ".htm": "page", ".xhtml": "page", ".txt": "text", ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".parquet": "parquet", ".xml": "feed", ".rss": "feed", ".atom": "feed",
}  # fmt: skip
_MANY = {"csv": read_csv, "jsonl": read_jsonl, "parquet": read_parquet}
_LARGEST = 20_000_000  # bytes of a page, text or feed; an article of 20 MB is none


def kind_of(path: Path) -> str | None:
    """What a file is, by its ending; None for what is no article."""
    return KINDS.get(path.suffix.lower())


def read_file(item: RawItem, path: Path | None = None, profiles: Profiles | None = None) -> Iterator[Record]:
    """Records of one file.

    Args:
        item: Where the file came from; its ending says what it is.
        path: Where its bytes are now, if not at ``item.path``.
        profiles: Of outlets, for pages; None for those that Nutgraf ships.

    Yields:
        Its articles, those with a `problem` among them.

    Raises:
        InputError: When the file as a whole is no article and holds none; nothing was yielded then.
    """
    path = path or item.path
    kind = KINDS.get(item.ending)
    try:
        size = path.stat().st_size
        if size == 0:
            raise InputError("the file is empty")
        if kind in _MANY:
            records = _MANY[kind](item, path)
            first = next(records, None)
            if first is None:
                raise InputError("it has no rows")
            yield first
            yield from records
            return
        if size > _LARGEST:
            raise InputError(f"larger than {_LARGEST // 1_000_000} MB, which no article is")
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"it cannot be opened: {error.strerror or error}") from error
    if not content.strip():
        raise InputError("the file is empty")
    if kind == "page":
        yield read_page(item, content, profiles)
    elif kind == "text":
        yield read_text(item, content)
    elif kind == "feed":
        yield from read_feed(item, content)
    else:
        raise InputError(f"no kind of file that ingest reads ({', '.join(sorted(KINDS))})")
