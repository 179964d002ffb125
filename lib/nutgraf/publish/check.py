"""What an editor can run before publishing, and the tests run on the sample: look at a site's files, list what is wrong."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from nutgraf.publish.excerpts import CAP_WORDS
from nutgraf.publish.files import MANIFEST, sha256

_PLACEHOLDER = re.compile(r"^(image|figure|picture|chart|graph|plot|no description.*|alt|todo)?\.?$", re.IGNORECASE)
_LOADING = {"src", "srcset", "poster", "data", "background", "action", "formaction", "xlink:href"}
_ACTIVE = ("script", "iframe", "object", "embed", "form", "base", "applet", "frame", "template", "foreignobject", "animate", "set")
_MACHINE = re.compile(r"(?:/(?:home|root|Users|tmp|private/var)/|file://|[A-Z]:\\Users\\)[\w.\\/-]*")
_SECRET = re.compile(r"(?:AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|gh[pousr]_[A-Za-z0-9]{30,}|xox[abp]-[A-Za-z0-9-]{10,})")


def check_site(folder: Path) -> list[str]:
    """Everything wrong with a site, one line each, starting with the file.

    Looks for: pictures without alt text or with a placeholder, addresses loaded from elsewhere, scripts and active elements, style
    attributes, repeated ids, links to files or places that are not there, manifests that disagree, machine paths, secrets, and more
    text of one article than the cap allows.

    Args:
        folder: The site, or one version's folder.

    Returns:
        Complaints; empty when all is well.
    """
    found: list[str] = []
    pages = {path: html.fromstring(path.read_bytes()) for path in sorted(folder.rglob("*.html"))}
    anchors = {path: {node.get("id") for node in tree.iter() if node.get("id")} for path, tree in pages.items()}
    for path, tree in pages.items():
        name = str(path.relative_to(folder))
        complaints = [*_pictures(tree), *_active(tree), *_links(path, tree, anchors), *_leaks(path.read_text(encoding="utf-8"))]
        found += [f"{name}: {line}" for line in complaints]
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".csv", ".xml", ".json") and path.is_file():
            found += [f"{path.relative_to(folder)}: {line}" for line in _leaks(path.read_text(encoding="utf-8"))]
    for path in sorted(folder.rglob(MANIFEST)):
        found += [f"{path.relative_to(folder)}: {line}" for line in [*_manifest(path), *_excerpts(path, pages)]]
    return found


def _pictures(tree: html.HtmlElement) -> Iterator[str]:
    for node in tree.iter("img", "svg"):
        text = (node.get("alt") if node.tag == "img" else node.get("aria-label")) or ""
        if node.tag == "svg" and node.get("role") != "img":
            yield "an svg without role=img"
        if _PLACEHOLDER.match(text.strip()):
            yield f"a picture without an alt text that says anything ({text!r})"
        elif len(text) > 150:
            yield f"an alt text of {len(text)} characters, 150 at most"


def _active(tree: html.HtmlElement) -> Iterator[str]:
    for node in tree.iter():
        tag = node.tag.lower() if isinstance(node.tag, str) else ""
        if tag in _ACTIVE and not (tag == "script" and node.get("type") == "application/ld+json"):
            yield f"an active element <{tag}>"
        if tag == "style" and re.search(r"url\(|@import", node.text or ""):
            yield "a style sheet that loads something"
        for name, value in node.attrib.items():
            if name.lower().startswith("on"):
                yield f"an event handler {name}"
            if name == "style":
                yield "a style attribute, which the page's policy drops"
            is_load = name.lower() in _LOADING or (tag == "link" and name == "href" and node.get("rel") not in ("canonical", "alternate"))
            if is_load and re.match(r"\s*(?:[a-z][a-z0-9+.-]*:|//)", value, re.IGNORECASE):
                yield f"loads {value[:80]} from elsewhere"
            if name in ("href", "xlink:href") and re.match(r"[\s\x00-\x1f]*(?:javascript|data|vbscript)\s*:", value, re.IGNORECASE):
                yield f"a link that runs something: {value[:40]}"
    if not tree.xpath('//meta[@http-equiv="Content-Security-Policy"]'):
        yield "no content security policy"


def _links(path: Path, tree: html.HtmlElement, anchors: dict[Path, set[str | None]]) -> Iterator[str]:
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    yield from (f"the id {one!r} stands twice" for one in sorted({i for i in ids if ids.count(i) > 1}))
    for node in tree.iter("a", "link"):
        href = node.get("href") or ""
        parts = urlsplit(href)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        known = {p.resolve(): p for p in anchors}
        if parts.path and not target.is_file():
            # A single version looked at by itself cannot see the pages above it.
            if not parts.path.startswith("../"):
                yield f"a link to {href}, which is not there"
        elif parts.fragment and target.resolve() in known and parts.fragment not in anchors[known[target.resolve()]]:
            yield f"a link to #{parts.fragment}, which is not in {target.name}"


def _leaks(text: str) -> Iterator[str]:
    if match := _MACHINE.search(text):
        yield f"a path of the machine it was made on: {match[0][:60]}"
    if _SECRET.search(text):
        yield "what looks like a key or password"


def _manifest(path: Path) -> Iterator[str]:
    held = json.loads(path.read_text(encoding="utf-8"))
    for name, digest in held["files"].items():
        file = path.parent / name
        if not file.is_file():
            yield f"names {name}, which is not there"
        elif sha256(file.read_bytes()) != digest:
            yield f"does not agree with {name}: it was changed after publication"
    if re.fullmatch(r"v\d+", path.parent.name):
        there = {str(p.relative_to(path.parent)) for p in path.parent.rglob("*") if p.is_file()} - {MANIFEST}
        yield from (f"does not name {name}" for name in sorted(there - set(held["files"])))


def _excerpts(path: Path, pages: dict[Path, html.HtmlElement]) -> Iterator[str]:
    """Count the words again that a version's pages show of each article."""
    allowed = {key: entry["allowed"] for key, entry in json.loads(path.read_text(encoding="utf-8")).get("excerpts", {}).items()}
    shown: dict[str, set[int]] = defaultdict(set)
    for name in json.loads(path.read_text(encoding="utf-8"))["files"]:
        tree = pages.get(path.parent / name)
        for card in tree.iter("blockquote") if tree is not None else ():
            if card.get("data-article"):
                key = card.get("data-article")
                text = card.text_content().strip().removesuffix("…")
                shown[key] |= {int(card.get("data-start")) + match.start() for match in re.finditer(r"\S+", text)}
    for key, places in sorted(shown.items()):
        if len(places) > allowed.get(key, CAP_WORDS):
            yield f"{len(places)} words of article {key} are shown, {allowed.get(key, CAP_WORDS)} allowed"
