"""Tone against people: how often a measure of tone says of a sentence what this desk's own coders say of it.

Coders answer by the codebooks ``sentence-tone`` and ``target-tone``. Where several coded a sentence, most of them decide, and one on which they are
split is left out. Of one article several sentences may be coded, so that intervals come from drawing articles anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.codes import Unit, by_unit
from nutgraf.compare.coders import of_sets
from nutgraf.compare.intervals import Interval, bootstrap_share
from nutgraf.compare.scoring import Figure, column, ratio, scored
from nutgraf.compare.tones import compared, macro_f1, pearson
from nutgraf.findings import coded, places, tables
from nutgraf.findings.accuracy import short
from nutgraf.findings.finding import Column, Finding, Method
from nutgraf.findings.people import alpha_in_words, precision_and_recall
from nutgraf.findings.target_values import ID as OF_TARGETS
from nutgraf.findings.target_values import target_questions
from nutgraf.findings.tone_values import LIST, NEWS, TOGETHER, band, sentence_tone, side_of, way
from nutgraf.numbers import counted, shown
from nutgraf.schema import ANALYSED_PARTS

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.codes import Code
    from nutgraf.jupyter import Measurements

#: The codebooks by which tone is coded.
SENTENCES, TARGETS = "sentence-tone", "target-tone"
#: Fewer coded sentences than this say nothing of how right a measure is.
MIN_CODED = 20
_PLACE = ["article_id", "version", "start", "end"]
SIDES = {"hostile": -1, "neutral": 0, "friendly": 1}
NAMES = {TOGETHER: "model and list together", LIST: "VADER's list", NEWS: "the news list", OF_TARGETS: "the model"}
_WHAT = {SENTENCES: "tone", TARGETS: "tone towards somebody"}
_FIGURES = (Figure("macro_f1", macro_f1), Figure("pearson", pearson))
_NAMES = {"of_all": "weighed to stand for all sentences here, in", "macro_f1": "macro-F1", "pearson": "Pearson"}
_HOW = (
    "Precision: of the sentences that the measure calls hostile (neutral, friendly), the share that people call so too. Recall: of those that people "
    "call so, the share that the measure calls so. Where several people coded a sentence, most of them decide; where they are split, it is left out. "
    "Sentences are mostly drawn so that hostile and friendly ones occur; of all sentences more are neutral."
)
_LIMITS = ("People read the sentence alone, as the measure does; with the article before them they might say something else.",)


def lines(measured: Measurements, by: Collection[str], codebook: str = SENTENCES) -> tuple[str, ...]:
    """What a method card says of the desk's own codes: each measure against them, and how far coders agree; or that there are too few.

    Args:
        measured: With these measures.
        by: Their ids.
        codebook: `SENTENCES` or `TARGETS`.
    """
    codes = measured.codes_by(codebook)
    n_coded = len(by_unit(codes))
    if n_coded < MIN_CODED:
        few = f"{counted(n_coded, 'sentence') if n_coded else 'no sentences'} for {_WHAT[codebook]}"
        return (f"of these articles this desk coded {few}" + (f", {MIN_CODED} needed" if n_coded else ""),)
    return (*(_line(measured, one, codebook) for one in by), _of_coders(codes))


def _line(measured: Measurements, by: str, codebook: str) -> str:
    both = against(measured, by, codebook)
    head = f"{by}, against this desk's own codes: "
    if len(both) < MIN_CODED:
        return f"{head}not assessable, {counted(len(both), 'sentence')} with one answer by coders and one by the measure, {MIN_CODED} needed"
    share = _same(both)
    found = scored(_counts(both), [*_FIGURES, of_all(_bands(measured, codebook)["band"].value_counts().to_dict())], _articles(both))
    parts = [f"agrees in {round(share.mean * share.n):,} of {share.n:,} sentences{_between(share.low, share.high)}"]
    for name, words in _NAMES.items():
        value = found[name]
        if value is not None:
            parts.append(f"{words} {short(value)}{_between(found[f'{name}_low'], found[f'{name}_high'])}")
    return head + "; ".join(parts)


def of_all(sizes: Mapping[str, int]) -> Figure:
    """The share of all sentences on which people and a measure would agree: that of the coded ones in each band of tone, weighed by the band's size.

    Sentences are dealt out over bands, so that those far from 0 are oftener among the coded ones than among all. Holt, D., & Smith, T. M. F. (1979).
    Post stratification. Journal of the Royal Statistical Society A, 142(1), 33–46.

    Args:
        sizes: How many sentences there are in each band; a band of which none was coded leaves no figure.
    """
    whole = sum(sizes.values())
    return Figure(
        "of_all", lambda sums: sum(n / whole * ratio(column(sums, f"right {band}"), column(sums, f"n {band}")) for band, n in sizes.items())
    )


def _between(low: float | None, high: float | None) -> str:
    """An interval in brackets; nothing where there is none."""
    return "" if low is None or high is None or low != low or high != high else f" ({short(low)} to {short(high)})"


def _of_coders(codes: Sequence[Code]) -> str:
    """How many coded these sentences and how far they agree; and on how many they are split."""
    n = len({code.coder for code in codes})
    if n == 1:
        return "one person coded these sentences, so that agreement between coders is not known"
    split = sum(_side(answers.values()) is None for answers in by_unit(codes).values())
    left_out = f"; {counted(split, 'sentence')} on which they are split {'is' if split == 1 else 'are'} left out" if split else ""
    return f"{n} people coded these sentences: {alpha_in_words(of_sets(codes))}{left_out}"


def _side(answers: Iterable[Code]) -> int | None:
    """What most coders say of a sentence, −1, 0 or 1; None where they are split."""
    said = Counter(SIDES[frame] for code in answers for frame in code.frames if frame in SIDES)
    side, n = said.most_common(1)[0] if said else (0, 0)
    return side if 2 * n > said.total() else None


def against(measured: Measurements, by: str, codebook: str = SENTENCES) -> pd.DataFrame:
    """Sentences with one answer by people and one by a measure.

    Args:
        measured: With the measure.
        by: Its id.
        codebook: `SENTENCES` or `TARGETS`.

    Returns:
        One row per coded sentence (and target): article_id, version, outlet, start and end of what was coded, value and side by the measure, said by
        people, and the band of tone from which it was drawn; sides are −1, 0 and 1. A code whose place is no sentence or target of the article any
        more has no row.
    """

    def made() -> pd.DataFrame:
        said = {unit: side for unit, answers in by_unit(measured.codes_by(codebook)).items() if (side := _side(answers.values())) is not None}
        found, articles = _read(measured, by), {unit.article_id for unit in said}
        found = found[found["article_id"].isin(articles)]
        rows = zip(*(found[name] for name in _PLACE), strict=True)
        answers = [said.get(Unit(str(article), int(version), int(start), int(end))) for article, version, start, end in rows]
        found = found.assign(said=answers)[[answer is not None for answer in answers]].reset_index(drop=True)
        drawn_from = _bands(measured, codebook)
        position = places.positions(found, drawn_from, _PLACE)
        found = found.assign(side=side_of(found, by), said=found["said"].astype(int), band=drawn_from["band"].to_numpy()[position])
        return places.with_outlet(measured, found[position >= 0].reset_index(drop=True))

    return measured.once(("tone_against_people", by, codebook), made)


def _read(measured: Measurements, by: str) -> pd.DataFrame:
    """What a measure says of what may be coded: article_id, version, start, end, value, label."""
    if by == OF_TARGETS:
        found = target_questions(measured).drop(columns=["start", "end"]).rename(columns={"mention_start": "start", "mention_end": "end"})
    else:
        found = sentence_tone(measured, parts=ANALYSED_PARTS, by=by)
    return found[[*_PLACE, "value", "label"]].drop_duplicates(_PLACE)  # two names of one mention are coded once


def _bands(measured: Measurements, codebook: str) -> pd.DataFrame:
    """The band of tone from which each place is drawn: article_id, version, start, end, band."""

    def made() -> pd.DataFrame:
        found = _read(measured, OF_TARGETS if codebook == TARGETS else way(measured))
        return found[_PLACE].assign(band=[band(value) for value in found["value"]])

    return measured.once(("tone_bands", codebook), made)


def _articles(both: pd.DataFrame) -> list[str]:
    return [str(article) for article in both["article_id"]]


def _same(both: pd.DataFrame) -> Interval:
    """Share of sentences on which people and measure say the same."""
    return bootstrap_share((both["said"] == both["side"]).tolist(), _articles(both))


def _counts(both: pd.DataFrame) -> list[dict[str, float]]:
    rows = zip(both["said"], both["side"], both["value"], both["band"], strict=True)
    return [
        {**compared(int(said), int(side), (float(said), float(value))), f"n {drawn_from}": 1, f"right {drawn_from}": said == side}
        for said, side, value, drawn_from in rows
    ]


def against_people(measured: Measurements, codebook: str = SENTENCES, *, source: str) -> Finding:
    """How often the measures of tone call a sentence what people call it.

    Args:
        measured: With the measure ``sentence_tone`` or ``target_tone``.
        codebook: `SENTENCES` or `TARGETS`.
        source: Source line.
    """
    ways = measures_of(measured, codebook)
    every = {by: against(measured, by, codebook) for by in ways}
    first = every[ways[0]]
    n = {"sentences": len(first), "articles": len(set(_articles(first))), "coders": len({code.coder for code in measured.codes_by(codebook)})}
    subtitle = "Measures of tone against hand codes"
    by_people = lines(measured, ways, codebook)
    method = Method(text=_HOW, measures=ways, known_failures=_LIMITS, versions=measured.versions, by_people=by_people)
    if len(first) < MIN_CODED:
        reason = f"{counted(len(first), 'sentence')} with one answer by coders and one by the measure, {MIN_CODED} needed"
        return Finding.cannot_say("tone-against-people", subtitle, reason, n=n, source=source, method=method)
    share = _same(first)
    return Finding(
        id="tone-against-people",
        takeaway=f"People say the same as {NAMES[ways[0]]} of {round(share.mean * share.n):,} of {share.n:,} sentences",
        margin=f"between {shown(share.low, 'share')} and {shown(share.high, 'share')}" if share.low == share.low else "",
        subtitle=f"{subtitle}; {measured.selection.described}", n=n,
        interval=f"{tables.interval(measured)}; where all sentences agree, the exact (Clopper–Pearson) interval",
        columns=(
            Column("read_by", "Read by", "text", "what read the sentence"), Column("tone", "Tone", "text", "hostile, neutral or friendly"),
            Column("n_people", "People", "count", "sentences that people call so"),
            Column("n_measure", "Measure", "count", "sentences that the measure calls so"),
            Column("n_both", "Both", "count", "sentences that both call so"),
            Column("precision", "Precision", "share", "of the measure's sentences, those that people call so too"),
            Column("precision_low", "From", "share", "lower end of the 95 % interval"),
            Column("precision_high", "To", "share", "upper end of the 95 % interval"),
            Column("recall", "Recall", "share", "of people's sentences, those that the measure calls so"),
            Column("recall_low", "From", "share", "lower end of the 95 % interval"),
            Column("recall_high", "To", "share", "upper end of the 95 % interval"),
        ),
        rows=[_row(by, tone, both) for by, both in every.items() for tone in SIDES],
        method=method, source=source, places=places.of_measured(measured, lambda: _places(every), ("read_by", "tone")),
    )  # fmt: skip


def measures_of(measured: Measurements, codebook: str) -> tuple[str, ...]:
    """Ids of the measures that can be held against a codebook here, the one that figures rest on first."""
    if codebook == TARGETS:
        return (OF_TARGETS,)
    return tuple(dict.fromkeys([way(measured), *(by for by in (LIST, NEWS) if by in measured.versions)]))


def _row(by: str, tone: str, both: pd.DataFrame) -> list[Any]:
    pairs = [(said == SIDES[tone], side == SIDES[tone]) for said, side in zip(both["said"], both["side"], strict=True)]
    precision, recall = precision_and_recall(pairs, _articles(both))
    counts = [sum(said for said, _ in pairs), sum(found for _, found in pairs), sum(map(all, pairs))]
    return [NAMES[by], tone, *counts, *precision, *recall]


def _places(every: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Each sentence once for each measure and tone that it counts in."""
    of_people, of_measure = "n_people recall recall_low recall_high", "n_measure precision precision_low precision_high"
    found = []
    for by, both in every.items():
        for tone, side in SIDES.items():
            said, is_found = both["said"] == side, both["side"] == side
            kept = both[said | is_found]
            outcomes = zip(said[kept.index], is_found[kept.index], strict=True)
            counts_in = [" ".join([of_people] * a + [of_measure] * b + ["n_both"] * (a and b)) for a, b in outcomes]
            rows = kept[[*_PLACE, "value"]].assign(counts_in=counts_in, read_by=NAMES[by], tone=tone)
            found.append(places.constants(rows, kind=places.SENTENCE, rule="coded by hand", measure=by))
    return coded.stacked(found)
