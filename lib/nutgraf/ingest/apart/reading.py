"""The process in which files are read, from the side that trusts it with nothing but time and memory.

It is started when there is something to read and gets items ahead of what is asked for, so that it works while rows are written. When
it ends before its time, takes too long or answers nonsense, another is started and the item that it was at is read once more, alone and
with care: what ends that one too is set aside with the reason, and all else is read. Rows come in the order of the items, whatever
happens.

Where no process can be handed a socket (Windows), files are read in this process, which ``nutgraf doctor`` tells.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from nutgraf import errors
from nutgraf.errors import InputError, NutgrafError
from nutgraf.ingest.apart.line import Line, Lost, set_by, started
from nutgraf.ingest.apart.messages import Nonsense, row_of
from nutgraf.ingest.articles import Reader, article_id, problem_row, to_row
from nutgraf.ingest.credits import Agencies
from nutgraf.ingest.pages.profiles import profiles_of
from nutgraf.ingest.records import RawItem
from nutgraf.ingest.rows import records_of

if TYPE_CHECKING:
    from nutgraf.settings import Settings

#: Items, and bytes of them, that are handed over ahead.
_AHEAD, _AHEAD_BYTES = 32, 8_000_000
#: Whether this system can hand a socket to a new process.
CAN_START = os.name == "posix"
READ = "nutgraf.ingest.formats.files:read_file"
Rows = Iterator[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Kept:
    """A raw item with its kept copy.

    Attributes:
        item: The item.
        path: The copy, named after its sha256; None for what could not be kept.
        fetched_at: When it was fetched.
        problem: Why it could not be kept.
    """

    item: RawItem
    path: Path | None
    fetched_at: datetime
    problem: str | None = None


class _Failed(Exception):
    """A parser raised what it should not."""


class Apart:
    """Reads items in a process of its own, which ends with the ``with`` block.

    Args:
        settings: The desk's: limits, agencies, outlets.
        desk: The desk's folder, for its profiles of outlets; None for those that Nutgraf ships.
        read: The function that reads a file there, as ``module:function``.
    """

    def __init__(self, settings: Settings, desk: Path | None = None, *, read: str = READ) -> None:
        self._limits, self._read = settings.reading, read
        # The profiles are read here as well, so that a faulty one is told before anything is written.
        profiles = profiles_of(desk) if desk is not None else None
        self.reader = Reader(Agencies(settings.agencies), settings.outlets, profiles)
        self._hello = {
            "read": read, "agencies": dict(settings.agencies), "outlets": dict(settings.outlets), "memory": settings.reading.memory_mb * 1_000_000,
            "desk": desk, "profiles": sorted(profile.label for profile in profiles or ()),
        }  # fmt: skip
        self._line: Line | None = None
        self._queue: deque[Kept] = deque()
        self._n_given = 0
        self._raised: Exception | None = None

    def __enter__(self) -> Apart:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._line is None:
            return
        if kind is None and not self._queue:
            set_by(self._line, self._hello)
        else:
            self._line.end()
        self._line = None

    @property
    def pid(self) -> int | None:
        """Process id of the process that reads; None while there is none."""
        return self._line.pid if self._line is not None else None

    def read(self, kept: Iterable[Kept]) -> Iterator[tuple[RawItem, Rows]]:
        """Read items.

        Args:
            kept: The items. They are taken from here some ahead of what is read; what this raises is raised when its turn has come.

        Yields:
            Each item in its order, with its rows without versions, each beside the sha256 of the bytes it was read from. A file that is no
            article at all has one quarantined row with the reason.

        Raises:
            UsageError: When the settings of a source make no sense.
            NutgrafError: When no process can be started.
        """
        source = iter(kept)
        while self._fill(source):
            one = self._queue[0]
            rows = self._rows(one)
            yield one.item, rows
            for _ in rows:  # what nobody asked for
                pass
            self._queue.popleft()
            self._n_given = max(0, self._n_given - 1)
        if self._raised is not None:
            raised, self._raised = self._raised, None
            raise raised

    def first(self, item: RawItem) -> dict[str, Any] | None:
        """The first row of a file where it lies; None when it holds no record.

        Raises:
            InputError: When the file is no article at all, or its reading came to nothing.
        """
        self._queue.append(Kept(item, item.path, datetime.now(UTC)))
        try:
            return next(iter(list(self._tried(self._queue[0], most=1))), None)
        finally:
            self._queue.clear()
            self._n_given = 0

    def call(self, function: str, **arguments: Any) -> Any:
        """What a function there makes of a stranger's list, such as a feed whose entries are to be followed.

        Args:
            function: As ``module:function``; it answers with values that JSON knows.
            arguments: Values that JSON knows.

        Returns:
            Its answer, of which nothing is sure.

        Raises:
            InputError: When it raised that, or came to nothing in two processes.
        """
        if not CAN_START:
            return _function(function)(**arguments)
        for is_last in (False, True):
            if self._line is None:
                self._line = started(self._hello)
            self._line.give({"call": function, "with": arguments})
            try:
                message = self._line.take(self._limits.seconds)
            except Lost as lost:
                self._line = None
                if is_last:
                    raise InputError(self._reason(lost)) from lost
                continue
            try:
                _raise(message.get("end"))
            except _Failed as failed:
                raise InputError(str(failed)) from failed
            return message.get("answer")
        return None

    # ------------------------------------------------------------------------------------------------------------------

    def _fill(self, source: Iterator[Kept]) -> bool:
        """Take items ahead, and hand them over; whether there is one."""
        size = sum(_size(one) for one in self._queue)
        while self._raised is None and len(self._queue) < _AHEAD and (not self._queue or size < _AHEAD_BYTES):
            try:
                one = next(source, None)
            except Exception as error:  # noqa: BLE001 - raised again, when what came before is done
                self._raised = error
                break
            if one is None:
                break
            self._queue.append(one)
            size += _size(one)
        if self._line is not None:
            self._hand_over()
        return bool(self._queue)

    def _hand_over(self) -> None:
        for one in list(self._queue)[self._n_given :]:
            self._give(one)

    def _give(self, one: Kept, **how: Any) -> None:
        self._n_given += 1
        if self._line is not None and one.path is not None:
            self._line.give(
                {"item": one.item, "path": one.path, "sha256": one.path.name, "fetched_at": one.fetched_at.isoformat(), "after": 0, "most": 0,
                 "is_careful": False, "passed": {}} | how
            )  # fmt: skip

    def _rows(self, one: Kept) -> Rows:
        if one.path is None:
            yield "", problem_row(one.item, None, one.fetched_at, self.reader, one.problem or "it cannot be opened")
            return
        try:
            for row in self._tried(one):
                yield one.path.name, row
        except InputError as error:
            reason = f"{error.what} ({error.mend})" if error.mend else error.what
            yield one.path.name, self._problem(one, reason)

    def _tried(self, one: Kept, most: int = 0) -> Iterator[dict[str, Any]]:
        """The rows of the item that the queue begins with, in as many processes as it takes.

        Args:
            one: The item.
            most: How many of its rows are wanted; 0 for all.

        Raises:
            InputError: When not one record came of it, with the reason.
        """
        if not CAN_START:
            yield from self._here(one, most)
            return
        n_rows, is_again = 0, False
        announced: str | None = None  # the record whose row is being made
        member: tuple[str, int] | None = None  # the file inside the file that is being read, and how many rows came before it
        passed: dict[str, str] = {}
        while True:
            try:
                for message in self._answers(one, after=n_rows, most=most, is_careful=is_again or bool(most), passed=passed):
                    rows = self._believed(message, one)
                    if "member" in message:
                        member, announced = (message["member"], n_rows), None
                    announced = message.get("got", announced)
                    for row in rows:
                        n_rows, announced = n_rows + 1, None
                        yield row
                return
            except Lost as lost:
                self._line, self._n_given = None, 0
                reason = self._reason(lost)
                if not is_again:
                    is_again = True
                    continue
            except _Failed as failed:  # and is ready for what comes next
                reason, announced, member = str(failed), None, None
            if announced is not None:
                yield self._problem(one, reason, announced)
                n_rows, announced = n_rows + 1, None
            elif member is not None and member[0] not in passed:
                passed[member[0]], n_rows, member = reason, member[1], None
            elif n_rows:
                yield self._problem(one, f"{reason} (from record {n_rows + 1} on)", f"{one.item.key}#rest")
                return
            else:
                raise InputError(reason)

    def _answers(self, one: Kept, **how: Any) -> Iterator[dict[str, Any]]:
        if self._line is None:
            self._line = started(self._hello)
        if not self._n_given:
            if how["is_careful"]:
                self._give(one, **how)
            else:
                self._hand_over()
        while True:
            message = self._line.take(self._limits.seconds)
            yield message
            if "end" in message:
                _raise(message["end"])
                return

    def _believed(self, message: dict[str, Any], one: Kept) -> list[dict[str, Any]]:
        """The rows of a message. What this process knows better is not taken from there."""
        told, sha256 = message.get("rows"), one.path.name if one.path is not None else ""
        try:
            if not isinstance(told, list) or not isinstance(message.get("end", {}), dict):
                raise Nonsense("no rows")
            if not all(isinstance(message.get(name, ""), str) for name in ("got", "member")):
                raise Nonsense("no key")
            rows = [row_of(row) for row in told]
        except Nonsense as error:
            if self._line is not None:
                self._line.end()
            raise Lost("nonsense") from error
        for row in rows:
            row |= {"source": one.item.source, "raw_sha256": sha256}
            row |= {"article_id": article_id(row["canonical_url"], one.item.source, row["record_key"])}
            row |= {"text_sha256": hashlib.sha256(row["text"].encode()).hexdigest()}
        return rows

    def _problem(self, one: Kept, reason: str, key: str | None = None) -> dict[str, Any]:
        return problem_row(one.item, one.path.name if one.path is not None else None, one.fetched_at, self.reader, reason, key)

    def _reason(self, lost: Lost) -> str:
        most = self._limits.memory_mb
        return {
            "time": f"reading took longer than {self._limits.seconds} s",
            "memory": f"reading needed more than {f'{most / 1_000:g} GB' if most >= 1_000 else f'{most} MB'}",
            "crash": f"the reader crashed ({lost.detail})",
            "nonsense": "the reader crashed (what it answered made no sense)",
        }[lost.what]

    def _here(self, one: Kept, most: int) -> Iterator[dict[str, Any]]:
        assert one.path is not None
        read = _function(self._read)
        if self.reader.profiles is not None:
            read = partial(read, profiles=self.reader.profiles)
        records = records_of(one.item, one.path, read)
        for record, about in islice(records, most or None):
            yield to_row(record, about, one.path.name, one.fetched_at, self.reader)


def _function(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


def _size(one: Kept) -> int:
    try:
        return one.path.stat().st_size if one.path is not None else 0
    except OSError:
        return 0


def _raise(how: Any) -> None:
    """What the process that reads raised about an item, if it did."""
    if not isinstance(how, dict):
        raise _Failed("it could not be taken apart (the answer made no sense)")
    told = {name: how[name] for name in ("where", "mend", "not_done") if isinstance(how.get(name), str)}
    if isinstance(how.get("failed"), str):
        raise _Failed(f"it could not be taken apart ({how['failed']})")
    if isinstance(how.get("problem"), str):
        raise InputError(how["problem"], **told)
    if isinstance(how.get("raised"), str):
        kind = getattr(errors, how["raised"], NutgrafError)
        raise (kind if isinstance(kind, type) and issubclass(kind, NutgrafError) else NutgrafError)(str(how.get("what")), **told)
