"""``nutgraf ingest`` and ``nutgraf run`` over sources that are fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nutgraf.cli.commands import nutgraf
from nutgraf.ingest.unread import unread
from nutgraf.runs.freshness.fingerprint import inputs

from tests.test_fetching_runs import feed_desk, rows, story
from tests.web_servers import Reply, Web, desk_of, feed


def command(root: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    monkeypatch.chdir(root)
    return CliRunner().invoke(nutgraf, words, standalone_mode=False)


def test_ingest_without_names_reads_the_sources_and_says_what_each_did(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.replies["/feed.xml"] = Reply(feed((web.page("/one", "Goat", story("one")), "Goat")))
    desk = feed_desk(tmp_path / "desk", web)
    done = command(desk.root, monkeypatch, "ingest")
    assert done.exception is None and done.stdout.splitlines() == [
        "1 record in 1 file: 1 new", "bell (feed): 1 article listed: 1 new; 1 page fetched",
    ]  # fmt: skip
    assert "1 unchanged; nothing new" in command(desk.root, monkeypatch, "ingest").stdout
    assert unread(desk) == []


def test_ingest_of_an_address(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(tmp_path / "desk", "", web)
    done = command(desk.root, monkeypatch, "ingest", web.page("/one", "Goat", story("one")))
    assert done.exception is None and [row["source"] for row in rows(desk)] == ["address:127.0.0.1"]
    for words, said in (
        (["ingest", f"{web.root}/none"], "no source could be read"), (["ingest", "ftp://bell.example/"], "only http and https"),
        (["ingest", "http://127.0.0.1:1/"], "port 1 is none of the web's"), (["ingest", f"{web.root}/one", "--offline"], "--offline"), (["ingest"], "no sources"),
    ):  # fmt: skip
        done = command(desk.root, monkeypatch, *words)
        assert said in str(done.exception), words
    assert len(rows(desk)) == 1


def test_ingest_offline_and_a_source_that_fails(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = feed_desk(tmp_path / "desk", web)
    assert command(desk.root, monkeypatch, "ingest", "--offline").exception is None and web.asked == []
    done = command(desk.root, monkeypatch, "ingest")
    assert "bell (feed): not read: the server answered 404 (not found)" in done.stderr and "no source could be read" in str(done.exception)


def test_a_run_fetches_says_so_and_is_never_taken_for_done(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    from nutgraf.runs.runner import run

    web.replies["/feed.xml"] = Reply(feed((web.page("/one", "Goat", story("one")), "Goat")))
    desk = feed_desk(tmp_path / "desk", web)
    notebook = (
        '{"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Nothing"}], "metadata": {"kernelspec": {"display_name": "Python 3",'
        ' "language": "python", "name": "python3"}, "nutgraf": {"needs": []}}, "nbformat": 4, "nbformat_minor": 5}'
    )
    (desk.editions).mkdir(parents=True)
    (desk.root / "notebooks" / "10-nothing.ipynb").write_text(notebook)
    (desk.editions / "nothing.yml").write_text("title: Nothing\nnotebooks:\n  - 10-nothing\npublish: manual\n")
    said: list[str] = []
    run(desk, say=said.append)
    assert "bell (feed): 1 article listed: 1 new; 1 page fetched" in said
    said.clear()
    assert not run(desk, say=said.append).nothing_new and any("nothing new" in line for line in said)
    n_asked = len(web.asked)
    run(desk, offline=True, say=said.append)
    assert len(web.asked) == n_asked


def test_a_desk_that_fetches_counts_only_its_paths_as_inputs(tmp_path: Path, web: Web) -> None:
    desk = feed_desk(tmp_path / "desk", web)
    before = inputs(desk.root)
    (desk.root / "data").mkdir()
    (desk.root / "data" / "anything").write_text("x")
    assert inputs(desk.root) == before
