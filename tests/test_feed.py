"""The list of reports and the feed: light, true to the record, and by the rules of RFC 4287."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree
from nutgraf.desk import Desk
from nutgraf.publish import record
from nutgraf.publish.check import check_site
from nutgraf.publish.index import IN_FEED, MOST_BYTES, rebuild_index

from tests.test_site import empty  # noqa: F401 - a fixture

ATOM = "{http://www.w3.org/2005/Atom}"


def published(desk: Desk, slug: str, version: int = 1, day: int = 1, **more: Any) -> None:
    entry = {
        "event": "published", "edition": slug, "version": version, "title": slug.title(),
        "published_at": f"2026-03-{day:02d}T10:00:00+00:00", "content_sha256": f"{slug}{version}", "pages": ["a"], "n": {"articles": 12}, "changes": [],
    }  # fmt: skip
    record.append(desk.decisions, {**entry, **more})


def happened(desk: Desk, event: str, slug: str, version: int, day: int, **more: Any) -> None:
    record.append(desk.decisions, {"event": event, "edition": slug, "version": version, "at": f"2026-03-{day:02d}T10:00:00+00:00", **more})


def busy(desk: Desk) -> Desk:
    """A desk on which everything has happened, with texts that try to break the feed."""
    published(desk, "dam", 1, 1)
    published(desk, "ferry", 1, 2, title="A <b>ferry</b> & \x0b its ]]> crew")
    published(desk, "dam", 2, 3, changes=["New: <script>alert(1)</script>"])
    happened(desk, "corrected", "dam", 1, 4, note="Nineteen & not <ninety-one>.")
    happened(desk, "withdrawn", "ferry", 1, 5, reason="A person was named by mistake.")
    happened(desk, "rolled_back", "dam", 1, 6, version_from=2)
    rebuild_index(desk)
    return desk


def test_the_feed_keeps_the_rules_of_rfc_4287(empty: Desk) -> None:  # noqa: F811
    root = etree.fromstring((busy(empty).site / "feed.xml").read_bytes())
    entries = root.findall(f"{ATOM}entry")
    assert root.tag == f"{ATOM}feed" and len(entries) == 3
    for node in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{ATOM}{name}")) == 1, f"exactly one {name}"
        (uri,) = node.findall(f"{ATOM}id")
        assert re.match(r"tag:[a-z0-9.-]+,\d{4}-\d\d-\d\d:\S+$", uri.text)
        for name in ("updated", "published"):
            for moment in node.findall(f"{ATOM}{name}"):
                assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$", moment.text) and datetime.fromisoformat(moment.text)
        alternates = [link for link in node.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len({(link.get("type"), link.get("hreflang")) for link in alternates}) == len(alternates) == 1
        assert all(link.get("href") for link in node.findall(f"{ATOM}link"))
        assert len(node.findall(f"{ATOM}summary")) <= 1
    assert root.find(f"{ATOM}author/{ATOM}name").text, "an author, which every entry inherits"
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(ids)) == len(ids)
    updated = [entry.find(f"{ATOM}updated").text for entry in entries]
    assert updated == sorted(updated, reverse=True) and root.find(f"{ATOM}updated").text == updated[0]
    first_entry = next(child for child in root if child.tag == f"{ATOM}entry")
    assert all(child.tag == f"{ATOM}entry" for child in list(root)[list(root).index(first_entry) :])


def test_corrections_withdrawals_and_rollbacks_are_updated_entries(empty: Desk) -> None:  # noqa: F811
    ids = {}
    for step in range(2):
        if step == 0:
            for day, slug, version in ((1, "dam", 1), (2, "ferry", 1), (3, "dam", 2)):
                published(empty, slug, version, day)
            rebuild_index(empty)
        else:
            (empty.decisions / record.FILE).unlink()
            busy(empty)
        feed = feedparser.parse((empty.site / "feed.xml").read_bytes())
        assert not feed.bozo
        ids[step] = {entry.id for entry in feed.entries}
    assert ids[0] == ids[1], "an update is no new entry"
    dam, ferry, newer = feed.entries
    assert (dam.title, dam.updated, dam.published) == ("Shown again: Dam", "2026-03-06T10:00:00+00:00", "2026-03-01T10:00:00+00:00")
    back = "On 6 March 2026 we went back to this version from version 2"
    assert dam.summary == f"{back}; Correction, 4 March 2026: Nineteen & not <ninety-one>."
    assert ferry.title.startswith("Withdrawn: A <b>ferry</b> &")
    assert ferry.summary == "Withdrawn, 5 March 2026: A person was named by mistake."
    assert newer.title == "Dam (version 2)" and newer.summary == "New: <script>alert(1)</script>"
    assert dam.link == "editions/dam/v1/index.html"


def test_ids_stay_when_the_site_gets_an_address(empty: Desk) -> None:  # noqa: F811
    from nutgraf.publish.index import entry_id

    at = "2026-03-01T10:00:00+00:00"
    published(empty, "dam", 1, 1, id=entry_id(empty, "dam", 1, at))
    rebuild_index(empty)
    before = feedparser.parse((empty.site / "feed.xml").read_bytes())
    (empty.root / "nutgraf.toml").write_text('site_url = "https://news.example/reports"\n', encoding="utf-8")
    desk = Desk(empty.root)
    published(desk, "ferry", 1, 2, id=entry_id(desk, "ferry", 1, at))
    rebuild_index(desk)
    after = feedparser.parse((desk.site / "feed.xml").read_bytes())
    assert after.feed.id == before.feed.id and after.entries[1].id == before.entries[0].id
    assert after.entries[0].id == "tag:news.example,2026-03-01:ferry/v1"
    assert after.entries[0].link == "https://news.example/reports/editions/ferry/v1/index.html"
    assert [link.href for link in after.feed.links if link.rel == "self"] == ["https://news.example/reports/feed.xml"]


def test_the_feed_holds_the_newest_updates(empty: Desk) -> None:  # noqa: F811
    for number in range(IN_FEED + 20):
        published(empty, f"report-{number}", day=number % 28 + 1)
    happened(empty, "corrected", "report-0", 1, 29, note="A correction.")
    rebuild_index(empty)
    feed = feedparser.parse((empty.site / "feed.xml").read_bytes())
    assert len(feed.entries) == IN_FEED and feed.entries[0].title == "Corrected: Report-0"


@pytest.mark.parametrize("title", ["How {} outlets told it", "A title that goes on & on <{}> " + "and on " * 60])
def test_a_thousand_editions_make_light_pages(empty: Desk, title: str) -> None:  # noqa: F811
    empty.decisions.mkdir(parents=True)
    lines = []
    for number in range(1000):
        lines.append(
            f'{{"event": "published", "edition": "report-{number}", "version": 1, "title": "{title.format(number)}", "published_at": '
            f'"2026-03-{number % 28 + 1:02d}T10:00:00+00:00", "content_sha256": "x", "pages": ["a"], "n": {{"articles": 12}}}}\n'
        )
    (empty.decisions / record.FILE).write_text("".join(lines), encoding="utf-8")
    states = {f"report-{number}": "stale since 3 March 2026 because its choice of articles changed" for number in range(1000)}
    rebuild_index(empty, states)
    pages = sorted(empty.site.glob("index*.html"))
    assert len(pages) >= 20 and max(page.stat().st_size for page in pages) <= MOST_BYTES == 40_000
    together = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert together.count("<li><strong>") == 1000 and together.count("stale since") == 1000
    before = {page.name: page.read_bytes() for page in pages}
    rebuild_index(empty, states)
    assert {page.name: page.read_bytes() for page in sorted(empty.site.glob("index*.html"))} == before
    assert check_site(empty.site) == []
    (empty.decisions / record.FILE).write_text(lines[0], encoding="utf-8")
    rebuild_index(empty)
    assert [page.name for page in empty.site.glob("index*.html")] == ["index.html"], "pages that are too many go"


def test_the_list_says_what_the_record_tells(empty: Desk, tmp_path: Path) -> None:  # noqa: F811
    rebuild_index(busy(empty), {"dam": "up to date"})
    text = re.sub(r"<[^>]+>", "", (empty.site / "index.html").read_text(encoding="utf-8").partition("</style>")[2])
    assert "Version 1, 1 March 2026; 12 articles; corrected 4 March 2026; shown again since 6 March 2026; up to date" in text
    assert "Version 1, 2 March 2026; withdrawn 5 March 2026" in text
