"""Speaker bars: whom each outlet quotes, as shares of its quotations, with the number of quotations behind them.

Options: ``name`` (outlet), ``kind_of`` (named, unnamed, official, organisation …), ``value`` (share) and ``n`` (quotations of the outlet)
name columns; ``what`` the data in words, ``axis`` what the shares are of; ``point`` the kind that carries the point, by default the
first; it decides the order and is the one in colour. ``note`` says what stands where there is no share. Bars start at zero and have one
scale. On a phone each outlet becomes a block of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.blocks import Block, Lane, blocks
from nutgraf.charts.canvas import Canvas, Sizes, empty
from nutgraf.charts.theme import FAINT, GREY, INK, MARK, POINT, RULE
from nutgraf.charts.words import alt_text, clean, counted, cut, ends, figure_of, some, text_width, unique, wrap

COLUMNS = ("name", "kind_of", "value", "n")
LIMIT, LIMIT_KINDS = 40, 6


def _by_name(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> list[tuple[str, dict[str, Mapping[str, Any]]]]:
    """Rows by outlet and kind, the outlet with most of the point first; outlets without any share come last."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(str(row[chart["name"]]), {})[str(row[chart["kind_of"]])] = row
    point = _point(rows, chart)

    def rank(entry: tuple[str, dict[str, Mapping[str, Any]]]) -> tuple[bool, float]:
        share = entry[1][point][chart["value"]] if point in entry[1] else None
        return (all(row[chart["value"]] is None for row in entry[1].values()), -(share or 0.0))

    return sorted(found.items(), key=rank)


def _kinds(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> list[str]:
    """Kinds of speakers in the order of the table, the point among those that are shown."""
    kinds = unique(str(row[chart["kind_of"]]) for row in rows)
    point = _point(rows, chart)
    return kinds[:LIMIT_KINDS] if point in kinds[:LIMIT_KINDS] else [*kinds[: LIMIT_KINDS - 1], point]


def _point(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> str:
    kinds = unique(str(row[chart["kind_of"]]) for row in rows)
    return chart["point"] if chart.get("point") in kinds else "".join(kinds[:1])


def _n_of(mine: Mapping[str, Mapping[str, Any]], chart: Mapping[str, Any]) -> str:
    return counted(max((row[chart["n"]] for row in mine.values() if row[chart["n"]] is not None), default=None), _unit(chart))


def _unit(chart: Mapping[str, Any]) -> str:
    return chart.get("unit", "quotation")


def _why(mine: Mapping[str, Mapping[str, Any]], chart: Mapping[str, Any]) -> str | None:
    """Why an outlet has no shares; None when it has some."""
    if any(row[chart["value"]] is not None for row in mine.values()):
        return None
    return next((str(note) for row in mine.values() if (note := row.get(chart.get("note") or "note"))), "not assessable")


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Canvas:
    """The figure: outlets from top to bottom, kinds of speakers side by side."""
    if not rows:
        return empty(width, "Not assessable: the table has no rows.")
    kinds, point = _kinds(rows, chart), _point(rows, chart)
    top, between, bottom = ends(_by_name(rows, chart), LIMIT)
    shown = [*top, *bottom]
    largest = max((row[chart["value"]] or 0.0 for _, mine in shown for row in mine.values()), default=0.0) or 1.0
    more = len(unique(str(row[chart["kind_of"]]) for row in rows)) - len(kinds)
    notes = [chart["axis"], *([f"{more:,} more kinds stand in the table."] if more else [])]
    gap = f"… {between:,} more between them: see the table" if between else ""
    if not Sizes(width).is_narrow:
        return _grid(width, shown, kinds, chart, largest, notes, point=point, skipped=(len(top), gap))
    made = []
    for name, mine in shown:
        why = _why(mine, chart)
        lanes = [] if why else [_lane(kind, mine, chart, largest, POINT if kind == point else MARK) for kind in kinds]
        made.append(Block(name, "", why or _n_of(mine, chart), lanes))
    return blocks(width, made, notes, skipped=(len(top), gap))


def _share(kind: str, mine: Mapping[str, Mapping[str, Any]], chart: Mapping[str, Any]) -> float | None:
    return mine[kind][chart["value"]] if kind in mine else None


def _lane(kind: str, mine: Mapping[str, Mapping[str, Any]], chart: Mapping[str, Any], largest: float, shade: str) -> Lane:
    share = _share(kind, mine, chart)
    return Lane(kind, (share or 0.0) / largest, figure_of(share, "share"), shade)


def _grid(
    width: int, shown: list[tuple[str, dict[str, Mapping[str, Any]]]], kinds: list[str], chart: Mapping[str, Any], largest: float,
    notes: list[str], *, point: str, skipped: tuple[int, str],
) -> Canvas:  # fmt: skip
    """One row per outlet and one column per kind, each bar under its figure."""
    probe = Sizes(width)
    small, base = probe.small, probe.base
    names = min(200.0, max(120.0, *(text_width(clean(name), base) + 14 for name, _ in shown)))
    cell = (width - names) / len(kinds)
    heads = {kind: wrap(kind, small - 1, cell - 4, 3, bold=kind == point) for kind in kinds}
    head = max(map(len, heads.values())) * small * 1.25 + 8
    labels = {name: wrap(name, base, names - 14, 2) for name, _ in shown}
    tall = {name: len(labels[name]) * base * 1.25 + small * 1.25 + 14 for name, _ in shown}
    foot = [line for note in notes for line in wrap(note, small, width, 3)]
    gap = small * 2 if skipped[1] else 0
    canvas = Canvas(width, head + sum(tall.values()) + gap + (len(foot) + 1) * small * 1.25)
    for index, kind in enumerate(kinds):
        first = head - 6 - (len(heads[kind]) - 1) * small * 1.25
        canvas.lines(names + index * cell, first, heads[kind], colour=POINT if kind == point else GREY, bold=kind == point, size=small - 1)
    y = head
    for row, (name, mine) in enumerate(shown):
        if skipped[1] and row == skipped[0]:
            canvas.text(0, y + small * 1.4, skipped[1], colour=GREY)
            y += gap
        canvas.line([0, width], [y, y], RULE)
        below = canvas.lines(0, y + base * 1.25, labels[name], size=base)
        why = _why(mine, chart)
        if why:
            canvas.text(names, y + base * 1.25, cut(clean(why), small, width - names), colour=GREY)
        else:
            canvas.text(0, below - 1, _n_of(mine, chart), colour=GREY)
        for index, kind in enumerate(kinds if not why else ()):
            share, x = _share(kind, mine, chart), names + index * cell
            bold = kind == point and share is not None
            canvas.text(x, y + base * 1.25, figure_of(share, "share"), size=base, bold=bold, colour=GREY if share is None else INK)
            if share:
                canvas.bar(x, y + base * 1.7, x + share / largest * (cell - 14), y + base * 2.5, POINT if kind == point else MARK)
            canvas.line([x, x], [y + base * 1.7 - 2, y + base * 2.5 + 2], FAINT)
        y += tall[name]
    canvas.line([0, width], [y, y], RULE)
    canvas.lines(0, y + small * 1.4, foot, colour=GREY)
    return canvas


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    known = [(name, mine) for name, mine in _by_name(rows, chart) if not _why(mine, chart)]
    if not known:
        return alt_text("Bars", chart["what"], "nothing is assessable"), "No outlet has enough quotations."
    point = _point(rows, chart)
    shares = [(name, share) for name, mine in known if (share := _share(point, mine, chart)) is not None]
    said = f"no outlet has a share for {point}"
    if shares:
        (high, most), (low, least) = shares[0], shares[-1]
        said = f"{point} is highest in {high}, {figure_of(most, 'share')}"
        said += f", and lowest in {low}, {figure_of(least, 'share')}" if len(shares) > 1 else ""
    sentences = []
    for name, mine in _by_name(rows, chart):
        parts = ", ".join(f"{kind} {figure_of(row[chart['value']], 'share')}" for kind, row in mine.items())
        why = _why(mine, chart)
        sentences.append(f"{name}: {why}." if why else f"{name}, {_n_of(mine, chart)}: {parts}.")
    return alt_text("Bars", chart["what"], said, (point, *(name for name, _ in (*shares[:1], *shares[-1:])))), some(sentences)
