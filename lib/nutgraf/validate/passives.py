"""Task ``passives``: sentences with a passive that is not reduced, and whether the agent was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.compare.scoring import Figure, column, f1, ratio
from nutgraf.documents import Document
from nutgraf.reading.grammar import AGENT, PASSIVE
from nutgraf.validate.items import Item, rows


def predict(document: Document) -> dict[str, Any]:
    """``passives``: verb, agent, reduced, start and end of each."""
    spans = document.spans["grammar"]
    with_agent = {span.group_id for span in spans if span.kind == AGENT}
    return {
        "passives": [
            {"verb": document.text[span.start : span.end], "agent": span.group_id in with_agent, "reduced": span.label == "reduced",
             "start": span.start, "end": span.end}
            for span in spans if span.kind == PASSIVE
        ]
    }  # fmt: skip


def count(item: Item, predicted: Mapping[str, Any]) -> Mapping[str, float] | None:
    """Whether the sentence has one and one was found; of its passives, those found and those with the right agent."""
    gold = rows(item, "passives")
    if not gold and item.given.get("reduced_passives"):
        return None
    found = [row for row in predicted["passives"] if not row["reduced"]]
    outcome = "tp" if gold and found else "fn" if gold else "fp" if found else "tn"
    counted: Counter[str] = Counter({outcome: 1})
    left = list(predicted["passives"])
    for one in gold:
        match = next((row for row in left if row["verb"].lower() == str(one.get("verb")).lower()), None)
        if match is not None:
            left.remove(match)
            counted["found"] += 1
            counted["right agent"] += bool(one.get("agent")) == match["agent"]
    return counted


def figures(columns: Sequence[str]) -> list[Figure]:
    """``f1`` and ``agent_accuracy``."""
    return [Figure("f1", f1), Figure("agent_accuracy", lambda sums: ratio(column(sums, "right agent"), column(sums, "found")))]
