"""Exports: columns found by name or given, rows streamed, bad rows told apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.errors import InputError, UsageError
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
