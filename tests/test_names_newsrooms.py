"""Names in the furniture and the languages of other newsrooms: credits, datelines, houses, foreign words, short forms. The sentences are of this project."""

from __future__ import annotations

import pytest
from nutgraf.reading import pipeline
from nutgraf.reading.short_forms import is_blend

from tests.test_names import kinds, names

pytestmark = pytest.mark.skipif(not pipeline.is_here(pipeline.DEFAULT), reason="the spaCy pipeline is not here: run 'make setup'")

STORY = "Mill shut\n\nThe mill by the river was closed on Monday after a wall fell, and nobody was hurt, the owners said in a letter.\n\n"


def check(text: str, expected: dict[str, str]) -> None:
    """The names expected, and no other."""
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They met at Gare Montlaur and in Brunnenstraße on Monday.", {"Gare Montlaur": "FAC", "Brunnenstraße": "FAC"}),
        ("The children of Ysgol Bryn Coed sang beside Capel Horeb.", {"Ysgol Bryn Coed": "FAC", "Capel Horeb": "FAC"}),
        ("He blamed An Bord Sonais, and Comhairle Thamhair too.", {"An Bord Sonais": "ORG", "Comhairle Thamhair": "ORG"}),
        ("The strike at Odderwerke ended when Harbour Tin Bhd paid.", {"Odderwerke": "ORG", "Harbour Tin Bhd": "ORG"}),
    ],
)
def test_words_of_other_languages_tell_a_kind(text: str, expected: dict[str, str]) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ferry tied up at Odder jetty on Monday.", {"Odder jetty": "FAC"}),
        ("Thieves broke into Skell Hill pumping station at night.", {"Skell Hill pumping station": "FAC"}),
        ("The march ended outside the Hall of Mirrors.", {"Hall of Mirrors": "FAC"}),
        ("She flew to Port of Spain on Monday.", {"Port of Spain": "GPE"}),
        ("The money came from the Free State of Odder.", {"Free State of Odder": "GPE"}),
        ("Fans filled Moss Velodrome on Monday.", {"Moss Velodrome": "FAC"}),
        ("Odder is the oldest town of the coast.", {"Odder": "GPE"}),
        ("A bomb was found inside Salt House on Monday.", {"Salt House": "FAC"}),
        ("Lorries bound for Skaldvik were held on Monday.", {"Skaldvik": "GPE"}),
    ],
)
def test_places_and_buildings(text: str, expected: dict[str, str]) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was signed by Bo Rask, founder of Glimt Trove.", {"Bo Rask": "PERSON", "Glimt Trove": "ORG"}),
        ("Sheela Trane, the corporation's managing director, has left.", {"Sheela Trane": "PERSON"}),
        ("Organisers Tarn Arts said no to the plan.", {"Tarn Arts": "ORG"}),
        ("Councilor Ines Marr and Acting Mayor Rod Tull said no.", {"Ines Marr": "PERSON", "Rod Tull": "PERSON"}),
        ("Nurses went to QLD Health on Monday, said Local 12 of the union.", {"QLD Health": "ORG", "Local 12": "ORG"}),
        ("The money was owed to Bradley & Khan of the mill.", {"Bradley & Khan": "ORG"}),
        ("They bought the boat from Skell Pump Co.", {"Skell Pump Co.": "ORG"}),
        ("She wrote to the Ministry of Ferries (MoF) and the MoT again.", {"Ministry of Ferries": "ORG", "MoF": "ORG", "MoT": "ORG"}),
    ],
)
def test_persons_and_bodies(text: str, expected: dict[str, str]) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    "text",
    [
        "The tower was sold for HK$40, and the pump cost R19,000 a month.",
        "“Don't go,” she said when they met on Carnival Friday.",
        "The roofs were lost when Storm Agathe came over the sea.",
    ],
)
def test_money_days_and_storms_are_no_names(text: str) -> None:
    check(text, {})


def test_a_label_in_capitals_before_a_headline_is_no_name() -> None:
    check("TOWN WATCH: Mum finds ten coins in the sand\n\nThe coins were as old as the sea, she said, and nobody knew whose they were.", {})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Smoke came through the roof of Odder Primary School on Monday.", "FAC"),
        ("Odder Primary School was evacuated on Monday.", "FAC"),
        ("The show has moved to Odder Community Centre.", "FAC"),
        ("The mayor opened Odder Maritime Museum on Monday.", "ORG"),
        ("Staff at Odder Primary School walked out on Monday.", "ORG"),
        ("She studied at Odder Technical School as a girl.", "ORG"),
    ],
)
def test_schools_and_museums_are_houses_or_bodies(text: str, kind: str) -> None:
    assert list(kinds(text).values()) == [kind]


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        ("(Photo: Brook Dale/Tarn Pictures)", {"Brook Dale": "PERSON", "Tarn Pictures": "ORG"}),
        ("PHOTO | BROOK DALE | TPA", {"BROOK DALE": "PERSON", "TPA": "ORG"}),
        ("Image: Ida Moen/dpa", {"Ida Moen": "PERSON", "dpa": "ORG"}),
        ("(Tarn Daily: Lumi Rask)", {"Tarn Daily": "ORG", "Lumi Rask": "PERSON"}),
        ("Credit: Skellfoto", {"Skellfoto": "ORG"}),
        ("Image: Ida Moen/picture alliance", {"Ida Moen": "PERSON", "picture alliance": "ORG"}),
        ("Photo: Handout", {}),
    ],
)
def test_credits_of_pictures(credit: str, expected: dict[str, str]) -> None:
    check(f"{STORY}The wall after the fall. {credit}", expected)


def test_a_dateline_tells_a_place_in_the_headline() -> None:
    text = (
        "Skaldvik mill shut after a wall fell\n\nSKALDVIK, May 3 (TPA) — The mill by the river was closed after a wall fell, and nobody was hurt, the owners "
        "of the mill said in a letter to the town."
    )
    assert names(text)[0] == ("Skaldvik", "GPE", "Skaldvik")


def test_no_name_reaches_over_the_end_of_a_dateline() -> None:
    text = "NORSHAM The Kerala Dale Transport Corporation on Wednesday closed the mill after divers found cracks."
    check(text, {"Kerala Dale Transport Corporation": "ORG"})


def test_a_public_body_is_called_by_its_place_and_a_short_form_of_two_words_is_one_too() -> None:
    text = "Port Skell nurses walked out. They work for Port Skell Base Hospital. In Skell the Skell Police Department said nothing."
    assert {written: name for written, _, name in names(text)}["Port Skell"] == "Port Skell"
    assert {written: name for written, _, name in names(text)}["Skell"] == "Skell"


def test_a_short_form_may_be_blended_from_the_beginnings_of_words() -> None:
    text = "The Northern Institute of Mosses opened. Nimoss said it was glad. Halden MacTarn sails again. HalMac is a ferry line."
    assert {written: name for written, _, name in names(text)} == {
        "Northern Institute of Mosses": "Northern Institute of Mosses", "Nimoss": "Northern Institute of Mosses",
        "Halden MacTarn": "Halden MacTarn", "HalMac": "Halden MacTarn",
    }  # fmt: skip
    assert not is_blend("Nimble", ("northern", "institute", "of", "mosses")) and not is_blend("Moss", ("mole", "society"))


def test_another_name_that_the_article_explains() -> None:
    text = "Abu Brandt, whose real name is Karim Dahl, laughed. Abu Brandt left. Ida Moen, better known as Grim Tarn, sang. Grim Tarn bowed."
    assert [name for written, _, name in names(text)] == ["Karim Dahl"] * 3 + ["Ida Moen"] * 3


def test_a_name_in_capitals_is_told_as_the_byline_writes_it() -> None:
    text = STORY.replace("Mill shut\n\n", "Mill shut\n\nBy Lumi Rask\n\n") + "The wall after the fall. Photo: LUMI RASK"
    assert names(text)[-1] == ("LUMI RASK", "PERSON", "Lumi Rask")


def test_a_union_before_its_name_stays_outside() -> None:
    text = "Union Skald agreed to the deal. The talks were led for Skald by Ida Moen."
    assert [(written, kind) for written, kind, _ in names(text)] == [("Skald", "ORG"), ("Skald", "ORG"), ("Ida Moen", "PERSON")]


def test_a_team_by_the_last_word_of_its_name() -> None:
    text = STORY + "The Norsham Rovers lost to Skell United by one goal.\n\nRovers boss Ida Moen was glad. Town hall staff were not."
    assert [name for written, _, name in names(text) if written == "Rovers"] == ["Norsham Rovers"]


def test_a_score_makes_a_team_of_a_word() -> None:
    assert kinds("Herons 2-0 Norsham Town\n\nThe game was dull, and it was said to be the last of the year for the team.")["Herons"] == "ORG"


def test_a_town_is_not_the_building_that_begins_with_its_name() -> None:
    found = names("The fire was put out at Tarn Pavilion on Monday. In Tarn nobody slept.")
    assert [(written, kind) for written, kind, _ in found] == [("Tarn Pavilion", "FAC"), ("Tarn", "GPE")]
