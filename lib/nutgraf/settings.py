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
            settings = cls(**_typed(cls, raw, None), sources=sources)
            ZoneInfo(settings.timezone)
        except (TypeError, ValueError, AttributeError) as error:
            raise DeskError(str(error), where=path.name, mend="correct that setting") from error
        except ZoneInfoNotFoundError as error:
            raise DeskError(f"no such time zone: {error}", where=path.name, mend="use a name such as Europe/Oslo") from error
        if len({source.id for source in sources}) < len(sources):
            raise DeskError("two sources have the same id", where=path.name, mend="give each its own")
        return settings


def _typed(cls: type, raw: dict[str, Any], section: str | None) -> dict[str, Any]:
    """Check names and types of settings against a dataclass, so that a typing error never passes in silence."""
    kinds = {"str": str, "int": int, "dict": dict}
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
