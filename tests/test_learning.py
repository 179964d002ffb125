"""Frames learnt from codes: what is learnt is found again, nothing is asked of a model that saw it, and a changed file is refused."""

from __future__ import annotations

import doctest
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.cli.commands import nutgraf
from nutgraf.documents import Document
from nutgraf.errors import InputError, MeasureError, ResourceError, UsageError
from nutgraf.learning import Coded, asked, by_group, curve, fitted, official, stratified, usable
from nutgraf.measures import frame_model, sentence_encoder
from nutgraf.measures.frames_trained import FramesTrained
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.validate import frames as candidate
from nutgraf.validate import training
from nutgraf.validate.items import Item
from nutgraf.validate.running import validate
from nutgraf.validate.tasks import task_of

from tests.conftest import copied

SAYINGS = {
    "money": ["The harbour will cost {n} crowns more", "Taxes rise by {n} crowns", "The budget lacks {n} crowns", "Rents went up by {n} per cent"],
    "quarrel": ["Two parties fight over bridge {n}", "The mayor and the council clash in ward {n}", "Rivals accuse each other in district {n}"],
    "sea": ["{n} seals rest on the pier", "The tide left {n} boats dry", "Herring came back after {n} years"],
}
PLACES = ["Ostby", "Halm", "Veld", "Korsund", "Nordhaven", "Tarn", "Lyng", "Brae"]


def coded_texts(n: int = 96) -> list[Coded]:
    """Made-up headlines, each with a frame that its words give away, some with two."""
    found = []
    for at in range(n):
        kinds = list(SAYINGS)
        main = kinds[at % 3]
        also = kinds[(at + 1) % 3] if at % 4 == 0 else None
        parts = [SAYINGS[kind][at // 3 % len(SAYINGS[kind])].format(n=at + 2) for kind in (main, also) if kind]
        frames = frozenset(kind for kind in (main, also) if kind)
        found.append(Coded(f"{'. '.join(parts)} in {PLACES[at % 8]}", frames, main, None, PLACES[at % 8]))
    return found


@pytest.fixture(scope="module")
def learnt() -> tuple[list[Coded], np.ndarray, frame_model.FrameModel]:
    coded = coded_texts()
    vectors = sentence_encoder.loaded().vectors([one.text for one in coded])
    return coded, vectors, fitted(coded, vectors, usable(coded, "made up"))


def lines_of(coded: list[Coded], path: Path, **more: object) -> Path:
    rows = [{"id": str(at), "text": one.text, "frames": sorted(one.frames), "label": one.main, "outlet": one.group} | more for at, one in enumerate(coded)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_docstrings() -> None:
    from nutgraf.learning import curve as function

    assert doctest.testmod(__import__("sys").modules[function.__module__]).failed == 0


def test_vectors_say_what_is_alike() -> None:
    encoder = sentence_encoder.loaded()
    one, other, far, empty = encoder.vectors(["Rents rise in the old town.", "Housing costs go up downtown.", "A seal sleeps on the pier.", ""])
    assert one @ other > one @ far + 0.2 and np.linalg.norm(one) == pytest.approx(1, abs=1e-5) and not empty.any()
    long = " ".join(["Rents rise in the old town."] * 400)
    assert encoder.vectors([long])[0] @ one > 0.4 > encoder.vectors([long])[0] @ far, "a text of many windows is read too"
    assert np.array_equal(encoder.vectors([long, "x"])[0], encoder.vectors(["x", long])[1]), "neighbours change nothing"
    assert np.isfinite(encoder.vectors(["\ud800", "\0", "𝔘 " * 3000])).all()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.text(max_size=4), st.sampled_from(["a", "b", ""]), st.sampled_from(["x", "y", None])), min_size=1, max_size=40))
def test_folds(rows: list[tuple[str, str, str | None]]) -> None:
    coded = [Coded(text, frozenset({frame} - {""}), frame or None, None, group) for text, frame, group in rows]
    folds = stratified(coded)
    assert len(folds) == len(coded) and set(folds) <= set(range(5))
    assert all(len({fold for one, fold in zip(coded, folds, strict=True) if one.text == text}) == 1 for text in {one.text for one in coded})
    groups = by_group(coded)
    named = {one.group for one in coded} - {None}
    assert (groups is None) == (len(named) < 2)
    if groups:
        assert all(len({fold for one, fold in zip(coded, groups, strict=True) if one.group == name}) == 1 for name in named)


def test_folds_of_the_file_and_their_balance() -> None:
    coded = coded_texts()
    counts = Counter((fold, one.main) for one, fold in zip(coded, stratified(coded), strict=True))
    assert max(counts.values()) - min(counts.values()) <= 1
    assert official(coded) is None
    assert official([one._replace(fold=str(at % 3)) for at, one in enumerate(coded)]) == [at % 3 for at in range(len(coded))]
    assert official([one._replace(fold="1") for one in coded]) is None


def test_what_was_coded_is_found_in_texts_that_the_model_did_not_see(learnt: tuple) -> None:
    coded, vectors, model = learnt
    said = asked(coded, vectors, usable(coded, "f"), by_group(coded))
    right = sum(set(answer.frames) == one.frames for one, answer in zip(coded, said, strict=True))
    assert right >= 0.9 * len(coded) and sum(answer.main == one.main for one, answer in zip(coded, said, strict=True)) >= 0.7 * len(coded)
    probabilities, main = model.read(["The budget lacks 900 crowns", "Herring came back"])
    assert model.frames_of(probabilities) == [["money"], ["sea"]] and main.sum(axis=1) == pytest.approx(1)
    assert model.read([])[0].shape == (0, 3) and np.isfinite(model.read(["", "\0", "x" * 5000])[0]).all()


def test_nothing_is_learnt_from_the_texts_that_are_asked(learnt: tuple) -> None:
    """With codes dealt out at random a model that had seen its texts would know them; one that has not, cannot."""
    coded, vectors, _ = learnt
    chance = np.random.default_rng(5)
    dealt = [one._replace(frames=frozenset({"heads"} if chance.random() < 0.5 else {"tails"}), main=None) for one in coded]
    said = asked(dealt, vectors, usable(dealt, "f"), stratified(dealt))
    right = np.mean([one.frames == set(answer.frames) for one, answer in zip(dealt, said, strict=True)])
    assert right < 0.68


def test_the_curve_rises_and_says_what_more_would_bring(learnt: tuple) -> None:
    coded, vectors, _ = learnt
    found = curve(coded, vectors, usable(coded, "f"), stratified(coded))
    assert [step.n for step in found.steps] == sorted(step.n for step in found.steps) and found.steps[-1].n == 77
    assert found.steps[-1].macro_f1 > 0.9 and "with 77" in found.line()


def test_too_few_codes_and_codes_that_all_say_the_same() -> None:
    coded = coded_texts()
    with pytest.raises(InputError, match="5 coded texts: at least 20 are needed"):
        usable(coded[:5], "codes.jsonl")
    with pytest.raises(InputError, match=r"nothing to tell apart \(money: 0 of 5 texts needed do not have it\)"):
        usable([one._replace(frames=frozenset({"money"}), main="money") for one in coded], "codes.jsonl")
    with pytest.raises(InputError, match="no text has a frame"):
        usable([one._replace(frames=frozenset(), main=None) for one in coded], "codes.jsonl")
    rare = [one._replace(frames=one.frames | {"rare"}) if at < 4 else one for at, one in enumerate(coded)]
    assert usable(rare, "f").left_out == {"rare": "4 of 5 texts needed have it"} and "rare" not in usable(rare, "f").frames


def test_a_model_goes_through_its_file_and_a_changed_one_is_refused(learnt: tuple, tmp_path: Path) -> None:
    coded, vectors, model = learnt
    text = frame_model.to_json(model)
    again = frame_model.from_json(text, "model.json")
    texts = [one.text for one in coded]
    assert np.allclose(again.read(texts, vectors)[0], model.read(texts, vectors)[0], atol=1e-5)
    assert frame_model.to_json(again) == text
    whole = json.loads(text)
    whole["content"]["thresholds"][0] += 0.1
    for changed, reason in (
        (json.dumps(whole), "was changed after it was made"), ("{}", "no file of trained frames"), ("[1", "no file of trained frames"),
        (json.dumps({**json.loads(text), "format": 9}), "newer format"), (json.dumps("x"), "no file of trained frames"),
    ):
        with pytest.raises(ResourceError, match=reason):
            frame_model.from_json(changed, "model.json")
    whole = json.loads(text)["content"] | {"encoder_sha256": "0" * 64}
    other = json.dumps({"kind": frame_model.KIND, "format": 1, "sha256": frame_model._digest(whole), "content": whole})
    with pytest.raises(ResourceError, match="another sentence encoder"):
        frame_model.from_json(other, "model.json")
    (tmp_path / "x.json").write_bytes(b"\xff")
    with pytest.raises(ResourceError, match="cannot be read"):
        frame_model.read(tmp_path / "x.json")


def test_trained_from_the_command_line_tried_on_other_texts_and_used_by_a_desk(ingested: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = copied(ingested, tmp_path / "desk")
    monkeypatch.chdir(desk.root)
    codes = lines_of(coded_texts(), tmp_path / "codes.jsonl")
    out = desk.decisions / "frames-trained.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    done = CliRunner().invoke(nutgraf, ["train-frames", str(codes), "--out", str(out)])
    assert done.exit_code == 0, done.output
    for line in ("learnt from 96 coded texts", "grouped_macro_f1", "thresholds: money", "more codes? with "):
        assert line in done.output
    about = json.loads(out.read_text(encoding="utf-8"))["content"]["about"]
    assert about["n"] == 96 and about["cross_validated"]["macro_f1"] > 0.7 and about["cross_validated"]["grouped_macro_f1_low"] is not None
    found = validate(task_of("frames-trained"), codes, Registry())
    assert found.figures["accuracy"] == pytest.approx(about["cross_validated"]["accuracy"], abs=1e-3), "the same folds"
    assert set(found.figures) >= {"accuracy", "macro_f1", "micro_f1", "grouped_accuracy", "grouped_macro_f1", "grouped_micro_f1"}
    answers = tmp_path / "answers.jsonl"
    new = tmp_path / "new.jsonl"
    new.write_text(json.dumps({"id": "n", "text": "Herring came back to Fenmouth after 3 years"}) + "\n", encoding="utf-8")
    said = CliRunner().invoke(nutgraf, ["validate", "frames-trained", str(new), "--model", str(out), "--predictions", str(answers)])
    assert said.exit_code == 0 and "no item is labelled" in said.output
    assert json.loads(answers.read_text(encoding="utf-8")) == {"id": "n", "label": "sea", "frames": ["sea"]}
    registry = Registry(desk.measure_options)
    assert registry.version("frames_trained") != Registry().version("frames_trained")
    document = Document("a", 1, "Herring are back\n\nHerring came back after 9 years. The mayor smiled. Nobody knows why.", headline="Herring are back", language="en")
    for _ in measure_in_memory(registry, ["frames_trained"], [document]):
        pass
    labels = {score.dimension: score.label for score in document.scores["frames_trained"]}
    assert labels["sea"] == "present" and labels["quarrel"] == "absent"
    assert {span.value for span in document.spans["frames_trained"]} == {frame for frame, label in labels.items() if label == "present"}


def test_without_a_model_it_is_not_assessed_and_says_how_to_get_one(tmp_path: Path) -> None:
    document = Document("a", 1, "One. Two. Three.", language="en")
    for _ in measure_in_memory(Registry(), ["frames_trained"], [document]):
        pass
    (score,) = document.scores["frames_trained"]
    assert score.value is None and score.status == "not_assessable" and "train-frames" in score.reason
    assert FramesTrained(trained="{}", model="none").missing() == "models were left out"
    new = lines_of(coded_texts(3), tmp_path / "few.jsonl")
    with pytest.raises(MeasureError, match="frames cannot be predicted: no model"):
        validate(task_of("frames-trained"), new, Registry(), method="model")
    with pytest.raises(UsageError, match="tone-target takes no --model"):
        from nutgraf.cli.validating import look

        look("tone-target", str(new), method=None, field="text", predictions=None, record=False, model="x")


def test_uncoded_lines_are_passed_over_and_damaged_codes_named(tmp_path: Path) -> None:
    coded = coded_texts(60)
    file = lines_of(coded, tmp_path / "codes.jsonl")
    with file.open("a", encoding="utf-8") as more:
        more.write(json.dumps({"id": "u", "text": "Nobody coded this"}) + "\n")
    found = validate(task_of("frames-trained"), file, Registry())
    assert found.n == 60 and found.n_items == 61
    assert training.train(file).n == 60
    for code in ({"frames": "sea"}, {"frames": [1]}, {"label": 3}):
        with pytest.raises(InputError, match="item"):
            validate(task_of("frames-trained"), lines_of(coded, tmp_path / "bad.jsonl", **code), Registry())


def test_candidates_are_counted_where_file_and_codebook_share_frames() -> None:
    item = Item("one", "x", {"frames": ["economic", "resolution"]})
    counted = candidate.count(item, {"frames": ["conflict"], "asked": ["conflict", "economic_consequences", "morality"]})
    assert counted == {"economic_consequences fn": 1, "conflict fp": 1, "n": 1}
    figures = candidate.figures(["economic_consequences fn", "conflict fp", "conflict tp", "n"])
    assert [figure.name for figure in figures] == ["macro_f1", "micro_f1", "conflict_f1", "economic_consequences_f1"]
    assert candidate.figures(["n"]) == []
