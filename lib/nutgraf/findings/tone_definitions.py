"""The tone of outlets under other definitions: whether their order holds when one thing is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nutgraf.findings import places, tables
from nutgraf.findings.finding import Column, Finding
from nutgraf.findings.tone_method import method
from nutgraf.findings.tone_values import LIST, SCALE, list_words, means_by_article, sentence_tone, tone_places, way, with_words

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

_STRONGEST = 10
_BY_LIST = "by the word list alone, without the model"


def other_definitions(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """The order of outlets under other definitions of the same figure."""
    definitions: dict[str, Callable[[], pd.DataFrame]] = {
        "as above: all body sentences": lambda: sentence_tone(measured),
        **({} if way(measured) == LIST else {_BY_LIST: lambda: sentence_tone(measured, by=LIST)}),
        "without quotes: outlet's own words only": lambda: sentence_tone(measured, "outlet"),
        "only sentences with a counted word": lambda: with_words(sentence_tone(measured)),
        "headline, standfirst and body": lambda: sentence_tone(measured, parts=("headline", "standfirst", "body")),
        f"without the {_STRONGEST} strongest words": lambda: without_strongest(measured),
    }
    outlets = tables.outlets_of(measured.articles)
    rows, orders = [], {}
    for name, scored in definitions.items():
        found = tables.by_outlet(means_by_article(measured, scored()), min_articles=min_articles, outlets=outlets)
        orders[name] = [row[0] for row in found if row[1] is not None]
        rows += [[row[0], name, row[1], row[2], row[3], row[4], row[5]] for row in found]
    n = {"articles": len(measured.articles), "definitions": len(definitions)}
    card = method(measured, f"The same mean over articles, with one thing changed at a time. Promo lines are in none of them. {_strongest(measured)}")
    first = next(iter(orders.values()))
    subtitle = f"Tone by outlet under {len(definitions)} definitions, {SCALE}"
    if len(first) < 2:
        reason = "fewer than 2 outlets have enough articles"
        return Finding.cannot_say("tone-other-definitions", subtitle, reason, n=n, source=source, method=card)
    tops, lows = {order[0] for order in orders.values() if order}, {order[-1] for order in orders.values() if order}
    held = [
        f"{name} has the {what} mean tone" for names, what in ((tops, "highest"), (lows, "lowest")) if len(names) == 1 for name in names
    ]
    takeaway = "Which outlet has the highest or the lowest mean tone depends on the definition"
    if held:
        takeaway = f"Under every definition {' and '.join(held)}"
        differ = [name for name in definitions if tables.clearly_apart([[row[0], *row[2:5]] for row in rows if row[1] == name])]
        takeaway += f"; under {len(differ)} of {len(definitions)} some outlets differ clearly" if differ else ", though no two differ clearly"
    return Finding(
        id="tone-other-definitions", takeaway=takeaway, subtitle=f"{subtitle}; {measured.selection.described}", n=n,
        interval=tables.interval(measured),
        columns=(Column("outlet", "Outlet", "text"), Column("definition", "Definition", "text", "what was changed"),
                 *tables.columns("tone", "Tone", "score", "mean over articles")[1:]),
        rows=rows, method=card, source=source,
        chart={"form": "heat_map", "row": "outlet", "column": "definition", "value": "tone", "n": "n_articles", "kind": "score",
               "what": "tone by outlet and definition"},
        places=tone_places(
            measured,
            lambda: ((scored(), {"definition": name, **_rests_on(name)}) for name, scored in definitions.items()),
            ("outlet", "definition"),
        ),
    )  # fmt: skip


def _rests_on(definition: str) -> dict[str, str]:
    """The measure of a definition that has one of its own."""
    return {"by": LIST} if definition == _BY_LIST else {}


def strongest_words(measured: Measurements) -> list[str]:
    """The words of the list that carry most of the tone of body sentences: by how often they stand there times how far their weight is from 0."""
    found = list_words(measured, LIST)
    total = found.assign(weight=found["weight"].abs()).groupby("word")["weight"].sum()
    return sorted(total.index, key=lambda word: (-total[word], word))[:_STRONGEST]


def without_strongest(measured: Measurements) -> pd.DataFrame:
    """The body sentences in which none of the strongest words stands."""
    found = list_words(measured, LIST)
    held = found[found["word"].isin(strongest_words(measured))]
    scored = sentence_tone(measured)
    return scored[~places.is_in(scored, held)]


def _strongest(measured: Measurements) -> str:
    words = strongest_words(measured)
    if not words:
        return "No word of the list stands in these sentences."
    said = tables.listed([f"“{word}”" for word in words])
    return f"The {_STRONGEST} strongest words, which carry most of the tone here, are {said}; sentences that hold one are left out."
