"""One report as typed data: which notebooks, with which parameters, over which articles, when, and who hears of it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from nutgraf.desk import parse_window
from nutgraf.query import compile_query
from nutgraf.runs.executing.redaction import refuse_secrets
from nutgraf.runs.schedules import schedule

SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,79}$")
_SCALARS = (str, bool, int, float, date, type(None))
#: How long a cell and a whole edition may take, in seconds, unless its file says otherwise.
CELL_LIMIT_S, RUN_LIMIT_S = 1_800, 7_200
#: Parameters of notebooks that come from an edition's `select` and from nowhere else.
SELECTING = ("date_from", "date_to", "window", "as_of", "outlets", "query", "copies")


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

    @field_validator("window")
    @classmethod
    def _window(cls, value: str | None) -> str | None:
        if value:
            parse_window(value, date(2000, 1, 1))
        return value

    @field_validator("query")
    @classmethod
    def _query(cls, value: str) -> str:
        if value.strip():
            compile_query(value)
        return value

    @model_validator(mode="after")
    def _agree(self) -> Select:
        if self.window and (self.date_from or self.date_to):
            raise ValueError("give either window, or date_from and date_to")
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise ValueError(f"date_from {self.date_from} lies after date_to {self.date_to}")
        return self

    def choice(self, today: date | None = None) -> dict[str, Any]:
        """As keyword arguments for `Desk.select`; `today` stands in for `as_of` where the window follows the clock."""
        return {**self.model_dump(), "as_of": today if self.uses_clock else self.as_of}

    @property
    def uses_clock(self) -> bool:
        """Whether "today" changes what is selected."""
        return bool(self.window) and self.as_of is None


class Edition(BaseModel):
    """One report: which notebooks, with which parameters, over which articles."""

    model_config = ConfigDict(extra="forbid")

    slug: str
    origin: str  # the edition file's name without its ending; another than the slug where one file stands for several editions
    title: str = Field(min_length=1)
    notebooks: list[str] = Field(min_length=1)
    parameters: dict[str, Any] = Field(default_factory=dict)
    select: Select = Field(default_factory=Select)
    publish: Literal["auto", "manual"] = "auto"
    embargo: datetime | None = None
    schedule: str | None = None
    alerts: list[str] | None = None
    cell_limit_s: int = Field(default=CELL_LIMIT_S, ge=1)
    run_limit_s: int = Field(default=RUN_LIMIT_S, ge=1)

    def embargo_until(self, zone: tzinfo) -> datetime | None:
        """The moment before which it may not be published; one written without a zone is in the desk's."""
        if self.embargo is None:
            return None
        return self.embargo if self.embargo.tzinfo else self.embargo.replace(tzinfo=zone)

    def may_publish(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether a run publishes it at this moment by itself."""
        until = self.embargo_until(zone)
        return self.publish == "auto" and (until is None or moment >= until)

    @property
    def file(self) -> str:
        """Where it was read, as a person finds it in the desk."""
        return f"notebooks/editions/{self.origin}.yml"

    @field_validator("slug")
    @classmethod
    def _slug(cls, value: str) -> str:
        if not SLUG.match(value):
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

    @field_validator("schedule")
    @classmethod
    def _schedule(cls, value: str | None) -> str | None:
        if value is not None:
            schedule.plain(value)
        return value

    @field_validator("embargo", mode="before")
    @classmethod
    def _moment(cls, value: Any) -> datetime | None:
        """A day means its first minute. What is no moment is refused, so that a typing error never publishes early."""
        if value is None:
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return datetime.combine(value, time())
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None:
            raise ValueError(f"must be a moment such as 2026-03-24 06:00 or 2026-03-24T06:00+01:00, not {value!r}")
        return found

    @field_validator("parameters")
    @classmethod
    def _values(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name, given in value.items():
            if name in SELECTING:
                raise ValueError(f"{name!r} chooses articles and belongs under select")
            items = given if isinstance(given, list) else [given]
            if not all(isinstance(item, _SCALARS) and not isinstance(item, datetime) for item in items):
                raise ValueError(f"{name!r} must be text, a number, true or false, a day, or a list of these")
        refuse_secrets(value)
        return value

    @field_validator("alerts", mode="before")
    @classmethod
    def _targets(cls, value: Any) -> list[str] | None:
        """Names of targets. What is written there is not repeated: it may be an address with a password."""
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise ValueError("must be a list of names of targets, which nutgraf.toml has under [alerts]")
        if any("://" in name or "@" in name for name in value):
            raise ValueError("holds an address: name a target of nutgraf.toml, whose address stands in an environment variable")
        return value
