"""Mojibake: repaired where places in the text are ours, told where they are the user's, and never seen where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from nutgraf.ingest.formats.files import read_file
from nutgraf.ingest.mojibake import mend, tell
from nutgraf.ingest.records import RawItem, Record

SOUND = "The keeper’s lamp — “kept” in the café at Åfjord — wasn’t lit…"


def misread(text: str, encoding: str = "cp1252") -> str:
    return text.encode().decode(encoding)


def read(path: Path, content: str) -> Record:
    path.write_text(content, encoding="utf-8")
    [record] = read_file(RawItem(path, "s", path.name))
    return record


@pytest.mark.parametrize("encoding", ["latin-1", "cp1250", "cp437", "mac_roman"])
def test_what_was_read_in_a_wrong_encoding_is_repaired_and_said(encoding: str) -> None:
    record = mend(Record("k", f"{misread(SOUND, encoding)}\n\nA line that was fine: naïve."))
    assert record.text == f"{SOUND}\n\nA line that was fine: naïve."
    assert record.text_repair.startswith("1 line read in a wrong encoding before, repaired with ftfy ")


def test_a_headline_is_repaired_as_it_is_in_the_text() -> None:
    headline = misread("Nobody’s kettle")
    record = mend(Record("k", f"{headline}\n\nBody.", headline=headline, byline=misread("Zoë Ångström"), standfirst=misread("It’s cold"), section="Café"))
    assert record.headline == "Nobody’s kettle" and record.text.startswith(record.headline)
    assert (record.byline, record.standfirst, record.section) == ("Zoë Ångström", "It’s cold", "Café")


@pytest.mark.parametrize(
    "text",
    [
        SOUND, "", "plain", "Ça va, l’été? «Là-bas»", "Größe, Übermut, ÄÖÜ", "Æ Ø Å – blåbærsyltetøy", "São Paulo não é longe", "Привет, мир", "Ελλάδα",
        "東京で会う", "שלום", "مرحبا", "£5 – €6 · 50°", "“‘nested’”", "A × B ÷ C", "ÉCOLE À CÔTÉ", "naïve café façade", "Łódź, Żółć", "Ș ș Ț ț", "đ Đ ư ơ",
        "½ ¼ ¾ ± µ §", "e\u0301 combining", "\U0001f600 emoji", "l'Hôpital’s", "¿Qué? ¡Sí!", "Ħ ħ Ġ ġ", "ß ẞ", "Þórr Ðóra", "1º 2ª", "™ ® ©",
    ],
)  # fmt: skip
def test_a_sound_text_is_never_touched(text: str) -> None:
    assert mend(Record("k", text)) == Record("k", text) and tell(Record("k", text)).text_repair is None


def test_a_page_and_a_feed_are_repaired(tmp_path: Path) -> None:
    body = misread("The keeper’s lamp wasn’t lit on Tuesday, and nobody in the café could say why the kettle was gone.")
    page = read(tmp_path / "a.html", f"<html><head><meta charset='utf-8'></head><body><article><h1>{misread('Nobody’s')}</h1><p>{body}</p><p>{body}!</p></article></body></html>")
    assert "keeper’s lamp wasn’t" in page.text and page.headline == "Nobody’s" and "ftfy" in page.text_repair
    feed = read(tmp_path / "a.xml", f"<rss version='2.0'><channel><item><title>{misread('Nobody’s')}</title><description>{body}</description></item></channel></rss>")
    assert feed.text.startswith("Nobody’s\n\nThe keeper’s lamp") and "2 lines" in feed.text_repair


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.jsonl", "a.json", "a.parquet"])
def test_a_users_own_text_is_left_as_it_is_and_told(tmp_path: Path, name: str) -> None:
    body = misread("The keeper’s lamp wasn’t lit.")
    contents = {"a.txt": body, "a.csv": f'text\n"{body}"\n', "a.jsonl": json.dumps({"text": body}), "a.json": json.dumps([{"text": body}])}
    path = tmp_path / name
    if name == "a.parquet":
        pq.write_table(pa.table({"text": [body]}), path)
        [record] = read_file(RawItem(path, "s", path.name))
    else:
        record = read(path, contents[name])
    assert record.text == body and record.text_repair == "left as it is: it looks like UTF-8 that was read as another encoding"
