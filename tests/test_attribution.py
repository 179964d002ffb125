"""Who says what: content, source and cue, from marks and the parse. The sentences are of this project."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.documents import Document
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.reading import cues, pipeline
from nutgraf.schema import TABLES

pytestmark = pytest.mark.skipif(not pipeline.is_here(pipeline.DEFAULT), reason="the spaCy pipeline is not here: run 'make setup'")


def read(text: str, **options: dict[str, str]) -> Document:
    document = Document("a", 1, text, language="en")
    for _, _, failed in measure_in_memory(Registry(options), ["attribution"], [document]):
        assert not failed, failed
    return document


def said(text: str) -> list[tuple[str, str, str]]:
    """Content, source and cue of each attribution, pieces joined."""
    groups: dict[str | None, dict[str, list[str]]] = {}
    for span in read(text).spans["attribution"]:
        groups.setdefault(span.group_id, {"content": [], "source": [], "cue": []})[span.kind].append(text[span.start : span.end])
    return [tuple(" … ".join(group[kind]) for kind in ("content", "source", "cue")) for group in groups.values()]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mayor Ada Quill said that the dam is safe.", [("that the dam is safe", "Mayor Ada Quill", "said")]),
        ("The dam is safe, the mayor said on Monday.", [("The dam is safe", "the mayor", "said")]),
        ('"We had warned them," said Marta Ilves.', [("We had warned them,", "Marta Ilves", "said")]),
        ("The dam will hold, according to two engineers.", [("The dam will hold", "two engineers", "according to")]),
        ("She promised to rebuild the bridge.", [("to rebuild the bridge", "She", "promised")]),
        ("Ada Quill: The dam will hold until March", [("The dam will hold until March", "Ada Quill", ":")]),
        ("The union criticised the plan.", [("the plan", "The union", "criticised")]),
        ("The water rose quickly and the gate broke.", []),
    ],
)
def test_who_says_what(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(text) == expected


def test_a_quotation_that_goes_on_after_its_cue_is_one_attribution() -> None:
    text = '"We had warned them," said Marta Ilves. "Nobody listened to us at all."'
    assert said(text) == [("We had warned them, … Nobody listened to us at all.", "Marta Ilves", "said")]


def test_a_quotation_without_a_cue_goes_to_the_source_before_it_or_to_nobody() -> None:
    after = read('Ilves said that the dam is old. Rain fell on it for days. "It was bound to break one day."').spans["attribution"]
    assert [(span.kind, span.rule) for span in after][-2:] == [("content", "inherited"), ("source", "inherited")]
    alone = read('"It was bound to break one day." Rain fell.').spans["attribution"]
    assert [(span.kind, span.rule) for span in alone] == [("content", "marks-alone")], "nobody is guessed"
    assert said("He was called the “king of cakes” for years.") == [], "too short to be speech"


def test_two_apostrophes_are_a_double_mark() -> None:
    assert said("''We had warned them,'' said Marta Ilves. ''It's no use.''")[0][:2] == ("We had warned them,", "Marta Ilves")


def test_the_class_of_the_cue_is_on_the_cue() -> None:
    classes = {}
    for verb in ("said", "claimed", "admitted", "lamented", "urged", "denied"):
        text = f"Ilves {verb} that the dam was safe."
        classes[verb] = next(span.label for span in read(text).spans["attribution"] if span.kind == "cue")
    assert classes == {
        "said": "neutral", "claimed": "doubting", "admitted": "endorsing", "lamented": "emotional", "urged": "directive", "denied": "denying",
    }  # fmt: skip


def test_without_a_model_nobody_is_heard_and_it_says_why() -> None:
    document = read("Ilves said that the dam is safe.", parse={"model": "no_such_pipeline"})
    (score,) = document.scores["attribution"]
    assert not document.spans["attribution"] and (score.status, score.value, score.reason) == ("not_assessable", None, "no spaCy model")


def test_the_list_of_cues_has_base_forms_in_known_classes() -> None:
    verbs = cues.verbs()
    assert len(verbs) > 200 and all(verb.isalpha() and verb.islower() for verb in verbs)
    assert set(verbs.values()) == {"neutral", "doubting", "endorsing", "emotional", "directive", "thinking", "denying", "asking"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(['"', "“", "”", "''", "said", "Ilves", "she", "that", "the dam broke", ",", ".", ":", "\n", "according to", "\u202e", "\x00", "😀", "’"]), max_size=25))
def test_rubbish_has_its_spans_inside_the_text(pieces: list[str]) -> None:
    text = " ".join(pieces)
    document = read(text)
    for span in document.spans["attribution"]:
        assert 0 <= span.start < span.end <= len(text) and text[span.start : span.end].strip()
    keys = [(span.kind, span.start, span.end, span.rule, span.group_id) for span in document.spans["attribution"]]
    assert TABLES["spans"].key == ("article_id", "version", "measure_version", "kind", "start", "end", "rule", "group_id")
    assert len(keys) == len(set(keys)), "a row of the table twice"
