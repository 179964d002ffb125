"""Evidence: the places behind a number, and which of them a reader is shown first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nutgraf.findings.finding import Evidence

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

EXCERPT_WORDS = 25


def cite(
    measured: Measurements, sentence: Mapping[str, Any], spans: pd.DataFrame, role: str, words: int = EXCERPT_WORDS, rule: str = ""
) -> Evidence:
    """One sentence as evidence, its counted places marked.

    Args:
        measured: Where the texts and articles are.
        sentence: A row with article_id, version, start and end of the sentence.
        spans: The counted spans of that sentence, at least their start, end and rule.
        role: Why this one is shown, such as ``highest``.
        words: Longest excerpt, in words.
        rule: What counted beside the rules of the spans; empty for nothing.

    Returns:
        The evidence; its excerpt starts at the sentence's start and is cut after `words` words.
    """
    key = (sentence["article_id"], int(sentence["version"]))
    text = measured.texts[key]
    start, end = int(sentence["start"]), int(sentence["end"])
    cut = _cut(text[start:end], words)
    article = measured.articles.set_index(["article_id", "version"]).loc[key]
    # Of a sentence that is cut only the places that can be seen are marked and named.
    seen = spans[(spans["end"] - start) <= len(cut)]
    marks = [(int(s) - start, int(e) - start) for s, e in zip(seen["start"], seen["end"], strict=True)]
    rules = sorted(set(seen["rule"].dropna()))
    return Evidence(
        article_id=key[0],
        version=key[1],
        start=start,
        end=end,
        role=role,
        outlet=_text(article["outlet"]),
        headline=_text(article["headline"]),
        published_on=_text(article["published_on"]),
        url=_text(article["canonical_url"]) or _text(article["url"]),
        excerpt=cut + (" …" if len(cut) < end - start else ""),
        marks=tuple(sorted(marks)),
        rule=", ".join([rule] * bool(rule) + rules),
    )


def first_shown(
    measured: Measurements, sentences: Iterable[Mapping[str, Any]], spans_of: Callable[[Mapping[str, Any]], pd.DataFrame], role: str
) -> tuple[Evidence, ...]:
    """The first of some sentences whose counted place is within the excerpt, where a reader can see it; else the first; nothing of none.

    Args:
        measured: Where the texts and articles are.
        sentences: In order.
        spans_of: Gives the counted spans of a sentence.
        role: Why this one is shown.
    """
    first: Evidence | None = None
    for row in sentences:
        found = cite(measured, row, spans_of(row), role)
        if found.marks:
            return (found,)
        first = first or found
    return (first,) if first else ()


def examples_by_value(measured: Measurements, scored: pd.DataFrame, measure_id: str, rule: str = "") -> tuple[Evidence, ...]:
    """The highest and lowest sentence and the one nearest the mean: a fixed rule, so that nobody picks the striking ones.

    Args:
        measured: Where the texts and articles are.
        scored: Sentences with article_id, version, sentence, start, end and value.
        measure_id: Whose spans are marked.
        rule: What counted beside the rules of the spans.
    """
    if scored.empty:
        return ()
    spans = measured.rows("spans", measure_id)
    found = []
    for role, row in zip(("highest", "typical", "lowest"), _ends_and_middle(scored), strict=True):
        here = spans[(spans["article_id"] == row["article_id"]) & (spans["version"] == row["version"])]
        found.append(cite(measured, row, here[here["sentence"] == row["sentence"]], role, rule=rule))
    return tuple(found)


def _ends_and_middle(scored: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """The highest, the one nearest the mean and the lowest; of equals the last of the highest and the first of the others, by article."""
    import numpy as np

    values = scored["value"].to_numpy(float)
    mean = np.sort(values).mean()  # sorted, so that the order of rows plays no part in its last digit

    def chosen(wanted: np.ndarray, place: int) -> pd.Series:
        return scored[wanted].sort_values(["value", "article_id", "sentence"]).iloc[place]

    far = np.abs(values - mean)
    return chosen(values == values.max(), -1), chosen(far == far.min(), 0), chosen(values == values.min(), 0)


def _cut(text: str, words: int) -> str:
    position = 0
    for count, match in enumerate(_word_ends(text), start=1):
        position = match
        if count == words:
            return text[:position]
    return text


def _word_ends(text: str) -> Iterable[int]:
    import re

    return (match.end() for match in re.finditer(r"\S+", text))


def _text(value: Any) -> str | None:
    return None if value is None or value != value or str(value) == "NaT" else str(value)
