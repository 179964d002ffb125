"""Charts on a page: written straight from the canvas as matplotlib would draw it, and a form that draws with matplotlib itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from lxml import etree
from nutgraf import charts
from nutgraf.charts import WIDTHS, draw_svg, drawn
from nutgraf.charts.canvas import Canvas
from nutgraf.publish.exporter import ReportExporter
from nutgraf.publish.svg import in_page, inline

from tests.test_charts import BOTH, FORMS, SVG, data_of
from tests.test_publish import cell, finding, notebook


def straight(data: dict[str, Any], width: str, label: str = "x") -> etree._Element:
    return etree.fromstring(in_page(drawn(data, width), id=data["id"], form=width, label=label))


def by_matplotlib(data: dict[str, Any], width: str) -> etree._Element:
    return etree.fromstring(inline(draw_svg(data, width), prefix="p", label="x", css_class=f"chart {width}"))


def texts(tree: etree._Element) -> list[tuple]:
    """Every text with its place, size, anchor, weight and colour, in reading order."""
    return [
        (node.text, float(node.get("x")), float(node.get("y")), node.get("font-size"), node.get("text-anchor"), node.get("font-weight"),
         node.get("class"))
        for node in tree.iter(f"{SVG}text")
    ]  # fmt: skip


def boxes(tree: etree._Element) -> list[tuple]:
    """Every mark in the order it is painted: colours, stroke width, and the box around its points."""
    found = []
    for node in tree.iter(f"{SVG}path", f"{SVG}circle"):
        if node.tag == f"{SVG}circle":
            x, y, r = (float(node.get(name)) for name in ("cx", "cy", "r"))
            xs, ys = [x - r, x + r], [y - r, y + r]
        else:
            d = node.get("d")
            numbers = [float(number) for number in re.findall(r"-?[\d.]+", re.sub(r"H([\d.]+)V([\d.]+)H0", r" \1 0 \1 \2 0 \2 ", d))]
            xs, ys = numbers[::2], numbers[1::2]
        look = (node.get("class"), node.get("fill"), node.get("stroke"), node.get("stroke-width"))
        found.append((look, (min(xs), min(ys), max(xs), max(ys))))
    return found


@BOTH
@pytest.mark.parametrize("name", FORMS)
def test_a_page_shows_what_matplotlib_draws(name: str, width: str) -> None:
    ours, theirs = straight(data_of(name), width), by_matplotlib(data_of(name), width)
    assert ours.get("viewBox").split()[:3] == theirs.get("viewBox").split()[:3]
    assert float(ours.get("viewBox").split()[3]) == pytest.approx(float(theirs.get("viewBox").split()[3]), abs=0.5)
    assert len(texts(ours)) == len(texts(theirs))
    for one, other in zip(texts(ours), texts(theirs), strict=True):
        assert one[0] == other[0] and one[3:] == other[3:]
        assert one[1:3] == pytest.approx(other[1:3], abs=0.5), one
    assert Counter(look for look, _ in boxes(ours)) == Counter(look for look, _ in boxes(theirs))
    for (look, box), (other_look, other_box) in zip(boxes(ours), boxes(theirs), strict=True):
        assert look == other_look and box == pytest.approx(other_box, abs=0.5)


@BOTH
@pytest.mark.parametrize("name", FORMS)
def test_a_page_has_the_same_bytes_each_time_and_classes_for_colours(name: str, width: str) -> None:
    data = data_of(name)
    svg = in_page(drawn(data, width), id="i", form=width, label='A "label" <b>')
    assert svg == in_page(drawn(data_of(name), width), id="i", form=width, label='A "label" <b>')
    assert "style=" not in svg and "<style" not in svg and " id=" not in svg
    assert not re.search(r'(?:fill|stroke)="#', svg), "a colour that would not turn dark"
    assert 'role="img"' in svg and f'class="chart {width}"' in svg
    assert etree.fromstring(svg).get("aria-label") == 'A "label" <b>'


def test_text_of_a_page_is_escaped() -> None:
    canvas = Canvas(340, 60)
    canvas.text(0, 20, "</text><script>x</script> & \x00\ud800")
    tree = etree.fromstring(in_page(canvas, id="i", form="narrow", label="x"))
    assert [node.text for node in tree.iter(f"{SVG}text")] == ["</text><script>x</script> &"] and not tree.findall(f".//{SVG}script")


def test_a_page_of_charts_needs_no_matplotlib() -> None:
    code = (
        "import sys; from nutgraf.charts import drawn; from nutgraf.publish.svg import in_page\n"
        "from tests.test_charts import FORMS, data_of\n"
        "[in_page(drawn(data_of(n), w), id='i', form=w, label='x') for n in FORMS for w in ('wide', 'narrow')]\n"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# A form that draws with matplotlib itself, as docs/adding.md promises -----------------------------------------------------


def _draw(rows: Any, chart: Any, width: int) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, 2))
    axes = figure.add_subplot()
    axes.barh([row["outlet"] for row in rows], [row["n"] for row in rows], color="#0b4a78")
    return figure


@pytest.fixture
def newcomer(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A chart's data in a form that somebody added, drawn with matplotlib's axes."""
    module = ModuleType("nutgraf.charts.plain_bars")
    said = ("Bars of articles, where one is longest", "Bars.")
    module.__dict__.update(COLUMNS=("name", "value"), draw=_draw, describe=lambda rows, chart: said)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    known = (*charts.forms(), "plain_bars")
    monkeypatch.setattr(charts, "forms", lambda: known)
    data = data_of("count_bars")
    return {**data, "chart": {**data["chart"], "form": "plain_bars"}}


@pytest.mark.parametrize("width", list(WIDTHS))
def test_a_figure_of_matplotlib_stands_in_a_page_too(newcomer: dict[str, Any], width: str) -> None:
    svg = in_page(drawn(newcomer, width), id="bars", form=width, label="Bars")
    assert svg == in_page(drawn(newcomer, width), id="bars", form=width, label="Bars")
    tree = etree.fromstring(svg)
    said = [node.text for node in tree.iter(f"{SVG}text")]
    assert "Kelsport Courier" in said, "text stays text in the house style"
    assert 'font-size="14"' in svg and "f-point" in svg and "style=" not in svg and tree.get("aria-label") == "Bars"
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    assert ids and all(one.startswith(f"bars-{width}-") for one in ids)


# The rounded table and nothing else -----------------------------------------------------------------------------------------


def test_a_chart_is_drawn_from_the_rounded_table_alone() -> None:
    rows = [["Courier", 0.2, 0.1, 0.3, 10, None], ["Bell", -0.1, -0.2, 0.1, 9, None]]
    finer = [["Courier", 0.2004, 0.0999, 0.30001, 10, None], ["Bell", -0.1004, -0.2, 0.09951, 9, None]]
    given, other = finding(rows=rows), finding(rows=finer)
    read_again = json.loads(json.dumps(given.to_json()))
    for width in WIDTHS:
        drawings = [in_page(drawn(data, width), id="i", form=width, label="x") for data in (given.to_json(), other.to_json(), read_again)]
        assert len(set(drawings)) == 1
        assert drawings[0] != in_page(drawn(finding(rows=rows[:1]).to_json(), width), id="i", form=width, label="x")
    assert given._repr_mimebundle_()[0]["image/svg+xml"] == other._repr_mimebundle_()[0]["image/svg+xml"] == draw_svg(read_again)


def test_a_page_is_made_from_the_data_and_not_from_a_picture_in_the_notebook() -> None:
    shown = cell(finding())
    page, _ = ReportExporter().from_notebook_node(notebook(shown))
    shown["outputs"][0]["data"]["image/svg+xml"] = shown["outputs"][0]["data"]["text/html"] = "<svg><text>another picture</text></svg>"
    assert ReportExporter().from_notebook_node(notebook(shown))[0] == page
