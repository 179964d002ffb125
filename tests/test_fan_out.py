"""One edition file that stands for several editions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nutgraf.errors import UsageError
from nutgraf.runs.editions.edition_files import load, load_all, read_all

from tests.test_runs_kernels import nutgraf
from tests.test_runs_notebooks import book

OUTLETS = """title: How {outlet} told it
notebooks: [a]
for_each:
  outlet: [The Kelsport Courier, Quillmouth Bell]
select:
  outlets: ["{outlet}"]
"""
TOPICS = """title: 'Coverage of {topic} {{all of it}}'
notebooks: [a]
for_each:
  - {topic: Dam, words: dam AND (seepage OR "safety report"), least: 5}
  - {topic: Буря, slug: storm, words: storm, least: 12}
select:
  query: "{words}"
parameters:
  min_articles: "{least}"
  label: "n{least}"
"""


def written(folder: Path, text: str, name: str = "who.yml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_one_report_for_each_outlet(tmp_path: Path) -> None:
    editions = load(written(tmp_path, OUTLETS))
    assert [(edition.slug, edition.title, edition.select.outlets) for edition in editions] == [
        ("who-the-kelsport-courier", "How The Kelsport Courier told it", ["The Kelsport Courier"]),
        ("who-quillmouth-bell", "How Quillmouth Bell told it", ["Quillmouth Bell"]),
    ]
    assert {edition.file for edition in editions} == {"notebooks/editions/who.yml"}


def test_entries_with_several_names_keep_types_and_doubled_braces(tmp_path: Path) -> None:
    dam, storm = load(written(tmp_path, TOPICS))
    assert (dam.slug, storm.slug) == ("who-dam", "who-storm")
    assert dam.title == "Coverage of Dam {all of it}"
    assert dam.select.query == 'dam AND (seepage OR "safety report")'
    assert dam.parameters == {"min_articles": 5, "label": "n5"} and storm.parameters["min_articles"] == 12


def test_a_file_without_a_list_keeps_its_braces(tmp_path: Path) -> None:
    (edition,) = load(written(tmp_path, "title: A {b} {{c}}\nnotebooks: [a]\n"))
    assert edition.title == "A {b} {{c}}" and edition.slug == "who"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("outlet: [The Kelsport Courier, Quillmouth Bell]", "outlet: []", "at least one entry"),
        ("outlet: [The Kelsport Courier, Quillmouth Bell]", "outlet: Bell", "one name with a list"),
        ("outlet: [The Kelsport Courier, Quillmouth Bell]", "outlet: [A b, a-B]", "would have one address, who-a-b"),
        ("outlet: [The Kelsport Courier, Quillmouth Bell]", "outlet: [Буря]", "give the entry a 'slug'"),
        ("outlet: [The Kelsport Courier, Quillmouth Bell]", "outlet: [[1]]", "must be text or a number"),
        ("outlet: [The Kelsport Courier, Quillmouth Bell]", "out let: [A]", "no name"),
        ("  outlet: [The Kelsport Courier, Quillmouth Bell]", "  - {outlet: A}\n  - {other: B}", "same names"),
        ("How {outlet}", "How {outlets}", "{outlets} is not among its names (outlet)"),
        ('outlets: ["{outlet}"]', "query: dam", None),
        ("How {outlet} told it", "How it was told", None),
    ],
)
def test_what_is_wrong_with_a_list_is_said(tmp_path: Path, old: str, new: str, message: str | None) -> None:
    assert old in OUTLETS
    path = written(tmp_path, OUTLETS.replace(old, new))
    if message is None:  # one of its two places is enough
        assert len(load(path)) == 2
        return
    with pytest.raises(UsageError) as caught:
        load(path)
    assert message in str(caught.value) and "notebooks/editions/who.yml" in str(caught.value)


def test_values_that_make_no_difference_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing in this edition holds {outlet}"):
        load(written(tmp_path, OUTLETS.replace("How {outlet} told it", "T").replace('outlets: ["{outlet}"]', "query: dam")))


def test_one_is_asked_for_by_its_address_and_all_by_the_file(tmp_path: Path) -> None:
    written(tmp_path, OUTLETS)
    written(tmp_path, "title: Other\nnotebooks: [a]\n", "other.yml")
    assert [edition.slug for edition in load_all(tmp_path, ("who",))] == ["who-the-kelsport-courier", "who-quillmouth-bell"]
    assert [edition.slug for edition in load_all(tmp_path, ("who-quillmouth-bell", "other"))] == ["who-quillmouth-bell", "other"]
    assert len(load_all(tmp_path)) == 3
    with pytest.raises(UsageError, match="Did you mean 'who-quillmouth-bell'"):
        load_all(tmp_path, ("who-quilmouth-bell",))


def test_two_files_with_one_address_are_refused(tmp_path: Path) -> None:
    written(tmp_path, OUTLETS)
    written(tmp_path, "title: Other\nnotebooks: [a]\n", "who-quillmouth-bell.yml")
    editions, wrong = read_all(tmp_path)
    assert [edition.origin for edition in editions] == ["who-quillmouth-bell"] and list(wrong) == ["who"]  # files are read in the order of their names
    assert "has the address of one in notebooks/editions/who-quillmouth-bell.yml" in str(wrong["who"])


def test_each_is_published_at_an_address_of_its_own(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    written(desk / "notebooks" / "editions", "title: On {topic}\nnotebooks: [a]\nfor_each: {topic: [Dam, Storm]}\nparameters: {word: '{topic}'}\n")
    (desk / "nutgraf.toml").write_text("", encoding="utf-8")
    (desk / "notebooks" / "a.ipynb").write_text(json.dumps(book("word: str = ''", more=("assert word in ('Dam', 'Storm')",))), encoding="utf-8")
    done = nutgraf(desk, "run")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (desk / "site" / "editions").iterdir()) == ["who-dam", "who-storm"]
    states = {entry["slug"]: entry["title"] for entry in json.loads(nutgraf(desk, "status", "--json").stdout)["editions"]}
    assert states == {"who-dam": "On Dam", "who-storm": "On Storm"}
    index = (desk / "site" / "index.html").read_text(encoding="utf-8")
    assert index.count("up to date</p>") == 2
    assert nutgraf(desk, "run").stdout.startswith("nothing new")
    path = desk / "notebooks" / "editions" / "who.yml"
    path.write_text(path.read_text().replace("[Dam, Storm]", "[Dam]"), encoding="utf-8")
    assert nutgraf(desk, "run").stdout.splitlines()[0] == "who-dam: fresh"
    assert "no longer made" in (desk / "site" / "index.html").read_text(encoding="utf-8")


def test_an_edition_that_is_wrong_fails_alone_unless_it_was_asked_for(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    written(desk / "notebooks" / "editions", "title: Good\nnotebooks: [a]\n", "good.yml")
    written(desk / "notebooks" / "editions", "title: Bad\nnotebooks: [a]\nparameter: {}\n", "bad.yml")
    written(desk / "notebooks" / "editions", "title: Bad\nnotebooks: [a]\nparameters: {wrod: x}\n", "typo.yml")
    (desk / "nutgraf.toml").write_text("", encoding="utf-8")
    (desk / "notebooks" / "a.ipynb").write_text(json.dumps(book("word: str = ''")), encoding="utf-8")
    done = nutgraf(desk, "run")
    assert done.returncode == 10 and done.stdout.splitlines()[0] == "good: published"
    assert "bad: failed: notebooks/editions/bad.yml: unknown field 'parameter'" in done.stderr
    assert "typo: failed: notebooks/editions/typo.yml: unknown parameter 'wrod'" in done.stderr
    asked = nutgraf(desk, "run", "good", "typo")
    assert asked.returncode == 2 and "unknown parameter 'wrod'" in asked.stderr and "No kernel was started" in asked.stderr
    (desk / "notebooks" / "editions" / "good.yml").unlink()
    assert nutgraf(desk, "run").returncode == 2
