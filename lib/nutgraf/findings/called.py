"""Findings about naming: which words outlets choose for one thing, by outlet and over time, and by which forms of the name they call a person.

Counted is what an outlet says itself; what others say stands beside it. Words for one thing come in sets, each with a neutral title.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.compare.many import RATE, kept, p_of_groups
from nutgraf.findings import places, tables, voices
from nutgraf.findings.evidence import first_shown
from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.findings.periods import in_words, periods
from nutgraf.findings.speaking import described
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

ID = "naming"
SHOWN_SETS, SHOWN_WORDS, SHOWN_TERMS = 12, 4, 5
OTHER_WORDS = "other words of the set"
FAILURES = (
    "Two words of a set need not mean the same people or event: a government and a regime in one week can be those of two countries.",
    "A word can mean another thing: a strike can be of lightning, and a claim on an insurer no quarrel.",
    "A word that no set holds is not counted.",
)
_HOW = (
    "Words for one thing come in sets, such as “protesters”, “demonstrators” and “mob”, from a list made for this project and from the desk's own. "
    "No word of a set is the right one. Counted is each use in an outlet's own words; what it quotes or reports stands beside it. Where two phrases "
    "overlap, the longer counts. Which person or event is meant is not looked at. "
)
_MANY = (
    "Whether outlets differ in a set is asked by dealing its articles to them anew, each with the share of every word in it. Many sets are asked "
    f"about at once, so that of the answers those are kept that Benjamini and Hochberg's rule (1995) keeps at {shown(RATE, 'share')}."
)
_KEY = ["article_id", "version"]
_PLACE = [*_KEY, "sentence"]


class Choice(NamedTuple):
    """A set with uses in these articles: its title, uses in outlets' own words, how many terms they are of, and whether outlets differ.

    ``differs`` is None where it cannot be asked: fewer than two outlets have articles enough, or one term alone is used.
    """

    title: str
    n_uses: int
    n_terms: int
    p: float | None
    differs: bool | None


def uses(measured: Measurements) -> pd.DataFrame:
    """Every place where a word of a set stands.

    Args:
        measured: With the measure ``naming``.

    Returns:
        One row per place: article_id, version, sentence, start, end, kind, ``value`` (the set), ``label`` (the term), rule, outlet, drawn_with,
        published_at, ``is_own``.
    """

    def made() -> pd.DataFrame:
        spans = measured.rows("spans", ID)
        own = voices.of_spans(measured, spans) == "outlet"
        spans = spans.assign(is_own=own, value=spans["value"].astype(object), label=spans["label"].astype(object))
        return places.with_outlet(measured, spans, "drawn_with", "cluster_id", "published_at").reset_index(drop=True)

    return measured.once(("naming_uses",), made)


def choices(measured: Measurements, *, min_articles: int) -> list[Choice]:
    """The sets with uses in outlets' own words, most used first, and of each whether outlets differ by more than chance."""
    import pandas as pd

    def made_once() -> pd.DataFrame:
        found = uses(measured)
        own = found[found["is_own"]].groupby("value", observed=True)
        rows = [(str(title), len(mine), mine["label"].nunique(), _p(mine, min_articles)) for title, mine in own]
        return pd.DataFrame(rows, columns=["title", "n_uses", "n_terms", "p"])

    table = measured.once(("naming_choices", min_articles), made_once)
    made = [(title, n_uses, n_terms, None if pd.isna(p) else p) for title, n_uses, n_terms, p in table.itertuples(index=False)]
    asked = [row for row in made if row[3] is not None]
    differs = dict(zip((row[0] for row in asked), kept([row[3] for row in asked if row[3] is not None]), strict=True))
    return sorted((Choice(*row, differs.get(row[0])) for row in made), key=lambda one: (-one.n_uses, one.title))


def _p(mine: pd.DataFrame, min_articles: int) -> float | None:
    """How often outlets differ as much when the articles are dealt anew, by the share of each term in an article."""
    counts = mine.assign(n=1).pivot_table(index=_KEY, columns="label", values="n", aggfunc="sum", fill_value=0, observed=True)
    if counts.shape[1] < 2:
        return None
    shares = counts.div(counts.sum(axis=1), axis=0).to_numpy()
    about = mine.drop_duplicates(_KEY).set_index(_KEY).loc[counts.index]
    enough = about["outlet"].map(about["outlet"].value_counts()).ge(min_articles).to_numpy()
    about, shares = about[enough], shares[enough]
    return p_of_groups(shares.tolist(), about["outlet"].tolist(), about["cluster_id"].tolist())


def chosen(measured: Measurements, *, min_articles: int, wanted: str = "") -> str:
    """The set to look at: the one wanted, else the one in which outlets differ most surely, else the one used most with two terms or more.

    Returns:
        A title; empty where no set has two terms in use.
    """
    if wanted:
        return wanted
    several = [one for one in choices(measured, min_articles=min_articles) if one.n_terms > 1]
    differing = sorted((one for one in several if one.differs), key=lambda one: (one.p or 0, -one.n_uses, one.title))
    return (differing or several)[0].title if several else ""


def sets(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Which sets of words are used, and in which of them outlets choose differently.

    Args:
        measured: With the measure ``naming``.
        min_articles: Outlets with fewer articles that use a word of a set are not compared in it.
        source: Source line.
    """
    found, every = uses(measured), choices(measured, min_articles=min_articles)
    own = found[found["is_own"]]
    several = [one for one in every if one.n_terms > 1]
    rows = []
    for one in several[:SHOWN_SETS]:
        mine = own[own["value"] == one.title]
        rows.append([one.title, _counted(mine), one.n_uses, mine["article_id"].nunique(), mine["outlet"].nunique(), _answer(one)])
    question = "Sets of words for one thing, by uses in outlets' own words"
    card = _method(measured, _MANY)
    asked = [one for one in several if one.differs is not None]
    n = {"sets compared": len(asked), "sets in use": len(every), "uses": len(own), "not assessed": len(voices.not_assessed(measured, ID))}
    if not rows:
        reason = voices.why_not(voices.not_assessed(measured, ID)) or "no set has two words in use"
        return Finding.cannot_say("naming-sets", question, reason, n=n, source=source, method=card)
    titles = {row[0] for row in rows}
    more = f"; the {len(rows)} used most, of those with two words in use" if len(several) > len(rows) else "; those with two words in use"
    return Finding(
        id="naming-sets", takeaway=_which(asked, several), subtitle=described(measured, question + more, ID), n=n,
        interval="no interval: every use is counted, none is sampled",
        columns=(
            Column("set", "What is named", "text"), Column("words", "Words used most", "text", "with uses in outlets' own words"),
            Column("n_uses", "Uses", "count", "uses of a word of the set in outlets' own words"),
            Column("n_articles", "Articles", "count", "articles with such a use"), Column("n_outlets", "Outlets", "count", "their outlets"),
            Column("differ", "Outlets differ", "text", "whether outlets choose differently by more than chance, all sets looked at together"),
        ),
        rows=rows, method=card, source=source,
        places=places.of_measured(measured, lambda: _spans(own[own["value"].isin(titles)]), ("set",)),
    )  # fmt: skip


def _counted(mine: pd.DataFrame) -> str:
    """``protesters 12, demonstrators 5 and 2 other words``."""
    counts = sorted(mine["label"].value_counts().items(), key=lambda pair: (-pair[1], pair[0]))
    said = ", ".join(f"{term} {n:,}" for term, n in counts[:SHOWN_WORDS])
    rest = len(counts) - SHOWN_WORDS
    return f"{said} and {tables.counted(rest, 'other word')}" if rest > 0 else said


def _answer(one: Choice) -> str:
    return "too few articles" if one.differs is None else "yes" if one.differs else "no more than chance"


def _which(asked: Sequence[Choice], several: Sequence[Choice]) -> str:
    differing = [f"“{one.title}”" for one in asked if one.differs]
    if not asked:
        return f"Whether outlets choose differently cannot be said: no set of words has articles enough; used most are words for “{several[0].title}”"
    of = tables.counted(len(asked), "set")
    if not differing:
        return f"In none of {of} of words do outlets choose differently by more than chance; used most are words for “{several[0].title}”"
    return f"Outlets choose differently by more than chance in {len(differing):,} of {of} of words: {tables.listed(differing[:3])}" + (
        f" and {len(differing) - 3:,} more" if len(differing) > 3 else ""
    )


def by_outlet(measured: Measurements, title: str, *, min_articles: int, source: str) -> Finding:
    """What each outlet calls one thing.

    Args:
        measured: With the measure ``naming``.
        title: A set, see `chosen`.
        min_articles: Outlets with fewer articles that use a word of the set are shown and not compared.
        source: Source line.
    """
    mine = _of(measured, title)
    own = mine[mine["is_own"]]
    question = f"Words for “{title}”, in each outlet's own words" if title else "Words for one thing, by outlet"
    card = _method(measured, _MANY)
    n = {"uses": len(own), "in words of others": len(mine) - len(own), "articles": own["article_id"].nunique(),
         "not assessed": len(voices.not_assessed(measured, ID))}  # fmt: skip
    if own.empty:
        return Finding.cannot_say("naming-by-outlet", question, _why_none(measured, title), n=n, source=source, method=card)
    per_outlet = own.drop_duplicates(_KEY)["outlet"].value_counts()
    rows = []
    for (outlet, term), group in mine.groupby(["outlet", "label"], observed=True):
        said = group[group["is_own"]]
        n_there = int(per_outlet.get(outlet, 0))
        note = None if n_there >= min_articles else f"{tables.articles_with(n_there, 'article with a word of the set')}, {min_articles} needed"
        rows.append([outlet, str(term), len(said), len(group) - len(said), said["article_id"].nunique(), note])
    totals = own["outlet"].value_counts()
    rows.sort(key=lambda row: (-int(totals.get(row[0], 0)), row[0], -row[2], row[1]))
    differs = next((one.differs for one in choices(measured, min_articles=min_articles) if one.title == title), None)
    return Finding(
        id="naming-by-outlet", takeaway=_preferred(rows, title, differs), subtitle=described(measured, question, ID), n=n,
        interval="no interval: every use is counted, none is sampled",
        columns=(
            Column("outlet", "Outlet", "text"), Column("term", "Word", "text"), Column("n_own", "Uses", "count", "uses in the outlet's own words"),
            Column("n_others", "By others", "count", "uses in what it quotes or reports"),
            Column("n_articles", "Articles", "count", "articles that use it in their own words"),
            Column("note", "Note", "text", "why the outlet is not compared"),
        ),
        rows=rows, method=card, source=source,
        chart={"form": "naming_table", "name": "outlet", "term": "term", "n": "n_own", "unit": "use", "what": f"words for “{title}” by outlet",
               "axis": "Uses in the outlet's own words"},
        examples=_examples(measured, own),
        examples_rule="for each of the four words used most, the first sentence, by date, that shows it within 25 words",
        places=places.of_measured(measured, lambda: _sided(mine), ("outlet", "term")),
    )  # fmt: skip


def _preferred(rows: Sequence[Sequence[Any]], title: str, differs: bool | None) -> str:
    """The word that each outlet with articles enough uses most, and whether outlets differ by more than chance."""
    most: dict[str, list[str]] = {}
    first: dict[str, int] = {}
    for outlet, term, n, _, _, note in rows:
        if n and note is None and n >= first.setdefault(outlet, n):
            most.setdefault(outlet, []).append(term)
    if not most:
        return f"No outlet has articles enough with a word for “{title}” to be compared"
    words = {outlet: tables.listed([f"“{term}”" for term in terms]) for outlet, terms in most.items()}
    if len(words) == 1:
        ((outlet, said),) = words.items()
        return f"{outlet} most often says {said} for “{title}”; {tables.ALONE}"
    chance = {True: "outlets differ by more than chance", False: "outlets differ by no more than chance", None: "whether they differ cannot be asked"}
    if len(set(words.values())) == 1:
        return f"For “{title}”, {next(iter(words.values()))} is the word used most in each of {len(words)} outlets; {chance[differs]}"
    one, *rest = words
    other = next(name for name in rest if words[name] != words[one])
    return f"For “{title}”, {one} most often says {words[one]}, {other} {words[other]}; {chance[differs]}"


def over_time(measured: Measurements, title: str, *, thin: int, source: str) -> Finding:
    """How large the share of each word of a set is, week by week.

    Args:
        measured: With the measure ``naming``.
        title: A set, see `chosen`.
        thin: Periods with fewer articles that use a word of the set are shaded and have no interval.
        source: Source line.
    """
    mine = _of(measured, title)
    own = mine[mine["is_own"]].reset_index(drop=True)
    when = periods(own["published_at"], measured.timezone, most=24)
    first = tables.largest(own["label"].value_counts().to_dict(), SHOWN_TERMS)
    terms = own["label"].map(lambda term: term if term in first else OTHER_WORDS)
    dated = own.assign(period=when.starts, term=terms)
    dated = dated[dated["period"].notna()]
    question = f"Share of each word among the words for “{title}” in outlets' own words, by {when.unit}" if title else "Words for one thing over time"
    card = _method(measured, f"All outlets together. {when.rule}")
    n = {"uses": len(dated), "articles": dated["article_id"].nunique(), "not assessed": len(voices.not_assessed(measured, ID))}
    if len(when.all) < 2:
        reason = _why_none(measured, title) if own.empty else f"words from {tables.counted(len(when.all), when.unit)}, 2 needed"
        return Finding.cannot_say("naming-over-time", question, reason, n=n, source=source, method=card)
    names = [*first, *([OTHER_WORDS] if (terms == OTHER_WORDS).any() else [])]
    rows = [row for term in names for row in _by_period(dated, term, when.all, thin)]
    return Finding(
        id="naming-over-time", takeaway=_changed(rows, names[0], when.unit, title, thin), subtitle=described(measured, question, ID), n=n,
        interval=f"{tables.ratio_interval(measured)}; none for {when.unit}s with fewer than {tables.counted(thin, 'article')}, which are shaded",
        columns=(
            Column("term", "Word", "text"), Column("period", when.label, "date", "its first day"),
            *tables.figure("share", "Share", "share", "share of the uses of all words of the set"),
            Column("n_uses", "Uses", "count", "uses of the word"), Column("n_of", "Of uses", "count", "uses of all words of the set"),
            Column("n_articles", "Articles", "count", "articles with a word of the set"),
        ),
        rows=rows, method=card, source=source,
        chart={"form": "over_time", "name": "term", "period": "period", "value": "share", "low": "share_low", "high": "share_high", "n": "n_articles",
               "thin": thin, "axis": "Share of the uses of all words of the set", "what": f"words for “{title}” by {when.unit}", "kind": "share",
               "unit_of_time": when.unit},
        places=places.of_measured(
            measured, lambda: _spans(dated).assign(term=dated["term"], period=dated["period"]), ("term", "period"),
            ties={"n_of": ("period",), "n_articles": ("period",)},
        ),
    )  # fmt: skip


def _by_period(dated: pd.DataFrame, term: str, every: Sequence[str], thin: int) -> list[list[Any]]:
    """One row of a word for each period; a period with fewer articles than `thin` has no interval, one without uses no share."""
    rows: list[list[Any]] = []
    for period in every:
        there = dated[dated["period"] == period]
        values = there.assign(part=(there["term"] == term).astype(int), whole=1, outlet=term)
        values = values.groupby([*_KEY, "drawn_with", "outlet"], observed=True, as_index=False)[["part", "whole"]].sum()
        (_, share, low, high, part, whole, n_articles, _), *_ = tables.ratios_by_outlet(values, min_articles=1, outlets=[term])
        ends = [low, high] if n_articles >= thin else [None, None]
        rows.append([term, period, share, *ends, part, whole, n_articles])
    return rows


def _changed(rows: Sequence[Sequence[Any]], term: str, unit: str, title: str, thin: int) -> str:
    """The takeaway: between which shares the word used most moves, and whether two periods differ clearly."""
    mine = [row for row in rows if row[0] == term and row[2] is not None]
    enough = [row for row in mine if row[7] >= thin]
    mine = enough if len(enough) > 1 else mine  # a period with few articles says little, above all at the far end
    high, low = max(mine, key=lambda row: row[2]), min(mine, key=lambda row: row[2])
    if len(mine) == 1:
        return f"“{term}” is {shown(round(high[2], 3), 'share')} of the words for “{title}” in the one {unit} with any"
    ends = [f"{shown(round(row[2], 3), 'share')} in {in_words(row[1], unit)}" for row in (low, high)]
    known = [[row[1], *row[2:5]] for row in mine if row[3] is not None]
    said = f"{unit}s differ clearly" if tables.clearly_apart(known) else f"no two {unit}s differ clearly"
    if len(known) < 2:
        said = f"too few {unit}s have articles enough to compare"
    return f"“{term}” runs from {ends[0]} to {ends[1]} of the words for “{title}”; {said}"


def people(measured: Measurements, *, person: str = "", source: str) -> Finding:
    """By which forms of the name each outlet calls a person whom the desk may name.

    Args:
        measured: With the measure ``names``, as ``attribution`` needs it.
        person: The name in full as the articles have it; empty for the one whom outlets name most in their own words.
        source: Source line.
    """
    found = _mentions(measured)
    counts = found["value"].astype(object).value_counts().to_dict()
    allowed = {name for name in counts if measured.reason_not_to_name(name, counts[name]) is None}
    own = found[found["is_own"]]
    ranked = tables.largest(own[own["value"].isin(allowed)]["value"].astype(object).value_counts().to_dict(), 1)
    who = person or (ranked[0] if ranked else "")
    question = "Forms of one person's name in each outlet's own words"
    card = Method(
        text="Names are found in the text, and shorter forms are led back to the fullest one in the article. Counted is each mention in an outlet's "
        f"own words. Shown is one person whom the articles name {measured.min_mentions:,} times or more and whom the desk does not keep unnamed. "
        "Titles such as “Dr” and words such as “she” are no part of a name.",
        measures=("names",), versions=measured.versions,
        known_failures=("A short form can be led back to the wrong person, above all where two share a last name.",),
    )  # fmt: skip
    mentions = int((own["value"] == who).sum()) if who in allowed else 0
    n = {"mentions": mentions, "persons": len(counts), "not shown by name": len(counts) - len(allowed)}
    if who not in allowed or not n["mentions"]:
        reason = "no person may be named here" if not allowed else "these articles do not name that person in their own words, or the desk does not"
        return Finding.cannot_say("person-called", question, reason, n=n, source=source, method=card)
    mine = own[own["value"] == who]
    rows = [
        [outlet, str(form), len(group), group["article_id"].nunique()] for (outlet, form), group in mine.groupby(["outlet", "form"], observed=True)
    ]
    totals = mine["outlet"].value_counts()
    rows.sort(key=lambda row: (-int(totals[row[0]]), row[0], -row[2], row[1]))
    return Finding(
        id="person-called", takeaway=_form_of(rows, who), subtitle=f"{question}: {who}; {measured.selection.described}", n=n,
        interval="no interval: every mention is counted, none is sampled",
        columns=(
            Column("outlet", "Outlet", "text"), Column("form", "Form of the name", "text"),
            Column("n_own", "Mentions", "count", "mentions in the outlet's own words"), Column("n_articles", "Articles", "count", "articles with it"),
        ),
        rows=rows, method=card, source=source,
        chart={"form": "naming_table", "name": "outlet", "term": "form", "n": "n_own", "what": f"forms of the name of {who} by outlet",
               "axis": "Mentions in the outlet's own words"},
        places=places.of_measured(measured, lambda: _named(mine), ("outlet", "form")),
    )  # fmt: skip


def _mentions(measured: Measurements) -> pd.DataFrame:
    """Persons' names with the form in which each stands; capitals of a headline line are written small."""
    spans = measured.rows("spans", "names")
    spans = spans[(spans["kind"] == "name") & (spans["label"] == "PERSON")].reset_index(drop=True)
    columns = zip(spans["article_id"], spans["version"], spans["start"], spans["end"], strict=True)
    forms = (" ".join(measured.texts[article, version][start:end].split()) for article, version, start, end in columns)
    forms = [form.title() if form.isupper() and len(form) > 3 else form for form in forms]
    own = voices.of_spans(measured, spans) == "outlet"
    return places.with_outlet(measured, spans.assign(form=forms, is_own=own))


def _form_of(rows: Sequence[Sequence[Any]], who: str) -> str:
    totals: dict[str, int] = {}
    for _, form, n, _ in rows:
        totals[form] = totals.get(form, 0) + n
    best = tables.largest(totals, 2)
    said = " and ".join(f"“{form}” ({tables.counted(totals[form], 'time')})" for form in best)
    return f"{who} is {'always' if len(totals) == 1 else 'mostly'} called {said} in outlets' own words"


# What they share ------------------------------------------------------------------------------------------------------------


def _of(measured: Measurements, title: str) -> pd.DataFrame:
    found = uses(measured)
    return found[found["value"] == title]


def _why_none(measured: Measurements, title: str) -> str:
    """Why there is nothing to show of a set, and which sets have uses."""
    found = uses(measured)
    why = voices.why_not(voices.not_assessed(measured, ID))
    if found.empty:
        return why or "no word of any set was found"
    if not title:
        return "no set has two words in use"
    used = tables.largest(found[found["is_own"]]["value"].value_counts().to_dict(), 5)
    return f"no word for “{title}” was found in outlets' own words" + (f"; sets in use: {', '.join(used)}" if used else "")


def _spans(found: pd.DataFrame) -> pd.DataFrame:
    kept_columns = found[[*_PLACE, "start", "end", "kind", "label", "rule"]].assign(set=found["value"])
    return places.constants(kept_columns, measure=ID)


def _sided(mine: pd.DataFrame) -> pd.DataFrame:
    """Uses as places, told apart by whose words they stand in."""
    counts: Mapping[bool, str] = {True: "n_own n_articles", False: "n_others"}
    return _spans(mine).assign(term=mine["label"], counts_in=mine["is_own"].map(counts))


def _named(mine: pd.DataFrame) -> pd.DataFrame:
    kept_columns = mine[[*_KEY, "start", "end", "kind", "label", "rule", "form"]]
    return places.constants(kept_columns, measure="names")


def _examples(measured: Measurements, own: pd.DataFrame) -> tuple[Evidence, ...]:
    chosen_ones: list[Evidence] = []
    among = voices.sentences(measured)
    ordered = own.sort_values(["published_at", "article_id", "start"])
    for term in tables.largest(own["label"].value_counts().to_dict(), SHOWN_WORDS):
        mine = ordered[ordered["label"] == term]
        at = places.positions(mine, among)
        rows = among.iloc[list(dict.fromkeys(at[at >= 0]))].to_dict("records")
        chosen_ones += first_shown(measured, rows, lambda row, mine=mine: places.of_sentence(mine, row), f"“{term}”")
    return tuple(chosen_ones)


def _method(measured: Measurements, text: str) -> Method:
    return Method(text=_HOW + text, measures=(ID,), known_failures=FAILURES, versions=measured.versions)
