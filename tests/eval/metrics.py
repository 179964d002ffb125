"""The metrics of the accuracy tests, as ``../shared/data/README.md`` defines them where it does."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

_TOKEN = re.compile(r"\w+")
_DOUBLE = re.compile(r"“[^“”\n]*”|\"[^\"\n]*\"")


def read_lines(path: Path) -> list[dict]:
    """Objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def tenth(items: Sequence[dict], seed: int = 20260302) -> list[dict]:
    """A seeded tenth, for runs that must be short."""
    return random.Random(seed).sample(list(items), max(1, len(items) // 10))


def f1(true_positive: int, false_positive: int, false_negative: int) -> float:
    """2TP / (2TP + FP + FN); 1 when there is nothing to find and nothing was found."""
    total = 2 * true_positive + false_positive + false_negative
    return 2 * true_positive / total if total else 1.0


def span_f1(pairs: Iterable[tuple[set[tuple[int, int]], set[tuple[int, int]]]]) -> float:
    """F1 of exact spans over passages, each a pair of (gold, found)."""
    counts: Counter[str] = Counter()
    for gold, found in pairs:
        counts["tp"] += len(gold & found)
        counts["fp"] += len(found - gold)
        counts["fn"] += len(gold - found)
    return f1(counts["tp"], counts["fp"], counts["fn"])


def part_f1(items: Iterable[tuple[str, list[tuple[int, int, str]], list[tuple[int, int, str]]]]) -> dict[str, float]:
    """F1 of each part, counted in characters other than white space, over texts with (gold, found) stretches."""
    counts: dict[str, Counter[str]] = {}
    for text, gold, found in items:
        where: list[list[str | None]] = [[None] * len(text), [None] * len(text)]
        for side, stretches in enumerate((gold, found)):
            for start, end, part in stretches:
                where[side][start:end] = [part] * (end - start)
        for character, wanted, got in zip(text, where[0], where[1], strict=True):
            if character.isspace():
                continue
            for part in {wanted, got} - {None}:
                outcome = "tp" if wanted == got else "fn" if part == wanted else "fp"
                counts.setdefault(str(part), Counter())[outcome] += 1
    return {part: f1(c["tp"], c["fp"], c["fn"]) for part, c in counts.items()}


def direct_f1(articles: Iterable[tuple[dict, list[tuple[int, int]]]]) -> float:
    """Token F1 of direct quotation: gold is what of an attribution's content stands between double quotation marks."""
    counts: Counter[str] = Counter()
    for article, found in articles:
        text = article["text"]
        between = [match.span() for match in _DOUBLE.finditer(text)]
        content = [tuple(span) for attribution in article["attributions"] for span in attribution["content"]]
        wanted_marks, content_marks, found_marks = _covered(text, between), _covered(text, content), _covered(text, found)
        wanted = wanted_marks & content_marks
        counts["tp"] += len(wanted & found_marks)
        counts["fp"] += len(found_marks - wanted)
        counts["fn"] += len(wanted - found_marks)
    return f1(counts["tp"], counts["fp"], counts["fn"])


def _covered(text: str, spans: Iterable[tuple[int, int]]) -> set[int]:
    """Start offsets of the tokens that lie in any of the spans."""
    return {match.start() for start, end in spans for match in _TOKEN.finditer(text, start, end)}


def macro_f1(gold: Sequence[set[str]], found: Sequence[set[str]], labels: Sequence[str]) -> float:
    """Plain mean over labels of the F1 of each, over items with sets of labels."""
    scores = []
    for label in labels:
        pairs = [(label in wanted, label in got) for wanted, got in zip(gold, found, strict=True)]
        scores.append(f1(pairs.count((True, True)), pairs.count((False, True)), pairs.count((True, False))))
    return sum(scores) / len(scores)
