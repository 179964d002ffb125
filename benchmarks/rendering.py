"""Rendering alone: executed notebooks, once loaded, to pages. ``python benchmarks/rendering.py [REPEATS]``

Two reports are made from the committed notebooks: a page with four charts (the first four of 30-charts, with all that stands around
them, both forms of each) and the sample's whole edition. Nothing is kept from one build to the next. Figure downloads are timed apart,
because they are made when a version is written.
"""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from nutgraf.findings.finding import MIME
from nutgraf.publish.excerpts import Excerpts
from nutgraf.publish.exporter import read_executed, read_page, render_page
from nutgraf.publish.figures import add_downloads

ROOT = Path(__file__).parent.parent
ABOUT = {"title": "Sample", "site_title": "Nutgraf", "language": "en", "version": 1, "published_at": "2026-03-23T10:00:00+00:00"}
CHARTS = 4


def cut(notebook: Any) -> Any:
    """The notebook up to its fourth chart."""
    kept, seen = deepcopy(notebook), 0
    for number, cell in enumerate(kept["cells"], start=1):
        seen += sum(bool(output.get("data", {}).get(MIME, {}).get("chart")) for output in cell.get("outputs", []))
        if seen == CHARTS:
            kept["cells"] = kept["cells"][:number]
            return kept
    raise SystemExit(f"the notebook has {seen} charts, {CHARTS} needed")


def built(notebooks: dict[str, Any]) -> dict[str, str]:
    """HTML of an edition by page."""
    excerpts = Excerpts({}, 25)
    pages = [read_page(notebook, name, excerpts) for name, notebook in notebooks.items()]
    return {page.name: render_page(page, pages, ABOUT) for page in pages}


def figures(notebooks: dict[str, Any]) -> dict[str, str | bytes]:
    """The figure downloads of an edition by file."""
    pages = [read_page(notebook, name, Excerpts({}, 25)) for name, notebook in notebooks.items()]
    add_downloads(pages)
    return {name: content for page in pages for name, content in page.files.items() if name.startswith("figures/")}


def timed(work: Callable[[], Any], repeats: int) -> float:
    """Median seconds after one run to load everything."""
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    """Print one JSON object with medians, weights and whether two builds are the same bytes."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    names = yaml.safe_load((ROOT / "notebooks" / "editions" / "sample.yml").read_text(encoding="utf-8"))["notebooks"]
    edition = {name: read_executed(ROOT / "notebooks" / f"{name}.ipynb") for name in names}
    page = {"30-charts": cut(edition["30-charts"])}
    html = built(page)["30-charts"].encode()
    pictures = figures(edition)
    result = {
        "page_with_4_charts_ms": round(timed(lambda: built(page), repeats) * 1000, 1),
        "page_with_4_charts_kb": round(len(html) / 1000, 1),
        "page_with_4_charts_gzip_kb": round(len(gzip.compress(html, mtime=0)) / 1000, 1),
        "sample_edition_ms": round(timed(lambda: built(edition), repeats) * 1000, 1),
        "sample_edition_charts": sum(text.count("<figure>\n<svg") for text in built(edition).values()),
        "figure_downloads_s": round(timed(lambda: figures(edition), 3), 2),
        "figure_downloads_kb": round(sum(len(content) for content in pictures.values()) / 1000),
        "two_builds_same_bytes": built(edition) == built(edition) and figures(edition) == pictures,
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
