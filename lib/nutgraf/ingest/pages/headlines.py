"""The headline of a page: what is printed, what the page calls itself in three places, and which of them agree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from nutgraf.ingest.credits import flat

_TAIL = re.compile(r"\s+[|–—·-]\s+")
_WORD = re.compile(r"\w+")


@dataclass
class Titles:
    """What a page is called: its printed headings, in JSON-LD, in ``og:title`` or the like, and in the window's title."""

    printed: list[str] = field(default_factory=list)
    json_ld: str | None = None
    meta: str | None = None
    window: str | None = None


def headline_of(titles: Titles, site: str | None) -> str | None:
    """The printed heading that fits what the page calls itself; else what it calls itself, without the site's name.

    A heading without its kicker, or with a label before it, agrees with none of the other places word by word. Where two of those agree
    with one another, they have it whole.

    Args:
        titles: What was found.
        site: Name of the site, if the page gives it.
    """
    named = [name for name in (_without_site(title or "", site) for title in (titles.json_ld, titles.meta)) if name]
    window = _without_site(titles.window or "", site)
    places = [flat(name) for name in (titles.json_ld, _without_site(titles.meta or "", site), window) if name]
    heading = next((one for known in [*named, window] for one in titles.printed if _is_like(known, one)), None)
    if heading is not None:
        agreed = next((one for one in places if places.count(one) > 1), None)
        if agreed and flat(heading) not in places:
            return next(name for name in [titles.json_ld, *named, window] if name and flat(name) == agreed)
        return heading
    if named:
        return named[0]
    return next(iter(titles.printed), None) or window or None


def heading_text(node: Any) -> str:
    """Text of a heading; where one element ends in a small letter and the next begins with a capital, they are two lines."""
    text = ""
    for piece in node.itertext():
        if text and piece and text[-1].islower() and piece[0].isupper():
            text += " "
        text += piece
    return " ".join(text.split())


def _is_like(known: str, heading: str) -> bool:
    words, found = set(_WORD.findall(known.lower())), set(_WORD.findall(heading.lower()))
    return bool(words) and len(found) > 1 and len(words & found) >= 0.5 * min(len(words), len(found))


def _without_site(title: str, site: str | None) -> str:
    """A title without " | The Site" at its end, where that end is the site's name or the shorter part."""
    title = " ".join(title.split())
    parts = _TAIL.split(title)
    if len(parts) > 1:
        last = parts[-1].lower()
        if (site and (last in site.lower() or site.lower() in last)) or ("|" in title and len(last) < 30):
            return title[: title.rfind(parts[-1])].rstrip(" |–—·-")
    return title
