"""What every finding about tone starts from: the tone of sentences, one value per article, and the places behind them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from nutgraf.findings import coded, places, tables
from nutgraf.findings.evidence import examples_by_value
from nutgraf.findings.finding import Evidence
from nutgraf.findings.places import Places

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from nutgraf.jupyter import Measurements

SCALE = "−1 hostile to +1 friendly"
AXIS = f"Tone of the sentence, {SCALE}"
LIST, TOGETHER, NEWS = "tone", "sentence_tone", "tone_news"
#: The bound of a sentence without tone by a list: VADER's own (Hutto & Gilbert 2014).
NEUTRAL = 0.05
#: Bounds of the bands of tone over which sentences are dealt out. Most lie near 0, and few of a random sample would be hostile or friendly.
BANDS = (-0.3, -0.1, 0.1, 0.3)
_SIDES = {"positive": 1, "neutral": 0, "negative": -1}


def way(measured: Measurements) -> str:
    """Id of the measure that a figure of tone rests on: model and word list together, or the list alone where the model was left out."""
    if TOGETHER not in measured.versions:
        return LIST
    scores = measured.rows("scores", TOGETHER)
    return TOGETHER if (scores["status"] == "ok").any() else LIST


def sentence_tone(measured: Measurements, voice: str = "all", parts: tuple[str, ...] = ("body",), by: str = "") -> pd.DataFrame:
    """Tone of each sentence in some parts and one voice.

    Args:
        measured: With the measure ``tone``, and ``sentence_tone`` where the model is to be asked too.
        voice: all, outlet, quoted or reported; segments of a sentence with two voices count under each.
        parts: Parts whose sentences count.
        by: Id of the measure, in place of `way`.

    Returns:
        One row per scored sentence: article_id, version, sentence, start, end, part, value, label (of the model), n (words counted).
    """
    by = by or way(measured)

    def joined() -> pd.DataFrame:
        sentences = measured.rows("sentences", "sentences")
        return places.joined(_scored(measured, voice, by), sentences[sentences["part"].isin(parts)], "start", "end", "part")

    return measured.once(("sentence_tone", voice, parts, by), joined)


def side_of(scored: pd.DataFrame, by: str) -> np.ndarray:
    """The side of sentences: −1 hostile, 0 neutral, 1 friendly; of a model its likeliest class, by a list what lies further than `NEUTRAL` from 0.

    Args:
        scored: With value, and label where a model answered.
        by: Id of the measure.
    """
    import numpy as np

    if by in (LIST, NEWS):
        value = scored["value"].to_numpy(float)
        return (np.sign(value) * (np.abs(value) >= NEUTRAL)).astype(int)
    return scored["label"].astype(object).map(_SIDES).to_numpy().astype(int)


def band(value: float) -> str:
    """The band in which a tone lies, by its place among the five, hostile first.

    >>> [band(value) for value in (-0.9, -0.3, -0.2, 0.0, 0.1, 0.2, 0.9)]
    ['0', '1', '1', '2', '3', '3', '4']
    """
    return str(bisect_right(BANDS, value))


def _scored(measured: Measurements, voice: str, by: str) -> pd.DataFrame:
    scores = measured.rows("scores", by)
    scores = scores[(scores["voice"] == voice) & (scores["status"] == "ok") & scores["sentence"].notna()]
    return scores[["article_id", "version", "sentence", "value", "label", "n"]]


def article_tone(measured: Measurements, voice: str = "all", parts: tuple[str, ...] = ("body",), by: str = "") -> pd.DataFrame:
    """Mean tone of each article's sentences.

    Returns:
        One row per article with at least one such sentence: article_id, version, outlet, drawn_with, published_at, value, n
        (sentences).
    """
    return means_by_article(measured, sentence_tone(measured, voice, parts, by))


def means_by_article(measured: Measurements, scored: pd.DataFrame) -> pd.DataFrame:
    """Mean tone of each article over some of its sentences, with outlet, cluster and time."""
    groups = scored.groupby(["article_id", "version"], as_index=False, observed=True)
    return places.with_outlet(measured, groups.agg(value=("value", "mean"), n=("value", "size")), "drawn_with", "published_at")


def tone_places(
    measured: Measurements,
    parts: Callable[[], Iterable[tuple[pd.DataFrame, dict[str, Any]]]],
    keys: tuple[str, ...],
    every: dict[str, str] | None = None,
) -> Places:
    """Sentences that stand in a mean, each list with columns of its own, and the words that counted in them.

    A column ``by`` names the measure whose value a sentence has, where it is not that of `way`.
    """

    def build() -> pd.DataFrame:
        found, usual = [], way(measured)
        for scored, columns in parts():
            about = {name: value for name, value in columns.items() if name != "by"}
            found.append(places.scored_sentences(scored, columns.get("by", usual), **about))
        return coded.stacked([*found, places.words_of(measured, LIST, "tone_word", found)])

    return places.of_measured(measured, build, keys, every)


def list_words(measured: Measurements, by: str) -> pd.DataFrame:
    """The words of a list that counted in body sentences.

    Args:
        measured: With the measure of the list.
        by: Its id.

    Returns:
        article_id, version, sentence, start, end, rule, word (in lower case), weight.
    """

    def made() -> pd.DataFrame:
        spans = measured.rows("spans", by)
        spans = spans[(spans["kind"] == "tone_word") & spans["label"].isna()]
        spans = spans[places.is_in(spans, sentence_tone(measured, by=by))]
        word = spans["rule"].astype(str).str.partition(":")[2].str.lower()
        kept = spans[["article_id", "version", "sentence", "start", "end", "rule"]]
        return kept.assign(word=word, weight=spans["value"].astype(str).astype(float))

    return measured.once(("list_words", by), made)


def of_articles(scored: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The sentences of some articles alone."""
    return scored[places.is_in(scored, articles, ["article_id", "version"])]


def with_words(scored: pd.DataFrame) -> pd.DataFrame:
    """The sentences with a word of the list."""
    return scored[scored["n"] > 0]


def examples(measured: Measurements, scored: pd.DataFrame) -> tuple[Evidence, ...]:
    """The highest and the lowest of some sentences and the one nearest the mean; by the list alone, of those that hold a word of it."""
    if way(measured) == LIST:
        return examples_by_value(measured, with_words(scored), LIST)
    return examples_by_value(measured, scored, LIST, rule="model and word list")


def of_which(measured: Measurements) -> str:
    """Which sentences examples are taken from, in words."""
    return " with a counted word" if way(measured) == LIST else ""


def counts(measured: Measurements, values: pd.DataFrame) -> dict[str, int]:
    """n of a finding that rests on one value per article."""
    return {"articles": len(values), "sentences": int(values["n"].sum()), "outlets": len(tables.outlets_of(measured.articles))}
