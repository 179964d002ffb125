"""A run, step by step: lock, ingest, resolve windows, compare keys, measure once, execute on pinned tables, render, swap or stage.

A failing edition takes nothing with it: the last good one stays, the others go on. What is wrong with an edition file, a notebook
or a parameter is said before anything is started.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any

from nutgraf.desk import Desk, Selection
from nutgraf.errors import MeasureError, NutgrafError, ResourceError, UsageError, in_one_line
from nutgraf.jupyter import inputs_of
from nutgraf.measuring import Registry, measure
from nutgraf.numbers import counted
from nutgraf.publish import record, shelf, waiting
from nutgraf.publish.index import NO_SITE_URL, rebuild_index
from nutgraf.publish.standing import Standing, standing_of, standings
from nutgraf.runs import notebooks as nb
from nutgraf.runs import site_files
from nutgraf.runs.edition import SELECTING, Edition, load, load_all
from nutgraf.runs.execute import without_address_grammar
from nutgraf.runs.fingerprint import fingerprint, inputs
from nutgraf.runs.kernels import GOOD_STAYS, Job, execute_all
from nutgraf.runs.key import key_of, parts_of
from nutgraf.runs.ledger import FILE, Ledger
from nutgraf.runs.states import GOOD, note_stale, states_of

EXIT_SOME_FAILED, EXIT_ALL_FAILED = 10, 20
DEBUG_VARIABLE = "NUTGRAF_DEBUG"
Say = Callable[[str], None]
Progress = Callable[[str, int, int], None]


@dataclass
class Plan:
    """An edition on its way: what it selects, needs and depends on."""

    edition: Edition
    notebooks: list[dict[str, Any]]
    choice: dict[str, Any]
    needs: list[str]
    selection: Selection
    parts: dict[str, Any]
    key: str


@dataclass
class Outcome:
    """What a run did: states by edition (published, waiting, unchanged, fresh, failed), errors in one line, and the exit code."""

    exit_code: int = 0
    nothing_new: bool = False
    states: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def fail(self, slug: str, error: Exception) -> str:
        """Note a failed edition; returns the error in one line."""
        self.states[slug], self.errors[slug] = "failed", _words(error)
        return self.errors[slug]


def _words(error: Exception) -> str:
    if isinstance(error, NutgrafError):
        return str(error)
    return in_one_line(f"{type(error).__name__}: {error}. {GOOD_STAYS}.")


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
    with desk.store.lock("nutgraf run"), Ledger.open(desk.processed / FILE) as ledger:
        if ledger.notice:
            say(ledger.notice)
        # It must be there before the first look: a folder that the run itself makes would count as a change.
        desk.decisions.mkdir(parents=True, exist_ok=True)
        began, before = time.time(), inputs(desk.root)
        if not wanted and not force and ledger.settled_at(began) == fingerprint(desk.root, before):
            ledger.note_all_checked()
            return Outcome(nothing_new=True)
        registry = Registry(desk.settings.measures)
        prepared = prepare(desk, load_all(desk.editions, tuple(wanted)))
        shelf.settle_all(desk)  # what a killed command left undone
        ledger.unsettle()
        run_id, outcome = ledger.start_run(), Outcome()
        try:
            _bring_up_to_date(desk, registry, ledger, run_id, prepared, outcome, force=force, say=say, progress=progress)
        except BaseException as error:
            ended = "failed" if isinstance(error, Exception) else "interrupted"
            ledger.end_run(run_id, ended, None, outcome.counts, in_one_line(f"{type(error).__name__}: {error}"))
            raise
        failed = [slug for slug, state in outcome.states.items() if state == "failed"]
        if failed:
            outcome.exit_code = EXIT_ALL_FAILED if len(failed) == len(outcome.states) else EXIT_SOME_FAILED
        ledger.end_run(run_id, "failed" if failed else "good", outcome.exit_code, outcome.counts)
        if not wanted and not failed:
            ledger.settle(fingerprint(desk.root, before), began, _settled_until(desk, [edition for edition, _ in prepared], began))
        if not desk.settings.site_url and "published" in outcome.states.values():
            say(NO_SITE_URL)
    return outcome


def _settled_until(desk: Desk, editions: Sequence[Edition], began: float) -> float | None:
    """When the clock alone gives the next run something to do: a new day, or an embargo that ends; None for never."""
    ends = [_midnight_after(desk, began)] if any(edition.select.uses_clock for edition in editions) else []
    for edition in editions:
        until = edition.embargo_until(desk.timezone)
        if until is not None and edition.publish == "auto" and until.timestamp() > began:
            ends.append(until.timestamp())
    return min(ends, default=None)


def _midnight_after(desk: Desk, moment: float) -> float:
    """When the desk's next day begins, in seconds since 1970."""
    day = datetime.fromtimestamp(moment, desk.timezone).date() + timedelta(days=1)
    return datetime.combine(day, clock(), desk.timezone).timestamp()


def _bring_up_to_date(
    desk: Desk,
    registry: Registry,
    ledger: Ledger,
    run_id: int,
    prepared: Sequence[tuple[Edition, list[dict[str, Any]]]],
    outcome: Outcome,
    *,
    force: bool,
    say: Say,
    progress: Progress | None,
) -> None:
    from nutgraf.ingesting import ingest

    report = ingest(desk, progress=progress)
    outcome.counts |= {"seen": report.seen, **report.outcomes, "quarantined": sum(report.quarantined.values())}
    today = datetime.now(desk.timezone).date()
    stale: list[tuple[Plan, list[str], int | None]] = []
    for edition, loaded in prepared:
        slug = edition.slug
        try:
            plan = _plan(desk, registry, edition, loaded, today)
        except NutgrafError as error:
            attempt = ledger.start_attempt(run_id, slug, "", {}, {})
            ledger.end_attempt(attempt, "failed", error=outcome.fail(slug, error))
            continue
        good = ledger.last(slug, *GOOD)
        lost = site_files.mended(desk, slug, good, say) if good else []
        waits = waiting.waiting(desk, slug)
        if waits and shelf.changed_in(waits.folder, waits.held):
            say(f"{slug}: what waited in staged/{slug} was changed or taken away; made again")
            waits = None
        is_made = good is not None and bool(waits if good["state"] == "staged" else good["pages"])
        if good and is_made and good["key"] == plan.key and not lost and not force:
            if ledger.last(slug)["state"] not in GOOD:  # what had changed was changed back
                again = ledger.start_attempt(run_id, slug, plan.key, plan.parts, good["counts"])
                ledger.end_attempt(again, good["state"], version=good["version"], pages=good["pages"])
            ledger.note_checked(slug, plan.key)
            outcome.states[slug] = "fresh"
            if waits:
                _publish_if_due(desk, ledger, edition, waits, outcome)
            shutil.rmtree(desk.staged / ".runs" / slug, ignore_errors=True)
            continue
        stale.append((plan, lost, good["version"] if good else None))
    measured, broken = _measure_union(desk, registry, [plan for plan, _, _ in stale], progress)
    outcome.counts |= {f"measured_{name}": number for name, number in measured.items()}
    snapshot = desk.store.versions()
    for plan, lost, version in stale:
        error = next((broken[need] for need in plan.needs if need in broken), None)
        if error is not None:
            attempt = ledger.start_attempt(run_id, plan.edition.slug, plan.key, plan.parts, {})
            ledger.end_attempt(attempt, "failed", error=outcome.fail(plan.edition.slug, error))
            continue
        _attempt(desk, ledger, run_id, plan, snapshot, outcome, lost, version, say, progress)
    asked = [edition.slug for edition, _ in prepared]
    _note_stale_others(desk, registry, ledger, run_id, asked, today)
    rebuild_site_index(desk, ledger)


def rebuild_site_index(desk: Desk, ledger: Ledger) -> None:
    """Write the list of reports and the feed, with what the ledger knows of each edition's state."""
    published = standings(record.entries(desk.decisions))
    waits = [slug for slug in published if waiting.waiting(desk, slug)]
    rebuild_index(desk, states_of(desk, ledger, published, waits))


def _publish_if_due(desk: Desk, ledger: Ledger, edition: Edition, waits: waiting.Waiting, outcome: Outcome) -> None:
    """Publish what waited for an embargo that has ended, or for an edition that is published by itself from now on."""
    if not edition.may_publish(datetime.now(UTC), desk.timezone):
        outcome.states[edition.slug] = "waiting"
        return
    try:
        version = waiting.publish_waiting(desk, waits)
    except NutgrafError as error:
        outcome.fail(edition.slug, error)
        return
    ledger.note_pages(edition.slug, site_files.pages_of(desk, edition.slug), version=version)
    outcome.states[edition.slug] = "published"


def _note_stale_others(
    desk: Desk, registry: Registry, ledger: Ledger, run_id: int, asked: Sequence[str], today: date
) -> None:
    """Note which editions are no longer up to date of those that this run was not asked to make."""
    for path in sorted(desk.editions.glob("*.yml")):
        if path.stem in asked or ledger.last(path.stem, *GOOD) is None:
            continue
        try:
            ((edition, loaded),) = prepare(desk, [load(path)])
            plan = _plan(desk, registry, edition, loaded, today)
        except NutgrafError:
            continue  # said when somebody asks for that edition; 'nutgraf status' says it too
        note_stale(ledger, run_id, path.stem, plan.key, plan.parts)


def _attempt(
    desk: Desk,
    ledger: Ledger,
    run_id: int,
    plan: Plan,
    snapshot: dict[str, int],
    outcome: Outcome,
    lost: list[str],
    version: int | None,
    say: Say,
    progress: Progress | None,
) -> None:
    """Make one edition and note how it went."""
    slug = plan.edition.slug
    say(f"{slug}: {counted(len(plan.selection), 'article')}, {counted(len(plan.edition.notebooks), 'notebook')}")
    counts = {"articles": len(plan.selection), "notebooks": len(plan.edition.notebooks)}
    attempt = ledger.start_attempt(run_id, slug, plan.key, plan.parts, counts)
    moved = site_files.set_aside(desk, slug, version, lost, desk.staged / ".damaged" / slug)
    try:
        made, state = _make(desk, plan, snapshot, progress)
    except Exception as error:  # noqa: BLE001 - one edition's failure must not take the others with it
        site_files.put_back(desk, slug, moved)
        ledger.end_attempt(attempt, "failed", error=outcome.fail(slug, error))
        if os.environ.get(DEBUG_VARIABLE):
            raise
        return
    except BaseException:
        site_files.put_back(desk, slug, moved)
        ledger.end_attempt(attempt, "interrupted", error="the run was interrupted")
        raise
    site_files.put_back(desk, slug, moved)
    ledger.end_attempt(attempt, _AS_ATTEMPT[state], version=made, pages=site_files.pages_of(desk, slug))
    ledger.note_checked(slug, plan.key)
    outcome.states[slug] = state
    if state == "unchanged" and (words := _stays(standing_of(desk.decisions, slug), made)):
        say(f"{slug}: {words}")


#: States of an edition after a run, and of the attempt in the ledger.
_AS_ATTEMPT = {"published": "good", "unchanged": "unchanged", "waiting": "staged"}


def _stays(standing: Standing, made: int) -> str | None:
    """Why what a run made is not what is shown; None when it is."""
    if made in standing.withdrawn:
        return f"the findings are those of version {made}, which was withdrawn; they are not published again until they change"
    if standing.current not in (made, None):
        return f"version {standing.current} stays shown: the findings are those of version {made}, and the newsroom went back from it"
    return None


def prepare(desk: Desk, editions: Sequence[Edition]) -> list[tuple[Edition, list[dict[str, Any]]]]:
    """Read the notebooks of each edition and check its parameters against them, before anything is started.

    Raises:
        UsageError: For the first that is wrong.
    """
    folder = desk.root / "notebooks"
    prepared, read = [], {}
    for edition in editions:
        for name in edition.notebooks:
            if name not in read:
                read[name] = nb.read(folder, name)
                hidden = nb.unreadable_parameters(read[name])
                if hidden:
                    raise UsageError(
                        f"papermill does not see the parameter {hidden[0]!r}", where=f"notebooks/{name}.ipynb",
                        mend="give it a line of its own with one '=', and annotate it as Optional[str], list[str], str, int, "
                        "float, bool or \"date\"", not_done=nb.NO_KERNEL,
                    )  # fmt: skip
        known = {name: nb.parameters_of(read[name]) for name in edition.notebooks}
        nb.check_parameters(edition.file, known, edition.parameters)
        taken = {parameter for parameters in known.values() for parameter in parameters}
        for name in edition.select.model_fields_set:
            if name not in taken and getattr(edition.select, name):
                raise UsageError(
                    f"'select.{name}' is set, but no notebook of this edition takes it", where=edition.file,
                    mend=f"take it out, or add {name} to a notebook's parameters", not_done=nb.NO_KERNEL,
                )  # fmt: skip
        prepared.append((edition, [read[name] for name in edition.notebooks]))
    return prepared


def parameters_for(edition: Edition, notebook: dict[str, Any], choice: dict[str, Any]) -> dict[str, Any]:
    """What a notebook is given: the edition's parameters that it takes, and the whole selection.

    An unset part of the selection is passed too, as empty, so that a notebook's own default never chooses other articles than
    the run measured.
    """
    known = nb.parameters_of(notebook)
    given = {name: value for name, value in edition.parameters.items() if name in known}
    for name in SELECTING:
        if name in known:
            declared = known[name]["inferred_type_name"]
            empty: Any = None if declared.startswith("Optional[") else [] if declared.startswith("list") else ""
            given[name] = choice[name] or empty
    return {name: nb.as_json(value) for name, value in given.items()}


def _plan(desk: Desk, registry: Registry, edition: Edition, loaded: list[dict[str, Any]], today: date) -> Plan:
    choice = edition.select.choice(today)
    try:
        selection = desk.select(**choice)
    except UsageError as error:
        raise UsageError(f"'select': {error.what}", where=edition.file, mend=error.mend, not_done=nb.NO_KERNEL) from error
    needs = sorted({need for notebook in loaded for need in nb.needs(notebook)})
    versions = {name: registry.version(name) for name in registry.closure(needs)}
    parts = parts_of(desk, edition, loaded, selection, versions)
    return Plan(edition, loaded, choice, needs, selection, parts, key_of(parts))


def _measure_union(
    desk: Desk, registry: Registry, plans: Sequence[Plan], progress: Progress | None
) -> tuple[dict[str, int], dict[str, NutgrafError]]:
    """Measure what the stale editions need, once. Copies are measured too: a notebook may ask for them.

    Returns:
        How many articles each measure was run on, and the measures that cannot be had, such as one whose codebook is broken.
    """
    wanted: dict[str, dict] = {}
    for plan in plans:
        for item in inputs_of(desk, desk.select(**{**plan.choice, "copies": "all"})):
            for need in plan.needs:
                wanted.setdefault(need, {})[item.key] = item
    groups: dict[tuple, list[str]] = {}
    for need, items in wanted.items():
        groups.setdefault(tuple(sorted(items)), []).append(need)
    counts: dict[str, int] = {}
    broken: dict[str, NutgrafError] = {}
    for keys, needs in sorted(groups.items(), key=lambda group: group[1]):
        inputs = [wanted[needs[0]][key] for key in keys]
        try:
            made = [measure(desk.store, registry, needs, inputs, progress=progress)]
        except (MeasureError, ResourceError):
            # Which of them it was: measured one by one, so that the others' editions are still made.
            made = []
            for need in needs:
                try:
                    made.append(measure(desk.store, registry, [need], inputs, progress=progress))
                except (MeasureError, ResourceError) as own:
                    broken[need] = own
        for done in made:
            for name, number in done.items():
                counts[name] = counts.get(name, 0) + number
    return counts, broken


def _make(desk: Desk, plan: Plan, snapshot: dict[str, int], progress: Progress | None) -> tuple[int, str]:
    """Execute, render and swap in one edition, or leave it waiting; returns its version and its state: published, unchanged, waiting."""
    slug, edition = plan.edition.slug, plan.edition
    staging = desk.staged / ".runs" / slug
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    jobs = [
        Job(name, notebook, nb.needs(notebook), parameters_for(edition, notebook, plan.choice))
        for name, notebook in zip(edition.notebooks, plan.notebooks, strict=True)
    ]
    executed = execute_all(desk, jobs, snapshot, staging, progress)
    with without_address_grammar():
        from nutgraf.publish.site import publish, stage
    if edition.may_publish(datetime.now(UTC), desk.timezone):
        version, is_new = publish(desk, slug, edition.title, executed)
        waiting.drop(desk, slug)
        state = "published" if is_new else "unchanged"
    else:
        version, is_new = stage(desk, slug, edition.title, executed, waiting.folder_of(desk, slug))
        state = "waiting" if is_new else "unchanged"
    shutil.rmtree(staging)
    return version, state
