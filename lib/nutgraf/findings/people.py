"""Findings about what people coded: how far they agree, and how often a measure says what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.codebooks import ARTICLE
from nutgraf.codes import by_unit
from nutgraf.compare.agreement import LEVEL, Agreement
from nutgraf.compare.coders import by_frame, of_sets
from nutgraf.compare.intervals import bootstrap_share
from nutgraf.findings import places, tables
from nutgraf.findings.accuracy import short
from nutgraf.findings.finding import Column, Finding, Method
from nutgraf.findings.frame_values import article_frames, failures, name_of
from nutgraf.numbers import counted, shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.codes import Code
    from nutgraf.jupyter import Measurements

_KEY = ["article_id", "version"]
#: From here on Krippendorff (2019) calls codes reliable; below the second, not even for tentative conclusions.
RELIABLE, TENTATIVE = 0.80, 0.67
NOBODY = "nobody has coded any of these articles"
#: Columns that every pair of coders counts in.
_PAIRS = "alpha alpha_low alpha_high"


class _Words(NamedTuple):
    """What is coded, what is said of it, and all of that together, in words."""

    unit: str
    code: str
    all: str


def _how(of: _Words) -> str:
    return (
        f"Krippendorff's alpha: 1 is full agreement, 0 is what chance would give. Counted are {of.unit}s that two coders or more have read; for each "
        f"pair of coders it is asked whether both saw the {of.code}, one alone or none. Krippendorff (2019) asks for {RELIABLE:.2f}, and for "
        f"{TENTATIVE:.2f} where conclusions are tentative."
    )


def agreement(measured: Measurements, codebook: str = "", *, source: str) -> Finding:
    """How far coders agree on each frame of a codebook, over articles, or over sentences where the codebook is for these.

    Args:
        measured: Any measures over the articles that were coded.
        codebook: Id of the codebook; empty for the one by which the desk looks for frames.
        source: Source line.
    """
    book, codes = measured.codebook_named(codebook), measured.codes_by(codebook)
    of = _Words("article", "frame", "all frames of an article") if book.unit == ARTICLE else _Words("sentence", "code", "all sentences")
    units = by_unit(codes)
    shared = sum(len(answers) > 1 for answers in units.values())
    n = {f"{of.unit}s": shared, "coded by one alone": len(units) - shared, "coders": len({code.coder for code in codes})}
    subtitle = f"Agreement between coders by {of.code}, Krippendorff's alpha"
    method = Method(text=_how(of), versions=measured.versions)
    found = by_frame(codes, book.frame_ids)
    whole = of_sets(codes)
    if whole.alpha is None:
        reason = NOBODY if not units else f"{whole.n_units} shared {of.unit}s" if not shared else str(whole.reason)
        return Finding.cannot_say("coders-agree", subtitle, reason, n=n, source=source, method=method)
    return Finding(
        id="coders-agree", takeaway=f"Over {of.all}, coders reach an alpha of {whole.alpha:.2f}: {_judged(whole)}",
        margin="" if whole.low is None or whole.high is None else f"alpha between {whole.low:.2f} and {whole.high:.2f}",
        subtitle=f"{subtitle}; {measured.selection.described}", n=n,
        interval=f"{LEVEL:.0%} interval: {of.unit}s drawn anew 1,000 times",
        columns=(
            Column("frame", of.code.capitalize(), "text"), Column("alpha", "Alpha", "score", "1 full agreement, 0 chance"),
            Column("alpha_low", "From", "score", "lower end of the 95 % interval"),
            Column("alpha_high", "To", "score", "upper end of the 95 % interval"),
            Column(f"n_{of.unit}s", f"{of.unit.capitalize()}s", "count", "read by two coders or more"),
            Column("n_both", "Both", "count", "pairs of coders of whom both saw it"), Column("n_one", "One", "count", "pairs of whom one saw it"),
            Column("n_none", "None", "count", "pairs of whom none saw it"), Column("note", "Note", "text", "why there is no alpha"),
        ),
        rows=[
            [name_of(one.frame), one.agreement.alpha, one.agreement.low, one.agreement.high, one.agreement.n_units, one.both, one.one, one.none,
             one.agreement.reason or ""]
            for one in found
        ],
        method=method, source=source,
        chart={"form": "interval_dots", "name": "frame", "value": "alpha", "low": "alpha_low", "high": "alpha_high", "n": f"n_{of.unit}s",
               "note": "note", "line": TENTATIVE, "kind": "score", "what": "agreement between coders",
               "axis": f"0 chance, 1 full agreement; the line is at {TENTATIVE:.2f}, below which no conclusion should rest"},
        places=places.of_measured(measured, lambda: _answers(measured, codes, book.frame_ids, of.unit), ("frame",)),
    )  # fmt: skip


def _judged(found: Agreement) -> str:
    """What an alpha allows, after Krippendorff."""
    if found.alpha is None or found.alpha < TENTATIVE:
        return "too little to rest a figure on"
    return "enough to rest figures on" if found.alpha >= RELIABLE else "enough for tentative figures alone"


def alpha_in_words(found: Agreement) -> str:
    """An alpha with its interval and n for a method card, or why there is none."""
    if found.alpha is None:
        return f"alpha not assessable, {found.reason}"
    ends = "" if found.low is None or found.high is None else f" ({short(found.low)} to {short(found.high)})"
    return f"alpha {short(found.alpha)}{ends}, n = {found.n_units:,}"


def _answers(measured: Measurements, codes: Sequence[Code], frames: Sequence[str], unit_name: str) -> pd.DataFrame:
    """Each article or sentence that two have coded, once for each frame and pair of coders, with what both said of it."""
    import pandas as pd

    rows = []
    for unit, answers in by_unit(codes).items():
        for (one, first), (other, second) in combinations(sorted(answers.items()), 2):
            for frame in frames:
                said = (frame in first.frames, frame in second.frames)
                label = f"{one}: {'yes' if said[0] else 'no'}; {other}: {'yes' if said[1] else 'no'}"
                counts_in = f"{_PAIRS} n_{unit_name}s {('n_none', 'n_one', 'n_both')[sum(said)]}"
                rows.append([*unit, name_of(frame), label, counts_in])
    found = pd.DataFrame(rows, columns=[*_KEY, "start", "end", "frame", "label", "counts_in"])
    if unit_name != ARTICLE:
        return places.constants(found, kind=places.SENTENCE, rule="coded by hand")
    whole = places.whole(found, end=places.lengths(measured, found), **{name: found[name] for name in ("frame", "label", "counts_in")})
    return places.constants(whole, rule="coded by hand")


def _gold(codes: Sequence[Code], frames: Sequence[str]) -> dict[tuple[str, int], dict[str, bool | None]]:
    """What most coders say of each article and frame; None where they are split."""
    found: dict[tuple[str, int], dict[str, bool | None]] = {}
    for unit, answers in by_unit(codes).items():
        seen = {frame: sum(frame in code.frames for code in answers.values()) for frame in frames}
        said = {frame: None if 2 * n == len(answers) else 2 * n > len(answers) for frame, n in seen.items()}
        found[unit.article_id, unit.version] = said
    return found


def outcomes(measured: Measurements) -> dict[str, list[tuple[bool, bool]]]:
    """For each frame what people say and whether the candidate is present, article by article; those that cannot be assessed, or on which coders are
    split, are left out.

    Args:
        measured: With the measure ``frames``.
    """
    frames = measured.codebook.frame_ids
    gold = _gold(measured.codes, frames)
    found: dict[str, list[tuple[bool, bool]]] = {frame: [] for frame in frames}
    if not gold:
        return found
    answers = article_frames(measured)
    answers = answers[answers["status"] == "ok"]
    for article, version, frame, label in zip(*(answers[name] for name in (*_KEY, "frame", "label")), strict=True):
        said = gold.get((str(article), int(version)), {}).get(str(frame))
        if said is not None:
            found[str(frame)].append((said, label == "present"))
    return found


def against_people(measured: Measurements, *, source: str) -> Finding:
    """How often the candidates are what people see, and how much of it they find.

    Args:
        measured: With the measure ``frames``.
        source: Source line.
    """
    compared = outcomes(measured)
    rows = [_row(frame, pairs) for frame, pairs in compared.items()]
    n = {"articles": max((len(pairs) for pairs in compared.values()), default=0), "coders": len({code.coder for code in measured.codes})}
    subtitle = "Candidates of the codebook against hand codes"
    method = Method(
        text="Precision: of the articles in which the candidate is present, the share in which people saw the frame. Recall: of the articles in "
        "which people saw it, the share in which the candidate is present. Where several people coded an article, most of them decide; where they "
        "are split, it is left out.",
        measures=("frames",), known_failures=failures(measured.codebook), versions=measured.versions,
    )  # fmt: skip
    known = [row for row in rows if row[5] is not None or row[8] is not None]
    if not known:
        reason = NOBODY if not measured.codes else "no article has a frame, by people or by candidates"
        return Finding.cannot_say("candidates-against-people", subtitle, reason, n=n, source=source, method=method)
    return Finding(
        id="candidates-against-people", takeaway=_takeaway(compared), subtitle=f"{subtitle}; {measured.selection.described}", n=n,
        interval=f"{tables.interval(measured)}; where all articles agree, the exact (Clopper–Pearson) interval",
        columns=(
            Column("frame", "Frame", "text"), Column("n_articles", "Articles", "count", "coded, and assessable by the candidates"),
            Column("n_people", "People", "count", "articles in which people saw the frame"),
            Column("n_candidates", "Candidates", "count", "articles in which the candidate is present"),
            Column("n_both", "Both", "count", "articles in which it is so for both"),
            Column("precision", "Precision", "share", "of the candidates' articles, those in which people saw it too"),
            Column("precision_low", "From", "share", "lower end of the 95 % interval"),
            Column("precision_high", "To", "share", "upper end of the 95 % interval"),
            Column("recall", "Recall", "share", "of people's articles, those in which the candidate is present"),
            Column("recall_low", "From", "share", "lower end of the 95 % interval"),
            Column("recall_high", "To", "share", "upper end of the 95 % interval"),
        ),
        rows=rows, method=method, source=source,
        places=places.of_measured(measured, lambda: _compared(measured), ("frame",)),
    )  # fmt: skip


def _row(frame: str, pairs: Sequence[tuple[bool, bool]]) -> list[Any]:
    precision, recall = precision_and_recall(pairs)
    return [name_of(frame), len(pairs), sum(said for said, _ in pairs), sum(there for _, there in pairs), sum(map(all, pairs)), *precision, *recall]


def precision_and_recall(
    pairs: Sequence[tuple[bool, bool]], clusters: Sequence[str] | None = None
) -> tuple[list[float | None], list[float | None]]:
    """Precision and recall, each with its ends; nothing where there is nothing to divide by.

    Args:
        pairs: What people say and what the measure says of each text.
        clusters: The article of each, where texts are sentences, so that articles are drawn; None where each is one.
    """
    found = []
    for is_of, other in ((1, 0), (0, 1)):
        kept = [at for at, pair in enumerate(pairs) if pair[is_of]]
        drawn = None if clusters is None else [clusters[at] for at in kept]
        one = bootstrap_share([bool(pairs[at][other]) for at in kept], drawn) if kept else None
        found.append([None, None, None] if one is None else [one.mean, *(None if end != end else end for end in (one.low, one.high))])
    return found[0], found[1]


def _takeaway(compared: Mapping[str, Sequence[tuple[bool, bool]]]) -> str:
    pairs = [pair for one in compared.values() for pair in one]
    there, said, both = sum(pair[1] for pair in pairs), sum(pair[0] for pair in pairs), sum(all(pair) for pair in pairs)
    found = f"Of {counted(there, 'frame')} that the candidates find in articles, people see {both:,}"
    return f"{found if there else 'The candidates find no frame in these articles'}; of {said:,} that people see, the candidates find {both:,}"


def _compared(measured: Measurements) -> pd.DataFrame:
    """Each article that was coded and assessed, once for each frame, with both answers."""
    gold = _gold(measured.codes, measured.codebook.frame_ids)
    answers = article_frames(measured)
    answers = answers[answers["status"] == "ok"]
    keys = zip(*(answers[name] for name in (*_KEY, "frame")), strict=True)
    kept = answers.assign(said=[gold.get((str(article), int(version)), {}).get(str(frame)) for article, version, frame in keys])
    kept = kept[kept["said"].notna()]
    labels = [f"people: {'yes' if said else 'no'}; candidate: {label}" for said, label in zip(kept["said"], kept["label"], strict=True)]
    frames = [name_of(str(frame)) for frame in kept["frame"]]
    counts = [_counts_in(bool(said), label == "present") for said, label in zip(kept["said"], kept["label"], strict=True)]
    found = places.whole(kept, end=places.lengths(measured, kept), frame=frames, label=labels, counts_in=counts)
    return places.constants(found, rule="coded by hand", measure="frames")


def _counts_in(said: bool, there: bool) -> str:
    """The columns that an article counts in, by what people and candidates say."""
    of_candidates = "n_candidates precision precision_low precision_high" if there else ""
    of_people = "n_people recall recall_low recall_high" if said else ""
    return " ".join(filter(None, ["n_articles", of_candidates, of_people, "n_both" if said and there else ""]))


def lines(measured: Measurements) -> tuple[str, ...]:
    """What a method card says of the desk's own codes: precision and recall of each frame that people or candidates see; nothing without codes."""
    found = []
    for frame, pairs in outcomes(measured).items() if measured.codes else ():
        (precision, *_), (recall, *_) = precision_and_recall(pairs)
        parts = [f"{name} {shown(value, 'share')}" for name, value in (("precision", precision), ("recall", recall)) if value is not None]
        if parts:
            people = counted(sum(said for said, _ in pairs), "article")
            found.append(f"{name_of(frame)}, against the desk's own hand codes: {', '.join(parts)} (people see it in {people} of {len(pairs):,})")
    return tuple(found)
