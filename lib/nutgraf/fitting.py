"""Whether a table on disk has the columns of `nutgraf.schema`: the same, fewer (an older Nutgraf wrote it), or others.

A table that lacks only columns which may be empty is read as it is, with nulls in them, and gets them with the next write. Any other
difference is refused: rows would be read as what they are not. Published versions are files of their own and stay as they are.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from nutgraf.errors import StoreError
from nutgraf.schema import TABLES, arrow_schema

REBUILD = "run 'nutgraf rebuild': tables come back from data/raw and data/decisions"


@cache
def _wanted(name: str) -> Any:
    from deltalake import Schema

    return Schema.from_arrow(arrow_schema(name))


@cache
def _as_json(name: str) -> str:
    return _wanted(name).to_json()


def lacking(name: str, table: Any) -> list[Any]:
    """The fields that a table lacks and may get.

    Args:
        name: Table name.
        table: A ``deltalake.DeltaTable``.

    Returns:
        Delta fields of `nutgraf.schema` that it has not, all of them nullable; normally none, which is found by one comparison.

    Raises:
        StoreError: When the table has other columns, or columns of another type.
    """
    if table.schema().to_json() == _as_json(name):
        return []
    held = {field.name: field for field in table.schema().fields}
    unknown = sorted(set(held) - set(TABLES[name].names))
    if unknown:
        raise StoreError(
            f"table '{name}' has columns that this Nutgraf does not know ({', '.join(unknown)}): a newer one wrote it",
            mend=f"install that one again, or {REBUILD}", not_done="nothing was read or changed",
        )  # fmt: skip
    absent = [field for field in _wanted(name).fields if field.name not in held]
    others = [
        field.name for field in _wanted(name).fields
        if (not field.nullable if field.name not in held else (held[field.name].type, held[field.name].nullable) != (field.type, field.nullable))
    ]  # fmt: skip
    if others:
        raise StoreError(
            f"table '{name}' was written by an older Nutgraf, with other columns ({', '.join(others)})",
            mend=f"{REBUILD}; published versions stay as they are", not_done="nothing was read or changed",
        )  # fmt: skip
    return absent
