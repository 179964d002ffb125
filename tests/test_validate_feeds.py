"""``nutgraf validate feeds``: counts by hand, answers without labels, what is no folder of feeds, and the floor on real ones."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from nutgraf.errors import InputError, UsageError
from nutgraf.measuring import Registry
from nutgraf.validate.running import Validation, validate
from nutgraf.validate.tasks import task_of

from tests.conftest import labelled
from tests.test_accuracy import FLOORS

PAGE = "<html><body><p>The feed has moved.</p></body></html>"


def rss(entries: int) -> str:
    items = "".join(f"<item><title>Lamp {number}</title><guid>{number}</guid></item>" for number in range(entries))
    return f"<rss version='2.0'><channel><title>Skerry Post</title><link>https://skerry.example/</link>{items}</channel></rss>"


def folder(path: Path, files: dict[str, str], *lines: dict[str, Any]) -> Path:
    for name, content in files.items():
        (path / name).write_text(content, encoding="utf-8")
    (path / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def run(path: Path, **options: Any) -> Validation:
    return validate(task_of("feeds"), path, Registry(), **options)


def test_shares_by_hand(tmp_path: Path) -> None:
    """Four feeds: two with as many entries as were counted, one with fewer, one broken; and of two files that are none, both refused."""
    files = {"a.xml": rss(2), "b.xml": rss(1), "c.xml": rss(3), "d.xml": "<rss", "e.xml": PAGE, "f.xml": "no feed"}
    counted = {"a.xml": 2, "b.xml": 1, "c.xml": 4, "d.xml": 1, "e.xml": 0, "f.xml": 0}
    lines = [{"file": name, "kind": "other" if name in "e.xml f.xml" else "rss", "items": items} for name, items in counted.items()]
    found = run(folder(tmp_path, files, *lines), predictions=tmp_path / "out.jsonl")
    assert (found.n, found.n_items, found.n_left_out) == (6, 6, 0)
    assert found.figures["parsed_share"] == 3 / 4 and found.figures["entries_equal_share"] == 2 / 4 and found.figures["refused_share"] == 1
    said = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert said[0] == {"id": "a.xml", "entries": 2, "title": "Skerry Post", "link": "https://skerry.example/", "refused": None}
    assert (said[4]["entries"], said[4]["refused"]) == (None, "an HTML page, no feed")


def test_without_labels_there_are_answers_and_no_figure(tmp_path: Path) -> None:
    found = run(folder(tmp_path, {"a.xml": rss(2)}, {"file": "a.xml"}), predictions=tmp_path / "out.jsonl")
    assert not found.figures and json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["entries"] == 2


def test_what_is_no_folder_of_feeds_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no manifest in it"):
        run(tmp_path)
    for line, reason in (({"file": "../a.xml"}, "outside the folder"), ({"file": "a.xml", "items": "two"}, "no number"), ({"file": "gone"}, "cannot be read")):
        with pytest.raises(InputError, match=reason):
            run(folder(tmp_path, {}, line))


def floors(path: Path) -> None:
    found = run(path)
    low = {name: found.figures[name] for name, floor in FLOORS["feeds"].items() if name in found.figures and found.figures[name] < floor}
    assert not low and "parsed_share" in found.figures, low


def test_a_tenth_of_real_feeds(tmp_path: Path) -> None:
    real = labelled("feeds/manifest.jsonl")
    lines = real.read_text(encoding="utf-8").splitlines()
    chosen = random.Random(9).sample(lines, len(lines) // 10)
    for line in chosen:
        name = json.loads(line)["file"]
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(real.parent / name, tmp_path / name)
    (tmp_path / "manifest.jsonl").write_text("\n".join(chosen) + "\n", encoding="utf-8")
    floors(tmp_path)


@pytest.mark.accuracy
def test_all_real_feeds() -> None:
    floors(labelled("feeds/manifest.jsonl").parent)
