"""``nutgraf erase``: an article removed for good, from raw bytes to published pages, with a tombstone that keeps it from coming back.

The order makes a killed erasure safe to repeat: the tombstone comes first, so that nothing reads the article in or shows it from then on; then the
pages, which are found by the article's text; then the tables that hold it; then its raw bytes. The tombstone's second line says that all is done.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nutgraf import erasures, overrides
from nutgraf.desk import Desk
from nutgraf.erasures import Erasures, Tombstone
from nutgraf.errors import InputError, UsageError
from nutgraf.ingest.articles import article_id as id_of
from nutgraf.ingest.cutting import cut
from nutgraf.ingest.fetching.following import held_pages
from nutgraf.ingest.fetching.gathering import of_state
from nutgraf.ingest.fetching.state import NAME, State
from nutgraf.ingest.raw import forget, sha256_of, swap
from nutgraf.ingest.records import RawItem
from nutgraf.ingest.replay import holding, in_whole, rows_again
from nutgraf.ingest.sources import items_of
from nutgraf.ingesting import Report, derive
from nutgraf.numbers import counted
from nutgraf.publish import files as on_disk
from nutgraf.publish import record, shelf
from nutgraf.publish.erasing import erase_from_site
from nutgraf.publish.redacting import Redactor
from nutgraf.publish.standing import standings
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.runner import rebuild_site_index
from nutgraf.runs.site_files import pages_of
from nutgraf.schema import TABLES, arrow_schema
from nutgraf.stories import KEPT
from nutgraf.swapping import BEFORE, FOLDER
from nutgraf.upkeep.maintain import keep_table

REFUSE, REWRITE, KEEP = "refuse", "rewrite", "keep"
#: What stands in the place of what an override said of an erased article.
ERASED = "erased"
_NOTICE = "Removed: the article was erased."


@dataclass
class Erased:
    """What was erased, and what is left to a person.

    Attributes:
        article_id: The article.
        was_done: Whether it had been erased before; then nothing was left to do.
        versions: How many versions of it the tables held.
        raw: Raw files that were deleted.
        raw_cut: Raw files of several articles from which it was cut.
        raw_kept: Raw files that still hold it, because they were to be kept.
        pages: Published versions that were rewritten, as edition and number.
        dropped: What was taken away beside: waiting editions, failed runs, tables kept aside.
        sources: Files of the desk's sources that still hold it.
        notebooks: Notebooks whose saved outputs name it.
    """

    article_id: str
    was_done: bool = False
    versions: int = 0
    raw: list[str] = field(default_factory=list)
    raw_cut: list[str] = field(default_factory=list)
    raw_kept: list[str] = field(default_factory=list)
    pages: list[tuple[str, int]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    notebooks: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The same for a person."""
        if self.was_done:
            return [f"{self.article_id} was erased before; its tombstone stands in data/decisions/{erasures.FILE}"]
        lines = [f"{self.article_id} is erased: {counted(self.versions, 'version')}, {counted(len(self.raw), 'raw file')}"]
        lines += [f"data/raw/{name}: written anew without it; the other articles are read as before" for name in self.raw_cut]
        lines += [f"{slug}, version {version}: its text was removed, with a notice" for slug, version in self.pages]
        lines += [f"{name}: taken away" for name in self.dropped]
        lines += [f"data/raw/{name} still holds it, as you wished" for name in self.raw_kept]
        lines += [f"{name} still holds it: it is your source's; take it out there" for name in self.sources]
        lines += [f"notebooks/{name} names it in its saved outputs: clear them ('Clear Outputs of All Cells') and save" for name in self.notebooks]
        return [*lines, "Copies outside this desk (backups, git, readers' downloads) are not reached. The next run makes its editions again"]

    def as_dict(self) -> dict[str, Any]:
        """The same for a program."""
        return asdict(self)


def erase(desk: Desk, article: str, *, reason: str, who: str, raw: str = REFUSE, say: Callable[[str], None]) -> Erased:
    """Remove an article for good.

    Args:
        desk: The desk.
        article: Its id.
        reason: Why; it stands in the tombstone alone, and on no page.
        who: Who says so.
        raw: What becomes of raw files that hold other articles too: `REFUSE` erases nothing then, `REWRITE` cuts the article out, `KEEP` leaves them.
        say: Called with a line of news for a person.

    Returns:
        What was done. A second call goes on where a first was cut short, and does nothing where it was not.

    Raises:
        UsageError: For an unknown article, an empty reason, or raw files that hold other articles; nothing is changed then.
        InputError: When a raw file cannot be cut, or decisions cannot be read; nothing is changed then.
        BusyError: When another process holds the desk.
    """
    reason, who = " ".join(reason.split()), " ".join(who.split())
    if not reason or not who:
        raise UsageError("--reason and --who must say something", mend="say why, and who decides", not_done="nothing was erased")
    import pyarrow.compute as pc

    with desk.store.lock("nutgraf erase"), Ledger.open(desk.processed / FILE) as ledger:
        if ledger.notice:
            say(ledger.notice)
        held = Erasures.load(desk.decisions).of.get(article)
        found = Erased(article)
        if held is not None and held.is_done:
            found.was_done = True
            return found
        rows = desk.store.read("articles", where=pc.field("article_id") == article).to_pylist()
        if not rows and held is None:
            raise UsageError("no such article on this desk", where=f"article {article!r}", not_done="nothing was erased")
        found.versions = len(rows)
        ledger.unsettle()
        desk.store.recover()
        shelf.settle_all(desk)
        files = _raw_files(desk, article, rows, held)
        if held is not None:  # the first call's choice counts
            raw = REWRITE if any(sha256 in held.raw for sha256, (_, is_alone) in files.items() if not is_alone) else KEEP
        cuts = _looked_at(desk, article, files, raw)
        gone = [sha256 for sha256, (_, is_alone) in files.items() if is_alone or raw == REWRITE]
        stone = held or _tombstone(article, rows, gone, reason, who)
        if held is None:
            erasures.note(desk.decisions, stone)
        _erase_published(desk, article, rows, ledger, found)
        _erase_decisions(desk, article)
        _erase_tables(desk, article, found)
        _erase_raw(desk, files, cuts, raw, found)
        _erase_fetched(desk)
        derive(desk, Report())
        erasures.note(desk.decisions, stone._replace(is_done=True))
        rebuild_site_index(desk, ledger)
        found.sources, found.notebooks = _sources(desk, stone, files), _notebooks(desk, article)
    return found


def _raw_files(desk: Desk, article: str, rows: list[dict[str, Any]], held: Tombstone | None) -> dict[str, tuple[list[RawItem], bool]]:
    """Raw files that give the article, those among them that gave it no new version: the same page fetched again with another advertisement."""
    known = frozenset([row["raw_sha256"] for row in rows if row["raw_sha256"]] + list(held.raw if held else ()))
    marks = {_mark(url) for row in rows for url in (row["url"], row["canonical_url"]) if url} | {row["record_key"].split("#")[0] for row in rows}
    return holding(desk, frozenset([article, *(held.ids if held else ())]), [mark.encode() for mark in sorted(marks)], known)


def _mark(url: str) -> str:
    """What every spelling of an address has in common: its path, where that is long enough to tell."""
    path = urlsplit(url).path.rstrip("/")
    return path if len(path) >= 8 else url


def _looked_at(desk: Desk, article: str, files: dict[str, tuple[list[RawItem], bool]], raw: str) -> dict[str, Path]:
    """Whether all raw files can be dealt with, before anything is changed: shared ones are cut on trial.

    Returns:
        By sha256 the files without the article.
    """
    shared = {sha256: items for sha256, (items, is_alone) in files.items() if not is_alone}
    if raw == REFUSE and shared:
        names = ", ".join(f"{items[0].source}: {items[0].key}" for items in list(shared.values())[:4])
        raise UsageError(
            f"{counted(len(shared), 'raw file')} of it hold other articles too ({names})", where=f"article {article}",
            mend="cut it out of them with --rewrite-raw, or leave them with --keep-raw: then its text stays in data/raw, but in no table",
            not_done="nothing was erased",
        )  # fmt: skip
    made: dict[str, Path] = {}
    if raw == REWRITE:
        try:
            for sha256, items in shared.items():
                target = desk.raw / f"{os.getpid()}{len(made)}.part"
                for item in items:
                    whole = in_whole(item)
                    cut(whole, desk.raw / sha256, frozenset([article]), partial(rows_again, desk, whole), target)
                made[sha256] = target
        except InputError:
            for path in made.values():
                path.unlink(missing_ok=True)
            raise
    return made


def _tombstone(article: str, rows: list[dict[str, Any]], raw: list[str], reason: str, who: str) -> Tombstone:
    url = next((row["canonical_url"] for row in rows if row["canonical_url"]), None)
    by_key = {id_of(None, row["source"], row["record_key"]) for row in rows} - {article}
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return Tombstone(article, tuple(sorted(by_key)), erasures.hash_of(url) if url else None, tuple(sorted(raw)), reason, who, now, False)


def _erase_published(desk: Desk, article: str, rows: list[dict[str, Any]], ledger: Ledger, found: Erased) -> None:
    """Pages, downloads, the record, and what waits. Without rows a first call has been here."""
    slugs = list(standings(record.entries(desk.decisions)))
    for slug in slugs:
        ledger.note_pages(slug, None)
    urls = [value for row in rows for value in (row["url"], row["canonical_url"]) if value]
    texts = [text for row in rows for text in (row["text"], row["standfirst"], row["byline"]) if text]
    done = erase_from_site(desk, Redactor(article, texts, [row["headline"] for row in rows if row["headline"]], urls, _NOTICE))
    found.pages, found.dropped = done.versions, done.dropped
    for slug in slugs:
        ledger.note_pages(slug, pages_of(desk, slug))


def _erase_decisions(desk: Desk, article: str) -> None:
    """What overrides said of it: a headline or a byline is its text. The lines stay, so that it is known that there were some."""

    def change(cells: list[str]) -> list[str]:
        if cells[0].strip() != article:
            return [overrides.AS_READ if cells[1].strip() == "copy" and cell.strip() == article else cell for cell in cells]
        return [*cells[:2], overrides.AS_READ, cells[3], ERASED, *cells[5:]]

    made = overrides.rewritten(desk.decisions / overrides.FILE, change, desk.timezone)
    if made is not None:
        on_disk.write(desk.decisions / overrides.FILE, made)


def _erase_tables(desk: Desk, article: str, found: Erased) -> None:
    """Rows of every table, then the files and logs that still hold them; and what is derived or kept aside."""
    for path in [*desk.processed.glob(f"{BEFORE}*"), desk.processed / FOLDER]:
        if path.is_dir():
            shutil.rmtree(path)
            found.dropped.append(path.relative_to(desk.root).as_posix())
    (desk.processed / KEPT).unlink(missing_ok=True)
    for name in TABLES:
        if desk.store.version(name) is not None and "article_id" in arrow_schema(name).names:
            desk.store.erase(name, article)
            keep_table(desk.store, name, 0)


def _erase_fetched(desk: Desk) -> None:
    """What is known of addresses that were fetched, with feeds as they were last read; what runs did with sources stays."""
    path = desk.processed / NAME
    if path.is_file():
        with of_state(), closing(State(path)) as state:
            state.forget_texts(lambda sha256: (desk.raw / sha256).is_file(), held_pages(desk.raw, desk.timezone))


def _erase_raw(desk: Desk, files: dict[str, tuple[list[RawItem], bool]], cuts: dict[str, Path], raw: str, found: Erased) -> None:
    for sha256, (_, is_alone) in files.items():
        if is_alone:
            forget(desk.raw, sha256)
            found.raw.append(sha256)
        elif raw == REWRITE:
            fresh = swap(desk.raw, sha256, cuts[sha256])
            desk.store.name_raw_anew(sha256, fresh)
            keep_table(desk.store, "articles", 0)
            forget(desk.raw, sha256)
            found.raw_cut.append(fresh)
        else:
            found.raw_kept.append(sha256)


def _sources(desk: Desk, stone: Tombstone, files: dict[str, Any]) -> list[str]:
    """Files of the desk's sources with those bytes. They are not this program's to delete."""
    wanted = {*stone.raw, *files}
    found = []
    for path in _source_files(desk):
        if sha256_of(path) in wanted:
            found.append(path.relative_to(desk.root).as_posix() if path.is_relative_to(desk.root) else str(path))
    return sorted(set(found))


def _source_files(desk: Desk) -> Iterator[Path]:
    for source in desk.settings.sources:
        try:
            yield from (item.path for item in items_of(desk, source) if item.path.is_file())
        except (UsageError, InputError, OSError):
            continue  # a source that is not there now holds nothing that could be named


def _notebooks(desk: Desk, article: str) -> list[str]:
    folder = desk.root / "notebooks"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.ipynb") if article.encode() in path.read_bytes())
