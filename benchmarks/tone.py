"""Tone: VADER's rules beside the library, in turn on the same sentences, and growth with length; the target model beside its 32-bit form.

``python benchmarks/tone.py [lexicon] [growth] [target] [--file FILE] [--labelled FILE] [--wide FILE]``; without a name, all three. FILE is a
Parquet export with texts, ``--labelled`` a file of sentences with targets (dev splits), ``--wide`` the model in 32-bit floats that a training
keeps. Prints one JSON object for each.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nutgraf.documents import Document
from nutgraf.measures import target_model
from nutgraf.measures.target_model import TargetModel
from nutgraf.measures.target_tokens import Targeted
from nutgraf.measures.vader import Vader
from nutgraf.measuring import Registry, measure_in_memory

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
ROUNDS = 5


def seconds(do: Callable[[], Any]) -> float:
    """Processor time of one call."""
    began = time.process_time()
    do()
    return time.process_time() - began


def lexicon(file: Path) -> dict[str, Any]:
    """Sentences a second, all four numbers, of ours and of the library."""
    import pyarrow.parquet as pq
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    texts = [text for text in pq.read_table(file, columns=["text"])["text"].to_pylist() if text][::60]
    registry, sentences = Registry({"parse": {"model": "none"}}), []
    for number, text in enumerate(texts):
        document = Document(str(number), 1, text, language="en")
        for _ in measure_in_memory(registry, ["sentences"], [document]):
            pass
        sentences += [text[one.start : one.end] for one in document.sentences]
    ours, theirs = Vader(), SentimentIntensityAnalyzer()
    expected = [theirs.polarity_scores(sentence) for sentence in sentences]
    names = ("neg", "neu", "pos", "compound")
    assert ours.polarities(sentences).tolist() == [[row[name] for name in names] for row in expected]
    pairs = [
        (seconds(lambda: ours.polarities(sentences)), seconds(lambda: [theirs.polarity_scores(sentence) for sentence in sentences]))
        for _ in range(ROUNDS)
    ]
    ratios = [library / own for own, library in pairs]
    return {
        "sentences": len(sentences), "ours_per_s": round(len(sentences) / statistics.median(own for own, _ in pairs)),
        "library_per_s": round(len(sentences) / statistics.median(library for _, library in pairs)),
        "times_as_fast": round(statistics.median(ratios), 2), "lowest": round(min(ratios), 2), "highest": round(max(ratios), 2),
        "with_places_per_s": round(len(sentences) / min(seconds(lambda: ours.scores(sentences)) for _ in range(3))),
    }  # fmt: skip


def growth() -> dict[str, Any]:
    """Microseconds a word on longer and longer sentences, where the library's time grows with the square."""
    ours, found = Vader(), {}
    for words in (1_000, 10_000, 100_000, 1_000_000):
        text = "a good but very terrible day not at all " * (words // 9)
        found[f"{words:,}"] = round(1e6 * min(seconds(lambda text=text: ours.polarity(text)) for _ in range(3)) / words, 3)
    return {"microseconds_per_word": found}


def target(labelled: Path, wide: Path | None) -> dict[str, Any]:
    """Sentences with a target a second on one core, int8 and 32-bit floats in turn, and how long loading takes."""
    rows = [json.loads(line) for line in labelled.read_text(encoding="utf-8").splitlines()]
    questions = [Targeted(row["text"], row["target_start"], row["target_end"]) for row in rows if row.get("split") in ("mt-dev", "rw-dev")]
    began = time.perf_counter()
    shipped = target_model.loaded()
    shipped.probabilities(questions[:1])
    load_s = time.perf_counter() - began
    own, other = [], []
    floats = TargetModel(wide, shipped.vocabulary) if wide else None
    for _ in range(ROUNDS):
        own.append(len(questions) / seconds(lambda: shipped.probabilities(questions)))
        if floats:
            other.append(len(questions) / seconds(lambda: floats.probabilities(questions)))
    found: dict[str, Any] = {
        "sentences": len(questions), "int8_per_s": round(statistics.median(own)), "lowest": round(min(own)), "load_s": round(load_s, 2)
    }
    if other:
        ratios = [a / b for a, b in zip(own, other, strict=True)]
        found |= {"floats_per_s": round(statistics.median(other)), "times_as_fast": round(statistics.median(ratios), 2)}
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", choices=["lexicon", "growth", "target", []])
    parser.add_argument("--file", type=Path, default=DATA / "articles" / "allsides.parquet")
    parser.add_argument("--labelled", type=Path, default=DATA / "tone" / "newsmtsc.jsonl")
    parser.add_argument("--wide", type=Path)
    chosen = parser.parse_args()
    for name in chosen.what or ["lexicon", "growth", "target"]:
        made = {"lexicon": lambda: lexicon(chosen.file), "growth": growth, "target": lambda: target(chosen.labelled, chosen.wide)}[name]()
        sys.stdout.write(json.dumps({name: made}) + "\n")
        sys.stdout.flush()
