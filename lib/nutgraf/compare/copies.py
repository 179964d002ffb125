"""Copies: which articles carry the same text. Exact ones for now, by the hash of their bodies' words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nutgraf.disk import keep_note, read_note
from nutgraf.schema import arrow_schema
from nutgraf.store import mark

if TYPE_CHECKING:
    from nutgraf.store import Store

#: Where it stands which tables the clusters were made from, and by which version of this module. Disposable.
NOTE, CODE = "copies.json", 1


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
    return sorted(found, key=order)


def rebuild_copies(store: Store) -> bool:
    """Bring the copy clusters in line with all kept articles; clusters of other kinds stay.

    Tables that are as they were after the last time are not read. Else only the hashes of all bodies are, and of the articles those that
    share one.

    Returns:
        Whether anything had to be written. Nothing to change commits nothing, and what a crash left out is made up for.
    """
    if read_note(store.root / NOTE) == _marks(store):
        return False
    is_changed = replace_kind(store, "copy", exact_copies(_sharing(store)))
    keep_note(store.root / NOTE, _marks(store))
    return is_changed


def replace_kind(store: Store, kind: str, fresh: list[dict[str, Any]]) -> bool:
    """Put the clusters of a kind in the place of those that there are; those of other kinds stay.

    Args:
        store: The tables.
        kind: ``copy`` or ``story``.
        fresh: Rows of ``clusters`` of that kind, in the order of `order`.

    Returns:
        Whether anything had to be written; what is the same commits nothing.
    """
    import pyarrow as pa

    held = store.read("clusters").to_pylist()
    if fresh == sorted((row for row in held if row["kind"] == kind), key=order):
        return False
    others = [row for row in held if row["kind"] != kind]
    store.replace_all("clusters", pa.Table.from_pylist(others + fresh, schema=arrow_schema("clusters")))
    return True


def _sharing(store: Store) -> list[dict[str, Any]]:
    """Kept article versions whose body another version has too."""
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    rows = store.read("articles", ["article_id", "version", "body_sha256", "fetched_at"], ds.field("status") == "kept")
    counts = pc.value_counts(rows["body_sha256"])
    shared = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    return rows.filter(pc.is_in(rows["body_sha256"], value_set=shared)).to_pylist()


def _marks(store: Store) -> dict[str, str]:
    return {"code": str(CODE)} | {name: mark(store, name) for name in ("articles", "clusters")}


def order(row: dict[str, Any]) -> tuple[str, str, int]:
    """The order of rows of one kind."""
    return row["cluster_id"], row["article_id"], row["version"]
