"""What must hold of a desk at every moment, what must hold once a run has ended well, and where in a run a kill fell."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree, html
from nutgraf.desk import Desk
from nutgraf.ingesting import ingest
from nutgraf.jupyter import inputs_of
from nutgraf.measuring import Registry, measure
from nutgraf.publish.check import check_site
from nutgraf.publish.dressing import dressed, view_of
from nutgraf.publish.standing import Standing, standings
from nutgraf.runs.attempts.ledger import FILE
from nutgraf.schema import TABLES

#: What only a killed or failed command leaves behind.
HALF = re.compile(r"\.part(?:$|/)|#\d+$")
#: Two desks that read the same input at different times and in other batches differ in these.
_OF_THE_MOMENT = {"fetched_at", "work_id", "raw_sha256"}
PHASES = ("starting", "reading in", "measuring", "executing", "rendering", "swapping", "list and feed", "ended before")


def tree(folder: Path) -> dict[str, str]:
    """Files of a folder by sha256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def entries(decisions: Path) -> tuple[list[dict[str, Any]], bytes]:
    """The record's whole lines, read without the product's own reader, and what stands after them."""
    path = decisions / "publications.jsonl"
    *whole, rest = (path.read_bytes() if path.exists() else b"").split(b"\n")
    return [json.loads(line) for line in whole], rest


def versions_of(desk: Desk) -> dict[str, dict[str, str]]:
    """Version folders that have their name, by ``slug/vN``."""
    return {
        f"{folder.parent.name}/{folder.name}": tree(folder)
        for folder in sorted(desk.site.glob("editions/*/v*")) if re.fullmatch(r"v\d+", folder.name)
    }  # fmt: skip


def latest_of(desk: Desk, slug: str) -> dict[str, str]:
    """Files at an edition's own address by sha256, without halves and the manifest."""
    found = tree(desk.site / "editions" / slug)
    return {name: digest for name, digest in found.items() if not re.match(r"\.|v\d+/|manifest", name) and not HALF.search(name)}


@dataclass
class Watch:
    """A desk under watch: what was published so far, which nothing may change any more.

    Attributes:
        desk: The desk.
        versions: Version folders by ``slug/vN``, as they were when they were first seen.
        record: The publication record's bytes.
        mixed: How often the latest pages were those of two versions when a process was killed; the next run ends that.
    """

    desk: Desk
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    record: bytes = b""
    mixed: int = 0

    def look(self, where: str) -> None:
        """Check what must hold at every moment, also right after a kill.

        Args:
            where: Said when something does not hold, so that it can be done again.
        """
        path = self.desk.decisions / "publications.jsonl"
        held = path.read_bytes() if path.exists() else b""
        assert held.startswith(self.record), f"{where}: the record is not append-only"
        found, rest = entries(self.desk.decisions)
        self.record = held.removesuffix(rest) if rest else held
        seen = versions_of(self.desk)
        for name, before in self.versions.items():
            assert name in seen, f"{where}: {name} is lost"
            assert seen[name] == before, f"{where}: {name} was changed"
        for name, files in seen.items():
            _true(self.desk.site / "editions" / name, files, f"{where}: {name}")
        self.versions |= seen
        recorded = [f"{entry['edition']}/v{entry['version']}" for entry in found if entry["event"] == "published"]
        assert len(set(recorded)) == len(recorded), f"{where}: a version was published twice: {recorded}"
        assert set(seen) <= set(recorded), f"{where}: a folder without a record: {set(seen) - set(recorded)}"
        for name in set(recorded) - set(seen):
            slug, _, version = name.partition("/")
            half = self.desk.site / "editions" / slug / f".{version}.part"
            assert half.is_dir(), f"{where}: {name} is recorded and nowhere"
            _true(half, tree(half), f"{where}: {name} without its name")
        for slug, standing in standings(found).items():
            self._latest(slug, standing, where)
        self._list_and_feed(where)

    def _latest(self, slug: str, standing: Standing, where: str) -> None:
        """Each page is whole and a published version's; all are of one version, or of two that a swap stood between."""
        held = latest_of(self.desk, slug)
        known = [version for version in sorted(standing.versions) if f"{slug}/v{version}" in self.versions]
        if not held:
            assert known in ([], [1]), f"{where}: {slug} has no pages"
            return
        wanted = {version: self._expected(slug, standing, version) for version in known[-2:]}
        if held in wanted.values():
            return
        self.mixed += 1
        for name, digest in held.items():
            assert any(files.get(name) == digest for files in wanted.values()), f"{where}: {slug}/{name} is of no published version"

    def _expected(self, slug: str, standing: Standing, version: int) -> dict[str, str]:
        """What an edition's own address shows while a version is the current one."""
        folder, then = self.desk.site / "editions" / slug / f"v{version}", Standing(slug)
        for event in standing.events[: standing.events.index(standing.versions[version]) + 1]:
            then.take(event)
        view = view_of(self.desk.settings, then, then.versions[version], "latest")
        files = {name: digest for name, digest in self.versions[f"{slug}/v{version}"].items() if name != "manifest.json"}
        pages = {path.name: dressed(path.read_text(encoding="utf-8"), path.name, view) for path in folder.glob("*.html")}
        return files | {name: hashlib.sha256(page.encode()).hexdigest() for name, page in pages.items()}

    def _list_and_feed(self, where: str) -> None:
        """They can be read and name only what is there."""
        site = self.desk.site
        for page in site.glob("*.html"):
            _linked(site, html.document_fromstring(page.read_bytes()).xpath("//a/@href"), f"{where}: {page.name}")
        if (site / "feed.xml").is_file():
            feed = etree.fromstring((site / "feed.xml").read_bytes())
            links = feed.xpath("//*[local-name()='entry']/*[local-name()='link']/@href")
            base = self.desk.settings.site_url or ""
            _linked(site, [link.removeprefix(base) for link in links], f"{where}: feed.xml")

    def check_done(self, where: str, *, halves: bool = False) -> None:
        """Check what must hold after a run that ended well, without a hand.

        Args:
            where: Said when something does not hold.
            halves: Whether half files may lie about until the next run: a disk that did not take them away.
        """
        desk = self.desk
        mixed = self.mixed
        self.look(where)
        assert self.mixed == mixed, f"{where}: latest pages of two versions after a whole run"
        found, rest = entries(desk.decisions)
        assert rest == b"", f"{where}: half a line in the record"
        standing = standings(found)
        assert set(self.versions) == {f"{slug}/v{v}" for slug, one in standing.items() for v in one.versions}, where
        for slug, one in standing.items():
            assert latest_of(desk, slug) == self._expected(slug, one, one.newest), f"{where}: {slug} does not show its newest version"
            shown = [one.versions[v]["content_sha256"] for v in sorted(one.versions)]
            assert all(a != b for a, b in zip(shown, shown[1:], strict=False)), f"{where}: {slug} has one content twice"
        left = [path.relative_to(desk.root).as_posix() for path in desk.root.rglob("*") if HALF.search(path.as_posix())]
        assert halves or not left, f"{where}: left behind: {left}"
        complaints = check_site(desk.site, own=[str(desk.root)], standings=standing)
        assert not complaints, f"{where}: {complaints}"
        assert not desk.store.unfinished(), f"{where}: a batch is still in the journal"
        for name in TABLES:
            _keyed(desk, name, where)
        with ledger_of(desk) as db:
            assert db.execute("pragma integrity_check").fetchone()[0] == "ok", where
            states = dict(db.execute("select edition, state from attempts order by attempt_id").fetchall())
            assert set(states.values()) <= {"good", "unchanged", "staged"}, f"{where}: {states}"


def _true(folder: Path, files: Mapping[str, str], where: str) -> None:
    """The manifest names every file with its sha256, and no other."""
    assert "manifest.json" in files, f"{where} has no manifest"
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert said == {name: digest for name, digest in files.items() if name != "manifest.json"}, f"{where}: its manifest is not true"


def _linked(site: Path, links: list[str], where: str) -> None:
    for link in links:
        parts = urlsplit(link)
        if not parts.scheme and parts.path:
            assert (site / unquote(parts.path)).exists(), f"{where} names {link}, which is not there"


def _keyed(desk: Desk, name: str, where: str) -> None:
    """No row is there twice, and every measured row belongs to a batch that `measured` knows."""
    rows = desk.store.read(name).to_pylist()
    keys = Counter(tuple(map(str, (row[column] for column in TABLES[name].key))) for row in rows)
    assert not [key for key, count in keys.items() if count > 1], f"{where}: doubled rows in {name}"
    if name in ("sentences", "spans", "scores"):
        known = set(desk.store.read("measured", ["work_id"]).column("work_id").to_pylist())
        assert {row["work_id"] for row in rows} <= known, f"{where}: rows of an unfinished batch in {name}"


class ledger_of:
    """A copy of a desk's ledger, read beside a process that may hold it."""

    def __init__(self, desk: Desk) -> None:
        self.path = desk.processed / FILE

    def __enter__(self) -> sqlite3.Connection:
        self.folder = tempfile.TemporaryDirectory()
        for ending in ("", "-wal"):
            part = self.path.with_name(self.path.name + ending)
            if part.exists():
                shutil.copy(part, Path(self.folder.name) / part.name)
        self.db = sqlite3.connect(Path(self.folder.name) / self.path.name)
        return self.db

    def __exit__(self, *ended: object) -> None:
        self.db.close()
        self.folder.cleanup()


def rows_of(desk: Desk) -> dict[str, list[str]]:
    """Rows of all tables, sorted, without what depends on the moment; measured rows of the newest version of each article only, since
    a desk that has an article twice in its inbox at once never measures the first version."""
    keys = desk.store.read("articles", ["article_id", "version"]).to_pydict()
    newest = dict(sorted(zip(keys["article_id"], keys["version"], strict=True)))
    found = {}
    for name in TABLES:
        rows = desk.store.read(name).to_pylist()
        kept = rows if name == "articles" else [row for row in rows if newest[row["article_id"]] == row["version"]]
        found[name] = sorted(json.dumps({k: v for k, v in row.items() if k not in _OF_THE_MOMENT}, default=str, sort_keys=True) for row in kept)
    return found


def undisturbed(root: Path, desk: Desk) -> Desk:
    """A desk that reads and measures the same input in peace, at once."""
    root.mkdir()
    shutil.copy(desk.root / "nutgraf.toml", root)
    shutil.copytree(desk.root / "inbox", root / "inbox")
    twin = Desk(root)
    ingest(twin)
    measure(twin.store, Registry({}), ["tone"], inputs_of(twin, twin.select(copies="all")))
    return twin


@dataclass(frozen=True)
class Before:
    """What a desk was like before a process was started, to say how far that came."""

    run_id: int
    articles: int | None
    record: int
    journaled_at: int

    @classmethod
    def of(cls, desk: Desk) -> Before:
        """Look at a desk."""
        run_id = 0
        if (desk.processed / FILE).is_file():
            with ledger_of(desk) as db:
                run_id = db.execute("select coalesce(max(run_id), 0) from runs").fetchone()[0]
        return cls(run_id, desk.store.version("articles"), cls.of_record(desk), _journaled_at(desk))

    @staticmethod
    def of_record(desk: Desk) -> int:
        """Bytes in the publication record."""
        path = desk.decisions / "publications.jsonl"
        return path.stat().st_size if path.exists() else 0


def phase_of(desk: Desk, before: Before) -> str:
    """How far a killed run had come, from what it left on the disk."""
    with ledger_of(desk) as db:
        tables = db.execute("select count(*) from sqlite_master").fetchone()[0]
        run = db.execute("select run_id, state from runs order by run_id desc limit 1").fetchone() if tables else None
        if run is None or run[0] <= before.run_id:
            return "starting"
        attempts = db.execute("select edition, state from attempts where run_id = ?", [run[0]]).fetchall()
    if run[1] != "running":
        return "ended before"
    if not attempts:
        return "measuring" if _journaled_at(desk) not in (0, before.journaled_at) else "reading in"
    under_way = [slug for slug, state in attempts if state == "running"]
    halves = [*desk.site.glob("editions/*/.v*.part"), *desk.staged.glob(".*.part"), *desk.site.glob("editions/*/.*.part")]
    found, _ = entries(desk.decisions)
    behind = [slug for slug, one in standings(found).items() if _shown(desk, slug) != one.newest]
    if halves or behind:
        return "swapping"
    if not under_way:
        return "list and feed"
    executed = [all((book / f"{book.name}.ipynb").is_file() for book in folder.iterdir())
                for slug in under_way if (folder := desk.staged / ".runs" / slug).is_dir()]  # fmt: skip
    return "rendering" if any(executed) else "executing"


def _journaled_at(desk: Desk) -> int:
    """When a batch was begun or finished last; the journal of a run that ended stays until the next batch. 0 for no journal."""
    path = desk.processed / "journal.jsonl"
    return path.stat().st_mtime_ns if path.exists() else 0


def _shown(desk: Desk, slug: str) -> int | None:
    path = desk.site / "editions" / slug / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")).get("version") if path.is_file() else None
