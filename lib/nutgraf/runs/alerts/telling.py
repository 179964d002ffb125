"""Who is to be told what at the end of a run, and what was told already: the ledger's attempts and its memory of alerts, held together.

A trouble is told once. The memory is emptied when it is over, and that is told once too; the same trouble later is a new one. What could
not be sent is found again by the next run, since its trouble is still there or its end was not told. A run ends as it would have ended
without alerts, whatever becomes of them.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from nutgraf.desk import Desk
from nutgraf.errors import NutgrafError, UsageError, in_one_line
from nutgraf.ingest.drift import Drift, arrivals_of, drifts
from nutgraf.publish import record
from nutgraf.publish.standing import Standing, standings
from nutgraf.runs.alerts import alerts
from nutgraf.runs.alerts.alerts import Alert, kind_of, subject_of
from nutgraf.runs.alerts.sending import addresses_in, send
from nutgraf.runs.attempts.ledger import Ledger, now
from nutgraf.runs.attempts.states import GOOD
from nutgraf.runs.editions.edition import Edition
from nutgraf.runs.editions.edition_files import paths, read_all
from nutgraf.runs.editions.notebooks import NO_KERNEL, suggest
from nutgraf.runs.executing.redaction import Redactor
from nutgraf.settings import AlertTarget

Say = Callable[[str], None]


@dataclass(frozen=True)
class Told:
    """How telling ended: whether nothing is left to be sent, and when the clock alone gives the next alert, in seconds since 1970."""

    is_all: bool = True
    next_at: float | None = None


def check_targets(edition: Edition, targets: Mapping[str, AlertTarget]) -> None:
    """Refuse an edition that names a target which the desk does not have.

    Raises:
        UsageError: With the target and the near name.
    """
    unknown = next((name for name in edition.alerts or () if name not in targets), None)
    if unknown is not None:
        mend = suggest(unknown, targets) or "add it to nutgraf.toml under [alerts]: docs/alerts.md shows how"
        raise UsageError(f"'alerts': the desk has no target {unknown!r}", where=edition.file, mend=mend, not_done=NO_KERNEL)


@contextmanager
def watched(desk: Desk, ledger: Ledger, say: Say, *, by_name: bool) -> Iterator[None]:
    """Tell of a run that stops with an error. What somebody who named editions did wrong is said to that person alone."""
    try:
        yield
    except Exception as error:
        if not (by_name and isinstance(error, UsageError)):
            words = str(error) if isinstance(error, NutgrafError) else f"{type(error).__name__}: {error}"
            tell(desk, ledger, say, broke=Redactor.of(desk).text(in_one_line(words)))
        raise


def tell(desk: Desk, ledger: Ledger, say: Say, *, broke: str | None = None) -> Told:
    """Send what is new to tell, at the end of a run and under its lock.

    Args:
        desk: The desk.
        ledger: Its ledger, with the run's attempts in it.
        say: Called with a line for each alert that was not sent.
        broke: Why the run stopped; None when it came to its end.
    """
    if not desk.settings.alerts:
        return Told()
    try:
        return _Telling(desk, ledger, say, broke).tell()
    except Exception as error:  # noqa: BLE001 - an alert never changes how a run ends
        say(f"alerts: {in_one_line(f'{type(error).__name__}: {error}')}. They are looked at again in the next run")
        return Told(is_all=False)


@dataclass
class _Telling:
    desk: Desk
    ledger: Ledger
    say: Say
    broke: str | None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def tell(self) -> Told:
        is_all = True
        for name, target in self.desk.settings.alerts.items():
            addresses = addresses_in(os.environ.get(target.address_from, ""))
            if not addresses:
                self.say(
                    f"alerts to '{name}' cannot be sent: the environment variable {target.address_from} is not set. "
                    "Set it where the run is started; docs/alerts.md shows how"
                )
            for number, address in enumerate(addresses or [None], start=1):
                recipient = _Recipient(self, name, target, f"{name}/{number}")
                label = name + (f" (address {number} of {len(addresses)})" if len(addresses) > 1 else "")
                is_all = recipient.tell(address, label) and is_all
        return Told(is_all, self._next_at())

    def _next_at(self) -> float | None:
        days = [target.nothing_new_days for target in self.desk.settings.alerts.values() if "nothing new" in target.about]
        counted = [n for n in days if n is not None]
        if not counted or self.newest is None:
            return None
        ends = [(self.newest + timedelta(days=n)).timestamp() for n in counted]
        return min((end for end in ends if end > self.at.timestamp()), default=None)

    # What there is to look at; each is looked at only when somebody is to be told of it ----------------------------------

    @cached_property
    def editions(self) -> tuple[dict[str, Edition], set[str]]:
        """The editions that can be read, by slug, and the names of files that cannot."""
        if not paths(self.desk.editions):
            return {}, set()
        editions, wrong = read_all(self.desk.editions)
        return {edition.slug: edition for edition in editions}, set(wrong)

    @cached_property
    def standings(self) -> dict[str, Standing]:
        return standings(record.entries(self.desk.decisions))

    @cached_property
    def troubled(self) -> dict[str, dict[str, Any]]:
        """The newest attempt of each edition that is not in order, by slug."""
        return {attempt["edition"]: attempt for attempt in self.ledger.troubled()}

    @cached_property
    def articles(self) -> Any:
        """Each article as it first came in."""
        import pyarrow.dataset as ds

        return self.desk.store.read("articles", ["outlet", "fetched_at", "n_words", "published_at", "status"], ds.field("version") == 1)

    @cached_property
    def newest(self) -> datetime | None:
        """When the newest article was fetched that may be analysed; None on a desk without articles."""
        import pyarrow.compute as pc

        kept = self.articles.filter(pc.equal(self.articles["status"], "kept"))
        return pc.max(kept["fetched_at"]).as_py()

    @cached_property
    def drifts(self) -> dict[str, Drift]:
        """Outlets whose texts are suddenly empty or short, or whose articles suddenly have no date."""
        by_outlet: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
        for row in self.desk.store.read("articles", ["article_id", "version", "outlet", "fetched_at", "n_words", "published_at"]).to_pylist():
            by_outlet[row["outlet"]].append(row)
        found = drifts((outlet, *arrival) for outlet, rows in by_outlet.items() for arrival in arrivals_of(rows))
        return {drift.outlet or "": drift for drift in found}


@dataclass
class _Recipient:
    """One address of a target; the ledger remembers by it, and never holds the address."""

    telling: _Telling
    target_name: str
    target: AlertTarget
    id: str

    def tell(self, address: str | None, label: str) -> bool:
        """Send what is new to this recipient; says whether nothing is left unsent."""
        this = self.telling
        remembered = this.ledger.alerts(self.id)
        troubles = self._troubles()
        failing = {subject_of(key) for key in remembered if kind_of(key) == "failed"}
        fresh = [alert for alert in troubles if not remembered.get(alert.memory_key)]
        # Who knows that it failed need not hear that it is not up to date.
        fresh = [alert for alert in fresh if alert.kind != "stale" or alert.subject not in failing]
        over = self._over(remembered, {alert.subject for alert in troubles})
        wanted = [alert for alert in (*fresh, *over) if alert.kind in self.target.about]
        for alert in (alert for alert in fresh if alert not in wanted):
            this.ledger.note_alert(self.id, alert.memory_key, None)  # so that its end can be told
        for alert in (alert for alert in over if alert not in wanted):
            self._forget(alert.subject, remembered)
        left = self._send(address, label, wanted, remembered) if wanted else 0
        return not left

    def _send(self, address: str | None, label: str, wanted: Sequence[Alert], remembered: Mapping[str, str | None]) -> int:
        """Send messages one after the other; the first that cannot be sent leaves the others for the next run. Returns how many are left."""
        this, failed, left = self.telling, address is None, 0
        hide = Redactor.of(this.desk).text
        for kind, headline, body, told in alerts.messages(wanted):
            problem = None
            if not failed:
                problem = send(address, kind, hide(in_one_line(f"{this.desk.settings.title}: {headline}")), hide(body))  # type: ignore[arg-type]
                failed = problem is not None
            if problem is not None:
                this.say(f"an alert could not be sent to '{label}': {problem}. It is sent in the next run: {headline}")
            for alert in told:
                if failed and alert.kind != "recovered":
                    this.ledger.note_alert(self.id, alert.memory_key, None)
                elif not failed and alert.kind == "recovered":
                    self._forget(alert.subject, remembered)
                elif not failed:
                    this.ledger.note_alert(self.id, alert.memory_key, now())
            left += len(told) if failed else 0
        return left

    def _forget(self, subject: str, remembered: Mapping[str, str | None]) -> None:
        for key in remembered:
            if subject_of(key) == subject:
                self.telling.ledger.forget_alert(self.id, key)

    def _troubles(self) -> list[Alert]:
        """What is the matter now and concerns this recipient."""
        this, zone = self.telling, self.telling.desk.timezone
        found = [alerts.run_broke(this.broke, this.at, zone)] if this.broke else []
        for slug, attempt in this.troubled.items():
            edition, has_failed = this.editions[0].get(slug), attempt["state"] == "failed"
            if not self._concerns(slug) or (this.broke and not has_failed):
                continue  # that the run stopped is said already
            if attempt["state"] == "stale" and edition is not None and edition.schedule:
                continue  # an edition with a schedule of its own is stale until it is due
            first = this.ledger.first_since_good(slug, attempt["state"], *GOOD)
            since = first["started_at"] if first else this.at.isoformat()
            found.append(alerts.of_edition(slug, edition.title if edition else None, attempt, since, this.standings.get(slug), zone))
        days = self.target.nothing_new_days
        if days is not None and "nothing new" in self.target.about and this.newest is not None:
            if this.at - this.newest >= timedelta(days=days):
                found.append(alerts.nothing_new(this.newest, days, zone))
        if "bodies" in self.target.about:
            found += [alerts.bodies(drift, zone) for drift in this.drifts.values()]
        return found

    def _concerns(self, slug: str) -> bool:
        """Whether an edition's alerts go here. One whose file cannot be read concerns everybody; one that is no longer made, nobody."""
        editions, wrong = self.telling.editions
        if slug in editions:
            named = editions[slug].alerts
            return named is None or self.target_name in named or any(name not in self.telling.desk.settings.alerts for name in named)
        return slug in wrong

    def _over(self, remembered: Mapping[str, str | None], troubled: set[str]) -> list[Alert]:
        """Troubles that are over, as alerts, one for each subject; what can no longer recover is forgotten."""
        this, zone, found = self.telling, self.telling.desk.timezone, []
        for subject in dict.fromkeys(map(subject_of, remembered)):
            if subject in troubled:
                continue
            what, _, name = subject.partition(" ")
            if what == "run" and this.broke is None:
                found.append(alerts.run_recovered(this.at, zone))
            elif what == "articles" and this.newest is not None:
                found.append(alerts.articles_again(this.newest, zone))
            elif what == "bodies":
                found.append(alerts.bodies_again(name))
            elif what == "edition":
                last, edition = this.ledger.last(name), this.editions[0].get(name)
                if edition is None and any(other.origin == name for other in this.editions[0].values()):
                    found.append(alerts.file_recovered(name, this.at, zone))
                elif not self._concerns(name) or last is None:
                    self._forget(subject, remembered)
                elif last["state"] in GOOD:
                    found.append(alerts.edition_recovered(name, edition.title if edition else None, last, this.standings.get(name), zone))
        return found
