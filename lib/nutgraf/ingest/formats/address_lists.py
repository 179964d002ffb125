"""Lists of addresses: a text with one a line, or a table with a column of them, such as an export of Media Cloud."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from pathlib import PurePath
from typing import Any

from nutgraf.errors import InputError
from nutgraf.ingest.decoding import decode
from nutgraf.ingest.formats.columns import cell_line, delimiter_of, find_columns
from nutgraf.ingest.formats.packed import MAGIC, gunzip
from nutgraf.ingest.moments import parse_moment
from nutgraf.ingest.records import Listed

#: Addresses in one list, and bytes of it once unpacked.
MOST, LARGEST = 1_000_000, 500_000_000
#: Fields of an article that a list can say something about.
FIELDS = ("url", "id", "headline", "outlet", "published", "modified", "language")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_LONGEST_ADDRESS = 8_000  # characters
_LONGEST_FIELD = 1_000_000  # characters


def read_addresses(content: bytes, name: str, columns: Mapping[str, str], zone: tzinfo) -> list[Listed]:
    """What a list names, each address once, in its order.

    A line that holds no address is passed on as it was written, so that whoever fetches can say so.

    Args:
        content: Its bytes, packed with gzip or not.
        name: Its file name; the ending says how it is laid out: .csv, .tsv, .jsonl, .ndjson, else one address a line.
        columns: Field of an article to name of the column, where it cannot be guessed.
        zone: Where clocks without an offset are read.

    Returns:
        Articles. Of a text, what stands on a line beside the address is left out, and lines that begin with # are.

    Raises:
        UsageError: For a field that does not exist.
        InputError: When it is no text, names no address, or more than a million.
    """
    if content.startswith(MAGIC):
        content = gunzip(content, LARGEST)
    if not content.strip():
        raise InputError("the list is empty")
    text, _ = decode(content)
    ending = PurePath(re.sub(r"\.gz$", "", name, flags=re.IGNORECASE)).suffix.lower()
    found: dict[str, Listed] = {}
    for one in _READERS.get(ending, _in_lines)(text, columns, zone):
        if one.url:
            found.setdefault(one.url, one)
        if len(found) > MOST:
            raise InputError(f"a list of more than {MOST:,} addresses", mend="part it into several")
    if not any(_ADDRESS.match(url) for url in found):
        raise InputError("the list names no address", mend="an address begins with http:// or https://")
    return list(found.values())


def _in_lines(text: str, columns: Mapping[str, str], zone: tzinfo) -> Iterator[Listed]:
    for line in text.splitlines():
        line = line.strip()
        if line and not line.startswith("#"):
            address = (match[0] if (match := _ADDRESS.search(line)) else line)[:_LONGEST_ADDRESS]
            yield Listed(address, address)


def _in_csv(text: str, columns: Mapping[str, str], zone: tzinfo) -> Iterator[Listed]:
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    names: list[str] | None = None
    at: dict[str, int] = {}
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue  # a field longer than any address; the lines after it are read
        if names is None:
            names = cells
            bare = next((place for place, cell in enumerate(cells) if _ADDRESS.match(cell.strip())), None)
            if bare is None or columns:
                at = {field: cells.index(column) for field, column in find_columns(cells, columns, FIELDS, "url").items()}
                continue
            at = {"url": bare}  # no header at all: the column of the first address is the one
        if any(cell.strip() for cell in cells):
            yield _listed({field: cells[place] for field, place in at.items() if place < len(cells)}, zone)


def _in_jsonl(text: str, columns: Mapping[str, str], zone: tzinfo) -> Iterator[Listed]:
    at: dict[str, str] | None = None
    for line in io.StringIO(text, newline="\n"):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            entry = line.strip()[:200]
        if isinstance(entry, dict):
            if at is None or at["url"] not in entry:
                try:
                    at = find_columns(list(entry), columns, FIELDS, "url")
                except InputError:
                    if at is None:
                        raise
            yield _listed({field: entry.get(column) for field, column in at.items()}, zone)
        else:
            yield Listed(str(entry)[:_LONGEST_ADDRESS], str(entry)[:_LONGEST_ADDRESS])


def _listed(values: Mapping[str, Any], zone: tzinfo) -> Listed:
    address = (cell_line(values.get("url")) or "")[:_LONGEST_ADDRESS]
    return Listed(
        address, cell_line(values.get("id")) or address, cell_line(values.get("headline")), cell_line(values.get("outlet")),
        *(parse_moment(values.get(name), "list", zone=zone) for name in ("published", "modified")), cell_line(values.get("language")),
    )  # fmt: skip


_READERS = {".csv": _in_csv, ".tsv": _in_csv, ".jsonl": _in_jsonl, ".ndjson": _in_jsonl}
