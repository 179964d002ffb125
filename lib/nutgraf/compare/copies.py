"""Copies: which articles carry one text, whole, edited or cut, brought up to date in the table ``clusters``.

Texts are compared as `nutgraf.ingest.credits.Agencies.body_text` leaves them, without headline, credits and dateline. How near copies and agency
texts hang together stands in `nutgraf.compare.copy_groups`, what people decide in `nutgraf.compare.copy_decisions`. The clusters are a function of
the kept articles in the order in which they were fetched, and of the decisions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from nutgraf.compare import copy_groups
from nutgraf.compare.copy_decisions import NO_DECISIONS, Decisions, decided
from nutgraf.compare.copy_groups import Credited, Link, agency_groups, near_groups
from nutgraf.compare.copy_index import Index
from nutgraf.compare.first_publisher import first_published
from nutgraf.disk import keep_note, read_note
from nutgraf.schema import arrow_schema
from nutgraf.store import mark

if TYPE_CHECKING:
    from nutgraf.ingest.credits import Agencies
    from nutgraf.store import Store

#: Where it stands which tables the clusters were made from, and by which version of this module. Disposable.
NOTE, CODE = "copies.json", 2
#: What is read of every article, without its text.
_COLUMNS = (
    "article_id", "version", "body_sha256", "fetched_at", "published_at", "published_precision", "published_confidence", "wire_credit",
)  # fmt: skip
#: Up to so many texts are asked for one by one; more are picked out of all.
_FEW = 1_000


def cluster_name(article_id: str, version: int) -> str:
    """The name of the cluster whose first member this is, and of an article version that is in none.

    The version is part of it: an outlet may change its text after another has run the first one, and then they differ.
    """
    return f"{article_id}.{version}"


def copy_clusters(rows: Sequence[dict[str, Any]], index: Index, decisions: Decisions = NO_DECISIONS) -> list[dict[str, Any]]:
    """Cluster article versions that carry one text.

    Args:
        rows: Kept article versions with article_id, version, body_sha256, fetched_at, published_at, published_precision, published_confidence
            and wire_credit; one with a null hash is in no cluster, unless people put it there.
        index: What is known of bodies; it is brought up to date.
        decisions: What people said.

    Returns:
        Rows of ``clusters``: one per member of each text that at least two articles share, named after the first member by fetched_at. Two versions
        of one article are no copies. `similarity` is the Jaccard with the body of the first member; under the rule ``agency`` the share of the
        shorter text that stands in the longer.
    """
    ordered = sorted(rows, key=_fetched_order)
    of_body: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in ordered:
        if row["body_sha256"]:
            of_body[row["body_sha256"]].append(row)
    index.add(of_body, {body for body, group in of_body.items() if any(row["wire_credit"] for row in group)})
    bodies = list(of_body)
    read = [place for place, body in enumerate(bodies) if index.has(body)]
    near = {place: Link(place, 1.0) for place in range(len(bodies))}
    near |= {read[at]: Link(read[link.first], link.likeness) for at, link in enumerate(_near([bodies[place] for place in read], index))}
    agency = _agency(bodies, near, of_body, index)
    index.keep()
    above = [agency.get(link.first, Link(link.first, 1.0)) for link in (near[place] for place in range(len(bodies)))]
    n_versions: Counter[int] = Counter()
    for place, body in enumerate(bodies):
        n_versions[above[place].first] += len(of_body[body])
    clusters: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for place, body in enumerate(bodies):
        first = above[place].first
        if n_versions[first] < 2:
            continue
        if first != near[place].first:
            rule, likeness = "agency", above[place].likeness
        else:
            rule, likeness = ("exact", 1.0) if first == place else ("near", near[place].likeness)
        for row in of_body[body]:
            clusters[first].append({"article_id": row["article_id"], "version": row["version"], "rule": rule, "similarity": likeness})
    found = decided(list(_in_order(clusters, ordered)), ordered, decisions)
    return sorted((row for members in found for row in _rows(members)), key=order)


def _near(bodies: list[str], index: Index) -> list[Link]:
    """The group of each body; what is asked for on the way is looked up until nothing is."""
    signatures = index.signatures(bodies)
    while True:
        links, asked = near_groups(signatures, lambda a, b: index.jaccard(bodies[a], bodies[b]))
        if not asked:
            return links
        index.compare(near=[(bodies[a], bodies[b]) for a, b in asked])


def _agency(bodies: list[str], near: dict[int, Link], of_body: dict[str, list[dict[str, Any]]], index: Index) -> dict[int, Link]:
    """The first of each group that credits an agency."""
    credits: dict[int, set[str]] = defaultdict(set)
    for place, body in enumerate(bodies):
        if found := {row["wire_credit"] for row in of_body[body] if row["wire_credit"]}:
            credits[near[place].first] |= found
    groups = {
        first: Credited(frozenset(found), first_published(of_body[bodies[first]])["published_at"], index.fingerprints(bodies[first]))
        for first, found in sorted(credits.items())
        if index.has(bodies[first])
    }
    while True:
        links, asked = agency_groups(groups, lambda a, b: index.share(bodies[a], bodies[b]))
        if not asked:
            return links
        index.compare(agency=[(bodies[a], bodies[b]) for a, b in asked])


def _in_order(clusters: dict[int, list[dict[str, Any]]], ordered: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The members of each cluster as they were fetched."""
    place = {(row["article_id"], row["version"]): at for at, row in enumerate(ordered)}
    for members in clusters.values():
        yield sorted(members, key=lambda row: place[row["article_id"], row["version"]])


def _rows(members: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a cluster; its first member stands under the rule that ties it to another article."""
    first, *others = members
    rules = [row["rule"] for row in others if row["article_id"] != first["article_id"]]
    if not rules:
        return []
    rule = min(rules, key=("exact", "near", "agency", "person").index)
    name = cluster_name(first["article_id"], first["version"])
    whole = [{**first, "rule": rule, "similarity": None if rule == "person" else 1.0}, *others]
    return [{"kind": "copy", "cluster_id": name, **row} for row in whole]


def rebuild_copies(store: Store, agencies: Agencies | None = None, decisions: Decisions = NO_DECISIONS) -> bool:
    """Bring the copy clusters in line with all kept articles; clusters of other kinds stay.

    Tables that are as they were after the last time are not read. Else the hashes of all bodies are, and the texts of those alone that are new or
    have to be compared with new ones.

    Args:
        store: The tables.
        agencies: Those of the desk; None for those that ship.
        decisions: What people said of copies.

    Returns:
        Whether anything had to be written. Nothing to change commits nothing, and what a crash left out is made up for.
    """
    if read_note(store.root / NOTE) == _marks(store, decisions):
        return False
    import pyarrow.dataset as ds

    from nutgraf.ingest.credits import Agencies

    rows = store.read("articles", _COLUMNS, ds.field("status") == "kept").to_pylist()
    index = Index(store.root, lambda wanted: _texts(store, agencies or Agencies(), wanted, rows))
    is_changed = replace_kind(store, "copy", copy_clusters(rows, index, decisions))
    keep_note(store.root / NOTE, _marks(store, decisions))
    return is_changed


def _texts(store: Store, agencies: Agencies, wanted: Collection[str], rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The texts of bodies; files whose articles were all fetched before or after them are not opened."""
    import pyarrow.dataset as ds

    times = [row["fetched_at"] for row in rows if row["body_sha256"] in wanted]
    where = ds.field("status") == "kept"
    if None not in times:
        where &= (ds.field("fetched_at") >= min(times)) & (ds.field("fetched_at") <= max(times))
    if len(wanted) <= _FEW:
        where &= ds.field("body_sha256").isin(list(wanted))
    seen: set[str] = set()
    for batch in store.scan("articles", ("body_sha256", "text", "headline", "standfirst", "byline"), where):
        for body, text, headline, standfirst, byline in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if body in wanted and body not in seen:
                seen.add(body)
                yield body, agencies.body_text(text, headline=headline, standfirst=standfirst, byline=byline)


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


def _marks(store: Store, decisions: Decisions) -> dict[str, str]:
    rules = {"code": f"{CODE} {copy_groups.RULES}", "decisions": decisions.proof()}
    return rules | {name: mark(store, name) for name in ("articles", "clusters")}


def order(row: dict[str, Any]) -> tuple[str, str, int]:
    """The order of rows of one kind."""
    return row["cluster_id"], row["article_id"], row["version"]


def _fetched_order(row: dict[str, Any]) -> tuple[bool, Any, str, int]:
    return row["fetched_at"] is None, row["fetched_at"], row["article_id"], row["version"]
