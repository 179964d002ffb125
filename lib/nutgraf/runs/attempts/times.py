"""Moments and durations for a person."""

from __future__ import annotations

from datetime import UTC, datetime


def when(moment: str) -> str:
    """A moment to the minute, in UTC."""
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def seconds(value: float) -> str:
    """A duration: ``0.4 s``, ``42 s``, ``3 min 5 s``, ``2 h 10 min``."""
    if value < 59.5:
        return f"{value:.1f} s" if value < 9.95 else f"{value:.0f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
