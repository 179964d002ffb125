"""Words in charts: measuring, wrapping and cutting labels, alt texts, and numbers as a reader sees them.

Widths are estimated from the kind of character, not asked of a font, so that a chart has the same bytes on a machine with other
fonts. The estimate is that of DejaVu Sans, which is wider than what browsers use, so that what fits here fits there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from nutgraf.numbers import counted as counted
from nutgraf.numbers import shown

ALT_LENGTH = 150
_NARROW = frozenset("ijlftr.,:;'’‘|!()[] -·")
_WIDE = frozenset("mwMW@%—…")


@lru_cache(maxsize=4096)
def _em(character: str) -> float:
    if character in _NARROW:
        return 0.4
    if character in _WIDE:
        return 1.0
    if unicodedata.combining(character) or character in "\u200b\u200c\u200d\u200e\u200f\ufe0f":
        return 0.0
    if ord(character) >= 0x1F000 or unicodedata.east_asian_width(character) in "WF":
        return 1.2
    return 0.72 if character.isupper() else 0.62


def text_width(text: str, size: float) -> float:
    """Width of a text in units, on the safe side.

    Example:
        >>> text_width("Kelsport Courier", 10) < text_width("Kelsport Courier and Post", 10)
        True
    """
    return sum(map(_em, text)) * size


def clean(text: Any) -> str:
    """One line without control characters; they would break the SVG or turn the text around."""
    if (given := str(text)).isprintable():  # as nearly every text is
        return " ".join(given.split())
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in given if unicodedata.category(c) != "Cs")
    return " ".join("".join(c for c in kept if c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff").split())


def cut(text: str, size: float, width: float) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if text_width(text, size) <= width:
        return text
    room, kept = width - text_width("…", size), []
    for character in text:
        room -= _em(character) * size
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def wrap(text: Any, size: float, width: float, lines: int, *, bold: bool = False) -> list[str]:
    """A label in at most so many lines; what does not fit is cut, the full text stands in the table.

    Example:
        >>> wrap("Valley Herald and Echo", 10, 90, 2)
        ['Valley Herald', 'and Echo']
    """
    size = size * 1.12 if bold else size  # bold letters are wider by about as much
    words, done = clean(text).split(" "), [""]
    for position, word in enumerate(words):
        longer = f"{done[-1]} {word}".strip()
        if text_width(longer, size) <= width or not done[-1]:
            done[-1] = longer
        elif len(done) < lines:
            done.append(word)
        else:
            done[-1] = f"{done[-1]} " + " ".join(words[position:])
            break
    return [cut(line, size, width) for line in done]


def period_text(value: Any, unit: str | None) -> str:
    """A period as an axis shows it, by its first day: ``2 Mar`` for a week or a day, ``Mar 2026``, ``Q1 2026``, ``2026``.

    Example:
        >>> period_text("2026-04-01", "quarter"), period_text("2026-04-06", "week")
        ('Q2 2026', '6 Apr')
    """
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        return clean(value)
    if unit == "month":
        return f"{day:%b} {day.year}"
    if unit == "quarter":
        return f"Q{(day.month + 2) // 3} {day.year}"
    return str(day.year) if unit == "year" else f"{day.day} {day:%b}"


def alt_text(form: str, what: str, point: str, names: Iterable[Any] = ()) -> str:
    """``[form] of [data], where [the point]`` in at most 150 characters.

    Args:
        form: The form in words.
        what: The data in words.
        point: What the figure shows.
        names: Names in the point, which are shortened when there is no room for them; the description has the whole of them.
    """
    text = clean(f"{form} of {what}, where {point}")
    if len(text) > ALT_LENGTH:
        for name in unique(map(str, names)):
            point = point.replace(name, brief(name))
        text = clean(f"{form} of {what}, where {point}")
    return text if len(text) <= ALT_LENGTH else text[: ALT_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;") + "…"


def brief(name: Any) -> str:
    """A name as an alt text has room for it.

    Example:
        >>> brief("The Very Long and Honourable Gazette of Upper Brannow")
        'The Very Long and…'
    """
    text = clean(name)
    return text if len(text) <= 24 else text[:23].rsplit(" ", 1)[0] + "…"


def figure_of(value: Any, kind: str) -> str:
    """A value as the chart prints it."""
    return shown(value, kind)


def between(row: Mapping[str, Any], low: str | None, high: str | None, kind: str) -> str:
    """``, between a and b`` where the row has an interval, else nothing."""
    if not low or not high or row.get(low) is None or row.get(high) is None:
        return ""
    return f", between {shown(row[low], kind)} and {shown(row[high], kind)}"


def some(sentences: Iterable[str], limit: int = 40) -> str:
    """Sentences of a description; past the limit it says how many more stand in the table."""
    found = list(sentences)
    rest = len(found) - limit
    return " ".join(found[:limit]) + (f" {rest:,} more stand in the table." if rest > 0 else "")


def unique(values: Iterable[Any]) -> list[Any]:
    """Values in order of first appearance."""
    return list(dict.fromkeys(values))


def ends(rows: Sequence[Any], limit: int) -> tuple[Sequence[Any], int, Sequence[Any]]:
    """The first and the last of too many rows, and how many lie between; all of them when they are few."""
    if len(rows) <= limit:
        return rows, 0, ()
    half = limit // 2
    return rows[:half], len(rows) - 2 * half, rows[len(rows) - half :]
