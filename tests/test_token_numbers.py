"""Tokens of many sentences at once: as `str.split` cuts each by itself, whatever stands in them and however many there are."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nutgraf.measures import token_numbers
from nutgraf.measures.token_numbers import LONGEST, SPACES, TokenNumbers

PIECES = st.one_of(st.sampled_from([*SPACES, *"aAé’“€😀\x00\x7f", "a" * 9]), st.characters(codec="utf-8"))


class Numbers(dict[str, int]):
    """A number for each token, and how often one was asked for."""

    n_asked = 0

    def of(self, token: str) -> int:
        self.n_asked += 1
        return self.setdefault(token, len(self))


def cut(numbers: TokenNumbers, known: Numbers, texts: list[str]) -> list[list[str]]:
    found, tokens = numbers.cut(texts), list(known)
    return [[tokens[number] for number in found.tokens[first:end].tolist()] for first, end in zip(found.offsets, found.offsets[1:], strict=False)]


def test_spaces_are_those_of_str_split() -> None:
    assert sorted(SPACES) == [character for character in map(chr, range(0x110000)) if character.isspace()]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=40).map("".join), max_size=12))
@example(["", "a", "", "", "b ", "", " c"])
@example(["ends here", "goes on", "\u3000", "x\u2003y", "\xa0"])
def test_sentences_are_cut_as_each_by_itself(texts: list[str]) -> None:
    known = Numbers()
    numbers = TokenNumbers(known.of)
    for _ in range(2):
        assert cut(numbers, known, texts) == [text.split() for text in texts]
    found = numbers.cut(texts)
    assert bytes(found.characters) == "".join(texts).encode() and found.ends.tolist() == [
        len("".join(texts[: at + 1]).encode()) for at in range(len(texts))
    ]


def test_half_a_character_is_some_character() -> None:
    known = Numbers()
    assert cut(TokenNumbers(known.of), known, ["\ud800 bad", "b\udfffd"]) == [["\ue000", "bad"], ["b\ue000d"]]


@pytest.mark.parametrize("bits", [2, 8, 17])
def test_tokens_that_find_no_place_are_asked_for_again(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_numbers, "_TABLE_BITS", bits)
    chance, known = random.Random(3), Numbers()
    words = ["".join(chance.choices("abcdeé", k=chance.randint(1, LONGEST + 4))) for _ in range(2_000)]
    numbers = TokenNumbers(known.of)
    for _ in range(6):
        texts = [" ".join(chance.choices(words, k=chance.randint(0, 30))) for _ in range(100)]
        assert cut(numbers, known, texts) == [text.split() for text in texts]
    whole = " ".join(words)
    cut(numbers, known, [whole])
    known.n_asked = 0
    cut(numbers, known, [whole])
    long = sum(len(word.encode()) > LONGEST for word in words)
    assert known.n_asked == long if bits == 17 else known.n_asked > long
