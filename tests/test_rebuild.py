"""``nutgraf rebuild``: the same rows come back from ``data/raw`` alone, what differs is told, and nothing published is touched."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake
from nutgraf import swapping
from nutgraf.desk import Desk
from nutgraf.errors import StoreError, UsageError
from nutgraf.ingesting import ingest, items_for_paths
from nutgraf.jupyter import inputs_of
from nutgraf.measuring import Registry, measure
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.refresh import sample_desk
from nutgraf.schema import arrow_schema
from nutgraf.stories import bring_up_to_date
from nutgraf.upkeep.rebuild import Rebuilt, rebuild

from tests.conftest import ROOT, SAMPLE, copied
from tests.test_ingest_run import STORY, digest, make_desk, write
from tests.test_upkeep import COMMAND, command, contents

SOURCES = """
timezone = "{zone}"
[[sources]]
id = "wire"
path = "wire"
manifest = "manifest.jsonl"
outlet = "{outlet}"
[[sources]]
id = "exports"
path = "exports"
columns = {{ text = "inhoud", headline = "kop" }}
"""


def anew(desk: Desk, **options: object) -> Rebuilt:
    return rebuild(desk, say=lambda line: None, **options)


def page(address: str, headline: str, story: str) -> str:
    return f"<html><head><link rel='canonical' href='{address}'></head><body><article><h1>{headline}</h1><p>{story}</p></article></body></html>"


def feed(address: str, headline: str) -> str:
    return (
        "<rss version='2.0'><channel><title>Bell</title><link>https://bell.example</link>"
        f"<item><title>{headline}</title><link>{address}</link><description>The goat came down.</description></item></channel></rss>"
    )


def varied_desk(folder: Path) -> Desk:
    """A desk fed in six ingests with everything that decides over rows: manifests, zones, columns, kinds of files, bad files, a summary
    before its page, an older capture after a newer one, a source that changed its outlet, and copies of one text."""

    def settings(zone: str = "Europe/Oslo", outlet: str = "The Wire") -> Desk:
        return make_desk(folder, SOURCES.format(zone=zone, outlet=outlet))

    def listed(*entries: dict[str, str]) -> None:
        write(folder / "wire" / "manifest.jsonl", "".join(json.dumps(entry) + "\n" for entry in entries))

    settings()
    about = {"url": "https://wire.example/goat", "fetched_at": "2026-03-05T07:30:00Z", "content_type": "text/html; charset=utf-8"}
    first = [{"file": "goat.html", **about}, {"file": "gone.html", "url": "https://wire.example/gone"}, {"file": "caf\udce9.html"}]
    listed(*first)
    write(folder / "wire" / "goat.html", page("https://wire.example/goat", "Goat on the roof", STORY.format("north")))
    write(folder / "wire" / "dated.txt", f"Undated\n\nPublished 14:50, 9 March 2026\n\n{STORY.format('dated')}")
    write(folder / "exports" / "a.csv", f'kop,inhoud,date\nGeit,"{STORY.format("csv")}",2026-03-04 08:00\nLeeg,,\n')
    write(folder / "exports" / "b.jsonl", json.dumps({"kop": "Geit", "inhoud": STORY.format("jsonl")}) + "\n{broken\n")
    rows = pa.table({"kop": ["Geit"], "inhoud": [STORY.format("north")], "outlet": ["De Bel"], "url": ["https://bel.example/g"]})
    pq.write_table(rows, folder / "exports" / "c.parquet")
    ingest(settings())
    listed(*first, {"file": "goat2.html", **about, "fetched_at": "2026-03-07T07:30:00Z"})
    write(folder / "wire" / "goat2.html", page("https://wire.example/goat", "Goat comes down", STORY.format("south")))
    ingest(settings())
    listed(*first, {"file": "goat0.html", **about, "fetched_at": "2026-03-01T07:30:00Z"})
    write(folder / "wire" / "goat0.html", page("https://wire.example/goat", "Goat goes up", STORY.format("west")))
    ingest(settings())
    inbox = folder.parent / "inbox"
    write(inbox / "feed.xml", feed("https://bell.example/goat", "Goat down"))
    write(inbox / "manifest.jsonl", json.dumps({"file": "feed.xml", "url": "https://bell.example/feed", "fetched_at": "2026-03-09T07:30:00Z"}))
    write(inbox / "empty.txt", "")
    write(inbox / "picture.html", b"\x89PNG\r\n\x1a\n")
    desk = settings()
    ingest(desk, items_for_paths(desk, [inbox]))
    write(folder.parent / "late" / "p.html", page("https://bell.example/goat", "Goat down", STORY.format("bell")))
    write(folder.parent / "late" / "manifest.jsonl", json.dumps({"file": "p.html", "fetched_at": "2026-03-08T07:30:00Z", "outlet": "Weekly Bell"}))
    desk = settings(zone="America/New_York", outlet="The New Wire")
    ingest(desk, items_for_paths(desk, [folder.parent / "late"]))
    write(folder / "wire" / "later.txt", f"Later\n\nPublished 10:15, 11 March 2026\n\n{STORY.format('later')}")
    ingest(desk)
    return desk


def test_everything_that_decides_over_rows_comes_back_without_the_sources(tmp_path: Path) -> None:
    desk = varied_desk(tmp_path / "desk")
    rows = contents(desk)
    articles = desk.store.read("articles").to_pylist()
    goat = sorted((row["version"], row["headline"]) for row in articles if row["canonical_url"] == "https://wire.example/goat")
    assert goat == [(1, "Goat on the roof"), (2, "Goat comes down"), (3, "Goat goes up")], "an older capture came last"
    bell = [row["completeness"] for row in articles if row["canonical_url"] == "https://bell.example/goat"]
    assert sorted(bell) == ["full", "summary"], "the summary came first, though it was fetched later"
    assert {"The Wire", "The New Wire", "Weekly Bell", "De Bel"} <= {row["outlet"] for row in articles}
    assert rows["clusters"] and {row["status"] for row in articles} == {"kept", "quarantined"}
    assert {"the file is listed but not there", "the file is empty"} <= {row["status_reason"] for row in articles}
    for folder in (desk.root / "wire", desk.root / "exports", tmp_path / "inbox", tmp_path / "late"):
        folder.rename(folder.with_name(f"{folder.name}-away"))
    found = anew(desk)
    assert found.is_identical and not found.unusable, found.lines()
    assert contents(desk) == rows and found.aside is None
    assert sorted(path.name for path in desk.processed.iterdir()) == [
        "again.jsonl", "articles", "clusters", "copies.json", "copies.parquet", "copy_pairs.parquet", "drift.json", "ingested.jsonl", "lock", "lock.json",
    ]  # fmt: skip
    for folder in (desk.root / "wire", desk.root / "exports"):
        folder.with_name(f"{folder.name}-away").rename(folder)
    again = ingest(desk)
    assert again.files == again.files_known > 0, "a run after a rebuild reads nothing again"


def test_throwing_the_tables_away_and_ingesting_again_gives_the_same_versions(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk", '[[sources]]\nid = "wire"\npath = "in"\nmanifest = "manifest.jsonl"\n')
    entries = []
    for number, day in enumerate((5, 7, 1)):
        entries.append({"file": f"{number}.txt", "url": "https://wire.example/goat", "fetched_at": f"2026-03-0{day}T07:30:00Z"})
        write(desk.root / "in" / "manifest.jsonl", "".join(json.dumps(entry) + "\n" for entry in entries))
        write(desk.root / "in" / f"{number}.txt", f"Goat {number}\n\n{STORY.format(number)}")
        ingest(desk)
    rows = contents(desk)
    shutil.rmtree(desk.processed)
    ingest(desk)
    assert contents(desk) == rows and len(rows["articles"]) == 3


def test_sidecars_of_an_earlier_nutgraf_are_read(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk", 'timezone = "Europe/Oslo"')
    write(tmp_path / "in" / "a.txt", f"Goat\n\nPublished 14:50, 9 March 2026\n\n{STORY.format('a')}")
    write(tmp_path / "in" / "b.csv", f'title,text\nGoat,"{STORY.format("b")}"\n')
    ingest(desk, items_for_paths(desk, [tmp_path / "in"]))
    rows = contents(desk)
    for path in desk.raw.glob("*.json"):
        origins = json.loads(path.read_text(encoding="utf-8"))
        for origin in origins:
            for name in ("zone", "ending", "ingested_at"):
                del origin[name]
        path.write_text(json.dumps(origins), encoding="utf-8")
    before = digest(desk.raw)
    assert anew(desk).is_identical and contents(desk) == rows and digest(desk.raw) == before


@pytest.fixture(scope="module")
def measured_few(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Twelve articles of the sample with its copies and its agency's, and one that is empty, measured. Copy it, never write to it."""
    root = tmp_path_factory.mktemp("few")
    for name in ("notebooks", "data/raw/sample"):
        (root / name).mkdir(parents=True)
    shutil.copy(ROOT / "nutgraf.toml", root)
    lines = (SAMPLE / "manifest.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["file"].endswith(FEW)]
    assert len(kept) == len(FEW)
    for line in kept:
        (root / "data/raw/sample" / json.loads(line)["file"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLE / json.loads(line)["file"], root / "data/raw/sample" / json.loads(line)["file"])
    write(root / "data/raw/sample/manifest.jsonl", "".join(kept))
    desk = sample_desk(root, root / "desk")
    assert desk.store.read("clusters").num_rows and 10 <= desk.store.read("articles").num_rows <= 15
    inputs = inputs_of(desk, desk.select(copies="all"))
    registry = Registry()
    measure(desk.store, registry, ["tone"], inputs[:6])  # a first run on some, so that batches are others than a rebuild's
    measure(desk.store, registry, ["tone", "frames", "words", "grammar"], inputs)
    bring_up_to_date(desk, registry)
    return desk


FEW = ("tessel-ledger.csv", "dam-seepage-known-for-two-years.html", "dam-report-seepage-known-since-2024.html", "ploughlight-notes-from-the-square.txt")


@pytest.fixture
def sample(tmp_path: Path, finished: Desk) -> Desk:
    """The sample, with everything measured that the repository's notebooks need."""
    return copied(finished.root, tmp_path / "desk")


@pytest.fixture
def few(tmp_path: Path, measured_few: Desk) -> Desk:
    return copied(measured_few.root, tmp_path / "desk")


def without_batches(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Rows without ``work_id``, the name of the batch that wrote them."""
    import re

    return {name: sorted(re.sub(r"'work_id': '\w+'", "", row) for row in found) for name, found in rows.items()}


@pytest.mark.parametrize("which", ["few", pytest.param("sample", marks=pytest.mark.faults)])
def test_the_sample_comes_back_with_everything_that_was_measured(request: pytest.FixtureRequest, which: str) -> None:
    sample: Desk = request.getfixturevalue(which)
    rows = contents(sample)
    found = anew(sample)
    assert without_batches(contents(sample)) == without_batches(rows)
    assert [one.table for one in found.differences if not one.is_identical] == []
    assert {one.table: one.equal for one in found.differences} == {name: len(rows[name]) for name in rows}
    assert found.lines()[-1] == "rebuilt: every table is identical with what was there" and min(map(len, rows.values())) > 0
    assert sample.store.unfinished() == {} and not (sample.processed / swapping.FOLDER).exists()


def test_rows_that_differ_are_told_by_key(few: Desk) -> None:
    [row] = few.store.read("articles").slice(0, 1).to_pylist()
    few.store.append("articles", pa.Table.from_pylist([{**row, "article_id": "ffff000000000000"}], schema=arrow_schema("articles")))
    write(few.root / "nutgraf.toml", (few.root / "nutgraf.toml").read_text().replace("NPB =", "NB ="))
    credited = [one for one in few.store.read("articles", ["article_id", "wire_credit"]).to_pylist() if one["wire_credit"]]
    desk = Desk(few.root)
    found = anew(desk)
    [articles] = [one for one in found.differences if one.table == "articles"]
    assert articles.only_before == len(credited) + 1 and articles.only_after == len(credited) and articles.lost == 1
    assert "wire_credit NPB before, " in articles.examples[0] and len(articles.examples) == 3
    assert articles.lines()[0].endswith(f"equal, {len(credited) + 1} only before, {len(credited)} only after")
    assert found.aside_because == "1 article version did not come back from data/raw"
    kept = Desk(few.root).store.__class__(desk.processed / str(found.aside))
    assert "ffff000000000000" in kept.read("articles", ["article_id"])["article_id"].to_pylist()


def test_rows_of_an_earlier_measure_version_are_counted_and_not_expected(few: Desk) -> None:
    rows = few.store.read("spans").to_pylist()[:3]
    old = [{**row, "measure_version": "0-old", "work_id": "old"} for row in rows]
    few.store.append("spans", pa.Table.from_pylist(old, schema=arrow_schema("spans")))
    found = anew(few)
    [spans] = [one for one in found.differences if one.table == "spans"]
    assert spans.outdated == 3 and spans.is_identical and "3 of earlier measures or texts not made again" in spans.lines()[0]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_kept_bytes_that_are_not_what_their_name_says_are_told_and_left_out(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk", '[[sources]]\nid = "wire"\npath = "in"\n')
    for name in ("good", "bad", "missing", "loose", "odd"):
        write(desk.root / "in" / f"{name}.txt", f"Goat\n\n{STORY.format(name)}")
    ingest(desk)
    names = {row["record_key"]: row["raw_sha256"] for row in desk.store.read("articles").to_pylist()}
    flip(desk.raw / names["bad.txt"])
    (desk.raw / names["missing.txt"]).unlink()
    (desk.raw / f"{names['loose.txt']}.json").unlink()
    write(desk.raw / f"{names['odd.txt']}.json", "[{no json")
    told = command(desk, "rebuild")
    assert told.returncode == 1 and told.stderr == ""
    reasons = {
        "bad.txt": "left out: its bytes are not those that were kept: their sha256 is not its name",
        "missing.txt": "left out: its bytes are not there",
        "loose.txt": "left out: it has no sidecar, so nobody knows where it came from",
        "odd.txt": f"left out: its sidecar {names['odd.txt']}.json cannot be read",
    }
    for name, reason in reasons.items():
        assert f"data/raw/{names[name]}: {reason}" in told.stdout
    assert desk.store.read("articles", ["record_key"])["record_key"].to_pylist() == ["good.txt"]
    assert "the old tables are kept in data/processed/before-" in told.stdout and "4 article versions did not come back" in told.stdout
    (desk.raw / f"{names['odd.txt']}.json").unlink()
    assert ingest(desk).outcomes["new"] == 4, "their sources are still there"
    assert hashlib.sha256((desk.raw / names["bad.txt"]).read_bytes()).hexdigest() == names["bad.txt"]
    assert anew(desk).is_identical


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        ("articles", lambda path: next((path / "_delta_log").glob("*0.json")).write_text("{no json", encoding="utf-8")),
        ("spans", lambda path: [file.write_bytes(file.read_bytes()[:40]) for file in path.glob("*.parquet")]),
        ("measured", lambda path: [file.unlink() for file in path.glob("*.parquet")]),
        ("scores", lambda path: [file.unlink() for file in (path / "_delta_log").iterdir()]),
    ],
)
def test_damaged_tables_come_back_all_the_same(few: Desk, table: str, damage: Callable[[Path], object]) -> None:
    rows = contents(few)
    damage(few.processed / table)
    (few.processed / FILE).write_bytes(b"no database at all")
    few = Desk(few.root)  # one that has not opened the table before
    with pytest.raises(StoreError, match="un 'nutgraf rebuild'"):
        few.store.read(table)
    said: list[str] = []
    found = rebuild(few, say=said.append)
    damaged = [one.table for one in found.differences if one.problem is not None]
    assert table in damaged and found.aside_because == f"{', '.join(damaged)} could not be compared"
    assert any("the old ledger cannot be read" in line for line in said)
    assert any(line.startswith(f"{table}: ") and "not compared with what was there: table" in line for line in found.lines())
    now = contents(few)
    copies = [row for row in rows["clusters"] if "'kind': 'copy'" in row]
    assert now["articles"] == rows["articles"] and 0 < len(copies) < len(rows["clusters"])
    if table in ("articles", "measured"):  # stories rest on openings, which are measured again by the next run
        assert now["clusters"] == copies and not now["scores"] and any("the next run measures what it needs" in line for line in said)
    else:
        assert without_batches(now) == without_batches(rows)


def test_a_desk_of_another_nutgraf_is_refused_by_a_command_and_comes_back_with_rebuild(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    path = write(tmp_path / "a.txt", f"Goat\n\n{STORY.format('a')}")
    ingest(desk, items_for_paths(desk, [path]))
    rows, site = contents(desk), write(desk.site / "editions" / "daily" / "v1" / "index.html", "published")
    older = desk.store.read("articles").drop_columns(["status"])
    shutil.rmtree(desk.processed / "articles")
    write_deltalake(desk.processed / "articles", older)
    told = command(desk, "ingest", str(path))
    assert told.returncode == 1 and told.stderr.splitlines() == [
        "nutgraf: table 'articles' was written by an older Nutgraf, with other columns (status). Run 'nutgraf rebuild': tables come back "
        "from data/raw and data/decisions; published versions stay as they are. Nothing was read or changed."
    ]
    assert command(desk, "rebuild").returncode == 0 and contents(desk) == rows and site.read_text() == "published"
    assert command(desk, "ingest", str(path)).returncode == 0


def test_without_kept_bytes_nothing_is_thrown_away(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    told = command(desk, "rebuild")
    assert told.returncode == 2 and "data/raw: it keeps no article, so there is nothing to rebuild tables from" in told.stderr
    assert not desk.processed.exists()
    write(tmp_path / "a.txt", f"Goat\n\n{STORY.format('a')}")
    ingest(desk, items_for_paths(desk, [tmp_path / "a.txt"]))
    shutil.rmtree(desk.raw)
    rows = contents(desk)
    with pytest.raises(UsageError, match="Nothing was changed"):
        anew(desk)
    assert contents(desk) == rows


def test_alerts_that_were_sent_and_schedules_that_were_handled_are_not_forgotten(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    write(tmp_path / "a.txt", f"Goat\n\n{STORY.format('a')}")
    ingest(desk, items_for_paths(desk, [tmp_path / "a.txt"]))
    with Ledger.open(desk.processed / FILE) as ledger:
        ledger._db.execute("insert into alerts (target, key, sent_at) values ('desk', 'failed', '2026-03-05')")
        ledger._db.execute("insert into schedules (edition, handled_until) values ('daily', '2026-03-05')")
        ledger.end_attempt(ledger.start_attempt(ledger.start_run(), "daily", "k", {}, {}), "good")
    anew(desk)
    with Ledger.open(desk.processed / FILE) as ledger:
        assert [tuple(row)[:2] for row in ledger._db.execute("select target, key from alerts")] == [("desk", "failed")]
        assert [tuple(row) for row in ledger._db.execute("select edition, handled_until from schedules")] == [("daily", "2026-03-05")]
        assert ledger.last("daily") is None


class Killed(BaseException):
    """Stands for a kill between two renames."""


def test_a_swap_that_is_cut_off_anywhere_is_completed_by_the_next_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, n_moved = os.rename, []
    reached = 0
    for stop in range(50):
        desk = make_desk(tmp_path / str(stop) / "desk")
        write(tmp_path / "a.txt", f"Goat\n\n{STORY.format('a')}")
        ingest(desk, items_for_paths(desk, [tmp_path / "a.txt"]))
        rows, n_moved[:] = contents(desk), []

        def rename(source: Path, target: Path, stop: int = stop) -> None:
            if len(n_moved) == stop:
                raise Killed
            n_moved.append(source)
            real(source, target)

        monkeypatch.setattr(swapping.os, "rename", rename)
        monkeypatch.setattr("nutgraf.upkeep.rebuild.shutil.rmtree", lambda *_, **__: None)  # a killed process cleans nothing up
        try:
            anew(desk)
        except Killed:
            reached += 1
        else:
            break
        finally:
            monkeypatch.undo()
        with pytest.raises(StoreError, match="putting new tables in place, or was killed over it"):
            desk.store.read("articles")
        with desk.store.lock("the next command"):
            assert contents(desk) == rows
        assert not list(desk.processed.glob("before-*")) and not (desk.processed / swapping.FOLDER).exists()
        assert ingest(desk, items_for_paths(desk, [tmp_path / "a.txt"])).files_known == 1
    assert reached >= 4


def test_a_swap_whose_old_tables_were_being_removed_is_not_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_desk(tmp_path / "desk")
    write(tmp_path / "a.txt", f"Goat\n\n{STORY.format('a')}")
    ingest(desk, items_for_paths(desk, [tmp_path / "a.txt"]))
    rows, real = contents(desk), shutil.rmtree

    def rmtree(path: Path, **options: object) -> None:
        if "before-" in str(path):
            real(path)
            raise Killed
        if not (desk.processed / swapping.FOLDER / "done.json").exists():
            real(path, **options)

    monkeypatch.setattr(swapping.shutil, "rmtree", rmtree)
    with pytest.raises(Killed):
        anew(desk)
    monkeypatch.undo()
    assert contents(desk) == rows
    with desk.store.lock("the next command"):
        assert contents(desk) == rows
    assert not (desk.processed / swapping.FOLDER).exists()


def killed_over_a_rebuild(desk: Desk, seed: int, most_s: tuple[float, float, float]) -> None:
    """Kill a rebuild in one of three phases; whatever comes next finds the old tables or all the new ones."""
    rows, chance = without_batches(contents(desk)), random.Random(seed)
    process = subprocess.Popen([COMMAND, "rebuild"], cwd=desk.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    marks = (swapping.FOLDER, f"{swapping.FOLDER}/new/articles", f"{swapping.FOLDER}/new/measured")
    mark = desk.processed / marks[seed % 3]
    while process.poll() is None and not mark.exists():
        time.sleep(0.002)
    time.sleep(chance.random() * most_s[seed % 3])
    process.kill()
    process.wait()
    with desk.store.lock("the next command"):
        assert without_batches(contents(desk)) == rows
    assert anew(desk).is_identical and sorted(path.name for path in desk.processed.iterdir() if path.is_dir()) == sorted(rows)


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_the_desk_has_its_old_tables_or_all_the_new_ones(few: Desk, seed: int) -> None:
    killed_over_a_rebuild(few, seed, (0.3, 0.3, 1.0))


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_over_the_whole_sample(sample: Desk, seed: int) -> None:
    killed_over_a_rebuild(sample, seed, (0.3, 0.3, 2.5))


EDITION = "title: What came in\nnotebooks: [00-ingest]\n"


def test_what_was_published_stays_and_the_next_run_makes_no_new_version(tmp_path: Path, ingested: Path) -> None:
    """Real commands: a run, a rebuild, a run."""
    desk = copied(ingested, tmp_path / "desk")
    for path in desk.editions.glob("*.yml"):
        path.unlink()
    write(desk.editions / "daily.yml", EDITION)
    assert command(desk, "run").stdout.startswith("daily: published")
    published = {**digest(desk.decisions), **digest(desk.site), **digest(desk.staged)}
    rows, raw = contents(desk), digest(desk.raw)
    told = command(desk, "rebuild", "--json")
    found = json.loads(told.stdout)
    assert told.returncode == 0 and found["is_identical"] and found["aside"] is None, told.stderr
    assert {**digest(desk.decisions), **digest(desk.site), **digest(desk.staged)} == published
    assert contents(desk) == rows and digest(desk.raw) == raw
    assert json.loads(command(desk, "status", "--json").stdout)["editions"][0]["state"] == "never run"
    again = command(desk, "run")
    assert again.returncode == 0 and again.stdout.startswith("daily: unchanged"), again.stderr
    assert {**digest(desk.decisions), **digest(desk.site), **digest(desk.staged)} == published
    assert command(desk, "run").stdout.startswith("nothing new")
