"""What can be carried over from outlet to outlet within one story: names, sources, figures and quotations, each with its places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, NamedTuple

from nutgraf.findings import coded, places
from nutgraf.findings.quoting import mentions
from nutgraf.words import forms

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

#: Two quotations are one when all words of the shorter stand in the longer in order, and they are at least so many.
QUOTE_WORDS = 4
_SHOWN_WORDS = 9
_COLUMNS = ["article_id", "version", "start", "end", "kind", "rule", "item"]


@dataclass(frozen=True)
class Items:
    """What was found in the articles of one story.

    Attributes:
        places: One row per place: article_id, version, start, end, kind, rule, measure, item, outlet.
        uses: Places by item and outlet.
        outlets: The outlets in whose articles an item was found, by item.
        order: Items, those found in most outlets first.
        hidden: Persons who are not shown by name.
    """

    places: pd.DataFrame
    uses: Mapping[tuple[str, str], int]
    outlets: Mapping[str, list[str]]
    order: list[str]
    hidden: int = 0

    @property
    def n(self) -> int:
        """How many items there are."""
        return len(self.order)


class Kind(NamedTuple):
    """A kind of items: how its heading, one of them, one with its article and many are called, whose rows they are, how they were found, and how
    many are shown."""

    label: str
    singular: str
    one: str
    plural: str
    measure: str
    meaning: str
    how: str
    shown: int


KINDS = {
    "names": Kind(
        "Persons, organisations and places", "name", "a name", "names", "names", "as the articles give it in full",
        "A name was found in an outlet's articles when one of its forms stands in them. Persons whom the desk may not name are counted, not shown.",
        20,
    ),
    "sources": Kind(
        "Persons and organisations who are quoted or reported", "source", "a source by name", "sources", "attribution",
        "who speaks, as the articles give the name in full",
        "A source was found in an outlet's articles when words of that person or organisation stand in them. Those without a name are not compared.",
        15,
    ),
    "figures": Kind(
        "Numbers", "figure", "a figure", "figures", "figures", "the number in one form, however it is written",
        "A figure was found in an outlet's articles when the same number stands in them, in digits or in words. What it counts is not compared.",
        20,
    ),
    "quotes": Kind(
        "Quotations", "quotation", "a quotation", "quotations", "quotes", "the longest form of it, shortened",
        f"Two quotations are one when all words of the shorter, at least {QUOTE_WORDS}, stand in the longer in the same order without a gap.",
        12,
    ),
}  # fmt: skip


def items_of(measured: Measurements, kind: str, articles: pd.DataFrame) -> Items:
    """The items of a kind in some articles.

    Args:
        measured: With the measure of that kind.
        kind: One of `KINDS`.
        articles: Rows with article_id, version and outlet.
    """
    spans = measured.rows("spans", KINDS[kind].measure)
    spans = spans[places.is_in(spans, articles, by=("article_id", "version"))].reset_index(drop=True)
    found, hidden = _FOUND[kind](measured, spans)
    position = places.positions(found, articles, by=("article_id", "version"))
    outlet = articles["outlet"].to_numpy()[position]
    found = places.constants(found[_COLUMNS].assign(outlet=outlet), measure=KINDS[kind].measure)
    uses = {(str(item), str(outlet)): int(n) for (item, outlet), n in found.groupby(["item", "outlet"], observed=True).size().items()}
    outlets: dict[str, list[str]] = {}
    totals: dict[str, int] = {}
    for (item, name), n in sorted(uses.items()):
        outlets.setdefault(item, []).append(name)
        totals[item] = totals.get(item, 0) + n
    order = sorted(outlets, key=lambda item: (-len(outlets[item]), -totals[item], item))
    return Items(found, uses, outlets, order, hidden)


def _names(measured: Measurements, spans: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    spans = spans[(spans["kind"] == "name") & spans["value"].notna()]
    found = spans.assign(item=spans["value"].astype(object))
    people = set(found.loc[found["label"] == "PERSON", "item"])
    hidden = _not_named(measured, people) | _listed(measured, found)
    return found[~found["item"].isin(hidden)], len(hidden)


def _sources(measured: Measurements, spans: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    spans = spans[(spans["kind"] == "content") & spans["label"].isin(["named", "organisation"]) & spans["value"].notna()]
    named = spans.assign(item=spans["value"].astype(object).str.split(" and ")).explode("item", ignore_index=True)
    whole = spans["value"].astype(object)
    of_houses = spans.assign(item=whole)[spans["label"] == "organisation"]  # "Health and Safety Office" is one
    found = coded.stacked([named[named["label"] == "named"], of_houses])
    hidden = _not_named(measured, set(named.loc[named["label"] == "named", "item"])) | _listed(measured, found)
    return found[~found["item"].isin(hidden)], len(hidden)


def _not_named(measured: Measurements, people: set[str]) -> set[str]:
    named = mentions(measured)
    return {name for name in people if measured.reason_not_to_name(name, named.get(name, 0)) is not None}


def _listed(measured: Measurements, found: pd.DataFrame) -> set[str]:
    """Items that hold the name of somebody on the desk's list, as what kind of name ever they were read."""
    return {item for item in set(found["item"]) if not measured.may_show(item)}


def _figures(measured: Measurements, spans: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    spans = spans[(spans["kind"] == "figure") & spans["value"].notna()]
    return spans.assign(item=spans["value"].astype(object)), 0


def _quotes(measured: Measurements, spans: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    spans = spans[spans["kind"] == "quote"].reset_index(drop=True)
    texts = measured.texts
    keys = zip(spans["article_id"], spans["version"], spans["start"], spans["end"], strict=True)
    written = [texts[article, version][start:end] for article, version, start, end in keys]
    words = [[word.lower() for word in forms(text)] for text in written]
    of: list[str | None] = [None] * len(words)
    longest: list[tuple[str, str]] = []  # words within spaces, and how it is shown
    for place in sorted(range(len(words)), key=lambda place: (-len(words[place]), written[place])):
        if len(words[place]) < QUOTE_WORDS:
            continue
        own = f" {' '.join(words[place])} "
        known = next((shown for whole, shown in longest if own in whole), None)
        if known is None:
            known = _own_label(_shortened(written[place]), len(words[place]), measured, {shown for _, shown in longest})
            longest.append((own, known))
        of[place] = known
    found = spans.assign(item=of)
    return found[found["item"].notna()], 0


def _own_label(text: str, n: int, measured: Measurements, taken: set[str]) -> str:
    """How a quotation of n words is shown: as no other is, and without the name of anybody who is not to be named."""
    text = text if measured.may_show(text) else "“…” (it names somebody who is not named here)"
    more = (f"{text} ({n} words, {number})" for number in count(2))
    return next(label for label in chain([text, f"{text} ({n} words)"], more) if label not in taken)


def _shortened(text: str) -> str:
    words = text.strip(" \n“”\"‘’'").rstrip(",.;").split()
    return "“" + " ".join(words[:_SHOWN_WORDS]) + (" …" if len(words) > _SHOWN_WORDS else "") + "”"


_FOUND: dict[str, Callable[[Measurements, pd.DataFrame], tuple[pd.DataFrame, int]]] = {
    "names": _names, "sources": _sources, "figures": _figures, "quotes": _quotes,
}  # fmt: skip
