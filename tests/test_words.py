"""Words: found, counted in each article once, and found again in its text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf import words
from nutgraf.desk import Desk
from nutgraf.documents import Document, Sentence
from nutgraf.findings import wording
from nutgraf.ingesting import ingest
from nutgraf.jupyter import Workbench
from nutgraf.measures.words import build
from nutgraf.words import forms, uses, words_at

AWKWARD = st.text(st.sampled_from("aAbBéÉ'’ʼ‘\"“-—. \n3żЖ€ŉİΣσς½"), max_size=50)


@settings(max_examples=300, deadline=None)
@given(AWKWARD)
def test_the_fast_way_finds_the_same_words(text: str) -> None:
    assert forms(text) == words._WORD.findall(words.fold(text))
    assert [form.lower() for form in forms(text)] == [word for word, _, _ in words_at(text, [(0, len(text))])]


@settings(max_examples=500, deadline=None)
@given(AWKWARD, st.lists(st.integers(0, 50), max_size=6), st.data())
def test_uses_are_those_that_reading_every_word_finds(text: str, cuts: list[int], data: st.DataObject) -> None:
    places = sorted({min(cut, len(text)) for cut in cuts})
    ranges = list(zip(places[::2], places[1::2], strict=False))
    known = {word for word, _, _ in words_at(text, [(0, len(text))])} | {"a", "a'b"}
    wanted = data.draw(st.sets(st.sampled_from(sorted(known)), max_size=3))
    assert uses(text, wanted, ranges) == [found for found in words_at(text, ranges) if found[0] in wanted]


def test_a_word_inside_another_is_no_use_of_it() -> None:
    text = "Dams: the dam’s dam, DAM, o'dam, dam-ned."
    assert [text[start:end] for _, start, end in uses(text, {"dam"}, [(0, len(text))])] == ["dam", "DAM", "dam"]
    assert [text[start:end] for _, start, end in uses(text, {"dam's"}, [(0, len(text))])] == ["dam’s"]
    assert uses(text, {"dam"}, [(0, 12), (22, 24)]) == [], "a stretch that ends inside it"


def test_each_article_has_a_row_for_each_form_in_the_parts_that_are_analysed() -> None:
    text = "The dam\nDam burst. The dam!\nRead more"
    sentences = [Sentence(0, 0, 7, "headline", None, "outlet"), Sentence(1, 8, 18, "body", None, "outlet"),
                 Sentence(2, 19, 27, "body", None, "outlet"), Sentence(3, 28, 37, "promo", None, "outlet")]  # fmt: skip
    measured = build({}).measure([Document("a", 1, text, sentences=sentences), Document("b", 1, "")])
    assert measured["a", 1].words == [("Dam", 1), ("The", 2), ("burst", 1), ("dam", 2)]
    assert measured["b", 1].words == []


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    from tests.conftest import copy_desk

    desk = Desk(copy_desk(tmp_path_factory.mktemp("words") / "desk"))
    ingest(desk)
    return Workbench(desk)


@pytest.mark.parametrize("outlets", [("", ""), ("Ploughlight", "The Tessel Ledger"), ("Valley Herald-Echo", "")])
def test_keyness_from_stored_counts_is_what_counting_anew_gives(bench: Workbench, outlets: tuple[str, str]) -> None:
    chosen = bench.select(copies="all")  # so that some of its articles are copies
    made = []
    for needs in (("sentences",), ("sentences", "words")):
        measured = bench.measure(*needs, selection=chosen)
        finding = wording.keyness(measured, wording.pair(measured, *outlets), source="s")
        data = finding.to_json()
        assert data["method"].pop("measures") == list(needs)
        data["method"].pop("accuracy")
        made.append((data, finding.evidence().to_csv()))
    assert made[0] == made[1] and made[0][0]["status"] == "ok"


def test_words_of_articles_that_were_not_asked_for_are_not_read(bench: Workbench) -> None:
    measured = bench.measure("words", selection=bench.select())
    some = list(measured.articles["article_id"])[:2]
    found = measured.words(some)
    assert set(found["article_id"]) == set(some) and (found["n"] > 0).all()
