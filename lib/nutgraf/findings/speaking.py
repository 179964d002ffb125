"""Findings about who speaks: in how many of an outlet's sentences somebody else does, and what kind of source that is.

Each sentence of headline, standfirst and body goes to one voice: the outlet alone where nobody else's words stand in it, else the kind of source
whose words take most of its characters. Shares are of sentences, and intervals come from resampling whole articles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nutgraf.findings import coded, places, tables, voices
from nutgraf.findings.evidence import cite
from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

ID = "attribution"
OUTLET = "the outlet alone"
#: Kinds of source as readers see them, in the order in which the first of equals gets a sentence.
KINDS = {
    "named": "persons by name", "organisation": "organisations", "official": "officials without a name", "unnamed": "others without a name",
    "document": "documents", "agency": "news agencies", "unknown": "speakers not found",
}  # fmt: skip
#: Of the sentences in which somebody else speaks: who can be told by name, who cannot, and what is no person.
NAMED, NOT_NAMED, NO_PERSON = "a person by name", "no name, or speaker not found", "an organisation or document"
GROUPS = {
    "named": NAMED, "official": NOT_NAMED, "unnamed": NOT_NAMED, "unknown": NOT_NAMED,
    "organisation": NO_PERSON, "agency": NO_PERSON, "document": NO_PERSON,
}  # fmt: skip
FAILURES = (
    "It cannot show who was not asked: a source that is not there leaves no trace in the text.",
    "Some of what others say is not found and counts as the outlet's own, above all without quotation marks and without a verb such as “said”.",
    "Now and then words of the outlet beside a verb such as “said” are taken for somebody else's.",
    "A speaker who is called “he” or “the mayor” can be led back to the wrong person or to nobody; then the words count as without a name.",
    "“The company said” counts as an organisation, though a person said it.",
)
_HOW = (
    "Who says what is found by rules on sentences taken apart by a computer (spaCy): reporting verbs, “according to”, quotation marks. Each sentence "
    "of headline, standfirst and body counts once: for the outlet alone where nobody else's words stand in it, else for the kind of source whose "
    "words take most of its characters. Up to three words between quotation marks that nobody is said to have said, such as titles, are the "
    "outlet's. "
)


def sentence_voices(measured: Measurements) -> pd.DataFrame:
    """Each analysed sentence with the one voice that it is given to.

    Args:
        measured: With the measure ``attribution``.

    Returns:
        One row per sentence of an article that could be assessed: article_id, version, sentence, start, end, part, voice (of the table), outlet,
        drawn_with, ``kind`` (null for the outlet alone, else a key of `KINDS`) and ``characters`` (of that kind of source, 0 for the outlet).
    """

    def made() -> pd.DataFrame:
        found = voices.assessed_sentences(measured, ID)
        covered = voices.covered(content_pieces(measured), ["at", "label"])
        rank = covered["label"].astype(object).map({kind: place for place, kind in enumerate(KINDS)})
        ordered = covered.assign(rank=rank).sort_values(["at", "characters", "rank"], ascending=[True, False, True])
        first = ordered.drop_duplicates("at").set_index("at")
        kind, characters = first["label"].astype(object).reindex(found.index), first["characters"].reindex(found.index).fillna(0).astype(int)
        return found.assign(kind=kind.where(kind.notna(), None), characters=characters)

    return measured.once(("sentence_voices",), made)


def content_pieces(measured: Measurements) -> pd.DataFrame:
    """What somebody else says, cut at the ends of sentences; see `voices.pieces`."""
    return measured.once(
        ("content_pieces",), lambda: voices.pieces(measured, voices.contents(measured), voices.assessed_sentences(measured, ID))
    )  # fmt: skip


def by_outlet(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Share of each outlet's sentences in which somebody else speaks.

    Args:
        measured: With the measure ``attribution``.
        min_articles: Outlets with fewer assessed articles are shown as not assessable.
        source: Source line.
    """
    found = sentence_voices(measured)
    rows = tables.ratios_by_outlet(
        _of_articles(measured, found, found["kind"].notna()), min_articles=min_articles, outlets=tables.outlets_of(measured.articles)
    )  # fmt: skip
    question = "Share of an outlet's sentences in which somebody else speaks, quoted or reported"
    card = method(measured, "The share is of all sentences of an outlet.")
    assessed = [row for row in rows if row[1] is not None]
    if not assessed:
        return cannot_say(measured, "who-speaks", question, min_articles, source=source, card=card)
    return Finding(
        id="who-speaks", takeaway=_heard(assessed), margin=tables.margins(tables.first_and_last(assessed), "share"),
        subtitle=described(measured, question), n=counts(measured, found), interval=tables.ratio_interval(measured),
        columns=(
            Column("outlet", "Outlet", "text"),
            *tables.figure("share", "Others speak", "share", "share of the outlet's sentences in which words of somebody else stand"),
            Column("n_others", "Of others", "count", "sentences in which words of somebody else stand"),
            Column("n_sentences", "Sentences", "count", "all sentences of headline, standfirst and body"),
            Column("n_articles", "Articles", "count", "articles behind the row"), tables.NOTE,
        ),
        rows=rows, method=card, source=source,
        chart=dots("share", "sentences in which somebody else speaks, by outlet", "Share of an outlet's sentences in which somebody else speaks"),
        examples=_typical(measured, found),
        examples_rule="for each kind of source, of the sentences given to it the one of median length; of equals the first by article",
        places=places.of_measured(measured, lambda: coded.stacked([_flagged(found, found["kind"].notna()), _said(measured)]), ("outlet",)),
    )  # fmt: skip


def _heard(assessed: list[list[Any]]) -> str:
    if len(assessed) == 1:
        row = assessed[0]
        return f"Somebody else speaks in {shown(round(row[1], 3), 'share')} of {row[0]}'s sentences; {tables.ALONE}"
    reach, said = tables.spread(assessed, "share", "of sentences")
    return f"Somebody else speaks in {reach}; {said}"


def kinds(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Each outlet's sentences by the one voice they are given to."""
    found = sentence_voices(measured)
    names = {None: OUTLET, **{kind: name for kind, name in KINDS.items() if (found["kind"] == kind).any()}}
    outlets, by_kind = tables.outlets_of(measured.articles), {}
    for kind in names:
        given = found["kind"].isna() if kind is None else found["kind"] == kind
        for row in tables.ratios_by_outlet(_of_articles(measured, found, given), min_articles=min_articles, outlets=outlets):
            by_kind[(row[0], kind)] = row
    order = [outlet for outlet, kind in by_kind if kind is None]
    rows = [[outlet, names[kind], *by_kind[(outlet, kind)][1:6], by_kind[(outlet, kind)][7]] for outlet in order for kind in names]
    question = "Sentences by outlet and whose words take most of them, in percent of the outlet's sentences"
    missing = [name for kind, name in KINDS.items() if kind not in names]
    card = method(measured, "The shares of an outlet add up to 100 %." + (f" No sentence goes to: {', '.join(missing)}." if missing else ""))
    known = [row for row in rows if row[2] is not None]
    if not known:
        return cannot_say(measured, "kinds-of-source", question, min_articles, source=source, card=card)
    return Finding(
        id="kinds-of-source", takeaway=_most(known), subtitle=described(measured, question), n=counts(measured, found),
        interval=tables.ratio_interval(measured),
        columns=(
            Column("outlet", "Outlet", "text"), Column("voice", "Whose words", "text", "the voice that the sentence is given to"),
            *tables.figure("share", "Share", "share", "share of the outlet's sentences"),
            Column("n_given", "Sentences", "count", "sentences given to that voice"),
            Column("n_sentences", "Of sentences", "count", "all sentences of the outlet"), tables.NOTE,
        ),
        rows=rows, method=card, source=source,
        chart={"form": "heat_map", "row": "outlet", "column": "voice", "value": "share", "n": "n_sentences", "unit": "sentence", "kind": "share",
               "what": "sentences by outlet and voice",
               "heads": {"organisations": "organi- sations", "documents": "docu- ments", "news agencies": "news agen- cies"}},
        places=places.of_measured(measured, lambda: _voiced(measured, found, names), ("outlet", "voice"), ties={"n_sentences": ("outlet",)}),
    )  # fmt: skip


def _most(known: list[list[Any]]) -> str:
    """Which source has the most sentences where somebody else speaks, by outlet."""
    best: dict[str, list[str]] = {}
    for outlet in sorted({row[0] for row in known}):
        mine = [row for row in known if row[0] == outlet and row[1] != OUTLET]
        high = max((row[5] for row in mine), default=0)
        for row in mine:
            if high and row[5] == high:
                best.setdefault(row[1], []).append(outlet)
    if not best:
        return "In no sentence somebody else speaks"
    n = len({row[0] for row in known})
    ordered = sorted(best.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    said = [f"{name} have most sentences in {len(outlets):,} of {tables.counted(n, 'outlet')}" for name, outlets in ordered[:1]]
    return "Of the sources, " + ", ".join([*said, *(f"{name} in {len(outlets):,}" for name, outlets in ordered[1:])])


def named_or_not(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Of the sentences in which somebody else speaks, those that give a person's name against those that give nobody's."""
    found = sentence_voices(measured)
    heard = found[found["kind"].notna()].assign(group=found["kind"].map(GROUPS))
    outlets, groups = tables.outlets_of(measured.articles), list(dict.fromkeys(GROUPS.values()))
    made = {
        group: tables.ratios_by_outlet(
            _of_articles(measured, heard, heard["group"] == group), min_articles=min_articles, outlets=outlets, unit="article in which others speak"
        )
        for group in groups
    }
    order = [row[0] for row in made[NAMED]]
    rows = [[outlet, group, *row[1:]] for outlet in order for group in groups for row in made[group] if row[0] == outlet]
    question = "Of the sentences in which somebody else speaks, the share whose source is told by name"
    text = (
        "No name means: an official or somebody else whom the article calls something, but not by name. Speakers who were not found are counted with "
        "them, some of whom the article does name. What an organisation, a news agency or a document says is neither. The shares are of the "
        "sentences in which somebody else speaks."
    )  # fmt: skip
    card = method(measured, text)
    known = {group: [row for row in made[group] if row[1] is not None] for group in groups}
    if not known[NAMED]:
        return cannot_say(measured, "named-or-not", question, min_articles, source=source, card=card, what=" in which others speak")
    return Finding(
        id="named-or-not", takeaway=_by_name(known[NAMED], known[NOT_NAMED]), margin=tables.margins(tables.first_and_last(known[NAMED]), "share"),
        subtitle=described(measured, question), n=counts(measured, heard), interval=tables.ratio_interval(measured),
        columns=(
            Column("outlet", "Outlet", "text"),
            Column("who", "Who speaks", "text", "a person by name, one without a name or not found, or what is no person"),
            *tables.figure("share", "Share", "share", "share of the sentences in which somebody else speaks"),
            Column("n_given", "Sentences", "count", "sentences given to such a source"),
            Column("n_others", "Of sentences", "count", "sentences in which somebody else speaks"),
            Column("n_articles", "Articles", "count", "articles with such a sentence of anybody"), tables.NOTE,
        ),
        rows=rows, method=card, source=source,
        chart=dots("share", "named and unnamed speakers by outlet", "Share of the sentences in which somebody else speaks", group="who"),
        places=places.of_measured(
            measured, lambda: _grouped(measured, heard), ("outlet", "who"), ties=dict.fromkeys(("n_others", "n_articles"), ("outlet",))
        ),
    )  # fmt: skip


def _by_name(named: list[list[Any]], unnamed: list[list[Any]]) -> str:
    if len(named) == 1:
        shares = [shown(round(rows[0][1], 3), "share") for rows in (named, unnamed)]
        said = f"In {named[0][0]} a person is named in {shares[0]} of the sentences of others; no name is given, or no speaker found, in {shares[1]}"
        return f"{said}; {tables.ALONE}"
    reach, said = tables.spread(named, "share", "of the sentences of others")
    low, high = (shown(round(row[1], 3), "share") for row in (unnamed[-1], unnamed[0]))
    return f"A person is named in {reach}, and {said}; no name is given, or no speaker found, in {low} to {high}"


def other_definitions(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """The share of sentences in which somebody else speaks, with one thing changed at a time."""
    found = sentence_voices(measured)
    quoted = _holds_quotation(measured, found)
    definitions: dict[str, tuple[pd.DataFrame, pd.Series]] = {
        "as above: any word of somebody else": (found, found["kind"].notna()),
        "most of the sentence": (found, found["characters"] * 2 > found["end"] - found["start"]),
        "only with quotation marks": (found, found["kind"].notna() & quoted),
        "headlines alone": (found[found["part"] == "headline"], found["kind"].notna()[found["part"] == "headline"]),
    }
    outlets, rows = tables.outlets_of(measured.articles), []
    for name, (among, given) in definitions.items():
        made = tables.ratios_by_outlet(_of_articles(measured, among, given), min_articles=min_articles, outlets=outlets)
        rows += [[row[0], name, *row[1:]] for row in made]
    question = f"Share of sentences in which somebody else speaks, under {len(definitions)} definitions"
    card = method(measured, "The same share, with one thing changed at a time.")
    apart = [name for name in definitions if tables.clearly_apart([[row[0], *row[2:5]] for row in rows if row[1] == name])]
    if sum(row[2] is not None for row in rows[: len(outlets)]) < 2:
        return cannot_say(measured, "who-speaks-other-definitions", question, min_articles, source=source, card=card, least=2)
    none = "Under no definition do two outlets differ clearly in how often somebody else speaks"
    some = f"Under {len(apart)} of {len(definitions)} definitions two outlets differ clearly in how often somebody else speaks"
    return Finding(
        id="who-speaks-other-definitions", takeaway=some if apart else none, subtitle=described(measured, question), n=counts(measured, found),
        interval=tables.ratio_interval(measured),
        columns=(
            Column("outlet", "Outlet", "text"), Column("definition", "Definition", "text", "what was changed"),
            *tables.figure("share", "Share", "share", "share of the sentences under this definition"),
            Column("n_others", "Of others", "count", "sentences in which somebody else speaks, under this definition"),
            Column("n_sentences", "Sentences", "count", "sentences that it is a share of"), Column("n_articles", "Articles", "count"),
            tables.NOTE,
        ),
        rows=rows, method=card, source=source,
        chart={"form": "heat_map", "row": "outlet", "column": "definition", "value": "share", "n": "n_articles", "kind": "share",
               "what": "sentences in which somebody else speaks, by outlet and definition"},
        places=places.of_measured(
            measured,
            lambda: coded.stacked([_flagged(among, given, definition=name) for name, (among, given) in definitions.items()]),
            ("outlet", "definition"),
        ),
    )  # fmt: skip


def _holds_quotation(measured: Measurements, found: pd.DataFrame) -> pd.Series:
    """Whether somebody else's words in a sentence stand between quotation marks, at least in part."""
    import pandas as pd

    quotes = measured.rows("spans", "quotes")
    inside = voices.pieces(measured, quotes[quotes["kind"] == "quote"], found)
    said = voices.pieces(measured, content_pieces(measured)[["article_id", "version", "start", "end"]], _as_sentences(inside))
    held = set(inside["at"].to_numpy()[said["at"].to_numpy()])
    return pd.Series(found.index.isin(held), index=found.index)


def _as_sentences(inside: pd.DataFrame) -> pd.DataFrame:
    return inside[["article_id", "version", "start", "end"]].assign(sentence=range(len(inside)))


# What they share ------------------------------------------------------------------------------------------------------------


def _of_articles(measured: Measurements, found: pd.DataFrame, given: pd.Series) -> pd.DataFrame:
    """Sentences of each article that are given to somebody, and all of them: part, whole, outlet and drawn_with."""
    counted = found[["article_id", "version"]].assign(part=given.astype(int), whole=1)
    values = counted.groupby(["article_id", "version"], observed=True, as_index=False).sum()
    return places.with_outlet(measured, values, "drawn_with")


def _flagged(found: pd.DataFrame, given: pd.Series, **columns: Any) -> pd.DataFrame:
    """Sentences as places, 1 for those that are counted and 0 for the others they are a share of."""
    label = found["kind"].map(KINDS).fillna(OUTLET)
    every = "share share_low share_high n_sentences n_articles"
    counts_in = given.map({True: f"{every} n_others", False: every})
    return places.scored_sentences(found.assign(value=given.astype(float)), ID, label=label, **columns).assign(
        rule="whose words stand in the sentence", counts_in=counts_in
    )


def _said(measured: Measurements) -> pd.DataFrame:
    """What others say, and the words that name them, as places beside the sentences they stand in."""
    found = content_pieces(measured)
    spans = measured.rows("spans", ID)
    sources = spans[(spans["kind"] == "source") & (spans["label"] != voices.OWN)]
    sources = voices.pieces(measured, sources, voices.assessed_sentences(measured, ID))
    columns = ["article_id", "version", "sentence", "start", "end", "kind", "label", "rule"]
    kept = coded.stacked([found[columns], sources[columns]])
    return kept.assign(label=coded.mapped(kept["label"], lambda kind: KINDS.get(kind, kind)), measure=ID, counts_in="share")


def _voiced(measured: Measurements, found: pd.DataFrame, names: dict[str | None, str]) -> pd.DataFrame:
    voice = found["kind"].map(names).fillna(OUTLET)
    counted = _flagged(found, found["kind"].notna(), voice=voice).assign(value=None, counts_in="share share_low share_high n_given n_sentences")
    return coded.stacked([counted, _said(measured)])


def _grouped(measured: Measurements, heard: pd.DataFrame) -> pd.DataFrame:
    counted = _flagged(heard, heard["kind"].notna(), who=heard["group"])
    counted = counted.assign(value=None, counts_in="share share_low share_high n_given n_others n_articles")
    said = _said(measured)
    return coded.stacked([counted, said[places.is_in(said, heard)]])  # "she said" may stand in a sentence of its own


def _typical(measured: Measurements, found: pd.DataFrame) -> tuple[Evidence, ...]:
    """For each kind of source the sentence of median length: a fixed rule, so that nobody picks the striking one."""
    chosen = []
    said = content_pieces(measured)
    for kind, name in KINDS.items():
        mine = found[found["kind"] == kind]
        if mine.empty:
            continue
        length = (mine["end"] - mine["start"]).to_numpy()
        order = mine.assign(far=abs(length - sorted(length)[(len(length) - 1) // 2])).sort_values(["far", "article_id", "sentence"])
        at = order.index[0]
        chosen.append(cite(measured, found.loc[at], said[(said["at"] == at) & (said["label"] == kind)], name))
    return tuple(chosen)


def method(measured: Measurements, text: str) -> Method:
    """The method card of a finding about speakers; `text` says what it does beyond giving sentences to voices."""
    return Method(text=_HOW + text, measures=(ID,), known_failures=FAILURES, versions=measured.versions)


def counts(measured: Measurements, found: pd.DataFrame) -> dict[str, int]:
    """n of a finding over some sentences."""
    lacking = voices.not_assessed(measured, ID)
    n = {"sentences": len(found), "articles": len(found[["article_id", "version"]].drop_duplicates())}
    return {**n, "not assessed": len(lacking), "outlets": len(tables.outlets_of(measured.articles))}


def described(measured: Measurements, question: str, measure: str = ID) -> str:
    """The subtitle: what is measured, over which articles, and which of them could not be assessed and why."""
    why = voices.why_not(voices.not_assessed(measured, measure))
    return f"{question}; {measured.selection.described}" + (f"; not assessed: {why}" if why else "")


def cannot_say(
    measured: Measurements, id: str, question: str, min_articles: int, *, source: str, card: Method, what: str = "", least: int = 1, measure: str = ID
) -> Finding:
    """The finding's place, with the reason why there is no figure."""
    lacking = voices.not_assessed(measured, measure)
    why = voices.why_not(lacking)
    reason = f"no outlet has {tables.counted(min_articles, 'assessed article')}{what}"
    if least > 1:
        reason = f"fewer than {least} outlets have enough assessed articles"
    if len(lacking) == len(measured.articles) and why:
        reason = why
    elif why:
        reason += f"; not assessed: {why}"
    n = {"articles": len(measured.articles), "not assessed": len(lacking)}
    return Finding.cannot_say(id, question, reason, n=n, source=source, method=card)


def dots(value: str, what: str, axis: str, kind: str = "share", group: str | None = None) -> dict[str, Any]:
    """An interval dot plot by outlet without a line of comparison."""
    chart: dict[str, Any] = {
        "form": "interval_dots", "name": "outlet", "value": value, "low": f"{value}_low", "high": f"{value}_high", "n": "n_articles", "note": "note",
        "line": None, "what": what, "axis": axis, "kind": kind,
    }  # fmt: skip
    return {**chart, "group": group} if group else chart
