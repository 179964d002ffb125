"""One article cut out of a raw file that holds many: its record goes, every other byte stays.

Whatever is cut is read again, and only a file that gives the same rows for all other articles, and none of this one, takes the place of the old.
CSV, JSON Lines, Parquet and XML feeds can be cut; what else holds many articles cannot, and has to be kept or deleted as a whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nutgraf.errors import InputError
from nutgraf.ingest.formats.columns import delimiter_of
from nutgraf.ingest.formats.files import KINDS
from nutgraf.ingest.records import RawItem

Rows = Callable[[Path], list[dict[str, Any]]]
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_ENTRY = re.compile(rb"<(item|entry)(?=[\s>]).*?</\1\s*>", re.DOTALL)


def cut(item: RawItem, path: Path, ids: frozenset[str], rows_of: Rows, target: Path) -> None:
    """Write a raw file without an article.

    Args:
        item: How it is read.
        path: Its bytes.
        ids: Of the article's rows.
        rows_of: Reads a copy of it, as an ingest would: rows of ``articles`` without their version.
        target: Where the new bytes go; removed again when they are no good.

    Raises:
        InputError: When files of this kind cannot be cut, or this one would give other rows for other articles.
    """
    rows = rows_of(path)
    gone = [number for number, row in enumerate(rows) if row["article_id"] in ids]
    kind = KINDS.get(item.ending)
    cutter = _CUTTERS.get(kind or "")
    if cutter is None:
        raise _cannot(item, "a file of this kind cannot be cut")
    try:
        cutter(path, gone, len(rows), target)
        left = rows_of(target)
    except (ValueError, OSError, InputError, csv.Error) as error:
        target.unlink(missing_ok=True)
        raise _cannot(item, f"it cannot be cut ({error})") from error
    wanted = [_but_raw(row) for number, row in enumerate(rows) if number not in gone]
    if [_but_raw(row) for row in left] != wanted:
        target.unlink(missing_ok=True)
        raise _cannot(item, "without the article, others in it would be read otherwise")


def _cannot(item: RawItem, what: str) -> InputError:
    return InputError(
        what, where=f"{item.source}: {item.key}", not_done="nothing was erased",
        mend="keep the raw file with --keep-raw, and look after it yourself: it holds the article's text",
    )  # fmt: skip


def _but_raw(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("raw_sha256", "version")}


def _csv(path: Path, gone: Sequence[int], n_rows: int, target: Path) -> None:
    """Rows become empty lines, which are passed over, so that the number of every other row stays."""
    content = path.read_bytes()
    text = content.removeprefix(b"\xef\xbb\xbf").decode("latin-1")  # one character a byte: only signs of ASCII part a CSV
    lines = _lines(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text.lstrip("\r\n")))
    next(reader)
    number, before = 0, reader.line_num
    for cells in reader:
        if any(cell.strip() for cell in cells):
            if number in gone:
                lines[before : reader.line_num] = [_ending(lines[reader.line_num - 1])] + [b""] * (reader.line_num - before - 1)
            number += 1
        before = reader.line_num
    if number != n_rows:
        raise ValueError(f"{number} rows, {n_rows} expected")
    target.write_bytes(b"".join(lines))


def _jsonl(path: Path, gone: Sequence[int], n_rows: int, target: Path) -> None:
    """Lines become empty, likewise."""
    lines, number = path.read_bytes().split(b"\n"), 0
    for at, line in enumerate(lines):
        if line.strip():
            if number in gone:
                lines[at] = b""
            number += 1
    if number != n_rows:
        raise ValueError(f"{number} lines, {n_rows} expected")
    target.write_bytes(b"\n".join(lines))


def _feed(path: Path, gone: Sequence[int], n_rows: int, target: Path) -> None:
    content = path.read_bytes()
    entries = list(_ENTRY.finditer(content))
    if len(entries) != n_rows:
        raise ValueError(f"{len(entries)} entries, {n_rows} expected")
    for number in reversed(gone):
        content = content[: entries[number].start()] + content[entries[number].end() :]
    target.write_bytes(content)


def _parquet(path: Path, gone: Sequence[int], n_rows: int, target: Path) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    if table.num_rows != n_rows:
        raise ValueError(f"{table.num_rows} rows, {n_rows} expected")
    stays = np.ones(n_rows, bool)
    stays[list(gone)] = False
    pq.write_table(table.filter(pa.array(stays)), target)


_CUTTERS: dict[str, Callable[[Path, Sequence[int], int, Path], None]] = {"csv": _csv, "jsonl": _jsonl, "feed": _feed, "parquet": _parquet}


def _lines(content: bytes) -> list[bytes]:
    """Lines with their ends, as `csv` counts them."""
    found, start = [], 0
    for match in _LINE_ENDS.finditer(content):
        found.append(content[start : match.end()])
        start = match.end()
    return [*found, content[start:]]


def _ending(line: bytes) -> bytes:
    match = re.search(rb"[\r\n]+\Z", line)
    return match[0] if match else b""
