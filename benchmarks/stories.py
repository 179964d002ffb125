"""Stories: how long it takes to group articles whose openings are measured, for more and more of them, and when 12 come in.

``python benchmarks/stories.py [--sizes 1000,2000,4000,7000] [--rounds N] [--file FILE]``; FILE is a Parquet export with texts, titles and dates, by
default that in the labelled data. Openings are measured first, untimed apart from their own figure. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from nutgraf.compare.likeness import Beginning, likenesses
from nutgraf.compare.stories import stories_of
from nutgraf.documents import Document
from nutgraf.measures.openings import ID
from nutgraf.measuring import Registry, measure_in_memory

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "articles" / "allsides.parquet"
NEW = 12
_BATCH = 256


def beginnings(file: Path) -> tuple[list[Beginning], float]:
    """What articles begin with, in the order of their dates, and seconds for each to find that out (reading and encoder)."""
    import pyarrow.parquet as pq

    rows = [row for row in pq.read_table(file, columns=["title", "text", "date_iso"]).to_pylist() if row["text"] and row["date_iso"]]
    rows.sort(key=lambda row: row["date_iso"])
    registry, found, began = Registry(), [], time.perf_counter()
    for first in range(0, len(rows), _BATCH):
        batch = rows[first : first + _BATCH]
        documents = [
            Document(str(first + at), 1, f"{row['title']}\n\n{row['text']}", headline=row["title"], language="en") for at, row in enumerate(batch)
        ]
        measured = {name: rows for name, rows, _ in measure_in_memory(registry, [ID], documents)}[ID]
        for row, document in zip(batch, documents, strict=True):
            for opening in measured[document.key].openings:
                vector = None if opening.vector is None else np.frombuffer(opening.vector, np.float16).astype(np.float32)
                moment = datetime.fromisoformat(row["date_iso"]).replace(tzinfo=UTC)
                found.append(Beginning(document.article_id, json.loads(opening.terms), vector, moment))
    return found, (time.perf_counter() - began) / len(rows)


def main() -> None:
    """Time it."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--sizes", default="1000,2000,4000,7000")
    given.add_argument("--rounds", type=int, default=3)
    given.add_argument("--file", type=Path, default=DATA)
    chosen = given.parse_args()
    every, each = beginnings(chosen.file)
    sizes = [*(int(size) for size in chosen.sizes.split(",")), len(every)]
    dated = frozenset(one.name for one in every)
    undated = [one._replace(published_at=None) for one in every]
    found: dict[str, object] = {"opening_ms": round(each * 1000, 1)}
    for name, given_ones in (("dated", every), ("undated", undated)):
        rows = []
        for size in sizes:
            took = []
            for _ in range(chosen.rounds):
                began = time.perf_counter()
                alike = likenesses(given_ones[:size])
                stories = stories_of([one.name for one in given_ones[:size]], alike, dated=dated if name == "dated" else ())
                took.append(time.perf_counter() - began)
            middle = statistics.median(took)
            per = round(middle * 1e6 / (size * math.log2(size)), 2)
            rows.append({"n": size, "s": round(middle, 2), "us_by_n_log_n": per, "stories": len(stories)})
        found[name] = rows
    known = likenesses(every[:-NEW])
    began = time.perf_counter()
    likenesses(every, known, [one.name for one in every[:-NEW]])
    found["12_more_s"] = round(time.perf_counter() - began, 2)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
