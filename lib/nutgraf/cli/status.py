"""``nutgraf status``: each edition's state, how the sources fare that are fetched, and whether a run is going on, without taking the lock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nutgraf.desk import Desk
from nutgraf.errors import in_one_line
from nutgraf.publish import record
from nutgraf.publish.standing import standings
from nutgraf.runs.attempts import history
from nutgraf.runs.attempts.holding import holder, in_words, is_running
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.attempts.states import GOOD, staleness
from nutgraf.runs.attempts.times import when

if TYPE_CHECKING:
    from nutgraf.runs.editions.edition import Edition

_BLANK = {
    "title": None, "file": None, "state": "never run", "version": None, "n_articles": None, "last_good": None, "last_try": None,
    "last_checked": None, "next_due": None, "stale_since": None, "because": None, "error": None, "shown": None, "withdrawn": [],
    "waiting": None, "waiting_since": None, "embargo": None,
}  # fmt: skip


def look(desk: Desk) -> dict[str, Any]:
    """State of every edition of a desk, and of the desk as a whole.

    Returns:
        ``desk``, ``site``, ``holder`` (who works on the desk: purpose, pid, since; or None), ``last_run`` (as `nutgraf.runs.attempts.history.runs`
        gives it, without its editions; or None), and ``editions``: per edition slug, title, file, state (never run, good, waiting, stale,
        failed, interrupted, running, invalid), version, n_articles, last_good, last_try, last_checked, next_due (UTC; it is due now when
        that is past), stale_since, because, error, and of its publication: shown (the version that readers see), withdrawn (versions),
        waiting (the version that waits to be published), waiting_since, embargo; and ``sources``, as `nutgraf.ingest.fetching.asked.standing`
        gives them.
    """
    from nutgraf.runs.editions.edition_files import paths, read_all

    editions, wrong = read_all(desk.editions) if paths(desk.editions) else ([], {})
    by_slug: dict[str, Edition | None] = {**dict.fromkeys(wrong), **{edition.slug: edition for edition in editions}}
    published, held = standings(record.entries(desk.decisions)), holder(desk)
    with Ledger.look(desk.processed / FILE) as ledger:
        found = []
        for slug, edition in sorted(by_slug.items()):
            entry: dict[str, Any] = {"slug": slug, **_BLANK, "file": edition.file if edition else f"notebooks/editions/{slug}.yml"}
            if ledger is not None:
                entry |= _history(ledger, slug, is_running(held))
            if slug in published:
                entry |= {"shown": published[slug].current, "withdrawn": sorted(published[slug].withdrawn)}
            if edition is None:
                entry |= {"state": "invalid", "error": str(wrong[slug])}
            else:
                entry |= {"title": edition.title, **_waiting(desk, edition), **_due(desk, ledger, edition)}
            if entry["state"] == "good" and entry["waiting"]:
                entry["state"] = "waiting"
            found.append(entry)
        last = history.runs(ledger, limit=1, is_running=is_running(held)) if ledger is not None else []
    page = desk.site / "index.html"
    return {
        "desk": str(desk.root), "site": str(page) if page.is_file() else None, "holder": held,
        "last_run": {name: value for name, value in last[0].items() if name != "editions"} if last else None, "editions": found,
        "sources": _sources(desk),
    }  # fmt: skip


def _sources(desk: Desk) -> list[dict[str, Any]]:
    if not any(source.is_fetched for source in desk.settings.sources):
        return []
    from nutgraf.ingest.fetching.asked import standing

    return standing(desk)


def _waiting(desk: Desk, edition: Edition) -> dict[str, Any]:
    if not (desk.staged / edition.slug).is_dir():
        return {}
    from nutgraf.publish.waiting import waiting  # it knows how pages look, which takes its time to import

    waits, until = waiting(desk, edition.slug), edition.embargo_until(desk.timezone)
    if waits is None:
        return {}
    return {"waiting": waits.entry["version"], "waiting_since": waits.since, "embargo": until.isoformat() if until else None}


def _due(desk: Desk, ledger: Ledger | None, edition: Edition) -> dict[str, Any]:
    """The first moment that an edition's schedule names and that no run has followed yet; one that lies behind is due now."""
    if edition.schedule is None:
        return {}
    from nutgraf.runs.schedules.schedule import next_due, previous_due

    handled = ledger.rows("select handled_until from schedules where edition = ?", [edition.slug]) if ledger is not None else []
    if handled:
        due = next_due(edition, desk.timezone, datetime.fromisoformat(handled[0]["handled_until"]))
    else:
        due = previous_due(edition.schedule, desk.timezone, datetime.now(UTC))
    return {"next_due": due.isoformat(timespec="seconds")}


def _history(ledger: Ledger, slug: str, is_running: bool) -> dict[str, Any]:
    last, good = ledger.last_in_brief(slug), ledger.last_in_brief(slug, *GOOD)
    if last is None:
        return {}
    state = {"unchanged": "good", "staged": "good", "killed": "interrupted"}.get(last["state"], last["state"])
    if state == "running" and not is_running:
        state = "interrupted"
    since, because = (staleness(ledger, slug) if state != "running" else None) or (None, None)
    return {
        "state": state,
        "version": good["version"] if good else None,
        "n_articles": good["counts"].get("articles") if good else None,
        "last_good": good["ended_at"] if good else None,
        "last_try": last["started_at"],
        "last_checked": ledger.checked(slug),
        "stale_since": since if good else None,
        "because": because if good else None,
        "error": last["error"] if state in ("failed", "stale") else None,
    }


def show(found: dict[str, Any]) -> str:
    """The same for a person."""
    lines = []
    for entry in found["editions"]:
        lines.append(f"{entry['slug']}: {entry['state']}" + (f" ({entry['title']})" if entry["title"] else ""))
        if entry["last_good"]:
            lines.append(f"  last good: {when(entry['last_good'])}, version {entry['version']}, n = {entry['n_articles']} articles")
        if entry["stale_since"]:
            lines.append(f"  stale since {when(entry['stale_since'])} because {entry['because']}")
        if entry["waiting"]:
            until = f", under embargo until {entry['embargo']}" if entry["embargo"] else ""
            line = f"  version {entry['waiting']} is waiting to be published since {when(entry['waiting_since'])}{until}"
            lines.append(f"{line}: staged/{entry['slug']}/index.html")
        if entry["shown"] and entry["version"] and entry["shown"] < entry["version"] and entry["waiting"] != entry["version"]:
            lines.append(f"  readers see version {entry['shown']}")
        if entry["withdrawn"]:
            lines.append("  withdrawn: version " + ", ".join(map(str, entry["withdrawn"])))
        for label, name in (("last try", "last_try"), ("last checked", "last_checked")):
            if entry[name]:
                lines.append(f"  {label}: {when(entry[name])}")
        if entry["next_due"]:
            is_due = datetime.fromisoformat(entry["next_due"]) <= datetime.now(UTC)
            lines.append(f"  {'due since' if is_due else 'next due'}: {when(entry['next_due'])}")
        if entry["error"] and entry["error"] != entry["because"]:
            lines.append(f"  {entry['error']}")
        if entry["file"] != f"notebooks/editions/{entry['slug']}.yml":
            lines.append(f"  made from {entry['file']}")
    if not found["editions"]:
        lines.append("this desk has no editions: add one in notebooks/editions (docs/editions.md shows how)")
    elif all(entry["state"] in ("never run", "invalid") for entry in found["editions"]):
        lines.append("nothing was run yet: 'nutgraf run' makes the reports")
    lines += [line for source in found["sources"] for line in _of_source(source)]
    if found["last_run"]:
        first, *rest = history.in_words({**found["last_run"], "editions": []}, is_short=True)
        lines += [f"last run: {first}", *rest]
    if found["holder"]:
        lines.append(f"the desk is at work: {in_words(found['holder'])}")
    if found["site"]:
        lines.append(f"site: {found['site']}")
    return "\n".join(lines)


def _of_source(source: dict[str, Any]) -> list[str]:
    """A source that is fetched, for a person."""
    name = f"source {source['source']} ({source['kind']})"
    if source["asked_at"] is None:
        return [f"{name}: not asked for yet"]
    lines = [f"{name}, asked for {when(source['asked_at'])}: {in_one_line(source['said'])}"]
    if source["n_failures"] > 1:
        lines.append(f"  nothing of it could be read since {when(source['failing_since'])}, {source['n_failures']} times in a row")
    if source["last_new_at"] != source["asked_at"]:
        lines.append(f"  last new or changed article: {when(source['last_new_at']) if source['last_new_at'] else 'none yet'}")
    return lines
