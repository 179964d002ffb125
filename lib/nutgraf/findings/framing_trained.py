"""Frames by a model that a desk trained on its own codes, beside the candidates of its codebook; a desk without one reads how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nutgraf.findings import coded, places, tables
from nutgraf.findings.finding import Column, Finding, Method
from nutgraf.findings.frame_values import article_frames, name_of
from nutgraf.findings.framing import MANY, differing_frames, shares, spread_of, widest
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

ID = "frames_trained"
NO_MODEL = "this desk has no model trained on codes; docs/coding.md of Nutgraf says how people code and how a model learns from it"
FAILURES = (
    "A model can know an outlet by its words; held-out outlets say how right it is about one that it never saw.",
    "The sentences shown are those whose words speak most for the frame; half of the answer comes from the text as a whole.",
)
_KEY = ["article_id", "version"]


def by_outlet(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Share of each outlet's articles in which the trained model sees each frame, beside that in which the codebook's candidate is present.

    Args:
        measured: With the measures ``frames`` and ``frames_trained``.
        min_articles: Outlets with fewer assessable articles get no figure.
        source: Source line.
    """
    answers, candidates = article_frames(measured, measure=ID), article_frames(measured)
    answers = answers[answers["status"] == "ok"]
    question = "Share of articles in which the trained model sees the frame"
    card = Method(
        text="A model that learnt from the desk's own hand codes answers for each article as a whole; a frame is present from a probability on that "
        f"belongs to the model. Beside it stands the share by the cues of the codebook, over the same articles. {MANY}",
        measures=(ID, "frames"), known_failures=FAILURES, versions=measured.versions, by_people=_figures(measured),
    )  # fmt: skip
    n = {"articles": int(answers["article_id"].nunique()), "not assessed": len(measured.articles) - int(answers["article_id"].nunique())}
    rows = shares(measured, answers, ("present",), min_articles)
    assessed = [row for row in rows if row[2] is not None]
    if not assessed:
        reason = _why_not(measured) if answers.empty else f"no outlet has {tables.counted(min_articles, 'assessed article')}"
        return Finding.cannot_say("frames-trained", question, reason, n=n, source=source, method=card)
    differing = differing_frames(answers, {row[0] for row in assessed})
    high, low, is_clear = widest(assessed, differing)
    beside = candidates[(candidates["status"] == "ok") & places.is_in(candidates, answers, [*_KEY, "frame"])]
    by_cues = beside.assign(frame=coded.mapped(beside["frame"], name_of).astype(object), share=beside["label"] == "present")
    mean = by_cues.groupby(["outlet", "frame"], observed=True)["share"].mean().to_dict()
    return Finding(
        id="frames-trained", takeaway=spread_of(assessed, high, low, is_clear=is_clear, differing=differing),
        margin=tables.margins([[row[0], *row[2:5]] for row in (high, low)], "share"),
        subtitle=f"{question}; {measured.selection.described}", n=n,
        interval=f"{tables.interval(measured)}; where all articles agree, the exact (Clopper–Pearson) interval",
        columns=(
            Column("outlet", "Outlet", "text"), Column("frame", "Frame", "text"),
            *tables.figure("share", "By the model", "share", "share of the outlet's assessed articles in which the model sees the frame"),
            Column("candidates", "By cues", "share", "share of the same articles in which the codebook's candidate is present"),
            Column("n_articles", "Articles", "count", "articles that could be assessed"), tables.NOTE,
        ),
        rows=[[*row[:5], mean.get((row[0], row[1])) if row[2] is not None else None, *row[5:]] for row in rows],
        method=card, source=source,
        chart={"form": "heat_map", "row": "outlet", "column": "frame", "value": "share", "n": "n_articles", "kind": "share",
               "what": "frames by outlet, by the trained model"},
        places=places.of_measured(measured, lambda: _answered(measured, answers, beside), ("outlet", "frame")),
    )  # fmt: skip


def _why_not(measured: Measurements) -> str:
    """Why the model answered for no article."""
    scores = measured.rows("scores", ID)
    reasons = sorted({str(reason) for reason in scores["reason"].dropna().unique()})
    if not reasons or any(reason.startswith("no model") for reason in reasons):
        return NO_MODEL
    return "; ".join(reasons[:3])


def _figures(measured: Measurements) -> tuple[str, ...]:
    """How right the model was on texts that it had not seen, as its file says; nothing without one."""
    about = measured.trained_on
    figures = about.get("cross_validated", {})
    said = [f"{name} {shown(value, 'share')}" for name, value in figures.items() if value is not None and not name.endswith(("_low", "_high"))]
    return (f"frames_trained, asked about codes that it had not seen ({about['folds']}, n = {about['n']:,}): {', '.join(said)}",) if said else ()


def _answered(measured: Measurements, answers: pd.DataFrame, beside: pd.DataFrame) -> pd.DataFrame:
    """Articles with the model's answer and with that of the candidates, and the sentences that speak most for a frame."""

    def whole(found: pd.DataFrame, rule: str, measure: str, counts_in: str, value: Any) -> pd.DataFrame:
        named = places.whole(found, end=places.lengths(measured, found), rule=rule, frame=coded.mapped(found["frame"], name_of), label=found["label"])
        return places.constants(named.assign(value=value), measure=measure, counts_in=counts_in)

    figure = "share share_low share_high"
    spans = measured.rows("spans", ID)
    spans = spans[["article_id", "version", "sentence", "start", "end", "kind", "rule", "label"]].assign(frame=coded.mapped(spans["value"], name_of))
    return coded.stacked([
        whole(answers, "the model's answer", ID, f"{figure} n_articles", answers["score"]),
        whole(beside, "the candidate's answer", "frames", "candidates", beside["score"]),
        places.constants(spans, measure=ID, counts_in=figure),
    ])  # fmt: skip
