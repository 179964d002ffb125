"""Feeds: entries to records, summaries told from articles, and hostile ones refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nutgraf.errors import InputError
from nutgraf.ingest.articles import Reader, to_row
from nutgraf.ingest.credits import Agencies
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


FORMATS = {
    "rss 0.91": "<rss version='0.91'><channel><title>S</title><item><title>Lamp</title><link>https://skerry.example/lamp</link></item></channel></rss>",
    "rss 0.92": "<rss version='0.92'><channel><title>S</title><item><title>Lamp</title><link>https://skerry.example/lamp</link></item></channel></rss>",
    "rss 1.0": "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
    "<channel><title>S</title></channel><item rdf:about='https://skerry.example/lamp'><title>Lamp</title><link>https://skerry.example/lamp</link>"
    "<dc:date>2026-03-05T10:00:00Z</dc:date><dc:creator>Orla Fennick</dc:creator></item></rdf:RDF>",
    "rss 0.90": "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'>"
    "<channel><title>S</title></channel><item><title>Lamp</title><link>https://skerry.example/lamp</link></item></rdf:RDF>",
    "atom 0.3": "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>S</title><entry><title>Lamp</title><id>1</id><issued>2026-03-05T10:00:00Z</issued>"
    "<modified>2026-03-06T10:00:00Z</modified><link rel='alternate' type='text/html' href='https://skerry.example/lamp'/></entry></feed>",
    "atom 1.0": "<feed xmlns='http://www.w3.org/2005/Atom'><title>S</title><entry><title>Lamp</title><id>1</id><published>2026-03-05T10:00:00Z</published>"
    "<updated>2026-03-06T10:00:00Z</updated><link href='https://skerry.example/lamp'/></entry></feed>",
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_old_and_new_formats_of_feeds(name: str) -> None:
    [record] = read(FORMATS[name])
    assert (record.headline, record.url, record.outlet) == ("Lamp", "https://skerry.example/lamp", "S")
    assert record.published is None or (record.published.at.day, record.published.at.hour) == (5, 10)
    assert record.modified is None or record.modified.at.day == (5 if name == "rss 1.0" else 6), "dc:date stands for both"
    assert (record.published is None) == (name in ("rss 0.91", "rss 0.92", "rss 0.90"))


def entry(title: str, *, guid: str | None = None, link: str | None = None) -> str:
    known = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    return f"<item><title>{title}</title>{known}{f'<link>{link}</link>' if link else ''}</item>"


def test_an_id_that_all_entries_have_tells_none_apart() -> None:
    records = read(rss(entry("A", guid="x"), entry("B", guid="x"), entry("C", guid="y"), entry("D", guid="z"), entry("D", guid="z")))
    keys = [record.key for record in records]
    assert len(set(keys)) == 4 and keys[2:] == ["f.xml#y", "f.xml#z", "f.xml#z"], "an entry that stands there twice is one"
    assert [record.key for record in read(rss(entry("B", guid="x"), entry("A", guid="x")))] == keys[1::-1], "the order is no part of it"


def test_an_address_that_several_entries_share_is_none_of_theirs() -> None:
    page = "https://skerry.example/live"
    records = read(rss(entry("A", guid="1", link=f"{page}#1"), entry("B", guid="2", link=f"{page}#2"), entry("C", guid="3", link="https://skerry.example/c"),
                       entry("D", guid="4")), url="https://skerry.example/feed")  # fmt: skip
    rows = [to_row(record, RawItem(Path("f"), "s", "f", url="https://skerry.example/feed"), None, datetime(2026, 3, 9, tzinfo=UTC), Reader(Agencies(), {}))
            for record in records]  # fmt: skip
    assert [row["canonical_url"] for row in rows] == [None, None, "https://skerry.example/c", None]
    assert len({row["article_id"] for row in rows}) == 4 and rows[0]["url"] == f"{page}#1"
    assert read(rss(entry("A", guid="1", link=page), entry("A", guid="2", link=page)))[0].has_own_url, "one article with two ids"


def test_relative_links_are_completed_and_an_id_is_no_link() -> None:
    items = (entry("A", link="/a"), entry("B", guid="tag:b"), entry("C", link="http://["))
    assert [record.url for record in read(rss(*items), url="https://skerry.example/news/feed")] == ["https://skerry.example/a", None, None]
    based = rss(*items).replace("<title>Skerry Post</title>", "<title>S</title><link>https://post.example/x/</link>")
    assert read(based)[0].url == "https://post.example/a", "the feed's page, where nobody knows the feed's own address"
    record = read(rss(*items))[0]
    assert record.url == "/a" and not record.has_own_url
    atom = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://skerry.example/x/'><entry><id>1</id><title>A</title><link href='a'/></entry></feed>"
    assert read(atom)[0].url == "https://skerry.example/x/a"


def test_dates_that_lie_ahead_are_of_low_confidence() -> None:
    [record] = read(rss("<item><title>A</title><pubDate>Thu, 05 Mar 2099 10:00:00 GMT</pubDate></item>"))
    row = to_row(record, RawItem(Path("f"), "s", "f"), None, datetime(2026, 3, 9, tzinfo=UTC), Reader(Agencies(), {}))
    assert (row["published_at"].year, row["published_confidence"]) == (2099, "low")


def test_markup_in_a_title_and_unseen_parts_of_a_body() -> None:
    [record] = read(rss(
        "<item><title><![CDATA[<b>Lamp</b> &amp; <script>alert(1)</script>kettle]]></title><description><![CDATA[<p>One<!-- no --> two<script>no</script> three</p>"
        "<iframe><a>no</a></iframe><style>no</style><svg><title>no</title><text>no</text></svg>four<br>five]]></description></item>"
    ))  # fmt: skip
    assert record.headline == "Lamp & kettle"
    assert record.text.split("\n\n")[1:] == ["One two three", "four", "five"]


@given(st.lists(st.tuples(*[st.sampled_from([None, "a", "b", "https://skerry.example/a", "/r", "\x00", "<&>"])] * 4), min_size=1, max_size=6), st.binary(max_size=40), st.integers(0, 900))
@settings(max_examples=120, deadline=None)
def test_no_feed_breaks_the_reader(entries: list[tuple], noise: bytes, at: int) -> None:
    names = ("title", "guid", "link", "description")
    items = "".join("<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in zip(names, one, strict=True) if value) + "</item>" for one in entries)
    content = bytearray(rss(items).encode())
    if noise:
        content[at : at + len(noise)] = noise
    try:
        records = read(bytes(content))
    except InputError:
        return
    assert records and all(record.problem or record.text for record in records)


def test_what_would_keep_the_parser_busy_is_refused() -> None:
    with pytest.raises(InputError, match="25,000 entries"):
        read(rss("<item><title>A</title></item>" * 25_000))
    with pytest.raises(InputError, match="more than 500 attributes"):
        read(rss("<item><title " + " ".join(f"a{n}='x'" for n in range(30_000)) + ">A</title></item>"))
    picture = f"<item><title>A</title><description><![CDATA[<img src='data:image/png;base64,{'QUJD' * 5_000}='>{LONG}]]></description></item>"
    assert read(rss(picture))[0].text.endswith("kettle."), "a picture in a body is no such tag"


def test_hostile_titles_and_bodies_end_in_time() -> None:
    """Each of these took time with the square of its length."""
    brackets = "&lt;a" * 200_000 + "&lt;/a&gt;"
    records = read(rss(f"<item><title>{brackets}</title></item>", f"<item><title>B</title><description>{LONG} {'…' * 300_000}a</description></item>"))
    assert len(records) == 2
