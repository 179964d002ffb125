"""Beginning a profile of an outlet, and holding one against a saved page of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from nutgraf.disk import naming
from nutgraf.errors import InputError, UsageError
from nutgraf.ingest.credits import split_byline
from nutgraf.ingest.pages.page import read_page
from nutgraf.ingest.pages.profiles import Profile, Profiles, read_profile
from nutgraf.ingest.records import RawItem

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_BEGINNING = '''# Where {domain} puts things on its pages. Say only what Nutgraf gets wrong without being told; docs/adding.md explains every key.
domains = ["{domain}"]
# name = "The Skerry Post"
# zone = "Europe/Oslo"                  # where clocks without an offset are read
# date_formats = ["%d.%m.%Y %H:%M"]
# promo = ["Read more: "]               # lines that begin so are left out of the text

[select]
# headline = ["h1.headline"]
# standfirst = ["p.standfirst"]
# byline = [".byline"]
# section = [".section"]
# date = ["time.published"]
# body = ["div.article-body"]
# remove = [".factbox"]

[check]
# Save a page of the outlet beside this file, and say what it must give. 'nutgraf outlet check {id}' compares.
page = "{id}.html"
# headline = ""
# byline = "First Person; Second Person"
# published_at = "2026-03-05T17:40:00+00:00"
# begins = "The first words of the article"
# ends = "and its last words."
# without = ["words of a line that is no article"]
'''


def begin(folder: Path, domain: str) -> Path:
    """Begin a profile.

    Args:
        folder: The desk's ``outlets``.
        domain: Such as ``skerry-post.example``.

    Returns:
        Its file.

    Raises:
        UsageError: When that is no domain, or there is a profile of it.
    """
    domain = domain.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").strip("/")
    identity = domain.rsplit(".", 1)[0].replace(".", "-")
    if "." not in domain or not re.fullmatch(r"[a-z0-9.-]+", domain) or not _ID.fullmatch(identity):
        raise UsageError(f"{domain!r} is no domain", mend="name it as skerry-post.example", not_done="no profile was begun")
    path = folder / f"{identity}.toml"
    with naming(folder):
        folder.mkdir(exist_ok=True)
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(_BEGINNING.format(domain=domain, id=identity))
        except FileExistsError as error:
            what = "there is a profile of that name"
            raise UsageError(what, where=f"outlets/{path.name}", mend="write into it", not_done="nothing was changed") from error
    return path


def faults_of(profile: Profile, folder: Path | None = None) -> list[str]:
    """What a saved page does not give as the profile's ``[check]`` says, each with what to do.

    Args:
        profile: The profile.
        folder: Where the page lies; by default beside the profile.
    """
    wanted, where = profile.check, f"outlets/{profile.path.name}"
    if "page" not in wanted:
        return [f"{where}: it has no [check] with a page: save a page of the outlet beside it, and write page = \"{profile.id}.html\""]
    path = (folder or profile.path.parent) / str(wanted["page"])
    if not path.is_file() or os.path.basename(path.name) != wanted["page"]:
        return [f"{where}: its page {wanted['page']} is not there: save a page of the outlet as {path.name} beside the profile"]
    item = RawItem(path, "check", path.name, url=f"https://{profile.domains[0]}/check")
    try:
        record = read_page(item, path.read_bytes(), Profiles({domain: profile for domain in profile.domains}))
    except InputError as error:
        return [f"{where}: {path.name} is no page: {error.what}"]
    if record.problem:
        return [f"{where}: {record.problem}: correct body under [select]"]
    body = record.text.removeprefix(record.headline or "").lstrip()
    given = {
        "headline": record.headline, "standfirst": record.standfirst, "byline": record.byline, "section": record.section,
        "published_at": record.published.at.isoformat() if record.published else None,
    }  # fmt: skip
    return [f"{where}: {fault}" for fault in _differences(dict(wanted), given, body)]


def _differences(wanted: dict[str, object], given: dict[str, str | None], body: str) -> Iterator[str]:
    for name, value in given.items():
        expected = split_byline(str(wanted["byline"])) if name == "byline" and name in wanted else wanted.get(name)
        if name in wanted and value != expected:
            key = "date, date_formats or zone" if name == "published_at" else f"{name} under [select]"
            yield f"{name} is {value!r}, not {expected!r}: correct {key}, or [check]"
    if "begins" in wanted and str(wanted["begins"]) not in body[: len(str(wanted["begins"])) + 600]:
        yield f"the article begins {body[:60]!r}, not with {wanted['begins']!r}: correct body or remove under [select]"
    if "ends" in wanted and not body.endswith(str(wanted["ends"])):
        yield f"the article ends {body[-60:]!r}, not with {wanted['ends']!r}: correct body or remove under [select], or promo"
    without = wanted.get("without", [])
    for line in without if isinstance(without, list) else [without]:
        if str(line) in body:
            yield f"{line!r} stands in the article: add its element to remove under [select], or its beginning to promo"


def checked(path: Path) -> list[str]:
    """The faults of a profile's file.

    Raises:
        DeskError: When it is no profile.
    """
    return faults_of(read_profile(path))
