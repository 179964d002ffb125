"""What was erased for good: ``data/decisions/erasures.jsonl``, a tombstone for each article, so that no ingest and no rebuild brings it back.

    {"article_id": "…", "ids": ["…"], "url_sha256": "…", "raw": ["…"], "reason": "…", "who": "ada", "at": "2026-11-27T09:15:00Z", "is_done": true}

A tombstone holds nothing of the article's text, and of its address a hash alone. ``ids`` are the ids that its records would get when they are
read again, also without an address; ``raw`` are hashes of files that are not taken in again. It is written before anything is erased and once
more when all is done, so that an erasure that was cut short is seen, and can go on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from nutgraf.disk import append_json_lines
from nutgraf.errors import InputError

FILE = "erasures.jsonl"


class Tombstone(NamedTuple):
    """One line; see the module."""

    article_id: str
    ids: tuple[str, ...]
    url_sha256: str | None
    raw: tuple[str, ...]
    reason: str
    who: str
    at: str
    is_done: bool


@dataclass(frozen=True)
class Erasures:
    """The tombstones of a desk, the newest line of each article.

    Attributes:
        of: By article id.
    """

    of: dict[str, Tombstone] = field(default_factory=dict)

    @classmethod
    def load(cls, decisions: Path) -> Erasures:
        """Read them; a desk that erased nothing has none.

        Raises:
            InputError: For a line that is none: what it forbids is not known then, so nothing may be read in.
        """
        found: dict[str, Tombstone] = {}
        try:
            lines = (decisions / FILE).read_bytes().split(b"\n")
        except FileNotFoundError:
            return cls()
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                one = _tombstone(json.loads(line.decode("utf-8")))
            except (ValueError, KeyError, TypeError) as error:
                if number == len(lines):  # no end of line: a crash cut it short, before anything was erased
                    continue
                raise InputError(
                    f"this is no tombstone: {error}", where=f"data/decisions/{FILE}, line {number}",
                    mend="bring the line back from a backup or from git", not_done="nothing was read in, so that nothing erased comes back",
                ) from error  # fmt: skip
            found[one.article_id] = one
        return cls(found)

    @property
    def ids(self) -> frozenset[str]:
        """Ids that no row of ``articles`` may have."""
        return frozenset(one for tombstone in self.of.values() for one in (tombstone.article_id, *tombstone.ids))

    @property
    def raw(self) -> frozenset[str]:
        """Hashes of raw files that are not taken in again."""
        return frozenset(sha256 for tombstone in self.of.values() for sha256 in tombstone.raw)

    def forbids(self, url: str | None) -> bool:
        """Whether a canonical address is that of an erased article, so that it need not be fetched."""
        return url is not None and hash_of(url) in {one.url_sha256 for one in self.of.values()}

    @property
    def unfinished(self) -> list[str]:
        """Articles whose erasure was cut short."""
        return sorted(article for article, one in self.of.items() if not one.is_done)


def hash_of(url: str) -> str:
    """What is kept of a canonical address."""
    return hashlib.sha256(url.encode()).hexdigest()


def note(decisions: Path, tombstone: Tombstone) -> None:
    """Write a tombstone down, fsynced."""
    decisions.mkdir(parents=True, exist_ok=True)
    append_json_lines(decisions / FILE, json.dumps(tombstone._asdict(), ensure_ascii=False) + "\n")


def _tombstone(given: Any) -> Tombstone:
    texts = [given[name] for name in ("article_id", "reason", "who", "at")]
    url_sha256, is_done = given["url_sha256"], given["is_done"]
    if not all(isinstance(text, str) for text in texts) or not isinstance(url_sha256, str | None) or not isinstance(is_done, bool):
        raise ValueError("article_id, reason, who, at, url_sha256 or is_done is of another kind")
    article, reason, who, at = texts
    return Tombstone(article, _texts(given["ids"]), url_sha256, _texts(given["raw"]), reason, who, at, is_done)


def _texts(given: Iterable[Any]) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise ValueError("ids or raw is no list of texts")
    return tuple(given)
