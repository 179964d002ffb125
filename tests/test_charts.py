"""Charts: every form on typed fixtures, on awkward data, and byte for byte the same."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
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
    rows = [[o, round(0.2 - 0.09 * i, 2), round(0.1 - 0.09 * i, 2), round(0.3 - 0.09 * i, 2), 9 - i, None] for i, o in enumerate(OUTLETS[:5])]
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


FIXTURES = {
    "interval_dots": interval_dots, "interval_dots-grouped": grouped_dots, "over_time": over_time, "heat_map": heat_map,
    "keyness_bars": keyness_bars, "tone_arc": tone_arc, "count_bars": count_bars, "count_bars-stacked": stacked_bars,
    "count_bars-columns": lambda: stacked_bars(6),
}  # fmt: skip


def data_of(name: str) -> dict[str, Any]:
    data = FIXTURES[name]()
    data["id"] = name.replace("_", "-")
    return data
