"""Values as a reader sees them. A null is a dash, never 0."""

from __future__ import annotations

from datetime import date
from typing import Any


def day_in_words(value: str) -> str:
    """A day written out, such as 3 March 2026; what is no date stays as it is."""
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return value
    return f"{day.day} {day:%B} {day.year}"


def counted(n: int | None, noun: str) -> str:
    """A number with its noun: ``1 article``, ``3,000 articles``; a null is a dash."""
    return f"– {noun}s" if n is None else f"{n:,} {noun}" + ("" if n == 1 else "s")


def shown(value: Any, kind: str) -> str:
    """A value as a reader sees it; a null is a dash, never 0."""
    if value is None:
        return "–"
    if kind == "share":
        return f"{value * 100:.0f} %"
    if kind == "score":
        return f"{value:+.2f}".replace("-", "−") if round(value, 2) else "0.00"
    if kind == "rate":
        return f"{value:,.1f}"
    if kind == "count":
        return f"{value:,}"
    if kind == "date":
        return day_in_words(str(value))
    if kind == "flag":
        return "yes" if value else "no"
    return str(value)
