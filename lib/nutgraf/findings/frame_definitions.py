"""Frames defined otherwise: what the codebook asks, and which frame is most common in each outlet when one thing is changed at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.findings import coded, places, tables
from nutgraf.findings.finding import Column, Finding
from nutgraf.findings.frame_values import article_frames, name_of
from nutgraf.findings.framing import answered, card_of

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

OTHER = "frames_other"


class Definition(NamedTuple):
    """One way to count a frame: whose words, which answers, which articles, by which measure."""

    voice: str = "all"
    labels: tuple[str, ...] = ("present",)
    is_alone: bool = False  # articles of which another outlet ran the same text are left out
    measure: str = "frames"


def codebook(measured: Measurements, *, source: str) -> Finding:
    """What the desk's codebook asks about, frame by frame, in its own words.

    Args:
        measured: With the measure ``frames``.
        source: Source line.
    """
    book = measured.codebook
    answers = article_frames(measured)
    names = [name_of(frame.id) for frame in book.frames]
    n = {"frames": len(book.frames), "cues": sum(len(frame.cues) for frame in book.frames), "articles": len(measured.articles)}
    found = answered(measured, answers)
    card = card_of(measured, "The definitions and questions are those that people read who code by hand.")
    listed = tables.listed([name.lower() for name in names])
    return Finding(
        id="codebook", takeaway=f"The codebook “{book.name}” asks about {tables.counted(len(names), 'frame')}: {listed}",
        subtitle=f"What each frame is, and what is asked of a text; {book.source.rstrip('.')}", n=n,
        interval="no interval: these are definitions",
        columns=(
            Column("frame", "Frame", "text"),
            Column("definition", "What it is, and what is asked of a text", "text", "the definition, then the questions for people who code by hand"),
        ),
        rows=[[name, f"{frame.definition} Asked: {' '.join(frame.questions)}"] for name, frame in zip(names, book.frames, strict=True)],
        method=card, source=source,
        places=places.of_measured(measured, lambda: found, ("frame",)),
    )  # fmt: skip


def definitions_of(measured: Measurements) -> dict[str, Definition]:
    """Ways to count a frame, by name, the one of the report first; with a second codebook where the desk chose one."""
    found = {
        "as above: present": Definition(),
        "present or weak": Definition(labels=("present", "weak")),
        "outlet's own words only": Definition(voice="outlet"),
        "without texts that several outlets ran": Definition(is_alone=True),
    }
    if OTHER in measured.versions and (article_frames(measured, measure=OTHER)["status"] == "ok").any():
        found["by the desk's second codebook"] = Definition(measure=OTHER)
    return found


def _answers(measured: Measurements, definition: Definition) -> pd.DataFrame:
    """The answers of articles that can be assessed under a definition."""
    answers = measured.beside(article_frames(measured, definition.voice, definition.measure), "is_copied")
    kept = (answers["status"] == "ok") & ~(definition.is_alone & answers["is_copied"].astype(bool))
    return answers[kept].drop(columns="is_copied")


def other_definitions(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Which frame is most common in each outlet under other definitions.

    Args:
        measured: With the measure ``frames``, and ``frames_other`` where a second codebook is to be asked.
        min_articles: Outlets with fewer assessable articles have no row.
        source: Source line.
    """
    definitions = definitions_of(measured)
    own_frames = set(article_frames(measured)["frame"].unique())
    rows, tops = [], {}
    for name, definition in definitions.items():
        answers = _answers(measured, definition)
        there = answers.assign(share=answers["label"].isin(definition.labels))
        shares = there.groupby(["outlet", "frame"], observed=True)["share"].agg(["mean", "size"])
        of_outlets: dict[str, list[tuple[float, str, int]]] = {}
        for (outlet, frame), (share, n_articles) in zip(shares.index, shares.itertuples(index=False), strict=True):
            if n_articles >= min_articles and share > 0:  # where no frame is present in any article, none is the most common
                of_outlets.setdefault(outlet, []).append((float(share), name_of(str(frame)), int(n_articles)))
        for outlet in sorted(of_outlets):
            share, frame, n_articles = max(of_outlets[outlet])
            rows.append([outlet, name, frame, share, n_articles])
            if set(answers["frame"].unique()) <= own_frames:
                tops.setdefault(outlet, set()).add(frame)
    rows.sort(key=lambda row: row[0])
    n = {"articles": len(measured.articles), "definitions": len(definitions)}
    text = "The most common frame of each outlet, with one thing changed at a time; of equals the last by name, none where none is present."
    if OTHER in {definition.measure for definition in definitions.values()}:
        text += " A second codebook that has frames of other names is no part of what is said to stay."
    card = card_of(measured, text)
    subtitle = "Most common frame of each outlet under other definitions"
    if not rows:
        reason = f"no outlet has {min_articles} assessable articles"
        return Finding.cannot_say("frames-other-definitions", subtitle, reason, n=n, source=source, method=card)
    same = sum(len(frames) == 1 for frames in tops.values())
    return Finding(
        id="frames-other-definitions",
        takeaway=f"The most common frame stays the same under every definition for {same:,} of {tables.counted(len(tops), 'outlet')}",
        subtitle=f"{subtitle}; {measured.selection.described}", n=n, interval="no interval: see the shares by outlet above for theirs",
        columns=(Column("outlet", "Outlet", "text"), Column("definition", "Definition", "text"), Column("frame", "Most common frame", "text"),
                 Column("share", "Share of articles", "share"), Column("n_articles", "Articles", "count")),
        rows=rows, method=card, source=source,
        places=places.of_measured(measured, lambda: _defined(measured, definitions, rows), ("outlet", "definition", "frame")),
    )  # fmt: skip


def _defined(measured: Measurements, definitions: dict[str, Definition], rows: list[list[Any]]) -> pd.DataFrame:
    """Articles and cues behind the frame that is the most common of an outlet under each definition."""
    import pandas as pd

    keys = ["outlet", "definition", "frame"]
    shown = pd.DataFrame([row[:3] for row in rows], columns=keys).drop_duplicates()
    found = coded.stacked([
        answered(measured, _answers(measured, one), one.voice, one.measure, definition=name) for name, one in definitions.items()
    ])  # fmt: skip
    found = places.with_outlet(measured, found)
    return found[places.is_in(found, shown, keys)].drop(columns="outlet")
