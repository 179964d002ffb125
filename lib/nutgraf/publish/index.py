"""The list of reports and the feed, both from the publication record alone."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from markupsafe import Markup

from nutgraf.desk import Desk
from nutgraf.publish import files as on_disk
from nutgraf.publish import record
from nutgraf.publish.exporter import environment
from nutgraf.publish.styles import policy, style_sheet

PER_PAGE, IN_FEED = 50, 50


def rebuild_index(desk: Desk, states: Mapping[str, str] | None = None) -> None:
    """Write the list of reports, in pages, and the feed; files that are as they should be are not touched.

    Args:
        desk: The desk.
        states: What to say about an edition beside its date, by slug, such as ``failed since``; others say nothing.
    """
    newest = sorted(record.latest(desk.decisions).values(), key=lambda entry: entry["edition"])
    newest.sort(key=lambda entry: entry["published_at"], reverse=True)
    listed = [{**entry, "state": (states or {}).get(entry["edition"])} for entry in newest]
    parts = [listed[at : at + PER_PAGE] for at in range(0, len(listed), PER_PAGE)] or [[]]
    css = style_sheet()
    template = environment().get_template("index.html.j2")
    for number, part in enumerate(parts, start=1):
        html = template.render(
            editions=part, number=number, of=len(parts), site_title=desk.settings.title, language=desk.settings.language,
            css=Markup(css), policy=policy(css),
        )  # fmt: skip
        on_disk.write_changed(desk.site / ("index.html" if number == 1 else f"index-{number}.html"), html)
    on_disk.write_changed(desk.site / "feed.xml", feed(desk))


def feed(desk: Desk) -> str:
    """An Atom feed of published versions, newest first. Without `site_url` ids are ``tag:`` ids and links are relative."""
    published = [entry for entry in record.entries(desk.decisions) if entry["event"] == "published"]
    site_url = desk.settings.site_url.rstrip("/") + "/" if desk.settings.site_url else None
    host = (urlsplit(site_url).hostname if site_url else None) or "nutgraf.invalid"
    # A tag: id names a host and a day on which it was ours: the day of the first publication, which never changes.
    day = published[0]["published_at"][:10] if published else "2000-01-01"
    entries = [
        {**entry, "id": f"tag:{host},{day}:{entry['edition']}/v{entry['version']}", "changes": entry.get("changes", [])}
        for entry in reversed(published[-IN_FEED:])
    ]
    return environment().get_template("feed.xml.j2").render(
        feed_id=f"tag:{host},{day}:reports", site_title=desk.settings.title, language=desk.settings.language, site_url=site_url,
        updated=published[-1]["published_at"] if published else "2000-01-01T00:00:00+00:00", entries=entries,
    )  # fmt: skip
