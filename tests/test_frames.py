"""The measure frames: rows for sentences and articles, voices apart, and the word "absent"."""

from __future__ import annotations

import doctest
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf import codebooks
from nutgraf.documents import Document, Resource, Rows, Sentence, Span
from nutgraf.errors import MeasureError, ResourceError
from nutgraf.measures import frames
from nutgraf.measures.frames import build, label_of
from nutgraf.measuring import Registry
from nutgraf.schema import SCORE_VOICES

FRAMES = build({})
CONFLICT = "Critics accused the minister of lying."
QUOTED = "“Critics accused the minister of bad faith.”"
PLAIN = "The ferry leaves at nine."


def document(*sentences: str, headline: str | None = None, language: str | None = "en", parts: dict[int, str] | None = None) -> Document:
    """A document with its sentences and the quotations between curly marks."""
    texts = ([headline] if headline else []) + list(sentences)
    rows, position = [], 0
    for number, text in enumerate(texts):
        part = "headline" if headline and number == 0 else (parts or {}).get(number, "body")
        voice = "quoted" if text.startswith("“") and text.endswith("”") else "mixed" if "“" in text else "outlet"
        rows.append(Sentence(number, position, position + len(text), part, None, voice))
        position += len(text) + 1
    text = "\n".join(texts)
    quotes = [
        Span(None, start + 1, text.index("”", start), "quote", None, "direct", None, None)
        for start, mark in enumerate(text)
        if mark == "“"
    ]
    return Document("a" * 16, 1, text, language=language, sentences=rows, spans={"quotes": quotes})


def measured(found: Document) -> Rows:
    return FRAMES.measure([found])[found.key]


def article(found: Document, frame: str = "conflict", voice: str = "all") -> tuple:
    rows = [s for s in measured(found).scores if s.sentence is None and s.dimension == frame and s.voice == voice]
    assert len(rows) == 1
    return rows[0].label, rows[0].value, rows[0].n, rows[0].reason


def test_docstrings() -> None:
    assert doctest.testmod(frames).failed == 0


def test_a_cue_is_a_span_and_a_sentence_score() -> None:
    found = document(PLAIN, CONFLICT, PLAIN)
    rows = measured(found)
    span = next(s for s in rows.spans if s.label == "conflict")
    assert (span.kind, span.sentence, span.value, span.rule) == ("frame_cue", 1, "accused", "generic-frames:accuse")
    assert found.text[span.start : span.end] == "accused"
    score = next(s for s in rows.scores if s.sentence == 1 and s.dimension == "conflict")
    assert (score.value, score.label, score.n, score.voice) == (1.0, "present", 1, "all")
    assert {s.sentence for s in rows.scores} == {None, 1}


@pytest.mark.parametrize(
    ("sentences", "headline", "label"),
    [
        ([PLAIN] * 9, None, "absent"),
        ([CONFLICT] + [PLAIN] * 8, None, "weak"),
        ([CONFLICT] * 2 + [PLAIN] * 8, None, "present"),
        ([CONFLICT] * 2 + [PLAIN] * 38, None, "present"),
        ([CONFLICT] * 2 + [PLAIN] * 39, None, "weak"),
        ([PLAIN] * 9, CONFLICT, "present"),
    ],
)
def test_labels(sentences: list[str], headline: str | None, label: str) -> None:
    answer, value, n, reason = article(document(*sentences, headline=headline))
    cues = sum(text == CONFLICT for text in [headline, *sentences])
    assert (answer, n, reason) == (label, len(sentences) + bool(headline), None)
    assert value == cues / n


def test_absent_is_an_answer_and_nothing_is_not() -> None:
    assert article(document(PLAIN, PLAIN, PLAIN)) == ("absent", 0.0, 3, None)
    assert article(document(PLAIN, CONFLICT)) == (None, None, None, "2 of 3 sentences needed")
    assert article(document()) == (None, None, None, "no sentence in headline, standfirst or body")
    assert article(document(CONFLICT, CONFLICT, CONFLICT, language="de")) == (None, None, None, "language 'de' is not measured")


def test_promo_lines_are_in_no_score() -> None:
    found = document(PLAIN, PLAIN, PLAIN, CONFLICT, parts={3: "promo"})
    assert article(found) == ("absent", 0.0, 3, None)
    assert measured(found).spans == []


def test_voices_are_told_apart() -> None:
    found = document(QUOTED, QUOTED, QUOTED, CONFLICT, PLAIN, PLAIN)
    assert article(found, voice="all")[:3] == ("present", 4 / 6, 6)
    assert article(found, voice="quoted")[:3] == ("present", 1.0, 3)
    assert article(found, voice="outlet")[:3] == ("weak", 1 / 3, 3)
    assert article(document(QUOTED, PLAIN, PLAIN, PLAIN), voice="quoted")[3] == "1 of 3 sentences with a quotation needed"


def test_a_mixed_sentence_counts_for_the_voice_of_its_cue() -> None:
    mixed = "“We refuse to negotiate,” said the captain of the ferry."
    found = document(mixed, mixed, mixed)
    assert article(found, voice="quoted")[0] == "present" and article(found, voice="outlet")[:2] == ("absent", 0.0)
    turned = "Critics accused the captain of the “Ardent”."
    found = document(turned, turned, turned)
    assert article(found, voice="outlet")[0] == "present" and article(found, voice="quoted")[:2] == ("absent", 0.0)


TEXTS = st.lists(st.sampled_from([CONFLICT, QUOTED, PLAIN, "The plan will cost taxpayers £4m.", "“It is wrong to lie,” she said."]), max_size=8)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_one_answer_for_each_frame_and_voice(texts: list[str]) -> None:
    found = document(*texts)
    rows = measured(found)
    keys = [(s.dimension, s.voice) for s in rows.scores if s.sentence is None]
    assert sorted(keys) == sorted((f, v) for f in FRAMES.codebook.frame_ids for v in SCORE_VOICES)
    for score in rows.scores:
        assert (score.value is None) == (score.status == "not_assessable") == (score.label is None)
        if score.sentence is None and score.value:
            assert any(span.label == score.dimension for span in rows.spans)
    assert all(0 <= span.start < span.end <= len(found.text) for span in rows.spans)
    assert len({(s.start, s.end, s.rule) for s in rows.spans}) == len(rows.spans)
    assert measured(found) == rows


def test_the_codebook_is_in_the_version() -> None:
    book = codebooks.load("generic-frames")
    assert FRAMES.resources == (Resource("codebook", "generic-frames", book.sha256, book.version),)
    plain = Registry().version("frames")
    assert Registry({"frames": {"codebook": "generic-frames"}}).version("frames") != plain
    changed = Registry()
    changed.get("frames").resources = (Resource("codebook", "generic-frames", "0" * 64),)
    assert changed.version("frames") != plain


def test_it_goes_to_another_process() -> None:
    found = document(CONFLICT, PLAIN, PLAIN)
    assert pickle.loads(pickle.dumps(FRAMES)).measure([found]) == FRAMES.measure([found])  # noqa: S301 - our own bytes


def test_a_codebook_without_cues_cannot_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    book = codebooks.Codebook("policy", "Policy", "…", "1", True, (), "0" * 64)
    monkeypatch.setattr(codebooks, "load", lambda name: book)
    with pytest.raises(MeasureError, match="hand coding only"):
        build({}).measure([document(PLAIN, PLAIN, PLAIN)])


def test_an_unknown_codebook_is_refused_at_once() -> None:
    with pytest.raises(ResourceError, match="no such codebook: 'moral'"):
        build({"codebook": "moral"})


def test_labels_do_not_fall_with_more_evidence() -> None:
    order = ["absent", "weak", "present"]
    for assessed in (3, 10, 50):
        ranks = [order.index(label_of(n, assessed, in_headline=False)) for n in range(assessed + 1)]
        assert ranks == sorted(ranks)
