"""Identity, versions and rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nutgraf.ingest.articles import Reader, Versions, address_of, article_id, canonical, to_row
from nutgraf.ingest.credits import Agencies
from nutgraf.ingest.records import Moment, RawItem, Record

READER = Reader(Agencies({"NPB": "Norvessa Press Bureau"}), {})
DAY = datetime(2026, 3, 9, 12, tzinfo=UTC)


def item(**changes: object) -> RawItem:
    return RawItem(**{"path": Path("a.html"), "source": "s", "key": "a.html", **changes})


def row(text: str = "Head\n\nThe ferry sailed.", *, hours: int = 0, url: str = "https://bell.example/a", **changes: object) -> dict:
    record = Record("a.html", text, **{"headline": "Head", "url": url, "extractor": "trafilatura 2", **changes})
    return to_row(record, item(), "0" * 64, DAY + timedelta(hours=hours), READER)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("HTTP://Bell.example:80/News/A/?utm_source=x&b=2&fbclid=q#frag", "https://bell.example/News/A?b=2"),
        ("https://bell.example/?p=17", "https://bell.example?p=17"),
        ("https://bell.example:8443/a", "https://bell.example:8443/a"),
        ("https://bell.example/", None),
        ("ftp://bell.example/a", None),
        ("javascript:alert(1)", None),
        ("http://[bad/a", None),
        ("", None),
        (None, None),
    ],
)
def test_canonical_addresses(given_: str | None, expected: str | None) -> None:
    assert canonical(given_) == expected


@given(st.text(max_size=80))
@example("\x85#")
@example(" #")
def test_canonical_is_settled_after_once(url: str) -> None:
    for address in (canonical(url), canonical(f"https://bell.example/{url}")):
        assert address is None or canonical(address) == address


def test_a_reprint_that_names_the_original_is_not_its_version() -> None:
    reprint = Record("a", canonical_url="https://agency.example/original", url="https://www.bell.example/reprint")
    assert address_of(reprint, item()) == "https://www.bell.example/reprint"
    same_site = Record("a", canonical_url="/story", url="https://m.bell.example/story?x=1")
    assert address_of(same_site, item()) == "https://m.bell.example/story"
    saved = Record("a", canonical_url="https://bell.example/story")
    assert address_of(saved, item()) == "https://bell.example/story"


def test_without_an_address_source_and_key_make_the_identity() -> None:
    assert article_id(None, "files:1", "a.txt") != article_id(None, "files:2", "a.txt")
    assert len(article_id("https://bell.example/a", "", "")) == 16


def test_characters_no_table_can_hold_are_replaced_one_for_one() -> None:
    made = row("a\x00b \ud800 c", headline="H\x00\ud800\nead")
    assert made["text"] == "a\ufffdb \ufffd c" and made["headline"] == "H ead"
    assert "no table can hold" in made["text_repair"]


def test_a_date_after_the_fetch_is_little_believed() -> None:
    late = Moment(DAY + timedelta(days=30), "minute", None, "feed", "high")
    assert row(published=late)["published_confidence"] == "low"


def test_versions_are_counted_and_the_same_again_is_unchanged() -> None:
    versions = Versions([])
    first, again, changed = row(), row(hours=1), row("Head\n\nThe ferry sank.", hours=2)
    assert [versions.place(one) for one in (first, again, changed)] == ["new", "unchanged", "changed"]
    assert first["version"] == 1 and "version" not in again and changed["version"] == 2
    assert Versions([first, changed]).place(row("Head\n\nThe ferry sank.", hours=9)) == "unchanged"


def test_a_text_that_comes_back_is_a_change() -> None:
    versions = Versions([])
    texts = ["A.", "B.", "A."]
    assert [versions.place(row(text, hours=n)) for n, text in enumerate(texts)] == ["new", "changed", "changed"]


def test_an_old_capture_handed_in_late_is_known_again() -> None:
    versions = Versions([])
    for n, text in enumerate(["A.", "B."]):
        versions.place(row(text, hours=n))
    assert versions.place(row("A.", hours=0)) == "unchanged"


def test_a_summary_adds_nothing_to_a_page_but_a_page_adds_to_a_summary() -> None:
    def summary(hours: int) -> dict:
        return row("Head\n\nIn short.", hours=hours, completeness="summary", extractor="feedparser 6")

    versions = Versions([])
    assert versions.place(row()) == "new" and versions.place(summary(1)) == "unchanged"
    versions = Versions([])
    assert versions.place(summary(0)) == "new" and versions.place(row(hours=1)) == "changed"


def test_a_feeds_full_text_does_not_take_turns_with_the_page() -> None:
    versions = Versions([])
    feed = {"extractor": "feedparser 6"}
    outcomes = [
        versions.place(row("Head\n\nPage.", hours=0)),
        versions.place(row("Head\n\nFeed.", hours=1, **feed)),
        versions.place(row("Head\n\nPage.", hours=2)),
        versions.place(row("Head\n\nFeed.", hours=3, **feed)),
    ]
    assert outcomes == ["new", "unchanged", "unchanged", "unchanged"]


def test_a_broken_capture_is_noted_once_and_the_good_text_is_not_new_after_it() -> None:
    versions = Versions([])
    outcomes = [
        versions.place(row()),
        versions.place(row("", hours=1, problem="no article text was found in the page")),
        versions.place(row("", hours=2, problem="no article text was found in the page")),
        versions.place(row(hours=3)),
    ]
    assert outcomes == ["new", "changed", "unchanged", "unchanged"]


def test_versions_of_different_articles_do_not_meet() -> None:
    for order in permutations(["https://bell.example/a", "https://bell.example/b", "https://echo.example/a"]):
        versions = Versions([])
        assert [versions.place(row(url=url)) for url in order] == ["new"] * 3
