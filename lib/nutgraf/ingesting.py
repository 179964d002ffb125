"""A desk's ingest as a whole: raw input to articles, and then what is derived from the articles alone, the clusters of copies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from nutgraf.compare.copies import rebuild_copies
from nutgraf.compare.copy_decisions import Decisions
from nutgraf.erasures import FILE as ERASURES
from nutgraf.errors import InputError
from nutgraf.ingest import again
from nutgraf.ingest.credits import Agencies
from nutgraf.ingest.quarantine import settle_drift
from nutgraf.ingest.raw import SHA256
from nutgraf.ingest.records import RawItem
from nutgraf.ingest.replay import Unusable, cut_returned, n_kept
from nutgraf.ingest.replay import replay as read_kept
from nutgraf.ingest.report import Report
from nutgraf.ingest.run import Progress
from nutgraf.ingest.run import ingest as read_articles
from nutgraf.ingest.sources import items_for_paths, left_alone
from nutgraf.overrides import Overrides, copy_decisions

if TYPE_CHECKING:
    from nutgraf.desk import Desk
    from nutgraf.ingest.fetching.client import Network

__all__ = ["Progress", "RawItem", "Report", "Unusable", "ingest", "items_for_paths", "left_alone", "n_kept", "replay"]


def ingest(
    desk: Desk, items: Iterable[RawItem] | None = None, *, addresses: Sequence[str] = (), offline: bool = False, network: Network | None = None,
    progress: Progress | None = None,
) -> Report:  # fmt: skip
    """Bring a desk's articles and their copy clusters up to date. Call under the desk's lock.

    Args:
        desk: The desk.
        items: What to read, as from `items_for_paths`; None for every source of the desk, those that are fetched included.
        addresses: Addresses to fetch instead: pages, feeds or sitemaps.
        offline: Fetch nothing.
        network: How names are looked up and connections made; tests put their own here.
        progress: Called with (what, files done, of).

    Returns:
        Counts; `Report.line` says them in one line, `Report.source_lines` those of each source that was fetched.

    Raises:
        UsageError: For a source of the desk that does not exist, or an address that is none.
    """
    fetch = None
    if addresses:
        from nutgraf.ingest.fetching.gathering import by_hand

        fetch, items = by_hand(desk, addresses), items or []
    before = _raw_of(desk)
    report = read_articles(desk, items, fetch=fetch, offline=offline, network=network, progress=progress)
    again.note(desk.store.root, report.again)
    if report.outcomes["erased"]:
        report.undone += cut_returned(desk, _raw_of(desk) - before)
    derive(desk, report)
    return report


def _raw_of(desk: Desk) -> set[str]:
    """Files in ``data/raw``, on a desk that erased an article: what comes in may hold it again."""
    if not (desk.decisions / ERASURES).is_file() or not desk.raw.is_dir():
        return set()
    return {path.name for path in desk.raw.iterdir() if SHA256.fullmatch(path.name)}


def replay(desk: Desk, *, progress: Progress | None = None) -> tuple[Report, list[Unusable]]:
    """Fill a desk's empty tables from what ``data/raw`` keeps, and derive from it what is derived from articles.

    Args:
        desk: The desk.
        progress: Called with (what, files done, of).

    Returns:
        Counts, and the files that were left out.
    """
    found = read_kept(desk, progress=progress)
    again.note(desk.store.root, found[0].again)
    derive(desk, found[0])
    return found


def derive(desk: Desk, report: Report) -> None:
    """What is a function of the articles and of what people decided: who is set aside with a whole outlet, and which texts are copies.

    Args:
        desk: The desk.
        report: Is told of what was set aside, and what could not be done because a line of somebody's decisions is wrong. Articles are read in all
            the same, and no edition is made before the line is mended.
    """
    try:
        report.with_outlet, report.back = settle_drift(desk.store, desk.decisions)
    except InputError as error:
        report.undone.append(f"whether an outlet is out of its usual range was not looked at: {error}")
    try:
        overrides = Overrides.load(desk.decisions, desk.timezone)
        together, alone = copy_decisions(overrides)
        said = Decisions(together=frozenset(together), alone=frozenset(alone), released=frozenset(overrides.released))
        rebuild_copies(desk.store, Agencies(desk.settings.agencies), said)
    except InputError as error:
        report.undone.append(f"copies were not looked for: {error}")
