"""Exact copies: who shares a body, and that the answer does not hang on the order of rows."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from nutgraf.compare.copies import exact_copies, rebuild_copies
from nutgraf.schema import ARTICLES, arrow_schema
from nutgraf.store import Store

START = datetime(2026, 3, 9, tzinfo=UTC)


def row(article: str, body: str | None, *, version: int = 1, hour: int = 0) -> dict:
    return {"article_id": article, "version": version, "body_sha256": body, "fetched_at": START + timedelta(hours=hour)}


def groups(rows: list[dict]) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for member in exact_copies(rows):
        found.setdefault(member["cluster_id"], []).append((member["article_id"], member["version"]))
    return found


def test_articles_with_one_body_are_a_cluster_named_after_the_first() -> None:
    rows = [row("a", "x", hour=2), row("b", "x", hour=1), row("c", "y")]
    assert groups(rows) == {"b.1": [("a", 1), ("b", 1)]}


def test_versions_of_one_article_and_missing_bodies_are_no_copies() -> None:
    assert groups([row("a", "x"), row("a", "x", version=2), row("b", None), row("c", None)]) == {}


def test_a_changed_text_does_not_join_two_clusters() -> None:
    rows = [row("a", "x"), row("b", "x", hour=1), row("a", "y", version=2, hour=2), row("c", "y", hour=3)]
    assert groups(rows) == {"a.1": [("a", 1), ("b", 1)], "a.2": [("a", 2), ("c", 1)]}


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.integers(0, 3)), max_size=12, unique_by=lambda t: (t[0], t[2])),
    st.integers(0, 999),
)
def test_the_order_of_rows_changes_nothing(made: list[tuple[str, str, int]], seed: int) -> None:
    rows = [row(article, body, version=number + 1, hour=number) for article, body, number in made]
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    found = exact_copies(rows)
    assert found == exact_copies(shuffled)
    bodies = {(one["article_id"], one["version"]): one["body_sha256"] for one in rows}
    for name in {member["cluster_id"] for member in found}:
        members = [member for member in found if member["cluster_id"] == name]
        assert len({bodies[(member["article_id"], member["version"])] for member in members}) == 1
        assert len({member["article_id"] for member in members}) > 1


def test_rebuilding_writes_only_a_change_and_leaves_stories_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    blank = dict.fromkeys(ARTICLES.names)
    rows = [{**blank, **row(name, "x", hour=hour), "status": "kept"} for hour, name in enumerate("ab")]
    rows.append({**blank, **row("c", "x"), "status": "quarantined"})
    store.append("articles", pa.Table.from_pylist(rows, schema=arrow_schema("articles")))
    story = {"kind": "story", "cluster_id": "a", "article_id": "a", "version": 1, "rule": "similar", "similarity": 0.7}
    store.append("clusters", pa.Table.from_pylist([story], schema=arrow_schema("clusters")))
    assert rebuild_copies(store) is True
    version = store.version("clusters")
    assert rebuild_copies(store) is False and store.version("clusters") == version
    kinds = sorted((member["kind"], member["article_id"]) for member in store.read("clusters").to_pylist())
    assert kinds == [("copy", "a"), ("copy", "b"), ("story", "a")]
