"""A file of labelled or unlabelled items: JSON lines, one object with a text each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nutgraf.documents import Document
from nutgraf.errors import InputError, UsageError

NOTHING = "Nothing was validated"


@dataclass(frozen=True)
class Item:
    """One line of the file: its id (else its number from 0), its text and everything else it says."""

    id: str
    text: str
    given: Mapping[str, Any]

    def has(self, field: str) -> bool:
        """Whether it is labelled so: null and absent both say that nobody knows."""
        return self.given.get(field) is not None

    def document(self) -> Document:
        """The item as a measure sees it."""
        return Document(self.id, 1, self.text, language=self.given.get("language") or "en")


def read(path: Path, field: str = "text") -> list[Item]:
    """All items of a file.

    Args:
        path: The file, UTF-8.
        field: Which field holds the text.

    Raises:
        UsageError: When there is no such file.
        InputError: With the first line that is no item.
    """
    if not path.is_file():
        raise UsageError("no such file", where=str(path), mend="name a file of JSON lines, one object a line", not_done=NOTHING)
    found = list(_items(path, field))
    if not found:
        raise InputError("there is no item in it", where=path.name, mend="it needs one JSON object a line", not_done=NOTHING)
    seen: dict[str, int] = {}
    for number, item in enumerate(found, start=1):
        if seen.setdefault(item.id, number) != number:
            raise InputError(
                f"items {seen[item.id]} and {number} both have the id {item.id!r}", where=path.name, mend="give each its own id", not_done=NOTHING,
            )  # fmt: skip
    return found


def _items(path: Path, field: str) -> Iterator[Item]:
    with path.open("rb") as file:
        number = 0
        for place, line in enumerate(file, start=1):
            if not line.strip():
                continue
            where, mend = f"{path.name}, line {place}", "each line must be one JSON object in UTF-8"
            try:
                given = json.loads(line.decode("utf-8-sig" if place == 1 else "utf-8"))
            except ValueError as error:
                raise InputError(f"this is no JSON: {error}", where=where, mend=mend, not_done=NOTHING) from error
            if not isinstance(given, dict) or not isinstance(given.get(field), str):
                mend = "name the field that holds the text with --text FIELD"
                raise InputError(f"it has no text in the field '{field}'", where=where, mend=mend, not_done=NOTHING)
            yield Item(str(given["id"]) if given.get("id") is not None else str(number), given[field], given)
            number += 1


def sha256(path: Path) -> str:
    """Which file it was; of a folder, its manifest."""
    path = path / "manifest.jsonl" if path.is_dir() else path
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def rows(item: Item, name: str) -> list[dict[str, Any]]:
    """A label's list of objects.

    Raises:
        InputError: When it is something else.
    """
    given = item.given[name]
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise InputError(f"'{name}' is no list of objects", where=f"item {item.id}", mend="see docs/validating.md", not_done=NOTHING)
    return given


def spans(given: Any, name: str, item: Item) -> list[tuple[int, int]]:
    """A label's list of [start, end].

    Raises:
        InputError: When it is something else, or does not lie in the text.
    """
    found = []
    for row in given if isinstance(given, list) else [given]:
        fits = isinstance(row, list | tuple) and len(row) == 2 and all(isinstance(n, int) and not isinstance(n, bool) for n in row)
        if not fits or not 0 <= row[0] <= row[1] <= len(item.text):
            raise InputError(
                f"'{name}' holds {str(row)[:40]}, which is no [start, end] in its text", where=f"item {item.id}",
                mend="count characters of the text from 0, end-exclusive", not_done=NOTHING,
            )  # fmt: skip
        found.append((row[0], row[1]))
    return found
