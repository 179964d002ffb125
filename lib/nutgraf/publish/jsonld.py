"""JSON-LD: the one script element of a page. It describes the report and runs nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from nutgraf.publish.excerpts import safe_link


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
        "datePublished": about.get("first_published_at") or about["published_at"],
        "dateModified": about["published_at"],
        "version": about["version"],
        "url": about.get("canonical"),
        "citation": [{key: value for key, value in entry.items() if value} for _, entry in sorted(cited.items())],
    }
    kept = {key: value for key, value in report.items() if value not in (None, [], "")}
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    for character, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        text = text.replace(character, escape)
    return text
