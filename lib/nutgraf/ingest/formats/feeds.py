"""Feed files: RSS and Atom entries to records. An entry is a summary until it is plainly the article.

feedparser opens paths and fetches addresses when it is given text, and paths even when it is given bytes; and it expands entities
(one kilobyte became a title of 300,000 characters). So it gets an open file in memory, in UTF-8, and a feed with a document type is
refused before.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from nutgraf.errors import InputError
from nutgraf.ingest.credits import split_byline
from nutgraf.ingest.decoding import decode
from nutgraf.ingest.moments import parse_moment
from nutgraf.ingest.records import RawItem, Record

_DECLARED = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>")
_WORD = re.compile(r"\w+")
_CUT_SHORT = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|read (?:more|on|the (?:full|rest)[^.]{0,40})|continue reading[^.]{0,80}|weiterlesen)\W*$", re.I
)
#: Words from which the field for whole articles, and the field for summaries, are taken for an article.
FULL_CONTENT, FULL_SUMMARY = 120, 250
_BLOCKS = {
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article", "figure",
    "figcaption", "tr", "table", "pre", "hr", "header", "footer", "aside",
}  # fmt: skip


def read_feed(item: RawItem, content: bytes) -> Iterator[Record]:
    """Records of the entries of a feed.

    Args:
        item: Where the feed came from.
        content: Its bytes.

    Yields:
        One record per entry, in the feed's order; ``completeness`` is full or summary.

    Raises:
        InputError: When it is no feed, or declares a document type or an entity.
    """
    text, repair = decode(content, item.content_type, markup=True)
    if re.match(r"\s*(?:<!doctype html|<html)", text, re.IGNORECASE):
        raise InputError("an HTML page, no feed", mend="save it with the ending .html if it is an article")
    if _DECLARED.search(text):
        raise InputError("refused: it declares a document type or entities, which a news feed has no need of")
    import feedparser

    # The declared encoding no longer holds, so it goes; the header outranks whatever else the text may claim.
    plain = _PROLOG.sub("", text).replace("\x00", "\ufffd").encode("utf-8", "replace")
    try:
        feed = feedparser.parse(io.BytesIO(plain), response_headers={"content-type": "application/xml; charset=utf-8"})
    except Exception as error:  # noqa: BLE001 - a stranger's feed may break the parser in any way
        raise InputError(f"the feed could not be taken apart ({type(error).__name__})") from error
    if not feed.version:
        raise InputError("no RSS or Atom feed", mend="ingest reads .xml files as feeds only")
    if not feed.entries:
        raise InputError("a feed without entries")
    outlet = item.outlet or _plain(feed.feed.get("title"), "text/html") or None
    language = feed.feed.get("language")
    for number, entry in enumerate(feed.entries, start=1):
        record = _read_entry(item, entry, number)
        record.outlet, record.language = outlet, record.language or language
        record.text_repair = repair
        yield record


def _read_entry(item: RawItem, entry: Any, number: int) -> Record:
    title = _plain(entry.get("title"), (entry.get("title_detail") or {}).get("type"))
    contents = [part for part in entry.get("content") or [] if part.get("value")]
    content = max((part["value"] for part in contents), key=len, default="")
    summary = entry.get("summary") or ""
    body, enough = (content, FULL_CONTENT) if len(content) >= len(summary) and content else (summary, FULL_SUMMARY)
    paragraphs = _paragraphs(body)
    is_full = len(_WORD.findall(" ".join(paragraphs))) >= enough and not _CUT_SHORT.search(paragraphs[-1])
    link = entry.get("link") or None
    published = entry.get("published") or entry.get("created")
    updated = dict.get(entry, "updated")  # FeedParserDict.get would give the time of publication in its place
    moment = parse_moment(published, "feed", zone=item.zone)
    if moment is None and updated:
        moment = parse_moment(updated, "feed", zone=item.zone, confidence="medium")
    changed = parse_moment(updated, "feed", zone=item.zone) if updated and updated != published else None
    identity = entry.get("id") or link or _hash(title, str(published), " ".join(paragraphs)[:500])
    standfirst = " ".join(_paragraphs(summary)) if is_full and body is content and summary and summary != content else None
    record = Record(
        f"{item.key}#{identity}",
        "\n\n".join(filter(None, [title, *paragraphs])),
        headline=title or None,
        byline=split_byline("; ".join(_authors(entry))),
        section=next((tag.get("term") for tag in entry.get("tags") or [] if tag.get("term")), None),
        url=link,
        published=moment,
        modified=changed,
        completeness="full" if is_full else "summary",
        extractor=_extractor(),
    )
    if standfirst and len(standfirst) <= 500 and not " ".join(paragraphs).startswith(standfirst[:60]):
        record.standfirst = standfirst
        record.text = "\n\n".join(filter(None, [title, standfirst, *paragraphs]))
    if not paragraphs and not title:
        record.problem = f"the entry is empty (entry {number})"
    return record


def _authors(entry: Any) -> list[str]:
    names = [author.get("name") for author in entry.get("authors") or [] if author.get("name")]
    return names or ([entry["author"]] if entry.get("author") else [])


def _plain(value: str | None, kind: str | None) -> str:
    """A title as text. Where feedparser says it is HTML, tags go and entities are resolved, once."""
    if not value:
        return ""
    if kind in ("text/html", "application/xhtml+xml") and re.search(r"[<&]", value):
        return " ".join(unescape(re.sub(r"</?[A-Za-z!][^>]*>", " ", value)).split())
    return " ".join(value.split())


def _paragraphs(markup: str) -> list[str]:
    """The paragraphs of a piece of HTML, one line each; a text without tags gives its own lines."""
    if "<" not in markup:
        return [" ".join(line.split()) for line in unescape(markup).splitlines() if line.strip()]
    from lxml import etree
    from lxml import html as lxml_html

    try:
        root = lxml_html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError, RecursionError, AssertionError):
        return [line for line in (" ".join(part.split()) for part in unescape(re.sub(r"<[^>]*>", "\n", markup)).splitlines()) if line]
    pieces: list[str] = []
    for action, node in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(node.tag, str) or node.tag in ("script", "style"):
            if action == "end":
                pieces.append(node.tail or "")
            continue
        if node.tag in _BLOCKS:
            pieces.append("\n")
        if action == "start":
            pieces.append((node.text or "").replace("\n", " "))
        else:
            pieces.append((node.tail or "").replace("\n", " ") if node is not root else "")
    return [line for line in (" ".join(part.split()) for part in "".join(pieces).split("\n")) if line]


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:12]


def _extractor() -> str:
    from importlib.metadata import version

    return f"feedparser {version('feedparser')}"
