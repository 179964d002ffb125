"""Tone towards a target: the shipped model, what it is asked, what it cannot do, and what a finding makes of it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from nutgraf import WITHOUT_MODELS
from nutgraf.cli import validating
from nutgraf.compare.scoring import scored
from nutgraf.desk import Desk
from nutgraf.documents import Document, Rows
from nutgraf.errors import InputError, MeasureError, ResourceError, UsageError
from nutgraf.measures import target_model
from nutgraf.measures.target_adapter import AdaptedModel, class_order
from nutgraf.measures.target_model import LABELS
from nutgraf.measures.target_tokens import LONGEST, Targeted, tokens
from nutgraf.measures.target_tone import ID, NOBODY, TargetTone
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.runs.freshness.fingerprint import program
from nutgraf.validate import tone
from nutgraf.validate.items import Item

MODEL = target_model.loaded()

FRIENDLY = "The council praised Marta Ilves for the calm and clever way in which she led the rescue."
HOSTILE = "Furious neighbours called Marta Ilves a liar who had cheated her oldest friends."
PRAISE = "Marta Ilves led the rescue in a calm and brilliant way, to the joy of all."
STORY = f"""Rescue at the dam

Marta Ilves came to the dam on Monday. {PRAISE}

"Marta Ilves is a coward and a liar," said Jonas Brandt. The meeting ended at nine.

Jonas Brandt left with Marta Ilves for the harbour at Holm."""


def about(text: str, target: str) -> Targeted:
    return Targeted(text, text.index(target), text.index(target) + len(target))


def measured(text: str, **fields) -> tuple[Document, Rows]:  # noqa: ANN003
    document = Document("a", 1, text, language=fields.pop("language", "en"))
    found = {name: rows[document.key] for name, rows, failed in measure_in_memory(Registry(), [ID], [document]) if not failed}
    return document, found[ID]


# The model -------------------------------------------------------------------------------------------------------------


def test_it_tells_friendly_from_hostile_and_one_target_from_another() -> None:
    both = "Jonas Brandt lied to the miners for years; Ada Okafor brought them home and was thanked by everybody."
    friendly, hostile, brandt, okafor = MODEL.probabilities(
        [about(FRIENDLY, "Marta Ilves"), about(HOSTILE, "Marta Ilves"), about(both, "Jonas Brandt"), about(both, "Ada Okafor")]
    )
    assert LABELS[friendly.argmax()] == "positive"
    assert LABELS[hostile.argmax()] == "negative"
    assert okafor[2] - okafor[0] > brandt[2] - brandt[0] + 0.5


def test_rare_classes_weigh_more_for_the_label_and_not_for_the_tone() -> None:
    three = np.array([[0.35, 0.34, 0.31], [0.7, 0.2, 0.1]])
    plain, weighed = target_model.answers_of(three, [False, True]), target_model.answers_of(three, [False, True], (0.9, 1.0, 1.4))
    assert [one.label for one in plain] == ["negative", "negative"] and [one.label for one in weighed] == ["positive", "negative"]
    assert [one.value for one in weighed] == [one.value for one in plain] == pytest.approx([-0.04, -0.6])
    assert [one.is_cut for one in weighed] == [False, True]
    assert len(target_model.label_weights()) == len(LABELS) and set(target_model.label_weights("other")) == {1.0}


def test_answers_add_up_to_one_and_do_not_depend_on_neighbours() -> None:
    questions = [about(f"{'Well, ' * n}Brandt was late for the meeting.", "Brandt") for n in (0, 40, 3, 90, 1)] * 20
    together = MODEL.probabilities(questions)
    assert together.shape == (100, 3)
    assert abs(together.sum(axis=1) - 1).max() < 1e-6
    assert all((MODEL.probabilities([question])[0] == answer).all() for question, answer in zip(questions[:5], together[:5], strict=True))
    assert MODEL.probabilities([]).shape == (0, 3)


def test_known_sentences_are_answered_here_as_where_it_was_made() -> None:
    assert len(target_model.known()) == 20
    assert target_model.drift() < 0.05


@pytest.mark.parametrize(
    "text", ["a\x00b Brandt", "\ud800 Brandt \udfff", "\u202eBrandt\u202c is late", "Brandt", "BRANDT! " * 3 + "Brandt", "𝔅 Brandt 😀", "Brandt" + "’" * 900]
)
def test_rubbish_around_a_target(text: str) -> None:
    assert abs(MODEL.probabilities([about(text, "Brandt")]).sum() - 1) < 1e-6


def test_a_sentence_of_five_thousand_words_is_cut_around_its_target() -> None:
    before, after = "The gate was open. " * 1_250, " and the tide was high." * 1_250
    long = about(f"{before}Brandt is a liar and a coward{after}", "Brandt")
    short = about("Brandt is late.", "Brandt")
    assert MODEL.read([long, short])[1] == [True, False]
    assert LABELS[MODEL.probabilities([long])[0].argmax()] == "negative"
    seen = tokens(long, MODEL.vocabulary)
    assert len(seen.ids) <= LONGEST
    assert sum(seen.target) == sum(tokens(short, MODEL.vocabulary).target)  # the target and the marks around it


def test_a_sentence_of_few_letters_and_many_tokens_is_known_to_be_cut() -> None:
    dense = about("한국의 시장은 " * 20 + "Brandt", "Brandt")
    assert len(dense.text) < 170 and tokens(dense, MODEL.vocabulary).is_cut and MODEL.read([dense])[1] == [True]


def test_a_target_longer_than_the_model_is_cut() -> None:
    seen = tokens(Targeted("Brandt " * 4_000, 0, 7 * 4_000 - 1), MODEL.vocabulary)
    assert len(seen.ids) <= LONGEST and seen.is_cut


@pytest.mark.parametrize(("text", "start", "end"), [("", 0, 0), ("  ", 0, 1), ("Brandt", 0, 7), ("Brandt", -1, 3), ("Brandt", 4, 2), ("a   b", 1, 3)])
def test_no_sentence_or_no_target(text: str, start: int, end: int) -> None:
    with pytest.raises(InputError, match="No model was asked"):
        MODEL.probabilities([Targeted(text, start, end)])


def test_without_a_target_the_sentence_is_asked_as_a_whole() -> None:
    seen = tokens(Targeted("The tide came in.", 0, 0), MODEL.vocabulary)
    assert set(seen.target) == {1} and not seen.is_cut
    assert MODEL.probabilities([Targeted(FRIENDLY, 0, 0)])[0].argmax() == 2


def test_another_file_than_the_one_of_the_card_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**target_model.card(), "sha256": "0" * 64}
    monkeypatch.setattr(target_model, "card", lambda: wrong)
    with pytest.raises(ResourceError, match="not the one that was measured"):
        target_model.loaded.__wrapped__()


def test_the_card_says_what_it_was_made_of_and_how_right_it_is() -> None:
    card = target_model.card()
    assert "Apache-2.0" in card["licence"] and "MIT" in card["licence"]
    assert card["base_sha256"].startswith("53aa51172d14")
    for split in ("both", "mt-dev", "rw-dev"):
        figures = card["scores"][split]
        for name in ("macro_f1", "accuracy", "recall_negative", "recall_neutral", "recall_positive"):
            assert figures[f"{name}_low"] <= figures[name] <= figures[f"{name}_high"]
    for file in ("target-tone.onnx", "sentence-encoder.onnx"):
        assert (target_model.own(f"models/{file}")).stat().st_size <= 25_000_000


# What is asked ---------------------------------------------------------------------------------------------------------


def test_persons_of_two_sentences_are_asked_about_in_each_and_by_voice() -> None:
    document, rows = measured(STORY)
    by_target = {target: {(score.sentence, score.voice): score for score in rows.scores if score.target == target} for target in ("Marta Ilves", "Jonas Brandt")}
    ilves, brandt = by_target["Marta Ilves"], by_target["Jonas Brandt"]
    texts = {sentence.sentence: document.text[sentence.start : sentence.end] for sentence in document.sentences}
    praised = next(number for number, text in texts.items() if text == PRAISE)
    quoted = next(number for number, text in texts.items() if "coward" in text)
    assert ilves[praised, "all"].label == "positive" and ilves[praised, "outlet"].value == ilves[praised, "all"].value
    assert ilves[quoted, "all"].label == "negative" and (quoted, "quoted") in ilves and (quoted, "outlet") not in ilves
    assert (quoted, "all") in brandt and (quoted, "quoted") not in brandt  # who says it, and not whom it is about
    assert not any(score.target == "Holm" for score in rows.scores)
    marked = {document.text[span.start : span.end] for span in rows.spans}
    assert marked == {"Marta Ilves", "Jonas Brandt"}
    assert {(span.value, span.label) for span in rows.spans} == {("Marta Ilves", "PERSON"), ("Jonas Brandt", "PERSON")}
    assert all(-1 <= score.value <= 1 and score.n for score in rows.scores)


def test_a_mixed_sentence_is_asked_as_a_whole_and_by_its_pieces() -> None:
    mixed = 'Jonas Brandt walked out and called the plan "a gift that Jonas Brandt had always wanted", then sold the mill to his sister for nothing.'
    document, rows = measured(f"{mixed}\n\nJonas Brandt came home late.\n\nJonas Brandt slept.")
    sentence = next(one for one in document.sentences if "gift" in document.text[one.start : one.end])
    assert sentence.voice == "mixed"
    assert {score.voice for score in rows.scores if score.sentence == sentence.sentence} >= {"all", "outlet", "quoted"}
    assert all(score.n == 2 for score in rows.scores if score.sentence == sentence.sentence)


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("Der Rat lobte Marta Ilves. Marta Ilves ging.", "de", "language 'de' is not measured"),
        ("The tide came in. The tide went out.", "en", NOBODY),
        ("Marta Ilves came. Nobody saw her go.", "en", NOBODY),
        ("", "en", "there is no text"),
    ],
)  # fmt: skip
def test_nothing_to_ask_is_said(text: str, language: str, reason: str) -> None:
    _, rows = measured(text, language=language)
    assert [(score.status, score.value, score.reason) for score in rows.scores] == [("not_assessable", None, reason)]
    assert not rows.spans


def test_names_that_an_earlier_run_read_are_enough() -> None:
    document = Document("a", 1, STORY, language="en")
    for _ in measure_in_memory(Registry(), ["names", "sentences"], [document]):
        pass
    document.parse = None  # as it is when names are in the tables, and nothing is parsed again
    assert TargetTone().measure([document])[document.key] == measured(STORY)[1]


def test_without_onnxruntime_it_says_so_and_all_else_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    known = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "onnxruntime" else known(name, *rest))
    _, rows = measured(STORY)
    assert [(score.status, score.reason) for score in rows.scores] == [("not_assessable", "no onnxruntime")]
    with pytest.raises(ResourceError, match="cannot be run here: no onnxruntime"):
        target_model.loaded.__wrapped__()


def test_a_run_without_models_says_what_it_left_out_and_is_no_proof_of_a_whole_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "nutgraf.toml").write_text('title = "desk"\n', encoding="utf-8")
    whole = Registry(Desk(tmp_path).measure_options), program(tmp_path)
    monkeypatch.setenv(WITHOUT_MODELS, "yes")
    quick = Registry(Desk(tmp_path).measure_options), program(tmp_path)
    assert whole[1] != quick[1]
    assert all(whole[0].version(name) != quick[0].version(name) for name in ("parse", "names", "target_tone", "attribution", "tone"))
    assert all(whole[0].version(name) == quick[0].version(name) for name in ("parts", "quotes")), "what needs no model is not read again"
    document = Document("a", 1, STORY, language="en")
    rows = {name: found[document.key] for name, found, _ in measure_in_memory(quick[0], [ID, "tone"], [document])}
    assert [score.reason for score in rows[ID].scores] == ["models were left out"]
    assert any(score.status == "ok" for score in rows["tone"].scores)


def test_the_same_documents_give_the_same_rows() -> None:
    assert measured(STORY)[1] == measured(STORY)[1]


# Other models ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "order"),
    [
        ({"id2label": {"0": "negative", "1": "neutral", "2": "positive"}}, [0, 1, 2]),
        ({"id2label": {"0": "POS", "1": "NEU", "2": "NEG"}}, [2, 1, 0]),
    ],
)  # fmt: skip
def test_the_classes_of_another_model_are_read_from_its_config(config: dict, order: list[int]) -> None:
    assert class_order(config) == order


@pytest.mark.parametrize("config", [{}, {"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}}, {"id2label": {"0": "negative", "1": "positive"}}, {"id2label": []}])
def test_a_model_with_other_classes_is_refused(config: dict, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(MeasureError, match="must be negative, neutral and positive"):
        AdaptedModel(tmp_path)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match="config.json cannot be read"):
        AdaptedModel(tmp_path)


@pytest.mark.skipif(
    importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None,
    reason="torch or transformers is not here: pip install --require-hashes -r requirements-training.lock",
)
def test_a_model_by_its_folder_answers_for_sentence_and_target_in_our_order_of_classes(tmp_path: Path) -> None:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    (tmp_path / "vocab.txt").write_bytes(target_model.own("models/wordpiece.txt").read_bytes())
    torch.manual_seed(0)
    names = {0: "Positive", 1: "Negative", 2: "Neutral"}
    config = BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, id2label=names, initializer_range=0.5)
    model = BertForSequenceClassification(config).eval()
    model.save_pretrained(tmp_path)
    tokenizer = BertTokenizer(str(tmp_path / "vocab.txt"))
    tokenizer.save_pretrained(tmp_path)
    questions = [Targeted(FRIENDLY, 20, 31), Targeted(HOSTILE, 26, 37), Targeted("Word. " * 400 + HOSTILE, 2426, 2437)]
    found, are_cut = AdaptedModel(tmp_path).read(questions)
    assert found.shape == (3, 3) and are_cut == [False, False, True]
    for row, question in zip(found[:2], questions[:2], strict=True):
        with torch.no_grad():
            positive, negative, neutral = model(**tokenizer(question.text, "Marta Ilves", return_tensors="pt")).logits.softmax(-1)[0].tolist()
        assert row == pytest.approx([negative, neutral, positive], abs=1e-5)
    assert abs(found[0] - found[1]).max() > 0.01
    for file in tmp_path.glob("*.safetensors"):
        file.rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(MeasureError, match="Give a folder with safetensors"):
        AdaptedModel(tmp_path)


# Validation ------------------------------------------------------------------------------------------------------------


def look(tmp_path: Path, lines: list[dict], **options):  # noqa: ANN003, ANN201
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return validating.look("tone-target", str(path), **{"method": None, "field": "text", "predictions": None, "record": False, **options}).flat()


def test_a_file_of_the_users_own(tmp_path: Path) -> None:
    lines = [
        {"text": FRIENDLY, "target": "Marta Ilves", "label": 1}, {"text": HOSTILE, "target_start": 26, "target_end": 37, "label": -1},
        {"text": "Brandt came.", "target": "Brandt"},
    ]  # fmt: skip
    figures = look(tmp_path, lines, predictions=str(tmp_path / "out.jsonl"))
    assert figures["n"] == 2 and figures["accuracy"] == 1.0 and figures["recall_negative"] == 1.0 and figures["recall_neutral"] is None
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [answer["label"] for answer in answers[:2]] == [1, -1] and set(answers[2]) == {"id", "label", "score"}


@pytest.mark.parametrize(
    "line",
    [
        {"text": "Brandt came.", "target": "Ilves"}, {"text": "Brandt came.", "target_start": 3, "target_end": 99}, {"text": "Brandt came."},
        {"text": "Brandt came.", "target": "Brandt", "label": 2}, {"text": "Brandt came.", "target": "Brandt", "label": True},
    ],
)  # fmt: skip
def test_a_target_or_label_that_is_none(tmp_path: Path, line: dict) -> None:
    with pytest.raises(InputError, match="item 1: .*Nothing was validated"):
        look(tmp_path, [{"text": FRIENDLY, "target": "Marta Ilves", "label": 1}, line])


def test_other_methods_and_some_items(tmp_path: Path) -> None:
    lines = [{"text": FRIENDLY, "target": "Marta Ilves", "label": 1, "split": "a"}, {"text": HOSTILE, "target": "Marta Ilves", "label": 1, "split": "b"}]
    assert look(tmp_path, lines, only=["split=a,c"])["n"] == 1
    assert look(tmp_path, lines, method="vader")["method"] == "vader"
    for options, said in (
        ({"only": ["split=d"]}, "no item has split d"), ({"only": ["split"]}, "names no field and value"), ({"method": "poetry"}, "no such method"),
        ({"method": "vader", "record": True}, "only what the reports use is recorded"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=said):
            look(tmp_path, lines, **options)


def test_a_correlation_is_made_of_sums() -> None:
    gold, said = [0.5, -0.2, 0.9, -0.7, 0.1], [0.4, 0.1, 0.6, -0.9, -0.2]
    counts = [
        tone.count(Item(str(at), "a", {"label": 0, "score": x}), {"label": 0, "score": y}) for at, (x, y) in enumerate(zip(gold, said, strict=True))
    ]
    figures = scored(counts, tone.figures_of_sentences([]))
    assert figures["pearson"] == pytest.approx(float(np.corrcoef(gold, said)[0, 1]))
    assert scored([{**one, "y": 0.3, "yy": 0.09, "xy": 0.3 * one["x"]} for one in counts], tone.figures_of_sentences([]))["pearson"] is None
