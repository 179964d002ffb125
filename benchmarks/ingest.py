"""Speed and memory of ingest: 7,476 real articles from Parquet, and 104 real pages beside bare trafilatura in the same process.

``python benchmarks/ingest.py [articles] [pages]``; needs ``../shared/data``. Prints one JSON object.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def articles() -> dict[str, Any]:
    """Into tables, then once more with nothing to do."""
    path = DATA / "articles" / "allsides.parquet"
    first, second, report = _ingest(path)
    return {"articles": report.seen, "kept": report.kept, "first_s": first, "second_s": second, "peak_mb": _peak()}


def pages() -> dict[str, Any]:
    """Our reading of a page, tables left out, against trafilatura's own extraction with metadata."""
    import trafilatura
    from nutgraf.ingest.pages.page import read_page
    from nutgraf.ingest.records import RawItem

    files = sorted((DATA / "extraction" / "scrapinghub" / "html").glob("*.html"))
    contents = [file.read_bytes() for file in files]
    times = {}
    for name, read in {
        "nutgraf": lambda path, content: read_page(RawItem(path, "s", path.name), content),
        "trafilatura": lambda _, content: trafilatura.bare_extraction(content, fast=True, with_metadata=True),
    }.items():
        read(files[0], contents[0])
        start = time.perf_counter()
        for path, content in zip(files, contents, strict=True):
            read(path, content)
        times[name] = round(len(files) / (time.perf_counter() - start), 1)
    first, second, report = _ingest(DATA / "extraction" / "scrapinghub" / "html")
    return {"pages": len(files), "pages_per_s": times, "kept": report.kept, "first_s": first, "second_s": second, "peak_mb": _peak()}


def _ingest(path: Path) -> tuple[float, float, Any]:
    from nutgraf.desk import Desk
    from nutgraf.ingesting import ingest, items_for_paths

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "nutgraf.toml").write_text('title = "Benchmark"\n', encoding="utf-8")
        desk = Desk(Path(folder))
        start = time.perf_counter()
        report = ingest(desk, items_for_paths(desk, [path]))
        middle = time.perf_counter()
        ingest(desk, items_for_paths(desk, [path]))
        return round(middle - start, 1), round(time.perf_counter() - middle, 2), report


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit(f"the real data is not here: {DATA}")
    wanted = sys.argv[1:] or ["articles", "pages"]
    print(json.dumps({name: {"articles": articles, "pages": pages}[name]() for name in wanted}, indent=1))  # noqa: T201
