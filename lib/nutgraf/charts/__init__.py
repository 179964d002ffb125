"""Charts: one file per form, one house style. Each is drawn from a finding's rounded table and from nothing else."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.errors import FindingError

FORMS = ("interval_dots",)
WIDTHS = {"wide": 680, "narrow": 340}


def _form(chart: Mapping[str, Any]) -> Any:
    if chart["form"] not in FORMS:
        raise FindingError(f"no chart form {chart['form']!r}", mend="known: " + ", ".join(FORMS))
    return importlib.import_module(f"nutgraf.charts.{chart['form']}")


def table_of(columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows as dicts by column name."""
    names = [column["name"] for column in columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def describe(
    chart: Mapping[str, Any], columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]]
) -> tuple[str, str]:
    """Alt text (at most 150 characters) and a longer description, made from the table."""
    return _form(chart).describe(table_of(columns, rows), chart)


def draw_svg(data: Mapping[str, Any], width: str = "wide") -> str:
    """Draw a finding's chart.

    Args:
        data: A finding's JSON form.
        width: wide (680 units) or narrow (340).

    Returns:
        SVG text, the same bytes for the same data.
    """
    from nutgraf.charts.theme import figure_to_svg, style

    with style():
        figure = _form(data["chart"]).draw(table_of(data["columns"], data["rows"]), data["chart"], WIDTHS[width])
        return figure_to_svg(figure, salt=data["id"])
