"""What came in while its outlet was out of its usual range is set aside, comes back, and is the same after a rebuild."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nutgraf.desk import Desk
from nutgraf.ingest.quarantine import settle_drift
from nutgraf.ingesting import Report, ingest
from nutgraf.upkeep.rebuild import rebuild

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
STORY = "The goat came down from the roof of the harbour office on day {day}, the mayor said, and nobody could say who had let it up there again. " * 5
WALL = "Sign in to read about day {day}."
SETTINGS = 'title = "Goats"\n[[sources]]\nid = "bell"\npath = "bell"\nmanifest = "manifest.jsonl"\noutlet = "Bell"\n'


def page(day: int, story: str, dated: bool = True) -> str:
    date = f"<meta property='article:published_time' content='{(START + timedelta(days=day)).isoformat()}'>" if dated else ""
    return f"<html><head><title>Goat, day {day}</title>{date}</head><body><article><h1>Goat, day {day}</h1><p>{story.format(day=day)}</p></article></body></html>"


def add(desk: Desk, days: range, story: str = STORY, dated: bool = True) -> Report:
    folder = desk.root / "bell"
    with (folder / "manifest.jsonl").open("a", encoding="utf-8") as manifest:
        for day in days:
            (folder / f"{day}.html").write_text(page(day, story, dated), encoding="utf-8")
            fetched = (START + timedelta(days=day)).isoformat()
            manifest.write(json.dumps({"file": f"{day}.html", "url": f"https://bell.example/{day}", "fetched_at": fetched}) + "\n")
    return ingest(desk)


@pytest.fixture
def bell(tmp_path: Path) -> Desk:
    (tmp_path / "bell").mkdir()
    (tmp_path / "nutgraf.toml").write_text(SETTINGS, encoding="utf-8")
    desk = Desk(tmp_path)
    add(desk, range(22))
    return desk


def aside(desk: Desk) -> dict[int, str]:
    rows = desk.store.read("articles", ["url", "status", "status_reason"]).to_pylist()
    return {int(row["url"].rsplit("/", 1)[1]): row["status_reason"] for row in rows if row["status"] == "quarantined"}


def test_short_texts_are_set_aside_from_the_first_and_later_good_ones_are_kept(bell: Desk) -> None:
    add(bell, range(22, 24), WALL)
    assert aside(bell) == {}, "two say nothing"
    add(bell, range(24, 26), WALL)
    add(bell, range(26, 34))
    found = aside(bell)
    assert sorted(found) == [22, 23, 24, 25]
    assert found[22].startswith("drift: its outlet's texts were suddenly empty or short (") and "nutgraf override" in found[22]
    assert bell.store.read("articles").num_rows == 34, "nothing is dropped"


def test_articles_without_a_date_are_set_aside(bell: Desk) -> None:
    add(bell, range(22, 26), dated=False)
    assert sorted(aside(bell)) == [22, 23, 24, 25] and "no date" in aside(bell)[22]


def again(desk: Desk, days: range, day: int, story: str = STORY, dated: bool = True) -> None:
    """The pages of some days, fetched once more on a later one."""
    with (desk.root / "bell" / "manifest.jsonl").open("a", encoding="utf-8") as manifest:
        for number in days:
            (desk.root / "bell" / f"{number}.html").write_text(page(number, story, dated), encoding="utf-8")
            fetched = (START + timedelta(days=day, minutes=number)).isoformat()
            manifest.write(json.dumps({"file": f"{number}.html", "url": f"https://bell.example/{number}", "fetched_at": fetched}) + "\n")
    ingest(desk)


def analysed(desk: Desk) -> list[int]:
    return desk.select().articles["n_words"].to_pylist()


def test_pages_that_lose_their_text_when_they_are_fetched_again_do_not_take_the_place_of_what_is_held(bell: Desk) -> None:
    before = analysed(bell)
    again(bell, range(10, 22), 23, WALL)
    assert sorted(aside(bell)) == list(range(10, 22)), "no article is new, and yet the outlet's pages are others"
    assert bell.store.read("articles").num_rows == 34 and analysed(bell) == before
    rebuild(bell, say=lambda line: None)
    assert sorted(aside(bell)) == list(range(10, 22))
    again(bell, range(10, 22), 24)
    assert sorted(aside(bell)) == list(range(10, 22)) and analysed(bell) == before


def test_pages_that_lose_their_date_when_they_are_fetched_again(bell: Desk) -> None:
    again(bell, range(10, 22), 23, STORY + "Afterwards it was fed.", dated=False)
    assert sorted(aside(bell)) == list(range(10, 22)) and "no date" in aside(bell)[12]


def test_an_article_that_is_taken_back_and_pages_that_grow_are_changes(bell: Desk) -> None:
    again(bell, range(20, 22), 23, "This article was taken down.")
    again(bell, range(10, 18), 24, STORY + "Afterwards it was fed.")
    assert aside(bell) == {}


def test_nothing_new_writes_nothing_and_adds_no_version(bell: Desk) -> None:
    add(bell, range(22, 26), WALL)
    before, rows = bell.store.version("articles"), bell.store.read("articles").num_rows
    assert ingest(bell).outcomes == {"unchanged": 26}
    (bell.processed / "ingested.jsonl").unlink()
    assert ingest(bell).outcomes == {"unchanged": 26}, "what is set aside so is known, not seen anew"
    assert (bell.store.version("articles"), bell.store.read("articles").num_rows) == (before, rows)


def test_a_rebuild_sets_the_same_aside(bell: Desk) -> None:
    add(bell, range(22, 26), WALL)
    add(bell, range(26, 30))
    before = aside(bell)
    rebuild(bell, say=lambda line: None)
    assert aside(bell) == before and sorted(before) == [22, 23, 24, 25]


def test_a_profile_brings_them_back_with_the_next_rebuild(bell: Desk) -> None:
    add(bell, range(22, 26), STORY + "<i class='tid'>{day}/03/26</i>", dated=False)
    assert sorted(aside(bell)) == [22, 23, 24, 25]
    (bell.root / "outlets").mkdir()
    profile = 'domains = ["bell.example"]\ndate_formats = ["%d/%m/%y"]\n[select]\ndate = [".tid"]\n'
    (bell.root / "outlets" / "bell.toml").write_text(profile, encoding="utf-8")
    rebuild(Desk(bell.root), say=lambda line: None)
    assert aside(Desk(bell.root)) == {}


def test_people_say_that_an_outlet_is_so_from_a_day_on(bell: Desk) -> None:
    add(bell, range(22, 26), WALL)
    bell.decisions.mkdir(parents=True, exist_ok=True)
    file = bell.decisions / "drift.csv"
    day = (START + timedelta(days=24)).date()
    file.write_text(f"outlet,since,who,why\nBell,{day},ada,it is a ticker now\n", encoding="utf-8")
    ingest(bell)
    assert sorted(aside(bell)) == [], "two before that day are too few to tell"
    file.unlink()
    assert settle_drift(bell.store, bell.decisions) == ({"Bell": 4}, {}) and settle_drift(bell.store, bell.decisions) == ({}, {})


def test_an_ingest_says_how_many_it_set_aside_with_which_outlet_and_how_many_are_back(bell: Desk) -> None:
    assert add(bell, range(22, 26), WALL).line().endswith("; 4 set aside since their outlet is out of its usual range (Bell)")
    bell.decisions.mkdir(parents=True, exist_ok=True)
    (bell.decisions / "drift.csv").write_text(f"outlet,since,who,why\nBell,{(START + timedelta(days=24)).date()},ada,a ticker\n", encoding="utf-8")
    line = ingest(bell).line()
    assert line.endswith("; 4 kept again that were set aside with their outlet (Bell)")
    assert "outlet" not in ingest(bell).line()


@pytest.mark.parametrize("line", ["Bell,soon,ada,why", "Bell,2026-03-01,,why", ",2026-03-01,ada,why", "Bell"])
def test_a_line_that_is_no_decision_is_named(bell: Desk, line: str) -> None:
    bell.decisions.mkdir(parents=True, exist_ok=True)
    (bell.decisions / "drift.csv").write_text(f"outlet,since,who,why\n{line}\n", encoding="utf-8")
    report = ingest(bell)
    assert len(report.undone) == 1 and "drift.csv, line 2: this is no decision" in report.undone[0], "articles are read in all the same"
