"""Likeness of beginnings: what a pair is worth, and that a call which knows some of them already gives what a call from nothing gives."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.compare import likeness as alike
from nutgraf.compare import neighbours
from nutgraf.compare.likeness import Beginning, likenesses, n_counted
from nutgraf.documents import Document
from nutgraf.measures.openings import LEAST_TERMS, WORDS, beginning, terms
from nutgraf.measuring import Registry, measure_in_memory

DAY = datetime(2026, 3, 9, 12, tzinfo=UTC)


def one(name: str, words: str, *, days: float | None = 0.0, vector: list[float] | None = None) -> Beginning:
    counts = {word: words.split().count(word) for word in words.split()}
    made = None if vector is None else np.array(vector, np.float32) / np.float32(math.hypot(*vector))
    return Beginning(name, counts, made, None if days is None else DAY + timedelta(days=days))


def corpus(seed: int, n: int, *, vectors: bool = True, words: int = 400, each: int = 14) -> list[Beginning]:
    """Articles that tell of some events: an event has words of its own, all share words that many have; some have no date, some no vector."""
    chance, found = random.Random(seed), []
    for number in range(n):
        event = chance.randrange(max(1, n // 4))
        own = [f"e{event}w{chance.randrange(9)}" for _ in range(each // 2)]
        common = [f"w{int(words * chance.random() ** 3)}" for _ in range(each - len(own))]
        moment = None if chance.random() < 0.1 else event % 40 + chance.random() * 3
        vector = [chance.gauss(0, 1) + 2 * (event % 4 == axis) for axis in range(4)] if vectors and chance.random() > 0.1 else None
        found.append(one(f"a{number:04}", " ".join(own + common), days=moment, vector=vector))
    return found


# How many articles words are counted in ----------------------------------------------------------------------------------


def test_words_are_counted_anew_only_when_there_are_a_quarter_more() -> None:
    counted = [n_counted(n) for n in range(3000)]
    assert counted[:201] == list(range(201)) and counted == sorted(counted)
    steps = sorted(set(counted[200:]))
    assert steps[:5] == [200, 250, 313, 392, 490] and all(math.ceil(a * 1.25) == b for a, b in zip(steps, steps[1:], strict=False))
    assert all(counted[n] <= n < 1.25 * counted[n] + 1 for n in range(1, 3000))
    assert {step for step in steps if counted[step] != step} == set(), "at a step all articles are counted"


# One pair ---------------------------------------------------------------------------------------------------------------


def test_a_pair_by_hand() -> None:
    """Three articles: ``dam`` stands in two of them, ``leak`` and ``goat`` in one each; log(5/3) and log(5/2) are their weights."""
    dam, rare = math.log(5 / 3), math.log(5 / 2)
    found = likenesses([one("a", "dam dam leak"), one("b", "dam goat"), one("c", "rent cap")])
    twice = (1 + math.log(2)) * dam
    assert found == {("a", "b"): round(twice * dam / math.hypot(twice, rare) / math.hypot(dam, rare), 6)}
    with_vectors = likenesses([one("a", "dam dam leak", vector=[1, 0]), one("b", "dam goat", vector=[3, 4]), one("c", "rent cap")])
    assert with_vectors["a", "b"] == pytest.approx((found["a", "b"] + 0.6) / 2, abs=1e-6)


def test_days_between_two_articles_take_from_their_likeness_and_a_missing_date_takes_nothing() -> None:
    def pair(days: float | None) -> float | None:
        return likenesses([one("a", "dam leak rock"), one("b", "dam leak rock", days=days)]).get(("a", "b"))

    assert pair(0) == pair(None) == 1.0
    assert pair(1) == pytest.approx(0.97) and pair(-1) == pair(1) and pair(0.5) == pytest.approx(0.985)
    assert pair(14) == pytest.approx(1 - 14 * 0.03) and pair(14.01) is None and pair(-400) is None
    assert likenesses([one("a", "dam leak", days=None), one("b", "dam leak", days=None)]) == {("a", "b"): 1.0}


def test_no_pair_is_worth_nothing_or_less() -> None:
    """A vector that points the other way takes what shared words give."""
    opposite = [one("a", "dam leak rock", vector=[1, 0]), one("b", "dam goat hill", vector=[-1, 0])]
    assert likenesses(opposite) == {}
    for seed in range(3):
        found = likenesses(corpus(seed, 90))
        assert found and min(found.values()) > 0 and max(found.values()) <= 1
    assert likenesses([]) == likenesses([one("a", "dam")]) == likenesses([one("a", "dam"), one("b", "goat")]) == {}


def test_words_alone_count_where_one_of_the_two_has_no_vector() -> None:
    words = [one("a", "dam leak rock"), one("b", "dam leak hill"), one("c", "goat roof")]
    whole = likenesses(words)
    half = likenesses([words[0]._replace(vector=np.array([1, 0], np.float32)), *words[1:]])
    assert half == whole and whole["a", "b"] > 0
    assert all(item.vector is None for item in corpus(3, 60, vectors=False)) and likenesses(corpus(3, 60, vectors=False))


# Known likenesses -------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 70), share=st.floats(0, 1))
def test_what_an_earlier_call_found_among_few_is_what_this_one_would_find(seed: int, n: int, share: float) -> None:
    """Up to 200 articles every new one changes how rare words are, so only a call for the same articles may be told."""
    items = corpus(seed, n, words=60)
    whole = likenesses(items)
    assert likenesses(items, whole, [item.name for item in items]) == whole
    shuffled = random.Random(seed).sample(list(whole.items()), len(whole))
    assert likenesses(items, dict(shuffled), [item.name for item in items]) == whole
    mixed = [item._replace(terms=dict(random.Random(seed).sample(list(item.terms.items()), len(item.terms)))) for item in items]
    assert likenesses(mixed) == whole, "the order in which words stand says nothing"


@pytest.mark.parametrize(("first", "n"), [(200, 249), (201, 230), (250, 312), (251, 300), (313, 391), (391, 391)])
@pytest.mark.parametrize("seed", [1, 2])
def test_what_an_earlier_call_found_among_many_is_what_this_one_would_find(first: int, n: int, seed: int) -> None:
    items = corpus(seed, n)
    assert n_counted(first) == n_counted(n)
    known = likenesses(items[:first])
    whole = likenesses(items)
    assert {pair: whole[pair] for pair in whole if max(pair) < f"a{first:04}"} == known, "articles that come later change no pair"
    assert likenesses(items, known, [item.name for item in items[:first]]) == whole
    for steps in ((first, (first + n) // 2, n), range(first, n + 1, 7)):
        found, old = dict(known), first
        for upto in steps:
            found = likenesses(items[:upto], found, [item.name for item in items[:old]])
            old = upto
        assert likenesses(items, found, [item.name for item in items[:old]]) == whole


def test_pairs_of_known_articles_are_not_looked_at_again() -> None:
    items = corpus(6, 230)
    names, whole = [item.name for item in items], likenesses(items)
    told = {pair: 0.123 for pair in whole if max(pair) < names[210]}
    assert likenesses(items, told, names[:210]) == {**whole, **told} and likenesses(items, {}, names) == {}


def test_over_a_step_words_are_rarer_and_what_was_known_is_true_no_more() -> None:
    items = corpus(4, 250)
    before, after = likenesses(items[:249]), likenesses(items)
    assert n_counted(249) != n_counted(250)
    assert any(before[pair] != after[pair] for pair in before.keys() & after.keys())


def test_through_the_index_no_alike_pair_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against all pairs that share a word; likeness of vectors alone leads to no pair."""
    items = corpus(5, 320, vectors=False)
    found = likenesses(items)
    monkeypatch.setattr(neighbours, "KEYS", 10_000)
    monkeypatch.setattr(neighbours, "MOST_ARTICLES", 10_000)
    monkeypatch.setattr(neighbours, "LEAST_SHARED", 0.0)
    every = likenesses(items)
    assert len(found) < len(every) and all(every[pair] == value for pair, value in found.items())
    assert {pair for pair, value in every.items() if value >= 0.36} <= found.keys()


@pytest.mark.parametrize(("n", "seed"), [(1, 1), (120, 2), (420, 3), (900, 4)])
def test_all_that_are_looked_at_are_worth_what_a_plain_count_gives(n: int, seed: int) -> None:
    """Word by word and pair by pair, as the head of the module says it."""
    items = corpus(seed, n)
    counted = n_counted(n)
    documents = Counter(term for item in items[:counted] for term in item.terms)
    weights, keys = [], []
    for item in items:
        own = {term: (1 + math.log(times)) * math.log((counted + 2) / (documents[term] + 1)) for term, times in item.terms.items()}
        length = math.sqrt(sum(weight**2 for weight in own.values())) or 1.0
        weights.append({term: weight / length for term, weight in own.items()})
        rare = sorted((term for term in own if documents[term] <= alike.MOST_ARTICLES), key=lambda term: (-weights[-1][term], term))  # noqa: B023
        keys.append(set(own) if counted <= 200 else set(rare[: alike.KEYS]))
    expected = {}
    for later, earlier in ((b, a) for b in range(n) for a in range(b)):
        led = keys[later] & keys[earlier]
        shared = math.fsum(weights[later][term] * weights[earlier][term] for term in led)
        if not led or (counted > 200 and shared < alike.LEAST_SHARED):
            continue
        value = math.fsum(weight * weights[earlier].get(term, 0.0) for term, weight in weights[later].items())
        a, b = items[earlier], items[later]
        if a.vector is not None and b.vector is not None:
            value = (value + float(a.vector.astype(float) @ b.vector.astype(float))) / 2
        days = abs((a.published_at - b.published_at).total_seconds()) / 86_400 if a.published_at and b.published_at else 0.0
        value -= alike.PER_DAY * days
        if days <= alike.MOST_DAYS and value > 1e-6:
            expected[a.name, b.name] = value
    found = likenesses(items)
    assert n < 100 or len(found) > n
    assert {pair for pair, value in found.items() if value > 1e-6} == expected.keys()
    assert all(value == pytest.approx(found[pair], abs=2e-6) for pair, value in expected.items())


@pytest.mark.parametrize("at_once", [1, 7, 500])
def test_it_is_the_same_however_many_places_are_looked_at_together(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = corpus(6, 60), corpus(7, 500)
    expected = likenesses(few), likenesses(many)
    monkeypatch.setattr(neighbours, "_AT_ONCE", at_once)
    assert (likenesses(few), likenesses(many)) == expected


def test_a_word_that_very_many_articles_have_leads_to_no_pair() -> None:
    items = [one(f"a{number:03}", f"weather own{number} more{number}") for number in range(250)]
    assert likenesses(items) == {}
    few = likenesses(items[:190])
    assert len(few) == 190 * 189 / 2, "among a few hundred all pairs that share a word are looked at"


def test_the_first_fetched_stands_in_front() -> None:
    assert list(likenesses([one("z", "dam leak"), one("b", "dam leak")])) == [("z", "b")]


# Openings ---------------------------------------------------------------------------------------------------------------


def test_telling_words_of_a_text() -> None:
    assert terms("The Brannow Dam leaked on Monday, said Mr Vannel.") == {"brannow": 1, "dam": 1, "brannow dam": 1, "leak": 1, "vannel": 1}
    assert terms("") == {} and terms("The of and a I") == {}
    assert "dam vannel" not in terms("They saw the Dam. Vannel left."), "a sentence ends between them"
    assert terms("strikes striking glass") == {"strik": 2, "glass": 1}


def test_an_opening_is_what_headline_and_first_paragraphs_say_and_a_text_without_telling_words_has_none() -> None:
    long = "Dam leaks\n\n" + " ".join(f"Word{number} stands here." for number in range(200))
    short = Document("b" * 16, 1, "He said so.", language="en")
    document = Document("a" * 16, 1, long, headline="Dam leaks", language="en")
    registry = Registry({name: {"model": "none"} for name in ("openings", "parse")})
    rows = {name: found for name, found, _ in measure_in_memory(registry, ["openings"], [document, short])}["openings"]
    [opening] = rows[document.key].openings
    assert opening.vector is None and json.loads(opening.terms)["dam"] == 1
    assert len(beginning(document).split()) == WORDS
    last = (WORDS - 3) // 3  # two words of headline, then three a sentence
    assert f"word{last}" in json.loads(opening.terms) and f"word{last + 1}" not in json.loads(opening.terms)
    assert rows[short.key].openings == [] and rows[short.key].scores[0].status == "not_assessable"
    assert f"{LEAST_TERMS} needed" in rows[short.key].scores[0].reason
