"""Scores of reading on the gold passages, and the input that no reader may stumble over."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from nutgraf.documents import Document
from nutgraf.measuring import Registry
from nutgraf.reading.parts import Parts
from nutgraf.reading.quotes import quotations

BAD_INPUT = {
    "empty": "",
    "white space": " \n\r\n\t ",
    "one word": "Word",
    "no full stop": "the tide came in and " * 400,
    "all capitals": "THE TIDE CAME IN. NOBODY SAW IT. WATCH: THE TIDE",
    "control characters": "The\x00 tide\x07 came\x1b[31m in.\x85It\x0b went.\x1f",
    "bidi": "\u202eThe tide \u2067came\u2069 in.\u200f “Yes,\u202c” he said.",
    "NUL": "\x00",
    "lone surrogate": "The tide \ud800 came in. “\udfff,” he said.",
    "only marks": "“” \"\" ‘’ '' … !? . . .",
    "only bullets": "•\n•\n- \n***\n___",
    "100,000 quotation marks": "\"“”‘’'" * 17_000,
    "100,000 full stops": "." * 50_000 + ". " * 25_000,
    "a line of spaces": "a" + " " * 200_000 + "b",
    "transcript": "ANNA: Who is it?\nBORIS: It is me.\nANNA: Oh.",
    "table": "Town\tVotes\nLudd\t12\nOrme\t9",
}


def f1(counts: tuple[int, int, int] | list[int]) -> float:
    """2TP / (2TP + FP + FN) from (TP, FP, FN)."""
    true, false, missed = counts
    return 2 * true / (2 * true + false + missed) if true else 0.0


def passages(path: Path) -> list[dict]:
    """The passages of a gold file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def parts_scores(path: Path) -> dict[str, float]:
    """F1 of each part in characters that are no white space, and their mean over the parts that gold or prediction has."""
    parts, counts = Parts(), defaultdict(lambda: [0, 0, 0])
    for passage in passages(path):
        text = passage["text"]
        gold, found = [None] * len(text), [None] * len(text)
        for entry in passage["parts"]:
            gold[entry["start"] : entry["end"]] = [entry["part"]] * (entry["end"] - entry["start"])
        for start, end, part, _ in parts.parts(text):
            found[start:end] = [part] * (end - start)
        for character, expected, actual in zip(text, gold, found, strict=True):
            if character.isspace():
                continue
            if expected == actual:
                counts[expected][0] += 1
            else:
                counts[actual][1] += 1
                counts[expected][2] += 1
    scores = {part: f1(count) for part, count in counts.items() if part}
    return {**scores, "macro_f1": sum(scores.values()) / len(scores)}


def spans_f1(path: Path, key: str, find) -> float:  # noqa: ANN001 - any function from text to spans
    """F1 of exact spans over a gold file."""
    counts = [0, 0, 0]
    for passage in passages(path):
        gold = {tuple(span) if isinstance(span, list) else (span["start"], span["end"]) for span in passage[key]}
        found = set(find(passage["text"]))
        counts = [counts[0] + len(gold & found), counts[1] + len(found - gold), counts[2] + len(gold - found)]
    return f1(counts)


def quote_spans(text: str) -> list[tuple[int, int]]:
    """Quotations without their rules."""
    return [(start, end) for start, end, _ in quotations(text)]


def read(text: str, **fields) -> Document:  # noqa: ANN003
    """A document with the rows of parts, quotes and sentences."""
    document, registry = Document("a" * 16, 1, text, **fields), Registry()
    for name in ("parts", "quotes", "sentences"):
        rows = registry.get(name).measure([document])[document.key]
        document.spans[name] = rows.spans
        document.sentences = rows.sentences or document.sentences
    return document
