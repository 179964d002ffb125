"""Hostile files by the hundred, through a whole ingest: each is rows with reasons or one clear error, and every sound article beside it is kept."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from nutgraf.ingesting import ingest, items_for_paths

from tests.test_ingest_run import STORY, make_desk
from tests.test_ingest_warcs import PAGE, answer, capture

EACH = 40  # files of a kind
SOUND = "The keeper’s kettle\n\n{}\n"
Chance = random.Random


def text_of(chance: Chance) -> str:
    return STORY.format(f"number {chance.randrange(10**9)}")


def _feed(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>Skerry Post</title>{''.join(items)}</channel></rss>".encode()


def _item(chance: Chance, **fields: str) -> str:
    told = {"title": f"Lamp {chance.randrange(10**9)}", "description": text_of(chance), **fields}
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in told.items()) + "</item>"


def feed_without_ids(chance: Chance) -> tuple[str, bytes, int]:
    n = chance.randint(2, 9)
    return ".xml", _feed(*(_item(chance) for _ in range(n))), n


def feed_with_doubled_ids(chance: Chance) -> tuple[str, bytes, int]:
    n = chance.randint(2, 9)
    return ".xml", _feed(*(_item(chance, guid=chance.choice("xy")) for _ in range(n))), n


def feed_with_future_dates(chance: Chance) -> tuple[str, bytes, int]:
    n = chance.randint(1, 5)
    return ".xml", _feed(*(_item(chance, guid=str(k), pubDate=f"Thu, 05 Mar {chance.randint(2090, 9999)} 10:00:00 GMT") for k in range(n))), n


def feed_bomb(chance: Chance) -> tuple[str, bytes, int]:
    entities = "".join(f"<!ENTITY e{k} '{f'&e{k - 1};' * 9 if k else 'lamp'}'>" for k in range(chance.randint(2, 9)))
    return chance.choice([".xml", ".rss", ".atom"]), f"<!{chance.choice(['DOCTYPE', 'doctype'])} r [{entities}]>".encode() + _feed(_item(chance)), 0


def _zip(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


def _names(chance: Chance) -> list[str]:
    word = "".join(chance.choices("abc", k=5))
    return [
        "../" * chance.randint(1, 9) + f"{word}.txt", f"/{word}.txt", f"{word}\n{word}.txt", word * 60 + ".txt", f"C:\\{word}.txt", f"..\\{word}.txt",
        f"\u202e{word}.txt", f"{word}\x01\x1b.txt", f"a/./../{word}.txt", f"{word}~N~.txt",
    ]  # fmt: skip


def zip_slip(chance: Chance) -> tuple[str, bytes, int]:
    names = _names(chance)
    content = _zip(*((name, SOUND.format(text_of(chance)).encode()) for name in names))
    return ".zip", content.replace(b"~N~", b"\x00\x00\x00"), len(names) - 1  # zipfile cuts a name at NUL, so that one has no ending


def zip_bomb(chance: Chance) -> tuple[str, bytes, int]:
    sound = ("sound.txt", SOUND.format(text_of(chance)).encode())
    inner = _zip(("b.txt", b"a" * chance.randint(12_000_000, 20_000_000)))
    for _ in range(chance.randint(0, 5)):
        inner = _zip(("deeper.zip", inner))
    return ".zip", _zip(sound, ("bomb.zip", inner)), 1


def truncated_gzip(chance: Chance) -> tuple[str, bytes, int]:
    whole = gzip.compress(SOUND.format(text_of(chance) * 9).encode())
    return f"{chance.choice(['.txt', '.html', '.csv', '.jsonl', '.xml', '.warc'])}.gz", whole[: -chance.randint(1, len(whole) - 3)], 0


def csv_of_a_million_columns(chance: Chance) -> tuple[str, bytes, int]:
    sign = chance.choice(",;\t|")
    cells = sign.join([chance.choice(["a", '"a"', "", "text"])] * 1_000_000)
    if chance.random() < 0.5:
        return ".csv", cells.encode(), 0
    return ".csv", f'id{sign}text\n1{sign}"{text_of(chance)}"\n{cells}\n2{sign}"{text_of(chance)}"\n'.encode(), 2


def csv_with_bad_quotes(chance: Chance) -> tuple[str, bytes, int]:
    n, bad = chance.randint(3, 20), chance.randint(0, 2)
    rows = [f'{k},"{text_of(chance)}"' if k != bad else chance.choice([f'{k},"{text_of(chance)}', f'{k},"a "b" c"']) for k in range(n)]
    ends = [chance.choice(["\n", "\r\n", "\r"]) for _ in rows]
    return ".csv", ("id,text\n" + "".join(row + end for row, end in zip(rows, ends, strict=True))).encode(), n - 1


def jsonl_with_broken_lines(chance: Chance) -> tuple[str, bytes, int]:
    lines = [json.dumps({"id": k, "text": text_of(chance)}) for k in range(9)]
    at = chance.randint(1, 8)
    return ".jsonl", "\n".join([*lines[:at], chance.choice(["{", "[[[[", '{"text": "a', "\x00", "null", "7"]), *lines[at:]]).encode(), 9


def damaged_pdf(chance: Chance) -> tuple[str, bytes, int]:
    return ".pdf", b"%PDF-1.4\n" + chance.randbytes(chance.randint(0, 3_000)) + b"\n%%EOF", 0


def damaged_warc(chance: Chance) -> tuple[str, bytes, int]:
    page = PAGE.replace(b"north", str(chance.randrange(10**9)).encode())
    sound = capture(f"https://skerry.example/{chance.randrange(10**9)}", answer(page))
    broken = capture(f"https://skerry.example/{chance.randrange(10**9)}")
    return ".warc", sound + broken[: chance.randint(30, len(broken) - 40)], 1


def scripts_in_titles(chance: Chance) -> tuple[str, bytes, int]:
    title = chance.choice(["&lt;script&gt;alert(1)&lt;/script&gt;", "<![CDATA[<img src=x onerror=alert(1)>]]>", "\u202eevil\u202c", "&lt;svg/onload=x&gt;", "Раypаl"])
    return ".xml", _feed(_item(chance, title=f"Lamp {title} {chance.randrange(10**9)}")), 1


def mojibake(chance: Chance) -> tuple[str, bytes, int]:
    told = SOUND.format(text_of(chance)).encode().decode(chance.choice(["cp1250", "latin-1", "cp437", "mac_roman"]))
    if chance.random() < 0.5:
        return ".txt", told.encode(), 1
    return ".html", f"<html><head><meta charset='utf-8'></head><body><article><h1>Kettle</h1><p>{told}</p></article></body></html>".encode(), 1


KINDS: list[Callable[[Chance], tuple[str, bytes, int]]] = [
    feed_without_ids, feed_with_doubled_ids, feed_with_future_dates, feed_bomb, zip_slip, zip_bomb, truncated_gzip, csv_of_a_million_columns, csv_with_bad_quotes,
    jsonl_with_broken_lines, damaged_pdf, damaged_warc, scripts_in_titles, mojibake,
]  # fmt: skip


def _run(tmp_path: Path, make: Callable[[Chance], tuple[str, bytes, int]], n: int) -> None:
    inbox, wanted = tmp_path / "inbox", 0
    inbox.mkdir()
    for number in range(n):
        ending, content, sound = make(Chance(f"{make.__name__} {number}"))
        (inbox / f"{number:03d}{ending}").write_bytes(content)
        wanted += sound
    before = {path for path in tmp_path.rglob("*") if path.is_relative_to(inbox)}
    desk = make_desk(tmp_path / "desk")
    report = ingest(desk, items_for_paths(desk, [inbox]))
    rows = desk.store.read("articles").to_pylist()
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(desk.root)} == before
    told = Counter(row["status_reason"] for row in rows if row["status"] != "kept")
    assert sum(row["status"] == "kept" for row in rows) == wanted, told.most_common(5)
    assert report.files == n and all(told), "a reason for each"
    files = {row["record_key"].split("!")[0].split("#")[0] for row in rows}
    assert len(files) == n, "a row for each file"


@pytest.mark.parametrize("make", [make for make in KINDS if make not in (csv_of_a_million_columns, zip_bomb)], ids=lambda make: make.__name__)
def test_a_few_hostile_files_of_each_kind(tmp_path: Path, make: Callable[[Chance], tuple[str, bytes, int]]) -> None:
    _run(tmp_path, make, 4)


@pytest.mark.faults
@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_hostile_files_by_the_dozen(tmp_path: Path, make: Callable[[Chance], tuple[str, bytes, int]]) -> None:
    _run(tmp_path, make, EACH)
