"""Several comparisons at once: the rule against an example counted by hand, and shuffled groups against what is known of them."""

from __future__ import annotations

import doctest
import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.compare import many
from nutgraf.compare.many import kept, p_of_groups, p_of_z


def test_docstrings() -> None:
    assert doctest.testmod(many).failed == 0


def test_the_rule_against_an_example_counted_by_hand() -> None:
    """Eight comparisons at 5 %: the bars are .00625, .0125, .01875, .025, .03125, .0375, .04375, .05. In order p is .001 ≤ .00625, .011 ≤ .0125, .019 > .01875,
    .024 ≤ .025, .041 > .03125, .042 > .0375, .2, .9. The last that is not above its bar is the fourth, so that the first four are kept, the third too."""
    p = [0.2, 0.001, 0.042, 0.019, 0.9, 0.011, 0.024, 0.041]
    assert kept(p) == [False, True, False, True, False, True, True, False]
    assert kept(p, rate=0.01) == [False, True, False, False, False, False, False, False], "1 % of 1/8 is .00125"


def test_one_comparison_is_as_it_would_be_alone_and_none_is_none() -> None:
    assert kept([0.05]) == [True] and kept([0.0501]) == [False] and kept([]) == []
    assert kept([0.04, 0.6, 0.7, 0.9]) == [False] * 4, "one of four alone must be below .0125"
    assert p_of_z(-1.96) == p_of_z(1.96) == pytest.approx(0.05, abs=1e-4)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_what_is_kept_is_the_smallest_and_their_order_plays_no_part(p: list[float]) -> None:
    found = kept(p)
    assert all(a <= b for a, one in zip(p, found, strict=True) for b, other in zip(p, found, strict=True) if one and not other)
    shuffled = list(enumerate(p))
    random.Random(1).shuffle(shuffled)
    again = dict(zip([at for at, _ in shuffled], kept([value for _, value in shuffled]), strict=True))
    assert [again[at] for at in range(len(p))] == found
    assert sum(found) >= sum(value <= 0.05 / len(p) for value in p), "no stricter than dividing by the number of comparisons"


def test_shuffled_groups_against_all_orders() -> None:
    """Six articles, three in each group: of the 20 ways to deal three yeses, two are as far apart as A with all and B with none."""
    p = p_of_groups([[1], [1], [1], [0], [0], [0]], list("AAABBB"), list("abcdef"), shuffles=20_000)
    assert p == pytest.approx(2 / 20, abs=0.01)
    ways = list(permutations([1, 1, 0, 0, 1]))
    far = sum(abs(sum(way[:2]) / 2 - sum(way[2:]) / 3) >= abs(1 - 1 / 3) - 1e-9 for way in ways) / len(ways)
    assert p_of_groups([[1], [1], [0], [0], [1]], list("AABBB"), list("abcde"), shuffles=20_000) == pytest.approx(far, abs=0.01)


def test_copies_of_one_text_are_no_more_than_one_text() -> None:
    apart = p_of_groups([[1]] * 6 + [[0]] * 6, ["A"] * 6 + ["B"] * 6, [f"c{i}" for i in range(12)])
    copies = p_of_groups([[1]] * 6 + [[0]] * 6, ["A"] * 6 + ["B"] * 6, ["one"] * 6 + ["other"] * 6)
    assert apart < 0.01 and copies == 1.0, "two texts can be dealt in two ways, and both are as far apart"


def test_one_group_cannot_differ_and_equal_groups_do_not() -> None:
    assert p_of_groups([[1], [0]], ["A", "A"], ["a", "b"]) is None and p_of_groups([], [], []) is None
    assert p_of_groups([[1], [1]], ["A", "B"], ["a", "b"]) == 1.0
    with pytest.raises(ValueError, match="2 values, 1 groups"):
        p_of_groups([[1], [1]], ["A"], ["a", "b"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("pqrstu"), st.floats(0, 1)), min_size=2, max_size=12))
def test_the_order_of_rows_plays_no_part(rows: list[tuple[str, str, float]]) -> None:
    def of(some: list[tuple[str, str, float]]) -> float | None:
        return p_of_groups([[value, 1 - value] for _, _, value in some], [group for group, _, _ in some], [c for _, c, _ in some], shuffles=50)

    found = of(rows)
    assert found == of(rows[::-1]) and (found is None or 0 < found <= 1)


def test_where_nothing_differs_five_of_a_hundred_are_below_the_bar() -> None:
    draw = random.Random(3)
    found = []
    for _ in range(200):
        values = [[float(draw.random() < 0.4)] for _ in range(30)]
        found.append(p_of_groups(values, list("AB" * 15), [str(i) for i in range(30)], shuffles=300))
    assert sum(p <= 0.05 for p in found) <= 22, "no more than 5 % and what chance adds to it"
