"""Edition files: one report each, as typed data. See docs/editions.md."""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from nutgraf.desk import parse_window
from nutgraf.errors import NutgrafError, UsageError
from nutgraf.query import compile_query
from nutgraf.runs.notebooks import NO_KERNEL, suggest

_SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,79}$")
_SCALARS = (str, bool, int, float, date, type(None))
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
    title: str = Field(min_length=1)
    notebooks: list[str] = Field(min_length=1)
    parameters: dict[str, Any] = Field(default_factory=dict)
    select: Select = Field(default_factory=Select)
    publish: Literal["auto", "manual"] = "auto"
    embargo: datetime | None = None

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
        return f"notebooks/editions/{self.slug}.yml"

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
        return value


class _Loader(yaml.SafeLoader):
    """YAML whose plain words mean what they look like: 01234, yes and no stay text, and a name given twice is an error."""

    yaml_implicit_resolvers: dict = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((name for index, name in enumerate(names) if name in names[:index]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice!r} is given twice", node.start_mark)
        return super().construct_mapping(node, deep)

    def construct_day(self, node: yaml.ScalarNode) -> date | str:
        """A day; what only looks like one stays text, so that the message names its field."""
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_day)
for _tag, _pattern, _first in (
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("bool", r"^(?:true|True|false|False)$", list("tTfF")),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"^[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-+0123456789")),
    ("timestamp", r"^\d{4}-\d\d-\d\d$", list("0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def load(path: Path) -> Edition:
    """Read and check an edition file.

    Raises:
        UsageError: With the field that is wrong and what it should be.
    """
    where = f"notebooks/editions/{path.name}"
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise UsageError(
            f"the edition cannot be read: {_yaml_words(error)}", where=where, mend="correct it", not_done=NO_KERNEL
        ) from error
    if not isinstance(raw, dict) or not all(isinstance(name, str) for name in raw):
        raise UsageError("the edition is empty or no list of names", where=where, mend="see docs/editions.md", not_done=NO_KERNEL)
    if "slug" in raw:
        raise UsageError("'slug' is the file's own name and cannot be set", where=where, mend="rename the file", not_done=NO_KERNEL)
    try:
        return Edition(slug=path.stem, **raw)
    except (ValidationError, NutgrafError) as error:
        if isinstance(error, ValidationError):
            what, mend = _first_problem(error)
        else:  # a window or query that the desk itself does not understand
            what, mend = f"'select': {error.where + ': ' if error.where else ''}{error.what}", error.mend
        raise UsageError(what, where=where, mend=mend or "correct it", not_done=NO_KERNEL) from error


def _yaml_words(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return str(error)
    return f"line {mark.line + 1}: {getattr(error, 'problem', None) or 'not understood'}"


def _first_problem(error: ValidationError) -> tuple[str, str | None]:
    """The first thing wrong in words, and how to mend it; the rest is seen when that is mended."""
    found = error.errors()[0]
    place = [str(part) for part in found["loc"]]
    name, kind = ".".join(place) or "edition", found["type"]
    if kind == "extra_forbidden":
        fields = (Select if place[0] == "select" else Edition).model_fields
        return f"unknown field '{name}'", suggest(place[-1], [field for field in fields if field != "slug"])
    if kind == "missing":
        return f"'{name}' is missing", "add it; docs/editions.md shows how"
    message = found["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    return f"'{name}': {message}, not {found['input']!r}" if kind != "value_error" else f"'{name}': {message}", None


def load_all(folder: Path, wanted: tuple[str, ...] = ()) -> list[Edition]:
    """The editions of a desk, or those named.

    Raises:
        UsageError: For an unknown name, or a desk without editions.
    """
    paths = {path.stem: path for path in sorted(folder.glob("*.yml"))}
    if not paths:
        raise UsageError("this desk has no editions", where="notebooks/editions", mend="add one: docs/editions.md shows how")
    for name in wanted:
        if name not in paths:
            raise UsageError(f"unknown edition {name!r}", mend=suggest(name, paths), not_done="Nothing was run")
    return [load(paths[name]) for name in (dict.fromkeys(wanted) or paths)]
