"""Exports, one article a row: CSV, JSON Lines and Parquet, streamed, with their columns found by name."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nutgraf.errors import InputError
from nutgraf.ingest.credits import split_byline
from nutgraf.ingest.decoding import decode
from nutgraf.ingest.formats.columns import COLUMNS, cell_line, delimiter_of, find_columns
from nutgraf.ingest.moments import parse_moment
from nutgraf.ingest.records import RawItem, Record

BATCH = 500  # rows of a Parquet file in memory at once
_LONGEST_FIELD = 50_000_000  # characters
_LONGEST_LINE = 50_000_000  # characters


def read_csv(item: RawItem, path: Path) -> Iterator[Record]:
    """Records of a CSV or TSV file with a header line.

    Raises:
        InputError: When it has no column of texts, or is no text at all.
    """
    text, repair = decode(path.read_bytes(), item.content_type)
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise InputError(f"its header cannot be read as CSV: {error}") from error
    columns = match_columns(header, item)
    at = {field: header.index(column) for field, column in columns.items()}
    for number in _counted():
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = f"the row cannot be read as CSV (row {number}: {error})"
            yield Record(f"{item.key}#{number}", problem=problem, extractor="csv")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        values = {field: cells[index] for field, index in at.items() if index < len(cells)}
        record = _record(item, values, number, "csv", repair)
        if len(cells) > len(header):
            record.problem = (
                "the row has more cells than the header, so quotation marks are amiss "
                f"(row {number}: {len(cells)} of {len(header)})"
            )
        yield record


def read_jsonl(item: RawItem, path: Path) -> Iterator[Record]:
    """Records of a JSON Lines file; a line that is no object becomes a record with its problem.

    Raises:
        InputError: When its first object has no field of texts, or the file is no text at all.
    """
    text, repair = decode(path.read_bytes(), item.content_type)
    columns: dict[str, str] | None = None
    for number, line in enumerate(io.StringIO(text, newline="\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line) if len(line) <= _LONGEST_LINE else None
        except (ValueError, RecursionError):
            entry = None
        if not isinstance(entry, dict):
            yield Record(f"{item.key}#{number}", problem=f"the line is no JSON object (line {number})", extractor="jsonl")
            continue
        if columns is None or columns["text"] not in entry:
            try:
                columns = match_columns(list(entry), item)
            except InputError:
                if columns is None:
                    raise
        yield _record(item, {field: entry.get(column) for field, column in columns.items()}, number, "jsonl", repair)


def read_parquet(item: RawItem, path: Path) -> Iterator[Record]:
    """Records of a Parquet file, read in record batches of the columns that matter.

    Raises:
        InputError: When it is no Parquet file or has no column of texts.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError("not a Parquet file, or a damaged one") from error
    with file:
        columns = match_columns(file.schema_arrow.names, item)
        number = 0
        try:
            for batch in file.iter_batches(BATCH, columns=sorted(set(columns.values()))):
                for entry in batch.to_pylist():
                    number += 1
                    yield _record(item, {field: entry.get(column) for field, column in columns.items()}, number, "parquet", None)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            if number == 0:
                raise InputError("a damaged Parquet file: no row can be read") from error
            yield Record(f"{item.key}#rest", problem=f"the Parquet file is damaged (from row {number + 1} on)", extractor="parquet")


def match_columns(names: Sequence[str], item: RawItem) -> dict[str, str]:
    """Which column holds which field.

    Args:
        names: The export's own column names.
        item: Its `columns` come first.

    Returns:
        Field to column, always with ``text``.

    Raises:
        UsageError: For a field that does not exist.
        InputError: Without a column of texts; it lists the columns there are and how to say which one it is.
    """
    return find_columns(names, item.columns, tuple(COLUMNS), "text", what="the articles' text", where=item.key, source=item.source)


def _record(item: RawItem, values: Mapping[str, Any], number: int, kind: str, repair: str | None) -> Record:
    """One row. Its text is title, blank line, body; without a title it is the body alone."""
    body = values.get("text")
    body = body if isinstance(body, str) else ""
    headline = cell_line(values.get("headline"))
    published, modified = (parse_moment(values.get(name), "column", zone=item.zone) for name in ("published", "modified"))
    record = Record(
        f"{item.key}#{_identity(values, headline, body, number)}",
        f"{headline}\n\n{body}" if headline else body,
        headline=headline,
        standfirst=cell_line(values.get("standfirst")),
        byline=split_byline(cell_line(values.get("byline"))),
        section=cell_line(values.get("section")),
        url=cell_line(values.get("url")),
        outlet=cell_line(values.get("outlet")) or item.outlet,
        language=cell_line(values.get("language")),
        published=published,
        modified=modified,
        extractor=kind,
        text_repair=repair,
    )
    if not body.strip():
        record.problem = "the text is empty"
    return record


def _identity(values: Mapping[str, Any], headline: str | None, body: str, number: int) -> str:
    """The row's own id, else its address, else a hash of what it says. A line number would hand one article's history to
    another as soon as a row is added above, so it serves only for rows that say nothing."""
    for name in ("id", "url"):
        given = values.get(name)
        if isinstance(given, (str, int)) and str(given).strip():
            return str(given).strip()
    if not headline and not body.strip():
        return str(number)
    told = headline or body[:500]
    return hashlib.sha256(f"{told}\n{values.get('published')}\n{values.get('outlet')}".encode("utf-8", "replace")).hexdigest()[:12]


def _counted() -> Iterable[int]:
    number = 0
    while True:
        number += 1
        yield number
