"""What a person does to editions between runs: publish what waits, go back, correct, withdraw. Each under the desk's lock.

Before pages change the ledger forgets what it knew of them, and learns it again afterwards. So a run after a command that was killed
finds the edition unproved and looks at it again, and one after a whole command has nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from nutgraf.desk import Desk
from nutgraf.errors import UsageError
from nutgraf.publish import editing, record, shelf, waiting
from nutgraf.publish.standing import standings
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.editions.edition_files import load_all
from nutgraf.runs.editions.notebooks import suggest
from nutgraf.runs.runner import rebuild_site_index
from nutgraf.runs.site_files import pages_of

_UNPUBLISHED = "Nothing was published"


@contextmanager
def _held(desk: Desk, command: str, say: Callable[[str], None]) -> Iterator[Ledger]:
    """The desk, locked, with everything done that an earlier command left undone; the list of reports is written at the end."""
    with desk.store.lock(f"nutgraf {command}"), Ledger.open(desk.processed / FILE) as ledger:
        if ledger.notice:
            say(ledger.notice)
        ledger.unsettle()
        shelf.settle_all(desk)
        yield ledger
        rebuild_site_index(desk, ledger)


def publish(desk: Desk, slugs: Sequence[str], *, now: bool = False, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Publish editions that wait. All of them are looked at before the first is published.

    Args:
        desk: The desk.
        slugs: The editions.
        now: Also before an embargo ends.
        say: Called with a line of news for a person.

    Returns:
        ``edition`` and ``version`` of each.

    Raises:
        UsageError: When one is unknown, does not wait, or is under embargo.
        PublishError: When a file was changed after the run had checked it.
    """
    with _held(desk, "publish", say) as ledger:
        found = []
        for edition in load_all(desk.editions, tuple(slugs)):
            waits, until = waiting.waiting(desk, edition.slug), edition.embargo_until(desk.timezone)
            if waits is None:
                raise UsageError(
                    "nothing waits to be published", where=edition.slug, mend=f"'nutgraf run {edition.slug}' makes it",
                    not_done=_UNPUBLISHED,
                )  # fmt: skip
            if until is not None and datetime.now(UTC) < until and not now:
                raise UsageError(
                    f"under embargo until {until:%Y-%m-%d %H:%M %Z}", where=edition.slug,
                    mend="wait, change the embargo in its file, or publish before its end with --now", not_done=_UNPUBLISHED,
                )  # fmt: skip
            found.append(waits)
        done = []
        for waits in found:
            ledger.note_pages(waits.slug, None)
            version = waiting.publish_waiting(desk, waits)
            ledger.note_pages(waits.slug, pages_of(desk, waits.slug), version=version)
            done.append({"edition": waits.slug, "version": version})
    return done


def rollback(desk: Desk, slug: str, to: int | None, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Show an earlier version as the latest; see `editing.rollback`."""
    return _changed(desk, "rollback", slug, lambda: editing.rollback(desk, slug, to), say)


def correct(desk: Desk, slug: str, note: str, version: int | None, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Put a dated correction on a version and later ones; see `editing.correct`."""
    return _changed(desk, "correct", slug, lambda: editing.correct(desk, slug, note, version), say)


def withdraw(desk: Desk, slug: str, version: int, reason: str, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Take a version off the site; see `editing.withdraw`."""
    return _changed(desk, "withdraw", slug, lambda: editing.withdraw(desk, slug, version, reason), say)


def _changed(desk: Desk, command: str, slug: str, find: Callable[[], dict[str, Any]], say: Callable[[str], None]) -> dict[str, Any]:
    with _held(desk, command, say) as ledger:
        published = standings(record.entries(desk.decisions))
        if slug not in published:
            raise UsageError(f"no edition {slug!r} was ever published", mend=suggest(slug, published), not_done="Nothing was changed")
        event = find()
        ledger.note_pages(slug, None)
        standing = editing.happen(desk, event)
        ledger.note_pages(slug, pages_of(desk, slug))
    return {**event, "current": standing.current}
