"""Findings about what came in: what was read, kept and set aside, by whom and when. They count everything, so they have no interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nutgraf.desk import Selection
from nutgraf.findings import coded, places, tables
from nutgraf.findings.by_hand import counts, told
from nutgraf.findings.copied import NO_INTERVAL, copies
from nutgraf.findings.finding import Column, Finding, Method
from nutgraf.findings.periods import periods
from nutgraf.findings.places import Places, whole

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

#: A figure by outlet and time shows so many periods.
SHOWN_PERIODS = 12
__all__ = [
    "attrition", "copies", "dates", "languages", "other_choices", "over_time", "provenance", "received", "set_aside",
]  # fmt: skip


def _of_articles(articles: pd.DataFrame, build: Callable[[], pd.DataFrame], *keys: str) -> Places:
    """Whole articles as places, tied by some keys."""
    return Places(build, lambda: places.about(articles), keys)


def _named(articles: pd.DataFrame) -> pd.Series:
    return articles["outlet"].fillna(places.UNKNOWN_OUTLET)


def received(articles: pd.DataFrame, *, source: str) -> Finding:
    """What each outlet sent, and what of it can be analysed.

    Args:
        articles: From `Workbench.articles`.
        source: Source line.
    """
    newest = articles.loc[articles["is_newest"], ["article_id", "outlet", "status", "completeness", "published_on"]]
    groups = dict(iter(newest.groupby(_named(newest))))
    rows: list[list[Any]] = []
    for outlet in tables.outlets_of(newest):
        mine = groups[outlet]
        kept = mine[mine["status"] == "kept"]
        full = kept[kept["completeness"] == "full"]
        rows.append(
            [outlet, len(mine), len(full), len(kept) - len(full), len(mine) - len(kept), int(full["published_on"].isna().sum()),
             int(articles["article_id"].isin(mine["article_id"]).sum()) - len(mine)]
        )  # fmt: skip
    rows.sort(key=lambda row: (-row[1], row[0]))
    read, full = sum(row[1] for row in rows), sum(row[2] for row in rows)
    method = Method(
        text="Each article counts once, in its newest version. “Full text” is what analyses use; summaries are feed entries whose page "
        "was not captured; “set aside” is what could not be read as an article, each with its reason below.",
    )
    n = {"articles": read, "versions": len(articles), "outlets": len(rows)}
    if not rows:
        return Finding.cannot_say("received", "What came in", "no article was read", n=n, source=source, method=method)
    return Finding(
        id="received",
        takeaway=f"{full:,} of {read:,} articles came in with their full text",
        subtitle="Articles by outlet, newest version of each",
        n=n, interval=NO_INTERVAL,
        columns=(
            Column("outlet", "Outlet", "text"),
            Column("n_read", "Read", "count", "articles seen, newest version of each"),
            Column("n_full", "Full text", "count", "kept, with the whole article"),
            Column("n_summary", "Summary only", "count", "kept, but only a summary or the first lines"),
            Column("n_set_aside", "Set aside", "count", "quarantined, with a reason"),
            Column("n_undated", "No date", "count", "full texts without a date of publication; they are in no window of days"),
            Column("n_older_versions", "Older versions", "count", "earlier texts of the same articles"),
        ),
        rows=rows, method=method, source=source,
        chart={"form": "count_bars", "name": "outlet", "value": "n_full", "what": "full texts by outlet",
               "axis": "Articles with full text"},
        places=_of_articles(articles, lambda: _received(articles), "outlet"),
    )  # fmt: skip


def _received(articles: pd.DataFrame) -> pd.DataFrame:
    """Every version, with the counts of its row that it belongs to. An older version counts with the outlet of the newest."""
    newest = articles["is_newest"]
    kept = newest & (articles["status"] == "kept")
    full = kept & (articles["completeness"] == "full")
    counted = places.counted_in(
        n_read=newest, n_full=full, n_summary=kept & ~full, n_set_aside=newest & ~kept, n_undated=full & articles["published_on"].isna(),
        n_older_versions=~newest,
    )  # fmt: skip
    return whole(articles, counts_in=counted)


def set_aside(articles: pd.DataFrame, *, source: str) -> Finding:
    """Every article that no analysis uses, and why."""
    newest = articles[articles["is_newest"]].copy()
    newest["why"] = newest["status_reason"].where(newest["status"] != "kept")
    summary = (newest["status"] == "kept") & (newest["completeness"] != "full")
    newest.loc[summary, "why"] = "only a summary, no full text"
    out = newest[newest["why"].notna()].sort_values(["why", "outlet", "record_key"])
    method = Method(text="Nothing is deleted: such an article stays in the table with its reason and can be read again later.")
    n = {"articles": len(newest), "set aside": len(out)}
    takeaway = (
        f"{tables.counted(len(out), 'article')} of {len(newest):,} cannot be analysed as full texts, each for a stated reason"
        if len(out)
        else f"None of {tables.counted(len(newest), 'article')} was set aside"
    )
    return Finding(
        id="set-aside", takeaway=takeaway, subtitle="Articles kept out of analyses, with the reason", n=n, interval=NO_INTERVAL,
        columns=(Column("outlet", "Outlet", "text"), Column("headline", "Headline or file", "text"),
                 Column("why", "Reason", "text")),
        rows=[list(row) for row in zip(_named(out), out["headline"].fillna(out["record_key"]), out["why"], strict=True)],
        method=method, source=source, places=_of_articles(out, lambda: _set_aside(out), "outlet", "headline", "why"),
    )  # fmt: skip


def _set_aside(out: pd.DataFrame) -> pd.DataFrame:
    return whole(out, rule=out["why"], headline=out["headline"].fillna(out["record_key"]), why=out["why"])


def attrition(selection: Selection, *, source: str) -> Finding:
    """From every article read to those analysed, step by step."""
    rows = [[label, out, left] for label, out, left in selection.attrition]
    first, last, put_right = rows[0][2], rows[-1][2], counts(selection)
    return Finding(
        id="attrition",
        takeaway=f"{last:,} of {first:,} articles are analysed here" + (f"; put right by hand: {put_right}" if put_right else ""),
        subtitle=f"Which articles this analysis sees: {selection.described}",
        n={"articles": last}, interval=NO_INTERVAL,
        columns=(Column("step", "Step", "text"), Column("n_left_out", "Left out", "count"), Column("n_left", "Left", "count")),
        rows=rows,
        method=Method(
            text="The steps are applied in this order, and an article is counted at the first that leaves it out."
            + (f" Put right by hand, while the tables keep what was read: {told(selection)}." if put_right else ""),
        ),
        source=source, places=Places(lambda: _steps(selection), lambda: _everything(selection), ("step",)),
    )  # fmt: skip


def _everything(selection: Selection) -> pd.DataFrame:
    """The chosen articles and those left out, each with the number of the step that did it; the chosen have none."""
    import pandas as pd

    numbers = {label: number for number, (label, _, _) in enumerate(selection.attrition)}
    left_out = selection.left_out.to_pandas()
    left_out["number"] = left_out["step"].map(numbers)
    found = pd.concat([selection.articles.to_pandas().assign(number=len(numbers)), left_out], ignore_index=True)
    sizes = selection.sizes()
    found["n_characters"] = [sizes[key] for key in zip(found["article_id"], found["version"], strict=True)]
    return places.about(found.assign(published_on=tables.days(found["published_at"], selection.timezone)))


def _steps(selection: Selection) -> pd.DataFrame:
    """For each step the articles it leaves out and those it leaves."""
    import pandas as pd

    everything = _everything(selection)
    found = []
    for number, (label, _, _) in enumerate(selection.attrition):
        still = everything[everything["number"] >= number]
        counted = (still["number"] == number).map({True: "n_left_out", False: "n_left"})
        found.append(whole(still, step=label, counts_in=counted))
    return pd.concat(found, ignore_index=True)


def over_time(selection: Selection, *, timezone: str, source: str) -> Finding:
    """How many articles each outlet published, by week, month, quarter or year, whichever is short enough to be read.

    Outlets beyond those with most articles are counted together.
    """
    articles = selection.articles.to_pandas()
    found = periods(articles["published_at"], timezone, most=SHOWN_PERIODS)
    articles["period"] = found.starts
    dated = articles[articles["period"].notna()]
    n = {"articles": len(dated), "outlets": _named(dated).nunique()}
    method = Method(text=found.rule)
    if dated.empty:
        question = "Articles by outlet and date"
        return Finding.cannot_say("articles-over-time", question, "no article has a date", n=n, source=source, method=method)
    names = _named(dated)
    totals = names.value_counts()
    most = sorted(totals[totals == totals.max()].index)
    shown = tables.largest(totals.to_dict(), tables.SHOWN_OUTLETS)
    rest = f"{len(totals) - len(shown):,} other outlets"
    group = {name: name if name in shown else rest for name in totals.index}
    counts = dated.groupby([names.map(group), "period"]).size()
    rows = [
        [outlet, period, int(counts.get((outlet, period), 0))]
        for outlet in [*sorted(shown), *([rest] if len(totals) > len(shown) else [])]
        for period in found.all
    ]
    what = f"articles by outlet and {found.unit}"
    bars = {"form": "count_bars", "name": "outlet_group", "value": "n_articles", "group": "period", "axis": "Articles"}
    cells = {"form": "heat_map", "row": "outlet_group", "column": "period", "value": "n_articles", "n": "n_articles", "kind": "count"}
    return Finding(
        id="articles-over-time",
        takeaway=f"Of {len(dated):,} articles with a date here, most are from {tables.listed(most)}: {totals.max():,}"
        + (" each" if len(most) > 1 else ""),
        subtitle=f"Articles by outlet and {found.unit}; {selection.described}",
        n=n, interval=NO_INTERVAL,
        columns=(Column("outlet_group", "Outlet", "text", "an outlet, or the others together"),
                 Column("period", found.label, "date", "its first day"), Column("n_articles", "Articles", "count")),
        rows=rows, method=method, source=source,
        chart={**(bars if len(found.all) <= 8 else cells), "unit_of_time": found.unit, "what": what},
        places=Places(lambda: _in_periods(selection, timezone, group), lambda: _everything(selection), ("outlet_group", "period")),
    )  # fmt: skip


def _in_periods(selection: Selection, timezone: str, group: Mapping[str, str]) -> pd.DataFrame:
    chosen = _everything(selection)
    chosen = chosen[chosen["number"] == len(selection.attrition)]
    starts = periods(chosen["published_at"], timezone, most=SHOWN_PERIODS).starts
    dated = chosen[starts.notna()]
    return whole(dated, period=starts[starts.notna()], outlet_group=_named(dated).map(group))


def dates(articles: pd.DataFrame, *, source: str) -> Finding:
    """Where dates of publication were read, and how exact they are."""
    kept = articles[articles["is_newest"] & (articles["status"] == "kept")]
    named = kept.assign(place=kept["published_from"].fillna("no date found"))
    rows = [
        [place, len(group), int((group["published_precision"] == "minute").sum()), int(group["published_offset"].notna().sum())]
        for place, group in named.groupby("place")
    ]
    rows.sort(key=lambda row: (-row[1], row[0]))
    dated = int(kept["published_at"].notna().sum())
    return Finding(
        id="dates", takeaway=f"{dated:,} of {len(kept):,} articles carry a date of publication",
        subtitle="Where the date of publication was read",
        n={"articles": len(kept)}, interval=NO_INTERVAL,
        columns=(Column("published_from", "Read from", "text"), Column("n_articles", "Articles", "count"),
                 Column("n_to_the_minute", "To the minute", "count"), Column("n_with_zone", "With a time zone", "count")),
        rows=rows,
        method=Method(text="A time without a zone is taken as the desk's own; a day without a time is kept as a day."),
        source=source, places=_of_articles(kept, lambda: _dated(named), "published_from"),
    )  # fmt: skip


def _dated(named: pd.DataFrame) -> pd.DataFrame:
    counted = places.counted_in(
        n_articles=named["status"] == "kept", n_to_the_minute=named["published_precision"] == "minute",
        n_with_zone=named["published_offset"].notna(),
    )  # fmt: skip
    return whole(named, published_from=named["place"], counts_in=counted)


def languages(articles: pd.DataFrame, *, source: str) -> Finding:
    """In which languages the articles are written; only English is measured."""
    kept = articles[articles["is_newest"] & (articles["status"] == "kept")]
    named = kept["language"].fillna("too short to tell")
    counts = named.value_counts()
    rows = sorted(([str(name), int(count)] for name, count in counts.items()), key=lambda row: (-row[1], row[0]))
    other = sum(count for name, count in rows if name not in ("en", "too short to tell"))
    takeaway = (
        f"{tables.counted(other, 'article')} of {len(kept):,} in another language than English, and not measured"
        if other
        else f"All {len(kept):,} articles are in English or too short to tell"
    )
    return Finding(
        id="languages", takeaway=takeaway, subtitle="Language of the text, found in the text itself",
        n={"articles": len(kept)}, interval=NO_INTERVAL,
        columns=(Column("language", "Language", "text", "two-letter code"), Column("n_articles", "Articles", "count")),
        rows=rows,
        method=Method(text="Found with py3langid from the first 1,500 characters; below 60 characters nothing is said."),
        source=source, places=_of_articles(kept, lambda: whole(kept, language=named), "language"),
    )  # fmt: skip


def other_choices(selections: dict[str, Selection], *, source: str) -> Finding:
    """How many articles would be analysed under other rules."""
    rows = [[name, len(selection)] for name, selection in selections.items()]
    least, most = min(row[1] for row in rows), max(row[1] for row in rows)
    range_of = f"between {least:,} and {most:,} articles" if least < most else tables.counted(least, "article")
    return Finding(
        id="other-choices",
        takeaway=f"Under these rules {range_of} would be analysed",
        subtitle="Articles analysed under other rules", n={"articles": rows[0][1], "rules": len(rows)}, interval=NO_INTERVAL,
        columns=(Column("rule", "Rule", "text"), Column("n_articles", "Articles", "count")), rows=rows,
        method=Method(text="One rule is changed at a time; the rest stays as above."), source=source,
        places=Places(lambda: _chosen(selections), lambda: _all_chosen(selections), ("rule",)),
    )  # fmt: skip


def _chosen(selections: dict[str, Selection]) -> pd.DataFrame:
    """The articles chosen under each rule."""
    import pandas as pd

    found = []
    for name, selection in selections.items():
        everything = _everything(selection)
        found.append(whole(everything[everything["number"] == len(selection.attrition)]).assign(rule=name))
    return pd.concat(found, ignore_index=True)


def _all_chosen(selections: dict[str, Selection]) -> pd.DataFrame:
    import pandas as pd

    found = pd.concat([_everything(selection) for selection in selections.values()], ignore_index=True)
    return found.drop_duplicates(["article_id", "version"])


def provenance(measured: Measurements, *, source: str) -> Finding:
    """What the figures rest on: rows of this analysis by table. Versions and hashes travel in the output's metadata."""
    counts = {"articles": len(measured.articles)} | {
        table: sum(len(measured.rows(table, name)) for name in measured.versions) for table in ("sentences", "spans", "scores")
    }
    return Finding(
        id="provenance",
        takeaway=f"Behind this page stand {tables.counted(counts['articles'], 'article')} with "
        f"{tables.counted(counts['sentences'], 'sentence')}, {tables.counted(counts['spans'], 'marked place')} "
        f"and {tables.counted(counts['scores'], 'score')}",
        subtitle="Rows behind this page, by table of the desk", n=counts, interval=NO_INTERVAL,
        columns=(Column("table", "Table", "text"), Column("n_rows", "Rows", "count")),
        rows=[[name, count] for name, count in counts.items()],
        method=Method(
            text="Each measure's version is a hash over its code, word lists and settings; it stands with the figures it made.",
            measures=tuple(measured.versions), versions=measured.versions,
        ),
        source=source, places=places.of_measured(measured, lambda: _rows_behind(measured), ("table",)),
    )  # fmt: skip


def _rows_behind(measured: Measurements) -> pd.DataFrame:
    """Every row as a place: of a score the sentence it is about, or its article."""
    columns = ["article_id", "version", "sentence", "start", "end"]
    articles = measured.articles[["article_id", "version"]]
    sentences = coded.stacked([measured.rows("sentences", name)[columns] for name in measured.versions])
    read = {"kind": places.SENTENCE, "rule": "read as a sentence", "measure": "sentences", "table": "sentences"}
    behind = whole(articles, end=places.lengths(measured, articles))
    found = [places.constants(behind, table="articles"), places.constants(sentences, **read)]
    for name in measured.versions:
        spans = measured.rows("spans", name)
        found.append(places.constants(spans[[*columns, "kind", "label", "rule"]], measure=name, table="spans"))
        scores = measured.rows("scores", name)
        scores = scores.assign(rule=coded.paired(scores["dimension"], ", voice: ", scores["voice"]))
        placed = _placed(measured, scores, sentences)[[*columns, "value", "label", "rule"]]
        found.append(places.constants(placed, kind="score", measure=name, table="scores"))
    return coded.stacked([frame for frame in found if len(frame)] or found[:1])


def _placed(measured: Measurements, scores: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Scores with start and end: of the sentence each is about, or of its article."""
    import numpy as np

    position = places.positions(scores, sentences)
    starts, ends = np.append(sentences["start"].to_numpy(), 0), np.append(sentences["end"].to_numpy(), 0)
    whole_texts = places.lengths(measured, scores)
    return scores.assign(start=starts[position], end=np.where(position < 0, whole_texts, ends[position]))
