"""WARC files: pages with their address and time as the archive tells, damage and what is no page told apart."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nutgraf.errors import InputError
from nutgraf.ingest.formats import warcs
from nutgraf.ingest.formats.answers import open_answer
from nutgraf.ingest.formats.files import read_file
from nutgraf.ingest.records import RawItem, Record
from nutgraf.ingesting import ingest, items_for_paths
from nutgraf.upkeep.rebuild import rebuild

from tests.test_ingest_archives import read_or_refused
from tests.test_ingest_run import STORY, make_desk

PAGE = f"<html><head><title>Lamp</title></head><body><article><h1>The lamp</h1><p>{STORY.format('north')}</p></article></body></html>".encode()
CHUNKED = b"".join(b"%x\r\n%s\r\n" % (len(PAGE[at : at + 60]), PAGE[at : at + 60]) for at in range(0, len(PAGE), 60)) + b"0\r\n\r\n"
DATE = "2026-03-05T07:30:00Z"


def answer(body: bytes = PAGE, status: str = "200 OK", protocol: str = "HTTP/1.1", **headers: str) -> bytes:
    told = {"Content-Type": "text/html; charset=utf-8", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return f"{protocol} {status}\r\n".encode() + "".join(f"{name}: {value}\r\n" for name, value in told.items()).encode() + b"\r\n" + body


def capture(url: str = "https://skerry.example/lamp", content: bytes | None = None, kind: str = "response", date: str = DATE, **headers: str) -> bytes:
    content = answer() if content is None else content
    told = {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": date, "WARC-Record-ID": "<urn:uuid:1>",
            "Content-Type": "application/http; msgtype=response", "Content-Length": str(len(content)),
            **{name.replace("_", "-"): value for name, value in headers.items()}}  # fmt: skip
    return b"WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in told.items()).encode() + b"\r\n" + content + b"\r\n\r\n"


def warc(path: Path, captures: Iterable[bytes], *, pack: bool = False) -> Path:
    path.write_bytes(b"".join(gzip.compress(one) if pack else one for one in captures))
    return path


PLACE = "https://archive.example/a.warc"


def read(path: Path) -> list[Record]:
    return list(read_file(RawItem(path, "s", path.name, url=PLACE)))


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_capture_has_its_own_address_and_time(tmp_path: Path, name: str) -> None:
    info = capture("", b"software: test\r\n", "warcinfo")
    request = capture(content=b"GET /lamp HTTP/1.1\r\n\r\n", kind="request")
    path = warc(tmp_path / name, [info, request, capture(), capture("https://skerry.example/x.png", answer(b"\x89PNG", Content_Type="image/png"))], pack=name.endswith("gz"))
    [record] = read(path)
    assert (record.key, record.url) == (f"{name}!https://skerry.example/lamp", "https://skerry.example/lamp")
    assert record.fetched_at == datetime(2026, 3, 5, 7, 30, tzinfo=UTC)
    assert record.headline == "The lamp" and record.problem is None and record.has_own_url


@pytest.mark.parametrize(
    "content",
    [
        answer(gzip.compress(PAGE), Content_Encoding="gzip"), answer(PAGE, Content_Encoding="gzip"), answer(CHUNKED, Transfer_Encoding="chunked"),
        answer(PAGE, Transfer_Encoding="chunked"), answer(zlib.compress(PAGE), Content_Encoding="deflate"),
        answer(zlib.compress(PAGE)[2:-4], Content_Encoding="deflate"), answer(PAGE, Content_Encoding="br"), answer(PAGE, Content_Length="7"),
        answer(protocol="HTTP/2"), answer(protocol="HTTP/1.0"), answer(PAGE, Content_Length="999999"),
    ],
)  # fmt: skip
def test_bodies_as_archives_keep_them(tmp_path: Path, content: bytes) -> None:
    [record] = read(warc(tmp_path / "a.warc", [capture(content=content)]))
    assert record.problem is None and record.headline == "The lamp" and "north" in record.text


def test_what_is_no_article_by_its_nature_is_told_together(tmp_path: Path) -> None:
    captures = [capture(f"https://skerry.example/{n}", answer(status="404 Not Found")) for n in range(5)]
    captures += [capture("https://skerry.example/r", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", "revisit"), capture()]
    records = read(warc(tmp_path / "a.warc", captures))
    assert [record.problem for record in records] == [
        None, "a revisit, of which the archive keeps no bytes in this file (1 capture, such as https://skerry.example/r)",
        "the server answered 404, so there is no article (5 captures, such as https://skerry.example/0, https://skerry.example/1, "
        "https://skerry.example/2)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (answer(gzip.compress(PAGE)[:60], Content_Encoding="gzip"), "damaged"), (answer(CHUNKED[:-120], Transfer_Encoding="chunked"), "damaged"),
        (answer(b"\x1b\x01\x02", Content_Encoding="br"), "packed with br"), (b"no answer", "no answer of a web server"),
        (answer(gzip.compress(b"a" * 40_000_000), Content_Encoding="gzip"), "250 times"), (answer(b""), "empty"),
        (answer(b"<html><body></body></html>"), "no article text"), (answer(zlib.compress(PAGE)[:50], Content_Encoding="deflate"), "damaged"),
        (b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(500)) + b"\r\n", "headers"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, "headers"),
    ],
)  # fmt: skip
def test_a_bad_capture_is_one_row_and_the_others_are_read(tmp_path: Path, content: bytes, reason: str) -> None:
    records = read(warc(tmp_path / "a.warc", [capture(), capture("https://skerry.example/bad", content), capture("https://skerry.example/k")]))
    assert [bool(record.problem) for record in records] == [False, True, False]
    assert reason in records[1].problem and records[1].url == "https://skerry.example/bad"


def test_the_beginning_of_a_page_is_no_article(tmp_path: Path) -> None:
    [record] = read(warc(tmp_path / "a.warc", [capture(WARC_Truncated="length")]))
    assert record.problem == "the archive holds the beginning of it only (length)"
    whole = capture() + capture("https://skerry.example/k")
    (tmp_path / "b.warc").write_bytes(whole[:-150])
    assert [record.problem for record in read(tmp_path / "b.warc")] == [None, "the archive holds the beginning of it only (the file ends early)"]
    (tmp_path / "c.warc.gz").write_bytes(gzip.compress(capture()) + gzip.compress(capture("https://skerry.example/k"))[:-60])
    found = read_file(RawItem(tmp_path / "c.warc.gz", "s", "c.warc.gz"))
    assert next(found).problem is None
    with pytest.raises(InputError, match="ends early"):
        assert next(found).problem and next(found)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no archive at all", "no WARC file"), (b"", "empty"), (b"\x00" * 100_000, "WARC"), (b"WARC/1.0\r\n" + b"x" * 3_000_000, "no end"),
        (b"WARC/1.0\r\n" + b"X: y\r\n" * 2_000_000, "no end"), (capture("https://skerry.example/x.png", answer(b"x", Content_Type="image/png")), "no page"),
        (gzip.compress(b"WARC/1.0\r\n" + b"\x00" * 60_000_000), "no end|250"), (gzip.compress(gzip.compress(capture())), "WARC"),
    ],
)  # fmt: skip
def test_what_is_no_archive_of_pages_is_one_clear_error(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.warc.gz").write_bytes(content)
    with pytest.raises(InputError, match=reason):
        read(tmp_path / "a.warc.gz")


def test_a_file_that_unpacks_beyond_any_text_ends_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warcs, "_FREE", 1_000_000)
    big = capture("https://skerry.example/x.bin", answer(b"a" * 5_000_000, Content_Type="application/octet-stream"))
    found = []
    with pytest.raises(InputError, match="250 times"):
        for record in read_file(RawItem(warc(tmp_path / "a.warc.gz", [capture(), big], pack=True), "s", "a.warc.gz")):
            found.append(record)
    assert [record.problem for record in found] == [None]


def test_a_clock_that_runs_ahead_is_not_believed(tmp_path: Path) -> None:
    records = read(warc(tmp_path / "a.warc", [capture(date="2199-01-01T00:00:00Z"), capture(date="yesterday")]))
    assert [record.fetched_at for record in records] == [None, None]


def test_captures_of_one_page_are_its_versions_and_come_back(tmp_path: Path) -> None:
    later = PAGE.replace(b"north", b"east")
    path = warc(tmp_path / "a.warc.gz", [capture(content=answer(later), date="2026-03-06T07:30:00Z"), capture(), capture(content=b"bad")], pack=True)
    desk = make_desk(tmp_path / "desk")
    ingest(desk, items_for_paths(desk, [path]))
    rows = desk.store.read("articles").to_pylist()
    kept = {row["fetched_at"].day: row["text"] for row in rows if row["status"] == "kept"}
    assert set(kept) == {5, 6} and "north" in kept[5] and "east" in kept[6]
    assert len({row["article_id"] for row in rows}) == 1 and len({row["raw_sha256"] for row in rows}) == 1
    rebuild(desk, say=lambda line: None)
    assert sorted(map(str, desk.store.read("articles").to_pylist())) == sorted(map(str, rows))


@given(st.binary(max_size=200), st.integers(0, 900), st.booleans())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_warc_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int, pack: bool) -> None:
    content = bytearray(b"".join(gzip.compress(one) if pack else one for one in (capture(), capture("https://skerry.example/k", answer(CHUNKED, Transfer_Encoding="chunked")))))
    content[at : at + len(noise)] = noise
    read_or_refused(tmp_path_factory.getbasetemp() / "fuzz.warc.gz", content, url=PLACE)


def test_an_answer_is_read_in_pieces() -> None:
    found = open_answer(io.BytesIO(answer(gzip.compress(PAGE), Content_Encoding="x-gzip")))
    assert (found.status, found.content_type) == (200, "text/html; charset=utf-8") and found.body.read(10) == PAGE[:10] and found.body.read() == PAGE[10:]
