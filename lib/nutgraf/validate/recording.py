"""Writing what was measured to ``resources/accuracy.json``, the only way in which a figure gets into a method card."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from nutgraf.errors import UsageError
from nutgraf.findings import accuracy
from nutgraf.publish import files
from nutgraf.validate.running import Validation


def record(found: Validation) -> None:
    """Put a validation's figures in the place of earlier ones of the same task and file.

    Raises:
        UsageError: When there is no figure, or one without an interval.
    """
    figures = figures_of(found)
    if not figures:
        raise UsageError(
            "there is no figure with an interval to record", where=found.file, mend="label at least two items", not_done="nothing was recorded"
        )
    entry = {
        "measure": found.measure, "measure_version": found.measure_version, "task": found.task.about,
        "file": f"{found.file}, {found.only}" if found.only else found.file, "file_sha256": found.file_sha256, "n": found.n,
        "measured_on": f"{datetime.now(UTC):%Y-%m-%d}", "figures": figures,
    }  # fmt: skip
    kept = [held for held in accuracy.entries() if (held["measure"], held["task"], held["file"]) != (entry["measure"], entry["task"], entry["file"])]
    ordered = sorted([*kept, entry], key=lambda held: (held["measure"], held["task"], held["file"]))
    files.write(accuracy.path(), json.dumps(ordered, ensure_ascii=False, indent=1) + "\n")


def figures_of(found: Validation) -> list[dict[str, Any]]:
    """The figures that have an interval."""
    names = [name for name in found.figures if not name.endswith(("_low", "_high"))]
    ends = {"value": "", "low": "_low", "high": "_high"}
    rows = [{"name": name, **{end: found.figures[name + ending] for end, ending in ends.items()}} for name in names]
    return [row for row in rows if None not in row.values()]
