"""What each edition's choice of articles gives, remembered between runs for as long as the tables stay as they are.

Reading and sorting out the articles is most of what planning costs. `data/processed/choices.json` holds for each choice its digest,
its attrition and its number of articles, under the mark of the tables, the program and the time zone that gave them. It is disposable:
a lost or stale one costs time alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nutgraf.desk import Desk, Selection
from nutgraf.disk import keep_note
from nutgraf.runs.freshness.chosen import pack
from nutgraf.runs.freshness.key import article_digests, decision_digests, digest, notebook_digests, package_digest
from nutgraf.store import mark

FILE = "choices.json"


@dataclass
class Choice:
    """The articles that a choice gives.

    Attributes:
        digest: Hash of their keys, their inputs to measures, their metadata, and the attrition.
        attrition: Rows of (step, left out, left).
        n: How many there are.
        put_right: Hash of what people put right of them; empty for nothing.
        layers: Hash of their older versions; empty where there are none.
    """

    digest: str
    attrition: list[list[Any]]
    n: int
    put_right: str
    layers: str
    _desk: Desk
    _given: Mapping[str, Any]

    @cached_property
    def selection(self) -> Selection:
        """The articles themselves, read when somebody asks for them."""
        return self._desk.select(**self._given)

    @cached_property
    def packed(self) -> bytes:
        """The articles as the ledger keeps them."""
        return pack(article_digests(self._desk, self.selection))


class Looks:
    """What all editions of a run have in common when they are planned, looked at once.

    Args:
        desk: The desk; its tables must not change while this is used.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._found: dict[str, list[Any]] = {}
        self._notebooks: dict[int, tuple[Mapping[str, Any], dict[str, str]]] = {}

    def choice(self, given: Mapping[str, Any]) -> Choice:
        """The articles that a choice gives.

        Args:
            given: Keyword arguments of `Desk.select`.

        Raises:
            UsageError: When it cannot be understood.
        """
        name = digest(dict(given))
        found = self._found.get(name) or self._remembered.get(name)
        if found is None:
            selection = self.desk.select(**given)
            articles, steps = article_digests(self.desk, selection), [list(row) for row in selection.attrition]
            put_right = digest([[*one.override[:-1], one.as_read] for one in selection.put_right]) if selection.put_right else ""
            layers = [article_digests(self.desk, layer) for layer in selection.layers()]
            found = [digest([articles, selection.attrition]), steps, len(selection), put_right, digest(layers) if layers else ""]
            made = Choice(*found, self.desk, given)
            made.__dict__ |= {"selection": selection, "packed": pack(articles)}
        else:
            made = Choice(*found, self.desk, given)
        self._found[name] = found
        return made

    @cached_property
    def decisions(self) -> dict[str, str]:
        """What people decided, as `decision_digests` gives it."""
        return decision_digests(self.desk.decisions)

    def notebook(self, name: str, notebook: Mapping[str, Any]) -> dict[str, str]:
        """A notebook as `notebook_digests` gives it."""
        if id(notebook) not in self._notebooks:
            self._notebooks[id(notebook)] = notebook, notebook_digests(name, notebook)
        return self._notebooks[id(notebook)][1]

    @cached_property
    def _mark(self) -> str:
        tables = [mark(self.desk.store, name) for name in ("articles", "clusters")]
        return digest([*tables, self.desk.decided_mark(), package_digest(), self.desk.settings.timezone])

    @cached_property
    def _remembered(self) -> dict[str, list[Any]]:
        try:
            held = json.loads((self.desk.processed / FILE).read_text(encoding="utf-8"))
            return held["found"] if held["mark"] == self._mark else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}  # lost or damaged: found out again

    def keep(self) -> None:
        """Remember for the next run what this one found out. Call under the desk's lock."""
        if self._found and self._found != self._remembered:
            keep_note(self.desk.processed / FILE, {"mark": self._mark, "found": self._found})
