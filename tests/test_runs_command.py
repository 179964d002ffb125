"""`nutgraf runs`: every run with what was asked, how it ended and why; also those that ended before any edition was begun."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock
from nutgraf.desk import Desk
from nutgraf.errors import StoreError
from nutgraf.runs.attempts.history import in_words, look, runs
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.attempts.ledger_file import in_memory
from nutgraf.runs.attempts.states import staleness
from nutgraf.runs.attempts.times import seconds
from nutgraf.runs.runner import run

from tests.test_runs_kernels import SLEEPER, make_desk, nutgraf

CELLS = {"good": ["word: str = 'one'", "x = 1"], "bad": ["x = 1", "raise ValueError('no such thing')"]}
AT = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"


def listed(root: Path, *arguments: str) -> list[dict]:
    return json.loads(nutgraf(root, "runs", "--json", *arguments).stdout)["runs"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk on which runs ended in each way: some failed, a file that is wrong, a name that is none, one edition by name, by force."""
    root = make_desk(tmp_path_factory.mktemp("runs") / "desk", CELLS)
    (root / "inbox").mkdir()
    (root / "inbox" / "a.txt").write_text("The council met. Nobody was there. It rained all day long.\n", encoding="utf-8")
    (root / "nutgraf.toml").write_text('[[sources]]\nid = "inbox"\npath = "inbox"\n', encoding="utf-8")
    assert nutgraf(root, "run").returncode == 10
    assert nutgraf(root, "run", "goood").returncode == 2
    assert nutgraf(root, "run", "good", "--force").returncode == 0
    (root / "inbox").rename(root / "away")
    assert nutgraf(root, "run", "good").returncode == 2
    (root / "away").rename(root / "inbox")
    return root


def test_each_run_with_what_was_asked_and_how_it_ended(desk: Path) -> None:
    found = listed(desk)
    assert [(one["run_id"], one["asked"], one["state"], one["exit_code"]) for one in found] == [
        (4, "good", "failed", 2), (3, "good --force", "good", 0), (2, "goood", "failed", 2), (1, "all", "failed", 10),
    ]  # fmt: skip
    missing, forced, unknown, first = found
    assert missing["error"].startswith("source 'inbox' in nutgraf.toml: its path does not exist: inbox.") and missing["editions"] == []
    assert unknown["error"] == "unknown edition 'goood'. Did you mean 'good'? Nothing was run."
    assert forced["error"] is None and [edition["state"] for edition in forced["editions"]] == ["unchanged"]
    assert {edition["edition"]: edition["state"] for edition in first["editions"]} == {"good": "good", "bad": "failed"}
    assert (first["counts"]["seen"], first["counts"]["new"], first["counts"]["quarantined"]) == (1, 1, 0)
    assert list(first["phases"]) == ["ingest", "planning", "measuring", "making", "looking at other editions", "list of reports"]
    assert 0 < first["phases"]["making"] <= first["seconds"] and list(missing["phases"]) == ["ingest"]


def test_for_a_person(desk: Path) -> None:
    lines = nutgraf(desk, "runs").stdout.splitlines()
    assert re.fullmatch(rf"4  {AT}, [\d.]+ s  good: failed, exit code 2", lines[0])
    assert lines[1].startswith("  source 'inbox' in nutgraf.toml: its path does not exist")
    assert re.fullmatch(rf"3  {AT}, [\d.]+ s  good --force: good, exit code 0; 1 seen, 1 edition made", lines[2])
    assert re.fullmatch(rf"1  {AT}, [\d.]+ s  all: failed, exit code 10; 1 seen, 1 new, 1 edition made", lines[5])
    assert re.match(r"  bad: failed, [\d.]+ s: notebook bad, cell 2: ValueError: no such thing", lines[6])
    assert re.fullmatch(rf"last looked at: {AT} \(a run with nothing to do is noted here alone\)", lines[7]) and len(lines) == 8
    whole = nutgraf(desk, "runs", "1").stdout.splitlines()
    assert whole[1].startswith("  ingest ") and ", making " in whole[1]
    assert sorted(re.match(r"  (\w+: \w+(, version \d+)?), [\d.]+ s", line)[1] for line in whole[2:]) == ["bad: failed", "good: published, version 1"]


def test_choosing_among_them(desk: Path) -> None:
    assert [one["run_id"] for one in listed(desk, "--limit", "2")] == [4, 3]
    assert [one["run_id"] for one in listed(desk, "--edition", "bad")] == [1]
    assert listed(desk, "--edition", "nowhere") == []
    done = nutgraf(desk, "runs", "99")
    assert done.returncode == 2 and done.stderr == "nutgraf: the ledger holds no run 99. 'nutgraf runs' lists them.\n"


def test_a_desk_without_a_run(tmp_path: Path) -> None:
    root = make_desk(tmp_path / "desk", {})
    assert nutgraf(root, "runs").stdout == "no run is in the ledger of attempts\n"
    assert not (root / "data").exists()


def test_a_run_that_was_interrupted_and_one_that_was_killed(tmp_path: Path) -> None:
    root = make_desk(tmp_path / "desk", {"slow": ["x = 1", SLEEPER]})
    (root / "sleep").touch()
    for number, (signal_number, state, code) in enumerate(((signal.SIGTERM, "interrupted", 1), (signal.SIGKILL, "killed", None)), start=1):
        runner = subprocess.Popen([sys.executable, "-m", "nutgraf", "run"], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while not list(root.rglob("kernel.pid")):
            assert time.monotonic() < deadline and runner.poll() is None, runner.communicate()
            time.sleep(0.05)
        under_way = listed(root)[0]
        assert (under_way["state"], under_way["exit_code"], under_way["ended_at"]) == ("running", None, None)
        assert under_way["editions"][0]["state"] == "running"
        runner.send_signal(signal_number)
        runner.communicate(timeout=60)
        for left in root.rglob("kernel.pid"):
            left.unlink()
        newest = listed(root)[0]
        assert (newest["run_id"], newest["state"], newest["exit_code"]) == (number, state, code)
        assert (newest["ended_at"] is None) == (state == "killed") and newest["editions"][0]["state"] == state
    assert [line.split(": ", 1)[1] for line in nutgraf(root, "runs").stdout.splitlines()[:2]] == ["killed: it never ended", "killed"]
    assert "the run was interrupted" in nutgraf(root, "runs", "1").stdout


def test_a_run_that_breaks_off_before_any_edition_is_kept_with_its_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(make_desk(tmp_path / "desk", {"good": CELLS["good"]}))
    errors = iter([StoreError("the disk is full", not_done="nothing was read"), OSError(28, "No space left on device"), KeyboardInterrupt()])

    def broken(*_args: object, **_options: object) -> None:
        raise next(errors)

    monkeypatch.setattr("nutgraf.ingesting.ingest", broken)
    for expected in (StoreError, OSError, KeyboardInterrupt):
        with pytest.raises(expected):
            run(desk, say=lambda line: None)
    found = look(desk)["runs"]
    assert [(one["state"], one["exit_code"]) for one in found] == [("interrupted", 1), ("failed", 1), ("failed", 1)]
    assert found[2]["error"] == "the disk is full. Nothing was read."
    assert found[1]["error"].startswith("the disk is full. ") and found[0]["error"] == "the run was interrupted"


def test_an_error_is_not_lost_when_the_ledger_cannot_take_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(make_desk(tmp_path / "desk", {"good": CELLS["good"]}))

    def full(*_args: object, **_options: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("nutgraf.ingesting.ingest", lambda *_args, **_options: (_ for _ in ()).throw(StoreError("the table is gone")))
    monkeypatch.setattr(Ledger, "end_run", full)
    with pytest.raises(StoreError, match="the table is gone") as caught:
        run(desk, say=lambda line: None)
    assert caught.value.__notes__ == ["the ledger does not hold it: database or disk is full"]


def test_an_edition_is_stale_only_when_something_changed(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / FILE) as ledger:
        def attempt(key: str, state: str, **more) -> None:
            ledger.end_attempt(ledger.start_attempt(1, "one", key, {}, {}), state, **more)
            time.sleep(0.002)  # no two begin in one millisecond

        attempt("k1", "failed", error="no")
        assert staleness(ledger, "one")[1] == "it could not be made anew"
        attempt("k1", "good", version=1)
        assert staleness(ledger, "one") is None
        for state in ("failed", "interrupted", "killed"):  # made again by force, over the same
            attempt("k1", state)
            assert staleness(ledger, "one") is None, state
        attempt("k2", "killed")
        first = ledger.last("one")["started_at"]
        attempt("k2", "killed")
        assert staleness(ledger, "one") == (first, "a run was interrupted")
        attempt("k2", "failed", error="no")
        assert staleness(ledger, "one") == (ledger.last("one")["started_at"], "it could not be made anew")


OLD = """
create table runs (run_id integer primary key, started_at text not null, ended_at text, state text not null, exit_code integer,
    counts text, error text);
create table attempts (attempt_id integer primary key, run_id integer not null references runs, edition text not null, key text not null,
    parts text not null, state text not null, started_at text not null, ended_at text, version integer, error text, counts text not null, pages text);
create table checked (edition text primary key, checked_at text not null, key text not null);
create table settled (id integer primary key check (id = 1), fingerprint text not null, since real not null, until real);
insert into runs values (1, '2026-03-02T06:30:00+00:00', '2026-03-02T06:31:05+00:00', 'good', 0, '{"seen": 3}', null);
insert into attempts values (1, 1, 'one', 'k', '{}', 'good', '2026-03-02T06:30:00+00:00', '2026-03-02T06:31:00+00:00', 1, null, '{}', null);
pragma user_version = 2;
"""


def test_a_ledger_of_the_form_before_is_read_as_it_is_and_brought_up_by_a_run(tmp_path: Path) -> None:
    path = tmp_path / FILE
    with sqlite3.connect(path) as db:
        db.executescript(OLD)
    before = path.read_bytes()
    with Ledger.look(path) as ledger:
        (only,) = runs(ledger)
        assert (only["asked"], only["phases"], only["seconds"], only["counts"]) == (None, {}, 65, {"seen": 3})
        assert ledger.selected("one") is None
        assert in_words(only, is_short=True) == ["1  2026-03-02 06:30 UTC, 1 min 5 s  good, exit code 0; 3 seen, 1 edition made"]
    assert path.read_bytes() == before and [found.name for found in tmp_path.iterdir()] == [FILE]
    with Ledger.open(path) as ledger:
        assert ledger.notice is None
        ledger.end_attempt(ledger.start_attempt(ledger.start_run("one --force"), "one", "k", {"articles": "d"}, {}), "good", articles=b"[]")
    with Ledger.look(path) as ledger:
        assert [one["asked"] for one in runs(ledger)] == ["one --force", None] and ledger.selected("one") == ("d", b"[]")


def test_pages_are_kept_of_the_newest_good_attempt_alone(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / FILE) as ledger:
        for edition in ("one", "two", "one"):
            ledger.end_attempt(ledger.start_attempt(1, edition, "k", {}, {}), "good", pages={"a.html": "0"})
        ledger.end_attempt(ledger.start_attempt(1, "one", "k", {}, {}), "failed", error="no")
        assert [row["pages"] is not None for row in ledger.rows("select pages from attempts order by attempt_id")] == [False, True, True, False]


def test_durations() -> None:
    assert [seconds(value) for value in (0.04, 9.94, 42.4, 59.6, 185, 7_800)] == ["0.0 s", "9.9 s", "42 s", "1 min 0 s", "3 min 5 s", "2 h 10 min"]


def test_reading_while_a_run_writes(desk: Path) -> None:
    """The ledger is in WAL mode: a reader neither waits for a writer nor sees half of what it writes."""
    path = desk / "data" / "processed" / FILE
    with FileLock(desk / "data" / "processed" / "lock"), Ledger.open(path) as writer:
        with writer._together():
            writer._db.execute("update attempts set state = 'failed' where edition = 'good'")
            began = time.monotonic()
            with Ledger.look(path) as reader:
                assert reader.last("good")["state"] == "unchanged"
            assert time.monotonic() - began < 5
            writer._db.execute("update attempts set state = 'unchanged' where edition = 'good'")


@pytest.mark.skipif(shutil.which("unshare") is None or os.geteuid() != 0, reason="mounting a desk read-only needs root and unshare")
@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "while its log is not yet in the database"])
def test_a_desk_on_a_read_only_disk_can_be_looked_at(desk: Path, is_open: bool) -> None:
    def mounted(*arguments: str) -> subprocess.CompletedProcess:
        command = f'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" && ! touch x 2>/dev/null && {shlex.quote(sys.executable)} -m nutgraf "${{@:2}}"'
        return subprocess.run(
            ["unshare", "--mount", "bash", "-c", command, "bash", str(desk), *arguments], capture_output=True, text=True, timeout=120, check=False
        )

    probe = mounted("--version")
    if probe.returncode:
        pytest.skip(f"no read-only mount to be had here: {probe.stderr.strip()}")
    path = desk / "data" / "processed" / FILE
    with Ledger.open(path) as writer:
        if is_open:
            writer.end_run(writer.start_run("new in the log"), "good", 0, {})
            assert in_memory(path).execute("select max(run_id), asked from runs").fetchone() == (5, "new in the log")
            assert path.with_name(f"{FILE}-wal").stat().st_size
        else:
            writer._db.close()
        expected = nutgraf(desk, "runs").stdout
        for command in ("runs", "status", "why"):
            done = mounted(command)
            assert done.returncode == 0 and not done.stderr, (command, done.stderr)
            assert command != "runs" or done.stdout == expected
            assert command != "why" or "bad: never made" in done.stdout
    done = mounted("run")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
