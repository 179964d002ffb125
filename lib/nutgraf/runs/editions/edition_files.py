"""Edition files, `notebooks/editions/*.yml`: reading them, and saying in words what is wrong with one. See docs/editions.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from nutgraf.errors import NutgrafError, UsageError
from nutgraf.runs.editions.dated import of_name
from nutgraf.runs.editions.edition import Edition, Select
from nutgraf.runs.editions.fan_out import FOR_EACH, fanned_out
from nutgraf.runs.editions.notebooks import NO_KERNEL, suggest

#: What a file cannot set: its own name says it.
_NAMES = ("slug", "origin")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # the one written in C reads hundreds of files in a blink
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


def load(path: Path) -> list[Edition]:
    """Read and check an edition file.

    Returns:
        The editions it stands for: one, or one for each entry of its ``for_each``.

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
    own = next((name for name in _NAMES if name in raw), None)
    if own is not None:
        raise UsageError(f"{own!r} is the file's own name and cannot be set", where=where, mend="rename the file", not_done=NO_KERNEL)
    try:
        editions = fanned_out(raw, path.stem)
    except ValueError as error:
        raise UsageError(f"'{FOR_EACH}': {error}", where=where, mend="docs/editions.md shows how", not_done=NO_KERNEL) from error
    return [_checked(slug, path.stem, fields, where) for slug, fields in editions]


def _checked(slug: str, origin: str, fields: dict[str, Any], where: str) -> Edition:
    try:
        return Edition(slug=slug, origin=origin, **fields)
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
        return f"unknown field '{name}'", suggest(place[-1], [FOR_EACH, *(field for field in fields if field not in _NAMES)])
    if kind == "missing":
        return f"'{name}' is missing", "add it; docs/editions.md shows how"
    message = found["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    return f"'{name}': {message}, not {found['input']!r}" if kind != "value_error" else f"'{name}': {message}", None


def paths(folder: Path) -> list[Path]:
    """The edition files of a desk, in the order of their names."""
    return sorted(folder.glob("*.yml"))


def read_all(folder: Path) -> tuple[list[Edition], dict[str, UsageError]]:
    """Every edition of a desk that can be read.

    Returns:
        The editions, and what is wrong with the other files, by the file's name without its ending.

    Raises:
        UsageError: When the desk has no edition file.
    """
    found: dict[str, Edition] = {}
    wrong: dict[str, UsageError] = {}
    for path in paths(folder):
        try:
            editions = load(path)
            for edition in editions:
                if edition.slug in found:
                    raise UsageError(
                        f"its edition {edition.slug!r} has the address of one in {found[edition.slug].file}", where=edition.file,
                        mend="rename the file, or give the entry of for_each another slug", not_done=NO_KERNEL,
                    )  # fmt: skip
        except UsageError as error:
            wrong[path.stem] = error
            continue
        found |= {edition.slug: edition for edition in editions}
    if not found and not wrong:
        raise UsageError("this desk has no editions", where="notebooks/editions", mend="add one: docs/editions.md shows how")
    return list(found.values()), wrong


def load_all(folder: Path, wanted: Iterable[str] = ()) -> list[Edition]:
    """The editions of a desk, or those named: an edition by its slug, all of a file by the file's name, one of an earlier day by its address.

    Raises:
        UsageError: For an unknown name, a desk without editions, or a file that is wrong among those asked for.
    """
    found, wrong = read_all(folder)
    wanted = list(dict.fromkeys(wanted))
    if not wanted:
        if wrong:
            raise next(iter(wrong.values()))
        return found
    chosen: dict[str, Edition] = {}
    for name in wanted:
        if name in wrong:
            raise wrong[name]
        named = [edition for edition in found if name in (edition.slug, edition.origin)] or list(filter(None, [of_name(found, name)]))
        if not named:
            known = sorted({*(edition.slug for edition in found), *(edition.origin for edition in found), *wrong})
            raise UsageError(f"unknown edition {name!r}", mend=suggest(name, known), not_done="Nothing was run")
        chosen |= {edition.slug: edition for edition in named}
    return list(chosen.values())
