"""The whole path: raw files to a published page."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
from deltalake import DeltaTable
from nutgraf.desk import Desk
from nutgraf.runs.runner import run

from tests.conftest import copied


def rows(desk: Desk, table: str) -> list[tuple]:
    data = DeltaTable(desk.processed / table).to_pyarrow_table()
    assert data.num_rows
    return duckdb.sql("select * from data").fetchall()


def test_every_station_leaves_its_rows(finished: Desk) -> None:
    for table in ("articles", "sentences", "spans", "scores", "measured"):
        assert rows(finished, table)


def test_the_page_shows_the_finding_and_runs_nothing(finished: Desk) -> None:
    page = (finished.site / "editions" / "sample" / "index.html").read_text(encoding="utf-8")
    assert 'id="tone-by-outlet"' in page
    assert 'role="img"' in page and 'aria-label="Interval dot plot' in page
    assert not re.findall(r"<script(?! type=\"application/ld\+json\")", page)
    assert " style=" not in page


def test_spans_lie_inside_their_text(finished: Desk) -> None:
    texts = {(row["article_id"], row["version"]): row["text"] for row in finished.store.read("articles").to_pylist()}
    for table in ("sentences", "spans"):
        for row in finished.store.read(table).to_pylist():
            text = texts[(row["article_id"], row["version"])]
            assert 0 <= row["start"] < row["end"] <= len(text)


def test_a_second_run_changes_no_byte(finished: Desk, tmp_path: Path) -> None:
    """In another folder, where every key is looked at, and then once more, where there is nothing to look at."""
    desk = copied(finished.root, tmp_path / "desk")
    before = {path: path.read_bytes() for path in desk.site.rglob("*") if path.is_file()}
    for is_nothing_new in (False, True):
        outcome = run(desk, say=lambda line: None)
        assert outcome.nothing_new is is_nothing_new and set(outcome.states.values()) <= {"fresh"}
        assert before == {path: path.read_bytes() for path in desk.site.rglob("*") if path.is_file()}
