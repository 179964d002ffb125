"""Exports: columns found by name or given, rows streamed, bad rows told apart."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.errors import InputError, UsageError
from nutgraf.ingest import decoding
from nutgraf.ingest.apart import line
from nutgraf.ingest.formats import exports, lines
from nutgraf.ingest.formats.exports import COLUMNS, match_columns
from nutgraf.ingest.formats.files import read_file
from nutgraf.ingest.records import RawItem, Record


def read(path: Path, content: str | bytes | None = None, **changes: object) -> list[Record]:
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_file(RawItem(**{"path": path, "source": "s", "key": path.name, **changes})))


def item(**columns: str) -> RawItem:
    return RawItem(Path("a.csv"), "s", "a.csv", columns=columns)


def test_a_row_is_title_blank_line_and_body_unchanged(tmp_path: Path) -> None:
    body = "One  line,\r\n\r\nand \"\"another\"\" one. "
    [record] = read(tmp_path / "a.csv", f'Title,Body,Author,Pub Date,URL\r\nA head,"{body}",By Tam Roe,2026-03-05,https://x.example/1\r\n')
    assert record.text == 'A head\n\nOne  line,\r\n\r\nand "another" one. '
    assert (record.headline, record.byline, record.url) == ("A head", "Tam Roe", "https://x.example/1")
    assert record.published.at == datetime(2026, 3, 5, 12, tzinfo=UTC) and record.published.where == "column"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, sign: str) -> None:
    [record] = read(tmp_path / "a.csv", f"title{sign}text\nA{sign}b c\n")
    assert record.text == "A\n\nb c"


def test_an_article_longer_than_the_csv_modules_limit(tmp_path: Path) -> None:
    [record] = read(tmp_path / "a.csv", f'text\n"{"word " * 100_000}"\n')
    assert len(record.text) == 500_000


def test_bad_rows_are_problems_and_the_others_go_on(tmp_path: Path) -> None:
    records = read(tmp_path / "a.csv", "title,text\nA,one\nB,\nC,two,three,four\nD,five\n\n")
    assert [(record.headline, bool(record.problem)) for record in records] == [("A", False), ("B", True), ("C", True), ("D", False)]


def test_jsonl_rows_and_lines_that_are_none(tmp_path: Path) -> None:
    lines = [json.dumps({"id": 7, "title": "A", "text": "one\u2028two"}), "{broken", "[1]", json.dumps({"title": "B", "text": None}), ""]
    records = read(tmp_path / "a.jsonl", "\n".join(lines))
    assert [record.key for record in records][:3] == ["a.jsonl#7", "a.jsonl#2", "a.jsonl#3"]
    assert [bool(record.problem) for record in records] == [False, True, True, True]
    assert records[0].text == "A\n\none\u2028two"


def test_parquet_rows(tmp_path: Path) -> None:
    table = pa.table({"headline": ["A", "B"], "content": ["one", None], "date": [datetime(2026, 3, 5, 9, tzinfo=UTC), None],
                      "authors": [["Tam Roe", "Orla Fennick"], None], "other": [1, 2]})  # fmt: skip
    pq.write_table(table, tmp_path / "a.parquet")
    first, second = read(tmp_path / "a.parquet")
    assert (first.text, first.byline, first.published.precision) == ("A\n\none", "Tam Roe; Orla Fennick", "minute")
    assert second.problem == "the text is empty"


def test_rows_keep_their_identity_when_a_row_is_added_above(tmp_path: Path) -> None:
    before = read(tmp_path / "a.csv", "title,text\nA,one\nB,two\n")
    after = read(tmp_path / "a.csv", "title,text\nNew,zero\nA,one\nB,two\n")
    assert [record.key for record in before] == [record.key for record in after][1:]


def test_columns_given_outrank_columns_guessed() -> None:
    assert match_columns(["text", "raw"], item(text="raw"))["text"] == "raw"
    assert match_columns(["Full Text", "Article-Title"], item()) == {"text": "Full Text", "headline": "Article-Title"}


def test_columns_that_cannot_be_found_are_named_with_what_there_is() -> None:
    with pytest.raises(InputError, match=r"no column holds.*'when', 'what'.*text = \"when\".*nutgraf.toml"):
        match_columns(["when", "what"], item())
    with pytest.raises(InputError, match="no column 'rumpf'.*'when'"):
        match_columns(["when"], item(text="rumpf"))
    with pytest.raises(UsageError, match="'body_text' is no field.*headline"):
        match_columns(["when"], item(body_text="when"))
    with pytest.raises(InputError, match="100,000 columns"):
        match_columns([str(number) for number in range(100_000)], item())


def test_no_column_name_is_taken_for_two_fields() -> None:
    names = [name for options in COLUMNS.values() for name in options]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", ""), ("a.csv", "title,text\n"), ("a.csv", b"PK\x03\x04zip"), ("a.jsonl", "\n\n"), ("a.jsonl", "{\"x\": 1}"),
     ("a.parquet", b"PAR1 not really"), ("a.parquet", "text")],
)  # fmt: skip
def test_a_file_that_is_no_export_is_one_error(tmp_path: Path, name: str, content: str | bytes) -> None:
    with pytest.raises(InputError):
        read(tmp_path / name, content)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["a.csv", "a.tsv", "a.jsonl", "a.parquet", "a.html", "a.txt", "a.xml"]), st.binary(max_size=300) | st.text(max_size=300))
def test_any_file_gives_records_or_one_clear_error(tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes | str) -> None:
    path = tmp_path_factory.mktemp("any") / name
    try:
        for record in read(path, content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")):
            assert record.key.startswith(name)
    except InputError as error:
        assert len(str(error).splitlines()) == 1


def csv_of(tmp_path: Path, content: str | bytes) -> list[Record]:
    return read(tmp_path / "a.csv", content)


def test_a_quotation_mark_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    rows = "".join(f"{n},Head {n},Text of {n}\n" for n in range(3, 30))
    records = csv_of(tmp_path, f'id,title,text\n1,A,one\n2,B,"two\n{rows}')
    assert [record.key for record in records if not record.problem] == ["a.csv#1", *(f"a.csv#{n}" for n in range(3, 30))]
    [bad] = [record for record in records if record.problem]
    assert bad.problem.startswith("the row cannot be read as CSV (row 2: unexpected end of data)")


def test_lines_inside_a_broken_row_are_no_articles(tmp_path: Path) -> None:
    records = csv_of(tmp_path, 'text,id,title\n"He said "go" to them,\nand a line of prose.\nAnother, with a comma",2,B\nthree,3,C\n')
    assert [record.text for record in records if not record.problem] == ["C\n\nthree"]
    assert all(record.problem for record in records[:-1]) and len(records) == 4


def test_many_broken_rows_end_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_PATIENCE", 100_000)
    monkeypatch.setattr(lines, "_SHORT", 200)
    records = csv_of(tmp_path, "id,text\n" + "".join(f'{n},"text {n} {"x" * 40}\n' if n % 2 else f"{n},text {n}\n" for n in range(2_000)))
    assert len(records) == 2_000 and sum(not record.problem for record in records) == 1_000


def test_a_line_beyond_any_length_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 1_000)
    monkeypatch.setattr(lines.csv, "field_size_limit", lambda limit: None)
    records = csv_of(tmp_path, f"id,text\n1,one\n2,{'x' * 5_000}\n3,three\n")
    assert [bool(record.problem) for record in records] == [False, True, False] and records[2].text == "three"
    records = read(tmp_path / "a.jsonl", '{"text": "one"}\n{"text": "' + "x" * 5_000 + '"}\n{"text": "three"}\n')
    assert [bool(record.problem) for record in records] == [False, True, False]


def test_a_million_columns_are_no_table_of_articles(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="1,000,000 columns"):
        csv_of(tmp_path, ",".join(["text"] * 1_000_000) + "\nx\n")
    [record] = csv_of(tmp_path, "id,text\n1,one" + ",x" * 1_000_000 + "\n")
    assert "1000002 of 2" in record.problem


def test_rows_of_ten_megabytes_are_read(tmp_path: Path) -> None:
    large = "word " * 2_000_000
    records = csv_of(tmp_path, f'id,text\n1,"{large}"\n2,two\n')
    assert len(records[0].text) == 10_000_000 and records[1].text == "two" and not any(record.problem for record in records)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "mixed"])
def test_line_ends_of_any_kind(tmp_path: Path, end: str) -> None:
    ends = ["\n", "\r\n", "\r"] if end == "mixed" else [end] * 3
    content = "id,text{}1,\"a\r\nb\rc\nd\"{}2,two{}3,three".format(*ends)
    assert [record.text for record in csv_of(tmp_path, content.encode())] == ["a\r\nb\rc\nd", "two", "three"]


def test_nulls_and_doubled_headers(tmp_path: Path) -> None:
    assert csv_of(tmp_path, "id,text\n1,a\x00b\n")[0].text == "a\x00b"
    with pytest.raises(InputError, match="2 columns are called 'text'"):
        csv_of(tmp_path, "text,text\na,b\n")
    assert csv_of(tmp_path, "note,note,text\na,b,c\n")[0].text == "c", "a column that is not read may stand there twice"


def test_a_broken_line_in_the_middle_of_json_lines(tmp_path: Path) -> None:
    content = '{"id": 1, "text": "one"}\n{"id": 2, "text": "tw\n{"id": 3, "text": "three"}\r\n[[[\n{"id": 4, "text": "four"}'
    records = read(tmp_path / "a.jsonl", content)
    assert [record.key for record in records if not record.problem] == ["a.jsonl#1", "a.jsonl#3", "a.jsonl#4"] and len(records) == 5


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (pa.array([["a", "b"]]), "the text is no text (list)"), (pa.array([{"a": 1}]), "the text is no text (dict)"), (pa.array([7]), "the text is no text (int)"),
        (pa.array([b"a"]), "the text is no text (bytes)"), (pa.array([None], pa.string()), "the text is empty"), (pa.array([float("nan")]), "the text is empty"),
        (pa.array(["a"]).dictionary_encode(), None), (pa.array(["a"], pa.large_string()), None), (pa.array(["a"], pa.string_view()), None),
    ],
)  # fmt: skip
def test_parquet_columns_of_other_types_are_rows_with_their_reason(tmp_path: Path, column: pa.Array, reason: str | None) -> None:
    table = pa.table({"text": column, "date": pa.array([datetime(2026, 3, 5, tzinfo=UTC)]), "authors": pa.array([[{"name": "x"}]])})
    pq.write_table(table, tmp_path / "a.parquet")
    [record] = read(tmp_path / "a.parquet")
    assert record.problem == reason and record.published.at.day == 5


def test_a_parquet_file_with_doubled_columns_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"]), tmp_path / "a.parquet")
    with pytest.raises(InputError, match="2 columns are called 'text'"):
        read(tmp_path / "a.parquet")


def test_rows_of_a_parquet_file_are_taken_by_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{n} " + "x" * 1_000 for n in range(60)]
    pq.write_table(pa.table({"text": texts, "other": ["y" * 5_000] * 60}), tmp_path / "a.parquet", row_group_size=30, use_dictionary=False)
    monkeypatch.setattr(exports, "_LARGEST_BATCH", 10_000)
    with pq.ParquetFile(tmp_path / "a.parquet") as file:
        assert exports._rows_at_once(file, ["text"]) == 9
    assert [record.text for record in read(tmp_path / "a.parquet")] == texts
    monkeypatch.setattr(exports, "_LARGEST_GROUP", 10_000)
    with pytest.raises(InputError, match="refused: a row group of 3"):
        read(tmp_path / "a.parquet")


PEAKS = """
import sys
from pathlib import Path
from nutgraf.ingest.apart.confining import peak
from nutgraf.ingest.formats.files import read_file
from nutgraf.ingest.records import RawItem
for path in map(Path, sys.argv[1:]):
    print(sum(len(record.text) for record in read_file(RawItem(path, "s", path.name))), peak())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="how much memory a process has held is known on Linux only")
def test_a_row_group_is_never_in_memory_whole(tmp_path: Path) -> None:
    """As one process after the other reads: a small file first, so that all that the libraries need is there."""
    chance, sizes = random.Random(9), {"small": 400, "large": 12_000}
    for name, size in sizes.items():
        texts = [chance.randbytes(2_500).hex() for _ in range(size)]
        pq.write_table(pa.table({"text": texts}), tmp_path / f"{name}.parquet")
    done = subprocess.run(
        [sys.executable, "-c", PEAKS, *(str(tmp_path / f"{name}.parquet") for name in sizes)], capture_output=True, text=True, check=True,
        env=os.environ | line._SET | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    (small, before), (large, after) = (map(int, told.split()) for told in done.stdout.splitlines())
    assert (small, large) == tuple(5_000 * size for size in sizes.values())
    assert after - before < 20_000_000, f"60 MB of text took {(after - before) / 1_000_000:.0f} MB more than 2 MB"


def test_a_large_file_is_read_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """UTF-8 never has to fit into memory; what is none has to, and may not be that large."""
    monkeypatch.setattr(decoding, "_LARGEST_WHOLE", 1_000)
    content = "text\n" + "".join(f"Café number {n}\n" for n in range(200))
    assert len(csv_of(tmp_path, content)) == len(csv_of(tmp_path, "\ufeff" + content)) == 200
    with pytest.raises(InputError, match="not in UTF-8"):
        csv_of(tmp_path, content.encode("cp1252"))
    monkeypatch.undo()
    assert csv_of(tmp_path, content.encode("cp1252"))[0].text_repair == "decoded as windows-1252 (detected)"
    assert csv_of(tmp_path, content.encode("utf-16"))[0].text == "Café number 0"


@given(st.lists(st.lists(st.text(alphabet='ab",\n\r\x00 é', max_size=8), min_size=2, max_size=2), min_size=1, max_size=12), st.integers(0, 60), st.binary(max_size=8))
@settings(max_examples=150, deadline=None)
def test_a_written_table_is_read_as_it_was_and_a_damaged_one_ends(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], at: int, noise: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    target = io.StringIO(newline="")
    csv.writer(target, quoting=csv.QUOTE_ALL).writerows([["title", "text"], *rows])
    content = bytearray(target.getvalue().encode())
    told = [row for row in rows if any(cell.strip() for cell in row)]
    try:
        records = read(path, bytes(content))
    except InputError:
        assert not told or sum(content.count(byte) for byte in b"\x00") > 3
        return
    assert [record.text.removeprefix(f"{record.headline}\n\n") for record in records] == [text for _, text in told]
    content[at : at + len(noise)] = noise
    try:
        read(path, bytes(content))
    except InputError:
        return
