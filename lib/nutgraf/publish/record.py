"""The publication record: what happened to which version when, in ``data/decisions/publications.jsonl``, append-only.

Times on pages come from here, so that a rebuilt page has the same bytes. `nutgraf.publish.standing` reads what it means.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

from nutgraf.disk import naming
from nutgraf.errors import PublishError
from nutgraf.publish.files import sync

FILE = "publications.jsonl"
#: What may have happened to an edition: a version came out, an earlier one is shown again, one was corrected or taken back, or an article was
#: erased from it.
EVENTS = ("published", "rolled_back", "corrected", "withdrawn", "erased")


def entries(decisions: Path) -> list[dict[str, Any]]:
    """All entries, oldest first. A last line that a crash cut short is no entry: what it announced did not happen.

    Raises:
        PublishError: With the line that is no entry.
    """
    path = decisions / FILE
    if not path.exists():
        return []
    *whole, rest = path.read_bytes().split(b"\n")
    found = [_entry(line, number) for number, line in enumerate(whole, start=1) if line.strip()]
    try:
        return [*found, _entry(rest, len(whole) + 1)] if rest.strip() else found
    except PublishError:
        return found


def _entry(line: bytes, number: int) -> dict[str, Any]:
    try:
        entry = json.loads(line.decode("utf-8"))
        if entry["event"] in EVENTS and isinstance(entry["edition"], str) and isinstance(entry["version"], int):
            return entry
        why = "it names no known event, edition and version"
    except (ValueError, TypeError, KeyError) as error:
        why = f"{type(error).__name__}: {error}"
    raise PublishError(
        f"line {number} of the publication record cannot be read: {why}", where=f"data/decisions/{FILE}",
        mend="bring the line back from a backup or from git", not_done="nothing was changed",
    )  # fmt: skip


def append(decisions: Path, entry: dict[str, Any]) -> None:
    """Add an entry, fsynced, or leave the record as it was. What a crash left of a last line is taken away first.

    Raises:
        OSError: When the disk does not take it; the record does not hold it then.
    """
    decisions.mkdir(parents=True, exist_ok=True)
    line = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    is_first = not (decisions / FILE).exists()
    # Without a buffer: closing a buffered file would write once more what the disk refused, after we said that nothing was recorded.
    with naming(decisions / FILE), (decisions / FILE).open("a+b", buffering=0) as file:
        file.seek(0)
        held = file.readall()
        rest = held.rpartition(b"\n")[2]
        if rest.strip() and _is_whole(rest):
            line = b"\n" + line
        elif rest:
            held = held.removesuffix(rest)
            file.truncate(len(held))
        try:
            _write_all(file, line)
            os.fsync(file.fileno())
        except OSError:
            file.truncate(len(held))
            raise
    if is_first:
        sync(decisions)


def _write_all(file: FileIO, line: bytes) -> None:
    """A disk that is almost full takes a part."""
    rest = memoryview(line)
    while rest:
        rest = rest[file.write(rest) or 0 :]


def _is_whole(line: bytes) -> bool:
    try:
        return bool(_entry(line, 0))
    except PublishError:
        return False


def moment_of(entry: dict[str, Any]) -> str:
    """When an entry's event happened."""
    return entry["published_at"] if entry["event"] == "published" else entry["at"]


def now() -> str:
    """The moment of an event, in UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def in_words(moment: str) -> str:
    """A date written out, such as 3 March 2026; what is no date stays as it is."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{at.day} {at:%B %Y}"
