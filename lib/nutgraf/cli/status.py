"""``nutgraf status``: what each edition's state is, from the ledger, without taking the lock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nutgraf.desk import Desk
from nutgraf.errors import NutgrafError
from nutgraf.runs.ledger import FILE, Ledger


def look(desk: Desk) -> dict[str, Any]:
    """State of every edition of a desk.

    Returns:
        ``desk``, ``site`` and ``editions``: per edition slug, title, state (never run, good, failed, interrupted, running,
        invalid), version, n_articles, last_good, last_try, last_checked (UTC) and error.
    """
    from nutgraf.runs.edition import load

    found = []
    with Ledger.look(desk.processed / FILE) as ledger:
        for path in sorted(desk.editions.glob("*.yml")):
            entry: dict[str, Any] = {"slug": path.stem, "title": None, "state": "never run", "version": None,
                                     "n_articles": None, "last_good": None, "last_try": None, "last_checked": None,
                                     "error": None}  # fmt: skip
            if ledger is not None:
                entry |= _history(desk, ledger, path.stem)
            try:
                entry["title"] = load(path).title
            except NutgrafError as error:
                entry |= {"state": "invalid", "error": str(error)}
            found.append(entry)
    page = desk.site / "index.html"
    return {"desk": str(desk.root), "site": str(page) if page.is_file() else None, "editions": found}


def _history(desk: Desk, ledger: Ledger, slug: str) -> dict[str, Any]:
    last, good = ledger.last(slug), ledger.last(slug, "good", "unchanged")
    if last is None:
        return {}
    state = {"good": "good", "unchanged": "good", "killed": "interrupted"}.get(last["state"], last["state"])
    if state == "running" and not _is_held(desk):
        state = "interrupted"
    return {
        "state": state,
        "version": good["version"] if good else None,
        "n_articles": good["counts"].get("articles") if good else None,
        "last_good": good["ended_at"] if good else None,
        "last_try": last["started_at"],
        "last_checked": ledger.checked(slug),
        "error": last["error"] if state == "failed" else None,
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
