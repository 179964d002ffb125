"""Kernels that hang, flood, do not start or fail late, and several of them at the same time."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from tests.test_fingerprint import tree
from tests.test_runs_kernels import alive, make_desk, nutgraf
from tests.test_runs_notebooks import book

PID = "import os, pathlib; pathlib.Path('kernel.pid').write_text(str(os.getpid()))"
FLOOD = "for _ in range({lines}): print('x' * 8_191)"
#: Taken in by every Python that starts with this folder on its path: a kernel ends at once as long as there are marks to take away.
STILLBORN = """
import os, pathlib, sys
if 'ipykernel_launcher' in ' '.join(sys.orig_argv):
    marks = sorted(pathlib.Path(os.environ['MARKS']).iterdir())
    if marks:
        marks[0].unlink()
        os._exit(1)
"""


def add_edition(root: Path, slug: str, notebooks: list[str], more: str = "") -> None:
    path = root / "notebooks" / "editions" / f"{slug}.yml"
    path.write_text(f"title: {slug}\nnotebooks: [{', '.join(notebooks)}]\n{more}", encoding="utf-8")


def wait_until_gone(root: Path) -> bool:
    kernel, deadline = int((root / "notebooks" / "kernel.pid").read_text()), time.monotonic() + 5
    while alive(kernel) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(kernel)


def error_line(done: subprocess.CompletedProcess, slug: str) -> str:
    (line,) = [line for line in done.stderr.splitlines() if line.startswith(f"{slug}: failed: ")]
    return line.removeprefix(f"{slug}: failed: ")


@pytest.mark.parametrize(
    ("cells", "limit", "said"),
    [
        (["x = 1", PID, "import time; time.sleep(60)"], "cell_limit_s: 1\n", "notebook slow, cell 3: a cell ran longer than it may (cell_limit_s"),
        # A cell in compiled code hears no interrupt.
        (["x = 1", PID, "import re; re.match('(a+)+$', 'a' * 60 + 'b')"], "cell_limit_s: 1\n", "notebook slow, cell 3: a cell ran longer"),
        (["x = 1", PID, *["import time; time.sleep(0.5)"] * 80], "run_limit_s: 7\n", "notebook slow: not done after 7 s"),
    ],
)  # fmt: skip
def test_a_kernel_that_hangs_is_ended(tmp_path: Path, cells: list[str], limit: str, said: str) -> None:
    root = make_desk(tmp_path / "desk", {"slow": cells, "quick": ["x = 1"]})
    add_edition(root, "slow", ["slow"], limit)
    done = nutgraf(root, "run")
    assert done.returncode == 10 and "quick: published" in done.stdout, done.stderr
    assert error_line(done, "slow").startswith(said) and wait_until_gone(root)
    assert not (root / "site" / "editions" / "slow").exists()


@pytest.mark.parametrize("lines", [5_000, pytest.param(25_000, marks=pytest.mark.faults)])
def test_forty_or_two_hundred_megabytes_of_print_do_not_reach_the_disk(tmp_path: Path, lines: int) -> None:
    loud = ["x = 1", FLOOD.format(lines=lines), "'x' * 60_000_000"]
    root = make_desk(tmp_path / "desk", {"good": [*loud, "x = 2"], "loud": [*loud, "raise ValueError('seen')"]})
    add_edition(root, "good", ["good"])
    done = nutgraf(root, "run")
    assert done.returncode == 10 and "good: published" in done.stdout, done.stderr
    assert error_line(done, "loud").startswith("notebook loud, cell 4: ValueError: seen")
    kept = root / "staged" / ".runs" / "loud" / "loud"
    sizes = {found.name: found.stat().st_size for found in kept.rglob("*") if found.is_file()}
    assert sum(sizes.values()) < 1_500_000, sizes
    cells = json.loads((kept / "loud.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [cell["outputs"] for cell in cells if cell["cell_type"] == "code"]
    (printed,), (shown,) = outputs[1], outputs[2]
    assert "".join(printed["text"]).rstrip().endswith("[more than 1,000,000 characters printed; the rest was not kept]")
    assert shown["data"] == {"text/plain": ["[an output of more than 50,000,000 characters; it was not kept]"]}


@pytest.mark.parametrize(("deaths", "code"), [(2, 0), (3, 20)])
def test_a_kernel_that_does_not_start_is_started_again(tmp_path: Path, deaths: int, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_desk(tmp_path / "desk", {"a": [PID]})
    marks, code_folder = tmp_path / "marks", tmp_path / "code"
    for folder in (marks, code_folder):
        folder.mkdir()
    (code_folder / "sitecustomize.py").write_text(STILLBORN, encoding="utf-8")
    for number in range(deaths):
        (marks / str(number)).touch()
    monkeypatch.setenv("PYTHONPATH", str(code_folder))
    monkeypatch.setenv("MARKS", str(marks))
    done = nutgraf(root, "run")
    assert done.returncode == code, done.stderr
    assert not list(marks.iterdir())
    if code:
        assert error_line(done, "a").startswith("notebook a: its kernel did not start, tried 3 times: ")
        assert error_line(done, "a").endswith("Open staged/.runs/a/a/a.ipynb. The last good edition stays as it is.")


def test_a_cell_that_fails_in_the_second_of_three_notebooks(tmp_path: Path) -> None:
    names = ["one", "two", "three"]
    root = make_desk(tmp_path / "desk", {name: ["word: str = ''", f"shown = {name!r}"] for name in names})
    for name in names:
        (root / "notebooks" / "editions" / f"{name}.yml").unlink()
    add_edition(root, "all", names)
    assert nutgraf(root, "run").returncode == 0
    before = tree(root / "site" / "editions")
    changed = root / "notebooks" / "two.ipynb"
    changed.write_text(json.dumps(book("word: str = ''", more=("shown = 'other'", "assert False, 'not so'"))), encoding="utf-8")
    done = nutgraf(root, "run")
    assert done.returncode == 20
    assert error_line(done, "all").startswith("notebook two, cell 3: AssertionError: not so. Open staged/.runs/all/two/two.ipynb.")
    assert tree(root / "site" / "editions") == before
    assert "stale since" in (root / "site" / "index.html").read_text(encoding="utf-8")
    changed.write_text(json.dumps(book("word: str = ''", more=("shown = 'other'",))), encoding="utf-8")
    assert nutgraf(root, "run").returncode == 0
    assert not (root / "staged" / ".runs" / "all").exists()


@pytest.mark.parametrize("jobs", [1, 2])
def test_as_many_kernels_run_at_the_same_time_as_were_allowed(tmp_path: Path, jobs: int) -> None:
    stamp = "import time, pathlib; began = time.time(); time.sleep(1.5); pathlib.Path(f'{word}.time').write_text(f'{began} {time.time()}')"
    root = make_desk(tmp_path / "desk", {})
    (root / "notebooks" / "a.ipynb").write_text(json.dumps(book("word: str = ''", more=(stamp,))), encoding="utf-8")
    for slug in ("east", "west"):
        add_edition(root, slug, ["a"], f"parameters: {{word: {slug}}}\n")
    done = nutgraf(root, "run", "--jobs", str(jobs))
    assert done.returncode == 0, done.stderr
    times = sorted(tuple(map(float, path.read_text().split())) for path in (root / "notebooks").glob("*.time"))
    assert len(times) == 2 and (times[1][0] < times[0][1]) == (jobs == 2)
    assert "east: executed a in" in done.stderr and "west: rendered and checked in" in done.stderr
