"""What each source gave: counted from the articles, and from the list of what was held already."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from nutgraf.desk import Desk
from nutgraf.findings.sources import by_source
from nutgraf.ingest import again
from nutgraf.ingesting import ingest
from nutgraf.jupyter import Workbench
from nutgraf.upkeep.rebuild import rebuild

STORY = "The lock keeper of Brannow handed in his keys on Tuesday. He had opened the gates for thirty years, and nobody had asked him why he stopped."


def test_lists_add_up_and_a_line_cut_short_is_passed_over(tmp_path: Path) -> None:
    again.note(tmp_path, {("bell", date(2026, 3, 4)): 2, ("bell", date(2026, 3, 5)): 3, ("post", date(2026, 3, 5)): 0})
    again.note(tmp_path, {("post", date(2026, 3, 6)): 1})
    with (tmp_path / again.NAME).open("a", encoding="utf-8") as file:
        file.write('{"source": "post", "on": "2026-03-')
    assert again.counts(tmp_path) == {"bell": 5, "post": 1}
    assert again.counts(tmp_path, date(2026, 3, 4)) == {"bell": 2}
    again.note(tmp_path, {("post", date(2026, 3, 7)): 4})
    assert again.counts(tmp_path)["post"] == 5
    assert again.counts(tmp_path / "nowhere") == {}


def desk_of(root: Path) -> Desk:
    (root / "a").mkdir(parents=True)
    (root / "b").mkdir()
    (root / "nutgraf.toml").write_text('[[sources]]\nid = "a"\npath = "a"\n[[sources]]\nid = "b"\npath = "b"\n', encoding="utf-8")
    return Desk(root)


def page(path: Path, name: str, text: str, note: str = "") -> None:
    path.write_text(
        f'<html lang="en"><head><title>{name}</title><link rel="canonical" href="https://bell.example/{name}">{note}</head>'
        f"<body><article><h1>The keys of {name}</h1><p>{text}</p><p>{text[::-1]}</p></article></body></html>", encoding="utf-8",
    )  # fmt: skip


def test_a_source_gave_new_changed_and_held_articles(tmp_path: Path) -> None:
    desk = desk_of(tmp_path / "desk")
    page(desk.root / "a" / "keeper.html", "keeper", STORY)
    page(desk.root / "a" / "keeper.2.html", "keeper", STORY, note="<!-- another advertisement -->")
    page(desk.root / "a" / "keeper.3.html", "keeper", STORY + " He would not say more.")
    (desk.root / "b" / "empty.txt").write_text(" \n", encoding="utf-8")
    page(desk.root / "b" / "other.html", "other", STORY.replace("keeper", "baker"))
    (desk.root / "b" / "feed.xml").write_text(
        "<rss version='2.0'><channel><title>Bell</title><item><title>Short</title><link>https://bell.example/short</link>"
        "<description>In short: a lock.</description></item></channel></rss>", encoding="utf-8",
    )  # fmt: skip
    ingest(desk)
    bench = Workbench(desk)
    found = by_source(bench.articles(), bench.looked_at_again(), source="s")
    assert [row[:7] for row in found.rows] == [["b", 3, 3, 0, 1, 1, "0"], ["a", 1, 1, 1, 0, 0, "1"]]
    assert found.rows[0][7] == "the file is empty (1)" and found.rows[1][7] is None
    assert found.takeaway == "4 articles came from 2 sources; 1 as a summary only, 1 set aside; 1 later change seen"
    assert len(found.evidence(0, "n_summary")) == 1
    assert len(found.evidence(1, "n_changed")) == 1 and found.evidence(0, "n_set_aside")["article_id"].nunique() == 1
    ingest(desk)  # what lies where it lay is not counted again
    assert again.counts(desk.store.root) == {"a": 1}
    assert rebuild(desk, say=lambda line: None).is_identical and again.counts(Desk(desk.root).store.root) == {"a": 1}


def test_nothing_came_in(tmp_path: Path) -> None:
    desk = desk_of(tmp_path / "desk")
    with desk.store.lock("test"):
        ingest(desk)
    assert by_source(Workbench(desk).articles(), {}, source="s").status != "ok"
