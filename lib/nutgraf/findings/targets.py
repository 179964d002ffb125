"""The tone of sentences towards the persons and organisations that articles are about, apart for what an outlet says itself and what others say.

Figures start from one value per article and target, the mean of its sentences about them, and intervals come from resampling whole articles. A
person appears only with enough mentions and when the desk's list does not forbid it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nutgraf.findings import coded, places, tables, tone_people, voices
from nutgraf.findings.evidence import cite
from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.findings.tone import dots
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

ID = "target_tone"
SCALE = "−1 hostile to +1 friendly towards them"
#: Whose words, and the voices of the table that they are.
OWN, OTHERS = "the outlet itself", "people it quotes or reports"
WHOSE = {OWN: ("outlet",), OTHERS: ("quoted", "reported")}
MOST, MOST_BY_OUTLET = 12, 6
FAILURES = (
    "Bad news about somebody is often called hostile to them, though the sentence only reports it.",
    "Irony is not seen, and praise that is quoted to be denied is taken for praise.",
    "A target that a sentence calls only “she” or “the company” is not asked about in that sentence.",
    "A person whom one article calls by the last name alone is another target there than in articles with the full name.",
    "What in the sentence made the model answer so cannot be told: read the sentence.",
)
_HOW = (
    "Each sentence that names a person or organisation of whom at least two sentences of the article speak is put to a small language model with the "
    "name marked (all-MiniLM-L6-v2, fine-tuned on news sentences that people labelled; it runs on this machine). Its answer, from −1 hostile to +1 "
    "friendly, is the probability of friendly less that of hostile. "
)
_KEY = ["article_id", "version"]


def sentence_values(measured: Measurements) -> pd.DataFrame:
    """Tone of body sentences towards their targets.

    Args:
        measured: With the measure ``target_tone``.

    Returns:
        One row per sentence, target and voice: article_id, version, sentence, start, end, target, voice (all, outlet, quoted, reported), value, n
        (mentions).
    """

    def made() -> pd.DataFrame:
        scores = measured.rows("scores", ID)
        scores = scores[(scores["status"] == "ok") & scores["sentence"].notna()]
        found = scores[[*_KEY, "sentence", "target", "voice", "value", "n"]].assign(
            target=scores["target"].astype(str), voice=scores["voice"].astype(str)
        )
        body = measured.rows("sentences", "sentences")
        return places.joined(found, body[body["part"] == "body"], "start", "end")

    return measured.once(("target_values",), made)


def frequent(measured: Measurements, *, min_articles: int, most: int) -> tuple[list[str], int]:
    """Targets that enough articles speak of and that may be shown, most articles first.

    Returns:
        Their names, and how many persons are left out because the desk does not name them.
    """
    whole = sentence_values(measured)
    whole = whole[whole["voice"] == "all"]
    articles = whole.groupby("target")["article_id"].nunique()
    mentions = whole.groupby("target")["n"].sum()
    spans = measured.rows("spans", ID)
    people = set(spans["value"][spans["label"] == "PERSON"].astype(str).unique())
    ordered = sorted((name for name, n in articles.items() if n >= min_articles), key=lambda name: (-articles[name], name))
    withheld = [name for name in ordered if name in people and measured.reason_not_to_name(name, int(mentions[name]))]
    return [name for name in ordered if name not in withheld][:most], len(withheld)


def towards(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """How sentences speak of the targets that most articles are about.

    Args:
        measured: With the measure ``target_tone``.
        min_articles: Targets of fewer articles are not shown; a voice with fewer has no figure.
        source: Source line.
    """
    names, withheld = frequent(measured, min_articles=min_articles, most=MOST)
    question = f"Tone of body sentences towards a person or organisation, {SCALE}; mean over articles"
    card = _method(measured, _said_of(withheld))
    if not names:
        return _cannot_say(measured, "tone-towards-targets", question, min_articles, source=source, card=card)
    rows, by_whose = [], {}
    for whose in WHOSE:
        values = article_values(measured, whose)
        by_whose[whose] = {
            row[0]: row
            for row in tables.by_outlet(values.assign(outlet=values["target"]), min_articles=min_articles, outlets=sorted(names))
        }
    for name in sorted(names, key=lambda name: _order(by_whose[OWN][name])):
        rows += [[name, whose, *by_whose[whose][name][1:]] for whose in WHOSE]
    return Finding(
        id="tone-towards-targets", takeaway=_takeaway([by_whose[OWN][name] for name in names]),
        margin=tables.margins(_ends([by_whose[OWN][name] for name in names]), "score"),
        subtitle=f"{question}; {measured.selection.described}", n=_counts(measured, names), interval=tables.interval(measured),
        columns=(
            Column("target", "Who or what", "text", "a person or organisation, as articles call it most fully"),
            Column("whose", "Whose words", "text", "the outlet's own, or those of people it quotes or reports"),
            *tables.columns("tone", "Tone", "score", "mean over articles of the mean over body sentences that name them, −1 to +1")[1:],
        ),
        rows=rows, method=card, source=source,
        chart={**dots("tone", "tone towards persons and organisations", f"Tone of the sentence: {SCALE}"), "name": "target", "group": "whose"},
        examples=_examples(measured, names),
        examples_rule="of all body sentences about those shown: the friendliest and the most hostile towards one of them, and one nearest the mean",
        places=places.of_measured(measured, lambda: _places(measured, names, ("target", "whose")), ("target", "whose")),
    )  # fmt: skip


def by_outlet(measured: Measurements, *, min_articles: int, source: str, whose: str = OWN) -> Finding:
    """Tone towards the most frequent targets by outlet.

    Args:
        measured: With the measure ``target_tone``.
        min_articles: An outlet with fewer articles about a target has no figure.
        source: Source line.
        whose: `OWN` or `OTHERS`.
    """
    names, withheld = frequent(measured, min_articles=min_articles, most=MOST_BY_OUTLET)
    words = "outlets' own words" if whose == OWN else "words that outlets quote or report"
    question = f"Tone of {words} towards the persons and organisations that most articles are about, {SCALE}; mean over articles"
    id = f"target-tone-by-outlet-{'own' if whose == OWN else 'others'}"
    card = _method(measured, _said_of(withheld))
    if not names:
        return _cannot_say(measured, id, question, min_articles, source=source, card=card)
    values = article_values(measured, whose)
    outlets, rows = tables.outlets_of(measured.articles), []
    for name in names:
        made = tables.by_outlet(values[values["target"] == name], min_articles=min_articles, outlets=outlets)
        rows += [[row[0], name, *row[1:]] for row in made]
    rows.sort(key=lambda row: (row[0], names.index(row[1])))
    compared = [name for name in names if sum(row[1] == name and row[2] is not None for row in rows) > 1]
    if not compared:
        reason = f"no person or organisation has two outlets with {tables.counted(min_articles, 'article')} each of {words}"
        return Finding.cannot_say(id, question, reason, n=_counts(measured, names), source=source, method=card)
    return Finding(
        id=id, takeaway=_apart(compared, rows, words), subtitle=f"{question}; {measured.selection.described}", n=_counts(measured, names),
        interval=tables.interval(measured),
        columns=(
            Column("outlet", "Outlet", "text"), Column("target", "Who or what", "text", "a person or organisation"),
            *tables.columns("tone", "Tone", "score", "mean over articles of the mean over body sentences that name them, −1 to +1")[1:],
        ),
        rows=rows, method=card, source=source,
        chart={"form": "heat_map", "row": "outlet", "column": "target", "value": "tone", "n": "n_articles", "kind": "score",
               "what": "tone by outlet and target"},
        places=places.of_measured(measured, lambda: _places(measured, names, ("outlet", "target"), whose), ("outlet", "target")),
    )  # fmt: skip


def article_values(measured: Measurements, whose: str) -> pd.DataFrame:
    """One value per article and target: the mean of its sentences in some voices.

    Returns:
        article_id, version, target, value, n (sentences), outlet, drawn_with.
    """

    def made() -> pd.DataFrame:
        found = _of_voices(measured, whose)
        means = found.groupby([*_KEY, "target"], as_index=False, observed=True).agg(value=("value", "mean"), n=("value", "size"))
        return places.with_outlet(measured, means, "drawn_with")

    return measured.once(("target_articles", whose), made)


def _of_voices(measured: Measurements, whose: str) -> pd.DataFrame:
    found = sentence_values(measured)
    return found[found["voice"].isin(WHOSE[whose])]


def _order(row: list[Any]) -> tuple[bool, float, str]:
    return row[1] is None, -(row[1] or 0.0), row[0]


def _ends(rows: list[list[Any]]) -> list[list[Any]]:
    known = sorted((row for row in rows if row[1] is not None), key=_order)
    return list(tables.first_and_last(known)) if known else []


def _takeaway(rows: list[list[Any]]) -> str:
    """What outlets' own words say of the targets, true of every two."""
    known = sorted((row for row in rows if row[1] is not None), key=_order)
    if not known:
        return "In outlets' own words, nobody has enough articles for a figure"
    if len(known) == 1:
        return f"In outlets' own words, tone towards {_at(known[0])}; nobody else has enough articles to compare"
    ends = f"from {_at(known[-1])} to {_at(known[0])}"
    apart, runs = tables.clearly_apart(known), f"In outlets' own words, tone towards people and organisations runs {ends}"
    if sum(row[2] is not None for row in known) < 2:
        return f"{runs}; there are too few articles for intervals"
    if apart is None:
        said = "tone towards no two of these people and organisations differs clearly"
        return f"In outlets' own words, {said}: it runs {ends}, and all intervals overlap"
    return f"{runs}; the intervals of {apart[1][0]} and {apart[0][0]} do not overlap"


def _at(row: list[Any]) -> str:
    return f"{shown(round(row[1], 2), 'score')} ({row[0]})"


def _apart(compared: list[str], rows: list[list[Any]], words: str) -> str:
    """Towards whom outlets differ clearly."""
    apart = [name for name in compared if tables.clearly_apart([[row[0], *row[2:5]] for row in rows if row[1] == name])]
    if not apart:
        return f"In {words}, no two outlets differ clearly in tone towards any of those compared ({tables.listed(compared)})"
    return f"In {words}, some outlets differ clearly in tone towards {tables.listed(apart)}; compared: {tables.listed(compared)}"


def _said_of(withheld: int) -> str:
    text = "A target's tone in an article is the mean of its sentences about them; a figure is the mean of articles."
    if withheld:
        people = "1 person is" if withheld == 1 else f"{withheld:,} persons are"
        text += f" {people} left out by the desk's rules on whom to name."
    return text


def _method(measured: Measurements, text: str) -> Method:
    card = _HOW + text + _asked_here(measured)
    by_people = tone_people.lines(measured, (ID,), tone_people.TARGETS)
    return Method(text=card, measures=(ID,), known_failures=FAILURES, versions=measured.versions, by_people=by_people)


def _asked_here(measured: Measurements) -> str:
    """Of how much of this corpus the model was asked."""
    body = measured.rows("sentences", "sentences")
    n_body = int((body["part"] == "body").sum())
    asked = len(sentence_values(measured)[[*_KEY, "sentence"]].drop_duplicates())
    return f" Of {n_body:,} body sentences here, {shown(asked / n_body, 'share')} name such a target and were asked." if asked else ""


def _counts(measured: Measurements, names: list[str]) -> dict[str, int]:
    found = sentence_values(measured)
    found = found[found["target"].isin(names)]
    return {
        "articles": len(found[_KEY].drop_duplicates()), "sentences": len(found[[*_KEY, "sentence"]].drop_duplicates()),
        "people and organisations": len(names),
    }  # fmt: skip


def _cannot_say(measured: Measurements, id: str, question: str, min_articles: int, *, source: str, card: Method) -> Finding:
    lacking = voices.not_assessed(measured, ID)
    reason = f"no person or organisation is spoken of in {tables.counted(min_articles, 'article')}"
    if len(lacking) == len(measured.articles) and len(lacking):
        reason = voices.why_not(lacking)
    n = {"articles": len(measured.articles), "not assessed": len(lacking)}
    return Finding.cannot_say(id, question, reason, n=n, source=source, method=card)


def _examples(measured: Measurements, names: list[str]) -> tuple[Evidence, ...]:
    found = sentence_values(measured)
    found = found[(found["voice"] == "all") & found["target"].isin(names)].sort_values(["value", *_KEY, "sentence", "target"])
    if found.empty:
        return ()
    spans = measured.rows("spans", ID)
    middle = (found["value"] - found["value"].mean()).abs().idxmin()
    chosen = (("friendliest", found.iloc[-1]), ("typical", found.loc[middle]), ("most hostile", found.iloc[0]))
    cited = []
    for role, row in chosen:
        here = places.of_sentence(spans, row)
        cited.append(cite(measured, row, here[here["value"].astype(str) == row["target"]], f"{role}, towards {row['target']}"))
    return tuple(cited)


def _places(measured: Measurements, names: list[str], keys: tuple[str, ...], whose: str | None = None) -> pd.DataFrame:
    """The sentences behind the figures, and in each the target."""
    scored = [_of_voices(measured, label).assign(whose=label) for label in WHOSE if whose in (None, label)]
    every = coded.stacked([found[found["target"].isin(names)] for found in scored])
    every = places.with_outlet(measured, every)
    columns = {key: every[key].to_numpy() for key in keys}
    sentences = places.scored_sentences(every, ID, **columns)
    spans = measured.rows("spans", ID)[[*_KEY, "sentence", "start", "end", "kind", "value", "rule"]]
    spans = spans.assign(target=spans["value"].astype(str), article_id=spans["article_id"].astype(str))
    named = every[[*_KEY, "sentence", *dict.fromkeys(("target", *keys))]].assign(article_id=every["article_id"].astype(str))
    marked = named.merge(spans.drop(columns="value"), on=[*_KEY, "sentence", "target"])
    marked = marked[[*_KEY, "sentence", "start", "end", "kind", "rule", *keys]].drop_duplicates()
    return coded.stacked([sentences, places.constants(marked, measure=ID)])
