"""The site: every published version at its own address, the latest beside it, an index and a feed.

A version folder is written once. What happened is in the publication record first, so that a kill at any point leaves either no new
version or one that the next call completes; times on pages come from that record, so that a rebuild gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nutgraf.desk import Desk
from nutgraf.findings import saving
from nutgraf.findings.finding import MIME
from nutgraf.publish import files as on_disk
from nutgraf.publish import record
from nutgraf.publish.excerpts import Excerpts
from nutgraf.publish.exporter import Page, file_of, read_executed, read_page, render_page
from nutgraf.publish.index import rebuild_index

__all__ = ["content_digest", "publish", "rebuild_index"]

LEFT_OUT = "left-out.json"


def content_digest(notebooks: Sequence[Any]) -> str:
    """Hash of the prose and the findings: only a change of these makes a new version."""
    shown: list[Any] = []
    for notebook in notebooks:
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                shown.append(cell["source"])
            else:
                shown += [output["data"][MIME] for output in cell.get("outputs", []) if MIME in output.get("data", {})]
    return on_disk.sha256(json.dumps(shown, sort_keys=True).encode())


def publish(desk: Desk, slug: str, title: str, executed: Sequence[Path]) -> tuple[int, bool]:
    """Render executed notebooks and swap them in.

    Args:
        desk: The desk.
        slug: The edition.
        title: Its title.
        executed: Executed notebooks, in page order.

    Returns:
        The version, and whether it is a new one. Without a change of findings or prose there is none.

    Raises:
        PublishError: When a notebook shows what no page may show; nothing is changed then.
    """
    notebooks = [read_executed(path) for path in executed]
    names = [path.stem for path in executed]
    digest = content_digest(notebooks)
    held = record.latest(desk.decisions).get(slug)
    is_new = held is None or held["content_sha256"] != digest or held["title"] != title or held["pages"] != names
    home = desk.site / "editions" / slug
    if not is_new and held is not None and _is_whole(home, held["version"]):
        return held["version"], False
    excerpts = Excerpts(_word_counts(desk), desk.settings.excerpt_words)
    pages = [
        read_page(notebook, path.stem, excerpts, path.parent / saving.FOLDER) for notebook, path in zip(notebooks, executed, strict=True)
    ]
    entry = held if held is not None and not is_new else _entry(desk, slug, title, digest, names, pages, held, home)
    folder = home / f"v{entry['version']}"
    partial = None
    if not folder.exists():
        partial = on_disk.write_once(folder, _files(desk, entry, pages, excerpts, held, in_version=True))
    if is_new:
        record.append(desk.decisions, entry)
    if partial is not None:
        on_disk.settle(partial, folder)
    on_disk.refresh(home, _files(desk, entry, pages, excerpts, held, in_version=False))
    _note_left_out(desk, slug, pages)
    return entry["version"], is_new


def _is_whole(home: Path, version: int) -> bool:
    """Whether the version's folder and the latest copies are there and of one version."""
    kept, latest = home / f"v{version}" / on_disk.MANIFEST, home / on_disk.MANIFEST
    return kept.is_file() and latest.is_file() and json.loads(latest.read_text(encoding="utf-8")).get("version") == version


def _word_counts(desk: Desk) -> dict[tuple[str, int], int]:
    """Words of every article version, for the cap on excerpts."""
    if desk.store.version("articles") is None:
        return {}
    columns = desk.store.read("articles", ["article_id", "version", "n_words"]).to_pydict()
    keys = zip(columns["article_id"], columns["version"], strict=True)
    return {key: n or 0 for key, n in zip(keys, columns["n_words"], strict=True)}


def _entry(
    desk: Desk, slug: str, title: str, digest: str, names: list[str], pages: list[Page], held: dict[str, Any] | None, home: Path
) -> dict[str, Any]:
    """A record entry for a new version; its number is one above every earlier one, recorded or only found on disk."""
    on_site = [int(match[1]) for path in home.glob("v*") if (match := re.fullmatch(r"v(\d+)", path.name))]
    version = max([held["version"] if held else 0, *on_site]) + 1
    findings = {
        f"{page.name}#{data['id']}": [data["takeaway"], on_disk.sha256(json.dumps(data, sort_keys=True).encode())[:16]]
        for page in pages
        for data in page.findings
    }
    first = next((data["n"] for page in pages for data in page.findings if "articles" in data["n"]), {})
    return {
        "event": "published", "edition": slug, "title": title, "version": version, "published_at": record.now(),
        "content_sha256": digest, "pages": names, "findings": findings, "changes": _changes(held, findings),
        "n": {"articles": first["articles"]} if first else {},
    }  # fmt: skip


def _changes(held: Mapping[str, Any] | None, findings: Mapping[str, Sequence[str]]) -> list[str]:
    """What a reader of the last version should know, one line each."""
    if held is None or "findings" not in held:
        return []
    before = held["findings"]
    lines = []
    for key, (takeaway, digest) in findings.items():
        if key not in before:
            lines.append(f"New: {takeaway}")
        elif before[key][0] != takeaway:
            lines.append(f"Now: {takeaway}. Before: {before[key][0]}")
        elif before[key][1] != digest:
            lines.append(f"Same point, other figures: {takeaway}")
    lines += [f"No longer shown: {before[key][0]}" for key in before if key not in findings]
    return lines or ["Only words outside the findings changed"]


def _files(
    desk: Desk, entry: dict[str, Any], pages: list[Page], excerpts: Excerpts, held: Mapping[str, Any] | None, *, in_version: bool
) -> dict[str, str | bytes]:
    """Every file of a version by its name: as it stands in its own folder, or as the latest copy one level up."""
    version, slug = entry["version"], entry["edition"]
    published = [e["version"] for e in record.entries(desk.decisions) if e["event"] == "published" and e["edition"] == slug]
    earlier = sorted({v for v in published if v < version}, reverse=True)[:3]
    base = _base(desk.settings.site_url)
    about = {
        "title": entry["title"], "site_title": desk.settings.title, "language": desk.settings.language, "version": version,
        "published_at": entry["published_at"], "changes": entry.get("changes", []), "content_sha256": entry["content_sha256"],
        "earlier": [{"version": v, "href": f"{'../' if in_version else ''}v{v}/index.html"} for v in earlier],
        "newest": "../index.html" if in_version else None,
    }  # fmt: skip
    found: dict[str, str | bytes] = {}
    for page in pages:
        file = file_of(page.name, pages)
        about["canonical"] = f"{base}editions/{slug}/v{version}/{file}" if base else None
        found[file] = render_page(page, pages, about, root="../../../" if in_version else "../../")
        found |= page.files
    described = {"edition": slug, "version": version, "published_at": entry["published_at"], "content_sha256": entry["content_sha256"],
                 "excerpts": excerpts.used()}  # fmt: skip
    found[on_disk.MANIFEST] = on_disk.manifest_of(found, described)
    return found


def _base(site_url: str | None) -> str | None:
    return None if not site_url else site_url.rstrip("/") + "/"


def _note_left_out(desk: Desk, slug: str, pages: list[Page]) -> None:
    """Say beside the tables what the notebooks show and the pages do not; ``nutgraf check`` reads it. No part of the site."""
    lines = {page.name: page.left_out for page in pages if page.left_out}
    path = desk.processed / LEFT_OUT
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    known.pop(slug, None)
    if lines:
        known[slug] = lines
    if known or path.is_file():
        on_disk.write_changed(path, json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def left_out(desk: Desk) -> dict[str, dict[str, list[str]]]:
    """What the last rendering of each edition left out, by edition and page."""
    path = desk.processed / LEFT_OUT
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
