"""What a page says of itself: headline, standfirst, byline, section, address, dates, outlet, language.

Sources in order of trust: JSON-LD of an article, ``meta`` elements, microdata and classes near the headline, the address.
Elements of navigation, sidebars, footers and related-story boxes are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from nutgraf.ingest.credits import credited, is_name, is_nobody, tidy
from nutgraf.ingest.moments import parse_moment, parse_visible
from nutgraf.ingest.pages.headlines import Titles, heading_text, headline_of
from nutgraf.ingest.pages.json_ld import entries, names, string
from nutgraf.ingest.records import Moment

_OUTSIDE = {"nav", "aside", "footer", "form"}
_FURNITURE = re.compile(r"(?:^|[-_\s])(?:related|recommended|sidebar|comments?|footer|nav|promo|newsletter|most-?read|teaser)(?:[-_\s]|$)", re.I)


def _tokens(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[-_\s])(?:{words})(?:[-_\s]|$)", re.IGNORECASE)


_BYLINE = _tokens("byline|by|author|authors|author-name|writer|reporter|contributor")
_DATED = _tokens("date|dateline|pubdate|published|publish|posted|stamp|timestamp|datetime|time")
_CHANGED = _tokens("modified|updated|update|changed|amended")
_STANDFIRST = _tokens("standfirst|dek|deck|subhead|subheadline|subtitle|strapline|summary-lead")
_SECTION = _tokens("kicker|overline|section-name|rubric")
_DATE_IN_ADDRESS = re.compile(r"/(20\d\d|19\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_META = {
    "og:title": "title", "twitter:title": "title", "og:site_name": "site", "article:section": "section",
    "author": "byline", "article:author": "byline", "parsely-author": "byline", "dc.creator": "byline", "byl": "byline",
    "description": "description", "og:description": "description", "twitter:description": "description",
    "og:url": "address", "og:locale": "language", "content-language": "language",
}  # fmt: skip
_META_TIMES = {
    "article:published_time": "published", "article:published": "published", "og:published_time": "published",
    "datepublished": "published", "date": "published", "pubdate": "published", "publishdate": "published",
    "publish-date": "published", "dc.date": "published", "dc.date.issued": "published", "dcterms.created": "published",
    "parsely-pub-date": "published", "sailthru.date": "published", "article:modified_time": "modified",
    "og:updated_time": "modified", "last-modified": "modified", "datemodified": "modified", "dcterms.modified": "modified",
}  # fmt: skip


@dataclass
class About:
    """What was found; `printed` holds the headings, byline and date lines as they stand on the page, to tell them from the body, and
    `descriptions` what the page says it is about, by which a standfirst is known.
    """

    headline: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    section: str | None = None
    site: str | None = None
    canonical: str | None = None
    language: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    is_paywalled: bool = False
    printed: list[str] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)


def read_metadata(tree: Any, *, url: str | None = None, zone: tzinfo) -> About:
    """Metadata of a page.

    Args:
        tree: The page as an lxml tree; not changed.
        url: The address it was fetched from, if known.
        zone: Where clocks without an offset are read.

    Returns:
        What was found, each text on one line.
    """
    about = About()
    titles, addresses, credits = Titles(), [], _Credits()
    for entry in entries(tree):
        _from_json_ld(entry, about, titles, credits, zone)
    _from_meta(tree, about, titles, addresses, credits, zone)
    titles.printed = _from_elements(tree, about, credits, zone)
    titles.window = _flat(_text_of(tree.find(".//title")))
    about.headline = headline_of(titles, about.site)
    about.printed += titles.printed
    about.byline = credits.chosen(about.site)
    about.canonical = next(iter(addresses), None)
    if about.published is None:
        about.published = _from_address(url or about.canonical, zone)
    about.language = about.language or tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    return about


def address_of(tree: Any) -> str | None:
    """The address that a page gives itself, by which its outlet's profile is found where it was not fetched from one."""
    for name, value, attribute in (("rel", "canonical", "href"), ("property", "og:url", "content")):
        for node in tree.iter("link" if name == "rel" else "meta"):
            if (node.get(name) or "").lower() == value and node.get(attribute):
                return node.get(attribute).strip()
    return None


@dataclass
class _Credits:
    """Who is credited, by where it is said."""

    json_ld: list[str] = field(default_factory=list)
    meta: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)

    def chosen(self, site: str | None) -> str | None:
        """The first place that names somebody; one that names the site itself or an account counts only where no other does."""
        places = [tidy(name for line in lines for name in credited(line)) for lines in (self.json_ld, self.meta)]
        printed = [tidy(credited(line)) for line in self.printed]
        somebody = next((place for place in places if any(not is_nobody(name, site) for name in place)), None)
        if somebody is None:
            persons = next((place for place in [*places, *printed] if any(is_name(name) and not is_nobody(name, site) for name in place)), None)
            somebody = persons or next(filter(None, [*places, *printed]), [])
        named = [name for name in somebody if not is_nobody(name, site)] or [name for name in somebody if "@" not in name]
        return "; ".join(named) or None


def _from_json_ld(entry: dict[str, Any], about: About, titles: Titles, credits: _Credits, zone: tzinfo) -> None:
    titles.json_ld = titles.json_ld or string(entry.get("headline"))
    credits.json_ld = credits.json_ld or names(entry.get("author"))
    about.descriptions += filter(None, [string(entry.get("description"))])
    about.section = about.section or string(entry.get("articleSection"))
    about.site = about.site or next(iter(names(entry.get("publisher"))), None)
    about.language = about.language or string(entry.get("inLanguage"))
    about.published = about.published or parse_moment(entry.get("datePublished"), "json-ld", zone=zone)
    about.modified = about.modified or parse_moment(entry.get("dateModified"), "json-ld", zone=zone)
    if str(entry.get("isAccessibleForFree", "")).lower() == "false":
        about.is_paywalled = True


def _from_meta(tree: Any, about: About, titles: Titles, addresses: list[str], credits: _Credits, zone: tzinfo) -> None:
    for node in tree.iter("link"):
        if (node.get("rel") or "").lower() == "canonical" and node.get("href"):
            addresses.append(node.get("href").strip())
    for node in tree.iter("meta"):
        content = _flat(node.get("content"))
        if not content:
            continue
        for name in (node.get("property"), node.get("name"), node.get("itemprop"), node.get("http-equiv")):
            name = (name or "").lower()
            role = _META.get(name)
            if role == "title":
                titles.meta = titles.meta or content
            elif role == "description":
                about.descriptions.append(content)
            elif role == "address":
                addresses.append(content)
            elif role == "byline":
                if not content.startswith(("http:", "https:", "/", "@")):
                    credits.meta.append(content)
            elif role:
                setattr(about, role, getattr(about, role) or content)
            elif name in _META_TIMES:
                role = _META_TIMES[name]
                if getattr(about, role) is None:
                    setattr(about, role, parse_moment(content, "meta", zone=zone))


def _from_elements(tree: Any, about: About, credits: _Credits, zone: tzinfo) -> list[str]:
    """Bylines, dates and the like as printed; returns the level-one headings."""
    headings: list[str] = []
    times: list[tuple[int, Moment]] = []
    visible: list[Moment] = []
    for node in _main_elements(tree):
        tag, marks = node.tag, f"{node.get('class') or ''} {node.get('id') or ''}"
        itemprop = (node.get("itemprop") or "").lower()
        if tag == "h1":
            heading = heading_text(node)
            if heading:
                headings.append(heading)
            continue
        if tag == "time":
            moment = parse_moment(node.get("datetime") or _flat(_text_of(node)), "time element", zone=zone)
            is_change = bool(_CHANGED.search(marks)) or itemprop == "datemodified" or _is_changed_line(node)
            if moment and is_change:
                about.modified = about.modified or moment
            elif moment:
                sure = itemprop == "datepublished" or bool(_DATED.search(marks)) or node.get("pubdate") is not None
                times.append((0 if sure else 1, moment))
            continue
        if not marks.strip() and not itemprop and node.get("rel") != "author":
            continue
        if itemprop in ("datepublished", "datemodified"):
            moment = parse_moment(node.get("content") or _flat(_text_of(node)), "microdata", zone=zone)
            name = "published" if itemprop == "datepublished" else "modified"
            if moment and getattr(about, name) is None:
                setattr(about, name, moment)
        if tag in ("body", "html", "article", "main", "figure", "figcaption", "ul", "ol"):
            continue
        if _BYLINE.search(marks) or itemprop == "author" or node.get("rel") == "author":
            _note_byline(node, about, credits)
        if _DATED.search(marks):
            line = _flat(_text_of(node))
            moment = parse_visible(line, "visible date", zone=zone) if 6 <= len(line) <= 100 else None
            if moment:
                about.printed.append(line)
                visible.append(moment)
        if not about.standfirst and (_STANDFIRST.search(marks) or itemprop in ("alternativeheadline", "description")):
            line = _flat(_text_of(node))
            if 20 <= len(line) <= 500 and tag in ("p", "div", "h2", "h3", "span"):
                about.standfirst = line
        if _SECTION.search(marks) and len(_flat(_text_of(node))) <= 40:
            about.printed.append(_flat(_text_of(node)))
            about.section = about.section or _flat(_text_of(node)) or None
    if about.published is None and times:
        about.published = min(times, key=lambda pair: pair[0])[1]  # the first of the surer kind
    if about.published is None and visible:
        about.published = visible[0]
    return headings


def _main_elements(tree: Any) -> Iterator[Any]:
    """Elements in document order, without the branches that are not about this article."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if not isinstance(node.tag, str) or node.tag in _OUTSIDE:
            continue
        if node.tag in ("div", "section", "ul", "ol") and _FURNITURE.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
            if node.find(".//h1") is None:
                continue
        yield node
        stack.extend(reversed(node))


def _note_byline(node: Any, about: About, credits: _Credits) -> None:
    """A short credit line; times inside it, as unclosed markup leaves them, are not part of it."""
    pieces = [node.text or ""]
    for child in node:
        if isinstance(child.tag, str) and child.tag != "time" and not _DATED.search(child.get("class") or ""):
            pieces.append(_text_of(child))
        elif isinstance(child.tag, str):
            break
        pieces.append(child.tail or "")
    line = _flat(" ".join(pieces))
    if 2 <= len(line) <= 120 and not line.startswith(("http", "@")) and parse_visible(line, "visible date") is None:
        about.printed.append(line)
        credits.printed.append(line)


def _is_changed_line(node: Any) -> bool:
    parent = node.getparent()
    before = _flat((parent.text if parent is not None else "") or "").lower()
    previous = node.getprevious()
    if previous is not None:
        before = _flat(previous.tail or "").lower() or before
    return bool(re.search(r"(?:updated|modified|amended|aktualisiert|geändert)\W*$", before))


def _from_address(url: str | None, zone: tzinfo) -> Moment | None:
    match = _DATE_IN_ADDRESS.search(url or "")
    return parse_moment("-".join(match.groups()), "address", zone=zone, confidence="low") if match else None


def _text_of(node: Any) -> str:
    return "" if node is None else "".join(node.itertext())


def _flat(text: str | None) -> str:
    return " ".join((text or "").split())
