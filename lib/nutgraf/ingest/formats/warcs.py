"""WARC files, as web archives keep pages (ISO 28500): each page, feed or PDF that was answered, with its address and time.

Requests, pictures, scripts and what else is no article are passed over. Captures that hold no article by their nature (answers other
than 200, and revisits, which say that a page was as at an earlier time and hold none of it) are told of together, one record a kind.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from nutgraf.errors import InputError
from nutgraf.ingest.formats.answers import Answer, open_answer
from nutgraf.ingest.formats.members import Allowance, Read, member_key, read_member
from nutgraf.ingest.formats.packed import MAGIC, MOST_RATIO
from nutgraf.ingest.moments import now, parse_moment
from nutgraf.ingest.records import RawItem, Record

ENDINGS = {
    "text/html": ".html", "application/xhtml+xml": ".html", "application/rss+xml": ".xml", "application/atom+xml": ".xml",
    "application/rdf+xml": ".xml", "application/feed+json": ".json", "application/pdf": ".pdf",
}  # fmt: skip
_EXAMPLES = 3  # addresses in a reason
_FREE = 100_000_000  # bytes that may be unpacked from the whole file whatever the ratio
_LONGEST_LINE, _LONGEST_HEAD = 1_000_000, 10_000_000  # bytes of a line, and of all lines, above a capture


def read_warc(item: RawItem, path: Path, allowance: Allowance, read: Read) -> Iterator[Record]:
    """Records of the captures in a WARC file, packed or not.

    Args:
        item: The file.
        path: Where its bytes are.
        allowance: What may come out of it.
        read: How a file is read.

    Yields:
        Records of its articles, each with its `fetched_at`; a capture that cannot be read is one with its problem, and so is the rest of a
        file that is damaged or ends early.

    Raises:
        InputError: When it is no WARC file or holds no capture of a page.
    """
    allowance.enter()
    told = _Told()
    n_found = n_all = 0
    with closing(_Plain(path)) as plain:
        for capture in _captures(plain):
            n_all += 1
            url = (capture.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
            if capture.rec_type not in ("response", "resource", "revisit") or not url.lower().startswith(("http://", "https://")):
                continue
            if capture.rec_type == "revisit":
                told.add("a revisit, of which the archive keeps no bytes in this file", url)
                continue
            allowance.count_member()
            for record in _read_one(item, capture, url, told, allowance, read):
                n_found += 1
                yield record
    allowance.leave()
    if not n_all:
        raise InputError("no WARC file: it holds no capture")
    if not n_found and not told.reasons:
        raise InputError(f"no page among its captures ({n_all:,})")
    yield from told.records(item)


def _captures(plain: _Plain) -> Iterator[Any]:
    """The captures of a file, as warcio finds them.

    Raises:
        InputError: Where the file is damaged, ends early or holds too much.
    """
    from warcio.archiveiterator import ArchiveIterator

    n_found = 0
    try:
        archive = ArchiveIterator(plain, no_record_parse=True)
        archive.reader = plain
        for capture in archive:
            n_found += 1
            yield capture
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - a stranger's archive may break its reader in any way
        if not n_found:
            raise InputError("no WARC file, or a damaged one") from error
        raise InputError(f"the WARC file is damaged, so that what follows is lost (after {n_found:,} captures)") from error


class _Told:
    """Captures that hold no article by their nature, by reason, with the first addresses."""

    def __init__(self) -> None:
        self.reasons: dict[str, tuple[int, list[str]]] = {}

    def add(self, reason: str, url: str) -> None:
        n, urls = self.reasons.get(reason, (0, []))
        self.reasons[reason] = (n + 1, [*urls, url[:200]][:_EXAMPLES])

    def records(self, item: RawItem) -> Iterator[Record]:
        for reason, (n, urls) in sorted(self.reasons.items()):
            yield Record(
                member_key(item.key, reason), problem=f"{reason} ({n:,} capture{'s' * (n != 1)}, such as {', '.join(urls)})", has_own_url=False,
                extractor="warc",
            )  # fmt: skip


def _believed(at: datetime | None) -> datetime | None:
    """The archive's clock, unless it runs ahead: a capture from the future would be the newest version of its article for ever."""
    return at if at is not None and at <= now() else None


def _read_one(item: RawItem, capture: Any, url: str, told: _Told, allowance: Allowance, read: Read) -> Iterator[Record]:
    """Records of one capture; none where it has no article by its nature."""
    when = parse_moment(capture.rec_headers.get_header("WARC-Date"), "warc")
    about = {"url": url, "fetched_at": _believed(when.at if when else None)}
    member = replace(item, key=member_key(item.key, url), **about)
    depth = allowance.depth
    try:
        if capture.rec_type == "resource":
            answer = Answer(200, capture.rec_headers.get_header("Content-Type"), capture.raw_stream)
        else:
            answer = open_answer(capture.raw_stream)
        ending = ENDINGS.get((answer.content_type or "").partition(";")[0].strip().lower())
        if ending is None:
            return
        if answer.status != 200:
            told.add(f"the server answered {answer.status}, so there is no article", url)
            return
        member = replace(member, content_type=answer.content_type, kept_ending=ending)
        cut = capture.rec_headers.get_header("WARC-Truncated")
        for record in read_member(member, answer.body, max(capture.length or 0, 1), allowance, read):
            cut = cut or _missing(capture.raw_stream)
            if cut and not record.problem:
                record.problem = f"the archive holds the beginning of it only ({cut[:40]})"
            yield record
    except InputError as error:
        yield Record(member.key, problem=error.what, extractor="warc", **about)
    except Exception as error:  # noqa: BLE001 - a stranger's archive may break its readers in any way
        yield Record(member.key, problem=f"the archive's capture is damaged ({type(error).__name__})", extractor="warc", **about)
    finally:
        allowance.depth = depth


def _missing(stream: Any) -> str | None:
    """Whether a capture ended before its length was reached, now that it was read."""
    return "the file ends early" if getattr(stream, "limit", 0) > 0 and not stream.read(1) else None


class _Plain:
    """A WARC file's bytes, unpacked if need be, as far as is allowed; with what warcio asks of the reader that it else makes itself.

    Its own one unpacks damaged bytes to shorter ones without a word, and takes lines of any length into memory.
    """

    decompressor = None

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        is_packed = self._file.read(2) == MAGIC
        self._file.seek(0)
        self._most = max(_FREE, MOST_RATIO * path.stat().st_size)
        self._stream: BinaryIO = gzip.GzipFile(fileobj=self._file) if is_packed else self._file
        self._size = self._in_lines = 0

    def read(self, size: int | None = None) -> bytes:
        """At most so many bytes."""
        self._in_lines = 0
        return self._taken(lambda: self._stream.read(min(size or _LONGEST_LINE, _LONGEST_LINE)))

    def readline(self, size: int | None = None) -> bytes:
        """A line, or as much of it as was asked for."""
        line = self._taken(lambda: self._stream.readline(min(size or _LONGEST_LINE, _LONGEST_LINE)))
        self._in_lines += len(line)
        if len(line) >= _LONGEST_LINE or self._in_lines > _LONGEST_HEAD:
            raise InputError("the WARC file is damaged: there is no end to what stands above a capture")
        return line

    def _taken(self, take: Any) -> bytes:
        try:
            piece = take()
        except EOFError as error:
            raise InputError("the WARC file ends early, so that what follows is lost") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise InputError("the WARC file is damaged, so that what follows is lost") from error
        self._size += len(piece)
        if self._size > self._most:
            raise InputError(f"refused: it unpacks to more than {MOST_RATIO} times its size, as no text does")
        return piece

    def tell(self) -> int:
        return self._size

    def rem_length(self) -> int:
        return 0

    def close_decompressor(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        self._stream.close()
        self._file.close()
