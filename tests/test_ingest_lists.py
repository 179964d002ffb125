"""Sitemaps, lists of addresses, and what feeds point at: which articles there are to fetch."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nutgraf.errors import InputError, UsageError
from nutgraf.ingest.fetching import lists
from nutgraf.ingest.formats import address_lists, sitemaps
from nutgraf.ingest.formats.address_lists import read_addresses
from nutgraf.ingest.formats.sitemaps import read_sitemap
from nutgraf.ingest.records import Listed
from nutgraf.settings import Source

SITEMAP = "https://skerry.example/maps/news.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)
NEWS = (
    "<url><loc>https://skerry.example/lamp?a=1&amp;b=2</loc><lastmod>2026-03-06</lastmod><image:image><image:loc>https://skerry.example/x.jpg"
    "</image:loc><image:title>A picture</image:title></image:image><news:news><news:publication><news:name>Skerry Post</news:name>"
    "<news:language>en</news:language></news:publication><news:publication_date>2026-03-05T10:00:00+01:00</news:publication_date>"
    "<news:title>Lamp &amp; kettle</news:title></news:news></url>"
)


def urls(content: str | bytes, url: str | None = SITEMAP) -> list[str]:
    return [one.url for one in read_sitemap(content.encode() if isinstance(content, str) else content, url, UTC)[0]]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_news_sitemap_says_title_outlet_times_and_language(pack: type) -> None:
    articles, further = read_sitemap(pack((HEAD + NEWS + "</urlset>").encode()), SITEMAP, UTC)
    [article] = articles
    assert not further
    assert (article.url, article.key) == ("https://skerry.example/lamp?a=1&b=2",) * 2
    assert (article.headline, article.outlet, article.language) == ("Lamp & kettle", "Skerry Post", "en")
    assert article.published.at == datetime(2026, 3, 5, 9, tzinfo=UTC) and article.published.where == "sitemap"
    assert (article.modified.at.day, article.modified.precision) == (6, "day")


def test_an_index_names_further_sitemaps_and_no_article() -> None:
    index = "<sitemapindex><sitemap><loc>/maps/1.xml.gz</loc><lastmod>2026-03-06</lastmod></sitemap><sitemap><loc>two.xml</loc></sitemap></sitemapindex>"
    assert read_sitemap(index.encode(), SITEMAP, UTC) == ([], ["https://skerry.example/maps/1.xml.gz", "https://skerry.example/maps/two.xml"])


def test_relative_repeated_and_badly_written_addresses() -> None:
    body = "<url><loc>\n /lamp </loc></url><url><loc>https://skerry.example/lamp</loc></url><url><loc/></url><url/><url><loc>/k?a=1&b=2</loc></url>"
    assert urls(HEAD + body + "</urlset>") == ["https://skerry.example/lamp", "https://skerry.example/k?a=1&b=2"]
    assert urls("<urlset><url><loc>/lamp</loc></url></urlset>", None) == ["/lamp"], "nobody knows the rest"


def test_half_an_address_at_a_cut_is_none() -> None:
    assert urls(HEAD + NEWS + "<url><loc>https://skerry.example/the-ket") == ["https://skerry.example/lamp?a=1&b=2"]


def test_one_address_a_line_is_a_sitemap_too() -> None:
    assert urls("\ufeffhttps://skerry.example/a\r\n\r\nhttps://skerry.example/b\r\n") == ["https://skerry.example/a", "https://skerry.example/b"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x1f\x8b\x08\x00broken", "gzip"),
        (gzip.compress(b"<urlset>" + b"<url/>" * 1000, mtime=0)[:-9], "ends early"),
        (b"<rss><channel><image><url>https://skerry.example/a.png</url></image></channel></rss>", "outermost tag is <rss>"),
        (b"<html><body>404</body></html>", "outermost tag is <html>"),
        (b"<urlset></urlset>", "without addresses"),
        (b"<!DOCTYPE urlset [<!ENTITY a 'b'>]><urlset><url><loc>&a;</loc></url></urlset>", "refused"),
        (b"Not found", "no sitemap"),
        (b"\x00\x01\x02\x03" * 50, "binary"),
        (gzip.compress(b" " * 60_000_000, mtime=0), "refused"),
    ],
)
def test_what_is_no_sitemap_is_told(content: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_sitemap(content, SITEMAP, UTC)


def test_a_sitemap_beyond_every_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 5)
    body = "".join(f"<url><loc>/{number}</loc></url>" for number in range(6))
    with pytest.raises(InputError, match="more than 5 addresses"):
        urls(HEAD + body + "</urlset>")


def test_depth_does_not_crash_the_parser() -> None:
    assert urls(HEAD + "<url><loc>/a</loc></url>" + "<x>" * 100_000 + "</urlset>") == ["https://skerry.example/a"]


@given(st.binary(max_size=400), st.sampled_from([b"", HEAD.encode(), b"<sitemapindex>", b"<urlset><url><loc>"]))
@example(b"<url><loc>http://[</loc></url>", HEAD.encode())
@settings(deadline=None, max_examples=150)
def test_no_sitemap_breaks_the_reader(content: bytes, head: bytes) -> None:
    try:
        articles, further = read_sitemap(head + content, SITEMAP, UTC)
    except InputError:
        return
    assert articles or further


def listed(content: str | bytes, name: str = "list.csv", **columns: str) -> list[Listed]:
    return read_addresses(content.encode() if isinstance(content, str) else content, name, columns, UTC)


def test_an_export_of_media_cloud() -> None:
    head = "id,indexed_date,language,media_name,media_url,publish_date,title,url\n"
    row = "9f,2026-03-07,en,skerry.example,https://skerry.example,2026-03-05,The lamp,https://skerry.example/lamp\n"
    [article] = listed(head + row)
    assert (article.url, article.key, article.headline) == ("https://skerry.example/lamp", "9f", "The lamp")
    assert (article.outlet, article.language, article.published.precision) == ("skerry.example", "en", "day")
    assert listed(gzip.compress((head + row).encode()), "export.csv.gz") == [article]


def test_a_text_has_an_address_a_line_and_what_is_none_is_passed_on() -> None:
    found = listed("# ours\nhttps://skerry.example/a\n\n  https://skerry.example/b  The kettle\nsee below\nhttps://skerry.example/a\n", "list.txt")
    assert [one.url for one in found] == ["https://skerry.example/a", "https://skerry.example/b", "see below"]


def test_a_table_without_a_header_has_its_addresses_in_the_first_such_column() -> None:
    assert [one.url for one in listed("A,https://skerry.example/a\nB,https://skerry.example/b\n")] == [
        "https://skerry.example/a", "https://skerry.example/b",
    ]  # fmt: skip


def test_columns_of_ones_own() -> None:
    content = "where;what\nhttps://skerry.example/a;The lamp\n"
    assert listed(content, url="where", headline="what")[0].headline == "The lamp"
    with pytest.raises(InputError, match="no column holds the url.*'where', 'what'.*columns = { url"):
        listed(content.replace("https://", ""), "list.csv")
    with pytest.raises(UsageError, match="no field"):
        listed(content, adress="where")
    with pytest.raises(InputError, match="2 columns are called 'url'"):
        listed("url,url\nhttps://skerry.example/a,https://skerry.example/b".replace("https://", "ftp://"))


def test_json_lines_with_objects_addresses_and_a_broken_one() -> None:
    lines = [json.dumps({"link": "https://skerry.example/a", "title": "The lamp", "date": 1772701200}), "{broken", '"https://skerry.example/b"']
    found = listed("\n".join(lines), "list.jsonl")
    assert [one.url for one in found] == ["https://skerry.example/a", "{broken", "https://skerry.example/b"]
    assert found[0].published.at == datetime(2026, 3, 5, 9, tzinfo=UTC)


def zipped(*files: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


def named_in(kind: str, content: bytes, url: str = "https://skerry.example/list.zip", zone: str = "UTC") -> lists.Named:
    source = Source(id="cloud", kind=kind, url=url)
    return lists.read(lists.Document(source, url, url, content, None, datetime(2026, 3, 9, tzinfo=UTC)), ZoneInfo(zone))


def test_a_list_or_a_sitemap_may_be_alone_in_a_zip_archive() -> None:
    table = b"title,url\nGoat,https://skerry.example/goat\n"
    packed = zipped(("results/export.csv", table), ("__MACOSX/results/._export.csv", b"x"), ("results/", b""))
    [entry] = named_in("addresses", packed).entries
    assert entry.listed and (entry.listed.url, entry.listed.headline) == ("https://skerry.example/goat", "Goat"), "laid out as the file's own name says"
    [entry] = named_in("sitemap", zipped(("map.xml", (HEAD + NEWS + "</urlset>").encode()))).entries
    assert entry.listed and entry.listed.headline == "Lamp & kettle"


@pytest.mark.parametrize("kind", ["addresses", "sitemap"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zipped(("a.txt", b"https://a.example/"), ("b.txt", b"https://b.example/")), "ZIP archive of 2 files"),
        (zipped(("folder/", b"")), "ZIP archive of 0 files"),
        (zipped(("a.txt", b"https://a.example/" * 99))[:-30], "no ZIP archive, or a damaged one"),
        (zipped(("a.txt", b" " * 20_000_000)), "refused: it unpacks to more than 250 times its size"),
    ],
)  # fmt: skip
def test_a_zip_archive_of_anything_else_is_told(kind: str, content: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        named_in(kind, content)


def test_an_encrypted_list_is_told() -> None:
    content = bytearray(zipped(("a.txt", b"https://a.example/")))
    content[6] |= 1  # the bit that says so, of the file and in the list at the end
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError, match="encrypted"):
        named_in("addresses", bytes(content))


@pytest.mark.parametrize(("content", "reason"), [(b"", "empty"), (b"a\nb", "no address"), (b"\x89PNG\r\n", "binary"), (b"\x1f\x8b..", "gzip")])
def test_what_is_no_list_is_told(content: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        listed(content, "list.txt")


def test_a_list_beyond_its_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_lists, "MOST", 3)
    with pytest.raises(InputError, match="more than 3"):
        listed("\n".join(f"https://skerry.example/{number}" for number in range(5)), "list.txt")


@given(st.text(max_size=300), st.sampled_from(["a.csv", "a.jsonl", "a.txt", "a.tsv"]))
@example("url\n\"https://skerry.example/\x00a", "a.csv")
@settings(deadline=None, max_examples=200)
def test_no_list_breaks_the_reader(content: str, name: str) -> None:
    try:
        found = listed("https://skerry.example/a\n" + content, name)
    except InputError:
        return
    assert found and len({one.url for one in found}) == len(found)


def test_a_feed_points_at_the_pages_of_its_entries() -> None:
    content = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://skerry.example/news/' xml:lang='en-GB'><title>Skerry Post</title>"
        "<entry><id>urn:1</id><title>The lamp</title><link href='lamp'/><published>2026-03-05T09:00:00</published>"
        "<updated>2026-03-06T09:00:00Z</updated></entry><entry><id>urn:2</id><title>No page</title></entry></feed>"
    )
    first, second = named_in("feed", content.encode(), "https://skerry.example/feed", "Europe/Oslo").entries
    assert second.listed is None, "no page to follow"
    found = first.listed
    assert (found.url, found.key, found.headline, found.outlet) == ("https://skerry.example/news/lamp", "https://skerry.example/feed#urn:1", "The lamp", "Skerry Post")
    assert (found.published.at.hour, found.modified.at.day, found.language) == (8, 6, "en-GB")
