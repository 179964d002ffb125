"""The report that an edition would have been on an earlier day: an edition of its own, at an address of its own.

Its window ends with that day. It is no `as_of`: articles fetched later count, since the desk may have been down on the day itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from nutgraf.desk import parse_window
from nutgraf.errors import UsageError
from nutgraf.numbers import day_in_words
from nutgraf.runs.editions.edition import SLUG, Edition
from nutgraf.runs.editions.notebooks import NO_KERNEL

_NAME = re.compile(r"(.+)-(\d{4}-\d\d-\d\d)", re.ASCII)


def dated(edition: Edition, day: date) -> Edition:
    """An edition as it would have been on a day.

    Raises:
        UsageError: When its articles do not follow the clock, so that every day would be the same.
    """
    if not edition.select.uses_clock:
        raise UsageError(
            "its articles do not follow the clock, so that every day would give the same report", where=edition.file,
            mend="give it a window such as 'last 14 days', without as_of", not_done=NO_KERNEL,
        )  # fmt: skip
    slug = f"{edition.slug}-{day.isoformat()}"
    if not SLUG.match(slug):
        raise UsageError(f"the address {slug} would be too long", where=edition.file, mend="shorten the edition's name", not_done=NO_KERNEL)
    first, last = parse_window(edition.select.window or "", day)
    select = edition.select.model_copy(update={"window": None, "date_from": first, "date_to": last})
    return edition.model_copy(update={"slug": slug, "title": _title(edition.title, day), "select": select, "schedule": None})


def _title(title: str, day: date) -> str:
    return f"{title} (as of {day_in_words(day.isoformat())})"


def of_name(editions: Iterable[Edition], name: str) -> Edition | None:
    """The report of an earlier day that a name means, such as ``dam-2026-01-05``; None when it means none."""
    slug, day = _parted(name)
    base = next((edition for edition in editions if edition.slug == slug), None)
    return dated(base, day) if base is not None and day is not None and day <= date.today() else None


def day_of(slug: str, title: str) -> date | None:
    """The day that a published report was made for; None for one that was made as the latest."""
    _, day = _parted(slug)
    return day if day is not None and title.endswith(_title("", day)) else None


def _parted(name: str) -> tuple[str, date | None]:
    match = _NAME.fullmatch(name)
    try:
        return (match[1], date.fromisoformat(match[2])) if match else (name, None)
    except ValueError:
        return name, None
