"""Accuracy floors, in ``tests/eval/floors.json``: a seeded tenth of the labelled data here, all of it in ``make test-accuracy``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nutgraf import codebooks
from nutgraf.documents import Document
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.reading import pipeline
from nutgraf.validate.running import validate
from nutgraf.validate.tasks import task_of

from tests.conftest import labelled
from tests.eval.metrics import direct_f1, macro_f1, part_f1, read_lines, span_f1, tenth

EVAL = Path(__file__).parent / "eval"
FLOORS = json.loads((EVAL / "floors.json").read_text(encoding="utf-8"))
#: A tenth is a small sample: its figure may lie this much below the floor that the whole must reach.
SLACK_OF_A_TENTH = 0.03
SHARED_FRAMES = {"conflict": "conflict", "human_interest": "human_interest", "economic_consequences": "economic", "morality": "moral"}


def read(texts: list[str], wanted: str, *, language: str | None = "en") -> list[Document]:
    """Documents with the rows of a measure and of all it needs, measured in memory."""
    registry = Registry()
    documents = [Document(f"{number:016d}", 1, text, language=language) for number, text in enumerate(texts)]
    for _, _, failed in measure_in_memory(registry, [wanted], documents):
        assert not failed, failed
    return documents


def test_sentences() -> None:
    gold = read_lines(EVAL / "gold" / "sentences.jsonl")
    documents = read([item["text"] for item in gold], "sentences")
    pairs = [({tuple(s) for s in item["sentences"]}, {(s.start, s.end) for s in d.sentences}) for item, d in zip(gold, documents, strict=True)]
    assert span_f1(pairs) >= FLOORS["sentences_f1"]


def test_quotations() -> None:
    gold = read_lines(EVAL / "gold" / "voices.jsonl")
    documents = read([item["text"] for item in gold], "quotes")
    pairs = [({tuple(s) for s in item["quotes"]}, {(s.start, s.end) for s in d.spans_of("quote")}) for item, d in zip(gold, documents, strict=True)]
    assert span_f1(pairs) >= FLOORS["quotations_f1"]


def test_parts() -> None:
    gold = read_lines(EVAL / "gold" / "parts.jsonl")
    documents = read([item["text"] for item in gold], "parts")
    scores = part_f1(
        (
            item["text"],
            [(part["start"], part["end"], part["part"]) for part in item["parts"]],
            [(span.start, span.end, str(span.label)) for span in document.spans_of("part")],
        )
        for item, document in zip(gold, documents, strict=True)
    )
    assert scores["promo"] >= FLOORS["promo_f1"], scores
    assert sum(scores.values()) / len(scores) >= FLOORS["parts_macro_f1"], scores


@pytest.mark.parametrize("name", ["passages", "passages_more", "parts_more", "passages_dense", "parts_dense", "parts_newsrooms"])
def test_parts_of_passages(name: str) -> None:
    figures = validate(task_of("parts"), EVAL / "gold" / f"{name}.jsonl", Registry()).figures
    assert all(figures[key] >= floor for key, floor in FLOORS.get(name, FLOORS["passages"]).items()), figures


def test_codebook_on_the_sentences_written_before_its_cues() -> None:
    book = codebooks.load("generic-frames")
    gold = read_lines(EVAL / "gold" / "frames.jsonl")
    right = [(item["frame"] in book.frames_of(item["text"])) == (item["label"] == "positive") for item in gold]
    assert sum(right) / len(right) >= FLOORS["codebook_sentences"]


def polnear(items: list[dict]) -> float:
    """The gold counts what stands between two double marks of one paragraph: quotations left open or in single marks are no part of it."""
    documents = read([item["text"] for item in items], "quotes")
    closed = [[(s.start, s.end) for s in d.spans_of("quote") if s.rule in ("curly", "straight", "backtick")] for d in documents]
    return direct_f1(zip(items, closed, strict=True))


def narrative_frames(items: list[dict]) -> float:
    documents = read([item["text"] for item in items], "frames")
    found = [
        {SHARED_FRAMES[s.dimension] for s in d.scores["frames"]
         if s.sentence is None and s.voice == "all" and s.label in ("present", "weak") and s.dimension in SHARED_FRAMES}
        for d in documents
    ]  # fmt: skip
    return macro_f1([set(item["frames"]) for item in items], found, list(SHARED_FRAMES.values()))


def test_direct_quotation_on_a_tenth_of_polnear() -> None:
    items = tenth(read_lines(labelled("quotes/polnear.jsonl")))
    assert polnear(items) >= FLOORS["polnear_closed_marks_f1"] - SLACK_OF_A_TENTH


def test_codebook_on_a_tenth_of_narrative_frames() -> None:
    items = tenth(read_lines(labelled("frames/narrative_frames_climate.jsonl")))
    # 26 articles: chance alone moves the figure by more than a tenth.
    assert narrative_frames(items) >= FLOORS["narrative_frames_macro_f1"] - 0.12


@pytest.mark.accuracy
def test_direct_quotation_on_polnear() -> None:
    assert polnear(read_lines(labelled("quotes/polnear.jsonl"))) >= FLOORS["polnear_closed_marks_f1"]


@pytest.mark.accuracy
def test_codebook_on_narrative_frames() -> None:
    assert narrative_frames(read_lines(labelled("frames/narrative_frames_climate.jsonl"))) >= FLOORS["narrative_frames_macro_f1"]


@pytest.mark.accuracy
@pytest.mark.parametrize(
    ("floors", "name", "field"),
    [
        ("frames-trained, headlines", "frames/gvfc_headlines_lead.jsonl", "title"),
        ("frames-trained, articles", "frames/narrative_frames_climate.jsonl", "text"),
    ],
)
def test_frames_learnt_from_labels(floors: str, name: str, field: str) -> None:
    figures = validate(task_of("frames-trained"), labelled(name), Registry(), field=field).figures
    assert all(figures[key] >= floor for key, floor in FLOORS[floors].items()), figures


@pytest.mark.accuracy
def test_loaded_words_in_sentences_that_people_labelled() -> None:
    figures = validate(task_of("wording"), labelled("wording/babe_sg2.jsonl"), Registry()).figures
    assert figures["macro_f1"] >= FLOORS["wording"]["macro_f1"], figures


LABELLED_TASKS = {"quotes": "quotes/polnear.jsonl", "passives": "grammar/passive_ptb_wsj_sample.jsonl"}
needs_model = pytest.mark.skipif(not pipeline.is_here(pipeline.DEFAULT), reason="the spaCy pipeline is not here: run 'make setup'")


@needs_model
@pytest.mark.parametrize("name", LABELLED_TASKS)
def test_reading_on_a_sample_of_the_labelled_data(name: str, tmp_path: Path) -> None:
    """A hundredth of the articles, a tenth of the sentences: enough to see that nothing broke, in seconds."""
    items = tenth(read_lines(labelled(LABELLED_TASKS[name])))
    items = tenth(items) if name == "quotes" else items
    path = tmp_path / "sample.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    figures = validate(task_of(name), path, Registry()).figures
    assert all(figures[key] >= floor - 0.08 for key, floor in FLOORS[name].items()), figures


@needs_model
@pytest.mark.parametrize("name", ["names"])
def test_reading_on_the_passages_of_this_project(name: str) -> None:
    figures = validate(task_of(name), EVAL / "gold" / "passages.jsonl", Registry()).figures
    assert all(figures[key] >= floor for key, floor in FLOORS[name].items()), figures


@needs_model
@pytest.mark.accuracy
@pytest.mark.parametrize("name", LABELLED_TASKS)
def test_reading_on_the_labelled_data(name: str) -> None:
    figures = validate(task_of(name), labelled(LABELLED_TASKS[name]), Registry()).figures
    assert all(figures[key] >= floor for key, floor in FLOORS[name].items()), figures


def test_tone_of_sentences_that_people_rated() -> None:
    figures = validate(task_of("tone-sentence"), labelled("tone/nyt_editorial_snippets.jsonl"), Registry()).figures
    assert all(figures[key] >= floor for key, floor in FLOORS["tone-sentence"].items()), figures


def test_tone_towards_targets_on_the_dev_splits_of_news() -> None:
    path, floors = labelled("tone/newsmtsc.jsonl"), FLOORS["tone-target"]
    figures = {
        name: validate(task_of("tone-target"), path, Registry(), only={"split": splits}).figures
        for name, splits in (("both", ["mt-dev", "rw-dev"]), ("mt", ["mt-dev"]), ("rw", ["rw-dev"]))
    }
    assert figures["both"]["macro_f1"] >= floors["macro_f1"]
    recalls = {(split, name): figures[split][f"recall_{name}"] for split in ("mt", "rw") for name in ("negative", "neutral", "positive")}
    assert min(recalls.values()) >= floors["recall"], recalls
