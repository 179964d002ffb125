"""Phrases are found wherever their own patterns match, and what the search sees of neighbouring words changes nothing."""

from __future__ import annotations

import doctest
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nutgraf import arrays, codebooks
from nutgraf.phrases import language, search
from nutgraf.phrases.language import Found, Ranges
from nutgraf.phrases.plans import plans
from nutgraf.phrases.search import Matcher

KIN = {"kin": ["mother", "step-son", "next of kin"]}
PHRASES = [
    "row|spat over", "accuse+", "hypocri*", "responsib* of|for", "responsiv*", "her ..1 {kin}", "{kin} of", "cut ..2 jobs|posts", "lose+ $#|#", "# jobs",
    "little @name", "city's fault", "won't pay", "father's day", "his father", "at&t", "fell_ill|died in_may", "naïve plan", "unconstitutionalities",
    "was warned|told", "the court ruling", "court's ruling", "acc* plan", "step hypocri*", "internationalisation of", "internationalisations", "a plan", "plan a",
]  # fmt: skip
WORDS = [
    "row", "spat", "over", "accused", "accuses", "accusation", "hypocrisy", "responsible", "responsibility", "responsive", "of", "for", "her", "late",
    "mother", "step", "son", "next", "kin", "cut", "jobs", "posts", "200", "£3", "4,000", "3", "little", "Ana", "ana", "city", "fault", "won't", "won’t", "pay",
    "father", "his", "day", "'s", "’s", "s", "at&t", "fell", "ill", "died", "in", "may", "naïve", "plan", "unconstitutionalities", "was", "warned",
    "told", "court", "ruling", "šwas", "wasš", "šport", "a", "internationalisation", "internationalisations", "internationalisationsx", "accordingly", "_was_", "'",
]  # fmt: skip
MARKS = [" ", " ", " ", " ", "", "-", " – ", "—", ", ", "'s ", "’ ", ". ", "\n", " “", "” ", "     ", "…", "١ "]  # noqa: RUF001 - as in texts
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(MARKS)), max_size=40).map(lambda parts: "".join(map("".join, parts)))


@pytest.fixture(scope="module", name="matcher")
def made() -> Matcher:
    return Matcher((number, language.parse(phrase, KIN)) for number, phrase in enumerate(PHRASES))


@pytest.fixture(scope="module", name="blind")
def made_blind() -> Matcher:
    """The same, with eyes for no neighbour: every pattern is asked."""
    blind = Matcher((number, language.parse(phrase, KIN)) for number, phrase in enumerate(PHRASES))
    for side in (blind._nexts, blind._lasts):
        side._set = np.zeros_like(side._set)
    return blind


def found_in(matcher: Matcher, text: str, ranges: Ranges | None = None) -> list[list[Found]]:
    return matcher.find([(language.fold(text), [(0, len(text))] if ranges is None else ranges)])[0]


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("was šwarned, was warned")
@example("The court's ruling, the court ruling")
@example("his father's day")
def test_what_is_seen_of_neighbours_changes_nothing(matcher: Matcher, blind: Matcher, text: str) -> None:
    assert found_in(matcher, text) == found_in(blind, text)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("Responsible for the row over her late mother of 3 jobs")
@example("١٢ jobs")
@example("šrow over a šresponsibility of accordinglyš plan")
@example("step-hypocrisy")
def test_phrases_are_found_where_their_own_pattern_matches(matcher: Matcher, text: str) -> None:
    texts = language.fold(text)
    found = found_in(matcher, text)[0]
    for number, phrase in enumerate(PHRASES):
        elements = language.parse(phrase, KIN)
        cased = "@name" in phrase
        pattern = re.compile(rf"(?<!\w){language.regex(elements)}", re.IGNORECASE if cased else 0)
        sought = texts.cased if cased else texts.low
        mine = [one for one in found if one.index == number]
        assert all(pattern.fullmatch(sought, one.start, one.end) for one in mine), phrase
        assert bool(mine) == bool(pattern.search(sought)), phrase


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=5))
def test_many_texts_at_once_are_as_each_alone(matcher: Matcher, some: list[str]) -> None:
    together = matcher.find([(language.fold(text), [(0, len(text))]) for text in some])
    assert together == [found_in(matcher, text) for text in some]


def test_portions_of_many_texts_are_as_each_alone(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    some = ["A row over jobs.", "", "Ana lost 200 jobs.", "His father won’t pay."]
    each = [found_in(matcher, text) for text in some]
    for size in (1, 17, 30, 1000):
        monkeypatch.setattr(search, "_AT_ONCE", size)
        assert matcher.find([(language.fold(text), [(0, len(text))]) for text in some]) == each


def test_a_phrase_stays_within_its_range(matcher: Matcher) -> None:
    text = "The row over it. A row. Over it. Was warned"
    rows = [(0, 16), (17, 23), (24, 32)]
    assert [[text[one.start : one.end] for one in found] for found in found_in(matcher, text, rows)] == [["row over"], [], []]
    assert found_in(matcher, text, []) == []


def test_first_bytes() -> None:
    line, places = b"abcdefghi       ", np.array([0, 1, 2])
    assert arrays.first_bytes(line, places, np.array([1, 99, 0])).tolist() == [0x61, int.from_bytes(b"bcdefghi", "little"), 0]
    assert arrays.first_bytes(line, places, np.array([1, 99, 2]), 2).tolist() == [0x61, 0x6362, 0x6463]


def test_runs_of_numbers() -> None:
    assert doctest.testmod(arrays).attempted == 1 and not doctest.testmod(arrays).failed
    assert [found.tolist() for found in arrays.runs(np.array([], int), np.array([], int))] == [[], []]


def test_no_phrases_find_nothing() -> None:
    assert found_in(Matcher([]), "A row over it.") == [[]]
    assert Matcher([]).find([]) == []


@pytest.mark.parametrize(
    ("phrase", "anchor", "nexts", "lasts"),
    [
        ("row|spat over", {"row", "spat"}, {"over"}, set()),
        ("was warned", {"warned"}, set(), {"was"}),
        ("won't pay", {"won"}, {"t"}, set()),
        ("her ..1 mother", {"mother"}, set(), set()),
        ("responsibilit* of", {"responsi*"}, {"of"}, set()),
    ],
)  # fmt: skip
def test_where_a_phrase_is_looked_for(phrase: str, anchor: set[str], nexts: set[str], lasts: set[str]) -> None:
    made = list(plans(0, language.parse(phrase, {})))
    assert {plan.anchor for plan in made} == anchor
    assert {row for plan in made for row in plan.nexts} == nexts
    assert {row for plan in made for row in plan.lasts} == lasts


def test_the_search_passes_over_most_places_of_the_codebook_that_ships() -> None:
    """What makes it quick: of the places where an anchor of "was warned" stands, few are asked."""
    matcher = codebooks.load("generic-frames")._matcher
    tries = matcher._to_try("he was there and was here, it was so, and they were told; she has it, it has been; i have it")
    assert len(tries.begins) <= 3
