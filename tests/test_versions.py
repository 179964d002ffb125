"""Older versions: which of them a selection gives, what findings say of them, and that a run measures them and notices a new one."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest
from nutgraf.desk import Desk
from nutgraf.errors import MeasureError
from nutgraf.findings import versions
from nutgraf.findings.changed import changes
from nutgraf.ingesting import ingest
from nutgraf.jupyter import NEEDS_VARIABLE, Workbench
from nutgraf.measuring import Registry
from nutgraf.overrides import Override, say
from nutgraf.publish.excerpts import Excerpts
from nutgraf.publish.exporter import read_page, render_page
from nutgraf.runs.editions.edition_files import load
from nutgraf.runs.planning import measure_union, plan_of, prepare

from tests.test_runs_notebooks import book

OTHER = "The council of Brannow met on Tuesday. It put the plan for the harbour off until May, and nobody spoke against it there."
FIRST = [OTHER, "“We were told nothing of all this,” said a fisherman. The fight over the harbour goes on.", "It costs 14 million."]
SECOND = [OTHER, "The mayor praised the plan, and the crowd was happy with a fine day. The harbour stays open for all who come.", "It costs 19 million."]
LAST = "Nobody on the quay would say when the next boat leaves, and the harbour master kept to his hut all day."
PAGE = """<html><head><title>{title}</title><link rel="canonical" href="https://{host}/{name}">{modified}
<meta property="article:published_time" content="2026-03-03T10:00:00+01:00"></head>
<body><article><h1>{title}</h1>{text}</article></body></html>"""
NEEDS = ("figures", "frames", "quotes", "tone")


def write(root: Path, name: str, title: str, lines: list[str], host: str = "bell.example", modified: str = "") -> None:
    meta = f'<meta property="article:modified_time" content="{modified}">' if modified else ""
    text = "".join(f"<p>{line}</p>" for line in lines)
    page = PAGE.format(title=title, name=name.split(".")[0], text=text, host=host, modified=meta)
    (root / "inbox" / f"{name}.html").write_text(page, encoding="utf-8")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two articles that changed, the one twice; and three of each outlet that did not."""
    root = tmp_path_factory.mktemp("versions") / "desk"
    for folder in ("inbox", "notebooks/editions", "data/decisions"):
        (root / folder).mkdir(parents=True)
    (root / "nutgraf.toml").write_text('timezone = "Europe/Oslo"\n[[sources]]\nid = "inbox"\npath = "inbox"\n', encoding="utf-8")
    write(root, "plan", "Fury over the harbour plan", FIRST)
    write(root, "plan.2", "Joy at the harbour plan", SECOND, modified="2026-03-04T09:30:00+01:00")
    write(root, "plan.3", "Joy at the harbour plan", [SECOND[0].replace("Tuesday", "Tusday"), *SECOND[1:]])
    write(root, "ferry", "The ferry &lt;stays&gt;", [*FIRST, LAST], host="courier.example")
    write(root, "ferry.2", "The ferry &lt;stays&gt;", [*FIRST[:1], *FIRST[2:], LAST], host="courier.example")
    for host in ("bell.example", "courier.example"):
        for number in range(3):
            write(root, f"{host[:4]}{number}", f"Number {number}", [f"{OTHER} And number {number} of it all."] * 3, host=host)
    ingest(Desk(root))
    return Desk(root)


@pytest.fixture(scope="module")
def history(desk: Desk) -> object:
    bench = Workbench(desk)
    return bench.versions(*NEEDS, selection=bench.select(copies="all"))


def test_layers_hold_each_version_once(desk: Desk) -> None:
    chosen = desk.select(copies="all")
    layers = chosen.layers()
    assert [len(layer) for layer in layers] == [2, 2, 1]
    assert sorted(key for layer in layers for key in layer.keys) == sorted(
        (row["article_id"], row["version"]) for row in desk.store.read("articles").to_pylist()
        if row["article_id"] in {key[0] for key in layers[0].keys}
    )  # fmt: skip
    assert {key for layer in layers[1:] for key in layer.keys} >= {key for key in chosen.keys if key[1] > 1}
    assert len(chosen.only({layers[2].keys[0]}, "another").layers()) == 3
    assert desk.select(outlets=["courier.example"]).layers()[-1].attrition == desk.select(outlets=["courier.example"]).attrition


def test_what_is_put_right_holds_for_older_versions_too(desk: Desk, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(desk.root, tmp_path / "copy")
    other = Desk(tmp_path / "copy")
    (article, _), *_ = other.select(copies="all").layers()[2].keys
    say(other.decisions, Override(article, "outlet", "The Harbour Bell", "ada", "why", ""), other.timezone)
    outlets = [row["outlet"] for layer in other.select(copies="all").layers() for row in layer.articles.to_pylist() if row["article_id"] == article]
    assert outlets == ["The Harbour Bell"] * 3
    say(other.decisions, Override(article, "status", "quarantined", "ada", "why", ""), other.timezone)
    assert [len(layer) for layer in other.select(copies="all").layers()] == [1, 1]


def test_changes_and_their_times(history: object) -> None:
    found = {(one.name, one.after.key[1]): one for one in changes(history)}
    first, second = found["Joy at the harbour plan", 2], found["Joy at the harbour plan", 3]
    assert (first.before.at, first.after.at) == ("2026-03-03 10:00", "2026-03-04 09:30") and second.after.at > first.after.at
    assert first.compared.reasons == ("headline", "figures", "quotes", "words")
    assert first.moved("quotes", "went") == ["We were told nothing of all this,"] and first.moved("figures", "came") == ["19,000,000"]
    assert second.compared.reasons == () and (second.compared.n_removed, second.compared.n_added) == (1, 1)
    assert found["The ferry <stays>", 2].compared.reasons == ("quotes", "words") and not found["The ferry <stays>", 2].has_new_headline


def test_findings(history: object) -> None:
    what = versions.what_changed(history, source="s")
    assert what.takeaway == "2 articles of 8 changed materially after publication, 1 with a new headline"
    assert [(row[0], row[6]) for row in what.rows] == [
        ("Joy at the harbour plan", "first published"), ("Joy at the harbour plan", "headline, figures came or went, quotations removed, much of the text"),
        ("Joy at the harbour plan", "not material"), ("The ferry <stays>", "first published"), ("The ferry <stays>", "quotations removed, much of the text"),
    ]  # fmt: skip
    assert len(what.evidence(1, "n_added")) == what.rows[1][4] and len(what.evidence(1, "n_removed")) == what.rows[1][5]
    assert {item.change for item in what.examples} == {"removed", "added"} and all(item.marks for item in what.examples)
    shares = versions.by_outlet(history, min_articles=3, source="s")
    assert [row[:2] + row[4:5] for row in shares.rows] == [["bell.example", 0.25, 4], ["courier.example", 0.25, 4]] and shares.rows[0][3] is not None
    none = versions.by_outlet(history, min_articles=9, source="s")
    assert none.status == "not_assessable" and none.reason == "no outlet has 9 articles"
    assert versions.headlines(history, source="s").rows[0][:3] == ["bell.example", "Fury over the harbour plan", "Joy at the harbour plan"]
    moved = versions.came_and_went(history, source="s")
    assert ["went", "quotation", "“We were told nothing of all this”"] in [row[2:5] for row in moved.rows]
    assert all(len(moved.evidence(index)) == row[5] for index, row in enumerate(moved.rows))
    tones = versions.tone_and_frames(history, source="s")
    assert tones.rows[0][3] < tones.rows[0][4], "the fight went, and praise came"
    rules = versions.other_rules(history, source="s")
    assert [row[1] for row in rules.rows] == [2, 2, 2, 1, 2]


def test_a_page_marks_what_went_and_came_without_colour_alone(history: object) -> None:
    data = versions.what_changed(history, source="s").to_json()
    from nutgraf.findings.finding import MIME

    cell = {"cell_type": "code", "source": "x", "metadata": {}, "outputs": [{"output_type": "execute_result", "metadata": {}, "data": {MIME: data}}]}
    page = read_page({"cells": [cell], "metadata": {}}, "p", Excerpts({}, 25))
    html = render_page(page, [page], {"title": "T", "site_title": "S", "language": "en", "version": None, "published_at": None})
    assert "<del>" in html and "<ins>" in html and "struck out" in html and "underlined" in html
    assert "del{text-decoration:line-through" in html and "<stays>" not in html and "&lt;stays&gt;" in html


def test_without_older_versions_nothing_can_be_said(desk: Desk) -> None:
    bench = Workbench(desk)
    history = bench.versions(*NEEDS, selection=bench.select(query="number", copies="all"))
    assert history.layers == []
    for make in (versions.what_changed, versions.headlines, versions.came_and_went, versions.tone_and_frames, versions.other_rules):
        found = make(history, source="s")
        assert found.status == "not_assessable" and found.reason == "no article was fetched in more than one version"
    assert versions.by_outlet(history, min_articles=3, source="s").takeaway == "None of 2 outlets changed an article materially"


def test_a_notebook_must_declare_that_it_looks_at_versions(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Workbench(desk)
    monkeypatch.setenv(NEEDS_VARIABLE, "tone")
    with pytest.raises(MeasureError, match="did not declare that it looks at older versions.*nutgraf.needs"):
        bench.versions("tone", selection=bench.select())
    monkeypatch.setenv(NEEDS_VARIABLE, "tone,versions")
    assert bench.versions("tone", selection=bench.select()).layers


def plan(root: Path, *, looks_at_versions: bool) -> object:
    content = book("x: int = 1", needs=("tone",))
    content["metadata"]["nutgraf"]["versions"] = looks_at_versions
    (root / "notebooks" / "v.ipynb").write_text(json.dumps(content), encoding="utf-8")
    (root / "notebooks" / "editions" / "v.yml").write_text("title: V\nnotebooks: [v]\n", encoding="utf-8")
    desk = Desk(root)
    (edition,) = load(root / "notebooks" / "editions" / "v.yml")
    ((_, loaded),) = prepare(desk, [edition])
    return plan_of(desk, Registry(desk.measure_options), edition, loaded, date(2026, 11, 27))


def test_a_run_measures_older_versions_where_they_are_looked_at(desk: Desk, tmp_path: Path) -> None:
    import shutil

    from nutgraf.upkeep.rebuild import rebuild

    shutil.copytree(desk.root, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "data" / "processed")
    other = Desk(tmp_path / "copy")
    ingest(other)
    registry = Registry(other.measure_options)
    for looks_at_versions, n in ((False, 8), (True, 11)):
        measure_union(other, registry, [plan(other.root, looks_at_versions=looks_at_versions)], None)
        rows = [row for row in other.store.read("measured").to_pylist() if row["measure"] == "tone"]
        assert len(rows) == n, looks_at_versions
    assert rebuild(other, say=lambda line: None).is_identical


def test_another_older_version_makes_such_an_edition_stale_and_no_other(desk: Desk, tmp_path: Path) -> None:
    """A capture that is older than the newest, handed in late."""
    import shutil

    shutil.copytree(desk.root, tmp_path / "copy")
    root = tmp_path / "copy"
    before = {flag: plan(root, looks_at_versions=flag).parts["articles"] for flag in (False, True)}
    manifest = [json.dumps({"file": "late.html", "fetched_at": "2020-03-03T11:00:00+01:00"})]
    (root / "late").mkdir()
    write(root, "plan", "Anger over the harbour plan", FIRST)
    os.replace(root / "inbox" / "plan.html", root / "late" / "late.html")
    (root / "late" / "manifest.jsonl").write_text("\n".join(manifest), encoding="utf-8")
    with (root / "nutgraf.toml").open("a") as file:
        file.write('[[sources]]\nid = "late"\npath = "late"\nmanifest = "manifest.jsonl"\n')
    ingest(Desk(root))
    after = {flag: plan(root, looks_at_versions=flag).parts["articles"] for flag in (False, True)}
    assert before[False] == after[False] and before[True] != after[True]
