"""Pages from strangers: each is an article or a row with a reason, never a crash or a hang, and nobody is shown what is not there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nutgraf.errors import InputError
from nutgraf.ingest.articles import Reader, to_row
from nutgraf.ingest.credits import Agencies
from nutgraf.ingest.pages.page import read_page
from nutgraf.ingest.pages.unseen import without_unseen
from nutgraf.ingest.records import RawItem

from tests.test_ingest_pages import BODY, PARAGRAPHS, page, read

READER = Reader(Agencies(), {})
TAGS = "p div span a li ul h1 h2 article section table tr td br b em time script style figure aside nav footer form meta link blockquote title body html".split()
NAMES = "class id href datetime content property name itemprop rel hidden style type".split()
VALUES = "byline date related promo article-body author og:title application/ld+json sidebar x 2026-03-05 display:none canonical https://a.example/b".split()
WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*PARAGRAPHS, "By Orla Fennick", "5 March 2026, 18:40", '{"@type": "NewsArticle", "author": [', "&#8238;&shy;&lt;", "<![CDATA[", "\x00\u202e\ud83d"]),
)  # fmt: skip
ATTRIBUTE = st.builds(lambda name, value: f' {name}="{value}"', st.sampled_from(NAMES), st.sampled_from(VALUES))
OPENED = st.builds(lambda tag, attributes: f"<{tag}{''.join(attributes)}>", st.sampled_from(TAGS), st.lists(ATTRIBUTE, max_size=3))
CLOSED = st.sampled_from(TAGS).map(lambda tag: f"</{tag}>")
MARKUP = st.lists(st.one_of(WORDS, OPENED, CLOSED), max_size=40).map("".join)


def row_of(markup: str | bytes) -> dict | None:
    """The row that ingest would write; None for what is refused with a reason."""
    content = markup.encode("utf-8", "surrogatepass") if isinstance(markup, str) else markup
    item = RawItem(Path("a.html"), "s", "a.html", url="https://skerry-post.example/a")
    try:
        record = read_page(item, content)
    except InputError as error:
        assert error.what
        return None
    row = to_row(record, item, None, datetime(2026, 3, 6, tzinfo=UTC), READER)
    assert (row["status"] == "kept") == bool(row["text"].strip() and not record.problem)
    assert row["status"] == "kept" or row["status_reason"]
    for name in ("headline", "standfirst", "byline", "credits", "section", "outlet"):
        assert row[name] is None or not re.search("[\n\r\t\x00-\x08\u202a-\u202e\u2066-\u2069]", row[name]), name
    return row


@given(MARKUP)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_markup_gives_a_row(markup: str) -> None:
    row_of(f"<html><body>{markup}</body></html>")


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_a_row_or_a_reason(content: bytes) -> None:
    row_of(content)
    row_of(b"<html><body><p>" + content + b"</p></body></html>")


@pytest.mark.faults
@given(MARKUP, st.integers(0, 3_000))
@settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_page_that_is_cut_and_stuffed_gives_a_row(markup: str, at: int) -> None:
    whole = page(above=markup, below=markup)
    row_of(whole)
    row_of(whole[:at] + markup + whole[at:])
    row_of(whole[:at])


@pytest.mark.parametrize(
    "inside",
    [
        "<div>{}" * 100_000, "<p>" * 100_000, "<b><i>" * 50_000, "</div>" * 100_000, "<table><tr><td>" * 30_000, "<ul><li>" * 50_000, "<p class='" + "a " * 200_000 + "'>",
        "<br>" * 200_000, "<a href='x'>" * 50_000, "<!--" * 100_000, "<" * 200_000, "&" * 200_000, "&#x202e;" * 50_000, "<p>.</p>" * 50_000, " \n" * 500_000,
        "<time datetime='" + "1" * 100_000 + "'>", "<script type='application/ld+json'>" + "[" * 100_000, "<script type='application/ld+json'>" + '{"a":' * 100_000,
        '<script type="application/ld+json">[' + '{"@type": "NewsArticle", "author": ["x"]},' * 20_000 + "{}]</script>",
        "<meta property='og:title' content='" + "x" * 500_000 + "'>", "<h1>" + "x " * 200_000 + "</h1>",
    ],
    ids=range(21),
)  # fmt: skip
def test_too_much_of_anything_ends_soon(inside: str) -> None:
    row = row_of(page(above=inside.replace("{}", ""), body=BODY))
    assert row is None or len(row["headline"] or "") <= 2_000


@pytest.mark.parametrize("script", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "</title><script>alert(1)</script>"])
def test_scripts_in_titles_are_text_or_nothing(script: str) -> None:
    head = f"<meta property='og:title' content=\"Keeper {script} hands in\"><title>Keeper {script}</title>"
    row = row_of(page(head=head).replace("<h1>", f"<h1>{script}"))
    assert row["headline"] and "<script" not in row["text"].split("\n\n")[1] and row["status"] == "kept"


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "&#8238;", "&#x2067;", "\x07"])
def test_marks_of_direction_in_a_byline_go_and_are_told(mark: str) -> None:
    row = row_of(page(above=f"<p class='byline'>By Orla{mark} Fennick</p>", body=BODY))
    assert row["byline"] == "Orla Fennick" and " removed" in row["text_repair"]
    told = row_of(page(head='<script type="application/ld+json">{"@type": "NewsArticle", "author": "Orla\\u202e Fennick"}</script>'))
    assert told["byline"] == "Orla Fennick"


@pytest.mark.parametrize("name", ["Orl\u0430 Fennick", "\u0422am Roe", "Orla F\u0435nnick"])
def test_a_name_of_two_alphabets_stays_as_printed_and_is_told(name: str) -> None:
    row = row_of(page(above=f"<p class='byline'>By {name}</p>"))
    assert row["byline"] == name and "mixes alphabets" in row["text_repair"]
    assert row_of(page(above="<p class='byline'>By Ольга Петрова</p>"))["text_repair"] is None


def test_arabic_keeps_its_marks() -> None:
    assert without_unseen("\u200fقال\u200f\u200c") == ("\u200fقال\u200f\u200c", None)


def test_the_text_of_a_page_is_never_its_scripts_or_styles() -> None:
    record = read(page(body=BODY + "<script>var secret = 'a long piece of program that nobody wants to read in an article';</script><style>p { color: red }</style>"))
    assert "secret" not in record.text and "color" not in record.text
