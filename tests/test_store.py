"""The store: reading, replacing, pinning, the journal and the lock."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable, write_deltalake
from nutgraf.errors import BusyError, StoreError
from nutgraf.schema import TABLES, arrow_schema
from nutgraf.store import SNAPSHOT_VARIABLE, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "processed")


def measured(work: str, *articles: str) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"article_id": article, "version": 1, "measure": "m", "measure_version": "1", "input_sha256": "x", "work_id": work, "status": "ok"}
            for article in articles
        ],
        schema=arrow_schema("measured"),
    )  # fmt: skip


def articles(store: Store) -> list[str]:
    return sorted(store.read("measured", ["article_id"]).column("article_id").to_pylist())


def test_a_table_that_was_never_written_is_empty_with_its_columns(store: Store) -> None:
    for name in TABLES:
        assert store.read(name).schema.equals(arrow_schema(name)) and store.read(name).num_rows == 0
    assert store.versions() == {} and list(store.scan("articles", ["text"])) == []


def test_replacing_a_batch_twice_leaves_it_once_and_the_others_alone(store: Store) -> None:
    store.replace_work("measured", "w1", measured("w1", "a", "b"))
    store.replace_work("measured", "w2", measured("w2", "c"))
    store.replace_work("measured", "w1", measured("w1", "a", "b"))
    assert articles(store) == ["a", "b", "c"]
    store.replace_work("measured", "w1", measured("w1", "d"))
    assert articles(store) == ["c", "d"]


def test_who_adds_many_times_opens_the_table_once_and_again_after_another(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import deltalake

    store.append("measured", measured("w", "a"))
    opened: list[int] = []

    class Counted(deltalake.DeltaTable):
        def __init__(self, *given: Any, **named: Any) -> None:
            opened.append(1)
            super().__init__(*given, **named)

    monkeypatch.setattr(deltalake, "DeltaTable", Counted)
    for number in range(4):
        store.append("measured", measured(f"w{number}", f"a{number}"))
        assert f"a{number}" in articles(store)
    store.replace_work("measured", "w0", measured("w0", "b"))
    assert articles(store) == ["a", "a1", "a2", "a3", "b"] and not opened
    Store(store.root).append("measured", measured("w5", "c"))
    opened.clear()
    store.append("measured", measured("w6", "d"))
    assert articles(store) == ["a", "a1", "a2", "a3", "b", "c", "d"] and len(opened) == 1


def test_tables_put_in_the_place_of_others_are_opened_though_their_commit_has_the_same_number(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "other")
    for one, article in ((store, "a"), (other, "b")):
        one.append("measured", measured("w", article))
    assert articles(store) == ["a"] and store.version("measured") == other.version("measured")
    (store.root / "measured").rename(tmp_path / "before")
    (other.root / "measured").rename(store.root / "measured")
    assert articles(store) == ["b"]


def test_a_pinned_store_reads_its_version_and_writes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.append("measured", measured("w1", "a"))
    snapshot = store.versions()
    store.append("measured", measured("w2", "b"))
    monkeypatch.setenv(SNAPSHOT_VARIABLE, json.dumps(snapshot))
    pinned = Store.from_environment(store.root)
    assert articles(pinned) == ["a"] and articles(store) == ["a", "b"]
    assert pinned.is_pinned and not store.is_pinned
    with pytest.raises(StoreError, match="pinned"):
        pinned.append("measured", measured("w3", "c"))


def test_recovery_undoes_what_measured_does_not_know_and_keeps_what_it_does(store: Store) -> None:
    spans = pa.Table.from_pylist(
        [
            {"article_id": "a", "version": 1, "start": 0, "end": 1, "kind": "part", "measure": "m", "measure_version": "1", "work_id": work}
            for work in ("half", "whole")
        ],
        schema=arrow_schema("spans"),
    )  # fmt: skip
    store.append("spans", spans)
    store.replace_work("measured", "whole", measured("whole", "a"))
    store.begin("half", ["spans", "scores"])
    store.begin("whole", ["spans"])
    assert set(store.unfinished()) == {"half", "whole"}
    assert store.recover() == 1
    assert store.read("spans", ["work_id"]).column("work_id").to_pylist() == ["whole"]
    assert store.read("spans", where=pc.field("work_id") == "whole").num_rows == 1, "what deltalake itself deletes from can be read, but not searched"
    assert store.unfinished() == {} and store.recover() == 0


def test_a_journal_line_that_a_crash_cut_short_is_no_batch(store: Store) -> None:
    store.begin("w1", ["spans"])
    store.finish("w1")
    with (store.root / "journal.jsonl").open("a", encoding="utf-8") as journal:
        journal.write('{"work_id": "w2", "sta')
    assert store.unfinished() == {} and store.recover() == 0


def test_a_damaged_table_says_how_it_comes_back(store: Store) -> None:
    store.append("measured", measured("w1", "a"))
    log = next((store.root / "measured" / "_delta_log").glob("*.json"))
    log.write_text("{no json", encoding="utf-8")
    with pytest.raises(StoreError, match="measured.* cannot be read: .*Run 'nutgraf rebuild'.*Nothing was read"):
        store.read("measured")


def test_a_damaged_data_file_or_an_empty_log_is_told_and_never_read_as_no_rows(store: Store) -> None:
    store.append("measured", measured("w1", "a"))
    [file] = (store.root / "measured").glob("*.parquet")
    whole = file.read_bytes()
    file.write_bytes(whole[:40])
    for read in (lambda: store.read("measured"), lambda: list(store.scan("measured", ["work_id"]))):
        with pytest.raises(StoreError, match="'measured' cannot be read: .*Run 'nutgraf rebuild'") as caught:
            read()
        assert str(store.root.parent).strip("/") not in str(caught.value), "no place of this machine"
    file.unlink()
    with pytest.raises(StoreError, match="un 'nutgraf rebuild'"):
        store.read("measured")
    file.write_bytes(whole)
    for entry in (store.root / "measured" / "_delta_log").iterdir():
        entry.unlink()
    for call in (lambda: store.read("measured"), lambda: store.append("measured", measured("w2", "b"))):
        with pytest.raises(StoreError, match="its log is empty"):
            call()


def test_a_table_of_an_older_form_is_read_with_nulls_and_gets_its_columns_with_the_next_write(store: Store) -> None:
    with_form(store, lambda schema: pa.schema([field for field in schema if field.name != "error"]), "a")
    [row] = store.read("measured").to_pylist()
    assert (row["article_id"], row["error"]) == ("a", None) and store.version("measured") == 1
    store.replace_work("measured", "w2", measured("w2", "b"))
    assert articles(store) == ["a", "b"] and store.read("measured").schema.equals(arrow_schema("measured"))
    version = store.version("measured")
    store.replace_work("measured", "w2", measured("w2", "c"))
    assert articles(store) == ["a", "c"] and store.version("measured") == version + 1, "columns are added once"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda schema: schema.append(pa.field("mood", pa.string())), r"does not know \(mood\): a newer one wrote it. Install that one again"),
        (lambda schema: pa.schema([field for field in schema if field.name != "measure"]), r"older Nutgraf, with other columns \(measure\)"),
        (lambda schema: schema.set(1, pa.field("version", pa.string())), r"older Nutgraf, with other columns \(version\)"),
        (lambda schema: schema.set(6, pa.field("status", pa.string(), nullable=True)), r"older Nutgraf, with other columns \(status\)"),
    ],
)
def test_a_table_of_another_form_is_refused_and_rebuild_offered(store: Store, change: Callable[[pa.Schema], pa.Schema], said: str) -> None:
    with_form(store, change)
    for call in (lambda: store.read("measured"), lambda: store.append("measured", measured("w2", "b"))):
        with pytest.raises(StoreError, match=said) as caught:
            call()
        assert "un 'nutgraf rebuild'" in str(caught.value)
    assert store.version("measured") == 0


def with_form(store: Store, change: Callable[[pa.Schema], pa.Schema], *rows: str) -> None:
    """The table ``measured`` with other columns than this Nutgraf's."""
    schema = change(arrow_schema("measured"))
    path = store.root / "measured"
    path.mkdir(parents=True)
    DeltaTable.create(path, schema=schema)
    if rows:
        write_deltalake(path, measured("w1", *rows).select(schema.names).cast(schema), mode="append")


def test_two_processes_cannot_hold_a_desk_and_the_second_is_told_who_does(store: Store) -> None:
    code = (
        "import sys; from pathlib import Path; from nutgraf.store import Store; from nutgraf.errors import BusyError\n"
        "try:\n  with Store(Path(sys.argv[1])).lock('second'): print('held')\n"
        "except BusyError as error: print(error)"
    )
    with store.lock("the first purpose"):
        taken = subprocess.run([sys.executable, "-c", code, str(store.root)], capture_output=True, text=True, check=True)
        with pytest.raises(BusyError):
            with Store(store.root).lock("again"):
                pass
    free = subprocess.run([sys.executable, "-c", code, str(store.root)], capture_output=True, text=True, check=True)
    assert "the first purpose" in taken.stdout and free.stdout.strip() == "held"
