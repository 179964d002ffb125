"""What an ingest did, in counts and in lines: of all sources together, and of each that is fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from nutgraf.errors import in_one_line

#: What may come of a record.
OUTCOMES = ("new", "changed", "unchanged", "erased")
_SHOWN = 5  # reasons in a line


@dataclass
class SourceReport:
    """What an ingest did with one source. An article that the source lists counts once, whatever was fetched for it.

    Attributes:
        kind: feed, sitemap, addresses or page; files for one that lies in the desk.
        seen: Its articles.
        outcomes: These by outcome: new, changed, unchanged, erased (of articles that were erased for good: left out).
        quarantined: Of the new and changed ones, those that were set aside, by reason.
        n_fetched: Pages that were fetched with content that is not held.
        n_unchanged_pages: Pages that were asked for and had not changed.
        not_fetched: Pages that could not be fetched, by reason; their articles are what the list gives, or what was held before.
        n_waiting: Articles that are left for the next run, because this one fetched as many as it may; they count as nothing else.
        notes: What else happened, such as a feed that had not changed.
        problems: Why the source, or one of its addresses, could not be read at all. Nothing of it was changed then.
    """

    kind: str = "files"
    seen: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    n_fetched: int = 0
    n_unchanged_pages: int = 0
    not_fetched: Counter[str] = field(default_factory=Counter)
    n_waiting: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        """Whether nothing of it could be read."""
        return bool(self.problems) and not self.seen

    def unchanged(self, number: int = 1) -> None:
        """Count articles of which nothing new is known."""
        self.seen += number
        self.outcomes["unchanged"] += number

    def as_dict(self) -> dict[str, Any]:
        """The same for a program, and to be kept."""
        return {
            "kind": self.kind, "seen": self.seen, **{name: self.outcomes[name] for name in OUTCOMES},
            "quarantined": dict(self.quarantined), "n_fetched": self.n_fetched, "n_unchanged_pages": self.n_unchanged_pages,
            "not_fetched": dict(self.not_fetched), "n_waiting": self.n_waiting, "notes": self.notes, "problems": self.problems,
        }  # fmt: skip

    @classmethod
    def of_dict(cls, kept: Mapping[str, Any]) -> SourceReport:
        """What `as_dict` gave."""
        outcomes = Counter({name: kept[name] for name in OUTCOMES})
        counted = {name: Counter(kept[name]) for name in ("quarantined", "not_fetched")}
        plain = {name: kept[name] for name in ("kind", "seen", "n_fetched", "n_unchanged_pages", "n_waiting", "notes", "problems")}
        return cls(outcomes=outcomes, **counted, **plain)

    def line(self) -> str:
        """In one line, such as "20 articles listed: 2 new, 18 unchanged; 3 pages fetched, 1 not (robots.txt forbids it)"."""
        parts = []
        if not self.has_failed:
            fresh = self.outcomes["new"] + self.outcomes["changed"]
            parts.append(f"{self.seen:,} article{'s' * (self.seen != 1)} listed: {told(self.outcomes) or 'none'}")
            aside = sum(self.quarantined.values())
            if aside:
                parts.append(f"{aside:,} set aside ({_reasons(self.quarantined)})")
            parts += [] if fresh else ["nothing new"]
        pages = [f"{self.n_fetched:,} page{'s' * (self.n_fetched != 1)} fetched"] if self.n_fetched else []
        pages += [f"{self.n_unchanged_pages:,} looked at and unchanged"] if self.n_unchanged_pages else []
        failed = sum(self.not_fetched.values())
        pages += [f"{failed:,} not fetched ({_reasons(self.not_fetched)})"] if failed else []
        parts += [", ".join(pages)] if pages else []
        if self.n_waiting:
            parts.append(f"{self.n_waiting:,} more wait for the next run (pages_a_run)")
        return "; ".join([*parts, *self.notes, *(f"not read: {problem}" for problem in self.problems)])


@dataclass
class Report:
    """What an ingest did.

    Attributes:
        files: Files looked at, and answers that were read.
        files_known: Of these, files whose bytes were ingested before from the same place and were not read again.
        seen: Records in all of them, and articles that were listed and had nothing new.
        outcomes: Records by outcome: new, changed, unchanged, erased.
        quarantined: Of the new and changed ones, records set aside, by reason.
        set_aside: The same one by one: (source, record key, reason); the first 1,000.
        sources: Each source by its id.
        again: Records that were read or asked for again and had nothing new, by source and day of the fetch; files that still lie where they lay
            are none of them.
        with_outlet: By outlet, articles that were set aside after all were read, because it is out of its usual range; some came in before.
        back: By outlet, articles that were set aside for that before, and are kept again.
        undone: What could not be done with the articles after they were read, each with what to mend.
    """

    files: int = 0
    files_known: int = 0
    seen: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    set_aside: list[tuple[str, str, str]] = field(default_factory=list)
    sources: dict[str, SourceReport] = field(default_factory=dict)
    again: Counter[tuple[str, date]] = field(default_factory=Counter)
    with_outlet: Counter[str] = field(default_factory=Counter)
    back: Counter[str] = field(default_factory=Counter)
    undone: list[str] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """Records that are new or changed and may be analysed."""
        return self.outcomes["new"] + self.outcomes["changed"] - sum(self.quarantined.values())

    def of(self, source: str) -> SourceReport:
        """The report of one source."""
        return self.sources.setdefault(source, SourceReport())

    def count(self, source: str, outcome: str, number: int = 1) -> None:
        """Count records of a source that had an outcome."""
        for one in (self, self.of(source)):
            one.seen += number
            one.outcomes[outcome] += number

    def take(self, fetched: dict[str, SourceReport]) -> None:
        """Take in what fetching counted already."""
        today = datetime.now(UTC).date()
        for source, found in fetched.items():
            self.again[source, today] += found.outcomes["unchanged"]
            self.sources[source] = found
            self.seen += found.seen
            self.outcomes.update(found.outcomes)

    def line(self) -> str:
        """The report in one line, such as "48 records in 9 files: 46 new, 1 changed, 1 unchanged; 1 set aside (no text)"."""
        aside = sum(self.quarantined.values())
        reasons = "; ".join(f"{count:,} × {reason}" for reason, count in self.quarantined.most_common(_SHOWN))
        counted = f"{self.seen:,} record{'s' * (self.seen != 1)} in {self.files:,} file{'s' * (self.files != 1)}"
        parts = [f"{counted}: {told(self.outcomes) or 'none'}"]
        parts += [f"{aside:,} set aside ({reasons})"] if aside else []
        if self.with_outlet:
            parts.append(f"{self.with_outlet.total():,} set aside since their outlet is out of its usual range ({_outlets(self.with_outlet)})")
        if self.back:
            parts.append(f"{self.back.total():,} kept again that were set aside with their outlet ({_outlets(self.back)})")
        return in_one_line("; ".join(parts))

    def source_lines(self) -> list[tuple[str, bool]]:
        """A line for each source that was fetched, and whether something of it failed."""
        fetched = [(name, one) for name, one in self.sources.items() if one.kind != "files"]
        return [(in_one_line(f"{name} ({one.kind}): {one.line()}"), bool(one.problems)) for name, one in fetched]


def told(outcomes: Counter[str]) -> str:
    """Outcomes in words."""
    return ", ".join(f"{outcomes[name]:,} {name}" for name in OUTCOMES if outcomes[name])


def _outlets(counted: Counter[str]) -> str:
    more = f" and {len(counted) - _SHOWN:,} others" if len(counted) > _SHOWN else ""
    return ", ".join(name or "no outlet named" for name, _ in counted.most_common(_SHOWN)) + more


def _reasons(counted: Counter[str]) -> str:
    if len(counted) == 1:
        return next(iter(counted))
    more = f"; and {len(counted) - _SHOWN} other reasons" if len(counted) > _SHOWN else ""
    return "; ".join(f"{count:,} × {reason}" for reason, count in counted.most_common(_SHOWN)) + more
