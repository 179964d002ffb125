"""Files beside a page: each finding's table and its evidence as CSV and Parquet, without article text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from nutgraf.findings.saving import parquet

_SURROGATE = re.compile("[\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defused(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that starts like one gets an apostrophe in front.

    Example:
        >>> defused("=1+1"), defused(-0.5), defused(None)
        ("'=1+1", -0.5, '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        clean = value.replace("\x00", "")
        return f"'{clean}" if clean.lstrip(" \u00a0\ufeff").startswith(_FORMULA) or clean.startswith(_FORMULA) else clean
    return value


def _csv(rows: list[list[Any]]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows([[defused(value) for value in row] for row in rows])
    return target.getvalue()


def table_csv(data: Mapping[str, Any]) -> str:
    """A finding's table: rounded values, column names in the first line, an empty cell for a null."""
    return _csv([[column["name"] for column in data["columns"]], *data["rows"]])


def figure_names(page: str, id: str) -> dict[str, str]:
    """Names of a figure's files, svg and png, by page and finding; `nutgraf.publish.figures` makes them."""
    return {kind: f"figures/{page}.{id}.{kind}" for kind in ("svg", "png")}
_ARROW = {"count": "int64", "share": "float64", "score": "float64", "rate": "float64", "flag": "bool"}


def table_parquet(data: Mapping[str, Any]) -> bytes:
    """A finding's table as Parquet: counts, shares and flags by their type, dates and texts as text, a null as null."""
    import pyarrow as pa

    columns = data["columns"]
    kinds = [pa.type_for_alias(_ARROW.get(column["kind"], "string")) for column in columns]
    values = zip(*data["rows"], strict=True) if data["rows"] else [[] for _ in columns]
    arrays = [pa.array(map(_encodable, column), kind) for column, kind in zip(values, kinds, strict=True)]
    return parquet(pa.Table.from_arrays(arrays, names=[column["name"] for column in columns]))


def _encodable(value: Any) -> Any:
    """The value; half a surrogate pair, which no UTF-8 file can hold, becomes a replacement character."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value


def places_csv(data: bytes) -> str:
    """Evidence from its Parquet file as CSV."""
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(data))
    return _csv([table.column_names, *map(list, zip(*table.to_pydict().values(), strict=True))])


_EVIDENCE = ("article_id", "version", "start", "end", "outlet", "published_on", "url", "role", "rule")


def evidence_csv(data: Mapping[str, Any]) -> str:
    """The places a finding's cards show: ids and offsets, no text."""
    return _csv([list(_EVIDENCE), *([item.get(name) for name in _EVIDENCE] for item in data["evidence"])])
