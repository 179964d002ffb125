"""Reading the ledger: every run with what was asked, how it ended and what it counted; its editions; when things happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nutgraf.desk import Desk
from nutgraf.errors import UsageError
from nutgraf.numbers import counted
from nutgraf.runs.attempts.holding import holder, is_running
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.attempts.times import seconds, when

#: Attempts that ended well, in a reader's words.
MADE = {"good": "published", "unchanged": "unchanged", "staged": "waiting"}
#: What the runner counts, in a reader's words.
COUNTS = {"seen": "seen", "new": "new", "changed": "changed", "quarantined": "set aside"}


def look(desk: Desk, *, edition: str | None = None, limit: int | None = None, run_id: int | None = None) -> dict[str, Any]:
    """The runs of a desk; see `runs`.

    Returns:
        ``runs``, newest first, and ``last_looked``.

    Raises:
        UsageError: For a run that the ledger does not hold.
    """
    with Ledger.look(desk.processed / FILE) as ledger:
        found = [] if ledger is None else runs(
            ledger, edition=edition, limit=limit, run_id=run_id, is_running=is_running(holder(desk))
        )  # fmt: skip
        if run_id is not None and not found:
            raise UsageError(f"the ledger holds no run {run_id}", mend="'nutgraf runs' lists them")
        return {"runs": found, "last_looked": last_looked(ledger) if ledger is not None else None}


def last_ingest(ledger: Ledger) -> str | None:
    """When the newest run began that read the sources to their end."""
    found = ledger.rows("select started_at from runs where counts like '%\"seen\"%' order by run_id desc limit 1")
    return found[0]["started_at"] if found else None


def last_looked(ledger: Ledger) -> str | None:
    """When an edition was last looked at and found as it should be; the run that has nothing to do leaves this alone."""
    return ledger.rows("select max(checked_at) as at from checked")[0]["at"]


def runs(
    ledger: Ledger, *, edition: str | None = None, limit: int | None = None, run_id: int | None = None, is_running: bool = False
) -> list[dict[str, Any]]:
    """Runs, newest first.

    Args:
        ledger: The ledger.
        edition: Only runs that tried to make this edition.
        limit: How many; None for all.
        run_id: Only this one.
        is_running: Whether a run is going on: one that has no end in the ledger was killed otherwise.

    Returns:
        Of each its ``run_id``, ``asked``, ``started_at``, ``ended_at``, ``seconds``, ``state`` (good, failed, interrupted, killed, running),
        ``exit_code``, ``counts``, ``phases`` (seconds by phase), ``error``, and ``editions``: its attempts. Of a run that was killed nobody
        knows when it ended.
    """
    asked, values = ["1"], []
    for clause, value in (("run_id = ?", run_id), ("run_id in (select run_id from attempts where edition = ?)", edition)):
        if value is not None:
            asked, values = [*asked, clause], [*values, value]
    found = ledger.rows(f"select * from runs where {' and '.join(asked)} order by run_id desc limit ?", [*values, -1 if limit is None else limit])
    attempts: dict[int, list[dict[str, Any]]] = {row["run_id"]: [] for row in found}
    columns = "run_id, edition, state, started_at, ended_at, version, error, counts"
    for row in ledger.rows(
        f"select {columns} from attempts where run_id between ? and ? order by attempt_id", [min(attempts, default=0), max(attempts, default=0)]
    ):
        if row["run_id"] in attempts:
            attempts[row.pop("run_id")].append(_read(row, is_running))
    return [{**_read(row, is_running), "editions": attempts[row["run_id"]]} for row in found]


def _read(row: Mapping[str, Any], is_running: bool) -> dict[str, Any]:
    """A run or an attempt with its JSON read and its ``seconds``; what was killed has no end, only a moment when somebody noticed."""
    found = {**row, **{name: json.loads(row[name] or "{}") for name in ("counts", "phases") if name in row}}
    if row["state"] == "running" and not is_running:
        found["state"] = "killed"
    if found["state"] in ("killed", "running"):
        return {**found, "ended_at": None, "seconds": None}
    began, ended = (datetime.fromisoformat(row[name]) for name in ("started_at", "ended_at"))
    return {**found, "seconds": round((ended - began).total_seconds(), 3)}


def in_words(run: Mapping[str, Any], *, is_short: bool) -> list[str]:
    """A run for a person: when, how long, what was asked, how it ended, what it counted; then what went wrong.

    Args:
        run: As `runs` gives it.
        is_short: Only its editions that failed or were broken off; else all, and how long each phase took.
    """
    code = f", exit code {run['exit_code']}" if run["exit_code"] is not None else ""
    state = {"running": "is going on", "killed": "killed: it never ended"}.get(run["state"], run["state"])
    took = f", {seconds(run['seconds'])}" if run["seconds"] is not None else ""
    asked = f"{run['asked']}: " if run["asked"] else ""
    counts = _counted(run)
    lines = [f"{run['run_id']}  {when(run['started_at'])}{took}  {asked}{state}{code}" + (f"; {counts}" if counts else "")]
    if run["error"]:
        lines.append(f"  {run['error']}")
    if not is_short and run["phases"]:
        lines.append("  " + ", ".join(f"{name} {seconds(took)}" for name, took in run["phases"].items()))
    for edition in run["editions"]:
        is_bad = edition["state"] not in MADE
        if is_bad or not is_short:
            lines.append(f"  {_attempt(edition)}")
    return lines


def show(found: Mapping[str, Any], *, is_short: bool) -> str:
    """What `look` found, for a person."""
    lines = [line for run in found["runs"] for line in in_words(run, is_short=is_short)]
    if not found["runs"]:
        lines.append("no run is in the ledger of attempts")
    elif is_short and found["last_looked"]:
        lines.append(f"last looked at: {when(found['last_looked'])} (a run with nothing to do is noted here alone)")
    return "\n".join(lines)


def _attempt(edition: Mapping[str, Any]) -> str:
    made = edition["state"] in MADE
    version = f", version {edition['version']}" if made and edition["version"] else ""
    took = f", {seconds(edition['seconds'])}" if edition["seconds"] is not None and edition["state"] != "stale" else ""
    state = MADE.get(edition["state"], edition["state"])
    error = f": {edition['error']}" if edition["error"] and edition["state"] in ("failed", "stale") else ""
    return f"{edition['edition']}: {state}{version}{took}{error}"


def _counted(run: Mapping[str, Any]) -> str:
    counts = run["counts"]
    told = [f"{counts[name]:,} {words}" for name, words in COUNTS.items() if counts.get(name) or (name == "seen" and name in counts)]
    measured = max((number for name, number in counts.items() if name.startswith("measured_")), default=0)
    told += [f"{measured:,} measured"] if measured else []
    made = sum(edition["state"] in MADE for edition in run["editions"])
    told += [f"{counted(made, 'edition')} made"] if made else []
    fresh = counts.get("up_to_date", 0)
    return ", ".join(told + ([f"{fresh:,} up to date"] if fresh else []))
