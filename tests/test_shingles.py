"""Shingles as numbers: the same as sets of words, on any machine; and what finds texts that share them."""

from __future__ import annotations

import hashlib
import random
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nutgraf.compare import shingles as of
from nutgraf.compare.copy_groups import trimmed

from tests.copied_texts import edited, jaccard_of_words, prose, sample_bodies

TEXTS = st.text(st.one_of(st.sampled_from("ab_1 .ß'’É\n"), st.characters(codec="utf-8")), max_size=80)


@settings(deadline=None)  # the first rare character builds a table
@given(TEXTS, TEXTS)
@example("a b c d İ e f", "A B C D i̇ E F")
@example("𝔡 𝔢 𝔣 𝔤 𝔥 𝔦", "d e f g h i")
@example("\ud800 a b c d e", "a b c d e")
def test_they_are_those_of_words(a: str, b: str) -> None:
    words = [re.findall(r"\w+", text.lower()) for text in (a, b)]
    sets = [{tuple(one[at : at + 5]) for at in range(len(one) - 4)} for one in words]
    numbers = [of.shingles(text) for text in (a, b)]
    assert [len(one) for one in numbers] == [max(0, len(one) - 4) for one in words]
    assert of.jaccard(*numbers) == (len(sets[0] & sets[1]) / len(sets[0] | sets[1]) if sets[0] | sets[1] else None)


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6), st.integers(1, 200))
def test_many_texts_together_give_what_each_gives_by_itself(texts: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of, "_TOGETHER", size)
        together = [one.tolist() for one in of.shingles_of(texts)]
    assert together == [of.shingles(text).tolist() for text in texts]


def test_words_of_other_order_or_cut_elsewhere_are_other_shingles() -> None:
    base = "ab c de f gh"
    others = ["a bc de f gh", "abc de f g h", "c ab de f gh", "ab c de f hg", "gh f de c ab", "ab c de f gh_", "ba c de f gh", "aab c de f gh"]
    assert len({int(of.shingles(text)[0]) for text in (base, *others)}) == 1 + len(others)


def test_there_is_a_number_for_each_of_many_shingles() -> None:
    texts = [*sample_bodies(), *(prose(n, 2_000) for n in range(100))]
    distinct = {tuple(words[at : at + 5]) for text in texts for words in [re.findall(r"\w+", text.lower())] for at in range(len(words) - 4)}
    assert len(np.unique(np.concatenate([of.shingles(text) for text in texts]))) == len(distinct) > 200_000


def test_long_texts_are_counted_alike() -> None:
    words = prose("long", 60_000).split()
    whole = of.shingles(" ".join(words))
    assert (whole[50_000:50_100] == of.shingles(" ".join(words[50_000:50_104]))).all()


def test_they_and_signatures_are_what_they_were_on_other_machines() -> None:
    """Kept signatures are compared with new ones, so that a change of the numbers has to change `library` too."""
    text = of.shingles("The dam holds, says Mab Tennick: “No word of it is true”, she wrote on 9 March. " + prose("fixed", 60))
    found = [hashlib.sha256(numbers.astype("<u8").tobytes()).hexdigest()[:16] for numbers in (text, of.bands(of.signatures([text])))]
    assert (found, of.library()) == (["99321a12b4b7d010", "40686f6ff6ced310"], "rensa 2 128 20260302 shingles 5 1")
    together = of.signatures([of.shingles(prose(n, 50)) for n in range(300)] + [text])
    assert (together[-1] == of.signatures([text])[0]).all(), "by itself or with others"


def test_signatures_say_about_how_much_is_shared() -> None:
    chance, off = random.Random(3), []
    for number in range(200):
        text = prose(number, 200)
        copy = " ".join(edited(text.split(), number % 12, chance))
        one, other = of.signatures([of.shingles(text), of.shingles(copy)])
        off.append(float((one == other).mean()) - jaccard_of_words(text, copy))
    assert abs(np.mean(off)) < 0.01 and np.std(off) < 0.05 and max(map(abs, off)) < 0.18


def test_texts_that_share_a_passage_of_twenty_words_share_a_fingerprint() -> None:
    for number in range(200):
        passage = prose(("passage", number), of.WINDOW + of.WORDS - 1)
        texts = [f"{prose((side, number), number)} {passage} {prose((side, -number), 30)}" for side in "ab"]
        prints = [of.fingerprints(of.shingles(text)) for text in texts]
        assert np.intersect1d(*prints).size, number
    assert len(of.fingerprints(of.shingles(prose("density", 20_000)))) == pytest.approx(20_000 * 2 / 17, rel=0.1)
    assert of.fingerprints(of.shingles("too short")).size == 0 and of.fingerprints(of.shingles("just five words are here")).size == 1


def test_a_trimmed_text_is_told_by_its_share_of_the_beginning() -> None:
    text = of.shingles(prose("t", 400))
    assert trimmed(text[:100], text) == trimmed(text, text[:100]) == 1.0
    assert trimmed(text[:98], text) == 0.0 and trimmed(text[:20], text[:40]) == 0.0
    assert trimmed(text[150:250], text[:400]) == 0.0 and trimmed(np.append(text[:75], text[300:325]), text) == pytest.approx(0.75)
