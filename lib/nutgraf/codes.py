"""Codes: what people said of articles and sentences, as append-only lines under ``data/decisions/codes``, one file for each coder.

A line is one answer, and the newest of a coder about the same text and codebook counts; an answer that was taken back is a line too. So nothing that
anybody said is lost, two people never write to one file, and a file can be read, merged and kept with any tool that knows text:

    {"codebook": "generic-frames", "codebook_version": "1", "article_id": "…", "version": 1, "start": null, "end": null,
     "frames": ["conflict"], "main": null, "coder": "ada", "coded_at": "2026-11-27T09:15:00Z", "note": "", "is_withdrawn": false}

``start`` and ``end`` count characters of the article's text, end-exclusive; null for the article as a whole. ``frames`` is empty where none is used,
which is an answer as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from nutgraf.disk import append_json_lines
from nutgraf.errors import InputError

FOLDER = "codes"
_CODER = re.compile(r"[^\W_](?:[\w .-]{0,38}[^\W_])?\Z")
_NOT_DONE = "no code was written"


class Unit(NamedTuple):
    """What is coded: a text, or a place in it where `start` and `end` are given."""

    article_id: str
    version: int
    start: int | None = None
    end: int | None = None


class Code(NamedTuple):
    """What one coder said of one unit; see the module for the fields."""

    codebook: str
    codebook_version: str
    unit: Unit
    frames: frozenset[str]
    main: str | None
    coder: str
    coded_at: datetime
    note: str = ""
    is_withdrawn: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The fields of a line."""
        return {
            "codebook": self.codebook, "codebook_version": self.codebook_version, **self.unit._asdict(), "frames": sorted(self.frames),
            "main": self.main, "coder": self.coder, "coded_at": f"{self.coded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "note": self.note,
            "is_withdrawn": self.is_withdrawn,
        }  # fmt: skip


def file_of(folder: Path, coder: str) -> Path:
    """The file of a coder.

    Args:
        folder: The desk's ``data/decisions/codes``.
        coder: A name of letters and digits; spaces, dots, hyphens and underscores within.

    Raises:
        InputError: For a name that can be no file's.
    """
    if not _CODER.match(coder):
        mend = "use letters and digits, at most 40, with spaces, dots or hyphens only between them"
        raise InputError(f"{coder!r} can be no coder's name", mend=mend, not_done=_NOT_DONE)
    return folder / f"{coder.replace(' ', '_').lower()}.jsonl"


def append(folder: Path, codes: Sequence[Code]) -> None:
    """Write answers down, each to its coder's file, fsynced.

    Raises:
        InputError: For a coder's name that can be no file's.
        OSError: When the disk does not take them.
    """
    by_file: dict[Path, list[str]] = {}
    for code in codes:
        by_file.setdefault(file_of(folder, code.coder), []).append(json.dumps(code.as_dict(), ensure_ascii=False) + "\n")
    folder.mkdir(parents=True, exist_ok=True)
    for path, lines in by_file.items():
        append_json_lines(path, "".join(lines))


def history(folder: Path) -> Iterator[Code]:
    """Every answer that was ever given, file by file, in the order of its lines.

    Args:
        folder: The desk's ``data/decisions/codes``; it may be missing.

    Raises:
        InputError: For a line that is no answer; a last one that a crash cut short is passed over.
    """
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_bytes().split(b"\n")
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield _code(json.loads(line.decode("utf-8")))
            except (ValueError, KeyError, TypeError) as error:
                if number == len(lines) and not isinstance(error, KeyError):  # no end of line: cut short
                    continue
                raise InputError(
                    f"this is no code: {error}", where=f"data/decisions/{FOLDER}/{path.name}, line {number}",
                    mend="mend the line, or take it out", not_done="no code was read",
                ) from error  # fmt: skip


def current(folder: Path, codebook: str | None = None) -> list[Code]:
    """The answers that count: of each coder the newest about each unit and codebook, unless it was taken back.

    Args:
        folder: The desk's ``data/decisions/codes``.
        codebook: Only answers by this one; None for all.

    Returns:
        In the order of units, then coders.
    """
    newest: dict[tuple[str, str, Unit], Code] = {}
    for code in history(folder):
        if codebook is None or code.codebook == codebook:
            newest[code.coder, code.codebook, code.unit] = code
    found = [code for code in newest.values() if not code.is_withdrawn]
    return sorted(found, key=lambda code: (code.codebook, code.unit.article_id, code.unit.version, code.unit.start or 0, code.coder))


def by_unit(codes: Iterable[Code]) -> dict[Unit, dict[str, Code]]:
    """Codes of each unit by coder."""
    found: dict[Unit, dict[str, Code]] = {}
    for code in codes:
        found.setdefault(code.unit, {})[code.coder] = code
    return found


def moment(text: str) -> datetime:
    """A moment with its zone.

    Raises:
        ValueError: For something else.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} names no zone")
    return found


def _code(given: Mapping[str, Any]) -> Code:
    """An answer from the fields of its line.

    Raises:
        KeyError: For a field that is missing.
        ValueError: For one of another kind.
    """
    unit = Unit(*(given[name] for name in Unit._fields))
    frames, main = given["frames"], given["main"]
    is_place = unit.start is None and unit.end is None or _is_count(unit.start) and _is_count(unit.end)
    if not isinstance(unit.article_id, str) or not _is_count(unit.version) or not is_place:
        raise ValueError("article_id, version, start and end name no place")
    if not isinstance(frames, list) or not all(isinstance(frame, str) for frame in frames) or not isinstance(main, str | None):
        raise ValueError("frames is no list of frames, or main no frame")
    texts = [given[name] for name in ("codebook", "codebook_version", "coder", "coded_at", "note")]
    if not all(isinstance(text, str) for text in texts) or not isinstance(given["is_withdrawn"], bool):
        raise ValueError("codebook, codebook_version, coder, coded_at or note is no text, or is_withdrawn neither true nor false")
    codebook, version, coder, coded_at, note = texts
    return Code(codebook, version, unit, frozenset(frames), main, coder, moment(coded_at), note, given["is_withdrawn"])


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
