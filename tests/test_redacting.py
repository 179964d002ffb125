"""One article's text taken out of pages, tables and drawings, and nothing else."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from nutgraf.publish.redacting import CELL, RUN, Redactor

TEXT = "Harbour plan falls\n\nThe mayor’s plan for the old harbour fell on Tuesday by two votes, and nobody in the hall was surprised by that."
URL = "https://bell.example/plan?a=1&b=2"
OWN, OTHER = "0123456789abcdef", "fedcba9876543210"


@pytest.fixture
def redactor() -> Redactor:
    return Redactor(OWN, [TEXT], ["Harbour plan falls", "No"], [URL], "Removed: <gone>.")


def card(article: str, text: str) -> str:
    return f'<figure class="card"><blockquote data-article="{article}" data-version="1"><p>{text}</p></blockquote><a href="{URL}">x</a></figure>'


def test_the_bounds_are_what_the_docs_say() -> None:
    assert (RUN, CELL) == (6, 4)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It said: the mayor's plan for the old harbour fell on Tuesday.", "It said: [removed]."),
        ("THE MAYOR’S PLAN, FOR THE OLD – and more", "[removed] – and more"),
        ("the plan for the old harbour", "the plan for the old harbour"),
        ("for the old harbour fell", "for the old harbour fell"),
        ("Four chose “Harbour plan falls” as theirs", "Four chose “[removed]” as theirs"),
        ("No, he said", "No, he said"),
        ("nobody in the town was surprised by that", "nobody in the town was surprised by that"),
        ("", ""),
    ],
)
def test_passages_of_a_text(redactor: Redactor, text: str, left: str) -> None:
    assert redactor.text(text) == left


def test_a_cell_goes_where_all_it_says_is_the_articles(redactor: Redactor) -> None:
    assert redactor.text("plan for the old", is_cell=True) == "[removed]" and redactor.text("the old harbour", is_cell=True) == "the old harbour"
    assert redactor.text("plan for the old ferry", is_cell=True) == "plan for the old ferry"


def test_own_cards_go_and_those_of_others_stay(redactor: Redactor) -> None:
    copy = card(OTHER, "The mayor’s plan for the old harbour fell on Tuesday")
    page = redactor.page(f"<p>Before</p>{card(OWN, 'fell <mark>on</mark> Tuesday')}{copy}<p>After</p>")
    assert page == f'<p>Before</p><figure class="card"><p class="uncited">Removed: &lt;gone&gt;.</p></figure>{copy}<p>After</p>'
    uncited = f'<figure class="card"><p class="uncited">No text.</p><code>nutgraf show {OWN} --version 1</code></figure>'
    assert "nutgraf show" not in redactor.page(uncited)


def test_a_passage_is_found_across_tags_and_labels(redactor: Redactor) -> None:
    assert redactor.page("<p>It &amp; the mayor&#39;s <em>plan for</em> the old harbour &lt;stays&gt;</p>") == (
        "<p>It &amp; [removed]<em></em> &lt;stays&gt;</p>"
    )
    drawn = '<svg aria-label="Bars, where “Harbour plan falls” has most"><text x="1">nobody in the hall</text><text x="2">was surprised</text></svg>'
    assert redactor.page(drawn) == '<svg aria-label="Bars, where “[removed]” has most"><text x="1">[removed]</text><text x="2"></text></svg>'


def test_styles_code_and_untouched_text_keep_their_bytes(redactor: Redactor) -> None:
    page = '<style>.x{content:"Harbour plan falls"}</style><pre>Harbour plan falls</pre><!-- Harbour plan falls --><p title="a &quot;b&quot;">&nbsp;x&#39;</p>'
    assert redactor.page(page) == page


def test_a_description_loses_what_it_cites(redactor: Redactor) -> None:
    cited = [{"@type": "NewsArticle", "url": url, "headline": "Harbour plan falls"} for url in (URL, "https://courier.example/plan")]
    page = f'<script type="application/ld+json">{json.dumps({"headline": "Report", "citation": cited})}</script>'
    left = json.loads(redactor.page(page).split(">", 1)[1].removesuffix("</script>"))
    assert left == {"headline": "Report", "citation": [{"@type": "NewsArticle", "url": "https://courier.example/plan", "headline": "[removed]"}]}
    assert redactor.page('<script type="application/ld+json">{"a": "b"}</script>') == '<script type="application/ld+json">{"a": "b"}</script>'


def test_tables(redactor: Redactor) -> None:
    table = f"article_id,url,n\n{OWN},{URL},3\n{OTHER},{URL},3\n"
    assert redactor.table(table) == f"article_id,url,n\n{OWN},,3\n{OTHER},{URL},3\n"
    assert redactor.file("a.csv", b"headline,n\nOther,3\n") is None and redactor.file("a.png", b"Harbour plan falls") is None
    target = io.BytesIO()
    pq.write_table(pa.table({"article_id": [OWN, OTHER], "url": [URL, URL], "t": ["Harbour plan falls", None], "n": [1, 2]}), target)
    made = redactor.file("a.parquet", target.getvalue())
    assert made is not None
    assert pq.read_table(io.BytesIO(made)).to_pydict() == {"article_id": [OWN, OTHER], "url": [None, URL], "t": ["[removed]", None], "n": [1, 2]}
    assert redactor.file("a.parquet", made) is None, "a second time there is nothing left"


def test_doing_it_twice_changes_nothing_more(redactor: Redactor) -> None:
    page = f"<p>{TEXT}</p>{card(OWN, 'x')}<td>plan for the old</td>"
    once = redactor.page(page)
    assert redactor.page(once) == once != page and "harbour" not in once
