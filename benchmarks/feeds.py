"""Speed of reading feeds: real ones as captured, on one core, beside bare feedparser in turn.

``python benchmarks/feeds.py [rounds]``; needs ``../shared/data``. Prints one JSON object. "Nutgraf" is from bytes to records with dates and
paragraphs; feedparser alone is as it comes, with its own cleaning of HTML, and gives neither.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "feeds"


def compared(rounds: int) -> dict[str, object]:
    """Feeds a second of processor time, by round."""
    import feedparser
    from nutgraf.errors import InputError
    from nutgraf.ingest.formats.feeds import read_feed
    from nutgraf.ingest.records import RawItem

    named = [json.loads(line)["file"] for line in (DATA / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    contents = {name: (DATA / name).read_bytes() for name in named}
    n_entries = 0

    def ours(name: str, content: bytes) -> None:
        nonlocal n_entries
        try:
            n_entries += len(list(read_feed(RawItem(DATA / name, "s", name), content)))
        except InputError:
            return

    def bare(name: str, content: bytes) -> None:
        feedparser.parse(io.BytesIO(content))

    ways: dict[str, Callable[[str, bytes], None]] = {"nutgraf": ours, "feedparser": bare}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for read in ways.values():
        read(named[0], contents[named[0]])  # what is loaded at first use
    for _ in range(rounds):
        for way, read in ways.items():
            n_entries = 0 if read is ours else n_entries
            start = time.process_time()
            for name, content in contents.items():
                read(name, content)
            rates[way].append(round(len(contents) / (time.process_time() - start), 1))
    return {
        "feeds": len(contents), "entries": n_entries, "megabytes": round(sum(map(len, contents.values())) / 1e6, 1),
        "feeds_per_s": rates, "median": {name: median(found) for name, found in rates.items()},
    }  # fmt: skip


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit(f"the real data is not here: {DATA}")
    print(json.dumps(compared(int(sys.argv[1]) if sys.argv[1:] else 3), indent=1))  # noqa: T201
