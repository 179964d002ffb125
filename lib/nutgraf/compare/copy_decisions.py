"""What people decided about copies: articles that carry one text whatever was measured, and articles that do not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

#: An article version: its id and number.
_Key = tuple[str, int]


@dataclass(frozen=True)
class Decisions:
    """What is decided, by ids of articles. Where two contradict each other, ``apart`` and ``alone`` hold.

    Attributes:
        together: Pairs of articles that are copies of one text.
        apart: Pairs of articles that are not.
        alone: Articles that are copies of no other.
        released: Articles that were set aside and that people want kept: they are compared as all others are.
    """

    together: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    apart: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    alone: frozenset[str] = field(default_factory=frozenset)
    released: frozenset[str] = field(default_factory=frozenset)

    def proof(self) -> str:
        """A hash of all of them."""
        pairs = [sorted(sorted(pair) for pair in of) for of in (self.together, self.apart)]
        about = [*pairs, sorted(self.alone), sorted(self.released)]
        return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:32]


NO_DECISIONS = Decisions()


def decided(clusters: Sequence[list[dict[str, Any]]], ordered: Sequence[dict[str, Any]], decisions: Decisions) -> list[list[dict[str, Any]]]:
    """Clusters as people want them.

    Two articles that belong together bring the clusters of their newest versions with them, and those of their versions that are in no cluster with
    another article. Of two that are apart, the one fetched later leaves, and so does who is apart from both; those who left one cluster stay
    together as far as nobody said otherwise.

    Args:
        clusters: Members as they were fetched, each with article_id, version, rule and similarity; those of one version alone
            need not be there.
        ordered: All article versions as they were fetched.
        decisions: What people said; articles that are not there are passed over.

    Returns:
        Clusters in the same form. The rule of a member that is where it is because of a decision is ``person``, its similarity null.
    """
    if decisions == NO_DECISIONS:
        return list(clusters)
    groups = _joined([list(members) for members in clusters], ordered, decisions)
    return [part for members in groups for part in _parted(members, decisions)]


def _joined(groups: list[list[dict[str, Any]]], ordered: Sequence[dict[str, Any]], decisions: Decisions) -> list[list[dict[str, Any]]]:
    place = {_key(row): at for at, row in enumerate(ordered)}
    versions: dict[str, list[_Key]] = {}
    for row in ordered:
        versions.setdefault(row["article_id"], []).append(_key(row))
    of: dict[_Key, list[dict[str, Any]]] = {_key(row): members for members in groups for row in members}
    for pair in sorted(tuple(sorted(pair)) for pair in decisions.together):
        if not all(article in versions for article in pair):
            continue
        wanted = [key for article in pair for key in versions[article] if key == versions[article][-1] or _is_single(of.get(key, []))]
        found: dict[int, list[dict[str, Any]]] = {}
        for key in wanted:
            members = of.get(key) or [{"article_id": key[0], "version": key[1], "rule": "person", "similarity": None}]
            found[min(place[_key(row)] for row in members)] = members
        first, *others = (found[at] for at in sorted(found))
        moved = [{**row, "rule": "person", "similarity": None} for members in others for row in members]
        together = sorted([*first, *moved], key=lambda row: place[_key(row)])
        of |= {_key(row): together for row in together}
    unique = {id(members): members for members in of.values()}
    return sorted(unique.values(), key=lambda members: place[_key(members[0])])


def _parted(members: list[dict[str, Any]], decisions: Decisions) -> list[list[dict[str, Any]]]:
    parts: list[list[dict[str, Any]]] = []
    alone: dict[str, list[dict[str, Any]]] = {}
    for row in members:
        if row["article_id"] in decisions.alone:
            alone.setdefault(row["article_id"], []).append(row)
            continue
        fitting = next((part for part in parts if not any(_is_apart(row, other, decisions) for other in part)), None)
        if fitting is None:
            parts.append([row])
        else:
            fitting.append(row)
    first = [row for row in parts[:1] for row in row]
    left = [[{**row, "rule": "person", "similarity": None} for row in part] for part in parts[1:]]
    return [part for part in (first, *left, *alone.values()) if part]


def _is_apart(a: dict[str, Any], b: dict[str, Any], decisions: Decisions) -> bool:
    one, other = a["article_id"], b["article_id"]
    return (one, other) in decisions.apart or (other, one) in decisions.apart


def _is_single(members: Sequence[dict[str, Any]]) -> bool:
    return len({row["article_id"] for row in members}) < 2


def _key(row: dict[str, Any]) -> _Key:
    return row["article_id"], row["version"]
