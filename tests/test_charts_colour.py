"""Colours of the house: contrast on light and dark paper, and apart for colour-blind readers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
from nutgraf.charts import drawn
from nutgraf.charts.canvas import Canvas, Disc, Shape
from nutgraf.charts.theme import MARK_ROLES, PARTS, ROLES, SERIES, TEXT_ROLES, TINTS
from nutgraf.publish.styles import _CODE

from tests.test_charts import BOTH, FORMS, data_of

PAPERS = pytest.mark.parametrize("paper", [0, 1], ids=["light", "dark"])

#: Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
SIGHT = {
    "usual": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    dark, light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]) @ rgb
    f = [t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in xyz / [0.95047, 1.0, 1.08883]]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """CIEDE2000 (Sharma, Wu and Dalal 2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(c**7 / (c**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    dh = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = (h1 + h2) / 2 if abs(h1 - h2) <= 180 else ((h1 + h2 + 360) / 2) % 360
    hm = hm if c1 * c2 else h1 + h2
    t = (1 - 0.17 * np.cos(np.radians(hm - 30)) + 0.24 * np.cos(np.radians(2 * hm)) + 0.32 * np.cos(np.radians(3 * hm + 6))
         - 0.20 * np.cos(np.radians(4 * hm - 63)))  # fmt: skip
    sl, sc, sh = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2), 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -2 * np.sqrt(cm**7 / (cm**7 + 25**7)) * np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2))))
    x, y, z = (l2 - l1) / sl, (c2 - c1) / sc, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh / 2)) / sh
    return float(np.sqrt(x * x + y * y + z * z + rt * y * z))


def test_the_difference_agrees_with_published_pairs() -> None:
    for one, other, expected in (
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
    ):
        assert difference(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


@PAPERS
def test_text_and_marks_stand_out_from_the_paper(paper: int) -> None:
    ground = ROLES["paper"][paper]
    for role in TEXT_ROLES:
        assert contrast(ROLES[role][paper], ground) >= 4.5, role
        assert contrast(ROLES[role][paper], ROLES["shade"][paper]) >= 4.5, role
    for role in MARK_ROLES:
        assert contrast(ROLES[role][paper], ground) >= 3.0, role


@PAPERS
def test_figures_inside_marks_and_cells_can_be_read(paper: int) -> None:
    for role in PARTS:
        assert contrast(ROLES["paper"][paper], ROLES[role][paper]) >= 4.5, role
    for role in TINTS:
        assert contrast(ROLES["ink"][paper], ROLES[role][paper]) >= 4.5, role


@PAPERS
def test_code_and_links_can_be_read(paper: int) -> None:
    for role in ("point", *_CODE):
        for ground in ("paper", "shade"):
            assert contrast(ROLES[role][paper], ROLES[ground][paper]) >= 4.5, (role, ground)


@PAPERS
@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("series", [SERIES, PARTS], ids=["series", "parts"])
def test_series_are_apart_for_every_sight(paper: int, sight: str, series: tuple[str, ...]) -> None:
    for one, other in itertools.combinations(series, 2):
        seen = [lab(np.clip(SIGHT[sight] @ linear(ROLES[role][paper]), 0, 1)) for role in (one, other)]
        assert difference(*seen) >= 10, (one, other)


def test_no_two_roles_share_a_light_colour() -> None:
    light = [pair[0] for pair in ROLES.values()]
    assert len(set(light)) == len(light), "the exporter finds a role by its light colour"


# What the forms make of the theme ---------------------------------------------------------------------------------------

ROLE_OF = {light: role for role, (light, _) in ROLES.items()}
#: Colours that tell series apart.
DATA = ("point", "second", "third", "mark")


def role_of(mark: Shape | Disc) -> str:
    """The colour a mark is seen in; of a hollow one that is its outline."""
    return ROLE_OF[mark.stroke if mark.stroke and mark.fill in (None, ROLES["paper"][0]) else mark.fill]


def ground(canvas: Canvas, x: float, y: float, below: int | None = None) -> str:
    """The role of what is painted at a place: the last area there, else the paper."""
    for mark in canvas.marks[:below][::-1]:
        if isinstance(mark, Shape) and mark.closed:
            xs, ys = zip(*mark.points, strict=True)
            if min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys):
                return ROLE_OF[mark.fill]
    return "paper"


def places(canvas: Canvas) -> Iterator[tuple[str, str, str]]:
    """(text, its role, role of the ground under its middle) of every text."""
    for label in canvas.labels:
        x = label.x + {"start": 4, "middle": 0, "end": -4}[label.align]
        yield label.text, ROLE_OF[label.colour], ground(canvas, x, label.y - label.size * 0.35)


@PAPERS
@BOTH
@pytest.mark.parametrize("name", FORMS)
def test_every_text_of_a_figure_can_be_read_where_it_lies(name: str, width: str, paper: int) -> None:
    for text, role, under in places(drawn(data_of(name), width)):
        assert contrast(ROLES[role][paper], ROLES[under][paper]) >= 4.5, (text, role, under)


@PAPERS
@BOTH
@pytest.mark.parametrize("name", FORMS)
def test_every_mark_of_a_figure_stands_out_from_its_ground(name: str, width: str, paper: int) -> None:
    canvas = drawn(data_of(name), width)
    seen = set()
    for position, mark in enumerate(canvas.marks):
        role = role_of(mark)
        if role in MARK_ROLES:
            x, y = (mark.x, mark.y) if isinstance(mark, Disc) else mark.points[0]
            under = ground(canvas, x, y, position)
            under = "paper" if under in DATA else under  # a mark on a mark: the line of an interval under its dot
            assert contrast(ROLES[role][paper], ROLES[under][paper]) >= 3.0, (role, under)
            seen.add(role)
    assert seen or name in ("heat_map", "naming_table"), "nothing was looked at"


@PAPERS
@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("name", FORMS)
def test_colours_that_meet_in_a_figure_are_apart_for_every_sight(name: str, sight: str, paper: int) -> None:
    roles = {role_of(mark) for width in ("wide", "narrow") for mark in drawn(data_of(name), width).marks} & set(DATA)
    for one, other in itertools.combinations(sorted(roles), 2):
        seen = [lab(np.clip(SIGHT[sight] @ linear(ROLES[role][paper]), 0, 1)) for role in (one, other)]
        assert difference(*seen) >= 10, (one, other)


def ink(mark: Shape | Disc, role: str) -> float:
    """How much ink a mark takes: its area, times how much darker than the paper it is."""
    if isinstance(mark, Disc):
        area = math.pi * mark.radius**2
    elif mark.closed:
        corners = [*mark.points, mark.points[0]]
        area = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(corners))) / 2
    else:
        area = sum(math.dist(a, b) for a, b in itertools.pairwise(mark.points)) * mark.width
    lightness = [lab(linear(ROLES[one][0]))[0] for one in (role, "paper")]
    return area * (lightness[1] - lightness[0])


@BOTH
@pytest.mark.parametrize("name", FORMS)
def test_a_third_of_the_ink_is_data(name: str, width: str) -> None:
    taken = {"data": 0.0, "rest": 0.0}
    for mark in drawn(data_of(name), width).marks:
        role = role_of(mark)
        # Faint lines are other series, stems and spans of time; tints are figures of a heat map.
        taken["data" if role in (*MARK_ROLES, *TINTS) and role != "shade" else "rest"] += ink(mark, role)
    assert taken["data"] >= sum(taken.values()) / 3, taken
