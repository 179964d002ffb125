"""What a reader of the last version should know of a new one, in lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def changes_between(held: Mapping[str, Any] | None, entry: Mapping[str, Any]) -> list[str]:
    """Articles then and now, findings that are new, say something else, have other figures or are gone.

    Args:
        held: The record's entry of the version shown until now; None for a first version.
        entry: The new version's entry.

    Returns:
        Lines; empty for a first version.
    """
    if held is None or "findings" not in held:
        return []
    before, after = held["findings"], entry["findings"]
    lines = []
    then, now = (about.get("n", {}).get("articles") for about in (held, entry))
    if then is not None and now is not None and then != now:
        lines.append(f"Articles: {then:,} then, {now:,} now")
    lines += [f"New: {after[key][0]}" for key in after if key not in before]
    for key in after:
        if key in before and before[key][0] != after[key][0]:
            lines.append(f"Now: {after[key][0]}. Before: {before[key][0]}")
    lines += [f"Same point, other figures: {after[key][0]}" for key in after if _only_figures(before.get(key), after[key])]
    lines += [f"No longer shown: {before[key][0]}" for key in before if key not in after]
    return lines or ["Only words outside the findings changed"]


def _only_figures(before: Any, after: Any) -> bool:
    return before is not None and before[0] == after[0] and before[1] != after[1]
