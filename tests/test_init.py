"""A new desk, from nothing to a report."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from nutgraf import initialise
from nutgraf.desk import Desk
from nutgraf.runs.editions import notebooks as nb
from nutgraf.runs.editions.edition import SELECTING
from nutgraf.runs.editions.edition_files import load_all
from nutgraf.runs.planning import prepare

from tests.conftest import ROOT
from tests.test_cli import nutgraf, one_line


def test_a_new_desk_is_whole_and_knows_nothing_of_the_sample(tmp_path: Path) -> None:
    done = nutgraf(tmp_path, "init", "my desk")
    assert done.returncode == 0, done.stderr
    desk = Desk(tmp_path / "my desk")
    made = sorted(path.name for path in (desk.root / "notebooks").glob("*.ipynb"))
    assert made == sorted(path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
    assert (desk.decisions / "README.md").is_file() and (desk.root / "README.md").is_file() and desk.raw.is_dir()
    editions = load_all(desk.editions)
    assert [edition.slug for edition in editions] == ["report"]
    sample = load_all(ROOT / "notebooks" / "editions", ("sample",))[0]
    assert sorted(editions[0].notebooks) == [name.removesuffix(".ipynb") for name in made if name != "40-coding.ipynb"], "that one is for work"
    assert [name for name in editions[0].notebooks if name in sample.notebooks] == sample.notebooks
    ((_, books),) = prepare(desk, editions)
    for book in books:
        assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in book["cells"])
        for name, parameter in nb.parameters_of(book).items():
            if name in SELECTING and name != "copies":
                assert parameter["default"] in ('""', "[]", "None"), (name, parameter)
        assert not [word for word in ("2026", "Bell", "Courier", "Kelsport") if word in nb.parameters_cell(book)]


def test_git_keeps_raw_text_and_what_is_made_of_it_out(tmp_path: Path) -> None:
    initialise.initialise(tmp_path / "d")
    root = tmp_path / "d"
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    made = ["data/raw/abc", "data/raw/abc.json", "data/processed/x", "staged/.runs/a/a.ipynb", "site/index.html"]
    made.append("notebooks/a.executed.ipynb")
    kept = ["data/decisions/publications.jsonl", "notebooks/10-new.ipynb", "nutgraf.toml", "data/raw/README.md"]
    for name in made + kept:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    for name in made + kept:
        ignored = subprocess.run(["git", "check-ignore", "-q", name], cwd=root, check=False).returncode == 0
        assert ignored is (name in made), name
    assert "Raw news text belongs to those who wrote it" in (root / ".gitignore").read_text(encoding="utf-8")


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = nutgraf(tmp_path, "init", ".")
    assert done.returncode == 2 and "not empty: it holds 'mine.txt'" in one_line(done) and "Nothing was made" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert "this is a file" in one_line(nutgraf(tmp_path, "init", "mine.txt"))


def test_hidden_files_may_be_there_and_an_ignore_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("secret\n", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    assert nutgraf(tmp_path, "init", ".").returncode == 0
    text = (tmp_path / ".gitignore").read_text(encoding="utf-8")
    assert text.startswith("secret\n") and "/data/raw/*" in text


def test_from_nothing_to_a_report_that_abstains(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for number in range(3):
        body = f"The harbour opened on day {number}. It was a wonderful morning for the crew. Nobody complained about the awful price."
        (texts / f"{number}.txt").write_text(f"Harbour opens, part {number}\n\n{body}\n", encoding="utf-8")
    (texts / "empty.txt").touch()
    assert nutgraf(tmp_path, "init", "d").returncode == 0
    desk = tmp_path / "d"
    taken = nutgraf(desk, "ingest", "../texts")
    assert taken.returncode == 0, taken.stderr
    assert "4 records" in taken.stdout and "the file is empty" in taken.stdout
    done = nutgraf(desk, "run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "site: site/index.html"
    page = (desk / "site" / "editions" / "report" / "index.html").read_text(encoding="utf-8")
    assert "not assessable" in page.lower()
    assert nutgraf(desk, "run").stdout.startswith("nothing new")
    assert "n = 3 articles" in nutgraf(desk, "status").stdout


def test_all_set_aside_is_a_failure_said_in_one_line(tmp_path: Path) -> None:
    initialise.initialise(tmp_path / "d")
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "in" / name).touch()
    done = nutgraf(tmp_path / "d", "ingest", "../in")
    assert done.returncode == 1 and "no article could be used" in one_line(done)


def test_the_templates_travel_with_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("lib", "notebooks"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = "import hatchling.build as b, sys; b.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", command, str(tmp_path)], cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "installed"))
    done = nutgraf(tmp_path, "init", "d")
    assert done.returncode == 0, done.stderr
    expected = [path.name for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))]
    assert [path.name for path in sorted((tmp_path / "d" / "notebooks").glob("*.ipynb"))] == expected
    assert json.loads((tmp_path / "d" / "notebooks" / expected[0]).read_text(encoding="utf-8"))["cells"]
