"""The list of reports and the feed, from the publication record and from what a run says of each edition's state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from nutgraf.desk import Desk
from nutgraf.publish import files as on_disk
from nutgraf.publish import record
from nutgraf.publish.dressing import base_of
from nutgraf.publish.shelf import folder_of, home_of
from nutgraf.publish.standing import Standing, standings
from nutgraf.publish.styles import policy, style_sheet
from nutgraf.publish.templating import environment

#: Reports to a page of the list: the first number of these whose pages are all light enough.
PER_PAGE = (50, 20, 8, 3, 1)
MOST_BYTES = 40_000
IN_FEED = 50
#: A host that can belong to nobody: what ids name when nutgraf.toml names no site_url.
NO_HOST = "nutgraf.invalid"
NO_SITE_URL = (
    "site_url is not set in nutgraf.toml: the feed has ids that may collide with another desk's and relative links, pages have no "
    "canonical address; set it before readers subscribe"
)


def rebuild_index(desk: Desk, states: Mapping[str, str] | None = None, earlier: Sequence[str] = ()) -> None:
    """Write the list of reports, in pages, and the feed; files that are as they should be are not touched.

    Args:
        desk: The desk.
        states: What to say about an edition beside its date, by slug, such as ``failed since 3 March 2026``; others say nothing. What
            the record tells (corrected, shown again, withdrawn) is said without being asked.
        earlier: Reports of earlier days, in this order behind all others; those come newest first.
    """
    entries = record.entries(desk.decisions)
    found = sorted(standings(entries).values(), key=lambda standing: standing.slug)
    found.sort(key=lambda standing: _shown(standing)["published_at"], reverse=True)
    places = {slug: place for place, slug in enumerate(earlier)}
    found.sort(key=lambda standing: places.get(standing.slug, -1))
    listed = [
        {**_shown(standing), "said": [*_said(standing), *filter(None, [(states or {}).get(standing.slug)])],
         "is_gone": standing.current is None, "is_there": (home_of(desk, standing.slug) / "index.html").is_file()}
        for standing in found
    ]  # fmt: skip
    pages = next(made for per in PER_PAGE if max(map(len, made := _pages(desk, listed, per))) <= MOST_BYTES or per == PER_PAGE[-1])
    for number, html in enumerate(pages, start=1):
        on_disk.write_changed(desk.site / _page(number), html)
    number = len(pages) + 1
    while (desk.site / _page(number)).is_file():
        (desk.site / _page(number)).unlink()
        number += 1
    on_disk.write_changed(desk.site / "feed.xml", feed(desk, entries))


def _pages(desk: Desk, listed: Sequence[Mapping[str, Any]], per: int) -> list[bytes]:
    """The list, so many reports to a page."""
    parts = [listed[at : at + per] for at in range(0, len(listed), per)] or [[]]
    css, template = style_sheet(), environment().get_template("index.html.j2")
    return [
        template.render(
            editions=part, number=number, of=len(parts), site_title=desk.settings.title, language=desk.settings.language,
            css=Markup(css), policy=policy(css),
        ).encode()
        for number, part in enumerate(parts, start=1)
    ]  # fmt: skip


def _page(number: int) -> str:
    return "index.html" if number == 1 else f"index-{number}.html"


def _shown(standing: Standing) -> dict[str, Any]:
    return standing.versions[standing.in_place]


def _said(standing: Standing) -> list[str]:
    """What the record tells a reader of the list."""
    version = standing.current
    if version is None:
        return [f"withdrawn {record.in_words(standing.withdrawn[standing.in_place]['at'])}"]
    said = [f"corrected {record.in_words(event['at'])}" for event in standing.corrections(version)[:1]]
    if standing.returned:
        said.append(f"shown again since {record.in_words(standing.returned['at'])}")
    elif standing.fallback:
        said.append(f"version {standing.fallback['version']} was withdrawn {record.in_words(standing.fallback['at'])}")
    return said


def entry_id(desk: Desk, slug: str, version: int, at: str) -> str:
    """The id of a version in the feed, kept in the record: it never changes, even when ``site_url`` does."""
    return f"tag:{_host(desk)},{at[:10]}:{slug}/v{version}"


def _host(desk: Desk) -> str:
    return (urlsplit(base_of(desk.settings) or "").hostname) or NO_HOST


def feed(desk: Desk, entries: Sequence[Mapping[str, Any]]) -> str:
    """An Atom feed: an entry for each version, updated when it is corrected, withdrawn or shown again; the newest update first.

    A version that a kill or a failing disk kept from its place is left out: it gets its place, and its entry, with the next command.
    """
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for event in entries:
        key, at = (event["edition"], event["version"]), record.moment_of(dict(event))
        if event["event"] == "published":
            found[key] = {"id": entry_id(desk, *key, at), "changes": [], **event, "updated": at, "prefix": "", "said": []}
        elif key in found:
            prefix, words = _news(event)
            said = [words] if event["event"] == "withdrawn" else [words, *found[key]["said"]]
            changes = [] if event["event"] == "withdrawn" else found[key]["changes"]
            found[key] |= {"updated": at, "prefix": prefix, "said": said, "changes": changes}
    first = next(iter(found.values()), None)
    there = [item for key, item in found.items() if not on_disk.partial_of(folder_of(desk, *key)).is_dir()]
    newest = sorted(reversed(there), key=lambda item: item["updated"], reverse=True)[:IN_FEED]
    return environment().get_template("feed.xml.j2").render(
        feed_id=f"{first['id'].rpartition(':')[0] if first else f'tag:{_host(desk)},2000-01-01'}:reports",
        site_title=desk.settings.title, language=desk.settings.language, site_url=base_of(desk.settings),
        updated=newest[0]["updated"] if newest else "2000-01-01T00:00:00+00:00", entries=newest,
    )  # fmt: skip


def _news(event: Mapping[str, Any]) -> tuple[str, str]:
    """What an entry's title begins with after an event, and the event in words."""
    when = record.in_words(event["at"])
    if event["event"] == "corrected":
        return "Corrected: ", f"Correction, {when}: {event['note']}"
    if event["event"] == "withdrawn":
        return "Withdrawn: ", f"Withdrawn, {when}: {event['reason']}"
    if event["event"] == "erased":
        return "", f"{when}: an article was erased, and its text removed from this version"
    return "Shown again: ", f"On {when} we went back to this version from version {event['version_from']}"
