"""What people coded in findings: agreement, candidates against people, and what method cards say of it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nutgraf import coder, codes
from nutgraf.codes import Code, Unit
from nutgraf.desk import Desk
from nutgraf.errors import UsageError
from nutgraf.findings import framing, people
from nutgraf.findings.frame_values import article_frames
from nutgraf.jupyter import Measurements, Workbench

from tests.conftest import copied

CHOICE = {"date_from": "2026-03-02", "date_to": "2026-03-22", "as_of": "2026-03-24"}


def measured_on(desk: Desk) -> Measurements:
    workbench = Workbench(desk)
    return workbench.measure("frames", selection=workbench.select(**CHOICE))


@pytest.fixture(scope="module")
def sample(finished: Desk) -> Measurements:
    return measured_on(finished)


@pytest.fixture
def own(finished: Desk, tmp_path: Path) -> Desk:
    """A measured desk without codes."""
    desk = copied(finished.root, tmp_path / "desk")
    shutil.rmtree(desk.codes)
    return desk


def said(desk: Desk, article: str, who: str, *frames: str) -> None:
    codes.append(desk.codes, [Code("generic-frames", "1", Unit(article, 1), frozenset(frames), None, who, datetime(2026, 3, 3, tzinfo=UTC))])


def test_agreement_of_the_two_readers(sample: Measurements) -> None:
    found = people.agreement(sample, source="s")
    assert found.status == "ok" and found.n == {"articles": 54, "coded by one alone": 0, "coders": 2}
    rows = {row[0]: row for row in found.rows}
    assert set(rows) == {"Conflict", "Human interest", "Economic consequences", "Morality", "Responsibility"}
    assert all(row[5] + row[6] + row[7] == row[4] == 54 for row in found.rows)
    assert rows["Morality"][1] == 1 and rows["Responsibility"][2] < rows["Responsibility"][1] < rows["Responsibility"][3] < rows["Morality"][1]
    assert "enough for tentative figures alone" in found.takeaway
    frame = found.places.frame()
    assert len(frame) == 5 * 54 and set(found.places.of_row(frame, {"frame": "Conflict"})["kind"]) == {"article"}
    assert frame["label"].str.contains("reader-one: (?:yes|no); reader-two: (?:yes|no)").all()


def test_candidates_against_people(sample: Measurements) -> None:
    found = people.against_people(sample, source="s")
    assert found.status == "ok" and found.n["coders"] == 2
    for row in found.rows:
        _, n, by_people, by_candidates, both, precision, low, high, recall, *_ = row
        assert 0 < by_people <= n <= 54 and (precision is None) == (by_candidates == 0)
        assert precision is None or low is None or (low <= precision <= high)
        assert round(recall * by_people) == both == (0 if precision is None else round(precision * by_candidates))
    split = {unit for unit, answers in codes.by_unit(sample.codes).items() if len({"responsibility" in one.frames for one in answers.values()}) > 1}
    assessed = article_frames(sample)
    known = assessed[(assessed["frame"] == "responsibility") & (assessed["status"] == "ok")]
    row = next(row for row in found.rows if row[0] == "Responsibility")
    assert row[1] == len(known) - sum((known["article_id"].astype(str) == unit.article_id).sum() for unit in split)
    places = found.places.frame()
    assert len(places[places["frame"] == "Responsibility"]) == row[1]


def test_method_cards_say_what_people_say(sample: Measurements, own: Desk) -> None:
    card = framing.present_or_absent(sample, source="s").method
    mine = [line for line in card.accuracy if "against the desk's own hand codes" in line]
    assert len(mine) == 5 and mine[0].startswith("Conflict, against") and "precision" in mine[0] and "recall" in mine[0]
    assert "Generic news frames" in card.text and "Semetko" in card.text
    assert not [line for line in framing.present_or_absent(measured_on(own), source="s").method.accuracy if "hand codes" in line]


def test_without_codes_with_one_coder_and_with_codes_that_are_all_the_same(own: Desk) -> None:
    found = people.agreement(measured_on(own), source="s")
    assert found.status == "not_assessable" and found.reason == "nobody has coded any of these articles"
    assert people.against_people(measured_on(own), source="s").reason == "nobody has coded any of these articles"
    keys = [article for article, _ in measured_on(own).selection.keys][:3]
    for article in keys:
        said(own, article, "ada")
    said(own, "0" * 16, "ada", "conflict")
    measured = measured_on(own)
    assert len(measured.codes) == 3, "an article that is not selected says nothing here"
    assert people.agreement(measured, source="s").reason == "0 shared articles"
    for article in keys:
        said(own, article, "ben")
    assert people.agreement(measured_on(own), source="s").reason == "all codes are the same"
    found = people.against_people(measured_on(own), source="s")
    assert all(row[2] == 0 and row[8] is None for row in found.rows) or found.status == "not_assessable"


def test_texts_to_code_are_the_same_for_every_coder_and_tell_nothing_of_the_outlet(sample: Measurements) -> None:
    texts = coder.texts_to_code(sample, 20)
    assert texts == coder.texts_to_code(sample, 20) and len({one.unit for one in texts}) == 20
    assert not any(one.about for one in texts)
    told = coder.texts_to_code(sample, 20, is_blind=False)
    assert [one.unit for one in told] == [one.unit for one in texts] and "March 2026" in told[0].about
    assert len(coder.texts_to_code(sample, 500)) == 54


def test_a_widget_writes_what_the_page_says_and_says_what_went_wrong(own: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = measured_on(own)
    texts = coder.texts_to_code(measured, 4)
    assert coder.code(Workbench(own), measured, texts, " ", source="s") .reason == coder.NOBODY
    widget = coder.code(Workbench(own), measured, texts, "ada", source="s")
    assert [frame["key"] for frame in widget.frames] == list("12345") and widget.state["n"] == 4
    widget._heard(None, {"do": "code", "frames": ["conflict"], "note": "x"}, [])
    assert widget.state["position"] == 1 and widget.state["n_coded"] == 1 and not widget.state["problem"]
    assert codes.current(own.codes)[0].note == "x"
    widget._heard(None, {"do": "code", "frames": ["blame"]}, [])
    assert "has no frame 'blame'" in widget.state["problem"] and widget.state["position"] == 1
    for rubbish in (None, [], {"do": "erase"}, {}):
        widget._heard(None, rubbish, [])
    assert widget.state["n_coded"] == 1
    widget._heard(None, {"do": "take_back"}, [])
    assert widget.state["n_coded"] == 0 and codes.current(own.codes) == []
    monkeypatch.setattr(codes, "append", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    widget._heard(None, {"do": "code", "frames": []}, [])
    assert "disk is full" in widget.state["problem"] and widget.state["n_coded"] == 0
    with pytest.raises(UsageError, match="no text to code"):
        coder.code(Workbench(own), measured, [], "ada", source="s")
