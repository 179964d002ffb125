"""Ingest and sentence tone of 7,476 real articles: seconds by step and peak memory.

``python benchmarks/real_articles.py [FILE]``; FILE is a Parquet export, by default the one in the labelled data.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from nutgraf.desk import Desk
from nutgraf.ingesting import ingest, items_for_paths
from nutgraf.jupyter import inputs_of
from nutgraf.measuring import Registry, measure

DEFAULT = Path(__file__).parent.parent.parent / "shared" / "data" / "articles" / "allsides.parquet"


def main() -> None:
    """Print one JSON object."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    figures: dict[str, float | int] = {}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "nutgraf.toml").write_text('title = "benchmark"\n', encoding="utf-8")
        desk = Desk(Path(folder))
        registry = Registry()
        with desk.store.lock("benchmark"):
            started = time.perf_counter()
            figures["articles"] = ingest(desk, items_for_paths(desk, [path])).seen
            figures["ingest_s"] = time.perf_counter() - started
            selection = desk.select(copies="all")
            for name in ("tone", "frames"):
                started = time.perf_counter()
                measure(desk.store, registry, [name], inputs_of(desk, selection))
                figures[f"{name}_s"] = time.perf_counter() - started
        figures["sentences"] = desk.store.read("sentences", ["start"]).num_rows
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    figures["peak_mb"] = peak // 1024
    sys.stdout.write(json.dumps({name: round(value, 1) for name, value in figures.items()}) + "\n")


if __name__ == "__main__":
    main()
