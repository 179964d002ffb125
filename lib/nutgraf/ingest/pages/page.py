"""HTML pages: trafilatura for the body, the page's own metadata for headline, dates and address."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from typing import Any

from nutgraf.ingest.credits import flat, mixes_alphabets, split_byline
from nutgraf.ingest.decoding import decode
from nutgraf.ingest.pages.blocks import Block, Layout
from nutgraf.ingest.pages.body import article_blocks, blocks_in, take
from nutgraf.ingest.pages.metadata import About, address_of, read_metadata
from nutgraf.ingest.pages.profiles import Profile, Profiles, shipped
from nutgraf.ingest.pages.standfirsts import standfirst_of
from nutgraf.ingest.pages.unseen import without_unseen
from nutgraf.ingest.records import RawItem, Record
from nutgraf.numbers import counted

_WORD = re.compile(r"\w+")
_PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>")
_HEAD_LINES = 6  # lines at the top of an extracted body in which headline, byline and date may stand again
_SENTENCE_END = re.compile(r"[.!?…:;。！？।؟۔]")
_FEW = 20  # words; so few without the end of a sentence are a menu, a caption or a button
_STUB = 150  # words; a page that says it is paid for and shows fewer is the beginning of an article


def read_page(item: RawItem, content: bytes, profiles: Profiles | None = None) -> Record:
    """One record from the bytes of a page.

    Args:
        item: Where the page came from.
        content: Its bytes.
        profiles: Of outlets; None for those that Nutgraf ships.

    Returns:
        A record whose text is headline, standfirst and body with blank lines between; with a `problem` when no body was found.

    Raises:
        InputError: When the bytes are no text.
    """
    import trafilatura

    markup, repair = decode(content, item.content_type, markup=True)
    markup, unseen = without_unseen(markup)
    record = Record(item.key, url=item.url, outlet=item.outlet, extractor=extractor(), text_repair=_joined(repair, unseen))
    if "<" not in markup:
        record.problem = _no_page(item.content_type)
        return record
    try:
        tree = trafilatura.load_html(_PROLOG.sub("", markup))
        if tree is None:
            record.problem = _no_page(item.content_type)
            return record
        profile = (profiles or shipped()).of(item.url, address_of(tree))
        about = read_metadata(tree, url=item.url, zone=(profile and profile.zone) or item.zone)
        body = _body(tree, item, about, profile)
    except Exception as error:  # noqa: BLE001 - the parsers are fed by strangers, and no page may end a run
        record.problem = f"the page could not be taken apart ({type(error).__name__})"
        return record
    _describe(record, item, about, profile)
    paragraphs = _without_head([f"- {block.text}" if block.tag == "li" else block.text for block in body], about)
    if profile and profile.promo:
        kept = [paragraph for paragraph in paragraphs if not profile.is_promo(paragraph.removeprefix("- "))]
        if len(kept) < len(paragraphs):
            record.text_repair = _joined(record.text_repair, f"{counted(len(paragraphs) - len(kept), 'line')} left out by the outlet's profile")
        paragraphs = kept
    if not _hold_text(paragraphs):
        record.problem = "no article text was found in the page"
        return record
    if about.standfirst in paragraphs[1:]:  # printed lower down: then it is a paragraph and no standfirst
        record.standfirst = None
    record.text = "\n\n".join([part for part in (record.headline, record.standfirst) if part] + paragraphs)
    if about.is_paywalled and len(_WORD.findall(record.text)) < _STUB:
        record.completeness = "stub"
    return record


def _no_page(content_type: str | None) -> str:
    """Why nothing was read; with what the server called it where that is no page, such as an export that was named as one."""
    kind = (content_type or "").split(";")[0].strip().lower()
    return "no HTML could be read" + (f": the server calls it {kind}" if kind and "html" not in kind else "")


def _body(tree: Any, item: RawItem, about: About, profile: Profile | None) -> list[Block]:
    """The blocks of the article; what a profile says of the page comes first, and goes into `about`."""
    if profile is None:
        layout = Layout(tree)
        body = article_blocks(layout, take(tree, item.url), about.headline)
        about.standfirst = standfirst_of(layout, body, about.headline, about.descriptions) or about.standfirst
        return body
    for what in ("headline", "standfirst", "byline", "section"):
        text = profile.text(tree, what)
        if text:
            setattr(about, what, text)
            about.printed.append(text)
    about.published = profile.moment(tree, profile.zone or item.zone) or about.published
    layout = Layout(tree, profile.elements(tree, "remove"))
    places = profile.elements(tree, "body")
    body = blocks_in(layout, places, about.headline) if places else article_blocks(layout, take(tree, item.url), about.headline)
    if "standfirst" not in profile.select:
        about.standfirst = standfirst_of(layout, body, about.headline, about.descriptions) or about.standfirst
    return body


def _describe(record: Record, item: RawItem, about: About, profile: Profile | None) -> None:
    """What the page says of itself, into the record."""
    record.headline, record.standfirst = about.headline, about.standfirst
    record.byline, record.section = split_byline(about.byline), about.section
    record.canonical_url, record.language = about.canonical, about.language
    record.outlet = item.outlet or (profile and profile.name) or about.site
    record.published, record.modified = about.published, about.modified
    if profile:
        record.extractor = f"{record.extractor}, {profile.label}"
    if mixes_alphabets(record.byline):
        record.text_repair = _joined(record.text_repair, "a credited name mixes alphabets, left as printed")


def _hold_text(paragraphs: list[str]) -> bool:
    """Whether this may be the body of an article; a page whose body was not filled in still has its menus and buttons."""
    text = "\n".join(paragraphs)
    return bool(text.strip()) and (len(_WORD.findall(text)) >= _FEW or bool(_SENTENCE_END.search(text)))


def _joined(*repairs: str | None) -> str | None:
    return "; ".join(filter(None, repairs)) or None


def _without_head(lines: list[str], about: About) -> list[str]:
    """Body lines without the headline, section, byline and date that extraction may leave above them."""
    printed = {flat(part) for part in (about.headline, about.standfirst, *about.printed) if part}
    headline = flat(about.headline or "")
    top = [flat(line) for line in lines[:_HEAD_LINES]]
    if headline and headline in top:
        # What stands above the headline is a label, unless it is long enough to be a sentence.
        at = top.index(headline)
        lines = [line for line in lines[:at] if len(line.split()) > 12] + lines[at + 1 :]
    while lines and flat(lines[0]) in printed:
        lines = lines[1:]
    return [line for number, line in enumerate(lines) if number >= _HEAD_LINES or flat(line) not in printed]


@cache
def extractor() -> str:
    """Name and version of what takes pages apart."""
    return f"trafilatura {version('trafilatura')}"


def extraction_version() -> str:
    """Version of what takes pages apart: its code, which is counted up by hand, and trafilatura's."""
    return f"1-{version('trafilatura')}"
