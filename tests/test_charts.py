"""Charts: every form on typed fixtures, on awkward data, and byte for byte the same."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from nutgraf.charts import WIDTHS, describe, draw_svg, forms
from nutgraf.charts.canvas import Scale, tick_text
from nutgraf.charts.theme import SMALL
from nutgraf.charts.words import ALT_LENGTH, cut, text_width, wrap
from nutgraf.errors import FindingError

SVG = "{http://www.w3.org/2000/svg}"
OUTLETS = ["Kelsport Courier", "Quillmouth Bell", "Radio Norvessa", "Valley Herald and Echo", "The Ploughlight", "Tessel Ledger"]
FRAMES = ["Conflict", "Economic consequences", "Human interest", "Morality", "Responsibility"]
WEEKS = ["2026-03-02", "2026-03-09", "2026-03-16"]
AXIS = "Tone of the sentence, −1 hostile to +1 friendly"


def column(name: str, kind: str) -> dict[str, str]:
    return {"name": name, "label": name.capitalize(), "kind": kind, "meaning": ""}


def interval_dots() -> dict[str, Any]:
    rows = [[o, *(round(at - 0.09 * i, 2) for at in (0.2, 0.1, 0.3)), 9 - i, None] for i, o in enumerate(OUTLETS[:5])]
    rows.append([OUTLETS[5], None, None, None, 3, "3 articles, 12 needed"])
    return {
        "chart": {"form": "interval_dots", "name": "outlet", "value": "tone", "low": "low", "high": "high", "n": "n", "note": "note",
                  "what": "tone by outlet", "axis": AXIS, "kind": "score"},
        "columns": [column("outlet", "text"), column("tone", "score"), column("low", "score"), column("high", "score"),
                    column("n", "count"), column("note", "text")],
        "rows": rows,
    }  # fmt: skip


def grouped_dots() -> dict[str, Any]:
    rows = [
        [o, g, round(0.3 - 0.1 * i - 0.15 * j, 2), round(0.2 - 0.1 * i - 0.15 * j, 2), round(0.4 - 0.1 * i - 0.15 * j, 2), 9]
        for i, o in enumerate(OUTLETS)
        for j, g in enumerate(["headline", "body"])
    ]
    return {
        "chart": {"form": "interval_dots", "name": "outlet", "value": "tone", "low": "low", "high": "high", "n": "n", "group": "part",
                  "what": "tone of headlines and bodies", "axis": AXIS},
        "columns": [column("outlet", "text"), column("part", "text"), column("tone", "score"), column("low", "score"),
                    column("high", "score"), column("n", "count")],
        "rows": rows,
    }  # fmt: skip


def over_time() -> dict[str, Any]:
    rows = [
        [o, w, round(0.1 * ((i * 5 + j * 3) % 7) - 0.3, 2), None if j == 2 else -0.4, None if j == 2 else 0.35, 1 if j == 2 else 4 + i]
        for i, o in enumerate(["All outlets", *OUTLETS])
        for j, w in enumerate(WEEKS)
    ]
    return {
        "chart": {"form": "over_time", "name": "outlet", "period": "week", "value": "tone", "low": "low", "high": "high", "n": "n",
                  "thin": 3, "axis": AXIS, "what": "tone by outlet and week", "kind": "score"},
        "columns": [column("outlet", "text"), column("week", "date"), column("tone", "score"), column("low", "score"),
                    column("high", "score"), column("n", "count")],
        "rows": rows,
    }  # fmt: skip


def heat_map() -> dict[str, Any]:
    rows = [
        [o, f, None if i == 5 else round(((i * 5 + j * 3) % 11) / 10, 3), 3 if i == 5 else 9, "3 articles, 12 needed" if i == 5 else None]
        for i, o in enumerate(OUTLETS)
        for j, f in enumerate(FRAMES)
    ]
    return {
        "chart": {"form": "heat_map", "row": "outlet", "column": "frame", "value": "share", "n": "n", "kind": "share",
                  "what": "frames by outlet"},
        "columns": [column("outlet", "text"), column("frame", "text"), column("share", "share"), column("n", "count"),
                    column("note", "text")],
        "rows": rows,
    }  # fmt: skip


def keyness_bars() -> dict[str, Any]:
    words = ["seepage", "engineer", "assembly", "vote", "inquiry", "leak", "shambles", "doom", "drown", "fury"]
    rows = [[w, round(4.2 - 0.9 * i, 2), 30 - 2 * i, 3 * i] for i, w in enumerate(words)]
    return {
        "chart": {"form": "keyness_bars", "word": "word", "value": "z", "count_a": "a", "count_b": "b", "label_a": "Kelsport Courier",
                  "label_b": "Quillmouth Bell", "what": "words by outlet"},
        "columns": [column("word", "text"), column("z", "score"), column("a", "count"), column("b", "count")],
        "rows": rows,
    }  # fmt: skip


def clear_keyness_bars() -> dict[str, Any]:
    """With a column that says which words stand out."""
    data = keyness_bars()
    data["chart"]["clear"] = "clear"
    data["columns"].append(column("clear", "flag"))
    data["rows"] = [[*row, abs(row[1]) > 3] for row in data["rows"]]
    return data


def word_shift() -> dict[str, Any]:
    words = ["brave", "peace", "safe", "hope", "lost", "shambles", "fury", "doom", "chaos", "fear"]
    rows = [[w, 2.0 - 0.4 * i, round(9.5 - 2 * i, 2), 2.0 - i if i % 3 else None, 14.0 - i if i % 3 else None, 12 - i, i] for i, w in enumerate(words)]
    return {
        "chart": {"form": "word_shift", "word": "word", "value": "shift", "low": "low", "high": "high", "count_a": "a", "count_b": "b",
                  "label_a": "Kelsport Courier", "label_b": "Quillmouth Bell", "what": "words behind the tone"},
        "columns": [column("word", "text"), *(column(name, "score") for name in ("weight", "shift", "low", "high")), column("a", "count"), column("b", "count")],
        "rows": rows,
    }  # fmt: skip


def tone_arc() -> dict[str, Any]:
    voices = ["outlet", "quoted", "outlet", "mixed"]
    rows = [
        [i, round(((i * 37) % 19 - 9) / 11 if i % 3 else 0, 2), voices[i % 4], "headline" if i == 1 else "standfirst" if i == 2 else "body"]
        for i in range(1, 33)
    ]
    return {
        "chart": {"form": "tone_arc", "position": "sentence", "value": "tone", "voice": "voice", "part": "part", "axis": AXIS,
                  "what": "tone through one article"},
        "columns": [column("sentence", "count"), column("tone", "score"), column("voice", "text"), column("part", "text")],
        "rows": rows,
    }  # fmt: skip


def count_bars() -> dict[str, Any]:
    return {
        "chart": {"form": "count_bars", "name": "outlet", "value": "n", "what": "articles by outlet", "axis": "Articles"},
        "columns": [column("outlet", "text"), column("n", "count")],
        "rows": [[o, 12 - 2 * i] for i, o in enumerate(OUTLETS)],
    }


def stacked_bars(groups: int = 3) -> dict[str, Any]:
    names = ["present", "weak", "absent", "d", "e", "f"][:groups]
    return {
        "chart": {"form": "count_bars", "name": "frame", "value": "n", "group": "answer", "what": "answers by frame", "axis": "Articles"},
        "columns": [column("frame", "text"), column("answer", "text"), column("n", "count")],
        "rows": [[f, g, (3 * i + 7 * j) % 20] for i, f in enumerate(FRAMES) for j, g in enumerate(names)],
    }


KINDS = ["official", "organisation", "expert", "resident", "unnamed"]


def speaker_bars() -> dict[str, Any]:
    rows = [
        [o, k, None, 4, "4 quotations, 12 needed"] if i == 1 else [o, k, round(((i * 3 + j * 5) % 9) / 20, 3), 40 - 3 * i, None]
        for i, o in enumerate(OUTLETS)
        for j, k in enumerate(KINDS)
    ]
    return {
        "chart": {"form": "speaker_bars", "name": "outlet", "kind_of": "speaker", "value": "share", "n": "n", "point": "unnamed",
                  "what": "quotations by outlet and speaker", "axis": "Share of an outlet's quotations, by who is quoted"},
        "columns": [column("outlet", "text"), column("speaker", "text"), column("share", "share"), column("n", "count"),
                    column("note", "text")],
        "rows": rows,
    }  # fmt: skip


def naming_table() -> dict[str, Any]:
    terms = ["the dam", "Brannow Dam", "the reservoir project", "the scheme", "the wall", "that concrete monument", "the works"]
    return {
        "chart": {"form": "naming_table", "name": "outlet", "term": "term", "n": "n", "what": "names of the dam by outlet",
                  "axis": "Uses in full texts"},
        "columns": [column("outlet", "text"), column("term", "text"), column("n", "count")],
        "rows": [[o, t, (7 * i + 5 * j) % 13] for i, o in enumerate(OUTLETS) for j, t in enumerate(terms) if (i + j) % 4],
    }  # fmt: skip


def version_timeline() -> dict[str, Any]:
    return {
        "chart": {"form": "version_timeline", "name": "article", "at": "at", "headline": "headline", "added": "added",
                  "removed": "removed", "what": "versions of five articles"},
        "columns": [column("article", "text"), column("at", "text"), column("headline", "flag"), column("added", "count"),
                    column("removed", "count")],
        "rows": [
            ["Dam plan published", "2026-03-02T09:10:00+00:00", None, None, None],
            ["Dam plan published", "2026-03-02T09:55:00+00:00", True, 0, 0],
            ["Dam plan published", "2026-03-02T14:30:00+00:00", False, 120, 34],
            ["Dam plan published", "2026-03-03T08:00:00+00:00", True, 12, 0],
            ["Engineer warned of seepage in 2024", "2026-03-10T17:00:00+00:00", None, None, None],
            ["Engineer warned of seepage in 2024", "2026-03-11T07:45:00+00:00", False, 0, 51],
            ["Assembly votes on Thursday", "2026-03-12T06:00:00+00:00", None, None, None],
            ["Three votes", "2026-03-13T06:00:00+00:00", None, None, None],
            ["Three votes", None, True, 5, 2],
        ],
    }  # fmt: skip


FIXTURES = {
    "interval_dots": interval_dots, "interval_dots-grouped": grouped_dots, "over_time": over_time, "heat_map": heat_map,
    "keyness_bars": keyness_bars, "keyness_bars-clear": clear_keyness_bars, "tone_arc": tone_arc, "count_bars": count_bars, "count_bars-stacked": stacked_bars,
    "count_bars-columns": lambda: stacked_bars(6), "speaker_bars": speaker_bars, "naming_table": naming_table,
    "version_timeline": version_timeline, "word_shift": word_shift,
}  # fmt: skip


def data_of(name: str) -> dict[str, Any]:
    data = FIXTURES[name]()
    data["id"] = name.replace("_", "-")
    return data


FORMS = list(FIXTURES)
BOTH = pytest.mark.parametrize("width", list(WIDTHS))


def svg(data: dict[str, Any], width: str) -> etree._Element:
    return etree.fromstring(draw_svg(data, width).encode())


def texts(tree: etree._Element) -> list[tuple[str, float, float, float, str, bool]]:
    """(text, x, y, size, anchor, bold) of every text in a figure."""
    found = []
    for node in tree.iter(f"{SVG}text"):
        look = dict(part.split(":", 1) for part in node.get("style", "").replace(" ", "").split(";") if ":" in part)
        size = float(look.get("font-size", "0px").removesuffix("px"))
        anchor, bold = look.get("text-anchor", "start"), "font-weight" in look
        found.append((node.text or "", float(node.get("x")), float(node.get("y")), size, anchor, bold))
    return found


def outside(data: dict[str, Any], width: str) -> list[str]:
    """Texts that run over an edge of the figure, with the width of a wide font."""
    tree = svg(data, width)
    _, _, across, down = map(float, tree.get("viewBox").split())
    bad = []
    for text, x, y, size, anchor, _ in texts(tree):
        wide = text_width(text, size) * 0.93
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        if left < -1 or left + wide > across + 1 or y - size * 0.7 < -1 or y > down:
            bad.append(f"{text!r} from {left:.0f} to {left + wide:.0f} of {across:.0f}, at {y:.0f} of {down:.0f}")
    return bad


def test_forms_are_found_by_being_there() -> None:
    assert {data_of(name)["chart"]["form"] for name in FORMS} <= set(forms())
    assert not {"theme", "canvas", "words"} & set(forms())
    with pytest.raises(FindingError, match="Known: count_bars"):
        describe({"form": "pie"}, [], [])


def test_every_form_has_a_fixture_here() -> None:
    assert {data_of(name)["chart"]["form"] for name in FORMS} == set(forms())


@pytest.mark.parametrize("name", FORMS)
def test_an_option_that_names_no_column_is_refused(name: str) -> None:
    data = data_of(name)
    option = "row" if data["chart"]["form"] == "heat_map" else next(key for key in ("value", "n", "added") if key in data["chart"])
    with pytest.raises(FindingError, match=option):
        describe({**data["chart"], option: "no_such_column"}, data["columns"], data["rows"])


@BOTH
@pytest.mark.parametrize("name", FORMS)
def test_the_same_data_gives_the_same_bytes_and_other_data_others(name: str, width: str) -> None:
    first, again = draw_svg(data_of(name), width), draw_svg(data_of(name), width)
    assert first == again
    data = data_of(name)
    data["rows"] = data["rows"][:-2]
    assert draw_svg(data, width) != first


@BOTH
@pytest.mark.parametrize("name", FORMS)
def test_text_is_text_horizontal_inside_and_large_enough(name: str, width: str) -> None:
    tree = svg(data_of(name), width)
    assert texts(tree), "no text: it was drawn as paths"
    assert not outside(data_of(name), width)
    assert min(size for _, _, _, size, _, _ in texts(tree)) >= SMALL[width] - (width == "wide")
    turned = [t for node in tree.iter(f"{SVG}text") if (t := re.match(r"rotate\((-?[\d.]+)", node.get("transform", ""))) and float(t[1])]
    assert not turned


@BOTH
@pytest.mark.parametrize("name", FORMS)
def test_no_text_lies_on_another(name: str, width: str) -> None:
    boxes = []
    for text, x, y, size, anchor, _ in texts(svg(data_of(name), width)):
        wide = text_width(text, size) * 0.9
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        boxes.append((text, left, left + wide, y - size * 0.7, y))
    for (one, l1, r1, t1, b1), (two, l2, r2, t2, b2) in itertools.combinations(boxes, 2):
        assert r1 <= l2 + 1 or r2 <= l1 + 1 or b1 <= t2 + 1 or b2 <= t1 + 1, f"{one!r} lies on {two!r}"


@pytest.mark.parametrize("font", ["STIXGeneral", "DejaVu Sans Mono"])
@pytest.mark.parametrize("name", FORMS)
def test_another_font_moves_nothing(name: str, font: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from nutgraf.charts import theme

    def places(data: dict[str, Any]) -> list[tuple]:
        return [(text, x, y) for text, x, y, *_ in texts(svg(data, "narrow"))]

    usual = places(data_of(name))
    monkeypatch.setattr(theme, "_read", {**theme._settings(), "font.family": [font]})
    assert font in draw_svg(data_of(name), "narrow")
    assert places(data_of(name)) == usual


AWKWARD = ["none", "nulls", "one", "long", "scripts", "many"]


def awkward(name: str, rows: str) -> dict[str, Any]:
    """A form's data with no rows, without values, with one row, with odd names or with 2,000 rows."""
    data = data_of(name)
    kinds = [column["kind"] for column in data["columns"]]
    odd = {
        "long": "The Very Long and Honourable Gazette of Upper and Lower Brannow " * 7,
        "scripts": "صحيفة الوادي \u202eevil\u202c 🗞️👩‍👩‍👧 עיתון $x^2$ \ud800 <b>&amp;\x00",
    }
    if rows == "none":
        data["rows"] = []
    elif rows == "nulls":
        data["rows"] = [[value if kind in ("text", "date") else None for value, kind in zip(row, kinds, strict=True)]
                        for row in data["rows"]]  # fmt: skip
    elif rows == "one":
        data["rows"] = data["rows"][:1]
    elif rows == "many":
        data["rows"] = [[f"{v} {i}" if k == "text" and c == 0 else v for c, (v, k) in enumerate(zip(row, kinds, strict=True))]
                        for i, row in zip(range(2000), itertools.cycle(data["rows"]))]  # fmt: skip
    else:
        data["rows"] = [[odd[rows] if kind == "text" and c == 0 else v for c, (v, kind) in enumerate(zip(row, kinds, strict=True))]
                        for row in data["rows"]]  # fmt: skip
    return data


@BOTH
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("rows", AWKWARD)
def test_awkward_data_gives_a_readable_figure_or_a_clear_text(name: str, width: str, rows: str) -> None:
    data = awkward(name, rows)
    tree = svg(data, width)
    if rows == "none":
        assert len(texts(tree)) == 1 and texts(tree)[0][0].startswith("Not assessable: ")
    if rows == "nulls":
        numbers = [text for text, *_ in texts(tree) if re.fullmatch(r"[+−]?[\d.,]+( %)?", text)]
        assert not numbers, "a figure, or the tick of a scale, where nothing was measured"
    alt, description = describe(data["chart"], data["columns"], data["rows"])
    if rows == "long":
        assert not alt.endswith("…"), "a long name leaves no room for the point"
    assert texts(tree) and len(alt) <= ALT_LENGTH and description
    if rows != "scripts":  # the width of other scripts can only be guessed
        assert not outside(data, width)
    assert float(tree.get("viewBox").split()[3]) < 6500, "too high to be read"


@pytest.mark.parametrize("name", FORMS)
def test_alt_says_form_data_and_point(name: str) -> None:
    data = data_of(name)
    alt, description = describe(data["chart"], data["columns"], data["rows"])
    assert re.match(r"^[A-Z][\w -]+ of .+, where .+", alt) and len(alt) <= ALT_LENGTH
    assert len(description) > len(alt) / 2


def test_a_dot_is_hollow_when_its_interval_crosses_the_line_or_is_missing() -> None:
    from nutgraf.charts.interval_dots import _crosses

    chart = data_of("interval_dots")["chart"]
    assert not _crosses({"low": 0.1, "high": 0.3}, chart)
    assert _crosses({"low": -0.1, "high": 0.3}, chart) and _crosses({"low": None, "high": None}, chart)
    assert not _crosses({"low": -0.1, "high": 0.3}, {**chart, "line": None})


def test_too_few_articles_keep_their_row_with_the_reason() -> None:
    for width in WIDTHS:
        said = [text for text, *_ in texts(svg(data_of("interval_dots"), width))]
        assert "Tessel Ledger" in said and "3 articles, 12 needed" in said
    said = " ".join(text for text, *_ in texts(svg(data_of("heat_map"), "narrow")))
    assert "–" in said and "3 articles, 12 needed" in said


def test_more_than_three_groups_of_dots_are_refused() -> None:
    data = data_of("interval_dots-grouped")
    data["rows"] = [[row[0], f"{row[1]} {i}", *row[2:]] for i, row in enumerate(data["rows"])]
    with pytest.raises(FindingError, match="heat_map"):
        draw_svg(data)


@given(st.lists(st.floats(-1e9, 1e9), max_size=6), st.integers(2, 8))
@example([-8.8e-07], 2)
@settings(deadline=None)
def test_a_scale_holds_its_values_between_round_ticks(values: list[float], ticks: int) -> None:
    scale = Scale(values, 0, 100, include=(0,), ticks=ticks)
    assert all(scale.low - 1e-6 * scale.step <= value <= scale.high + 1e-6 * scale.step for value in values)
    assert 2 <= len(scale.ticks) <= ticks + 2
    said = [tick_text(tick, "score", scale.step) for tick in scale.ticks]
    assert len(set(said)) == len(said), "two ticks read the same"


@given(st.text(max_size=400), st.floats(40, 400), st.integers(1, 4))
@settings(deadline=None)
def test_wrapped_text_fits_and_has_no_more_lines_than_allowed(text: str, width: float, lines: int) -> None:
    found = wrap(text, 13, width, lines)
    assert 1 <= len(found) <= lines
    assert all(text_width(line, 13) <= width + 0.01 for line in found)
    assert cut("word", 10, 1000) == "word"


def test_periods_are_named_by_their_unit_and_the_last_are_shown() -> None:
    chart = {"form": "heat_map", "row": "o", "column": "p", "value": "n", "n": "n", "kind": "count", "what": "articles", "unit_of_time": "year"}
    columns = [{"name": name, "label": name, "kind": kind} for name, kind in (("o", "text"), ("p", "date"), ("n", "count"))]
    rows = [["Courier", f"{year}-01-01", year] for year in range(2007, 2027)]
    svg = draw_svg({"id": "x", "chart": chart, "columns": columns, "rows": rows})
    assert ">2026</text>" in svg and ">2014</text>" not in svg and "all 1 row and 12 of 20 columns" in svg
    assert "Courier, 2026 is highest" in describe(chart, columns, rows)[0]
