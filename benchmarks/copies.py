"""Copies: articles a second from texts to clusters for more and more of them, when 12 come in, and peak memory.

``python benchmarks/copies.py [--sizes 1000,2000,4000,7476] [--made N] [--rounds N] [--file FILE]``; FILE is a Parquet export with texts and titles,
by default that in the labelled data. ``--made`` also takes that many articles of made-up words, every tenth of them an edit of another and every
twentieth a cut agency text. Each size runs in a process of its own, in processor time of all its threads. Beside each stands `re.findall` of all
words of the same texts, in turn, for comparison on noisy machines. Prints one JSON object for each size.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from nutgraf.compare.copies import COLUMNS, copy_clusters
from nutgraf.compare.copy_index import Index
from nutgraf.ingest.credits import Agencies
from nutgraf.schema import arrow_schema

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "articles" / "allsides.parquet"
NEW, START = 12, datetime(2026, 3, 9, tzinfo=UTC)


class Texts:
    """Articles, and what is asked of their texts; counts how many bodies were read."""

    def __init__(self, articles: list[tuple[str, str | None, str | None]]) -> None:
        self.agencies, self.articles, self.n_read = Agencies(), articles, 0

    def rows(self) -> pa.Table:
        """As the table has them; a body's hash is its place here, since ingest has hashed it already."""
        rows = [
            {
                "article_id": f"{place:08}", "version": 1, "body_sha256": str(place), "fetched_at": START + timedelta(seconds=place),
                "published_at": None, "published_precision": None, "published_confidence": None, "wire_credit": agency,
            }
            for place, (_, _, agency) in enumerate(self.articles)
        ]  # fmt: skip
        schema = arrow_schema("articles")
        return pa.Table.from_pylist(rows, pa.schema([schema.field(name) for name in COLUMNS]))

    def __call__(self, wanted: Collection[str]) -> Iterator[tuple[str, str]]:
        for name in sorted(wanted, key=int):
            self.n_read += 1
            text, title, _ = self.articles[int(name)]
            yield name, self.agencies.body_text(text, headline=title)


def real(file: Path, n: int) -> list[tuple[str, str | None, str | None]]:
    """Texts, titles and agencies of an export."""
    import pyarrow.parquet as pq

    agencies = Agencies()
    rows = pq.read_table(file, columns=["text", "title", "authors"]).slice(0, n).to_pylist()
    return [(row["text"], row["title"], agencies.credit(row["authors"], row["text"])) for row in rows if row["text"]]


def made(n: int) -> list[tuple[str, str | None, str | None]]:
    """Articles of 300 made-up words: texts of their own, edits, and cut agency texts."""
    chance, found = random.Random(5), []
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9))) for _ in range(20_000)]
    for place in range(n):
        if place % 10 == 9:
            text, _, agency = found[-1 - chance.randrange(9)]
            own = text.split()
            if place % 20 == 9 and agency:
                own = own[:200]
            for _ in range(3):
                own[chance.randrange(len(own))] = chance.choice(words)
            found.append((" ".join(own), None, agency))
        else:
            found.append((" ".join(chance.choices(words, k=300)), None, "NPB" if place % 2 else None))
    return found


def timed(texts: Texts, rounds: int) -> dict[str, Any]:
    """Medians of some rounds."""
    rows, took, plain = texts.rows(), [], []
    for _ in range(rounds):
        began = time.process_time()
        clusters = copy_clusters(rows, Index(None, texts))
        took.append(time.process_time() - began)
        began = time.process_time()
        for text, _, _ in texts.articles:
            re.findall(r"\w+", text.lower())
        plain.append(time.process_time() - began)
    with tempfile.TemporaryDirectory() as folder:
        copy_clusters(rows.slice(0, len(rows) - NEW), Index(Path(folder), texts))
        texts.n_read, began = 0, time.process_time()
        copy_clusters(rows, Index(Path(folder), texts))
        again = time.process_time() - began
        kept = sum(path.stat().st_size for path in Path(folder).iterdir())
    middle, n = statistics.median(took), len(rows)
    return {
        "n": n, "s": round(middle, 2), "per_s": round(n / middle), "us_each": round(middle / n * 1e6),
        "findall_us_each": round(statistics.median(plain) / n * 1e6),
        "in_clusters": len(clusters), "12_more_s": round(again, 2), "12_more_bodies_read": texts.n_read, "kept_mb": round(kept / 2**20, 1),
    }  # fmt: skip


def main() -> None:
    """Time it."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--sizes", default="1000,2000,4000,7476")
    given.add_argument("--made", type=int, default=0)
    given.add_argument("--rounds", type=int, default=3)
    given.add_argument("--file", type=Path, default=DATA)
    given.add_argument("--one", help="a size to time in this process")
    chosen = given.parse_args()
    if chosen.one:
        texts = Texts(made(chosen.made) if chosen.made else real(chosen.file, int(chosen.one)))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = timed(texts, chosen.rounds)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sys.stdout.write(json.dumps({**found, "peak_mb": peak // 1024, "of_it_texts_mb": before // 1024}) + "\n")
        return
    runs = [["--one", size] for size in chosen.sizes.split(",") if size]
    runs += [["--one", str(chosen.made), "--made", str(chosen.made)]] if chosen.made else []
    for run in runs:
        command = [sys.executable, __file__, "--rounds", str(chosen.rounds), "--file", str(chosen.file), *run]
        sys.stdout.write(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    main()
