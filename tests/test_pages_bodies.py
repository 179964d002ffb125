"""What of a page is its article: classes of errors, each in a page of our own."""

from __future__ import annotations

import pytest
from nutgraf.ingest.pages.blocks import Layout
from nutgraf.ingest.pages.headlines import Titles, headline_of
from nutgraf.ingest.records import Record

from tests.test_ingest_pages import BODY, PARAGRAPHS, page, read

TEASER = "The harbour master has been asked to explain why the ferry was painted green in the night before the queen's visit to the islands."


def paragraphs(record: Record) -> list[str]:
    return record.text.split("\n\n")[1:]


def test_an_article_in_several_elements_of_one_kind_is_read_to_its_end() -> None:
    chunk = "<div class='story-chunk'>{}</div><div class='ad-slot'><p>Advertisement</p></div>"
    body = "".join(chunk.format(f"<p>{paragraph}</p>" * 1) for paragraph in PARAGRAPHS)
    markup = f"<html><head><title>Keeper</title></head><body><main><h1>Keeper hands in his keys</h1>{body}</main></body></html>"
    assert paragraphs(read(markup)) == PARAGRAPHS


@pytest.mark.parametrize(
    "box",
    [
        "<div class='related-stories'><h3>Related</h3><p>{}</p></div>", "<section class='newsletterBox'><p>{}</p></section>", "<figure><figcaption>{}</figcaption></figure>",
        "<div id='comments'><p>{}</p></div>", "<div class='share-tools'><p>{}</p></div>", "<div class='author-bio'><p>{}</p></div>", "<footer><p>{}</p></footer>",
        "<div class='cookie-consent'><p>{}</p></div>", "<nav><p>{}</p></nav>", "<div class='mostRead'><p>{}</p></div>", "<ul class='tags'><li>{}</li></ul>",
    ],
)  # fmt: skip
def test_boxes_within_an_article_are_no_part_of_it(box: str) -> None:
    first, *others = BODY.split("\n")
    record = read(page(body="\n".join([first, box.format(TEASER), *others])))
    assert TEASER not in record.text and all(paragraph in record.text for paragraph in PARAGRAPHS)


@pytest.mark.parametrize("others", [[], [TEASER]])
def test_a_short_paragraph_beside_a_long_one_is_read(others: list[str]) -> None:
    parts = ["The lamp is out.", " ".join(PARAGRAPHS * 6), *others, "It is lit again in May."]
    assert paragraphs(read(page(body="".join(f"<p>{part}</p>" for part in parts)))) == parts


def test_an_article_whose_element_is_named_like_furniture_is_read() -> None:
    for name in ("sidebar-layout", "promo", "newsletter post", "paywall", "ad"):
        record = read(page(body=f"<div class='{name}'>{BODY}</div>"))
        assert paragraphs(record) == PARAGRAPHS, name


def test_a_line_of_promotion_stays_for_the_reading_to_mark_and_a_list_stays_whole() -> None:
    body = BODY.replace("</p>\n", "</p><p class='promo'>Sign up to the <a href='/x'>Harbour Alert</a> and get ferry news straight to your phone</p>\n", 1)
    assert "Sign up to the Harbour Alert and get ferry news straight to your phone" in read(page(body=body)).text
    listed = read(page(body=BODY + "<ul><li>A man came with a form in his hand.</li><li>The lamp was put out.</li></ul>" + BODY.split("\n")[0].replace("last", "first")))
    assert "- A man came with a form in his hand.\n\n- The lamp was put out." in listed.text


def test_a_text_that_a_page_holds_twice_is_read_once() -> None:
    record = read(page(body=f"<div class='wide'>{BODY}</div><div class='narrow'>{BODY}</div>"))
    assert paragraphs(record) == PARAGRAPHS


def test_what_is_read_aloud_only_is_no_part_of_a_line() -> None:
    body = BODY.replace("brass band", "<a href='/x'>brass band<span class='visually-hidden'>, opens in a new window</span></a>")
    assert read(page(body=body)).text.count("opens in a new window") == 0 and "a brass band. There" in read(page(body=body)).text


def test_words_of_a_language_without_spaces_make_paragraphs_too() -> None:
    lines = ["灯台守は月曜日に鍵を返した。四十年前に渡された鍵である。", "来週からは感知器が灯をともすと沿岸事務所は述べた。家は夏に貸し出される。"]
    record = read(page(body="".join(f"<p>{line}</p>" for line in lines)))
    assert paragraphs(record) == lines


@pytest.mark.parametrize("left", ["<div class='menu'>Menu</div>", "<p>Share</p><p>Read later</p>", "<ul><li>Home</li><li>Boats</li></ul>"])
def test_a_page_whose_body_was_not_filled_in_has_no_article_text(left: str) -> None:
    record = read(page(body=f"<div class='text'></div>{left}"))
    assert record.problem == "no article text was found in the page" and record.headline == "Keeper hands in his keys"


def test_short_news_of_one_sentence_is_read() -> None:
    assert read("<html><head><title>Lamp out</title></head><body><article><h1>Lamp out</h1><p>The lamp is out.</p></article></body></html>").text


@pytest.mark.parametrize(
    ("head", "above", "expected"),
    [
        ("<meta name='description' content='A man, a lamp and a form: how forty years at sea end.'>", "<div class='x9'>A man, a lamp and a form: how forty years at sea end.</div>",
         "A man, a lamp and a form: how forty years at sea end."),
        ("<meta name='description' content='A man, a lamp and a form: how forty years at…'>", "<div>Holm · A man, a lamp and a form: how forty years at sea end.</div>",
         "Holm · A man, a lamp and a form: how forty years at sea end."),
        ("", "<h2>A man, a lamp and a form: how forty years at sea have come to their end.</h2>", "A man, a lamp and a form: how forty years at sea have come to their end."),
        ("<meta name='description' content='Something else was said here about a lamp.'>", "<p>5 March 2026</p>", None),
    ],
)  # fmt: skip
def test_standfirsts(head: str, above: str, expected: str | None) -> None:
    record = read(page(head=head, above=above, body=f"<div class='text'>{BODY}</div>"))
    assert record.standfirst == expected
    assert record.text.split("\n\n")[1] == (expected or PARAGRAPHS[0])


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (Titles(["Orders for murder"], "Veterans' day: Orders for murder", "Veterans' day: Orders for murder", "Orders | The Post"), "Veterans' day: Orders for murder"),
        (Titles(["Culture: What the islands read"], "What the islands read", "What the islands read", "x"), "What the islands read"),
        (Titles(["Keeper hands in his keys"], "Lighthouse keeper leaves", "Keeper hands in his keys | The Post", None), "Keeper hands in his keys"),
        (Titles(["Keeper hands in keys"], "Keeper gives up his keys", "Keeper: all about the keys", "x"), "Keeper hands in keys"),
        (Titles(["The Skerry Post", "Keeper hands in his keys"], None, None, "Keeper hands in his keys – The Skerry Post"), "Keeper hands in his keys"),
        (Titles([], None, None, "Keeper hands in his keys | The Skerry Post"), "Keeper hands in his keys"), (Titles(), None),
    ],
)  # fmt: skip
def test_headlines_by_agreement(titles: Titles, expected: str | None) -> None:
    assert headline_of(titles, "The Skerry Post") == expected


def test_two_lines_of_a_heading_do_not_run_together() -> None:
    assert read(page().replace("<h1>Keeper hands", "<h1><span>On the skerries</span><span>Keeper hands")).headline == "On the skerries Keeper hands in his keys"


@pytest.mark.parametrize(
    ("authors", "printed", "expected"),
    [
        ('"The Skerry Post"', "By Orla Fennick", "Orla Fennick"), ('"admin"', "Orla Fennick", "Orla Fennick"), ('"o.fennick@skerry-post.example"', "By Orla Fennick", "Orla Fennick"),
        ('"The Skerry Post"', "03:07 Min", "The Skerry Post"), ('["Orla Fennick", "orla-fennick"]', "By Tam Roe", "Orla Fennick"), ('"Orla Fennick og Tam Roe"', "", "Orla Fennick; Tam Roe"),
        ('["Orla Fennick", "(Image: Tam Roe)"]', "", "Orla Fennick"), ('[{"name": "Orla Fennick"}, "AP"]', "", "Orla Fennick; AP"), ("[[[[[[[[1]]]]]]]]", "By Tam Roe", "Tam Roe"),
    ],
)  # fmt: skip
def test_who_is_credited_where_the_page_names_itself(authors: str, printed: str, expected: str) -> None:
    head = f'<script type="application/ld+json">{{"@type": "NewsArticle", "author": {authors}, "publisher": {{"name": "The Skerry Post"}}}}</script>'
    assert read(page(head=head, above=f"<p class='byline'>{printed}</p>")).byline == expected


@pytest.mark.parametrize(
    ("printed", "day"), [("05.03.2026", 5), ("5. 3. 2026, 18:40", 5), ("2026年3月7日 18時", 7), ("2026년 3월 8일", 8), ("Version 1.2.2026.1", None)]
)
def test_dates_in_numbers(printed: str, day: int | None) -> None:
    published = read(page(above=f"<p class='date'>{printed}</p>")).published
    assert (published and published.at.day) == day


def test_every_block_is_of_the_element_that_sets_it_apart() -> None:
    from lxml.html import fromstring

    tree = fromstring("<html><body>one<p>two <b>three</b></p>four<br><br>five<div><a href='/'>six</a></div><ul><li>seven</li></ul></body></html>")
    layout = Layout(tree)
    layout.mark_furniture({})
    assert [(block.tag, block.text) for block in layout.blocks] == [
        ("body", "one"), ("p", "two three"), ("body", "four"), ("body", "five"), ("div", "six"), ("li", "seven")
    ]  # fmt: skip
    assert [block.link_share for block in layout.blocks] == [0, 0, 0, 0, 1, 0]
