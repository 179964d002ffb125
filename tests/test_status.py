"""`nutgraf status`: every edition and the desk as a whole, from the ledger alone, at once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from filelock import FileLock
from nutgraf.cli.status import look, show
from nutgraf.desk import Desk
from nutgraf.runs.attempts.holding import holder, in_words
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.editions.edition_files import _Loader

from tests.test_fingerprint import tree
from tests.test_runs_kernels import make_desk, nutgraf

CELLS = {"good": ["word: str = 'one'", "x = 1"], "bad": ["x = 1", "raise ValueError('no such thing')"]}
FAN = "title: On {topic}\nnotebooks: [good]\nfor_each: {topic: [Dam, Storm]}\nparameters: {word: '{topic}'}\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk that was run once: one good edition, one that fails, two of one file; and a file that is wrong."""
    root = make_desk(tmp_path_factory.mktemp("status") / "desk", CELLS)
    (root / "notebooks" / "editions" / "topics.yml").write_text(FAN, encoding="utf-8")
    assert nutgraf(root, "run").returncode == 10
    (root / "notebooks" / "editions" / "wrong.yml").write_text("titel: x\n", encoding="utf-8")
    return root


def by_slug(root: Path) -> dict[str, dict]:
    return {entry["slug"]: entry for entry in look(Desk(root))["editions"]}


def test_every_edition_with_its_file_and_when_it_was_what(desk: Path) -> None:
    found = by_slug(desk)
    assert {slug: (entry["state"], entry["file"]) for slug, entry in found.items()} == {
        "bad": ("failed", "notebooks/editions/bad.yml"), "good": ("good", "notebooks/editions/good.yml"),
        "topics-dam": ("good", "notebooks/editions/topics.yml"), "topics-storm": ("good", "notebooks/editions/topics.yml"),
        "wrong": ("invalid", "notebooks/editions/wrong.yml"),
    }  # fmt: skip
    good, bad = found["good"], found["bad"]
    assert good["last_try"] <= good["last_good"] <= good["last_checked"] and good["stale_since"] is None and good["error"] is None
    assert bad["last_good"] is None and bad["last_try"] and "ValueError: no such thing" in bad["error"]
    text = show(look(Desk(desk)))
    assert "  made from notebooks/editions/topics.yml" in text and text.count("made from") == 2
    assert re.search(r"^wrong: invalid\n  notebooks/editions/wrong.yml: 'title' is missing", text, re.M)


def test_a_stale_edition_says_since_when_and_because_of_what(desk: Path) -> None:
    path = desk / "notebooks" / "good.ipynb"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("x = 1", "x = 2"), encoding="utf-8")
    nutgraf(desk, "run", "topics")  # others are looked at and noted, not made
    stale = by_slug(desk)["good"]
    assert (stale["state"], stale["because"], stale["error"]) == ("stale", "its notebooks changed", "its notebooks changed")
    assert stale["last_good"] < stale["stale_since"] == stale["last_try"]
    lines = show(look(Desk(desk))).splitlines()
    start = lines.index("good: stale (good)")
    assert re.fullmatch(r"  stale since \d{4}-\d\d-\d\d \d\d:\d\d UTC because its notebooks changed", lines[start + 2])
    assert not [line for line in lines if line.strip() == "its notebooks changed"]
    path.write_text(whole, encoding="utf-8")
    nutgraf(desk, "run", "good")
    assert by_slug(desk)["good"]["state"] == "good" and by_slug(desk)["good"]["stale_since"] is None


def test_the_last_run_and_its_exit(desk: Path) -> None:
    (desk / "notebooks" / "editions" / "wrong.yml").rename(desk / "wrong.yml")
    assert nutgraf(desk, "run", "bad").returncode == 20
    found = look(Desk(desk))
    assert (found["last_run"]["asked"], found["last_run"]["state"], found["last_run"]["exit_code"]) == ("bad", "failed", 20)
    assert found["holder"] is None and "editions" not in found["last_run"]
    assert re.search(r"^last run: \d+  [-\d]+ [\d:]+ UTC, [\d.]+ s  bad: failed, exit code 20", show(found), re.M)
    assert "at work" not in show(found)
    (desk / "wrong.yml").rename(desk / "notebooks" / "editions" / "wrong.yml")


def test_when_it_is_due_next(tmp_path: Path) -> None:
    pytest.importorskip("nutgraf.runs.schedules.schedule")
    root = make_desk(tmp_path / "desk", {"good": CELLS["good"], "bad": CELLS["bad"]})
    for name, schedule in (("good", "30 6 * * *"), ("bad", "0 0 1 1 *")):
        with (root / "notebooks" / "editions" / f"{name}.yml").open("a", encoding="utf-8") as file:
            file.write(f"schedule: {schedule}\n")
    now = datetime.now(UTC)
    assert datetime.fromisoformat(by_slug(root)["bad"]["next_due"]) <= now, "what was never made by its schedule is due"
    with Ledger.open(root / "data" / "processed" / FILE) as ledger:
        ledger.rows("insert into schedules values ('good', ?)", [now.isoformat()])
    found = by_slug(root)
    due = datetime.fromisoformat(found["good"]["next_due"])
    assert now < due <= now + timedelta(days=1) and (due.hour, due.minute) == (6, 30)
    text = show(look(Desk(root)))
    assert f"  next due: {due:%Y-%m-%d %H:%M} UTC" in text and f"  due since: {now:%Y}-01-01 00:00 UTC" in text


def test_who_works_on_the_desk(desk: Path) -> None:
    about = {"pid": 7, "since": "2026-03-02T06:30:00+00:00", "purpose": "nutgraf publish"}
    lock = desk / "data" / "processed" / "lock"
    (desk / "data" / "processed" / "lock.json").write_text(json.dumps(about), encoding="utf-8")
    assert look(Desk(desk))["holder"] is None, "what stands in lock.json holds nothing"
    with Ledger.open(desk / "data" / "processed" / FILE) as ledger:
        run = ledger.start_run()
        attempt = ledger.start_attempt(run, "good", "k", {}, {})
        with FileLock(lock):
            found = look(Desk(desk))
            assert found["holder"] == about and found["last_run"]["state"] == "killed" and by_slug(desk)["good"]["state"] == "interrupted"
            assert "the desk is at work: nutgraf publish, process 7, since 2026-03-02 06:30 UTC" in show(found)
            (desk / "data" / "processed" / "lock.json").write_text(json.dumps(about | {"purpose": "nutgraf run"}), encoding="utf-8")
            found = look(Desk(desk))
            assert found["last_run"]["state"] == "running" and by_slug(desk)["good"]["state"] == "running"
            (desk / "data" / "processed" / "lock.json").write_text("", encoding="utf-8")
            assert in_words(look(Desk(desk))["holder"]) == "a process that has not written its name yet"
        found = look(Desk(desk))
        assert found["last_run"]["state"] == "killed" and found["holder"] is None
        ledger.end_attempt(attempt, "failed", error="undone")
        ledger.end_run(run, "good", 0, {})
    nutgraf(desk, "run", "good")


def test_looking_is_in_nobodys_way(desk: Path) -> None:
    """A look lets the lock go at once, and two looks do not see each other."""
    before = tree(desk)
    looks = [subprocess.Popen([sys.executable, "-m", "nutgraf", "status", "--json"], cwd=desk, stdout=subprocess.PIPE) for _ in range(4)]
    assert all(json.loads(one.communicate(timeout=60)[0])["holder"] is None for one in looks)
    for _ in range(50):
        assert holder(Desk(desk)) is None
        with FileLock(desk / "data" / "processed" / "lock", timeout=0):
            assert holder(Desk(desk)) is not None
    assert tree(desk) == before


def test_it_opens_no_table_and_imports_nothing_heavy(desk: Path) -> None:
    heavy = ["pandas", "pyarrow", "deltalake", "nltk", "jinja2", "papermill", "nbformat", "matplotlib", "nutgraf.publish.shelf"]
    code = (
        "import sys\nfrom nutgraf.cli.status import look\nfrom nutgraf.desk import Desk\nlook(Desk.find())\n"
        f"found = [name for name in {heavy} if name in sys.modules]\nassert not found, found\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=desk, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_edition_files_are_read_by_the_reader_written_in_c() -> None:
    """Two hundred of them take a tenth of a second; in Python half a second."""
    if not hasattr(yaml, "CSafeLoader"):
        pytest.skip("this PyYAML was built without its C part")
    assert issubclass(_Loader, yaml.CSafeLoader)
