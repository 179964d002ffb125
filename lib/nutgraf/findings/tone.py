"""Findings about tone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nutgraf.compare.intervals import DRAWS, bootstrap_mean
from nutgraf.findings.evidence import cite, span_table
from nutgraf.findings.finding import Column, Finding, Method, shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

INTERVAL = f"95 % of {DRAWS:,} resamples of whole articles, copies of one text drawn together"
FAILURES = (
    "Words of the topic count as tone: a report of a strike or an illness scores as hostile.",
    "Irony, understatement and who is meant are not seen.",
)


def article_tone(measured: Measurements, voice: str = "all", parts: tuple[str, ...] = ("body",)) -> pd.DataFrame:
    """Mean sentence tone of each article.

    Args:
        measured: With the measure ``tone``.
        voice: all, outlet or quoted.
        parts: Parts of the article whose sentences count.

    Returns:
        One row per article with at least one such sentence: article_id, version, outlet, cluster_id, published_at, tone, n
        (sentences).
    """
    scores = measured.rows("scores", "tone")
    scores = scores[(scores["voice"] == voice) & (scores["status"] == "ok")]
    sentences = measured.rows("sentences", "sentences")
    sentences = sentences[sentences["part"].isin(parts)][["article_id", "version", "sentence"]]
    scored = scores.merge(sentences, on=["article_id", "version", "sentence"])
    means = scored.groupby(["article_id", "version"], as_index=False).agg(tone=("value", "mean"), n=("value", "size"))
    about = measured.articles[["article_id", "version", "outlet", "cluster_id", "published_at"]]
    return means.merge(about, on=["article_id", "version"])


def by_outlet(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Tone of body sentences by outlet, with intervals.

    Args:
        measured: With the measure ``tone``.
        min_articles: Outlets with fewer are shown as not assessable.
        source: Source line.
    """
    means = article_tone(measured)
    method = Method(
        text="Each sentence of the body gets a tone by a word list with rules; an article's tone is the mean of its sentences, "
        "an outlet's the mean of its articles.",
        measures=("tone",),
        known_failures=FAILURES,
        versions=measured.versions,
    )
    n = {"articles": len(means), "sentences": int(means["n"].sum()), "outlets": int(means["outlet"].nunique())}
    question = "Tone of body sentences, −1 hostile to +1 friendly, mean over articles"
    rows: list[list[Any]] = []
    for outlet, group in means.groupby("outlet"):
        if len(group) < min_articles:
            rows.append([outlet, None, None, None, len(group), f"{len(group)} articles, {min_articles} needed"])
            continue
        mean = bootstrap_mean(group["tone"].tolist(), group["cluster_id"].tolist())
        rows.append([outlet, mean.mean, mean.low, mean.high, len(group), None])
    assessed = [row for row in rows if row[1] is not None]
    if len(assessed) < 2:
        return Finding.cannot_say(
            "tone-by-outlet", question, f"{len(assessed)} outlets have {min_articles} articles or more, 2 needed",
            n=n, source=source, method=method,
        )  # fmt: skip
    rows.sort(key=lambda row: (row[1] is None, -(row[1] or 0), row[0]))
    high, low = max(assessed, key=lambda row: row[1]), min(assessed, key=lambda row: row[1])
    overlap = high[2] <= low[3]
    takeaway = (
        f"{high[0]} has the friendliest sentences ({shown(round(high[1], 2), 'score')}), {low[0]} the most hostile "
        f"({shown(round(low[1], 2), 'score')})" + (", but their intervals overlap" if overlap else "")
    )
    return Finding(
        id="tone-by-outlet",
        takeaway=takeaway,
        subtitle=f"{question}; {measured.selection.described}",
        n=n,
        interval=INTERVAL,
        columns=(
            Column("outlet", "Outlet", "text"),
            Column("tone", "Tone", "score", "mean over articles of the mean over sentences, −1 to +1"),
            Column("tone_low", "From", "score", "lower end of the interval"),
            Column("tone_high", "To", "score", "upper end of the interval"),
            Column("n_articles", "Articles", "count"),
            Column("note", "Note", "text"),
        ),
        rows=rows,
        method=method,
        source=source,
        chart={
            "form": "interval_dots", "name": "outlet", "value": "tone", "low": "tone_low", "high": "tone_high",
            "n": "n_articles", "what": "tone by outlet", "axis": "Tone of the sentence, −1 hostile to +1 friendly",
        },
        evidence=_extremes(measured),
        evidence_rule="highest and lowest sentence and the one nearest the mean, of all body sentences with a counted word",
        evidence_table=span_table(measured, "tone", ["tone_word"]),
    )  # fmt: skip


def _extremes(measured: Measurements) -> tuple:
    scores = measured.rows("scores", "tone")
    scores = scores[(scores["voice"] == "all") & (scores["status"] == "ok") & (scores["n"] > 0)]
    sentences = measured.rows("sentences", "sentences")
    sentences = sentences[sentences["part"] == "body"][["article_id", "version", "sentence", "start", "end"]]
    scored = scores.merge(sentences, on=["article_id", "version", "sentence"]).sort_values(
        ["value", "article_id", "sentence"], ignore_index=True
    )
    if scored.empty:
        return ()
    middle = (scored["value"] - scored["value"].mean()).abs().idxmin()
    spans = measured.rows("spans", "tone")
    chosen = {"highest": len(scored) - 1, "typical": middle, "lowest": 0}
    found = []
    for role, position in chosen.items():
        row = scored.loc[position]
        here = spans[(spans["article_id"] == row["article_id"]) & (spans["version"] == row["version"])]
        found.append(cite(measured, row, here[here["sentence"] == row["sentence"]], role))
    return tuple(found)
