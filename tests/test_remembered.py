"""What runs remember to be quick: it is never believed when what it rests on has changed, and losing it costs time alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from nutgraf.compare.copies import NOTE, rebuild_copies
from nutgraf.desk import Desk
from nutgraf.ingesting import ingest
from nutgraf.measuring import Registry
from nutgraf.runs import proofs, site_files
from nutgraf.runs.editions.edition_files import load_all
from nutgraf.runs.freshness import choices
from nutgraf.runs.freshness.choices import Looks
from nutgraf.runs.planning import Plan, plan_of, prepare
from nutgraf.runs.proofs import Proofs
from nutgraf.store import mark

from tests.test_lifecycle import desk_with, run

#: What must not be imported before a run knows whether anything is stale.
HEAVY = ("pandas", "nltk", "matplotlib", "papermill", "nbclient", "nbformat", "pyarrow", "deltalake", "numpy")


def articles(root: Path, **texts: str) -> None:
    """Articles by name in a source of their own."""
    (root / "in").mkdir(exist_ok=True)
    rows = [json.dumps({"id": name, "headline": name, "outlet": "Bell", "published": "2026-03-03", "text": text * 30}) for name, text in texts.items()]
    (root / "in" / "all.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture
def small(tmp_path: Path) -> Desk:
    """A desk with one small edition and two articles, made, and looked at once more."""
    desk = desk_with(tmp_path / "desk")
    articles(desk.root, a="The dam leaks. ", b="The dam holds. ")
    (desk.root / "nutgraf.toml").write_text('timezone = "Europe/Oslo"\n[[sources]]\nid = "in"\npath = "in"\n', encoding="utf-8")
    desk = Desk(desk.root)
    assert run(desk)[0] == {"dam": "published"}
    return desk


def plan(desk: Desk, looks: Looks | None = None) -> Plan:
    edition, loaded = prepare(desk, load_all(desk.editions))[0]
    return plan_of(desk, Registry(), edition, loaded, date(2026, 3, 24), looks)


def test_a_run_over_touched_files_knows_that_all_is_well_before_anything_heavy_is_imported(small: Desk) -> None:
    os.utime(small.root / "in" / "all.jsonl")
    script = (
        "import sys\nfrom pathlib import Path\nfrom nutgraf.desk import Desk\nfrom nutgraf.runs.runner import run\n"
        "found = run(Desk(Path('.')), say=lambda line: None)\n"
        f"print(found.nothing_new, found.states, sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=small.root, capture_output=True, text=True, check=True)
    assert done.stdout == "False {'dam': 'fresh'} []\n"


def test_a_remembered_choice_gives_the_same_key(small: Desk) -> None:
    fresh = plan(small)
    held = json.loads((small.processed / choices.FILE).read_text(encoding="utf-8"))
    assert [found[2] for found in held["found"].values()] == [2]
    looks = Looks(small)
    looks.choice(load_all(small.editions)[0].select.choice(date(2026, 3, 24)))
    assert plan(small, looks).parts == fresh.parts
    (small.processed / choices.FILE).unlink()
    afresh = plan(small)
    assert (afresh.parts, afresh.key, afresh.articles) == (fresh.parts, fresh.key, fresh.articles)
    (small.processed / choices.FILE).write_text('{"mark": 1', encoding="utf-8")
    assert plan(small).key == fresh.key


def test_a_changed_text_is_not_what_is_remembered(small: Desk) -> None:
    before = plan(small)
    text_before = before.selection.articles["text_sha256"].to_pylist()
    articles(small.root, a="The dam leaks badly. ", b="The dam holds. ")
    with small.store.lock("test"):
        ingest(small)
    after = plan(small)
    assert after.key != before.key
    assert after.parts["articles"] != before.parts["articles"]
    assert after.selection.articles["text_sha256"].to_pylist() != text_before


def test_what_is_remembered_of_other_tables_settings_or_programs_is_not_used(small: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small.processed / choices.FILE
    held = json.loads(path.read_text(encoding="utf-8"))
    held["found"] = {name: ["wrong", [], 0, "", ""] for name in held["found"]}
    path.write_text(json.dumps(held), encoding="utf-8")
    assert plan(small).parts["articles"] == "wrong"  # it is used: or this test would prove nothing
    with monkeypatch.context() as patched:
        patched.setattr(choices, "package_digest", lambda: "another program")
        assert plan(small).parts["articles"] != "wrong"
    other = Desk(small.root)
    other.settings = replace(other.settings, timezone="Asia/Tokyo")
    assert plan(other).parts["articles"] != "wrong"
    os.utime(next((small.processed / "articles").glob("*.parquet")))
    assert plan(small).parts["articles"] != "wrong"


def test_a_tables_mark_moves_with_every_file(small: Desk) -> None:
    before = mark(small.store, "articles")
    assert mark(small.store, "articles") == before
    data = next((small.processed / "articles").glob("*.parquet"))
    content = data.read_bytes()
    data.unlink()
    gone = mark(small.store, "articles")
    data.write_bytes(content)
    assert len({before, gone, mark(small.store, "articles"), mark(small.store, "clusters")}) == 4


def settled(desk: Desk) -> dict[str, str]:
    """Let the pages grow old enough to be proved, and a run prove them; returns what they are."""
    time.sleep(proofs.SETTLED_S + 0.1)
    os.utime(desk.root / "in" / "all.jsonl")
    assert run(desk)[0] == {"dam": "fresh"}
    return site_files.pages_of(desk, "dam")


def test_proved_pages_are_not_read_again(small: Desk) -> None:
    assert not Proofs(small).holds("dam", site_files.pages_of(small, "dam"))
    pages = settled(small)
    assert Proofs(small).holds("dam", pages)
    assert not Proofs(small).holds("dam", {**pages, "editions/dam/index.html": "another"})
    (small.processed / proofs.FILE).write_text("[", encoding="utf-8")
    assert not Proofs(small).holds("dam", pages)
    (small.processed / proofs.FILE).unlink()
    assert settled(small) == pages


@pytest.mark.parametrize("where", ["index.html", "v1/index.html"])
def test_a_page_changed_by_hand_is_seen_though_its_size_and_time_are_kept(small: Desk, where: str) -> None:
    settled(small)
    path = small.site / "editions" / "dam" / where
    content, about = path.read_bytes(), path.stat()
    path.write_bytes(content.replace(b"First", b"Other"))
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    states, said = run(small)
    assert any("missing or changed" in line for line in said), said
    assert path.read_bytes() == content, states


def test_a_deleted_page_is_made_again_after_it_was_proved(small: Desk) -> None:
    settled(small)
    path = small.site / "editions" / "dam" / "index.html"
    content = path.read_bytes()
    path.unlink()
    run(small)
    assert path.read_bytes() == content


def test_files_written_just_now_or_meanwhile_are_not_proved(small: Desk) -> None:
    pages, path = site_files.pages_of(small, "dam"), small.site / "editions" / "dam" / "index.html"
    found = Proofs(small)
    path.write_bytes(path.read_bytes())
    found.note("dam", pages, found.before("dam"))
    found.keep()
    assert not Proofs(small).holds("dam", pages)
    time.sleep(proofs.SETTLED_S + 0.1)
    before = found.before("dam")
    path.write_bytes(path.read_bytes())
    found.note("dam", pages, before)
    found.keep()
    assert not Proofs(small).holds("dam", pages)


def test_copies_of_tables_that_did_not_change_are_not_looked_for_again(small: Desk) -> None:
    articles(small.root, a="The dam leaks. ", b="The dam holds. ", c="The dam leaks. ")
    with small.store.lock("test"):
        ingest(small)
    clusters = small.store.read("clusters").to_pylist()
    assert len({row["article_id"] for row in clusters}) == 2
    version = small.store.version("clusters")
    assert not rebuild_copies(small.store)
    for damage in ("lost", "{", '{"code": "0"}'):
        (small.processed / NOTE).unlink() if damage == "lost" else (small.processed / NOTE).write_text(damage, encoding="utf-8")
        assert not rebuild_copies(small.store)
        assert (small.store.version("clusters"), small.store.read("clusters").to_pylist()) == (version, clusters)
    small.store.replace_all("clusters", small.store.read("clusters").slice(0, 0))
    assert rebuild_copies(small.store)  # somebody emptied the table: its mark is another
    assert small.store.read("clusters").to_pylist() == clusters
