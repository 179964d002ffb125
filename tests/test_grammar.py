"""Parses that are kept, passives and nouns that name a deed with who did it, and what is said without a model."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.desk import Desk
from nutgraf.documents import Document
from nutgraf.ingesting import ingest
from nutgraf.jupyter import inputs_of
from nutgraf.measuring import Registry, measure, measure_in_memory
from nutgraf.reading import deed_nouns, pipeline

from tests.reading_scores import BAD_INPUT, f1

GOLD = Path(__file__).parent / "eval" / "gold" / "nominalisations.jsonl"
FLOORS = json.loads((GOLD.parent.parent / "floors.json").read_text(encoding="utf-8"))["nominalisations"]
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
        # Classes of errors that labelled sentences showed; the sentences are our own.
        ("The town became embroiled in a row.", []),
        ("The plan is poorly documented and absurd.", []),
        ("All she had to do was put the money in a jar.", []),
        ("What he did was cut the rope.", []),
        ("It is, of course, printed on old paper.", [("printed", "be", None)]),
        ("It was, as ever, cold and dark.", []),
        ("The hut was, as promised, cheap.", [("promised", "reduced", None)]),
        ("He was not surprised by the verdict.", [("surprised", "be", "the verdict")]),
        ("The hut was built in a garage by Ada Quill.", [("built", "be", "Ada Quill")]),
        ("She was seen in a film by Ada Quill.", [("seen", "be", None)]),
        ("They were beaten at the hands of guards.", [("beaten", "be", "guards")]),
        ("By whom was the dam built?", [("built", "be", "whom")]),
        ("Was the mayor told?", [("told", "be", None)]),
        ("Was anyone arrested by the police?", [("arrested", "be", "the police")]),
        ("Never was a dam built so fast.", [("built", "be", None)]),
        ("It was a hut built in a day.", [("built", "reduced", None)]),
        ("If asked, he will leave.", [("asked", "reduced", None)]),
        ("Prices were cut by half.", [("cut", "be", None)]),
        ("Wages were raised by 300 crowns.", [("raised", "be", None)]),
        ("The men were killed by three soldiers.", [("killed", "be", "three soldiers")]),
        ("The gate was opened by turning a wheel.", [("opened", "be", None)]),
        ("Spending was cut after the council voted.", [("cut", "be", None)]),
        ("Two men got fired by the new owner.", [("fired", "get", "the new owner")]),
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


def named(text: str) -> list[tuple[str, str | None, str | None]]:
    """Noun, rule and actor of each noun that names a deed."""
    (document,) = read(text)
    spans = document.spans["grammar"]
    actors = {span.group_id: text[span.start : span.end] for span in spans if span.kind == "actor"}
    return [(text[s.start : s.end], s.rule, actors.get(s.group_id)) for s in spans if s.kind == "nominalisation"]


@needs_model
@pytest.mark.parametrize("label", ["without-actor", "with-actor", "actor"])
def test_gold_sentences_of_deeds(label: str) -> None:
    gold = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    assert len(gold) >= 80 and sum(not item["spans"] for item in gold) / len(gold) > 0.4
    counts = [0, 0, 0]
    for item, document in zip(gold, read(*(item["text"] for item in gold)), strict=True):
        wanted = {(start, end) for start, end, what in item["spans"] if what == label}
        got = {(s.start, s.end) for s in document.spans["grammar"] if s.kind in ("nominalisation", "actor") and label in (s.label, s.kind)}
        counts = [counts[0] + len(wanted & got), counts[1] + len(got - wanted), counts[2] + len(wanted - got)]
    assert f1(counts) >= FLOORS[label], counts


@needs_model
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Classes of errors that real articles showed; the sentences are our own.
        ("The town has a veto-proof council.", []),
        ("The closure plan was leaked.", []),
        ("The harbour took a beating in the storm.", [("beating", "alone", None)]),
        ("Attacks from the hills went on.", [("Attacks", "alone", None)]),
        ("Friday's decision came late.", [("decision", "alone", None)]),
        ("The decision by Friday was rushed.", [("decision", "alone", None)]),
        ("The decision that the board took was wise.", [("decision", "support-verb", "the board")]),
        ("The Swiss decision came late.", [("decision", "compound", "Swiss")]),
        ("The testimony of the clerk was long.", [("testimony", "of", "the clerk")]),
        ("The editor's arrest was filmed.", [("arrest", "object-possessive", None)]),
        ("Her appointment surprised the clerks.", [("appointment", "object-possessive", None)]),
        ("The town is under siege.", []),
        ("An agreement between the union and the owners ended it.", [("agreement", "between", "the union and the owners")]),
        ("The publication is on sale.", []),
        ("The publication of the letters by her sister caused a row.", [("publication", "by", "her sister")]),
        ("The growth of the town and the death of its mayor were sudden.", []),
    ],
)
def test_nouns_that_name_a_deed(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert named(text) == expected


@needs_model
def test_each_says_whether_somebody_is_named() -> None:
    text = "The hut was burnt. The gate was opened by Ada Quill. The removal of the gate by the council was quick."
    (document,) = read(text)
    rows = [(s.kind, s.value, s.label, s.rule, s.group_id, s.sentence) for s in document.spans["grammar"]]
    assert rows == [
        ("passive", "burn", "be", "be-passive-without-agent", None, 0),
        ("passive", "open", "be", "be-passive-with-agent", "passive-32", 1),
        ("agent", None, None, "by-agent", "passive-32", 1),
        ("nominalisation", "removal", "with-actor", "by", "nominalisation-57", 2),
        ("actor", None, None, "by", "nominalisation-57", 2),
    ]


@needs_model
def test_places_are_in_the_order_of_the_text() -> None:
    (document,) = read("The removal of the gate was ordered by Ada Quill after a decision by the board.")
    assert [span.kind for span in document.spans["grammar"]] == ["nominalisation", "passive", "agent", "nominalisation", "actor"]


def test_the_list_of_deeds() -> None:
    nouns, verbs = deed_nouns.nouns(), deed_nouns.verbs()
    assert len(nouns) >= 300 and nouns.keys() == verbs.keys()
    assert not {"building", "government", "station", "population", "growth", "death"} & nouns.keys()
    assert all(noun == noun.lower() and noun.isalpha() and verb.isalpha() for noun, verb in verbs.items())
    assert {(group.of, group.possessive) for group in nouns.values()} <= {(one, other) for one in ("actor", "object") for other in ("actor", "object")}


def consistent(document: Document) -> None:
    """Spans lie in the text, in order, and what is tied has both ends."""
    spans, text = document.spans["grammar"], document.text
    assert [(span.start, span.end) for span in spans] == sorted((span.start, span.end) for span in spans)
    groups: dict[str, list[str]] = {}
    for span in spans:
        assert 0 <= span.start < span.end <= len(text) and text[span.start : span.end].strip()
        if span.group_id:
            groups.setdefault(span.group_id, []).append(span.kind)
        assert span.group_id or span.kind in ("passive", "nominalisation"), "who acts is always tied to what is done"
    assert all(sorted(kinds) in (["agent", "passive"], ["actor", "nominalisation"]) for kinds in groups.values()), groups


@needs_model
@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input(name: str) -> None:
    (document,) = read(BAD_INPUT[name])
    consistent(document)


@needs_model
@given(
    st.lists(
        st.one_of(
            st.sampled_from("the decision closure of by board was built and got arrested at hands 's - , . May 1990 three killing police which that made \n\n \u202e \x00 ‘ ”".split(" ")),
            st.text(max_size=4),
        ),
        max_size=25,
    ).map(" ".join)
)
@settings(max_examples=40, deadline=None)
def test_any_text(text: str) -> None:
    (document,) = read(text)
    consistent(document)


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
    endless = pipeline.stretches("x" * 45_000)
    assert endless == [(at, at + 100) for at in range(0, 45_000, 100)], "a word that is none is cut, since it takes the square of its length"
    assert len(found(long)) > 1_980


@needs_model
def test_halves_of_characters_and_endless_runs_of_marks_are_parsed_in_their_places() -> None:
    text = "The \ud800 dam was built by Ada Quill. " + "“'" * 5_000 + " The gate was opened."
    (document,) = read(text)
    assert [(text[s.start : s.end], s.kind) for s in document.spans["grammar"]] == [
        ("built", "passive"), ("Ada Quill", "agent"), ("opened", "passive"),
    ]  # fmt: skip
    tokens = [token for _, doc in pipeline.docs(text, document.parse) for token in doc]
    assert len(tokens) < 300, "marks alone are not parsed, but for those beside a word"


@needs_model
def test_another_model_is_another_version() -> None:
    versions = {Registry(options).version("grammar") for options in ({}, {"parse": {"model": "no_such_pipeline"}})}
    assert len(versions) == 2
    held = pipeline.resource(pipeline.DEFAULT)
    assert len(held.sha256) == 64 and held.version and held.version.startswith("3.8.0, spaCy 3.8")
    assert hashlib.sha256().hexdigest() != held.sha256
