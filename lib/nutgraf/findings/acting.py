"""Findings about who acts: how often an outlet says in its own words that something was done, and how often it leaves open by whom.

Passives ("the road was closed") as the measure ``grammar`` finds them. Only an outlet's own words count: in sentences that are the outlet's, or the
outlet's and somebody else's, what is neither quoted nor reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nutgraf.findings import coded, places, tables, voices
from nutgraf.findings.evidence import first_shown
from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.findings.speaking import cannot_say, described, dots
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

ID = "grammar"
SHOWN = 12
#: A reader counts in hundreds.
PER = 100
FAILURES = (
    "A participle that has become an adjective is often counted: “the school was closed” may say how it was, not what was done to it.",
    "Who acted can stand in another sentence, or be plain to every reader, and still count as not said.",
    "A passive is often the plain way to say it, and no sign of anything hidden.",
)
_HOW = (
    "A passive says that something was done: “the road was closed”, “three men got arrested”, “the dam built in 1990”. Who did it is said when “by” "
    "brings it in: “closed by the council”. Both are found by rules on sentences taken apart by a computer (spaCy). Only the outlet's own words "
    "count, neither what it quotes nor what it reports others as saying. "
)
_KEY = ["article_id", "version"]


def own_sentences(measured: Measurements) -> pd.DataFrame:
    """The analysed sentences in which an outlet speaks itself, alone or beside others, of articles that could be assessed."""
    found = voices.assessed_sentences(measured, ID)
    return found[found["voice"].isin(["outlet", "mixed"])].reset_index(drop=True)


def passives(measured: Measurements) -> pd.DataFrame:
    """The passives in an outlet's own words.

    Args:
        measured: With the measures ``attribution`` and ``grammar``.

    Returns:
        One row per passive: article_id, version, sentence, start, end, kind, value (base form), label (be, get or reduced), group_id, rule, outlet,
        drawn_with, has_agent (the text says by whom) and ``at``, its sentence's position in `own_sentences`.
    """

    def made() -> pd.DataFrame:
        spans = measured.rows("spans", ID)
        agents = spans[spans["kind"] == "agent"]
        found = spans[spans["kind"] == "passive"].reset_index(drop=True)
        own = own_sentences(measured)
        at = places.positions(found, own)
        found = found.assign(at=at, has_agent=places.is_in(found, agents, [*_KEY, "group_id"]))
        found = found[(at >= 0) & (voices.of_spans(measured, found) == "outlet")].reset_index(drop=True)
        return found.assign(outlet=own["outlet"].to_numpy()[found["at"]], drawn_with=own["drawn_with"].to_numpy()[found["at"]])

    return measured.once(("passives",), made)


def by_outlet(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Passives in each outlet's own words, per 100 of its sentences.

    Args:
        measured: With the measures ``attribution`` and ``grammar``.
        min_articles: Outlets with fewer articles are shown as not assessable.
        source: Source line.
    """
    own, found = own_sentences(measured), passives(measured)
    outlets = tables.outlets_of(measured.articles)
    rows = tables.ratios_by_outlet(_per_article(measured, found, own), min_articles=min_articles, outlets=outlets, per=PER)
    question = "Passives (“was closed”) per 100 sentences in which the outlet speaks itself"
    card = _method(measured, "The figure is the number of passives by the number of sentences in which the outlet speaks itself, times 100.")
    assessed = [row for row in rows if row[1] is not None]
    if not assessed:
        return cannot_say(measured, "who-acts", question, min_articles, source=source, card=card, measure=ID)
    return Finding(
        id="who-acts", takeaway=_often(assessed), margin=tables.margins(tables.first_and_last(assessed), "rate"),
        subtitle=described(measured, question, ID), n=_counts(measured, found, own), interval=tables.ratio_interval(measured),
        columns=(
            Column("outlet", "Outlet", "text"),
            *tables.figure("passives", "Per 100 sentences", "rate", "passives per 100 sentences in which the outlet speaks itself"),
            Column("n_passives", "Passives", "count", "passives in the outlet's own words"),
            Column("n_sentences", "Sentences", "count", "sentences in which the outlet speaks itself, alone or beside others"),
            Column("n_articles", "Articles", "count", "articles behind the row"), tables.NOTE,
        ),
        rows=rows, method=card, source=source,
        chart=dots("passives", "passives per 100 sentences, by outlet", "Passives per 100 sentences in which the outlet speaks itself", kind="rate"),
        places=places.of_measured(measured, lambda: _counted(found, own), ("outlet",)),
    )  # fmt: skip


def _often(assessed: list[list[Any]]) -> str:
    if len(assessed) == 1:
        said = f"Something “was done” {shown(round(assessed[0][1], 1), 'rate')} times in 100 of {assessed[0][0]}'s own sentences"
        return f"{said}; {tables.ALONE}"
    reach, said = tables.spread(assessed, "rate", "times in 100 of an outlet's own sentences")
    return f"Something “was done” {reach}; {said}"


def without_agent(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """The share of passives in each outlet's own words that do not say who acted."""
    found = passives(measured)
    values = _sums(measured, found.assign(part=(~found["has_agent"]).astype(int), whole=1))
    rows = tables.ratios_by_outlet(
        values, min_articles=min_articles, outlets=tables.outlets_of(measured.articles), unit="article with a passive of its own"
    )  # fmt: skip
    question = "Share of the passives in an outlet's own words that do not say who acted"
    card = _method(measured, "The share is of the passives in the outlet's own words.")
    assessed = [row for row in rows if row[1] is not None]
    if not assessed:
        which = " with a passive of its own"
        return cannot_say(measured, "who-is-not-said", question, min_articles, source=source, card=card, what=which, measure=ID)
    return Finding(
        id="who-is-not-said", takeaway=_unsaid(assessed), margin=tables.margins(tables.first_and_last(assessed), "share"),
        subtitle=described(measured, question, ID),
        n={"passives": len(found), **{name: n for name, n in _counts(measured, found, found).items() if name not in ("passives", "sentences")}},
        interval=tables.ratio_interval(measured),
        columns=(
            Column("outlet", "Outlet", "text"),
            *tables.figure("share", "Actor not said", "share", "share of the passives without “by” and an actor"),
            Column("n_unsaid", "Without actor", "count", "passives that do not say who acted"),
            Column("n_passives", "Passives", "count", "passives in the outlet's own words"),
            Column("n_articles", "Articles", "count", "articles with such a passive"), tables.NOTE,
        ),
        rows=rows, method=card, source=source,
        chart=dots("share", "passives that do not say by whom, by outlet", "Share of the passives in the outlet's own words that do not say by whom"),
        places=places.of_measured(measured, lambda: _told(found, ~found["has_agent"]), ("outlet",)),
    )  # fmt: skip


def _unsaid(assessed: list[list[Any]]) -> str:
    if len(assessed) == 1:
        return f"Who acted is not said in {shown(round(assessed[0][1], 3), 'share')} of {assessed[0][0]}'s passives; {tables.ALONE}"
    reach, said = tables.spread(assessed, "share", "of passives")
    return f"Who acted is not said in {reach}; {said}"


def verbs(measured: Measurements, *, source: str) -> Finding:
    """The verbs that outlets use most often, in their own words, without saying who acted."""
    found = passives(measured)
    unsaid = found[~found["has_agent"]]
    names = _participles(measured, found)
    rows = []
    for verb, mine in unsaid.groupby("value", observed=True):
        of_all = found[found["value"] == verb]
        rows.append([names[str(verb)], len(mine), len(of_all), mine["article_id"].nunique(), mine["outlet"].nunique()])
    rows.sort(key=lambda row: (-row[1], row[0]))
    question = "Passives in outlets' own words that do not say who acted, by verb"
    card = _method(measured, "All outlets together; a verb is shown as it is most often written in a passive.")
    lacking = len(voices.not_assessed(measured, ID))
    n = {"passives without actor": len(unsaid), "verbs": len(rows), "not assessed": lacking}
    if not rows:
        reason = voices.why_not(voices.not_assessed(measured, ID)) or "no such passive was found"
        return Finding.cannot_say("verbs-without-actor", question, reason, n=n, source=source, method=card)
    kept = rows[:SHOWN]
    by_name = {name: verb for verb, name in names.items()}
    return Finding(
        id="verbs-without-actor", takeaway=_commonest(rows), subtitle=described(measured, f"{question}; the {len(kept):,} most frequent", ID), n=n,
        interval="no interval: every passive is counted, none is sampled",
        columns=(
            Column("verb", "Verb", "text", "the verb as a passive has it"),
            Column("n_unsaid", "Without actor", "count", "passives that do not say who acted"),
            Column("n_passives", "All", "count", "all passives of the verb"),
            Column("n_articles", "Articles", "count", "articles with such a passive without actor"),
            Column("n_outlets", "Outlets", "count", "their outlets"),
        ),
        rows=kept, method=card, source=source,
        chart={"form": "count_bars", "name": "verb", "value": "n_unsaid", "what": "passives without actor, by verb",
               "axis": "Passives that do not say by whom"},
        examples=_typical(measured, unsaid, {name: by_name[name] for name, *_ in kept[:4]}),
        examples_rule="for each of the four verbs most often so used, the first sentence, by date, that shows it within 25 words",
        places=places.of_measured(measured, lambda: _by_verb(found, names, {row[0] for row in kept}), ("verb",)),
    )  # fmt: skip


def _commonest(rows: list[list[Any]]) -> str:
    most = [row for row in rows if row[1] == rows[0][1]]
    if len(most) > 3:
        return f"No verb stands out: {len(most):,} are used {tables.counted(most[0][1], 'time')} each without saying by whom"
    times = f"{tables.counted(most[0][1], 'time')}{' each' if len(most) > 1 else ''}"
    return f"{tables.listed([f'“{row[0]}”' for row in most])} {'is' if len(most) == 1 else 'are'} used most often without saying by whom, {times}"


def _participles(measured: Measurements, found: pd.DataFrame) -> dict[str, str]:
    """How each verb is most often written, such as ``was closed``, by its base form; where two are written alike, with the base form beside it."""
    texts = measured.texts
    columns = zip(found["article_id"], found["version"], found["start"], found["end"], strict=True)
    written = found[["value"]].astype(object).assign(text=[texts[(article, version)][start:end].lower() for article, version, start, end in columns])
    counts = written.groupby(["value", "text"]).size().reset_index(name="n").sort_values(["value", "n", "text"], ascending=[True, False, True])
    names = dict(counts.drop_duplicates("value")[["value", "text"]].itertuples(index=False))
    twice = {name for name in names.values() if list(names.values()).count(name) > 1}
    return {verb: f"was {name} ({verb})" if name in twice else f"was {name}" for verb, name in names.items()}


# What they share ------------------------------------------------------------------------------------------------------------


def _sums(measured: Measurements, counted: pd.DataFrame) -> pd.DataFrame:
    values = counted.groupby(_KEY, observed=True, as_index=False)[["part", "whole"]].sum()
    return places.with_outlet(measured, values, "drawn_with")


def _per_article(measured: Measurements, found: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Passives and sentences of each article: part, whole, outlet and drawn_with."""
    n = found["at"].value_counts()
    return _sums(measured, own[_KEY].assign(part=[int(n.get(at, 0)) for at in range(len(own))], whole=1))


def _counted(found: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Sentences as places, and the passives in them."""
    sentences = places.scored_sentences(own.assign(value=float("nan")), ID, label=own["voice"])
    sentences = sentences.assign(rule="the outlet speaks in it", counts_in="passives passives_low passives_high n_sentences n_articles")
    return coded.stacked([sentences, _spans(found).assign(counts_in="passives passives_low passives_high n_passives")])


def _told(found: pd.DataFrame, unsaid: pd.Series) -> pd.DataFrame:
    """Passives as places, told apart by whether they say who acted."""
    every = "share share_low share_high n_passives n_articles"
    return _spans(found).assign(counts_in=unsaid.map({True: f"{every} n_unsaid", False: every}))


def _by_verb(found: pd.DataFrame, names: Mapping[str, str], kept: set[str]) -> pd.DataFrame:
    verb = coded.mapped(found["value"], lambda base: names.get(base, base))
    counts_in = found["has_agent"].map({True: "n_passives", False: "n_unsaid n_passives n_articles n_outlets"})
    placed = _spans(found).assign(verb=verb, counts_in=counts_in)
    return placed[placed["verb"].isin(kept)]


def _spans(found: pd.DataFrame) -> pd.DataFrame:
    label = found["has_agent"].map({True: "says by whom", False: "does not say by whom"})
    return places.constants(found[[*_KEY, "sentence", "start", "end", "kind", "rule"]].assign(label=label), measure=ID)


def _typical(measured: Measurements, unsaid: pd.DataFrame, wanted: Mapping[str, str]) -> tuple[Evidence, ...]:
    own, chosen = own_sentences(measured), []
    ordered = measured.beside(unsaid, "published_at").sort_values(["published_at", "article_id", "start"])
    for name, verb in wanted.items():
        mine = ordered[ordered["value"] == verb]
        rows = own.iloc[mine["at"].drop_duplicates().to_numpy()].to_dict("records")
        chosen += first_shown(measured, rows, lambda row, mine=mine: mine[places.is_in(mine, _frame(row))], name)
    return tuple(chosen)


def _frame(row: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([{name: row[name] for name in (*_KEY, "sentence")}])


def _method(measured: Measurements, text: str) -> Method:
    return Method(text=_HOW + text, measures=(ID,), known_failures=FAILURES, versions=measured.versions)


def _counts(measured: Measurements, found: pd.DataFrame, own: pd.DataFrame) -> dict[str, int]:
    lacking = len(voices.not_assessed(measured, ID))
    n = {"passives": len(found), "sentences": len(own), "articles": len(own[_KEY].drop_duplicates())}
    return {**n, "not assessed": lacking, "outlets": len(tables.outlets_of(measured.articles))}
