"""What ingest passes along: raw items with where they came from, and records read out of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path


@dataclass(frozen=True)
class Capture:
    """One fetch of a page or feed: the same bytes that come again after others are another one.

    Attributes:
        at: When the answer was there, in UTC.
        etag: As the server sent it, to be sent back verbatim.
        last_modified: Likewise.
        said: Hash of what the list said of the page.
    """

    at: datetime
    etag: str | None = None
    last_modified: str | None = None
    said: str | None = None


@dataclass(frozen=True)
class RawItem:
    """A file of raw input before it is read.

    Attributes:
        path: Where its bytes are.
        source: Id of the source.
        key: Which file of the source: its path inside it, with forward slashes.
        url: Address it was fetched from, if known.
        outlet: Who published it, if the source says so.
        fetched_at: When the bytes were fetched, in UTC; never the file's own clock.
        content_type: As the server said it, with charset.
        columns: Column names of an export by field of `Record`.
        zone: Where clocks without an offset are read.
        kept_ending: Ending of its name, where `path` is the kept copy, which has none.
        listed: What the list that led to it says of it; the page's own word comes first.
        only: Of a feed that was fetched, marks of the entries that are read from it; the others were followed to their pages.
        capture: The fetch that it came from.
        problem: Why it could not be had; then there are no bytes.
    """

    path: Path
    source: str
    key: str
    url: str | None = None
    outlet: str | None = None
    fetched_at: datetime | None = None
    content_type: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC
    kept_ending: str | None = None
    listed: Listed | None = None
    only: tuple[str, ...] | None = None
    capture: Capture | None = None
    problem: str | None = None

    @property
    def ending(self) -> str:
        """Ending of its name in lower case, which says how it is read; of a packed file with the one before, such as ``.csv.gz``."""
        if self.kept_ending is not None:
            return self.kept_ending
        *_, before, last = ["", "", *self.path.suffixes]
        return (before + last if last.lower() == ".gz" else last).lower()


@dataclass(frozen=True)
class Moment:
    """A point in time as a source gave it.

    Attributes:
        at: In UTC. Where only the day is known it is noon in the zone the day was read in, so that the day stays the
            same day in every zone from -11 to +11 hours.
        precision: day or minute.
        offset: The source's own offset, such as ``+01:00``; None when it gave none.
        where: Where it was read.
        confidence: high, medium or low.
    """

    at: datetime
    precision: str
    offset: str | None
    where: str
    confidence: str


@dataclass(frozen=True)
class Listed:
    """An article that a feed, a sitemap or a list of addresses names, as far as that tells.

    Attributes:
        url: Its address as it was written there; nothing else is certain about it.
        key: What the list knows it by: the entry's id, else the address.
        headline: As the list has it.
        outlet: Who published it, as the list has it.
        published: When, as the list has it; a page that gives no date of its own takes this one, with its `Moment.where`.
        modified: When it was last changed, as the list has it.
        language: Two-letter code or tag such as ``en-GB``.
    """

    url: str
    key: str
    headline: str | None = None
    outlet: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    language: str | None = None


@dataclass
class Record:
    """One article as read from a raw item, before it becomes a row.

    Attributes:
        key: What its source knows it by.
        byline: Everybody who is credited, separated by semicolons; who of them is a person is told when it becomes a row.
        has_own_url: Whether its address, else the one that the raw item was fetched from, is this article's alone. It is not for
            an entry without a link in a feed, or for one that shares its link: those are known by `key`.
        fetched_at: When its bytes were fetched, where an archive says so; else they were fetched with the raw item.
        problem: Why it must be quarantined; such a record may lack everything else but its key.
    """

    key: str
    text: str = ""
    headline: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    section: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    outlet: str | None = None
    language: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    completeness: str = "full"
    extractor: str = ""
    text_repair: str | None = None
    problem: str | None = None
    has_own_url: bool = True
    fetched_at: datetime | None = None
