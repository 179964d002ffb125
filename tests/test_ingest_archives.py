"""Archives: members read by their kind, hostile ones a row with its reason, and nothing written where a name says."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nutgraf.errors import InputError
from nutgraf.ingest.formats import members, packed, zips
from nutgraf.ingest.formats.files import ending_of, read_file
from nutgraf.ingest.formats.members import Allowance, member_key
from nutgraf.ingest.records import RawItem, Record
from nutgraf.ingesting import ingest, items_for_paths
from nutgraf.upkeep.rebuild import rebuild

from tests.test_ingest_run import STORY, make_desk

PAGE = f"<html><head><title>Lamp</title></head><body><article><h1>The lamp</h1><p>{STORY.format('north')}</p></article></body></html>"
gzipped = partial(gzip.compress, mtime=0)  # no clock, so that the tests are called the same in each process
TEXT = f"The kettle\n\n{STORY.format('south')}\n"


def read(path: Path, **changes: object) -> list[Record]:
    return list(read_file(RawItem(**{"path": path, "source": "s", "key": path.name, **changes})))


def read_or_refused(path: Path, content: bytes, **changes: object) -> None:
    """Bytes of any kind are refused in words, or each record in them has a text or a problem."""
    path.write_bytes(content)
    try:
        records = read(path, **changes)
    except InputError:
        return
    assert records and all(record.problem or record.text for record in records)


def zipped(path: Path, *members_: tuple[str | zipfile.ZipInfo, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members_:
            archive.writestr(name, content)
    return path


def in_memory(*members_: tuple[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members_:
            archive.writestr(name, content)
    return target.getvalue()


def problems(records: list[Record]) -> dict[str, str]:
    return {record.key: record.problem for record in records if record.problem}


def test_members_are_read_by_their_kind_and_known_by_their_place(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "march.zip", ("pages/lamp.html", PAGE), ("a.txt", TEXT), ("rows.csv", "id,title,text\n1,A,one\n2,B,two\n"),
        ("more.jsonl.gz", gzip.compress(b'{"url": "https://skerry.example/k", "text": "three"}\n')), ("inner.zip", in_memory(("b.txt", TEXT))),
        ("pages/lamp.png", b"\x89PNG"), ("__MACOSX/._a.txt", b"\x00"), (".hidden.txt", "x"),
    )  # fmt: skip
    records = read(path, url="https://skerry.example/march.zip", outlet="Skerry Post")
    assert not problems(records)
    assert [record.key for record in records] == [
        "march.zip!pages/lamp.html", "march.zip!a.txt", "march.zip!rows.csv#1", "march.zip!rows.csv#2",
        "march.zip!more.jsonl.gz#https://skerry.example/k", "march.zip!inner.zip!b.txt",
    ]  # fmt: skip
    assert records[0].headline == "The lamp" and records[1].text == TEXT and records[4].url == "https://skerry.example/k"
    assert {record.outlet for record in records} == {"Skerry Post"}
    assert [record.has_own_url for record in records] == [False, False, False, False, True, False], "the archive's address is none of theirs"


def test_what_was_left_in_an_archive_is_told(tmp_path: Path) -> None:
    records = read(zipped(tmp_path / "a.zip", ("a.txt", TEXT), ("b.docx", "x"), ("c.docx", "x"), ("style.css", "x")))
    assert problems(records) == {"a.zip!": "files of no kind that ingest reads were left in the archive (.docx 2)"}
    with pytest.raises(InputError, match=r"no file that ingest reads \(.docx 1\)"):
        read(zipped(tmp_path / "b.zip", ("b.docx", "x")))
    with pytest.raises(InputError, match="no file that ingest reads"):
        read(zipped(tmp_path / "c.zip"))


HOSTILE = [
    "../../../escaped.txt", "/tmp/absolute.txt", "C:\\windows\\a.txt", "..\\..\\a.txt", "a\nb.txt", "a\rb\x1b[31m.txt", "a\u202etxt.txt", "x" * 300 + ".txt",
    "./././a.txt", "a/../../b.txt", "~/a.txt", "$(touch x).txt", "a\x7f.txt", "//host/share.txt", "a" * 65_000 + ".txt", " .txt", "é\u0301.txt",
    "con.txt", "a.txt ", "..txt",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_harmless_key(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "desk"
    inside.mkdir()
    path = zipped(inside / "a.zip", (name, TEXT), ("z.txt", TEXT))
    before = sorted(tmp_path.rglob("*"))
    records = read(path)
    assert sorted(tmp_path.rglob("*")) == before
    for record in records:
        assert len(record.key) < 250 and record.key.startswith("a.zip!") and record.key.isprintable()
    assert records[-1].text == TEXT or records[0].text == TEXT
    assert [record.key for record in read(path)] == [record.key for record in records]


def test_names_that_differ_in_what_is_not_printed_have_different_keys() -> None:
    names = ["a\nb.txt", "a\rb.txt", "a\ufffdb.txt", "x" * 300 + "1.txt", "x" * 300 + "2.txt"]
    assert len({member_key("a.zip", name) for name in names}) == len(names)


def test_a_name_that_stands_there_twice_is_two_members(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        path = zipped(tmp_path / "a.zip", ("a.txt", TEXT), ("a.txt", "Another\n\nText."))
    records = read(path)
    assert [record.key for record in records] == ["a.zip!a.txt", "a.zip!a.txt (2)"] and records[0].text != records[1].text


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def with_bad_crc(path: Path) -> Path:
    """An archive of three texts, the second with a byte changed."""
    zipped(path, ("a.txt", TEXT), ("b.txt", TEXT), ("c.txt", TEXT))
    content = bytearray(path.read_bytes())
    at = content.index(b"b.txt") + 20
    content[at] ^= 0xFF
    path.write_bytes(bytes(content))
    return path


def encrypted(path: Path) -> Path:
    zipped(path, ("a.txt", TEXT), ("b.txt", TEXT))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the first member's flag in the list
    path.write_bytes(bytes(content))
    return path


def test_a_bad_member_is_one_row_and_the_others_are_read(tmp_path: Path) -> None:
    records = read(with_bad_crc(tmp_path / "a.zip"))
    assert [bool(record.problem) for record in records] == [False, True, False] and "damaged" in records[1].problem
    records = read(encrypted(tmp_path / "b.zip"))
    assert [bool(record.problem) for record in records] == [True, False] and records[0].problem.startswith("it is encrypted")
    records = read(zipped(tmp_path / "c.zip", (link("a.txt"), "/etc/passwd"), ("b.txt", TEXT), ("c.html", "<html></html>"), ("d.txt", "")))
    assert [record.problem for record in records] == [
        "a link to another file, which is not followed", None, "no article text was found in the page", "the file is empty",
    ]  # fmt: skip


def test_bombs_are_refused_with_their_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = read(zipped(tmp_path / "a.zip", ("a.txt", b"a" * 30_000_000), ("b.txt", TEXT)))
    assert "250 times its size" in records[0].problem and records[1].text == TEXT
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"a" * 30_000_000))
    with pytest.raises(InputError, match="250 times its size"):
        read(tmp_path / "a.txt.gz")
    deep = in_memory(("a.txt", TEXT))
    for _ in range(6):
        deep = in_memory(("a.zip", deep))
    (tmp_path / "deep.zip").write_bytes(deep)
    [record] = read(tmp_path / "deep.zip")
    assert record.problem.startswith("refused: an archive inside 3 others") and record.key == "deep.zip" + "!a.zip" * 3
    monkeypatch.setattr(members, "MOST_MEMBERS", 10)
    with pytest.raises(InputError, match="more than 10 files"):
        list(read_file(RawItem(zipped(tmp_path / "many.zip", *((f"{n}.txt", TEXT) for n in range(12))), "s", "many.zip"), None, Allowance(members_left=10)))
    monkeypatch.setattr(members, "MOST_BYTES_OF_ONE", 1_000)
    [record] = read(zipped(tmp_path / "large.zip", ("a.txt", TEXT * 50)))
    assert record.problem == "refused: more than 1,000 bytes come out of it"


def test_the_sum_of_all_members_is_bounded_and_the_depth_comes_back(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.txt", "a b " * 300), ("b.zip", in_memory(("x.txt", "x y " * 300))), ("c.txt", TEXT))
    allowance = Allowance(bytes_left=1_400)
    records = list(read_file(RawItem(path, "s", "a.zip"), None, allowance))
    assert [bool(record.problem) for record in records] == [False, True, True] and allowance.depth == 0


def test_a_list_of_members_that_would_fill_the_memory_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "a.zip", *((f"{n}.txt", TEXT) for n in range(40)))
    monkeypatch.setattr(zips, "_BYTES_PER_ENTRY", 20)
    monkeypatch.setattr(zips, "MOST_MEMBERS", 20)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(InputError, match="more than 20 files"):
        read(path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.zip", b"", "empty"), ("a.zip", b"PK\x03\x04 and no more", "no ZIP archive"), ("a.zip", b"\x00" * 500, "no ZIP archive"),
        ("a.zip", in_memory(("a.txt", TEXT))[:-30], "no ZIP archive"), ("a.txt.gz", b"not packed", "no gzip file"),
        ("a.txt.gz", gzipped(TEXT.encode() * 50)[:-20], "ends early"), ("a.txt.gz", gzipped(b""), "empty"),
        ("a.zip.gz", gzipped(b"no archive"), "no ZIP archive"), ("a.parquet.gz", gzipped(b"no table"), "Parquet"),
        ("a.html.gz", gzipped(TEXT.encode())[:30] + b"\xff" * 40, "damaged|ends early"),
    ],
)  # fmt: skip
def test_a_damaged_archive_is_one_clear_error(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=reason):
        read(tmp_path / name)


def test_packed_files_keep_the_keys_of_what_was_packed(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"id,text\n1,one\n") + gzip.compress(b"2,two\n"))
    assert [(record.key, record.text) for record in read(tmp_path / "a.csv.gz")] == [("a.csv.gz#1", "one"), ("a.csv.gz#2", "two")]
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    assert [(record.key, record.text) for record in read(tmp_path / "a.txt.gz")] == [("a.txt.gz", TEXT)]
    assert (ending_of("a.tar.gz"), ending_of("a.gz"), ending_of("A.CSV.GZ"), ending_of("gz")) == (None, None, ".csv.gz", None)


@given(st.binary(max_size=300), st.integers(0, 400), st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_zip_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int, method: int) -> None:
    """An archive of two texts with bytes overwritten anywhere."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("a.txt", TEXT)
        archive.writestr("b.csv", "text\none\n")
    content = bytearray(target.getvalue())
    content[at : at + len(noise)] = noise
    read_or_refused(tmp_path_factory.getbasetemp() / "fuzz.zip", content)


@given(st.binary(max_size=200), st.integers(0, 150))
@settings(max_examples=60, deadline=None)
def test_no_gzip_breaks_the_reader(noise: bytes, at: int) -> None:
    content = bytearray(gzip.compress(TEXT.encode()))
    content[at : at + len(noise)] = noise
    try:
        packed.gunzip(bytes(content), 100_000)
    except InputError:
        return


def test_a_rebuild_reads_the_kept_archive_again(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    archive = zipped(inbox / "march.zip", ("pages/lamp.html", PAGE), ("../a.txt", TEXT), ("bad.html", "<html></html>"), ("inner.zip", in_memory(("b.txt", TEXT))))
    (inbox / "rows.csv.gz").write_bytes(gzip.compress(b"id,title,text\n1,A,one\n2,B,\n"))
    desk = make_desk(tmp_path / "desk")
    report = ingest(desk, items_for_paths(desk, [inbox]))
    rows = desk.store.read("articles").to_pylist()
    assert (report.seen, len(rows), sum(row["status"] == "kept" for row in rows)) == (6, 6, 4)
    kept = {path.name for path in desk.raw.iterdir() if not path.suffix}
    assert len(kept) == 2 and {row["raw_sha256"] for row in rows} == kept
    archive.unlink()
    again = rebuild(desk, say=lambda line: None)
    assert sorted(map(str, desk.store.read("articles").to_pylist())) == sorted(map(str, rows)), again


def test_ratio_is_no_matter_for_small_files() -> None:
    assert packed.gunzip(gzip.compress(b"a" * 5_000_000), 10_000_000) == b"a" * 5_000_000
    with pytest.raises(InputError, match="more than 1,000 bytes"):
        packed.gunzip(gzip.compress(b"a" * 5_000), 1_000)
    with pytest.raises(InputError, match="damaged"):
        packed.gunzip(b"\x1f\x8b" + zlib.compress(b"a"), 1_000)
