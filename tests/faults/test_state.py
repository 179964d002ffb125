"""The checks themselves: each harm that a run must never do is seen by them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from nutgraf.desk import Desk
from nutgraf.schema import arrow_schema

from tests.faults.state import Watch


def in_site(name: str) -> Callable[[Desk], Path]:
    return lambda desk: desk.site / "editions" / name


def change(where: Callable[[Desk], Path]) -> Callable[[Desk], object]:
    return lambda desk: where(desk).write_bytes(where(desk).read_bytes() + b" ")


def record_of(desk: Desk) -> Path:
    return desk.decisions / "publications.jsonl"


def double_last_line(desk: Desk) -> None:
    held = record_of(desk).read_bytes()
    record_of(desk).write_bytes(held + held.splitlines(keepends=True)[-1])


def record_what_is_nowhere(desk: Desk) -> None:
    held = record_of(desk).read_bytes()
    record_of(desk).write_bytes(held + held.splitlines(keepends=True)[-1].replace(b'"version": 1', b'"version": 2'))


def swap_folders(desk: Desk) -> None:
    shutil.copytree(desk.site / "editions/ferry/v1", desk.site / "editions/ferry/v2")


def name_what_is_not_there(desk: Desk) -> None:
    page = desk.site / "index.html"
    page.write_text(page.read_text().replace('href="editions/dam/', 'href="editions/gone/'), encoding="utf-8")


AT_EVERY_MOMENT = {
    "dam/v1 is lost": lambda desk: shutil.rmtree(desk.site / "editions/dam/v1"),
    "dam/v1 was changed": change(in_site("dam/v1/index.html")),
    "the record is not append-only": lambda desk: record_of(desk).write_bytes(record_of(desk).read_bytes()[20:]),
    "a version was published twice": double_last_line,
    "is recorded and nowhere": record_what_is_nowhere,
    "a folder without a record": swap_folders,
    "dam/20-more.html is of no published version": change(in_site("dam/20-more.html")),
    "ferry has no pages|is lost": lambda desk: shutil.rmtree(desk.site / "editions/ferry"),
    "names editions/gone/": name_what_is_not_there,
}
AFTER_A_RUN = {
    "half a line in the record": lambda desk: record_of(desk).write_bytes(record_of(desk).read_bytes() + b"{"),
    r"left behind: \['data/raw/1.part'\]": lambda desk: (desk.raw / "1.part").touch(),
    r"left behind: \['data/processed/spans/a.parquet#1'\]": lambda desk: (desk.processed / "spans/a.parquet#1").touch(),
    "doubled rows in measured": lambda desk: desk.store.append("measured", desk.store.read("measured")),
    "a batch is still in the journal": lambda desk: desk.store.begin("w", ["spans"]),
    "rows of an unfinished batch in spans": lambda desk: desk.store.append("spans", spans_of("w")),
    "latest pages of two versions": lambda desk: (desk.site / "editions/dam/20-more.html").unlink(),
}


def spans_of(work: str) -> pa.Table:
    row = {"article_id": "a", "version": 1, "start": 0, "end": 1, "kind": "part", "measure": "m", "measure_version": "1", "work_id": work}
    return pa.Table.from_pylist([row], schema=arrow_schema("spans"))


@pytest.mark.parametrize("words", AT_EVERY_MOMENT)
def test_what_must_never_be_is_seen(watch: Watch, words: str) -> None:
    AT_EVERY_MOMENT[words](watch.desk)
    with pytest.raises(AssertionError, match=f"somewhere.*(?:{words})"):
        watch.look("somewhere")


@pytest.mark.parametrize("words", AFTER_A_RUN)
def test_what_must_not_be_after_a_run_is_seen(watch: Watch, words: str) -> None:
    watch.check_done("before")
    AFTER_A_RUN[words](watch.desk)
    with pytest.raises(AssertionError, match=f"somewhere.*(?:{words})"):
        watch.check_done("somewhere")
