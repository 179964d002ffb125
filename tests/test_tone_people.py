"""Tone against people: what cards say of the desk's own codes is what can be counted by hand, and too few codes say nothing."""

from __future__ import annotations

import doctest
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from nutgraf import coder, codes
from nutgraf.codes import Code, Unit
from nutgraf.compare import tones
from nutgraf.compare.intervals import bootstrap_share
from nutgraf.compare.scoring import scored
from nutgraf.desk import Desk
from nutgraf.findings import targets, tone, tone_definitions, tone_lists, tone_people, tone_values, tone_voices, word_shift, wording
from nutgraf.findings.accuracy import short
from nutgraf.findings.tone_values import band, sentence_tone, side_of
from nutgraf.jupyter import Measurements, Workbench
from nutgraf.schema import ANALYSED_PARTS
from sklearn.metrics import f1_score

from tests.conftest import copied

CHOICE = {"date_from": "2026-03-02", "date_to": "2026-03-22", "as_of": "2026-03-24"}
NAMES = {-1: "hostile", 0: "neutral", 1: "friendly"}
MINE = "against this desk's own codes"


def measured_on(desk: Desk) -> Measurements:
    workbench = Workbench(desk)
    return workbench.measure("frames", "sentence_tone", "target_tone", "tone", "tone_news", selection=workbench.select(**CHOICE))


@pytest.fixture(scope="module")
def sample(finished: Desk) -> Measurements:
    return measured_on(finished)


@pytest.fixture
def own(finished: Desk, tmp_path: Path) -> Desk:
    """A measured desk without codes."""
    desk = copied(finished.root, tmp_path / "desk")
    shutil.rmtree(desk.codes)
    return desk


def said(desk: Desk, units: Sequence[Unit], who: str, sides: Sequence[int], codebook: str = "sentence-tone") -> None:
    when = datetime(2026, 3, 3, tzinfo=UTC)
    codes.append(desk.codes, [Code(codebook, "1", unit, frozenset({NAMES[side]}), None, who, when) for unit, side in zip(units, sides, strict=True)])


def some_sentences(measured: Measurements, n: int) -> tuple[list[Unit], list[int], list[float]]:
    """Every seventh sentence: where it is, and side and value by model and list together."""
    found = sentence_tone(measured, parts=ANALYSED_PARTS).iloc[::7].head(n)
    units = [Unit(str(row.article_id), int(row.version), int(row.start), int(row.end)) for row in found.itertuples()]
    return units, side_of(found, "sentence_tone").tolist(), found["value"].tolist()


def test_docstrings() -> None:
    assert doctest.testmod(tones).failed == doctest.testmod(tone_values).failed == 0


def test_every_card_of_tone_says_what_the_coders_of_the_sample_say(sample: Measurements) -> None:
    pair = wording.pair(sample, "", "")
    found = [
        tone.by_outlet(sample, min_articles=5, source="s"), tone.over_time(sample, thin=4, source="s"), tone.headline_against_body(sample, min_articles=5, source="s"),
        tone_voices.by_voice(sample, min_articles=5, source="s"), tone.arc(sample, tone.longest_article(sample), source="s"),
        word_shift.between(sample, pair, min_articles=5, source="s"), tone_lists.by_outlet(sample, min_articles=5, source="s"),
        tone_lists.disagreement(sample, source="s"), tone_definitions.other_definitions(sample, min_articles=5, source="s"),
        targets.towards(sample, min_articles=5, source="s"), targets.by_outlet(sample, min_articles=5, source="s"),
    ]  # fmt: skip
    for finding in found:
        lines = [line for line in finding.method.accuracy if MINE in line]
        assert [line.split(",")[0] for line in lines] == list(finding.method.measures), finding.id
        assert all("macro-F1 " in line and "Pearson " in line and "weighed to stand for all" in line for line in lines), finding.id
        assert sum(line.startswith("2 people coded these sentences: alpha .") for line in finding.method.accuracy) == 1
    n = 38 if finding.id.startswith("target") else 57  # of each kind two are left out, on which the two are split
    assert f"of {n} sentences" in lines[0]


def test_too_few_codes_say_nothing(own: Desk) -> None:
    assert tone_people.lines(measured_on(own), ("sentence_tone", "tone")) == ("of these articles this desk coded no sentences for tone",)
    assert tone_people.lines(measured_on(own), ("target_tone",), "target-tone") == ("of these articles this desk coded no sentences for tone towards somebody",)
    units, sides, _ = some_sentences(measured_on(own), 20)
    said(own, units[:19], "ada", sides[:19])
    assert tone_people.lines(measured_on(own), ("sentence_tone",)) == ("of these articles this desk coded 19 sentences for tone, 20 needed",)
    finding = tone_people.against_people(measured_on(own), source="s")
    assert finding.status == "not_assessable" and finding.reason.startswith("19 sentences with one answer by coders")
    said(own, [units[19]], "ada", [0])
    assert len(tone_people.lines(measured_on(own), ("sentence_tone",))) == 2
    elsewhere = [unit._replace(end=unit.end - 1) for unit in units]  # as if sentences had been cut otherwise since
    shutil.rmtree(own.codes)
    said(own, elsewhere, "ada", sides)
    assert "not assessable, 0 sentences with one answer" in tone_people.lines(measured_on(own), ("sentence_tone",))[0]


def test_the_figures_are_those_of_others(own: Desk) -> None:
    units, sides, values = some_sentences(measured_on(own), 60)
    chance = np.random.default_rng(7)
    ada = [side if chance.random() < 0.7 else int(chance.integers(-1, 2)) for side in sides]
    said(own, units, "ada", ada)
    measured = measured_on(own)
    both = tone_people.against(measured, "sentence_tone")
    assert len(both) == 60 and both["said"].tolist() != both["side"].tolist()
    by_place = {(row.article_id, row.start): row for row in both.itertuples()}
    for unit, side, value, answer in zip(units, sides, values, ada, strict=True):
        row = by_place[unit.article_id, unit.start]
        assert (row.side, row.value, row.said, row.band) == (side, value, answer, band(value))
    line = tone_people.lines(measured, ("sentence_tone",))[0]
    right = [one == other for one, other in zip(ada, sides, strict=True)]
    drawn = bootstrap_share(right, [unit.article_id for unit in units])  # articles, of which some have several of these sentences
    assert len({unit.article_id for unit in units}) < 60 and drawn[1:3] != bootstrap_share(right)[1:3]
    assert f"agrees in {sum(right)} of 60 sentences ({short(drawn.low)} to {short(drawn.high)})" in line
    assert f"macro-F1 {f1_score(ada, sides, average='macro'):.2f}".replace("0.", ".") in line
    assert f"Pearson {np.corrcoef(ada, values)[0, 1]:.2f}".replace("0.", ".") in line
    # Weighed by hand: the share of each band, by how many sentences of the whole corpus lie in it.
    whole = [band(value) for value in sentence_tone(measured, parts=ANALYSED_PARTS)["value"]]
    of = {one: [ok for ok, value in zip(right, values, strict=True) if band(value) == one] for one in sorted(set(whole))}
    weighed = sum(whole.count(one) / len(whole) * sum(oks) / len(oks) for one, oks in of.items()) if all(of.values()) else None
    assert (weighed is None) == ("weighed" not in line) and (weighed is None or f"here, in {weighed:.2f}".replace("0.", ".") in line)


def test_a_band_of_which_nothing_was_coded_leaves_no_weighed_figure() -> None:
    counts = [{"n 2": 1, "right 2": True}, {"n 2": 1, "right 2": False}, {"n 0": 1, "right 0": True}]
    assert scored(counts, [tone_people.of_all({"2": 30, "0": 10})])["of_all"] == pytest.approx(0.75 * 0.5 + 0.25)
    assert scored(counts, [tone_people.of_all({"2": 30, "0": 10, "4": 1})])["of_all"] is None


def test_where_coders_are_split_nothing_is_counted_and_it_is_said(own: Desk) -> None:
    units, sides, _ = some_sentences(measured_on(own), 30)
    said(own, units, "ada", sides)
    said(own, units, "ben", [(side + 2) % 3 - 1 if at < 4 else side for at, side in enumerate(sides)])
    measured = measured_on(own)
    first, last = tone_people.lines(measured, ("sentence_tone",))
    assert "agrees in 26 of 26 sentences (" in first and "(1.00 to 1.00)" not in first.split(";")[0], "all agree: the exact interval"
    assert last.startswith("2 people coded these sentences: alpha .") and "n = 30; 4 sentences on which they are split are left out" in last
    said(own, units[:4], "cleo", sides[:4])
    assert "agrees in 30 of 30" in tone_people.lines(measured_on(own), ("sentence_tone",))[0], "two of three decide"
    found = coder.agreement(measured_on(own), "sentence-tone", source="s")
    assert found.n == {"sentences": 30, "coded by one alone": 0, "coders": 3} and "Over all sentences, coders reach" in found.takeaway
    assert [row[0] for row in found.rows] == ["Hostile", "Neutral", "Friendly"]
    places = found.evidence(0, "n_sentences")
    assert len(places) == 26 + 3 * 4 and set(places["kind"]) == {"sentence"} and places["text"].str.len().min() > 0


def test_measures_against_people(sample: Measurements) -> None:
    found = coder.against_people(sample, "sentence-tone", source="s")
    assert found.status == "ok" and found.n["coders"] == 2 and len(found.rows) == 9 and found.rows[0][:2] == ["model and list together", "hostile"]
    for at, row in enumerate(found.rows):
        _, _, by_people, by_measure, both, precision, low, high, recall, *_ = row
        assert [len(found.evidence(at, name)) for name in ("n_people", "n_measure", "n_both")] == [by_people, by_measure, both]
        assert precision == pytest.approx(both / by_measure, abs=5e-4) and recall == pytest.approx(both / by_people, abs=5e-4) and low <= precision <= high
    for start in (0, 3, 6):
        assert sum(row[2] for row in found.rows[start : start + 3]) == sum(row[3] for row in found.rows[start : start + 3]) == 57
    towards = coder.against_people(sample, "target-tone", source="s")
    assert sum(row[2] for row in towards.rows) == 38 and towards.method.measures == ("target_tone",)
    assert coder.against_people(sample, source="s").id == "candidates-against-people"


def test_sentences_are_drawn_from_every_band_outlet_and_week(sample: Measurements) -> None:
    texts = coder.texts_to_code(sample, 40, "sentence-tone")
    assert texts == coder.texts_to_code(sample, 40, "sentence-tone") and len({one.unit for one in texts}) == 40 and not any(one.about for one in texts)
    scores = sentence_tone(sample, parts=ANALYSED_PARTS)
    value = {Unit(str(row.article_id), int(row.version), int(row.start), int(row.end)): row.value for row in scores.itertuples()}
    assert {band(value[one.unit]) for one in texts} == set("01234")
    assert all(one.text == sample.texts[one.unit[:2]][one.unit.start : one.unit.end] and one.mark is None for one in texts)
    articles = sample.articles.set_index("article_id")
    assert len({articles.loc[one.unit.article_id, "outlet"] for one in texts}) >= 6
    assert len({articles.loc[one.unit.article_id, "published_at"].isocalendar().week for one in texts}) == 3
    assert "March 2026" in coder.texts_to_code(sample, 4, "sentence-tone", is_blind=False)[0].about


def test_a_target_is_marked_in_its_sentence(sample: Measurements) -> None:
    texts = coder.texts_to_code(sample, 30, "target-tone")
    assert len({one.unit for one in texts}) == 30
    for one in texts:
        before, marked, after = one.pieces()
        text = sample.texts[one.unit[:2]]
        assert marked == text[one.unit.start : one.unit.end] and before + marked + after == one.text in text and len(one.text) > len(marked)


def test_tone_is_coded_by_one_key_and_with_no_other_number_of_codes(own: Desk) -> None:
    measured = measured_on(own)
    texts = coder.texts_to_code(measured, 3, "target-tone")
    widget = coder.code(Workbench(own), measured, texts, "ada", "target-tone", source="s")
    assert [(one["key"], one["id"]) for one in widget.frames] == [("1", "hostile"), ("2", "neutral"), ("3", "friendly")] and widget.state["is_one"]
    assert "".join(widget.state["pieces"]) == widget.state["text"]
    for frames in ([], ["hostile", "friendly"]):
        widget._heard(None, {"do": "code", "frames": frames}, [])
        assert "exactly one of hostile, neutral, friendly" in widget.state["problem"] and widget.state["n_coded"] == 0
    widget._heard(None, {"do": "code", "frames": ["friendly"]}, [])
    held = codes.current(own.codes)
    assert [(one.codebook, one.unit, one.frames) for one in held] == [("target-tone", texts[0].unit, {"friendly"})]
    assert measured_on(own).codes == [], "what is said of sentences is no frame of an article"
