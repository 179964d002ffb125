"""``nutgraf status``: what each edition's state is, from the ledger, without taking the lock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from nutgraf.desk import Desk
from nutgraf.publish import record
from nutgraf.publish.standing import standings
from nutgraf.publish.waiting import waiting
from nutgraf.runs.ledger import FILE, Ledger
from nutgraf.runs.states import GOOD

if TYPE_CHECKING:
    from nutgraf.runs.edition import Edition


def look(desk: Desk) -> dict[str, Any]:
    """State of every edition of a desk.

    Returns:
        ``desk``, ``site`` and ``editions``: per edition slug, title, state (never run, good, waiting, stale, failed, interrupted,
        running, invalid), version, n_articles, last_good, last_try, last_checked (UTC), error, and of its publication: shown (the
        version that readers see), withdrawn (versions), waiting (the version that waits to be published), waiting_since, embargo.
    """
    from nutgraf.runs.edition_files import paths, read_all

    editions, wrong = read_all(desk.editions) if paths(desk.editions) else ([], {})
    titles = {**dict.fromkeys(wrong), **{edition.slug: edition.title for edition in editions}}
    found, published = [], standings(record.entries(desk.decisions))
    waits = {edition.slug: _waiting(desk, edition) for edition in editions}
    with Ledger.look(desk.processed / FILE) as ledger:
        for slug in sorted(titles):
            entry: dict[str, Any] = {"slug": slug, "title": titles[slug], "state": "never run", "version": None,
                                     "n_articles": None, "last_good": None, "last_try": None, "last_checked": None,
                                     "error": None, "shown": None, "withdrawn": [], "waiting": None, "waiting_since": None,
                                     "embargo": None}  # fmt: skip
            if ledger is not None:
                entry |= _history(desk, ledger, slug)
            if slug in published:
                standing = published[slug]
                entry |= {"shown": standing.current, "withdrawn": sorted(standing.withdrawn)}
            if slug in wrong:
                entry |= {"state": "invalid", "error": str(wrong[slug])}
            entry |= waits.get(slug, {})
            if entry["state"] == "good" and entry["waiting"]:
                entry["state"] = "waiting"
            found.append(entry)
    page = desk.site / "index.html"
    return {"desk": str(desk.root), "site": str(page) if page.is_file() else None, "editions": found}


def _waiting(desk: Desk, edition: Edition) -> dict[str, Any]:
    waits, until = waiting(desk, edition.slug), edition.embargo_until(desk.timezone)
    if waits is None:
        return {}
    return {"waiting": waits.entry["version"], "waiting_since": waits.since, "embargo": until.isoformat() if until else None}


def _history(desk: Desk, ledger: Ledger, slug: str) -> dict[str, Any]:
    last, good = ledger.last(slug), ledger.last(slug, *GOOD)
    if last is None:
        return {}
    state = {"unchanged": "good", "staged": "good", "killed": "interrupted"}.get(last["state"], last["state"])
    if state == "running" and not _is_held(desk):
        state = "interrupted"
    return {
        "state": state,
        "version": good["version"] if good else None,
        "n_articles": good["counts"].get("articles") if good else None,
        "last_good": good["ended_at"] if good else None,
        "last_try": last["started_at"],
        "last_checked": ledger.checked(slug),
        "error": last["error"] if state in ("failed", "stale") else None,
    }


def _is_held(desk: Desk) -> bool:
    """Whether a process works on the desk; looked at without leaving a trace."""
    from filelock import FileLock, Timeout

    lock = FileLock(desk.processed / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def show(found: dict[str, Any]) -> str:
    """The same for a person."""
    lines = []
    for entry in found["editions"]:
        lines.append(f"{entry['slug']}: {entry['state']}" + (f" ({entry['title']})" if entry["title"] else ""))
        if entry["last_good"]:
            lines.append(
                f"  last good: {_when(entry['last_good'])}, version {entry['version']}, n = {entry['n_articles']} articles"
            )
        if entry["waiting"]:
            until = f", under embargo until {entry['embargo']}" if entry["embargo"] else ""
            line = f"  version {entry['waiting']} is waiting to be published since {_when(entry['waiting_since'])}{until}"
            lines.append(f"{line}: staged/{entry['slug']}/index.html")
        if entry["shown"] and entry["version"] and entry["shown"] < entry["version"] and entry["waiting"] != entry["version"]:
            lines.append(f"  readers see version {entry['shown']}")
        if entry["withdrawn"]:
            lines.append("  withdrawn: version " + ", ".join(map(str, entry["withdrawn"])))
        for label, name in (("last try", "last_try"), ("last checked", "last_checked")):
            if entry[name]:
                lines.append(f"  {label}: {_when(entry[name])}")
        if entry["error"]:
            lines.append(f"  {entry['error']}")
    if not found["editions"]:
        lines.append("this desk has no editions: add one in notebooks/editions (docs/editions.md shows how)")
    elif all(entry["state"] in ("never run", "invalid") for entry in found["editions"]):
        lines.append("nothing was run yet: 'nutgraf run' makes the reports")
    if found["site"]:
        lines.append(f"site: {found['site']}")
    return "\n".join(lines)


def _when(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M UTC")
