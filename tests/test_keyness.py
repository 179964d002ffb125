"""Keyness: equal to a plain reference, blind to order, and every count leads back to places."""

from __future__ import annotations

import doctest
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.compare import keyness
from nutgraf.compare.keyness import Passage, counts_of, keyness_between, keyness_each, log_odds, places, word_counts
from nutgraf.words import forms

COUNTS = st.dictionaries(st.sampled_from([*"abcdefghijklmnop"]), st.integers(1, 500), min_size=2)
TEXTS = st.lists(st.text(st.sampled_from("abcAB é’'-. \n3"), max_size=40), min_size=1, max_size=6)


def reference(y_i: dict[str, int], y_j: dict[str, int], alpha: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Monroe, Colaresi & Quinn (2008), line by line: eqs. 15 and 16 for δ, 19 for its variance, 22 for ζ."""
    n_i, n_j, alpha_0 = sum(y_i.values()), sum(y_j.values()), sum(alpha.values())
    found = {}
    for w in sorted(set(y_i) | set(y_j)):
        y_iw, y_jw, alpha_w = y_i.get(w, 0), y_j.get(w, 0), alpha[w]
        omega_i = (y_iw + alpha_w) / (n_i + alpha_0 - y_iw - alpha_w)
        omega_j = (y_jw + alpha_w) / (n_j + alpha_0 - y_jw - alpha_w)
        delta = math.log(omega_i) - math.log(omega_j)
        variance = 1 / (y_iw + alpha_w) + 1 / (y_jw + alpha_w)
        found[w] = (delta / math.sqrt(variance), delta)
    return found


def test_docstrings() -> None:
    assert doctest.testmod(keyness).failed == 0


@settings(max_examples=200, deadline=None)
@given(COUNTS, COUNTS, st.floats(1, 5000))
def test_equal_to_the_reference(a: dict[str, int], b: dict[str, int], weight: float) -> None:
    background = {w: a.get(w, 0) + b.get(w, 0) for w in {**a, **b}}
    total = sum(background.values())
    expected = reference(a, b, {w: weight * n / total for w, n in background.items()})
    found = {row.word: (row.z, row.log_odds) for row in log_odds(a, b, background, prior_total=weight)}
    assert found.keys() == expected.keys()
    for word in found:
        assert found[word] == pytest.approx(expected[word], abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(COUNTS, COUNTS)
def test_exchanging_the_groups_turns_the_signs(a: dict[str, int], b: dict[str, int]) -> None:
    background = {w: a.get(w, 0) + b.get(w, 0) for w in {**a, **b}}
    there = {row.word: row.z for row in log_odds(a, b, background)}
    back = {row.word: row.z for row in log_odds(b, a, background)}
    assert all(back[word] == pytest.approx(-z, abs=1e-12) for word, z in there.items())


def test_a_heavier_prior_pulls_words_together() -> None:
    a, b = {"dam": 30, "the": 300}, {"dam": 10, "the": 300}
    light, heavy = (
        {row.word: row.log_odds for row in log_odds(a, b, {"dam": 40, "the": 600}, prior_total=weight)}
        for weight in (10, 10_000)
    )
    assert 0 < heavy["dam"] < light["dam"]


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_places_and_counts_agree(texts: list[str]) -> None:
    counts = word_counts(texts)
    for word, n in counts.words.items():
        found = [(text, place) for text in texts for place in places(text, word)]
        assert len(found) == n
        for text, (start, end) in found:
            assert text[start:end].lower().replace("’", "'") == word
        assert counts.articles[word] == len({id(text) for text in texts if places(text, word)}) or len(set(texts)) < len(texts)


@settings(max_examples=50, deadline=None)
@given(TEXTS, TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_texts_changes_nothing(a: list[str], b: list[str], random) -> None:
    if not word_counts(a).total or not word_counts(b).total or len(word_counts(a + b).words) < 2:
        return  # with one word in the language no word has odds
    rows = keyness_between(a, b, min_count=1, min_articles=1)
    shuffled = a[:]
    random.shuffle(shuffled)
    assert keyness_between(shuffled, b, min_count=1, min_articles=1) == rows
    assert sum(row.count_a for row in rows) == word_counts(a).total


def test_words() -> None:
    counts = word_counts(["The Mayor’s plan: the 'mayor's' PLAN won’t do. École, école!"])
    assert counts.words == {"the": 2, "mayor's": 2, "plan": 2, "won't": 1, "do": 1, "école": 2}


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_counts_of_articles_add_up_to_those_of_the_group(texts: list[str]) -> None:
    rows = [(form, at, n) for at, text in enumerate(texts) for form, n in Counter(forms(text)).items()]
    names = sorted({form for form, _, _ in rows})
    columns = [np.array(column, np.int64) for column in ([names.index(form) for form, _, _ in rows], *zip(*[row[1:] for row in rows], strict=True))]
    codes, articles, n = columns if rows else [np.zeros(0, np.int64)] * 3
    counts, expected = counts_of(names, codes, n, articles, len(texts)), word_counts(texts)
    assert (counts.forms, counts.words, counts.articles) == (expected.forms, expected.words, expected.articles)
    assert (counts.total, counts.n_articles) == (expected.total, expected.n_articles)


def test_only_what_is_analysed_counts_and_copies_once() -> None:
    text = "Dam burst. Read more: sale! Dam again."
    passage = Passage(text, [(0, 10), (28, 38)], copy_of="first")
    counts = word_counts([passage, passage, Passage("dam", copy_of=None)])
    assert counts.words == {"dam": 3, "burst": 1, "again": 1}
    assert counts.articles["dam"] == counts.n_articles == 2
    assert places(text, "dam", passage.ranges) == [(0, 3), (28, 31)]
    assert places(text, "sale", passage.ranges) == []


def test_groups_are_told_apart() -> None:
    courier = ["The residents met. The plan was discussed by residents in Kelsport."] * 6
    bell = ["The rioters met. The plan was a rip-off, Kelsport rioters said."] * 6
    rows = keyness_between(courier, bell)
    assert rows[0].word == "residents" and rows[-1].word in ("rioters", "a", "off", "rip", "said")
    first = rows[0]
    assert (first.count_a, first.count_b, first.articles_a, first.articles_b) == (12, 0, 6, 0)
    assert first.per_10k_a == pytest.approx(10_000 * 12 / 66) and first.per_10k_b == 0
    assert abs(next(row.z for row in rows if row.word == "the")) < 1
    assert "kelsport" in {row.word for row in rows}
    assert "kelsport" not in {row.word for row in keyness_between(courier, bell, names=False)}
    assert "the" not in {row.word for row in keyness_between(courier, bell, leave_out={"the"})}


def test_one_long_article_is_no_habit() -> None:
    rows = keyness_between(["ferry " * 50, "plain words here"], ["plain words here", "plain words there"])
    assert "ferry" not in {row.word for row in rows}


def test_each_group_against_the_rest() -> None:
    groups = {"b": ["ferry strike " * 5] * 3, "a": ["dam water " * 5] * 3, "empty": [""]}
    found = keyness_each(groups)
    assert list(found) == ["a", "b", "empty"] and found["empty"] == []
    assert {row.word for row in found["a"] if row.z > 0} == {"dam", "water"}
    assert found["a"] == keyness_between(groups["a"], groups["b"] + groups["empty"])


def test_groups_without_words_are_refused() -> None:
    with pytest.raises(ValueError, match="not assessable"):
        keyness_between([""], ["words"])
    with pytest.raises(ValueError, match="prior"):
        log_odds({"a": 1}, {"a": 1}, {})
