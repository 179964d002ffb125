"""Findings about hedges and boosters: how often words take back or add to how sure something is, in each voice of each outlet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nutgraf.findings import coded, places, tables, voices
from nutgraf.findings.evidence import first_shown
from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.findings.speaking import dots
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

ID = "hedges"
#: Of each kind: the kind of its spans, the id of its finding, its name, and what it does with two examples.
KINDS = {
    "hedges": ("hedge", "hedges-by-voice", "Hedges", "words that take back how sure something is, such as “may” and “reportedly”"),
    "boosters": ("booster", "boosters-by-voice", "Boosters", "words that add to how sure something is, such as “clearly” and “of course”"),
}
WHOSE = {"outlet": "what it says itself", "quoted": "what it quotes", "reported": "what it reports"}
FAILURES = (
    "A hedge is often due: a careful report of what nobody knows yet is full of them.",
    "Permission (“visitors may park here”) and comparisons of risk are now and then taken for hedges.",
    "“Of course” can be meant as irony, which is not seen.",
)
_KEY = ["article_id", "version"]
_PLACE = [*_KEY, "sentence"]


def rates(measured: Measurements, kind: str) -> pd.DataFrame:
    """Rate of each article and voice.

    Args:
        measured: With the measure ``hedges``.
        kind: A key of `KINDS`.

    Returns:
        One row per article and voice with words enough: article_id, version, outlet, drawn_with, ``voice``, ``value`` (places per 1,000
        words; the measure itself counts per 100).
    """
    scores = measured.rows("scores", ID)
    scores = scores[(scores["dimension"] == kind) & (scores["status"] == "ok") & scores["voice"].isin(list(WHOSE))]
    found = scores[[*_KEY, "voice"]].assign(value=scores["value"] * 10)
    return places.with_outlet(measured, found.reset_index(drop=True), "drawn_with")


def by_voice(measured: Measurements, *, kind: str, min_articles: int, source: str) -> Finding:
    """Hedges or boosters per 1,000 words, by outlet and by whose words they are.

    Args:
        measured: With the measure ``hedges``.
        kind: ``hedges`` or ``boosters``.
        min_articles: A voice of an outlet with fewer articles is shown as not assessable.
        source: Source line.
    """
    span, id, name, what = KINDS[kind]
    found, spans = rates(measured, kind), _spans(measured, span)
    outlets = tables.outlets_of(measured.articles)
    made = {
        (row[0], voice): row
        for voice in WHOSE
        for row in tables.by_outlet(found[found["voice"] == voice], min_articles=min_articles, outlets=outlets)
    }
    marked = _n(spans, found)
    order = [outlet for outlet, voice in made if voice == "outlet"]
    rows = [
        [outlet, WHOSE[voice], *_figure(made[outlet, voice]), marked.get((voice, outlet), 0), *made[outlet, voice][4:]]
        for outlet in order for voice in WHOSE
    ]  # fmt: skip
    question = f"{name} per 1,000 words, by outlet and whose words they are"
    card = _method(measured, what)
    lacking = int(measured.articles["article_id"].nunique() - found["article_id"].nunique())
    n = {kind: len(spans), "articles": int(found["article_id"].nunique()), "not assessed": lacking, "outlets": len(outlets)}
    if all(row[2] is None for row in rows):
        reason = f"no voice of an outlet has {tables.counted(min_articles, 'article')} with words enough"
        return Finding.cannot_say(id, question, reason, n=n, source=source, method=card)
    own = [[row[0], *row[2:5]] for row in rows if row[1] == WHOSE["outlet"] and row[2] is not None]
    return Finding(
        id=id, takeaway=_takeaway(name, own), margin=tables.margins(tables.first_and_last(own), "rate") if own else "",
        subtitle=f"{question}; {measured.selection.described}", n=n,
        interval=f"{tables.interval(measured)}; none where all articles have the same rate, such as 0",
        columns=(
            Column("outlet", "Outlet", "text"), Column("whose", "Whose words", "text"),
            *tables.figure("per_1000", "Per 1,000 words", "rate", f"mean over articles of {kind} per 1,000 words of that voice"),
            Column("n_marked", name, "count", f"{kind} in these articles and that voice"),
            Column("n_articles", "Articles", "count", "articles with words enough in that voice"), tables.NOTE,
        ),
        rows=rows, method=card, source=source,
        chart=dots("per_1000", f"{kind} by outlet and voice", f"{name} per 1,000 words of that voice", kind="rate", group="whose"),
        examples=_examples(measured, spans),
        examples_rule="for each voice, the word that is used most there, in the first sentence, by date, that shows it within 25 words",
        places=places.of_measured(measured, lambda: _counted(measured, found, spans), ("outlet", "whose")),
    )  # fmt: skip


def _figure(row: list[Any]) -> list[Any]:
    """Mean and interval; no interval where all articles have the same rate, such as 0, since no resample can differ."""
    return [row[1], None, None] if row[2] == row[3] else row[1:4]


def _spans(measured: Measurements, kind: str) -> pd.DataFrame:
    """Marked words of one kind, with the voice in which each begins, outlet and article."""
    spans = measured.rows("spans", ID)
    spans = spans[spans["kind"] == kind].reset_index(drop=True)
    # A place belongs to the voice in which it begins, as in the measure.
    return places.with_outlet(measured, spans.assign(voice=voices.of_spans(measured, spans.assign(end=spans["start"] + 1))))


def _n(spans: pd.DataFrame, found: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Marked words of the articles that stand in a mean, by voice and outlet."""
    counted = {}
    for voice in WHOSE:
        mine = spans[spans["voice"] == voice]
        mine = mine[places.is_in(mine, found[found["voice"] == voice], _KEY)]
        counted |= {(voice, outlet): int(n) for outlet, n in mine["outlet"].value_counts().items() if n}
    return counted


def _takeaway(name: str, own: list[list[Any]]) -> str:
    if not own:
        return f"{name}: too few articles for what outlets say themselves; see the table for the words of others"
    if len(own) == 1:
        return f"{name} stand {shown(round(own[0][1], 1), 'rate')} times in 1,000 of {own[0][0]}'s own words; {tables.ALONE}"
    reach, said = tables.spread(own, "rate", "times in 1,000 of an outlet's own words")
    return f"{name} stand {reach}; {said}"


def _counted(measured: Measurements, found: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Articles with their rate in each voice, and the words marked in them."""
    whose = found["voice"].astype(object).map(WHOSE)
    articles = places.whole(found, end=places.lengths(measured, found), rule="rate of the article in that voice", value=found["value"], whose=whose)
    articles = places.constants(articles, measure=ID, counts_in="per_1000 per_1000_low per_1000_high n_articles")
    spans = spans[places.is_in(spans, found, [*_KEY, "voice"])]
    words = spans[[*_PLACE, "start", "end", "kind", "label", "rule"]].assign(whose=spans["voice"].map(WHOSE))
    words = places.constants(words, measure=ID, counts_in="per_1000 per_1000_low per_1000_high n_marked")
    return coded.stacked([articles, words])


def _examples(measured: Measurements, spans: pd.DataFrame) -> tuple[Evidence, ...]:
    chosen: list[Evidence] = []
    among = voices.sentences(measured)
    ordered = measured.beside(spans, "published_at").sort_values(["published_at", "article_id", "start"])
    for voice, whose in WHOSE.items():
        mine = ordered[ordered["voice"] == voice]
        if mine.empty:
            continue
        counts = mine["value"].astype(object).value_counts()
        word = min(counts[counts == counts.max()].index)
        mine = mine[mine["value"] == word]
        at = places.positions(mine, among)
        rows = among.iloc[list(dict.fromkeys(at[at >= 0]))].to_dict("records")
        chosen += first_shown(measured, rows, lambda row, mine=mine: places.of_sentence(mine, row), f"{whose}: “{word}”")
    return tuple(chosen)


def _method(measured: Measurements, what: str) -> Method:
    text = (
        f"Counted are {what}. They come from a list of own words, each with the words around that it needs. A place belongs to the voice in which it "
        "begins. Each article has a rate for each voice, places by words times 1,000; a voice with fewer than 30 words has none. The figure is the "
        "mean over the articles of an outlet, so that a short article weighs as much as a long one."
    )
    return Method(text=text, measures=(ID,), known_failures=FAILURES, versions=measured.versions)
