"""``nutgraf validate``: figures as the metrics say, intervals over articles, predictions without labels, and what is no item."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nutgraf.compare.scoring import Figure, column, f1, ratio, scored
from nutgraf.errors import InputError, UsageError
from nutgraf.findings import accuracy
from nutgraf.measuring import Registry
from nutgraf.validate import parts, passives, quotes, recording
from nutgraf.validate.items import Item, read
from nutgraf.validate.running import Validation, validate
from nutgraf.validate.tasks import TASKS, task_of

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "tests" / "eval" / "gold" / "parts.jsonl"
SAID = 'The dam broke. "We had warned them," said Ilves. He said that nobody listened.'


def item(text: str, **given: Any) -> Item:
    return Item("one", text, given)


def file_of(path: Path, *rows: object) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8")
    return path


def test_figures_are_made_of_sums_and_their_ends_of_articles_drawn_anew() -> None:
    counts = [{"tp": 3, "fp": 1}, {"tp": 0, "fn": 4}, {"tp": 2, "fn": 1}]
    found = scored(counts, [Figure("f1", f1), Figure("none", lambda sums: ratio(column(sums, "x"), column(sums, "y")))])
    assert found["f1"] == pytest.approx(2 * 5 / (2 * 5 + 1 + 5))
    assert 0 <= found["f1_low"] < found["f1"] < found["f1_high"] <= 1
    assert found["none"] is found["none_low"] is found["none_high"] is None
    assert scored(counts, [Figure("f1", f1)]) == scored(counts, [Figure("f1", f1)]), "the same draws every time"
    together = scored(counts * 10, [Figure("f1", f1)], [str(at % 3) for at in range(30)])
    apart = scored(counts * 10, [Figure("f1", f1)])
    assert together["f1_high"] - together["f1_low"] > apart["f1_high"] - apart["f1_low"]
    alone = scored(counts, [Figure("f1", f1)], ["a"] * 3)
    assert alone["f1"] == found["f1"] and alone["f1_low"] is None


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    chance, held = np.random.default_rng(3), 0
    for _ in range(120):
        found = scored([{"y": float(hit), "n": 1} for hit in chance.random(80) < 0.7], [Figure("share", lambda s: ratio(s["y"], s["n"]))])
        held += found["share_low"] <= 0.7 <= found["share_high"]
    assert held >= 106


def test_tokens_of_quotations_and_their_sources() -> None:
    text = 'He said "good dam" and that all is well. "So be it," Ilves wrote. A "dam" stands.'
    gold = item(text, attributions=[
        {"content": [[8, 18], [23, 39]], "source": [[0, 2]], "cue": [[3, 7]]}, {"content": [[41, 52]], "source": [[53, 58]], "cue": [[59, 64]]},
        {"content": [[0, 2]], "source": None, "cue": []},
    ])  # fmt: skip
    found = {"attributions": [
        {"content": [[8, 18]], "source": [[0, 2]], "cue": [], "direct": [[9, 17]]}, {"content": [[41, 52]], "source": [[0, 2]], "cue": [], "direct": [[42, 51]]},
        {"content": [], "source": [], "cue": [], "direct": [[68, 71]]},
    ]}  # fmt: skip
    counted = quotes.count(gold, found)
    assert (counted["content tp"], counted["content fp"], counted["content fn"]) == (5, 0, 5)
    assert (counted["direct tp"], counted["direct fp"], counted["direct fn"]) == (5, 1, 0)
    assert (counted["with source"], counted["matched"], counted["source found"]) == (2, 1, 0), "the first content is found by less than half"
    better = {"attributions": [{"content": [[8, 18], [23, 39]], "source": [[1, 2]], "cue": [], "direct": []}]}
    assert quotes.count(gold, better)["source found"] == 1


def test_characters_of_parts() -> None:
    gold = item("Dam bursts\nIt did. Read more", parts=[
        {"part": "headline", "start": 0, "end": 10}, {"part": "body", "start": 11, "end": 18}, {"part": "promo", "start": 19, "end": 28},
    ])  # fmt: skip
    counted = parts.count(gold, {"parts": [{"part": "headline", "start": 0, "end": 10}, {"part": "body", "start": 11, "end": 28}]})
    assert counted == {"headline tp": 9, "body tp": 6, "body fp": 8, "promo fn": 8}
    found = scored([counted, counted], parts.figures(list(counted)))
    assert found["promo_f1"] == 0 and found["headline_f1"] == 1 and found["body_f1"] == pytest.approx(12 / 20)
    assert found["macro_f1"] == pytest.approx((0 + 1 + 12 / 20) / 3)
    assert [figure.name for figure in parts.promo(list(counted))] == ["promo_f1"]


def test_sentences_with_a_passive_and_their_agents() -> None:
    def counted(gold: list, found: list, **more: Any) -> dict[str, float] | None:
        given = item("x", passives=[{"verb": verb, "agent": agent} for verb, agent in gold], **more)
        rows = [{"verb": verb, "agent": agent, "reduced": reduced} for verb, agent, reduced in found]
        result = passives.count(given, {"passives": rows})
        return None if result is None else dict(result)

    assert counted([("Built", True)], [("built", True, False)]) == {"tp": 1, "found": 1, "right agent": 1}
    assert counted([("built", True)], [("built", False, True)]) == {"fn": 1, "found": 1, "right agent": 0}, "a reduced one is no passive here"
    assert counted([], [("built", False, False)]) == {"fp": 1} and counted([], []) == {"tn": 1}
    assert counted([("sold", False), ("sold", True)], [("sold", False, False)]) == {"tp": 1, "found": 1, "right agent": 1}
    assert counted([], [], reduced_passives=[{"verb": "built", "agent": False}]) is None


def test_the_figure_is_that_of_the_accuracy_tests() -> None:
    from tests.eval.metrics import part_f1, read_lines
    from tests.test_accuracy import read as measured

    gold = read_lines(GOLD)
    documents = measured([row["text"] for row in gold], "parts")
    expected = part_f1(
        (row["text"], [(p["start"], p["end"], p["part"]) for p in row["parts"]], [(s.start, s.end, str(s.label)) for s in d.spans_of("part")])
        for row, d in zip(gold, documents, strict=True)
    )
    figures = validate(task_of("parts"), GOLD, Registry()).figures
    assert {f"{part}_f1": value for part, value in expected.items()} == {k: v for k, v in figures.items() if k.removesuffix("_f1") in expected}


def test_predictions_need_no_labels(tmp_path: Path) -> None:
    rows = file_of(tmp_path / "mine.jsonl", {"body": SAID}, {"id": 7, "body": "Nothing was said."})
    done = subprocess.run(
        [sys.executable, "-m", "nutgraf", "validate", "quotes", "mine.jsonl", "--text", "body", "--predictions", "out.jsonl", "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["n"] == 0 and told["n_items"] == 2 and "content_f1" not in told and told["measure_version"]
    first, second = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert first["id"] == "0" and second == {"id": "7", "attributions": []}
    assert [SAID[slice(*span)] for one in first["attributions"] for span in one["direct"]] == ["We had warned them,"]
    assert rows.read_text(encoding="utf-8").count("\n") == 2 and sorted(path.name for path in tmp_path.iterdir()) == ["mine.jsonl", "out.jsonl"]


def test_a_person_reads_figures_with_their_intervals_and_what_they_rest_on(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nutgraf", "validate", "promo", str(GOLD)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "26 of 26 items in parts.jsonl, measure parts " in done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == ["promo_f1"] and " to " in done.stdout


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["{no json"], r"x\.jsonl, line 1: this is no JSON.*Nothing was validated"), ([[1]], r"x\.jsonl, line 1: it has no text in the field 'text'"),
        ([{"text": "a"}, "", {"text": None}], r"x\.jsonl, line 3: it has no text.*--text FIELD"), ([], "there is no item in it"),
        ([{"id": 1, "text": "a"}, {"id": "1", "text": "b"}], r"items 1 and 2 both have the id '1'"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_item_is_named(tmp_path: Path, rows: list[object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(file_of(tmp_path / "x.jsonl", *rows))


@pytest.mark.parametrize(
    "label", [3, [4], *([{"part": part, "start": start, "end": end}] for part, start, end in (("poem", 0, 1), ("body", 0, 99), ("body", "0", 1)))]
)
def test_a_label_that_is_none_is_named(tmp_path: Path, label: object) -> None:
    path = file_of(tmp_path / "x.jsonl", {"id": "a", "text": "Dam.", "parts": label})
    with pytest.raises(InputError, match="item a.*'parts' "):
        validate(task_of("parts"), path, Registry())


def test_an_unknown_task_or_method_names_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Known: copies, extraction, feeds, frames, frames-trained, names, parts, passives, promo, quotes"):
        task_of("poems")
    done = subprocess.run(
        [sys.executable, "-m", "nutgraf", "validate", "promo", str(GOLD), "--method", "magic"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "no such method: 'magic'. Known for promo: shipped" in done.stderr


def test_a_recorded_figure_is_what_method_cards_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file_of(tmp_path / "accuracy.json", [])
    monkeypatch.setattr(accuracy, "path", lambda: path)
    found = validate(task_of("promo"), GOLD, Registry())
    recording.record(found)
    recording.record(found)
    (entry,) = accuracy.entries()
    assert entry["file"] == "parts.jsonl" and entry["measure_version"] == Registry().version("parts") and entry["n"] == 26
    (line,) = accuracy.lines({"parts": entry["measure_version"]})
    assert line.startswith("parts: measured on promo lines in articles (parts.jsonl, ") and "promo_f1 1.00 (1.00 to 1.00), n = 26" in line
    nothing = Validation(TASKS["promo"], "f", "0", 0, 1, 0, "v", {})
    with pytest.raises(UsageError, match="no figure with an interval"):
        recording.record(nothing)


def test_every_recorded_figure_is_of_the_measure_that_is_shipped() -> None:
    registry = Registry()
    methods = {method.measure: method for task in TASKS.values() for method in task.methods.values()}
    for entry in accuracy.entries():
        version = methods[entry["measure"]].measure_version(registry)
        assert entry["measure_version"] == version, f"measure {entry['measure']} again with 'nutgraf validate --record'"
