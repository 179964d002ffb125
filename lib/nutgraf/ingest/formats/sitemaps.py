"""Sitemaps: which articles a site names, when it changed them, and which further sitemaps there are.

Forms: XML (https://www.sitemaps.org/protocol.html), with Google's news tags or without, an index of sitemaps, one address a line,
and each of them packed with gzip.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from nutgraf.errors import InputError
from nutgraf.ingest.decoding import decode
from nutgraf.ingest.formats.fragments import complete, one_line
from nutgraf.ingest.formats.packed import MAGIC, gunzip
from nutgraf.ingest.moments import parse_moment
from nutgraf.ingest.records import Listed

#: Bytes of a sitemap once unpacked, and addresses in one: the protocol's limits, the second twice over.
LARGEST, MOST = 52_428_800, 100_000
_DECLARED = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>")
_FIRST_TAG = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_LAST = re.compile(r"</(?:[\w.-]+:)?(?:url|sitemap)\s*>", re.IGNORECASE)
_BARE = re.compile(r"&(?!(?:#\d+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos);)")
_LONGEST_ADDRESS = 8_000  # characters


def read_sitemap(content: bytes, url: str | None, zone: tzinfo) -> tuple[list[Listed], list[str]]:
    """What a sitemap names.

    Args:
        content: Its bytes.
        url: Where it came from, to complete relative addresses with.
        zone: Where clocks without an offset are read.

    Returns:
        Its articles and the addresses of further sitemaps, each in its order and each address once.

    Raises:
        InputError: When it is no sitemap, names more than it may, or declares a document type or an entity.
    """
    if content.startswith(MAGIC):
        content = gunzip(content, LARGEST)
    if len(content) > LARGEST:
        raise InputError(f"a sitemap of more than {LARGEST // 1_000_000} MB")
    if not content.strip():
        raise InputError("the sitemap is empty")
    text, _ = decode(content, markup=True)
    articles: dict[str, Listed] = {}
    nested: dict[str, None] = {}
    found = _in_xml(text, url, zone) if text.lstrip().startswith("<") else _in_lines(text, url)
    for one in found:
        if isinstance(one, str):
            nested.setdefault(one)
        else:
            articles.setdefault(one.url, one)
        if len(articles) + len(nested) > MOST:
            raise InputError(f"a sitemap of more than {MOST:,} addresses; the protocol allows {MOST // 2:,}")
    if not articles and not nested:
        raise InputError("a sitemap without addresses, or none at all")
    return list(articles.values()), list(nested)


def _in_lines(text: str, url: str | None) -> Iterator[Listed]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not any(line.lower().startswith(("http://", "https://")) for line in lines[:20]):
        raise InputError("no sitemap: neither XML nor one address a line")
    yield from (_listed(line, url) for line in lines)


def _in_xml(text: str, url: str | None, zone: tzinfo) -> Iterator[Listed | str]:
    if _DECLARED.search(text):
        raise InputError("refused: it declares a document type or entities, which a sitemap has no need of")
    root = next((match[1].lower() for match in _FIRST_TAG.finditer(text[:10_000])), "")
    if root not in ("urlset", "sitemapindex"):
        raise InputError(f"no sitemap: its outermost tag is <{root[:40]}>", mend="name it as a feed if it is one")
    ends = [match.end() for match in _LAST.finditer(text)]
    if not ends:
        raise InputError("a sitemap without addresses")
    from lxml import etree

    # What stands after the last whole entry was cut off, and half an address is another one.
    plain = _BARE.sub("&amp;", _PROLOG.sub("", text[: ends[-1]]).replace("\x00", "\ufffd"))
    options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "recover": True, "remove_comments": True}
    try:
        for _, node in etree.iterparse(
            io.BytesIO(plain.encode("utf-8", "replace")), events=("end",), tag=("{*}url", "{*}sitemap"), **options
        ):
            parent = node.getparent()
            if parent is None or parent.getparent() is not None:
                continue
            found = _entry(node, url, zone)
            if found is not None:
                yield found
            node.clear()
            while node.getprevious() is not None:
                del parent[0]
    except etree.LxmlError as error:
        raise InputError(f"the sitemap could not be taken apart ({type(error).__name__})") from error


def _entry(node: Any, url: str | None, zone: tzinfo) -> Listed | str | None:
    """An article or, of an index, the address of a sitemap; None for an entry without an address."""
    own = {_name(child): "".join(child.itertext()).strip() for child in reversed(node)}
    if not own.get("loc"):
        return None
    if _name(node) == "sitemap":
        return _address(own["loc"], url)
    news = next((child for child in node if _name(child) == "news"), ())
    about = {_name(part): "".join(part.itertext()).strip() for child in news for part in (child, *child)}
    return _listed(
        own["loc"], url,
        headline=one_line(about.get("title"), is_html=True) or None,
        outlet=one_line(about.get("name"), is_html=True) or None,
        published=parse_moment(about.get("publication_date"), "sitemap", zone=zone),
        modified=parse_moment(own.get("lastmod"), "sitemap", zone=zone),
        language=about.get("language") or None,
    )  # fmt: skip


def _name(node: Any) -> str:
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def _address(written: str, url: str | None) -> str:
    return complete(written[:_LONGEST_ADDRESS], url) or ""


def _listed(written: str, url: str | None, **about: Any) -> Listed:
    address = _address(written, url)
    return Listed(address, address, **about)
