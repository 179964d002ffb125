"""What runs in the process that `nutgraf.ingest.apart.reading` starts: kept bytes to rows, one item after the other.

It answers in frames: ``rows`` as they come, and with the last of an item ``end``. Where the item is read with care, because it ended a
process before, each record is announced with ``got`` before its row is made, and each file inside the file with ``member``, so that it is
known which one does it.
"""

from __future__ import annotations

import os
import socket
import tempfile
import time
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Any

from nutgraf.errors import InputError, NutgrafError
from nutgraf.ingest.apart.confining import confine, peak
from nutgraf.ingest.apart.messages import IDLE_S, LONGEST, NO_MEMORY, item_of, packed, path_of, told_of, unpacked
from nutgraf.ingest.articles import Reader, problem_row, to_row
from nutgraf.ingest.credits import Agencies
from nutgraf.ingest.formats.watching import watch
from nutgraf.ingest.pages.profiles import profiles_of
from nutgraf.ingest.records import RawItem, Record
from nutgraf.ingest.rows import Read, records_of
from nutgraf.processes import end_with


class _Gone(BaseException):
    """There is nobody to read for: no parser's catch-all may take this for its own."""


#: Of its memory: who held more and found nothing in a page may have been refused the rest.
_NEAR = 0.5
#: Rows, and characters of text, that are sent together, and the time after which what there is goes out, in seconds.
_ROWS, _CHARACTERS, _WAIT_S = 200, 1_000_000, 1.0


def main(descriptor: str, parent: str) -> None:
    """Read until there is nobody to read for.

    Args:
        descriptor: Number of the socket that items come by.
        parent: Process id of who sends them.
    """
    end_with(int(parent))
    line = socket.socket(fileno=int(descriptor))
    line.settimeout(IDLE_S)
    try:
        hello = _receive(line)
        read = _named(hello["read"])
        reader = Reader(Agencies(hello["agencies"]), hello["outlets"], profiles_of(path_of(hello["desk"])) if hello["desk"] else None)
        if reader.profiles is not None:
            read = partial(read, profiles=reader.profiles)
        tempfile.tempdir = hello["scratch"]
        confine(hello["memory"], hello["scratch"])
        near = peak() + int(_NEAR * hello["memory"])
        _send(line, {"ready": True})
        while True:
            asked = _receive(line)
            if "call" in asked:
                _call(line, asked)
            else:
                _serve(line, read, reader, asked, near)
    except MemoryError:
        os._exit(NO_MEMORY)
    except _Gone:
        return


def _named(function: str) -> Any:
    module, _, name = function.partition(":")
    return getattr(import_module(module), name)


def _call(line: socket.socket, asked: dict[str, Any]) -> None:
    """Answer with what a function makes of a list."""
    try:
        _send(line, {"rows": [], "answer": _named(asked["call"])(**asked["with"]), "end": {}})
    except InputError as error:
        _send(line, {"rows": [], "end": {"problem": error.what, "mend": error.mend}})
    except NutgrafError as error:
        _send(line, {"rows": [], "end": _raised(error)})
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - as with files
        _send(line, {"rows": [], "end": {"failed": _in_short(error)}})


def _serve(line: socket.socket, read: Read, reader: Reader, asked: dict[str, Any], near: int) -> None:
    item, path = item_of(asked["item"]), path_of(asked["path"])
    fetched_at = datetime.fromisoformat(asked["fetched_at"])
    sending = _Sending(line, is_careful=asked["is_careful"])

    def announce_member(key: str) -> str | None:
        sending.announce_member(key)
        return asked["passed"].get(key)

    watch(announce_member if asked["is_careful"] else None)
    try:
        number = 0
        for record, about in records_of(item, path, read):
            number += 1
            # A parser, or who called it, may have taken the want of memory for a fault of the page.
            if record.problem and (record.problem.endswith("(MemoryError)") or number == 1 and peak() > near):
                raise MemoryError
            if number <= asked["after"]:
                sending.pass_over()
                continue
            sending.announce(record)
            sending.add(_row(record, about, asked["sha256"], fetched_at, reader), item, reader)
            if number == asked["most"]:
                break
        sending.end({})
    except InputError as error:
        sending.end({"problem": error.what, "mend": error.mend})
    except NutgrafError as error:
        sending.end(_raised(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a stranger's file does to a parser, it is that file's reason
        sending.end({"failed": _in_short(error)})


def _row(record: Record, item: RawItem, sha256: str, fetched_at: datetime, reader: Reader) -> dict[str, Any]:
    try:
        return to_row(record, item, sha256, fetched_at, reader)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the same for one record
        return problem_row(item, sha256, fetched_at, reader, f"it could not be taken apart ({_in_short(error)})", record.key)


def _raised(error: NutgrafError) -> dict[str, Any]:
    return {"raised": type(error).__name__} | {name: getattr(error, name) for name in ("what", "where", "mend", "not_done")}


def _in_short(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


class _Sending:
    """The answers to one item."""

    def __init__(self, line: socket.socket, *, is_careful: bool) -> None:
        self._line, self._is_careful = line, is_careful
        self._rows: list[dict[str, Any]] = []
        self._size, self._since = 0, time.monotonic()

    def pass_over(self) -> None:
        """A record that was told before; say now and then that there is progress."""
        if time.monotonic() - self._since > _WAIT_S:
            self._send({"rows": []})

    def announce(self, record: Record) -> None:
        """Before the row of a record is made."""
        if self._is_careful:
            self._send({"rows": [], "got": record.key})

    def announce_member(self, key: str) -> None:
        """Before a file inside the file is read."""
        if self._rows:
            self._flush()
        self._send({"rows": [], "member": key})

    def add(self, row: dict[str, Any], item: RawItem, reader: Reader) -> None:
        """A row."""
        size = len(row["text"].encode())
        if 6 * size > LONGEST and len(packed(told_of(row))) > LONGEST:
            problem = f"its text is larger than {LONGEST // 1_000_000} MB, which no article's is"
            row, size = problem_row(item, row["raw_sha256"], row["fetched_at"], reader, problem, row["record_key"]), 0
        if self._rows and self._size + size > _CHARACTERS:
            self._flush()
        self._rows.append(told_of(row))
        self._size += size
        if self._is_careful or len(self._rows) >= _ROWS or time.monotonic() - self._since > _WAIT_S:
            self._flush()

    def end(self, how: dict[str, Any]) -> None:
        """There is no more of this item."""
        self._send({"rows": self._rows, "end": how})

    def _flush(self) -> None:
        self._send({"rows": self._rows})
        self._rows, self._size = [], 0

    def _send(self, message: dict[str, Any]) -> None:
        _send(self._line, message)
        self._since = time.monotonic()


def _send(line: socket.socket, message: dict[str, Any]) -> None:
    try:
        line.settimeout(None)
        line.sendall(packed(message))
    except OSError as error:
        raise _Gone from error


def _receive(line: socket.socket) -> dict[str, Any]:
    line.settimeout(IDLE_S)
    return unpacked(_exactly(line, int.from_bytes(_exactly(line, 4), "big")))


def _exactly(line: socket.socket, size: int) -> bytes:
    content = bytearray()
    while len(content) < size:
        try:
            piece = line.recv(min(1 << 20, size - len(content)))
        except OSError as error:  # nothing came for long
            raise _Gone from error
        if not piece:
            raise _Gone
        content += piece
    return bytes(content)
