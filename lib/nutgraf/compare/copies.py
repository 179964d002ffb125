"""Copies: which articles carry one text, whole, edited or cut, brought up to date in the table ``clusters``.

Texts are compared as `nutgraf.ingest.credits.Agencies.body_text` leaves them, without headline, credits and dateline. How near copies and agency
texts hang together stands in `nutgraf.compare.copy_groups`, what people decide in `nutgraf.compare.copy_decisions`. The clusters are a function of
the kept articles in the order in which they were fetched, and of the decisions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nutgraf.compare import copy_groups
from nutgraf.compare.copy_decisions import NO_DECISIONS, Decisions, decided
from nutgraf.compare.copy_groups import Credited, Link, agency_groups, near_groups
from nutgraf.compare.copy_index import Index
from nutgraf.compare.first_publisher import first_published
from nutgraf.disk import keep_note, read_note
from nutgraf.schema import arrow_schema
from nutgraf.store import mark

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa
    import pyarrow.dataset as ds

    from nutgraf.ingest.credits import Agencies
    from nutgraf.store import Store

    Integers = npt.NDArray[np.int64]

#: Where it stands which tables the clusters were made from, and by which version of this module. Disposable.
NOTE, CODE = "copies.json", 2
#: What is read of every article, without its text.
COLUMNS = (
    "article_id", "version", "body_sha256", "fetched_at", "published_at", "published_precision", "published_confidence", "wire_credit",
)  # fmt: skip
#: Up to so many texts are asked for one by one; more are picked out of all.
_FEW = 1_000


def cluster_name(article_id: str, version: int) -> str:
    """The name of the cluster whose first member this is, and of an article version that is in none.

    The version is part of it: an outlet may change its text after another has run the first one, and then they differ.
    """
    return f"{article_id}.{version}"


def copy_clusters(rows: pa.Table, index: Index, decisions: Decisions = NO_DECISIONS) -> list[dict[str, Any]]:
    """Cluster article versions that carry one text.

    Args:
        rows: Kept article versions with the columns of `COLUMNS`; one with a null hash is in no cluster, unless people put it there.
        index: What is known of bodies; it is brought up to date.
        decisions: What people said.

    Returns:
        Rows of ``clusters``: one per member of each text that at least two articles share, named after the first member by fetched_at. Two versions
        of one article are no copies. `similarity` is the Jaccard with the body of the first member; under the rule ``agency`` the share of the
        shorter text that stands in the longer.
    """
    import numpy as np

    ordered = _as_fetched(rows)
    bodies, body_of = _bodies(ordered)
    has_body = np.flatnonzero(body_of >= 0)
    credited = np.intersect1d(_credited(ordered), has_body)
    index.add(bodies, {bodies[place] for place in body_of[credited].tolist()})
    near = _near(bodies, index)
    near_first = np.arange(len(bodies))
    near_first[list(near)] = [link.first for link in near.values()]
    agency = _agency(bodies, _Rows(ordered, body_of, near_first), credited, index)
    index.keep()
    first = np.arange(len(bodies))
    first[list(agency)] = [link.first for link in agency.values()]
    first = first[near_first]
    is_copied = np.bincount(first[body_of[has_body]], minlength=len(bodies)) > 1
    members = has_body[is_copied[first[body_of[has_body]]]]
    clusters: dict[int, list[dict[str, Any]]] = defaultdict(list)
    keys = ordered.select(["article_id", "version"])
    for row, body in zip(keys.take(members).to_pylist(), body_of[members].tolist(), strict=True):
        of = near_first[body]
        if of != first[body]:
            rule, likeness = "agency", agency[of].likeness
        else:
            rule, likeness = ("exact", 1.0) if of == body else ("near", near[body].likeness)
        clusters[first[body]].append({**row, "rule": rule, "similarity": likeness})
    found = list(clusters.values())
    if decisions != NO_DECISIONS:
        found = decided(found, keys.to_pylist(), decisions)
    return sorted((row for members in found for row in _rows(members)), key=order)


class _Rows(NamedTuple):
    """Article versions as they were fetched, the body of each (-1 for none), and of each body the first of its group."""

    table: pa.Table
    body_of: Integers
    near_first: Integers

    def of(self, bodies: Collection[int]) -> dict[int, list[dict[str, Any]]]:
        """The versions that have some bodies, by body."""
        import numpy as np

        places = np.flatnonzero(np.isin(self.body_of, list(bodies)))
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row, body in zip(self.table.take(places).to_pylist(), self.body_of[places].tolist(), strict=True):
            found[body].append(row)
        return found


def _as_fetched(rows: pa.Table) -> pa.Table:
    """Rows in the order in which they were fetched, those of no time last."""
    return rows.sort_by([(name, "ascending") for name in ("fetched_at", "article_id", "version")]).combine_chunks()


def _bodies(ordered: pa.Table) -> tuple[list[str], Integers]:
    """Bodies in the order of rows, each once, and the place of each row's body among them, -1 for none."""
    import pyarrow.compute as pc

    hashes = ordered["body_sha256"].combine_chunks()
    coded = pc.if_else(pc.equal(hashes, ""), None, hashes).dictionary_encode()
    return coded.dictionary.to_pylist(), pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)


def _credited(ordered: pa.Table) -> Integers:
    """The rows that credit an agency."""
    import numpy as np
    import pyarrow.compute as pc

    return np.flatnonzero(pc.fill_null(pc.not_equal(ordered["wire_credit"], ""), fill_value=False).to_numpy())


def _near(bodies: Sequence[str], index: Index) -> dict[int, Link]:
    """The groups of bodies that are not the first of theirs; what is asked for on the way is looked up until nothing is."""
    shared = index.sharing()
    signatures = index.signatures([bodies[place] for place in shared])
    while True:
        links, asked = near_groups(signatures, lambda a, b: index.jaccard(bodies[shared[a]], bodies[shared[b]]))
        if not asked:
            return {shared[at]: Link(shared[link.first], link.likeness) for at, link in enumerate(links) if link.first != at}
        index.compare(near=[(bodies[shared[a]], bodies[shared[b]]) for a, b in asked])


def _agency(bodies: Sequence[str], rows: _Rows, credited: Integers, index: Index) -> dict[int, Link]:
    """The first of each group that credits an agency."""
    credits: dict[int, set[str]] = defaultdict(set)
    for agency, body in zip(rows.table["wire_credit"].take(credited).to_pylist(), rows.body_of[credited].tolist(), strict=True):
        credits[int(rows.near_first[body])].add(agency)
    own = rows.of(credits)
    groups = {
        first: Credited(frozenset(found), first_published(own[first])["published_at"], index.fingerprints(bodies[first]))
        for first, found in sorted(credits.items())
        if index.has(bodies[first])
    }
    while True:
        links, asked = agency_groups(groups, lambda a, b: index.share(bodies[a], bodies[b]))
        if not asked:
            return links
        index.compare(agency=[(bodies[a], bodies[b]) for a, b in asked])


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
    import pyarrow as pa
    import pyarrow.dataset as ds

    from nutgraf.ingest.credits import Agencies

    # Who has no word stays set aside, whoever releases it.
    is_released = ds.field("article_id").isin(pa.array(sorted(decisions.released), pa.string())) & (ds.field("n_words") > 0)
    kept = (ds.field("status") == "kept") | is_released
    rows = store.read("articles", COLUMNS, kept)
    index = Index(store.root, lambda wanted: _texts(store, agencies or Agencies(), wanted, rows, kept))
    is_changed = replace_kind(store, "copy", copy_clusters(rows, index, decisions))
    keep_note(store.root / NOTE, _marks(store, decisions))
    return is_changed


def _texts(store: Store, agencies: Agencies, wanted: Collection[str], rows: pa.Table, where: ds.Expression) -> Iterator[tuple[str, str]]:
    """The texts of bodies; files whose articles were all fetched before or after them are not opened."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    times = rows["fetched_at"].filter(pc.is_in(rows["body_sha256"], value_set=pa.array(wanted, pa.string())))
    if not times.null_count:
        known = pc.min_max(times).as_py()
        where &= (ds.field("fetched_at") >= known["min"]) & (ds.field("fetched_at") <= known["max"])
    if len(wanted) <= _FEW:
        where &= ds.field("body_sha256").isin(list(wanted))
    left = set(wanted)
    for batch in store.scan("articles", ("body_sha256", "text", "headline", "standfirst", "byline"), where):
        for body, text, headline, standfirst, byline in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if body in left:
                left.remove(body)
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
