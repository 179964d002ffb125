"""Findings on tone towards targets: means counted by hand, whose words, who may be named, and what lies behind each number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nutgraf.findings import Finding, targets, tone_definitions
from nutgraf.findings.targets import OTHERS, OWN
from nutgraf.jupyter import Measurements

from tests.made_up import Line, Place, Story, measured

BRAVE = Line("Ida Moen held the dam.", "outlet", (Place("target", "Ida Moen", "PERSON", "Ida Moen"),))
LIAR = Line("“Ida Moen lied to Holm Energy.”", "quoted", (
    Place("target", "Ida Moen", "PERSON", "Ida Moen"), Place("target", "Holm Energy", "ORG", "Holm Energy"),
))  # fmt: skip
FIRM = Line("Holm Energy cut the lines.", "outlet", (Place("target", "Holm Energy", "ORG", "Holm Energy"),))
PLAIN = Line("The tide came in.")


def score(article: str, sentence: int, target: str, voice: str, value: float) -> dict[str, Any]:
    row = {"article_id": article, "measure": "target_tone", "dimension": "target_tone", "sentence": sentence, "target": target, "n": 1}
    return {**row, "voice": voice, "value": value}


def of(article: str, moen: float, firm: float) -> list[dict[str, Any]]:
    """Scores of one story: the outlet on Moen (twice), someone quoted on Moen, the outlet on the firm."""
    rows = [
        score(article, 0, "Ida Moen", "outlet", moen), score(article, 1, "Ida Moen", "quoted", -0.8), score(article, 1, "Holm Energy", "quoted", 0.0),
        score(article, 2, "Holm Energy", "outlet", firm), score(article, 3, "Ida Moen", "outlet", moen),
    ]  # fmt: skip
    return [*rows, *({**row, "voice": "all"} for row in rows)]


def desk(n: int = 6, **options: Any) -> Measurements:
    """Bell is friendly to Moen and hostile to the firm, Ledger the other way round."""
    stories, scores = {}, []
    for outlet, moen, firm in (("Bell", 0.6, -0.4), ("Ledger", -0.2, 0.4)):
        for number in range(n):
            name = f"{outlet[0].lower()}{number}"
            stories[name] = Story(outlet, (BRAVE, LIAR, FIRM, BRAVE, PLAIN))
            scores += of(name, moen + 0.02 * number, firm + 0.02 * number)
    return measured(stories, scores=scores, **options)


def cells(finding: Finding, *columns: str) -> dict[tuple, tuple]:
    frame = finding.table()
    return {tuple(row[:2]): tuple(row[2:]) for row in frame[[*frame.columns[:2], *columns]].itertuples(index=False, name=None)}


def test_means_over_articles_of_means_over_sentences_by_whose_words() -> None:
    found = targets.towards(desk(), min_articles=5, source="s")
    assert cells(found, "tone", "n_articles") == {
        ("Ida Moen", OWN): (0.25, 12), ("Ida Moen", OTHERS): (-0.8, 12), ("Holm Energy", OWN): (0.05, 12), ("Holm Energy", OTHERS): (0.0, 12),
    }  # fmt: skip
    assert found.n == {"articles": 12, "sentences": 48, "people and organisations": 2}
    assert found.takeaway == (
        "In outlets' own words, tone towards no two of these people and organisations differs clearly: it runs from +0.05 (Holm Energy) to +0.25 (Ida Moen), "
        "and all intervals overlap"
    )


def test_every_figure_leads_to_its_sentences_and_to_the_target_in_them() -> None:
    found = targets.towards(desk(), min_articles=5, source="s")
    for row, (target, whose) in enumerate(cells(found)):
        behind = found.evidence(row=row)
        assert set(behind["target"]) == {target} and set(behind["whose"]) == {whose}
        sentences, marks = behind[behind["kind"] == "sentence"], behind[behind["kind"] == "target"]
        by_article = sentences.groupby("article_id")["value"].mean()
        assert by_article.mean() == pytest.approx(found.rows[row][2], abs=0.005) and len(by_article) == found.rows[row][5]
        assert set(marks["text"]) == {target} and len(marks) == len(sentences)


def test_outlets_are_compared_on_the_same_target() -> None:
    found = targets.by_outlet(desk(), min_articles=5, source="s")
    assert cells(found, "tone") == {
        ("Bell", "Holm Energy"): (-0.35,), ("Bell", "Ida Moen"): (0.65,), ("Ledger", "Holm Energy"): (0.45,), ("Ledger", "Ida Moen"): (-0.15,),
    }  # fmt: skip
    assert "some outlets differ clearly in tone towards Holm Energy and Ida Moen" in found.takeaway
    others = targets.by_outlet(desk(), min_articles=5, source="s", whose=OTHERS)
    assert cells(others, "tone")[("Bell", "Ida Moen")] == (-0.8,) and "no two outlets differ clearly" in others.takeaway
    assert set(found.evidence(row=0)["outlet"]) == {"Bell"}


def test_a_person_appears_with_enough_mentions_and_by_the_desks_leave(tmp_path: Path) -> None:
    few = targets.towards(desk(min_mentions=99), min_articles=5, source="s")
    assert {row[0] for row in few.rows} == {"Holm Energy"} and "1 person is left out" in few.method.text
    listed = targets.towards(desk(not_named=["Ida Moen"], folder=tmp_path), min_articles=5, source="s")
    assert {row[0] for row in listed.rows} == {"Holm Energy"}
    assert "Moen" not in str(listed.to_json()["rows"]) and "Moen" not in listed.takeaway


def test_too_few_articles_and_no_model_are_said() -> None:
    few = targets.towards(desk(2), min_articles=5, source="s")
    assert few.status == "not_assessable" and "no person or organisation is spoken of in 5 articles" in few.takeaway
    alone = measured({"a": Story("Bell", (BRAVE,))}, lacking={"a": "no onnxruntime"})
    assert targets.towards(alone, min_articles=1, source="s").reason == "no onnxruntime (1 article)"
    apart = targets.by_outlet(desk(4), min_articles=5, source="s")
    assert apart.status == "not_assessable" and "two outlets with 5 articles each of outlets' own words" in apart.takeaway


def tone(article: str, sentence: int, value: float) -> dict[str, Any]:
    return {"article_id": article, "measure": "tone", "dimension": "tone", "sentence": sentence, "value": value, "n": 1}


def test_without_the_strongest_words_their_sentences_are_left_out() -> None:
    loud = Line("It was a disaster.", "outlet", (Place("tone_word", "disaster", None, "-3"),))
    words = [Line(f"It was w{n}.", "outlet", (Place("tone_word", f"w{n}", None, "1"),)) for n in range(12)]
    m = measured({f"b{i}": Story("Bell", (loud, *words)) for i in range(6)}, scores=[tone(f"b{i}", n, -0.5 if n == 0 else 0.2) for i in range(6) for n in range(13)])
    spans = m._made[("rows", "spans", "tone")]
    m._made[("rows", "spans", "tone")] = spans.assign(rule=["vader:" + m.texts[(a, 1)][s:e] for a, s, e in zip(spans["article_id"], spans["start"], spans["end"], strict=True)])
    assert tone_definitions.strongest_words(m)[:2] == ["disaster", "w0"] and len(tone_definitions.strongest_words(m)) == 10
    strongest = tone_definitions.strongest_words(m)
    kept = [number for number in range(1, 13) if f"w{number - 1}" not in strongest]
    assert sorted(set(tone_definitions.without_strongest(m)["sentence"])) == kept and len(kept) == 3
