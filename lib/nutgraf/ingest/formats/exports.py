"""Exports, one article a row: CSV, JSON Lines and Parquet, streamed, with their columns found by name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nutgraf.errors import InputError
from nutgraf.ingest.credits import split_byline
from nutgraf.ingest.decoding import decode, open_text
from nutgraf.ingest.formats.columns import COLUMNS, cell_line, delimiter_of, find_columns, plain_name
from nutgraf.ingest.formats.fragments import is_address
from nutgraf.ingest.formats.lines import Rows, lines
from nutgraf.ingest.moments import parse_moment
from nutgraf.ingest.records import RawItem, Record

BATCH = 100  # rows of a Parquet file in memory at once, fewer where they are large
_BUFFER = 1 << 16  # bytes of each of its columns that are read ahead: without a buffer, or with "pre_buffer", Arrow reads a whole row group
_LARGEST_BATCH = 100_000_000  # bytes of these
_FIRST = 100_000  # characters looked at for the sign that parts the cells
_LONGEST_TEXT = 50_000_000  # characters of an article
_LARGEST_JSON = 100_000_000  # bytes: a JSON file is held in memory whole
_LARGEST_GROUP = 4_000_000_000  # bytes that a row group of a Parquet file says its columns have
_DEEPEST = 2  # fields inside fields in which a list of articles may stand
_UNITS = {"jsonl": "line", "json": "entry"}


def read_csv(item: RawItem, path: Path) -> Iterator[Record]:
    """Records of a CSV or TSV file with a header line; a row that cannot be read is a record with its problem.

    Raises:
        InputError: When it has no column of texts, or is no text at all.
    """
    file, repair = open_text(path, item.content_type)
    with file:
        first = file.read(_FIRST)
        file.seek(0)
        rows = Rows(file, delimiter_of(first.lstrip("\r\n")))
        header = next((row for row in rows if isinstance(row, str) or any(cell.strip() for cell in row)), [])
        if isinstance(header, str):
            raise InputError(f"its header cannot be read as CSV: {header}")
        columns = match_columns(header, item)
        at = {field: header.index(column) for field, column in columns.items()}
        is_amiss = False  # after a row that cannot be read, until one has as many cells as the header: its other lines look like rows
        for number, cells in enumerate(rows, start=1):
            if isinstance(cells, str):
                is_amiss = True
                yield Record(f"{item.key}#{number}", problem=f"the row cannot be read as CSV (row {number}: {cells})", extractor="csv")
                continue
            if not any(cell.strip() for cell in cells):
                continue
            is_amiss = is_amiss and len(cells) != len(header)
            record = _record(item, {field: cells[index] for field, index in at.items() if index < len(cells)}, number, "csv", repair)
            if len(cells) > len(header):
                record.problem = (
                    "the row has more cells than the header, so quotation marks are amiss "
                    f"(row {number}: {len(cells)} of {len(header)})"
                )
            elif is_amiss:
                record.key = f"{item.key}#{number}"
                record.problem = f"the line stands inside a row that cannot be read as CSV (row {number})"
            yield record


def read_jsonl(item: RawItem, path: Path) -> Iterator[Record]:
    """Records of a JSON Lines file; a line that is no object becomes a record with its problem.

    Raises:
        InputError: When its first object has no field of texts, or the file is no text at all.
    """
    file, repair = open_text(path, item.content_type)
    with file:
        yield from _of_objects(item, ((number, line and _parsed(line)) for number, line in enumerate(lines(file), start=1)), "jsonl", repair)


def read_json(item: RawItem, path: Path) -> Iterator[Record]:
    """Records of a JSON file: one article, or a list of them at the top or in a field such as "articles" or "results".

    Raises:
        InputError: When it is no JSON, holds no list of objects, or these have no field of texts.
    """
    if path.stat().st_size > _LARGEST_JSON:
        raise InputError(f"larger than {_LARGEST_JSON // 1_000_000} MB", mend="write it as JSON Lines, one article a line")
    text, repair = decode(path.read_bytes(), item.content_type)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("no JSON, or a damaged one") from error
    yield from articles_in(item, found, repair)


def articles_in(item: RawItem, found: Any, repair: str | None) -> Iterator[Record]:
    """Records of a JSON value that was read.

    Raises:
        InputError: As `read_json` does.
    """
    entries = _list_in(found)
    if not entries:
        raise InputError("JSON, but neither a JSON Feed nor articles: it holds no list of objects")
    yield from _of_objects(item, enumerate(entries, start=1), "json", repair)


def _list_in(found: Any, depth: int = 0) -> list[Any]:
    """The longest list that has objects in it, at the top or in fields two deep; else an object that has fields is one article itself."""
    if isinstance(found, list):
        return found if any(isinstance(entry, dict) for entry in found) else []
    if not isinstance(found, dict) or not found:
        return []
    within = [_list_in(value, depth + 1) for value in found.values() if isinstance(value, (list, dict))] if depth < _DEEPEST else []
    has_text = any(plain_name(name) in COLUMNS["text"] and isinstance(value, str) for name, value in found.items())
    return [found] if has_text else max(within, key=len, default=[])


def _parsed(line: str) -> Any:
    if not line.strip():
        return ""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _of_objects(item: RawItem, entries: Iterable[tuple[int, Any]], kind: str, repair: str | None) -> Iterator[Record]:
    """Records of numbered JSON values; an empty text stands for nothing at all."""
    columns: dict[str, str] | None = None
    for number, entry in entries:
        if entry == "":
            continue
        if not isinstance(entry, dict):
            yield Record(f"{item.key}#{number}", problem=f"the {_UNITS[kind]} is no JSON object ({_UNITS[kind]} {number})", extractor=kind)
            continue
        if columns is None or columns["text"] not in entry:
            try:
                columns = match_columns(list(entry), item)
            except InputError:
                if columns is None:
                    raise
        yield _record(item, {field: entry.get(column) for field, column in columns.items()}, number, kind, repair)


def read_parquet(item: RawItem, path: Path) -> Iterator[Record]:
    """Records of a Parquet file, read in record batches of the columns that matter. A row group is never in memory whole.

    Raises:
        InputError: When it is no Parquet file or has no column of texts.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        raise InputError("not a Parquet file, or a damaged one") from error
    with file:
        columns = match_columns(file.schema_arrow.names, item)
        wanted = sorted(set(columns.values()))
        number = 0
        try:
            for batch in file.iter_batches(_rows_at_once(file, wanted), columns=wanted, use_threads=False):
                is_wide = batch.nbytes > _LARGEST_BATCH or any(pa.types.is_dictionary(kind) for kind in batch.schema.types)
                step = 1 if is_wide else BATCH
                for first in range(0, batch.num_rows, step):
                    for entry in batch.slice(first, step).to_pylist():
                        number += 1
                        yield _record(item, {field: entry.get(column) for field, column in columns.items()}, number, "parquet", None)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            if number == 0:
                raise InputError("a damaged Parquet file: no row can be read") from error
            yield Record(f"{item.key}#rest", problem=f"the Parquet file is damaged (from row {number + 1} on)", extractor="parquet")


def _rows_at_once(file: Any, wanted: Sequence[str]) -> int:
    """So many rows that they are no more than `_LARGEST_BATCH` bytes, by what the file says of itself.

    Raises:
        InputError: When it says that a row group is larger than any table of articles has.
    """
    told, largest = file.metadata, 1.0
    for number in range(told.num_row_groups):
        group = told.row_group(number)
        parts = (group.column(place) for place in range(group.num_columns))
        size = sum(part.total_uncompressed_size for part in parts if part.path_in_schema.split(".")[0] in wanted)
        if size > _LARGEST_GROUP:
            raise InputError(f"refused: a row group of {size:,} bytes", mend="write it with smaller row groups")
        largest = max(largest, size / max(group.num_rows, 1))
    return max(1, min(BATCH, int(_LARGEST_BATCH / largest)))


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
    given = values.get("text")
    body = given if isinstance(given, str) else ""
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
        has_own_url=is_address(cell_line(values.get("url"))),
    )
    if given is not None and not isinstance(given, str) and given == given:  # NaN is nothing
        record.problem = f"the text is no text ({type(given).__name__})"
    elif len(body) > _LONGEST_TEXT:
        record.text, record.problem = "", f"the text has more than {_LONGEST_TEXT:,} characters, which no article has"
    elif not body.strip():
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
