"""Word shift and word lists side by side: parts of a difference counted by hand, their intervals, and what lies behind them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.charts import describe, drawn
from nutgraf.charts.theme import MARK, POINT
from nutgraf.compare.word_shift import Article, word_shift
from nutgraf.findings import Finding, tone, tone_definitions, tone_lists
from nutgraf.findings import word_shift as finding_of
from nutgraf.findings.tone_values import LIST, NEWS, TOGETHER, way
from nutgraf.jupyter import Measurements

from tests.made_up import Line, Place, Story, measured

WEIGHTS = {"calm": 1.0, "brave": 2.5, "liar": -3.0, "mess": -1.5}


def test_parts_counted_by_hand() -> None:
    found = word_shift(
        [Article(4, {"calm": 2, "liar": 1}), Article(6, {"calm": 1})], [Article(5, {"brave": 1}), Article(15, {"calm": 2})], WEIGHTS
    )
    parts = {one.word: one for one in found.words}
    assert {word: one.shift for word, one in parts.items()} == pytest.approx({"calm": 20.0, "liar": -30.0, "brave": -12.5})
    assert found.difference == pytest.approx(-22.5)
    assert [one.word for one in found.words] == ["liar", "calm", "brave"]
    assert (parts["calm"].uses_a, parts["calm"].uses_b, parts["calm"].weight) == (3, 2, 1.0)
    assert found.low <= found.difference <= found.high


COUNTS = st.dictionaries(st.sampled_from(sorted(WEIGHTS)), st.integers(1, 5), max_size=4)
GROUP = st.lists(st.builds(Article, st.integers(1, 30), COUNTS, st.sampled_from([None, None, "x"])), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(a=GROUP, b=GROUP, order=st.randoms(use_true_random=False))
def test_parts_add_up_and_nothing_depends_on_the_order_of_articles(a: list[Article], b: list[Article], order: Any) -> None:
    found = word_shift(a, b, WEIGHTS)
    assert sum(one.shift for one in found.words) == pytest.approx(found.difference)
    again = word_shift(order.sample(a, len(a)), order.sample(b, len(b)), WEIGHTS)
    assert repr(found) == repr(again)
    back = word_shift(b, a, WEIGHTS)
    assert back.difference == pytest.approx(-found.difference)


def test_copies_of_one_text_are_one_text() -> None:
    alone = word_shift([Article(10, {"calm": 1}, "x"), Article(10, {"calm": 1}, "x")], [Article(5), Article(6)], WEIGHTS)
    assert alone.low != alone.low and alone.words[0].low != alone.words[0].low
    two = word_shift([Article(10, {"calm": 1}), Article(10, {"calm": 2})], [Article(5), Article(6)], WEIGHTS)
    assert two.low == two.low < two.high


def test_no_sentence_is_no_difference() -> None:
    with pytest.raises(ValueError, match="without a sentence"):
        word_shift([], [Article(3)], WEIGHTS)
    with pytest.raises(ValueError, match="without a sentence"):
        word_shift([Article(0)], [Article(3)], WEIGHTS)


# Findings ---------------------------------------------------------------------------------------------------------------

BRAVE = Line("It was brave.", "outlet", (Place("tone_word", "brave", None, "2.5"),))
LIAR = Line("He is a liar.", "outlet", (Place("tone_word", "liar", None, "-3"),))
PLAIN = Line("The tide came in.")
BY = {LIST: {BRAVE: 0.5, LIAR: -0.5, PLAIN: 0.0}, NEWS: {BRAVE: -0.2, LIAR: -0.4, PLAIN: 0.0}, TOGETHER: {BRAVE: 0.4, LIAR: -0.3, PLAIN: 0.2}}
LABELS = {BRAVE: "positive", LIAR: "negative", PLAIN: "neutral"}


def desk(n: int = 6, ways: tuple[str, ...] = (LIST, NEWS, TOGETHER)) -> Measurements:
    """Of the n articles of each, Bell has 2 brave sentences in 3 and Ledger 2 liars in 3."""
    stories = {f"{outlet[0].lower()}{at}": Story(outlet, lines) for outlet, lines in (
        ("Bell", (BRAVE, BRAVE, PLAIN)), ("Ledger", (LIAR, LIAR, PLAIN)),
    ) for at in range(n)}  # fmt: skip
    scores = [
        {"article_id": article, "measure": by, "dimension": by, "sentence": at, "value": BY[by][line], "n": len(line.places),
         "label": LABELS[line] if by == TOGETHER else None}
        for by in ways for article, story in stories.items() for at, line in enumerate(story.lines)
    ]  # fmt: skip
    found = measured(stories, scores=scores)
    for by, prefix in ((LIST, "vader"), (NEWS, "news")):
        spans = found._made[("rows", "spans", LIST)]
        where = zip(spans["article_id"], spans["start"], spans["end"], strict=True)
        words = [found.texts[(article, 1)][start:end] for article, start, end in where]
        rules = [word if ":" in word else f"{prefix}:{word}" for word in words]
        found._made[("rows", "spans", by)] = spans.assign(rule=rules)
    return found


def shift(m: Measurements, **options: Any) -> Finding:
    return finding_of.between(m, ("Bell", "Ledger"), **{"min_articles": 5, "source": "s", **options})


def test_the_words_between_two_outlets_lead_to_their_uses() -> None:
    found = shift(desk())
    rows = {row[0]: row for row in found.rows}
    assert rows["brave"][1:3] == [2.5, 166.67]
    assert rows["liar"][1:3] == [-3.0, 200.0]
    assert [row[0] for row in found.rows] == ["liar", "brave"] and rows["brave"][5:] == [12, 0] and rows["liar"][5:] == [0, 12]
    assert found.takeaway == "By its words, Bell is friendlier than Ledger (+366.67 points of weight for 100 sentences); “liar” does most, making Bell friendlier"
    behind = found.places.of_row(found.places.frame(), {"word": "liar"}, "uses_b")
    assert len(behind) == 12 and set(behind["outlet"]) == {"Ledger"} and set(behind["value"]) == {-3.0}
    assert {one.role: one.outlet for one in found.examples} == {"“liar”": "Ledger", "“brave”": "Bell"}
    assert all(one.excerpt[slice(*one.marks[0])] in ("liar", "brave") for one in found.examples)


def test_too_few_articles_say_nothing() -> None:
    found = shift(desk(4))
    assert found.status == "not_assessable" and found.reason == "4 articles of Bell and 4 articles of Ledger, 5 needed"
    alone = finding_of.between(desk(), ("Bell", ""), min_articles=5, source="s")
    assert alone.reason == "two outlets are needed"


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_the_chart_is_grey_where_chance_may_be_all(width: str) -> None:
    columns = [{"name": name, "kind": kind} for name, kind in (
        ("word", "text"), ("weight", "score"), ("shift", "score"), ("shift_low", "score"), ("shift_high", "score"), ("uses_a", "count"), ("uses_b", "count"),
    )]  # fmt: skip
    chart = {"form": "word_shift", "word": "word", "value": "shift", "low": "shift_low", "high": "shift_high", "count_a": "uses_a",
             "count_b": "uses_b", "label_a": "Bell", "label_b": "Ledger", "what": "words"}  # fmt: skip
    rows = [["brave", 2.5, 20.0, 5.0, 30.0, 9, 1], ["mess", -1.5, 3.0, -1.0, 6.0, 1, 3], ["calm", 1.0, -2.0, None, None, 0, 2]]
    canvas = drawn({"id": "x", "chart": chart, "columns": columns, "rows": rows}, width)
    fills = [mark.fill for mark in canvas.marks if getattr(mark, "fill", None) in (POINT, MARK)]
    assert fills == [POINT, MARK, MARK]
    assert "9 : 1" in [label.text for label in canvas.labels]
    alt, description = describe(chart, columns, rows)
    assert "“brave” makes Bell friendlier and “calm” more hostile" in alt
    assert "“mess”: +3.00, 1 in Bell, 3 in Ledger." in description


def test_lists_side_by_side_say_where_they_differ() -> None:
    found = tone_lists.by_outlet(desk(), min_articles=5, source="s")
    assert [row[:3] for row in found.rows] == [
        ["Bell", "VADER's list", 0.33], ["Bell", "the news list", -0.13], ["Ledger", "VADER's list", -0.33], ["Ledger", "the news list", -0.27],
    ]  # fmt: skip
    assert found.takeaway.startswith("Both word lists put the 2 outlets in the same order, from Bell to Ledger; by VADER's list and by the news list some")
    assert "VADER's list knows a word of 67 % of body sentences here" in found.method.text
    behind = found.places.of_row(found.places.frame(), {"outlet": "Bell", "list": "the news list"})
    assert set(behind["measure"]) == {NEWS} and sorted(set(behind["kind"])) == ["sentence", "tone_word"] and len(behind) == 18 + 12


def test_disagreement_counted_by_hand() -> None:
    found = tone_lists.disagreement(desk(), source="s")
    rows = {(row[0], row[1]): row[2:] for row in found.rows}
    assert rows["VADER's list", "the news list"] == [0.667, 0.0, 0.333, 36]
    assert rows["VADER's list", "model and list together"] == [1.0, 0.0, 0.0, 36]
    assert "say the opposite of 33 % of body sentences; of 0 % only one" in found.takeaway
    behind = found.places.of_row(found.places.frame(), {"first": "VADER's list", "second": "the news list"})
    assert (behind["counts_in"].str.startswith("opposite_share")).sum() == 12 and len(behind) == 36
    assert [one.excerpt for one in found.examples] == ["It was brave.", "It was brave."]
    assert "+0.50 by VADER's list, −0.20 by the news list" in found.examples[0].role
    assert len(tone_lists.disagreement(desk(ways=(LIST, NEWS)), source="s").rows) == 1


def test_figures_rest_on_model_and_list_or_on_the_list_alone() -> None:
    both, alone = desk(), desk(ways=(LIST, NEWS))
    assert way(both) == TOGETHER and way(alone) == LIST
    found, by_list = (tone.by_outlet(m, min_articles=5, source="s") for m in (both, alone))
    assert [row[1] for row in found.rows] == [0.33, -0.13] and [row[1] for row in by_list.rows] == [0.33, -0.33]
    assert found.method.measures == (TOGETHER,) and by_list.method.measures == (LIST,)
    assert "a small language model" in found.method.text and "language model" not in by_list.method.text
    assert found.examples[0].rule == "model and word list, vader:brave" and by_list.examples[0].rule == "vader:brave"
    assert set(found.places.frame()["measure"]) == {TOGETHER, LIST}


def test_a_desk_whose_model_was_left_out_says_so() -> None:
    m = desk(ways=(LIST, NEWS))
    rows = m._made[("rows", "scores", LIST)].head(1).assign(value=None, status="not_assessable", reason="models were left out")
    m._made[("rows", "scores", TOGETHER)] = rows
    m.versions[TOGETHER] = "1-0"
    found = tone.by_outlet(m, min_articles=5, source="s")
    assert way(m) == LIST and "The model was not asked: models were left out." in found.method.text


def test_other_definitions_have_the_list_alone_with_its_own_places() -> None:
    found = tone_definitions.other_definitions(desk(), min_articles=5, source="s")
    name = "by the word list alone, without the model"
    by_list = [row for row in found.rows if row[1] == name]
    assert [row[2] for row in by_list] == [0.33, -0.33]
    behind = found.places.of_row(found.places.frame(), {"outlet": "Bell", "definition": name})
    assert set(behind["measure"]) == {LIST}
    assert all(row[1] != name for row in tone_definitions.other_definitions(desk(ways=(LIST,)), min_articles=5, source="s").rows)
