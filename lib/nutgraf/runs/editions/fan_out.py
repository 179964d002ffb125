"""One edition file, several editions: one report per outlet or topic, from a list under ``for_each``.

Each entry of the list gives values to names, and every ``{name}`` in the rest of the file stands for its value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

FOR_EACH = "for_each"
_SLUG = "slug"
_VALUES = (str, int, float)
#: ``{{`` and ``}}`` are braces that mean themselves.
_PLACE = re.compile(r"\{\{|\}\}|\{(\w+)\}")


def fanned_out(raw: Mapping[str, Any], stem: str) -> list[tuple[str, dict[str, Any]]]:
    """The editions that a file stands for.

    Args:
        raw: The file as read.
        stem: Its name without the ending.

    Returns:
        Slug and fields of each; one with the file's own name when there is no ``for_each``.

    Raises:
        ValueError: With what is wrong with the list.
    """
    if FOR_EACH not in raw:
        return [(stem, dict(raw))]
    rest = {name: value for name, value in raw.items() if name != FOR_EACH}
    entries = _entries(raw[FOR_EACH])
    first = next(name for name in entries[0] if name != _SLUG)
    found, seen = [], {}
    for entry in entries:
        values = {name: value for name, value in entry.items() if name != _SLUG}
        used: set[str] = set()
        filled = _filled(rest, values, used)
        unused = [name for name in values if name not in used]
        if unused:
            raise ValueError(f"nothing in this edition holds {{{unused[0]}}}, so that its values would make no difference")
        slug = f"{stem}-{_slug(str(entry.get(_SLUG, values[first])))}"
        if slug in seen:
            raise ValueError(f"{seen[slug]!r} and {values[first]!r} would have one address, {slug}: give one of them a 'slug' of its own")
        seen[slug] = values[first]
        found.append((slug, filled))
    return found


def _entries(given: Any) -> list[dict[str, Any]]:
    """The list in its long form: a name and its values become one entry for each value."""
    if isinstance(given, dict):
        if len(given) != 1 or not isinstance(next(iter(given.values())), list):
            raise ValueError("must be one name with a list of values, or a list of entries that each give values to the same names")
        ((name, values),) = given.items()
        given = [{name: value} for value in values]
    if not isinstance(given, list) or not given or not all(isinstance(entry, dict) and set(entry) - {_SLUG} for entry in given):
        raise ValueError("must be a list with at least one entry, such as outlet: [The Kelsport Courier]")
    names = set(given[0]) - {_SLUG}
    for entry in given:
        if set(entry) - {_SLUG} != names:
            raise ValueError(f"every entry must give values to the same names, {', '.join(sorted(map(str, names)))}: not {entry!r}")
        for name, value in entry.items():
            if not isinstance(name, str) or not re.fullmatch(r"\w+", name):
                raise ValueError(f"{name!r} is no name: use letters, digits and _")
            if not isinstance(value, _VALUES) or isinstance(value, bool) or str(value).strip() == "":
                raise ValueError(f"{name!r} must be text or a number, not {value!r}")
    return given


def _filled(value: Any, values: Mapping[str, Any], used: set[str]) -> Any:
    """A value with every place filled; one that is nothing but a place keeps the type of what fills it."""
    if isinstance(value, dict):
        return {name: _filled(inner, values, used) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, values, used) for inner in value]
    if not isinstance(value, str):
        return value

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0][0]
        if name not in values:
            raise ValueError(f"{{{name}}} is not among its names ({', '.join(values)}); write {{{{ and }}}} for braces that mean themselves")
        used.add(name)
        return str(values[name])

    whole = _PLACE.fullmatch(value)
    if whole is not None and whole[1] in values:
        used.add(whole[1])
        return values[whole[1]]
    return _PLACE.sub(fill, value)


def _slug(text: str) -> str:
    """Text as part of an address: Latin letters and digits, everything else a dash."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not found:
        raise ValueError(f"{text!r} has no Latin letter or digit for an address: give the entry a 'slug'")
    return found
