"""Which pages of a source are fetched in this run, and what becomes of the answers.

A page that was never fetched is asked for, and again after growing pauses while it cannot be had. One that is held is asked for again when
its list says something new of it, and otherwise in its first days, less and less often (`Fetching.recheck_minutes`), each time with what its
server said of it before, so that "not modified" costs next to nothing. A changed page is another capture; the version it makes is told apart
when it is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nutgraf.ingest.articles import article_id
from nutgraf.ingest.captures import item_of
from nutgraf.ingest.fetching.failures import NotFetched
from nutgraf.ingest.fetching.lists import Document, Entry, address_of, feed_item, page_item
from nutgraf.ingest.fetching.state import Page, State, failed
from nutgraf.ingest.fetching.visiting import Known, Visit
from nutgraf.ingest.raw import keep_fetched, origin_of, sidecars
from nutgraf.ingest.records import Capture, RawItem
from nutgraf.ingest.report import SourceReport
from nutgraf.settings import Fetching, Source

if TYPE_CHECKING:
    from nutgraf.desk import Desk

_DAY = 86_400.0
#: The pause before a page is looked at again grows by one `Fetching.recheck_minutes` in this time, in seconds.
_GROWS_S = 6 * 3_600.0
#: Endings by which other answers than HTML are read.
_ENDINGS = {"text/plain": ".txt", "application/pdf": ".pdf"}


@dataclass
class Job:
    """A page to fetch."""

    entry: Entry
    page: Page


@dataclass
class Following:
    """The pages of a run.

    Attributes:
        desk: The desk.
        state: What is known from earlier runs.
        began: When this run began, seconds since 1970, and in ISO form for sidecars.
        pending: Addresses and marks that an earlier run fetched and did not get to read: they are counted when they are read.
        reports: Get what needs no reading to be counted.
        erased: Ids of articles that are not to come back.
        items: What is to be read.
    """

    desk: Desk
    state: State
    now: float
    began: str
    pending: set[tuple[str, str]]
    reports: dict[str, SourceReport]
    erased: Set[str] = frozenset()
    items: list[RawItem] = field(default_factory=list)
    new: list[Job] = field(default_factory=list)
    again: list[Job] = field(default_factory=list)
    _from_feeds: dict[tuple[str, str], tuple[Document, list[Entry]]] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    @property
    def settings(self) -> Fetching:
        """The desk's settings."""
        return self.desk.settings.fetching

    def consider(self, entry: Entry, *, follows: bool, is_always: bool, sources: Mapping[str, Source], is_by_hand: bool = False) -> None:
        """Say what is to be done with an entry: fetch its page, read it from its feed, or nothing.

        Args:
            entry: The entry.
            follows: Whether entries of its source are followed.
            is_always: Whether its page is looked at for as long as it is named.
            sources: All sources that are fetched, by id.
            is_by_hand: Whether a person asks for it now: then no pause is kept, and a page that another source has stays that source's.
        """
        source = entry.document.source
        if entry.address is not None and article_id(entry.address, source.id, "") in self.erased:
            self._report(entry).seen += 1
            self._report(entry).outcomes["erased"] += 1
            return
        if entry.address is None or entry.listed is None or not follows:
            self._read_from_feed(entry)
            return
        if (source.id, entry.address) in self.pending:
            return
        page = self.state.page(entry.address)
        if is_by_hand and page is not None:
            page = replace(page, next_try=0.0, checked=0.0)
            if page.source in sources:
                source = sources[page.source]
                entry = replace(entry, document=replace(entry.document, source=source))
                self.reports.setdefault(source.id, SourceReport(source.kind or "files"))
        if page is not None and page.source != source.id and page.source in sources or entry.address in self._asked:
            self._report(entry).unchanged()  # another source named it first, and its article counts as new or changed there
            return
        if page is None or page.source != source.id:
            page = replace(page or Page(entry.address, entry.listed.url, source.id), source=source.id)
        page = replace(page, url=entry.listed.url)
        if not page.is_held and self.now >= page.next_try:
            self._asked.add(entry.address)
            self.new.append(Job(entry, page))
        elif not page.is_held:
            self._not_had(entry, page)
        elif is_by_hand or self._is_due(page, entry, is_always):
            self._asked.add(entry.address)
            self.again.append(Job(entry, page))
        else:
            self._report(entry).unchanged()

    def jobs(self) -> list[Job]:
        """The pages to fetch: those never fetched first, then those to look at again, longest not looked at first."""
        most = self.settings.pages_a_run
        for job in self.new[most:]:
            self._report(job.entry).n_waiting += 1
        new = self.new[:most]
        again = sorted(self.again, key=lambda job: job.page.checked or 0.0)
        for job in again[most - len(new) :]:
            self._report(job.entry).unchanged()
        return new + again[: most - len(new)]

    def known(self, page: Page) -> Known | None:
        """What is sent back to the server of a page that is held."""
        return Known(page.final_url or page.url, page.etag, page.last_modified) if page.is_held else None

    def take(self, job: Job, result: Visit | NotFetched) -> None:
        """What came of a page."""
        entry, page = job.entry, job.page
        if isinstance(result, Visit) and not result.is_unchanged:
            try:
                _check_content(page, result)
            except NotFetched as error:
                result = error
        if isinstance(result, NotFetched):
            pause = self.settings.retry_minutes * 60
            page = failed(page, result.what, self.now, pause, result.wait_s or 0.0)
            self._keep(page)
            self._not_had(entry, page)
            return
        checked = replace(page, said=entry.said, checked=result.at.timestamp(), n_failures=0, failure=None, next_try=0.0)
        answer, report = result.answer, self._report(entry)
        if result.is_unchanged:
            self._keep(checked)
            report.n_unchanged_pages += 1
            report.unchanged()
            return
        told = {"final_url": answer.url, "etag": answer.etag, "last_modified": answer.last_modified}
        sha256 = hashlib.sha256(answer.content).hexdigest()
        if sha256 == page.sha256:
            self._keep(replace(checked, **told))
            report.n_unchanged_pages += 1
            report.unchanged()
            return
        blank = page_item(self.desk.raw / sha256, entry.document.source, entry.listed, self.desk.timezone)
        at = result.at
        item = replace(
            blank, url=answer.url, fetched_at=at, content_type=answer.content_type, listed=entry.listed, kept_ending=_ending(answer.content_type),
            capture=Capture(at, answer.etag, answer.last_modified, entry.said),
        )  # fmt: skip
        first = page.first_fetched or at.timestamp()
        self._keep_bytes(answer.content, item, lambda: self.state.keep_page(replace(checked, **told, sha256=sha256, first_fetched=first)))
        report.n_fetched += 1

    def read_feeds(self) -> None:
        """Keep the feeds of which entries are to be read, and count the entries that have not changed. Call after all pages."""
        for document, entries in self._from_feeds.values():
            source = document.source.id
            fresh = [entry for entry in entries if self.state.entry(source, entry.mark) != entry.told]
            for _ in range(len(entries) - len(fresh)):
                self.reports[source].unchanged()
            if not fresh:
                continue
            item = feed_item(document, self.desk.timezone, tuple(sorted(entry.mark for entry in fresh)))
            item = replace(item, path=self.desk.raw / hashlib.sha256(document.content).hexdigest())
            said = {entry.mark: entry.told for entry in fresh}
            self._keep_bytes(document.content, item, lambda source=source, said=said: self.state.keep_entries(source, said))

    def _keep_bytes(self, content: bytes, item: RawItem, note: Callable[[], Any]) -> None:
        """Note that a reading is to come, keep its bytes, then note what is known now: in this order, so that a kill loses and doubles nothing."""
        origin = origin_of(item, item.fetched_at, self.began)
        with self.state.together():
            self.state.add_pending({"sha256": item.path.name, **origin})
        self.items.append(keep_fetched(self.desk.raw, content, item, item.fetched_at, self.began))
        with self.state.together():
            note()

    def _not_had(self, entry: Entry, page: Page) -> None:
        """An entry whose page could not be fetched: what was held stays, else its feed speaks, else there is a row with the reason."""
        report = self._report(entry)
        report.not_fetched[page.failure] += 1
        if page.is_held:
            report.unchanged()
        elif entry.mark is not None:
            self._read_from_feed(entry)
        else:
            blank = page_item(self.desk.raw / "not-fetched", entry.document.source, entry.listed, self.desk.timezone)
            self.items.append(replace(blank, problem=f"its page could not be fetched: {page.failure}"))

    def _read_from_feed(self, entry: Entry) -> None:
        source = entry.document.source.id
        if entry.mark is None or (source, entry.mark) in self.pending:
            return
        self._from_feeds.setdefault((source, entry.document.url), (entry.document, []))[1].append(entry)

    def _is_due(self, page: Page, entry: Entry, is_always: bool) -> bool:
        if self.now < page.next_try:
            return False
        if page.said != entry.said:
            return True
        age, pause = self.now - (page.first_fetched or self.now), self.settings.recheck_minutes * 60
        if is_always:
            return self.now - (page.checked or 0.0) >= pause
        return age <= self.settings.recheck_days * _DAY and self.now - (page.checked or 0.0) >= pause * (1 + age / _GROWS_S)

    def _report(self, entry: Entry) -> SourceReport:
        return self.reports[entry.document.source.id]

    def _keep(self, page: Page) -> None:
        with self.state.together():
            self.state.keep_page(page)


def _check_content(page: Page, visit: Visit) -> None:
    """An answer that is no article whatever it holds.

    Raises:
        NotFetched: When it is empty, or the front page that sites lead to instead of "not found".
    """
    if not visit.answer.content.strip():
        raise NotFetched("the answer is empty", "content")
    asked, came = urlsplit(visit.asked), urlsplit(visit.answer.url)
    if came.path in ("", "/") and not came.query and (asked.path not in ("", "/") or asked.query):
        raise NotFetched("it leads to the front page of a site", "redirect")


def _ending(content_type: str | None) -> str:
    return _ENDINGS.get((content_type or "").split(";")[0].strip().lower(), ".html")


def held_pages(raw: Path, zone: Any) -> list[Page]:
    """Pages as the sidecars in ``data/raw`` know them, for a state that was lost."""
    found: dict[str, Page] = {}
    for sidecar in sidecars(raw):
        try:
            origins = [origin for origin in json.loads(sidecar.read_text(encoding="utf-8")) if origin.get("listed") and origin.get("captured_at")]
            items = [item_of(sidecar.with_suffix(""), origin, zone) for origin in origins]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # whoever reads it for its articles says so
        for item in items:
            if not item.path.is_file():
                continue
            page = page_of(item)
            held = found.get(page.address, page)
            newest = max(held, page, key=lambda one: one.checked)
            found[page.address] = replace(newest, first_fetched=min(held.first_fetched, page.first_fetched))
    return list(found.values())


def page_of(item: RawItem) -> Page:
    """What a reading of a page that was followed knows of it."""
    capture, url = item.capture, item.listed.url
    at = capture.at.timestamp()
    return Page(address_of(url), url, item.source, item.url, capture.etag, capture.last_modified, item.path.name, capture.said, at, at)
