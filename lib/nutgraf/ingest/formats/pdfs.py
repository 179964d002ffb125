"""PDF files: one article each, its text page by page, lines joined to paragraphs.

A PDF knows letters and places, no paragraphs, headline or date. So the headline is its title where that is printed on the first page, or
else a first line laid out as one; the date is one printed at the top, or else the day on which the file was made, of low confidence.
"""

from __future__ import annotations

import io
import re
from statistics import quantiles
from typing import Any

from nutgraf.errors import InputError
from nutgraf.ingest.credits import flat, split_byline
from nutgraf.ingest.formats.texts import read_head
from nutgraf.ingest.moments import parse_moment
from nutgraf.ingest.records import Moment, RawItem, Record

MOST_PAGES = 300
_MOST_CHARACTERS = 5_000_000
_WORD = re.compile(r"\w+")
_HYPHEN = re.compile(r"(?<=[a-zà-ÿ])-$")
_ENDED = re.compile(r"[.!?:…][\"”’')\]]*$")
_MADE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z|[+-]\d\d'?\d\d)?")
_SHORT = 0.75  # of a full line; a line that is shorter and ends a sentence ends a paragraph


def read_pdf(item: RawItem, content: bytes) -> Record:
    """The one record of a PDF.

    Args:
        item: Where it came from.
        content: Its bytes.

    Returns:
        A record whose text is that of its pages, with blank lines between paragraphs.

    Raises:
        InputError: When it is no PDF, a damaged or an encrypted one, has more pages than any article, or no text in it.
    """
    if b"%PDF-" not in content[:1024]:
        raise InputError("no PDF")
    try:
        pages, about = _pages(content)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - a stranger's file may break the parser in any way
        raise InputError(f"the PDF could not be taken apart ({type(error).__name__})") from error
    paragraphs = [paragraph for page in pages for paragraph in _paragraphs(page)]
    if not paragraphs:
        raise InputError(f"no text in it: its pages are pictures ({len(pages)})", mend="have its text recognised (OCR) first")
    lines = [line.strip() for page in pages[:1] for line in page.splitlines() if line.strip()]
    head = read_head("\n".join(lines), item)
    title = " ".join((about.get("title") or "").split())
    is_printed = bool(title) and flat(title) in flat(" ".join(lines[:12]))
    return Record(
        item.key, "\n\n".join(paragraphs), headline=title if is_printed else head.headline, byline=head.byline or split_byline(about.get("author")),
        url=item.url, outlet=item.outlet, published=head.published or _made(about.get("made"), item), extractor=_extractor(),
    )  # fmt: skip


def _pages(content: bytes) -> tuple[list[str], dict[str, str]]:
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every flaw that it mends
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not _opened(reader):
        raise InputError("the PDF is encrypted", mend="save it without its password")
    n_pages = len(reader.pages)
    if n_pages > MOST_PAGES:
        raise InputError(f"{n_pages:,} pages, which no article has")
    pages, size = [], 0
    for page in reader.pages:
        pages.append(page.extract_text())
        size += len(pages[-1])
        if size > _MOST_CHARACTERS:
            raise InputError(f"more than {_MOST_CHARACTERS:,} characters, which no article has")
    told = reader.metadata or {}
    return pages, {name: str(told.get(key)) for name, key in (("title", "/Title"), ("author", "/Author"), ("made", "/CreationDate")) if told.get(key)}


def _opened(reader: Any) -> bool:
    """Whether it opens without a password, as a file does that is only protected against changes."""
    from pypdf.errors import DependencyError

    try:
        return bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError):
        return False


def _paragraphs(page: str) -> list[str]:
    """Lines of a page joined: a hyphen at a line's end goes; a blank line, or a short line that ends a sentence, ends a paragraph."""
    lines = [" ".join(line.split()) for line in page.replace("\x00", "\ufffd").splitlines()]
    lengths = [len(line) for line in lines if line]
    full = quantiles(lengths, n=10)[-1] if len(lengths) > 1 else 0
    found: list[str] = []
    is_open = False
    for number, line in enumerate(lines):
        if not line:
            is_open = False
            continue
        if not is_open:
            found.append(line)
        elif _HYPHEN.search(found[-1]) and line[0].islower():
            found[-1] = found[-1][:-1] + line
        else:
            found[-1] += f" {line}"
        is_head = number < 4 and len(line) < _SHORT * full and not is_open
        is_open = not is_head and not (len(line) < _SHORT * full and _ENDED.search(line))
    return found


def _made(written: str | None, item: RawItem) -> Moment | None:
    """The day on which the file was made. It may be long after the article: an archive prints old ones anew."""
    match = _MADE.match(written or "")
    if not match:
        return None
    return parse_moment(f"{match[1]}-{match[2]}-{match[3]}", "pdf", zone=item.zone, confidence="low")


def _extractor() -> str:
    from importlib.metadata import version

    return f"pypdf {version('pypdf')}"
