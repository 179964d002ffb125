"""The ledger of attempts."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from nutgraf.errors import StoreError
from nutgraf.runs.attempts.ledger import Ledger


def test_an_attempt_is_kept_with_all_it_was(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path) as ledger:
        run = ledger.start_run()
        attempt = ledger.start_attempt(run, "one", "k1", {"articles": "abc"}, {"articles": 7})
        ledger.end_attempt(attempt, "good", version=3, pages={"a.html": "00"})
        other = ledger.start_attempt(run, "one", "k2", {}, {})
        ledger.end_attempt(other, "failed", error="why")
        ledger.end_run(run, "failed", 20, {"seen": 7})
    with Ledger.look(path) as ledger:
        good, last = ledger.last("one", "good", "unchanged"), ledger.last("one")
        assert (good["key"], good["version"], good["counts"], good["pages"]) == ("k1", 3, {"articles": 7}, {"a.html": "00"})
        assert (last["state"], last["error"]) == ("failed", "why")
        assert good["started_at"] <= good["ended_at"] <= last["ended_at"]
        assert ledger.last("two") is None
    with sqlite3.connect(path) as db:
        assert db.execute("pragma journal_mode").fetchone() == ("wal",)


def test_a_run_that_never_ended_is_known_as_killed(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        ledger.start_attempt(ledger.start_run(), "one", "k", {}, {})
        ledger.start_run()
        assert ledger.last("one")["state"] == "killed"


def corrupt_header(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)


def corrupt_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    path.write_bytes(bytes(data))


def other_form(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("create table settled (id integer, fingerprint text)")


@pytest.mark.parametrize("harm", [corrupt_header, corrupt_page, other_form])
def test_an_unusable_ledger_is_set_aside_and_said_so(tmp_path: Path, harm) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path) as ledger:
        ledger.end_run(ledger.start_run(), "good", 0, {})
    harm(path)
    harmed = path.read_bytes()
    with pytest.raises(StoreError, match="nutgraf run"), Ledger.look(path):
        pass
    assert path.read_bytes() == harmed
    with Ledger.open(path) as ledger:
        aside = [found for found in tmp_path.glob("ledger-set-aside-*.sqlite")]
        assert len(aside) == 1 and aside[0].read_bytes() == harmed
        assert aside[0].name in ledger.notice
        assert ledger.last("one") is None
    with Ledger.open(path) as ledger:
        assert ledger.notice is None


def test_looking_makes_nothing(tmp_path: Path) -> None:
    with Ledger.look(tmp_path / "ledger.sqlite") as ledger:
        assert ledger is None
    assert not list(tmp_path.iterdir())
