"""Charts: one file per form, one house style. Each is drawn from a finding's rounded table and from nothing else.

A form is a module of this package with ``draw(rows, chart, width)`` and ``describe(rows, chart)``; it is found by being here. It draws
on a `Canvas`; a matplotlib figure of its own will do too, and is only slower.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from nutgraf.errors import FindingError

WIDTHS = {"wide": 680, "narrow": 340}


@cache
def forms() -> tuple[str, ...]:
    """Names of the chart forms: the modules here that define ``draw``, found without importing matplotlib or any of them."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return tuple(path.stem for path in files if "\ndef draw(" in path.read_text(encoding="utf-8"))


def _form(chart: Mapping[str, Any]) -> Any:
    name = chart.get("form")
    if name not in forms():
        raise FindingError(f"no chart form {name!r}", mend="known: " + ", ".join(forms()))
    return importlib.import_module(f"nutgraf.charts.{name}")


def table_of(columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows as dicts by column name."""
    names = [column["name"] for column in columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _checked(chart: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> Any:
    """The form, after a look whether the table has the columns that the options name."""
    form = _form(chart)
    names = {column["name"] for column in columns}
    for option in form.COLUMNS:
        if chart.get(option) not in names:
            raise FindingError(
                f"chart option '{option}' names the column {chart.get(option)!r}, which the table lacks",
                mend="columns: " + ", ".join(sorted(names)),
            )
    return form


def describe(
    chart: Mapping[str, Any], columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]]
) -> tuple[str, str]:
    """Alt text (at most 150 characters) and a longer description, made from the table.

    Raises:
        FindingError: For an unknown form, or options that name columns the table lacks.
    """
    return _checked(chart, columns).describe(table_of(columns, rows), chart)


def drawn(data: Mapping[str, Any], width: str = "wide") -> Any:
    """Draw a finding's chart from its rounded table.

    Args:
        data: A finding's JSON form.
        width: wide (680 units) or narrow (340).

    Returns:
        The form's `Canvas`, or the matplotlib figure that it made itself.
    """
    from nutgraf.charts.canvas import Canvas
    from nutgraf.charts.theme import style

    form = _checked(data["chart"], data["columns"])
    given = table_of(data["columns"], data["rows"]), data["chart"], WIDTHS[width]
    drawing = form.draw(*given)
    if isinstance(drawing, Canvas):
        return drawing
    with style():  # a form that draws with matplotlib itself does so once more, in the house style; loading that for every page is dear
        return form.draw(*given)


def draw_svg(data: Mapping[str, Any], width: str = "wide") -> str:
    """Draw a finding's chart with matplotlib, for a notebook.

    Args:
        data: A finding's JSON form.
        width: wide (680 units) or narrow (340).

    Returns:
        SVG text, the same bytes for the same data.
    """
    return to_svg(drawn(data, width), data["id"])


def to_svg(drawing: Any, salt: str) -> str:
    """SVG text of what `drawn` returned, by matplotlib."""
    from nutgraf.charts.canvas import Canvas
    from nutgraf.charts.paint import figure_to_svg, painted
    from nutgraf.charts.theme import style

    with style():
        return figure_to_svg(painted(drawing) if isinstance(drawing, Canvas) else drawing, salt)
