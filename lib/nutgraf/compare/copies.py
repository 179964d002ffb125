"""Copies: which articles carry the same text. Exact ones for now, by the hash of their words."""

from __future__ import annotations

from typing import Any

from nutgraf.schema import arrow_schema
from nutgraf.store import Store


def exact_copies(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cluster rows by equal body.

    Args:
        rows: Kept article versions with article_id, version, body_sha256 and fetched_at.

    Returns:
        Rows of ``clusters``: one per member of each body that at least two articles share. The cluster is named after the
        first member by fetched_at, so that a rebuild gives the same.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["body_sha256"]:
            groups.setdefault(row["body_sha256"], []).append(row)
    found = []
    for group in groups.values():
        if len({row["article_id"] for row in group}) < 2:
            continue
        ordered = sorted(group, key=lambda row: (row["fetched_at"], row["article_id"], row["version"]))
        found += [
            {
                "kind": "copy", "cluster_id": ordered[0]["article_id"], "article_id": row["article_id"],
                "version": row["version"], "rule": "exact", "similarity": 1.0,
            }
            for row in ordered
        ]  # fmt: skip
    return sorted(found, key=lambda row: (row["cluster_id"], row["article_id"], row["version"]))


def rebuild_copies(store: Store) -> None:
    """Write the copy clusters of all kept articles anew."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    columns = ["article_id", "version", "body_sha256", "fetched_at"]
    rows = store.read("articles", columns, ds.field("status") == "kept").to_pylist()
    store.replace_all("clusters", pa.Table.from_pylist(exact_copies(rows), schema=arrow_schema("clusters")))
