"""Edition files: what is read, and what is refused in which words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from nutgraf.errors import UsageError
from nutgraf.runs.editions.edition_files import load, load_all

GOOD = "title: One\nnotebooks: [10-a]\n"


def written(tmp_path: Path, text: str, name: str = "one.yml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_plain_words_mean_what_they_look_like(tmp_path: Path) -> None:
    text = GOOD + "parameters: {zip: 01234, answer: no, n: 12, share: 0.5, day: 2026-03-02, empty: , flag: true, time: 12:30}\n"
    (edition,) = load(written(tmp_path, text))
    values = edition.parameters
    assert values == {
        "zip": "01234", "answer": "no", "n": 12, "share": 0.5, "day": date(2026, 3, 2), "empty": None, "flag": True, "time": "12:30",
    }  # fmt: skip


def test_a_selection_is_typed(tmp_path: Path) -> None:
    (edition,) = load(written(tmp_path, GOOD + "select:\n  date_from: 2026-03-02\n  outlets: [A, No]\n  copies: all\n"))
    select = edition.select
    assert (select.date_from, select.outlets, select.copies) == (date(2026, 3, 2), ["A", "No"], "all")


REFUSED = {
    "": "empty",
    "- a": "no list of names",
    "title: [": "line ",
    "titel: One\nnotebooks: [a]": "'title' is missing|unknown field 'titel'",
    GOOD + "schedul: x": "unknown field 'schedul'",
    GOOD + "titel: x": "unknown field 'titel'. Did you mean 'title'\\?",
    GOOD + "select:\n  outlet: [A]": "unknown field 'select.outlet'. Did you mean 'outlets'\\?",
    GOOD + "select:\n  copies: twice": "'select.copies'.*'twice'",
    GOOD + "select:\n  window: fortnight": "window 'fortnight' is not understood",
    GOOD + "select:\n  query: (dam": "query",
    GOOD + "select:\n  date_from: 2026-03-32": "'select.date_from'",
    GOOD + "select:\n  date_from: 2026-03-09\n  date_to: 2026-03-02": "lies after",
    GOOD + "select:\n  window: last 2 days\n  date_to: 2026-03-02": "either window, or",
    GOOD + "parameters:\n  date_from: 2026-03-02": "'date_from' chooses articles and belongs under select",
    GOOD + "parameters:\n  a: {b: 1}": "must be text, a number",
    GOOD + "title: Two": "'title' is given twice",
    "title: One\nnotebooks: []": "'notebooks'",
    "title: One\nnotebooks: [a, a.ipynb]": "listed twice",
    "title: One\nnotebooks: [../a]": "not a notebook's name",
    "title: 2026\nnotebooks: [a]": "'title'.*2026",
    GOOD + "slug: x": "rename the file",
    GOOD + "x: !!python/object:os.system 1": "cannot be read",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="(?i)" + REFUSED[text]) as caught:
        load(written(tmp_path, text))
    line = str(caught.value)
    assert line.startswith("notebooks/editions/one.yml: ") and "\n" not in line and len(line) < 400


def test_a_name_that_cannot_be_an_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lower-case"):
        load(written(tmp_path, GOOD, "My Report.yml"))


def test_unknown_editions_get_a_near_name(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "weekly.yml")
    assert [edition.slug for edition in load_all(tmp_path)] == ["weekly"]
    with pytest.raises(UsageError, match="unknown edition 'weeklly'. Did you mean 'weekly'\\? Nothing was run"):
        load_all(tmp_path, ("weeklly",))
    with pytest.raises(UsageError, match="no editions"):
        load_all(tmp_path / "nowhere")
