"""Frames defined otherwise: the codebook says what it asks, one thing is changed at a time, and a trained model stands beside the candidates."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from nutgraf.desk import Desk
from nutgraf.documents import Document
from nutgraf.findings import frame_definitions, framing_trained
from nutgraf.findings.framing_trained import NO_MODEL
from nutgraf.jupyter import Measurements
from nutgraf.measures.frames_other import NO_CODEBOOK, FramesOther
from nutgraf.measuring import Registry, measure_in_memory

from tests.made_up import Line, Place, Story, measured
from tests.test_speaking import OWN, table

CUE = Line("A row broke out.", "outlet", (Place("frame_cue", "row", "conflict", "row"),))
FRAMES = ("conflict", "human_interest", "economic_consequences", "morality", "responsibility")
OWN_BOOK = """
id = "weather"
name = "Weather"
version = "1"
source = "Made up."
[[frames]]
id = "rain"
label = "Rain"
definition = "It rains."
questions = ["Does it rain?"]
examples = ["Rain a.", "Rain b.", "Rain c.", "Rain d.", "Rain e.", "Rain f."]
near_misses = ["Sun a.", "Sun b.", "Sun c.", "Sun d.", "Sun e.", "Sun f."]
[[frames.cues]]
id = "rain"
phrases = ["rain"]
"""


def answer(article: str, label: str, *, frame: str = "conflict", voice: str = "all", measure: str = "frames", value: float = 0.5) -> dict[str, Any]:
    return {"article_id": article, "measure": measure, "dimension": frame, "voice": voice, "value": value, "label": label, "n": 9}


def answers(stories: dict[str, Story], label_of: Any, **more: Any) -> list[dict[str, Any]]:
    """One answer for each article and frame."""
    return [answer(article, label_of(article, frame), frame=frame, **more) for article in stories for frame in FRAMES]


def bell(copies: int = 0) -> dict[str, Story]:
    """Six articles, some of them texts that another outlet ran too."""
    return {f"Bell{i}": Story("Bell", [CUE, OWN], copy_of=f"c{i}" if i < copies else None) for i in range(6)}


def test_the_codebook_says_what_it_asks() -> None:
    stories = bell()
    finding = frame_definitions.codebook(measured(stories, scores=answers(stories, lambda *_: "absent")), source="s")
    book = measured(stories).codebook
    assert all(row[1].startswith(frame.definition) for row, frame in zip(finding.rows, book.frames, strict=True))
    assert all(question in row[1] for row, frame in zip(finding.rows, book.frames, strict=True) for question in frame.questions)
    assert book.name in finding.takeaway and "Semetko" in finding.subtitle and finding.n["frames"] == 5
    assert set(finding.evidence(0)["kind"]) == {"article", "frame_cue"}


def defined(scores: list[dict[str, Any]], stories: dict[str, Story]) -> Any:
    outlet = answers(stories, lambda *_: "absent", voice="outlet")
    return frame_definitions.other_definitions(measured(stories, scores=[*scores, *outlet]), min_articles=3, source="s")


def test_texts_that_several_outlets_ran_can_be_left_out() -> None:
    """Conflict is in the three copied texts alone, morality in two of the others."""
    stories = bell(copies=3)
    present = {("Bell0", "conflict"), ("Bell1", "conflict"), ("Bell2", "conflict"), ("Bell3", "morality"), ("Bell4", "morality")}
    finding = defined(answers(stories, lambda *key: "present" if key in present else "absent"), stories)
    assert table(finding, "definition", "frame", "share", "n_articles") == [
        ("as above: present", "Conflict", 0.5, 6), ("present or weak", "Conflict", 0.5, 6), ("without texts that several outlets ran", "Morality", 0.667, 3),
    ]  # fmt: skip
    assert finding.takeaway == "The most common frame stays the same under every definition for 0 of 1 outlet"
    found = finding.evidence(2)
    assert set(found["article_id"]) == {"Bell3", "Bell4", "Bell5"}
    assert finding.n["definitions"] == 4, "no second codebook was chosen"


def other(frame: str) -> Any:
    stories = bell()
    scores = [*answers(stories, lambda _, one: "present" if one == "conflict" else "absent"),
              *(answer(article, "present", frame=frame, measure="frames_other") for article in stories)]  # fmt: skip
    return defined(scores, stories)


def test_a_second_codebook_is_one_more_definition() -> None:
    finding = other("rain")
    assert finding.rows[-1] == ["Bell", "by the desk's second codebook", "Rain", 1.0, 6] and finding.n["definitions"] == 5
    assert finding.takeaway.endswith("for 1 of 1 outlet"), "frames of other names cannot stay"
    assert other("morality").takeaway.endswith("for 0 of 1 outlet"), "frames of the same names can"


def test_the_second_codebook_is_asked_where_it_is_chosen(tmp_path: Any) -> None:
    document = Document("a", 1, "It will rain. It may rain. The rain came.", language="en")
    (tmp_path / "nutgraf.toml").write_text('[measures.frames_other]\ncodebook = "weather"\n', encoding="utf-8")
    desk = Desk(tmp_path)
    desk.codebooks.mkdir(parents=True)
    (desk.codebooks / "weather.toml").write_text(OWN_BOOK, encoding="utf-8")
    options = {**desk.measure_options, "parse": {"model": "none"}}
    assert options["frames_other"]["own"] == OWN_BOOK and "own" not in options.get("frames", {})
    for _, _, failed in measure_in_memory(Registry(options), ["frames_other"], [document]):
        assert not failed
    assert {score.label for score in document.scores["frames_other"] if score.dimension == "rain" and score.voice == "all" and score.sentence is None} == {
        "present"
    }  # fmt: skip
    assert {span.rule for span in document.spans["frames_other"]} == {"weather:rain"}
    none = FramesOther().measure([document])[document.key]
    assert [(score.dimension, score.reason) for score in none.scores] == [("frames_other", NO_CODEBOOK)] and FramesOther().resources == ()
    again = pickle.loads(pickle.dumps(Registry(options).get("frames_other")))  # noqa: S301 - as a worker gets it
    assert again.codebook.frame_ids == ("rain",) and not pickle.loads(pickle.dumps(FramesOther())).is_chosen  # noqa: S301


def trained(**about: Any) -> Measurements:
    """The model sees conflict in all of Bell's articles and none of Ledger's; candidates see it in half of Bell's."""
    stories = {**bell(), **{f"Ledger{i}": Story("Ledger", [OWN]) for i in range(6)}}
    scores = []
    for article in stories:
        is_bell = article.startswith("Bell")
        scores.append(answer(article, "present" if is_bell else "absent", measure="frames_trained", value=0.9 if is_bell else 0.1))
        scores.append(answer(article, "present" if article in ("Bell0", "Bell1", "Bell2") else "absent"))
    found = measured(stories, scores=scores)
    found.__dict__["trained_on"] = about
    return found


def test_a_trained_model_stands_beside_the_candidates() -> None:
    about = {"folds": "5 folds", "n": 90, "cross_validated": {"macro_f1": 0.71, "macro_f1_low": 0.6, "macro_f1_high": 0.8, "other_f1": None}}
    finding = framing_trained.by_outlet(trained(**about), min_articles=5, source="s")
    assert table(finding, "outlet", "frame", "share", "candidates", "n_articles") == [("Bell", "Conflict", 1.0, 0.5, 6), ("Ledger", "Conflict", 0.0, 0.0, 6)]
    assert finding.takeaway.startswith("Outlets differ most clearly in the frame conflict: present in 100 % of Bell's articles (6 of 6)")
    for column in ("share", "candidates"):
        again = (finding.evidence(0, column).query("kind == 'article'")["label"] == "present").mean()
        assert again == finding.table()[column][0]
    assert finding.method.accuracy[-1] == "frames_trained, asked about codes that it had not seen (5 folds, n = 90): macro_f1 71 %"


def test_without_a_model_one_sentence_says_how_to_get_one() -> None:
    stories = bell()
    scores = [{"article_id": article, "measure": "frames_trained", "dimension": "frames_trained", "status": "not_assessable",
               "reason": "no model: train one with 'nutgraf train-frames'"} for article in stories]  # fmt: skip
    finding = framing_trained.by_outlet(measured(stories, scores=[*scores, *answers(stories, lambda *_: "absent")]), min_articles=5, source="s")
    assert finding.status == "not_assessable" and finding.reason == NO_MODEL and "docs/coding.md" in NO_MODEL and len(NO_MODEL.split()) <= 25
    few = framing_trained.by_outlet(trained(), min_articles=9, source="s")
    assert few.reason == "no outlet has 9 assessed articles"


@pytest.mark.parametrize("missing", ["no onnxruntime", "language 'de' is not measured"])
def test_another_reason_is_said_as_it_is(missing: str) -> None:
    stories = bell()
    scores = [{"article_id": article, "measure": "frames_trained", "dimension": "conflict", "status": "not_assessable", "reason": missing}
              for article in stories]  # fmt: skip
    assert framing_trained.by_outlet(measured(stories, scores=[*scores, *answers(stories, lambda *_: "absent")]), min_articles=5, source="s").reason == missing
