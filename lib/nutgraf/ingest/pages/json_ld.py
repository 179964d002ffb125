"""What a page says in JSON-LD, schema.org's vocabulary: the entries about an article, and names and texts in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from nutgraf.ingest.pages.unseen import clean

_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Review)$")
_MOST_ENTRIES = 1_000
_LONGEST = 2_000_000  # characters of one script


def entries(tree: Any) -> Iterator[dict[str, Any]]:
    """Entries about an article, whatever they are wrapped in; what is broken is passed over, the page has other places to look."""
    for node in tree.iter("script"):
        if "ld+json" not in (node.get("type") or "").lower():
            continue
        text = (node.text or "").strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        if len(text) > _LONGEST:
            continue
        try:
            stack = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        seen = 0
        while stack and seen < _MOST_ENTRIES:
            entry = stack.pop(0)
            seen += 1
            if isinstance(entry, list):
                stack = entry[:_MOST_ENTRIES] + stack
            elif isinstance(entry, dict):
                kinds = entry.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(kind, str) and _ARTICLE_TYPE.search(kind) for kind in kinds):
                    yield entry
                stack += [entry[name] for name in ("@graph", "mainEntity") if name in entry]


def names(value: Any, depth: int = 0) -> list[str]:
    """Names in an author or a publisher: a text, an object with a name, or a list of these; addresses are none."""
    if depth > 5:
        return []
    if isinstance(value, list):
        return [name for entry in value[:50] for name in names(entry, depth + 1)]
    if isinstance(value, dict):
        return names(value.get("name"), depth + 1)
    text = string(value)
    return [text] if text and not text.startswith(("http:", "https:")) else []


def string(value: Any) -> str | None:
    """A text on one line; the first of a list."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, str):
        return None
    return " ".join(clean(unescape(value)).split()) or None
