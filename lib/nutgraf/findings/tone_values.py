"""What every finding about tone starts from: the tone of sentences, one value per article, and the places behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from nutgraf.findings import coded, places, tables
from nutgraf.findings.finding import Method
from nutgraf.findings.places import Places

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

SCALE = "−1 hostile to +1 friendly"
AXIS = f"Tone of the sentence, {SCALE}"
FAILURES = (
    "Words of the topic count as tone: a plain report of a strike or an illness scores as hostile.",
    "A name that is also a word of the list counts, such as the first half of the village of Lower Brannow.",
    "Irony, understatement and towards whom a sentence is friendly or hostile are not seen.",
    "Most sentences hold no word of the list and score 0, which pulls every mean towards the middle.",
)
HOW = (
    "Each sentence gets a tone from a list of 7,500 weighted words with rules for negation and emphasis (VADER, Hutto and "
    "Gilbert 2014; the rules of the package vaderSentiment). "
)


def sentence_tone(measured: Measurements, voice: str = "all", parts: tuple[str, ...] = ("body",)) -> pd.DataFrame:
    """Tone of each sentence in some parts and one voice.

    Args:
        measured: With the measure ``tone``.
        voice: all, outlet, quoted or reported; segments of a sentence with two voices count under each.
        parts: Parts whose sentences count.

    Returns:
        One row per scored sentence: article_id, version, sentence, start, end, part, value, n (words counted).
    """

    def joined() -> pd.DataFrame:
        sentences = measured.rows("sentences", "sentences")
        return places.joined(_scored(measured, voice), sentences[sentences["part"].isin(parts)], "start", "end", "part")

    return measured.once(("sentence_tone", voice, parts), joined)


def _scored(measured: Measurements, voice: str) -> pd.DataFrame:
    scores = measured.rows("scores", "tone")
    scores = scores[(scores["voice"] == voice) & (scores["status"] == "ok") & scores["sentence"].notna()]
    return scores[["article_id", "version", "sentence", "value", "n"]]


def article_tone(measured: Measurements, voice: str = "all", parts: tuple[str, ...] = ("body",)) -> pd.DataFrame:
    """Mean tone of each article's sentences.

    Returns:
        One row per article with at least one such sentence: article_id, version, outlet, cluster_id, published_at, value, n
        (sentences).
    """
    return means_by_article(measured, sentence_tone(measured, voice, parts))


def means_by_article(measured: Measurements, scored: pd.DataFrame) -> pd.DataFrame:
    """Mean tone of each article over some of its sentences, with outlet, cluster and time."""
    groups = scored.groupby(["article_id", "version"], as_index=False, observed=True)
    return places.with_outlet(measured, groups.agg(value=("value", "mean"), n=("value", "size")), "cluster_id", "published_at")


def tone_places(
    measured: Measurements,
    parts: Callable[[], Iterable[tuple[pd.DataFrame, dict[str, Any]]]],
    keys: tuple[str, ...],
    every: dict[str, str] | None = None,
) -> Places:
    """Sentences that stand in a mean, each list with columns of its own, and the words that counted in them."""

    def build() -> pd.DataFrame:
        found = [places.scored_sentences(scored, "tone", **columns) for scored, columns in parts()]
        return coded.stacked([*found, places.words_of(measured, "tone", "tone_word", found)])

    return places.of_measured(measured, build, keys, every)


def of_articles(scored: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The sentences of some articles alone."""
    return scored[places.is_in(scored, articles, ["article_id", "version"])]


def method(measured: Measurements, text: str) -> Method:
    """The method card of a tone finding; `text` says what it does beyond the tone of sentences."""
    return Method(text=HOW + text, measures=("tone",), known_failures=FAILURES, versions=measured.versions)


def counts(measured: Measurements, values: pd.DataFrame) -> dict[str, int]:
    """n of a finding that rests on one value per article."""
    return {"articles": len(values), "sentences": int(values["n"].sum()), "outlets": len(tables.outlets_of(measured.articles))}
