"""What a notebook sees of a desk: it measures what is missing, and under a run it only reads."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager

import pytest
from nutgraf.desk import Desk
from nutgraf.errors import MeasureError
from nutgraf.ingesting import ingest
from nutgraf.jupyter import NEEDS_VARIABLE, Workbench, inputs_of, open_desk
from nutgraf.measuring import measure
from nutgraf.store import SNAPSHOT_VARIABLE

WINDOW = {"date_from": "2026-03-02", "date_to": "2026-03-08", "as_of": "2026-03-24"}


@pytest.fixture
def filled(desk: Desk) -> Desk:
    with desk.store.lock("test"):
        ingest(desk)
    return desk


def test_in_jupyterlab_it_measures_what_is_missing_and_only_once(filled: Desk) -> None:
    bench = Workbench(filled)
    chosen = bench.select(**WINDOW)
    assert 10 < len(chosen) < 30
    measured = bench.measure("tone", selection=chosen)
    scores = measured.rows("scores", "tone")
    assert set(scores["article_id"]) == {article for article, _ in chosen.keys}
    versions = filled.store.versions()
    bench.measure("tone", selection=chosen)
    assert filled.store.versions() == versions, "a second call commits nothing"


def test_while_another_process_holds_the_desk_it_waits_and_says_so(filled: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    holder = "from nutgraf.desk import Desk; import sys, time\nwith Desk.find().store.lock('a long run'):\n print('held', flush=True); time.sleep(1.5)"
    with subprocess.Popen([sys.executable, "-c", holder], cwd=filled.root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        bench = Workbench(filled)
        chosen = bench.select(**WINDOW)
        measured = bench.measure("tone", selection=chosen)
        assert process.wait() == 0
    assert set(measured.rows("scores", "tone")["article_id"]) == {article for article, _ in chosen.keys}
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"waiting for the desk, at most 600 s: a long run, process {process.pid}, since ")


def test_the_lock_is_taken_for_each_batch_and_what_others_measured_meanwhile_is_left(filled: Desk) -> None:
    bench = Workbench(filled)
    inputs, held = inputs_of(filled, bench.select(**WINDOW)), []

    @contextmanager
    def hold():
        held.append(len(held))
        with filled.store.lock("this notebook"):
            pass  # free again: nobody else needs to wait for the whole selection
        if len(held) == 3:  # between the first batch and the second somebody else measures the rest
            measure(filled.store, bench.registry, ["tone"], inputs)
        yield

    counts = measure(filled.store, bench.registry, ["tone"], inputs, batch_size=5, hold=hold)
    assert len(held) == 1 + -(-len(inputs) // 5) and counts["tone"] == 5
    rows = filled.store.read("measured").to_pylist()
    keys = [(row["article_id"], row["version"], row["measure"]) for row in rows]
    assert len(keys) == len(set(keys)) and {key[0] for key in keys} == {item.article_id for item in inputs}


def test_rows_are_those_of_the_selection_alone(filled: Desk) -> None:
    bench = Workbench(filled)
    bench.measure("tone", selection=bench.select(**WINDOW))
    bell = bench.select(**WINDOW, outlets=["Quillmouth Bell"])
    rows = bench.measure("tone", selection=bell).rows("sentences", "sentences")
    assert set(rows["article_id"]) == {article for article, _ in bell.keys}


def test_under_a_run_missing_work_is_an_error(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SNAPSHOT_VARIABLE, json.dumps(filled.store.versions()))
    monkeypatch.setenv(NEEDS_VARIABLE, "tone")
    pinned = Workbench(Desk(filled.root))
    with pytest.raises(MeasureError, match="nutgraf.needs"):
        pinned.measure("tone", selection=pinned.select(**WINDOW))


def test_under_a_run_an_undeclared_measure_is_an_error(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NEEDS_VARIABLE, "frames")
    bench = Workbench(filled)
    with pytest.raises(MeasureError, match="not declared"):
        bench.measure("tone", selection=bench.select(**WINDOW))


def test_under_a_run_tables_are_read_as_they_were(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Workbench(filled)
    chosen = bench.select(**WINDOW)
    bench.measure("tone", selection=chosen)
    snapshot = filled.store.versions()
    bench.measure("tone", selection=bench.select(as_of="2026-03-24"))
    assert filled.store.versions() != snapshot
    monkeypatch.setenv(SNAPSHOT_VARIABLE, json.dumps(snapshot))
    pinned = Workbench(Desk(filled.root))
    rows = pinned.measure("tone", selection=pinned.select(**WINDOW)).rows("scores", "tone")
    assert set(rows["article_id"]) == {article for article, _ in chosen.keys}
    everything = pinned.desk.store.read("scores", ["measure"])
    newest = bench.desk.store.read("scores", ["measure"])
    assert everything.num_rows < newest.num_rows


def test_versions_of_articles_are_marked(filled: Desk) -> None:
    articles = Workbench(filled).articles(as_of="2026-03-24")
    assert articles["is_newest"].sum() == articles["article_id"].nunique()
    twice = articles[~articles["is_newest"]]
    assert sorted(twice["outlet"]) == ["Quillmouth Bell", "The Kelsport Courier"]
    early = Workbench(filled).articles(as_of="2026-03-05")
    assert 0 < len(early) < len(articles) and (early["fetched_at"] < "2026-03-06").all()


def test_the_input_hash_changes_with_text_language_and_outlet(filled: Desk) -> None:
    hashes = {filled.input_sha256("t", "en", "A"), filled.input_sha256("u", "en", "A"), filled.input_sha256("t", "de", "A"),
              filled.input_sha256("t", "en", "B"), filled.input_sha256("t", None, "A")}  # fmt: skip
    assert len(hashes) == 5
    inputs = inputs_of(filled, Workbench(filled).select(**WINDOW))
    assert len({item.key for item in inputs}) == len(inputs)


def test_a_notebook_alone_reads_the_desks_sources_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUTGRAF_DESK", str(desk.root))
    assert desk.store.version("articles") is None
    assert len(open_desk().select(date_from="2026-03-02", date_to="2026-03-22", as_of="2026-03-24")) == 54
    version = desk.store.version("articles")
    open_desk()
    assert desk.store.version("articles") == version, "only a desk on which nothing was ingested reads by itself"
