"""Files inside a file: what may come out of an archive, and how one of its members is read.

A member is poured into a temporary file that we name, and read from there by its kind like any file; its own name is only a key. So
``../``, absolute names, links, NUL and line breaks in names do nothing. What an archive's bytes are kept as is the archive itself, and
its members' records point at it, so that reading ``data/raw`` again gives the same.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from nutgraf.errors import InputError
from nutgraf.ingest.formats.packed import pour
from nutgraf.ingest.formats.watching import begin
from nutgraf.ingest.records import RawItem, Record

#: Reads the file of an item; `nutgraf.ingest.formats.files.read_file`, which knows archives in turn.
Read = Callable[[RawItem, Path, "Allowance"], Iterator[Record]]
MOST_MEMBERS = 100_000
MOST_BYTES = 4_000_000_000  # of all members together
MOST_BYTES_OF_ONE = 1_000_000_000
DEEPEST = 3  # archives inside archives
_LONGEST_NAME = 200  # characters of a member's name in a key
_UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SAME_PLACE = re.compile(r"^(?:\./)+|\\")


@dataclass
class Allowance:
    """What may still come out of a file, with all that is packed inside it.

    Attributes:
        bytes_left: Bytes.
        members_left: Files.
        depth: How many archives we are inside of.
    """

    bytes_left: int = MOST_BYTES
    members_left: int = MOST_MEMBERS
    depth: int = 0

    def enter(self) -> None:
        """Go into an archive.

        Raises:
            InputError: When it lies too deep inside others.
        """
        if self.depth >= DEEPEST:
            raise InputError(f"refused: an archive inside {DEEPEST} others", mend="unpack it yourself")
        self.depth += 1

    def leave(self) -> None:
        """Go out of it."""
        self.depth -= 1

    def count_member(self) -> None:
        """Count a file inside.

        Raises:
            InputError: When there are more than any collection of articles has.
        """
        self.members_left -= 1
        if self.members_left < 0:
            raise InputError(f"refused: more than {MOST_MEMBERS:,} files in it", mend="part it into several")


def read_member(item: RawItem, stream: BinaryIO, packed_size: int, allowance: Allowance, read: Read) -> Iterator[Record]:
    """Records of a member.

    Args:
        item: The member, with its key, its `kept_ending` and what the archive tells of it; its path is set here.
        stream: Its bytes.
        packed_size: How many they are in the archive.
        allowance: What may come out; lowered by what does.
        read: How a file is read.

    Yields:
        Its records; those without an address of their own do not take the archive's.

    Raises:
        InputError: When it is no article and holds none, or too much comes out of it.
        Exception: What the stream raises for damaged bytes.
    """
    begin(item.key)
    with tempfile.TemporaryDirectory(prefix="nutgraf-") as folder:
        path = Path(folder) / "member"
        with path.open("wb") as target:
            most = min(MOST_BYTES_OF_ONE, allowance.bytes_left)
            allowance.bytes_left -= pour(stream, target, most=most, packed_size=packed_size)
        for record in read(replace(item, path=path), path, allowance):
            if record.url is None:
                record.url = record.canonical_url
                record.has_own_url = record.has_own_url and record.url is not None
            record.fetched_at = record.fetched_at or item.fetched_at
            yield record


def member_key(archive: str, name: str) -> str:
    """Key of a member: the archive's, an exclamation mark, and the member's name in one line and not too long.

    >>> member_key("march.zip", "pages/lamp.html")
    'march.zip!pages/lamp.html'
    """
    plain = _UNPRINTED.sub("\ufffd", _SAME_PLACE.sub(lambda found: "/" if found[0] == "\\" else "", name))
    if plain != name or len(plain) > _LONGEST_NAME:
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        plain = f"{plain[: _LONGEST_NAME // 2]}…{digest}…{plain[-_LONGEST_NAME // 2 :]}" if len(plain) > _LONGEST_NAME else f"{plain} {digest}"
    return f"{archive}!{plain}"
