"""Many starts at once, and the same input twice."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nutgraf.desk import Desk

from tests.faults import desks
from tests.faults.state import Watch, ledger_of, tree
from tests.test_runs_notebooks import book

_WAITING = (
    "import sys; from nutgraf.cli import commands, main; sys.stdout.write('.'); sys.stdout.flush(); sys.stdin.read()\n"
    "sys.argv = ['nutgraf', 'run']; main()"
)
STARTS = 20


def test_of_twenty_starts_at_once_exactly_one_runs(watch: Watch) -> None:
    root = watch.desk.root
    desks.write_notebook(root, "30-ferry", "second")
    with ledger_of(watch.desk) as db:
        (runs,) = db.execute("select count(*) from runs").fetchone()
    started = [
        subprocess.Popen([sys.executable, "-c", _WAITING], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(STARTS)
    ]  # fmt: skip
    for process in started:
        assert process.stdout.read(1) == ".", process.stderr.read()
    for process in started:
        process.stdin.close()
    ended = [(process.stdout.read(), process.stderr.read(), process.wait()) for process in started]
    assert sorted(code for _, _, code in ended) == [0, *[30] * (STARTS - 1)], ended
    for _, said, code in ended:
        if code == 30:
            assert re.fullmatch(r"nutgraf: another process holds this desk: nutgraf run, process \d+, since .+ Nothing was started\.\n", said), said
    with ledger_of(watch.desk) as db:
        assert db.execute("select count(*) from runs").fetchone() == (runs + 1,)
    watch.check_done("after twenty starts")


@pytest.mark.faults  # tests/test_runs_kernels.py holds the half of it that is about kernels, too
def test_the_lock_and_the_kernels_die_with_a_run(watch: Watch) -> None:
    """Its cell would go on for a minute: the notebooks of other tests end by themselves before anybody could miss their end."""
    root = watch.desk.root
    asleep = book("import pathlib, time\npathlib.Path('../asleep').touch()\ntime.sleep(60)", tags=())
    (root / "notebooks" / "30-ferry.ipynb").write_text(json.dumps(asleep), encoding="utf-8")
    process = desks.start(root)
    while not (root / "asleep").exists():
        assert process.poll() is None, "the run ended before its kernel slept"
        time.sleep(0.01)
    assert desks.run(root).returncode == 30
    assert desks.left_over(root), "its kernel is alive"
    process.kill()
    process.wait()
    desks.seconds_until_gone(root)
    desks.write_notebook(root, "30-ferry", "second")
    assert desks.run(root).returncode == 0
    watch.check_done("after a run beside a killed one")


def test_the_same_input_gives_the_same_key_and_the_same_bytes(made: Path, tmp_path: Path) -> None:
    again = desks.make(tmp_path / "elsewhere" / "another name")
    assert desks.run(again).returncode == 0
    first, second = Desk(made), Desk(again)
    assert keys(first) == keys(second)
    names = sorted(tree(first.site))
    assert names == sorted(tree(second.site)) and tree(first.staged).keys() == tree(second.staged).keys()
    for name in names:
        one, other = ((desk.site / name).read_bytes() for desk in (first, second))
        if name in ("index.html", "feed.xml"):  # the edition that was done last comes first
            one, other = (b"\n".join(sorted(timeless(content).splitlines())) for content in (one, other))
        assert one == other or timeless(one) == timeless(other), f"{name} differs in more than times and what follows from them"


def timeless(content: bytes) -> bytes:
    """A file without the times of publication, and without the sums of files that hold them."""
    text = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|Z)", b"TIME", content)
    text = re.sub(rb"\d\d:\d\d UTC", b"TIME", text)
    return re.sub(rb'("[^"]+\.html": )"[0-9a-f]{64}"', rb'\1"SUM"', text)


def keys(desk: Desk) -> dict[str, str]:
    with ledger_of(desk) as db:
        return dict(db.execute("select edition, key from checked").fetchall())


def test_tables_that_are_compacted_change_no_key_and_make_nothing(watch: Watch) -> None:
    from deltalake import DeltaTable

    desk = watch.desk
    before, site = keys(desk), tree(desk.site)
    with ledger_of(desk) as db:
        (attempts,) = db.execute("select count(*) from attempts").fetchone()
    versions = desk.store.versions()
    for name in versions:
        table = DeltaTable(desk.processed / name)
        table.optimize.compact()
        table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    assert desk.store.versions()["measured"] > versions["measured"], "it was compacted"
    done = desks.run(desk.root)
    assert done.returncode == 0 and "ferry: fresh" in done.stdout and "dam: fresh" in done.stdout, done.stdout
    assert keys(desk) == before and tree(desk.site) == site
    with ledger_of(desk) as db:
        assert db.execute("select count(*) from attempts").fetchone() == (attempts,), "nothing was made"
    assert desks.run(desk.root).stdout.startswith("nothing new")
