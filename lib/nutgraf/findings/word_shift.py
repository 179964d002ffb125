"""Which words of a list make the difference in tone between two outlets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nutgraf.compare.word_shift import Article, Shift, WordShift, word_shift
from nutgraf.findings import coded, places, tables, tone_people
from nutgraf.findings.evidence import first_shown
from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.findings.tone_method import FAILURES
from nutgraf.findings.tone_values import LIST, list_words, sentence_tone
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

MOST = 16
_KEY = ["article_id", "version"]
_HOW = (
    "Each word of VADER's list weighs −4 to +4. Its part of the difference is its weight times how much oftener the first outlet uses it, for 100 "
    "body sentences; all parts together are the difference in summed weights (Gallagher et al. 2021). Negations and emphasis, which the tone of a "
    "sentence takes into account, play no part here. Of a text that an outlet ran several times, the copies are drawn together."
)


def between(measured: Measurements, outlets: tuple[str, str], *, min_articles: int, source: str) -> Finding:
    """The words of VADER's list that make one outlet friendlier or more hostile than another.

    Args:
        measured: With the measure ``tone``.
        outlets: From `nutgraf.findings.wording.pair`.
        min_articles: With fewer articles of either, nothing is said.
        source: Source line.
    """
    first, second = outlets
    subtitle = f"Words that make {first or 'one outlet'} friendlier (+) or more hostile (−) than {second or 'another'}, for 100 body sentences"
    words, groups = list_words(measured, LIST), _groups(measured, outlets)
    n = {"articles": sum(len(group) for group in groups), "sentences": sum(int(group["n_sentences"].sum()) for group in groups)}
    by_people = tone_people.lines(measured, (LIST,))
    card = Method(text=_HOW, measures=(LIST,), known_failures=FAILURES[LIST][:2], versions=measured.versions, by_people=by_people)
    sizes = dict(zip(outlets, map(len, groups), strict=True))
    few = [f"{tables.counted(size, 'article')} of {name}" for name, size in sizes.items() if size < min_articles]
    if not all(outlets) or few:
        reason = f"{tables.listed(few)}, {min_articles} needed" if all(outlets) else "two outlets are needed"
        return Finding.cannot_say("word-shift", subtitle, reason, n=n, source=source, method=card)
    found = word_shift(*(_articles(group, words) for group in groups), dict(zip(words["word"], words["weight"], strict=True)), most=MOST)
    if not found.words:
        return Finding.cannot_say("word-shift", subtitle, "no word of the list stands in their sentences", n=n, source=source, method=card)
    shifts = sorted(found.words, key=lambda one: (-one.shift, one.word))
    return Finding(
        id="word-shift", takeaway=_takeaway(found, outlets),
        margin="" if found.low != found.low else f"between {shown(found.low, 'score')} and {shown(found.high, 'score')} for 100 sentences",
        subtitle=f"{subtitle}; the {tables.counted(len(shifts), 'word')} with the largest parts; {measured.selection.described}", n=n,
        interval=f"{tables.interval(measured)}; each word by itself, so that of 40 about two lie beyond 0 by chance",
        columns=(
            Column("word", "Word", "text"), Column("weight", "Weight", "score", "in the list, −4 to +4"),
            Column("shift", "Part of the difference", "score", f"weights for 100 body sentences; above 0 it makes {first} the friendlier"),
            Column("shift_low", "From", "score", "lower end of the 95 % interval"),
            Column("shift_high", "To", "score", "upper end of the 95 % interval"),
            Column("uses_a", first, "count", f"uses in {first}"), Column("uses_b", second, "count", f"uses in {second}"),
        ),
        rows=[_row(one) for one in shifts], method=card, source=source,
        chart={"form": "word_shift", "word": "word", "value": "shift", "low": "shift_low", "high": "shift_high", "count_a": "uses_a",
               "count_b": "uses_b", "label_a": first, "label_b": second, "what": f"words behind the tone of {first} and {second}"},
        examples=_examples(measured, words, groups, shifts),
        examples_rule="for the word at either end, the first sentence that uses it, of the outlet that uses it oftener",
        places=places.of_measured(measured, lambda: _uses(words, groups, {one.word for one in shifts}), ("word",)),
    )  # fmt: skip


def _groups(measured: Measurements, outlets: tuple[str, str]) -> list[pd.DataFrame]:
    """Of each outlet its articles with body sentences: article_id, version, n_sentences, outlet, drawn_with, published_at."""
    sentences = sentence_tone(measured, by=LIST)
    sizes = sentences.groupby(_KEY, as_index=False, observed=True).agg(n_sentences=("sentence", "size"))
    every = places.with_outlet(measured, sizes, "drawn_with", "published_at")
    return [every[every["outlet"] == outlet] for outlet in outlets]


def _articles(group: pd.DataFrame, words: pd.DataFrame) -> list[Article]:
    uses: dict[tuple[str, int], dict[str, int]] = {}
    mine = words[places.is_in(words, group, _KEY)]
    for (article, version, word), n in mine.groupby([*_KEY, "word"], observed=True).size().items():
        uses.setdefault((str(article), int(version)), {})[word] = int(n)
    keys = zip(group["article_id"].astype(str), group["version"], group["n_sentences"], group["drawn_with"], strict=True)
    return [Article(int(n), uses.get((article, int(version)), {}), None if copy != copy else copy) for article, version, n, copy in keys]


def _row(one: Shift) -> list[Any]:
    ends = [None, None] if one.low != one.low else [one.low, one.high]
    return [one.word, one.weight, one.shift, *ends, one.uses_a, one.uses_b]


def _takeaway(found: WordShift, outlets: tuple[str, str]) -> str:
    """Which outlet's words weigh more on the friendly side, whether that is clear, and which word does most for it."""
    first, second = outlets
    by = f"{shown(found.difference, 'score')} points of weight for 100 sentences"
    if found.low != found.low:
        sure = f"The words of {first} and {second} differ by {by}; there are too few texts for an interval"
    elif round(found.low, 2) <= 0 <= round(found.high, 2):
        sure = f"The words of {first} and {second} do not differ clearly in tone ({by})"
    else:
        sure = f"By its words, {first} is {'friendlier' if found.difference > 0 else 'more hostile'} than {second} ({by})"
    most = found.words[0]
    clear = most.low == most.low and (round(most.low, 2) > 0 or round(most.high, 2) < 0)  # as the chart shows them
    towards = "friendlier" if most.shift > 0 else "more hostile"
    return f"{sure}; “{most.word}” does most, making {first} {towards}{'' if clear else ', though by no more than chance'}"


def _uses(words: pd.DataFrame, groups: list[pd.DataFrame], shown_words: set[str]) -> pd.DataFrame:
    """Every use of the words shown, with the count it belongs to."""
    kept = words[words["word"].isin(shown_words)]
    found = []
    for side, group in zip(("uses_a", "uses_b"), groups, strict=True):
        mine = kept[places.is_in(kept, group, _KEY)]
        columns = mine[[*_KEY, "sentence", "start", "end", "rule", "word"]].assign(value=mine["weight"])
        found.append(places.constants(columns, kind="tone_word", measure=LIST, counts_in=f"weight shift shift_low shift_high {side}"))
    return coded.stacked(found)


def _examples(measured: Measurements, words: pd.DataFrame, groups: list[pd.DataFrame], shifts: list[Shift]) -> tuple[Evidence, ...]:
    """For the word at either end, a sentence of the outlet that uses it oftener."""
    sentences, found = sentence_tone(measured, by=LIST), []
    for one in dict.fromkeys((shifts[0], shifts[-1])):
        group = groups[one.uses_b > one.uses_a]
        uses = words[(words["word"] == one.word) & places.is_in(words, group, _KEY)]
        there = sentences[places.is_in(sentences, uses)]
        order = there.merge(group[[*_KEY, "published_at"]], on=_KEY).sort_values(["published_at", "article_id", "sentence"])
        rows = (row for _, row in order.iterrows())
        found += first_shown(
            measured, rows, lambda row, uses=uses: uses[(uses["article_id"] == row["article_id"]) & (uses["sentence"] == row["sentence"])],
            f"“{one.word}”",
        )  # fmt: skip
    return tuple(found)
