"""Coding: which texts are drawn, and one coder's way through them, with taking back and going on."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf import codes
from nutgraf.codebooks import load
from nutgraf.codes import Unit
from nutgraf.coding.sampling import Candidate, draw
from nutgraf.coding.session import Session, Shown
from nutgraf.errors import InputError, UsageError

BOOK = load("generic-frames")
CANDIDATES = st.lists(
    st.builds(
        Candidate, st.builds(lambda article, version: Unit(article, version), st.text("abcdef", min_size=1, max_size=5), st.integers(1, 2)), st.sampled_from(["A", "B", None]),
        st.sampled_from(["2026-W09", "2026-W10", None]), st.sampled_from(["conflict", "", "morality"]),
    ), max_size=60, unique_by=lambda one: one.unit,
)  # fmt: skip


def session(folder: Path, *, n: int = 4, coder: str = "ada") -> Session:
    moments = iter(datetime(2026, 3, 2, 9, minute, tzinfo=UTC) for minute in range(60))
    return Session(folder, BOOK, coder, [Shown(Unit(f"a{at}", 1), f"Text {at}", "") for at in range(n)], lambda: next(moments))


@settings(deadline=None, max_examples=120)
@given(CANDIDATES, st.integers(0, 70), st.randoms())
def test_each_text_is_drawn_once_and_the_order_in_which_they_come_says_nothing(candidates: list[Candidate], n: int, chance: object) -> None:
    found = draw(candidates, n)
    assert len(found) == min(n, len(candidates)) == len({one.unit for one in found})
    assert sum(one.is_random for one in found) == round(min(n, len(candidates)) * 0.3)
    shuffled = list(candidates)
    chance.shuffle(shuffled)
    assert draw(shuffled, n) == found
    if candidates and 3 < n < len(candidates):
        assert draw(candidates, n, seed=1) != found or len(candidates) < 8


def test_what_is_rare_is_dealt_out_too() -> None:
    candidates = [Candidate(Unit(f"a{at}", 1), "A" if at % 9 else "B", f"w{at % 4}", "conflict" if at % 50 == 0 else "") for at in range(500)]
    drawn = draw(candidates, 40)
    answer = {one.unit: one.answer for one in candidates}
    outlet = {one.unit: one.outlet for one in candidates}
    assert sum(answer[one.unit] == "conflict" for one in drawn if not one.is_random) >= 9
    assert Counter(outlet[one.unit] for one in drawn)["B"] >= 8


def test_a_coder_goes_through_takes_back_and_goes_on_another_day(tmp_path: Path) -> None:
    one = session(tmp_path)
    assert one.state()["position"] == 0 and not one.state()["can_take_back"] and not one.take_back()
    one.code(["conflict"], " a clash ")
    one.code([])
    assert one.state()["position"] == 2 and one.n_coded == 2
    one.go(-2)
    assert one.state()["chosen"] == ["conflict"] and one.state()["is_coded"] and one.state()["note"] == "a clash"
    one.code(["morality"])
    assert one.position == 2, "the next without an answer, not the one beside"
    assert one.take_back() and one.position == 0 and one.state()["chosen"] == ["conflict"]
    assert one.take_back() and one.position == 1 and not one.state()["is_coded"]
    again = session(tmp_path)
    assert again.n_coded == 1 and again.position == 1
    assert [(code.unit.article_id, sorted(code.frames)) for code in codes.current(tmp_path)] == [("a0", ["conflict"])]
    assert len(list(codes.history(tmp_path))) == 5, "what was taken back is a line too"
    for _ in range(3):
        again.code([])
    assert again.state()["is_done"] and again.position == 3
    again.go(99)
    assert again.position == 3
    again.go(-99)
    assert again.position == 0
    assert session(tmp_path, coder="ben").n_coded == 0


def test_where_one_code_fits_each_text_no_other_number_is_an_answer(tmp_path: Path) -> None:
    text = "“Ó, Orla 🜁 lied.”"
    one = Session(tmp_path, load("target-tone"), "ada", [Shown(Unit("a", 1, 14, 18), text, "", (4, 8)), Shown(Unit("a", 1), "Whole", "")])
    assert one.state()["pieces"] == ["“Ó, ", "Orla", " 🜁 lied.”"] and one.state()["is_one"]
    for frames in ([], ["hostile", "neutral"]):
        with pytest.raises(UsageError, match="exactly one of hostile, neutral, friendly"):
            one.code(frames)
    assert one.n_coded == 0 and not list(tmp_path.iterdir())
    one.code(["hostile"])
    assert one.state()["pieces"] == [] and one.n_coded == 1 and not session(tmp_path).state()["is_one"]


def test_what_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no text to code"):
        session(tmp_path, n=0)
    with pytest.raises(InputError, match="can be no coder's name"):
        session(tmp_path, coder="../x")
    one = session(tmp_path)
    with pytest.raises(UsageError, match="has no frame 'blame'"):
        one.code(["blame"])
    assert one.n_coded == 0 and not list(tmp_path.iterdir())
    keys = [frame["key"] for frame in Session(tmp_path, load("policy-frames"), "ada", one.texts).frames()]
    assert len(keys) == len(set(keys)) == 15 and not set(keys) & set("nu")
