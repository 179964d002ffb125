"""Texts for tests of copies: made-up sentences of any length, and edits of a text with a known Jaccard."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
from nutgraf.compare.copies import COLUMNS, copy_clusters
from nutgraf.compare.copy_decisions import NO_DECISIONS, Decisions
from nutgraf.compare.copy_index import Index, in_memory
from nutgraf.ingest.credits import Agencies
from nutgraf.schema import arrow_schema

START = datetime(2026, 3, 9, tzinfo=UTC)
SAMPLE = Path(__file__).parent.parent / "data" / "raw" / "sample"
_PARTS = (("bra", "kel", "tes", "mor", "val", "qui"), ("no", "sta", "lu", "ri", "dem"), ("w", "sel", "port", "th", "n"))
WORDS = ["".join(parts) for parts in product(*_PARTS)]


def prose(seed: object, n_words: int) -> str:
    """So many made-up words in sentences and paragraphs; two seeds share hardly a shingle."""
    chance = random.Random(f"prose {seed}")
    words = [chance.choice(WORDS) for _ in range(n_words)]
    for at in range(11, n_words, 12):
        words[at] += "." if at % 48 != 47 else ".\n\n"
    return " ".join(words)


def jaccard_of_words(a: str, b: str) -> float:
    """The Jaccard of shingles as the metric defines it, by sets of words."""
    one, other = (_shingles(text) for text in (a, b))
    return len(one & other) / len(one | other)


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


def article(
    name: str, text: str, *, version: int = 1, hour: float = 0, agency: str | None = None, published: float | None = None, headline: str | None = None
) -> dict[str, Any]:  # fmt: skip
    """An article as the table has it, as far as copies look at it. Hours count from `START`."""
    body = Agencies().body_text(text, headline=headline)
    return {
        "article_id": name, "version": version, "text": text, "headline": headline, "body_sha256": body if len(body.split()) >= 20 else None,
        "fetched_at": START + timedelta(hours=hour), "published_at": None if published is None else START + timedelta(hours=published),
        "published_precision": "minute", "published_confidence": "high", "wire_credit": agency,
    }  # fmt: skip


def clusters(*articles: dict[str, Any], decisions: Decisions = NO_DECISIONS, index: Index | None = None) -> list[dict[str, Any]]:
    """The clusters of some articles, in memory; a body is its own hash."""
    texts = {row["body_sha256"]: row["body_sha256"] for row in articles if row["body_sha256"]}
    return copy_clusters(as_table(articles), index or Index(None, in_memory(texts)), decisions)


def as_table(articles: Sequence[dict[str, Any]]) -> pa.Table:
    """Articles as the table has them, as far as copies look at it."""
    schema = arrow_schema("articles")
    return pa.Table.from_pylist([{name: row[name] for name in COLUMNS} for row in articles], pa.schema([schema.field(name) for name in COLUMNS]))


def groups(*articles: dict[str, Any], decisions: Decisions = NO_DECISIONS) -> dict[str, list[tuple[str, str]]]:
    """Members with their rules, by cluster."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in clusters(*articles, decisions=decisions):
        found.setdefault(row["cluster_id"], []).append((f"{row['article_id']}.{row['version']}", row["rule"]))
    return found


@cache
def sample_bodies() -> list[str]:
    """The words of the sample's plain texts and pages, our own, at least 60 words each."""
    found = []
    for path in sorted([*SAMPLE.rglob("*.html"), *SAMPLE.rglob("*.txt")]):
        raw = path.read_bytes().decode("utf-8", "replace")
        text = re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style|head).*?</\1>", " ", raw))
        words = re.findall(r"\w+", text)
        if len(words) >= 60:
            found.append(" ".join(words))
    return found


def edited(words: list[str], n_edits: int, chance: random.Random) -> list[str]:
    """Words with some replaced, left out, put in, moved in blocks, or cut from an end."""
    words = list(words)
    for _ in range(n_edits):
        kind, at = chance.choice(("replace", "replace", "drop", "insert", "cut", "add", "move")), chance.randrange(max(1, len(words) - 12))
        if kind == "replace":
            words[at] = chance.choice(WORDS)
        elif kind == "drop":
            del words[at : at + chance.randint(1, 4)]
        elif kind == "insert":
            words[at:at] = chance.choices(WORDS, k=chance.randint(1, 4))
        elif kind == "cut":
            del words[-chance.randint(1, 8) :]
        elif kind == "add":
            words += chance.choices(WORDS, k=chance.randint(1, 8))
        else:
            block = words[at : at + 8]
            del words[at : at + 8]
            place = chance.randrange(len(words))
            words[place:place] = block
    return words


def generated(n: int, seed: int = 20260302) -> list[tuple[str, str, float]]:
    """So many edits of sample articles: original, edit, and their Jaccard, spread evenly from .5 to 1."""
    chance, bodies, found = random.Random(seed), sample_bodies(), []
    for number in range(n):
        wanted = 0.5 + 0.5 * (number + 0.5) / n
        words = bodies[number % len(bodies)].split()
        original, now = " ".join(words), list(words)
        has = 1.0
        while True:
            later = edited(now, max(1, int((has - wanted) * len(now) / 20)), chance)
            has = jaccard_of_words(original, " ".join(later))
            if has < max(0.5, wanted - 0.02):
                break
            now = later
        found.append((original, " ".join(now), jaccard_of_words(original, " ".join(now))))
    return found
