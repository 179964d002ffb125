"""Reports of earlier days, one for each day that a schedule names in a range: ``nutgraf run --backfill 2026-01-01..2026-01-31``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from nutgraf.errors import UsageError
from nutgraf.numbers import counted
from nutgraf.runs.editions.dated import dated
from nutgraf.runs.editions.edition import Edition
from nutgraf.runs.editions.edition_files import load_all, read_all
from nutgraf.runs.planning import prepare, prepare_each
from nutgraf.runs.schedules.due import Chosen
from nutgraf.runs.schedules.schedule import days_between

if TYPE_CHECKING:
    from nutgraf.desk import Desk
    from nutgraf.runs.attempts.ledger import Ledger
    from nutgraf.runs.making import Say

#: Reports that one command makes: a daily edition over a leap year.
MOST = 366
_OPTION, _NOT_RUN = "--backfill", "Nothing was run"
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", re.ASCII)


def parse_range(text: str) -> tuple[date, date]:
    """First and last day of a range such as ``2026-01-01..2026-01-31``, both included.

    Raises:
        UsageError: When it is no such range, or runs backwards.
    """
    match = _RANGE.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError("write two days, such as 2026-01-01..2026-01-31")
        first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2])
    except ValueError as error:
        raise UsageError(f"{text!r} is no range of days: {error}", where=_OPTION, not_done=_NOT_RUN) from error
    if first > last:
        raise UsageError(f"the range begins on {first} and ends on {last}", where=_OPTION, mend="put the earlier day first", not_done=_NOT_RUN)
    return first, last


@dataclass(frozen=True)
class Backfill:
    """Chooses the reports of earlier days.

    Attributes:
        first: First day.
        last: Last day, included.
        wanted: Editions by slug or by the name of their file; empty for every one that has a schedule.
        say: Called with a line of news for a person.
    """

    first: date
    last: date
    wanted: Sequence[str]
    say: Say

    @property
    def asked(self) -> str:
        """The range as it was asked for."""
        return f"--backfill {self.first}..{self.last}"

    def choose(self, desk: Desk, ledger: Ledger, now: datetime) -> Chosen:
        """One edition for each day.

        Raises:
            UsageError: When the range ends in the future, names nothing or too much, or an edition that was asked for cannot be made so.
        """
        today = now.astimezone(desk.timezone).date()
        if self.last > today:
            raise UsageError(f"the range ends in the future, on {self.last}; today is {today}", where=_OPTION, not_done=_NOT_RUN)
        everything, unreadable = read_all(desk.editions)
        editions = load_all(desk.editions, self.wanted) if self.wanted else everything
        made = [made for edition in editions for made in self._days(desk, edition, now)]
        taken = {edition.slug for edition in everything}
        twice = next((edition for edition in made if edition.slug in taken), None)
        if twice is not None:
            raise UsageError(f"the address {twice.slug} is that of another edition", where=twice.file, mend="rename one", not_done=_NOT_RUN)
        if not made:
            raise UsageError(
                f"no schedule names a day from {self.first} to {self.last} that has come", where=_OPTION,
                mend="'nutgraf schedule show' lists the schedules", not_done=_NOT_RUN,
            )  # fmt: skip
        if len(made) > MOST:
            raise UsageError(
                f"the range asks for {counted(len(made), 'report')}, and one command makes {MOST} at most", where=_OPTION,
                mend="take a shorter range, or name editions", not_done=_NOT_RUN,
            )  # fmt: skip
        self.say(f"{counted(len(made), 'report')} of earlier days, {self.first} to {self.last}")
        if self.wanted:
            return Chosen(prepare(desk, made), {})
        prepared, unfit = prepare_each(desk, made)
        return Chosen(prepared, {**unreadable, **unfit})

    def afterwards(self, desk: Desk, ledger: Ledger) -> None:
        """Nothing: reports of earlier days leave it open whether the latest was made."""

    def _days(self, desk: Desk, edition: Edition, now: datetime) -> list[Edition]:
        """An edition's reports; none, with the reason said, for one that was not asked for by name and has none."""
        try:
            if edition.schedule is None:
                raise UsageError("it has no schedule, so that no days are named", where=edition.file, mend="add one", not_done=_NOT_RUN)
            return [dated(edition, day) for day in days_between(edition.schedule, desk.timezone, self.first, self.last, now)]
        except UsageError as error:
            if self.wanted:
                raise
            if edition.schedule is not None:
                self.say(f"{edition.slug}: left out: {error.what}")
            return []
