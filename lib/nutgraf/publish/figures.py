"""A finding's chart as files for a newsroom's own pages: an SVG and a picture of double size, each complete in itself.

Title, subtitle and source line are drawn in, on paper, in the light colours. Making the pictures takes far longer than a page
(matplotlib, some 60 ms each, more for a chart of many rows), so that `site.publish` asks for them once, when it writes a version, and a
run draws some while it waits for other notebooks.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lxml import etree

from nutgraf.charts import WIDTHS, drawn, to_svg
from nutgraf.charts.canvas import Canvas
from nutgraf.charts.paint import painted
from nutgraf.charts.theme import GREY, PAPER, PIXELS_PER_INCH, RULE, style
from nutgraf.charts.words import text_width, wrap
from nutgraf.publish.downloads import figure_names, table_parquet
from nutgraf.publish.exporter import Page, counts, findings_of, read_executed
from nutgraf.publish.marks import file_svg

MARGIN = 20
SCALE = 2
_TITLE, _SUBTITLE, _SOURCE = 20, 15, 13
_SVG = "{http://www.w3.org/2000/svg}"


class Figures:
    """An edition's figures, drawn once each, some of them before its last notebook is done."""

    def __init__(self) -> None:
        self._waiting: list[dict[str, Any]] = []
        self._made: dict[str, tuple[str, bytes]] = {}

    def expect(self, notebook: Path) -> None:
        """Figures of an executed notebook are going to be asked for."""
        self._waiting += [data for data in findings_of(read_executed(notebook)["cells"]) if data["chart"]]

    def draw_one(self) -> bool:
        """Draw one of those that are expected; returns whether there was one."""
        if not self._waiting:
            return False
        data = self._waiting.pop(0)
        with suppress(Exception):  # whoever asks for it draws it again, and learns what is wrong
            self.of(data)
        return True

    def of(self, data: Mapping[str, Any]) -> tuple[str, bytes]:
        """A finding's chart as SVG and as PNG."""
        key = json.dumps(data, sort_keys=True)
        if key not in self._made:
            drawing = drawn(data)
            self._made[key] = figure_svg(data, drawing), figure_png(data, drawing)
        return self._made[key]


def add_downloads(pages: Sequence[Page], figures: Figures | None = None) -> None:
    """Put what takes longer than a page among its files: tables as Parquet, and every figure's files.

    The page's template links them. A figure shown on two pages is drawn once.

    Args:
        pages: An edition's pages.
        figures: Those that were drawn already.
    """
    figures = figures or Figures()
    for page in pages:
        for data in page.findings:
            if data["rows"]:
                page.files[f"data/{page.name}.{data['id']}.parquet"] = table_parquet(data)
            if data["chart"]:
                names = figure_names(page.name, data["id"])
                page.files[names["svg"]], page.files[names["png"]] = figures.of(data)


def caption(data: Mapping[str, Any]) -> str:
    """What stands under the figure on its page: n, interval and source."""
    return f"{counts(data['n'])}. {data['interval'][:1].upper()}{data['interval'][1:]}. {data['source']}."


def figure_svg(data: Mapping[str, Any], drawing: Any) -> str:
    """A chart as an SVG that needs nothing from outside.

    Args:
        data: The finding's JSON form.
        drawing: What `nutgraf.charts.drawn` made of it.
    """
    canvas, top = _framed(data, drawing)
    inner = "" if isinstance(drawing, Canvas) else _nested(to_svg(drawing, data["id"]), top)
    return file_svg(canvas, title=data["takeaway"], description=data["chart"]["alt"], inner=inner)


def figure_png(data: Mapping[str, Any], drawing: Any) -> bytes:
    """A chart as a picture of double size, the same bytes for the same data: no date and no program is written into it.

    The letters are DejaVu Sans, which comes with matplotlib, so that they do not depend on the machine. It has Latin, Greek, Cyrillic,
    Arabic and Hebrew, and no Chinese, Japanese, Korean, Indic scripts or emoji: these become boxes here, and nowhere else.

    Args:
        data: The finding's JSON form.
        drawing: What `nutgraf.charts.drawn` made of it.
    """
    from PIL.Image import Quantize  # comes with matplotlib

    canvas, top = _framed(data, drawing)
    with style():
        picture = _picture(painted(canvas))
        if not isinstance(drawing, Canvas):
            picture.paste(_picture(drawing), (MARGIN * SCALE, round(top * SCALE)))
    # 256 colours are plenty for a chart, and a third of the bytes in half the time.
    small = picture.convert("RGB").quantize(256, method=Quantize.FASTOCTREE)
    palette, paper = small.getpalette(), 3 * small.getpixel((0, 0))
    palette[paper : paper + 3] = bytes.fromhex(PAPER[1:])  # it was averaged with its neighbours
    small.putpalette(palette)
    target = io.BytesIO()
    small.save(target, format="png")
    return target.getvalue()


def _framed(data: Mapping[str, Any], drawing: Any) -> tuple[Canvas, float]:
    """Title, subtitle and source around a drawing, and the y at which it stands; a figure of matplotlib's own leaves a gap there."""
    if isinstance(drawing, Canvas):
        across, down = drawing.width, drawing.height
    else:
        across, down = drawing.get_size_inches() * PIXELS_PER_INCH
    room = max(across, WIDTHS["wide"])
    title = _lines(data["takeaway"], _TITLE, room, bold=True)
    subtitle = _lines(data["subtitle"], _SUBTITLE, room)
    source = _lines(caption(data), _SOURCE, room)
    top = MARGIN + len(title) * _TITLE * 1.25 + 4 + len(subtitle) * _SUBTITLE * 1.25 + 14
    canvas = Canvas(room + 2 * MARGIN, top + down + 20 + len(source) * _SOURCE * 1.25 + MARGIN)
    below = canvas.lines(MARGIN, MARGIN + _TITLE, title, size=_TITLE, bold=True)
    canvas.lines(MARGIN, below + 2, subtitle, size=_SUBTITLE, colour=GREY)
    if isinstance(drawing, Canvas):
        canvas.place(drawing, MARGIN, top)
    canvas.line([MARGIN, MARGIN + room], [top + down + 12] * 2, RULE)
    canvas.lines(MARGIN, top + down + 14 + _SOURCE * 1.25, source, size=_SOURCE, colour=GREY)
    return canvas, top


def _lines(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """As many lines as the text needs; nothing of it is cut, a word longer than a line apart."""
    return wrap(text, size, width, 2 + int(2.5 * text_width(text, size) / width), bold=bold)


def _nested(svg: str, top: float) -> str:
    """matplotlib's SVG as an element inside another."""
    root = etree.fromstring(svg.encode(), etree.XMLParser(no_network=True, resolve_entities=False))
    for node in list(root.iter(f"{_SVG}metadata")):
        node.getparent().remove(node)
    root.set("x", str(MARGIN))
    root.set("y", f"{top:g}")
    for name in ("width", "height"):
        root.set(name, root.get(name).removesuffix("pt"))
    return etree.tostring(root, encoding="unicode")


def _picture(figure: Any) -> Any:
    """A figure as a picture in double size."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    figure.set_dpi(PIXELS_PER_INCH * SCALE)
    figure.set_facecolor(PAPER)
    agg = FigureCanvasAgg(figure)
    agg.draw()
    return Image.frombuffer("RGBA", agg.get_width_height(), agg.buffer_rgba(), "raw", "RGBA", 0, 1)
