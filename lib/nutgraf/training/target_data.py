"""Labelled sentences with a target, as tokens: what the network sees of them."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from nutgraf.measures.target_tokens import Targeted, Tokens

FILES = ("newsmtsc.jsonl", "sentfin.jsonl")
#: Splits that choose between models and never train one.
DEV_SPLITS = ("mt-dev", "rw-dev")
#: What an example is labelled that nobody labelled.
UNLABELLED = -1
_NAMES = re.compile(r"\b[A-Z][\w.&'’-]+(?: (?:of |the |and )?[A-Z][\w.&'’-]*)*")  # words with capitals, which mostly name somebody
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
#: Characters of a sentence that is asked about.
_SHORTEST, _LONGEST = 30, 400


class Example(NamedTuple):
    """A sentence with a target and its label, 0 negative, 1 neutral, 2 positive."""

    question: Targeted
    label: int
    split: str
    file: str


def read(folder: Path, files: Sequence[str] = FILES) -> list[Example]:
    """All examples of some files.

    Args:
        folder: Where they lie; each line has text, target_start, target_end, label (−1, 0, 1) and split. Of the news sentences alone the
            dev splits are kept apart; all of the headlines train.
        files: Their names.
    """
    found = []
    for name in files:
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["target_start"] < 0:
                continue  # a headline that names its target otherwise
            split = row["split"] if row["split"] in DEV_SPLITS else "train"
            found.append(Example(Targeted(row["text"], row["target_start"], row["target_end"]), row["label"] + 1, split, name))
    return found


def without_target(examples: Sequence[Example]) -> list[Example]:
    """Sentences all of whose targets agree, as a whole: what the network learns of a sentence that is asked without a target."""
    labels = defaultdict(list)
    for example in examples:
        labels[example.question.text].append(example)
    return [
        same[0]._replace(question=Targeted(text, 0, 0)) for text, same in labels.items() if len({example.label for example in same}) == 1
    ]


def questions(news: Sequence[Example], headlines: Sequence[Example], articles: Path, seed: int) -> list[Example]:
    """What the larger network is asked: all labelled sentences, these as a whole, others that they name, and sentences of articles.

    Args:
        news: Labelled news sentences.
        headlines: Labelled headlines.
        articles: JSONL with the ``text`` of articles.
        seed: Of what is drawn.

    Returns:
        Examples; the label is `UNLABELLED` where nobody gave one.
    """
    chance = random.Random(seed)  # noqa: S311 - a draw of sentences
    targets: dict[str, list[Targeted]] = defaultdict(list)
    for example in news:
        targets[example.question.text].append(example.question)
    agreed = {example.question.text: example.label for example in without_target(news)}
    whole = [Example(Targeted(text, 0, 0), agreed.get(text, UNLABELLED), "train", "") for text in targets]
    rows = [json.loads(line) for line in articles.read_text(encoding="utf-8").splitlines()]
    sentences = list(dict.fromkeys(piece.strip() for row in rows for piece in _SENTENCE_END.split(row["text"])))
    sentences = [sentence for sentence in sentences if _SHORTEST < len(sentence) < _LONGEST]
    chance.shuffle(sentences)
    half = len(sentences) // 2
    unlabelled = [Example(Targeted(text, 0, 0), UNLABELLED, "train", "") for text in sentences[:half]]
    return [*news, *headlines, *whole, *_named(targets, chance), *unlabelled, *_named(dict.fromkeys(sentences, ()), chance)]


def _named(targets: Mapping[str, Sequence[Targeted]], chance: random.Random) -> Iterator[Example]:
    """One more stretch of each sentence that may name somebody."""
    for text, known in targets.items():
        places = [match.span() for match in _NAMES.finditer(text)]
        free = [(start, end) for start, end in places if not any(one.start < end and start < one.end for one in known)]
        if free:
            yield Example(Targeted(text, *chance.choice(free)), UNLABELLED, "train", "")


class Batch(NamedTuple):
    """Token ids, which of them are there, which are the target's, and labels, as lists of equal lengths."""

    ids: list[list[int]]
    mask: list[list[int]]
    target: list[list[int]]
    labels: list[int]


def batches(examples: Sequence[tuple[Tokens, int]], size: int, chance: random.Random | None = None) -> Iterator[Batch]:
    """Batches of sentences of about equal length; in another order each time that `chance` gives one."""
    for group in groups([len(tokens.ids) for tokens, _ in examples], size, chance):
        yield padded([examples[place] for place in group])


def groups(lengths: Sequence[int], size: int, chance: random.Random | None = None) -> list[list[int]]:
    """Places of sentences of about equal length, `size` together.

    Args:
        lengths: Tokens of each sentence.
        size: How many make a batch.
        chance: Gives another order each time; without it the order is theirs, in pools.
    """
    order = list(range(len(lengths)))
    if chance is not None:
        chance.shuffle(order)
    pool = size * 50
    found = []
    for first in range(0, len(order), pool):
        near = sorted(order[first : first + pool], key=lengths.__getitem__)
        found += [near[at : at + size] for at in range(0, len(near), size)]
    if chance is not None:
        chance.shuffle(found)
    return found


def padded(group: Sequence[tuple[Tokens, int]]) -> Batch:
    """One batch, every sentence filled up to the longest."""
    longest = max(len(tokens.ids) for tokens, _ in group)

    def filled(row: Sequence[int]) -> list[int]:
        return [*row, *[0] * (longest - len(row))]

    return Batch(
        [filled(tokens.ids) for tokens, _ in group], [filled([1] * len(tokens.ids)) for tokens, _ in group],
        [filled(tokens.target) for tokens, _ in group], [label for _, label in group],
    )  # fmt: skip
