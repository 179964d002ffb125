"""The site: every published version at its own address, the latest beside it, and an index."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from nutgraf.desk import Desk
from nutgraf.findings.finding import MIME
from nutgraf.publish import record
from nutgraf.publish.exporter import ReportExporter, _environment, own_css, policy, read_executed


def content_digest(notebooks: Sequence[Any]) -> str:
    """Hash of the prose and the findings: only a change of these makes a new version."""
    shown: list[Any] = []
    for notebook in notebooks:
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                shown.append(cell["source"])
            else:
                shown += [output["data"][MIME] for output in cell.get("outputs", []) if MIME in output.get("data", {})]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def publish(desk: Desk, slug: str, title: str, executed: Sequence[Path]) -> tuple[int, bool]:
    """Render executed notebooks and swap them in.

    Args:
        desk: The desk.
        slug: The edition.
        title: Its title.
        executed: Executed notebooks, in page order.

    Returns:
        The version, and whether it is a new one. Without a change of findings or prose there is none.
    """
    notebooks = [read_executed(path) for path in executed]
    digest = content_digest(notebooks)
    held = record.latest(desk.decisions).get(slug)
    is_new = held is None or held["content_sha256"] != digest
    entry = held
    if is_new:
        entry = {
            "event": "published", "edition": slug, "title": title, "version": (held["version"] if held else 0) + 1,
            "published_at": record.now(), "content_sha256": digest, "pages": [path.stem for path in executed],
        }  # fmt: skip
    assert entry is not None
    home = desk.site / "editions" / slug
    folder = home / f"v{entry['version']}"
    if not folder.exists():
        partial = home / f".v{entry['version']}.part"
        shutil.rmtree(partial, ignore_errors=True)
        _render(desk, entry, notebooks, partial, home="../../../index.html")
        partial.rename(folder)
    latest = home / ".latest.part"
    shutil.rmtree(latest, ignore_errors=True)
    _render(desk, entry, notebooks, latest, home="../../index.html")
    for path in sorted(latest.iterdir()):
        os.replace(path, home / path.name)
    latest.rmdir()
    if is_new:
        record.append(desk.decisions, entry)
    return entry["version"], is_new


def _render(desk: Desk, entry: dict[str, Any], notebooks: Sequence[Any], folder: Path, *, home: str) -> None:
    folder.mkdir(parents=True)
    for position, (name, notebook) in enumerate(zip(entry["pages"], notebooks, strict=True)):
        page = {
            "title": entry["title"],
            "site_title": desk.settings.title,
            "language": desk.settings.language,
            "home": home,
            "version": entry["version"],
            "published_at": entry["published_at"],
            "published_words": record.in_words(entry["published_at"]),
        }
        html, _ = ReportExporter().from_notebook_node(notebook, page)
        (folder / ("index.html" if position == 0 else f"{name}.html")).write_text(html, encoding="utf-8")


def rebuild_index(desk: Desk) -> None:
    """Write ``site/index.html`` from the publication record, unless it is as it should be."""
    editions = [
        {**entry, "slug": slug, "published_words": record.in_words(entry["published_at"])}
        for slug, entry in sorted(record.latest(desk.decisions).items())
    ]
    css = own_css()
    html = _environment().get_template("index.html.j2").render(
        editions=editions, site_title=desk.settings.title, css=Markup(css), policy=policy(css)
    )
    path = desk.site / "index.html"
    if path.is_file() and path.read_text(encoding="utf-8") == html:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_text(html, encoding="utf-8")
    os.replace(partial, path)
