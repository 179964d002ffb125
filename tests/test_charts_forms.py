"""What three forms say: who is quoted, what a thing is called, and what changed after publication."""

from __future__ import annotations

from typing import Any

import pytest
from nutgraf.charts import describe, drawn
from nutgraf.charts.canvas import Canvas, Disc, Shape
from nutgraf.charts.theme import MARK, POINT, SECOND, colour

from tests.test_charts import BOTH, data_of


def texts(canvas: Canvas) -> list[str]:
    return [label.text for label in canvas.labels]


def bars(canvas: Canvas, shade: str) -> list[tuple[float, float]]:
    """(start, length) of every bar of a colour, from top to bottom."""
    found = [mark for mark in canvas.marks if isinstance(mark, Shape) and mark.fill == shade and mark.stroke is None]
    return [(mark.points[0][0], mark.points[1][0] - mark.points[0][0]) for mark in found]


def in_order(canvas: Canvas, names: list[str]) -> list[str]:
    return [text for text in texts(canvas) if text in names]


def with_rows(name: str, rows: list[list[Any]], **options: Any) -> dict[str, Any]:
    data = data_of(name)
    return {**data, "rows": rows, "chart": {**data["chart"], **options}}


QUOTED = [
    ["Bell", "official", 0.5, 20, None], ["Bell", "unnamed", 0.1, 20, None],
    ["Courier", "official", 0.2, 30, None], ["Courier", "unnamed", 0.4, 30, None],
    ["Ledger", "official", None, 3, "3 quotations, 12 needed"], ["Ledger", "unnamed", None, 3, "3 quotations, 12 needed"],
]  # fmt: skip


@BOTH
def test_speakers_are_sorted_by_the_kind_that_carries_the_point(width: str) -> None:
    data = with_rows("speaker_bars", QUOTED)
    canvas = drawn(data, width)
    assert in_order(canvas, ["Bell", "Courier", "Ledger"]) == ["Courier", "Bell", "Ledger"]
    assert in_order(drawn(with_rows("speaker_bars", QUOTED, point="official"), width), ["Bell", "Courier"]) == ["Bell", "Courier"]
    assert {"20 quotations", "30 quotations", "3 quotations, 12 needed"} <= set(texts(canvas)) and "0 %" not in texts(canvas)
    alt, description = describe(data["chart"], data["columns"], data["rows"])
    assert alt == "Bars of quotations by outlet and speaker, where unnamed is highest in Courier, 40 %, and lowest in Bell, 10 %"
    assert "Courier, 30 quotations: official 20 %, unnamed 40 %." in description and "Ledger: 3 quotations, 12 needed." in description


@BOTH
def test_speakers_have_bars_from_zero_on_one_scale_and_one_colour_for_the_point(width: str) -> None:
    canvas = drawn(with_rows("speaker_bars", QUOTED), width)
    (start, most), (again, least) = bars(canvas, POINT)
    assert start == again and most / least == pytest.approx(4)
    (other, low), (_, high) = bars(canvas, MARK)
    assert high / low == pytest.approx(2.5) and high / most == pytest.approx(1.25)
    assert (other == start) == (width == "narrow"), "a column of its own when wide, the same zero when narrow"


def test_the_kind_that_carries_the_point_is_shown_even_as_the_last_of_many() -> None:
    rows = [["Bell", f"kind{number}", 0.1, 20, None] for number in range(9)]
    for width in ("wide", "narrow"):
        said = texts(drawn(with_rows("speaker_bars", rows, point="kind8"), width))
        assert "kind8" in said and "kind6" not in said and "3 more kinds stand in the table." in said


CALLED = [
    ["Bell", "the dam", 7], ["Bell", "the wall", 2], ["Courier", "the wall", 9], ["Courier", "the scheme", 9], ["Ledger", "the dam", None],
]  # fmt: skip


def test_the_name_an_outlet_uses_most_stands_out_and_what_is_not_found_is_zero() -> None:
    canvas = drawn(with_rows("naming_table", CALLED))
    assert in_order(canvas, ["Bell", "Courier", "Ledger"]) == ["Courier", "Bell", "Ledger"]
    assert [label.text for label in canvas.labels if label.bold] == ["9", "9", "7"]
    assert len(bars(canvas, colour("more2"))) == 3, "two names are as frequent in one outlet"
    assert texts(canvas).count("0") == 2 and texts(canvas).count("–") == 3, "a null is not zero"
    assert {"18 mentions", "9 mentions", "– mentions"} <= set(texts(canvas))
    narrow = drawn(with_rows("naming_table", CALLED), "narrow")
    assert len(bars(narrow, POINT)) == 3 and len(bars(narrow, MARK)) == 1


def test_a_name_that_leads_an_outlet_has_its_column_however_rare() -> None:
    rows = [["Bell", f"name{number}", 50 - number] for number in range(9)] + [["Courier", "name8", 1]]
    said = texts(drawn(with_rows("naming_table", rows)))
    assert said.index("name8") < said.index("Bell"), "it heads a column"
    assert "3 other names" in " ".join(said) and "name7" not in said
    spread = [[f"Outlet {number}", f"name{number}", 20 - number] for number in range(8)]
    canvas = drawn(with_rows("naming_table", spread))
    assert "2 other names" in " ".join(texts(canvas)) and {"name6", "name7"} <= set(texts(canvas)), "it stands under its count"


def test_the_alt_text_says_whether_outlets_differ_in_names() -> None:
    data = with_rows("naming_table", CALLED[:4])
    assert describe(data["chart"], data["columns"], data["rows"])[0].endswith(
        "where Courier says “the wall” (9) most and Bell “the dam” (7)"
    )
    same = [[outlet, "the dam", 3] for outlet in ("Bell", "Courier")]
    assert describe(data["chart"], data["columns"], same)[0].endswith("where Bell says “the dam” (3) most, and so does every other outlet")


def versions(*rows: tuple[str, bool | None, int | None, int | None], name: str = "Dam") -> list[list[Any]]:
    return [[name, *row] for row in rows]


FIRST = ("2026-03-02T09:00:00+00:00", None, None, None)


def test_versions_stand_in_order_of_time_and_zones() -> None:
    rows = versions(("2026-03-02T16:00:00+01:00", True, 0, 0), ("2026-03-02T10:30:00+00:00", False, 12, 3), FIRST)
    canvas = drawn(with_rows("version_timeline", rows))
    said = ["2 h later: body +12 −3 words", "6 h later: headline"]
    assert in_order(canvas, said) == said
    lane = [mark for mark in canvas.marks if isinstance(mark, Disc) and mark.fill == POINT][1:]
    diamonds = [mark for mark in canvas.marks if isinstance(mark, Shape) and mark.fill == SECOND][1:]
    first = [mark for mark in canvas.marks if isinstance(mark, Shape) and mark.fill == MARK][1]
    start = (first.points[0][0] + first.points[1][0]) / 2
    assert len(lane) == len(diamonds) == 1
    assert (diamonds[0].points[0][0] - start) / (lane[0].x - start) == pytest.approx(4), "6 h are four times 1.5 h"


def test_a_day_without_a_time_is_not_given_hours() -> None:
    rows = versions(("2026-03-02", None, None, None), ("2026-03-02", True, 0, 0), ("2026-03-04T23:00:00+00:00", False, 0, 8))
    late = versions(("2026-03-02T23:00:00", None, None, None), ("2026-03-03", True, 0, 0))
    assert "1 day later: headline" in texts(drawn(with_rows("version_timeline", late)))
    said = texts(drawn(with_rows("version_timeline", rows)))
    assert "the same day: headline" in said and "2 days later: body −8 words" in said


def test_what_is_not_known_of_a_version_is_said() -> None:
    rows = versions(FIRST, ("2026-03-02T09:20:00+00:00", None, None, None), ("2026-03-02T09:40:00+00:00", False, 0, 0), (None, True, 4, 0))
    canvas = drawn(with_rows("version_timeline", rows))
    said = texts(canvas)
    assert "20 min later: what changed is not known" in said and "40 min later: neither headline nor body" in said
    assert "at an unknown time: headline, body +4 words" in said and "4 versions" in said
    assert len([mark for mark in canvas.marks if isinstance(mark, Shape) and mark.fill == SECOND]) == 1, "only in the key"


def test_articles_with_most_versions_come_first_and_long_lists_say_what_they_leave_out() -> None:
    rows = versions(FIRST, name="Quiet") + versions(FIRST, *[(f"2026-03-0{day}T09:00:00", True, 0, 0) for day in range(3, 10)] * 2)
    rows += [row for number in range(20) for row in versions(FIRST, name=f"Other {number}")]
    said = texts(drawn(with_rows("version_timeline", rows), "narrow"))
    assert said.index("Dam") < said.index("Quiet") and "… 8 more versions in the table" in said
    assert any("10 more articles in the table." in text for text in said)
    alt, _ = describe(data_of("version_timeline")["chart"], data_of("version_timeline")["columns"], rows)
    assert alt.endswith("where “Dam” has most versions, 15, and 1 of 22 articles got a new headline")


def test_a_long_head_is_broken_over_a_cell_and_whole_in_a_block() -> None:
    rows = [["Bell", f"voice {number}", 0.1, 9, None] for number in range(6)] + [["Bell", "organisations", 0.2, 9, None]]
    data = with_rows("heat_map", rows)
    data["columns"] = [{"name": name, "label": name, "kind": kind, "meaning": ""} for name, kind in
                       (("outlet", "text"), ("voice", "text"), ("share", "share"), ("n", "count"), ("note", "text"))]  # fmt: skip
    data["chart"] = {"form": "heat_map", "row": "outlet", "column": "voice", "value": "share", "n": "n", "kind": "share", "what": "w"}
    assert "organisations" in texts(drawn(data, "wide")), "it does not fit, so that there are blocks"
    data["chart"]["heads"] = {"organisations": "organi- sations"}
    assert {"organi-", "sations"} <= set(texts(drawn(data, "wide"))) and "organisations" in texts(drawn(data, "narrow"))


def test_four_voices_of_an_article_have_four_marks() -> None:
    data = data_of("tone_arc")
    names = [column["name"] for column in data["columns"]]
    voices = ["outlet", "quoted", "reported", "mixed"]
    rows = [[{"sentence": place, "tone": 0.3, "voice": voice, "part": "body"}[name] for name in names] for place, voice in enumerate(voices, start=1)]
    canvas = drawn({**data, "rows": rows}, "wide")
    marks = [mark for mark in canvas.marks if isinstance(mark, Disc) or (isinstance(mark, Shape) and mark.closed and len(mark.points) < 5)]
    looks = [(type(mark).__name__, len(getattr(mark, "points", ())), mark.fill, mark.stroke) for mark in marks]
    assert len(set(looks[:4])) == 4, "in the key"
    assert len(set(looks[-4:])) == 4 and set(looks[:4]) == set(looks[-4:]), "and in the figure"
