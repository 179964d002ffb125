"""Speed and memory of ingest: real articles from Parquet, real pages with and without the process apart, and memory up to 50,000 articles.

``python benchmarks/ingest.py [articles] [pages] [memory]``; the first two need ``../shared/data``. Prints one JSON object. Each figure
comes from an interpreter of its own; peaks are of resident memory, in MB.
"""

from __future__ import annotations

import csv
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ROUNDS = 3
SIZES = (1_000, 5_000, 20_000, 50_000)
KINDS = ("jsonl", "csv", "parquet")


def articles() -> dict[str, Any]:
    """Into tables, then once more with nothing to do; medians."""
    runs = [_apart("ingest", str(DATA / "articles" / "allsides.parquet")) for _ in range(ROUNDS)]
    return _medians(runs) | {"load": _load()}


def pages() -> dict[str, Any]:
    """Our reading of a page, tables left out, against trafilatura's own extraction with metadata; then into tables in both ways."""
    folder = str(DATA / "extraction" / "scrapinghub" / "html")
    found = _apart("extraction", folder)
    for name, where in (("apart", "ingest"), ("here", "here")):
        found[name] = _medians([_apart(where, folder) for _ in range(ROUNDS)])
    return found | {"load": _load()}


def memory() -> dict[str, Any]:
    """Peaks by the number of articles, made up and each of some 5,000 characters."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            for size in SIZES if kind == KINDS[0] else SIZES[::3]:
                path = Path(folder) / f"{size}.{kind}"
                _write(path, size)
                found[f"{kind} {size}"] = _apart("ingest", str(path)) | {"mb": path.stat().st_size // 1_000_000}
                path.unlink()
    return found


def ingest(path: str, *, here: bool = False) -> dict[str, Any]:
    """One ingest, in this process and the one that reads; then the clusters of copies, then once more."""
    from nutgraf.compare.copies import rebuild_copies
    from nutgraf.desk import Desk
    from nutgraf.ingest.apart import line, reading
    from nutgraf.ingest.run import ingest as read_articles
    from nutgraf.ingesting import items_for_paths

    reading.CAN_START = not here
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "nutgraf.toml").write_text('title = "Benchmark"\n', encoding="utf-8")
        desk = Desk(Path(folder))
        start = time.perf_counter()
        report = read_articles(desk, items_for_paths(desk, [path]))
        middle = time.perf_counter()
        found = {
            "seen": report.seen, "kept": report.kept, "first_s": round(middle - start, 1), "cpu_s": round(time.process_time(), 1),
            "peak_mb": _peak("self"), "peak_apart_mb": max((_peak(str(one.pid)) for one, _ in line._by.values()), default=0),
        }  # fmt: skip
        rebuild_copies(desk.store)
        found |= {"copies_s": round(time.perf_counter() - middle, 1), "peak_with_copies_mb": _peak("self")}
        middle = time.perf_counter()
        read_articles(desk, items_for_paths(desk, [path]))
        return found | {"second_s": round(time.perf_counter() - middle, 2)}


def here(path: str) -> dict[str, Any]:
    """The same without a process apart."""
    return ingest(path, here=True)


def extraction(folder: str) -> dict[str, Any]:
    """Pages a second: ours and trafilatura's."""
    import trafilatura
    from nutgraf.ingest.pages.page import read_page
    from nutgraf.ingest.records import RawItem

    files = sorted(Path(folder).glob("*.html"))
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
    return {"pages": len(files), "pages_per_s": times}


def _write(path: Path, number: int) -> None:
    if path.suffix == ".jsonl":
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(one) + "\n" for one in _made_up(number))
    elif path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["id", "title", "text", "url", "date", "outlet"])
            writer.writeheader()
            writer.writerows(_made_up(number))
    else:  # in one row group up to a million rows, as pandas writes it
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(list(_made_up(number))), path)


def _made_up(number: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(5)
    made = ["".join(chance.choice("bcdfglmnprstv") + chance.choice("aeiou") for _ in range(chance.randint(1, 4))) for _ in range(6_000)]
    words = made + ["the", "of", "and", "that", "was", "with", "for"] * 900
    for at in range(number):
        mine = random.Random(at)
        text = "\n\n".join(" ".join(mine.choices(words, k=90)).capitalize() + "." for _ in range(10))
        yield {
            "id": at, "title": " ".join(mine.choices(words, k=9)), "text": text, "url": f"https://outlet{at % 40}.example/{at}",
            "date": f"2026-0{at % 9 + 1}-1{at % 10}T08:00:00+00:00", "outlet": f"Outlet {at % 40}",
        }  # fmt: skip


def _apart(name: str, path: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, __file__, "--one", name, path], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _medians(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def _peak(process: str) -> int:
    """Peak of resident memory so far."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1_000 for line in lines if line.startswith("VmHWM"))


def _load() -> str:
    return Path("/proc/loadavg").read_text(encoding="ascii").split()[0]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps({"ingest": ingest, "here": here, "extraction": extraction}[sys.argv[2]](sys.argv[3])))  # noqa: T201
        sys.exit()
    wanted = sys.argv[1:] or ["articles", "pages", "memory"]
    if not DATA.exists() and wanted != ["memory"]:
        sys.exit(f"the real data is not here: {DATA}")
    print(json.dumps({name: {"articles": articles, "pages": pages, "memory": memory}[name]() for name in wanted}, indent=1))  # noqa: T201
