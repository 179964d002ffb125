"""What a page says about itself, in three marked places: its address and description, the way back, and its dateline.

Everything else on a page is findings and prose, and never changes once it is published. These three places are a function of the
publication record and of where the page lies (waiting, in its version's folder, or as the latest), so that a page can be brought in
line with the record without its notebooks, as often as one likes, and always with the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from nutgraf.errors import PublishError
from nutgraf.publish.jsonld import described, restamped
from nutgraf.publish.record import moment_of
from nutgraf.publish.standing import Standing
from nutgraf.publish.styles import policy, style_sheet
from nutgraf.publish.templating import environment
from nutgraf.settings import Settings

PLACES = ("address", "top", "dateline")
#: The way from a page to the site's first page; from a waiting page there is none.
_UP = {"version": "../../../", "latest": "../../", "staged": None}
EARLIER = 3
#: What a page that lies nowhere in a site says about itself: nothing.
NOTHING: Mapping[str, Any] = {
    "version": None, "published_at": None, "amended_at": None, "since": None, "changes": [], "earlier": [], "current": None,
    "corrections": [], "erasures": [], "notice": None, "is_waiting": False, "root": None, "base": None,
}  # fmt: skip


def base_of(settings: Settings) -> str | None:
    """The site's own address with a slash at its end."""
    return settings.site_url.rstrip("/") + "/" if settings.site_url else None


def view_of(settings: Settings, standing: Standing, entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    """What the pages of a version say about themselves.

    Args:
        settings: The desk's.
        standing: How the edition stands; a waiting version is not in it.
        entry: The version's entry in the record, or the one it is going to have.
        where: ``version``, ``latest`` or ``staged``.
    """
    version, base = entry["version"], base_of(settings)
    amended = standing.amendments(version) if version in standing.versions else []
    before = "" if where == "latest" else "../" if where == "version" else None
    listed = sorted((v for v in standing.versions if v < version), reverse=True)[:EARLIER]
    return {
        **NOTHING,
        "title": entry["title"], "site_title": settings.title, "language": settings.language, "version": version,
        "published_at": entry.get("published_at"), "since": entry.get("since"), "changes": entry.get("changes", []),
        "amended_at": moment_of(amended[-1]) if amended else None,
        "earlier": [{"version": v, "href": f"{before}v{v}/index.html"} for v in listed] if before is not None else [],
        "current": "../index.html" if where == "version" else None,
        "corrections": [{**e, "is_own": e["version"] == version} for e in standing.corrections(version)],
        "erasures": standing.erasures(version),
        "notice": _notice(standing) if where == "latest" else None,
        "is_waiting": where == "staged", "root": _UP[where],
        "base": f"{base}editions/{entry['edition']}/v{version}/" if base and where != "staged" else None,
    }  # fmt: skip


def _notice(standing: Standing) -> dict[str, Any] | None:
    """Why an earlier version stands in the place of the latest."""
    if standing.returned:
        return {"kind": "returned", **standing.returned}
    return {"kind": "withdrawn", **standing.fallback} if standing.fallback else None


def dressed(page: str, file: str, view: Mapping[str, Any]) -> str:
    """A page with its three places as a view has them; the rest of it unchanged.

    Args:
        page: HTML of a published or waiting page.
        file: Its name in the version's folder, for its address.
        view: As `view_of` gives it.

    Raises:
        PublishError: When the page has not exactly one of each place: it was changed by hand.
    """
    for name in PLACES:
        start, end = f"<!--{name}-->", f"<!--/{name}-->"
        if page.count(start) != 1 or page.count(end) != 1:
            raise PublishError(
                f"the page has no place for what it says about itself ('{name}')", where=file,
                mend="bring the page back from a backup: it was changed after publication", not_done="it was not touched",
            )  # fmt: skip
        before, rest = page.split(start)
        held, after = rest.split(end)
        said = {**view, "canonical": f"{view['base']}{file}" if view["base"] else None}
        if name == "address":
            said["json_ld"] = Markup(restamped(described(held), said))
        page = before + start + environment().get_template(f"{name}.html.j2").render(said) + end + after
    return page


def withdrawal(view: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """The page that stands at the address of a withdrawn one: what was there, since when it is gone and why."""
    css = style_sheet()
    return environment().get_template("withdrawn.html.j2").render({**view, "event": event, "css": Markup(css), "policy": policy(css)})
