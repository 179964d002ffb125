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
_LEAST_MB = 200
#: Names under which somebody may write an address of alerts into the settings.
_ADDRESS_NAMES = ("address", "addresses", "url", "urls", "to")


@dataclass(frozen=True)
class Source:
    """Where raw input comes from: a folder or file of the desk.

    `manifest` names a JSONL file in it that gives each file's address, outlet and fetch time.
    """

    id: str
    path: str
    manifest: str | None = None
    outlet: str | None = None
    columns: dict[str, str] = field(default_factory=dict)


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
            sources = tuple(Source(**_typed(Source, entry, "sources")) for entry in raw.pop("sources", []))
            targets = _typed(cls, {"alerts": raw.pop("alerts", {})}, None)["alerts"]
            targets = {name: _target(name, entry) for name, entry in targets.items()}
            measuring = _measuring(raw.pop("measuring", {}))
            reading = _reading(raw.pop("reading", {}))
            settings = cls(**_typed(cls, raw, None), sources=sources, alerts=targets, measuring=measuring, reading=reading)
            ZoneInfo(settings.timezone)
        except (TypeError, ValueError, AttributeError) as error:
            raise DeskError(str(error), where=path.name, mend="correct that setting") from error
        except ZoneInfoNotFoundError as error:
            raise DeskError(f"no such time zone: {error}", where=path.name, mend="use a name such as Europe/Oslo") from error
        if len({source.id for source in sources}) < len(sources):
            raise DeskError("two sources have the same id", where=path.name, mend="give each its own")
        return settings


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
    kinds = {"str": str, "int": int, "dict": dict, "list": list}
    fields = cls.__dataclass_fields__
    for name, value in raw.items():
        label = f"{section}.{name}" if section else name
        if name not in fields or name == "sources":
            near = difflib.get_close_matches(name, fields, 1)
            raise ValueError(f"unknown setting '{label}'" + (f"; did you mean '{near[0]}'?" if near else ""))
        kind = kinds[re.match(r"\w+", str(fields[name].type)).group()]  # type: ignore[union-attr]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise ValueError(f"setting '{label}' must be {kind.__name__}, not {type(value).__name__}")
    return raw
