"""A sentence as a model sees it: WordPiece tokens with a mark before and after the target, and a window around it where there are too many."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nutgraf.errors import InputError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Two words of the vocabulary that no text holds.
BEFORE, AFTER = "[unused0]", "[unused1]"
#: Most tokens that the model is given, marks included; longer sentences are cut to what stands around the target.
LONGEST = 192
#: No token is longer; what is further from the target than all tokens could reach is not even read.
_CHARACTERS = 40 * LONGEST
_SURROGATE = re.compile("[\ud800-\udfff]")


class Targeted(NamedTuple):
    """A sentence and where its target stands, in characters, end-exclusive; an empty stretch asks for the sentence as a whole."""

    text: str
    start: int
    end: int


class Tokens(NamedTuple):
    """Token ids, 1 for those of the target (all of them where there is none), and whether some of the sentence was left out."""

    ids: list[int]
    target: list[int]
    is_cut: bool


@cache
def tokenizer(vocabulary: Path) -> Tokenizer:
    """BERT's tokenizer for text in lower case, from a list of its words."""
    from tokenizers import BertWordPieceTokenizer

    return BertWordPieceTokenizer(str(vocabulary), lowercase=True)


def tokens(question: Targeted, vocabulary: Path) -> Tokens:
    """The tokens of a sentence.

    Args:
        question: The sentence.
        vocabulary: Words of the model, one a line.

    Raises:
        InputError: For an empty sentence, or a target outside of it.
    """
    text, start, end = question
    if not text.strip():
        raise InputError("an empty sentence has no tone", where="a sentence", mend="leave it out", not_done="no model was asked")
    if not 0 <= start <= end <= len(text) or (start < end and not text[start:end].strip()):
        raise InputError(
            f"the target from {start} to {end} is not in the sentence of {len(text)} characters", where="a sentence",
            mend="count its characters from 0, end-exclusive", not_done="no model was asked",
        )  # fmt: skip
    text = _SURROGATE.sub("\ufffd", text)
    known = tokenizer(vocabulary)
    if start == end:
        ids = known.encode(text[:_CHARACTERS], add_special_tokens=False).ids
        kept = ids[: LONGEST - 2]
        found = [known.token_to_id("[CLS]"), *kept, known.token_to_id("[SEP]")]
        return Tokens(found, [1] * len(found), len(kept) < len(ids) or len(text) > _CHARACTERS)
    first, last = max(0, start - _CHARACTERS), end + _CHARACTERS
    before, target, after = (
        known.encode(piece, add_special_tokens=False).ids
        for piece in (text[first:start], text[start : min(end, start + _CHARACTERS)], text[end:last])
    )
    n_target = len(target)
    target = target[: LONGEST // 2] or [known.token_to_id("[UNK]")]
    room = LONGEST - 4 - len(target)
    n_before = min(len(before), max(room // 2, room - len(after)))
    n_after = min(len(after), room - n_before)
    is_cut = n_before < len(before) or n_after < len(after) or first > 0 or last < len(text) or len(target) < n_target
    before, after = before[len(before) - n_before :], after[:n_after]
    marks = known.token_to_id(BEFORE), known.token_to_id(AFTER)
    ids = [known.token_to_id("[CLS]"), *before, marks[0], *target, marks[1], *after, known.token_to_id("[SEP]")]
    place = 1 + len(before)
    return Tokens(ids, [int(place <= at < place + len(target) + 2) for at in range(len(ids))], is_cut)
