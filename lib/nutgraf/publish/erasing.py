"""An article taken out of what was published and of what waits to be: pages rewritten, a notice in the place of what goes.

Each version that shows something of the article gets an event in the publication record before its pages change. All of it can be repeated: a
command that was killed in the middle is completed by calling it again.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nutgraf.desk import Desk
from nutgraf.publish import files as on_disk
from nutgraf.publish import record, shelf
from nutgraf.publish.dressing import dressed, view_of
from nutgraf.publish.redacting import MARK, Redactor
from nutgraf.publish.standing import Standing, standing_of, standings


@dataclass
class ErasedPages:
    """What was changed.

    Attributes:
        versions: Edition and version of each published version that was rewritten.
        dropped: What waited to be published, or was kept of failed runs, and was taken away; as seen from the desk.
    """

    versions: list[tuple[str, int]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def erase_from_site(desk: Desk, redactor: Redactor) -> ErasedPages:
    """Take an article's text out of every published version, of what waits, and of the publication record. Call under the desk's lock, after
    `shelf.settle_all`.

    Raises:
        PublishError: When pages are not what was published; those before them are done.
    """
    found = ErasedPages()
    for slug, standing in sorted(standings(record.entries(desk.decisions)).items()):
        for version in standing.versions:
            if version not in standing.withdrawn and _erase_from_version(desk, standing, version, redactor):
                found.versions.append((slug, version))
        standing = standing_of(desk.decisions, slug)
        home = shelf.home_of(desk, slug)
        held = on_disk.read_manifest(home)
        if held is not None and _redacted(home, held["files"], redactor):
            on_disk.write(home / on_disk.MANIFEST, on_disk.manifest(held["files"], {"events": -1}))
        shelf.settle(desk, standing)
    _erase_from_record(desk, redactor)
    found.dropped = _drop_unpublished(desk, redactor)
    return found


def _erase_from_version(desk: Desk, standing: Standing, version: int, redactor: Redactor) -> bool:
    """Rewrite one version's pages; returns whether it shows something of the article, or a killed command had begun to rewrite it."""
    folder = shelf.folder_of(desk, standing.slug, version)
    held = on_disk.read_manifest(folder)
    if held is None:
        return False
    is_said = any(
        event["event"] == "erased" and event["version"] == version and event["article_id"] == redactor.article_id for event in standing.events
    )
    if not is_said:
        shelf.require_whole(desk, standing.slug, [version])
    fresh = _redacted(folder, held["files"], redactor)
    if not fresh and not shelf.changed_in(folder, held):
        return False
    if not is_said:
        event = {"event": "erased", "edition": standing.slug, "version": version, "at": record.now(), "article_id": redactor.article_id}
        record.append(desk.decisions, event)
        standing.take(event)
    view = view_of(desk.settings, standing, standing.versions[version], "version")
    files: dict[str, str | bytes] = {name: fresh.get(name) or (folder / name).read_bytes() for name in held["files"]}
    for name in files:
        if name.endswith(".html"):
            files[name] = dressed(on_disk.as_bytes(files[name]).decode("utf-8"), name, view)
    about = {key: value for key, value in held.items() if key != "files"}
    about |= {"amendments": len(standing.amendments(version)), "amended_at": view["amended_at"]}
    about["excerpts"] = {article: words for article, words in held.get("excerpts", {}).items() if article != redactor.article_id}
    on_disk.refresh(folder, files, on_disk.manifest(on_disk.digests(files), about))
    return True


def _redacted(folder: Any, names: Mapping[str, str], redactor: Redactor) -> dict[str, bytes]:
    """Files that hold something of the article, as they are to be. A figure's picture is replaced where its drawing shows it."""
    found: dict[str, bytes] = {}
    for name in names:
        path = folder / name
        made = redactor.file(name, path.read_bytes()) if path.is_file() else None
        if made is not None:
            found[name] = made
    for name in [name for name in names if name.endswith(".png")]:
        path, drawing = folder / name, folder / name.replace(".png", ".svg")
        is_told = f"{name.removesuffix('.png')}.svg" in found or (drawing.is_file() and MARK.encode() in drawing.read_bytes())
        if is_told and path.is_file() and path.read_bytes() != (picture := _picture(redactor.notice)):
            found[name] = picture
    return found


def _picture(notice: str) -> bytes:
    """A picture that holds the notice alone, the same bytes every time."""
    from PIL import Image, ImageDraw

    picture = Image.new("P", (16 + 7 * len(notice), 40))
    picture.putpalette([255, 255, 255, 20, 20, 20])
    ImageDraw.Draw(picture).text((8, 12), notice, fill=1)
    target = io.BytesIO()
    picture.save(target, format="png")
    return target.getvalue()


def _erase_from_record(desk: Desk, redactor: Redactor) -> None:
    """Take the article out of what the record says of findings, changes and quoted places: it is the list of reports and the feed."""
    entries = record.entries(desk.decisions)
    made = [_entry(entry, redactor) for entry in entries]
    if made != entries:
        lines = "".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in made)
        on_disk.write(desk.decisions / record.FILE, lines)


def _entry(entry: Mapping[str, Any], redactor: Redactor) -> dict[str, Any]:
    said = {name: redactor.values(entry[name]) for name in ("findings", "changes") if name in entry}
    if "quoted" in entry:
        said["quoted"] = [place for place in entry["quoted"] if place[0] != redactor.article_id]
    return {**entry, **said}


def _drop_unpublished(desk: Desk, redactor: Redactor) -> list[str]:
    """Take away what waits to be published and shows the article, and everything that was kept of failed runs and of damaged pages."""
    gone = [path for hidden in (".runs", ".damaged") for path in sorted((desk.staged / hidden).glob("*"))]
    for folder in sorted(desk.staged.glob("*")):
        held = on_disk.read_manifest(folder)
        if held is not None and (redactor.article_id in held.get("excerpts", {}) or _redacted(folder, held["files"], redactor)):
            gone.append(folder)
    for path in gone:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return [path.relative_to(desk.root).as_posix() for path in gone]
