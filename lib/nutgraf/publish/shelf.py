"""The folders of a site, brought in line with the publication record.

An event is in the record before any page shows it. `settle` makes the pages say what the record says and is safe to repeat: a command
that was killed after its event is completed by the next one, whichever that is. A version's manifest counts the events that its pages
show and is written last, so that half-done work is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nutgraf.desk import Desk
from nutgraf.disk import remove
from nutgraf.errors import PublishError
from nutgraf.publish import files as on_disk
from nutgraf.publish import record
from nutgraf.publish.dressing import dressed, view_of, withdrawal
from nutgraf.publish.standing import Standing, standings

Files = dict[str, "str | bytes"]


def home_of(desk: Desk, slug: str) -> Path:
    """The edition's folder: the latest pages, and a folder for each version."""
    return desk.site / "editions" / slug


def folder_of(desk: Desk, slug: str, version: int) -> Path:
    """A version's own folder."""
    return home_of(desk, slug) / f"v{version}"


def is_whole(folder: Path) -> bool:
    """Whether every file that the manifest names is there as it was written, and no other."""
    held = on_disk.read_manifest(folder)
    return held is not None and not changed_in(folder, held)


def changed_in(folder: Path, held: Mapping[str, Any]) -> list[str]:
    """Names of files that a manifest gives another sha256, or that are not there."""
    return [
        name for name, digest in held["files"].items()
        if not (folder / name).is_file() or on_disk.sha256((folder / name).read_bytes()) != digest
    ]  # fmt: skip


def described(entry: Mapping[str, Any], /, **more: Any) -> dict[str, Any]:
    """What a manifest says besides its files."""
    return {name: entry[name] for name in ("edition", "version", "published_at", "content_sha256", "pages")} | more


def settle_all(desk: Desk) -> list[str]:
    """Bring every edition's pages in line with the record, and take away what killed commands left half written.

    Returns:
        Slugs of editions whose pages were not in line.
    """
    published = standings(record.entries(desk.decisions))
    for folder in (desk.site, desk.staged, desk.processed, *(home for home in desk.site.glob("editions/*") if home.name not in published)):
        on_disk.sweep(folder)
    return [slug for slug, standing in published.items() if settle(desk, standing)]


def settle(desk: Desk, standing: Standing) -> bool:
    """Bring one edition's pages in line with the record; pages that are in line are not touched.

    A version whose folder is gone is left alone, unless it was withdrawn: what stands in its place comes from the record.

    Returns:
        Whether anything had to be done.
    """
    found = [_settle_version(desk, standing, version) for version in standing.versions]
    home = home_of(desk, standing.slug)
    inner = [path for path in home.glob("*/") if not on_disk.is_version(path.name)]
    halves = [half for folder in (home, *inner) for half in on_disk.sweep(folder)]  # never recorded, so never published
    return any([*found, *halves, show_latest(desk, standing)])


def _settle_version(desk: Desk, standing: Standing, version: int) -> bool:
    entry, amendments = standing.versions[version], standing.amendments(version)
    folder = folder_of(desk, standing.slug, version)
    if not folder.is_dir():
        partial = on_disk.partial_of(folder)
        if version in standing.withdrawn:
            remove(partial)
            folder.mkdir(parents=True)
        elif (on_disk.read_manifest(partial) or {}).get("content_sha256") == entry["content_sha256"] and is_whole(partial):
            on_disk.settle(partial, folder)  # it was published, and killed before it got its name
        else:
            return False
    held = on_disk.read_manifest(folder) or {"files": {}}
    if held.get("amendments", -1) == len(amendments):
        return False
    if version not in standing.withdrawn and not held["files"]:
        return False  # no manifest: nobody knows what stood there, and `nutgraf check` says so
    view = view_of(desk.settings, standing, entry, "version")
    amended = {"amendments": len(amendments)} | ({"amended_at": view["amended_at"]} if amendments else {})
    if version in standing.withdrawn:
        files = _withdrawn(standing, version, view)
        digests, about = on_disk.digests(files), described(entry, is_withdrawn=True, **amended)
    else:
        files = _dressed_files(folder, view)
        digests, about = held["files"] | on_disk.digests(files), {k: v for k, v in held.items() if k != "files"} | amended
    on_disk.refresh(folder, files, on_disk.manifest(digests, about), only_these=version in standing.withdrawn)
    return True


def _dressed_files(folder: Path, view: Mapping[str, Any]) -> Files:
    """The pages of a folder as a view has them."""
    return {
        path.name: dressed(path.read_text(encoding="utf-8"), path.name, view) for path in sorted(folder.glob("*.html"))
    }


def _withdrawn(standing: Standing, version: int, view: Mapping[str, Any]) -> Files:
    """A notice at the address of every page of a withdrawn version."""
    entry = standing.versions[version]
    page = withdrawal(view, standing.withdrawn[version])
    return {name: page for name in page_files(entry["pages"])}


def page_files(names: list[str]) -> list[str]:
    """Files of an edition's pages, the first being ``index.html``."""
    return ["index.html", *(f"{name}.html" for name in names[1:])]


def show_latest(desk: Desk, standing: Standing) -> bool:
    """Make the edition's own address show its current version, or the withdrawal when there is none.

    Returns:
        Whether anything had to be done. Nothing is when the current version's folder is gone or damaged, unless a withdrawn version
        still stands there: its content goes at once, and its notice stays until the current version is back.
    """
    home = home_of(desk, standing.slug)
    held = on_disk.read_manifest(home) or {}
    version = standing.in_place
    if held.get("version") == version and held.get("events") == len(standing.events):
        return False
    folder = folder_of(desk, standing.slug, version)
    own = on_disk.read_manifest(folder)
    if version not in standing.withdrawn and (own is None or changed_in(folder, own)):
        shown = held.get("version")
        if shown not in standing.withdrawn or held.get("is_withdrawn"):
            return False
        version, own = shown, None
    view = view_of(desk.settings, standing, standing.versions[version], "latest")
    if version in standing.withdrawn:
        files: Files = _withdrawn(standing, version, view)
        about = described(standing.versions[version], is_withdrawn=True)
    else:
        files = {name: (folder / name).read_bytes() for name in own["files"]} | _dressed_files(folder, view)
        about = {name: value for name, value in own.items() if name not in ("files", "amendments")}
    about["events"] = len(standing.events)
    on_disk.refresh(home, files, on_disk.manifest(on_disk.digests(files), about), only_these=version in standing.withdrawn)
    return True


def mend_latest(desk: Desk, slug: str) -> list[str]:
    """Let the next `settle` write the latest pages anew where one was deleted or changed by hand: they are copies.

    Returns:
        The files that were not as they should be.
    """
    home = home_of(desk, slug)
    held = on_disk.read_manifest(home)
    bad = [on_disk.MANIFEST] if held is None else changed_in(home, held)
    if bad:
        on_disk.write(home / on_disk.MANIFEST, on_disk.manifest((held or {"files": {}})["files"], {"events": -1}))
    return bad


def require_whole(desk: Desk, slug: str, versions: list[int]) -> None:
    """Refuse to write on pages that are not what was published.

    Raises:
        PublishError: With the first file that is gone or changed.
    """
    for version in versions:
        folder = folder_of(desk, slug, version)
        held = on_disk.read_manifest(folder)
        bad = [on_disk.MANIFEST] if held is None else changed_in(folder, held)
        if bad:
            raise PublishError(
                "the file is missing or not what was published", where=folder.relative_to(desk.root).joinpath(bad[0]).as_posix(),
                mend="bring it back from a backup", not_done="nothing was changed",
            )  # fmt: skip
