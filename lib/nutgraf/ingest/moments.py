"""Times as sources write them, to moments in UTC that say how exact they are and where they were read.

A part that is not written is never filled in from today's date: "4 March" without its year is no date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from nutgraf.ingest.records import Moment

_FIRST_YEAR, _LAST_YEAR = 1600, 2200
_CLOCK = re.compile(r"(?<![\d.:])([01]?\d|2[0-3])(?::|\.)([0-5]\d)(?::[0-5]\d)?(?![\d%])\s*([ap])?\.?(?:m\b)?", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:$|[T ])")
_SLASHED = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}")
_DOTTED = re.compile(r"^\d{1,2}\.\d{1,2}\.\d{4}")
# Names of months by their first letters, in the languages of most pages seen here; longer ones first where one begins another.
_MONTHS = {
    1: "january januar januari janvier enero gennaio janeiro jan",
    2: "february februar februari février fevrier febrero febbraio fevereiro feb",
    3: "march märz maerz maart mars marzo março mar",
    4: "april avril abril aprile apr",
    5: "may mai mei mayo maggio maio maj",
    6: "june juni juin junio giugno junho jun",
    7: "july juli juillet julio luglio julho jul",
    8: "august août aout agosto augustus aug",
    9: "september septembre septiembre settembre setembro sept sep",
    10: "october oktober octobre octubre ottobre outubro oct okt",
    11: "november novembre noviembre novembro nov",
    12: "december dezember décembre decembre diciembre dicembre dezembro dec dez",
}
_MONTH_OF = {name: number for number, names in _MONTHS.items() for name in names.split()}
_NAMES = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s+(?:of\s+|de\s+)?({_NAMES})\b\.?,?\s+(?:de\s+)?(\d{{4}})\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)(?!\d|\.\d)|"
    r"((?:19|20)\d\d)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]"
)
_MONTH_FIRST = re.compile(rf"\b({_NAMES})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
# Abbreviated zones in seconds. A few are used twice in the world; these are the readings of English-language news.
_HOUR = 3600
_ZONES = {
    "GMT": 0, "UTC": 0, "UT": 0, "Z": 0, "WET": 0, "BST": _HOUR, "CET": _HOUR, "CEST": 2 * _HOUR, "EET": 2 * _HOUR,
    "EEST": 3 * _HOUR, "EST": -5 * _HOUR, "EDT": -4 * _HOUR, "ET": -5 * _HOUR, "CST": -6 * _HOUR, "CDT": -5 * _HOUR,
    "MST": -7 * _HOUR, "MDT": -6 * _HOUR, "PST": -8 * _HOUR, "PDT": -7 * _HOUR, "JST": 9 * _HOUR, "IST": 19_800,
}  # fmt: skip


def now() -> datetime:
    """The clock of ingest, for input that carries no fetch time."""
    return datetime.now(UTC).replace(microsecond=0)


def parse_moment(value: object, where: str, *, zone: tzinfo = UTC, confidence: str = "high") -> Moment | None:
    """A time as a machine or an export writes it: ISO 8601, RFC 822, seconds since 1970, or a date in words.

    Args:
        value: Text, a date, a datetime or a number.
        where: Where it was read; goes into the moment.
        zone: Where clocks without an offset are read.
        confidence: How sure it is, if the value leaves no doubt of its own.

    Returns:
        The moment; None when it is no complete date, or one that no article has.

    >>> parse_moment("2026-03-09T14:50:00+01:00", "meta").at.isoformat()
    '2026-03-09T13:50:00+00:00'
    >>> parse_moment("4 March", "column") is None
    True
    """
    if isinstance(value, datetime):
        return _moment(value, has_clock=True, where=where, zone=zone, confidence=confidence)
    if isinstance(value, date):
        return _moment(datetime(value.year, value.month, value.day), has_clock=False, where=where, zone=zone, confidence=confidence)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(int(value)) if abs(value) < 1e15 else ""
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())[:100]
    if not text:
        return None
    if text.isdigit() and len(text) in (10, 13):
        seconds = int(text) / (1000 if len(text) == 13 else 1)
        found = datetime.fromtimestamp(seconds, UTC)
        return _moment(found, has_clock=True, where=where, zone=zone, confidence="medium")
    if _ISO.match(text):
        try:
            return _moment(
                datetime.fromisoformat(text), has_clock=len(text) > 10, where=where, zone=zone, confidence=confidence
            )
        except ValueError:
            pass  # nearly ISO, such as a space before the offset: the slower reader below may know it
    return _loose(text, where, zone, confidence) or parse_visible(text, where, zone=zone, confidence=confidence)


def parse_visible(text: str, where: str, *, zone: tzinfo = UTC, confidence: str = "medium") -> Moment | None:
    """A date printed for people, such as "Published 14:50, 9 March 2026", "21. März 2026, 18.10 Uhr", "21.03.2026" or "2026年3月21日".

    Only dates whose day, month and year can be told apart count; the clock is the one beside it.
    """
    match = _DAY_FIRST.search(text)
    if match:
        day, month, year = int(match[1]), _MONTH_OF[match[2].lower()], int(match[3])
    elif match := _MONTH_FIRST.search(text):
        day, month, year = int(match[2]), _MONTH_OF[match[1].lower()], int(match[3])
    elif match := _NUMBERED.search(text):
        day, month, year = (int(match[at]) for at in ((1, 2, 3) if match[1] else (6, 5, 4)))
    else:
        return None
    try:
        moment = datetime(year, month, day)
    except ValueError:
        return None
    clock = _clock_beside(text, match.start(), match.end())
    if clock:
        hour = int(clock[1])
        if clock[3]:
            hour = hour % 12 + (12 if clock[3].lower() == "p" else 0)
        moment = moment.replace(hour=hour, minute=int(clock[2]))
    return _moment(moment, has_clock=bool(clock), where=where, zone=zone, confidence=confidence)


def _clock_beside(text: str, start: int, end: int) -> re.Match[str] | None:
    """The time of day that belongs to a date: just before it, else after it, else anywhere before it."""
    before = list(_CLOCK.finditer(text[:start]))
    if before and start - before[-1].end() <= 6:
        return before[-1]
    return _CLOCK.search(text[end : end + 40]) or (before[-1] if before else None)


def _loose(text: str, where: str, zone: tzinfo, confidence: str) -> Moment | None:
    """What dateutil makes of it, provided that the text itself gives day, month and year."""
    from dateutil import parser

    found = []
    for default in (datetime(2001, 1, 1), datetime(2002, 2, 2)):
        try:
            found.append(parser.parse(text, default=default, tzinfos=_ZONES, dayfirst=bool(_DOTTED.match(text))))
        except (ValueError, OverflowError, TypeError, AttributeError, ArithmeticError):
            return None  # dateutil's own bugs on odd input come as any of these
    if found[0] != found[1]:
        return None  # a part came from the default
    numbers = _SLASHED.search(text)
    if numbers and all(int(part) <= 12 for part in numbers.group().split("/")[:2]):
        confidence = "low"  # 03/04/2026: the third of April or the fourth of March
    return _moment(found[0], has_clock=bool(re.search(r"\d:\d\d", text)), where=where, zone=zone, confidence=confidence)


def _moment(found: datetime, *, has_clock: bool, where: str, zone: tzinfo, confidence: str) -> Moment | None:
    """In UTC, or None for a placeholder such as year 1 or the first second of 1970."""
    offset = None
    try:
        if not has_clock:
            found = found.replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=zone)
        elif found.tzinfo is None or found.utcoffset() is None:
            found = found.replace(tzinfo=zone)
            confidence = "medium" if confidence == "high" else confidence
        else:
            offset = _offset(found.utcoffset() or timedelta(0))
        at = found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR or at == datetime(1970, 1, 1, tzinfo=UTC):
        return None
    return Moment(at, "minute" if has_clock else "day", offset, where, confidence)


def moment_of(found: datetime, *, has_clock: bool, where: str, zone: tzinfo, confidence: str = "high") -> Moment | None:
    """The moment of a date and clock that were read by a format of somebody's own."""
    return _moment(found, has_clock=has_clock, where=where, zone=zone, confidence=confidence)


def _offset(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
