"""What is wrong with one page, each with how to mend it: pictures without words, what it loads or runs, its policy, its description."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import html

from nutgraf.naming import NotToBeNamed
from nutgraf.publish.jsonld import described

Complaint = tuple[str, str]
_PLACEHOLDER = re.compile(r"^(image|figure|picture|chart|graph|plot|no description.*|alt|todo)?\.?$", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
_RUNS = re.compile(r"[\s\x00-\x1f]*(?:javascript|data|vbscript)\s*:", re.IGNORECASE)
_ACTIVE = ("iframe", "object", "embed", "form", "base", "applet", "frame", "template", "foreignobject", "animate", "set")
_LOADING = "|".join(f"//@{name}" for name in ("src", "srcset", "poster", "data", "background", "action", "formaction"))
LONGEST_ALT = 150
MADE = "make the page with 'nutgraf run' again: no page of ours has it"


def dangers(tree: html.HtmlElement) -> Iterator[Complaint]:
    """What keeps a page from being published: what runs, what loads from elsewhere, and a policy that would let it."""
    for node in tree.iter("script"):
        if node.get("type") != "application/ld+json":
            yield "an active element <script>", MADE
    for node in tree.iter(*_ACTIVE):
        yield f"an active element <{node.tag}>", MADE
    for node in tree.iter("style"):
        if re.search(r"url\(|@import", node.text or ""):
            yield "a style sheet that loads something", MADE
    for name in dict.fromkeys(value.attrname for value in tree.xpath('//@*[starts-with(name(), "on")]')):
        yield f"an event handler {name}", MADE
    if tree.xpath("//@style"):
        yield "a style attribute, which the page's policy drops", MADE
    loaded = [*tree.xpath(_LOADING), *tree.xpath('//link[not(@rel="canonical" or @rel="alternate")]/@href')]
    loaded += tree.xpath('//@*[name()="xlink:href"][not(starts-with(., "#"))]')
    for value in loaded:
        if _ELSEWHERE.match(value):
            yield f"loads {value[:80]} from elsewhere", MADE
    for value in tree.xpath('//@href | //@*[name()="xlink:href"]'):
        if _RUNS.match(value):
            yield f"a link that runs something: {value[:40]}", MADE
    policies = tree.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')
    if not policies:
        yield "no content security policy", MADE
    elif any("unsafe" in policy or "default-src 'none'" not in policy for policy in policies):
        yield "a content security policy that lets something in", MADE


def faults(tree: html.HtmlElement, text: str) -> Iterator[Complaint]:
    """What else is wrong with a page."""
    for node in tree.iter("img", "svg"):
        said = (node.get("alt") if node.tag == "img" else node.get("aria-label")) or ""
        if node.tag == "svg" and node.get("role") != "img":
            yield "an svg without role=img", MADE
        if _PLACEHOLDER.match(said.strip()):
            yield f"a picture without an alt text that says anything ({said!r})", "give the Finding's chart its 'what' in words"
        elif len(said) > LONGEST_ALT:
            yield f"an alt text of {len(said)} characters, {LONGEST_ALT} at most", "shorten the takeaway or the chart's 'what'"
    twice = [name for name, count in Counter(tree.xpath("//@id")).items() if count > 1]
    yield from ((f"the id {name!r} stands twice", "give each finding of a notebook its own id") for name in twice)
    if '<script type="application/ld+json">' in text:
        try:
            described(text)
        except ValueError as error:
            yield f"JSON-LD that cannot be read: {error}", MADE


def names_in(tree: html.HtmlElement, not_to_be_named: NotToBeNamed) -> list[str]:
    """People on the desk's list whom a page names in a takeaway, a table or a chart; quoted evidence apart."""
    parts = []
    for section in tree.xpath('//section[contains(@class, "finding") or contains(@class, "glance")]'):
        for node in section.iter():
            if isinstance(node.tag, str) and not any(a.get("class") == "evidence" for a in (node, *node.iterancestors("details"))):
                parts.append(node.text or "")
                parts.append("\n" if node.tail is None else f" {node.tail}")
    return [person.name for person in not_to_be_named.named_in("\n".join(parts))]
