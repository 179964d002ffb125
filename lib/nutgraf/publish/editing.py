"""What a newsroom does to a published edition: go back to an earlier version, correct one, withdraw one.

Each is one event in the publication record, written before any page changes; `shelf.settle` then makes the pages say it. Here the event
is found and checked, and nothing is changed before `happen`. Call under the desk's lock, after `shelf.settle_all`.
"""

from __future__ import annotations

from typing import Any

from nutgraf.desk import Desk
from nutgraf.errors import UsageError
from nutgraf.publish import record, shelf
from nutgraf.publish.standing import Standing, standing_of

LONGEST = 2_000


def rollback(desk: Desk, slug: str, to: int | None = None) -> dict[str, Any]:
    """To show another published version as the latest: the one before by default. No version's own pages change.

    Returns:
        The event.

    Raises:
        UsageError: When there is no such version, or it is shown already, or was withdrawn.
        PublishError: When its pages are not what was published.
    """
    standing = _published(desk, slug)
    left = [version for version in standing.versions if version not in standing.withdrawn]
    if to is None:
        earlier = [version for version in left if version < (standing.current or 0)]
        if not earlier:
            raise UsageError("there is no earlier version to go back to", where=slug, mend=_listed(left), not_done="nothing was changed")
        to = max(earlier)
    _require_version(standing, to)
    if to == standing.current:
        raise UsageError(f"version {to} is the one that is shown", where=slug, mend=_listed(left), not_done="nothing was changed")
    shelf.require_whole(desk, slug, [to])
    return _event(standing, {"event": "rolled_back", "version": to, "version_from": standing.current or standing.newest})


def correct(desk: Desk, slug: str, note: str, version: int | None = None) -> dict[str, Any]:
    """To put a dated correction on a version's pages, and on those of later ones.

    Args:
        desk: The desk.
        slug: The edition.
        note: What was wrong and what is right, in plain text.
        version: Which version was wrong; the one that is shown by default.

    Returns:
        The event.

    Raises:
        UsageError: When there is no such version, it was withdrawn, or the note is empty or too long.
        PublishError: When pages it goes on are not what was published.
    """
    standing = _published(desk, slug)
    note = _text(note, "note")
    if version is None and standing.current is None:
        raise UsageError("every version was withdrawn: nothing is left to correct", where=slug, not_done="nothing was changed")
    version = version or standing.current or standing.newest
    _require_version(standing, version)
    shelf.require_whole(desk, slug, [v for v in standing.versions if v >= version and v not in standing.withdrawn])
    return _event(standing, {"event": "corrected", "version": version, "note": note})


def withdraw(desk: Desk, slug: str, version: int, reason: str) -> dict[str, Any]:
    """To take a version's content and downloads off the site; its address stays, with the reason.

    Where it was the latest, the newest version takes its place that is neither withdrawn nor one that the newsroom went back from; if
    there is none, the withdrawal stands there.

    Returns:
        The event.

    Raises:
        UsageError: When there is no such version, it is withdrawn already, or the reason is empty or too long.
    """
    standing = _published(desk, slug)
    reason = _text(reason, "reason")
    _require_version(standing, version)
    return _event(standing, {"event": "withdrawn", "version": version, "reason": reason})


def happen(desk: Desk, event: dict[str, Any]) -> Standing:
    """Let an event happen: it enters the record, then the pages are brought in line.

    Returns:
        How the edition stands then.
    """
    record.append(desk.decisions, event)
    standing = standing_of(desk.decisions, event["edition"])
    shelf.settle(desk, standing)
    return standing


def _event(standing: Standing, event: dict[str, Any]) -> dict[str, Any]:
    return {**event, "edition": standing.slug, "at": record.now()}


def _published(desk: Desk, slug: str) -> Standing:
    standing = standing_of(desk.decisions, slug)
    if not standing.versions:
        raise UsageError("this edition was never published", where=slug, mend="see 'nutgraf status'", not_done="nothing was changed")
    return standing


def _require_version(standing: Standing, version: int) -> None:
    if version not in standing.versions:
        raise UsageError(
            f"there is no version {version}", where=standing.slug, mend=_listed(list(standing.versions)), not_done="nothing was changed"
        )
    if version in standing.withdrawn:
        when = record.in_words(standing.withdrawn[version]["at"])
        raise UsageError(f"version {version} was withdrawn on {when}", where=standing.slug, not_done="nothing was changed")


def _listed(versions: list[int]) -> str | None:
    if not versions:
        return "none is left"
    return "there is version " + ", ".join(map(str, sorted(versions)))


def _text(text: str, name: str) -> str:
    """A note as one paragraph of plain text, which ends like a sentence."""
    words = " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in text).split())
    if not words:
        mend = f"say in a sentence what readers should know, with --{name}"
        raise UsageError(f"the {name} is empty", mend=mend, not_done="nothing was changed")
    if len(words) > LONGEST:
        what = f"the {name} has {len(words):,} characters, {LONGEST:,} at most"
        raise UsageError(what, mend="shorten it", not_done="nothing was changed")
    return words if words.endswith((".", "!", "?", "…", "”", "\"")) else f"{words}."
