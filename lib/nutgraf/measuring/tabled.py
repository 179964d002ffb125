"""Rows of measures as Arrow tables: made where they were measured, since tables go to another process ten times as fast as rows do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nutgraf.documents import Measured, Parse, Score, Sentence, Span
from nutgraf.schema import OPENINGS, PARSES, SCORES, SENTENCES, SPANS, WORDS, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

#: What measures rest on. Nothing rests on `words` and `openings`.
NEEDED = ((SENTENCES, Sentence, "sentences"), (SPANS, Span, "spans"), (SCORES, Score, "scores"), (PARSES, Parse, "parses"))
_WRITTEN = (*((table, bucket) for table, _, bucket in NEEDED), (WORDS, "words"), (OPENINGS, "openings"))
#: Which measure wrote a row, and in which batch: the last columns of each table.
_STAMP = ("measure", "measure_version", "work_id")


def to_tables(rows: Measured) -> dict[str, pa.Table]:
    """Rows by table name, without the columns that say who wrote them; tables without rows are left out."""
    import pyarrow as pa

    tables: dict[str, pa.Table] = {}
    for table, bucket in _WRITTEN:
        records = [(*key, *record) for key, found in rows.items() for record in getattr(found, bucket)]
        if records:
            schema = pa.schema([field for field in arrow_schema(table.name) if field.name not in _STAMP])
            columns = [pa.array(column, field.type) for column, field in zip(zip(*records, strict=True), schema, strict=True)]
            tables[table.name] = pa.Table.from_arrays(columns, schema=schema)
    return tables


def joined(parts: Sequence[Mapping[str, pa.Table]], measure: str, version: str, work: str) -> dict[str, pa.Table]:
    """Tables of a measure's rows one under another, with the columns that say who wrote them.

    Args:
        parts: From `to_tables`.
        measure: Whose.
        version: The version of it.
        work: Of the batch.
    """
    import pyarrow as pa

    tables = {}
    for table, _ in _WRITTEN:
        some = [part[table.name] for part in parts if table.name in part]
        if some:
            rows = pa.concat_tables(some).combine_chunks()  # deltalake writes chunks in any order
            stamp = [pa.repeat(pa.scalar(value, pa.string()), rows.num_rows) for value in (measure, version, work)]
            tables[table.name] = pa.Table.from_arrays([*rows.columns, *stamp], schema=arrow_schema(table.name))
    return tables
