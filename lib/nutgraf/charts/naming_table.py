"""Naming table: what each outlet calls a person or a thing, with counts; the outlet's most frequent name stands out.

Options: ``name`` (outlet), ``term`` and ``n`` (uses) name columns; ``what`` the data in words, ``axis`` what is counted. Columns are the
names used most over all outlets, the rest are summed up. "0" is a name that was not found in the outlet; a null is "–". On a phone each
outlet becomes a block with its own names, most frequent first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.charts.blocks import Block, Lane, blocks
from nutgraf.charts.canvas import Canvas, Sizes, empty
from nutgraf.charts.theme import GREY, INK, MARK, POINT, RULE, colour
from nutgraf.charts.words import alt_text, clean, counted, cut, ends, figure_of, some, text_width, wrap

COLUMNS = ("name", "term", "n")
LIMIT, LIMIT_TERMS, LIMIT_LANES = 40, 6, 6

#: Uses by name; None where the table has a null.
_Uses = dict[str, int | None]


def _by_name(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> list[tuple[str, _Uses]]:
    """Uses by outlet and name, the outlet with most uses first."""
    found: dict[str, _Uses] = {}
    for row in rows:
        uses, term, n = found.setdefault(str(row[chart["name"]]), {}), str(row[chart["term"]]), row[chart["n"]]
        uses[term] = uses.get(term) if n is None else (uses.get(term) or 0) + n
    return sorted(found.items(), key=lambda entry: -(_total(entry[1]) or 0))


def _total(uses: _Uses) -> int | None:
    """All uses; None when every one is a null."""
    known = [n for n in uses.values() if n is not None]
    return sum(known) if known else None


def _terms(outlets: Sequence[tuple[str, _Uses]]) -> list[str]:
    """Names by uses over all outlets, most frequent first; names that no outlet uses most come behind the others."""
    totals: dict[str, int] = {}
    for _, uses in outlets:
        for term, n in uses.items():
            totals[term] = totals.get(term, 0) + (n or 0)
    leading = {term for _, uses in outlets for term in _first(uses)}
    return sorted(totals, key=lambda term: (term not in leading, -totals[term]))


def _first(uses: _Uses) -> set[str]:
    """The outlet's most frequent name, or several that are as frequent; none when nothing was counted."""
    most = max((n for n in uses.values() if n), default=None)
    return {term for term, n in uses.items() if most and n == most}


def _ranked(uses: _Uses) -> list[tuple[str, int | None]]:
    return sorted(uses.items(), key=lambda entry: -(entry[1] or 0))


def _unit(chart: Mapping[str, Any]) -> str:
    return chart.get("unit", "mention")


def draw(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any], width: int) -> Canvas:
    """The figure: a table when wide, blocks when narrow."""
    outlets = _by_name(rows, chart)
    if all(_total(uses) is None for _, uses in outlets):
        return empty(width, f"Not assessable: {'nothing was counted' if outlets else 'the table has no rows'}.")
    top, between, bottom = ends(outlets, LIMIT)
    shown, terms = [*top, *bottom], _terms(outlets)
    gap = f"… {between:,} more between them: see the table" if between else ""
    if not Sizes(width).is_narrow:
        return _grid(width, shown, terms, chart, skipped=(len(top), gap))
    largest = max((n or 0 for _, uses in shown for n in uses.values()), default=0) or 1
    made = []
    for name, uses in shown:
        ranked = _ranked(uses)
        lanes = [
            Lane(term, (n or 0) / largest, figure_of(n, "count"), POINT if term in _first(uses) else MARK)
            for term, n in ranked[:LIMIT_LANES]
        ]
        rest = len(ranked) - len(lanes)
        more = f"; {counted(rest, 'more name')} in the table" if rest else ""
        made.append(Block(name, "", counted(_total(uses), _unit(chart)) + more, lanes))
    return blocks(width, made, [f"{chart['axis']}. In colour: each outlet's most frequent name."], skipped=(len(top), gap))


def _grid(width: int, shown: list[tuple[str, _Uses]], terms: list[str], chart: Mapping[str, Any], *, skipped: tuple[int, str]) -> Canvas:
    kept, rest = terms[:LIMIT_TERMS], terms[LIMIT_TERMS:]
    probe = Sizes(width)
    small, base = probe.small, probe.base
    names = min(190.0, max(120.0, *(text_width(clean(name), base) + 14 for name, _ in shown)))
    cell = (width - names) / (len(kept) + bool(rest))
    said = [*kept, *([counted(len(rest), "other name")] if rest else [])]
    heads = [wrap(term, small - 1, cell - 4, 4) for term in said]
    head = max(map(len, heads)) * small * 1.25 + 8
    labels = {name: wrap(name, base, names - 14, 2) for name, _ in shown}
    tall = {name: len(labels[name]) * base * 1.25 + small * 1.25 + 12 for name, _ in shown}
    foot = wrap(f"{chart['axis']}. In colour: each outlet's most frequent name. 0: not found in the outlet.", small, width, 4)
    gap = small * 2 if skipped[1] else 0
    canvas = Canvas(width, head + sum(tall.values()) + gap + (len(foot) + 1) * small * 1.25)
    for index, title in enumerate(heads):
        above = head - 6 - (len(title) - 1) * small * 1.25
        canvas.lines(names + (index + 0.5) * cell, above, title, align="middle", colour=GREY, size=small - 1)
    y = head
    for row, (name, uses) in enumerate(shown):
        if skipped[1] and row == skipped[0]:
            canvas.text(0, y + small * 1.4, skipped[1], colour=GREY)
            y += gap
        canvas.line([0, width], [y, y], RULE)
        below = canvas.lines(0, y + base * 1.25, labels[name], size=base)
        canvas.text(0, below - 1, counted(_total(uses), _unit(chart)), colour=GREY)
        first, middle = _first(uses), y + tall[name] / 2
        missing = None if _total(uses) is None else 0
        for index, term in enumerate(kept):
            n, x = uses.get(term, missing), names + index * cell
            if term in first:
                canvas.bar(x + 3, y + 4, x + cell - 3, y + tall[name] - 4, colour("more2"))
            shade = INK if n else GREY
            bold, said = term in first, figure_of(n, "count")
            canvas.text(x + cell / 2, middle + base * 0.35, said, size=base, align="middle", bold=bold, colour=shade)
        if rest:
            others = {term: n for term, n in uses.items() if term in rest} or {"": missing}
            x = names + len(kept) * cell
            leading = next((term for term in others if term in first), None)
            if leading is not None:
                canvas.bar(x + 3, y + 4, x + cell - 3, y + tall[name] - 4, colour("more2"))
                which = cut(clean(leading), small - 1, cell - 8)
                canvas.text(x + cell / 2, middle + base * 1.2, which, align="middle", size=small - 1)
            at, shade = (middle + base * 0.35, GREY) if leading is None else (middle + base * 0.1, INK)
            canvas.text(x + cell / 2, at, figure_of(_total(others), "count"), size=base, align="middle", colour=shade)
        y += tall[name]
    canvas.line([0, width], [y, y], RULE)
    canvas.lines(0, y + small * 1.4, foot, colour=GREY)
    return canvas


def describe(rows: Sequence[Mapping[str, Any]], chart: Mapping[str, Any]) -> tuple[str, str]:
    """Alt text and description."""
    outlets = [(name, uses) for name, uses in _by_name(rows, chart) if _total(uses)]
    if not outlets:
        return alt_text("Table", chart["what"], "nothing was counted"), "No name was counted."

    def most(uses: _Uses) -> str:
        return next(f"“{term}” ({n:,})" for term, n in _ranked(uses) if n)

    (name, uses), *others = outlets
    point = f"{name} says {most(uses)} most"
    other = next((entry for entry in others if not _first(entry[1]) & _first(uses)), None)
    point += f" and {other[0]} {most(other[1])}" if other else (", and so does every other outlet" if others else "")
    sentences = (f"{name}: " + ", ".join(f"“{term}” {figure_of(n, 'count')}" for term, n in _ranked(uses)) + "." for name, uses in outlets)
    named = (name, *_first(uses), *((other[0], *_first(other[1])) if other else ()))
    return alt_text("Table", chart["what"], point, named), some(sentences)
