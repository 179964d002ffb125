"""Voices and speakers: what is the outlet's own, what is quoted, what is reported, and who says it."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.documents import Document
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.reading import pipeline, voices
from nutgraf.reading.speakers import SOURCE_KINDS
from nutgraf.reading.voices import Voices, clipped, merged, without

from tests.reading_scores import BAD_INPUT

needs_model = pytest.mark.skipif(not pipeline.is_here(pipeline.DEFAULT), reason="the spaCy pipeline is not here: run 'make setup'")
NO_MODEL = {"parse": {"model": "no_such_pipeline"}}


def read(text: str, **options: dict[str, str]) -> Document:
    document = Document("a", 1, text, language="en")
    for _, _, failed in measure_in_memory(Registry(options), ["tone"], [document]):
        assert not failed, failed
    return document


def speakers(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """Content, speaker, source kind and rule of every content span."""
    return [(text[s.start : s.end], s.value, s.label, s.rule) for s in read(text).spans["attribution"] if s.kind == "content"]


def who(text: str) -> list[tuple[str | None, str | None]]:
    """Speaker and source kind of the last thing said."""
    return [(value, kind) for _, value, kind, _ in speakers(text)][-1:]


@needs_model
@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("The mill was closed on Monday.", "outlet"),
        ("The mayor said that the mill was unsafe.", "reported"),
        ("The mill was unsafe, according to two engineers.", "reported"),
        ("“The mill is unsafe,” she said on Monday.", "quoted"),
        ("“The mill is unsafe.”", "quoted"),
        ("He called it “a terrible disaster” and left the burning house.", "mixed"),
        ("The mayor said that the mill was “a heap of rubble” without a roof.", "mixed"),
        ("We believe that the mill was unsafe.", "outlet"),
    ],
)
def test_the_voice_of_a_sentence(text: str, voice: str) -> None:
    assert [sentence.voice for sentence in read(text).sentences] == [voice]


def test_without_a_model_marks_alone_tell_voices_apart() -> None:
    text = "The mayor said that the mill was unsafe. “It leans,” she said. “It will fall.”"
    document = read(text, **NO_MODEL)
    assert [sentence.voice for sentence in document.sentences] == ["outlet", "mixed", "quoted"]
    assert [(score.status, score.reason) for score in document.scores["attribution"]] == [("not_assessable", "no spaCy model")]
    assert {score.status for score in document.scores["tone"]} == {"ok"}, "what needs no model goes on"


@needs_model
def test_tone_is_charged_to_who_speaks() -> None:
    text = "In a brave and brilliant speech the engineer complained that the roof was a horrible disaster."
    document = read(text)
    scores = {score.voice: score.value for score in document.scores["tone"]}
    assert document.sentences[0].voice == "mixed", "the speech is brilliant in the outlet's words"
    assert scores["reported"] < -0.5 and scores["outlet"] > 0 and "quoted" not in scores
    alone = read("The mayor complained that the roof was a horrible disaster.")
    assert {score.voice for score in alone.scores["tone"]} == {"all", "reported"}, "source and cue are nobody's opinion"


@needs_model
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dam holds, said Marta Ilves.", ("Marta Ilves", "named")),
        ("Marta Ilves, a baker, came home. She said that the dam holds.", ("Marta Ilves", "named")),
        ("Mr Kaspar Thyle met Ms Oda Brenn. He said that the dam holds.", ("Kaspar Thyle", "named")),
        ("Mayor Oda Brenn came. Later the mayor said that the dam holds.", ("Oda Brenn", "named")),
        ("The dam holds, said an official.", ("an official", "official")),
        ("The dam holds, said a spokesman for the port.", ("a spokesman for the port", "official")),
        ("The dam holds, said three fishermen.", ("three fishermen", "unnamed")),
        ("The police said that the dam holds.", ("The police", "organisation")),
        ("Skelder & Sons Ltd said that the dam holds.", ("Skelder & Sons Ltd", "organisation")),
        ("A report by the port said that the dam holds.", ("A report by the port", "document")),
        ("Reuters reported that the dam holds.", ("Reuters", "agency")),
        ("We reported that the dam holds.", (None, "reporter")),
        ("He said that the dam holds.", (None, "unknown")),
        ("“The dam holds until the spring.” It rained.", (None, "unknown")),
    ],
)
def test_who_speaks(text: str, expected: tuple[str | None, str]) -> None:
    assert who(text) == [expected]


@needs_model
def test_a_paragraph_that_is_a_quotation_inherits_its_speaker_and_says_so() -> None:
    text = "“We had warned them all,” said Marta Ilves.\n\n“Nobody came to look at it.”\n\nIt rained.\n\n“Then the wall gave way.”"
    said = speakers(text)
    assert said[1] == ("Nobody came to look at it.", "Marta Ilves", "named", "inherited-from-paragraph-before")
    assert said[2] == ("Then the wall gave way.", None, "unknown", "marks-alone"), "somebody else may have come in between"


@needs_model
def test_what_goes_together_shares_a_group() -> None:
    text = "Marta Ilves claimed that the dam holds."
    spans = read(text).spans["attribution"]
    assert {span.group_id for span in spans} == {"said-0"}
    assert {(span.kind, span.value, span.label) for span in spans} == {
        ("content", "Marta Ilves", "named"), ("source", "Marta Ilves", "named"), ("cue", "claim", "doubting"),
    }  # fmt: skip


def test_stretches() -> None:
    assert doctest.testmod(voices).attempted == 4 and not doctest.testmod(voices).failed
    assert merged([]) == [] and clipped([(0, 3)], 3, 5) == [] and without([(0, 3)], []) == [(0, 3)]


@needs_model
@pytest.mark.parametrize("text", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input(text: str) -> None:
    check(text)


PIECES = ["“", "”", '"', "said", "Marta Ilves", "she", "that", "the dam broke", ",", ".", ":", "\n\n", "according to", "a report", "\x00", "\u202e", "’", "claimed"]


@needs_model
@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_every_character_has_one_voice(pieces: list[str]) -> None:
    check(" ".join(pieces))


def check(text: str) -> None:
    document = read(text)
    heard = Voices(document)
    for sentence, speaking in zip(document.sentences, heard.speaking(document.sentences), strict=True):
        pieces = heard.segments(sentence.start, sentence.end)
        says_nothing = sentence.voice in ("quoted", "reported")
        assert speaking == tuple(voice for voice, own in pieces.items() if own and not (says_nothing and voice == "outlet"))
        covered = sorted(stretch for stretches in pieces.values() for stretch in stretches)
        assert sum(end - start for start, end in covered) == sentence.end - sentence.start and merged(covered) == [(sentence.start, sentence.end)]
        for voice, stretches in pieces.items():
            assert all(heard.at(start) == heard.at(end - 1) == voice for start, end in stretches)
    for span in document.spans["attribution"]:
        assert 0 <= span.start < span.end <= len(text)
        assert span.kind == "cue" or span.label in SOURCE_KINDS
        assert span.kind != "content" or (span.value is None) <= (span.label in ("unknown", "reporter", "unnamed"))
