"""Findings about loaded words: how many sentences hold them, in an outlet's own words and in those of others, and which words they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nutgraf.findings import coded, places, tables, voices
from nutgraf.findings.evidence import cite
from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.findings.speaking import cannot_say, described, dots
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

ID = "loaded"
LOADED, PLAIN = "loaded", "plain"
SHOWN = 12
#: Whose words they are, as a reader sees it. What is quoted and what is reported are the words of others.
OWN, OTHERS = "its own words", "words of others"
WHOSE = {"outlet": OWN, "quoted": OTHERS, "reported": OTHERS}
#: Groups of the list as a reader sees them.
GROUPS = {
    "labels": "label", "attack": "verb of attack", "verdicts": "verdict", "drama": "drama", "emphasis": "emphasis", "leaning": "word that leans",
}  # fmt: skip
FAILURES = (
    "A listed word can be the plain name of a thing: “the mob” of a farce is no judgement.",
    "A writer can judge without any listed word, and irony is not seen.",
    "People who rated sentences often disagreed with the list, as the measured accuracy says.",
)
_HOW = (
    "Loaded words are words by which a writer judges while seeming to tell, such as “slammed” or “cronies”. They come from a list of some 1,300 "
    "words. A word weighs 2 where it is loaded wherever it stands, and 1 where it only often is. A sentence is loaded when its different words "
    "weigh 2 or more together; that is a convention. What stands between quotation marks, and what somebody is reported as saying, are words of "
    "others. "
)
_KEY = ["article_id", "version"]
_PLACE = [*_KEY, "sentence"]


def sentences_by_voice(measured: Measurements) -> pd.DataFrame:
    """Each analysed sentence, once for each side that speaks in it.

    Args:
        measured: With the measure ``loaded``.

    Returns:
        One row per sentence and side: article_id, version, sentence, start, end, outlet, drawn_with, ``whose`` (`OWN` or `OTHERS`), ``value`` (the
        highest weight of a voice of that side) and ``is_loaded`` (one of its voices is).
    """

    def made() -> pd.DataFrame:
        scores = measured.rows("scores", ID)
        scores = scores[scores["sentence"].notna() & (scores["status"] == "ok") & (scores["voice"] != "all")]
        whose = scores["voice"].astype(object).map(WHOSE)
        found = scores[[*_PLACE, "value"]].assign(whose=whose, is_loaded=scores["label"] == LOADED)
        found = found.groupby([*_PLACE, "whose"], observed=True, as_index=False).agg({"value": "max", "is_loaded": "max"})
        return places.joined(found, voices.assessed_sentences(measured, ID), "start", "end", "outlet", "drawn_with")

    return measured.once(("loaded_sentences",), made)


def loaded_words(measured: Measurements) -> pd.DataFrame:
    """The loaded words, the strongest of a sentence first, as the measure ranks them.

    Returns:
        One row per word: article_id, version, sentence, start, end, kind, value (the words), label (the group), rule, ``weight``, ``whose``, outlet,
        drawn_with.
    """

    def made() -> pd.DataFrame:
        spans = measured.rows("spans", ID)
        weight = spans["rule"].astype(object).str.removeprefix("weight ").astype(float)
        spans = spans.assign(weight=weight, whose=[WHOSE[voice] for voice in voices.of_spans(measured, spans)])
        found = places.with_outlet(measured, spans.reset_index(drop=True), "drawn_with")
        length = found["end"] - found["start"]
        return found.assign(length=length).sort_values(
            [*_PLACE, "weight", "length", "start"], ascending=[True, True, True, False, False, True], kind="stable", ignore_index=True
        )

    return measured.once(("loaded_words",), made)


def by_outlet(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Share of an outlet's sentences that are loaded, in its own words and in those of others.

    Args:
        measured: With the measure ``loaded``.
        min_articles: Outlets with fewer articles are shown as not assessable.
        source: Source line.
    """
    found = sentences_by_voice(measured)
    rows = _shares(measured, found, "whose", {OWN: "article", OTHERS: "article"}, min_articles)
    question = "Share of sentences with loaded words, in an outlet's own words and in those of others"
    card = _method(measured, "A sentence in which both speak counts on both sides, each with its own words.")
    assessed = [[row[0], *row[2:5]] for row in rows if row[1] == OWN and row[2] is not None]
    if not any(row[2] is not None for row in rows):
        return cannot_say(measured, "loaded-words", question, min_articles, source=source, card=card, measure=ID)
    lacking = len(voices.not_assessed(measured, ID))
    n = {
        "sentences": len(found.drop_duplicates(_PLACE)), "loaded words": len(loaded_words(measured)), "articles": len(found[_KEY].drop_duplicates()),
        "not assessed": lacking, "outlets": len(rows) // 2,
    }  # fmt: skip
    return Finding(
        id="loaded-words", takeaway=_how_often(assessed, rows), margin=tables.margins(tables.first_and_last(assessed), "share"),
        subtitle=described(measured, question, ID), n=n, interval=tables.ratio_interval(measured),
        columns=(
            Column("outlet", "Outlet", "text"), Column("whose", "Whose words", "text", "the outlet's own, or those that it quotes or reports"),
            *_columns("the sentences in which that side speaks", "sentences in which that side speaks"),
        ),
        rows=rows, method=card, source=source,
        chart=dots("share", "sentences with loaded words, by outlet", "Share of sentences with loaded words", group="whose"),
        examples=_examples(measured, found),
        examples_rule="of each side the heaviest sentence, one of median weight and the lightest that is loaded; of equals the first by article",
        places=places.of_measured(measured, lambda: _counted(measured, found), ("outlet", "whose")),
    )  # fmt: skip


def _shares(measured: Measurements, found: pd.DataFrame, column: str, units: Mapping[str, str], min_articles: int) -> list[list[Any]]:
    """Two rows for each outlet, one for each value of a column: outlet, value, share of loaded sentences, low, high, loaded, all, articles, note.

    Args:
        measured: The measurements.
        found: Sentences of `sentences_by_voice`.
        column: Whose values are held apart.
        units: The values, the first of which orders the outlets, and what an article must be to count for each.
        min_articles: Outlets with fewer get no share.
    """
    outlets, made = tables.outlets_of(measured.articles), {}
    for name, unit in units.items():
        mine = found[found[column] == name]
        values = mine[_KEY].assign(part=mine["is_loaded"].astype(int), whole=1).groupby(_KEY, observed=True, as_index=False).sum()
        values = places.with_outlet(measured, values, "drawn_with")
        made[name] = {row[0]: row[1:] for row in tables.ratios_by_outlet(values, min_articles=min_articles, outlets=outlets, unit=unit)}
    return [[outlet, name, *made[name][outlet]] for outlet in next(iter(made.values())) for name in units]


def _columns(of: str, counted: str) -> tuple[Column, ...]:
    return (
        *tables.figure("share", "Loaded", "share", f"share of {of}"),
        Column("n_loaded", "Loaded sentences", "count", "sentences whose loaded words weigh 2 or more together"),
        Column("n_sentences", "Sentences", "count", counted), Column("n_articles", "Articles", "count", "articles with such sentences"), tables.NOTE,
    )  # fmt: skip


def _sentences(found: pd.DataFrame, **keys: Any) -> pd.DataFrame:
    """Sentences as places, each with its weight and whether it is loaded."""
    every = "share share_low share_high n_sentences n_articles"
    counts_in = found["is_loaded"].map({True: f"{every} n_loaded", False: every})
    label = found["is_loaded"].map({True: LOADED, False: PLAIN})
    return places.scored_sentences(found, ID, **keys, label=label, counts_in=counts_in)


def _how_often(assessed: list[list[Any]], rows: list[list[Any]]) -> str:
    """How far the shares of outlets' own sentences reach, and in how many outlets others use loaded words oftener."""
    if not assessed:
        return "Not assessable in outlets' own words: too few articles; see the table for the words of others"
    if len(assessed) == 1:
        return f"{shown(round(assessed[0][1], 3), 'share')} of {assessed[0][0]}'s own sentences hold loaded words; {tables.ALONE}"
    reach, said = tables.spread(assessed, "share", "of an outlet's own sentences")
    by_outlet: dict[str, dict[str, float]] = {}
    for row in rows:
        if row[2] is not None:
            by_outlet.setdefault(row[0], {})[row[1]] = round(row[2], 3)
    both = [shares for shares in by_outlet.values() if len(shares) == 2]
    more = sum(shares[OTHERS] > shares[OWN] for shares in both)
    others = f". In {more} of {tables.counted(len(both), 'outlet')} the words of others are loaded oftener" if both else ""
    return f"Loaded words stand in {reach}; {said}{others}"


def _counted(measured: Measurements, found: pd.DataFrame) -> pd.DataFrame:
    """Sentences of each side as places, with their weight, and the loaded words in them."""
    sentences = _sentences(found, whose=found["whose"])
    return coded.stacked([sentences, _words(loaded_words(measured)).assign(counts_in="share share_low share_high")])


def _words(found: pd.DataFrame) -> pd.DataFrame:
    kept = found[[*_PLACE, "start", "end", "kind", "rule", "label", "whose"]].assign(value=found["weight"])
    return places.constants(kept, measure=ID)


def _examples(measured: Measurements, found: pd.DataFrame) -> tuple[Evidence, ...]:
    """Of each side the heaviest loaded sentence, one of median weight, and the lightest; a side with fewer shows what it has."""
    chosen, words = [], loaded_words(measured)
    for whose in (OWN, OTHERS):
        mine = found[(found["whose"] == whose) & found["is_loaded"]].sort_values(["value", *_PLACE], ascending=[False, True, True, True])
        for at in dict.fromkeys((0, len(mine) // 2, len(mine) - 1)) if len(mine) else ():
            row = mine.iloc[at]
            here = words[(words["whose"] == whose) & places.is_in(words, mine.iloc[[at]])]
            ranked = ", ".join(f"“{word}” {weight:g}" for word, weight in zip(here["value"], here["weight"], strict=True))
            chosen.append(cite(measured, row, here.assign(rule=None), whose, rule=f"by weight: {ranked}"))
    return tuple(chosen)


def headlines(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Share of an outlet's own sentences that are loaded, in headlines and in bodies.

    Args:
        measured: With the measure ``loaded``.
        min_articles: Outlets with fewer articles that have such sentences are shown as not assessable.
        source: Source line.
    """
    found = sentences_by_voice(measured)
    own = places.joined(found[found["whose"] == OWN].drop(columns=["start", "end"]), voices.assessed_sentences(measured, ID), "start", "end", "part")
    own = own[own["part"].isin(["headline", "body"])].reset_index(drop=True)
    rows = _shares(measured, own, "part", {part: f"article with own words in its {part}" for part in ("headline", "body")}, min_articles)
    question = "Share of an outlet's own sentences with loaded words, in headlines and in bodies"
    card = _method(measured, "Sentences in which the outlet itself says nothing, such as a headline that is a quotation, are left out.")
    pairs = [([head[0], *head[2:]], [body[0], *body[2:]]) for head, body in zip(rows[::2], rows[1::2], strict=True)]
    known = [pair for pair in pairs if pair[0][1] is not None and pair[1][1] is not None]
    if not known:
        return cannot_say(measured, "loaded-headlines", question, min_articles, source=source, card=card, measure=ID)
    n = {"headlines": int((own["part"] == "headline").sum()), "sentences of bodies": int((own["part"] == "body").sum()), "outlets": len(pairs)}
    return Finding(
        id="loaded-headlines", takeaway=_above(known), subtitle=described(measured, question, ID), n=n, interval=tables.ratio_interval(measured),
        margin=tables.margins([[f"headlines of {row[0]}", *row[1:4]] for row in tables.first_and_last([pair[0] for pair in known])], "share"),
        columns=(
            Column("outlet", "Outlet", "text"), Column("where", "Where", "text", "in headlines, or in bodies"),
            *_columns("the outlet's own sentences there", "sentences in which the outlet speaks"),
        ),
        rows=rows, method=card, source=source,
        chart=dots("share", "loaded headlines and bodies, by outlet", "Share of sentences with loaded words", group="where"),
        places=places.of_measured(
            measured, lambda: _sentences(own, outlet=own["outlet"], where=own["part"].astype(object)), ("outlet", "where")
        ),
    )  # fmt: skip


def _above(known: list[tuple[list[Any], list[Any]]]) -> str:
    """In how many outlets headlines are loaded oftener than bodies; said to be clear where the two intervals do not touch."""
    more = [head for head, body in known if round(head[1], 3) > round(body[1], 3)]
    clear = [
        head[0] for head, body in known if head[2] is not None and body[3] is not None and not tables.touching(head[2], body[3])
    ]  # fmt: skip
    said = f"Headlines hold loaded words oftener than bodies in {len(more):,} of {tables.counted(len(known), 'outlet')}"
    return f"{said}; clearly so at {tables.listed(clear)}" if clear else f"{said}; nowhere do the intervals lie apart"


def most_used(measured: Measurements, *, source: str) -> Finding:
    """The loaded words that outlets use most in their own words, and how often others use them there."""
    found = loaded_words(measured)
    rows = []
    for word, mine in found.groupby("value", observed=True):
        own = mine[mine["whose"] == OWN]
        if len(own):
            group = GROUPS.get(str(mine["label"].iloc[0]), str(mine["label"].iloc[0]))
            where = own["article_id"].nunique(), own["outlet"].nunique()
            rows.append([str(word), group, "always" if mine["weight"].iloc[0] >= 2 else "often", len(own), len(mine) - len(own), *where])
    rows.sort(key=lambda row: (-row[3], row[2], row[0]))
    question = "Loaded words in outlets' own words, by how often they are used"
    card = _method(measured, "All outlets together; a word counts as often as it is used. What weighs 1 is loaded only beside other words.")
    n = {"words": len(found), "in outlets' own words": int((found["whose"] == OWN).sum()), "not assessed": len(voices.not_assessed(measured, ID))}
    if not rows:
        reason = voices.why_not(voices.not_assessed(measured, ID)) or "no loaded word was found in outlets' own words"
        return Finding.cannot_say("loaded-words-used", question, reason, n=n, source=source, method=card)
    kept = rows[:SHOWN]
    return Finding(
        id="loaded-words-used", takeaway=_commonest(rows), subtitle=described(measured, f"{question}; the {len(kept):,} most frequent", ID), n=n,
        interval="no interval: every word is counted, none is sampled",
        columns=(
            Column("word", "Word", "text"), Column("group", "Group", "text", "what kind of loaded word the list takes it for"),
            Column("strength", "Loaded", "text", "always: wherever it stands; often: only beside other words"),
            Column("n_own", "Its own", "count", "uses in what outlets say themselves"),
            Column("n_others", "Of others", "count", "uses in what they quote or report"),
            Column("n_articles", "Articles", "count", "articles that use it in their own words"),
            Column("n_outlets", "Outlets", "count", "their outlets"),
        ),
        rows=kept, method=card, source=source,
        chart={"form": "count_bars", "name": "word", "value": "n_own", "what": "loaded words in outlets' own words",
               "axis": "Uses in outlets' own words"},
        places=places.of_measured(measured, lambda: _by_word(found, {row[0] for row in kept}), ("word",)),
    )  # fmt: skip


def _commonest(rows: list[list[Any]]) -> str:
    most = [row for row in rows if row[3] == rows[0][3]]
    times = tables.counted(most[0][3], "time")
    if len(most) > 3:
        return f"No loaded word stands out in outlets' own words: {len(most):,} are used {times} each"
    names = tables.listed([f"“{row[0]}”" for row in most])
    return f"{names} {'is' if len(most) == 1 else 'are'} the loaded word{'' if len(most) == 1 else 's'} that outlets use most themselves, {times}" + (
        " each" if len(most) > 1 else ""
    )


def _by_word(found: pd.DataFrame, kept: set[str]) -> pd.DataFrame:
    mine = found[found["value"].isin(kept)]
    counts: Mapping[str, str] = {OWN: "n_own n_articles n_outlets", OTHERS: "n_others"}
    return _words(mine).assign(word=mine["value"].astype(object), counts_in=mine["whose"].astype(object).map(counts)).drop(columns="whose")


def _method(measured: Measurements, text: str) -> Method:
    return Method(text=_HOW + text, measures=(ID,), known_failures=FAILURES, versions=measured.versions)
