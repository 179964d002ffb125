"""A run, step by step: lock, ingest, resolve windows, compare keys, measure once, execute on pinned tables, render, swap or stage.

A failing edition takes nothing with it: the last good one stays, the others go on. What is wrong with an edition file, a notebook
or a parameter is said before anything is started.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any

from nutgraf.desk import Desk
from nutgraf.disk import of_disk
from nutgraf.erasures import Erasures
from nutgraf.errors import InputError, MeasureError, NutgrafError, ResourceError, UsageError, in_one_line
from nutgraf.measures.openings import ID as STORIES
from nutgraf.measuring import Registry
from nutgraf.publish import record, shelf, waiting
from nutgraf.publish.index import NO_SITE_URL, rebuild_index
from nutgraf.publish.standing import standings
from nutgraf.runs import site_files
from nutgraf.runs.alerts import telling
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.attempts.states import GOOD, earlier_days, note_stale, states_of
from nutgraf.runs.editions import notebooks as nb
from nutgraf.runs.editions.edition import Edition
from nutgraf.runs.editions.edition_files import load_all, read_all
from nutgraf.runs.executing.kernels import GOOD_STAYS, execute
from nutgraf.runs.executing.redaction import Redactor
from nutgraf.runs.freshness.choices import Looks
from nutgraf.runs.freshness.fingerprint import fingerprint, inputs
from nutgraf.runs.making import Making, load_publishing
from nutgraf.runs.phases import Phases
from nutgraf.runs.planning import Prepared, Progress, measure_union, plan_of, prepare, prepare_each
from nutgraf.runs.proofs import Proofs
from nutgraf.runs.schedules.backfill import Backfill
from nutgraf.runs.schedules.due import Chosen, DueOnes, note_followed
from nutgraf.stories import bring_up_to_date

EXIT_SOME_FAILED, EXIT_ALL_FAILED = 10, 20
DEBUG_VARIABLE = "NUTGRAF_DEBUG"
#: How many kernels run at the same time by default: each may need gigabytes on a large desk.
BESIDE = 2
Say = Callable[[str], None]


@dataclass
class Outcome:
    """What a run did: states by edition (published, waiting, unchanged, fresh, failed), errors in one line, and the exit code."""

    exit_code: int = 0
    nothing_new: bool = False
    nothing_due: bool = False
    states: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    phases: Phases = field(default_factory=Phases)
    hide: Callable[[str], str] = str

    def fail(self, slug: str, error: Exception) -> str:
        """Note a failed edition; returns the error in one line, without secrets."""
        self.states[slug], self.errors[slug] = "failed", self.hide(_words(error))
        return self.errors[slug]

    def put_in_order(self, slugs: Sequence[str]) -> None:
        """Name the editions in a known order, whichever was done first; those that could not be looked at come before all others."""
        places = {slug: place for place, slug in enumerate(slugs)}
        self.states = dict(sorted(self.states.items(), key=lambda item: places.get(item[0], -1)))


def _words(error: Exception) -> str:
    if isinstance(error, NutgrafError):
        return str(error)
    return in_one_line(f"{type(error).__name__}: {error}. {GOOD_STAYS}.")


def run(
    desk: Desk, wanted: Sequence[str] = (), *, force: bool = False, jobs: int | None = None, pick: DueOnes | Backfill | None = None,
    offline: bool = False, say: Say, progress: Progress | None = None,
) -> Outcome:  # fmt: skip
    """Bring editions up to date.

    Args:
        desk: The desk.
        wanted: Slugs; empty for every edition.
        force: Make them even when nothing changed.
        jobs: How many kernels may run at the same time; `BESIDE` of them, or as many as there are processors, by default.
        pick: Chooses what is made instead of `wanted`: those that are due, or earlier days.
        offline: Fetch nothing over the network.
        say: Called with a line of news for a person.
        progress: Called with (what, done, of) during long steps.

    Returns:
        States by edition, and the exit code: 0, 10 some failed, 20 all failed.

    Raises:
        UsageError: When an edition that was asked for by name is wrong, or every edition is: before any kernel starts.
        BusyError: When another run holds the desk.
    """
    redactor = Redactor.of(desk)
    say = redactor.saying(say)
    with (
        desk.store.lock("nutgraf run"), Ledger.open(desk.processed / FILE) as ledger,
        telling.watched(desk, ledger, say, by_name=bool(wanted)),
    ):  # fmt: skip
        if ledger.notice:
            say(ledger.notice)
        # It must be there before the first look: a folder that the run itself makes would count as a change.
        desk.decisions.mkdir(parents=True, exist_ok=True)
        began, before = time.time(), inputs(desk.root)
        if not wanted and not force and pick is None and ledger.settled_at(began) == fingerprint(desk.root, before):
            ledger.note_all_checked()
            return Outcome(nothing_new=True)
        moment = datetime.fromtimestamp(began, UTC)
        chosen = pick.choose(desk, ledger, moment) if pick else None
        if pick and chosen is None:
            _tell(desk, ledger, say)
            return Outcome(nothing_due=True)
        asked = " ".join([*filter(None, [pick and pick.asked]), *wanted, *(["--force"] if force else [])]) or "all"
        run_id, outcome = ledger.start_run(asked), Outcome(hide=redactor.text)
        try:
            registry = Registry(desk.measure_options)
            chosen = chosen or _prepared(desk, wanted)
            prepared = chosen.prepared
            site_files.put_all_back(desk)  # what a killed command left undone
            shelf.settle_all(desk)
            ledger.unsettle()
            outcome.counts |= chosen.counts
            this = _Run(desk, registry, ledger, run_id, outcome, force, jobs or min(BESIDE, os.cpu_count() or 1), offline, say, progress)
            this.note_wrong(chosen.wrong)
            this.bring_up_to_date(prepared)
        except BaseException as error:
            for slug, known in outcome.errors.items():
                say(f"{slug}: failed: {known}")
            _note_broken_off(desk, ledger, run_id, outcome, error)
            raise
        outcome.put_in_order([edition.slug for edition, _ in prepared])
        failed = [slug for slug, state in outcome.states.items() if state == "failed"]
        if failed:
            outcome.exit_code = EXIT_ALL_FAILED if len(failed) == len(outcome.states) + chosen.others else EXIT_SOME_FAILED
        note_followed(ledger, [edition for edition, _ in prepared], outcome.states, moment)
        ledger.end_run(run_id, "failed" if failed else "good", outcome.exit_code, outcome.counts, phases=outcome.phases)
        if pick is not None:
            pick.afterwards(desk, ledger)
        told = _tell(desk, ledger, say)
        # What servers have now no look at this desk can tell: a desk that fetches is never proved to have nothing new.
        fetches = any(source.is_fetched for source in desk.settings.sources)
        if not wanted and pick is None and not failed and told.is_all and not fetches:
            until = [_settled_until(desk, [edition for edition, _ in prepared], began), told.next_at]
            ledger.settle(fingerprint(desk.root, before), began, min((end for end in until if end is not None), default=None))
        if not desk.settings.site_url and "published" in outcome.states.values():
            say(NO_SITE_URL)
    return outcome


def _tell(desk: Desk, ledger: Ledger, say: Say) -> telling.Told:
    """Send alerts. A later call with ``--due`` looks again when the clock alone gives one, and at once when one could not be sent."""
    told = telling.tell(desk, ledger, say)
    look_at = told.next_at if told.is_all else time.time()
    if look_at is not None:
        ledger.bring_forward_due(look_at)
    return told


def _note_broken_off(desk: Desk, ledger: Ledger, run_id: int, outcome: Outcome, error: BaseException) -> None:
    """Note that a run ended before its end; the error itself goes on, also when the ledger cannot be written either."""
    ended, words, code = "interrupted", "the run was interrupted", 1
    if isinstance(error, Exception):
        ended, words, code = "failed", outcome.hide(str(of_disk(error, desk.root, GOOD_STAYS) or _words(error))), getattr(error, "exit_code", 1)
    try:
        ledger.end_run(run_id, ended, code, outcome.counts, words, outcome.phases)
    except sqlite3.Error as second:
        error.add_note(f"the ledger does not hold it: {second}")


def _prepared(desk: Desk, wanted: Sequence[str]) -> Chosen:
    """The editions to look at with their notebooks, and what is wrong with others.

    What somebody asked for by name must be right. Otherwise an edition that is wrong fails alone, unless all are.
    """
    if wanted:
        return Chosen(prepare(desk, load_all(desk.editions, wanted)), {})
    editions, unreadable = read_all(desk.editions)
    prepared, unfit = prepare_each(desk, editions)
    wrong = {**unreadable, **unfit}
    if not prepared:
        raise next(iter(wrong.values()))
    return Chosen(prepared, wrong)


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


@dataclass
class _Run:
    """A run under way."""

    desk: Desk
    registry: Registry
    ledger: Ledger
    run_id: int
    outcome: Outcome
    force: bool
    beside: int
    offline: bool
    say: Say
    progress: Progress | None
    looks: Looks = field(init=False)
    proofs: Proofs = field(init=False)

    def note_wrong(self, wrong: Mapping[str, UsageError]) -> None:
        """Note editions whose file, notebook or parameter is wrong."""
        for slug, error in wrong.items():
            self._failed_before(slug, "", {}, error)

    def _tell_decisions(self) -> None:
        """Say which erasures were cut short, and which corrections by hand are of articles that are not here."""
        for article in Erasures.load(self.desk.decisions).unfinished:
            self.say(f"the erasure of {article} was cut short: 'nutgraf erase {article}' goes on with it")
        try:
            held = self.desk.overrides()
        except InputError:
            return  # each edition says so
        if held.all:
            for one in held.unknown(self.desk.articles(["article_id"])["article_id"].to_pylist()):
                self.say(f"data/decisions/overrides.csv, line {one.line}: no article {one.article} on this desk: the line counts when it comes in")

    def bring_up_to_date(self, prepared: Sequence[Prepared]) -> None:
        """Ingest, find what is stale, measure, make it, and say in the list of reports how every edition stands."""
        from nutgraf.ingesting import ingest

        timed = self.outcome.phases.timed
        if not prepared:
            rebuild_site_index(self.desk, self.ledger)
            return
        with timed("ingest"):
            report = ingest(self.desk, offline=self.offline, progress=self.progress)
        for line in [*(line for line, _ in report.source_lines()), *report.undone]:
            self.say(line)
        self._tell_decisions()
        self.outcome.counts |= {"seen": report.seen, **report.outcomes, "quarantined": sum(report.quarantined.values())}
        if any(STORIES in nb.needs(notebook) for _, notebooks in prepared for notebook in notebooks):
            with timed("stories"):
                self._group_stories()
        today = datetime.now(self.desk.timezone).date()
        with timed("planning"):
            self.looks, self.proofs = Looks(self.desk), Proofs(self.desk)
            stale = [making for one in prepared if (making := self._looked_at(*one, today)) is not None]
        self.outcome.counts["up_to_date"] = list(self.outcome.states.values()).count("fresh")
        with timed("measuring"):
            measured, broken = measure_union(self.desk, self.registry, [making.plan for making in stale], self.progress, self.say)
        self.outcome.counts |= {f"measured_{name}": number for name, number in measured.items()}
        ready = []
        for making in stale:
            error = next((broken[need] for need in making.plan.needs if need in broken), None)
            if error is None:
                ready.append(making)
            else:
                self._failed_before(making.slug, making.plan.key, making.plan.parts, error)
        with timed("making"):
            self._make(ready)
        with timed("looking at other editions"):
            self._note_stale_others({edition.slug for edition, _ in prepared}, today)
            self.looks.keep()
            self.proofs.keep()
        with timed("list of reports"):
            rebuild_site_index(self.desk, self.ledger)

    def _group_stories(self) -> None:
        """Bring the desk's stories up to date, before anything is selected by them."""
        try:
            self.desk.overrides()
        except InputError:
            return  # a line of it is wrong: each edition fails with it when its articles are selected
        try:
            found = bring_up_to_date(self.desk, self.registry, progress=self.progress, say=self.say)
        except (MeasureError, ResourceError) as error:
            self.say(f"stories stay as they were: {error}")  # editions that need openings fail with it when these are measured
            return
        if found is not None:
            self.outcome.counts["stories"] = found.stories

    def _failed_before(self, slug: str, key: str, parts: dict[str, Any], error: NutgrafError) -> None:
        """Note an edition that failed before it was begun."""
        attempt = self.ledger.start_attempt(self.run_id, slug, key, parts, {})
        self.ledger.end_attempt(attempt, "failed", error=self.outcome.fail(slug, error))

    def _looked_at(self, edition: Edition, loaded: list[dict[str, Any]], today: date) -> Making | None:
        """An edition that must be made anew; None for one that is up to date or cannot be made."""
        desk, ledger, slug = self.desk, self.ledger, edition.slug
        try:
            plan = plan_of(desk, self.registry, edition, loaded, today, self.looks)
        except NutgrafError as error:
            self._failed_before(slug, "", {}, error)
            return None
        good = ledger.last(slug, *GOOD)
        lost = site_files.mended(desk, slug, good, self.say, self.proofs) if good else []
        waits = waiting.waiting(desk, slug)
        if waits and shelf.changed_in(waits.folder, waits.held):
            self.say(f"{slug}: what waited in staged/{slug} was changed or taken away; made again")
            waits = None
        is_made = good is not None and bool(waits if good["state"] == "staged" else good["pages"])
        if not good or not is_made or good["key"] != plan.key or lost or self.force:
            return Making(desk, ledger, self.run_id, plan, lost, good["version"] if good else None, self.say)
        if ledger.last(slug)["state"] not in GOOD:  # what had changed was changed back
            again = ledger.start_attempt(self.run_id, slug, plan.key, plan.parts, good["counts"])
            ledger.end_attempt(again, "staged" if good["state"] == "staged" else "unchanged", version=good["version"], pages=good["pages"])
        ledger.note_checked(slug, plan.key)
        self.outcome.states[slug] = "fresh"
        if waits:
            self._publish_if_due(edition, waits)
        shutil.rmtree(desk.staged / ".runs" / slug, ignore_errors=True)
        return None

    def _publish_if_due(self, edition: Edition, waits: waiting.Waiting) -> None:
        """Publish what waited for an embargo that has ended, or for an edition that is published by itself from now on."""
        if not edition.may_publish(datetime.now(UTC), self.desk.timezone):
            self.outcome.states[edition.slug] = "waiting"
            return
        try:
            version = waiting.publish_waiting(self.desk, waits)
        except NutgrafError as error:
            self.outcome.fail(edition.slug, error)
            return
        self.ledger.note_pages(edition.slug, site_files.pages_of(self.desk, edition.slug), version=version)
        self.outcome.states[edition.slug] = "published"

    def _make(self, makings: Sequence[Making]) -> None:
        """Execute what is stale, and publish each edition as soon as its notebooks are done.

        One edition's failure takes nothing with it.
        """
        by_slug = {making.slug: making for making in makings}
        results = execute(
            self.desk, [making.work for making in makings], self.desk.store.versions(), beside=self.beside,
            begin=lambda work: by_slug[work.slug].begin(), each=lambda work, done: by_slug[work.slug].has(done),
            meanwhile=lambda: load_publishing() or any(making.draw_one() for making in makings), say=self.say, progress=self.progress,
        )  # fmt: skip
        try:
            with closing(results):
                for work, executed in results:
                    making = by_slug[work.slug]
                    try:
                        if isinstance(executed, NutgrafError):
                            raise executed
                        self.outcome.states[work.slug] = making.publish(executed)
                    except Exception as error:  # noqa: BLE001 - one edition's failure must not take the others with it
                        making.fail(self.outcome.fail(work.slug, of_disk(error, self.desk.root, GOOD_STAYS) or error))
                        if os.environ.get(DEBUG_VARIABLE):
                            raise
        finally:
            for making in makings:
                making.interrupt()

    def _note_stale_others(self, asked: set[str], today: date) -> None:
        """Note which editions are no longer up to date of those that this run was not asked to make."""
        editions, _ = read_all(self.desk.editions)
        others = [edition for edition in editions if edition.slug not in asked and self.ledger.last(edition.slug, *GOOD) is not None]
        for edition, loaded in prepare_each(self.desk, others)[0]:
            try:
                plan = plan_of(self.desk, self.registry, edition, loaded, today, self.looks)
            except NutgrafError:
                continue  # said when somebody asks for that edition; 'nutgraf status' says it too
            note_stale(self.ledger, self.run_id, edition.slug, plan.key, plan.parts)


def rebuild_site_index(desk: Desk, ledger: Ledger) -> None:
    """Write the list of reports and the feed, with what the ledger knows of each edition's state."""
    published = standings(record.entries(desk.decisions))
    waits = [slug for slug in published if waiting.waiting(desk, slug)]
    rebuild_index(desk, states_of(desk, ledger, published, waits), earlier_days(published))
