"""Fetching as a whole: what sources name comes into the tables once, is counted rightly, and comes back from data/raw."""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
import threading
import time
import zipfile
from collections import Counter
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from nutgraf.cli.status import look, show
from nutgraf.desk import Desk
from nutgraf.errors import UsageError
from nutgraf.ingest import run as ingest_run
from nutgraf.ingest.articles import article_id, canonical
from nutgraf.ingest.fetching import following
from nutgraf.ingest.fetching.gathering import gather
from nutgraf.ingest.fetching.state import NAME, State, polls
from nutgraf.ingest.register import Register
from nutgraf.ingesting import Report, ingest, replay
from nutgraf.store import Store
from nutgraf.upkeep.erase import REWRITE, erase

from tests.web_servers import Reply, Web, desk_of, feed, made_up_network, page

STORY = "The goat of {} stood on the roof of the town hall for an hour on Monday and would not come down, said the mayor, who had tried twice. "


def rows(desk: Desk) -> list[dict]:
    found = desk.store.read("articles").to_pylist()
    return sorted(found, key=lambda row: (row["article_id"], row["version"]))


def take(desk: Desk, **options: object) -> Report:
    with desk.store.lock("a test"):
        return ingest(desk, **options)


def feed_desk(folder: Path, web: Web, **fetching: object) -> Desk:
    return desk_of(folder, f'[[sources]]\nid = "bell"\nkind = "feed"\nurl = "{web.root}/feed.xml"\n', web, **fetching)


def rebuilt(desk: Desk, folder: Path) -> list[dict]:
    """The rows that come back from data/raw alone."""
    shutil.copytree(desk.root, folder, ignore=shutil.ignore_patterns("processed"))
    anew = Desk(folder)
    anew.store = Store(folder / "data" / "processed")
    replay(anew)
    return rows(anew)


def story(name: str) -> str:
    return STORY.format(name) * 3


def test_entries_are_followed_to_their_pages_and_count_once(tmp_path: Path, web: Web) -> None:
    one = web.page("/one", "Goat one", story("one"))
    two = web.page("/two", "Goat two", story("two"))
    web.replies["/feed.xml"] = Reply(feed((one, "Goat 1", "Mon, 02 Mar 2026 10:00:00 GMT"), (two, "Goat 2")))
    desk = feed_desk(tmp_path / "desk", web)
    report = take(desk)
    assert report.outcomes == {"new": 2} and report.seen == 2 and report.sources["bell"].n_fetched == 2
    found = {row["url"]: row for row in rows(desk)}
    assert [row["version"] for row in found.values()] == [1, 1]
    assert found[one]["completeness"] == "full" and found[one]["headline"] == "Goat one", "the page's own headline comes first"
    assert (found[one]["published_from"], found[one]["published_confidence"]) == ("feed", "medium")
    assert found[two]["published_at"] is None and found[two]["outlet"] is not None
    [origin] = json.loads((desk.raw / f"{found[one]['raw_sha256']}.json").read_text())
    assert origin["listed"]["url"] == one and origin["listed"]["headline"] == "Goat 1" and origin["source"] == "bell"
    again = take(desk)
    assert again.outcomes == {"unchanged": 2} and again.sources["bell"].n_unchanged_pages == 2
    assert rebuilt(desk, tmp_path / "anew") == rows(desk)


def test_a_changed_page_is_a_version_and_one_that_turns_back_too(tmp_path: Path, web: Web) -> None:
    one = web.page("/one", "Goat", story("one"))
    web.replies["/feed.xml"] = Reply(feed((one, "Goat")))
    desk = feed_desk(tmp_path / "desk", web)
    outcomes = [take(desk).outcomes]
    for name in ("other", "one", "one"):
        web.page("/one", "Goat", story(name))
        outcomes.append(take(desk).outcomes)
    assert outcomes == [{"new": 1}, {"changed": 1}, {"changed": 1}, {"unchanged": 1}]
    assert [row["version"] for row in rows(desk)] == [1, 2, 3]
    assert rebuilt(desk, tmp_path / "anew") == rows(desk)


def test_a_poll_of_nothing_new_commits_nothing_and_says_so(tmp_path: Path, web: Web) -> None:
    one = web.page("/one", "Goat", story("one"), ETag='"v1"')
    web.replies["/feed.xml"] = Reply(feed((one, "Goat")), headers={"ETag": 'W/"feed 1"'})
    desk = feed_desk(tmp_path / "desk", web)
    take(desk)
    versions = desk.store.versions()
    report = take(desk)
    assert desk.store.versions() == versions
    [(line, has_problem)] = report.source_lines()
    assert line == "bell (feed): 1 article listed: 1 unchanged; nothing new; 1 looked at and unchanged; the feed has not changed (304)"
    assert not has_problem


def test_validators_are_sent_back_verbatim(tmp_path: Path, web: Web) -> None:
    odd = {"ETag": 'W/"a b,;c"', "Last-Modified": "Mon, 2 Mar 2026 10:0:00 GMT"}
    one = web.page("/one", "Goat", story("one"), **odd)
    web.replies["/feed.xml"] = Reply(feed((one, "Goat")), headers=odd)
    desk = feed_desk(tmp_path / "desk", web)
    take(desk)
    assert not any("If-None-Match" in one.headers for one in web.asked)
    web.asked.clear()
    take(desk)
    sent = {one.path: (one.headers.get("If-None-Match"), one.headers.get("If-Modified-Since")) for one in web.asked}
    assert sent["/feed.xml"] == sent["/one"] == (odd["ETag"], odd["Last-Modified"])


def test_an_entry_without_its_page_stays_what_its_feed_gives_and_becomes_the_page_later(tmp_path: Path, web: Web) -> None:
    one = f"{web.root}/one"
    web.replies["/feed.xml"] = Reply(feed((one, "Goat")))
    desk = feed_desk(tmp_path / "desk", web)
    report = take(desk)
    assert report.outcomes == {"new": 1} and report.sources["bell"].not_fetched == {"the server answered 404 (not found)": 1}
    [row] = rows(desk)
    assert (row["completeness"], row["status"], row["canonical_url"]) == ("summary", "kept", one.replace("http:", "https:"))
    assert take(desk).outcomes == {"unchanged": 1} and len(rows(desk)) == 1
    web.page("/one", "Goat", story("one"))
    assert take(desk).outcomes == {"changed": 1}
    assert [row["completeness"] for row in rows(desk)] == ["summary", "full"]
    web.replies["/one"] = Reply("gone", 410)
    assert take(desk).outcomes == {"unchanged": 1} and len(rows(desk)) == 2, "what is held stays"
    assert rebuilt(desk, tmp_path / "anew") == rows(desk)


def test_pauses_before_another_try_grow(tmp_path: Path, web: Web) -> None:
    web.replies["/feed.xml"] = Reply(feed((f"{web.root}/one", "Goat")))
    desk = feed_desk(tmp_path / "desk", web, retry_minutes=30)
    take(desk)
    n_asked = len(web.paths())
    report = take(desk)
    assert web.paths()[n_asked:] == ["/feed.xml"], "the page is not asked for again so soon"
    assert report.outcomes == {"unchanged": 1} and report.sources["bell"].not_fetched.total() == 1
    pauses = []
    for _ in range(14):
        with sqlite3.connect(desk.store.root / NAME) as base:
            pauses.append(base.execute("SELECT next_try FROM pages").fetchone()[0])
            base.execute("UPDATE pages SET next_try = 0")
        base.close()
        take(desk)
    waits = [pause - time.time() for pause in pauses]
    assert waits[0] > 1_700 and all(later > 1.8 * before for before, later in zip(waits[:8], waits[1:9], strict=True))
    assert max(waits) <= 7 * 86_400


def test_a_sitemap_and_what_it_nests(tmp_path: Path, web: Web) -> None:
    one, two = web.page("/one", "Goat one", story("one")), f"{web.root}/two"
    inner = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{one}</loc></url><url><loc>{two}</loc></url></urlset>"
    news = (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>"
        f"<url><loc>{web.page('/three', 'Goat three', story('three'))}</loc><news:news><news:publication><news:name>The Bell</news:name>"
        "<news:language>en</news:language></news:publication><news:publication_date>2026-03-02T10:00:00+01:00</news:publication_date>"
        "<news:title>Goat 3</news:title></news:news></url></urlset>"
    )
    index = "".join(f"<sitemap><loc>{web.root}/{name}.xml</loc></sitemap>" for name in ("inner", "news", "index", "missing"))
    web.replies |= {
        "/index.xml": Reply(f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{index}</sitemapindex>"),
        "/inner.xml": Reply(inner), "/news.xml": Reply(news),
    }  # fmt: skip
    desk = desk_of(tmp_path / "desk", f'[[sources]]\nid = "map"\nkind = "sitemap"\nurl = "{web.root}/index.xml"\n', web)
    report = take(desk)
    assert report.outcomes == {"new": 3} and report.quarantined == {"its page could not be fetched: the server answered 404": 1}
    assert report.sources["map"].problems == [f"{web.root}/missing.xml: the server answered 404 (not found)"]
    found = {row["url"].rpartition("/")[2]: row for row in rows(desk)}
    assert (found["three"]["published_from"], found["three"]["published_offset"]) == ("sitemap", "+01:00")
    assert found["two"]["status"] == "quarantined"
    assert take(desk).outcomes == {"unchanged": 3}
    web.page("/two", "Goat two", story("two"))
    assert take(desk).outcomes == {"unchanged": 2, "changed": 1}
    assert rebuilt(desk, tmp_path / "anew") == rows(desk)


def test_a_list_of_addresses_in_the_desk_and_one_that_is_fetched(tmp_path: Path, web: Web) -> None:
    one, two = web.page("/one", "Goat one", story("one")), web.page("/two", "Goat two", story("two"))
    table = f"stories_id,publish_date,title,url,language,media_name\n1,2026-03-02 10:00:00,Goat 1,{one},en,The Bell\n"
    web.replies["/more.txt"] = Reply(f"# ours\n{two}\nhttp://127.0.0.1/secret\n{two}\n")
    desk = desk_of(
        tmp_path / "desk",
        f'[[sources]]\nid = "cloud"\nkind = "addresses"\npath = "list.zip"\n[[sources]]\nid = "more"\nkind = "addresses"\nurl = "{web.root}/more.txt"\n', web,
    )  # fmt: skip
    with zipfile.ZipFile(desk.root / "list.zip", "w") as archive:
        archive.writestr("export.csv", table)
    report = take(desk)
    assert report.sources["cloud"].outcomes == {"new": 1} and report.sources["more"].outcomes == {"new": 2}
    assert report.sources["more"].not_fetched == {"refused: its host has a loopback address": 1}
    found = {row["url"]: row for row in rows(desk)}
    assert (found[one]["published_from"], found[one]["published_confidence"], found[one]["outlet"]) == ("list", "medium", "The Bell")
    assert take(desk).outcomes == {"unchanged": 3}
    assert rebuilt(desk, tmp_path / "anew") == rows(desk)


def test_a_source_that_fails_is_told_and_stops_no_other(tmp_path: Path, web: Web) -> None:
    one = web.page("/one", "Goat", story("one"))
    web.replies |= {"/feed.xml": Reply(feed((one, "Goat"))), "/no.xml": Reply("<html><body>no feed</body></html>"), "/bad.xml": Reply("x", 500)}
    names = {"good": "feed.xml", "none": "no.xml", "bad": "bad.xml", "missing": "missing.xml"}
    sources = "".join(f'[[sources]]\nid = "{name}"\nkind = "feed"\nurl = "{web.root}/{path}"\n' for name, path in names.items())
    sources += '[[sources]]\nid = "nowhere"\nkind = "feed"\nurl = "http://nowhere.invalid/feed"\n'
    desk = desk_of(tmp_path / "desk", sources, web)
    report = take(desk)
    assert report.outcomes == {"new": 1}
    told = {name: one.problems for name, one in report.sources.items()}
    assert told == {
        "good": [], "none": ["an HTML page, no feed"], "bad": ["the server answered 500 (an error of its own)"],
        "missing": ["the server answered 404 (not found)"], "nowhere": ["robots.txt could not be had: the name of its host is not known"],
    }  # fmt: skip
    assert ("none (feed): not read: an HTML page, no feed", True) in report.source_lines()
    versions = desk.store.versions()
    web.replies["/feed.xml"] = Reply("x", 503)
    assert take(desk).outcomes == {} and desk.store.versions() == versions


def test_robots_txt_is_kept_to(tmp_path: Path, web: Web) -> None:
    web.replies["/robots.txt"] = Reply("User-agent: *\nDisallow: /\n\nUser-agent: Nutgraf\nDisallow: /private\n")
    open_, shut = web.page("/open", "Goat", story("open")), web.page("/private/one", "Goat", story("private"))
    web.replies["/feed.xml"] = Reply(feed((open_, "Goat"), (shut, "Goat of its own")))
    desk = feed_desk(tmp_path / "desk", web)
    report = take(desk)
    assert sorted(web.paths()) == ["/feed.xml", "/open"] and report.sources["bell"].not_fetched == {"robots.txt forbids it": 1}
    assert sorted(row["completeness"] for row in rows(desk)) == ["full", "summary"]
    take(desk)
    assert [one.path for one in web.asked].count("/robots.txt") == 1, "kept for a day"
    assert all(one.headers["User-Agent"].startswith("Nutgraf/") for one in web.asked)


def test_without_robots_txt_for_an_error_nothing_is_fetched(tmp_path: Path, web: Web) -> None:
    web.replies["/robots.txt"] = Reply("broken", 500)
    web.replies["/feed.xml"] = Reply(feed((f"{web.root}/one", "Goat")))
    desk = feed_desk(tmp_path / "desk", web)
    report = take(desk)
    assert report.sources["bell"].problems == ["robots.txt could not be had: the server answered 500 (an error of its own)"]
    assert web.paths() == []
    web.replies["/robots.txt"] = Reply("", 404)
    assert take(desk).outcomes == {"new": 1}, "it is asked for again in the next run"


def test_two_sources_that_name_one_article(tmp_path: Path, web: Web) -> None:
    one = web.page("/one", "Goat", story("one"))
    web.replies |= {"/feed.xml": Reply(feed((one, "Goat"))), "/two.xml": Reply(feed((f"{one}?utm_source=two", "Goat")))}
    sources = "".join(f'[[sources]]\nid = "{name}"\nkind = "feed"\nurl = "{web.root}/{name}.xml"\n' for name in ("feed", "two"))
    desk = desk_of(tmp_path / "desk", sources, web)
    report = take(desk)
    assert {name: one.outcomes for name, one in report.sources.items()} == {"feed": {"new": 1}, "two": {"unchanged": 1}}
    web.page("/one", "Goat", story("another"))
    report = take(desk)
    assert {name: one.outcomes for name, one in report.sources.items()} == {"feed": {"changed": 1}, "two": {"unchanged": 1}}
    assert web.paths().count("/one") == 2


def test_only_so_many_pages_a_run(tmp_path: Path, web: Web) -> None:
    addresses = [web.page(f"/{number}", f"Goat {number}", story(str(number))) for number in range(5)]
    web.replies["/feed.xml"] = Reply(feed(*((address, f"Goat {address}") for address in addresses)))
    desk = feed_desk(tmp_path / "desk", web, pages_a_run=2, recheck_minutes=60)
    reports = [take(desk).sources["bell"] for _ in range(4)]
    assert [(one.outcomes["new"], one.outcomes["unchanged"], one.n_waiting) for one in reports] == [(2, 0, 3), (2, 2, 1), (1, 4, 0), (0, 5, 0)]


def test_pages_are_looked_at_again_by_their_age(tmp_path: Path, web: Web) -> None:
    one = web.page("/one", "Goat", story("one"))
    web.replies["/feed.xml"] = Reply(feed((one, "Goat")))
    desk = feed_desk(tmp_path / "desk", web, recheck_minutes=30)
    take(desk)

    def polls_at(first_hours_ago: float, checked_minutes_ago: float) -> bool:
        with sqlite3.connect(desk.store.root / NAME) as base:
            base.execute("UPDATE pages SET first_fetched = ?, checked = ?", (time.time() - first_hours_ago * 3600, time.time() - checked_minutes_ago * 60))
        base.close()
        web.asked.clear()
        take(desk)
        return "/one" in web.paths()

    assert not polls_at(0.2, 20) and polls_at(1, 40) and not polls_at(24, 100) and polls_at(24, 200) and not polls_at(80, 4_000)
    web.replies["/feed.xml"] = Reply(feed((one, "Goat, again")))
    assert polls_at(80, 1), "its feed says something new of it"


def test_a_feed_that_is_not_followed(tmp_path: Path, web: Web) -> None:
    web.replies["/feed.xml"] = Reply(feed(("https://bell.example/one", "Goat"), ("https://bell.example/two", "Goat two")))
    source = f'[[sources]]\nid = "bell"\nkind = "feed"\nurl = "{web.root}/feed.xml"\nfollow = false\n'
    desk = desk_of(tmp_path / "desk", source, web)
    assert take(desk).outcomes == {"new": 2} and web.paths() == ["/feed.xml"]
    assert take(desk).outcomes == {"unchanged": 2}
    web.replies["/feed.xml"] = Reply(feed(("https://bell.example/one", "Goat, at last"), ("https://bell.example/two", "Goat two")))
    assert take(desk).outcomes == {"changed": 1, "unchanged": 1}
    web.replies["/feed.xml"] = Reply(feed(("https://bell.example/one", "Goat"), ("https://bell.example/two", "Goat two")))
    assert take(desk).outcomes == {"changed": 1, "unchanged": 1}, "it turned back"
    assert rebuilt(desk, tmp_path / "anew") == rows(desk)


def test_an_erased_article_leaves_every_copy_of_its_feed_and_does_not_come_back_with_the_next(tmp_path: Path, web: Web) -> None:
    entries = [(f"https://bell.example/{name}", f"Goat {name}") for name in ("one", "two", "three", "four", "five")]
    source = f'[[sources]]\nid = "bell"\nkind = "feed"\nurl = "{web.root}/feed.xml"\nfollow = false\n'
    desk = desk_of(tmp_path / "desk", source, web)
    for number in (2, 3, 4):  # of the second and third feed one entry is read, and their bytes hold all
        web.replies["/feed.xml"] = Reply(feed(*entries[:number]))
        take(desk)

    def holders() -> list[str]:
        return [path.name for path in desk.raw.iterdir() if b"Goat two" in path.read_bytes()]

    assert len(holders()) == 3
    article = article_id("https://bell.example/two", "bell", "")
    with pytest.raises(UsageError, match="3 raw files of it hold other articles too"):
        erase(desk, article, reason="a court order", who="ada", say=lambda line: None)
    erase(desk, article, reason="a court order", who="ada", raw=REWRITE, say=lambda line: None)
    assert holders() == [] and len(rows(desk)) == 3
    web.replies["/feed.xml"] = Reply(feed(*entries))
    assert take(desk).outcomes == {"new": 1, "unchanged": 3, "erased": 1}
    assert holders() == [] and rebuilt(desk, tmp_path / "anew") == rows(desk)
    assert take(desk).outcomes == {"unchanged": 4, "erased": 1}


def test_entries_without_ids_and_addresses(tmp_path: Path, web: Web) -> None:
    items = "".join(f"<item><title>Goat {number}</title><description>Down {number}.</description></item>" for number in range(3))
    web.replies["/feed.xml"] = Reply(f"<rss version='2.0'><channel><title>Bell</title>{items}{items}</channel></rss>")
    desk = feed_desk(tmp_path / "desk", web)
    assert take(desk).outcomes == {"new": 3} and len({row["article_id"] for row in rows(desk)}) == 3
    assert take(desk).outcomes == {"unchanged": 3}


def test_a_page_of_the_settings_and_one_by_hand(tmp_path: Path, web: Web) -> None:
    one, two = web.page("/one", "Goat", story("one")), web.page("/two", "Goat two", story("two"))
    desk = desk_of(tmp_path / "desk", f'[[sources]]\nid = "live"\nkind = "page"\nurl = "{one}"\noutlet = "The Bell"\n', web, recheck_minutes=600)
    assert take(desk).outcomes == {"new": 1}
    report = take(desk, addresses=[two, f"{web.root}/none"])
    assert report.outcomes == {"new": 1} and report.sources["address:127.0.0.1"].problems == [f"{web.root}/none: the server answered 404 (not found)"]
    web.page("/one", "Goat", story("changed"))
    assert take(desk).outcomes == {"unchanged": 1}, "not due yet"
    assert take(desk, addresses=[one]).outcomes == {"changed": 1}, "by hand no pause is kept"
    web.replies["/feed.xml"] = Reply(feed((web.page("/three", "Goat three", story("three")), "Goat 3")))
    assert take(desk, addresses=[f"{web.root}/feed.xml"]).outcomes == {"new": 1}
    assert {row["source"] for row in rows(desk)} == {"live", "address:127.0.0.1"}
    assert rebuilt(desk, tmp_path / "anew") == rows(desk)


def test_offline_fetches_nothing(tmp_path: Path, web: Web) -> None:
    web.replies["/feed.xml"] = Reply(feed((f"{web.root}/one", "Goat")))
    desk = feed_desk(tmp_path / "desk", web)
    assert take(desk, offline=True).seen == 0 and web.asked == []


def test_a_state_that_is_lost_or_damaged_comes_back(tmp_path: Path, web: Web) -> None:
    one = web.page("/one", "Goat", story("one"), ETag='"v1"')
    web.replies["/feed.xml"] = Reply(feed((one, "Goat")))
    desk = feed_desk(tmp_path / "desk", web)
    take(desk)
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(b"rubbish" * 1_000)):
        damage(desk.store.root / NAME)
        web.asked.clear()
        assert take(desk).outcomes == {"unchanged": 1}
        assert [one.headers.get("If-None-Match") for one in web.asked if one.path == "/one"] == ['"v1"'], "validators stand in data/raw"


def test_what_a_killed_run_fetched_is_read_by_the_next(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = [web.page(f"/{number}", f"Goat {number}", story(str(number))) for number in range(4)]
    web.replies["/feed.xml"] = Reply(feed(*((address, f"Goat {address}") for address in addresses), (f"{web.root}/none", "No goat")))
    real, kept = State.keep_page, []

    def killed(self: State, page: object) -> None:
        kept.append(page)
        if len(kept) == 3:
            raise KeyboardInterrupt
        real(self, page)

    desk = feed_desk(tmp_path / "desk", web)
    monkeypatch.setattr(State, "keep_page", killed)
    with pytest.raises(KeyboardInterrupt):
        take(desk)
    monkeypatch.setattr(State, "keep_page", real)
    assert desk.store.version("articles") is None
    web.page("/0", "Goat 0", story("other"))
    report = take(desk)
    assert report.seen == 5 and report.outcomes == {"new": 5} and report.sources["bell"].seen == 5
    assert len(rows(desk)) == 5
    assert rebuilt(desk, tmp_path / "anew") == rows(desk)
    assert take(desk).seen == 5


@pytest.mark.parametrize("n_polls", [14, pytest.param(100, marks=pytest.mark.faults)])
def test_many_polls_are_counted_rightly(tmp_path: Path, web: Web, n_polls: int) -> None:
    """A newsroom that publishes, changes, takes out of the feed and now and then loses a page; what must be counted is kept beside it."""
    chance = random.Random(9)
    desk = feed_desk(tmp_path / "desk", web, follow=True)
    texts: dict[int, int] = {}  # articles, and how often their text was changed
    versions: Counter[int] = Counter()
    listed: list[int] = []
    for poll in range(n_polls):
        new = [len(texts) + number for number in range(chance.choice((0, 0, 1, 2)))]
        listed = (new + listed)[:12]
        changed = {number for number in listed if number not in new and chance.random() < 0.08}
        for number in [*new, *changed]:
            texts[number] = texts.get(number, -1) + 1
            headers = {"ETag": f'"{number}-{texts[number]}"'} if number % 3 else {}
            web.page(f"/{number}", f"Goat {number}", story(f"{number} and {texts[number]}"), **headers)
        versions.update([*new, *changed])
        content = feed(*((f"{web.root}/{number}", f"Goat {number}") for number in listed))
        web.replies["/feed.xml"] = Reply(content, headers={"ETag": f'"{hash(content)}"'}) if listed else Reply(feed())
        report = take(desk)
        expected = Counter(new=len(new), changed=len(changed), unchanged=len(listed) - len(new) - len(changed))
        assert report.outcomes == +expected and report.seen == len(listed), (poll, report.source_lines())
        assert not listed or report.sources["bell"].outcomes == +expected
    found = Counter(row["article_id"] for row in rows(desk))
    assert sorted(found.values()) == sorted(versions.values()) and report.quarantined == {}
    assert rebuilt(desk, tmp_path / "anew") == rows(desk)


def test_what_runs_did_is_kept(tmp_path: Path, web: Web) -> None:
    one = web.page("/one", "Goat", story("one"))
    web.replies["/feed.xml"] = Reply(feed((one, "Goat"), (f"{web.root}/none", "No goat")))
    desk = feed_desk(tmp_path / "desk", web)
    assert polls(desk.store.root / NAME) == []
    for _ in range(2):
        take(desk)
    first, second = polls(desk.store.root / NAME)
    assert (first["source"], first["seen"], first["new"], first["n_fetched"]) == ("bell", 2, 2, 1)
    assert (second["unchanged"], second["not_fetched"]) == (2, {"the server answered 404 (not found)": 1}) and first["at"] < second["at"]


def test_status_says_how_each_source_fares(tmp_path: Path, web: Web) -> None:
    def shown() -> list[str]:
        text = show(look(desk))
        return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "WHEN", text[text.index("source bell") :]).splitlines()

    web.replies["/feed.xml"] = Reply(feed((web.page("/one", "Goat", story("one")), "Goat")))
    desk = feed_desk(tmp_path / "desk", web)
    assert shown() == ["source bell (feed): not asked for yet"]
    take(desk)
    assert shown() == ["source bell (feed), asked for WHEN: 1 article listed: 1 new; 1 page fetched"]
    take(desk)
    line, last = shown()
    assert line == "source bell (feed), asked for WHEN: 1 article listed: 1 unchanged; nothing new; 1 looked at and unchanged"
    assert last == "  last new or changed article: WHEN"
    web.replies["/feed.xml"] = Reply(b"gone", 410)
    for _ in range(3):
        take(desk)
    line, failing, last = shown()
    assert line.startswith("source bell (feed), asked for WHEN: not read: ") and "410" in line
    assert failing == "  nothing of it could be read since WHEN, 3 times in a row" and last == "  last new or changed article: WHEN"
    (one,) = look(desk)["sources"]
    assert one["last_new_at"] < one["failing_since"] < one["asked_at"] and one["n_failures"] == 3


def test_an_article_that_was_erased_is_not_asked_for(tmp_path: Path, web: Web) -> None:
    one, two = web.page("/one", "Goat", story("one")), web.page("/two", "Goat two", story("two"))
    web.replies["/feed.xml"] = Reply(feed((one, "Goat"), (two, "Goat two")))
    desk = feed_desk(tmp_path / "desk", web)
    found = gather(desk, desk.settings.sources, "2026-03-02T10:00:00+00:00", erased={article_id(canonical(one), "bell", "")})
    assert [item.listed.url for item in found.items] == [two] and found.reports["bell"].outcomes == {"erased": 1} and "/one" not in web.paths()
    found.finish()


def test_hosts_are_asked_side_by_side_and_each_by_one_at_a_time(tmp_path: Path, web: Web) -> None:
    lock, active, most = threading.Lock(), Counter(), Counter()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        host = handler.headers["Host"]
        with lock:
            active.update([host, "all"])
            most.update({name: max(0, active[name] - most[name]) for name in (host, "all")})
        time.sleep(0.05)
        with lock:
            active.subtract([host, "all"])
        content = page(f"Goat of {host}", story(host)).encode()
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content)

    hosts = [f"{name}.example" for name in ("bell", "horn", "gate", "mill")]
    for number in range(3):
        web.replies[f"/{number}"] = Reply(slow)
    desk = desk_of(tmp_path / "desk", '[[sources]]\nid = "list"\nkind = "addresses"\npath = "list.txt"\n', at_once=3)
    (desk.root / "list.txt").write_text("".join(f"http://{host}/{number}\n" for number in range(3) for host in hosts))
    network, _ = made_up_network(dict.fromkeys(hosts, ["93.184.215.14"]), web)
    assert take(desk, network=network).outcomes == {"new": 12}
    assert all(most[host] == 1 for host in hosts) and 2 <= most["all"] <= 3


def test_an_outlet_comes_from_the_settings_before_the_list(tmp_path: Path, web: Web) -> None:
    web.replies["/feed.xml"] = Reply(feed((web.page("/one", "Goat", story("one")), "Goat"), title="The Bell: politics"))
    for name, more, outlet in (("a", "", "The Bell: politics"), ("b", f'[outlets]\n"127.0.0.1:{web.port}" = "The Bell"\n', "The Bell")):
        desk = desk_of(tmp_path / name, f'[[sources]]\nid = "bell"\nkind = "feed"\nurl = "{web.root}/feed.xml"\n{more}', web)
        take(desk)
        assert [row["outlet"] for row in rows(desk)] == [outlet]


def test_a_page_with_a_date_of_its_own_keeps_it(tmp_path: Path, web: Web) -> None:
    head = '<meta property="article:published_time" content="2026-03-01T08:00:00+01:00">'
    web.replies["/one"] = Reply(page("Goat", story("one"), head))
    web.replies["/feed.xml"] = Reply(feed((f"{web.root}/one", "Goat", "Mon, 02 Mar 2026 10:00:00 GMT")))
    desk = feed_desk(tmp_path / "desk", web)
    take(desk)
    [row] = rows(desk)
    assert row["published_at"].isoformat() == "2026-03-01T07:00:00+00:00" and row["published_from"] != "feed"


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", ["add_pending", "keep_fetched", "keep_page", "keep_entries", "keep_list", "keep_absent", "_append", "add", "finish"])
def test_a_kill_at_any_point_loses_and_doubles_nothing(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch, at: str, is_after: bool) -> None:
    """Three pages, an entry without its page, and a sitemap with an address that is not there; a page changes before the next run."""
    addresses = [web.page(f"/{number}", f"Goat {number}", story(str(number))) for number in range(3)]
    web.replies["/feed.xml"] = Reply(feed(*((one, f"Goat {one}") for one in addresses), (f"{web.root}/none", "No goat")), headers={"ETag": '"f"'})
    web.replies["/map.xml"] = Reply(f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{web.root}/lost</loc></url></urlset>")
    sources = "".join(f'[[sources]]\nid = "{name}"\nkind = "{kind}"\nurl = "{web.root}/{name}.xml"\n' for name, kind in (("feed", "feed"), ("map", "sitemap")))
    desk = desk_of(tmp_path / "desk", sources, web)
    place = {"keep_fetched": following, "keep_absent": ingest_run, "_append": ingest_run, "add": Register}.get(at, State)
    real, calls = getattr(place, at), []

    def killed(*arguments: object, **options: object) -> object:
        calls.append(at)
        is_now = len(calls) == (2 if at in ("add_pending", "keep_fetched", "keep_page") else 1)
        if is_now and not is_after:
            raise KeyboardInterrupt
        found = real(*arguments, **options)
        if is_now:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(place, at, killed)
    with pytest.raises(KeyboardInterrupt):
        take(desk)
    monkeypatch.setattr(place, at, real)
    web.page("/1", "Goat 1", story("changed"))
    report = take(desk)
    assert report.seen == 5, report.source_lines()
    later = take(desk)  # of a page that waited to be read the change is seen now
    assert later.seen == 5 and later.outcomes["new"] == 0 and later.outcomes["changed"] <= 1
    assert take(desk).outcomes == {"unchanged": 5}
    found = rows(desk)
    assert len({row["article_id"] for row in found}) == 5 and len(found) == len({(row["article_id"], row["version"]) for row in found})
    assert {row["text"] for row in found} >= {f"Goat 1\n\n{story('changed').strip()}"}
    assert rebuilt(desk, tmp_path / "again") == found


def test_after_a_rebuild_the_next_poll_goes_on(tmp_path: Path, web: Web) -> None:
    from nutgraf.upkeep.rebuild import rebuild

    one = web.page("/one", "Goat", story("one"), ETag='"v1"')
    web.replies["/feed.xml"] = Reply(feed((one, "Goat", "Mon, 02 Mar 2026 10:00:00 GMT"), (f"{web.root}/none", "No goat")))
    desk = feed_desk(tmp_path / "desk", web)
    take(desk)
    web.page("/one", "Goat", story("changed"), ETag='"v2"')
    take(desk)
    found = rebuild(desk, say=lambda line: None)
    assert found.is_identical, found.lines()
    web.asked.clear()
    assert take(Desk(desk.root)).outcomes == {"unchanged": 2}
    assert [one.headers.get("If-None-Match") for one in web.asked if one.path == "/one"] == ['"v2"']
