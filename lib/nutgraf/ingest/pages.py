"""HTML pages: trafilatura for the body, the page's own metadata for headline, date and address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from nutgraf.ingest.records import Moment, RawItem, Record


def read_page(item: RawItem, content: bytes) -> Record:
    """One record from the bytes of a page.

    Args:
        item: Where the page came from.
        content: Its bytes; the charset is the page's own affair.

    Returns:
        A record whose text is headline, standfirst and body with blank lines between; with a `problem` when no body was found.
    """
    import trafilatura
    from lxml import html as lxml_html

    extractor = f"trafilatura {version('trafilatura')}"
    tree = trafilatura.load_html(content)
    if tree is None:
        return Record(item.key, url=item.url, outlet=item.outlet, extractor=extractor, problem="no HTML could be read")
    if not isinstance(tree, lxml_html.HtmlElement):
        tree = lxml_html.fromstring(content)
    about = _metadata(tree)
    body = trafilatura.extract(
        tree, fast=True, include_comments=False, include_tables=False, url=item.url, output_format="txt"
    )
    record = Record(
        item.key,
        headline=about.get("headline"),
        standfirst=about.get("description"),
        byline=about.get("author"),
        section=about.get("section"),
        url=item.url or about.get("url"),
        canonical_url=about.get("url"),
        outlet=item.outlet or about.get("site"),
        published=_moment(about, "published"),
        modified=_moment(about, "modified"),
        extractor=extractor,
    )
    if not body or not body.strip():
        record.problem = "no article text was found in the page"
        return record
    paragraphs = [line.strip() for line in body.splitlines() if line.strip()]
    head = [part for part in (record.headline, record.standfirst) if part]
    paragraphs = [p for p in paragraphs if p not in head]
    if record.standfirst and any(p.startswith(record.standfirst[:40]) for p in paragraphs):
        head, record.standfirst = head[:1], None
    record.text = "\n\n".join(head + paragraphs)
    return record


def _metadata(tree: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in _json_ld(tree):
        kind = entry.get("@type")
        if kind in ("NewsArticle", "Article", "ReportageNewsArticle"):
            author = entry.get("author")
            people = author if isinstance(author, list) else [author]
            names = [p.get("name") if isinstance(p, dict) else p for p in people]
            found.setdefault("headline", entry.get("headline"))
            found.setdefault("author", "; ".join(str(name) for name in names if name) or None)
            for name, field in (("published", "datePublished"), ("modified", "dateModified")):
                if entry.get(field):
                    found.setdefault(name, (str(entry[field]), "json-ld"))
    for node in tree.iter("meta"):
        name, content = node.get("property") or node.get("name"), (node.get("content") or "").strip()
        field = {
            "og:title": "headline", "og:site_name": "site", "article:section": "section", "author": "author",
            "description": "description", "og:description": "description",
        }.get(name or "")  # fmt: skip
        if field and content:
            found.setdefault(field, content)
        if name in ("article:published_time", "article:modified_time") and content:
            found.setdefault(name.split(":")[1].split("_")[0], (content, "meta"))
    for node in tree.iter("link"):
        if node.get("rel") == "canonical" and node.get("href"):
            found.setdefault("url", node.get("href"))
    heading = next(tree.iter("h1"), None)
    if heading is not None:
        found["headline"] = " ".join(heading.text_content().split()) or found.get("headline")
    for node in tree.iter("time"):
        if node.get("datetime"):
            found.setdefault("published", (node.get("datetime"), "time element"))
    return {key: value for key, value in found.items() if value}


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    for node in tree.iter("script"):
        if (node.get("type") or "").lower() == "application/ld+json":
            try:
                data = json.loads(node.text_content())
            except ValueError:
                continue  # broken JSON-LD is common; the page has other places to look
            entries = data if isinstance(data, list) else data.get("@graph", [data]) if isinstance(data, dict) else []
            yield from (entry for entry in entries if isinstance(entry, dict))


def _moment(about: dict[str, Any], name: str) -> Moment | None:
    if name not in about:
        return None
    text, where = about[name]
    return parse_moment(text, where)


def parse_moment(text: str, where: str, confidence: str = "high") -> Moment | None:
    """A time as written, with how exact it is; None when it is no time at all."""
    from dateutil import parser

    try:
        moment = parser.parse(text)
    except (ValueError, OverflowError, TypeError):
        return None
    precision = "minute" if ":" in text else "day"
    if moment.tzinfo is None:
        return Moment(moment.replace(tzinfo=UTC), precision, None, where, "medium" if precision == "minute" else confidence)
    offset = moment.strftime("%z")
    return Moment(moment.astimezone(UTC), precision, f"{offset[:3]}:{offset[3:5]}", where, confidence)


def now() -> datetime:
    """The clock of ingest, for input that carries no fetch time."""
    return datetime.now(UTC).replace(microsecond=0)
