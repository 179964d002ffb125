"""The committed notebooks: executed, declared, and the same on a fresh sample desk."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nutgraf.desk import Desk
from nutgraf.findings.finding import MIME
from nutgraf.ingesting import ingest

from tests.conftest import copied
from tests.nbval_findings import is_as_good

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def load(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def compare(desk_root: Path, *notebooks: Path) -> subprocess.CompletedProcess:
    """nbval on some notebooks, with a desk of its own."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "tests.nbval_findings", "-p", "no:cacheprovider", "--nbval", *map(str, notebooks),
    ]  # fmt: skip
    environment = {**os.environ, "NUTGRAF_DESK": str(desk_root), "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_there_are_the_four_notebooks() -> None:
    assert {"00-ingest", "10-sentiment", "20-framing", "05-versions", "22-wording", "25-same-story", "30-charts"} <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_code_cell_is_committed_executed_in_order(path: Path) -> None:
    cells = code_cells(load(path))
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_that_ends_in_a_value_has_its_output(path: Path) -> None:
    for number, cell in enumerate(code_cells(load(path)), start=1):
        last = ast.parse(source(cell)).body[-1]
        if isinstance(last, ast.Expr):
            assert cell["outputs"], f"code cell {number} of {path.stem} is committed without its output"
        for output in cell["outputs"]:
            assert MIME in output.get("data", {}), f"code cell {number} of {path.stem} shows something that is no Finding"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_asks_for_no_measure_that_it_did_not_declare(path: Path) -> None:
    notebook = load(path)
    asked: set[str] = set()
    looks_at_versions = False
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("measure", "versions"):
                asked |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
                looks_at_versions |= node.func.attr == "versions"
    assert asked == set(notebook["metadata"]["nutgraf"]["needs"])
    assert looks_at_versions == notebook["metadata"]["nutgraf"].get("versions", False)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_house_style_of_a_notebook(path: Path) -> None:
    notebook = load(path)
    first = source(notebook["cells"][0])
    assert first.startswith("# ") and first.splitlines()[0].endswith("?"), "the title is a question"
    for number, cell in enumerate(code_cells(notebook), start=1):
        text = source(cell)
        where = f"{path.stem}, code cell {number}"
        assert len(text.splitlines()) <= 15, where
        assert not re.search(r"^\s*[%!]|sys\.path|\.\./|except:|^class ", text, re.M), where
        assert "execution" not in cell["metadata"], where
    assert "version" not in notebook["metadata"]["language_info"]
    text = json.dumps(notebook)
    assert str(ROOT) not in text and "/tmp/" not in text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_parameters_cell_holds_literals_that_papermill_reports(path: Path) -> None:
    import papermill

    cell = next(cell for cell in code_cells(load(path)) if "parameters" in cell["metadata"].get("tags", []))
    assigned = {}
    for node in ast.parse(source(cell)).body:
        assert isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name), ast.dump(node)
        assigned[node.target.id] = ast.literal_eval(node.value)
    reported = papermill.inspect_notebook(str(path))
    assert set(assigned) == set(reported)
    for name, about in reported.items():
        assert ast.literal_eval(about["default"]) == assigned[name]
        assert about["inferred_type_name"] not in ("None", "") and about["help"], name


@pytest.mark.parametrize("measured_by", ["run", pytest.param("notebook", marks=pytest.mark.faults)])
def test_notebooks_give_the_same_findings_on_a_fresh_desk(request: pytest.FixtureRequest, tmp_path: Path, measured_by: str) -> None:
    """A desk on which nothing was done but one run, whose rows the notebooks take; or nothing at all, so that they measure themselves."""
    desk = copied(request.getfixturevalue("finished").root if measured_by == "run" else request.getfixturevalue("ingested"), tmp_path / "desk")
    done = compare(desk.root, *NOTEBOOKS)
    assert done.returncode == 0, done.stdout[-6000:]
    cells = sum(len(code_cells(load(path))) for path in NOTEBOOKS)
    assert f"{cells} passed" in done.stdout


def test_nbval_fails_when_an_article_behind_a_chart_changes(finished: Desk, tmp_path: Path) -> None:
    """On a desk on which all but that article is measured already."""
    desk = copied(finished.root, tmp_path / "desk")
    page = desk.root / "data/raw/sample/pages/quillmouth-bell/he-knew-vannel-dam-leak.html"
    text = page.read_text(encoding="utf-8")
    assert "</p>" in text
    page.write_text(text.replace("</p>", " It was a wonderful, happy, delightful triumph.</p>"), encoding="utf-8")
    with desk.store.lock("a changed article"):
        ingest(desk)
    done = compare(desk.root, ROOT / "notebooks" / "10-sentiment.ipynb")
    assert done.returncode == 1
    assert "tone-by-outlet" in done.stdout or "vnd.nutgraf.finding" in done.stdout


def output_of(measure: str, score: float, n: int, takeaway: str) -> dict:
    return {"data": {MIME: {"method": {"measures": [measure]}, "rows": [["Bell", score, n]], "takeaway": takeaway}, "text/plain": f"Bell  {score}  {n}"}}


def test_only_findings_by_a_model_may_differ_and_only_in_the_last_decimal() -> None:
    committed = output_of("target_tone", 0.03, 9, "Bell +0.03, 9 articles")
    assert is_as_good(output_of("target_tone", 0.04, 9, "Bell +0.04, 9 articles"), committed)
    assert is_as_good(output_of("target_tone", 0.03, 9, "Bell 0.02, 9 articles"), committed), "a sign goes at 0.00"
    assert not is_as_good(output_of("tone", 0.04, 9, "Bell +0.04, 9 articles"), output_of("tone", 0.03, 9, "Bell +0.03, 9 articles"))
    for other in (
        output_of("target_tone", 0.05, 9, "Bell +0.03, 9 articles"),
        output_of("target_tone", 0.03, 8, "Bell +0.03, 9 articles"),
        output_of("target_tone", 0.03, 9, "Bell +0.03, 8 articles"),
        output_of("target_tone", 0.03, 9, "Bell +0.05, 9 articles"),
        output_of("target_tone", 0.03, 9, "Echo +0.03, 9 articles"),
        output_of("target_tone", None, 9, "Bell +0.03, 9 articles"),
    ):
        assert not is_as_good(other, committed), other
