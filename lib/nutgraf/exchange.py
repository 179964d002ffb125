"""Codes in and out of a desk, as JSON lines with the text beside each: what other tools for coding read and write.

    {"id": "…", "text": "…", "article_id": "…", "version": 1, "start": null, "end": null, "outlet": "…", "frames": ["conflict"], "label": null,
     "codebook": "generic-frames", "coder": "ada", "coded_at": "…", "note": ""}

The same lines train a model (``nutgraf train-frames``) and measure one (``nutgraf validate``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from nutgraf.codebooks import ARTICLE, Codebook
from nutgraf.codes import Code, Unit, moment
from nutgraf.errors import InputError, UsageError


class Text(NamedTuple):
    """What an article's line needs: its text and outlet."""

    text: str
    outlet: str | None


class Imported(NamedTuple):
    """Codes that could be read, and the lines that could not, each with the reason."""

    codes: list[Code]
    set_aside: list[tuple[int, str]]


def exported(codes: Iterable[Code], texts: Mapping[tuple[str, int], Text]) -> Iterator[dict[str, Any]]:
    """Lines for another tool; a code whose article this desk no longer has is left out, as there is no text to show.

    Args:
        codes: Codes.
        texts: Of each article and version.
    """
    for code in codes:
        article = texts.get((code.unit.article_id, code.unit.version))
        if article is None:
            continue
        place = slice(code.unit.start, code.unit.end)
        where = "" if code.unit.start is None else f":{code.unit.start}-{code.unit.end}"
        yield {
            "id": f"{code.unit.article_id}:{code.unit.version}{where}:{code.coder}", "text": article.text[place], **code.unit._asdict(),
            "outlet": article.outlet, "frames": sorted(code.frames), "label": code.main, "codebook": code.codebook, "coder": code.coder,
            "coded_at": code.as_dict()["coded_at"], "note": code.note,
        }  # fmt: skip


def imported(
    path: Path, codebook: Codebook, coder: str | None, now: datetime, newest: Callable[[str], int | None], lengths: Callable[[str, int], int | None]
) -> Imported:
    """Codes of a file.

    Args:
        path: JSON lines.
        codebook: By which they were given.
        coder: Whose they are where a line does not say so.
        now: When they were given where a line does not say so.
        newest: The newest version of an article; None for one that the desk does not know.
        lengths: How many characters a version has; None for one that the desk does not know.

    Raises:
        UsageError: When there is no such file.
    """
    if not path.is_file():
        raise UsageError("no such file", where=str(path), mend="name a file of JSON lines", not_done="no code was read")
    found, set_aside = [], []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(_read(line, codebook, coder, now, newest, lengths))
        except InputError as error:
            set_aside.append((number, error.what))
    return Imported(found, set_aside)


def _read(
    line: bytes, codebook: Codebook, coder: str | None, now: datetime, newest: Callable[[str], int | None], lengths: Callable[[str, int], int | None]
) -> Code:
    try:
        given = json.loads(line.decode("utf-8-sig"))
    except ValueError as error:
        raise InputError(f"this is no JSON: {error}") from error
    if not isinstance(given, dict):
        raise InputError("this is no JSON object")
    unit = _unit(given, newest, lengths)
    whose = given.get("coder") or coder
    if not isinstance(whose, str):
        raise InputError("nobody is named as coder: add a coder, or name one with --coder")
    frames, main = given.get("frames"), given.get("label")
    if frames is None and main is None:
        raise InputError("it has neither frames nor a label")
    frames = [] if frames is None else frames
    if not isinstance(frames, list) or not all(isinstance(frame, str) for frame in frames) or not isinstance(main, str | None):
        raise InputError("frames is no list of frames, or label no frame")
    said = frozenset(frames) | ({main} if main else set())
    fault = codebook.fault_of(said)
    if fault is None and codebook.unit != ARTICLE and unit.start is None:
        fault = f"codebook '{codebook.id}' is about a {codebook.unit} in an article: start and end are missing"
    if fault:
        raise InputError(fault)
    try:
        at = moment(given["coded_at"]) if given.get("coded_at") else now
    except (TypeError, ValueError) as error:
        raise InputError(f"coded_at is no moment with a zone: {error}") from error
    note = given.get("note") or ""
    return Code(codebook.id, codebook.version, unit, said, main, whose, at, str(note))


def _unit(given: Mapping[str, Any], newest: Callable[[str], int | None], lengths: Callable[[str, int], int | None]) -> Unit:
    article = given.get("article_id")
    if not isinstance(article, str):
        raise InputError("it names no article: article_id is missing")
    version = given.get("version")
    version = newest(article) if version is None else version
    length = lengths(article, version) if isinstance(version, int) and not isinstance(version, bool) else None
    if length is None:
        raise InputError(f"this desk knows no article '{article[:40]}'" + ("" if given.get("version") is None else f" in version {version!r}"))
    start, end = given.get("start"), given.get("end")
    if start is None and end is None:
        return Unit(article, version)
    is_whole = all(isinstance(place, int) and not isinstance(place, bool) for place in (start, end))
    if not is_whole or not 0 <= start < end <= length:
        raise InputError(f"its place {start!r} to {end!r} is not in the article's {length:,} characters")
    return Unit(article, version, start, end)
