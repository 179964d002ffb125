"""What people put right by hand: ``data/decisions/overrides.csv``, one line for each correction of one article.

    article,field,value,who,why,at
    3fa9c1d2e4b50617,published_at,2026-03-14T09:30+01:00,ada,the page shows the day of its last change,2026-11-27T09:15:00Z
    3fa9c1d2e4b50617,copy,9ac01b7d5e3f2486,ada,the same text with another first paragraph,2026-11-27T09:20:00Z

Of two lines about one field of one article the later one counts; the value `AS_READ` takes an earlier one back. The tables keep what was read:
overrides are laid over their rows when articles are selected, so that nothing raw changes and a rebuild gives the same. Measures see an article
as it was read: an override changes how it is dated, named and counted, never what was measured in its text.

People edit the file in a spreadsheet too. So semicolons and tabs are taken as well as commas, and what a spreadsheet makes of a date or of an
id is an error that says so. A line that is wrong stops whoever reads the file: a correction that is passed over in silence is worse than none.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.disk import naming
from nutgraf.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "overrides.csv"
COLUMNS = ("article", "field", "value", "who", "why", "at")
#: What can be put right, in a reader's words.
FIELDS = {
    "published_at": "date of publication", "byline": "byline", "headline": "headline", "outlet": "outlet", "copy": "copy of another text",
    "status": "kept or set aside",
}  # fmt: skip
STATUSES = ("kept", "quarantined")
AS_READ, NONE = "as read", "none"
#: Why an article is set aside that a person set aside; who and why stand in the list of overrides.
BY_HAND = "set aside by hand"
FROM_HAND = "put right by hand"
_ID = re.compile(r"[0-9a-f]{16}")
_A_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?[Ee][+-]?\d+|\d{15,}")
_LONGEST = 2_000
_SHOWN = 40


class Override(NamedTuple):
    """One line: of an article (id) one field's `value`; `who` says so, `why`, and when (`at`, as written); `line` is its place in the file."""

    article: str
    field: str
    value: str
    who: str
    why: str
    at: str
    line: int = 0


class PutRight(NamedTuple):
    """An override with what it is about: the article's headline and outlet, and its field as it was read; a null where nothing was."""

    override: Override
    headline: str | None
    outlet: str | None
    as_read: str | None


@dataclass(frozen=True)
class Overrides:
    """The overrides of a desk.

    Attributes:
        all: Every line, in order.
        zone: In which a moment without a zone is meant, and in which a day has its noon.
    """

    all: tuple[Override, ...]
    zone: tzinfo

    @classmethod
    def load(cls, decisions: Path, zone: tzinfo) -> Overrides:
        """Read a desk's overrides; a desk without the file has none.

        Args:
            decisions: The desk's ``data/decisions``.
            zone: The desk's time zone.

        Raises:
            InputError: For a file that is no such table, or with every line that is wrong: none of the file counts then.
        """
        return cls(tuple(read(decisions / FILE, zone)), zone)

    @property
    def current(self) -> dict[tuple[str, str], Override]:
        """By article and field the line that counts."""
        newest = {(one.article, one.field): one for one in self.all}
        return {key: one for key, one in newest.items() if one.value != AS_READ}

    @property
    def released(self) -> list[str]:
        """Articles whose status people set to kept."""
        return sorted(one.article for one in self.current.values() if one.field == "status" and one.value == "kept")

    def unknown(self, articles: Iterable[str]) -> list[Override]:
        """Lines that count and name no article of these. They change nothing, and count as soon as it comes in."""
        known = set(articles)
        return [one for one in self.current.values() if one.article not in known]

    def over(self, table: pa.Table) -> tuple[pa.Table, dict[tuple[str, int], dict[str, Any]]]:
        """Rows of ``articles`` as people put them right.

        Args:
            table: With ``article_id``, ``version`` and any other columns of ``articles``; where ``status`` is among them, ``n_words`` must be: an
                article without a word stays set aside, whoever releases it.

        Returns:
            The table, every version of an article alike; and by article and version what the columns held before that were changed.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        of: dict[str, list[Override]] = {}
        for (article, _), one in self.current.items():
            of.setdefault(article, []).append(one)
        places = pc.indices_nonzero(pc.is_in(table["article_id"], value_set=pa.array(list(of), pa.string()))).to_pylist() if of else []
        if not places:
            return table, {}
        columns: dict[str, list[Any]] = {}
        as_read: dict[tuple[str, int], dict[str, Any]] = {}
        for place, row in zip(places, table.take(pa.array(places, pa.int64())).to_pylist(), strict=True):
            held = as_read.setdefault((row["article_id"], row["version"]), {})
            for one in of[row["article_id"]]:
                for name, value in self._values(one, row).items():
                    if name in row and row[name] != value:
                        columns.setdefault(name, table[name].to_pylist())[place] = value
                        held[name] = row[name]
        for name, values in columns.items():
            at = table.schema.get_field_index(name)
            table = table.set_column(at, table.schema.field(at), pa.array(values, table.schema.field(at).type))
        return table, as_read

    def _values(self, one: Override, row: Mapping[str, Any]) -> dict[str, Any]:
        """The columns that an override sets in a row."""
        if one.field == "published_at":
            moment = None if one.value == NONE else moment_of(one.value, self.zone)
            if moment is None:
                return dict.fromkeys(("published_at", "published_precision", "published_offset", "published_from", "published_confidence"))
            return {
                "published_at": moment[0], "published_precision": moment[1], "published_offset": None, "published_from": FROM_HAND,
                "published_confidence": "high",
            }  # fmt: skip
        if one.field == "status":
            if one.value == "quarantined":
                return {"status": "quarantined", "status_reason": BY_HAND}
            return {"status": "kept", "status_reason": None} if row.get("n_words") else {}
        if one.field == "copy":
            return {}  # `copy_decisions` says it to whoever groups copies
        return {one.field: None if one.value == NONE else one.value}


def copy_decisions(overrides: Overrides) -> tuple[list[tuple[str, str]], list[str]]:
    """What people said of copies.

    Returns:
        Pairs of articles that are copies of one text, each pair sorted; and articles that are copies of none, sorted. Who is copy of none is in
        no pair.
    """
    said = [one for one in overrides.current.values() if one.field == "copy"]
    apart = {one.article for one in said if one.value == NONE}
    pairs = {(min(one.article, one.value), max(one.article, one.value)) for one in said if one.value != NONE}
    return sorted(pair for pair in pairs if not apart & set(pair)), sorted(apart)


# Reading ---------------------------------------------------------------------------------------------------------------


def read(path: Path, zone: tzinfo) -> list[Override]:
    """Every line of the file.

    Raises:
        InputError: See `Overrides.load`.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise _wrong("it is not in UTF-8", mend="save it as CSV in UTF-8") from error
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header = [cell.strip().lower() for cell in _next(rows) or []]
    if tuple(header) != COLUMNS:
        raise _wrong(f"its columns are {', '.join(header) or 'missing'}", line=1, mend=f"they must be {', '.join(COLUMNS)}, in this order")
    found: list[Override] = []
    wrong: list[InputError] = []
    while (cells := _next(rows)) is not None:
        line = rows.line_num
        if not any(cell.strip() for cell in cells):
            continue
        try:
            found.append(_override([cell.strip() for cell in cells], line, zone))
        except InputError as error:
            wrong.append(error)
    if wrong:
        raise wrong[0] if len(wrong) == 1 else _with_others(wrong)
    return found


def _next(rows: Any) -> list[str] | None:
    try:
        return next(rows, None)
    except csv.Error as error:
        raise _wrong(f"this is no CSV: {error}", line=rows.line_num, mend="look at the quotation marks of this line") from error


def _override(cells: Sequence[str], line: int, zone: tzinfo) -> Override:
    """A line, or what is wrong with it."""
    wrong = partial(_wrong, line=line)
    if len(cells) != len(COLUMNS):
        mend = "put a value with a comma into quotation marks" if len(cells) > len(COLUMNS) else "write every column, empty or not"
        raise wrong(f"{len(cells)} columns, {len(COLUMNS)} needed", mend=mend)
    one = Override(*cells, line=line)
    if not _ID.fullmatch(one.article):
        raise wrong(f"{_short(one.article)} is no article id", mend=_mend_id(one.article))
    if one.field not in FIELDS:
        raise wrong(f"{_short(one.field)} is no field", mend=f"use one of {', '.join(FIELDS)}")
    if not one.who or not one.why:
        raise wrong(f"nobody says {'who' if not one.who else 'why'}", mend="reports show who put what right, and why: fill in both columns")
    if one.at and moment_of(one.at, UTC) is None:
        raise wrong(f"at: {_short(one.at)} is no day or moment", mend="write 2026-03-14 or 2026-03-14T09:30Z, or leave it empty")
    fault = fault_of(one.article, one.field, one.value, zone)
    if fault:
        raise wrong(f"{one.field}: {fault[0]}", mend=fault[1])
    return one


def fault_of(article: str, field: str, value: str, zone: tzinfo) -> tuple[str, str] | None:
    """What is wrong with a value of a field, and how to mend it; None for a good one."""
    if not value:
        return "there is no value", f"write '{NONE}' for no value, or '{AS_READ}' to take an earlier line back"
    if value == AS_READ:
        return None
    if field == "published_at" and value != NONE and moment_of(value, zone) is None:
        mend = "write the day as 2026-03-14, or the moment as 2026-03-14T09:30+01:00"
        return f"{_short(value)} is no day or moment", f"{mend} (a spreadsheet writes days in its own way: make the column text)"
    if field == "status" and value not in STATUSES:
        return f"{_short(value)} is no status", f"write {' or '.join(STATUSES)}"
    if field == "copy" and value != NONE:
        if not _ID.fullmatch(value):
            return f"{_short(value)} is no article id", f"{_mend_id(value)}; '{NONE}' for a copy of no other text"
        if value == article:
            return "an article is no copy of itself", f"name the other article, or '{NONE}' for a copy of no other text"
    if field == "outlet" and value == NONE:
        return "an article has an outlet", f"write its name, or '{AS_READ}'"
    if len(value) > _LONGEST:
        return f"it has {len(value):,} characters, {_LONGEST:,} at most", "shorten it"
    return None if value.isprintable() else ("it holds a line break or a control character", "write it in one line")


def moment_of(text: str, zone: tzinfo) -> tuple[datetime, str] | None:
    """A date of publication as people write it.

    Args:
        text: A day such as 2026-03-14, or a moment such as 2026-03-14T09:30+01:00.
        zone: Of a moment without a zone; a day is its noon there.

    Returns:
        The moment in UTC and its precision, ``day`` or ``minute``; None for something else.
    """
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(12), zone).astimezone(UTC), "day"
        if "-" not in text[:5]:
            return None  # 20260314T0930 is a moment too, and as easily a number
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC), "minute"
    except (ValueError, OverflowError):
        return None


def _delimiter(text: str) -> str:
    """What parts the columns: spreadsheets write semicolons in many countries."""
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _mend_id(text: str) -> str:
    if _A_NUMBER.fullmatch(text):
        return "a spreadsheet made a number of it: write the sixteen characters again, and make the column text"
    return "an id has sixteen characters, 0 to 9 and a to f; reports and 'nutgraf show' give it"


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def _with_others(wrong: Sequence[InputError]) -> InputError:
    first = wrong[0]
    lines = ", ".join(str(error.where).rpartition(" ")[2] for error in wrong[1:6]) + (" and more" if len(wrong) > 6 else "")
    mend = f"{first.mend}; the same file has wrong lines {lines} too" if len(wrong) > 2 else f"{first.mend}; line {lines} is wrong too"
    return InputError(first.what, where=first.where, mend=mend, not_done=first.not_done)


def _wrong(what: str, *, line: int | None = None, mend: str) -> InputError:
    where = f"data/decisions/{FILE}" + (f", line {line}" if line else "")
    return InputError(what, where=where, mend=mend, not_done="no line of it counts, and nothing was changed")


# Writing ---------------------------------------------------------------------------------------------------------------


def say(decisions: Path, one: Override, zone: tzinfo) -> None:
    """Write a correction down, fsynced, in the file's own manner. Call under the desk's lock.

    Args:
        decisions: The desk's ``data/decisions``.
        one: The correction.
        zone: The desk's time zone.

    Raises:
        InputError: When the file, or this line, is wrong; nothing is written then.
    """
    read(decisions / FILE, zone)
    _override(list(one[: len(COLUMNS)]), 0, zone)
    decisions.mkdir(parents=True, exist_ok=True)
    path = decisions / FILE
    held = path.read_bytes() if path.is_file() else b""
    text = held.decode("utf-8-sig")
    target = io.StringIO()
    ending = "\r\n" if "\r\n" in text else "\n"
    writer = csv.writer(target, delimiter=_delimiter(text) if text else ",", lineterminator=ending)
    if not text:
        writer.writerow(COLUMNS)
    elif not text.endswith("\n"):
        target.write(ending)
    writer.writerow(one[: len(COLUMNS)])
    _append(path, len(held), target.getvalue().encode())


def _append(path: Path, size: int, content: bytes) -> None:
    """Whole or not at all: a line cut short would be a wrong one, and stop every run."""
    with naming(path), path.open("ab", buffering=0) as file:
        try:
            done = file.write(content) or 0
            while done < len(content):
                done += file.write(content[done:]) or 0
            os.fsync(file.fileno())
        except OSError:
            os.truncate(path, size)
            raise


def rewritten(path: Path, change: Callable[[list[str]], list[str]], zone: tzinfo) -> bytes | None:
    """The file with changed lines, for an erasure, the one event that changes what was decided.

    Args:
        path: The file.
        change: Gives for the cells of a line those that are to stand there.
        zone: The desk's time zone.

    Returns:
        The new content; None when nothing changes.
    """
    if not path.is_file():
        return None
    read(path, zone)
    text = path.read_bytes().decode("utf-8-sig")
    target, sign = io.StringIO(), _delimiter(text)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    fresh = [rows[0], *(change(cells) if any(cells) else cells for cells in rows[1:])]
    if fresh == rows:
        return None
    csv.writer(target, delimiter=sign, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(fresh)
    return target.getvalue().encode()
