"""Which editions a run makes when it is asked for those that are due, and when the next one is.

An edition is due when its schedule, or the end of its embargo, named a moment that no good run has followed yet. However many moments
were missed, one run stands for all of them. One that fails is tried again, not at every call: see `retry_at`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nutgraf.errors import UsageError
from nutgraf.numbers import counted
from nutgraf.runs.editions.edition import Edition
from nutgraf.runs.editions.edition_files import read_all
from nutgraf.runs.freshness.fingerprint import program
from nutgraf.runs.planning import Prepared, prepare_each
from nutgraf.runs.schedules import schedule

if TYPE_CHECKING:
    from nutgraf.desk import Desk
    from nutgraf.runs.attempts.ledger import Ledger
    from nutgraf.runs.making import Say

#: How often the timer that `nutgraf schedule install` writes calls, and the first wait after a failure.
EVERY = timedelta(minutes=10)
#: No wait is longer.
LONGEST = timedelta(days=1)
#: A timer is never quite punctual.
SLACK = timedelta(minutes=1)
#: States after which a schedule counts as followed.
FOLLOWED = ("published", "unchanged", "waiting", "fresh")


@dataclass(frozen=True)
class Look:
    """An edition's schedule at one moment.

    Attributes:
        edition: The edition.
        handled: Up to when its schedule was followed; None for never.
        moments: What it named since then, oldest first; at most `schedule.MOST` and one more.
        tries: When it was tried to make it since it was last good.
        is_due: Whether a run makes it now.
        next: When that may next change.
    """

    edition: Edition
    handled: datetime | None
    moments: Sequence[datetime]
    tries: Sequence[datetime]
    is_due: bool
    next: datetime

    @property
    def missed(self) -> Sequence[datetime]:
        """Moments for which no run came, the newest apart, which the next run follows."""
        return self.moments[:-1] if self.handled else ()


@dataclass(frozen=True)
class Chosen:
    """What a run makes of a desk's editions.

    Attributes:
        prepared: Editions with their notebooks.
        wrong: What is wrong with others, by slug or by the name of their file.
        others: How many editions it leaves alone.
        counts: What the ledger is to hold of the choice.
    """

    prepared: list[Prepared]
    wrong: Mapping[str, UsageError]
    others: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


def retry_at(tries: Sequence[datetime]) -> datetime:
    """When an edition that failed is tried again, unless its schedule names a moment before: 10 minutes after its last try, then 20, 40
    and so on up to a day, so that a notebook that fails every time is not executed at every call of the timer."""
    return tries[-1] + min(EVERY * 2 ** min(len(tries) - 1, 20), LONGEST) - SLACK


def _tries(ledger: Ledger | None, name: str, now: datetime) -> list[datetime]:
    """When it was tried to make an edition since it was last good; without moments that a wrong clock noted."""
    return [tried for tried in ledger.tries_since_good(name) if tried <= now] if ledger else []


def look(desk: Desk, ledger: Ledger | None, edition: Edition, now: datetime, *, is_changed: bool = False) -> Look | None:
    """How an edition's schedule stands.

    Args:
        desk: The desk.
        ledger: Its ledger; None when there is none yet.
        edition: The edition.
        now: This moment.
        is_changed: Whether the program or a notebook changed since the last look; then what failed is tried again at once.

    Returns:
        None for an edition without a schedule.
    """
    if edition.schedule is None:
        return None
    zone, handled = desk.timezone, ledger.handled_until(edition.slug) if ledger else None
    if handled is not None and handled > now:  # noted by a clock that was wrong, and set back since
        handled = None
    if handled is None:
        moments = [schedule.previous_due(edition.schedule, zone, now)]
    else:
        moments = schedule.moments_between(edition.schedule, zone, handled, now)
    following = schedule.next_after(edition.schedule, zone, now)
    ends = edition.embargo_until(zone) if edition.publish == "auto" else None
    if ends is not None and (handled or now) < ends:
        if ends > now:
            following = min(following, ends)
        else:
            moments = sorted({*moments, ends.astimezone(UTC)})
    tries = _tries(ledger, edition.slug, now)
    if not moments:
        return Look(edition, handled, moments, tries, False, following)
    again = retry_at(tries) if tries and tries[-1] >= moments[-1] and not is_changed else now
    is_due = again <= now
    return Look(edition, handled, moments, tries, is_due, following if is_due else min(following, again))


class DueOnes:
    """Chooses the editions that are due, and says what was missed."""

    asked = "--due"

    def __init__(self, say: Say) -> None:
        self.say = say

    def choose(self, desk: Desk, ledger: Ledger, now: datetime) -> Chosen | None:
        """What a run makes; None when nothing is due, which the ledger then holds for the next call.

        Raises:
            UsageError: When the desk has no edition.
        """
        ledger.note_killed()
        held, files = ledger.due(), program(desk.root)
        is_changed = held is None or held[0] != files
        ledger.keep_due(files, now.timestamp(), now.timestamp())  # a run that is killed is not taken for a change again
        editions, unreadable = read_all(desk.editions)
        looks = [found for edition in editions if (found := look(desk, ledger, edition, now, is_changed=is_changed))]
        due = [found for found in looks if found.is_due]
        again = {name: _again(ledger, name, now) for name in unreadable}
        wrong = {name: unreadable[name] for name in unreadable if is_changed or again[name] <= now}
        if not due and not wrong:
            _keep(ledger, files, now, [*(found.next for found in looks), *again.values()])
            return None
        self.say(f"{now.astimezone(desk.timezone):%Y-%m-%d %H:%M %Z}: {len(due)} of {counted(len(looks), 'scheduled edition')} due")
        for found in due:
            self._say_missed(desk, found)
        prepared, unfit = prepare_each(desk, [found.edition for found in due])
        others = len(editions) - len(due) + len(unreadable) - len(wrong)
        return Chosen(prepared, {**wrong, **unfit}, others, {"due": len(due), "missed": sum(len(found.missed) for found in due)})

    def afterwards(self, desk: Desk, ledger: Ledger) -> None:
        """Keep in the ledger when the next edition is due, once a run is over.

        What changed while the run went on counts as a change at the next call.
        """
        held, now = ledger.due(), datetime.now(UTC)
        editions, unreadable = read_all(desk.editions)
        looks = [found for edition in editions if (found := look(desk, ledger, edition, now))]
        ends = [now if found.is_due else found.next for found in looks]
        _keep(ledger, held[0] if held else "", now, [*ends, *(_again(ledger, name, now) for name in unreadable)])

    def _say_missed(self, desk: Desk, found: Look) -> None:
        if not found.missed:
            return
        first = found.missed[0].astimezone(desk.timezone)
        more = "more than " if len(found.moments) > schedule.MOST else ""
        how = "were missed or failed" if found.tries else "were missed" if len(found.missed) > 1 else "was missed"
        self.say(
            f"{found.edition.slug}: {more}{counted(len(found.missed), 'run')} {how} since {first.day} {first:%B %Y %H:%M}; "
            "one run is made for all of them"
        )


def _again(ledger: Ledger, name: str, now: datetime) -> datetime:
    """When a file that cannot be read is said to be wrong again; now, for one that never was."""
    tries = _tries(ledger, name, now)
    return retry_at(tries) if tries else now


def _keep(ledger: Ledger, files: str, now: datetime, ends: Sequence[datetime]) -> None:
    ledger.keep_due(files, now.timestamp(), min(ends).timestamp() if ends else None)


def note_followed(ledger: Ledger, editions: Sequence[Edition], states: Mapping[str, str], began: datetime) -> None:
    """Note of which editions a run followed the schedule: up to its beginning, and never for one that failed."""
    for edition in editions:
        if edition.schedule and states.get(edition.slug) in FOLLOWED:
            ledger.note_handled(edition.slug, began)
