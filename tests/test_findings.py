"""Findings: what one needs to exist, how it rounds, and what its forms hold."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.errors import FindingError, ResourceError
from nutgraf.findings import Column, Finding, Method, accuracy, framing
from nutgraf.findings.evidence import cite
from nutgraf.findings.finding import MIME, as_html, plain
from nutgraf.numbers import shown

COLUMNS = (
    Column("outlet", "Outlet", "text"), Column("n", "Articles", "count"), Column("present", "Present", "share"),
    Column("tone", "Tone", "score"),
)  # fmt: skip


def make(**changes: Any) -> Finding:
    given_ = {
        "id": "a-finding", "takeaway": "A is friendlier than B", "subtitle": "Tone", "n": {"articles": 3}, "interval": "none",
        "columns": COLUMNS, "rows": [["A", 2, 0.66666, -0.004], ["B", 1, None, float("nan")]], "method": Method(text="Counted."),
        "source": "Source: made up",
    }  # fmt: skip
    return Finding(**{**given_, **changes})


def test_values_are_rounded_by_kind_and_a_null_stays_a_null() -> None:
    rows = make().to_json()["rows"]
    assert rows == [["A", 2, 0.667, 0.0], ["B", 1, None, None]]
    assert math.copysign(1, rows[0][3]) == 1, "no −0.0, which prints as another value"


def test_a_rate_is_so_many_per_hundred_with_one_decimal() -> None:
    finding = make(columns=(Column("outlet", "Outlet", "text"), Column("passives", "Per 100", "rate")), rows=[["A", 123.449], ["B", None], ["C", 0.04]])
    assert finding.to_json()["rows"] == [["A", 123.4], ["B", None], ["C", 0.0]]
    assert plain(finding.to_json()).splitlines()[-3:] == ["A       123.4", "B       –", "C       0.0"]


@pytest.mark.parametrize("name", ["takeaway", "source", "subtitle", "interval", "id"])
def test_a_finding_does_not_exist_without(name: str) -> None:
    with pytest.raises(FindingError, match=name):
        make(**{name: " "})


@pytest.mark.parametrize("n", [{}, {"articles": -1}, {"articles": 1.5}, {"articles": True}])
def test_a_finding_does_not_exist_without_n(n: dict) -> None:
    with pytest.raises(FindingError, match="needs n"):
        make(n=n)


@pytest.mark.parametrize("row", [["A", 2.5, 0.1, 0.1], ["A", "many", 0.1, 0.1], ["A", 1, "x", 0.1], ["A", 1]])
def test_a_value_that_does_not_fit_its_column_is_refused(row: list) -> None:
    with pytest.raises(FindingError, match="a-finding"):
        make(rows=[row])


def test_not_assessable_says_why_and_holds_no_figure() -> None:
    finding = Finding.cannot_say("x", "Tone by outlet", "1 outlet, 2 needed", n={"articles": 3}, source="s", method=Method(text="m"))
    data = finding.to_json()
    assert data["status"] == "not_assessable" and data["rows"] == [] and data["chart"] is None
    assert "1 outlet, 2 needed" in data["takeaway"]
    with pytest.raises(FindingError):
        make(status="not_assessable")


def test_the_data_form_holds_no_version_and_the_metadata_does() -> None:
    bundle, metadata = make(method=Method(text="m", measures=("words",), versions={"words": "1-abcdef0123"}))._repr_mimebundle_()
    assert "1-abcdef0123" not in json.dumps(bundle)
    assert metadata[MIME]["versions"] == {"words": "1-abcdef0123"}
    assert bundle[MIME]["method"]["accuracy"] == ["accuracy not measured yet"]


ENTRY = {
    "measure": "tone", "measure_version": "2-new", "task": "tone of headlines", "file": "headlines.csv", "file_sha256": "0" * 64, "n": 1200,
    "measured_on": "2026-11-25", "figures": [{"name": "F1", "value": 0.97, "low": 0.95, "high": 0.98},
                                             {"name": "kappa", "value": -0.05, "low": -0.1, "high": 1.0}],
}  # fmt: skip


@pytest.fixture
def measured_accuracy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Writes another accuracy.json for a test."""
    monkeypatch.setattr(accuracy, "path", lambda: tmp_path / "accuracy.json")
    return lambda content: (tmp_path / "accuracy.json").write_text(json.dumps(content), encoding="utf-8")


def card(**versions: str) -> list[str]:
    return make(method=Method(text="m", measures=tuple(versions), versions=versions)).to_json()["method"]["accuracy"]


def test_accuracy_is_read_from_what_was_measured(measured_accuracy: Callable[[Any], None]) -> None:
    measured_accuracy([ENTRY])
    assert card(tone="2-new") == [
        "tone: measured on tone of headlines (headlines.csv, 2026-11-25): F1 .97 (.95 to .98); kappa −.05 (−.10 to 1.00), n = 1,200"
    ]
    assert card(tone="3-newer") == ["tone: measured for an older version or other settings, not for this one"]
    assert card(frames="1-x") == card() == ["accuracy not measured yet"]
    assert card(tone="2-new", frames="1-x")[1:] == ["frames: accuracy not measured yet"]


def test_no_accuracy_can_be_typed_in() -> None:
    with pytest.raises(TypeError):
        Method(text="m", accuracy=("F1 .99",))  # type: ignore[call-arg]


def test_what_is_shipped_was_measured_and_says_on_what() -> None:
    shipped = accuracy.entries()
    assert {entry["measure"] for entry in shipped} >= {"attribution", "grammar", "parts", "names"}
    for entry in shipped:
        assert len(entry["file_sha256"]) == 64 and all(figure["low"] <= figure["value"] <= figure["high"] for figure in entry["figures"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "no list"), ([{}], "entry 1: it has other fields"), ([{**ENTRY, "n": 0}], "'n' is empty"),
        ([ENTRY, {**ENTRY, "task": 3}], "entry 2: 'task'"),
        ([{**ENTRY, "figures": [{"name": "F1", "value": 0.9, "low": 0.95, "high": 0.98}]}], "does not lie in its interval"),
        ([{**ENTRY, "figures": [{"name": "F1", "value": 0.9}]}], "name, value, low and high"),
    ],
)  # fmt: skip
def test_an_accuracy_file_that_validate_did_not_write_is_refused(measured_accuracy, content: Any, said: str) -> None:
    measured_accuracy(content)
    with pytest.raises(ResourceError, match=said):
        card(tone="2-new")


def test_no_html_of_a_text_survives() -> None:
    evil = '<img src=x onerror=alert(1)>&"'
    html = as_html(make(takeaway=evil, subtitle=evil, source=evil, rows=[[evil, 1, 0.5, 0.5]]).to_json())
    assert "<img" not in html


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 10**6), st.floats(0, 1), st.floats(-1, 1)), max_size=5))
def test_the_data_form_is_json_and_the_same_twice(rows: list[tuple]) -> None:
    first, second = make(rows=rows).to_json(), make(rows=rows).to_json()
    assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    assert plain(first)
    for row in first["rows"]:
        assert row[2] == round(row[2], 3) and row[3] == round(row[3], 2)


def test_values_as_a_reader_sees_them() -> None:
    assert shown(None, "score") == "–"
    assert shown(-0.25, "score") == "−0.25"
    assert shown(0.666, "share") == "67 %"
    assert shown(12345, "count") == "12,345"


LABELLED = st.lists(
    st.tuples(st.sampled_from(["Courier", "Bell", None]), st.sampled_from(["conflict", "morality"]), st.sampled_from(framing.LABELS)),
    min_size=1, max_size=40,
)  # fmt: skip


@given(LABELLED)
@settings(max_examples=40, deadline=None)
def test_shares_of_present_weak_and_absent_add_up_to_one(given_: list) -> None:
    rows = [
        {"article_id": f"{number:016d}", "version": 1, "outlet": outlet or "outlet unknown", "drawn_with": str(number), "cluster_id": str(number), "frame": frame,
         "label": label, "status": "ok"}
        for number, (outlet, frame, label) in enumerate(given_)
    ]  # fmt: skip
    answers = pd.DataFrame(rows)
    measured = SimpleNamespace(articles=answers)
    total: dict = {}
    for label in framing.LABELS:
        for outlet, frame, share, low, high, n, _ in framing.shares(measured, answers, (label,), 1):
            if share is None:
                continue
            assert 0 <= share <= 1 and n > 0 and (low is None or low <= share <= high)
            total[outlet, frame] = total.get((outlet, frame), 0) + share
    assert total and all(abs(value - 1) < 1e-9 for value in total.values())


def test_a_card_names_the_rules_of_what_it_shows_and_no_others() -> None:
    text = "One grim word here and " + "then " * 30 + "one good word."
    measured = SimpleNamespace(
        texts={("a", 1): text},
        articles=pd.DataFrame([{"article_id": "a", "version": 1, "outlet": "Courier", "headline": "H", "published_on": None,
                                "canonical_url": None, "url": None}]),
    )  # fmt: skip
    spans = pd.DataFrame(
        [{"start": text.index(word), "end": text.index(word) + 4, "rule": f"vader:{word}"} for word in ("grim", "good")]
    )
    shown_ = cite(measured, {"article_id": "a", "version": 1, "start": 0, "end": len(text)}, spans, "lowest")
    assert shown_.rule == "vader:grim" and shown_.marks == ((4, 8),) and shown_.excerpt.endswith(" …")
