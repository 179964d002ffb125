"""How the sources that a desk fetches fare: when each was asked last, what came of it, and since when nothing new has come, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.ingest.fetching.state import NAME, polls
from nutgraf.ingest.report import SourceReport

if TYPE_CHECKING:
    from nutgraf.desk import Desk


def standing(desk: Desk) -> list[dict[str, Any]]:
    """The sources of a desk that are fetched, in the order of its settings.

    Args:
        desk: The desk.

    Returns:
        Of each ``source``, ``kind``, ``asked_at`` (when the last run that asked for it began, in ISO form, UTC; None where no run is known),
        ``said`` (what that run did with it, in words), ``last_new_at`` (the last run in which an article of it was new or changed; None where
        none is known), ``failing_since`` (the first of the runs in a row, up to the last, that could read nothing of it; None where the last
        one could) and ``n_failures`` (how many these are). At most the last 1,000 runs of a source are known.
    """
    by_source: dict[str, list[dict[str, Any]]] = {}
    for poll in polls(desk.store.root / NAME):
        by_source.setdefault(poll["source"], []).append(poll)
    return [_of(source.id, source.kind, by_source.get(source.id, ())) for source in desk.settings.sources if source.is_fetched]


def _of(source: str, kind: str | None, asked: Sequence[dict[str, Any]]) -> dict[str, Any]:
    failing = []
    for poll in reversed(asked):
        if not SourceReport.of_dict(poll).has_failed:
            break
        failing.append(poll)
    return {
        "source": source, "kind": kind, "asked_at": asked[-1]["at"] if asked else None,
        "said": SourceReport.of_dict(asked[-1]).line() if asked else None,
        "last_new_at": next((poll["at"] for poll in reversed(asked) if poll["new"] + poll["changed"]), None),
        "failing_since": failing[-1]["at"] if failing else None, "n_failures": len(failing),
    }  # fmt: skip
