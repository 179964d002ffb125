"""HTML pages: trafilatura for the body, the page's own metadata for headline, dates and address."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version

from nutgraf.ingest.credits import split_byline
from nutgraf.ingest.decoding import decode
from nutgraf.ingest.pages.blocks import Layout
from nutgraf.ingest.pages.body import article_blocks, take
from nutgraf.ingest.pages.metadata import About, read_metadata
from nutgraf.ingest.pages.standfirsts import standfirst_of
from nutgraf.ingest.records import RawItem, Record

_WORD = re.compile(r"\w+")
_INVISIBLE = re.compile("[\xad\u200b\ufeff]")  # they split words for every list that looks them up
_PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>")
_HEAD_LINES = 6  # lines at the top of an extracted body in which headline, byline and date may stand again
_STUB = 150  # words; a page that says it is paid for and shows fewer is the beginning of an article


def read_page(item: RawItem, content: bytes) -> Record:
    """One record from the bytes of a page.

    Args:
        item: Where the page came from.
        content: Its bytes.

    Returns:
        A record whose text is headline, standfirst and body with blank lines between; with a `problem` when no body was found.

    Raises:
        InputError: When the bytes are no text.
    """
    import trafilatura

    markup, repair = decode(content, item.content_type, markup=True)
    if _INVISIBLE.search(markup):
        markup = _INVISIBLE.sub("", markup)
        repair = "; ".join(filter(None, [repair, "soft hyphens and zero-width spaces removed"]))
    record = Record(item.key, url=item.url, outlet=item.outlet, extractor=extractor(), text_repair=repair)
    if "<" not in markup:
        record.problem = "no HTML could be read"
        return record
    try:
        tree = trafilatura.load_html(_PROLOG.sub("", markup.replace("\x00", "\ufffd")))
        if tree is None:
            record.problem = "no HTML could be read"
            return record
        about = read_metadata(tree, url=item.url, zone=item.zone)
        layout = Layout(tree)
        body = article_blocks(layout, take(tree, item.url), about.headline)
        about.standfirst = standfirst_of(layout, body, about.headline, about.descriptions) or about.standfirst
    except Exception as error:  # noqa: BLE001 - the parsers are fed by strangers, and no page may end a run
        record.problem = f"the page could not be taken apart ({type(error).__name__})"
        return record
    record.headline, record.standfirst = about.headline, about.standfirst
    record.byline, record.section = split_byline(about.byline), about.section
    record.canonical_url, record.language = about.canonical, about.language
    record.outlet = item.outlet or about.site
    record.published, record.modified = about.published, about.modified
    paragraphs = _without_head([f"- {block.text}" if block.tag == "li" else block.text for block in body], about)
    if not paragraphs:
        record.problem = "no article text was found in the page"
        return record
    if about.standfirst in paragraphs[1:]:  # printed lower down: then it is a paragraph and no standfirst
        record.standfirst = None
    record.text = "\n\n".join([part for part in (record.headline, record.standfirst) if part] + paragraphs)
    if about.is_paywalled and len(_WORD.findall(record.text)) < _STUB:
        record.completeness = "stub"
    return record


def _without_head(lines: list[str], about: About) -> list[str]:
    """Body lines without the headline, section, byline and date that extraction may leave above them."""
    printed = {_flat(part) for part in (about.headline, about.standfirst, *about.printed) if part}
    headline = _flat(about.headline or "")
    top = [_flat(line) for line in lines[:_HEAD_LINES]]
    if headline and headline in top:
        # What stands above the headline is a label, unless it is long enough to be a sentence.
        at = top.index(headline)
        lines = [line for line in lines[:at] if len(line.split()) > 12] + lines[at + 1 :]
    while lines and _flat(lines[0]) in printed:
        lines = lines[1:]
    return [line for number, line in enumerate(lines) if number >= _HEAD_LINES or _flat(line) not in printed]


def _flat(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


@cache
def extractor() -> str:
    """Name and version of what takes pages apart."""
    return f"trafilatura {version('trafilatura')}"


def extraction_version() -> str:
    """Version of what takes pages apart: its code, which is counted up by hand, and trafilatura's."""
    return f"2-{version('trafilatura')}"
