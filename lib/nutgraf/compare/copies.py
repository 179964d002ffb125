"""Copies: which articles carry the same text. Exact ones for now, by the hash of their bodies' words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nutgraf.schema import arrow_schema

if TYPE_CHECKING:
    from nutgraf.store import Store


def cluster_name(article_id: str, version: int) -> str:
    """The name of the cluster whose first member this is, and of an article version that is in none.

    The version is part of it: an outlet may change its text after another has run the first one, and then they differ.
    """
    return f"{article_id}.{version}"


def exact_copies(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cluster rows by equal body.

    Args:
        rows: Kept article versions with article_id, version, body_sha256 and fetched_at; a null hash is in no cluster.

    Returns:
        Rows of ``clusters``: one per member of each body that at least two articles share. The cluster is named after the
        first member by fetched_at, so that a rebuild gives the same. Two versions of one article are no copies.
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
        name = cluster_name(ordered[0]["article_id"], ordered[0]["version"])
        found += [
            {
                "kind": "copy", "cluster_id": name, "article_id": row["article_id"],
                "version": row["version"], "rule": "exact", "similarity": 1.0,
            }
            for row in ordered
        ]  # fmt: skip
    return sorted(found, key=_order)


def rebuild_copies(store: Store) -> bool:
    """Bring the copy clusters in line with all kept articles; clusters of other kinds stay.

    Returns:
        Whether anything had to be written. Nothing to change commits nothing, and what a crash left out is made up for.
    """
    import pyarrow as pa
    import pyarrow.dataset as ds

    columns = ["article_id", "version", "body_sha256", "fetched_at"]
    rows = store.read("articles", columns, ds.field("status") == "kept").to_pylist()
    held = store.read("clusters").to_pylist()
    fresh = exact_copies(rows)
    if fresh == sorted((row for row in held if row["kind"] == "copy"), key=_order):
        return False
    others = [row for row in held if row["kind"] != "copy"]
    store.replace_all("clusters", pa.Table.from_pylist(fresh + others, schema=arrow_schema("clusters")))
    return True


def _order(row: dict[str, Any]) -> tuple[str, str, int]:
    return row["cluster_id"], row["article_id"], row["version"]
