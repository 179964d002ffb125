"""Kernels that fail, die or are left alone: the report says why, the last good edition stays, and no kernel outlives its runner."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from nutgraf.runs.attempts.ledger import FILE, Ledger

from tests.test_fingerprint import tree
from tests.test_runs_notebooks import book

CELLS = {
    "good": ["word: str = 'one'", "assert word == '01234', word"],
    "error": ["x = 1", "x = 2", "raise ValueError('no such\\nthing')"],
    "exit-three": ["import sys", "sys.exit(3)"],
    "exit-zero": ["import sys", "sys.exit(0)", "never = 'reached'"],
    "death": ["import os, signal", "os.kill(os.getpid(), signal.SIGKILL)"],
}
SLEEPER = """
import os, pathlib, time
pathlib.Path('kernel.pid').write_text(str(os.getpid()))
if pathlib.Path('sleep').exists():
    time.sleep(120)
"""


def make_desk(root: Path, cells: dict[str, list[str]]) -> Path:
    (root / "notebooks" / "editions").mkdir(parents=True)
    (root / "nutgraf.toml").write_text("", encoding="utf-8")
    for name, (first, *rest) in cells.items():
        (root / "notebooks" / f"{name}.ipynb").write_text(json.dumps(book(first, more=tuple(rest))), encoding="utf-8")
        text = f"title: {name}\nnotebooks: [{name}]\n" + ("parameters: {word: 01234}\n" if name == "good" else "")
        (root / "notebooks" / "editions" / f"{name}.yml").write_text(text, encoding="utf-8")
    return root


def nutgraf(root: Path, *arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "nutgraf", *arguments], cwd=root, capture_output=True, text=True, timeout=120, check=False, **options
    )


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess]:
    """A desk with one good edition and four that fail each in its own way, run once. Its path has braces, a space and an ø."""
    root = make_desk(tmp_path_factory.mktemp("kernels") / "dæsk {x} ø", CELLS)
    return root, nutgraf(root, "run")


def test_some_fail_and_the_rest_is_published(broken: tuple[Path, subprocess.CompletedProcess]) -> None:
    root, done = broken
    assert done.returncode == 10, done.stderr
    assert done.stdout.splitlines() == ["good: published", "site: site/index.html"]
    assert {path.name for path in (root / "site" / "editions").iterdir()} == {"good"}
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("error", "notebook error, cell 3: ValueError: no such thing"),
        ("exit-three", "notebook exit-three, cell 2: the notebook ended itself with sys.exit(3)"),
        ("exit-zero", "notebook exit-zero, cell 2: the notebook stopped before its end, at the cell that begins: sys.exit"),
        ("death", "notebook death, cell 2: its kernel died"),
    ],
)
def test_a_failure_names_notebook_cell_reason_and_what_to_open(broken, slug: str, expected: str) -> None:
    root, done = broken
    (line,) = [line for line in done.stderr.splitlines() if line.startswith(f"{slug}: failed")]
    first, *rest = CELLS[slug]
    assert json.loads((root / "notebooks" / f"{slug}.ipynb").read_text(encoding="utf-8")) == book(first, more=tuple(rest))
    kept = f"staged/.runs/{slug}/{slug}/{slug}.ipynb"
    assert line.startswith(f"{slug}: failed: {expected}"), line
    assert line.endswith(f"Open {kept}. The last good edition stays as it is.")
    assert (root / kept).is_file()
    text = (root / kept).read_text(encoding="utf-8")
    assert str(root) not in json.dumps(json.loads(text)["metadata"])
    with Ledger.look(root / "data" / "processed" / FILE) as ledger:
        last = ledger.last(slug)
        assert last["state"] == "failed" and expected in last["error"] and last["key"]


def test_status_tells_them_apart(broken) -> None:
    root, _ = broken
    found = {entry["slug"]: entry for entry in json.loads(nutgraf(root, "status", "--json").stdout)["editions"]}
    assert {slug: entry["state"] for slug, entry in found.items()} == {s: "good" if s == "good" else "failed" for s in CELLS}
    assert found["good"]["version"] == 1 and found["good"]["last_good"] and found["good"]["last_checked"]
    assert "ValueError" in found["error"]["error"] and found["error"]["last_good"] is None
    assert "failed" in nutgraf(root, "status").stdout


def test_the_last_good_edition_stays_and_what_is_lost_is_made_again(broken) -> None:
    root, _ = broken
    before = tree(root / "site")
    path = root / "notebooks" / "good.ipynb"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("assert word ==", "assert word !="), encoding="utf-8")
    failed = nutgraf(root, "run", "good")
    assert failed.returncode == 20 and "AssertionError" in failed.stderr
    after = tree(root / "site")
    assert {name for name in after if after[name] != before[name]} == {str(root / "site" / "index.html")}
    assert re.search("stale since [^<]* because it could not be made anew", (root / "site" / "index.html").read_text(encoding="utf-8"))
    (held,) = [e for e in json.loads(nutgraf(root, "status", "--json").stdout)["editions"] if e["slug"] == "good"]
    assert held["state"] == "failed" and held["last_good"] and held["version"] == 1
    path.write_text(whole, encoding="utf-8")
    (root / "site" / "editions" / "good" / "v1" / "index.html").unlink()
    (root / "site" / "editions" / "good" / "index.html").write_text("broken", encoding="utf-8")
    again = nutgraf(root, "run", "good")
    assert again.returncode == 0 and "2 published files missing or changed" in again.stderr, again.stderr
    assert tree(root / "site") == before
    assert not (root / "staged" / ".runs" / "good").exists()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_kernel_outlives_its_runner_and_the_next_run_goes_on(tmp_path: Path, number: signal.Signals) -> None:
    root = make_desk(tmp_path / "desk", {"sleeper": [SLEEPER]})
    pid_file, sleep = root / "notebooks" / "kernel.pid", root / "notebooks" / "sleep"
    sleep.touch()
    runner = subprocess.Popen([sys.executable, "-m", "nutgraf", "run"], cwd=root, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (pid_file.is_file() and pid_file.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    kernel = int(pid_file.read_text())
    assert alive(kernel)
    second = nutgraf(root, "run")
    assert second.returncode == 30 and "nutgraf run, process" in second.stderr and len(second.stderr.splitlines()) == 1
    if number == signal.SIGTERM:
        assert json.loads(nutgraf(root, "status", "--json").stdout)["editions"][0]["state"] == "running"
    os.kill(runner.pid, number)
    runner.wait(20)
    deadline = time.monotonic() + 5
    while alive(kernel) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(kernel)
    if number != signal.SIGKILL:
        assert runner.returncode == 1
        assert "interrupted" in runner.stderr.read().splitlines()[-1]
    runner.stderr.close()
    assert json.loads(nutgraf(root, "status", "--json").stdout)["editions"][0]["state"] == "interrupted"
    if number == signal.SIGKILL:
        sleep.unlink()
        assert nutgraf(root, "run").returncode == 0
        assert (root / "site" / "editions" / "sleeper" / "v1" / "index.html").is_file()


def test_a_measure_that_cannot_be_had_fails_only_the_editions_that_need_it(tmp_path: Path) -> None:
    root = make_desk(tmp_path / "desk", {"plain": ["x = 1"]})
    (root / "nutgraf.toml").write_text('[measures.frames]\ncodebook = "nowhere"\n', encoding="utf-8")
    (root / "notebooks" / "framed.ipynb").write_text(json.dumps(book("x = 1", needs=("frames",))), encoding="utf-8")
    (root / "notebooks" / "editions" / "framed.yml").write_text("title: framed\nnotebooks: [framed]\n", encoding="utf-8")
    done = nutgraf(root, "run")
    assert done.returncode == 10, done.stderr
    assert "plain: published" in done.stdout and "framed: failed" in done.stderr and "nowhere" in done.stderr


def test_a_measure_that_breaks_while_measuring_fails_only_the_editions_that_need_it(tmp_path: Path) -> None:
    from nutgraf.desk import Desk
    from nutgraf.errors import ResourceError
    from nutgraf.measuring import Registry
    from nutgraf.runs.planning import measure_union

    from tests.test_measuring import Picky

    class Broken(Picky):
        id = "broken"

        def measure(self, documents):  # noqa: ANN001, ANN202
            raise ResourceError("its codebook is malformed")

    root = make_desk(tmp_path / "desk", {})
    (root / "a.txt").write_text("The tide came in at four. Nobody saw it.\n" * 20, encoding="utf-8")
    assert nutgraf(root, "ingest", "a.txt").returncode == 0
    desk, registry = Desk(root), Registry()
    registry.measures["broken"] = Broken()
    plans = [SimpleNamespace(choice={}, needs=needs, needs_of_versions=[]) for needs in (["tone"], ["broken", "tone"])]
    counts, broken = measure_union(desk, registry, plans, None)
    assert counts["tone"] == 1 and list(broken) == ["broken"] and "malformed" in str(broken["broken"])


def test_editions_are_named_in_their_order_whichever_was_done_first() -> None:
    from nutgraf.runs.runner import Outcome

    outcome = Outcome(states={"second": "published", "unreadable": "failed", "first": "unchanged"})
    outcome.put_in_order(["first", "second", "third"])
    assert list(outcome.states.items()) == [("unreadable", "failed"), ("first", "unchanged"), ("second", "published")]


def test_figures_are_drawn_while_other_notebooks_of_the_edition_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nutgraf.desk import Desk
    from nutgraf.publish import figures
    from nutgraf.runs.runner import run

    chart = (
        "from nutgraf.findings import Column, Finding, Method\n"
        "Finding(id='one', takeaway='One is longer', subtitle='Bars', n={'articles': 2}, interval='counts of all articles', "
        "columns=(Column('name', 'Name', 'text'), Column('n', 'Number', 'count')), rows=[['a', 1], ['b', 2]], "
        "chart={'form': 'count_bars', 'name': 'name', 'value': 'n', 'what': 'numbers', 'axis': 'Numbers'}, method=Method(text='Counted.'), source='Source: nobody')"
    )
    root = make_desk(tmp_path / "desk", {})
    for name, cell in {"drawn": chart, "slow": "import time\ntime.sleep(4)"}.items():
        (root / "notebooks" / f"{name}.ipynb").write_text(json.dumps(book("x = 1", more=(cell,))), encoding="utf-8")
    (root / "notebooks" / "editions" / "both.yml").write_text("title: Both\nnotebooks: [drawn, slow]\n", encoding="utf-8")
    said: list[str] = []
    draw = figures.figure_png
    monkeypatch.setattr(figures, "figure_png", lambda data, drawing: said.append("a figure") or draw(data, drawing))
    outcome = run(Desk(root), jobs=2, say=said.append)
    assert outcome.states == {"both": "published"}, outcome.errors
    places = [next(at for at, line in enumerate(said) if words in line) for words in ("executed drawn", "a figure", "executed slow")]
    assert places == sorted(places) and said.count("a figure") == 1, said
    assert (root / "site" / "editions" / "both" / "v1" / "figures" / "drawn.one.png").is_file()
