"""Intervals: what must hold for every set of rows, and how often they hold the truth."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.compare import intervals
from nutgraf.compare.intervals import bootstrap_difference, bootstrap_mean, bootstrap_ratio, bootstrap_share

VALUES = st.floats(-1, 1, allow_nan=False, width=32)
ROWS = st.lists(st.tuples(VALUES, st.sampled_from("abcdefgh")), min_size=1, max_size=40)


def test_docstrings() -> None:
    assert doctest.testmod(intervals).failed == 0


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[tuple[float, str]], random) -> None:
    shuffled = rows[:]
    random.shuffle(shuffled)
    (values, names), (values_2, names_2) = zip(*rows, strict=True), zip(*shuffled, strict=True)
    assert repr(bootstrap_mean(values, names, draws=50)) == repr(bootstrap_mean(values_2, names_2, draws=50))
    assert repr(bootstrap_mean(values, draws=50)) == repr(bootstrap_mean(values_2, draws=50))
    assert repr(bootstrap_difference(values, [0.5, 0.1], names, ["a", "z"], draws=50)) == repr(
        bootstrap_difference(values_2, [0.1, 0.5], names_2, ["z", "a"], draws=50)
    )


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_the_interval_lies_among_the_values(rows: list[tuple[float, str]]) -> None:
    values, names = zip(*rows, strict=True)
    found = bootstrap_mean(values, names, draws=50)
    assert found.n == len(rows) and found.n_clusters == len(set(names))
    if found.n_clusters < 2:
        assert math.isnan(found.low) and math.isnan(found.high)
    else:
        assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9


RATIOS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9), st.sampled_from("abcdefgh")), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(RATIOS, st.randoms(use_true_random=False))
def test_a_ratio_is_of_sums_and_lies_in_its_interval_as_far_as_texts_differ(rows: list[tuple[int, int, str]], random) -> None:
    shuffled = rows[:]
    random.shuffle(shuffled)
    parts, wholes, names = zip(*rows, strict=True)
    found = bootstrap_ratio(parts, wholes, names, draws=50)
    assert repr(found) == repr(bootstrap_ratio(*zip(*shuffled, strict=True), draws=50))
    assert repr(bootstrap_ratio(parts, wholes, draws=50)) == repr(bootstrap_ratio(*list(zip(*shuffled, strict=True))[:2], draws=50))
    assert found.mean == pytest.approx(sum(parts) / sum(wholes)) and found.n == len(rows)
    texts = {name: (sum(p for p, _, n in rows if n == name), sum(w for _, w, n in rows if n == name)) for name in names}
    ratios = [part / whole for part, whole in texts.values()]
    if max(ratios) - min(ratios) < 1e-12:
        assert math.isnan(found.low) and math.isnan(found.high)
    else:
        assert min(ratios) - 1e-9 <= found.low <= found.high <= max(ratios) + 1e-9


def test_a_ratio_of_sums_is_the_mean_where_all_wholes_are_one() -> None:
    values, names = [0.0, 1.0, 1.0, 0.0, 1.0], list("abcde")
    assert bootstrap_ratio(values, [1] * 5, names) == bootstrap_mean(values, names)


def test_a_ratio_needs_wholes() -> None:
    with pytest.raises(ValueError, match="not above 0"):
        bootstrap_ratio([0, 1], [0, 2])
    with pytest.raises(ValueError, match="2 parts but 1 wholes"):
        bootstrap_ratio([0, 1], [2])
    with pytest.raises(ValueError, match="no values"):
        bootstrap_ratio([], [])


def test_one_cluster_has_no_interval() -> None:
    assert math.isnan(bootstrap_mean([0.1, 0.9, 0.5], ["x", "x", "x"]).low)
    assert math.isnan(bootstrap_share([True, False], ["x", "x"]).high)
    assert math.isnan(bootstrap_difference([0.1, 0.2], [0.4, 0.5], ["x", "x"], ["y", "z"]).low)


def test_copies_are_drawn_together() -> None:
    """Ten articles that are copies of two texts know as little as two articles."""
    values, texts = [0.0] * 5 + [1.0] * 5, ["one"] * 5 + ["two"] * 5
    together, apart = bootstrap_mean(values, texts), bootstrap_mean(values)
    assert (together.low, together.high) == (0.0, 1.0)
    assert apart.low > 0.1 and apart.high < 0.9


def test_a_text_in_both_groups_is_drawn_for_both() -> None:
    """Two outlets that print the same texts do not differ, whichever texts are drawn."""
    values, texts = [0.0, 0.2, 0.7, 0.9], ["a", "b", "c", "d"]
    same = bootstrap_difference(values, values, texts, texts)
    assert (same.mean, same.low, same.high) == (0.0, 0.0, 0.0)
    other = bootstrap_difference(values, values, texts, ["e", "f", "g", "h"])
    assert other.low < -0.2 and other.high > 0.2


def test_an_even_vote_is_not_certain() -> None:
    """The exact bound for 0 of 12 and 12 of 12 at 95 %: 1 − .025^(1/12) = .2646."""
    none, all_of_them = bootstrap_share([False] * 12), bootstrap_share([True] * 12)
    assert (none.low, none.high) == (0.0, pytest.approx(0.26465, abs=1e-5))
    assert (all_of_them.low, all_of_them.high) == (pytest.approx(0.73535, abs=1e-5), 1.0)
    assert bootstrap_share([False] * 12, ["x", "y"] * 6).high == pytest.approx(1 - 0.025**0.5)


@pytest.mark.parametrize("kind", ["mean", "clusters", "share", "difference"])
def test_coverage_is_about_nominal(kind: str) -> None:
    """300 seeded samples of 60 clusters: 95 % intervals hold the truth in 90 to 99 of 100."""
    generator, held = np.random.default_rng(7), 0
    for _ in range(300):
        if kind == "mean":
            found, truth = bootstrap_mean(generator.normal(0.2, 1, 60), draws=300), 0.2
        elif kind == "clusters":
            centres, sizes = generator.normal(0.2, 1, 60), generator.integers(1, 6, 60)
            values = np.repeat(centres, sizes) + generator.normal(0, 0.1, sizes.sum())
            found, truth = bootstrap_mean(values, np.repeat(np.arange(60), sizes).astype(str), draws=300), 0.2
        elif kind == "share":
            found, truth = bootstrap_share(generator.random(60) < 0.3, draws=300), 0.3
        else:
            found = bootstrap_difference(generator.normal(1, 1, 60), generator.normal(0.5, 2, 60), draws=300)
            truth = 0.5
        held += found.low <= truth <= found.high
    assert 0.90 <= held / 300 <= 0.99


def test_no_values_are_refused() -> None:
    for call in (lambda: bootstrap_mean([]), lambda: bootstrap_share([]), lambda: bootstrap_difference([], [1.0])):
        with pytest.raises(ValueError, match="not assessable"):
            call()


def test_clusters_must_be_as_many_as_values() -> None:
    with pytest.raises(ValueError, match="2 values but 1 clusters"):
        bootstrap_mean([0.1, 0.2], ["a"])
    with pytest.raises(ValueError, match="both groups or for none"):
        bootstrap_difference([0.1, 0.2], [0.1, 0.2], ["a", "b"])
