"""Pages: how many a second are read on one core, beside bare trafilatura with metadata over the same pages in turn.

``python benchmarks/pages.py [--rounds N] [--folder FOLDER]``; FOLDER holds HTML files, by default those in the labelled data. A page is read as
ingest reads it: decoded, parsed, body, headline, standfirst, credits, dates. Prints one JSON object: pages a second of processor time (medians over
rounds), and the ratio of each round's ours to trafilatura's, as shipped and in its fast mode.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "extraction"


def main() -> None:
    """Time it."""
    import trafilatura
    from nutgraf.ingest.pages.page import read_page
    from nutgraf.ingest.records import RawItem

    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--rounds", type=int, default=3)
    given.add_argument("--folder", type=Path, default=DATA)
    chosen = given.parse_args()
    files = sorted(chosen.folder.rglob("*.html"))
    pages = [(path, path.read_bytes()) for path in files]
    readers: dict[str, Callable[[Path, bytes], object]] = {
        "nutgraf": lambda path, content: read_page(RawItem(path, "s", path.name), content),
        "trafilatura": lambda _, content: trafilatura.bare_extraction(content, with_metadata=True),
        "trafilatura_fast": lambda _, content: trafilatura.bare_extraction(content, fast=True, with_metadata=True),
    }
    rates: dict[str, list[float]] = {name: [] for name in readers}
    for read in readers.values():
        read(*pages[0])
    for _ in range(chosen.rounds):
        for name, read in readers.items():
            began = time.process_time()
            for path, content in pages:
                read(path, content)
            rates[name].append(len(pages) / (time.process_time() - began))
    found: dict[str, object] = {"pages": len(pages), "rounds": chosen.rounds}
    found["pages_per_s"] = {name: round(statistics.median(values), 1) for name, values in rates.items()}
    for name in ("trafilatura", "trafilatura_fast"):
        found[f"ratio_to_{name}"] = sorted(round(ours / theirs, 2) for ours, theirs in zip(rates["nutgraf"], rates[name], strict=True))
    json.dump(found, sys.stdout, indent=1)
    print()  # noqa: T201


if __name__ == "__main__":
    main()
