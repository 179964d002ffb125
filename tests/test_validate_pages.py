"""``nutgraf validate extraction``: pages of a folder as ingest reads them, figures as the metrics say, and what is no folder of pages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nutgraf.errors import InputError, UsageError
from nutgraf.findings import accuracy
from nutgraf.ingest.pages.page import extraction_version
from nutgraf.measuring import Registry
from nutgraf.validate import pages, recording
from nutgraf.validate.items import Item
from nutgraf.validate.running import validate
from nutgraf.validate.tasks import task_of

from tests.conftest import labelled
from tests.test_ingest_pages import BODY, JSON_LD, PARAGRAPHS, page

FLOORS = {"scrapinghub": {"token_f1": 0.962}, "fundus": {"token_f1": 0.950, "day": 0.970, "author_f1": 0.88, "headline": 0.78}}
PROMO = BODY.replace("</p>\n", "</p><p>READ MORE: <a href='/x'>Ten lamps we have loved</a></p>\n", 1)
LABELS = {
    "text": "\n".join(PARAGRAPHS), "title": "Keeper hands in his keys", "authors": ["Tam Roe", "Orla Fennick"], "publishing_date": "2026-03-05T18:40:00+01:00",
}  # fmt: skip


def folder(path: Path, **rows: dict[str, Any]) -> Path:
    path.mkdir()
    for name, row in rows.items():
        (path / f"{name}.html").write_text(row.pop("markup", page(head=JSON_LD, body=PROMO)), encoding="utf-8")
    lines = [json.dumps({"id": name, "file": f"{name}.html", **row}) for name, row in rows.items()]
    (path / "manifest.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_pages_are_read_as_ingest_reads_them_and_scored_by_label(tmp_path: Path) -> None:
    half = {**LABELS, "text": "\n".join(PARAGRAPHS[:2]), "title": "Keeper leaves", "authors": ["Orla Fennick", "AP"], "publishing_date": "2026-03-06T00:00:00Z"}
    made = folder(tmp_path / "p", whole={**LABELS, "title": "KEEPER: hands in his keys!"}, half=half, bare={"text": "\n".join(PARAGRAPHS)}, cut={**LABELS, "match_score": 0.4}, none={})
    found = validate(task_of("extraction"), made, Registry(), predictions=tmp_path / "out.jsonl")
    assert (found.n, found.n_items, found.n_left_out) == (3, 5, 1) and found.measure_version == extraction_version()
    figures = found.figures
    assert figures["day"] == 0.5 and figures["headline"] == 0.5 and figures["author_f1"] == pytest.approx((1 + 2 * 2 / (4 + 3)) / 2)
    first, last = (len("\n".join(some).replace("’", " ").replace("“", " ").split()) for some in (PARAGRAPHS[:2], PARAGRAPHS))
    assert 2 / 3 < figures["token_f1"] < 1 and first < last
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert answers[0] == {
        "id": "whole", "text": "\n\n".join(PARAGRAPHS), "headline": "Keeper hands in his keys", "published_at": "2026-03-05T17:40:00+00:00",
        "published_on": "2026-03-05", "authors": ["Orla Fennick", "Tam Roe"],
    }, "the promo line is in the text of the table, and marked there"  # fmt: skip


def test_a_page_without_an_article_is_answered_by_nothing(tmp_path: Path) -> None:
    made = folder(tmp_path / "p", empty={"markup": "<html><nav><a href='/'>Home</a></nav></html>", "text": "The lamp is out."}, picture={"text": "The lamp."})
    (made / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    found = validate(task_of("extraction"), made, Registry(), predictions=tmp_path / "out.jsonl")
    assert found.figures["token_f1"] == 0 and found.n == 2
    assert all(json.loads(line)["text"] == "" for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("gold", "at", "on", "right"),
    [
        ("2026-03-05 23:30:00+00:00", "2026-03-05T23:30:00+00:00", "2026-03-06", 1), ("2026-03-06T00:30:00+01:00", "2026-03-05T23:30:00+00:00", "2026-03-06", 1),
        ("2026-03-06", "2026-03-05T23:30:00+00:00", "2026-03-06", 1), ("2026-03-06T00:00:00Z", "2026-03-05T23:30:00+00:00", "2026-03-06", 0), ("2026-03-06", None, None, 0),
    ],
)  # fmt: skip
def test_a_day_is_compared_in_the_zone_of_its_label(gold: str, at: str | None, on: str | None, right: int) -> None:
    answered = {"text": "", "headline": None, "published_at": at, "published_on": on, "authors": []}
    assert pages.count(Item("x", "", {"publishing_date": gold}), answered) == {"day": right, "days": 1}


def test_the_command_needs_no_labels(tmp_path: Path) -> None:
    folder(tmp_path / "mine", a={})
    command = [sys.executable, "-m", "nutgraf", "validate", "extraction", "mine", "--predictions", "out.jsonl", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["n"], told["n_items"], told["file"]) == (0, 1, "mine") and "token_f1" not in told
    assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["authors"] == ["Orla Fennick", "Tam Roe"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"file": "../a.html"}', "lies outside the folder"), ('{"id": "x"}', "line 1 is no JSON object with a file"), ("", "names no page"), ("{no", "line 1 is no JSON"),
        ('{"file": "gone.html", "text": "x"}', "the page cannot be read"), ('{"file": "a.html", "authors": "Orla"}', "'authors' is no list of names"),
        ('{"file": "a.html", "id": 1}\n{"file": "b.html", "id": "1"}', "two pages have the id '1'"),
    ],
)  # fmt: skip
def test_what_is_no_folder_of_pages_is_named(tmp_path: Path, line: str, said: str) -> None:
    made = folder(tmp_path / "p", a={})
    (made / "manifest.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"{said}.*[Nn]othing was validated"):
        validate(task_of("extraction"), made, Registry())
    with pytest.raises(UsageError, match=r"no such folder, or no manifest in it"):
        validate(task_of("extraction"), tmp_path / "none", Registry())


def test_figures_are_recorded_with_the_version_of_the_extraction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "accuracy.json"
    path.write_text("[]", encoding="utf-8")
    monkeypatch.setattr(accuracy, "path", lambda: path)
    recording.record(validate(task_of("extraction"), folder(tmp_path / "p", a=dict(LABELS), b=dict(LABELS)), Registry()))
    (entry,) = accuracy.entries()
    assert (entry["measure"], entry["measure_version"], entry["file"], entry["n"]) == ("extraction", extraction_version(), "p", 2)


@pytest.mark.accuracy
@pytest.mark.parametrize("name", FLOORS)
def test_floors_of_extraction(name: str) -> None:
    figures = validate(task_of("extraction"), labelled(f"extraction/{name}/manifest.jsonl").parent, Registry()).figures
    print({key: round(figures[key], 4) for key in FLOORS[name]})  # noqa: T201
    for key, floor in FLOORS[name].items():
        assert figures[key] >= floor, f"{key} of {name} fell below its floor"
