"""A run, step by step: lock, ingest, resolve windows, compare keys, measure once, execute on pinned tables, render, swap."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nutgraf.desk import DESK_VARIABLE, Desk, Selection
from nutgraf.errors import NutgrafError
from nutgraf.ingesting import ingest
from nutgraf.jupyter import NEEDS_VARIABLE, inputs_of
from nutgraf.measuring import Registry, measure
from nutgraf.runs import notebooks as nb
from nutgraf.runs.edition import Edition, load_all
from nutgraf.runs.fingerprint import fingerprint
from nutgraf.runs.key import key_of, parts_of
from nutgraf.runs.ledger import Ledger
from nutgraf.store import SNAPSHOT_VARIABLE

EXIT_SOME_FAILED, EXIT_ALL_FAILED = 10, 20
Say = Callable[[str], None]
Progress = Callable[[str, int, int], None]


@dataclass
class Plan:
    """An edition on its way: what it selects, needs and depends on."""

    edition: Edition
    notebooks: list[dict[str, Any]]
    needs: list[str]
    selection: Selection
    parts: dict[str, Any]
    key: str


@dataclass
class Outcome:
    """What a run did."""

    exit_code: int = 0
    nothing_new: bool = False
    states: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def run(desk: Desk, wanted: Sequence[str] = (), *, force: bool = False, say: Say, progress: Progress | None = None) -> Outcome:
    """Bring editions up to date.

    Args:
        desk: The desk.
        wanted: Slugs; empty for every edition.
        force: Make them even when nothing changed.
        say: Called with a line of news for a person.
        progress: Called with (what, done, of) during long steps.

    Returns:
        States by edition, and the exit code: 0, 10 some failed, 20 all failed.

    Raises:
        UsageError: For an edition, notebook or parameter that is wrong, before any kernel starts.
        BusyError: When another run holds the desk.
    """
    ledger_path = desk.processed / "ledger.sqlite"
    with desk.store.lock("nutgraf run"), Ledger.open(ledger_path) as ledger:
        if not wanted and not force and ledger.settled == fingerprint(desk.root):
            for slug in sorted(path.stem for path in desk.editions.glob("*.yml")):
                good = ledger.last(slug, "good", "unchanged")
                ledger.note_checked(slug, good["key"] if good else "")
            return Outcome(nothing_new=True)
        registry = Registry(desk.settings.measures)
        prepared = prepare(desk, load_all(desk.editions, tuple(wanted)))
        ledger.settled = None
        run_id = ledger.start_run()
        report = ingest(desk, progress=progress)
        counts = {"seen": report.seen, **report.outcomes, "quarantined": sum(report.quarantined.values())}
        outcome = Outcome()
        plans = [plan for edition, loaded in prepared if (plan := _plan(desk, registry, edition, loaded))]
        stale = []
        for plan in plans:
            good = ledger.last(plan.edition.slug, "good", "unchanged")
            published = (desk.site / "editions" / plan.edition.slug / "index.html").is_file()
            if good and good["key"] == plan.key and published and not force:
                ledger.note_checked(plan.edition.slug, plan.key)
                outcome.states[plan.edition.slug] = "fresh"
            else:
                stale.append(plan)
        _measure_union(desk, registry, stale, progress)
        snapshot = desk.store.versions()
        for plan in stale:
            say(f"{plan.edition.slug}: {len(plan.selection)} articles, {len(plan.edition.notebooks)} notebooks")
            attempt = ledger.start_attempt(run_id, plan.edition.slug, plan.key, plan.parts)
            try:
                version, is_new = _make(desk, plan, snapshot)
            except NutgrafError as error:
                ledger.end_attempt(attempt, "failed", error=str(error))
                outcome.states[plan.edition.slug], outcome.errors[plan.edition.slug] = "failed", str(error)
                continue
            ledger.end_attempt(attempt, "good" if is_new else "unchanged", version=version)
            outcome.states[plan.edition.slug] = "published" if is_new else "unchanged"
        _finish(desk, ledger, outcome, run_id, counts, everything=not wanted)
    return outcome


def prepare(desk: Desk, editions: Sequence[Edition]) -> list[tuple[Edition, list[dict[str, Any]]]]:
    """Read the notebooks of each edition and check its parameters against them, before anything is started."""
    folder = desk.root / "notebooks"
    prepared = []
    for edition in editions:
        loaded = [nb.read(folder, name) for name in edition.notebooks]
        # A parameter belongs to an edition when at least one of its notebooks takes it.
        known: dict[str, Any] = {}
        for name in edition.notebooks:
            known |= nb.parameters_of(folder / f"{name}.ipynb")
        nb.check_parameters(", ".join(edition.notebooks), known, {**edition.parameters, **edition.select.parameters()})
        prepared.append((edition, loaded))
    return prepared


def _plan(desk: Desk, registry: Registry, edition: Edition, loaded: list[dict[str, Any]]) -> Plan:
    selection = desk.select(**edition.select.choice())
    needs = sorted({need for notebook in loaded for need in nb.needs(notebook)})
    versions = {name: registry.version(name) for name in registry.closure(needs)}
    parts = parts_of(desk, edition, loaded, selection, versions)
    return Plan(edition, loaded, needs, selection, parts, key_of(parts))


def _measure_union(desk: Desk, registry: Registry, plans: Sequence[Plan], progress: Progress | None) -> None:
    """Measure what the stale editions need, once. Copies are measured too: a notebook may ask for them."""
    wanted: dict[str, dict] = {}
    for plan in plans:
        choice = {**plan.edition.select.choice(), "copies": "all"}
        for item in inputs_of(desk, desk.select(**choice)):
            for need in plan.needs:
                wanted.setdefault(need, {})[item.key] = item
    groups: dict[tuple, list[str]] = {}
    for need, items in wanted.items():
        groups.setdefault(tuple(sorted(items)), []).append(need)
    for keys, needs in sorted(groups.items(), key=lambda group: group[1]):
        items = wanted[needs[0]]
        measure(desk.store, registry, needs, [items[key] for key in keys], progress=progress)


def _make(desk: Desk, plan: Plan, snapshot: dict[str, int]) -> tuple[int, bool]:
    """Execute, render and swap in one edition; returns its version and whether it is a new one."""
    from nutgraf.publish.site import publish

    slug = plan.edition.slug
    staging = desk.staged / ".runs" / slug
    shutil.rmtree(staging, ignore_errors=True)
    executed = execute_all(desk, plan, snapshot, staging)
    version, is_new = publish(desk, slug, plan.edition.title, executed)
    shutil.rmtree(staging)
    return version, is_new


def execute_all(desk: Desk, plan: Plan, snapshot: dict[str, int], staging: Path) -> list[Path]:
    """Execute an edition's notebooks on pinned tables, two beside each other.

    Raises:
        NutgrafError: With the notebook, its cell and its error; the failed notebook stays in ``staged/`` for debugging.
    """
    folder = desk.root / "notebooks"
    waiting, running, done = list(zip(plan.edition.notebooks, plan.notebooks, strict=True)), [], []
    limit = max(1, min(2, os.cpu_count() or 1))
    try:
        while waiting or running:
            while waiting and len(running) < limit:
                name, notebook = waiting.pop(0)
                given = {**plan.edition.parameters, **plan.edition.select.parameters()}
                known = nb.parameters_of(folder / f"{name}.ipynb")
                job = {
                    "notebook": str(folder / f"{name}.ipynb"),
                    "output": str(staging / name / f"{name}.ipynb"),
                    "parameters": {key: str(v) if hasattr(v, "isoformat") else v for key, v in given.items() if key in known},
                    "folder": str(folder),
                }
                running.append((name, _start(desk, job, staging / name, nb.needs(notebook), snapshot)))
            name, process = running.pop(0)
            if process.wait() != 0:
                raise _failure(name, staging / name, process.returncode)
            done.append(name)
    finally:
        for _, process in running:
            process.terminate()
            process.wait()
    return [staging / name / f"{name}.ipynb" for name in plan.edition.notebooks]


def _start(desk: Desk, job: dict, folder: Path, needs: Sequence[str], snapshot: dict[str, int]) -> subprocess.Popen:
    folder.mkdir(parents=True)
    path = folder / "job.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    environment = {
        **os.environ,
        DESK_VARIABLE: str(desk.root),
        SNAPSHOT_VARIABLE: json.dumps(snapshot),
        NEEDS_VARIABLE: ",".join(needs),
    }
    with (folder / "log.txt").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "nutgraf.runs.execute", str(path)], env=environment, stdout=log, stderr=log,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip


def _failure(name: str, folder: Path, returncode: int) -> NutgrafError:
    report = folder / "error.json"
    if report.is_file():
        failure = json.loads(report.read_text(encoding="utf-8"))
        place = f"notebook {name}, cell {failure['cell']}" if failure["cell"] else f"notebook {name}"
        return NutgrafError(
            failure["error"], where=place, mend=f"open staged/.runs/{folder.parent.name}/{name}/{name}.ipynb",
            not_done="the last good edition stays as it is",
        )  # fmt: skip
    return NutgrafError(
        f"its process ended with {returncode} before it could say why", where=f"notebook {name}",
        mend=f"see staged/.runs/{folder.parent.name}/{name}/log.txt", not_done="the last good edition stays as it is",
    )  # fmt: skip


def _finish(desk: Desk, ledger: Ledger, outcome: Outcome, run_id: int, counts: dict[str, Any], *, everything: bool) -> None:
    from nutgraf.publish.site import rebuild_index

    failed = [slug for slug, state in outcome.states.items() if state == "failed"]
    if failed:
        outcome.exit_code = EXIT_ALL_FAILED if len(failed) == len(outcome.states) else EXIT_SOME_FAILED
    rebuild_index(desk)
    ledger.end_run(run_id, "failed" if failed else "good", outcome.exit_code, counts)
    if everything and not failed:
        ledger.settled = fingerprint(desk.root)
