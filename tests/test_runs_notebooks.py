"""Parameters: read as papermill reads them, and refused when they do not fit."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from nutgraf.errors import UsageError
from nutgraf.runs.editions import notebooks as nb
from nutgraf.runs.editions.edition import Select
from nutgraf.runs.planning import parameters_for, prepare

from tests.conftest import ROOT

CELLS = [
    "",
    "a: int = 3  # how many\nb: str = \"x\"\nc = 4",
    "zip: str = \"01234\"\nwhen: Optional[str] = None  # a day\nday: \"date\" = \"2026-03-02\"",
    "names: list[str] = [  # first\n    'a',\n    'b',  # two\n]  # help of names\nn: int = 1",
    "query: str | None = None\nlast: bool = False",
    "text: str = 'a=b'\nafter: int = 2",
    "typed = 3  # type: int the help\nfloaty: float=1.5",
    "# only a comment\n\n   \nweights: dict[str, float] = {}\nt: 'Optional[list[str]]' = None",
    "from typing import Optional\nx: Optional[int] = None\nprint(x)\ny = x",
    "a = b = 3\nc: int = 1\nd = (\n    1,\n    2,\n)",
]


def book(source: str, tags: tuple[str, ...] = ("parameters",), needs: tuple[str, ...] = (), more: tuple[str, ...] = ()) -> dict:
    cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Title"}]
    for number, text in enumerate((source, *more)):
        cells.append(
            {"cell_type": "code", "id": f"b{number}", "metadata": {"tags": list(tags)} if number == 0 else {}, "outputs": [],
             "execution_count": None, "source": text}
        )  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}, "nutgraf": {"needs": list(needs)}},
            "nbformat": 4, "nbformat_minor": 5}  # fmt: skip


@pytest.mark.parametrize("source", CELLS)
def test_parameters_are_those_that_papermill_reports(tmp_path: Path, source: str) -> None:
    import papermill

    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(book(source)), encoding="utf-8")
    assert nb.parameters_of(nb.read(tmp_path, "n")) == papermill.inspect_notebook(str(path))


def test_our_own_notebooks_too() -> None:
    import papermill

    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert paths
    for path in paths:
        read = nb.read(path.parent, path.stem)
        assert nb.parameters_of(read) == papermill.inspect_notebook(str(path))
        assert not nb.unreadable_parameters(read)


def test_a_parameter_that_papermill_drops_in_silence_is_found() -> None:
    assert nb.unreadable_parameters(book("query: str | None = None\nb: int = 1")) == ["query"]
    assert nb.unreadable_parameters(book("text: str = 'a=b'")) == ["text"]
    assert nb.unreadable_parameters(book("query: Optional[str] = None")) == []


@pytest.mark.parametrize(
    ("value", "declared", "good"),
    [
        ("01234", "str", True), (1234, "str", False), (date(2026, 3, 2), "str", True), (date(2026, 3, 2), "date", True),
        ("2026-03-02", "date", True), ("2026-13-02", "date", False), (True, "int", False), (1, "bool", False), (3, "float", True),
        (1.5, "int", False), (None, "str", False), (None, "Optional[str]", True), ([], "list[str]", True),
        (["a", 1], "list[str]", False),
        ("a", "list[str]", False), ([date(2026, 3, 2)], "list[str]", True), (["a"], "Optional[list[str]]", True), (5, "None", True),
    ],
)  # fmt: skip
def test_values_fit_or_do_not(value: object, declared: str, good: bool) -> None:
    assert nb.fits(value, declared) is good


def desk_of(tmp_path: Path, edition: str, **books: dict):
    from nutgraf.desk import Desk
    from nutgraf.runs.editions.edition_files import load_all

    (tmp_path / "nutgraf.toml").write_text("", encoding="utf-8")
    (tmp_path / "notebooks" / "editions").mkdir(parents=True)
    (tmp_path / "notebooks" / "editions" / "one.yml").write_text(edition, encoding="utf-8")
    for name, content in books.items():
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    desk = Desk(tmp_path)
    return desk, load_all(desk.editions)


REFUSED = {
    "parameters:\n  min_artcles: 3": "unknown parameter 'min_artcles'.*Did you mean 'min_articles'",
    "parameters:\n  min_articles: many": "'min_articles' must be int in notebook a, not str: 'many'",
    "parameters:\n  name: 2026": "'name' must be str.*quotes",
    "parameters:\n  flag: yes": "'flag' must be bool.*'yes'",
    "parameters:\n  names: [1, b]": "'names' must be list",
    "select:\n  query: dam": "'select.query' is set, but no notebook of this edition takes it",
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_a_wrong_parameter_is_refused_before_a_kernel_starts(tmp_path: Path, wrong: str) -> None:
    cell = "min_articles: int = 2\nname: str = ''\nflag: bool = True\nnames: list[str] = []"
    desk, editions = desk_of(tmp_path, f"title: One\nnotebooks: [a]\n{wrong}\n", a=book(cell))
    with pytest.raises(UsageError, match=REFUSED[wrong]) as caught:
        prepare(desk, editions)
    assert "notebooks/editions/one.yml" in str(caught.value) and "No kernel was started" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_selection_is_passed_whole_and_days_as_text(tmp_path: Path) -> None:
    cell = (
        "date_from: str = '2026-03-02'\nwindow: str = 'last 3 days'\noutlets: list[str] = ['X']\nas_of: Optional[str] = None\n"
        "zip: str = ''\nday: str = ''\ndays: list[str] = []\ncopies: str = 'none'"
    )
    text = "title: One\nnotebooks: [a]\nparameters:\n  zip: 01234\n  day: 2026-03-02\n  days: [2026-03-02]\n"
    desk, editions = desk_of(tmp_path, text, a=book(cell))
    ((edition, loaded),) = prepare(desk, editions)
    given = parameters_for(edition, loaded[0], edition.select.choice(date(2026, 3, 9)))
    assert given == {
        "zip": "01234", "day": "2026-03-02", "days": ["2026-03-02"], "date_from": "", "window": "", "outlets": [], "as_of": None,
        "copies": "once",
    }  # fmt: skip
    moving = Select(window="last 3 days")
    edition.select = moving
    assert parameters_for(edition, loaded[0], moving.choice(date(2026, 3, 9)))["as_of"] == "2026-03-09"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": [{}], "metadata": {}}', "\x00"])
def test_what_is_no_notebook_is_said(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="no notebook"):
        nb.read(tmp_path, "a")
    with pytest.raises(UsageError, match="Did you mean 'a'|Known: a"):
        nb.read(tmp_path, "b")
