"""What ingest passes along: raw items with where they came from, and records read out of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path


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

    @property
    def ending(self) -> str:
        """Ending of its name in lower case, which says how it is read."""
        return self.path.suffix.lower() if self.kept_ending is None else self.kept_ending


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

    `problem` says why it must be quarantined; such a record may lack everything else but its key. `byline` names everybody who is
    credited, separated by semicolons; who of them is a person is told when it becomes a row.
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
