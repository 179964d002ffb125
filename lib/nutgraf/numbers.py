"""Values as a reader sees them. A null is a dash, never 0."""

from __future__ import annotations

from typing import Any


def shown(value: Any, kind: str) -> str:
    """A value as a reader sees it; a null is a dash, never 0."""
    if value is None:
        return "–"
    if kind == "share":
        return f"{value * 100:.0f} %"
    if kind == "score":
        return f"{value:+.2f}".replace("-", "−") if round(value, 2) else "0.00"
    if kind == "count":
        return f"{value:,}"
    if kind == "flag":
        return "yes" if value else "no"
    return str(value)
