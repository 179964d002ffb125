"""The tone of what others say, quoted or reported, against the tone of what an outlet says itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nutgraf.findings import coded, tables, voices
from nutgraf.findings.finding import Column, Evidence, Finding
from nutgraf.findings.tone import beyond_zero, difference, dots
from nutgraf.findings.tone_method import method
from nutgraf.findings.tone_values import article_tone, counts, examples, of_articles, of_which, sentence_tone, tone_places

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

OTHERS = ("quoted", "reported")
_TEXT = (
    "A sentence that holds several voices is cut where one ends, and each piece is scored by itself, so that an outlet is not charged with the words "
    "of others. Quoted is what stands between quotation marks, reported what somebody is said to say without them. The difference is taken within "
    "each article that has both, then averaged over an outlet's articles."
)


def by_voice(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """How the tone of what an outlet quotes, and of what it reports others as saying, differs from what it says itself.

    Args:
        measured: With the measure ``tone``.
        min_articles: Outlets with fewer articles that hold both voices are shown as not assessable.
        source: Source line.
    """
    own, sides, made = article_tone(measured, "outlet"), {}, {}
    lacking = voices.not_assessed(measured, "attribution")
    for voice in OTHERS:
        sides[voice], made[voice] = difference(measured, article_tone(measured, voice), own, min_articles=min_articles)
        if voice == "reported" and len(lacking) == len(measured.articles):  # nobody looked: "0 articles" would be wrong
            made[voice] = [[*row[:5], f"not assessed: {voices.why_not(lacking)}"] for row in made[voice]]
    rows = [[first[0], voices.NAMES[voice], *row[1:]] for first in made["quoted"] for voice in OTHERS for row in made[voice] if row[0] == first[0]]
    question = "Tone of what others say minus tone of what the outlet says itself; below 0 the others are the more hostile"
    card = method(measured, _TEXT)
    n = _counts(measured, sides)
    if not any(row[2] is not None for row in rows):
        reason = f"no outlet has {tables.counted(min_articles, 'article')} with words of others and of its own"
        return Finding.cannot_say("tone-by-voice", question, reason, n=n, source=source, method=card)
    said, beyond = _said(made)
    return Finding(
        id="tone-by-voice", takeaway=said, margin=tables.margins(beyond[:3], "score"), subtitle=f"{question}; {measured.selection.described}", n=n,
        interval=f"{tables.interval(measured)}; each figure by itself, so that of 40 about one lies above 0 and one below it by chance",
        columns=(
            Column("outlet", "Outlet", "text"), Column("whose", "Whose words", "text", "quoted, or reported without quotation marks"),
            *tables.columns("difference", "Difference", "score", "mean over articles of the difference within each article")[1:],
        ),
        rows=rows, method=card, source=source,
        chart={**dots("difference", "tone of others' words minus own words", "Others minus the outlet itself: left of 0 the others are more hostile"),
               "group": "whose"},
        examples=tuple(one for voice in OTHERS for one in _examples(measured, voice)),
        examples_rule=f"of all body sentences with quoted words{of_which(measured)}, and of those with reported ones: the highest and the lowest "
        "by the tone of these words, and the one nearest the mean",
        places=tone_places(measured, lambda: [one for voice in OTHERS for one in _both(measured, voice, sides[voice])], ("outlet", "whose")),
    )  # fmt: skip


def _said(made: dict[str, list[list[Any]]]) -> tuple[str, list[list[Any]]]:
    """The takeaway, and the rows whose intervals it speaks of."""
    found = []
    for voice in OTHERS:
        rows = sorted((row for row in made[voice] if row[1] is not None), key=lambda row: (-row[1], row[0]))
        phrase = f"{voices.NAMES[voice]} is {{}} than {voices.NAMES['outlet']}"
        found.append(beyond_zero(rows, phrase.format("friendlier"), phrase.format("more hostile")))
    told = "; ".join(said for said, _ in found if said).replace("; In ", "; in ")
    if told:
        return told, [[f"{row[0]}, {voice}", *row[1:]] for voice, (_, rows) in zip(OTHERS, found, strict=True) for row in rows]
    if not any(row[2] is not None for rows in made.values() for row in rows):
        return "There are too few articles for an interval around the tone of others less that of the outlet itself", []
    return "In no outlet do the words of others differ in tone from its own by more than chance", []


def _counts(measured: Measurements, sides: dict[str, pd.DataFrame]) -> dict[str, int]:
    """n: articles with both voices, and the sentences of theirs that hold either."""
    every = coded.stacked([both[["article_id", "version"]] for both in sides.values()]).drop_duplicates()
    parts = [part[["article_id", "version", "sentence"]] for voice in OTHERS for part, _ in _both(measured, voice, sides[voice])]
    n = len(coded.stacked(parts).drop_duplicates())
    return {**counts(measured, every.assign(n=0)), "sentences": n}


def _both(measured: Measurements, voice: str, both: pd.DataFrame) -> list[tuple[pd.DataFrame, dict[str, Any]]]:
    """The sentences on both sides of one difference."""
    whose = voices.NAMES[voice]
    return [(of_articles(sentence_tone(measured, side), both), {"label": voices.NAMES[side], "whose": whose}) for side in (voice, "outlet")]


def _examples(measured: Measurements, voice: str) -> list[Evidence]:
    return [replace(one, role=f"{one.role}, {voice}") for one in examples(measured, sentence_tone(measured, voice))]
