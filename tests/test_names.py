"""Names: where they begin and end, of what kind they are, and which of them mean the same. The sentences are of this project."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.documents import Document
from nutgraf.errors import InputError
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.reading import pipeline
from nutgraf.reading.alias_file import read_aliases
from nutgraf.reading.name_words import KINDS, fold, tokens, words
from nutgraf.reading.short_forms import is_acronym
from nutgraf.schema import TABLES

from tests.reading_scores import BAD_INPUT

pytestmark = pytest.mark.skipif(not pipeline.is_here(pipeline.DEFAULT), reason="the spaCy pipeline is not here: run 'make setup'")


def read(text: str, **options: dict[str, str]) -> Document:
    document = Document("a", 1, text, language="en")
    for _, _, failed in measure_in_memory(Registry(options), ["names"], [document]):
        assert not failed, failed
    return document


def names(text: str, **options: dict[str, str]) -> list[tuple[str, str | None, str | None]]:
    """Each mention as written, with its kind and its canonical name."""
    return [(text[span.start : span.end], span.label, span.value) for span in read(text, **options).spans["names"]]


def kinds(text: str) -> dict[str, str | None]:
    return {written: kind for written, kind, _ in names(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The work was halted by Mayor Marta Ilves on Monday.", {"Marta Ilves": "PERSON"}),
        ("We met Dr Oda Brenn and Mr. Kaspar Thyle there.", {"Oda Brenn": "PERSON", "Kaspar Thyle": "PERSON"}),
        ("It was found by Juri van der Ploeg, 43, a ferryman.", {"Juri van der Ploeg": "PERSON"}),
        ("The keys belong to Anna-Lena Moss-Ferrier's aunt.", {"Anna-Lena Moss-Ferrier": "PERSON"}),
        ("They told the Harbour Pilots' Union about it.", {"Harbour Pilots' Union": "ORG"}),
        ("She studied at the University of Tarnmoor for a year.", {"University of Tarnmoor": "ORG"}),
        ("The grant came from Skelder & Sons Ltd in the end.", {"Skelder & Sons Ltd": "ORG"}),
        ("The fire began in Tarnmoor and spread to Odderby.", {"Tarnmoor": "GPE", "Odderby": "GPE"}),
        ("Two lorries met on Cobbler Street near Tarnmoor Station.", {"Cobbler Street": "FAC", "Tarnmoor Station": "FAC"}),
        ("Traffic on the M46 was slow on Tuesday in May.", {"M46": "FAC"}),
        ("The nurse, who had come from Ghana, went home.", {"Ghana": "GPE"}),
        ("Norwegian farmers waited for rain in the spring.", {}),
    ],
)
def test_span_and_kind(text: str, expected: dict[str, str]) -> None:
    assert kinds(text) == expected


def test_us_is_a_country_and_us_is_none() -> None:
    assert names("They told us that the US had left. “Join us,” said nobody in the U.S. army.") == [
        ("US", "GPE", "United States"), ("U.S.", "GPE", "United States"),
    ]  # fmt: skip


def test_shorter_forms_mean_the_fullest_one() -> None:
    text = (
        "Marta Ilves closed the mill. Ilves had warned the owners, Marta’s brother said. The owners are Grimdyke Holdings Ltd. "
        "Grimdyke Holdings did not answer. The Tarnmoor Weavers’ Association (TWA) will meet. The TWA wants talks with Ms Ilves."
    )
    together: dict[str | None, list[str]] = {}
    for written, _, name in names(text):
        together.setdefault(name, []).append(written)
    assert together == {
        "Marta Ilves": ["Marta Ilves", "Ilves", "Marta", "Ilves"],
        "Grimdyke Holdings Ltd": ["Grimdyke Holdings Ltd", "Grimdyke Holdings"],
        "Tarnmoor Weavers’ Association": ["Tarnmoor Weavers’ Association", "TWA", "TWA"],
    }


def test_of_two_of_one_surname_the_last_one_named_is_meant() -> None:
    text = "Ole Brandt met Tove Brandt at noon. Tove Brandt laughed. Brandt had won. Then Ole Brandt came. Brandt had lost."
    assert [name for written, _, name in names(text) if written == "Brandt"] == ["Tove Brandt", "Ole Brandt"]


def test_a_surname_that_is_a_word_is_a_name_where_it_acts_and_nowhere_else() -> None:
    text = "Dora Banks kept the books. Banks had a key. Banks of fog lay over the town."
    assert [written for written, _, name in names(text) if name == "Dora Banks"] == ["Dora Banks", "Banks"]


def test_names_are_found_in_headlines_in_capitals_through_the_text_below() -> None:
    text = "ILVES SHUTS MILL AFTER WARNING\n\nThe mill was closed by Marta Ilves on Monday. Nobody had expected that so soon."
    assert names(text)[0] == ("ILVES", "PERSON", "Marta Ilves")


def test_names_in_promo_lines_are_not_read() -> None:
    text = "Mill shut\n\nThe mill was closed by Marta Ilves on Monday, and the looms stand still.\n\nRead more: Kaspar Thyle on the end of wool"
    assert {name for _, _, name in names(text)} == {"Marta Ilves"}


def test_a_desk_s_aliases_hold_in_all_articles_and_win_over_the_article() -> None:
    own = "alias,name,kind\nthe Cottontown,Tarnmoor,GPE\nBig Marta,Marta Ilves,PERSON\nIlves,Marta Ilves,PERSON\n"
    found = names("In the Cottontown nobody slept. Big Marta shouted, and Ilves laughed.", names={"aliases": own})
    assert found == [("Cottontown", "GPE", "Tarnmoor"), ("Big Marta", "PERSON", "Marta Ilves"), ("Ilves", "PERSON", "Marta Ilves")]
    before = Registry().version("names")
    assert Registry({"names": {"aliases": own}}).version("names") != before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name,alias\n", "line 1: the columns are name, alias"),
        ("alias,name,kind\nSU,Seamen’s Union\n", "line 2: 2 columns, 3 needed"),
        ("alias,name,kind\nSU,Seamen’s Union,UNION\n", "line 2: kind must be one of PERSON, ORG, GPE, FAC"),
        ("alias,name,kind\nSU,Seamen’s Union,ORG\nSU,Sailors United,ORG\n", "line 3: 'SU' already means 'Seamen’s Union'"),
        ("alias,name,kind\n…,Seamen’s Union,ORG\n", "line 2: there is no name in it"),
    ],
)
def test_a_bad_alias_is_refused_with_its_line(content: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_aliases(content)


def test_without_a_model_there_are_no_names_and_it_says_why() -> None:
    document = read("Marta Ilves closed the mill.", parse={"model": "no_such_pipeline"})
    (score,) = document.scores["names"]
    assert not document.spans["names"] and (score.status, score.value, score.reason) == ("not_assessable", None, "no spaCy model")


def test_acronyms_leave_small_words_out_or_take_them() -> None:
    assert is_acronym("MoT", ("ministry", "of", "transport")) and is_acronym("UWF", ("united", "weavers'", "front"))
    assert not is_acronym("Mot", ("ministry", "of", "transport")) and not is_acronym("TWO", ("the", "weavers"))


def test_words_are_folded() -> None:
    assert fold("Brønnøysund’s") == "bronnoysund's" and tokens('Ada "Dutch" Moe Jr.') == ("ada", "dutch", "moe", "jr")


def test_the_lists_are_lower_case_and_no_word_is_a_title_and_a_given_name_by_accident() -> None:
    lists = [words(section, name) for section, name in (("titles", "words"), ("given", "words"), ("organisations", "heads"), ("buildings", "heads"))]
    assert all(word == word.lower() for held in lists for word in held)
    assert lists[0] & lists[1] <= {"earl", "dean", "duke", "king", "prince"}


def check(text: str) -> None:
    document = read(text)
    spans = document.spans["names"]
    assert all(0 <= span.start < span.end <= len(text) and text[span.start : span.end].strip() for span in spans)
    assert all(span.label in KINDS and span.value for span in spans)
    assert all(first.end <= second.start for first, second in zip(spans, spans[1:], strict=False)), "two names in one place"
    keys = [tuple(getattr(span, name, None) for name in TABLES["spans"].key) for span in spans]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("text", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input(text: str) -> None:
    check(text)


PIECES = ["Marta", "Ilves", "ILVES", "Banks", "of", "the", "The", "US", "us", "van", "“", "”", '"', "'s", "’", "Ltd", "&", "Dr", "Mr.", "May", "A.", "M4", ".", ":", ",",
          "\n\n", "said", "in", "University", "St", "\u202e", "\x00", "😀", "Ñandú-Ñ", "al-", "-"]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=30))
def test_rubbish_has_its_names_inside_the_text(pieces: list[str]) -> None:
    check(" ".join(pieces))
