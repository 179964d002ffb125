"""Ingest as a whole: nothing lost, nothing twice, nothing written for nothing, and clear errors for wrong paths."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nutgraf.desk import Desk
from nutgraf.errors import InputError, NutgrafError, UsageError
from nutgraf.ingest import run as ingest_run
from nutgraf.ingest.apart.reading import Apart
from nutgraf.ingest.records import RawItem
from nutgraf.ingesting import ingest, items_for_paths
from pyarrow import fs

from tests.conftest import labelled

STORY = (
    "The goat that has lived on the roof of the {} bakery since Sunday came down on Thursday of its own accord, and bought nothing. "
    "The baker said that she would miss it, and that it had been no worse than some of her customers."
)


def make_desk(folder: Path, extra: str = "") -> Desk:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nutgraf.toml").write_text(f'title = "Test desk"\n{extra}', encoding="utf-8")
    return Desk(folder)


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def table(desk: Desk) -> list[dict]:
    rows = desk.store.read("articles").to_pylist()
    return sorted(rows, key=lambda row: (row["article_id"], row["version"]))


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path / "desk")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Four kinds of files, one of them bad."""
    folder = tmp_path / "inbox"
    write(folder / "a.txt", f"A goat on the roof\n\n{STORY.format('north')}\n")
    write(folder / "b.html", f"<html><head><link rel='canonical' href='https://bell.example/goat'></head><body><article><h1>Goat down</h1><p>{STORY.format('south')}</p></article></body></html>")
    write(folder / "c.csv", f'id,title,text\n1,Goat,"{STORY.format("east")}"\n2,Empty,\n')
    write(folder / "deep" / "d.jsonl", json.dumps({"title": "Goat", "text": STORY.format("west")}) + "\n{broken\n")
    write(folder / "empty.txt", b"")
    write(folder / "picture.html", b"\x89PNG\r\n\x1a\n")
    write(folder / "readme.md", "not an article")
    return folder


def test_one_bad_article_among_many_is_a_row_with_its_reason(desk: Desk, inbox: Path) -> None:
    report = ingest(desk, items_for_paths(desk, [inbox]))
    assert (report.seen, report.outcomes["new"], report.kept, report.files) == (8, 8, 4, 6)
    reasons = {row["record_key"]: row["status_reason"] for row in table(desk) if row["status"] == "quarantined"}
    assert reasons == {
        "c.csv#2": "the text is empty",
        "deep/d.jsonl#2": "the line is no JSON object (line 2)",
        "empty.txt": "the file is empty",
        "picture.html": "a binary file (a PNG picture), no text",
    }
    assert report.quarantined["the line is no JSON object"] == 1 and len(report.set_aside) == 4
    assert report.line().startswith("8 records in 6 files: 8 new; 4 set aside")


def test_a_second_ingest_writes_nothing_and_reads_nothing(desk: Desk, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(desk, items_for_paths(desk, [inbox]))
    before, versions, rows = digest(desk.root), desk.store.versions(), table(desk)

    def no_reading(*_: object) -> None:
        raise AssertionError("a known file was read again")

    monkeypatch.setattr(Apart, "_answers", no_reading)
    report = ingest(desk, items_for_paths(desk, [inbox]))
    assert (report.seen, report.outcomes["unchanged"], report.files_known) == (8, 8, 6)
    assert desk.store.versions() == versions and table(desk) == rows and digest(desk.root) == before


def test_raw_input_is_never_changed_and_kept_as_it_came(desk: Desk, inbox: Path) -> None:
    before = digest(inbox)
    ingest(desk, items_for_paths(desk, [inbox]))
    assert digest(inbox) == before
    for row in table(desk):
        kept = desk.raw / row["raw_sha256"]
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == row["raw_sha256"]
        [origin] = json.loads((desk.raw / f"{row['raw_sha256']}.json").read_text(encoding="utf-8"))
        assert origin["source"] == row["source"] and row["record_key"].startswith(origin["key"])


def test_tables_come_back_from_the_same_input(desk: Desk, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(desk, items_for_paths(desk, [inbox]))
    rows = table(desk)
    shutil.rmtree(desk.processed)
    monkeypatch.setattr(ingest_run, "now", lambda: datetime(2099, 1, 1, tzinfo=UTC))
    ingest(desk, items_for_paths(desk, [inbox]))
    assert table(desk) == rows, "fetched_at comes from the sidecar, not from the clock"


def test_a_changed_page_is_a_new_version_and_its_old_bytes_stay(desk: Desk, inbox: Path) -> None:
    ingest(desk, items_for_paths(desk, [inbox]))
    page = inbox / "b.html"
    page.write_text(page.read_text().replace("bought nothing", "bought a bun"))
    report = ingest(desk, items_for_paths(desk, [inbox]))
    assert report.outcomes == {"changed": 1, "unchanged": 7}
    versions = [row for row in table(desk) if row["canonical_url"] == "https://bell.example/goat"]
    assert [row["version"] for row in versions] == [1, 2] and versions[0]["raw_sha256"] != versions[1]["raw_sha256"]
    assert all((desk.raw / row["raw_sha256"]).exists() for row in versions)


def test_a_file_that_was_bad_and_is_mended_is_kept(desk: Desk, inbox: Path) -> None:
    ingest(desk, items_for_paths(desk, [inbox]))
    write(inbox / "empty.txt", f"Late goat\n\n{STORY.format('late')}")
    assert ingest(desk, items_for_paths(desk, [inbox])).outcomes["changed"] == 1


def test_equally_named_files_of_two_folders_are_two_articles(desk: Desk, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two", desk.root / "three"]
    for folder in folders:
        write(folder / "a.txt", f"Goat\n\n{STORY.format(folder.name)}")
    report = ingest(desk, items_for_paths(desk, folders))
    assert report.outcomes == {"new": 3}
    sources = {row["source"] for row in table(desk)}
    assert len(sources) == 3 and "files:three" in sources
    assert all(len(source) == len("files:") + 8 for source in sources - {"files:three"})


def test_a_file_of_a_declared_source_stays_that_sources(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk", '[[sources]]\nid = "wire"\npath = "in"\noutlet = "The Bell"\n')
    path = write(desk.root / "in" / "a.txt", f"Goat\n\n{STORY.format('x')}")
    ingest(desk)
    assert ingest(desk, items_for_paths(desk, [path])).outcomes == {"unchanged": 1}
    assert [(row["source"], row["outlet"]) for row in table(desk)] == [("wire", "The Bell")]


def test_captures_without_fetch_times_are_taken_in_natural_order(desk: Desk, tmp_path: Path) -> None:
    for number in (1, 2, 10):
        name = "a.html" if number == 1 else f"a.{number}.html"
        write(tmp_path / "in" / name, f"<html><head><link rel='canonical' href='https://bell.example/g'></head><body><h1>Goat {number}</h1><p>{STORY.format(number)}</p></body></html>")
    ingest(desk, items_for_paths(desk, [tmp_path / "in"]))
    assert [row["headline"] for row in table(desk)] == ["Goat 1", "Goat 2", "Goat 10"]


def test_a_crash_between_rows_and_register_loses_and_doubles_nothing(desk: Desk, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_run, "BATCH", 2)
    real, calls = ingest_run._append, []

    def append(*arguments: object) -> None:
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(1)
        real(*arguments)

    monkeypatch.setattr(ingest_run, "_append", append)
    with pytest.raises(KeyboardInterrupt):
        ingest(desk, items_for_paths(desk, [inbox]))
    monkeypatch.setattr(ingest_run, "_append", real)
    ingest(desk, items_for_paths(desk, [inbox]))
    keys = [(row["article_id"], row["version"]) for row in table(desk)]
    assert len(keys) == len(set(keys)) == 8


def test_a_listed_file_that_is_not_there_is_a_row_too(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk", '[[sources]]\nid = "wire"\npath = "in"\nmanifest = "manifest.jsonl"\n')
    write(desk.root / "in" / "manifest.jsonl", '{"file": "gone.html", "url": "https://bell.example/gone"}\n')
    write(desk.root / "in" / "unlisted.txt", f"Goat\n\n{STORY.format('x')}")
    report = ingest(desk)
    assert report.quarantined == {"the file is listed but not there": 1} and report.kept == 1


def test_a_manifest_beside_named_files_is_no_article(desk: Desk, tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.html", f"<html><body><h1>Goat</h1><p>{STORY.format('x')}</p></body></html>")
    entry = {"file": "a.html", "url": "https://bell.example/a", "text": "what a labeller typed", "fetched_at": "2026-03-05T07:30:00Z"}
    write(tmp_path / "in" / "manifest.jsonl", json.dumps(entry))
    ingest(desk, items_for_paths(desk, [tmp_path / "in"]))
    [row] = table(desk)
    assert (row["url"], row["fetched_at"]) == ("https://bell.example/a", datetime(2026, 3, 5, 7, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "content", "error", "said"),
    [
        ("nowhere", None, UsageError, "nowhere: no such file or folder"),
        ("bad\x00name", None, UsageError, "no such file or folder"),
        ("x" * 5_000, None, UsageError, "no such file or folder"),
        ("a.docx", b"PK", UsageError, "a.docx: no kind of file that ingest reads. It reads .html"),
        ("a.pdf", b"%PDF", InputError, "a.pdf: no PDF"),
        ("a.txt", b"", InputError, "a.txt: the file is empty"),
        ("a.txt", b"%PDF-1.7 \x00\x01", InputError, "a.txt: a binary file (a PDF), no text. Ingest reads .html"),
        ("a.txt", bytes(range(128, 256)) * 3, InputError, "a.txt: its encoding cannot be told: neither UTF-8 nor another one that makes sense. Save it as UTF-8"),
        ("a.csv", b"when,what\n1,2\n", InputError, "a.csv: no column holds the articles' text. Its columns are 'when', 'what'; name the right one"),
        ("a.html", b"<html><body></body></html>", InputError, "a.html: no article text was found in the page"),
        ("a.parquet", b"no parquet", InputError, "a.parquet: not a Parquet file"),
        ("a.xml", b"<!DOCTYPE x><rss/>", InputError, "a.xml: refused: it declares a document type"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_clear_line_and_nothing_is_written(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes | None, error: type[NutgrafError], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        write(tmp_path / name, content)
    with pytest.raises(error) as caught:
        items_for_paths(desk, [name])
    line = str(caught.value)
    assert said in line and len(line.splitlines()) == 1 and "Nothing was ingested" in line
    assert not desk.raw.exists() and not desk.store.versions()


def test_a_folder_without_articles_says_what_is_read(desk: Desk, tmp_path: Path) -> None:
    write(tmp_path / "in" / "notes.docx", b"x")
    write(tmp_path / "in" / ".hidden" / "a.txt", "hidden")
    with pytest.raises(UsageError, match=r"holds no file that ingest reads. It reads .html, .htm"):
        items_for_paths(desk, [tmp_path / "in"])


def test_a_link_that_leads_out_of_the_folder_is_not_followed(desk: Desk, tmp_path: Path) -> None:
    write(tmp_path / "secret" / "s.txt", "A secret\n\nThat nobody handed in.")
    write(tmp_path / "in" / "a.txt", f"Goat\n\n{STORY.format('x')}")
    (tmp_path / "in" / "s.txt").symlink_to(tmp_path / "secret" / "s.txt")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "secret")
    assert [item.key for item in items_for_paths(desk, [tmp_path / "in"])] == ["a.txt"]


def test_file_names_that_are_no_text(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for name in (b"a\nb.txt", b"caf\xe9.txt", "ферма.txt".encode(), b"x" * 240 + b".txt"):
        path = os.path.join(os.fsencode(folder), name)
        folder.mkdir(exist_ok=True)
        with open(path, "wb") as file:
            file.write(f"Goat\n\n{STORY.format(len(name))}".encode())
    assert ingest(desk, items_for_paths(desk, [folder])).outcomes == {"new": 4}
    assert ingest(desk, items_for_paths(desk, [folder])).outcomes == {"unchanged": 4}


def test_columns_can_be_given(desk: Desk, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f'kop,inhoud\nGeit,"{STORY.format("x")}"\n')
    report = ingest(desk, items_for_paths(desk, [path], columns={"text": "inhoud", "headline": "kop"}, outlet="De Bel"))
    assert report.kept == 1 and table(desk)[0]["outlet"] == "De Bel"


def test_a_process_that_ingested_and_read_ends_cleanly(tmp_path: Path, inbox: Path) -> None:
    """Arrow's threads outlived the interpreter in one of eight short commands, and the exit code was 134."""
    desk = make_desk(tmp_path / "short")
    code = (
        "import sys; from pathlib import Path; from nutgraf.desk import Desk; from nutgraf.ingesting import ingest, items_for_paths\n"
        "desk = Desk(Path(sys.argv[1])); ingest(desk, items_for_paths(desk, [sys.argv[2]])); desk.store.read('articles').to_pylist()"
    )
    ingest(desk, items_for_paths(desk, [inbox]))
    native = desk.store._dataset("articles", desk.store._open("articles")).filesystem
    assert not isinstance(native, fs.PyFileSystem), "an Arrow thread must never hold a file system written in Python"
    codes = [subprocess.run([sys.executable, "-c", code, str(desk.root), str(inbox)], check=False).returncode for _ in range(4)]
    assert codes == [0, 0, 0, 0]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), contents=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=6))
def test_the_order_of_files_changes_nothing(tmp_path_factory: pytest.TempPathFactory, seed: int, contents: list[tuple[int, int]]) -> None:
    """Captures of up to four articles with up to four texts each, fetched an hour apart, handed in in any order."""
    base = tmp_path_factory.mktemp("order")
    start = datetime(2026, 3, 9, tzinfo=UTC)
    items = [
        RawItem(write(base / f"{n}.txt", f"Goat\n\n{STORY.format(text)}"), "s", f"{n}.txt", url=f"https://bell.example/{article}",
                fetched_at=start + timedelta(hours=n))
        for n, (article, text) in enumerate(contents)
    ]  # fmt: skip
    shuffled = list(items)
    random.Random(seed).shuffle(shuffled)
    one, two = make_desk(base / "one"), make_desk(base / "two")
    ingest(one, items)
    ingest(two, shuffled)
    assert table(one) == table(two) and one.store.read("clusters").to_pylist() == two.store.read("clusters").to_pylist()
    versions = one.store.versions()
    assert ingest(one, shuffled).outcomes == {"unchanged": len(items)} and one.store.versions() == versions


_ANY_FILES = st.lists(
    st.tuples(st.sampled_from([".html", ".txt", ".csv", ".jsonl", ".xml", ".parquet"]), st.binary(max_size=120) | st.text(max_size=120)),
    min_size=2, max_size=5,
)  # fmt: skip


@pytest.mark.faults
@settings(max_examples=300, deadline=None)
@given(files=_ANY_FILES)
def test_any_bytes_become_rows_many_times(tmp_path_factory: pytest.TempPathFactory, files: list[tuple[str, bytes | str]]) -> None:
    check_any_bytes(tmp_path_factory.mktemp("bytes"), files)


@settings(max_examples=15, deadline=None)
@given(files=_ANY_FILES)
@example(files=[(".html", b""), (".txt", "\x85")])  # a line end for Python, and none in a table's log
def test_any_bytes_become_rows_and_a_second_ingest_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[str, bytes | str]]
) -> None:
    check_any_bytes(tmp_path_factory.mktemp("bytes"), files)


def check_any_bytes(base: Path, files: list[tuple[str, bytes | str]]) -> None:
    desk = make_desk(base / "desk")
    for number, (ending, content) in enumerate(files):
        write(base / "in" / f"{number}{ending}", content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    items = items_for_paths(desk, [base / "in"])
    report = ingest(desk, items)
    assert report.seen >= len(files) and report.outcomes["new"] >= 1
    rows, versions = table(desk), desk.store.versions()
    ingest(desk, items)
    assert table(desk) == rows and desk.store.versions() == versions
    for row in rows:
        assert (row["status"] == "quarantined") == (row["status_reason"] is not None)


def test_real_pages_all_succeed(desk: Desk) -> None:
    folder = labelled("extraction/scrapinghub/html")
    items = items_for_paths(desk, [folder])
    report = ingest(desk, items[::4])
    assert report.kept == len(items[::4])


@pytest.mark.accuracy
def test_all_real_pages_succeed(desk: Desk) -> None:
    report = ingest(desk, items_for_paths(desk, [labelled("extraction/scrapinghub/html")]))
    assert report.kept == 104
