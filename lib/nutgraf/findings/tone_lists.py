"""Word lists of tone side by side: what each says of the same outlets, and of how many sentences they disagree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from nutgraf.findings import coded, places, tables, tone_people
from nutgraf.findings.evidence import cite
from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.findings.tone import dots
from nutgraf.findings.tone_values import (
    AXIS,
    LIST,
    NEUTRAL,
    NEWS,
    SCALE,
    TOGETHER,
    counts,
    list_words,
    means_by_article,
    sentence_tone,
    side_of,
    way,
)
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

NAMES = {LIST: "VADER's list", NEWS: "the news list", TOGETHER: "model and list together"}
_LISTS = (LIST, NEWS)
_KEY = ["article_id", "version", "sentence"]
_HOW = (
    "The same rules with two lists of weighted words. VADER's 7,500 words were rated by people for posts in social media; words of the topic, such "
    "as “crash” or “debt”, count there. The news list of 2,100 evaluative words was made for Nutgraf and leaves such topic words out; a desk may "
    "put its own in its place (data/decisions/tone_words.csv). "
)
_FAILURES = (
    "A list sees words and not what is said with them: irony, and words of a name, are taken at their face.",
    "The news list was judged by its makers and moved by labelled sentences, of which many are financial headlines.",
)


def by_outlet(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Tone of body sentences by outlet, once by each list.

    Args:
        measured: With the measures ``tone`` and ``tone_news``.
        min_articles: Outlets with fewer have no figure.
        source: Source line.
    """
    outlets, made = tables.outlets_of(measured.articles), {}
    for by in _LISTS:
        values = means_by_article(measured, sentence_tone(measured, by=by))
        made[by] = tables.by_outlet(values, min_articles=min_articles, outlets=outlets)
    orders = {by: [row[0] for row in rows if row[1] is not None] for by, rows in made.items()}
    n = counts(measured, means_by_article(measured, sentence_tone(measured, by=LIST)))
    subtitle = f"Tone of body sentences by outlet and word list, {SCALE}; mean over articles"
    card = _method(measured, _HOW + _known(measured), _LISTS)
    if len(orders[LIST]) < 2:
        reason = f"{tables.counted(len(orders[LIST]), 'outlet')} with {min_articles} articles or more, 2 needed"
        return Finding.cannot_say("tone-lists", subtitle, reason, n=n, source=source, method=card)
    found = {(row[0], by): row for by, rows in made.items() for row in rows}
    rows = [[row[0], NAMES[by], *found[row[0], by][1:]] for row in made[LIST] for by in _LISTS]
    return Finding(
        id="tone-lists", takeaway=_order(orders) + _apart(made), subtitle=f"{subtitle}; {measured.selection.described}", n=n,
        interval=tables.interval(measured),
        columns=(
            Column("outlet", "Outlet", "text"), Column("list", "Word list", "text", "whose words are counted"),
            *tables.columns("tone", "Tone", "score", "mean over articles of the mean over body sentences, −1 to +1")[1:],
        ),
        rows=rows, method=card, source=source, chart={**dots("tone", "tone by outlet and word list", AXIS), "group": "list"},
        places=places.of_measured(measured, lambda: _places_by_list(measured), ("outlet", "list")),
    )  # fmt: skip


def disagreement(measured: Measurements, *, source: str) -> Finding:
    """Of how many body sentences two ways to read tone say the opposite, and of how many only one finds a tone.

    Args:
        measured: With the measures ``tone`` and ``tone_news``, and ``sentence_tone`` where the model was asked.
        source: Source line.
    """
    ways = [*_LISTS, *([TOGETHER] if way(measured) == TOGETHER else [])]
    sides = _sides(measured, ways)
    n = {"sentences": len(sides), "articles": len(sides[_KEY[:2]].drop_duplicates())}
    subtitle = "Body sentences on which two ways to read tone agree, differ by one finding no tone, or say the opposite"
    text = f"{_HOW}A sentence within {NEUTRAL} of 0 has no tone by a list (VADER's own bound); of model and list together the likeliest class counts."
    card = _method(measured, text, ways)
    if sides.empty:
        return Finding.cannot_say("tone-lists-disagree", subtitle, "no body sentence has a tone", n=n, source=source, method=card)
    rows = [[NAMES[a], NAMES[b], *_shares(sides, a, b)] for a, b in combinations(ways, 2)]
    opposite, silent = rows[0][4], rows[0][3]
    return Finding(
        id="tone-lists-disagree",
        takeaway=f"The two word lists say the opposite of {shown(opposite, 'share')} of body sentences; "
        f"of {shown(silent, 'share')} only one of them finds a tone",
        subtitle=f"{subtitle}; {measured.selection.described}", n=n, interval="none: every sentence here was read in each way",
        columns=(
            Column("first", "One way", "text"), Column("second", "The other", "text"),
            Column("same_share", "Agree", "share", "both friendly, both hostile or both without tone"),
            Column("one_share", "One finds no tone", "share", "one friendly or hostile, the other without tone"),
            Column("opposite_share", "Opposite", "share", "one friendly, the other hostile"), Column("n_sentences", "Sentences", "count"),
        ),
        rows=rows, method=card, source=source, examples=_examples(measured, sides, ways),
        examples_rule="for each pair, of the sentences that they call the opposite, the one on which their numbers lie furthest apart",
        places=places.of_measured(measured, lambda: _places_by_pair(measured, sides, ways), ("first", "second")),
    )  # fmt: skip


def _method(measured: Measurements, text: str, by: Sequence[str]) -> Method:
    by_people = tone_people.lines(measured, by)
    return Method(text=text, measures=tuple(by), known_failures=_FAILURES, versions=measured.versions, by_people=by_people)


def _sides(measured: Measurements, ways: list[str]) -> pd.DataFrame:
    """Body sentences that every way has a number for, with value and side (−1, 0, 1) of each."""
    found = sentence_tone(measured, by=LIST)[[*_KEY, "start", "end"]]
    for by in ways:
        scored = sentence_tone(measured, by=by)
        value, side = scored["value"].to_numpy(float), side_of(scored, by)
        position = places.positions(found, scored)
        found = found[position >= 0].reset_index(drop=True)
        position = position[position >= 0]
        found = found.assign(**{f"value_{by}": value[position], f"side_{by}": side[position]})
    return found


def _shares(sides: pd.DataFrame, a: str, b: str) -> list[Any]:
    one, other = sides[f"side_{a}"], sides[f"side_{b}"]
    same, opposite = (one == other).mean(), (one * other == -1).mean()
    return [float(same), float(1 - same - opposite), float(opposite), len(sides)]


def _order(orders: dict[str, list[str]]) -> str:
    first, second = orders[LIST], orders[NEWS]
    if first == second:
        return f"Both word lists put the {len(first)} outlets in the same order, from {first[0]} to {first[-1]}"
    same = [f"{first[at]} has the {what} mean tone" for at, what in ((0, "highest"), (-1, "lowest")) if first[at] == second[at]]
    held = f"; by both, {' and '.join(same)}" if same else "; neither the highest nor the lowest is the same"
    return f"The two word lists put the {len(first)} outlets in different orders{held}"


def _apart(made: dict[str, list[list[Any]]]) -> str:
    """Whether outlets differ clearly by any of the lists, so that nobody reads much into an order that chance made."""
    differ = [NAMES[by] for by, rows in made.items() if tables.clearly_apart([row for row in rows if row[1] is not None])]
    return f"; by {' and by '.join(differ)} some differ clearly" if differ else "; by neither do any two differ clearly"


def _known(measured: Measurements) -> str:
    """How many body sentences each list knows a word of."""
    said = []
    for by in _LISTS:
        scored = sentence_tone(measured, by=by)
        if len(scored):
            said.append(f"{NAMES[by]} knows a word of {shown(float((scored['n'] > 0).mean()), 'share')} of body sentences here")
    return f"{tables.listed(said)}." if said else ""


def _places_by_list(measured: Measurements) -> pd.DataFrame:
    found = []
    for by in _LISTS:
        found.append(places.scored_sentences(sentence_tone(measured, by=by), by, list=NAMES[by]))
        words = list_words(measured, by)
        named = words[[*_KEY, "start", "end", "rule"]].assign(value=words["weight"], list=NAMES[by])
        found.append(places.constants(named, kind="tone_word", measure=by))
    return coded.stacked(found)


def _places_by_pair(measured: Measurements, sides: pd.DataFrame, ways: list[str]) -> pd.DataFrame:
    """The sentences of each pair, on the side of the shares that they count in."""
    import numpy as np

    found = []
    for a, b in combinations(ways, 2):
        product, same = sides[f"side_{a}"] * sides[f"side_{b}"], sides[f"side_{a}"] == sides[f"side_{b}"]
        counts_in = np.where(same, "same_share n_sentences", np.where(product == -1, "opposite_share n_sentences", "one_share n_sentences"))
        rows = sides[[*_KEY, "start", "end"]].assign(value=sides[f"value_{a}"], counts_in=counts_in, first=NAMES[a], second=NAMES[b])
        found.append(places.constants(rows, kind=places.SENTENCE, rule="score of the sentence", measure=a))
    return coded.stacked(found)


def _examples(measured: Measurements, sides: pd.DataFrame, ways: list[str]) -> tuple[Evidence, ...]:
    found = []
    for a, b in combinations(ways, 2):
        opposed = sides[sides[f"side_{a}"] * sides[f"side_{b}"] == -1]
        if opposed.empty:
            continue
        gap = (opposed[f"value_{a}"] - opposed[f"value_{b}"]).abs()
        row = opposed.assign(gap=-gap).sort_values(["gap", *_KEY]).iloc[0]
        words = [list_words(measured, by) for by in (a, b) if by != TOGETHER]
        here = coded.stacked([one[(one["article_id"] == row["article_id"]) & (one["sentence"] == row["sentence"])] for one in words])
        role = f"opposite: {shown(row[f'value_{a}'], 'score')} by {NAMES[a]}, {shown(row[f'value_{b}'], 'score')} by {NAMES[b]}"
        found.append(cite(measured, row, here, role))
    return tuple(found)
