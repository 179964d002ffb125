"""Edition files: one report each, as typed data."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from nutgraf.errors import UsageError

_SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,79}$")
Parameter = str | bool | int | float | date | list[str] | list[int] | list[float] | None


class Select(BaseModel):
    """Which articles an edition sees; the same names as `Desk.select`."""

    model_config = ConfigDict(extra="forbid")

    date_from: date | None = None
    date_to: date | None = None
    window: str | None = None
    as_of: date | None = None
    outlets: list[str] = Field(default_factory=list)
    query: str = ""
    copies: Literal["once", "all", "none"] = "once"

    def choice(self) -> dict[str, Any]:
        """As keyword arguments for `Desk.select`."""
        return self.model_dump()

    def parameters(self) -> dict[str, Any]:
        """As notebook parameters: days as text, unset ones left out."""
        found = {name: str(value) if isinstance(value, date) else value for name, value in self.model_dump().items()}
        return {name: value for name, value in found.items() if value not in (None, "", [])}

    @property
    def uses_clock(self) -> bool:
        """Whether "today" changes what is selected."""
        return bool(self.window) and self.as_of is None


class Edition(BaseModel):
    """One report: which notebooks, with which parameters, over which articles."""

    model_config = ConfigDict(extra="forbid")

    slug: str
    title: str = Field(min_length=1)
    notebooks: list[str] = Field(min_length=1)
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    select: Select = Field(default_factory=Select)

    @field_validator("slug")
    @classmethod
    def _slug(cls, value: str) -> str:
        if not _SLUG.match(value):
            raise ValueError("the file's name must be lower-case letters, digits and dashes")
        return value

    @field_validator("notebooks")
    @classmethod
    def _names(cls, value: list[str]) -> list[str]:
        names = [name.removesuffix(".ipynb") for name in value]
        for name in names:
            if not re.match(r"^[A-Za-z0-9][\w-]*$", name):
                raise ValueError(f"{name!r} is not a notebook's name in notebooks/")
        if len(set(names)) < len(names):
            raise ValueError("a notebook is listed twice")
        return names


def load(path: Path) -> Edition:
    """Read and check an edition file.

    Raises:
        UsageError: With the field that is wrong and what it should be.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"the edition cannot be read: {error}", where=path.name) from error
    if not isinstance(raw, dict):
        raise UsageError("the edition is empty or no mapping", where=path.name, mend="see docs/editions.md")
    try:
        return Edition(slug=path.stem, **raw)
    except (ValidationError, TypeError) as error:
        details = error.errors() if isinstance(error, ValidationError) else [{"loc": (), "msg": str(error)}]
        first = details[0]
        place = ".".join(str(part) for part in first["loc"]) or "edition"
        raise UsageError(
            f"{place}: {first['msg']}", where=path.name, mend="correct it", not_done="no kernel was started"
        ) from error


def load_all(folder: Path, wanted: tuple[str, ...] = ()) -> list[Edition]:
    """The editions of a desk, or those named.

    Raises:
        UsageError: For an unknown name, or a desk without editions.
    """
    paths = {path.stem: path for path in sorted(folder.glob("*.yml"))}
    if not paths:
        raise UsageError("this desk has no editions", where="notebooks/editions", mend="add one: docs/editions.md shows how")
    unknown = [name for name in wanted if name not in paths]
    if unknown:
        raise UsageError(
            f"unknown edition {unknown[0]!r}", mend="known: " + ", ".join(paths), not_done="nothing was run"
        )
    return [load(paths[name]) for name in (wanted or paths)]
