"""How often a source gave what was held already: articles that were read or asked for again and had nothing new.

What was new or changed stands in the articles table; this is the rest, and no table has it. ``data/processed/again.jsonl`` gets a line for each
source and day of an ingest in which there was any. It goes with the tables: `nutgraf rebuild` counts what it reads again, not what a server said.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from nutgraf.disk import append_json_lines

NAME = "again.jsonl"


def note(processed: Path, counts: Mapping[tuple[str, date], int]) -> None:
    """Add what an ingest counted.

    Args:
        processed: The desk's ``data/processed``.
        counts: Articles by source and day of the fetch, in UTC.
    """
    lines = [{"source": source, "on": day.isoformat(), "n": n} for (source, day), n in sorted(counts.items()) if n]
    if lines:
        processed.mkdir(parents=True, exist_ok=True)
        append_json_lines(processed / NAME, "".join(json.dumps(line) + "\n" for line in lines))


def counts(processed: Path, until: date | None = None) -> Counter[str]:
    """How often each source gave what was held already.

    Args:
        processed: The desk's ``data/processed``.
        until: The last day that counts, in UTC; None for no limit.

    Returns:
        By source. A line that a crash cut short is passed over: the count is a lower bound then.
    """
    found: Counter[str] = Counter()
    try:
        lines = (processed / NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return found
    for line in lines:
        try:
            told = json.loads(line)
            source, on, n = str(told["source"]), date.fromisoformat(told["on"]), int(told["n"])
        except (ValueError, KeyError, TypeError):
            continue
        if until is None or on <= until:
            found[source] += n
    return found
