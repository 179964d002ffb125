"""Parses that are kept, passives with their agents, and what is said without a model."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from nutgraf.desk import Desk
from nutgraf.documents import Document
from nutgraf.ingesting import ingest
from nutgraf.jupyter import inputs_of
from nutgraf.measuring import Registry, measure, measure_in_memory
from nutgraf.reading import pipeline

needs_model = pytest.mark.skipif(not pipeline.is_here(pipeline.DEFAULT), reason="the spaCy pipeline is not here: run 'make setup'")


def read(*texts: str, wanted: str = "grammar", language: str | None = "en", **options: dict[str, str]) -> list[Document]:
    documents = [Document(str(at), 1, text, language=language) for at, text in enumerate(texts)]
    for _, _, failed in measure_in_memory(Registry(options), [wanted], documents):
        assert not failed, failed
    return documents


def found(text: str) -> list[tuple[str, str | None, str | None]]:
    """Verb, kind and agent of each passive."""
    (document,) = read(text)
    spans = document.spans["grammar"]
    agents = {span.group_id: text[span.start : span.end] for span in spans if span.kind == "agent"}
    return [(text[s.start : s.end], s.label, agents.get(s.group_id)) for s in spans if s.kind == "passive"]


@needs_model
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dam was built by Marta Ilves in 1990.", [("built", "be", "Marta Ilves")]),
        ("The dam was built in 1990.", [("built", "be", None)]),
        ("Two workers got hurt on Monday.", [("hurt", "get", None)]),
        ("The bridge was damaged and rebuilt by the council.", [("damaged", "be", None), ("rebuilt", "be", "the council")]),
        ("The tunnel built by the army has collapsed.", [("built", "reduced", "the army")]),
        ("Ilves built the dam and sold it.", []),
        ("The tickets are not refundable.", []),
        ("He has been arrested.", [("arrested", "be", None)]),
        ("The plan will be voted on by the end of March.", [("voted", "be", None)]),
    ],
)
def test_passives_and_who_acted(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert found(text) == expected


@needs_model
def test_places_are_in_the_text_and_in_their_sentence() -> None:
    text = "Dam news\n\nIt rained. The gate was opened by Ada Quill at noon.\nNobody was warned."
    (document,) = read(text)
    numbers = {sentence.sentence: text[sentence.start : sentence.end] for sentence in document.sentences}
    spans = document.spans["grammar"]
    assert [(text[s.start : s.end], s.kind, s.value) for s in spans] == [
        ("opened", "passive", "open"), ("Ada Quill", "agent", None), ("warned", "passive", "warn"),
    ]  # fmt: skip
    assert all(text[span.start : span.end] in numbers[span.sentence] for span in spans)


@pytest.mark.parametrize(
    ("options", "language", "text", "why"),
    [
        ({"parse": {"model": "no_such_pipeline"}}, "en", "The dam was built.", "no spaCy model"),
        pytest.param({}, "de", "Der Damm wurde gebaut.", "no model for the language 'de'", marks=needs_model),
        pytest.param({}, "en", " \n ", "there is no text", marks=needs_model),
    ],
)  # fmt: skip
def test_what_cannot_be_parsed_says_why_and_counts_nothing(options: dict, language: str, text: str, why: str) -> None:
    (document,) = read(text, language=language, **options)
    assert document.parse is None and not document.spans["grammar"]
    for name in ("parse", "grammar"):
        (score,) = document.scores[name]
        assert (score.dimension, score.status, score.value, score.reason) == (name, "not_assessable", None, why)


@needs_model
def test_a_parse_is_kept_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.conftest import copy_desk

    desk = Desk(copy_desk(tmp_path / "desk"))
    ingest(desk)
    inputs, registry = inputs_of(desk, desk.select())[:8], Registry()
    measure(desk.store, registry, ["parse"], inputs)
    assert desk.store.read("parses").num_rows == 8
    asked: list[str] = []
    monkeypatch.setattr(pipeline, "parses", lambda name, texts: asked.append(name) or iter(()))
    measure(desk.store, registry, ["grammar"], inputs)
    assert not asked, "grammar rests on the parse that is kept"
    spans = desk.store.read("spans").to_pylist()
    texts = {row["article_id"]: row["text"] for row in desk.store.read("articles").to_pylist()}
    passives = [row for row in spans if row["kind"] == "passive"]
    assert passives and all(texts[row["article_id"]][row["start"] : row["end"]].isalpha() for row in passives)


@needs_model
def test_one_text_is_parsed_once_and_a_very_long_one_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = pipeline.parses
    monkeypatch.setattr(pipeline, "parses", lambda name, texts: (asked.extend(texts), real(name, texts))[1])
    one, other, copy = read("The dam was built.", "It broke.", "The dam was built.", wanted="parse")
    assert asked == ["The dam was built.", "It broke."] and one.parse == copy.parse != other.parse
    long = "The dam was built by Ilves. " * 2_000
    assert all(end - start <= 20_000 for start, end in pipeline.stretches(long))
    assert "".join(long[start:end] for start, end in pipeline.stretches(long)).split() == long.split()
    assert pipeline.stretches("x" * 45_000) == [(0, 20_000), (20_000, 40_000), (40_000, 45_000)]
    assert len(found(long)) > 1_980


@needs_model
def test_another_model_is_another_version() -> None:
    versions = {Registry(options).version("grammar") for options in ({}, {"parse": {"model": "no_such_pipeline"}})}
    assert len(versions) == 2
    held = pipeline.resource(pipeline.DEFAULT)
    assert len(held.sha256) == 64 and held.version and held.version.startswith("3.8.0, spaCy 3.8")
    assert hashlib.sha256().hexdigest() != held.sha256
