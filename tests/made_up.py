"""Made-up tables for findings: articles as lists of sentences, with the spans that measures would have written, so that counts can be made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pyarrow as pa
from nutgraf import codebooks
from nutgraf.findings import coded
from nutgraf.jupyter import Measurements
from nutgraf.measures.frames import DEFAULT
from nutgraf.schema import arrow_schema

MEASURE = {
    "content": "attribution", "source": "attribution", "cue": "attribution", "passive": "grammar", "agent": "grammar", "quote": "quotes", "name": "names",
    "frame_cue": "frames", "tone_word": "tone", "target": "target_tone", "loaded": "loaded", "naming": "naming", "hedge": "hedges", "booster": "hedges",
    "figure": "figures",
}  # fmt: skip
#: Whose rows carry the number of their sentence.
NUMBERED = {"grammar", "frames", "tone", "target_tone", "loaded", "naming", "hedges"}


class Place(NamedTuple):
    """A span by its words; `to` ends it at the end of other words, as a quotation over several sentences."""

    kind: str
    words: str
    label: str | None = None
    value: str | None = None
    group: str | None = None
    to: str | None = None
    rule: str = "made-up"


class Line(NamedTuple):
    """A sentence with its voice and the spans that begin in it."""

    text: str
    voice: str = "outlet"
    places: tuple[Place, ...] = ()
    part: str = "body"


class Story(NamedTuple):
    """An article; stories with the same `copy_of` are copies of one text, those with the same `event` tell of one event."""

    outlet: str | None
    lines: Sequence[Line]
    copy_of: str | None = None
    event: str | None = None
    headline: str | None = None


def said(words: str, label: str = "named", value: str | None = "Ida Moen", group: str = "g") -> Place:
    """What somebody says."""
    return Place("content", words, label, value, group)


def measured(
    stories: Mapping[str, Story], *, lacking: Mapping[str, str] | None = None, scores: Sequence[Mapping[str, Any]] = (),
    min_mentions: int = 1, not_named: Sequence[str] = (), folder: Path | None = None,
) -> Measurements:  # fmt: skip
    """Measurements as a notebook has them, over these stories alone.

    Args:
        stories: By article id.
        lacking: Articles without a parse, with the reason; they have no spans of ``attribution``, ``grammar`` and ``names``.
        scores: More rows of ``scores``, each with article_id and measure.
        min_mentions: The desk's setting.
        not_named: The desk's list; it needs `folder` to lie in.
    """
    lacking, stories = lacking or {}, dict(sorted(stories.items()))  # a selection is sorted by article
    texts, rows = {}, {"sentences": {}, "spans": {}, "scores": {}}
    for article, story in stories.items():
        at, lines = 0, []
        for line in story.lines:
            lines.append(at)
            at += len(line.text) + 1
        text = texts[(article, 1)] = " ".join(line.text for line in story.lines)
        for number, (line, start) in enumerate(zip(story.lines, lines, strict=True)):
            key = {"article_id": article, "version": 1}
            rows["sentences"].setdefault("sentences", []).append(
                {**key, "sentence": number, "start": start, "end": start + len(line.text), "part": line.part, "voice": line.voice}
            )
            for place in line.places:
                measure = MEASURE[place.kind]
                if article in lacking and measure in ("attribution", "grammar", "names", "target_tone"):
                    continue
                first = text.index(place.words, start)
                last = first + len(place.words) if place.to is None else text.index(place.to, first) + len(place.to)
                rows["spans"].setdefault(measure, []).append(
                    {**key, "sentence": number if measure in NUMBERED else None, "start": first, "end": last, "kind": place.kind,
                     "value": place.value, "label": place.label, "group_id": place.group, "rule": place.rule}
                )  # fmt: skip
        for measure in ("attribution", "grammar", "target_tone") if article in lacking else ():
            rows["scores"].setdefault(measure, []).append(
                {"article_id": article, "version": 1, "dimension": measure, "voice": "all", "status": "not_assessable", "reason": lacking[article]}
            )
    for row in scores:
        rows["scores"].setdefault(row["measure"], []).append({"version": 1, "voice": "all", "status": "ok", **row})
    first_day = datetime(2026, 3, 2, 12, tzinfo=UTC)
    articles = pa.table({
        "article_id": list(stories), "version": [1] * len(stories), "outlet": pa.array([story.outlet for story in stories.values()], pa.string()),
        "cluster_id": [story.copy_of or f"{article}.1" for article, story in stories.items()],
        "is_copied": [story.copy_of is not None for story in stories.values()],
        "published_at": pa.array([first_day + timedelta(days=place) for place in range(len(stories))], pa.timestamp("us", "UTC")),
        "headline": [story.headline or f"On {article}" for article, story in stories.items()],
        "story_id": pa.array([story.event for story in stories.values()], pa.string()), "canonical_url": pa.nulls(len(stories), pa.string()),
        "url": [f"https://made-up.example/{article}" for article in stories],
    })  # fmt: skip
    if not_named:
        (folder / "do_not_name.csv").write_text("name,since,note\n" + "".join(f"{name},,\n" for name in not_named), encoding="utf-8")
    desk = SimpleNamespace(
        settings=SimpleNamespace(timezone="UTC", min_mentions=min_mentions), decisions=folder or Path("nowhere"),
        codes=(folder or Path("nowhere")) / "codes", chosen_codebook=DEFAULT, codebook=lambda name: codebooks.read(codebooks.path_of(name)),
    )  # fmt: skip
    selection = SimpleNamespace(articles=articles, keys=list(texts), described="made up")
    known = ("attribution", "grammar", "quotes", "names", "sentences", "frames", "tone", "target_tone", "loaded", "naming", "hedges", "figures")
    names = dict.fromkeys((*known, *(row["measure"] for row in scores)))
    found = Measurements(selection, {name: "1-made" for name in names}, [], desk, {})
    found.__dict__["texts"] = texts
    for table in ("sentences", "spans", "scores"):
        schema = arrow_schema(table)
        schema = pa.schema([field.with_nullable(True) for field in schema if field.name not in ("measure", "measure_version", "work_id")])
        for measure in names:
            made = [{name: row.get(name) for name in schema.names} for row in rows[table].get(measure, ())]
            found._made[("rows", table, measure)] = coded.frame(pa.Table.from_pylist(made, schema=schema))
    return found
