"""The site: every published version at its own address, the latest beside it, an index and a feed.

A version folder is written once. What happened is in the publication record first, so that a kill at any point leaves either no new
version or one that the next call completes; times on pages come from that record, so that a rebuild gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nutgraf.desk import Desk
from nutgraf.disk import remove
from nutgraf.errors import PublishError
from nutgraf.findings import saving
from nutgraf.publish import files as on_disk
from nutgraf.publish import record, shelf
from nutgraf.publish.dressing import view_of
from nutgraf.publish.excerpts import Excerpts
from nutgraf.publish.exporter import Page, file_of, findings_of, read_executed, read_page, render_page
from nutgraf.publish.figures import Figures, add_downloads
from nutgraf.publish.index import rebuild_index
from nutgraf.publish.left_out import left_out, note_left_out
from nutgraf.publish.numbering import checked, numbered, put_in
from nutgraf.publish.standing import Standing, standing_of

__all__ = ["content_digest", "left_out", "publish", "rebuild_index", "stage"]


@dataclass(frozen=True)
class Draft:
    """Executed notebooks on their way to a version.

    Attributes:
        slug: The edition.
        title: Its title.
        names: Notebooks in page order.
        notebooks: What they hold after their execution.
        evidence: For each, the folder with the whole evidence that its kernel wrote.
        digest: Hash of their prose and findings.
        standing: How the edition stands.
        same: The published version that shows this already, or that showed it before it was withdrawn; None for something new.
    """

    slug: str
    title: str
    names: list[str]
    notebooks: list[Any]
    evidence: list[Path]
    digest: str
    standing: Standing
    same: dict[str, Any] | None


def content_digest(notebooks: Sequence[Any]) -> str:
    """Hash of the prose and the findings: only a change of these makes a new version."""
    shown: list[Any] = []
    for notebook in notebooks:
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                shown.append(cell["source"])
            else:
                shown += findings_of([cell])
    return on_disk.sha256(json.dumps(shown, sort_keys=True).encode())


def publish(desk: Desk, slug: str, title: str, executed: Sequence[Path], figures: Figures | None = None) -> tuple[int, bool]:
    """Render executed notebooks and swap them in.

    Args:
        desk: The desk.
        slug: The edition.
        title: Its title.
        executed: Executed notebooks, in page order.
        figures: Figures that were drawn already.

    Returns:
        The version, and whether it is a new one. Without a change of findings or prose there is none; nor when the newsroom withdrew
        just this, or went back from it to an earlier version.

    Raises:
        PublishError: When a notebook shows what no page may show; nothing is changed then.
    """
    draft = _draft(desk, slug, title, executed)
    standing, same = draft.standing, draft.same
    if same is None:
        pages, excerpts = _rendered(desk, draft, list(standing.versions), figures)
        entry = numbered(desk, {**_about(draft, pages), "quoted": excerpts.quoted()}, standing)
        put_in(desk, standing, entry, _files(desk, standing, entry, pages, excerpts, "version"))
        note_left_out(desk, slug, {page.name: page.left_out for page in pages})
        return entry["version"], True
    version = same["version"]
    if version not in standing.withdrawn and not on_disk.read_manifest(shelf.folder_of(desk, slug, version)):
        pages, excerpts = _rendered(desk, draft, [v for v in standing.versions if v < version], figures)
        files = _files(desk, standing, same, pages, excerpts, "version")
        on_disk.settle(on_disk.write_once(shelf.folder_of(desk, slug, version), files), shelf.folder_of(desk, slug, version))
        note_left_out(desk, slug, {page.name: page.left_out for page in pages})
    shelf.mend_latest(desk, slug)
    shelf.settle(desk, standing)
    _require_shown(desk, standing)
    return version, False


def stage(
    desk: Desk, slug: str, title: str, executed: Sequence[Path], folder: Path, figures: Figures | None = None
) -> tuple[int, bool]:
    """Render executed notebooks and leave them in a folder until somebody publishes them.

    Args:
        desk: The desk.
        slug: The edition.
        title: Its title.
        executed: Executed notebooks, in page order.
        folder: Where they wait; what waited there before goes.
        figures: Figures that were drawn already.

    Returns:
        The version they are going to be, and True; or the published version that shows the same, and False: then nothing waits.

    Raises:
        PublishError: When a notebook shows what no page may show; nothing is changed then.
    """
    draft = _draft(desk, slug, title, executed)
    standing = draft.standing
    if draft.same is not None:
        remove(folder)
        return publish(desk, slug, title, executed, figures)  # its folder may have been lost
    pages, excerpts = _rendered(desk, draft, list(standing.versions), figures)
    entry = numbered(desk, {**_about(draft, pages), "quoted": excerpts.quoted()}, standing, is_waiting=True)
    held = on_disk.read_manifest(folder) or {}
    since = held["staged_at"] if held.get("content_sha256") == draft.digest and "staged_at" in held else record.now()
    partial = checked(on_disk.write_once(folder, _files(desk, standing, entry, pages, excerpts, "staged", staged_at=since)), slug)
    remove(folder)
    on_disk.settle(partial, folder)
    note_left_out(desk, slug, {page.name: page.left_out for page in pages})
    return entry["version"], True


def _draft(desk: Desk, slug: str, title: str, executed: Sequence[Path]) -> Draft:
    notebooks, names = [read_executed(path) for path in executed], [path.stem for path in executed]
    digest, standing = content_digest(notebooks), standing_of(desk.decisions, slug)
    evidence = [path.parent / saving.FOLDER for path in executed]
    return Draft(slug, title, names, notebooks, evidence, digest, standing, standing.same_as(digest, title, names))


def _rendered(desk: Desk, draft: Draft, before: list[int], figures: Figures | None) -> tuple[list[Page], Excerpts]:
    """The pages, with excerpts chosen after those of the versions `before`."""
    versions = draft.standing.versions
    earlier = [(a, v, start) for number in before for a, v, start in versions[number].get("quoted", [])]
    excerpts = Excerpts(_word_counts(desk), desk.settings.excerpt_words, earlier)
    excerpts.keep(
        item for notebook in draft.notebooks for data in findings_of(notebook["cells"]) for item in data.get("evidence", [])
    )
    given = zip(draft.notebooks, draft.names, draft.evidence, strict=True)
    pages = [read_page(notebook, name, excerpts, evidence) for notebook, name, evidence in given]
    add_downloads(pages, figures)
    return pages, excerpts


def _word_counts(desk: Desk) -> dict[tuple[str, int], int]:
    """Words of every article version, for the cap on excerpts."""
    if desk.store.version("articles") is None:
        return {}
    columns = desk.store.read("articles", ["article_id", "version", "n_words"]).to_pydict()
    keys = zip(columns["article_id"], columns["version"], strict=True)
    return {key: n or 0 for key, n in zip(keys, columns["n_words"], strict=True)}


def _about(draft: Draft, pages: list[Page]) -> dict[str, Any]:
    """What a new version's entry says of its content."""
    findings = {
        f"{page.name}#{data['id']}": [data["takeaway"], on_disk.sha256(json.dumps(data, sort_keys=True).encode())[:16]]
        for page in pages
        for data in page.findings
    }
    articles = next((data["n"]["articles"] for page in pages for data in page.findings if "articles" in data["n"]), None)
    return {
        "event": "published", "edition": draft.slug, "title": draft.title, "content_sha256": draft.digest, "pages": draft.names,
        "findings": findings, "n": {} if articles is None else {"articles": articles},
    }  # fmt: skip


def _files(
    desk: Desk, standing: Standing, entry: dict[str, Any], pages: list[Page], excerpts: Excerpts, where: str, **more: Any
) -> shelf.Files:
    """Every file of a version by its name, for its own folder or for the place where it waits."""
    about = {**view_of(desk.settings, standing, entry, where), "content_sha256": entry["content_sha256"]}
    found: shelf.Files = {}
    for page in pages:
        found[file_of(page.name, pages)] = render_page(page, pages, about)
        found |= page.files
    is_waiting = where == "staged"
    said = {"excerpts": excerpts.used(), **more} | ({"entry": entry} if is_waiting else {})
    described = shelf.described({"published_at": None, **entry}, **said)
    if not is_waiting:
        amended = standing.amendments(entry["version"]) if entry["version"] in standing.versions else []
        described |= {"amendments": len(amended)} | ({"amended_at": about["amended_at"]} if amended else {})
    found[on_disk.MANIFEST] = on_disk.manifest(on_disk.digests(found), described)
    return found


def _require_shown(desk: Desk, standing: Standing) -> None:
    """An edition whose current version is gone from the site and is not what its notebooks give cannot be shown.

    Raises:
        PublishError: With what brings it back.
    """
    version = standing.current
    if version is None or shelf.folder_of(desk, standing.slug, version).is_dir():
        return
    raise PublishError(
        f"version {version} is the one to be shown, its folder is gone, and the notebooks of today give another version",
        where=f"site/editions/{standing.slug}/v{version}",
        mend=f"bring the folder back from a backup, or show another version with 'nutgraf rollback {standing.slug} --to N'",
        not_done="the latest pages were not changed",
    )  # fmt: skip
