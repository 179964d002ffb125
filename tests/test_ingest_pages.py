"""Pages: body, headline, dates and address, from markup as newsrooms write it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from nutgraf.errors import InputError
from nutgraf.ingest.pages.page import read_page
from nutgraf.ingest.records import RawItem, Record

PARAGRAPHS = [
    "The last lighthouse keeper of the outer skerries handed in his keys on Monday, forty years after he had been given them.",
    "He had been told to expect a brass band. There was a boat, and a man with a form, and it was raining sideways.",
    "“They asked me to sign for the lamp,” he said. “I told them that I had never owned it, I had only kept it company.”",
    "The lamp will be lit by a sensor from next week, the coastal office said, and the house will be let to walkers in summer.",
]
BODY = "\n".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def page(head: str = "", above: str = "", body: str = BODY, below: str = "", attributes: str = "") -> str:
    return (
        f"<!doctype html><html{attributes}><head><title>Keeper hands in his keys | The Skerry Post</title>{head}</head><body>"
        "<nav><a href='/'>Home</a> <a href='/boats'>Boats</a></nav><article><h1>Keeper hands in his keys</h1>"
        f"{above}{body}</article>{below}<footer><p>© The Skerry Post</p></footer></body></html>"
    )


def read(markup: str | bytes, **changes: object) -> Record:
    made = RawItem(**{"path": Path("a.html"), "source": "s", "key": "a.html", **changes})
    return read_page(made, markup.encode() if isinstance(markup, str) else markup)


def test_text_is_headline_and_paragraphs_with_blank_lines_between() -> None:
    record = read(page())
    assert record.problem is None and record.completeness == "full"
    assert record.text == "\n\n".join(["Keeper hands in his keys", *PARAGRAPHS])


def test_standfirst_byline_section_and_date_leave_the_body_for_their_columns() -> None:
    above = (
        "<p class='kicker'>Coast</p><p class='post-standfirst'>A man, a lamp and a form to sign.</p>"
        "<p class='byline'>By Orla Fennick and Tam Roe</p><p class='date'>5 March 2026, 18:40</p>"
    )
    record = read(page(above=above), zone=timezone(timedelta(hours=1)))
    assert record.text == "\n\n".join(["Keeper hands in his keys", "A man, a lamp and a form to sign.", *PARAGRAPHS])
    assert (record.standfirst, record.byline, record.section) == ("A man, a lamp and a form to sign.", "Orla Fennick; Tam Roe", "Coast")
    assert record.published.at == datetime(2026, 3, 5, 17, 40, tzinfo=UTC)
    assert (record.published.where, record.published.confidence, record.published.offset) == ("visible date", "medium", None)


JSON_LD = (
    '<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, '
    '{"@type": ["NewsArticle"], "headline": "Keeper hands in his keys", "datePublished": "2026-03-05T18:40:00+01:00", '
    '"dateModified": "2026-03-06T09:00:00+01:00", "author": [{"name": "Orla Fennick"}, "Tam Roe"], "articleSection": ["Coast"], '
    '"publisher": {"name": "The Skerry Post"}}]}</script>'
)


def test_json_ld_of_an_article_inside_a_graph() -> None:
    record = read(page(head=JSON_LD))
    assert record.published.at == datetime(2026, 3, 5, 17, 40, tzinfo=UTC) and record.published.offset == "+01:00"
    assert (record.published.where, record.modified.at) == ("json-ld", datetime(2026, 3, 6, 8, tzinfo=UTC))
    assert (record.byline, record.section, record.outlet) == ("Orla Fennick; Tam Roe", "Coast", "The Skerry Post")


def test_broken_json_ld_is_passed_over() -> None:
    record = read(page(head="<script type='application/ld+json'>{\"@type\": </script><meta name='author' content='Tam Roe'>"))
    assert record.byline == "Tam Roe" and record.problem is None


def test_a_date_of_change_is_no_date_of_publication() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "dateModified": "2026-03-16T08:10:00+01:00"}</script>'
    record = read(page(head=head, above="<p class='date'>15 March 2026, 16:30</p>"))
    assert record.published.at == datetime(2026, 3, 15, 16, 30, tzinfo=UTC)
    assert record.modified.at == datetime(2026, 3, 16, 7, 10, tzinfo=UTC)
    assert read(page(above="<p>Updated <time datetime='2026-03-16T08:10Z'>8:10</time></p>")).published is None


def test_meta_and_time_elements() -> None:
    head = "<meta property='article:published_time' content='2026-03-05T18:40:00+01:00'><meta property='article:section' content='Coast'>"
    assert read(page(head=head)).published.where == "meta"
    time = "<p class='published'>Published <time datetime='2026-03-05T17:40:00Z'>5 March 2026, 18:40</time></p>"
    assert read(page(above=time)).published.where == "time element"


def test_dates_of_other_stories_and_in_the_text_are_not_this_ones() -> None:
    related = "<aside><time datetime='2020-01-01T00:00Z'>1 January 2020</time></aside><div class='related-stories'><time datetime='2019-01-01'>x</time></div>"
    record = read(page(body=BODY + "<p>It had first been lit on 4 March, in a year that nobody in the village cares to remember.</p>", below=related))
    assert record.published is None


def test_a_date_in_the_address_is_the_last_resort() -> None:
    record = read(page(), url="https://skerry-post.example/2026/03/05/keeper")
    assert (record.published.where, record.published.confidence, record.published.precision) == ("address", "low", "day")
    assert read(page(), url="https://skerry-post.example/2026/13/45/keeper").published is None


def test_the_headline_is_the_printed_one_without_the_sites_name() -> None:
    logo = page().replace("<nav>", "<h1>Skerry Post</h1><nav>")
    assert read(logo).headline == "Keeper hands in his keys"
    bare = page(head="<meta property='og:site_name' content='The Skerry Post'>").replace("<h1>Keeper hands in his keys</h1>", "")
    assert read(bare).headline == "Keeper hands in his keys"


def test_promo_lines_stay_in_the_text() -> None:
    promo = "<p>READ MORE: <a href='/x'>Ten lamps we have loved</a></p>"
    record = read(page(body=BODY.replace("</p>\n", f"</p>{promo}", 1)))
    assert "READ MORE: Ten lamps we have loved" in record.text


def test_a_page_with_unclosed_markup_gives_its_whole_text() -> None:
    broken = "<span><div>" + "".join(f"<p><p>{paragraph}<b></div>" for paragraph in PARAGRAPHS) + "</section></em>"
    assert all(paragraph in read(page(body=broken)).text for paragraph in PARAGRAPHS)


def test_a_paid_page_that_shows_its_beginning_is_a_stub() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    assert read(page(head=head)).completeness == "stub"


def test_soft_hyphens_go_and_the_repair_is_named() -> None:
    record = read(page().replace("lighthouse", "light\xadhouse"))
    assert "lighthouse keeper" in record.text and record.text_repair == "soft hyphens and zero-width spaces removed"


def test_a_page_in_windows_1252() -> None:
    record = read(page(head="<meta charset='iso-8859-1'>").encode("cp1252"))
    assert "“They asked me to sign for the lamp,”" in record.text and record.text_repair == "decoded as windows-1252 (declared)"


@pytest.mark.parametrize(
    "markup", ["<html><body></body></html>", "no markup at all", "<nav><a href='/'>Home</a></nav>", "<", "<html><script>1</script>"]
)
def test_a_page_without_a_text_is_a_problem_and_no_crash(markup: str) -> None:
    assert read(markup).problem


@pytest.mark.parametrize(
    ("called", "reason"),
    [
        ("text/csv; charset=utf-8", "no HTML could be read: the server calls it text/csv"), (None, "no HTML could be read"),
        ("text/html", "no HTML could be read"), ("application/xhtml+xml", "no HTML could be read"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_said_with_what_the_server_calls_it(called: str | None, reason: str) -> None:
    assert read("url,title\nhttps://bell.example/1,Rain\n", content_type=called).problem == reason


@pytest.mark.parametrize("depth", [300, 5_000, 60_000])
def test_deeply_nested_markup_is_read_or_refused(depth: int) -> None:
    record = read(page(body="<div>" * depth + BODY + "</div>" * depth))
    assert record.problem or record.text


def test_a_picture_named_html_is_refused() -> None:
    with pytest.raises(InputError, match="binary"):
        read(b"\x89PNG\r\n\x1a\n" + bytes(100))
