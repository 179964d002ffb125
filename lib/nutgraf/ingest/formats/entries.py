"""Entries of any kind of feed to records, and to what they point at. An entry is a summary until it is plainly the article."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nutgraf.ingest.credits import split_byline
from nutgraf.ingest.formats.fragments import is_address, paragraphs
from nutgraf.ingest.moments import parse_moment
from nutgraf.ingest.records import Moment, RawItem, Record

_WORD = re.compile(r"\w+")
_CUT_SHORT = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\.\]|read (?:more|on|the (?:full|rest)[^.]{0,40})|continue reading[^.]{0,80}|weiterlesen)\W*$", re.I
)
_END = 300  # characters looked at for that
#: Words from which the field for whole articles, and the field for summaries, are taken for an article.
FULL_CONTENT, FULL_SUMMARY = 120, 250


@dataclass(frozen=True)
class Entry:
    """An entry as the feed has it.

    Attributes:
        id: Its own id.
        link: Address of its article, complete where the feed's own address is known.
        title: One line of text.
        content: HTML of the field for whole articles.
        summary: HTML of the field for summaries.
        published: As it was written.
        updated: As it was written.
        authors: Names.
        section: Its first category.
        language: Where the entry has one of its own.
    """

    id: str | None = None
    link: str | None = None
    title: str = ""
    content: str = ""
    summary: str = ""
    published: str | None = None
    updated: str | None = None
    authors: Sequence[str] = ()
    section: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Feed:
    """A feed that was read.

    Attributes:
        title: As the feed calls itself.
        link: The page that it belongs to.
        entries: In the feed's order.
        extractor: What read it.
        language: As it says.
        repair: What had to be done to its bytes.
    """

    title: str | None
    link: str | None
    entries: Sequence[Entry]
    extractor: str
    language: str | None = None
    repair: str | None = None


def records_of(feed: Feed, item: RawItem) -> Iterator[Record]:
    """A record for each entry, in the feed's order.

    An id that a feed gives to several entries tells nothing apart, nor does an address that several share: such as that of a
    live page or of the home page. Then the entry is known by what it says as well.
    """
    doubled, shared = _doubled_ids(feed), _shared_links(feed)
    for number, entry in enumerate(feed.entries, start=1):
        record = _record(item, entry, number, is_doubled=entry.id in doubled)
        record.has_own_url = is_address(entry.link) and _page(entry.link) not in shared
        record.outlet, record.language = item.outlet or feed.title, entry.language or feed.language
        record.extractor, record.text_repair = feed.extractor, feed.repair
        yield record


def _doubled_ids(feed: Feed) -> set[str]:
    """Ids of entries that by their titles or addresses are different articles; the same entry twice is one."""
    told = defaultdict(set)
    for entry in feed.entries:
        if entry.id:
            told[entry.id].add((entry.title, entry.link))
    return {id for id, entries in told.items() if len(entries) > 1}


def _shared_links(feed: Feed) -> set[str]:
    """Addresses that stand in entries which by their ids and by their titles are different articles."""
    ids, titles = defaultdict(set), defaultdict(set)
    for entry in feed.entries:
        if entry.link:
            ids[_page(entry.link)].add(entry.id)
            titles[_page(entry.link)].add(entry.title)
    return {link for link in ids if len(ids[link]) > 1 and len(titles[link]) > 1}


def _page(link: str) -> str:
    return link.partition("#")[0]


def _times(item: RawItem, entry: Entry) -> tuple[Moment | None, Moment | None]:
    """When it was published, and when it was changed."""
    moment = parse_moment(entry.published, "feed", zone=item.zone)
    if moment is None and entry.updated:
        moment = parse_moment(entry.updated, "feed", zone=item.zone, confidence="medium")
    changed = parse_moment(entry.updated, "feed", zone=item.zone) if entry.updated and entry.updated != entry.published else None
    return moment, changed


def _record(item: RawItem, entry: Entry, number: int, *, is_doubled: bool) -> Record:
    content, summary = entry.content, entry.summary
    body, enough = (content, FULL_CONTENT) if content and len(content) >= len(summary) else (summary, FULL_SUMMARY)
    lines = paragraphs(body)
    is_full = len(_WORD.findall(" ".join(lines))) >= enough and not _CUT_SHORT.search(lines[-1][-_END:])
    said = _hash(entry.title, str(entry.published), " ".join(lines)[:500])
    identity = f"{entry.id} {said}" if is_doubled else entry.id or entry.link or said
    standfirst = " ".join(paragraphs(summary)) if is_full and body is content and summary and summary != content else None
    published, modified = _times(item, entry)
    record = Record(
        f"{item.key}#{identity}",
        "\n\n".join(filter(None, [entry.title, *lines])),
        headline=entry.title or None,
        byline=split_byline("; ".join(entry.authors)),
        section=entry.section,
        url=entry.link,
        published=published,
        modified=modified,
        completeness="full" if is_full else "summary",
    )
    if standfirst and len(standfirst) <= 500 and not " ".join(lines).startswith(standfirst[:60]):
        record.standfirst = standfirst
        record.text = "\n\n".join(filter(None, [entry.title, standfirst, *lines]))
    if not lines and not entry.title:
        record.problem = f"the entry is empty (entry {number})"
    return record


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:12]
