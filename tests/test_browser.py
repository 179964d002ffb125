"""The report in a real browser: axe, policy complaints, requests, hostile texts, phone widths, dark, print and keyboard.

Skipped where no Chromium can be had, with what was tried; with CI set that is a failure.
"""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nbformat.v4 as nbf
import pytest
from nutgraf.desk import Desk
from nutgraf.findings import Column
from nutgraf.publish.exporter import ReportExporter

from tests.browser_setup import Unavailable, browser, html_validate, npm_file
from tests.test_charts import FIXTURES, data_of
from tests.test_publish import cell, evidence, finding, notebook

pytestmark = pytest.mark.browser

WIDTHS = (320, 768, 1280)
LOOKS = ({"color_scheme": "light"}, {"color_scheme": "dark"})
#: What axe looks at: a screen, light and dark, and paper.
SEEN = (*LOOKS, {"media": "print"})
#: Every width and every look once: the pages of a report take them in turn. All of them are looked at on every page by make test-faults, and on
#: the page with every form always.
SOME = tuple(zip(WIDTHS, SEEN, strict=True))
ALL = tuple(itertools.product(WIDTHS, SEEN))
MEASURED = """() => [...document.querySelectorAll('svg.chart')].filter(s => s.getBoundingClientRect().width > 0).map(s => {
  const box = s.getBoundingClientRect();
  const texts = [...s.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect(), parseFloat(getComputedStyle(t).fontSize)]);
  const scale = box.width / s.viewBox.baseVal.width;
  return {label: s.getAttribute('aria-label'), smallest: Math.min(...texts.map(t => t[2] * scale)),
    out: texts.filter(t => t[1].left < box.left - 1 || t[1].right > box.right + 1 || t[1].bottom > box.bottom + 3).map(t => t[0])};
})"""


def unavailable(reason: Unavailable) -> None:
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(str(reason))
    pytest.skip(str(reason))


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    try:
        with browser() as running:
            yield running
    except Unavailable as reason:
        unavailable(reason)


@pytest.fixture(scope="module")
def axe() -> str:
    try:
        return npm_file("axe-core", "axe.min.js").read_text(encoding="utf-8")
    except Unavailable as reason:
        unavailable(reason)
        raise


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """The address of a folder of made pages, on loopback."""
    with serving(folder) as address:
        yield address


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def every_form(folder: Path) -> str:
    """A page with every chart form, evidence, a table, code and something not assessable."""
    from nutgraf.findings import Finding, Method

    cells = [nbf.new_markdown_cell("# How was it told?\n\nAn answer in **words**.\n\n## Charts\n\n- a\n- b")]
    for name in FIXTURES:
        data = data_of(name)
        columns = tuple(Column(c["name"], c["label"], c["kind"]) for c in data["columns"])
        cells.append(cell(finding(name, takeaway=f"The point of {name}", columns=columns, rows=data["rows"], chart=data["chart"])))
    table = finding("table-alone", chart=None)
    cannot = Finding.cannot_say("cannot", "A question", "3 articles, 12 needed", n={"articles": 3}, source="s", method=Method(text="m"))
    cells += [nbf.new_markdown_cell("## More"), cell(table), cell(cannot)]
    text, _ = ReportExporter().from_notebook_node(notebook(*cells), {"published_at": "2026-03-03T10:00:00+00:00", "version": 1})
    (folder / "forms.html").write_text(text, encoding="utf-8")
    return "forms.html"


def opened(chrome: Any, address: str, width: int = 1280, media: str | None = None, **look: Any) -> tuple[Any, list[str], list[str]]:
    """A page, what its console said, and what it asked for from elsewhere."""
    context = chrome.new_context(viewport={"width": width, "height": 900}, **look)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append("dialog"), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    if media:
        page.emulate_media(media=media)
    page.goto(address)
    home = address.split("/", 3)[2]
    elsewhere = [url for url in asked if url.split("/", 3)[2:3] != [home]]
    # Chromium asks for an icon by itself; a server without one is no fault of the page.
    return page, [line for line in said if "favicon" not in line and "404" not in line], elsewhere


def violations(page: Any, axe: str) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run({resultTypes: ['violations']})).violations")
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0]['failureSummary'][:200]}" for v in found]


def looked_at(chrome: Any, address: str, axe: str, looks: Iterable[tuple[int, dict[str, str]]]) -> tuple[list[str], list[str]]:
    """Have axe look at a page in each width and look, the page opened once; gives what its console said and what it asked for elsewhere."""
    page, said, elsewhere = opened(chrome, address, bypass_csp=True)
    for width, look in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(**{"media": "screen", "color_scheme": "light", **look})
        assert violations(page, axe) == [], (address, width, look)
        if look.get("media") != "print" or width >= 768:  # no sheet of paper is narrower
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} scrolls sideways: {width}, {look}"
    page.context.close()
    return said, elsewhere


def test_axe_finds_nothing_on_a_page_with_every_form(chrome: Any, served: str, every_form: str, axe: str) -> None:
    _, elsewhere = looked_at(chrome, f"{served}/{every_form}", axe, itertools.product(WIDTHS, SEEN))
    assert elsewhere == []


@pytest.mark.parametrize("in_turn", [True, pytest.param(False, marks=pytest.mark.faults)], ids=["in turn", "all"])
def test_axe_finds_nothing_in_the_samples_report(chrome: Any, finished: Desk, axe: str, in_turn: bool) -> None:
    pages = ["index.html", *(f"editions/sample/{p.name}" for p in sorted((finished.site / "editions/sample").glob("*.html")))]
    assert len(pages) >= len(SOME), "every look has a page"
    with serving(finished.site) as address:
        for number, path in enumerate(pages):
            looked_at(chrome, f"{address}/{path}", axe, [SOME[number % len(SOME)]] if in_turn else ALL)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk to whose editions everything has happened: corrected, shown again, withdrawn, waiting, failed."""
    from nutgraf.publish import editing, waiting
    from nutgraf.publish.site import publish, rebuild_index, stage

    from tests.test_site import executed

    root = tmp_path_factory.mktemp("lived")
    (root / "nutgraf.toml").write_text('title = "A desk & more"\n', encoding="utf-8")
    desk = Desk(root)
    for slug in ("corrected", "returned", "gone"):
        for point in ("The first point", "The second point"):
            publish(desk, slug, f"The {slug} report", executed(root / "executed" / point, takeaway=point))
    for event in (
        editing.correct(desk, "corrected", "It was nineteen articles, not ninety-one", 1),
        editing.correct(desk, "corrected", "An_unbroken_word_" * 12),
        editing.rollback(desk, "returned"),
        editing.withdraw(desk, "gone", 2, "A person who asked not to be named was named in a table"),
    ):
        editing.happen(desk, event)
    waits = executed(root / "executed" / "waits", takeaway="The third point")
    stage(desk, "corrected", "The corrected report", waits, waiting.folder_of(desk, "corrected"))
    states = {"corrected": "a newer version is waiting to be published", "returned": "stale since today because it could not be made anew"}
    rebuild_index(desk, states)
    return desk


LIVED = (
    "site/index.html", "site/editions/corrected/index.html", "site/editions/corrected/v1/10-tone.html", "site/editions/returned/index.html",
    "site/editions/gone/index.html", "site/editions/gone/v2/index.html", "staged/corrected/index.html",
)  # fmt: skip


@pytest.mark.parametrize("path", LIVED)
def test_axe_finds_nothing_on_corrected_withdrawn_and_waiting_pages(chrome: Any, lived: Desk, axe: str, path: str) -> None:
    with serving(lived.root) as address:
        said, elsewhere = looked_at(chrome, f"{address}/{path}", axe, itertools.product((320, 1280), LOOKS))
        assert said == [] and elsewhere == []


def test_notices_are_seen_and_the_policy_holds_on_them(chrome: Any, lived: Desk) -> None:
    with serving(lived.root) as address:
        for path in LIVED:
            page, said, elsewhere = opened(chrome, f"{address}/{path}", 320)
            assert said == [] and elsewhere == [], path
            lined = page.evaluate("[...document.querySelectorAll('.notice')].map(n => getComputedStyle(n).borderTopWidth)")
            assert lined == ([] if path.startswith(("site/index", "staged")) else ["3px"]), path
            page.context.close()


def test_html_validate_finds_no_error(finished: Desk, lived: Desk, folder: Path, every_form: str, tmp_path: Path) -> None:
    try:
        command = html_validate()
    except Unavailable as reason:
        unavailable(reason)
        raise
    (tmp_path / ".htmlvalidate.json").write_text('{"extends": ["html-validate:standard"], "root": true}')
    pages = [folder / every_form, finished.site / "index.html", *sorted((finished.site / "editions" / "sample").glob("*.html")),
             *(lived.root / path for path in LIVED)]  # fmt: skip
    for number, page in enumerate(pages):
        (tmp_path / f"{number}.html").write_bytes(page.read_bytes())
    (tmp_path / "bad.html").write_text("<!DOCTYPE html><html lang='en'><p><div></p></html>")
    names = [f"{number}.html" for number in range(len(pages))]
    done = subprocess.run([command, *names], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert subprocess.run([command, "bad.html"], cwd=tmp_path, capture_output=True, timeout=120, check=False).returncode == 1


def test_the_policy_holds_and_nobody_complains(chrome: Any, finished: Desk, served: str, every_form: str) -> None:
    with serving(finished.site) as address:
        made = sorted(path.relative_to(finished.site).as_posix() for path in finished.site.rglob("*.html"))
        pages = [*(f"{address}/{name}" for name in made), f"{served}/{every_form}"]
        assert len(pages) >= 10
        for address_ in pages:
            page, said, elsewhere = opened(chrome, address_)
            assert said == [] and elsewhere == [], address_
            assert page.evaluate("getComputedStyle(document.body).maxWidth !== null && document.styleSheets.length") == 1
            page.context.close()


def test_a_policy_complaint_would_be_seen(chrome: Any, served: str, folder: Path, every_form: str) -> None:
    text = (folder / every_form).read_text(encoding="utf-8")
    (folder / "spoilt.html").write_text(text.replace("<h1>", '<h1 style="color:red">', 1), encoding="utf-8")
    page, said, _ = opened(chrome, f"{served}/spoilt.html")
    assert any("Content Security Policy" in line for line in said)
    page.context.close()


@pytest.mark.parametrize("width", [320, 400, 600, 1280])
def test_text_in_charts_is_inside_and_large_enough(chrome: Any, served: str, every_form: str, width: int) -> None:
    page, _, _ = opened(chrome, f"{served}/{every_form}", width)
    charts = page.evaluate(MEASURED)
    assert len(charts) == len(FIXTURES), "one form of each chart is shown, never both"
    assert [chart for chart in charts if chart["out"]] == []
    floor = 11 if width <= 480 or width >= 700 else 10
    assert min(chart["smallest"] for chart in charts) >= floor
    page.context.close()


@pytest.mark.parametrize("font", ["Liberation Serif", "DejaVu Serif", "DejaVu Sans"])
def test_another_font_in_the_browser_keeps_text_inside(chrome: Any, served: str, every_form: str, font: str) -> None:
    page, _, _ = opened(chrome, f"{served}/{every_form}", 320, bypass_csp=True)
    page.add_style_tag(content=f".chart text {{ font-family: '{font}' !important }}")
    bad = [chart["out"] for chart in page.evaluate(MEASURED) if chart["out"]]
    assert bad == []
    page.context.close()


def test_dark_paper_turns_every_colour_of_a_chart(chrome: Any, served: str, every_form: str) -> None:
    seen = {}
    for look in LOOKS:
        page, _, _ = opened(chrome, f"{served}/{every_form}", **look)
        seen[look["color_scheme"]] = page.evaluate(
            "[...document.querySelectorAll('svg.chart *')].map(n => getComputedStyle(n)).map(s => s.fill + s.stroke)"
        )
        page.context.close()
    same = {light for light, dark in zip(seen["light"], seen["dark"], strict=True) if light == dark}
    assert same <= {"rgb(0, 0, 0)none", "nonenone"}, "a colour that is the same on dark paper"


def test_print_shows_what_is_folded_on_light_paper(chrome: Any, served: str, every_form: str) -> None:
    page, _, _ = opened(chrome, f"{served}/{every_form}", media="print", color_scheme="dark")
    hidden = page.evaluate(
        "[...document.querySelectorAll('.finding details table, .finding details .card')].filter(n => n.getBoundingClientRect().height < 5).length"
    )
    assert hidden == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 27, 25)", "light ink on white paper"
    page.context.close()


def test_every_fold_and_table_is_reached_and_opened_by_keyboard(chrome: Any, served: str, every_form: str) -> None:
    page, _, _ = opened(chrome, f"{served}/{every_form}")
    folds = page.evaluate("document.querySelectorAll('summary').length")
    reached, outlines = set(), set()
    for _ in range(folds * 6):
        page.keyboard.press("Tab")
        where = page.evaluate(
            "(() => { const e = document.activeElement; if (e.tagName !== 'SUMMARY') return [e.tagName, -1, ''];"
            " return ['SUMMARY', [...document.querySelectorAll('summary')].indexOf(e), getComputedStyle(e).outlineStyle] })()"
        )
        if where[0] == "SUMMARY" and where[1] not in reached:
            reached.add(where[1])
            outlines.add(where[2])
            page.keyboard.press("Enter")
        if len(reached) == folds:
            break
    assert len(reached) == folds and outlines == {"solid"}
    assert page.evaluate("[...document.querySelectorAll('details')].every(d => d.open)")
    page.context.close()


# Hostile texts -----------------------------------------------------------------------------------------------------------

BREAKS = ("", '"', "'", "-->", "</title>", "</style>", "</script>", "</svg>", "</textarea>", "]]>", "\\u003c", "&lt;", "\x00", "`")
OPENS = (
    "<script>{}</script>", "<img src=x onerror={}>", "<svg onload={}>", "<svg><script>{}</script></svg>", "<iframe src=javascript:{}>",
    "<a href=javascript:{}>x</a>", "<details open ontoggle={}>", "<body onload={}>", "<math><mtext><style><img src=x onerror={}>",
    "<form action=javascript:{}><button>x</button></form>", "<object data=javascript:{}>", "<base href=//evil.example/>{}",
    "<meta http-equiv=refresh content=0;url=javascript:{}>", "<link rel=stylesheet href=//evil.example/{}>", "<style>@import '//evil.example/{}'</style>",
    "onmouseover={} x=", "[x](javascript:{})", "![x](x onerror={})", "{{{{ {} }}}}", "{{% {} %}}", "javascript:{}",
    "<animate onbegin={} attributeName=x>", "<foreignObject><img src=x onerror={}></foreignObject>",
)  # fmt: skip
ACTIVE = """() => {
  const bad = [];
  for (const n of document.querySelectorAll('*')) {
    const tag = n.tagName.toLowerCase();
    if (['iframe','object','embed','form','base','img','input','button','animate','foreignobject','math','frame'].includes(tag)) bad.push(tag);
    if (tag === 'script' && n.type !== 'application/ld+json') bad.push('script');
    if ((tag === 'link' && !['alternate', 'canonical'].includes(n.rel)) || (tag === 'meta' && (n.httpEquiv || '').toLowerCase() === 'refresh')) bad.push(tag);
    if (tag === 'details' && n.hasAttribute('open')) bad.push('open details');
    for (const a of n.attributes) {
      if (/^on/i.test(a.name) || a.name === 'style') bad.push(tag + ' ' + a.name);
      if (['href', 'src', 'xlink:href'].includes(a.name) && /^\\s*(javascript|data|vbscript):/i.test(a.value)) bad.push(a.value);
    }
  }
  return bad;
}"""
CALLS = ("window.hit=1", "window['hit']=1", "eval('hit=1')")


def vectors() -> list[str]:
    """Texts that try to get out of every place a text stands in: break × opening × call."""
    made = [before + opening.format(call) for before, opening, call in itertools.product(BREAKS, OPENS, CALLS)]
    return random.Random(4).sample(made, 330)


def hostile_notebook() -> Any:
    texts = vectors()
    columns = (Column("outlet", texts[0], "text", texts[1]), Column("tone", "Tone", "score"), Column("low", "From", "score"),
               Column("high", "To", "score"), Column("n", "Articles", "count"), Column("note", "Note", "text"))  # fmt: skip
    cells = [nbf.new_markdown_cell(f"# {texts[2]}\n\n{texts[3]}\n\n" + "\n\n".join(texts[4:80]))]
    chart = {"form": "interval_dots", "name": "outlet", "value": "tone", "low": "low", "high": "high", "n": "n", "what": texts[81], "axis": texts[82]}
    for number, start in enumerate(range(83, 330, 13)):
        t = (texts + texts)[start : start + 13]
        places = tuple(
            evidence(text, headline=t[0], outlet=t[1], role=t[2], rule=t[3], url=url, published_on=t[4], article_id=t[5] + str(i), start=i * 9999)
            for i, (text, url) in enumerate(zip(t, ("https://ok.example/" + t[6], "javascript:window.hit=1", t[7], None), strict=False))
        )
        cells.append(
            cell(finding(
                f"hostile-{number}", takeaway=t[8], subtitle=t[9], source=t[10], interval=t[11], n={t[12]: 3}, columns=columns, chart=chart,
                rows=[[text, 0.1, 0.0, 0.2, 3, text] for text in t], examples=places, examples_rule=t[1],
            ), source=f"# {t[2]}")
        )  # fmt: skip
    return notebook(*cells)


def test_no_hostile_text_becomes_active_anywhere(chrome: Any, served: str, folder: Path) -> None:
    given = {"title": vectors()[5], "site_title": vectors()[6], "published_at": "2026-03-03T10:00:00+00:00", "version": 1}
    text, _ = ReportExporter().from_notebook_node(hostile_notebook(), given)
    (folder / "hostile.html").write_text(text, encoding="utf-8")
    # Without the policy, so that the page's own cleanliness is tested and not the browser's help.
    page, said, elsewhere = opened(chrome, f"{served}/hostile.html", bypass_csp=True)
    active = page.evaluate(ACTIVE)
    assert active == []
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    page.mouse.move(200, 200)
    assert page.evaluate("window.hit") is None and elsewhere == [] and "dialog" not in said
    assert page.evaluate("document.querySelectorAll('h1').length") == 1
    assert len(set(vectors())) >= 300
    page.context.close()


def test_a_hole_would_be_seen(chrome: Any, served: str, folder: Path) -> None:
    (folder / "hole.html").write_text("<!DOCTYPE html><title>x</title>" + "".join(vectors()[:60]), encoding="utf-8")
    page, _, _ = opened(chrome, f"{served}/hole.html")
    page.wait_for_timeout(200)
    assert page.evaluate("window.hit") == 1, "the vectors do nothing even where nothing stops them"
    page.context.close()
