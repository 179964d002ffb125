"""Readers for the process that reads, which do what a parser may do when a stranger's file breaks it. Only tests name them."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from nutgraf.errors import InputError
from nutgraf.ingest.formats.files import read_file
from nutgraf.ingest.formats.watching import begin
from nutgraf.ingest.records import RawItem, Record


def _loop() -> None:
    while True:
        pass


def _eat() -> None:
    held = []
    while True:
        held.append(bytearray(10_000_000))


def _crash() -> None:
    ctypes.string_at(0)


def _leave() -> None:
    os._exit(3)


def _rave() -> None:
    os.write(int(sys.argv[3]), b"\x00\x00\x00\x04rave")


def _rave_at_length() -> None:
    os.write(int(sys.argv[3]), b"\xff\xff\xff\xffrave")


def _raise() -> None:
    raise RuntimeError("out of\nhand")


def _recurse() -> None:
    _recurse()


DEEDS: dict[str, Callable[[], None]] = {
    "LOOP": _loop, "EAT": _eat, "CRASH": _crash, "LEAVE": _leave, "RAVE": _rave, "LONG": _rave_at_length, "RAISE": _raise, "RECURSE": _recurse,
}  # fmt: skip


class Trap(Record):
    """A record whose row cannot be made."""

    def __getattribute__(self, name: str) -> object:
        if name == "standfirst":
            DEEDS[super().__getattribute__("section")]()
        return super().__getattribute__(name)


def breaking(item: RawItem, path: Path, profiles: object = None) -> Iterator[Record]:
    """Reads as always, but does what a record's text asks for: ``DO LOOP`` while reading, ``ROW LOOP`` when its row is made."""
    for record in read_file(item, path):
        for name, deed in DEEDS.items():
            if f"DO {name}" in record.text:
                deed()
            if f"ROW {name}" in record.text:
                record = Trap(record.key, record.text, section=name)
        yield record


def packing(item: RawItem, path: Path, profiles: object = None) -> Iterator[Record]:
    """Reads a file as an archive of three members a line, as the readers of archives do."""
    for name in path.read_text().split("\n"):
        try:
            begin(f"{item.key}!{name}")
            for number in range(3):
                if number == 1 and "DO " in name:
                    DEEDS[name.removeprefix("DO ")]()
                yield Record(f"{item.key}!{name}#{number}", f"{name} {number}: a goat came down from the roof.")
        except InputError as error:
            yield Record(f"{item.key}!{name}", problem=error.what)


def prying(item: RawItem, path: Path, profiles: object = None) -> Iterator[Record]:
    """Tries what a reader has no need of, and says how far it came."""
    told = []
    for name, deed in {
        "wrote": lambda: (path.parent / "written").write_text("x"),
        "overwrote": lambda: path.write_text("x"),
        "removed": path.unlink,
        "unpacked": lambda: Path(tempfile.mkdtemp(), "x").write_text("x"),
        "made": lambda: (path.parent / "folder").mkdir(),
        "called": lambda: socket.create_connection(("127.0.0.1", int(path.read_text().split()[-1])), 1),
        "saw": lambda: os.environ["NUTGRAF_ALERT_NEWSROOM"],
    }.items():
        try:
            deed()
            told.append(name)
        except (OSError, KeyError):
            continue
    yield Record(item.key, f"It {', '.join(told) or 'came nowhere'} and that is all that is to be said of it.")


def answer(deed: str | None = None, *, with_: object = None) -> object:
    """Answers with what it was given, or does a deed."""
    if deed:
        DEEDS[deed]()
    return [with_]
