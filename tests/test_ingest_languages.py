"""Languages: the quick way agrees with the slow one, and says nothing of what is too short."""

from __future__ import annotations

import json

import py3langid
import pytest
from nutgraf.ingest.languages import language_of

from tests.conftest import labelled

TEXTS = {
    "en": "The harbour office said on Tuesday that the ferries would sail again, and that they had been repaired with care.",
    "de": "Das Hafenamt teilte am Dienstag mit, dass die Fähren wieder fahren und sorgfältig repariert worden sind.",
    "fr": "Le bureau du port a annoncé mardi que les bateaux partiraient de nouveau et qu'ils avaient été réparés avec soin.",
    "nl": "Het havenkantoor zei dinsdag dat de veerboten weer zouden varen en dat ze zorgvuldig waren hersteld door de ploeg.",
    "es": "La oficina del puerto dijo el martes que los barcos volverían a salir y que habían sido reparados con mucho cuidado.",
}


@pytest.mark.parametrize("code", TEXTS)
@pytest.mark.parametrize("times", [1, 6])
def test_languages_are_told(code: str, times: int) -> None:
    assert language_of(" ".join([TEXTS[code]] * times)) == code


def test_a_short_text_is_what_its_source_says() -> None:
    assert language_of("Kurz.", "de-CH") == "de"
    assert language_of("Short.") is None
    assert language_of("Short.", "klingon!") is None
    assert language_of(TEXTS["de"] * 3, "en") == "de", "a text long enough outranks its source"


def test_the_quick_way_never_contradicts_the_identifier_on_real_pages() -> None:
    rows = [json.loads(line) for line in labelled("extraction/fundus/manifest.jsonl").open(encoding="utf-8")]
    texts = [row["text"] for row in rows if row.get("text")]
    wrong = [row for row in texts if language_of(row) == "en" and py3langid.classify(row[:2000])[0] != "en"]
    assert len(texts) > 100 and not wrong
