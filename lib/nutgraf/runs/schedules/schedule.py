"""When a scheduled edition is due: a cron expression, read on the desk's own clock. Pure: no ledger, and no clock but the one that is given.

A time is looked for on the wall clock and only then made a moment, so that the days on which clocks change are settled here and
nowhere else: a time that does not exist means the first moment after the gap, and a time that exists twice means its first.
croniter walks over wall clock times alone; left to itself with a time zone it gives both of a time that exists twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nutgraf.runs.editions.edition import Edition

#: Short forms, as cron has them.
NAMED = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
}  # fmt: skip
#: Name, lowest and highest number of each field, and what may be written for numbers.
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAYS = "sun mon tue wed thu fri sat".split()
FIELDS = (
    ("minute", 0, 59, {}), ("hour", 0, 23, {}), ("day of the month", 1, 31, {}),
    ("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, start=1)}),
    ("day of the week", 0, 7, {name: number for number, name in enumerate(_DAYS)}),
)  # fmt: skip
_PART = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d{1,2}))?", re.ASCII)
#: Moments that are counted one by one; what is more is said to be more.
MOST = 1000


def plain(expression: str) -> str:
    """A cron expression as five fields of numbers.

    Args:
        expression: Minute, hour, day of the month, month, day of the week, such as ``30 6 * * 1-5``; or ``@daily`` and its like.

    Raises:
        ValueError: With the field that cannot be read, or because no day will ever fit.
    """
    text = expression.strip().lower()
    if text.startswith("@"):
        if text not in NAMED:
            raise ValueError(f"unknown short form {text!r}; known are {', '.join(sorted(NAMED))}")
        return NAMED[text]
    given = text.split()
    if len(given) != len(FIELDS):
        raise ValueError(f"{expression!r} has {len(given)} fields; a schedule has five: minute, hour, day of the month, month, day of the week")
    found = " ".join(_field(written, *about) for written, about in zip(given, FIELDS, strict=True))
    days, week = found.split()[2], found.split()[4]
    if (days.startswith("*/") and week != "*") or (week.startswith("*/") and days != "*"):
        raise ValueError(f"{expression!r} counts days in steps and names others too, which one cron reads as 'and', another as 'or': list the days")
    from croniter import CroniterError

    try:
        next(_walls(found, datetime(2000, 1, 1)))
    except CroniterError as error:
        raise ValueError(f"{expression!r} never comes: no month has such a day") from error
    return found


def _field(written: str, name: str, low: int, high: int, names: dict[str, int]) -> str:
    return ",".join(_part(part, name, low, high, names) for part in written.split(","))


def _part(part: str, name: str, low: int, high: int, names: dict[str, int]) -> str:
    match = _PART.fullmatch(part)
    if match is None:
        raise ValueError(f"the {name} {part!r} is not understood; write numbers, ranges such as 1-5, lists such as 1,3, * or */10")
    star, first, last, step = match.groups()
    if step is not None and not 1 <= int(step) <= high:
        raise ValueError(f"the {name} {part!r} has a step of {step}; it must lie between 1 and {high}")
    ending = f"/{int(step)}" if step else ""
    if star:
        return f"*{ending}"
    start = _number(first, name, low, high, names)
    if last is None:
        if step:
            raise ValueError(f"the {name} {part!r} has a step without a range: write {first}-{high}/{step}")
        return str(start)
    end = _number(last, name, low, high, names)
    if names and high == 7 and end == 0 < start:  # a week that ends on Sunday
        end = 7
    if start > end:
        raise ValueError(f"the {name} {part!r} runs backwards; write it as two ranges, such as 22-23,0-2")
    return str(start) if start == end else f"{start}-{end}{ending}"


def _number(written: str, name: str, low: int, high: int, names: dict[str, int]) -> int:
    number = names.get(written, int(written) if written.isdecimal() else None)
    if number is None or not low <= number <= high:
        words = f", or {', '.join(names)}" if names else ""
        raise ValueError(f"the {name} {written!r} must be a number from {low} to {high}{words}")
    return number


def previous_due(expression: str, zone: tzinfo, at: datetime) -> datetime:
    """The newest moment that a schedule names, not later than `at`; in UTC."""
    at, here = at.astimezone(UTC), at.astimezone(zone)
    # In the second pass of an hour, times of the first pass lie behind although the clock shows less.
    wall = here.replace(tzinfo=None, fold=0) + (_repeated(here) if here.fold else timedelta())
    return next(moment for moment in _moments(expression, zone, wall + timedelta(minutes=1), backwards=True) if moment <= at)


def next_after(expression: str, zone: tzinfo, after: datetime) -> datetime:
    """The first moment that a schedule names later than `after`; in UTC."""
    after, wall = after.astimezone(UTC), after.astimezone(zone).replace(tzinfo=None, fold=0)
    return next(moment for moment in _moments(expression, zone, wall) if moment > after)


def next_due(edition: Edition, zone: tzinfo, after: datetime) -> datetime | None:
    """When an edition is due next, later than `after`; None for one without a schedule. In UTC."""
    return next_after(edition.schedule, zone, after) if edition.schedule else None


def moments_between(expression: str, zone: tzinfo, after: datetime, until: datetime) -> list[datetime]:
    """The moments that a schedule names later than `after` and not later than `until`, each once, oldest first.

    At most `MOST` and one more, which says that there are more.
    """
    newest, found = after.astimezone(UTC), []
    for moment in _moments(expression, zone, after.astimezone(zone).replace(tzinfo=None, fold=0)):
        if moment > until or len(found) > MOST:
            break
        if moment > newest:
            newest = moment
            found.append(moment)
    return found


def days_between(expression: str, zone: tzinfo, first: date, last: date, until: datetime) -> list[date]:
    """The days from `first` to `last`, both included, on which a schedule names a time that is not later than `until`."""
    found: dict[date, None] = {}
    for wall in _walls(plain(expression), datetime.combine(first, time()) - timedelta(minutes=1)):
        if wall.date() > last or _moment(wall, zone) > until:
            break
        found[wall.date()] = None
    return list(found)


def _moments(expression: str, zone: tzinfo, wall: datetime, *, backwards: bool = False) -> Iterator[datetime]:
    return (_moment(found, zone) for found in _walls(plain(expression), wall, backwards=backwards))


def _walls(fields: str, wall: datetime, *, backwards: bool = False) -> Iterator[datetime]:
    """Wall clock times, without a zone, from one that is itself left out."""
    from croniter import croniter

    walk: Any = croniter(fields, wall)
    step: Callable[[type[datetime]], datetime] = walk.get_prev if backwards else walk.get_next
    while True:
        yield step(datetime)


def _moment(wall: datetime, zone: tzinfo) -> datetime:
    """The moment at which a wall clock shows a time: the first of two; the end of the gap where there is none."""
    there = wall.replace(tzinfo=zone)
    moment = there.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    # The offset of before puts it behind the gap and that of after before it; the gap ends where the offset changes.
    early, late = there.replace(fold=1).astimezone(UTC), moment
    after = late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=int((late - early).total_seconds()) // 2)
        early, late = (early, middle) if middle.astimezone(zone).utcoffset() == after else (middle, late)
    return late


def _repeated(here: datetime) -> timedelta:
    """How long a time lasts that exists twice."""
    first, second = here.replace(fold=0).utcoffset(), here.replace(fold=1).utcoffset()
    return (first or timedelta()) - (second or timedelta())


_WEEK = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def in_words(expression: str) -> str:
    """A schedule in words where they are sure to mean the same; else its expression."""
    minutes, hours, days, month, week = plain(expression).split()
    if month == days == week == "*" and hours == "*":
        step = minutes.removeprefix("*/") if minutes.startswith("*/") else "1" if minutes == "*" else ""
        if step.isdecimal() and 60 % int(step) == 0:
            return "every minute" if step == "1" else f"every {step} minutes"
        return f"every hour at minute {minutes}" if minutes.isdecimal() else expression
    times = [f"{int(hour):02}:{int(minutes):02}" for hour in hours.split(",") if hour.isdecimal() and minutes.isdecimal()]
    if month != "*" or len(times) < len(hours.split(",")):
        return expression
    when = _days_in_words(days, week)
    return f"{when} at {_listed(times)}" if when else expression


def _days_in_words(days: str, week: str) -> str | None:
    if days == week == "*":
        return "every day"
    if days == "*":
        first, _, last = week.partition("-")
        if first.isdecimal() and last.isdecimal() and int(last) - int(first) > 1:
            return f"{_WEEK[int(first)]} to {_WEEK[int(last)]}"
        numbers = [first, last] if last.isdecimal() else week.split(",")
        return _listed([_WEEK[int(number)] for number in numbers]) if all(number.isdecimal() for number in numbers) else None
    numbers = days.split(",")
    if week != "*" or not all(number.isdecimal() for number in numbers):
        return None
    return f"on day{'s' if len(numbers) > 1 else ''} {_listed(numbers)} of each month"


def _listed(items: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]]))
