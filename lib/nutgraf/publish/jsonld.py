"""JSON-LD: the one script element of a page. It describes the report and runs nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.publish.excerpts import safe_link

_ORDER = (
    "@context", "@type", "headline", "inLanguage", "isPartOf", "publisher", "datePublished", "dateModified", "version", "url",
    "correction", "citation",
)  # fmt: skip
_SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def json_ld(page: Any, pages: Sequence[Any], about: Mapping[str, Any]) -> str:
    """A schema.org ``Report`` as JSON that cannot end its script element.

    Args:
        page: The page.
        pages: All pages of the edition.
        about: As for `render_page`.
    """
    cited = {
        link: {"@type": "NewsArticle", "url": link, "headline": item["headline"], "publisher": item["outlet"]}
        for data in page.findings
        for item in data["evidence"]
        if (link := safe_link(item.get("url")))
    }
    report: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Report",
        "headline": about["heading"],
        "inLanguage": about["language"],
        "isPartOf": {"@type": "CreativeWork", "name": about["title"]},
        "publisher": {"@type": "Organization", "name": about["site_title"]},
        "citation": [{key: value for key, value in entry.items() if value} for _, entry in sorted(cited.items())],
    }
    return restamped(report, about)


def described(html: str) -> dict[str, Any]:
    """The description that a piece of a page holds.

    Raises:
        ValueError: When there is none, or it is no JSON.
    """
    found = _SCRIPT.search(html)
    if found is None:
        raise ValueError("no JSON-LD")
    return json.loads(found[1])


def restamped(report: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """A description with the times, version, address and corrections of a view, as text of its script element."""
    stamped = {
        **report,
        "datePublished": about["published_at"],
        "dateModified": about.get("amended_at") or about["published_at"],
        "version": about["version"],
        "url": about.get("canonical"),
        "correction": [
            {"@type": "CorrectionComment", "text": event["note"], "datePublished": event["at"]}
            for event in about.get("corrections", ()) if event["is_own"]
        ],
    }  # fmt: skip
    kept = {key: stamped[key] for key in _ORDER if stamped.get(key) not in (None, [], "")}
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    for character, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        text = text.replace(character, escape)
    return text
