"""Reading in a process apart: what ends it is one row with the reason, all else is read, and nothing is left running."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from nutgraf.desk import Desk
from nutgraf.errors import InputError, NutgrafError, UsageError
from nutgraf.ingest import run as ingest_run
from nutgraf.ingest.apart import line as lines
from nutgraf.ingest.apart import reading
from nutgraf.ingest.apart.confining import in_force
from nutgraf.ingest.apart.messages import Nonsense, item_of, packed, row_of, told_of, unpacked
from nutgraf.ingest.apart.reading import Apart, Kept
from nutgraf.ingest.articles import Versions, to_row
from nutgraf.ingest.fetching.lists import Document, read_apart
from nutgraf.ingest.fetching.lists import read as read_list
from nutgraf.ingest.records import Capture, Listed, Moment, RawItem, Record
from nutgraf.ingesting import ingest, items_for_paths, replay
from nutgraf.settings import Reading, Settings, Source

from tests.conftest import SAMPLE
from tests.test_ingest_run import STORY, make_desk, table, write
from tests.test_workers import is_gone

pytestmark = pytest.mark.skipif(not reading.CAN_START, reason="files are read in the same process here")

BREAKING = "tests.apart_readers:breaking"
LIMITS = Settings(reading=Reading(seconds=2, memory_mb=200))
DAY = datetime(2026, 3, 9, tzinfo=UTC)
REASONS = {
    "LOOP": "reading took longer than 2 s", "EAT": "reading needed more than 200 MB", "CRASH": "the reader crashed (signal 11)",
    "LEAVE": "the reader crashed (exit code 3)", "RAVE": "the reader crashed (what it answered made no sense)",
    "LONG": "the reader crashed (what it answered made no sense)", "RAISE": "it could not be taken apart (RuntimeError: out of hand)",
    "RECURSE": "it could not be taken apart (RecursionError: maximum recursion depth exceeded",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_set_by() -> None:
    """No process of another test."""
    lines.drop()


def kept(path: Path, content: str) -> Kept:
    return Kept(RawItem(write(path, content), "s", path.name), path, DAY)


def rows_of(items: list[Kept], settings: Settings = LIMITS, read: str = BREAKING) -> list[tuple[str, str]]:
    """Key of each row with its text or why it is set aside."""
    with Apart(settings, read=read) as apart:
        return [
            (row["record_key"], row["status_reason"] or row["text"])
            for item, rows in apart.read(items)
            for _, row in rows
            if row["source"] == item.source
        ]


def story(number: int) -> str:
    return f"Goat {number}\n\n{STORY.format(number)}"


@pytest.mark.parametrize("deed", REASONS)
def test_a_file_that_ends_its_reader_is_one_row_and_all_others_are_read(tmp_path: Path, deed: str) -> None:
    texts = [story(number) for number in range(6)]
    texts[2] = texts[5] = f"DO {deed}"
    found = rows_of([kept(tmp_path / f"{number}.txt", text) for number, text in enumerate(texts)])
    assert [key for key, _ in found] == [f"{number}.txt" for number in range(6)]
    for number, (_, told) in enumerate(found):
        assert told.startswith(REASONS[deed]) and "\n" not in told if number in (2, 5) else told == texts[number]


@pytest.mark.faults
def test_pages_that_no_parser_can_bear(tmp_path: Path) -> None:
    """Each attribute is compared with all before it, and each small paragraph takes some 500 bytes: no trick of a test is needed."""
    good = f"<html><body><article><h1>Goat</h1><p>{STORY.format(1) * 3}</p></article></body></html>"
    pages = {
        "attributes.html": f"<p {' '.join(f'a{number}=x' for number in range(400_000))}>A goat.</p>", "good.html": good,
        "paragraphs.html": f"<html><body>{'<p>a <b>b</b></p>' * 1_000_000}", "nested.html": f"{'<div>' * 100_000}A goat.",
    }  # fmt: skip
    items = [kept(tmp_path / name, page) for name, page in pages.items()]
    for seconds, name, reason in ((2, "attributes.html", REASONS["LOOP"]), (60, "paragraphs.html", REASONS["EAT"])):
        limits = Settings(reading=Reading(seconds=seconds, memory_mb=200))
        found = dict(rows_of([one for one in items if one.item.key in (name, "good.html", "nested.html")], limits, reading.READ))
        assert found.pop(name) == reason
        assert found["good.html"].startswith("Goat\n\nThe goat that has lived") and len(found) == 2


@pytest.mark.parametrize("deed", ["CRASH", "EAT", "RAISE"])
def test_of_an_export_only_what_follows_is_not_read_when_its_reader_ends(tmp_path: Path, deed: str) -> None:
    texts = [STORY.format(number) for number in range(500)]
    texts[311] = f"DO {deed}"
    export = "\n".join(json.dumps({"id": number, "text": text}) for number, text in enumerate(texts))
    found = rows_of([kept(tmp_path / "a.jsonl", export), kept(tmp_path / "b.txt", story(1))])
    assert found[:311] == [(f"a.jsonl#{number}", texts[number]) for number in range(311)]
    assert [key for key, _ in found[311:]] == ["a.jsonl#rest", "b.txt"]
    assert found[311][1].startswith(REASONS[deed]) and found[311][1].endswith("(from record 312 on)")


def test_of_an_export_only_the_record_is_set_aside_whose_row_ends_the_process(tmp_path: Path) -> None:
    texts = [STORY.format(number) for number in range(300)]
    texts[7], texts[8], texts[299] = "ROW CRASH", "ROW LEAVE", "ROW EAT"
    texts[100] = "ROW RAISE"
    export = "\n".join(json.dumps({"id": number, "text": text}) for number, text in enumerate(texts))
    found = dict(rows_of([kept(tmp_path / "a.jsonl", export)]))
    assert list(found) == [f"a.jsonl#{number}" for number in range(300)]
    aside = {key: told for key, told in found.items() if told not in texts}
    assert aside == {"a.jsonl#7": REASONS["CRASH"], "a.jsonl#8": REASONS["LEAVE"], "a.jsonl#100": REASONS["RAISE"], "a.jsonl#299": REASONS["EAT"]}


def test_of_an_archive_only_the_member_is_set_aside_that_ends_the_process(tmp_path: Path) -> None:
    names = ["a", "b", "DO CRASH", "c", "DO EAT", "d"]
    found = rows_of([kept(tmp_path / "a.zip", "\n".join(names)), kept(tmp_path / "b.zip", "e")], read="tests.apart_readers:packing")
    whole = {f"a.zip!{name}#{number}": f"{name} {number}: a goat came down from the roof." for name in "abcd" for number in range(3)}
    told = {"a.zip!DO CRASH#0": "DO CRASH 0: a goat came down from the roof.", "a.zip!DO CRASH": REASONS["CRASH"],
            "a.zip!DO EAT#0": "DO EAT 0: a goat came down from the roof.", "a.zip!DO EAT": REASONS["EAT"]}  # fmt: skip
    assert dict(found[:-3]) == whole | told and len(found[:-3]) == len(whole | told)
    assert list(dict.fromkeys(key.split("#")[0] for key, _ in found)) == [f"a.zip!{name}" for name in names] + ["b.zip!e"]
    assert [key for key, _ in found[-3:]] == [f"b.zip!e#{number}" for number in range(3)]


def test_of_a_zip_archive_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name, text in (("a.txt", story(1)), ("b.txt", "DO CRASH"), ("c.txt.gz", gzip.compress(story(3).encode())), ("d.txt", story(4))):
            archive.writestr(name, text)
    item = RawItem(tmp_path / "in.zip", "s", "in.zip")
    found = dict(rows_of([Kept(item, item.path, DAY)]))
    assert found == {"in.zip!a.txt": story(1), "in.zip!b.txt": REASONS["CRASH"], "in.zip!c.txt.gz": story(3), "in.zip!d.txt": story(4)}


def test_a_process_that_somebody_else_ends_costs_no_article(tmp_path: Path) -> None:
    items = [kept(tmp_path / f"{number}.txt", story(number)) for number in range(80)]
    found, killed = [], set()
    with Apart(LIMITS) as apart:
        for number, (_, rows) in enumerate(apart.read(items)):
            found += [row["text"] for _, row in rows]
            if number in (0, 33, 70):
                killed.add(apart.pid)
                os.kill(apart.pid, signal.SIGKILL)
    assert found == [story(number) for number in range(80)] and len(killed) == 3


def generated(folder: Path, chance: random.Random) -> Path:
    """Files of all kinds with rubbish among them."""
    for number in range(300):
        text = STORY.format(chance.choice(["north", "south", "ünß", "\u2028", "日本", "<b>", "&amp;"]) * chance.randint(1, 9))
        dated = f"2026-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}T0{chance.randint(0, 9)}:30:00+0{chance.randint(0, 9)}:00"
        match chance.randint(0, 7):
            case 0:
                write(folder / f"{number}.txt", f"Goat {number}\nBy Tam Roe\n\n{text}".encode(chance.choice(["utf-8", "utf-16", "utf-8-sig"])))
            case 1 | 2:
                head = f"<meta property='article:published_time' content='{dated}'><link rel='canonical' href='https://bell.example/{number % 40}'>"
                write(folder / f"{number}.html", f"<html><head>{head}</head><body><article><h1>Goat {number}</h1><p>{text}</p></article></body></html>")
            case 3:
                lines_ = [json.dumps({"id": at, "title": f"Goat {at}", "text": text * at, "date": dated}) for at in range(chance.randint(1, 5))]
                write(folder / f"{number}.jsonl", "\n".join([*lines_, "{broken", '{"text": "\\ud800 \\u0000"}']))
            case 4:
                write(folder / f"{number}.csv", f'id,title,text,url\n1,Goat,"{text}",https://herald.example/{number % 9}\n2,Empty,,\n3,a,b,c,d\n')
            case 5:
                entry = f"<item><title>Goat</title><link>https://bell.example/{number % 40}</link><description>{number}</description></item>"
                write(folder / f"{number}.xml", f"<rss version='2.0'><channel><title>Bell</title>{entry * 2}</channel></rss>")
            case 6:
                write(folder / f"{number}{chance.choice(['.html', '.txt', '.csv', '.parquet', '.xml', '.jsonl'])}", chance.randbytes(200))
            case 7:
                write(folder / f"{number}.html", b"" if chance.random() < 0.2 else "<div>" * chance.randint(1, 3_000) + text)
    return folder


@pytest.mark.parametrize("what", ["sample", "generated"])
def test_rows_are_the_same_as_without_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    folder = SAMPLE if what == "sample" else generated(tmp_path / "in", random.Random(9))
    monkeypatch.setattr(ingest_run, "now", lambda: DAY)
    found = []
    for can_start in (True, False):
        monkeypatch.setattr(reading, "CAN_START", can_start)
        desk = make_desk(tmp_path / str(can_start), 'timezone = "Europe/Oslo"\n[agencies]\nNPB = "Norvessa Press Bureau"\n')
        report = ingest(desk, items_for_paths(desk, [folder]))
        found.append((desk.store.read("articles").to_pylist(), report.line(), report.set_aside))
    assert found[0] == found[1] and len(found[0][0]) >= (60 if what == "sample" else 300)


def test_a_rebuild_reads_apart_and_gives_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = "[reading]\nseconds = 2\nmemory_mb = 300\n"
    monkeypatch.setattr(Apart.__init__, "__kwdefaults__", {"read": BREAKING})
    desk = make_desk(tmp_path / "desk", limits)
    for number in range(4):
        write(tmp_path / "in" / f"{number}.txt", story(number))
    write(tmp_path / "in" / "2.txt", "DO CRASH")
    ingest(desk, items_for_paths(desk, [tmp_path / "in"]))
    rows = table(desk)
    assert [row["status_reason"] for row in rows if row["status"] != "kept"] == [REASONS["CRASH"]]
    (desk.processed / "articles").rename(desk.processed / "old")
    replay(desk)
    assert table(desk) == rows


def test_a_file_named_alone_that_ends_its_reader_is_told_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Apart.__init__, "__kwdefaults__", {"read": BREAKING})
    desk = make_desk(tmp_path / "desk")
    path = write(tmp_path / "a.txt", "DO CRASH")
    with pytest.raises(InputError, match=r"a.txt: the reader crashed \(signal 11\). Nothing was ingested"):
        items_for_paths(desk, [path])
    assert not desk.raw.exists()


def test_nothing_to_read_starts_no_process_and_one_is_enough_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    make = lines.Line.__init__

    def noted(self: lines.Line, *arguments: object) -> None:
        make(self, *arguments)
        started.append(self.pid)

    monkeypatch.setattr(lines.Line, "__init__", noted)
    desk = make_desk(tmp_path / "desk")
    path = write(tmp_path / "in" / "a.txt", story(1))
    for number in range(40):
        write(tmp_path / "in" / f"{number}.txt", story(number))
    ingest(desk, items_for_paths(desk, [path]))  # looked at, then read
    assert len(started) == 1
    ingest(desk, items_for_paths(desk, [tmp_path / "in"]))
    assert len(started) == 1
    lines.drop()
    assert is_gone(started[0])
    ingest(desk, items_for_paths(desk, [tmp_path / "in"]))
    assert len(started) == 1


def test_a_reader_sees_no_secret_and_can_neither_write_nor_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUTGRAF_ALERT_NEWSROOM", "mailto://ada:swordfish@mail.example")
    with socket.create_server(("127.0.0.1", 0)) as server:
        item = kept(tmp_path / "a.txt", f"port {server.getsockname()[1]}")
        [(_, told)] = rows_of([item], read="tests.apart_readers:prying")
    barred = [name for name, words in {"writing": ("wrote", "made", "removed"), "network": ("called",)}.items() if name in in_force()[0]
              for word in words if word in told]  # fmt: skip
    assert not barred and "unpacked" in told and "saw" not in told and "overwrote" not in told


PARENT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from datetime import UTC, datetime
from pathlib import Path
from nutgraf.ingest.apart.reading import Apart, Kept
from nutgraf.ingest.records import RawItem
from nutgraf.settings import Settings
path = Path(sys.argv[1])
with Apart(Settings(), read="tests.apart_readers:breaking") as apart:
    for number, (_, rows) in enumerate(apart.read([Kept(RawItem(p, "s", p.name), p, datetime.now(UTC)) for p in sorted(path.iterdir())])):
        if number:
            print(apart.pid, flush=True)
        print(len(list(rows)), flush=True)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_process_that_asked_ends(tmp_path: Path, how: signal.Signals) -> None:
    write(tmp_path / "in" / "1.txt", story(1))
    write(tmp_path / "in" / "2.txt", "DO LOOP")
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "in")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        cwd=Path(__file__).parent.parent, start_new_session=True, env=os.environ | {"TMPDIR": str(tmp_path)},
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        assert parent.stdout.readline() == "1\n"
        pid = int(parent.stdout.readline())
        assert not is_gone(pid)
        time.sleep(0.5)
        parent.send_signal(how)
        parent.wait(20)
    until = time.monotonic() + 20
    while not is_gone(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert is_gone(pid)


def test_what_cannot_start_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [kept(tmp_path / "a.txt", story(1))]
    with pytest.raises(NutgrafError, match=r"ends before it has begun \(exit code 1\).*doctor.*next run"):
        rows_of(items, read="tests.apart_readers:nowhere")

    def no_process(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", no_process)
    with pytest.raises(NutgrafError, match=r"no process can be started to read files in \(Resource temporarily unavailable\)"):
        rows_of(items)


def test_a_setting_that_makes_no_sense_ends_the_ingest_as_before(tmp_path: Path) -> None:
    item = RawItem(write(tmp_path / "a.csv", "a,b\n1,2\n"), "s", "a.csv", columns={"nothing": "a"})
    with pytest.raises(UsageError, match="'nothing' is no field of an article"):
        rows_of([Kept(item, item.path, DAY)])


def test_what_the_source_of_items_raises_is_raised_when_its_turn_has_come(tmp_path: Path) -> None:
    def items():  # noqa: ANN202
        for number in range(5):
            yield kept(tmp_path / f"{number}.txt", story(number))
        raise NutgrafError("the disk is full")

    found = []
    with Apart(LIMITS) as apart, pytest.raises(NutgrafError, match="the disk is full"):
        for _, rows in apart.read(items()):
            found += [row["text"] for _, row in rows]
    assert found == [story(number) for number in range(5)]


@pytest.mark.parametrize("deed", ["LOOP", "EAT", "CRASH", "RAVE", "RAISE"])
def test_a_list_that_ends_its_reader_is_an_error_and_the_next_is_read(deed: str) -> None:
    with Apart(LIMITS) as apart:
        with pytest.raises(InputError) as caught:
            apart.call("tests.apart_readers:answer", deed=deed)
        assert caught.value.what == REASONS[deed]
        assert apart.call("tests.apart_readers:answer", with_={"a": None}) == [{"a": None}]


@pytest.mark.parametrize("kind", ["feed", "sitemap", "addresses"])
def test_lists_say_the_same_apart(kind: str) -> None:
    place = "https://bell.example/news"
    content = {
        "feed": f"<rss version='2.0'><channel><title>Bell</title><item><title>Goat</title><link>{place}/1</link><pubDate>Thu, 05 Mar 2026 10:00:00 +0100"
        "</pubDate><description>A goat.</description></item><item><title>None</title></item></channel></rss>",
        "sitemap": f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{place}/1</loc><lastmod>2026-03-05</lastmod></url></urlset>",
        "addresses": f"{place}/1\n{place}/2\n",
    }[kind]
    source = Source("bell", url=f"{place}/list", kind=kind, outlet="The Bell")
    document = Document(source, source.url, source.url, content.encode(), None, DAY)
    named = read_list(document, ZoneInfo("Europe/Oslo"))
    assert named.entries and read_apart(document, ZoneInfo("Europe/Oslo"), LIMITS) == named
    with pytest.raises(InputError):
        read_apart(replace(document, content=b"\x00\x01" * 50), ZoneInfo("UTC"), LIMITS)


def row(**changes: object) -> dict:
    moment = Moment(DAY, "minute", "+01:00", "meta", "high")
    record = Record("a.txt", story(1), headline="Goat", url="https://bell.example/a", published=moment, extractor="text")
    return to_row(record, RawItem(Path("a.txt"), "s", "a.txt"), "0" * 64, DAY, Apart(LIMITS).reader) | changes


def test_a_row_goes_there_and_back() -> None:
    assert row_of(unpacked(packed(told_of(row()))[4:])) == row()
    item = RawItem(Path("/a/caf\udce9.txt"), "s", "caf\udce9.txt", fetched_at=DAY, columns={"text": "body"}, zone=Desk.timezone.fget(make_up("Europe/Oslo")))
    moment = Moment(DAY, "day", None, "feed", "low")
    listed = Listed("https://bell.example/a", "a", "Goat", published=moment)
    for one in (item, replace(item, listed=listed, only=("a", "b"), capture=Capture(DAY, '"x"'))):
        assert item_of(unpacked(packed({"item": one})[4:])["item"]) == one


def make_up(zone: str) -> object:
    return type("Made", (), {"settings": Settings(timezone=zone)})()


@pytest.mark.parametrize(
    "changes",
    [
        {"n_words": "7"}, {"n_words": 1 << 70}, {"n_words": True}, {"text": None}, {"text": 7}, {"published_at": "yesterday"}, {"published_at": 7},
        {"status": None}, {"status": "x"}, {"version": 1}, {"article_id": []},
    ],
)  # fmt: skip
def test_a_row_that_is_none_is_not_believed(changes: dict) -> None:
    with pytest.raises(Nonsense):
        row_of(told_of(row(**changes)))


def test_what_is_known_better_here_is_not_taken_from_there(tmp_path: Path) -> None:
    forged = row(source="other", raw_sha256="f" * 64, article_id="f" * 16, text_sha256="f" * 64, headline="a\ud800b\x00")
    one = kept(tmp_path / "a.txt", story(1))
    [believed] = Apart(LIMITS)._believed({"rows": [told_of(forged)]}, one)
    assert believed == row(raw_sha256="a.txt", headline="a\ufffdb\ufffd")
    assert Versions([]).place(believed) == "new"
