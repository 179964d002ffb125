"""What the list of reports says of an edition's state, in words that stay the same until the state changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from nutgraf.desk import Desk
from nutgraf.numbers import day_in_words
from nutgraf.publish.record import in_words
from nutgraf.publish.standing import Standing
from nutgraf.runs.attempts.ledger import Ledger
from nutgraf.runs.editions.dated import day_of
from nutgraf.runs.editions.edition_files import paths, read_all

GOOD = ("good", "unchanged", "staged")
FRESH = "up to date"
#: Parts of the freshness key in a reader's words; the first that moved is the reason given.
REASONS = {
    "articles": "its articles changed", "notebooks": "its notebooks changed", "parameters": "its parameters changed",
    "window": "its choice of articles changed", "measures": "a measure changed", "decisions": "a decision of the newsroom changed",
    "title": "its title changed", "settings": "a setting of the desk changed", "environment": "the program changed",
}  # fmt: skip


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Why an edition is stale: the part of its freshness key that moved, in words."""
    return next((words for name, words in REASONS.items() if before.get(name) != after.get(name)), "one of its pages was changed")


def note_stale(ledger: Ledger, run_id: int, slug: str, key: str, parts: Mapping[str, Any]) -> None:
    """Note that an edition which this run was not asked to make is no longer up to date; once for each state it is in."""
    good, last = ledger.last(slug, *GOOD), ledger.last(slug)
    if good is None or last is None or good["key"] == key or (last["state"] in ("stale", "failed") and last["key"] == key):
        return
    attempt = ledger.start_attempt(run_id, slug, key, dict(parts), {})
    ledger.end_attempt(attempt, "stale", error=moved(good["parts"], parts))


def states_of(desk: Desk, ledger: Ledger, published: Mapping[str, Standing], waiting: Iterable[str]) -> dict[str, str]:
    """The state of each edition, for the list of reports.

    Args:
        desk: The desk.
        ledger: Its ledger.
        published: How each edition stands that was ever published.
        waiting: Those of which a newer version waits to be published.

    Returns:
        Words by slug. Days, not moments, and nothing of when it was looked at, so that two runs with one state give the same bytes.
        Of what is withdrawn, or shown again, nobody says that it is up to date.
    """
    waiting = set(waiting)
    is_made = _is_made(desk)
    found = {
        slug: _made_for(standing) or _state(desk, ledger, slug, slug in waiting, is_made(slug)) for slug, standing in published.items()
    }
    return {slug: words for slug, words in found.items() if words != FRESH or published[slug].current == published[slug].newest}


def earlier_days(published: Mapping[str, Standing]) -> list[str]:
    """The reports that were made for an earlier day, by slug; the newest day first."""
    days = {slug: day for slug, standing in published.items() if (day := _day_of(standing))}
    return sorted(days, key=lambda slug: (days[slug], slug), reverse=True)


def _made_for(standing: Standing) -> str | None:
    """What is said of the report of an earlier day, which no run makes again by itself."""
    day = _day_of(standing)
    return f"made for {day_in_words(day.isoformat())}" if day else None


def _day_of(standing: Standing) -> date | None:
    return day_of(standing.slug, standing.versions[standing.newest]["title"])


def _state(desk: Desk, ledger: Ledger, slug: str, is_waiting: bool, is_made: bool) -> str:
    if not is_made:
        return "no longer made"
    if ledger.last_in_brief(slug) is None:
        return "not looked at since the desk's tables were made anew"
    stale = staleness(ledger, slug)
    if stale:
        return f"stale since {_day(desk, stale[0])} because {stale[1]}"
    return "a newer version is waiting to be published" if is_waiting else FRESH


def staleness(ledger: Ledger, slug: str) -> tuple[str, str] | None:
    """Since when (UTC) an edition is stale, and because of what; None when it is not.

    An attempt that failed or was broken off makes nothing stale when everything was as it had been at the last good one: somebody had
    asked for it to be made again.
    """
    last, good = ledger.last_in_brief(slug), ledger.last_in_brief(slug, *GOOD)
    if last is None or last["state"] in GOOD or (good is not None and good["key"] == last["key"]):
        return None
    first = ledger.first_since_good(slug, last["state"], *GOOD) or last
    because = {"failed": "it could not be made anew", "stale": last["error"]}
    return first["started_at"], because.get(last["state"], "a run was interrupted")


def _is_made(desk: Desk) -> Callable[[str], bool]:
    """Tells of an edition whether it has a file, also one that cannot be read today."""
    slugs: set[str] = set()
    unreadable: tuple[str, ...] = ()
    if paths(desk.editions):
        editions, wrong = read_all(desk.editions)
        slugs, unreadable = {*(edition.slug for edition in editions), *wrong}, tuple(f"{stem}-" for stem in wrong)
    return lambda slug: slug in slugs or slug.startswith(unreadable)


def _day(desk: Desk, moment: str) -> str:
    return in_words(datetime.fromisoformat(moment).astimezone(desk.timezone).date().isoformat())
