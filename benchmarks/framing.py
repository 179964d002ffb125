"""Framing: codebook, loaded words and naming by article, keyness of a large desk, and training on labelled headlines with cross-validation.

``python benchmarks/framing.py [measures] [keyness] [training] [--articles N] [--rounds N] [--file FILE] [--codes FILE --text FIELD]``; without a
name, all. FILE is a Parquet export with texts and outlets, the codes are JSON lines; by default both are those in the labelled data. Prints one JSON
object for each.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from nutgraf.compare.keyness import keyness_between, word_counts
from nutgraf.documents import Document
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.measuring.working import tasks_of
from nutgraf.validate.training import train

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
MEASURES = ("frames", "loaded", "naming")


def rows_of(file: Path) -> list[dict[str, Any]]:
    """Texts and outlets of a Parquet export."""
    import pyarrow.parquet as pq

    return [row for row in pq.read_table(file, columns=["text", "outlet"]).to_pylist() if row["text"]]


def measures(file: Path, number: int, rounds: int) -> dict[str, Any]:
    """Articles a second of processor time on one core, what they need measured before."""
    rows = rows_of(file)
    registry = Registry({"parse": {"model": "none"}})
    documents = [Document(str(at), 1, row["text"], language="en") for at, row in enumerate(rows[:: max(1, len(rows) // number)][:number])]
    for _ in measure_in_memory(registry, MEASURES, documents):
        pass
    rates: dict[str, list[float]] = {name: [] for name in MEASURES}
    portions = [task.documents for task in tasks_of(documents, {}, {})]  # as a run gives them to its processes
    for _ in range(rounds):
        for name in MEASURES:
            began = time.process_time()
            for portion in portions:
                registry.get(name).measure(portion)
            rates[name].append(len(documents) / (time.process_time() - began))
    return {"articles": len(documents)} | {
        name: {"articles_per_s": round(statistics.median(found)), "lowest": round(min(found)), "highest": round(max(found))}
        for name, found in rates.items()
    }


def keyness(file: Path, rounds: int) -> dict[str, Any]:
    """Seconds by the clock for the words that set the two outlets with most articles apart, counting included."""
    rows = rows_of(file)
    outlets = [row["outlet"] for row in rows]
    first, second = sorted(set(outlets), key=lambda name: -outlets.count(name))[:2]
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        one, other = (word_counts(row["text"] for row in rows if row["outlet"] == name) for name in (first, second))
        rest = word_counts(row["text"] for row in rows if row["outlet"] not in (first, second))
        keyness_between(one, other, prior=rest)
        took.append(time.perf_counter() - began)
    return {"articles": len(rows), "words": len(rest.words), "seconds": round(statistics.median(took), 2), "highest": round(max(took), 2)}


def training(codes: Path, field: str, rounds: int) -> dict[str, Any]:
    """Seconds by the clock: vectors, both cross-validations, the learning curve and the model itself."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        made = train(codes, field)
        took.append(time.perf_counter() - began)
    return {"texts": made.n, "seconds": round(statistics.median(took), 1), "highest": round(max(took), 1)}


def main() -> None:
    """Run what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", nargs="*", metavar="measures|keyness|training")
    asked.add_argument("--articles", type=int, default=1000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--file", type=Path, default=DATA / "articles" / "allsides.parquet")
    asked.add_argument("--codes", type=Path, default=DATA / "frames" / "gvfc_headlines_lead.jsonl")
    asked.add_argument("--text", default="title")
    given = asked.parse_args()
    makers = {
        "measures": lambda: measures(given.file, given.articles, given.rounds), "keyness": lambda: keyness(given.file, given.rounds),
        "training": lambda: training(given.codes, given.text, given.rounds),
    }  # fmt: skip
    for name in given.what or makers:
        sys.stdout.write(json.dumps({name: makers[name]()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
