"""Findings about tone: by outlet, over time, headline against body, through one article. Tone by voice is in `nutgraf.findings.tone_voices`.

Every figure starts from one value per article (the mean of its sentences), so that a long article counts as much as a short one,
and intervals come from resampling whole articles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.findings import tables
from nutgraf.findings.finding import Column, Finding
from nutgraf.findings.periods import in_words, periods
from nutgraf.findings.tone_method import method
from nutgraf.findings.tone_values import (
    AXIS,
    LIST,
    SCALE,
    article_tone,
    counts,
    examples,
    of_articles,
    of_which,
    sentence_tone,
    tone_places,
    way,
)
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

ALL = "All outlets"


def by_outlet(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Tone of body sentences by outlet.

    Args:
        measured: With the measure ``tone``.
        min_articles: Outlets with fewer are shown as not assessable.
        source: Source line.
    """
    values = article_tone(measured)
    card = method(measured, "An article's tone is the mean of its body sentences, an outlet's the mean of its articles.")
    rows = tables.by_outlet(values, min_articles=min_articles, outlets=tables.outlets_of(measured.articles))
    subtitle = f"Tone of body sentences, {SCALE}; mean over articles"
    assessed = [row for row in rows if row[1] is not None]
    if len(assessed) < 2:
        return Finding.cannot_say(
            "tone-by-outlet", subtitle, f"{tables.counted(len(assessed), 'outlet')} with {min_articles} articles or more, 2 needed",
            n=counts(measured, values), source=source, method=card,
        )  # fmt: skip
    return Finding(
        id="tone-by-outlet",
        takeaway=_ends(assessed),
        margin=tables.margins([assessed[0], assessed[-1]], "score"),
        subtitle=f"{subtitle}; {measured.selection.described}",
        n=counts(measured, values),
        interval=tables.interval(measured),
        columns=tables.columns("tone", "Tone", "score", "mean over articles of the mean over body sentences, −1 to +1"),
        rows=rows,
        method=card,
        source=source,
        chart=dots("tone", "tone by outlet", AXIS),
        examples=examples(measured, sentence_tone(measured)),
        examples_rule=f"the highest and the lowest sentence, and the one nearest the mean, of all body sentences{of_which(measured)}",
        places=tone_places(measured, lambda: [(sentence_tone(measured), {})], ("outlet",)),
    )


def _ends(assessed: list[list[Any]]) -> str:
    """The takeaway about outlets, true of every two of them: some two differ clearly, or none do."""
    high, low = assessed[0], assessed[-1]
    ends = f"means of {len(assessed)} outlets run from {_at(low)} to {_at(high)}"
    if sum(row[2] is not None for row in assessed) < 2:
        return f"In tone, {ends}; there are too few articles for intervals"
    apart = tables.clearly_apart(assessed)
    if apart is None:
        return f"No outlet differs clearly in tone: {ends}, and all intervals overlap"
    if [row[0] for row in apart] == [high[0], low[0]]:
        return f"Outlets differ in tone: {ends}, and the intervals of these two do not overlap"
    return f"Outlets differ in tone: {_at(apart[1])} against {_at(apart[0])}, whose intervals do not overlap; {ends}"


def _at(row: Sequence[Any]) -> str:
    return f"{shown(round(row[1], 2), 'score')} in {row[0]}"


def dots(value: str, what: str, axis: str, line: float | None = 0.0) -> dict[str, Any]:
    """An interval dot plot of tone by outlet."""
    return {
        "form": "interval_dots", "name": "outlet", "value": value, "low": f"{value}_low", "high": f"{value}_high",
        "n": "n_articles", "note": "note", "line": line, "what": what, "axis": axis, "kind": "score",
    }  # fmt: skip


def difference(
    measured: Measurements, left: pd.DataFrame, right: pd.DataFrame, *, min_articles: int
) -> tuple[pd.DataFrame, list[list[Any]]]:
    """One difference per article that has both values, and its rows by outlet."""
    keys = ["article_id", "version"]
    both = left.merge(right[[*keys, "value", "n"]], on=keys, suffixes=("_left", "_right"))
    both["value"] = both["value_left"] - both["value_right"]
    both["n"] = both["n_left"] + both["n_right"]
    return both, tables.by_outlet(both, min_articles=min_articles, outlets=tables.outlets_of(measured.articles))


def headline_against_body(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """How much friendlier or more hostile headlines are than the bodies under them, by outlet."""
    headline, body = article_tone(measured, parts=("headline",)), article_tone(measured)
    both, rows = difference(measured, headline, body, min_articles=min_articles)
    of_headlines = sentence_tone(measured, parts=("headline",))
    return _compared(
        measured, both, rows, source=source, min_articles=min_articles, id="headline-against-body", what="headline minus body",
        subtitle="Tone of the headline minus tone of the body under it; below 0 the headline is the more hostile",
        axis="Headline minus body: left of 0 the headline is more hostile",
        borne_out=lambda: difference(
            measured, article_tone(measured, parts=("headline",), by=LIST), article_tone(measured, by=LIST), min_articles=min_articles
        )[1],
        words=("headlines are friendlier than the bodies under them", "headlines are more hostile than the bodies under them",
               "No outlet's headlines differ in tone from their bodies by more than chance"),
        text="The difference is taken within each article that has both, then averaged over an outlet's articles.",
        sides={"headline": ("all", ("headline",)), "body": ("all", ("body",))},
        shown_of=of_headlines,
        examples_rule=f"the highest and the lowest headline, and the one nearest the mean, of all headlines{of_which(measured)}",
    )  # fmt: skip


def _compared(
    measured: Measurements, both: pd.DataFrame, rows: list[list[Any]], *, source: str, min_articles: int, id: str, what: str,
    subtitle: str, axis: str, words: tuple[str, str, str], text: str, sides: dict[str, tuple[str, tuple[str, ...]]],
    shown_of: pd.DataFrame, examples_rule: str, borne_out: Callable[[], list[list[Any]]],
) -> Finding:  # fmt: skip
    """A difference within articles.

    `sides` are the voice and parts on each side of the minus by name; the name is the label of the sentences behind the figure. `borne_out` gives the
    rows by the word list alone: headlines are another kind of sentence than those that the model was measured on.
    """
    card = method(measured, text)
    n = counts(measured, both)
    if not any(row[1] is not None for row in rows):
        reason = f"no outlet has {min_articles} articles with both, {min_articles} needed"
        return Finding.cannot_say(id, subtitle, reason, n=n, source=source, method=card)
    said, beyond = beyond_zero(rows, words[0], words[1])
    if said and way(measured) != LIST:
        said += _borne_out(beyond, beyond_zero(borne_out(), "", "")[1])
    if not any(row[2] is not None for row in rows):
        said = f"There are too few articles for an interval around the {what}"
    return Finding(
        id=id, takeaway=said or words[2],
        subtitle=f"{subtitle}; {measured.selection.described}", n=n,
        interval=f"{tables.interval(measured)}; each outlet by itself, so that of 40 outlets about one lies above 0 and one below it by chance",
        margin=tables.margins(beyond[:3], "score"),
        columns=tables.columns("difference", "Difference", "score", "mean over articles of the difference within each article"),
        rows=rows, method=card, source=source, chart=dots("difference", what, axis), examples=examples(measured, shown_of),
        examples_rule=examples_rule,
        places=tone_places(
            measured,
            lambda: ((of_articles(sentence_tone(measured, *which), both), {"label": side}) for side, which in sides.items()),
            ("outlet",),
        ),
    )  # fmt: skip


def _borne_out(beyond: list[list[Any]], by_list: list[list[Any]]) -> str:
    """In how many of these outlets the word list alone says the same."""
    same = {(row[0], row[1] > 0) for row in beyond} & {(row[0], row[1] > 0) for row in by_list}
    if len(same) == len(beyond):
        return "; the word list alone says the same"
    return f"; by the word list alone in {len(same) or 'none'} of {'these' if len(beyond) == 1 else f'these {len(beyond)}'}"


def beyond_zero(rows: list[list[Any]], friendlier: str, more_hostile: str) -> tuple[str, list[list[Any]]]:
    """Which outlets' intervals lie above or below 0, as a reader sees them: an interval that ends at 0.00 does not lie beyond it.

    Args:
        rows: Each with outlet, difference, low, high, highest first.
        friendlier: What is said of outlets above 0, as a clause.
        more_hostile: What is said of those below.

    Returns:
        The sentence, empty when there is none, and the rows in it.
    """
    known = [row for row in rows if row[2] is not None]
    above = [row for row in known if round(row[2], 2) > 0]
    below = [row for row in known if round(row[3], 2) < 0][::-1]
    said = [
        f"{'In' if not first else 'in'} {_few([row[0] for row in found], len(known))}, {phrase}"
        for first, (found, phrase) in enumerate((found, phrase) for found, phrase in ((below, more_hostile), (above, friendlier)) if found)
    ]
    return "; ".join(said), below + above


def _few(names: list[str], of: int) -> str:
    """Up to three names; of more, how many there are and the first three."""
    if len(names) <= 3:
        return tables.listed(names)
    return f"{len(names)} of {of} outlets, most of all {tables.listed(names[:3])}"


def over_time(measured: Measurements, *, thin: int, source: str) -> Finding:
    """Tone of body sentences by outlet and week, month, quarter or year, with the number of articles beneath.

    All outlets together come first, then those with most articles; the others are in the first alone.

    Args:
        measured: With the measure ``tone``.
        thin: Periods with fewer articles are shaded, and their mean carries no interval.
        source: Source line.
    """
    values = article_tone(measured)
    found = periods(values["published_at"], measured.timezone, most=24)
    unit, values["period"] = found.unit, found.starts
    dated = values[values["period"].notna()]
    card = method(measured, found.rule)
    subtitle = f"Tone of body sentences by {unit}, {SCALE}; mean over articles"
    if len(found.all) < 2:
        reason = f"articles from {tables.counted(len(found.all), unit)}, 2 needed"
        return Finding.cannot_say("tone-over-time", subtitle, reason, n=counts(measured, dated), source=source, method=card)
    outlets = tables.outlets_of(measured.articles)
    names = sorted(tables.largest(dated["outlet"].value_counts().to_dict(), tables.SHOWN_OUTLETS))
    rows = _by_period(dated, (ALL, *names), found.all, thin)
    whole = [row[1:] for row in rows if row[0] == ALL and row[2] is not None]
    # A period with an interval says more than a thin one at the far end.
    compared = [row for row in whole if row[2] is not None] if sum(row[2] is not None for row in whole) > 1 else whole
    ends = max(compared, key=lambda row: row[1]), min(compared, key=lambda row: row[1])
    most = f"; the {len(names)} outlets with most articles" if len(outlets) > len(names) else ""
    return Finding(
        id="tone-over-time",
        takeaway=_periods_apart(compared, *ends, unit),
        margin=tables.margins([[in_words(row[0], unit).removeprefix("the "), *row[1:]] for row in ends], "score"),
        subtitle=f"{subtitle}{most}; {measured.selection.described}",
        n=counts(measured, dated),
        interval=f"{tables.interval(measured)}; none for {unit}s with fewer than {tables.counted(thin, 'article')}, which are shaded",
        columns=(
            Column("outlet", "Outlet", "text"), Column("period", found.label, "date", "its first day"),
            Column("tone", "Tone", "score", "mean over articles of the mean over body sentences"),
            Column("tone_low", "From", "score", "lower end of the 95 % interval"),
            Column("tone_high", "To", "score", "upper end of the 95 % interval"),
            Column("n_articles", "Articles", "count", f"articles published in that {unit}"),
        ),
        rows=rows, method=card, source=source,
        chart={"form": "over_time", "name": "outlet", "period": "period", "value": "tone", "low": "tone_low", "high": "tone_high",
               "n": "n_articles", "thin": thin, "axis": AXIS, "what": f"tone by outlet and {unit}", "kind": "score", "unit_of_time": unit},
        places=tone_places(measured, lambda: _with_periods(sentence_tone(measured), dated), ("outlet", "period"), {"outlet": ALL}),
    )  # fmt: skip


def _by_period(dated: pd.DataFrame, names: Sequence[str], every: Sequence[str], thin: int) -> list[list[Any]]:
    """One row per outlet and period; a period without articles keeps its row, one with fewer than `thin` has no interval."""
    groups = {(ALL, period): group for period, group in dated.groupby("period")} | dict(iter(dated.groupby(["outlet", "period"])))
    rows: list[list[Any]] = []
    for outlet in names:
        for period in every:
            group = groups.get((outlet, period))
            if group is None:
                rows.append([outlet, period, None, None, None, 0])
            elif len(group) < max(thin, tables.MIN_FOR_INTERVAL):
                rows.append([outlet, period, float(group["value"].mean()), None, None, len(group)])
            else:
                found = tables.by_outlet(group.assign(outlet=outlet), min_articles=1, outlets=[outlet])[0]
                rows.append([outlet, period, *found[1:5]])
    return rows


def _with_periods(scored: pd.DataFrame, dated: pd.DataFrame) -> list[tuple[pd.DataFrame, dict[str, Any]]]:
    """Sentences with the period of their article."""
    found = scored.merge(dated[["article_id", "version", "period"]], on=["article_id", "version"])
    return [(found, {"period": found["period"]})]


def _periods_apart(compared: list[list[Any]], high: list[Any], low: list[Any], unit: str) -> str:
    """The takeaway about periods over all outlets, true of every two of them."""
    several = len({row[0][:4] for row in compared}) > 1

    def at(row: Sequence[Any]) -> str:
        return f"{shown(round(row[1], 2), 'score')} in {in_words(row[0], unit, with_year=several)}"

    ends = f"means run from {at(low)} to {at(high)}"
    if None in (low[2], high[2]):
        return f"Over all outlets, {ends}; there are too few articles for intervals"
    apart = tables.clearly_apart(compared)
    if apart is None:
        return f"Over all outlets no {unit} differs clearly in tone: {ends}, and all intervals overlap"
    if [row[0] for row in apart] == [high[0], low[0]]:
        return f"Over all outlets {unit}s differ in tone: {ends}, and the intervals of these two do not overlap"
    return f"Over all outlets {unit}s differ in tone: {at(apart[1])} against {at(apart[0])}, whose intervals do not overlap; {ends}"


def arc(measured: Measurements, article_id: str, *, source: str) -> Finding:
    """Tone through one article, sentence by sentence, with whose words each sentence is."""
    card = method(measured, "One value per sentence; a sentence with two voices is scored as a whole.")
    if not article_id:
        question = f"Tone of each sentence from headline to last line, {SCALE}"
        n = {"articles": 0, "sentences": 0}
        return Finding.cannot_say("tone-arc", question, "no article has a sentence with a tone", n=n, source=source, method=card)
    article = measured.articles.set_index("article_id").loc[article_id]
    scored = sentence_tone(measured, parts=("headline", "standfirst", "body"))
    mine = scored[scored["article_id"] == article_id].sort_values("start")
    voices = measured.rows("sentences", "sentences").set_index(["article_id", "version", "sentence"])["voice"]
    voice = [voices[(r.article_id, r.version, r.sentence)] for r in mine.itertuples()]
    rows = [
        [number, value, who, part]
        for number, (value, who, part) in enumerate(zip(mine["value"], voice, mine["part"], strict=True), start=1)
    ]
    quiet = f"; {sum(mine['n'] == 0)} of {len(rows)} sentences hold no word of the list" if way(measured) == LIST else ""
    name = f"“{article['headline']}” ({article['outlet']})"
    return Finding(
        id="tone-arc",
        takeaway=_lowest(name, rows),
        subtitle=f"Tone of each sentence from headline to last line, {SCALE}{quiet}",
        n={"articles": 1, "sentences": len(rows)},
        interval="none: this is one article, not a sample",
        columns=(
            Column("place", "Sentence", "count", "its place in the article, from 1"),
            Column("tone", "Tone", "score", "tone of the whole sentence, −1 to +1"),
            Column("voice", "Whose words", "text", "outlet, quoted, reported (said without quotation marks), or two voices (mixed)"),
            Column("part", "Part", "text", "headline, standfirst or body"),
        ),
        rows=rows,
        method=card, source=source,
        chart={"form": "tone_arc", "position": "place", "value": "tone", "voice": "voice", "part": "part", "axis": AXIS,
               "what": "tone through one article"},
        examples=examples(measured, mine),
        examples_rule=f"the highest and the lowest sentence, and the one nearest the mean, of this article's sentences{of_which(measured)}",
        places=tone_places(measured, lambda: [(mine, {"place": range(1, len(mine) + 1)})], ("place",)),
    )  # fmt: skip


def _lowest(name: str, rows: list[list[Any]]) -> str:
    """The takeaway about one article: where its tone is lowest, all sentences that are equal to the reader's eye."""
    low = min(round(row[1], 2) for row in rows)
    there = [row[0] for row in rows if round(row[1], 2) == low]
    if low == max(round(row[1], 2) for row in rows):
        return f"The tone of {name} is {shown(low, 'score')} in all {len(rows)} sentences"
    if len(there) > 3:
        return f"The tone of {name} is lowest ({shown(low, 'score')}) in {len(there)} of {len(rows)} sentences, first in sentence {there[0]}"
    sentences = f"sentence{'s' if len(there) > 1 else ''} {tables.listed([str(place) for place in there])}"
    return f"The tone of {name} is lowest in {sentences} of {len(rows)} ({shown(low, 'score')})"


def longest_article(measured: Measurements) -> str:
    """The article with the most analysed sentences: a rule that nobody chose for effect; empty when no article has one."""
    counts = article_tone(measured).sort_values(["n", "article_id"], ascending=[False, True])
    return str(counts.iloc[0]["article_id"]) if len(counts) else ""
