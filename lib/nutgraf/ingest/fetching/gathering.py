"""A run over all sources that are fetched: their lists, then the pages that these name. A source that fails stops no other and changes nothing."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from nutgraf.errors import DiskError, InputError, UsageError
from nutgraf.ingest.captures import item_of
from nutgraf.ingest.fetching import lists
from nutgraf.ingest.fetching.addresses import Allowed, checked, host_of
from nutgraf.ingest.fetching.bodies import unpack_file
from nutgraf.ingest.fetching.client import Client, Network
from nutgraf.ingest.fetching.crew import Crew
from nutgraf.ingest.fetching.failures import NotFetched
from nutgraf.ingest.fetching.following import Following, Job, held_pages, page_of
from nutgraf.ingest.fetching.politeness import Politeness
from nutgraf.ingest.fetching.state import NAME, Kept, State
from nutgraf.ingest.fetching.visiting import Known, Visit, Visitor
from nutgraf.ingest.records import RawItem
from nutgraf.ingest.report import SourceReport
from nutgraf.ingest.sources import NOTHING_DONE, place_of
from nutgraf.settings import Source

if TYPE_CHECKING:
    from nutgraf.desk import Desk

Progress = Callable[[str, int, int], None]
#: The kind of an address that a person gave, until it was looked at.
UNTOLD = "address"
_SHOWN = 200  # characters of an address in a line
J = TypeVar("J")
R = TypeVar("R")


@dataclass
class Gathered:
    """What was fetched.

    Attributes:
        items: What is to be read, kept in ``data/raw``.
        reports: Counts of what need not be read, by source.
    """

    items: list[RawItem]
    reports: dict[str, SourceReport]
    _state: State
    _began: str

    def finish(self) -> None:
        """Everything in `items` is in the tables, and `reports` have all counts."""
        with closing(self._state), of_state():
            self._state.finish(self._began, {source: report.as_dict() for source, report in self.reports.items()})


def gather(
    desk: Desk, sources: Sequence[Source], began: str, *, is_by_hand: bool = False, erased: Set[str] = frozenset(),
    network: Network | None = None, progress: Progress | None = None,
) -> Gathered:  # fmt: skip
    """Fetch what sources list. Call under the desk's lock.

    Args:
        desk: The desk.
        sources: Those to fetch; empty for none, then only what an earlier run left is given.
        began: When this ingest began, in ISO form.
        is_by_hand: Whether a person asks for them now, see `by_hand`.
        erased: Ids of articles that are not to come back: their pages are not asked for.
        network: How names are looked up and connections made.
        progress: Called with (what, done, of).

    Returns:
        What is to be read. Call its `finish` once it is.
    """
    with of_state():
        state = State(desk.store.root / NAME, lambda: held_pages(desk.raw, desk.timezone))
        try:
            left = _left(desk, state)
            reports = {source.id: SourceReport(source.kind or "files") for source in sources}
            if not sources:
                return Gathered(left, reports, state, began)
            run = _Run(desk, state, began, sources, reports, left, network, progress, is_by_hand, erased)
            with closing(run):
                run.fetch()
            return Gathered([*left, *run.following.items], reports, state, began)
        except BaseException:
            state.close()
            raise


@contextmanager
def of_state() -> Iterator[None]:
    """A state that cannot be read or written, in words."""
    try:
        yield
    except sqlite3.Error as error:
        raise DiskError(
            f"what is known of fetched pages cannot be read or written: {error}", where=f"data/processed/{NAME}",
            mend="check its permissions and the space on its disk, and run again",
            not_done="what was fetched is kept in data/raw, and the next run reads it",
        ) from error  # fmt: skip


def _left(desk: Desk, state: State) -> list[RawItem]:
    """What an earlier run fetched and did not get to read; a reading whose bytes were never kept is fetched again."""
    found = []
    for origin in state.pending():
        path = desk.raw / origin["sha256"]
        if not path.is_file():
            continue
        item = item_of(path, origin, desk.timezone)
        found.append(item)
        if item.listed is not None:  # the kill may have come before this was noted
            page = page_of(item)
            held = state.page(page.address)
            state.keep_page(replace(page, first_fetched=held.first_fetched or page.first_fetched) if held else page)
    return found


def by_hand(desk: Desk, addresses: Sequence[str]) -> list[Source]:
    """Sources for addresses that a person names: the desk's own where it has that address, else ``address:<host>``, of a kind that is told
    by what is found there.

    Raises:
        UsageError: For an address that is none.
    """
    own = {url: source for source in desk.settings.sources for url in source.addresses}
    found: dict[str, Source] = {}
    for address in dict.fromkeys(addresses):
        source = own.get(address)
        if source is None:
            try:
                host = checked(address, Allowed(desk.settings.fetching.allowed_hosts)).raw_host.decode("ascii")
            except NotFetched as error:
                raise UsageError(error.what, where=address[:200], mend="correct the address", not_done=NOTHING_DONE) from error
            source = Source(f"address:{host}", kind=UNTOLD)
        held = found.get(source.id, replace(source, url=None, urls=[]))
        found[source.id] = replace(held, urls=[*held.urls, address])
    return list(found.values())


@dataclass
class _Run:
    desk: Desk
    state: State
    began: str
    sources: Sequence[Source]
    reports: dict[str, SourceReport]
    left: Sequence[RawItem]
    network: Network | None
    progress: Progress | None
    is_by_hand: bool
    erased: Set[str]
    following: Following = field(init=False)

    def __post_init__(self) -> None:
        settings = self.desk.settings.fetching
        self.stopped = threading.Event()
        self.client = Client(settings, self.network)
        self.politeness = Politeness(settings.delay_seconds, settings.per_host, self.state.resting())
        self.visitor = Visitor(self.client, self.politeness, self.state.rules(), self.stopped.is_set)
        self.following = Following(self.desk, self.state, time.time(), self.began, _pending(self.left), self.reports, self.erased)

    def close(self) -> None:
        """Begin nothing more, and keep what was found of hosts."""
        self.stopped.set()
        self.state.keep_hosts(self.visitor.robots.found, self.politeness.resting())
        self.client.close()

    def fetch(self) -> None:
        """Lists first, then pages."""
        named = self._named()
        known = {source.id: source for source in (*self.desk.settings.sources, *self.sources) if source.is_fetched}
        follows = self.desk.settings.fetching.follow
        for entry in named:
            source = entry.document.source
            is_page = source.kind == "page"
            follow = source.kind != "feed" or (follows if source.follow is None else source.follow)
            self.following.consider(entry, follows=follow, is_always=is_page, sources=known, is_by_hand=self.is_by_hand and is_page)
        jobs = self.following.jobs()
        crew: Crew[Job, Visit] = self._crew(
            lambda job: self.visitor.visit(job.page.url, self.following.known(job.page)), lambda job: host_of(job.page.url)
        )
        for number, (job, result) in enumerate(crew.each(jobs), start=1):
            self.following.take(job, result)
            if self.progress:
                self.progress("fetching pages", number, len(jobs))
        self.following.read_feeds()

    def _told_apart(self) -> None:
        """Look at addresses of untold kinds, and put a source of each kind in their place."""
        untold = [(source, url) for source in self.sources if source.kind == UNTOLD for url in source.addresses]
        if not untold:
            return
        told: dict[tuple[str, str], Source] = {(source.id, source.kind or ""): source for source in self.sources if source.kind != UNTOLD}
        crew: Crew[tuple[Source, str], Visit] = self._crew(lambda job: self.visitor.visit(job[1]), lambda job: host_of(job[1]))
        for (source, url), result in crew.each(untold):
            if isinstance(result, NotFetched):
                self.reports[source.id].problems.append(f"{url}: {result.what}")
                continue
            kind = lists.kind_of(result.answer.content, result.answer.content_type)
            held = told.get((source.id, kind), replace(source, kind=kind, urls=[]))
            told[(source.id, kind)] = replace(held, urls=[*held.urls, url])
            self.reports[source.id].kind = kind
        self.sources = list(told.values())

    def _named(self) -> list[lists.Entry]:
        """What all sources name, in the order of the settings, each article once for each source."""
        self._told_apart()
        found: dict[str, dict[str, lists.Entry]] = {source.id: {} for source in self.sources}
        jobs: list[_ListJob] = []
        for source in self.sources:
            for document in _local(self.desk, source):
                self._read(document, 0, found)
            for url in source.addresses:
                if source.kind == "page":
                    entry = lists.page_entry(lists.Document(source, url, url, b"", None, datetime.now(UTC)))
                    found[source.id].setdefault(entry.address or url, entry)
                else:
                    jobs.append(self._list_job(source, url, 0))
        seen = {(job.source.id, job.url) for job in jobs}
        crew: Crew[_ListJob, lists.Document] = self._crew(self._fetch_list, lambda job: host_of(job.url))
        n_done = 0
        while jobs:
            nested: list[_ListJob] = []
            for job, result in crew.each(jobs):
                n_done += 1
                if self.progress:
                    self.progress("fetching lists", n_done, len(seen))
                if isinstance(result, NotFetched):
                    self.reports[job.source.id].problems.append(_told(job, result.what))
                    continue
                for url in self._read(result, job.depth, found):
                    if (job.source.id, url) in seen:
                        continue  # sitemaps that name each other
                    if sum(source == job.source.id for source, _ in seen) > lists.MOST_NESTED:
                        _once(self.reports[job.source.id].notes, f"more than {lists.MOST_NESTED} sitemaps; the rest was not looked at")
                        break
                    seen.add((job.source.id, url))
                    nested.append(self._list_job(job.source, url, job.depth + 1))
            jobs = nested
        return [entry for entries in found.values() for entry in entries.values()]

    def _list_job(self, source: Source, url: str, depth: int) -> _ListJob:
        return _ListJob(source, url, depth, self.state.kept_list(url))

    def _fetch_list(self, job: _ListJob) -> lists.Document:
        kept = job.kept
        visit = self.visitor.visit(job.url, Known(kept.final_url, kept.etag, kept.last_modified) if kept else None)
        answer = visit.answer
        if visit.is_unchanged and kept:
            return lists.Document(job.source, job.url, kept.final_url, kept.body, kept.content_type, visit.at, is_unchanged=True)
        content = unpack_file(answer.content, self.client.most)
        told = {"etag": answer.etag, "last_modified": answer.last_modified}
        return lists.Document(job.source, job.url, answer.url, content, answer.content_type, visit.at, **told)

    def _read(self, document: lists.Document, depth: int, found: dict[str, dict[str, lists.Entry]]) -> list[str]:
        """Take in what a list names, and give the addresses of further ones."""
        report, source = self.reports[document.source.id], document.source
        try:
            named = lists.read_apart(document, self.desk.timezone, self.desk.settings)
        except (InputError, UsageError) as error:
            report.problems.append(_told(document, error.what))
            return []
        if document.is_unchanged:
            _once(report.notes, f"the {source.kind if source.kind != 'addresses' else 'list'} has not changed (304)")
        elif document.etag or document.last_modified:
            with self.state.together():
                final_url, told = document.final_url or document.url, (document.etag, document.last_modified)
                self.state.keep_list(Kept(document.url, final_url, *told, document.content_type, document.content))
        for entry in named.entries:
            found[source.id].setdefault(entry.address or entry.mark or "", entry)
        if named.nested and depth >= lists.DEEPEST:
            _once(report.notes, f"sitemaps nested more than {lists.DEEPEST} deep were not looked at")
            return []
        return named.nested

    def _crew(self, do: Callable[[J], R], host: Callable[[J], str]) -> Crew[J, R]:
        settings = self.desk.settings.fetching
        return Crew(do, host, self.politeness, at_once=settings.at_once, per_host=settings.per_host, stopped=self.stopped)


@dataclass(frozen=True)
class _ListJob:
    source: Source
    url: str
    depth: int
    kept: Kept | None


def _told(one: _ListJob | lists.Document, what: str) -> str:
    """What is wrong with a list, with its address where a source has several."""
    has_one = len(one.source.addresses) == 1 and one.url == one.source.addresses[0]
    return what if has_one else f"{one.url[:_SHOWN]}: {what}"


def _once(notes: list[str], note: str) -> None:
    if note not in notes:
        notes.append(note)


def _local(desk: Desk, source: Source) -> list[lists.Document]:
    """Lists of addresses that lie in the desk."""
    if source.path is None:
        return []
    path, where = place_of(desk, source)
    files = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith(".")) if path.is_dir() else [path]
    now, found = datetime.now(UTC), []
    for file in files:
        try:
            found.append(lists.Document(source, file.name, None, file.read_bytes(), None, now))
        except OSError as error:
            raise UsageError(f"it cannot be opened: {error.strerror}", where=f"{where}: {file.name}", not_done=NOTHING_DONE) from error
    return found


def _pending(left: Sequence[RawItem]) -> set[tuple[str, str]]:
    """Of what an earlier run left, the addresses and the marks, each with its source."""
    found = {(item.source, lists.address_of(item.listed.url)) for item in left if item.listed is not None}
    return found | {(item.source, mark) for item in left for mark in item.only or ()}
