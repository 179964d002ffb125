"""What ``nutgraf.toml`` says. Read without pydantic, so that a command that only looks at the desk starts at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nutgraf.errors import DeskError

SETTINGS_FILE = "nutgraf.toml"
#: Less memory than this and no language is told and no Parquet file opened.
_LEAST_MB = 300
#: Names under which somebody may write an address of alerts into the settings.
_ADDRESS_NAMES = ("address", "addresses", "url", "urls", "to")


@dataclass(frozen=True)
class Source:
    """Where raw input comes from: a folder or file of the desk, or addresses that are fetched.

    Attributes:
        id: Its name.
        path: A folder or file of the desk; with ``kind = "addresses"`` a file of addresses.
        manifest: A JSONL file in that folder that gives each file's address, outlet and fetch time.
        outlet: Who published it, if it does not say.
        columns: Column names of an export, or of a table of addresses, by field.
        url: One address to fetch.
        urls: Several, of the same kind.
        kind: What is found there: feed, sitemap, addresses or page.
        follow: Whether entries of a feed are followed to their pages; without it as ``[fetching]`` says.
    """

    id: str
    path: str | None = None
    manifest: str | None = None
    outlet: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    url: str | None = None
    urls: list[str] = field(default_factory=list)
    kind: str | None = None
    follow: bool | None = None

    @property
    def is_fetched(self) -> bool:
        """Whether its articles come over the network."""
        return self.kind is not None

    @property
    def addresses(self) -> tuple[str, ...]:
        """What is fetched first: its feeds, sitemaps, lists or pages; none for a list that lies in the desk."""
        return tuple(dict.fromkeys([*([self.url] if self.url else []), *self.urls]))


#: What a source that is fetched may be.
SOURCE_KINDS = ("feed", "sitemap", "addresses", "page")


@dataclass(frozen=True)
class Fetching:
    """How pages are fetched.

    Attributes:
        contact: An address of a page or a mailbox that the user agent names, so that whoever runs a server can ask.
        delay_seconds: Pause between two requests to one host; a longer one that its robots.txt asks for is kept.
        per_host: Requests to one host at a time.
        at_once: Requests at a time.
        timeout_seconds: Longest time that one answer may take, from the connection to its last byte.
        largest_megabytes: Largest answer, unpacked.
        allowed_hosts: Hosts, with or without a port, that may have private and loopback addresses.
        follow: Whether entries of feeds are followed to their pages.
        pages_a_run: Most pages that one run fetches; the rest waits for the next.
        recheck_days: How long a page is looked at again for changes, counted from the day it was first fetched.
        recheck_minutes: Shortest pause between two such looks; it grows as the page gets older.
        retry_minutes: Shortest pause before what could not be fetched is tried again; it doubles each time.
    """

    contact: str | None = None
    delay_seconds: float = 1.0
    per_host: int = 1
    at_once: int = 8
    timeout_seconds: float = 20.0
    largest_megabytes: float = 5.0
    allowed_hosts: list[str] = field(default_factory=list)
    follow: bool = True
    pages_a_run: int = 1_000
    recheck_days: float = 3.0
    recheck_minutes: float = 30.0
    retry_minutes: float = 30.0


#: What an alert may be about; a target of the desk hears of all of it unless its ``about`` says otherwise.
ALERT_KINDS = ("failed", "stale", "recovered", "nothing new", "bodies")


@dataclass(frozen=True)
class AlertTarget:
    """Somebody who hears when something is the matter. The addresses stand in an environment variable and nowhere else.

    `nothing_new_days` are days without a new article after which it is told; without it, it never is.
    """

    address_from: str
    about: list[str] = field(default_factory=lambda: list(ALERT_KINDS))
    nothing_new_days: int | None = None


@dataclass(frozen=True)
class Measuring:
    """How measures are run. `workers` is the number of processes; None for as many as suit the machine."""

    workers: int | None = None


@dataclass(frozen=True)
class Reading:
    """What the reading of one file may take, in the process apart in which files are read.

    Attributes:
        seconds: How long it may go on without an article coming out of it.
        memory_mb: How much memory it may take, in millions of bytes.
    """

    seconds: int = 30
    memory_mb: int = 1_000


@dataclass(frozen=True)
class Settings:
    """What ``nutgraf.toml`` says."""

    title: str = "Nutgraf desk"
    timezone: str = "UTC"
    site_url: str | None = None
    language: str = "en"
    min_mentions: int = 3
    excerpt_words: int = 25
    sources: tuple[Source, ...] = ()
    outlets: dict[str, str] = field(default_factory=dict)
    agencies: dict[str, str] = field(default_factory=dict)
    measures: dict[str, dict[str, Any]] = field(default_factory=dict)
    alerts: dict[str, AlertTarget] = field(default_factory=dict)
    measuring: Measuring = Measuring()
    fetching: Fetching = Fetching()
    reading: Reading = Reading()

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Read a settings file.

        Raises:
            DeskError: With the name of the setting that is unknown or of the wrong type.
        """
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise DeskError(f"the settings cannot be read: {error}", where=path.name) from error
        try:
            sources = tuple(_source(entry) for entry in raw.pop("sources", []))
            targets = _typed(cls, {"alerts": raw.pop("alerts", {})}, None)["alerts"]
            targets = {name: _target(name, entry) for name, entry in targets.items()}
            measuring = _measuring(raw.pop("measuring", {}))
            fetching, reading = _fetching(raw.pop("fetching", {})), _reading(raw.pop("reading", {}))
            settings = cls(
                **_typed(cls, raw, None), sources=sources, alerts=targets, measuring=measuring, fetching=fetching, reading=reading
            )  # fmt: skip
            ZoneInfo(settings.timezone)
        except (TypeError, ValueError, AttributeError) as error:
            raise DeskError(str(error), where=path.name, mend="correct that setting") from error
        except ZoneInfoNotFoundError as error:
            raise DeskError(f"no such time zone: {error}", where=path.name, mend="use a name such as Europe/Oslo") from error
        if len({source.id for source in sources}) < len(sources):
            raise DeskError("two sources have the same id", where=path.name, mend="give each its own")
        return settings


def _source(entry: Any) -> Source:
    """A source. What it is must be plain: a path of the desk, or addresses and what is found there."""
    if not isinstance(entry, dict):
        raise ValueError("'sources' must be sections: [[sources]], and in each an id and a path or a url")
    source = Source(**_typed(Source, entry, "sources"))
    label = f"source '{source.id}'"
    if source.path is not None and source.addresses:
        raise ValueError(f"{label} has both a path and a url: it lies in the desk or is fetched, so take one away")
    if source.path is None and not source.addresses:
        raise ValueError(f"{label} needs a path in the desk, or a url and its kind")
    if source.kind is not None and source.kind not in SOURCE_KINDS:
        near = difflib.get_close_matches(source.kind, SOURCE_KINDS, 1)
        raise ValueError(f"{label}: kind must be {', '.join(SOURCE_KINDS)}, not {source.kind!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    if source.path is not None and source.kind not in (None, "addresses"):
        raise ValueError(f"{label}: a {source.kind} is fetched and needs a url; of kinds with a path there is 'addresses' alone")
    if source.addresses and source.kind is None:
        raise ValueError(f"{label} has a url and needs a kind: {', '.join(SOURCE_KINDS)}")
    if source.kind is not None and source.manifest:
        raise ValueError(f"{label}: a manifest tells of files in the desk, and this source is fetched")
    if source.kind is None and source.follow is not None:
        raise ValueError(f"{label}: 'follow' is for sources that are fetched")
    for address in source.addresses:
        if not isinstance(address, str) or not re.match(r"https?://[^/?#\s]", address, re.IGNORECASE) or re.search(r"[\s\x00-\x1f]", address):
            raise ValueError(f"{label}: an address begins with https:// or http:// and holds no space")
        if "@" in re.split(r"[/?#]", address.split("://", 1)[1], maxsplit=1)[0]:
            raise ValueError(f"{label}: an address holds a name or password (…@…), and settings are shared: only open addresses are fetched")
    return source


def _fetching(entry: Any) -> Fetching:
    if not isinstance(entry, dict):
        raise ValueError('\'fetching\' must be a section: [fetching], and in it contact = "https://desk.example/robot"')
    found = Fetching(**_typed(Fetching, entry, "fetching"))
    if found.contact is not None and not re.fullmatch(r"[!-'*-\[\]-~]{3,200}", found.contact):
        raise ValueError("'fetching.contact' must be an address of a page or a mailbox, without spaces and brackets")
    for name, least in (("delay_seconds", 0), ("recheck_days", 0), ("recheck_minutes", 0), ("retry_minutes", 0), ("pages_a_run", 1),
                        ("per_host", 1), ("at_once", 1), ("timeout_seconds", 0.1), ("largest_megabytes", 0.001)):  # fmt: skip
        if not least <= getattr(found, name) < 1e6:
            raise ValueError(f"'fetching.{name}' must be {least} or more, and a sensible number")
    for host in found.allowed_hosts:
        if not isinstance(host, str) or not re.fullmatch(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?", host):
            raise ValueError(f"'fetching.allowed_hosts' lists hosts such as \"intranet.example\" or \"127.0.0.1:8000\", not {host!r}")
    return found


def _measuring(entry: Any) -> Measuring:
    if not isinstance(entry, dict):
        raise ValueError("'measuring' must be a section: [measuring], and in it workers = 2")
    measuring = Measuring(**_typed(Measuring, entry, "measuring"))
    if measuring.workers is not None and measuring.workers < 1:
        raise ValueError("'measuring.workers' must be 1 or more; without it, there are as many as suit the machine")
    return measuring


def _reading(entry: Any) -> Reading:
    if not isinstance(entry, dict):
        raise ValueError("'reading' must be a section: [reading], and in it seconds = 30 and memory_mb = 1000")
    reading = Reading(**_typed(Reading, entry, "reading"))
    if reading.seconds < 1:
        raise ValueError("'reading.seconds' must be 1 or more")
    if reading.memory_mb < _LEAST_MB:
        raise ValueError(f"'reading.memory_mb' must be {_LEAST_MB} or more; most pages take some 50")
    return reading


def _target(name: str, entry: Any) -> AlertTarget:
    """A target of alerts. No message repeats what is written there: it may be an address, and addresses hold passwords."""
    label = f"alerts.{name}"
    if not isinstance(entry, dict) or any(name in _ADDRESS_NAMES or _holds_address(value) for name, value in entry.items()):
        raise ValueError(
            f"'{label}' holds an address, which may hold a password: put it into an environment variable, and name that here: "
            f'address_from = "NUTGRAF_ALERT_{re.sub(r"[^A-Z0-9]+", "_", name.upper())}"'
        )
    if "address_from" not in entry:
        raise ValueError(f"'{label}' needs address_from, the environment variable that holds its address")
    target = AlertTarget(**_typed(AlertTarget, entry, label))
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", target.address_from):
        raise ValueError(f"'{label}.address_from' must be the name of an environment variable, such as NUTGRAF_ALERT_NEWSROOM")
    unknown = [kind for kind in target.about if kind not in ALERT_KINDS]
    if unknown:
        raise ValueError(f"'{label}.about' knows {', '.join(ALERT_KINDS)}, not {unknown[0]!r}")
    if target.nothing_new_days is not None and target.nothing_new_days < 1:
        raise ValueError(f"'{label}.nothing_new_days' must be 1 or more")
    return target


def _holds_address(value: Any) -> bool:
    return any("://" in item or "@" in item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))


def _typed(cls: type, raw: dict[str, Any], section: str | None) -> dict[str, Any]:
    """Check names and types of settings against a dataclass, so that a typing error never passes in silence."""
    kinds = {"str": str, "int": int, "float": (int, float), "bool": bool, "dict": dict, "list": list}
    fields = cls.__dataclass_fields__
    for name, value in raw.items():
        label = f"{section}.{name}" if section else name
        if name not in fields or name == "sources":
            near = difflib.get_close_matches(name, fields, 1)
            raise ValueError(f"unknown setting '{label}'" + (f"; did you mean '{near[0]}'?" if near else ""))
        named = re.match(r"\w+", str(fields[name].type)).group()  # type: ignore[union-attr]
        if not isinstance(value, kinds[named]) or isinstance(value, bool) != (named == "bool"):
            raise ValueError(f"setting '{label}' must be {named}, not {type(value).__name__}")
    return raw
