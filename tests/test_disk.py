"""What a full, failing or damaged disk does to single steps; tests/faults does it to whole runs."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from nutgraf.desk import Desk
from nutgraf.disk import append_lines, naming, of_disk, quiet_panics, remove
from nutgraf.errors import DiskError, StoreError
from nutgraf.ingest import raw
from nutgraf.ingest.register import Entry, Register
from nutgraf.ingest.run import ingest
from nutgraf.publish import files, left_out, record
from nutgraf.publish.index import feed
from nutgraf.runs import site_files
from nutgraf.store import Store

from tests.test_store import articles, measured


def full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def sqlite_error(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("said otherwise")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "x", "/somewhere/desk/site/a.html"), "site/a.html: the disk is full. Make room on the disk and run again. Left."),
        (OSError(errno.ENOSPC, "x"), "the disk is full. Make room on the disk and run again. Left."),
        (OSError(errno.EIO, "x", "/elsewhere/b"), "b: the disk does not read or write (input/output error). Look at the disk or the network"),
        (OSError(errno.EROFS, "x", "/somewhere/desk/site"), "site: the disk or folder is read-only. Make it writable and run again. Left."),
        (PermissionError(errno.EACCES, "x", "/somewhere/desk/staged/c"), "staged/c: no permission. Give this user the right"),
        (OSError("Generic LocalFileSystem error: Unable to copy: No space left on device (os error 28)"), "the disk is full. Make room"),
        (sqlite_error("SQLITE_FULL"), "data/processed/ledger.sqlite: the disk is full. Make room"),
        (sqlite_error("SQLITE_IOERR_FSYNC"), "data/processed/ledger.sqlite: SQLite cannot read or write it. Check the permissions of data/processed and the space"),
    ],
)
def test_a_failure_of_the_disk_is_told_whoever_met_it(error: Exception, words: str) -> None:
    told = str(of_disk(error, Path("/somewhere/desk"), "left"))
    assert told.startswith(words) and "/somewhere" not in told and "/elsewhere" not in told


@pytest.mark.parametrize("error", [ValueError("no"), FileNotFoundError(errno.ENOENT, "x", "a"), sqlite_error("SQLITE_CONSTRAINT"), OSError("(os error 2)")])
def test_other_failures_are_not_taken_for_the_disks(error: Exception) -> None:
    assert of_disk(error, Path("/somewhere/desk"), "left") is None


def test_a_failure_at_a_write_names_its_file() -> None:
    with pytest.raises(OSError) as caught, naming(Path("/somewhere/desk/site/a.html")):
        full()
    assert str(of_disk(caught.value, Path("/somewhere/desk"), "left")).startswith("site/a.html: the disk is full")


@pytest.mark.parametrize("failing_at", [1, 2, 3])
def test_a_full_disk_changes_no_page_that_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing_at: int) -> None:
    def pages(words: str) -> tuple[dict[str, str], str]:
        made = {"index.html": f"one, {words}", "data/a.csv": f"two, {words}"}
        return made, files.manifest(files.digests(made), {})

    files.refresh(tmp_path, *pages("old"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    real, calls = os.fsync, []
    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space left") as caught:
        patched.setattr(os, "fsync", lambda handle: calls.append(handle) or (full() if len(calls) == failing_at else real(handle)))
        files.refresh(tmp_path, *pages("new"))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before and caught.value.filename
    files.refresh(tmp_path, *pages("new"))
    assert (tmp_path / "index.html").read_text() == "one, new"


def test_what_pages_link_to_is_swapped_before_them_and_the_manifest_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"index.html": "x", "data/a.csv": "x", "figures/b.svg": "x", "second.html": "x"}
    order: list[str] = []
    real = os.replace
    monkeypatch.setattr(os, "replace", lambda old, new: order.append(Path(new).name) or real(old, new))
    files.refresh(tmp_path, made, files.manifest(files.digests(made), {}))
    assert order == ["a.csv", "b.svg", "index.html", "second.html", "manifest.json"]


def desk_with_inbox(root: Path) -> Desk:
    (root / "inbox").mkdir(parents=True)
    (root / "nutgraf.toml").write_text('[[sources]]\nid = "inbox"\npath = "inbox"\n', encoding="utf-8")
    for name in ("a", "b"):
        (root / "inbox" / f"{name}.txt").write_text(f"Article {name}\n\nThe dam held, the council said on Monday.", encoding="utf-8")
    return Desk(root)


def statuses(desk: Desk) -> list[tuple[str, str | None]]:
    rows = desk.store.read("articles", ["record_key", "status", "status_reason"]).to_pylist()
    return sorted((f"{row['record_key']} {row['status']}", row["status_reason"]) for row in rows)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_is_no_fault_of_an_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """It was taken for one: the article was set aside, the run ended well, and the next found nothing new."""
    desk = desk_with_inbox(tmp_path)
    with monkeypatch.context() as patched, pytest.raises(DiskError, match="data/raw: the disk is full.*No article was read from that file"):
        patched.setattr(raw.os, step, full)
        ingest(desk)
    assert statuses(desk) == []
    ingest(desk)
    assert statuses(desk) == [("a.txt kept", None), ("b.txt kept", None)]
    assert not list(desk.raw.glob("*.part"))


def test_a_file_that_cannot_be_read_is_a_row_and_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ended the whole run."""
    desk, real = desk_with_inbox(tmp_path), raw.sha256_of

    def failing(path: Path) -> str:
        if path.name == "a.txt":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return real(path)

    with monkeypatch.context() as patched:
        for module in ("raw", "run"):
            patched.setattr(f"nutgraf.ingest.{module}.sha256_of", failing)
        assert ingest(desk).outcomes == {"new": 2}
    assert statuses(desk) == [("a.txt quarantined", "it cannot be opened: Input/output error"), ("b.txt kept", None)]
    assert ingest(desk).outcomes == {"changed": 1, "unchanged": 1}
    assert ("a.txt kept", None) in statuses(desk)


def test_half_notes_of_a_killed_command_are_taken_away_when_the_desk_is_held_again(desk: Desk) -> None:
    halves = [desk.processed / "pages.part", desk.processed / "likeness.part"]
    desk.processed.mkdir(parents=True, exist_ok=True)
    for path in (*halves, desk.processed / "pages.json"):
        path.write_bytes(b"{}")
    with desk.store.lock("test"):
        assert not any(path.exists() for path in halves) and (desk.processed / "pages.json").exists()


def test_half_copies_in_raw_are_taken_away_and_nothing_else(tmp_path: Path) -> None:
    keep = [tmp_path / "notes.part", tmp_path / ("a" * 64), tmp_path / "sample"]
    gone = [tmp_path / "4711.part", tmp_path / f"{'a' * 64}.json.part", tmp_path / f"absent-{'a' * 32}.json.part"]
    keep[2].mkdir()
    for path in (*keep[:2], *gone):
        path.write_bytes(b"x")
    raw.sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(keep)


def test_a_register_line_that_was_cut_short_spoils_no_other(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("articles", store.read("articles"))
    Register(store).add([Entry("one", 1)])
    with (tmp_path / "ingested.jsonl").open("ab") as file:
        file.write(b'\xff\n{"key": "half", "n_re')
    Register(store).add([Entry("two", 2)])
    assert Register(store).entries == {"one": Entry("one", 1), "two": Entry("two", 2)}


@pytest.mark.skipif(sys.platform == "win32", reason="sets a limit of the system on the size of files")
@pytest.mark.parametrize("room", [0, 10])
def test_an_entry_that_does_not_fit_on_the_disk_leaves_the_record_as_it_was(tmp_path: Path, room: int) -> None:
    """What the file system takes of it, and what a buffer would write once more when the file is closed, must both go."""
    entry = {"event": "published", "edition": "dam", "version": 1}
    record.append(tmp_path, entry)
    before = (tmp_path / record.FILE).read_bytes()
    code = (
        "import resource, sys; from pathlib import Path; from nutgraf.publish import record\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + room}, resource.RLIM_INFINITY))\n"
        f"try:\n    record.append(Path({str(tmp_path)!r}), {entry | {'version': 2}!r})\n"
        "except OSError as error:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "    sys.exit(7 if error.filename.endswith(record.FILE) else 8)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 7
    assert (tmp_path / record.FILE).read_bytes() == before
    record.append(tmp_path, entry | {"version": 2})
    assert [held["version"] for held in record.entries(tmp_path)] == [1, 2]


def test_a_version_that_has_not_got_its_place_is_not_in_the_feed(tmp_path: Path) -> None:
    """It was recorded, and the disk failed before its folder had its name: the next command gives it that."""
    (tmp_path / "nutgraf.toml").write_text("", encoding="utf-8")
    desk = Desk(tmp_path)
    entry = {"event": "published", "edition": "dam", "title": "Dam", "content_sha256": "x", "pages": ["a"], "findings": {}, "n": {},
             "since": None, "changes": [], "published_at": "2026-03-05T06:00:00+00:00"}  # fmt: skip
    for version in (1, 2):
        record.append(desk.decisions, entry | {"version": version})
    (desk.site / "editions" / "dam" / ".v2.part").mkdir(parents=True)
    assert "editions/dam/v1/" in feed(desk, record.entries(desk.decisions))
    assert "editions/dam/v2/" not in feed(desk, record.entries(desk.decisions))


def test_a_place_that_the_disk_does_not_clear_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It must not come out later, as a folder that "exists already" or as files of an earlier version in a new one."""
    remove(tmp_path / "nothing there")
    (tmp_path / ".v2.part").mkdir()
    (tmp_path / ".v2.part" / "old.csv").write_text("old", encoding="utf-8")

    def broken(*_: Any, **__: Any) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(tmp_path / ".v2.part" / "old.csv"))

    monkeypatch.setattr(os, "unlink", broken)
    with pytest.raises(OSError, match="old.csv"):
        files.write_once(tmp_path / "v2", {"new.csv": "new"})
    assert not (tmp_path / ".v2.part" / "new.csv").exists()


def test_lines_are_added_after_a_half_one(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    append_lines(path, "a\n")
    append_lines(path, "b")
    append_lines(path, "c\n")
    assert path.read_text() == "a\nb\nc\n"


def test_a_damaged_journal_undoes_every_batch_that_measured_does_not_know(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for work in ("known", "half"):
        store.append("spans", spans(work))
    store.replace_work("measured", "known", measured("known", "a"))
    store.begin("half", ["spans"])
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:10] + b"\xff\n")
    assert store.recover() == 1
    assert store.read("spans", ["work_id"]).column("work_id").to_pylist() == ["known"] and not journal.exists()


def spans(work: str) -> Any:
    import pyarrow as pa
    from nutgraf.schema import arrow_schema

    row = {"article_id": "a", "version": 1, "start": 0, "end": 1, "kind": "part", "measure": "m", "measure_version": "1", "work_id": work}
    return pa.Table.from_pylist([row], schema=arrow_schema("spans"))


def test_files_of_tables_that_are_half_written_are_taken_away(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append("measured", measured("w", "a"))
    halves = [tmp_path / "measured" / "part-7.snappy.parquet#1", tmp_path / "measured" / "_delta_log" / "00000000000000000002.json#1"]
    for half in halves:
        half.write_bytes(b"PAR1")
    store.recover()
    assert not any(half.exists() for half in halves) and articles(store) == ["a"]


def test_a_commit_is_on_the_disk_before_anything_is_noted_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, synced, real = Store(tmp_path), [], os.fsync
    store.append("measured", measured("w1", "a"))
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(Path(os.readlink(f"/proc/self/fd/{handle}"))) or real(handle))
    store.replace_work("measured", "w2", measured("w2", "b"))
    folder = tmp_path / "measured"
    assert {folder, folder / "_delta_log", max((folder / "_delta_log").glob("*.json"))} < set(synced)
    assert [path for path in synced if path.suffix == ".parquet"]


@pytest.mark.parametrize("harm", [lambda commit: commit.write_bytes(b""), lambda commit: commit.write_text("{no")])
def test_a_commit_that_a_power_cut_emptied_is_told(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    """deltalake takes an empty one for a commit in which nothing happened: its rows would be gone without a word."""
    store = Store(tmp_path)
    store.append("measured", measured("w1", "a"))
    harm(max((tmp_path / "measured" / "_delta_log").glob("*.json")))
    for read in (lambda: store.read("measured"), lambda: list(store.scan("measured", ["article_id"]))):
        with pytest.raises(StoreError, match="table 'measured' cannot be read: .*Run 'nutgraf rebuild'") as caught:
            read()
        assert str(tmp_path) not in str(caught.value) and "<unknown>" not in str(caught.value)


def test_who_only_looks_at_the_lock_turns_nobody_away(tmp_path: Path) -> None:
    glance = FileLock(tmp_path / "lock", thread_local=False)
    glance.acquire()
    threading.Thread(target=lambda: (time.sleep(0.05), glance.release())).start()
    with Store(tmp_path).lock("a run"):
        assert json.loads((tmp_path / "lock.json").read_text())["purpose"] == "a run"


def test_what_rust_prints_of_its_failure_is_kept_off_when_it_is_raised(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_panics():
        os.write(2, b"a warning\n")
    with pytest.raises(ValueError, match="raised"), quiet_panics():
        os.write(2, b"thread panicked\n")
        raise ValueError("raised")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "a warning\nafter\n"


def test_a_damaged_note_of_what_pages_leave_out_is_told_and_comes_back(tmp_path: Path) -> None:
    desk = desk_with_inbox(tmp_path)
    desk.processed.mkdir(parents=True)
    (desk.processed / "left-out.json").write_text("[1", encoding="utf-8")
    with pytest.raises(StoreError, match="left-out.json: the note of what pages leave out cannot be read.*nutgraf run --force"):
        left_out.left_out(desk)
    left_out.note_left_out(desk, "dam", {"a": ["a picture"]})
    assert left_out.left_out(desk) == {"dam": {"a": ["a picture"]}}


def test_a_damaged_version_that_a_killed_run_had_set_aside_comes_back(tmp_path: Path) -> None:
    desk = desk_with_inbox(tmp_path)
    for name, words in (("site/editions/dam/v2", "whole"), ("staged/.damaged/dam/v1", "damaged"), ("staged/.damaged/dam/v2", "damaged"),
                        ("staged/.damaged/ferry/v1", "damaged")):  # fmt: skip
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "index.html").write_text(words)
    site_files.put_all_back(desk)
    for slug in ("dam", "ferry"):
        assert (tmp_path / f"site/editions/{slug}/v1/index.html").read_text() == "damaged"
    assert (tmp_path / "site/editions/dam/v2/index.html").read_text() == "whole"
    assert not list((tmp_path / "staged/.damaged").glob("*/*"))
