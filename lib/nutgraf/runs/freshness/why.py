"""``nutgraf why``: what an edition rests on that has changed since its last good run, in words. It takes no lock and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from nutgraf.desk import Desk
from nutgraf.errors import NutgrafError, UsageError
from nutgraf.ingest.unread import unread
from nutgraf.measuring import Registry
from nutgraf.numbers import counted
from nutgraf.publish import record, shelf
from nutgraf.publish.standing import standings
from nutgraf.publish.waiting import Waiting, waiting
from nutgraf.runs import site_files
from nutgraf.runs.attempts import history
from nutgraf.runs.attempts.holding import holder
from nutgraf.runs.attempts.holding import in_words as holder_in_words
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.attempts.states import GOOD, REASONS
from nutgraf.runs.attempts.times import when
from nutgraf.runs.editions.edition import Edition
from nutgraf.runs.editions.edition_files import load_all, read_all
from nutgraf.runs.freshness import chosen
from nutgraf.runs.freshness.article_words import words_for
from nutgraf.runs.freshness.changes import attrition, changes
from nutgraf.runs.planning import Plan, plan_of, prepare_each

UP_TO_DATE, STALE, NEVER, WRONG, ENDED, WAITING = "up to date", "stale", "never made", "invalid", "no longer made", "waiting"


def look(desk: Desk, wanted: Sequence[str] = ()) -> dict[str, Any]:
    """Why editions are stale.

    Args:
        desk: The desk.
        wanted: Slugs, or names of edition files; empty for every edition.

    Returns:
        ``holder`` (who works on the desk, or None), ``unread`` (files in the sources that the next run reads in; None when they cannot
        be looked at, with the reason in ``unread_error``), and ``editions``: of each ``slug``, ``title``, ``file``, ``state`` (up to date,
        stale, waiting, never made, invalid, no longer made), ``last_good`` (UTC), ``version``, ``because`` (a list of ``part`` and
        ``words``), ``notes`` (lines on its last try and on what waits).

    Raises:
        UsageError: For an unknown edition, or a desk without any.
    """
    with Ledger.look(desk.processed / FILE) as ledger:
        editions, wrong, ended = _asked_for(desk, ledger, wanted)
        prepared, unfit = prepare_each(desk, editions)
        this = _Look(desk, ledger, Registry(desk.measure_options), set(standings(record.entries(desk.decisions))))
        found = {edition.slug: this.at(edition, loaded) for edition, loaded in prepared}
        for slug, error in {**wrong, **unfit}.items():
            named = next((edition for edition in editions if edition.slug == slug), None)
            found[slug] = _entry(slug, WRONG, named, because=[("edition", str(error))])
        found |= {slug: _entry(slug, ENDED, None, because=[("edition", "it has no file in notebooks/editions")]) for slug in ended}
        return {"holder": holder(desk), **_unread(desk, ledger), "editions": [found[slug] for slug in sorted(found)]}


def _asked_for(desk: Desk, ledger: Ledger | None, wanted: Sequence[str]) -> tuple[list[Edition], dict[str, UsageError], list[str]]:
    """Editions to look at, what is wrong with the files of others, and those that were made once and have no file."""
    editions, wrong = read_all(desk.editions)
    if not wanted:
        return editions, wrong, []
    known = {edition.slug for edition in editions} | {edition.origin for edition in editions}
    ended = [name for name in wanted if name not in known and name not in wrong and ledger is not None and ledger.last(name) is not None]
    asked = [name for name in wanted if name not in wrong and name not in ended]
    return load_all(desk.editions, asked) if asked else [], {name: wrong[name] for name in wanted if name in wrong}, ended


def _unread(desk: Desk, ledger: Ledger | None) -> dict[str, Any]:
    began = history.last_ingest(ledger) if ledger is not None else None
    try:
        return {"unread": unread(desk, datetime.fromisoformat(began).timestamp() if began else None), "unread_error": None}
    except NutgrafError as error:  # a source that is not there, or a manifest that cannot be read
        return {"unread": None, "unread_error": str(error)}


def _entry(slug: str, state: str, edition: Edition | None, **more: Any) -> dict[str, Any]:
    because = [{"part": part, "words": words} for part, words in more.pop("because", [])]
    return {
        "slug": slug, "title": edition.title if edition else None, "file": edition.file if edition else None, "state": state,
        "last_good": None, "version": None, "because": because, "notes": [], **more,
    }  # fmt: skip


@dataclass
class _Look:
    """What one look at a desk shares between editions."""

    desk: Desk
    ledger: Ledger | None
    registry: Registry
    published: set[str]

    def at(self, edition: Edition, loaded: list[dict[str, Any]]) -> dict[str, Any]:
        """One edition."""
        slug = edition.slug
        good, last = (self.ledger.last(slug, *GOOD), self.ledger.last(slug)) if self.ledger is not None else (None, None)
        notes = [] if last is None or last["state"] in (*GOOD, "stale") else [_last_try(last)]
        if good is None:
            lost = slug in self.published
            because = [("ledger", "the ledger of attempts was started anew and holds no good run of it")] if lost else []
            return _entry(slug, STALE if lost else NEVER, edition, because=because, notes=notes)
        waits = waiting(self.desk, slug)
        because = self._because(edition, loaded, good) + self._damage(slug, good, waits)
        state = STALE if because else WAITING if waits else UP_TO_DATE
        if waits:
            notes.append(_waits(self.desk, edition, waits))
        return _entry(
            slug, state, edition, because=because, notes=notes, last_good=good["ended_at"], version=good["version"]
        )

    def _because(self, edition: Edition, loaded: list[dict[str, Any]], good: Mapping[str, Any]) -> list[tuple[str, str]]:
        today: date = datetime.now(self.desk.timezone).date()
        try:
            plan = plan_of(self.desk, self.registry, edition, loaded, today)
        except NutgrafError as error:
            return [("edition", f"it cannot be made as it stands: {error}")]
        if plan.key == good["key"]:
            return []
        found = changes(good["parts"], plan.parts)
        if good["parts"].get("articles") != plan.parts["articles"]:
            found = [("articles", words) for words in self._articles(edition.slug, good["parts"], plan)] + found
        return found or [("ledger", "its last good run was noted by another Nutgraf, in another form")]

    def _articles(self, slug: str, before: Mapping[str, Any], plan: Plan) -> list[str]:
        kept = self.ledger.selected(slug) if self.ledger is not None else None
        if kept is None or kept[0] != before.get("articles"):
            counts = f"{before.get('n_articles', 'an unknown number')} then, {plan.parts['n_articles']} now"
            return [f"{REASONS['articles']} ({counts}); which ones was not kept of its last good run"]
        words = words_for(self.desk, plan.selection, chosen.unpack(kept[1]), chosen.unpack(plan.articles))
        return words or attrition(before, plan.parts) or [REASONS["articles"]]

    def _damage(self, slug: str, good: Mapping[str, Any], waits: Waiting | None) -> list[tuple[str, str]]:
        """What was deleted or changed by hand, as a run would find it."""
        if waits:
            changed = shelf.changed_in(waits.folder, waits.held)
            if changed:
                return [("pages", f"staged/{slug}/{changed[0]}, which waits to be published, was deleted or changed")]
        elif good["state"] == "staged":
            return [("pages", f"what waited to be published in staged/{slug} is not there")]
        if not good["pages"]:
            return [] if good["state"] == "staged" else [("pages", "a command that rewrites its pages did not end")]
        lost = site_files.damaged(self.desk, slug, good["pages"])
        if not lost:
            return []
        return [("pages", f"{counted(len(lost), 'published file')} deleted or changed by hand (first: site/{lost[0]})")]


def _last_try(last: Mapping[str, Any]) -> str:
    """How the last attempt ended, when it was no good one; one that never ended was killed, or is under way."""
    how = {"failed": "failed", "interrupted": "was interrupted", "running": "has not ended", "killed": "was killed"}[last["state"]]
    return f"the last try, {when(last['started_at'])}, {how}" + (f": {last['error']}" if last["state"] == "failed" else "")


def _waits(desk: Desk, edition: Edition, waits: Waiting) -> str:
    until = edition.embargo_until(desk.timezone)
    line = f"version {waits.entry['version']} waits in staged/{edition.slug}"
    if edition.publish == "manual":
        return f"{line} for 'nutgraf publish {edition.slug}'"
    if until is not None and until > datetime.now(UTC):
        return f"{line} until its embargo ends, {when(until.isoformat())}"
    return f"{line}; the next run publishes it"


def in_words(found: Mapping[str, Any], *, is_short: bool) -> list[str]:
    """The same for a person.

    Args:
        found: As `look` gives it.
        is_short: One line for each edition.
    """
    lines = []
    for entry in found["editions"]:
        because = [reason["words"] for reason in entry["because"]]
        good = f" (last good: {when(entry['last_good'])}, version {entry['version']})" if entry["last_good"] else ""
        if is_short:
            notes = because or (entry["notes"] if entry["state"] != UP_TO_DATE else [])
            lines.append(f"{entry['slug']}: {entry['state']}" + (f": {'; '.join(notes)}" if notes else ""))
        else:
            lines += [f"{entry['slug']}: {entry['state']}{good}", *(f"  {line}" for line in (*because, *entry["notes"]))]
    if found["unread"]:
        n, first = len(found["unread"]), found["unread"][0]
        are, them = ("is", "it") if n == 1 else ("are", "them")
        lines.append(f"{counted(n, 'file')} in the sources {are} new: the next run reads {them} first, and may find more (first: {first})")
    if found["unread_error"]:
        lines.append(f"the sources cannot be looked at: {found['unread_error']}")
    if found["holder"]:
        lines.append(f"the desk is at work: {holder_in_words(found['holder'])}; what it has not finished is not seen here")
    return lines
