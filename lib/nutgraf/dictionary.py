"""The data dictionary as Markdown, made from `schema`: ``python -m nutgraf.dictionary > docs/data-dictionary.md``."""

from __future__ import annotations

import sys

from nutgraf.schema import TABLES

_KINDS = {"text": "text", "integer": "integer", "real": "real number", "time": "time in UTC", "flag": "yes or no", "bytes": "bytes"}


def markdown() -> str:
    """The whole dictionary: a section per table, a row per column."""
    lines = [
        "# Data dictionary",
        "",
        "Made from `lib/nutgraf/schema.py` by `python -m nutgraf.dictionary`; a test holds the two together.",
        "",
        "The tables lie under `data/processed/` as Delta Lake tables, which pandas, DuckDB, Polars and Spark read. Positions are",
        "Python string offsets into `articles.text`, end-exclusive. A null is never 0.",
        "",
    ]
    for table in TABLES.values():
        lines += [f"## {table.name}", "", table.meaning, "", f"Key: {', '.join(table.key)}.", ""]
        lines += ["| column | type | may be null | meaning |", "|---|---|---|---|"]
        for column in table.columns:
            values = f" One of: {', '.join(column.values)}." if column.values else ""
            null = "yes" if column.nullable else "no"
            lines.append(f"| `{column.name}` | {_KINDS[column.kind]} | {null} | {column.meaning}.{values} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(markdown())
