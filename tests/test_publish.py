"""Publishing one notebook: what a page shows, what it refuses, and what it does to text it did not write."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import nbformat.v4 as nbf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from nutgraf.charts import draw_svg
from nutgraf.errors import PublishError
from nutgraf.findings import Column, Evidence, Finding, Method
from nutgraf.findings.finding import MIME
from nutgraf.publish.downloads import defused, evidence_csv, table_csv
from nutgraf.publish.excerpts import Excerpts, allowance, cards, pieces, safe_link
from nutgraf.publish.exporter import ReportExporter, glance, read_page, render_page
from nutgraf.publish.prose import Outline, dropped, in_outline, markdown
from nutgraf.publish.svg import inline

from tests.test_charts import FORMS, data_of

PICTURE = "iVBORw0KGgo="
DOTS = {"form": "interval_dots", "name": "outlet", "value": "tone", "low": "low", "high": "high", "n": "n", "what": "tone by outlet",
        "axis": "Tone"}  # fmt: skip


def evidence(text: str = "He called it a disaster and left.", **changes: Any) -> Evidence:
    given_ = {
        "article_id": "a1", "version": 1, "start": 100, "end": 100 + len(text), "role": "highest", "outlet": "Kelsport Courier",
        "headline": "Dam plan published", "published_on": "2026-03-02", "url": "https://courier.example/dam", "excerpt": text,
        "marks": ((15, 23),), "rule": "vader:disaster",
    }  # fmt: skip
    return Evidence(**{**given_, **changes})


def finding(id: str = "tone", **changes: Any) -> Finding:
    given_ = {
        "id": id, "takeaway": "The Courier is friendlier than the Bell", "subtitle": "Tone of sentences", "n": {"articles": 19},
        "interval": "95 % interval", "source": "Made up",
        "columns": (Column("outlet", "Outlet", "text"), Column("tone", "Tone", "score"), Column("low", "From", "score"),
                    Column("high", "To", "score"), Column("n", "Articles", "count"), Column("note", "Note", "text")),
        "rows": [["Courier", 0.2, 0.1, 0.3, 10, None], ["Bell", -0.1, -0.2, 0.1, 9, None]],
        "method": Method(text="Counted.", known_failures=("Irony is not seen.",), versions={"tone": "1-abc"}),
        "chart": DOTS, "examples": (evidence(),), "examples_rule": "the highest",
    }  # fmt: skip
    return Finding(**{**given_, **changes})


def cell(shown: Any, source: str = "tone.by_outlet(measured)") -> Any:
    data, metadata = shown._repr_mimebundle_() if isinstance(shown, Finding) else (shown, {})
    return nbf.new_code_cell(source, outputs=[nbf.new_output("execute_result", data=data, metadata=metadata)])


def notebook(*cells: Any) -> Any:
    return nbf.new_notebook(cells=list(cells))


def page_of(*cells: Any) -> tuple[html.HtmlElement, str]:
    text, _ = ReportExporter().from_notebook_node(notebook(nbf.new_markdown_cell("# A question?\n\nAn answer."), *cells))
    return html.fromstring(text), text


def test_a_page_shows_prose_findings_and_folded_code() -> None:
    tree, text = page_of(nbf.new_markdown_cell("## Section\n\nWords."), cell(finding(), source="x = 1  # <b>"))
    assert [node.text_content() for node in tree.iter("h1")] == ["A question?"]
    assert tree.xpath('//section[@id="tone"]//h3')[0].text_content() == "The Courier is friendlier than the Bell"
    assert tree.xpath('//details[@class="working"]//code')[0].text_content() == "x = 1  # <b>"
    assert len(tree.xpath('//svg[@role="img"]')) == 2 and " style=" not in text
    assert tree.xpath("//table/caption") and tree.xpath('//th[@scope="row"]') and tree.xpath('//td[@class="number"]')
    assert [node.text for node in tree.iter("mark")] == ["disaster"]
    assert "Note" not in [node.text for node in tree.iter("th")], "a column that holds nothing is left out of the page"


def test_headings_stand_in_order_and_there_is_one_h1() -> None:
    tree, _ = page_of(
        nbf.new_markdown_cell("#### Too deep\n\n# Another title\n\n###### Deep again"), cell(finding()), nbf.new_markdown_cell("## Next"),
        cell(finding("other")),
    )  # fmt: skip
    levels = [int(node.tag[1]) for node in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)), levels


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text/html": "<b>x</b>"}, "HTML"), ({"image/png": PICTURE}, "picture"), ({"image/svg+xml": "<svg/>"}, "SVG"),
        ({"application/javascript": "alert(1)"}, "JavaScript"), ({"text/markdown": "*x*"}, "Markdown"),
        ({"application/vnd.jupyter.widget-view+json": {}}, "widget"),
    ],
)  # fmt: skip
def test_what_is_no_finding_is_refused_with_the_cell_and_what_to_use(data: dict, said: str) -> None:
    with pytest.raises(PublishError, match=said) as error:
        page_of(nbf.new_markdown_cell("words"), cell({**data, "text/plain": "x"}))
    assert "cell 3" in str(error.value) and "Finding" in str(error.value) and "nothing was published" in str(error.value).lower()


def test_plain_text_and_bare_tables_are_left_out_and_listed() -> None:
    code = nbf.new_code_cell("print(1)", outputs=[nbf.new_output("stream", text="SECRET-PRINT")])
    table = cell({"text/html": "<div>\n<style scoped>x</style><table><td>SECRET-TABLE</td></table></div>", "text/plain": "SECRET-PLAIN"})
    page = read_page(notebook(code, table, nbf.new_markdown_cell("![x](http://evil.example/a.png)")), "n", Excerpts({}, 25))
    assert page.left_out == ["cell 1: printed text", "cell 2: a bare table", "cell 3: <img> in Markdown"]
    assert "SECRET" not in page_of(code, table)[1]


def test_a_failed_cell_and_a_doubled_id_stop_publishing() -> None:
    failed = nbf.new_code_cell("1/0", outputs=[nbf.new_output("error", ename="ZeroDivisionError", evalue="", traceback=[])])
    with pytest.raises(PublishError, match="cell 2 failed: ZeroDivisionError"):
        page_of(failed)
    with pytest.raises(PublishError, match="second finding with the id 'tone'"):
        page_of(cell(finding()), cell(finding()))


def test_not_assessable_stands_in_the_same_place_with_its_reason() -> None:
    cannot = Finding.cannot_say("tone", "Tone by outlet", "1 outlet, 2 needed", n={"articles": 3}, source="s", method=Method(text="m"))
    tree, _ = page_of(cell(cannot), cell(finding("other")))
    section = tree.xpath('//section[@id="tone"]')[0]
    assert "1 outlet, 2 needed" in section.text_content() and section.xpath('.//div[@class="nothing"]')
    glanced = [node.text_content() for node in tree.xpath('//section[@class="glance"]//a')]
    assert any("Not assessable" in text for text in glanced)


def test_the_answer_stands_under_the_headline() -> None:
    book = notebook(nbf.new_markdown_cell("# Who?\n\nHow to read it."), cell(finding()), cell(finding("other", takeaway="Another point")))
    book["metadata"]["nutgraf"] = {"needs": [], "answer": ["other"]}
    tree = html.fromstring(ReportExporter().from_notebook_node(book)[0])
    said = [node.text_content() for node in tree.xpath('//h1/following-sibling::div[1]/p')]
    assert said[0] == "Another point." and said[1].startswith("19 articles; Tone of sentences")
    book["metadata"]["nutgraf"]["answer"] = ["nobody"]
    with pytest.raises(PublishError, match="no finding with the id 'nobody'.* Name one of tone, other"):
        ReportExporter().from_notebook_node(book)


def test_at_a_glance_takes_turns_between_pages_and_repeats_nothing() -> None:
    pages = []
    for name, ids in (("one", "abcdef"), ("two", "gh"), ("three", "i")):
        cells = [cell(finding(i, takeaway="Same point" if i in "ag" else f"Point {i}")) for i in ids]
        pages.append(read_page(notebook(nbf.new_markdown_cell(f"# {name}"), *cells), name, Excerpts({}, 25)))
    shown = glance(pages)
    assert [item["data"]["id"] for item in shown] == ["a", "b", "c", "h", "i"]
    assert "two.html#h" in render_page(pages[0], pages, {"title": "t", "site_title": "s", "language": "en", "version": None, "published_at": None})


# Excerpts ------------------------------------------------------------------------------------------------------------


def test_an_excerpt_is_marked_where_it_was_counted() -> None:
    assert pieces("a bad, bad day", [[2, 5], [7, 10]]) == [("a ", False), ("bad", True), (", ", False), ("bad", True), (" day", False)]
    assert pieces("abc", [[0, 2], [1, 3], [5, 9]]) == [("ab", True), ("c", True)]


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=8))
def test_pieces_give_back_the_text(text: str, marks: list[tuple[int, int]]) -> None:
    assert "".join(piece for piece, _ in pieces(text, marks)) == text


def items(count: int, words: int, article: str = "a1") -> list[dict[str, Any]]:
    text = " ".join(["word"] * words)
    return [
        {"article_id": article, "version": 1, "start": i * 10_000, "end": i * 10_000 + len(text), "excerpt": text, "marks": [], "url": None}
        for i in range(count)
    ]


@given(st.integers(0, 4000), st.lists(st.integers(1, 40), max_size=12), st.integers(5, 30))
@settings(deadline=None)
def test_an_article_is_never_quoted_beyond_the_cap(n_words: int, lengths: list[int], each: int) -> None:
    excerpts = Excerpts({("a1", 1): n_words}, each)
    shown = 0
    for position, length in enumerate(lengths):
        item = {**items(1, length)[0], "start": position * 10_000}
        text = excerpts.take(item)
        assert text is None or len(text.split()) <= each
        shown += len((text or "").split())
    assert shown <= max(50, n_words // 10) == allowance(n_words)


def test_the_cap_holds_across_findings_and_the_same_words_cost_once() -> None:
    excerpts = Excerpts({}, 25)
    shown = cards(items(3, 25), excerpts)
    assert [card["pieces"] is not None for card in shown] == [True, True, False]
    assert cards(items(1, 25), excerpts)[0]["pieces"], "shown before, so nothing new is shown"
    assert excerpts.used() == {"a1": {"shown": 50, "allowed": 50}}


PLACES = st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(0, 400), st.integers(1, 40))


@given(st.lists(PLACES, max_size=40), st.integers(0, 3000))
@settings(deadline=None)
def test_all_versions_of_an_article_share_one_cap(places: list[tuple[int, int, int, int]], n_words: int) -> None:
    excerpts = Excerpts({(f"a{i}", v): n_words for i in range(3) for v in (1, 2, 3)}, 25)
    seen: dict[str, set[tuple[int, int]]] = {}
    for article, version, start, length in places:
        item = {**items(1, length, f"a{article}")[0], "version": version, "start": start * 5}
        text = excerpts.take(item)
        for number in range(len((text or "").split())):
            seen.setdefault(f"a{article}", set()).add((version, start * 5 + number * 5))
    for article, words in seen.items():
        assert len(words) <= max(50, n_words // 10)
        assert excerpts.used()[article] == {"shown": len(words), "allowed": max(50, n_words // 10)}


def test_words_of_the_headline_do_not_count() -> None:
    excerpts = Excerpts({}, 25)
    title = " ".join(f"t{i}" for i in range(30))
    for start in range(5):
        assert excerpts.take({**items(1, 1)[0], "start": start * 1000, "excerpt": title[:40].rsplit(" ", 1)[0], "headline": title})
    assert excerpts.used() == {}
    assert [excerpts.take({**item, "headline": title}) is not None for item in items(3, 25)] == [True, True, False]


def test_what_an_earlier_version_showed_is_shown_first() -> None:
    old = items(2, 25)
    first = Excerpts({}, 25)
    assert all(first.take(item) for item in old)
    new = [{**item, "start": item["start"] + 500_000} for item in items(3, 25)]
    later = Excerpts({}, 25, earlier=[tuple(place) for place in first.quoted()])
    later.keep([*new, *old])
    assert [later.take(item) is not None for item in [*new, *old]] == [False, False, False, True, True]
    without = Excerpts({}, 25)
    assert [without.take(item) is not None for item in [*new, *old]] == [True, True, False, False, False]


def test_past_the_cap_a_card_gives_the_place_without_text() -> None:
    long = " ".join(f"unheard{i}" for i in range(25))
    three = tuple(evidence(long, start=10_000 * i, end=10_000 * i + len(long), marks=()) for i in range(3))
    tree, _ = page_of(cell(finding(examples=three)))
    assert len(tree.xpath("//blockquote")) == 2
    uncited = tree.xpath('//p[@class="uncited"]')[0].text_content()
    assert "20000" in uncited and "unheard" not in uncited


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://", " https://x.example/a b", "file:///etc", None])
def test_only_http_links_with_a_host_are_followed(url: str | None) -> None:
    assert safe_link(url) is None
    tree, _ = page_of(cell(finding(examples=(evidence(url=url),))))
    assert all((node.get("href") or "").startswith(("#", "data/", "figures/")) for node in tree.iter("a"))


# Prose, pictures, downloads --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "<svg onload=alert(1)>",
     "<a href='data:text/html,x'>x</a>", "<iframe src='//evil.example'>", "<style>*{display:none}</style>", "<p style='x' onclick='y'>z</p>"],
)  # fmt: skip
def test_markdown_lets_nothing_active_through(source: str) -> None:
    assert not re.search(r"<(script|img|svg|iframe|style)|javascript:|data:|\son\w+=|style=", markdown(source))


def test_dropped_html_is_named_but_code_about_it_is_not() -> None:
    assert dropped("<img src=x> and ![a](b.png)") == ["img"]
    assert dropped("`<script>` and\n```\n<iframe>\n```") == []


def test_the_first_heading_becomes_the_title_as_text() -> None:
    outline = Outline()
    assert in_outline("<h1>How <em>much</em> &amp; why?</h1><p>x</p>", outline) == "<p>x</p>"
    assert outline.title == "How much & why?"


@pytest.mark.parametrize("name", FORMS)
def test_a_chart_in_the_page_has_classes_for_colours_and_nothing_the_policy_drops(name: str) -> None:
    data = data_of(name)
    svg = inline(draw_svg(data, "narrow"), prefix="p", label='A "label" <b>', css_class="chart narrow")
    assert "style=" not in svg and "<style" not in svg and "<metadata" not in svg
    assert not re.search(r'(?:fill|stroke)="#', svg), "a colour that would not turn dark"
    assert ' id="' not in svg, "nothing refers to it"
    assert 'role="img"' in svg and 'aria-label="A &quot;label&quot; &lt;b&gt;"' in svg
    assert re.search(r"<text[^>]*font-size=\"1[345]\"", svg)


def test_ids_of_two_figures_never_meet() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><defs><path id="m" d="M 0 0"/></defs>' \
          '<use xlink:href="#m" style="clip-path: url(#c); fill: #0b4a78"/><clipPath id="c"/></svg>'  # fmt: skip
    one = inline(svg, prefix="a", label="x", css_class="chart")
    assert 'id="a-m"' in one and 'href="#a-m"' in one and 'class="f-point"' in one and "xlink" not in one


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1", "\ufeff=1"])
def test_no_cell_of_a_download_is_a_formula(text: str) -> None:
    assert str(defused(text)).startswith("'")


def test_a_download_holds_the_rounded_table_and_places_without_text() -> None:
    data = finding(rows=[["=HYPERLINK()", -0.123, None, 0.1, 3, None]]).to_json()
    rows = list(csv.reader(io.StringIO(table_csv(data))))
    assert rows == [["outlet", "tone", "low", "high", "n", "note"], ["'=HYPERLINK()", "-0.12", "", "0.1", "3", ""]]
    places = evidence_csv(data)
    assert "a1,1,100," in places and "disaster and left" not in places


def test_json_ld_cannot_end_its_script_and_names_its_sources() -> None:
    tree, text = page_of(cell(finding(examples=(evidence(headline="</script><script>alert(1)</script>"),))))
    scripts = tree.xpath("//script")
    assert len(scripts) == 1 and text.count("</script>") == 1 and not set("<>&") & set(scripts[0].text)
    described = json.loads(scripts[0].text)
    assert described["@type"] == "Report" and described["citation"][0]["url"] == "https://courier.example/dam"


def test_two_renderings_are_the_same_bytes() -> None:
    cells = (nbf.new_markdown_cell("## S"), cell(finding()))
    assert page_of(*cells)[1] == page_of(*cells)[1]


def test_versions_stand_in_the_provenance_and_nowhere_in_the_data() -> None:
    shown = cell(finding())
    assert "1-abc" not in json.dumps(shown["outputs"][0]["data"][MIME])
    assert "1-abc" in page_of(shown)[0].xpath("//footer")[0].text_content()
