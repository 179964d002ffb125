"""Profiles of outlets: where on its pages an outlet puts things, for those that the general reading gets wrong.

One file an outlet, ``resources/outlets/<id>.toml`` for those that Nutgraf ships and ``outlets/<id>.toml`` in a desk for its own; a desk's
file of the same id takes the place of the shipped one. A profile says only what must be said; everything else is read as on any page:

    name = "The Skerry Post"               # how the outlet is called in the tables
    domains = ["skerry-post.example"]      # its pages: these hosts and those below them
    zone = "Europe/Oslo"                   # where clocks without an offset are read
    date_formats = ["%d.%m.%y kl. %H.%M"]  # of strptime, for dates that are read by no other way
    promo = ["Stem på "]                   # lines that begin so are left out of the text, which `text_repair` then says

    [select]                               # selectors of `nutgraf.ingest.pages.selectors`, the first that finds something counts
    headline = ["h1.tittel"]
    standfirst = ["p.ingress"]
    byline = [".forfatter"]
    section = [".seksjon"]
    date = ["time.publisert"]              # its datetime or content, else its text
    body = ["div.brodtekst"]               # all of them; the article is what stands inside
    remove = [".faktaboks"]                # never the article

    [check]                                # what a saved page beside this file must give; see docs/adding.md
    page = "skerry-post.html"
    headline = "Keeper hands in his keys"
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nutgraf.errors import DeskError
from nutgraf.ingest.moments import moment_of, parse_moment
from nutgraf.ingest.pages.selectors import Selector, SelectorError, found
from nutgraf.ingest.records import Moment
from nutgraf.phrases.language import PhraseError, safe_pattern
from nutgraf.resources import HERE

FOLDER = "outlets"
SELECTED = ("headline", "standfirst", "byline", "section", "date", "body", "remove")
CHECKED = ("page", "headline", "standfirst", "byline", "section", "published_at", "begins", "ends", "without")
WHERE = "outlet profile"
_KEYS = {"name", "domains", "zone", "date_formats", "promo", "select", "check"}
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z0-9-]+")


@dataclass(frozen=True)
class Profile:
    """One outlet's profile; `path` is its file, `sha256` that of its bytes."""

    id: str
    path: Path
    sha256: str
    domains: tuple[str, ...]
    name: str | None = None
    zone: ZoneInfo | None = None
    date_formats: tuple[str, ...] = ()
    promo: tuple[re.Pattern[str], ...] = ()
    select: Mapping[str, tuple[Selector, ...]] = field(default_factory=dict)
    check: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What the column `extractor` says of it, so that pages that were read by another edition of it can be told."""
        return f"outlets/{self.id} {self.sha256[:8]}"

    def elements(self, tree: Any, what: str) -> list[Any]:
        """The elements that it means."""
        return found(tree, self.select[what]) if what in self.select else []

    def text(self, tree: Any, what: str) -> str | None:
        """The text of the first element that it means and that has one."""
        for node in self.elements(tree, what):
            text = " ".join((node.get("content") or "".join(node.itertext())).split())
            if text:
                return text
        return None

    def moment(self, tree: Any, zone: tzinfo) -> Moment | None:
        """The time in the first element that it means and that holds one."""
        for node in self.elements(tree, "date"):
            text = " ".join((node.get("datetime") or node.get("content") or "".join(node.itertext())).split())[:100]
            for form in self.date_formats:
                try:
                    at = datetime.strptime(text, form)
                except ValueError:
                    continue
                return moment_of(at, has_clock="%H" in form or "%I" in form, where=WHERE, zone=zone)
            moment = parse_moment(text, WHERE, zone=zone)
            if moment:
                return moment
        return None

    def is_promo(self, line: str) -> bool:
        """Whether a line is one that it says to leave out."""
        return any(pattern.match(line) for pattern in self.promo)


@dataclass(frozen=True)
class Profiles:
    """The profiles that a desk knows, by host.

    Attributes:
        by_domain: Each domain's profile.
        folder: The desk's own folder; None for what is shipped alone.
    """

    by_domain: Mapping[str, Profile]
    folder: Path | None = None

    def __iter__(self) -> Iterator[Profile]:
        return iter({profile.id: profile for profile in self.by_domain.values()}.values())

    def of(self, *urls: str | None) -> Profile | None:
        """The profile of the first address that has one: its host's, or that of a domain the host lies below."""
        for url in urls:
            try:
                host = (urlsplit(url or "").hostname or "").rstrip(".")
            except ValueError:
                continue
            labels = host.split(".")
            for at in range(max(0, len(labels) - 1)):
                profile = self.by_domain.get(".".join(labels[at:]))
                if profile:
                    return profile
        return None


def profiles_of(desk: Path | None) -> Profiles:
    """The shipped profiles and those in a desk's ``outlets`` folder.

    Raises:
        DeskError: For a file that is no profile, or two that name one domain, with what to mend.
    """
    folder = None if desk is None else desk / FOLDER
    files = {path.stem: path for place in (HERE / FOLDER, folder) if place is not None for path in sorted(place.glob("*.toml"))}
    by_domain: dict[str, Profile] = {}
    for path in files.values():
        profile = read_profile(path)
        for domain in profile.domains:
            other = by_domain.setdefault(domain, profile)
            if other is not profile:
                raise _fault(path, f"the domain {domain} stands in {other.path.name} too", "name each domain in one profile")
    return Profiles(by_domain, folder)


@cache
def shipped() -> Profiles:
    """Those that Nutgraf ships."""
    return profiles_of(None)


def read_profile(path: Path) -> Profile:
    """One profile.

    Raises:
        DeskError: With the key that is wrong.
    """
    try:
        content = path.read_bytes()
        given = tomllib.loads(content.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _fault(path, f"the profile cannot be read: {error}", "correct the file") from error
    select, check = given.get("select", {}), given.get("check", {})
    for table, known, kind in ((given, _KEYS, "key"), (select, set(SELECTED), "key of [select]"), (check, set(CHECKED), "key of [check]")):
        unknown = sorted(set(table) - known) if isinstance(table, dict) else ["(no table)"]
        if unknown:
            raise _fault(path, f"no such {kind}: {unknown[0]}", "known: " + ", ".join(sorted(known)))
    domains = tuple(domain.lower().removeprefix("www.") for domain in _texts(path, given, "domains"))
    if not domains or not all(_DOMAIN.fullmatch(domain) for domain in domains):
        raise _fault(path, "'domains' holds no domain, or something else", 'write it as domains = ["skerry-post.example"]')
    try:
        zone = ZoneInfo(given["zone"]) if "zone" in given else None
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise _fault(path, f"no such time zone: {given['zone']!r}", "use a name such as Europe/Oslo") from error
    try:
        promo = tuple(safe_pattern(pattern) for pattern in _texts(path, given, "promo"))
        selectors = {name: tuple(Selector.read(written) for written in _texts(path, select, name)) for name in select}
    except (PhraseError, SelectorError) as error:
        raise _fault(path, str(error), "correct it") from error
    if not isinstance(given.get("name", ""), str):
        raise _fault(path, "'name' is no text", "correct it")
    return Profile(
        path.stem, path, hashlib.sha256(content).hexdigest(), domains, given.get("name"), zone, _texts(path, given, "date_formats"),
        promo, selectors, check,
    )  # fmt: skip


def _texts(path: Path, table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value: Sequence[Any] = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise _fault(path, f"'{name}' is no list of texts", f'write it as {name} = ["…"]')
    return tuple(value)


def _fault(path: Path, what: str, mend: str) -> DeskError:
    return DeskError(what, where=f"{path.parent.name}/{path.name}", mend=mend, not_done="nothing was read with this profile")
