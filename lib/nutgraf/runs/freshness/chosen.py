"""Which articles an edition had when it was last good, and what became of them: new, other text, other metadata, gone.

The ledger keeps the hashes in short form: they only tell apart two states of one article, and thousands of them stay small.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

_DIGITS = 12


def pack(articles: Iterable[Sequence[Any]]) -> bytes:
    """Articles as `nutgraf.runs.freshness.key.article_digests` gives them, as bytes: small enough to be held for every edition of a run."""
    short = [[article, version, inputs[:_DIGITS], about[:_DIGITS]] for article, version, inputs, about in articles]
    return json.dumps(short, separators=(",", ":")).encode()


def unpack(packed: bytes) -> list[list[Any]]:
    """What `pack` took, with its hashes in short form."""
    return json.loads(packed)


@dataclass
class Differences:
    """What became of the articles, each as (id, version before, version now); a version is None where there is none.

    Attributes:
        new: Those that are selected now and were not.
        inputs: Those of which measures see something else: their text, language or outlet.
        about: Those of which only something else changed, such as date or headline.
        gone: Those that are not selected any more.
    """

    new: list[tuple] = field(default_factory=list)
    inputs: list[tuple] = field(default_factory=list)
    about: list[tuple] = field(default_factory=list)
    gone: list[tuple] = field(default_factory=list)


def differences(before: Iterable[Sequence[Any]], after: Iterable[Sequence[Any]]) -> Differences:
    """Compare two selections, with hashes in short form or whole."""
    held = {row[0]: row for row in before}
    found = Differences()
    for article, version, inputs, about in after:
        old = held.pop(article, None)
        if old is None:
            found.new.append((article, None, version))
        elif old[2][:_DIGITS] != inputs[:_DIGITS]:
            found.inputs.append((article, old[1], version))
        elif old[3][:_DIGITS] != about[:_DIGITS] or old[1] != version:
            found.about.append((article, old[1], version))
    found.gone = [(article, row[1], None) for article, row in held.items()]
    return found
