"""What was measured of a measure on labelled data: read from ``resources/accuracy.json``, which only ``nutgraf validate`` writes.

The file is a list; each entry is one measure at one version on one labelled file:

    {"measure": "tone", "measure_version": "2-0123456789", "task": "tone of headlines", "file": "headlines.csv",
     "file_sha256": "…", "n": 1000, "measured_on": "2026-11-25",
     "figures": [{"name": "F1", "value": 0.97, "low": 0.95, "high": 0.98}]}

No figure is typed into a method card: a changed measure has another version, and its card says that the figure is of another one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nutgraf.errors import ResourceError
from nutgraf.resources import own

NOT_YET = "accuracy not measured yet"
_FIELDS = {
    "measure": str, "measure_version": str, "task": str, "file": str, "file_sha256": str, "n": int, "measured_on": str, "figures": list,
}  # fmt: skip


def path() -> Path:
    """The file this package carries."""
    return own("accuracy.json")


def entries() -> list[dict[str, Any]]:
    """Everything that was measured.

    Raises:
        ResourceError: When the file is not what ``nutgraf validate`` writes.
    """
    where, mend = "resources/accuracy.json", "write it again with 'nutgraf validate', or reinstall nutgraf"
    try:
        found = json.loads(path().read_text(encoding="utf-8"))
    except ValueError as error:
        raise ResourceError("this is no JSON", where=where, mend=mend) from error
    if not isinstance(found, list):
        raise ResourceError("this is no list of entries", where=where, mend=mend)
    for number, entry in enumerate(found, start=1):
        fault = _fault(entry)
        if fault:
            raise ResourceError(f"entry {number}: {fault}", where=where, mend=mend)
    return found


def _fault(entry: Any) -> str | None:
    if not isinstance(entry, dict) or set(entry) != set(_FIELDS):
        return "it has other fields than " + ", ".join(_FIELDS)
    wrong = next((name for name, kind in _FIELDS.items() if not isinstance(entry[name], kind) or entry[name] in ("", 0, [])), None)
    if wrong:
        return f"'{wrong}' is empty or of another type"
    for figure in entry["figures"]:
        if not isinstance(figure, dict) or set(figure) != {"name", "value", "low", "high"}:
            return "a figure needs name, value, low and high"
        numbers = [figure[name] for name in ("low", "value", "high")]
        if any(not isinstance(number, int | float) or isinstance(number, bool) for number in numbers) or numbers != sorted(numbers):
            return f"the figure '{figure['name']}' does not lie in its interval"
    return None


def lines(versions: Mapping[str, str | None]) -> list[str]:
    """What a method card says, one sentence for each measure and task.

    Args:
        versions: Version of each measure behind the finding, by id.
    """
    known, said, silent = entries(), [], []
    for measure, version in versions.items():
        mine = [entry for entry in known if entry["measure"] == measure]
        fitting = [entry for entry in mine if entry["measure_version"] == version]
        said += [f"{measure}: {_line(entry)}" for entry in fitting]
        if mine and not fitting:
            said.append(f"{measure}: measured for an older version or other settings, not for this one")
        elif not mine:
            silent.append(measure)
    if not said:
        return [NOT_YET]
    return said + [f"{measure}: {NOT_YET}" for measure in silent]


def _line(entry: Mapping[str, Any]) -> str:
    figures = "; ".join(f"{f['name']} {short(f['value'])} ({short(f['low'])} to {short(f['high'])})" for f in entry["figures"])
    return f"measured on {entry['task']} ({entry['file']}, {entry['measured_on']}): {figures}, n = {entry['n']:,}"


def short(number: float) -> str:
    """A figure between −1 and 1 as the field writes it, ``.97``; others with two decimals.

    >>> short(0.97), short(-0.05), short(1)
    ('.97', '−.05', '1.00')
    """
    text = f"{number:.2f}".replace("-", "−")
    return text.replace("0.", ".", 1) if abs(number) < 0.995 else text
