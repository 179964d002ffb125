"""Files that are damaged, a disk that is really full, a site that cannot be written to: said in a line, and nothing good is lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nutgraf.desk import Desk

from tests.faults import desks
from tests.faults.conftest import watched
from tests.faults.state import Watch, tree


def newest_commit(desk: Desk, table: str) -> Path:
    return max((desk.processed / table / "_delta_log").glob("*.json"))


def data_file(desk: Desk, table: str) -> Path:
    return min((desk.processed / table).glob("*.parquet"))


def garble_commit(desk: Desk) -> None:
    newest_commit(desk, "articles").write_text("{no json", encoding="utf-8")


def empty_commit(desk: Desk) -> None:
    newest_commit(desk, "measured").write_text("", encoding="utf-8")


def lose_commit(desk: Desk) -> None:
    (desk.processed / "measured" / "_delta_log" / "00000000000000000000.json").unlink()


def lose_data(desk: Desk) -> None:
    data_file(desk, "articles").unlink()


def cut_data(desk: Desk) -> None:
    path = data_file(desk, "measured")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


_OFTEN, _SELDOM = (garble_commit, lose_data), (cut_data, empty_commit, lose_commit)


@pytest.mark.parametrize("harm", [*_OFTEN, *(pytest.param(harm, marks=pytest.mark.faults) for harm in _SELDOM)])
def test_a_damaged_table_is_told_in_a_line_with_what_brings_it_back(watch: Watch, harm: Callable[[Desk], None]) -> None:
    harm(watch.desk)
    desks.write_notebook(watch.desk.root, "10-dam", "second")
    site = tree(watch.desk.site)
    done = desks.run(watch.desk.root)
    said = [line for line in done.stderr.splitlines() if line.startswith("nutgraf: ")]
    assert done.returncode == 1 and len(said) == 1 and "Traceback" not in done.stderr, done.stderr
    assert re.match(r"nutgraf: table '\w+' cannot be read: .+\. Run 'nutgraf rebuild': .+\. Nothing was read\.$", said[0]), said
    assert str(watch.desk.root) not in said[0] and len(said[0]) < 600
    assert tree(watch.desk.site) == site
    watch.look("after a run on a damaged table")


def garble_ledger(desk: Desk) -> str:
    (desk.processed / "ledger.sqlite").write_bytes(b"no database" * 1000)
    return "it was set aside as ledger-set-aside-"


def garble_small_files(desk: Desk) -> str:
    """Everything that a run keeps beside its tables, torn or full of rubbish at once."""
    with (desk.processed / "journal.jsonl").open("ab") as journal:
        journal.write(b"\xff\xfe no line\n[]\n" + b'{"work_id": "w", "sta')
    with (desk.processed / "ingested.jsonl").open("ab") as register:
        register.write(b"\xff\xfe\n[]\n3\n" + b'{"key": "k", "n_rec')
    for name in ("lock.json", "left-out.json"):
        (desk.processed / name).write_bytes(b"\xff{")
    with (desk.decisions / "publications.jsonl").open("ab") as record:
        record.write(b'{"edition": "dam", "event": "publ')
    for half in ("data/raw/77.part", "data/processed/spans/part-0-c000.snappy.parquet#1", "data/processed/spans/_delta_log/00000000000000000099.json#1",
                 "data/processed/.gone.json.part", "site/.index.html.part", "site/editions/dam/.index.html.part", "site/editions/dam/data/.a.csv.part",
                 "site/editions/gone/.v1.part/index.html", "staged/.rent.part/index.html"):  # fmt: skip
        path = desk.root / half
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    return ""


@pytest.mark.parametrize("harm", [pytest.param(garble_ledger, marks=pytest.mark.faults), garble_small_files])
def test_what_a_run_keeps_for_itself_may_be_damaged(watch: Watch, harm: Callable[[Desk], str]) -> None:
    words = harm(watch.desk)
    desks.write_notebook(watch.desk.root, "10-dam", "second")
    done = desks.run(watch.desk.root)
    assert done.returncode == 0 and words in done.stderr, done.stderr
    watch.check_done("after a run with damaged files beside its tables")


def test_the_note_of_a_raw_file_that_cannot_be_read_is_told(watch: Watch) -> None:
    """Alone of these it is no part of what is disposable."""
    (sidecar,) = watch.desk.raw.glob("*.json")
    shutil.rmtree(watch.desk.processed)
    sidecar.write_text("[{", encoding="utf-8")
    done = desks.run(watch.desk.root)
    assert done.returncode == 1 and f"nutgraf: data/raw/{sidecar.name}: the note of where a raw file came from cannot be read" in done.stderr
    assert "Bring it back from a backup, or delete it" in done.stderr
    watch.look("after a run with a damaged note")


@contextmanager
def mounted(*commands: tuple[str, ...], target: Path) -> Iterator[None]:
    """Mount something there, or skip with what the machine says."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root may mount a small or a read-only disk")
    is_mounted = False
    try:
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                pytest.skip(f"this machine does not let us mount: {done.stderr.strip()}")
            is_mounted = True
        yield
    finally:
        if is_mounted:
            subprocess.run(["umount", str(target)], check=True)


@pytest.mark.faults
def test_a_disk_that_is_really_full(made: Path, tmp_path: Path) -> None:
    root = tmp_path / "disk"
    root.mkdir()
    with mounted(("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(root)), target=root):
        watch, failed = watched(made, root), 0
        for left in (150_000, 100_000, 60_000, 20_000, 0):
            desks.write_notebook(root, "30-ferry", f"{left} bytes")
            (root / "filling").write_bytes(b"\0" * (shutil.disk_usage(root).free - left))
            done = desks.run(root)
            watch.look(f"on a disk with {left:,} bytes left")
            if done.returncode != 0:
                failed += 1
                assert done.returncode in (1, 10, 20) and "Traceback" not in done.stderr and str(root) not in done.stderr, done.stderr
                full = "the disk is full. Make room on the disk and run again"
                assert full in done.stderr or "the space on its disk. Nothing was started" in done.stderr, done.stderr
            (root / "filling").unlink()
            assert desks.run(root).returncode == 0
            watch.check_done(f"once there is room again, after {left:,} bytes")
        assert failed >= 3, "the disk was not full enough to prove anything"


def test_a_site_that_cannot_be_written_to(made: Path, tmp_path: Path) -> None:
    watch = watched(made, tmp_path / "desk")
    root, site = watch.desk.root, watch.desk.site
    before = tree(site)
    desks.write_notebook(root, "30-ferry", "second")
    with mounted(("mount", "--bind", str(site), str(site)), ("mount", "-o", "remount,bind,ro", str(site)), target=site):
        done = desks.run(root)
        assert done.returncode in (1, 10, 20) and "Traceback" not in done.stderr, done.stderr
        assert re.search(r"ferry: failed: site/.+: the disk or folder is read-only\. Make it writable and run again\. The last good", done.stderr)
        assert tree(site) == before
    assert desks.run(root).returncode == 0
    watch.check_done("once it can be written to again")
    assert tree(site) != before
