"""Making one edition: its attempt in the ledger, its place to work in, and its publication or its failure."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from nutgraf.desk import Desk
from nutgraf.disk import remove
from nutgraf.jupyter import VERSIONS
from nutgraf.measures.openings import ID as STORIES
from nutgraf.numbers import counted
from nutgraf.publish import waiting
from nutgraf.publish.standing import Standing, standing_of
from nutgraf.runs import site_files
from nutgraf.runs.attempts.ledger import Ledger
from nutgraf.runs.editions import notebooks as nb
from nutgraf.runs.executing.engine import without_address_grammar
from nutgraf.runs.executing.kernels import Job, Work
from nutgraf.runs.executing.redaction import Redactor
from nutgraf.runs.planning import Plan, parameters_for
from nutgraf.stories import note_published

if TYPE_CHECKING:
    from nutgraf.publish.figures import Figures

Say = Callable[[str], None]
#: States of an edition after a run, and of the attempt in the ledger.
AS_ATTEMPT = {"published": "good", "unchanged": "unchanged", "waiting": "staged"}


@dataclass
class Making:
    """An edition that is to be made anew.

    Attributes:
        desk: The desk.
        ledger: Its ledger.
        run_id: The run.
        plan: The edition, settled.
        lost: Published files of its newest version that were deleted or changed by hand.
        version: That version; None when it was never good.
        say: Called with a line of news for a person.
        is_under_way: Whether it was begun and has not ended.
    """

    desk: Desk
    ledger: Ledger
    run_id: int
    plan: Plan
    lost: list[str]
    version: int | None
    say: Say
    is_under_way: bool = field(default=False, init=False)
    _attempt: int = field(default=0, init=False)
    _figures: Figures | None = field(default=None, init=False)
    _moved: Path | None = field(default=None, init=False)

    @property
    def slug(self) -> str:
        """The edition."""
        return self.plan.edition.slug

    @property
    def work(self) -> Work:
        """Its notebooks, to be executed."""
        edition = self.plan.edition
        jobs = [
            Job(name, notebook, nb.needs(notebook) + [VERSIONS] * nb.wants_versions(notebook), parameters_for(edition, notebook, self.plan.choice))
            for name, notebook in zip(edition.notebooks, self.plan.notebooks, strict=True)
        ]
        staging = self.desk.staged / ".runs" / self.slug
        return Work(self.slug, jobs, staging, cell_limit_s=edition.cell_limit_s, run_limit_s=edition.run_limit_s)

    def begin(self) -> None:
        """Note the attempt, make room for a version that is written anew, and empty the place to work in."""
        articles, books = self.plan.found.n, len(self.plan.edition.notebooks)
        self.say(f"{self.slug}: {counted(articles, 'article')}, {counted(books, 'notebook')}")
        counts = {"articles": articles, "notebooks": books}
        self._attempt = self.ledger.start_attempt(self.run_id, self.slug, self.plan.key, self.plan.parts, counts)
        self.is_under_way = True
        aside = self.desk.staged / ".damaged" / self.slug
        self._moved = site_files.set_aside(self.desk, self.slug, self.version, self.lost, aside)
        staging = self.desk.staged / ".runs" / self.slug
        remove(staging)
        staging.mkdir(parents=True)

    def has(self, executed: Path) -> None:
        """One of its notebooks is done."""
        if self._figures is None:
            with without_address_grammar():
                from nutgraf.publish.figures import Figures
            self._figures = Figures()
        self._figures.expect(executed)

    def draw_one(self) -> bool:
        """Draw a figure of the notebooks that are done, while others are not; returns whether there was one."""
        return self.is_under_way and self._figures is not None and self._figures.draw_one()

    def publish(self, executed: list[Path]) -> str:
        """Render, check and swap it in, or leave it waiting.

        Returns:
            Its state: published, unchanged, waiting.

        Raises:
            PublishError: When a notebook shows what no page may show; nothing is changed then.
        """
        began, edition = time.monotonic(), self.plan.edition
        with without_address_grammar():
            from nutgraf.publish.site import publish, stage
        if edition.may_publish(datetime.now(UTC), self.desk.timezone):
            version, is_new = publish(self.desk, self.slug, edition.title, executed, self._figures)
            waiting.drop(self.desk, self.slug)
            state = "published" if is_new else "unchanged"
        else:
            folder = waiting.folder_of(self.desk, self.slug)
            version, is_new = stage(self.desk, self.slug, edition.title, executed, folder, self._figures)
            state = "waiting" if is_new else "unchanged"
        shutil.rmtree(self.desk.staged / ".runs" / self.slug)
        self._end(AS_ATTEMPT[state], version=version, articles=self.plan.articles)
        self.ledger.note_checked(self.slug, self.plan.key)
        self.say(f"{self.slug}: rendered and checked in {time.monotonic() - began:.1f} s, version {version}")
        if STORIES in self.plan.needs:
            note_published(self.desk, self.plan.selection.articles["story_id"].to_pylist())
        words = stays(standing_of(self.desk.decisions, self.slug), version) if state == "unchanged" else None
        if words:
            self.say(f"{self.slug}: {words}")
        return state

    def fail(self, error: str) -> None:
        """Note that it failed; of what is kept of it, secrets and paths of this machine are taken out."""
        Redactor.of(self.desk).folder(self.desk.staged / ".runs" / self.slug)
        self._end("failed", error=error)

    def interrupt(self) -> None:
        """Note that the run ended under it."""
        if self.is_under_way:
            Redactor.of(self.desk).folder(self.desk.staged / ".runs" / self.slug)
            self._end("interrupted", error="the run was interrupted")

    def _end(self, state: str, *, version: int | None = None, error: str | None = None, articles: bytes | None = None) -> None:
        site_files.put_back(self.desk, self.slug, self._moved)
        pages = site_files.pages_of(self.desk, self.slug) if error is None else None
        self.ledger.end_attempt(self._attempt, state, version=version, error=error, pages=pages, articles=articles)
        self.is_under_way, self._figures = False, None


@cache
def load_publishing() -> bool:
    """Load what renders and draws, which takes a second, while a notebook runs. False: there is nothing more to do."""
    with without_address_grammar():
        for name in ("nutgraf.publish.site", "matplotlib.figure", "matplotlib.backends.backend_agg", "PIL.Image"):
            import_module(name)
    return False


def stays(standing: Standing, made: int) -> str | None:
    """Why what a run made is not what is shown; None when it is."""
    if made in standing.withdrawn:
        return f"the findings are those of version {made}, which was withdrawn; they are not published again until they change"
    if standing.current not in (made, None):
        return f"version {standing.current} stays shown: the findings are those of version {made}, and the newsroom went back from it"
    return None
