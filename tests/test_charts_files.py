"""A figure's downloads: an SVG and a picture, complete in themselves and the same bytes for the same data."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from nutgraf.charts import drawn
from nutgraf.charts.theme import ROLES
from nutgraf.charts.words import text_width
from nutgraf.desk import Desk
from nutgraf.findings import Column
from nutgraf.publish import figures, files
from nutgraf.publish.check import check_site
from nutgraf.publish.excerpts import Excerpts
from nutgraf.publish.exporter import Page, read_executed, read_page, render_page
from nutgraf.publish.figures import MARGIN, Figures, add_downloads, figure_png, figure_svg
from nutgraf.publish.site import publish, rebuild_index
from PIL import Image

from tests.test_charts import AWKWARD, FORMS, SVG, awkward, data_of
from tests.test_charts_pages import newcomer  # noqa: F401 - a fixture
from tests.test_publish import cell, finding, notebook
from tests.test_site import empty, executed  # noqa: F401 - a fixture

LIGHT = {light for light, _ in ROLES.values()}
ABOUT = {"takeaway": "The Courier is friendlier than the Bell", "subtitle": "Tone of sentences, 2 to 22 March", "n": {"articles": 19},
         "interval": "95 % interval", "source": "Source: the desk"}  # fmt: skip


def whole(name: str) -> dict[str, Any]:
    data = {**data_of(name), **ABOUT}
    return {**data, "chart": {**data["chart"], "alt": "Chart of made-up data, where one is longest"}}


def texts(tree: etree._Element) -> list[str]:
    return [node.text for node in tree.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", FORMS)
def test_an_svg_file_stands_by_itself_with_title_and_source(name: str) -> None:
    data = whole(name)
    svg = figure_svg(data, drawn(data))
    tree = etree.fromstring(svg.encode())
    assert not re.search(r"href|url\(|@import|class=|style|<script| id=", svg), "it refers to something that is not in it"
    assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"], "a name of the format, never fetched"
    colours = {node.get(name) for node in tree.iter() for name in ("fill", "stroke") if node.get(name)} - {"none"}
    assert colours <= LIGHT and ROLES["paper"][0] in colours
    said = texts(tree)
    assert said[:2] == [ABOUT["takeaway"], ABOUT["subtitle"]] and said[-1] == "19 articles. 95 % interval. Source: the desk."
    assert said[2:-1] == [label.text for label in drawn(data).labels]
    heights = [float(node.get("y")) for node in tree.iter(f"{SVG}text")]
    assert heights[0] < heights[1] < min(heights[2:-1]) - 12 and max(heights[2:-1]) + 12 < heights[-1], "the frame lies on the drawing"
    left = [float(node.get("x")) for node in tree.iter(f"{SVG}text") if not node.get("text-anchor")]
    assert min(left) == MARGIN
    assert (tree.find(f"{SVG}title").text, tree.find(f"{SVG}desc").text) == (data["takeaway"], data["chart"]["alt"])
    assert [tree.get("width"), tree.get("height")] == tree.get("viewBox").split()[2:]
    assert svg == figure_svg(whole(name), drawn(whole(name)))


def test_long_titles_and_sources_are_broken_never_cut() -> None:
    data = whole("count_bars")
    for key in ("takeaway", "subtitle", "source"):
        data[key] = " ".join(f"{key}{number}" for number in range(40))
    tree = etree.fromstring(figure_svg(data, drawn(data)).encode())
    said = " ".join(texts(tree))
    assert all(f"{key}{number}" in said for key in ("takeaway", "subtitle", "source") for number in range(40))
    across, down = map(float, tree.get("viewBox").split()[2:])
    for node in tree.iter(f"{SVG}text"):
        if not node.get("text-anchor"):
            assert float(node.get("x")) + text_width(node.text, float(node.get("font-size"))) <= across - MARGIN + 1, node.text
        assert float(node.get("y")) <= down - MARGIN / 2


@pytest.mark.parametrize("name", FORMS)
def test_a_picture_has_twice_the_size_and_carries_no_date_or_program(name: str) -> None:
    data = whole(name)
    png = figure_png(data, drawn(data))
    assert png == figure_png(whole(name), drawn(whole(name)))
    picture = Image.open(io.BytesIO(png))
    size = etree.fromstring(figure_svg(data, drawn(data)).encode()).get("viewBox").split()[2:]
    assert picture.size == pytest.approx([2 * float(one) for one in size], abs=1.5)
    assert picture.info.keys() <= {"dpi"} and re.findall(rb"tEXt|iTXt|zTXt|tIME|eXIf", png) == []
    assert picture.convert("RGB").getpixel((1, 1)) == tuple(bytes.fromhex(ROLES["paper"][0][1:]))
    other = {**data, "source": "Source: another desk"}
    assert figure_png(other, drawn(other)) != png, "the source line is drawn in"


def test_a_form_that_draws_with_matplotlib_has_downloads_too(newcomer: dict[str, Any]) -> None:  # noqa: F811
    data = {**newcomer, **ABOUT, "chart": {**newcomer["chart"], "alt": "Bars of articles, where one is longest"}}
    svg = figure_svg(data, drawn(data))
    tree = etree.fromstring(svg.encode())
    inner = tree.find(f"{SVG}svg")
    assert "Kelsport Courier" in texts(inner) and texts(tree)[0] == ABOUT["takeaway"] and "Date" not in svg
    assert float(inner.get("y")) + float(inner.get("height")) < float(tree.get("viewBox").split()[3]) - MARGIN
    picture = Image.open(io.BytesIO(figure_png(data, drawn(data)))).convert("RGB")
    bars = tuple(bytes.fromhex(ROLES["point"][0][1:]))
    top, down = 2 * float(inner.get("y")), 2 * (float(inner.get("y")) + float(inner.get("height")))
    rows = [y for y in range(picture.height) if any(picture.getpixel((x, y)) == bars for x in range(0, picture.width, 40))]
    assert rows and min(rows) >= top and max(rows) <= down, "the bars stand in their gap"


def test_a_version_holds_every_figure_its_pages_link(empty: Desk, tmp_path: Path) -> None:  # noqa: F811
    publish(empty, "dam", "The dam", executed(tmp_path / "n"))
    rebuild_index(empty)
    home = empty.site / "editions" / "dam"
    names = {f"figures/{page}.{kind}" for page in ("30-charts.tone", "10-tone.other") for kind in ("svg", "png")}
    for folder in (home, home / "v1"):
        assert names <= set(json.loads((folder / files.MANIFEST).read_text())["files"])
        tree = html.fromstring((folder / "index.html").read_text())
        links = tree.xpath('//details[@class="get"]//a')
        assert [link.text for link in links] == ["SVG", "PNG", "CSV"]
        assert all((folder / link.get("href")).is_file() for link in links)
        assert tree.xpath('//details[@class="get"]/summary')[0].text == "Download this figure"
    assert check_site(empty.site) == []


def test_a_figure_on_two_pages_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:

    asked = []
    monkeypatch.setattr(figures, "figure_png", lambda data, drawing: asked.append(data["id"]) or figure_png(data, drawing))
    pages = [Page(name, blocks=[{"kind": "finding", "data": whole("count_bars")}]) for name in ("a", "b")]
    add_downloads(pages)
    assert len(asked) == 1
    assert [set(page.files) for page in pages] == [
        {f"data/{n}.count-bars.parquet", *(f"figures/{n}.count-bars.{k}" for k in ("svg", "png"))} for n in "ab"
    ]


def test_a_figure_that_was_drawn_ahead_is_not_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = executed(tmp_path)[:1]
    asked: list[str] = []
    monkeypatch.setattr(figures, "figure_png", lambda data, drawing: asked.append(data["id"]) or figure_png(data, drawing))
    ahead = Figures()
    assert not ahead.draw_one()
    ahead.expect(path)
    while ahead.draw_one():
        pass
    n = len(asked)
    page = read_page(read_executed(path), path.stem, Excerpts({}, 25))
    add_downloads([page], ahead)
    assert n == len(asked) > 0
    alone = read_page(read_executed(path), path.stem, Excerpts({}, 25))
    add_downloads([alone])
    assert page.files == alone.files


def test_a_figure_that_cannot_be_drawn_fails_where_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = executed(tmp_path)[:1]

    def broken(*_: Any) -> bytes:
        raise ValueError("no such letter")

    monkeypatch.setattr(figures, "figure_png", broken)
    ahead = Figures()
    ahead.expect(path)
    assert ahead.draw_one()
    with pytest.raises(ValueError, match="no such letter"):
        add_downloads([read_page(read_executed(path), path.stem, Excerpts({}, 25))], ahead)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("rows", AWKWARD)
def test_awkward_data_comes_through_to_page_and_files(name: str, rows: str) -> None:
    data = awkward(name, rows)
    columns = tuple(Column(c["name"], c["label"], c["kind"]) for c in data["columns"])
    made = finding(name, columns=columns, rows=data["rows"], chart=data["chart"])
    page = read_page(notebook(cell(made)), "page", Excerpts({}, 25))
    add_downloads([page])
    about = {"title": "t", "site_title": "s", "language": "en", "version": None, "published_at": None}
    tree = html.fromstring(render_page(page, [page], about))
    assert len(tree.xpath('//svg[@role="img"]')) == 2
    links = [link.get("href") for link in tree.xpath('//details[@class="get"]//a')]
    assert len(links) == (2 if rows == "none" else 3) and set(links) <= set(page.files)
    assert etree.fromstring(page.files[f"figures/page.{name}.svg"].encode()).tag == f"{SVG}svg"
    picture = Image.open(io.BytesIO(page.files[f"figures/page.{name}.png"]))
    assert picture.width == 1440 and picture.height < 14_000
