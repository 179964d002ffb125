"""Files to records, by their kind: pages, texts, exports, feeds, PDFs, and archives of these."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from nutgraf.errors import InputError
from nutgraf.ingest.decoding import decode
from nutgraf.ingest.formats.exports import read_csv, read_json, read_jsonl, read_parquet
from nutgraf.ingest.formats.feeds import read_feed
from nutgraf.ingest.formats.json_feeds import VERSIONS
from nutgraf.ingest.formats.members import MOST_BYTES_OF_ONE, Allowance
from nutgraf.ingest.formats.packed import unpack
from nutgraf.ingest.formats.pdfs import read_pdf
from nutgraf.ingest.formats.texts import read_text
from nutgraf.ingest.formats.warcs import read_warc
from nutgraf.ingest.formats.zips import read_zip
from nutgraf.ingest.mojibake import mend, tell
from nutgraf.ingest.pages.page import read_page
from nutgraf.ingest.pages.profiles import Profiles
from nutgraf.ingest.records import RawItem, Record

KINDS = {
    ".html": "page", ".htm": "page", ".xhtml": "page", ".txt": "text", ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".json": "json", ".parquet": "parquet", ".xml": "feed", ".rss": "feed", ".atom": "feed", ".pdf": "pdf",
    ".zip": "zip", ".warc": "warc",
}  # fmt: skip
PACKED = ".gz"  # after any of these
_WHOLE = {"text": read_text, "pdf": read_pdf}
_MANY = {"csv": read_csv, "jsonl": read_jsonl, "parquet": read_parquet}
_ARCHIVES = ("zip", "warc")
_LAID_OUT_HERE = ("page", "feed", "pdf")  # places in their text are nobody else's, so that what is misread in it can be repaired
_LARGEST = 20_000_000  # bytes of a page, text or feed; an article of 20 MB is none
_LARGEST_PDF = 100_000_000  # bytes: it may have pictures


def kind_of(path: Path) -> str | None:
    """What a file is, by its ending; None for what is no article. A file packed with gzip is what was packed."""
    ending = ending_of(path.name)
    return KINDS[ending.removesuffix(PACKED)] if ending else None


def ending_of(name: str) -> str | None:
    """Ending of a name by which it is read, such as ``.csv`` or ``.csv.gz``; None for a file that is not read.

    >>> ending_of("March.HTML"), ending_of("all.jsonl.gz"), ending_of("notes.docx")
    ('.html', '.jsonl.gz', None)
    """
    *_, before, last = ["", "", *PurePosixPath(name.lower()).suffixes]
    if last == PACKED:
        return before + PACKED if before in KINDS else None
    return last if last in KINDS else None


def read_file(item: RawItem, path: Path | None = None, allowance: Allowance | None = None, profiles: Profiles | None = None) -> Iterator[Record]:
    """Records of one file.

    Args:
        item: Where the file came from; its ending says what it is.
        path: Where its bytes are now, if not at ``item.path``.
        allowance: What may still come out of the archive that it was in.
        profiles: Of outlets, for pages; None for those that Nutgraf ships.

    Yields:
        Its articles, those with a `problem` among them.

    Raises:
        InputError: When the file as a whole is no article and holds none, or where an archive breaks off: what was yielded stands.
    """
    path, allowance = path or item.path, allowance or Allowance()
    try:
        size = path.stat().st_size
        if size == 0:
            raise InputError("the file is empty")
        ending = item.ending
        kind = KINDS.get(ending.removesuffix(PACKED)) if ending != PACKED else None
        if kind is None:
            raise InputError(f"no kind of file that ingest reads ({', '.join(sorted(KINDS))}, each also with {PACKED})")
        if ending.endswith(PACKED) and kind != "warc":  # those are packed capture by capture, and read as they are
            yield from _unpacked(item, path, size, allowance, profiles)
            return
        for record in _of_kind(kind, item, path, size, allowance, profiles):
            yield record if kind in _ARCHIVES else mend(record) if kind in _LAID_OUT_HERE else tell(record)
    except OSError as error:
        raise InputError(f"it cannot be opened: {error.strerror or error}") from error


def _of_kind(kind: str, item: RawItem, path: Path, size: int, allowance: Allowance, profiles: Profiles | None) -> Iterator[Record]:
    read = partial(read_file, profiles=profiles)
    if kind == "zip":
        yield from read_zip(item, path, allowance, read, ending_of)
    elif kind == "warc":
        yield from read_warc(item, path, allowance, read)
    elif kind == "json" and _is_json_feed(path):
        yield from map(mend, read_feed(item, path.read_bytes()))
    elif kind == "json":
        yield from read_json(item, path)
    elif kind in _MANY:
        records = _MANY[kind](item, path)
        first = next(records, None)
        if first is None:
            raise InputError("it has no rows")
        yield first
        yield from records
    else:
        largest = _LARGEST_PDF if kind == "pdf" else _LARGEST
        if size > largest:
            raise InputError(f"larger than {largest // 1_000_000} MB, which no article is")
        content = path.read_bytes()
        if not content.strip():
            raise InputError("the file is empty")
        if kind == "page":
            yield read_page(item, content, profiles)
        elif kind == "feed":
            yield from read_feed(item, content)
        else:
            yield _WHOLE[kind](item, content)


def _is_json_feed(path: Path) -> bool:
    """Whether the beginning of a JSON file says that it is a feed, and it is no larger than one may be."""
    if path.stat().st_size > _LARGEST:
        return False
    text, _ = decode(path.read_bytes())
    return '"version"' in text and any(f'"{version.replace("/", slash)}' in text for version in VERSIONS for slash in ("/", "\\/"))


def _unpacked(item: RawItem, path: Path, size: int, allowance: Allowance, profiles: Profiles | None) -> Iterator[Record]:
    """Records of a file packed with gzip."""
    allowance.enter()
    with tempfile.TemporaryDirectory(prefix="nutgraf-") as folder:
        plain = Path(folder) / "unpacked"
        with path.open("rb") as packed, plain.open("wb") as target:
            allowance.bytes_left -= unpack(packed, target, most=min(MOST_BYTES_OF_ONE, allowance.bytes_left), packed_size=size)
        yield from read_file(replace(item, path=plain, kept_ending=item.ending.removesuffix(PACKED)), plain, allowance, profiles)
    allowance.leave()
