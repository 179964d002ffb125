"""Findings about how others are quoted: which persons have most sentences, and with what kind of word their words are brought in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nutgraf.findings import coded, places, speaking, tables, voices
from nutgraf.findings.evidence import first_shown
from nutgraf.findings.finding import Column, Evidence, Finding
from nutgraf.findings.speaking import ID
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

SHOWN = 12
#: Classes of cue words as readers see them, each with a word of it.
CLASSES = {
    "neutral": "neutral (said)", "doubting": "doubting (claimed)", "endorsing": "endorsing (admitted)", "emotional": "emotional (lamented)",
    "directive": "asking or promising (urged)", "thinking": "thinking (believed)", "denying": "denying (denied)",
}  # fmt: skip
_PLACE = ["article_id", "version", "sentence", "start", "end"]


def most_quoted(measured: Measurements, *, source: str) -> Finding:
    """The persons with most sentences, by name; persons whom the desk may not name are counted and not named.

    Args:
        measured: With the measure ``attribution``.
        source: Source line.
    """
    found = _by_speaker(measured)
    named = mentions(measured)
    people = sorted(found["speaker"].unique())
    allowed = [name for name in people if measured.reason_not_to_name(name, named.get(name, 0)) is None]
    rows = []
    for name, mine in found[found["speaker"].isin(allowed)].groupby("speaker"):
        rows.append([name, len(mine), mine["article_id"].nunique(), mine["outlet"].nunique()])
    rows.sort(key=lambda row: (-row[1], -row[2], row[0]))
    hidden = len(people) - len(allowed)
    told = f"{tables.counted(hidden, 'person')} not shown by name"
    question = "Sentences in which words of a person stand, quoted or reported, by the speaker's name"
    text = (
        f"A sentence counts for each person whose words stand in it. Persons who are named fewer than {measured.min_mentions:,} times in these "
        "articles, or whom the desk decided not to name, are not shown by name. A person of whom an article gives the last name alone has a row of "
        "that name."
    )  # fmt: skip
    card = speaking.method(measured, text)
    n = {
        "sentences": len(found.drop_duplicates(_PLACE[:3])), "persons": len(people), "not shown by name": hidden,
        "not assessed": len(voices.not_assessed(measured, ID)),
    }  # fmt: skip
    if not rows:
        why = voices.why_not(voices.not_assessed(measured, ID))
        reason = told if people else why or "no words of a person by name were found"
        return Finding.cannot_say("most-quoted", question, reason, n=n, source=source, method=card)
    kept = rows[:SHOWN]
    shown_names = {row[0] for row in kept}
    return Finding(
        id="most-quoted", takeaway=_first(rows),
        subtitle=speaking.described(measured, f"{question}; the {len(kept):,} with most sentences" + (f"; {told}" if hidden else "")),
        n=n, interval="no interval: every sentence is counted, none is sampled",
        columns=(
            Column("speaker", "Speaker", "text", "as the articles name the person in full"),
            Column("n_sentences", "Sentences", "count", "sentences in which words of the person stand"),
            Column("n_articles", "Articles", "count", "articles with such a sentence"),
            Column("n_outlets", "Outlets", "count", "outlets of these articles"),
        ),
        rows=kept, method=card, source=source,
        chart={"form": "count_bars", "name": "speaker", "value": "n_sentences", "what": "sentences by speaker",
               "axis": "Sentences with the person's words"},
        examples=_typical(measured, found, [row[0] for row in kept[:3]]),
        examples_rule="for each of the three persons with most sentences, the first sentence, by date, that shows their words within 25 words",
        places=places.of_measured(measured, lambda: _spoken(measured, found[found["speaker"].isin(shown_names)]), ("speaker",)),
    )  # fmt: skip


def _first(rows: list[list[Any]]) -> str:
    """Who has most sentences; all who have as many."""
    most = [row for row in rows if row[1] == rows[0][1]]
    if len(most) > 3:
        return f"{len(most):,} persons have most sentences, {tables.counted(most[0][1], 'sentence')} each"
    names = tables.listed([row[0] for row in most])
    if len(most) > 1:
        return f"{names} have most sentences, {most[0][1]:,} each"
    _, n, articles, outlets = most[0]
    return f"{names} has most sentences: {n:,}, in {tables.counted(articles, 'article')} of {tables.counted(outlets, 'outlet')}"


def _by_speaker(measured: Measurements) -> pd.DataFrame:
    """Sentences by each person whose words stand in them: article_id, version, sentence, start, end, outlet, speaker."""

    def made() -> pd.DataFrame:
        said = _named_pieces(measured)
        among = voices.assessed_sentences(measured, ID)
        found = among.iloc[said["at"].to_numpy()][[*_PLACE, "outlet"]].assign(speaker=said["speaker"].to_numpy())
        return found.drop_duplicates([*_PLACE[:3], "speaker"]).reset_index(drop=True)

    return measured.once(("by_speaker",), made)


def _named_pieces(measured: Measurements) -> pd.DataFrame:
    """What persons by name say, cut at the ends of sentences; what two say together counts for both."""
    said = speaking.content_pieces(measured)
    said = said[(said["label"] == "named") & said["value"].notna()]
    return said.assign(speaker=said["value"].astype(object).str.split(" and ")).explode("speaker", ignore_index=True)


def mentions(measured: Measurements) -> dict[str, int]:
    """How often the articles name each person, by the fullest form."""
    names = measured.rows("spans", "names")
    return names[(names["kind"] == "name") & (names["label"] == "PERSON")]["value"].astype(object).value_counts().to_dict()


def _spoken(measured: Measurements, found: pd.DataFrame) -> pd.DataFrame:
    counted = places.constants(
        found[[*_PLACE, "speaker"]].assign(value=None),
        kind=places.SENTENCE, rule="words of the person stand in it", label="persons by name", measure=ID,
    )  # fmt: skip
    said = _named_pieces(measured)
    said = said[said["speaker"].isin(set(found["speaker"]))]
    kept = places.constants(said[[*_PLACE, "kind", "rule", "speaker"]], label="persons by name", measure=ID)
    return coded.stacked([counted, kept.assign(counts_in="n_articles n_outlets")])


def _typical(measured: Measurements, found: pd.DataFrame, names: list[str]) -> tuple[Evidence, ...]:
    said, chosen = _named_pieces(measured), []
    ordered = measured.beside(found, "published_at").sort_values(["published_at", "article_id", "start"])
    for name in names:
        mine = said[said["speaker"] == name]
        rows = ordered[ordered["speaker"] == name].to_dict("records")
        chosen += first_shown(measured, rows, lambda row, mine=mine: places.of_sentence(mine, row), name)
    return tuple(chosen)


def cue_words(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """With what kind of word each outlet brings in what others say.

    Args:
        measured: With the measure ``attribution``.
        min_articles: Outlets with fewer articles that hold such a word are shown as not assessable.
        source: Source line.
    """
    found = _cues(measured)
    present = {name: words for name, words in CLASSES.items() if (found["label"] == name).any()}
    outlets, made = tables.outlets_of(measured.articles), {}
    for name in present:
        values = found.assign(part=(found["label"] == name).astype(int), whole=1)
        values = values.groupby(["article_id", "version", "outlet", "drawn_with"], observed=True, as_index=False)[["part", "whole"]].sum()
        for row in tables.ratios_by_outlet(values, min_articles=min_articles, outlets=outlets, unit="article with such a word"):
            made[(row[0], name)] = row
    order = [outlet for outlet, name in made if name == "neutral"] or outlets
    rows = [[outlet, present[name], *made[(outlet, name)][1:6], made[(outlet, name)][7]] for outlet in order for name in present]
    question = "Words that bring in what others say, by what they add to it, in percent of the outlet's"
    text = (
        "Each word that brings in what somebody says, such as “said” or “claimed”, counts once, by the class in which a list of some 240 verbs has "
        "it. Words that stand in what somebody says are not the outlet's and are left out."
    )  # fmt: skip
    card = speaking.method(measured, text)
    known = [row for row in rows if row[2] is not None]
    n = {"words": len(found), **speaking.counts(measured, found)}
    n.pop("sentences")
    if not known:
        return speaking.cannot_say(measured, "cue-words", question, min_articles, source=source, card=card, what=" with such a word")
    return Finding(
        id="cue-words", takeaway=_coloured(known), subtitle=speaking.described(measured, question), n=n, interval=tables.ratio_interval(measured),
        columns=(
            Column("outlet", "Outlet", "text"), Column("word_class", "Kind of word", "text", "what the word adds to what is said"),
            *tables.figure("share", "Share", "share", "share of the outlet's words that bring in what others say"),
            Column("n_words", "Words", "count", "words of that kind"), Column("n_cues", "Of words", "count", "all such words of the outlet"),
            tables.NOTE,
        ),
        rows=rows, method=card, source=source,
        chart={"form": "heat_map", "row": "outlet", "column": "word_class", "value": "share", "n": "n_cues", "unit": "word", "kind": "share",
               "what": "words that bring in what others say"},
        examples=_one_each(measured, found),
        examples_rule="for each kind, the word of it that is used most, in the first sentence, by date, that shows it within 25 words",
        places=places.of_measured(measured, lambda: _cited(found, present), ("outlet", "word_class"), ties={"n_cues": ("outlet",)}),
    )  # fmt: skip


def _cues(measured: Measurements) -> pd.DataFrame:
    """Words of the outlet that bring in what others say, with sentence, outlet and cluster: one row each; value is the base form, label the class."""

    def made() -> pd.DataFrame:
        spans = measured.rows("spans", ID)
        others = spans[(spans["kind"] == "content") & (spans["label"] != voices.OWN)]
        spans = spans[(spans["kind"] == "cue") & spans["label"].notna() & places.is_in(spans, others, ["article_id", "version", "group_id"])]
        spans = spans[voices.of_spans(measured, spans) == "outlet"]
        among = voices.assessed_sentences(measured, ID)
        found = voices.pieces(measured, spans, among).drop_duplicates("span")  # a phrase counts once
        return found.assign(outlet=among["outlet"].to_numpy()[found["at"]], drawn_with=among["drawn_with"].to_numpy()[found["at"]])

    return measured.once(("cues",), made)


def _coloured(known: list[list[Any]]) -> str:
    """How much is brought in by words that add nothing, and where doubting words are most frequent."""
    plain = sorted((row for row in known if row[1] == CLASSES["neutral"]), key=lambda row: (-row[2], row[0]))
    if not plain:
        return "No outlet uses a word such as “said” to bring in what others say"
    ends = [shown(round(row[2], 3), "share") for row in (plain[-1], plain[0])]
    if len(plain) == 1:
        return f"In {plain[0][0]}, {ends[0]} of the words that bring in what others say are neutral, such as “said”"
    reach, said = tables.spread([[row[0], *row[2:5]] for row in plain], "share", "of the words that bring in what others say")
    return f"Words such as “said”, which add nothing, are {reach}; {said}"


def _cited(found: pd.DataFrame, present: dict[str, str]) -> pd.DataFrame:
    named = coded.mapped(found["label"], lambda name: present.get(name, name))
    return places.constants(found[[*_PLACE, "kind", "label", "rule"]].assign(word_class=named), measure=ID)


def _one_each(measured: Measurements, found: pd.DataFrame) -> tuple[Evidence, ...]:
    chosen, among = [], voices.assessed_sentences(measured, ID)
    ordered = measured.beside(found, "published_at").sort_values(["published_at", "article_id", "start"])
    for name, words in CLASSES.items():
        mine = ordered[ordered["label"] == name]
        if mine.empty:
            continue
        counts = mine["value"].astype(object).value_counts()
        mine = mine[mine["value"] == min(counts[counts == counts.max()].index)]
        rows = among.iloc[mine["at"].drop_duplicates().to_numpy()].to_dict("records")
        chosen += first_shown(measured, rows, lambda row, mine=mine: places.of_sentence(mine, row), words)
    return tuple(chosen)
