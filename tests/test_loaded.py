"""Loaded words: the list is whole, words are ranked and counted once, and what others say counts as theirs."""

from __future__ import annotations

import doctest
import pickle
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.documents import Document
from nutgraf.errors import InputError
from nutgraf.measures import loaded
from nutgraf.measures.loaded import Loaded, groups, weight_of
from nutgraf.measuring import Registry, measure_in_memory
from nutgraf.validate import wording
from nutgraf.validate.items import Item
from nutgraf.validate.tasks import task_of

MEASURE = Loaded()


def of(text: str) -> list[tuple[str, str]]:
    return [(text[word.start : word.end], word.group) for word in MEASURE.words([(text, [(0, len(text))])])[0][0]]


def test_docstrings() -> None:
    assert doctest.testmod(loaded).failed == 0


def test_the_list_is_whole() -> None:
    assert len(groups()) == 6 and sum(len(group.phrases) for group in groups()) > 1000
    assert all(group.source and group.note and group.weight in (1, 2) for group in groups())
    assert {"hack+", "coup"} <= {phrase for group in groups() for phrase in group.phrases}


@pytest.mark.parametrize("sentence, words", [
    ("The mayor slammed the shameless cronies of the harbour board.", {"slammed", "shameless", "cronies"}),
    ("The council met on Tuesday and put off the vote on the bridge.", set()),
    ("Critics called it a witch-hunt.", {"witch-hunt"}),
    ("A crime, a war, a fire and a court case filled the page.", set()),
])  # fmt: skip
def test_what_judges_and_what_is_only_a_topic(sentence: str, words: set[str]) -> None:
    assert {word for word, _ in of(sentence)} == words
    assert wording.of_sentences([Item("1", sentence, {})], Registry())[0]["loaded"] is bool(words)


def test_the_strongest_come_first_and_the_same_word_counts_once() -> None:
    text = "Clearly, clearly the feckless board was clearly late."
    found = MEASURE.words([(text, [(0, len(text))])])[0][0]
    assert text[found[0].start : found[0].end] == "feckless" and weight_of(text, found) == 3
    assert weight_of("clearly", []) == 0


def test_voices_have_their_own_words() -> None:
    text = 'The board met.\n\nThe meeting was long. "They are shameless cronies," said Ada Vannel. The board voted at noon. It adjourned.'
    document = Document("a", 1, text, headline="The board met.", language="en")
    for _ in measure_in_memory(Registry(), ["loaded"], [document]):
        pass
    scores = {(score.sentence, score.voice): score for score in document.scores["loaded"]}
    number = next(score.sentence for score in document.scores["loaded"] if score.voice == "quoted")
    assert scores[number, "quoted"].label == "loaded" and scores[number, "all"].n == 2
    assert (number, "outlet") not in scores or scores[number, "outlet"].value == 0
    assert {span.value for span in document.spans["loaded"]} == {"shameless", "cronies"}
    assert all(score.value == 0 and score.label == "plain" for key, score in scores.items() if key[0] != number)
    other = Document("b", 1, "Der Rat tagte.", language="de")
    for _ in measure_in_memory(Registry(), ["loaded"], [other]):
        pass
    assert [score.reason for score in other.scores["loaded"]] == ["language 'de' is not measured"]


@settings(deadline=None, max_examples=80)
@given(st.lists(st.sampled_from(["slam", "slammed", "so-called", "the", "witch hunt", ",", "”", "\n", "so much for", "ﬁ", "İ"]), max_size=30))
def test_places_are_words_of_the_text_and_none_overlap(parts: list[str]) -> None:
    text = " ".join(parts)
    found = sorted(MEASURE.words([(text, [(0, len(text))])])[0][0]) if text else []
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
    assert all(0 <= word.start < word.end <= len(text) for word in found)


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    took = []
    for n in (20_000, 80_000):
        text = "so much for the so called witch " * (n // 32)
        start = time.perf_counter()
        MEASURE.words([(text, [(0, len(text))])])
        took.append((time.perf_counter() - start) / n)
    assert took[1] < 20 * took[0]
    assert pickle.loads(pickle.dumps(MEASURE)).words([("slammed", [(0, 7)])])[0][0]  # noqa: S301 - as a worker gets it


def test_the_metric_counts_both_classes() -> None:
    one = Item("1", "x", {"label": 1})
    assert wording.count(one, {"loaded": True}) == {"n": 1, "loaded tp": 1}
    assert wording.count(one, {"loaded": False}) == {"n": 1, "loaded fn": 1, "plain fp": 1}
    assert [figure.name for figure in task_of("wording").figures([])] == ["macro_f1", "loaded_f1", "plain_f1"]
    with pytest.raises(InputError, match="neither 1 nor 0"):
        wording.count(Item("1", "x", {"label": "biased"}), {"loaded": True})
