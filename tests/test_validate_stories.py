"""``nutgraf validate stories``: pairs of articles counted by hand, answers without labels, and what is no item."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from nutgraf.errors import InputError
from nutgraf.measuring import Registry
from nutgraf.validate.running import Validation, validate
from nutgraf.validate.stories import count
from nutgraf.validate.tasks import task_of

from tests.conftest import labelled
from tests.test_accuracy import FLOORS
from tests.test_stories_desk import article
from tests.test_validate import file_of, item

QUICK = {name: {"model": "none"} for name in ("parse", "openings")}
#: The program's answer: the first three, the next three, and two alone. The label: two, four, two.
EVENTS, LABELS = (1, 1, 1, 2, 2, 2, 3, 4), "xxyyyyzz"


def items(*, labels: str | None = LABELS, **more: Any) -> list[dict[str, Any]]:
    rows = []
    for number, event in enumerate(EVENTS):
        made = article(event, number, 3)
        rows.append({"id": f"i{number}", "title": made["title"], "text": made["text"], "published_at": "2026-03-02", **more})
        if labels is not None:
            rows[-1]["story"] = labels[number]
    return rows


def run(path: Path, *rows: dict[str, Any], **options: Any) -> Validation:
    return validate(task_of("stories"), file_of(path / "mine.jsonl", *rows), Registry(QUICK), **options)


def answers(path: Path, *rows: dict[str, Any]) -> list[set[str]]:
    run(path, *rows, predictions=path / "out.jsonl")
    found: dict[str, set[str]] = {}
    for line in (path / "out.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        found.setdefault(told["story"], set()).add(told["id"])
    return sorted(found.values(), key=sorted)


ANSWER = [{"i0", "i1", "i2"}, {"i3", "i4", "i5"}, {"i6"}, {"i7"}]


def test_precision_recall_and_f1_over_pairs_by_hand(tmp_path: Path) -> None:
    """Pairs of the answer: 3 + 3. Pairs of the label: 1 + 6 + 1. In both: 1 of x, 3 of y."""
    assert answers(tmp_path, *items()) == ANSWER
    found = run(tmp_path, *items())
    assert (found.n, found.n_items) == (8, 8)
    assert found.figures["precision"] == pytest.approx(4 / 6) and found.figures["recall"] == pytest.approx(4 / 8)
    assert found.figures["f1"] == pytest.approx(2 * 4 / (6 + 8))
    assert found.figures["f1_low"] <= found.figures["f1"] <= found.figures["f1_high"]


def test_a_pair_counts_half_for_either_of_its_articles() -> None:
    pairs = [(item("t", story=label), {"story": told}) for label, told in zip("aabb", "ppqp", strict=True)]
    assert [dict(one) for one in count(pairs)] == [
        {"tp": 0.5, "fp": 0.5, "fn": 0.0}, {"tp": 0.5, "fp": 0.5, "fn": 0.0}, {"tp": 0.0, "fp": 0.0, "fn": 0.5}, {"tp": 0.0, "fp": 1.0, "fn": 0.5},
    ]  # fmt: skip
    alone = [(item("t", story=number), {"story": str(number)}) for number in range(3)]
    assert all(set(one.values()) == {0.0} for one in count(alone))


def test_labels_of_which_none_is_a_pair_give_no_figure(tmp_path: Path) -> None:
    found = run(tmp_path, *items(labels="abcdefgh"))
    assert found.figures["recall"] is None and found.figures["precision"] == 0
    assert run(tmp_path, *items()[6:]).figures["precision"] is None


def test_answers_need_no_labels_and_those_without_are_grouped_all_the_same(tmp_path: Path) -> None:
    assert answers(tmp_path, *items(labels=None)) == ANSWER
    found = run(tmp_path, *items(labels=None))
    assert found.n == 0 and found.n_items == 8 and found.figures == {}
    some = [{**row, "story": None} if number in (0, 3) else row for number, row in enumerate(items())]
    found = run(tmp_path, *some)
    assert found.n == 6 and found.figures["precision"] == pytest.approx(1 / 2), "of (1, 2) and (4, 5) the second is one story"


def test_titles_and_dates_are_used_and_texts_that_say_too_little_are_alone(tmp_path: Path) -> None:
    apart = [{**row, "published_at": f"2026-0{1 + number % 3}-02T10:00:00+01:00"} for number, row in enumerate(items())]
    assert answers(tmp_path, *apart) == [{f"i{number}"} for number in range(8)], "months apart"
    undated = [{name: value for name, value in row.items() if name != "published_at"} for row in items()]
    assert answers(tmp_path, *undated) == ANSWER
    short = [{**row, "text": "He said so.", "title": None} if number in (0, 6) else row for number, row in enumerate(items())]
    assert answers(tmp_path, *short) == [{"i0"}, {"i1", "i2"}, {"i3", "i4", "i5"}, {"i6"}, {"i7"}]


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01", 20260302, ["2026-03-02"], ""])
def test_a_date_that_is_none_is_told_with_its_item(tmp_path: Path, moment: Any) -> None:
    rows = items()
    rows[3]["published_at"] = moment
    with pytest.raises(InputError, match="'published_at' is no time: ") as caught:
        run(tmp_path, *rows, predictions=tmp_path / "out.jsonl")
    assert "item i3" in str(caught.value) and "2026-03-02T16:00:00Z" in str(caught.value) and not (tmp_path / "out.jsonl").exists()


@pytest.mark.accuracy
def test_stories_of_articles_that_people_grouped() -> None:
    """AllSides: articles that its editors put beside each other."""
    figures = validate(task_of("stories"), labelled("stories/allsides_articles.jsonl"), Registry({"parse": {"model": "none"}})).figures
    assert all(figures[key] >= floor for key, floor in FLOORS["stories"].items()), figures
