"""What a run costs on a warm desk of the 7,476 real articles when 12 new ones come in: ``python benchmarks/warm_desk.py [FOLDER]``.

All but 12 articles of ../shared/data are ingested and the edition that ``nutgraf init`` writes is made; then the 12 are put into a source
and the run is timed as a scheduler starts it. What was measured meanwhile is read from the table ``measured``. With a folder the warm desk
is kept there and used again. Its texts belong to others: keep it outside of every repository.
"""

from __future__ import annotations

import random
import re
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from laid_out import ROOT, nutgraf, timed

ARTICLES = ROOT.parent / "shared" / "data" / "articles" / "allsides.parquet"
NEW = 12
TRIES = 3
SOURCE = '\n[[sources]]\nid = "inbox"\npath = "inbox"\n'


def make(home: Path) -> None:
    """A warm desk without the new articles, and the new ones beside it."""
    import pyarrow.parquet as pq

    table = pq.read_table(ARTICLES)
    places = list(range(table.num_rows))
    random.Random(5).shuffle(places)
    pq.write_table(table.take(sorted(places[:NEW])), home / "new.parquet")
    pq.write_table(table.take(sorted(places[NEW:])), home / "old.parquet")
    timed(nutgraf("init", str(home / "warm")), home)
    (home / "warm" / "inbox").mkdir()
    with (home / "warm" / "nutgraf.toml").open("a", encoding="utf-8") as file:
        file.write(SOURCE)
    ingested = timed(nutgraf("ingest", str(home / "old.parquet")), home / "warm")
    sys.stdout.write(f"{table.num_rows - NEW:,} articles ingested: {ingested.wall_s:.1f} s wall, {ingested.cpu_s:.1f} s processor\n")
    first = timed(nutgraf("run"), home / "warm")
    sys.stdout.write(f"first run over them:    {first.wall_s:.1f} s wall, {first.cpu_s:.1f} s processor\n")


def measured(desk: Path) -> dict[str, set[tuple]]:
    """What the table ``measured`` holds: articles by work_id."""
    from nutgraf.store import Store

    table = Store(desk / "data" / "processed").read("measured", ["work_id", "article_id", "version", "measure"])
    found: dict[str, set[tuple]] = {}
    for row in table.to_pylist():
        found.setdefault(row["work_id"], set()).add((row["article_id"], row["version"], row["measure"]))
    return found


def again(home: Path) -> tuple[float, float]:
    """A copy of the warm desk, its new articles, and a run; returns its wall and its processor time in seconds."""
    desk = home / "copy"
    shutil.rmtree(desk, ignore_errors=True)
    shutil.copytree(home / "warm", desk)  # with the times of its files
    before = measured(desk)
    shutil.copy(home / "new.parquet", desk / "inbox")
    done = timed(nutgraf("run"), desk)
    after = measured(desk)
    fresh = {key for work, keys in after.items() if work not in before for key in keys}
    touched = {key[:2] for key in fresh}
    assert all(after[work] == keys for work, keys in before.items())
    assert len(touched) == NEW, f"{len(touched)} articles were measured"
    steps = ", ".join(f"{name} {seconds} s" for name, seconds in re.findall(r"executed (\S+) in ([\d.]+) s", done.said))
    rendered = re.search(r"rendered and checked in ([\d.]+) s", done.said)[1]
    sys.stdout.write(
        f"{NEW} new: {done.wall_s:.1f} s wall, {done.cpu_s:.1f} s processor ({steps}, rendered {rendered} s); measured: {len(touched)} articles "
        f"by {len({key[2] for key in fresh})} measures, no other\n"
    )
    return done.wall_s, done.cpu_s


def main() -> None:
    """Print what each run took, and the medians."""
    with tempfile.TemporaryDirectory(prefix="nutgraf-") as name:
        home = Path(sys.argv[1] if len(sys.argv) > 1 else name).resolve()
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "warm").is_dir():
            if not ARTICLES.is_file():
                sys.stdout.write("skipped: the labelled data is not here (../shared/data/articles/allsides.parquet)\n")
                return
            make(home)
        walls, spent = zip(*(again(home) for _ in range(TRIES)), strict=True)
        shutil.rmtree(home / "copy")
        sys.stdout.write(f"medians: {statistics.median(walls):.1f} s wall, {statistics.median(spent):.1f} s processor\n")


if __name__ == "__main__":
    main()
