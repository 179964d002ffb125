"""Labelled sentences with a target, as tokens: what the network sees of them."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from nutgraf.measures.target_tokens import Targeted, Tokens

FILES = ("newsmtsc.jsonl", "sentfin.jsonl")
#: Splits that choose between models and never train one.
DEV_SPLITS = ("mt-dev", "rw-dev")


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


class Batch(NamedTuple):
    """Token ids, which of them are there, which are the target's, and labels, as lists of equal lengths."""

    ids: list[list[int]]
    mask: list[list[int]]
    target: list[list[int]]
    labels: list[int]


def batches(examples: Sequence[tuple[Tokens, int]], size: int, chance: random.Random | None = None) -> Iterator[Batch]:
    """Batches of sentences of about equal length; in another order each time that `chance` gives one."""
    order = list(range(len(examples)))
    if chance is not None:
        chance.shuffle(order)
    pool = size * 50
    groups = []
    for first in range(0, len(order), pool):
        near = sorted(order[first : first + pool], key=lambda place: len(examples[place][0].ids))
        groups += [near[at : at + size] for at in range(0, len(near), size)]
    if chance is not None:
        chance.shuffle(groups)
    for group in groups:
        yield padded([examples[place] for place in group])


def padded(group: Sequence[tuple[Tokens, int]]) -> Batch:
    """One batch, every sentence filled up to the longest."""
    longest = max(len(tokens.ids) for tokens, _ in group)

    def filled(row: Sequence[int]) -> list[int]:
        return [*row, *[0] * (longest - len(row))]

    return Batch(
        [filled(tokens.ids) for tokens, _ in group], [filled([1] * len(tokens.ids)) for tokens, _ in group],
        [filled(tokens.target) for tokens, _ in group], [label for _, label in group],
    )  # fmt: skip
