"""Plain text files: one article each, its text the decoded file unchanged, so that offsets hold in the user's own file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nutgraf.ingest.credits import split_byline
from nutgraf.ingest.decoding import decode
from nutgraf.ingest.moments import parse_moment, parse_visible
from nutgraf.ingest.records import Moment, RawItem, Record

_BY = re.compile(r"^(?:by|von|par|por|di|door)\s+\S", re.IGNORECASE)
_HEADLINE_WORDS = 25
_HEAD_LINES = 5  # non-empty lines from the top in which a byline and a date line may stand
_HEAD_LINE_LENGTH = 80  # characters


@dataclass(frozen=True)
class Head:
    """What stands above the first paragraph."""

    headline: str | None = None
    byline: str | None = None
    published: Moment | None = None


def read_text(item: RawItem, content: bytes) -> Record:
    """The one record of a text file.

    Args:
        item: Where the file came from.
        content: Its bytes.

    Returns:
        A record whose text is the decoded file, a byte order mark apart; line ends stay as they are.

    Raises:
        InputError: When the bytes are no text.
    """
    text, repair = decode(content, item.content_type)
    head = read_head(text, item)
    return Record(
        item.key, text, headline=head.headline, byline=head.byline, url=item.url, outlet=item.outlet,
        published=head.published, extractor="text", text_repair=repair,
    )  # fmt: skip


def read_head(text: str, item: RawItem) -> Head:
    """Headline, byline and date from the first lines, where they are laid out as such.

    A headline is a short first line that does not end as a sentence does and is not alone. A byline begins with "By" or
    another language's word for it; a date line is a date and little else.
    """
    lines = [line.strip() for line in text[:4_000].splitlines() if line.strip()][: _HEAD_LINES + 1]
    if len(lines) < 2:
        return Head()
    headline = lines[0] if len(lines[0].split()) <= _HEADLINE_WORDS and lines[0][-1] not in ".:,;" else None
    byline, published = None, None
    for line in lines[1 if headline else 0 : _HEAD_LINES]:
        if len(line) > _HEAD_LINE_LENGTH:
            break
        if _BY.match(line) and byline is None:
            byline = split_byline(line)
        elif published is None:
            published = parse_visible(line, "text line", zone=item.zone)
            if published is None and line[:4].isdigit():
                published = parse_moment(line, "text line", zone=item.zone, confidence="medium")
            if published is None:
                break
    return Head(headline, byline, published)
