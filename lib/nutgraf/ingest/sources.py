"""What there is to ingest: the files of a desk's sources, and those under paths that a person names."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nutgraf.errors import InputError, NutgrafError, UsageError
from nutgraf.ingest.apart.reading import Apart
from nutgraf.ingest.formats.files import KINDS, PACKED, kind_of
from nutgraf.ingest.records import RawItem

if TYPE_CHECKING:
    from nutgraf.desk import Desk
    from nutgraf.settings import Source

MANIFEST = "manifest.jsonl"
NOTHING_DONE = "nothing was ingested"
_SKIPPED_FOLDERS = {"__pycache__", "node_modules"}
_ENDINGS = f"{', '.join(KINDS)}, each also with {PACKED}"
_SIDECAR = re.compile(r"(?:[0-9a-f]{64}|absent-[0-9a-f]{32})\.json")  # notes of `nutgraf.ingest.raw`, where a source lies over data/raw


def place_of(desk: Desk, source: Source) -> tuple[Path, str]:
    """Where a source lies in the desk, and how an error names the source.

    Raises:
        UsageError: When there is nothing.
    """
    place, where = desk.root / (source.path or ""), f"source '{source.id}' in nutgraf.toml"
    if not place.exists():
        raise UsageError(
            f"its path does not exist: {source.path}", where=where, mend="create it or correct the setting", not_done=NOTHING_DONE
        )
    return place, where


def items_of(desk: Desk, source: Source) -> list[RawItem]:
    """The files of a source in the desk that may hold articles, with what its manifest says of each.

    A file that the manifest does not name is read too, and one that it names but that is not there gets a row with that reason.

    Raises:
        UsageError: When the source's path or manifest does not exist or cannot be read.
    """
    folder, where = place_of(desk, source)
    if folder.is_file():
        return [RawItem(folder, source.id, folder.name, outlet=source.outlet, columns=source.columns, zone=desk.timezone)]
    manifest = {}
    if source.manifest:
        if not (folder / source.manifest).is_file():
            raise UsageError(f"its manifest does not exist: {source.manifest}", where=where, not_done=NOTHING_DONE)
        manifest = read_manifest(folder / source.manifest)
    keys = {key: folder / key for key in manifest}
    keys |= {key: path for key, path in _files(folder) if key != source.manifest}
    blank = RawItem(folder, source.id, "", outlet=source.outlet, columns=source.columns, zone=desk.timezone)
    return [_described(blank, path, key, manifest.get(key)) for key, path in sorted(keys.items())]


def items_for_paths(
    desk: Desk, paths: Sequence[str | Path], *, columns: dict[str, str] | None = None, outlet: str | None = None
) -> list[RawItem]:
    """The files under paths, for ``nutgraf ingest PATH…``.

    Args:
        desk: The desk.
        paths: Files and folders; folders with all that is below them.
        columns: Field to column name, for exports whose columns cannot be guessed.
        outlet: Who published them, if they do not say.

    Returns:
        Items, each once. Those of a declared source keep that source's id and manifest; others are known by
        ``files:<folder in the desk>`` or, outside the desk, ``files:<8 hex digits of the folder>``, so that two folders with
        equally named files are never taken for versions of one article.

    Raises:
        UsageError: For a path that does not exist or a folder without articles.
        InputError: For a single file that holds no article. Of several files a bad one becomes a quarantined row instead.
    """
    given = {"columns": columns or {}, "outlet": outlet}
    local = [source for source in desk.settings.sources if not source.is_fetched and (desk.root / (source.path or "")).exists()]
    declared = {item.path.resolve(): item for source in local for item in items_of(desk, source)}
    items: dict[Path, RawItem] = {}
    for name in paths:
        path = Path(name)
        try:
            known = path.exists()
        except (OSError, ValueError):  # a NUL in it, or a name too long for any file
            known = False
        if not known:
            raise UsageError("no such file or folder", where=str(name), mend="correct the path", not_done=NOTHING_DONE)
        found = list(_items_below(desk, path, given))
        if not found:
            raise UsageError(
                "this folder holds no file that ingest reads", where=str(name),
                mend=f"it reads {_ENDINGS}", not_done=NOTHING_DONE,
            )  # fmt: skip
        for item in found:
            there = declared.get(item.path.resolve(), item)
            if there is not item:
                there = replace(there, columns=there.columns | (columns or {}), outlet=there.outlet or outlet)
            items.setdefault(item.path.resolve(), there)
    listed = list(items.values())
    if len(listed) == 1:
        _check(desk, listed[0], str(paths[0]))
    return listed


def left_alone(paths: Sequence[Path]) -> Counter[str]:
    """Files in folders that ingest does not read, by ending, so that nobody believes them read."""
    inside = (file for path in paths if path.is_dir() for _, file in _files(path.resolve(), known=False))
    return Counter(file.suffix.lower() or "no ending" for file in inside)


def _items_below(desk: Desk, path: Path, given: dict[str, Any]) -> Iterator[RawItem]:
    if path.is_dir():
        folder, files = path.resolve(), list(_files(path.resolve()))
    elif kind_of(path) is None:
        raise UsageError("no kind of file that ingest reads", where=str(path), mend=f"it reads {_ENDINGS}", not_done=NOTHING_DONE)
    else:
        folder = path.resolve().parent
        files = [(path.resolve().name, path.resolve())]
    inside = folder.is_relative_to(desk.root)
    source = f"files:{folder.relative_to(desk.root).as_posix()}" if inside else f"files:{_digest(folder)}"
    manifest = _manifest_beside(folder)
    blank = RawItem(folder, source, "", zone=desk.timezone, **given)
    for key, file in files:
        if manifest and key == MANIFEST:
            continue
        yield _described(blank, file, _key(key), manifest.get(key))


def _check(desk: Desk, item: RawItem, name: str) -> None:
    """Read the first record of a file that was named alone, so that its fault is said at once and nothing is written."""
    try:
        with Apart(desk.settings, desk.root) as apart:
            first = apart.first(item)
        if first is None:
            raise InputError("no article in it")
        if first["status"] != "kept" and kind_of(item.path) in ("page", "text"):
            raise InputError(first["status_reason"])
    except NutgrafError as error:
        raise type(error)(error.what, where=name, mend=error.mend or _advice(error.what), not_done=NOTHING_DONE) from error


def _advice(problem: str) -> str | None:
    if "encoding" in problem:
        return "save it as UTF-8 if it is text; a binary file holds no article that ingest reads"
    if "binary" in problem:
        return f"ingest reads {_ENDINGS}"
    if "empty" in problem or "no rows" in problem or "Parquet" in problem:
        return "get or export the file again"
    return "look whether its address has changed, or get it again later" if "without entries" in problem else None


def read_manifest(path: Path) -> dict[str, dict[str, Any]]:
    """What a manifest says of each file: ``file`` and, where known, ``url``, ``outlet``, ``fetched_at``, ``content_type``.

    Raises:
        InputError: For a line that is no JSON object with a ``file``, or a time that is none.
    """
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            found[entry["file"]] = entry
            if entry.get("fetched_at"):
                moment = datetime.fromisoformat(entry["fetched_at"])
                entry["fetched_at"] = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise InputError(
                f"line {number} is no JSON object with a file and a time such as 2026-03-05T07:30:00Z", where=path.name,
                mend="correct that line", not_done=NOTHING_DONE,
            ) from error  # fmt: skip
    return found


def _manifest_beside(folder: Path) -> dict[str, dict[str, Any]]:
    """The manifest of a folder that a person named, if a file of that name is one and not an export of articles."""
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    try:
        manifest = read_manifest(path)
    except InputError:
        return {}
    return manifest if any((folder / key).is_file() for key in manifest if isinstance(key, str)) else {}


def _described(blank: RawItem, path: Path, key: str, about: dict[str, Any] | None) -> RawItem:
    about = about or {}
    return replace(
        blank,
        path=path,
        key=key,
        url=_text(about.get("url")),
        outlet=_text(about.get("outlet")) or blank.outlet,
        fetched_at=about.get("fetched_at") or None,
        content_type=_text(about.get("content_type")),
    )


def _files(folder: Path, *, known: bool = True) -> Iterator[tuple[str, Path]]:
    """Files of known kinds, or of no known kind, below a folder, by their path in it; hidden ones and links that lead out of it are passed over."""
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED_FOLDERS)
        for name in sorted(names):
            path = Path(place) / name
            if name.startswith(".") or _SIDECAR.fullmatch(name) or (kind_of(path) is not None) != known or not path.is_file():
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
                continue
            yield path.relative_to(folder).as_posix(), path


def _key(key: str) -> str:
    """A path as a key: a file name need not be UTF-8, a key must."""
    return key.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _digest(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
