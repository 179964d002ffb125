"""Reading: rules alone, the parse beside bare spaCy, one process beside two, and how time grows with a text.

``python benchmarks/reading.py [rules] [parse] [processes] [growth] [--articles N] [--rounds N] [--file FILE]``; without a name, all four.
FILE is a Parquet export with texts, by default the one in the labelled data. Prints one JSON object for each.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nutgraf.desk import Desk
from nutgraf.documents import Document
from nutgraf.ingesting import ingest, items_for_paths
from nutgraf.jupyter import inputs_of
from nutgraf.measuring import Registry, measure
from nutgraf.measuring.working import tasks_of, work
from nutgraf.reading import pipeline

DEFAULT = Path(__file__).parent.parent.parent / "shared" / "data" / "articles" / "allsides.parquet"
RULES = ("parts", "quotes", "sentences", "hedges")
#: Longest text for what rests on a model, in characters: the parser takes half a minute for a million.
LONGEST_PARSED = 1_000_000


def texts_of(file: Path, number: int) -> list[str]:
    """Texts spread over a Parquet export."""
    import pyarrow.parquet as pq

    texts = [text for text in pq.read_table(file, columns=["text"])["text"].to_pylist() if text]
    return texts[:: max(1, len(texts) // number)][:number]


def read(registry: Registry, wanted: Sequence[str], texts: Sequence[str]) -> dict[str, float]:
    """Processor seconds of each measure over some texts, in tasks as a desk measures them."""
    documents = [Document(str(number), 1, text, language="en") for number, text in enumerate(texts)]
    keys, spent = {document.key for document in documents}, dict.fromkeys(registry.closure(wanted), 0.0)
    for task in tasks_of(documents, dict.fromkeys(spent, keys), {}):
        lacking, task.lacking = task.lacking, {}
        for name, own in lacking.items():
            task.lacking = {name: own}
            began = time.process_time()
            found = work(registry, task)
            spent[name] += time.process_time() - began
            assert not found.failed[name], found.failed[name]
    return spent


def rests_on_parse(registry: Registry) -> list[str]:
    """The parse and all that needs it."""
    return [name for name in registry.ids if "parse" in registry.closure([name])]


def rules(file: Path, number: int, rounds: int) -> dict[str, Any]:
    """Articles a second on one core, without a model."""
    registry, texts = Registry({"parse": {"model": "none"}}), texts_of(file, number)
    wanted = list(RULES)
    read(registry, wanted, texts[:20])
    spent = [read(registry, wanted, texts) for _ in range(rounds)]
    rates = [len(texts) / sum(one.values()) for one in spent]
    return {
        "articles": len(texts), "characters": round(statistics.mean(map(len, texts))), "articles_per_s": round(statistics.median(rates)),
        "lowest": round(min(rates)), "highest": round(max(rates)),
        "milliseconds_per_article": {name: round(1e3 * statistics.median(one[name] for one in spent) / len(texts), 3) for name in spent[0]},
    }  # fmt: skip


def parse(file: Path, number: int, rounds: int) -> dict[str, Any]:
    """The parse and what rests on it, needs included, beside spaCy alone, in turn."""
    registry, texts = Registry(), texts_of(file, number)
    wanted, nlp = rests_on_parse(registry), pipeline.loaded(pipeline.DEFAULT)
    ours: list[dict[str, float]] = []
    theirs: list[float] = []

    def alone() -> None:
        began = time.process_time()
        for _ in nlp.pipe(texts, batch_size=64):
            pass
        theirs.append(time.process_time() - began)

    read(registry, wanted, texts[:4])
    for turn in range(rounds):
        first, second = (alone, lambda: ours.append(read(registry, wanted, texts)))[:: 1 if turn % 2 else -1]
        first()
        second()
    ratios = [spacy / sum(own.values()) for spacy, own in zip(theirs, ours, strict=True)]
    return {
        "articles": len(texts), "rounds": rounds, "measures": wanted, "spacy_alone_s": round(statistics.median(theirs), 2),
        "ours_s": round(statistics.median(sum(one.values()) for one in ours), 2), "ratio": round(statistics.median(ratios), 3),
        "lowest": round(min(ratios), 3), "highest": round(max(ratios), 3),
        "seconds": {name: round(statistics.median(one[name] for one in ours), 3) for name in ours[0]},
    }  # fmt: skip


def processes(file: Path, number: int, rounds: int) -> dict[str, Any]:
    """A desk of real articles measured by one process and by two, each time from the start of an interpreter; `rounds` pairs in turn."""
    seen: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        shorter = Path(folder) / "articles.parquet"
        _some_rows(file, shorter, number)
        for turn in range(rounds):
            for workers in (1, 2) if turn % 2 == 0 else (2, 1):
                root = Path(folder) / f"desk-{turn}-{workers}"
                root.mkdir()
                (root / "nutgraf.toml").write_text('title = "benchmark"\n', encoding="utf-8")
                desk = Desk(root)
                with desk.store.lock("benchmark"):
                    ingest(desk, items_for_paths(desk, [shorter]))
                arguments = [sys.executable, __file__, "--measure", str(root), "--workers", str(workers)]
                began = time.perf_counter()
                told = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout  # noqa: S603
                seen[workers].append({**json.loads(told), "wall_s": time.perf_counter() - began})
    walls = {workers: statistics.median(one["wall_s"] for one in found) for workers, found in seen.items()}
    processor = {workers: statistics.median(one["processor_s"] for one in found) for workers, found in seen.items()}
    # What two free cores would give: this process reads and writes tables while no other is at work, and the others share the rest.
    free = [a["processor_s"] / (b["own_s"] + b["others_s"] / 2) for a, b in zip(seen[1], seen[2], strict=True)]
    return {
        "articles": seen[1][0]["articles"], "pairs": rounds, "one_wall_s": round(walls[1], 1), "two_wall_s": round(walls[2], 1),
        "times_as_fast": round(statistics.median(a["wall_s"] / b["wall_s"] for a, b in zip(seen[1], seen[2], strict=True)), 2),
        "times_as_fast_by_processor_time": round(statistics.median(free), 2),
        "one_processor_s": round(processor[1], 1), "two_processor_s": round(processor[2], 1),
        "two_own_s": round(statistics.median(one["own_s"] for one in seen[2]), 1),
        "one_peak_mb": max(one["peak_mb"] for one in seen[1]), "two_peak_mb_each": max(one["peak_mb"] for one in seen[2]),
    }  # fmt: skip


def _some_rows(file: Path, target: Path, number: int) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(file)
    pq.write_table(table.take(list(range(0, table.num_rows, max(1, table.num_rows // number)))[:number]), target)


def measure_desk(root: Path, workers: int) -> dict[str, float]:
    """Every measure over a desk, in this process and those it starts."""
    desk = Desk(root)
    registry = Registry()
    inputs = inputs_of(desk, desk.select(copies="all"))
    with desk.store.lock("benchmark"):
        counts = measure(desk.store, registry, registry.ids, inputs, workers=workers)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    own_s, others_s = (one.ru_utime + one.ru_stime for one in used)
    return {
        "articles": max(counts.values()), "processor_s": own_s + others_s, "own_s": own_s, "others_s": others_s,
        "peak_mb": max(one.ru_maxrss for one in used) // 1024,
    }  # fmt: skip


SENTENCE = "The council said on Monday that the dam had been repaired by two engineers. "


def paragraph(size: int) -> str:
    """Sentences in one paragraph."""
    return (SENTENCE * (size // len(SENTENCE) + 1))[:size]


def paragraphs(size: int) -> str:
    """Short paragraphs."""
    return ((SENTENCE * 3 + "\n\n") * (size // (3 * len(SENTENCE)) + 1))[:size]


def without_spaces(size: int) -> str:
    """Letters alone."""
    return ("thecouncilsaidthatthedamhadbeenrepaired" * (size // 39 + 1))[:size]


def marks(number: int) -> str:
    """Quotation marks, each pair around a short sentence."""
    return "“It holds.” " * (number // 2)


def never_closed(number: int) -> str:
    """Quotation marks that open and are never closed."""
    return "“It holds. " * number


def straight(number: int) -> str:
    """Straight quotation marks, of which only their place says what they do."""
    return '"It holds." ' * (number // 2)


def growth(only: Sequence[str] = (), chosen: Sequence[str] = ()) -> dict[str, Any]:
    """Microseconds a character for each measure on longer and longer texts."""
    registry = Registry()
    parsed = rests_on_parse(registry)
    found: dict[str, Any] = {}
    read(registry, only or registry.ids, [SENTENCE])
    forms: tuple[tuple[str, Callable[[int], str], Sequence[int]], ...] = (
        ("one paragraph", paragraph, (500_000, 1_000_000, 2_000_000, 5_000_000)),
        ("many paragraphs", paragraphs, (500_000, 1_000_000, 2_000_000, 5_000_000)),
        ("no spaces", without_spaces, (500_000, 1_000_000, 2_000_000, 5_000_000)),
        ("quotation marks", marks, (10_000, 100_000, 1_000_000)),
        ("quotation marks never closed", never_closed, (10_000, 100_000, 1_000_000)),
        ("straight quotation marks", straight, (10_000, 100_000, 1_000_000)),
    )
    for form, make, sizes in forms:
        if chosen and form not in chosen:
            continue
        table: dict[str, list[float]] = {}
        for size in sizes:
            text = make(size)
            wanted = [name for name in (only or registry.ids) if name not in parsed or len(text) <= LONGEST_PARSED]
            for name, spent in read(registry, wanted, [text]).items():
                table.setdefault(name, []).append(round(1e6 * spent / len(text), 3))
                sys.stderr.write(f"{form}, {len(text):,} characters: {name} {spent:.2f} s\n")
        found[form] = {"sizes": list(sizes), "microseconds_per_character": table}
    return found


def _chosen() -> Iterator[tuple[str, Any]]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", nargs="*", default=[], help="forms of text on which growth is looked at")
    parser.add_argument("what", nargs="*", choices=["rules", "parse", "processes", "growth", []])
    parser.add_argument("--articles", type=int)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--file", type=Path, default=DEFAULT)
    parser.add_argument("--only", nargs="*", default=[], help="measures whose growth is looked at")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=1, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        yield "", measure_desk(chosen.measure, chosen.workers)
        return
    what = chosen.what or ["rules", "parse", "processes", "growth"]
    if "rules" in what:
        yield "rules", rules(chosen.file, chosen.articles or 600, chosen.rounds or 7)
    if "parse" in what:
        yield "parse", parse(chosen.file, chosen.articles or 40, chosen.rounds or 5)
    if "processes" in what:
        yield "processes", processes(chosen.file, chosen.articles or 600, chosen.rounds or 1)
    if "growth" in what:
        yield "growth", growth(chosen.only, chosen.forms)


if __name__ == "__main__":
    for name, figures in _chosen():
        sys.stdout.write(json.dumps({name: figures} if name else figures) + "\n")
        sys.stdout.flush()
