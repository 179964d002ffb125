"""A desk's stories: which of its articles tell of one event, brought up to date in the table ``clusters``.

Stories come from all kept articles of a desk, whichever of them an edition selects, so that one story is the same in every report. They are made
anew from what the measure ``openings`` keeps and from ``data/decisions``; likenesses that an earlier call found are kept in
``data/processed/likeness.parquet``, which is disposable, so that new articles are compared with their neighbours alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.compare import likeness as alike
from nutgraf.compare import stories as grouping
from nutgraf.compare import story_decisions
from nutgraf.compare.copies import cluster_name, order, replace_kind
from nutgraf.compare.likeness import Beginning, Pair, likenesses, n_counted
from nutgraf.compare.stories import Story, stories_of
from nutgraf.disk import keep_note, read_note, whole
from nutgraf.measures.openings import ID
from nutgraf.measuring import Input, Progress, Registry, done, measure, rows_of
from nutgraf.selecting import standing_for
from nutgraf.store import mark

if TYPE_CHECKING:
    import pyarrow as pa

    from nutgraf.desk import Desk

#: What is known of likenesses, and from what the stories in the table were made. Both are disposable.
KEPT, NOTE = "likeness.parquet", "stories.json"


class Brought(NamedTuple):
    """What bringing up to date came to: stories, articles in them, articles that could be compared, and whether anything was written."""

    stories: int
    in_stories: int
    compared: int
    is_changed: bool


class _Article(NamedTuple):
    """What the version of an article that stands for it begins with, and a hash of that."""

    beginning: Beginning
    proof: str


def bring_up_to_date(
    desk: Desk, registry: Registry, *, progress: Progress | None = None, say: Callable[[str], None] | None = None,
    hold: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Brought | None:  # fmt: skip
    """Measure the openings that are missing, and group the desk's articles. Call under the desk's lock, or with `hold`.

    Args:
        desk: The desk.
        registry: Its measures.
        progress: Called with (what, done, of) now and then.
        say: Called with a line for a person.
        hold: Takes the desk's lock.

    Returns:
        What it came to; None where tables, decisions and program are as they were the last time.

    Raises:
        InputError: When a line of the decisions cannot be read; stories stay as they were.
        MeasureError, ResourceError: When openings cannot be measured.
    """
    marks = _marks(desk, registry)
    if read_note(desk.store.root / NOTE) == marks:
        return None
    inputs = [Input.of(row, desk.input_sha256) for row in _kept_rows(desk)]
    measure(desk.store, registry, [ID], inputs, progress=progress, hold=hold, workers=desk.settings.measuring.workers, say=say)
    with hold():
        found = _group(desk, registry, inputs)
        # Of the articles and decisions of when it began, so that what came since is looked at the next time.
        keep_note(desk.store.root / NOTE, {**marks, "clusters": mark(desk.store, "clusters")})
    return found


def note_published(desk: Desk, stories: Iterable[str | None]) -> int:
    """Note the stories that a report shows with all their articles, so that they keep their names. Call under the desk's lock.

    Args:
        desk: The desk.
        stories: Their names; None is passed over.

    Returns:
        How many were noted anew.
    """
    shown = {name for name in stories if name is not None}
    articles: dict[str, set[str]] = {}
    for (article, _), name in of_articles(desk.store.read("clusters")).items():
        if name in shown:
            articles.setdefault(name, set()).add(article)
    return story_decisions.note_published(desk.decisions, articles, datetime.now(UTC))


def of_articles(clusters: pa.Table) -> dict[tuple[str, int], str]:
    """The story of each article version that is in one.

    Args:
        clusters: The table.
    """
    import pyarrow.compute as pc

    found = clusters.filter(pc.equal(clusters["kind"], "story")).select(["article_id", "version", "cluster_id"]).to_pydict()
    return dict(zip(zip(found["article_id"], found["version"], strict=True), found["cluster_id"], strict=True))


def _kept_rows(desk: Desk) -> list[dict[str, Any]]:
    """The version that stands for each kept article, with all its kept versions, in the order in which articles were first fetched."""
    columns = ["article_id", "version", "text_sha256", "language", "outlet", "published_at", "fetched_at", "status", "completeness"]
    of: dict[str, list[dict[str, Any]]] = {}
    for row in desk.articles(columns).to_pylist():
        if row["status"] != "kept":
            continue
        of.setdefault(row["article_id"], []).append(row)
    found = []
    for versions in of.values():
        first = min(versions, key=lambda row: (row["fetched_at"] is None, row["fetched_at"], row["version"]))
        found.append({**standing_for(versions), "first": first["fetched_at"], "versions": tuple(sorted(row["version"] for row in versions))})
    return sorted(found, key=lambda row: (row["first"] is None, row["first"], row["article_id"]))


def _group(desk: Desk, registry: Registry, inputs: list[Input]) -> Brought:
    decided = story_decisions.decided(story_decisions.said(desk.decisions))
    kept = _kept_rows(desk)
    articles = _articles(desk, registry, inputs, kept)
    dated = {row["article_id"] for row in kept if row["published_at"] is not None}
    versions = {row["article_id"]: row["versions"] for row in kept}  # those without an opening too: people can put them into a story
    found = stories_of(list(versions), _likenesses(desk, articles), decided, dated)
    names = {name: cluster_name(name, own[0]) for name, own in versions.items()}
    rows = _rows(story_decisions.named(found, story_decisions.published(desk.decisions), names), versions)
    is_changed = replace_kind(desk.store, "story", rows)
    return Brought(len(found), sum(len(story.articles) for story in found), len(articles), is_changed)


def _articles(desk: Desk, registry: Registry, inputs: list[Input], kept: list[dict[str, Any]]) -> list[_Article]:
    """What is known of each of the kept articles whose opening could be measured."""
    import numpy as np

    known = done(desk.store, registry, [ID])[ID]
    works = sorted({known[item.whole][0] for item in inputs if item.whole in known})
    read = rows_of(desk.store, "openings", works, ["article_id", "version", "terms", "vector"]).to_pylist()
    opening = {(row["article_id"], row["version"]): row for row in read}
    found = []
    for row in kept:
        own = opening.get((row["article_id"], row["version"]))
        if own is None:
            continue
        vector = np.frombuffer(own["vector"], np.float16).astype(np.float32) if own["vector"] is not None else None
        about = f"{own['terms']}|{row['published_at']}".encode() + (own["vector"] or b"")
        beginning = Beginning(row["article_id"], json.loads(own["terms"]), vector, row["published_at"])
        found.append(_Article(beginning, hashlib.sha256(about).hexdigest()))
    return found


def _likenesses(desk: Desk, articles: list[_Article]) -> dict[Pair, float]:
    """All likenesses, those that are still true taken from what is kept."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = desk.store.root / KEPT
    names = [one.beginning.name for one in articles]
    proofs = {one.beginning.name: one.proof for one in articles}
    known: dict[Pair, float] = {}
    old: list[str] = []
    try:
        held = pq.read_table(path)
        about = json.loads(held.schema.metadata[b"nutgraf"])
        if _is_still_true(about, names, proofs):
            old = about["order"]
            columns = held.to_pydict()
            known = {(old[a], old[b]): value for a, b, value in zip(columns["a"], columns["b"], columns["likeness"], strict=True)}
    except (OSError, ValueError, KeyError, TypeError):  # lost or damaged, which pyarrow's errors are kinds of: found out again
        known, old = {}, []
    found = likenesses([one.beginning for one in articles], known, old)
    place = {name: number for number, name in enumerate(names)}
    table = pa.table({
        "a": pa.array([place[a] for a, _ in found], pa.int32()), "b": pa.array([place[b] for _, b in found], pa.int32()),
        "likeness": pa.array(found.values(), pa.float64()),
    })  # fmt: skip
    about = {"rules": alike.RULES, "order": names, "proofs": [proofs[name] for name in names]}
    with whole(path) as partial:
        pq.write_table(table.replace_schema_metadata({"nutgraf": json.dumps(about)}), partial)
    return found


def _is_still_true(about: dict[str, Any], names: list[str], proofs: dict[str, str]) -> bool:
    """Whether words would be counted in the same articles as then, and the articles of then are the same now and come before all others."""
    old = about["order"]
    return (
        about["rules"] == alike.RULES and n_counted(len(old)) == n_counted(len(names)) and names[: len(old)] == old
        and all(proofs[name] == proof for name, proof in zip(old, about["proofs"], strict=True))
    )  # fmt: skip


def _rows(stories: dict[str, Story], versions: dict[str, tuple[int, ...]]) -> list[dict[str, Any]]:
    return sorted(
        (
            {
                "kind": "story", "cluster_id": name, "article_id": article, "version": version,
                "rule": "person" if article in story.by_people else "similar", "similarity": likeness,
            }
            for name, story in stories.items()
            for article, likeness in zip(story.articles, story.likeness, strict=True)
            for version in versions[article]
        ),
        key=order,
    )  # fmt: skip


def _marks(desk: Desk, registry: Registry) -> dict[str, str]:
    marks = {name: mark(desk.store, name) for name in ("articles", "clusters")} | {"decided": desk.decided_mark()}
    for name in (story_decisions.FILE, story_decisions.PUBLISHED):
        path = desk.decisions / name
        marks[name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return {"rules": f"{alike.RULES}; {grouping.RULES}", "openings": registry.version(ID), **marks}
