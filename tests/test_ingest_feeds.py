"""Feeds: entries to records, summaries told from articles, and hostile ones refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.errors import InputError
from nutgraf.ingest.formats.feeds import read_feed
from nutgraf.ingest.records import RawItem, Record

from tests.conftest import labelled

LONG = " ".join(["The keeper of the lamp went down to the boat and came back with a kettle."] * 20)


def rss(*items: str, head: str = "") -> str:
    return f"<?xml version='1.0' encoding='utf-8'?>{head}<rss version='2.0'><channel><title>Skerry Post</title>{''.join(items)}</channel></rss>"


def read(content: str | bytes, **changes: object) -> list[Record]:
    item = RawItem(**{"path": Path("f.xml"), "source": "s", "key": "f.xml", **changes})
    return list(read_feed(item, content.encode() if isinstance(content, str) else content))


def test_an_item_is_a_summary_with_address_author_and_date() -> None:
    [record] = read(rss(
        "<item><title>Keys</title><link>https://skerry.example/keys</link><guid>k1</guid><author>Orla Fennick</author>"
        "<category>Coast</category><pubDate>Thu, 05 Mar 2026 18:40:00 +0100</pubDate><description>In &lt;em&gt;short&lt;/em&gt;.</description></item>"
    ))  # fmt: skip
    assert (record.text, record.completeness, record.url) == ("Keys\n\nIn short.", "summary", "https://skerry.example/keys")
    assert (record.key, record.byline, record.section, record.outlet) == ("f.xml#k1", "Orla Fennick", "Coast", "Skerry Post")
    assert record.published.at == datetime(2026, 3, 5, 17, 40, tzinfo=UTC) and record.published.offset == "+01:00"


def test_full_content_is_an_article_and_cut_content_is_not() -> None:
    def entry(body: str) -> str:
        return (
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>S</title><entry><id>1</id><title>Keys</title><updated>2026-03-06T09:00:00Z</updated>"
            f"<published>2026-03-05T09:00:00Z</published><content type='html'>{body}</content></entry></feed>"
        )

    [full] = read(entry(f"&lt;p&gt;{LONG}&lt;/p&gt;&lt;p&gt;The end.&lt;/p&gt;"))
    assert full.completeness == "full" and full.text.endswith("kettle.\n\nThe end.")
    assert full.published.at.day == 5 and full.modified.at.day == 6
    assert read(entry(f"&lt;p&gt;{LONG}&lt;/p&gt;&lt;p&gt;Continue reading&lt;/p&gt;"))[0].completeness == "summary"
    assert read(entry("&lt;p&gt;Short.&lt;/p&gt;"))[0].completeness == "summary"


def test_a_title_with_escaped_markup_is_shown_as_text() -> None:
    titles = ["A &amp;lt;b&amp;gt;safe&amp;lt;/b&amp;gt; lamp", "A &lt;b&gt;bold&lt;/b&gt; lamp", "Lamp &amp; kettle", "5 &lt; 6"]
    records = read(rss(*(f"<item><title>{title}</title><guid>{n}</guid></item>" for n, title in enumerate(titles))))
    assert [record.headline for record in records] == ["A <b>safe</b> lamp", "A bold lamp", "Lamp & kettle", "5 < 6"]


def test_without_a_guid_the_link_is_the_key_and_without_both_the_content() -> None:
    records = read(rss("<item><title>A</title><link>https://skerry.example/a</link></item>", "<item><title>B</title></item>",
                       "<item><title>C</title></item>"))  # fmt: skip
    keys = [record.key for record in records]
    assert keys[0] == "f.xml#https://skerry.example/a" and len(set(keys)) == 3
    assert [record.key for record in read(rss("<item><title>C</title></item>"))] == keys[2:], "another place, the same key"


def test_a_clock_without_a_zone_is_the_desks() -> None:
    item = "<item><title>A</title><pubDate>Wed, 11 Mar 2026 15:20:00</pubDate></item>"
    [record] = read(rss(item), zone=timezone(timedelta(hours=1)))
    assert record.published.at == datetime(2026, 3, 11, 14, 20, tzinfo=UTC)
    assert (record.published.offset, record.published.confidence) == (None, "medium")


BOMB = "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;'>]>"


@pytest.mark.parametrize(
    "content",
    [
        rss("<item><title>&b;</title></item>", head=BOMB),
        rss("<item><title>&b;</title></item>", head=BOMB).replace("utf-8", "utf-16").encode("utf-16"),
        rss("<item><title>x</title></item>", head="<!doctype rss SYSTEM 'file:///etc/passwd'>"),
        "<html><body><p>a page</p></body></html>",
        "<note><to>nobody</to></note>",
        "not markup",
        rss(),
        b"\x1f\x8b\x08\x00 gzip",
    ],
    ids=["bomb", "bomb in utf-16", "document type", "page", "other xml", "text", "no entries", "gzip"],
)
def test_what_is_no_harmless_feed_is_refused(content: str | bytes) -> None:
    with pytest.raises(InputError):
        read(content)


def test_bytes_that_name_a_file_are_never_opened(tmp_path: Path) -> None:
    trap = tmp_path / "feed.xml"
    trap.write_text(rss("<item><title>A</title></item>"))
    with pytest.raises(InputError):
        read(str(trap))


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_any_content_of_an_entry_is_read_or_refused(text: str) -> None:
    try:
        for record in read(rss(f"<item><title>{text}</title><description>{text}</description></item>")):
            assert record.completeness in ("full", "summary")
    except InputError:
        pass


def test_real_feeds_are_parsed_and_the_page_among_them_is_not() -> None:
    folder = labelled("feeds")
    entries = [json.loads(line) for line in (folder / "manifest.jsonl").open(encoding="utf-8")]
    failed = []
    for entry in entries[::5]:
        try:
            found = len(read((folder / entry["file"]).read_bytes()))
        except InputError as error:
            failed.append((entry["file"], entry["kind"], str(error)))
        else:
            assert found
    assert len(failed) <= 1, failed
