"""The publication record: what was published when, in ``data/decisions/publications.jsonl``, append-only.

Times on pages come from here, so that a rebuilt page has the same bytes.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "publications.jsonl"


def entries(decisions: Path) -> list[dict[str, Any]]:
    """All entries, oldest first."""
    path = decisions / FILE
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def latest(decisions: Path) -> dict[str, dict[str, Any]]:
    """The newest published version of each edition, by slug."""
    return {entry["edition"]: entry for entry in entries(decisions) if entry["event"] == "published"}


def append(decisions: Path, entry: dict[str, Any]) -> None:
    """Add an entry, fsynced."""
    decisions.mkdir(parents=True, exist_ok=True)
    with (decisions / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def now() -> str:
    """The moment of publication, in UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def in_words(moment: str) -> str:
    """A date written out, such as 3 March 2026; what is no date stays as it is."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{at.day} {at:%B %Y}"
