"""What an editor may run before publishing, and the tests run on the sample: look at a site's files, list what is wrong."""

from __future__ import annotations

import csv
import io
import os
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import html

from nutgraf.naming import NotToBeNamed
from nutgraf.publish.check_page import Complaint, dangers, faults, names_in
from nutgraf.publish.excerpts import CAP_WORDS, repeats_headline
from nutgraf.publish.files import MANIFEST, read_manifest, sha256
from nutgraf.publish.leaks import leaks
from nutgraf.publish.standing import Standing

_WITHDRAW = "withdraw the version ('nutgraf withdraw'), or bring the file back from a backup"
_VERSION = re.compile(r"v\d+$")
_HALF = re.compile(r"(?:^|/)\.[^/]+\.part(?=/|$)")


@dataclass
class _Looked:
    """What is known of the files under a folder; a page is read and parsed once and only its essence is kept."""

    digests: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    anchors: dict[str, set[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    shown: dict[str, dict[str, set[tuple[str, int]]]] = field(default_factory=dict)
    is_report: set[str] = field(default_factory=set)

    def under(self, prefix: str) -> list[str]:
        """Files whose name begins so; the names are kept sorted, so that this does not look at all of them."""
        if len(self.names) != len(self.digests):
            self.names = sorted(self.digests)
        return self.names[bisect_left(self.names, prefix) : bisect_left(self.names, prefix + "\U0010ffff")]


def check_site(
    folder: Path, *, not_to_be_named: NotToBeNamed | None = None, own: Sequence[str] = (), standings: Mapping[str, Standing] | None = None
) -> list[str]:
    """Everything wrong with a site, one line each: the file, what is wrong, how to mend it.

    Looks for: pictures without alt text or with a placeholder, addresses loaded from elsewhere, scripts and active elements, pages
    without a policy, descriptions that cannot be read, style attributes, repeated ids, links to files or places that are not there,
    manifests that disagree, withdrawn versions that still hold content, machine paths and secrets in files of every kind, more text of
    one article than the cap allows, and people who are not to be named.

    Args:
        folder: The site, or one version's folder.
        not_to_be_named: The desk's list.
        own: Paths that must not appear in a file, such as the desk's own.
        standings: How the record says each edition stands.

    Returns:
        Complaints; empty when all is well.
    """
    looked, found, halves = _Looked(), [], set()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if (half := _HALF.search(name)) is not None:
            halves.add(name[: half.end()])
            continue
        data = path.read_bytes()
        looked.digests[name] = sha256(data)
        complaints = [*leaks(path, data, own)]
        if path.suffix == ".html":
            complaints += _page(looked, name, data, not_to_be_named)
        elif path.suffix == ".csv" and ".evidence" not in path.name and not_to_be_named is not None:
            complaints += _table(data, not_to_be_named)
        found += [_line(name, one) for one in complaints]
    for name in looked.links:
        found += [_line(name, one) for one in _links(looked, name)]
    for name in sorted(looked.digests):
        if name.rpartition("/")[2] == MANIFEST:
            found += [_line(name, one) for one in _manifest(looked, folder, name)]
    found += [_line(name, one) for name, one in _folders(looked, standings or {})]
    left = "left by a command that was killed, not published", "run any command: it completes it or takes it away"
    return found + [_line(name, left) for name in sorted(halves)]


def stopping(folder: Path) -> list[str]:
    """What must keep a version from being published, as lines: what runs or loads, and more of an article than the cap allows."""
    looked, found = _Looked(), []
    for path in sorted(folder.rglob("*.html")):
        tree, name = html.fromstring(path.read_bytes()), path.relative_to(folder).as_posix()
        found += [_line(name, one) for one in dangers(tree)]
        looked.shown[name] = _shown(tree)
    held = read_manifest(folder) or {"files": {}}
    return found + [_line(MANIFEST, one) for one in _excerpts(looked, "", held)]


def n_files(folder: Path) -> int:
    """How many files there are to look at."""
    return sum(path.is_file() for path in folder.rglob("*"))


def _line(name: str, complaint: Complaint) -> str:
    what, mend = complaint
    return f"{name}: {what}: {mend}"


def _page(looked: _Looked, name: str, data: bytes, not_to_be_named: NotToBeNamed | None) -> Iterator[Complaint]:
    tree = html.document_fromstring(data)
    yield from dangers(tree)
    yield from faults(tree, data.decode("utf-8", "replace"))
    looked.anchors[name] = set(tree.xpath("//@id"))
    looked.links[name] = list(dict.fromkeys(tree.xpath("//a/@href | //link/@href")))
    looked.shown[name] = _shown(tree)
    if looked.shown[name] or tree.xpath('//section[contains(@class, "finding")]'):
        looked.is_report.add(name)
    if not_to_be_named is not None and not_to_be_named.people:
        yield from (_named(one) for one in names_in(tree, not_to_be_named))


def _table(data: bytes, not_to_be_named: NotToBeNamed) -> Iterator[Complaint]:
    cells = {cell for row in csv.reader(io.StringIO(data.decode("utf-8", "replace"))) for cell in row}
    yield from (_named(person.name) for person in not_to_be_named.named_in("\n".join(sorted(cells))))


def _named(name: str) -> Complaint:
    return f"names {name}, who is on the list of people not to be named", "run the edition again, and withdraw versions that name them"


def _links(looked: _Looked, page: str) -> Iterator[Complaint]:
    for href in looked.links[page]:
        parts = urlsplit(href)
        if parts.scheme or parts.netloc:
            continue
        target = os.path.normpath(os.path.join(os.path.dirname(page), unquote(parts.path))) if parts.path else page
        if target.startswith(".."):
            continue  # above what is looked at: a version by itself cannot see the pages around it
        if target not in looked.digests:
            yield f"a link to {href}, which is not there", "run the edition again, or bring the file back from a backup"
        elif parts.fragment and target in looked.anchors and parts.fragment not in looked.anchors[target]:
            yield f"a link to #{parts.fragment}, which is not in {os.path.basename(target)}", "correct the link in the notebook"


def _manifest(looked: _Looked, folder: Path, name: str) -> Iterator[Complaint]:
    held = read_manifest((folder / name).parent)
    if held is None:
        yield "it cannot be read", _WITHDRAW
        return
    home = name.rpartition("/")[0]
    prefix = f"{home}/" if home else ""
    for file, digest in held["files"].items():
        if prefix + file not in looked.digests:
            yield f"names {file}, which is not there", _WITHDRAW
        elif looked.digests[prefix + file] != digest:
            yield f"does not agree with {file}: it was changed after publication", _WITHDRAW
    there = [file.removeprefix(prefix) for file in looked.under(prefix)]
    unknown = [file for file in there if file not in held["files"] and file != MANIFEST and not _VERSION.match(file.partition("/")[0])]
    if held.get("is_withdrawn"):
        pages = [file for file in held["files"] if prefix + file in looked.is_report]
        yield from ((f"withdrawn, but {file} still holds content", "run any command: it takes the rest away") for file in unknown + pages)
    else:
        yield from ((f"does not name {file}", "take the file away: it is no part of this version") for file in unknown)
    yield from _excerpts(looked, prefix, held)


def _shown(tree: html.HtmlElement) -> dict[str, set[tuple[str, int]]]:
    """Words of each article that a page quotes, by version and place; words of the headline apart."""
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for card in tree.xpath("//blockquote[@data-article]"):
        text = card.text_content().strip().removesuffix("…").strip()
        title = " ".join(node.text_content() for node in card.xpath("../figcaption//bdi"))
        if repeats_headline(text, title):
            continue
        start, version = int(card.get("data-start")), card.get("data-version")
        found[card.get("data-article")] |= {(version, start + match.start()) for match in re.finditer(r"\S+", text)}
    return dict(found)


def _excerpts(looked: _Looked, prefix: str, held: Mapping[str, Any]) -> Iterator[Complaint]:
    """Count the words again that a version's pages show of each article."""
    allowed = {key: entry["allowed"] for key, entry in held.get("excerpts", {}).items()}
    together: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for file in held["files"]:
        for article, places in looked.shown.get(prefix + file, {}).items():
            together[article] |= places
    for article, places in sorted(together.items()):
        if len(places) > allowed.get(article, CAP_WORDS):
            what = f"{len(places)} words of article {article} are shown, {allowed.get(article, CAP_WORDS)} allowed"
            yield what, "withdraw the version and run the edition again"


def _folders(looked: _Looked, standings: Mapping[str, Standing]) -> Iterator[tuple[str, Complaint]]:
    """Folders of editions without a manifest, and versions that the record has as withdrawn and the site has not."""
    homes = {os.path.dirname(name) for name in looked.digests if re.match(r"editions/[^/]+/(v\d+/)?[^/]+\.html$", name)}
    for home in sorted(homes):
        if f"{home}/{MANIFEST}" not in looked.digests:
            yield home, (f"no {MANIFEST}: nobody can say what was published here", _WITHDRAW)
    for slug, standing in sorted(standings.items()):
        for version in sorted(standing.withdrawn):
            home = f"editions/{slug}/v{version}"
            if any(name in looked.is_report or "/data/" in name for name in looked.under(f"{home}/")):
                yield home, ("the record has it as withdrawn, and it still holds content", "run any command: it takes the rest away")
