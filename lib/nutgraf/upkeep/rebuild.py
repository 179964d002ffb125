"""``nutgraf rebuild``: the tables made anew from ``data/raw`` and ``data/decisions``, compared with what was there, and put in its place.

The old tables stay where they are until the new ones are whole. What was published, corrected and withdrawn stands in
``data/decisions`` and in ``site``, which are not touched; the ledger of attempts starts anew.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nutgraf import swapping
from nutgraf.desk import Desk
from nutgraf.errors import MeasureError, ResourceError, StoreError, UsageError
from nutgraf.ingesting import Unusable, n_kept, replay
from nutgraf.measures.openings import ID as STORIES
from nutgraf.measuring import Input, Progress, Registry, measure
from nutgraf.numbers import counted
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.schema import TABLES
from nutgraf.store import Store
from nutgraf.stories import bring_up_to_date
from nutgraf.upkeep.comparing import Before, Difference

LEDGER_ANEW = "the ledger of attempts starts anew: 'nutgraf run' looks at every edition again; what was published stands in data/decisions"


@dataclass
class Rebuilt:
    """What a rebuild found.

    Attributes:
        read: What was read from ``data/raw``, in one line.
        differences: One per table.
        unusable: Files of ``data/raw`` that were left out.
        unmeasured: Measures whose rows were not made again, with the reason.
        aside: Where the old tables are kept; None when they were removed.
        aside_because: Why they are.
    """

    read: str = ""
    differences: list[Difference] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    unmeasured: dict[str, str] = field(default_factory=dict)
    aside: str | None = None
    aside_because: str | None = None

    @property
    def is_identical(self) -> bool:
        """Whether every table came back row by row."""
        return all(one.is_identical for one in self.differences)

    def lines(self) -> list[str]:
        """The same for a person."""
        lines = [f"data/raw: {self.read}"]
        lines += [f"data/raw/{one.name}: left out: {one.reason}" for one in self.unusable]
        lines += [line for one in self.differences for line in one.lines()]
        lines += [f"measure '{name}' was not made again: {reason}" for name, reason in self.unmeasured.items()]
        if self.aside:
            lines.append(f"the old tables are kept in data/processed/{self.aside}: {self.aside_because}")
        compared = "every table is identical with what was there" if self.is_identical else "not everything is as it was, see above"
        return [*lines, LEDGER_ANEW, f"rebuilt: {compared}"]

    def as_dict(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "is_identical": self.is_identical, "read": self.read, "tables": [one.as_dict() for one in self.differences],
            "unusable": [{"file": one.name, "reason": one.reason} for one in self.unusable], "unmeasured": self.unmeasured,
            "aside": self.aside, "aside_because": self.aside_because,
        }  # fmt: skip


def rebuild(desk: Desk, *, keep: bool = False, say: Callable[[str], None], progress: Progress | None = None) -> Rebuilt:
    """Make the tables of a desk anew.

    Args:
        desk: The desk. Its sources are not looked at; the next run does.
        keep: Keep the old tables aside. They are kept too when some of their rows did not come back or could not be compared.
        say: Called with a line of news for a person.
        progress: Called with (what, done, of) during long steps.

    Returns:
        What differs.

    Raises:
        UsageError: When ``data/raw`` keeps nothing to rebuild from.
        BusyError: When another process holds the desk.
    """
    if not n_kept(desk.raw):
        raise UsageError(
            "it keeps no article, so there is nothing to rebuild tables from", where="data/raw",
            mend="bring data/raw back from a backup, or ingest the articles again: 'nutgraf ingest' or 'nutgraf run'",
            not_done="Nothing was changed",
        )  # fmt: skip
    with desk.store.lock("nutgraf rebuild"):
        new = swapping.fresh(desk.processed)
        try:
            found = _make(desk, new, say, progress)
            _carry_ledger(desk.processed / FILE, new / FILE, say)
        except BaseException:
            shutil.rmtree(desk.processed / swapping.FOLDER, ignore_errors=True)
            raise
        found.aside_because = "--keep" if keep else _why_kept(found.differences)
        name = swapping.aside_name(desk.processed)
        found.aside = name if found.aside_because else None
        swapping.swap(desk.processed, name, keep=found.aside is not None)
    return found


def _make(desk: Desk, new: Path, say: Callable[[str], None], progress: Progress | None) -> Rebuilt:
    anew = copy.copy(desk)
    anew.store = Store(new)
    report, unusable = replay(anew, progress=progress)
    for line in report.undone:
        say(line)
    found = Rebuilt(report.line(), unusable=unusable)
    registry = Registry(desk.measure_options)
    before = Before(desk.store, registry, desk.input_sha256)
    try:
        wanted = before.measured()
    except StoreError as error:
        say(f"{error.what}: so nothing is measured now; the next run measures what it needs")
        wanted = {}
    _measure(anew, registry, wanted, found.unmeasured, {"progress": progress, "say": say})
    if STORIES in wanted and STORIES not in found.unmeasured:
        bring_up_to_date(anew, registry, progress=progress, say=say)
    for number, name in enumerate(TABLES, start=1):
        found.differences.append(before.difference(name, anew.store))
        if progress:
            progress("comparing", number, len(TABLES))
    return found


def _measure(
    desk: Desk, registry: Registry, wanted: dict[str, set[tuple[str, int]]], unmeasured: dict[str, str], telling: dict[str, Any]
) -> None:
    """Measure what was measured before, measures with the same articles together; `telling` has the ways to tell of it."""
    groups: dict[frozenset[tuple[str, int]], list[str]] = {}
    for name, keys in sorted(wanted.items()):
        groups.setdefault(frozenset(keys), []).append(name)
    inputs = {item.key: item for item in _inputs(desk)} if groups else {}
    for keys, names in groups.items():
        present = [inputs[key] for key in sorted(keys) if key in inputs]
        try:
            measure(desk.store, registry, names, present, workers=desk.settings.measuring.workers, **telling)
        except (MeasureError, ResourceError) as error:
            unmeasured |= dict.fromkeys(names, str(error))
    desk.store.recover()  # takes away the journal of finished batches


def _inputs(desk: Desk) -> Iterable[Input]:
    for row in desk.store.read("articles", ["article_id", "version", "text_sha256", "language", "outlet"]).to_pylist():
        yield Input.of(row, desk.input_sha256)


def _carry_ledger(old: Path, new: Path, say: Callable[[str], None]) -> None:
    """Attempts go; what was sent and what was handled stays, so that nothing is sent or made twice."""
    if not old.is_file():
        return
    with Ledger.open(new) as ledger:
        problem = ledger.carry_over(old)
    if problem:
        say(f"the old ledger cannot be read ({problem}): alerts may be sent again, and what is due is looked at anew")


def _why_kept(differences: list[Difference]) -> str | None:
    lost = sum(one.lost for one in differences if one.table == "articles")
    if lost:
        return f"{counted(lost, 'article version')} did not come back from data/raw"
    unread = [one.table for one in differences if one.problem is not None]
    return f"{', '.join(unread)} could not be compared" if unread else None
