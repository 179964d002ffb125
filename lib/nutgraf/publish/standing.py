"""How an edition stands: which version is shown, which were withdrawn, what was corrected. A pure reading of the publication record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nutgraf.publish import record


@dataclass
class Standing:
    """One edition as its events leave it.

    Attributes:
        slug: The edition.
        versions: Entries of published versions, by number.
        events: Every event, oldest first.
        withdrawn: Withdrawals by version.
        passed_over: Versions that the newsroom went back from; a withdrawal never brings one of them back by itself.
        current: The version shown as the latest; None when everything that could be shown was withdrawn.
        returned: The rollback by which the current version is shown; None when it came out and stayed.
    """

    slug: str
    versions: dict[int, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    withdrawn: dict[int, dict[str, Any]] = field(default_factory=dict)
    passed_over: set[int] = field(default_factory=set)
    current: int | None = None
    returned: dict[str, Any] | None = None

    @property
    def newest(self) -> int:
        """The highest version ever published."""
        return max(self.versions)

    @property
    def in_place(self) -> int:
        """The version that the edition's own address is about: the current one, else the one that was withdrawn last."""
        return self.current or next(e["version"] for e in reversed(self.events) if e["event"] == "withdrawn")

    @property
    def fallback(self) -> dict[str, Any] | None:
        """The withdrawal because of which the current version is shown, or nothing is; None when there is no such."""
        hidden = [v for v in self.withdrawn if (v > self.current if self.current else True) and v not in self.passed_over]
        return self.withdrawn[max(hidden)] if hidden and self.returned is None else None

    def take(self, event: dict[str, Any]) -> None:
        """Let one more event happen."""
        version = event["version"]
        self.events.append(event)
        if event["event"] == "published":
            self.versions[version] = event
            self.current, self.returned = version, None
        elif event["event"] == "rolled_back":
            self.passed_over = {v for v in self.versions if v > version} | (self.passed_over - {version})
            self.current, self.returned = version, event if version != self.newest else None
        elif event["event"] == "withdrawn":
            self.withdrawn[version] = event
            if version == self.current:
                left = set(self.versions) - set(self.withdrawn) - self.passed_over
                self.current, self.returned = max(left, default=None), None

    def corrections(self, version: int) -> list[dict[str, Any]]:
        """Corrections that a version's pages show: to itself and to earlier ones, newest first."""
        return [e for e in reversed(self.events) if e["event"] == "corrected" and e["version"] <= version]

    def amendments(self, version: int) -> list[dict[str, Any]]:
        """Events that rewrote a version's pages after it came out, oldest first; after a withdrawal there is nothing left to amend."""
        after = self.events[self.events.index(self.versions[version]) + 1 :]
        found = []
        for event in after:
            if event["event"] == "withdrawn" and event["version"] == version:
                return [*found, event]
            if event["event"] == "corrected" and event["version"] <= version or event["event"] == "erased" and event["version"] == version:
                found.append(event)
        return found

    def erasures(self, version: int) -> list[dict[str, Any]]:
        """Erasures of articles that rewrote a version's pages, newest first."""
        return [e for e in reversed(self.events) if e["event"] == "erased" and e["version"] == version]

    def same_as(self, digest: str, title: str, names: list[str]) -> dict[str, Any] | None:
        """The version that these findings and this prose are already, so that they make no new one; None when they do.

        What was withdrawn is never published again by itself, and an edition that went back stays back until its findings change.

        Args:
            digest: Hash of findings and prose.
            title: The edition's title.
            names: Its notebooks in page order.
        """
        if not self.versions:
            return None
        newest = self.versions[self.newest]
        if self.current == self.newest:
            shown = [newest] if (newest["title"], newest["pages"]) == (title, names) else []
        else:
            shown = [self.versions[version] for version in (self.current, self.newest) if version]
        taken_back = [self.versions[version] for version in self.withdrawn]
        return next((entry for entry in [*shown, *taken_back] if entry["content_sha256"] == digest), None)


def standings(entries: Iterable[Mapping[str, Any]]) -> dict[str, Standing]:
    """The standing of every edition, from the record's entries."""
    found: dict[str, Standing] = {}
    for entry in entries:
        found.setdefault(entry["edition"], Standing(entry["edition"])).take(dict(entry))
    return {slug: standing for slug, standing in found.items() if standing.versions}


def standing_of(decisions: Path, slug: str) -> Standing:
    """The standing of one edition; without versions when it was never published."""
    return standings(record.entries(decisions)).get(slug) or Standing(slug)
