"""Naming: the carried sets are whole, places count once in each set, and a bad row of a desk's own list is refused with its line."""

from __future__ import annotations

import doctest
import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.desk import Desk
from nutgraf.documents import Document
from nutgraf.errors import InputError
from nutgraf.measures import naming_sets
from nutgraf.measures.naming import Naming
from nutgraf.measures.naming_sets import carried, read
from nutgraf.measuring import Registry, measure_in_memory

HEAD = "set,term,phrase\n"
OWN = HEAD + "The wall,sea wall,sea wall+\nThe wall,barrier,barrier+\nPeople in the street,neighbours,neighbour+\nPeople in the street,swimmers,swimmer+\n"


def document(text: str, measure: Naming | None = None, language: str | None = "en") -> Document:
    found, registry = Document("a", 1, text, language=language), Registry({"parse": {"model": "none"}})
    registry.measures["naming"] = measure or Naming()
    for _ in measure_in_memory(registry, ["naming"], [found]):
        pass
    return found


def of(text: str, measure: Naming | None = None) -> list[tuple[str, str, str]]:
    return [(text[span.start : span.end], span.value, span.label) for span in document(text, measure).spans["naming"]]


def test_docstrings() -> None:
    assert doctest.testmod(naming_sets).failed == 0


def test_the_carried_sets_are_whole() -> None:
    assert len(carried()) >= 25
    for one in carried():
        assert len(one.terms) >= 3 and len(one.title) <= naming_sets.LONGEST["set"], one.title
        assert all(0 < len(term) <= naming_sets.LONGEST["term"] for term in one.terms), one.title
        assert one.title[0].isupper() and one.title not in one.terms


@pytest.mark.parametrize("one", carried(), ids=lambda one: one.title)
def test_each_term_is_found_by_each_of_its_phrases(one: naming_sets.NamingSet) -> None:
    for term, phrases in one.terms.items():
        for phrase in phrases:
            words = " ".join(element.words[0].removesuffix("*") if element.words else "$5" for element in phrase.elements)
            text = f"On Monday {words}, it was."
            assert any(label == term and words in said for said, title, label in of(text) if title == one.title), (term, phrase.written, words)


def test_a_place_counts_once_for_the_longest_phrase() -> None:
    said = of("Riot police met the protesters.")
    assert said == [("Riot police", "Those who police", "riot police"), ("protesters", "People in the street", "protesters")]
    both = of("The incident ended.")
    assert [title for _, title, _ in both] == ["Something that went wrong and did harm"]
    assert [title for _, title, _ in of("The fatal incident ended.")] == ["Death by an act"], "the longer counts, whichever set it is of"
    own = Naming(own=HEAD + "A,one,wall+\nA,two,dam+\nB,three,wall+\nB,four,gate+\n", carried=False)
    assert [(title, label) for _, title, label in of("The wall fell.", own)] == [("A", "one"), ("B", "three")], "the same words in two sets"


def test_the_longest_wins_whichever_begins_first() -> None:
    measure = Naming(own=HEAD + "W,a,old sea\nW,b,sea wall barrier\nW,c,barrier\n", carried=False)
    assert of("The old sea wall barrier held.", measure) == [("sea wall barrier", "W", "b")]


def test_what_is_no_part_of_the_story_and_other_languages_are_not_looked_at() -> None:
    assert [score.reason for score in document("Die Polizei kam.", language="de").scores["naming"]] == ["language 'de' is not measured"]
    assert [score.reason for score in document("").scores["naming"]] == ["no sentence in headline, standfirst or body"]
    nothing = document("The mob came.", Naming(carried=False))
    assert [score.reason for score in nothing.scores["naming"]] == ["there is no set of words to look for"]
    assert document("It rained.").spans["naming"] == [] == document("It rained.").scores["naming"], "no word of a set is no row"


def test_a_desks_own_sets_join_the_carried_ones_and_take_the_place_of_one_of_the_same_title() -> None:
    measure = Naming(own=OWN)
    assert len(measure.sets) == len(carried()) + 1
    assert {(title, label) for _, title, label in of("Neighbours and protesters by the sea wall.", measure)} == {
        ("People in the street", "neighbours"), ("People who live there", "neighbours"), ("The wall", "sea wall"),
    }  # fmt: skip
    assert {resource.name for resource in measure.resources} == {"naming.toml", "naming.csv"}
    assert pickle.loads(pickle.dumps(measure)).sets == measure.sets  # noqa: S301 - as a worker gets it


@pytest.mark.parametrize(("content", "reason"), [
    ("", "line 1: the columns are missing, and must be set, term, phrase"),
    ("set,term\n", "line 1: the columns are set, term"),
    (HEAD + "W,a,wall\n\nW,b\n", "line 4: 2 columns, 3 needed"),
    (HEAD + "W,a,wall\nW,,dam\n", "line 3: the term is empty"),
    (HEAD + "W,a,wall\nW,b,dam |\n", "line 3: cannot be read"),
    (HEAD + "W,a,wall\nW,b,..2 dam\n", "line 3: phrase begins or ends with a gap"),
    (HEAD + "W,a,wall\nW,b,wall\n", "line 3: “wall” of “W” stands in line 2 already"),
    (HEAD + "W,a,wall\nW,a,dam\n", "line 2: “W” has one term"),
    (HEAD + f"W,{'a' * 41},wall\n", "line 2: the term has 41 characters"),
    (HEAD + '"W,a,wall\n', "it is no CSV"),
    (HEAD, "there is no set in it"),
])  # fmt: skip
def test_a_bad_row_is_refused_with_its_line_and_how_to_mend_it(content: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        read(content)
    said = str(caught.value)
    assert reason in said and "data/decisions/naming.csv" in said and "Correct that line" in said and "No naming was measured" in said


def test_a_desk_brings_its_file_and_another_file_is_another_version(tmp_path: Path) -> None:
    (tmp_path / "nutgraf.toml").write_text("", encoding="utf-8")
    empty = Desk(tmp_path)
    before = Registry(empty.measure_options).version("naming")
    path = empty.decisions / "naming.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(OWN, encoding="utf-8-sig")
    after = Registry(empty.measure_options)
    assert after.version("naming") != before and after.version("loaded") == Registry().version("loaded")
    assert any(one.title == "The wall" for one in after.get("naming").sets)
    path.write_text("set;term;phrase\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        Registry(empty.measure_options).get("naming")


@settings(deadline=None, max_examples=80)
@given(st.lists(st.sampled_from(["riot", "police", "Riot", "the crowd", "protesters", ",", "”", "\n\n", "İ", "climate", "crisis", "ﬁ", "mobs"]), max_size=30))
def test_places_are_words_of_the_text_and_those_of_a_set_do_not_overlap(parts: list[str]) -> None:
    text = " ".join(parts)
    found = document(text)
    by_set: dict[str, list] = {}
    for span in found.spans["naming"]:
        assert 0 <= span.start < span.end <= len(text) and text[span.start : span.end].strip() == text[span.start : span.end]
        by_set.setdefault(span.value, []).append(span)
    for spans in by_set.values():
        assert all(one.end <= other.start for one, other in zip(spans, spans[1:], strict=False))
