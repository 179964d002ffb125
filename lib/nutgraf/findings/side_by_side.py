"""Findings that compare outlets inside stories: what an outlet's articles hold beside those of others on the same event.

Outlets choose other events, and events have a tone of their own. Here an outlet's mean in a story is held against the mean of the story's other
outlets, so that the event falls out; intervals and chance are taken over stories.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from nutgraf.compare.intervals import SEED, bootstrap_mean
from nutgraf.compare.many import RATE, kept
from nutgraf.errors import UsageError
from nutgraf.findings import places, same_story, tables
from nutgraf.findings.finding import Column, Finding
from nutgraf.findings.frame_values import article_frames, name_of
from nutgraf.findings.tone_values import article_tone, sentence_tone, way
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

#: Up to so many stories every exchange of signs is tried, above it so many at random.
_ALL_SIGNS, _SOME_SIGNS = 12, 4000
#: Fewer stories give no interval, whatever `min_stories` says.
LEAST_STORIES = 4
_HOW = (
    "In each story an outlet's mean is held against the mean of the other outlets that told it; the figure is the mean of these differences over "
    "stories. Articles that are in no story of two outlets are no part of it. "
)
#: An outlet's difference rests on the articles of the others too; the label of a place is its story.
_OF_ALL: dict[str, tuple[str, ...]] = {"difference": (), "difference_low": (), "difference_high": ()}
INTERVAL = "95 % interval from 1,000 resamples of whole stories"


def differences(values: pd.DataFrame) -> pd.DataFrame:
    """An outlet's mean in a story, less the mean of the story's other outlets.

    Args:
        values: One row per article: outlet, story_id (null for none), value.

    Returns:
        One row per outlet and story that at least two outlets told: outlet, story_id, difference.
    """
    means = values[values["story_id"].notna()].groupby(["story_id", "outlet"], observed=True, as_index=False)["value"].mean()
    told = means.groupby("story_id", observed=True)["value"]
    found = means.assign(total=told.transform("sum"), n=told.transform("size"))
    found = found[found["n"] > 1]
    others = (found["total"] - found["value"]) / (found["n"] - 1)
    return found.assign(difference=found["value"] - others)[["outlet", "story_id", "difference"]].reset_index(drop=True)


def chance(values: Sequence[float]) -> float:
    """How often a mean as far from 0 comes about when each difference could as well point the other way.

    Args:
        values: Differences, one for each story.

    Returns:
        Two-sided, above 0 and up to 1; every exchange of signs is tried for up to twelve stories.

    >>> chance([1.0, 1.0, 1.0])
    0.25
    """
    import numpy as np

    found = np.asarray(sorted(values), float)
    if len(found) <= _ALL_SIGNS:
        signs = np.array(list(product((1.0, -1.0), repeat=len(found))))
        return float((np.abs(signs @ found) >= abs(found.sum()) - 1e-12).mean())
    signs = np.random.default_rng(SEED).choice((1.0, -1.0), size=(_SOME_SIGNS, len(found)))
    return float(((np.abs(signs @ found) >= abs(found.sum()) - 1e-12).sum() + 1) / (_SOME_SIGNS + 1))


def tone(measured: Measurements, *, min_stories: int, source: str) -> Finding:
    """Tone of each outlet's articles beside that of others on the same events.

    Args:
        measured: With ``openings`` and a measure of tone by sentence.
        min_stories: Outlets in fewer shared stories get no figure.
        source: Source line.
    """
    values = measured.beside(article_tone(measured), "story_id")
    question = "Mean tone of an outlet's articles, less that of other outlets' articles on the same events; −1 hostile to +1 friendly"
    card = same_story.method(measured, _HOW + "An article's tone is the mean of its body sentences.", way(measured))
    rows, stories, n = _rows(measured, values, min_stories, ("",))
    made = [[outlet, *row] for outlet, _, *row in rows]
    assessed = [row for row in made if row[1] is not None]
    if not assessed:
        reason = f"no outlet told {_stories(min_stories)} that others told"
        return Finding.cannot_say("tone-side-by-side", question, reason, n=n, source=source, method=card)

    def sentences() -> pd.DataFrame:
        scored = sentence_tone(measured)
        told = measured.beside(scored[places.is_in(scored, values[values["story_id"].isin(stories)], by=("article_id", "version"))], "story_id")
        named = places.with_outlet(measured, told)
        return places.scored_sentences(told, way(measured), outlet=named["outlet"], label=told["story_id"])

    return Finding(
        id="tone-side-by-side", takeaway=_apart(assessed, "score", "friendlier", "more hostile", "in tone"),
        margin=tables.margins(tables.first_and_last(assessed), "score"), subtitle=f"{question}; {measured.selection.described}",
        n=n, interval=f"{INTERVAL}; {_many(assessed)}",
        columns=(Column("outlet", "Outlet", "text"), *_columns("score")), rows=made, method=card, source=source,
        chart={"form": "interval_dots", "name": "outlet", "value": "difference", "low": "difference_low", "high": "difference_high", "n": "n_stories",
               "unit": "event", "note": "note", "line": 0, "clear": "is_kept", "kind": "score", "what": "tone beside other outlets, by outlet",
               "axis": "Below 0 more hostile than others on the same events, above 0 friendlier"},
        places=places.of_measured(measured, sentences, ("outlet",), ties=_OF_ALL),
    )  # fmt: skip


def frames(measured: Measurements, *, min_stories: int, source: str) -> Finding:
    """Share of articles in which each frame is present, beside others' articles on the same events.

    Args:
        measured: With ``openings`` and ``frames``.
        min_stories: Outlets in fewer shared stories get no figure.
        source: Source line.
    """
    answers = article_frames(measured)
    answers = answers[answers["status"] == "ok"]
    values = measured.beside(answers.assign(value=(answers["label"] == "present").astype(float)), "story_id")
    question = "Share of an outlet's articles in which the frame is present, less that of other outlets' articles on the same events"
    card = same_story.method(measured, _HOW, "frames")
    names = tuple(measured.codebook.frame_ids)
    rows, stories, n = _rows(measured, values, min_stories, names)
    made = [[outlet, name_of(frame), *row] for outlet, frame, *row in rows]
    assessed = [row for row in made if row[2] is not None]
    if not assessed:
        reason = f"no outlet told {_stories(min_stories)} that others told"
        return Finding.cannot_say("frames-side-by-side", question, reason, n=n, source=source, method=card)
    ordered = sorted(assessed, key=lambda row: -row[2])

    def whole() -> pd.DataFrame:
        told = values[values["story_id"].isin(stories)].reset_index(drop=True)
        found = places.whole(told, end=places.lengths(measured, told), rule="the article's answer", outlet=told["outlet"], label=told["story_id"])
        return places.constants(found.assign(frame=told["frame"].astype(object).map(name_of), value=told["value"]), measure="frames")

    return Finding(
        id="frames-side-by-side",
        takeaway=_apart([[f"The frame “{row[1]}” at {row[0]}", *row[2:]] for row in ordered], "share", "more often", "less often", "in frames"),
        margin=tables.margins([[f"{row[0]}, {row[1]},", *row[2:5]] for row in tables.first_and_last(ordered)], "share"),
        subtitle=f"{question}; {measured.selection.described}", n=n, interval=f"{INTERVAL}; {_many(assessed)}",
        columns=(Column("outlet", "Outlet", "text"), Column("frame", "Frame", "text"), *_columns("share")), rows=made, method=card, source=source,
        chart={"form": "heat_map", "row": "outlet", "column": "frame", "value": "difference", "n": "n_stories", "kind": "score", "unit": "event",
               "what": "frames beside other outlets, by outlet"},
        places=places.of_measured(measured, whole, ("outlet", "frame"), ties={name: ("frame",) for name in _OF_ALL}),
    )  # fmt: skip


def _rows(
    measured: Measurements, values: pd.DataFrame, min_stories: int, names: tuple[str, ...]
) -> tuple[list[list[Any]], set[str], dict[str, int]]:
    """Rows of outlet, name, difference, low, high, stories, whether it is kept, note; the stories; and counts."""
    if min_stories < 1:
        raise UsageError(f"min_stories must be 1 or more, not {min_stories}", mend="correct it in the edition or the notebook")
    outlets, rows, chances, stories = tables.outlets_of(measured.articles), [], [], set()
    for name in names:
        found = differences(values[values["frame"] == name] if name else values)
        stories |= set(found["story_id"])
        groups = {str(outlet): group for outlet, group in found.groupby("outlet", observed=True)}
        for outlet in outlets:
            group = groups.get(outlet)
            n = 0 if group is None else len(group)
            if group is None or n < min_stories:
                rows.append([outlet, name, None, None, None, n, None, f"{_stories(n)} that others told too, {min_stories} needed"])
                continue
            ordered = group.sort_values("story_id")
            mean = bootstrap_mean(ordered["difference"].tolist(), ordered["story_id"].tolist())
            known = n >= LEAST_STORIES and not math.isnan(mean.low)
            rows.append([outlet, name, mean.mean, mean.low if known else None, mean.high if known else None, n, False, None])
            chances.append((len(rows) - 1, chance(ordered["difference"].tolist())))
    for (place, _), is_kept in zip(chances, kept([p for _, p in chances]), strict=True):
        rows[place][6] = is_kept
    if len(names) == 1:
        rows.sort(key=lambda row: (row[2] is None, -(row[2] or 0), row[0]))
    n_articles = int(values.loc[values["story_id"].isin(stories), "article_id"].nunique())
    return rows, stories, {"articles": n_articles, "stories": len(stories), "outlets": len(outlets)}


def _columns(kind: str) -> tuple[Column, ...]:
    return (
        *tables.figure("difference", "Difference", kind, "mean over stories of the outlet's mean less that of the story's other outlets"),
        Column("n_stories", "Events", "count", "stories that the outlet and another told"),
        Column("is_kept", "More than chance", "flag", f"kept among all figures of the table at a false discovery rate of {RATE:.0%}"),
        tables.NOTE,
    )


def _many(assessed: Sequence[Sequence[Any]]) -> str:
    return (
        f"“more than chance” by exchange of signs over stories, of {len(assessed):,} comparisons at a false discovery rate of {RATE:.0%} (Benjamini "
        "and Hochberg)"
    )


def _apart(assessed: Sequence[Sequence[Any]], kind: str, above: str, below: str, of: str) -> str:
    """What stands out; that nothing does is a finding as well."""
    clear = [row for row in assessed if row[5]]
    if not clear:
        return f"No outlet differs {of} from others on the same events by more than chance"
    most = max(clear, key=lambda row: abs(row[1]))
    word = above if most[1] > 0 else below
    more = f"; {len(clear) - 1:,} other differences are more than chance too" if len(clear) > 1 else ""
    if kind == "share":
        return f"{most[0]} is present {word} than in others' articles on the same events: {_points(most[1])}{more}"
    return f"{most[0]} is {word} than others on the same events: {shown(round(most[1], 2), kind)}{more}"


def _points(value: float) -> str:
    return f"{'+' if value > 0 else '−'}{abs(value) * 100:.0f} percentage points"


def _stories(n: int) -> str:
    return "1 event" if n == 1 else f"{n:,} events"
