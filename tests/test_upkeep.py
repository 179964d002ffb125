"""``nutgraf maintain``: small tables, the same rows, the same keys; and whatever moment it is killed at, nothing is lost."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nutgraf.desk import Desk
from nutgraf.errors import StoreError, UsageError
from nutgraf.ingesting import ingest
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.schema import TABLES
from nutgraf.store import Store
from nutgraf.upkeep.maintain import in_bytes, maintain

from tests.conftest import copied, copy_desk
from tests.test_store import measured

COMMAND = Path(sys.executable).with_name("nutgraf")


def contents(desk: Desk) -> dict[str, list[str]]:
    """Sorted rows of every table."""
    return {name: sorted(map(repr, desk.store.read(name).to_pylist())) for name in TABLES}


def command(desk: Desk, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], cwd=desk.root, capture_output=True, text=True, check=False)


def keep(desk: Desk, **options: object) -> object:
    return maintain(desk, say=lambda line: None, **options)


@pytest.fixture
def busy(tmp_path: Path, ingested: Path) -> Desk:
    """A desk whose table ``measured`` was written in twelve commits; the sample's articles beside it."""
    desk = copied(ingested, tmp_path / "desk")
    for number in range(12):
        desk.store.replace_work("measured", f"w{number}", measured(f"w{number}", f"a{number}", f"b{number}"))
    return desk


def test_many_files_become_one_with_the_same_rows_and_a_second_time_changes_nothing(busy: Desk) -> None:
    rows = contents(busy)
    done = keep(busy)
    [entry] = [table for table in done.tables if table.table == "measured"]
    assert (entry.files_before, entry.files_after, entry.on_disk_after) == (12, 1, 13), "superseded files stay for open notebooks"
    assert contents(busy) == rows and any("with --now they go too" in line for line in done.lines())
    versions = busy.store.versions()
    again = keep(busy)
    assert busy.store.versions() == versions and all(table.bytes_before == table.bytes_after for table in again.tables)


def test_now_removes_what_is_superseded_and_shortens_the_log(busy: Desk) -> None:
    rows = contents(busy)
    done = keep(busy, now=True)
    [entry] = [table for table in done.tables if table.table == "measured"]
    assert (entry.files_after, entry.on_disk_after) == (1, 1) and entry.bytes_after < entry.bytes_before
    log = busy.processed / "measured" / "_delta_log"
    assert [path.name for path in log.glob("*.json")] == [f"{busy.store.version('measured'):020}.json"]
    assert contents(busy) == rows and not any("--now" in line for line in done.lines())
    busy.store.replace_work("measured", "w0", measured("w0", "a0", "b0"))
    assert contents(busy) == rows
    keep(busy, now=True)
    versions, disk = busy.store.versions(), sorted(path.name for path in busy.processed.rglob("*"))
    keep(busy, now=True)
    assert busy.store.versions() == versions and sorted(path.name for path in busy.processed.rglob("*")) == disk
    assert contents(busy) == rows


def test_a_read_that_began_before_a_compaction_is_repeated(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook holds no lock: the files of the version that it opened may be gone when it reads them."""
    rows, real, opened = contents(busy), Store._open, []

    def open_then_compact(store: Store, name: str) -> object:
        table = real(store, name)
        if not opened and name == "measured":
            opened.append(name)
            keep(Desk(busy.root), now=True)
        return table

    monkeypatch.setattr(Store, "_open", open_then_compact)
    assert sorted(map(repr, busy.store.read("measured").to_pylist())) == rows["measured"] and opened


def test_after_maintenance_nothing_is_new(tmp_path: Path, finished: Desk) -> None:
    """Copied folders have other times, so the first run looks at every key; the one after maintenance looks at none."""
    shutil.copytree(finished.root, tmp_path / "desk")
    desk = Desk(tmp_path / "desk")
    first = command(desk, "run")
    assert (first.returncode, first.stdout.splitlines()[0]) == (0, "sample: fresh"), first.stderr
    with Ledger.open(desk.processed / FILE) as ledger:
        good = ledger.last("sample")
    left = desk.staged / ".damaged" / "sample" / "v1" / "index.html"
    left.parent.mkdir(parents=True)
    left.write_text("changed by hand", encoding="utf-8")
    assert command(desk, "run").stdout.startswith("sample: fresh")
    done = command(desk, "maintain", "--now", "--older-than", "0", "--delete")
    assert done.returncode == 0 and not left.exists(), done.stderr
    assert re.search(r"spans: ([2-9]|\d\d) → 1 files; on disk \1 → 1 files", done.stdout) and "every attempt kept" in done.stdout
    again = command(desk, "run")
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, "nothing new: no edition needs to be made"), again.stdout
    with Ledger.open(desk.processed / FILE) as ledger:
        assert ledger.last("sample") == good
    changed = desk.root / "data" / "raw" / "sample" / "new.txt"
    changed.write_text("A goat\n\nThe goat came down from the roof of the bakery on Thursday, and bought nothing at all.", encoding="utf-8")
    command(desk, "maintain")
    with Ledger.open(desk.processed / FILE) as ledger:
        from nutgraf.runs.freshness.fingerprint import fingerprint

        assert ledger.settled_at(time.time()) != fingerprint(desk.root), "maintenance never settles what it did not look at"


def test_a_desk_without_tables_is_told_so_and_left_as_it_is(tmp_path: Path) -> None:
    desk = Desk(copy_desk(tmp_path / "desk"))
    with pytest.raises(UsageError, match="this desk has no tables yet. 'nutgraf run' or 'nutgraf ingest' makes them"):
        keep(desk)
    assert not desk.processed.exists()
    told = command(desk, "maintain")
    assert told.returncode == 2 and len(told.stderr.splitlines()) == 1 and not desk.processed.exists()


def test_leftovers_are_named_with_their_age_and_deleted_on_request_only(busy: Desk) -> None:
    month = time.time() - 40 * 86_400
    places = {
        "data/processed/before-20260101-060000/spans/x.parquet": "data/processed/before-20260101-060000",
        "data/processed/ledger-set-aside-20260101-060000.sqlite": "data/processed/ledger-set-aside-20260101-060000.sqlite",
        "staged/.damaged/sample/v1/index.html": "staged/.damaged/sample",
        "staged/.runs/sample/10-sentiment.ipynb": "staged/.runs/sample",
        "data/raw/77.part": "data/raw/77.part",
    }
    for name in places:
        path = busy.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("left", encoding="utf-8")
        for entry in (path, path.parent, path.parent.parent):
            os.utime(entry, (month, month))
    young = busy.staged / ".runs" / "other"
    young.mkdir()
    done = keep(busy)
    assert [one.path for one in done.leftovers] == sorted(places.values()) and {one.age_days for one in done.leftovers} == {40}
    assert all((busy.root / name).exists() for name in places)
    assert any(line.endswith("40 days old: may go (--delete)") for line in done.lines())
    assert keep(busy, older_than_days=50, delete_leftovers=True).leftovers == []
    gone = keep(busy, delete_leftovers=True)
    assert len(gone.leftovers) == len(places) and not any((busy.root / name).exists() for name in places.values()) and young.exists()
    assert any(line.endswith("deleted") for line in gone.lines())


def test_lists_lose_their_doubled_lines_and_unfinished_batches_are_undone(busy: Desk) -> None:
    rows = contents(busy)
    path = busy.processed / "ingested.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[0], lines[1], '{"key": "cut sh']), encoding="utf-8")
    busy.store.begin("half", ["measured"])
    busy.store.replace_work("sentences", "half", busy.store.read("sentences"))
    done = keep(busy)
    assert (done.n_lines_dropped, done.n_undone) == (3, 1) and not (busy.processed / "journal.jsonl").exists()
    assert path.read_text(encoding="utf-8").splitlines() == lines and contents(busy) == rows
    assert ingest(busy).files_known == len(lines)


def test_every_attempt_stays_in_the_ledger(busy: Desk) -> None:
    with Ledger.open(busy.processed / FILE) as ledger:
        run = ledger.start_run()
        for number in range(200):
            ledger.end_attempt(ledger.start_attempt(run, "e", f"k{number}", {"articles": "x" * 2_000}, {}), "good", pages={"p": "y" * 2_000})
            ledger.note_pages("e", None)
        before = ledger.last("e")
    done = keep(busy)
    assert done.ledger_bytes[1] < done.ledger_bytes[0]
    with Ledger.open(busy.processed / FILE) as ledger:
        assert ledger.last("e") == before
        assert ledger._db.execute("select count(*) from attempts").fetchone()[0] == 200


def test_a_damaged_table_is_told_and_rebuild_offered(busy: Desk) -> None:
    for path in (busy.processed / "measured").glob("*.parquet"):
        path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(StoreError, match="'measured' cannot be compacted: .*'nutgraf rebuild'") as caught:
        keep(busy)
    assert str(busy.root).strip("/") not in str(caught.value)


def test_json_for_a_program(busy: Desk) -> None:
    found = json.loads(command(busy, "maintain", "--json").stdout)
    assert {"table", "files_before", "files_after", "bytes_before", "bytes_after"} <= set(found["tables"][0])
    assert found["retention_hours"] == 24 and found["leftovers"] == []


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_moment_nothing_is_lost(busy: Desk, seed: int) -> None:
    rows, chance = contents(busy), random.Random(seed)
    process = subprocess.Popen([COMMAND, "maintain", "--now"], cwd=busy.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    checkpoints = busy.processed.glob("articles/_delta_log/*.checkpoint.parquet") if seed else iter("started")
    while process.poll() is None and not next(checkpoints, None):  # from its first table on; else while it starts
        checkpoints = busy.processed.glob("articles/_delta_log/*.checkpoint.parquet")
        time.sleep(0.002)
    time.sleep(chance.random() * 0.2)
    process.kill()
    process.wait()
    assert contents(busy) == rows
    assert command(busy, "maintain", "--now").returncode == 0
    assert contents(busy) == rows and busy.store.n_files("measured") == 1


def test_sizes_in_words() -> None:
    assert [in_bytes(number) for number in (0, 812, 1_400_000, 2_000_000_000)] == ["0 bytes", "812 bytes", "1.4 MB", "2.0 GB"]
