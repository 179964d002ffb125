"""Credits: persons, agencies, and the body that is left without them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.ingest.credits import Agencies, split_byline

AGENCIES = Agencies({"NPB": "Norvessa Press Bureau"})
BODY = (
    "Two fishermen found a crate of clocks on the north shore on Tuesday, the harbour office said.\n\n"
    "\"Nobody has asked for them,\" said a clerk. It wasn't the first crate this year, nor, she thought, the last one."
)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("By Mab Tennick", "Mab Tennick"),
        ("By Mab Tennick and Orrin Vale", "Mab Tennick; Orrin Vale"),
        ("Mab Tennick, Orrin Vale, Jo Ann Pell", "Mab Tennick; Orrin Vale; Jo Ann Pell"),
        ("By Elsbet Corvane, Kelsport", "Elsbet Corvane"),
        ("Von Ingwald Terrasch", "Ingwald Terrasch"),
        ("NPB", "NPB"),
        ("  ", None),
        (None, None),
    ],
)
def test_bylines(printed: str | None, expected: str | None) -> None:
    assert split_byline(printed) == expected


@pytest.mark.parametrize(
    ("byline", "text", "expected"),
    [
        ("NPB", BODY, "NPB"),
        ("Mab Tennick; Norvessa Press Bureau", BODY, "NPB"),
        ("Jo Bell, Reuters", BODY, "Reuters"),
        ("Associated Press", BODY, "AP"),
        (None, f"Head\n\nKELSPORT (NPB) — {BODY}", "NPB"),
        (None, f"QUILLMOUTH, March 9 (Reuters) - {BODY}", "Reuters"),
        (None, f"{BODY}\n\nNPB", "NPB"),
        (None, f"{BODY}\n\n(AP)", "AP"),
        (None, f"{BODY}\n\nNPB\n\n[Fictional article.]", "NPB"),
        (None, BODY, None),
        ("Pa Tennick", f"{BODY}\n\nAsked for a reason, he named the AP.", None),
        ("Michael Bloomberg", BODY, None),
        (None, f"HARBOUR (see page 4) — {BODY}", None),
    ],
)
def test_wire_credit(byline: str | None, text: str, expected: str | None) -> None:
    assert AGENCIES.credit(byline, text) == expected


def test_an_agency_that_only_the_desk_knows_needs_the_desk() -> None:
    assert Agencies().credit("NPB", BODY) is None


def test_one_text_in_two_houses_styles_has_one_body() -> None:
    plain = AGENCIES.body_words(f"Clocks wash up\n\n{BODY}", headline="Clocks wash up")
    house = BODY.replace('"', "”").replace("'", "’").replace("\n\n", "\r\n")
    dressed = f"Crate of clocks found\r\n\r\nBy Mab Tennick\r\n9 March 2026\r\n\r\nQUILLMOUTH (NPB) — {house}\r\n\r\nNPB\r\n"
    assert plain == AGENCIES.body_words(dressed, headline="Crate of clocks found")


def test_a_changed_word_is_another_body_and_a_short_one_none() -> None:
    assert AGENCIES.body_words(BODY) != AGENCIES.body_words(BODY.replace("clocks", "watches"))
    assert AGENCIES.body_words("Subscribe to read the rest of this story") is None


def test_a_first_sentence_that_begins_like_a_byline_stays() -> None:
    words = AGENCIES.body_words(f"By Tuesday it was gone.\n\n{BODY}")
    assert words is not None and words[:2] == ["by", "tuesday"]


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_has_a_body_or_none(text: str, byline: str) -> None:
    words = AGENCIES.body_words(text, headline=byline, byline=byline)
    assert words is None or len(words) >= 20
    AGENCIES.credit(byline, text)
    split_byline(byline)
