"""Takeaways: each is true of the rows it is made from, intervals included."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.findings import framing, tables, tone, wording


def row(name: str, value: float, low: float | None = None, high: float | None = None) -> list:
    return [name, value, low, high, 9, None]


def ordered(*rows: list) -> list[list]:
    return sorted(rows, key=lambda one: -one[1])


_ROWS = st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 0.4), st.floats(0, 0.4)), min_size=2, max_size=6).map(
    lambda found: ordered(*(row(f"O{i}", value, value - below, value + above) for i, (value, below, above) in enumerate(found)))
)


@given(_ROWS)
def test_no_outlet_differs_clearly_only_when_all_intervals_overlap(rows: list[list]) -> None:
    apart = any(not tables.touching(max(a[2], b[2]), min(a[3], b[3])) for a, b in combinations(rows, 2))
    found = tables.clearly_apart(rows)
    assert (found is not None) == apart
    if found:
        assert not tables.touching(found[0][2], found[1][3])
    assert tone._ends(rows).startswith("Outlets differ" if apart else "No outlet differs clearly")


def test_two_outlets_in_the_middle_that_differ_are_not_called_equal() -> None:
    rows = ordered(row("Wide", 0.3, -0.5, 0.9), row("High", 0.2, 0.15, 0.25), row("Low", 0.0, -0.05, 0.05), row("Broad", -0.1, -0.9, 0.6))
    assert tone._ends(rows) == (
        "Outlets differ in tone: 0.00 in Low against +0.20 in High, whose intervals do not overlap; "
        "means of 4 outlets run from −0.10 in Broad to +0.30 in Wide"
    )


def test_without_intervals_nothing_is_said_to_differ() -> None:
    assert "too few articles for intervals" in tone._ends([row("A", 0.5), row("B", -0.5)])
    weeks = [["2025-12-29", 0.4, None, None], ["2026-01-05", -0.4, None, None]]
    said = tone._periods_apart(weeks, weeks[0], weeks[1], "week")
    assert said == (
        "Over all outlets, means run from −0.40 in the week of 5 January 2026 to +0.40 in the week of 29 December 2025; "
        "there are too few articles for intervals"
    )


def test_weeks_whose_intervals_overlap_do_not_differ() -> None:
    weeks = [["2026-03-02", 0.4, 0.3, 0.5], ["2026-03-09", 0.2, 0.1, 0.31], ["2026-03-16", 0.0, -0.1, 0.1]]
    assert "weeks differ in tone" in tone._periods_apart(weeks, weeks[0], weeks[2], "week")
    assert "no week differs clearly" in tone._periods_apart(weeks[:2], weeks[0], weeks[1], "week")


@pytest.mark.parametrize(
    ("values", "said"),
    [([0, -0.301, -0.3], "sentences 2 and 3 of 3 (−0.30)"), ([0, -0.4], "sentence 2 of 2 (−0.40)"), ([0, 0], "0.00 in all 2 sentences"),
     ([0.1, 0, 0, 0, 0], "lowest (0.00) in 4 of 5 sentences, first in sentence 2")],
)  # fmt: skip
def test_sentences_that_are_equal_to_the_eye_are_all_named(values: list[float], said: str) -> None:
    assert said in tone._lowest("X", [[place, value] for place, value in enumerate(values, start=1)])


def test_the_widest_gap_is_one_that_intervals_bear_out() -> None:
    clear = [["A", "Morality", 0.5, 0.4, 0.6, 20, None], ["B", "Morality", 0.2, 0.1, 0.3, 20, None]]
    wide = [["A", "Conflict", 0.9, 0.2, 1.0, 3, None], ["B", "Conflict", 0.1, 0.0, 0.9, 3, None]]
    high, low, is_clear = framing.widest(clear + wide, {"Morality", "Conflict"})
    assert framing.spread_of(clear + wide, high, low, is_clear=is_clear, differing={"Morality"}) == (
        "Outlets differ most clearly in the frame morality: present in 50 % of A's articles (10 of 20) and "
        "20 % of B's articles (4 of 20); 1 of 2 frames set outlets apart"
    )
    for rows, differing in ((wide, {"Conflict"}), (clear, {"Conflict"})):
        high, low, is_clear = framing.widest(rows, differing)
        assert not is_clear, "neither two intervals alone nor a frame alone is enough"
        said = framing.spread_of(rows, high, low, is_clear=is_clear, differing=differing)
        assert said.startswith(f"No frame sets outlets clearly apart; the widest gap is in {rows[0][1].lower()}: present in")
    assert "no other outlet" in framing.spread_of(clear[:1], clear[0], clear[0], is_clear=False, differing=set())


def test_frames_in_which_outlets_differ_are_told_from_those_in_which_chance_would_do() -> None:
    rows = [
        {"outlet": outlet, "frame": frame, "status": "ok", "drawn_with": f"{outlet}{number}", "cluster_id": f"{outlet}{number}", "label": "present" if number < n else "absent"}
        for frame, shares in {"conflict": (9, 0), "morality": (5, 4), "human_interest": (6, 3)}.items()
        for outlet, n in zip(("A", "B"), shares, strict=True)
        for number in range(10)
    ]
    assert framing.differing_frames(pd.DataFrame(rows), {"A", "B"}) == {"Conflict"}
    assert framing.differing_frames(pd.DataFrame(rows), {"A"}) == set(), "one outlet differs from nobody"
    copies = [{**row, "cluster_id": row["outlet"], "drawn_with": row["outlet"]} for row in rows]
    assert framing.differing_frames(pd.DataFrame(copies), {"A", "B"}) == set(), "ten copies of one text are one text"


def test_frames_that_are_equally_frequent_are_all_named() -> None:
    rows = [["Conflict", "present", 4], ["Morality", "present", 4], ["Conflict", "absent", 0], ["Morality", "absent", 1]]
    assert framing._most(rows, "present") == (["Conflict", "Morality"], 4) and framing._most(rows, "absent") == (["Morality"], 1)


def test_no_frame_is_most_in_the_words_of_others_when_none_is() -> None:
    assert framing._of_others([["Conflict", 0, 0, 3, 0.0], ["Morality", 0, 0, 1, 0.0]]) == "None of 4 cues stands in the words of others"
    said = framing._of_others([["Conflict", 1, 1, 2, 0.5], ["Morality", 0, 1, 9, 0.1]])
    assert said == "Cues of conflict stand most often in the words of others (50 %, 2 of 4), those of morality least often (10 %, 1 of 10)"
    unknown = framing._of_others([["Conflict", 1, None, 3, 0.25], ["Morality", 0, None, 9, 0.0]])
    assert unknown == "Cues of conflict stand most often between quotation marks (25 %, 1 of 4), those of morality least often (0 %, 0 of 9)"


def test_keyness_says_how_many_words_stand_out_of_all_that_are_compared() -> None:
    dam, vote = SimpleNamespace(word="dam"), SimpleNamespace(word="vote")
    assert wording._typical(("A", "B"), [dam], [vote], 200, 2) == (
        "“dam” is the word most typical of A; “vote” is the word most typical of B; 2 of 200 words compared stand out"
    )
    assert wording._typical(("A", "B"), [], [vote], 200, 1).startswith("No word is clearly typical of A; “vote” is")
    assert wording._typical(("A", "B"), [], [], 127, 0) == "No word sets A and B apart by more than chance, 127 words looked at together"


def test_many_outlets_are_counted_and_three_named() -> None:
    assert tone._few(["A", "B", "C"], 9) == "A, B and C"
    assert tone._few(["A", "B", "C", "D"], 9) == "4 of 9 outlets, most of all A, B and C"


def test_intervals_in_words() -> None:
    assert tables.margins([row("A", 0.0, -0.031, 0.049), row("B", 0.2)], "score") == "A between −0.03 and +0.05 (95 % intervals)"
    assert tables.margins([row("A", 0.5, 0.25, 1.0)], "share") == "A between 25 % and 100 % (95 % intervals)"
    assert tables.margins([row("B", 0.2)], "score") == ""


def test_intervals_that_touch_as_they_are_shown_do_not_differ() -> None:
    assert tables.touching(0.104, 0.096) and tables.touching(0.1, 0.1) and not tables.touching(0.11, 0.1)
    assert tables.clearly_apart([row("A", 0.2, 0.104, 0.3), row("B", 0.0, -0.1, 0.096)]) is None


def test_how_far_outlets_reach_and_what_their_intervals_say() -> None:
    rows = [["High", 0.6, 0.55, 0.65], ["Middle", 0.4, 0.2, 0.6], ["Low", 0.2, 0.1, 0.3]]
    assert tables.spread(rows, "share", "of sentences") == ("20 % of sentences (Low) to 60 % (High)", "their intervals do not overlap")
    wide = [["High", 0.6, 0.1, 0.9], ["Middle", 0.5, 0.45, 0.55], ["Low", 0.2, 0.1, 0.3]]
    assert tables.spread(wide, "share")[1] == "the intervals of Low and Middle do not overlap"
    assert tables.spread(wide[:2], "share")[1] == "all intervals overlap"
    assert tables.spread([["A", 0.5, None, None], ["B", 0.2, 0.1, 0.3]], "share")[1] == "there are no intervals to compare"
    assert tables.spread([["A", 9.04, 8.94, 9.2], ["B", 8.0, 7.0, 8.86]], "rate") == ("8.0 (B) to 9.0 (A)", "all intervals overlap"), "8.9 and 8.9"
    assert tables.spread([["A", 9.04, 8.96, 9.2], ["B", 8.0, 7.0, 8.86]], "rate")[1] == "their intervals do not overlap"


def test_articles_that_are_no_base_of_a_ratio_are_left_out() -> None:
    values = pd.DataFrame({"outlet": ["A", "A", "A"], "part": [1, 0, 0], "whole": [2, 2, 0], "drawn_with": ["x", "y", "z"]})
    assert tables.ratios_by_outlet(values, min_articles=2, outlets=["A", "B"], per=100) == [
        ["A", 25.0, None, None, 1, 4, 2, None], ["B", None, None, None, 0, 0, 0, "0 articles, 2 needed"],
    ]  # fmt: skip
    assert tables.ratios_by_outlet(values, min_articles=3, outlets=["A"], unit="article with a row")[0][-1] == "2 articles with a row, 3 needed"
