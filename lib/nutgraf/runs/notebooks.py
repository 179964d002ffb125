"""Notebooks before they run: what they declare and which parameters they take."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from nutgraf.errors import UsageError

_KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,), "float": (int, float), "str": (str,), "bool": (bool,), "date": (date, str), "list": (list,),
}  # fmt: skip


def read(folder: Path, name: str) -> dict[str, Any]:
    """A notebook's JSON.

    Raises:
        UsageError: When it is not there or no notebook.
    """
    path = folder / f"{name}.ipynb"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        found["cells"], found["metadata"]  # noqa: B018 - both must be there
    except FileNotFoundError as error:
        known = sorted(p.stem for p in folder.glob("*.ipynb"))
        raise UsageError(f"no notebook {name!r}", where=f"notebooks/{name}.ipynb", mend="known: " + ", ".join(known)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError("this is no notebook", where=f"notebooks/{name}.ipynb", mend="restore it") from error
    return found


def needs(notebook: Mapping[str, Any]) -> list[str]:
    """Measures that a notebook declares in its metadata, ``nutgraf.needs``."""
    return list(notebook["metadata"].get("nutgraf", {}).get("needs", []))


def parameters_of(path: Path) -> dict[str, dict[str, Any]]:
    """Parameters of a notebook as papermill reports them: type name, default and help by name."""
    import papermill

    return papermill.inspect_notebook(str(path))


def check_parameters(name: str, known: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]) -> None:
    """Refuse a parameter that the notebook does not take, or a value of another type, before any kernel starts.

    Raises:
        UsageError: papermill itself only warns and exits 0.
    """
    for parameter, value in given.items():
        if parameter not in known:
            near = difflib.get_close_matches(parameter, known, 1)
            raise UsageError(
                f"unknown parameter {parameter!r}",
                where=f"notebook {name}",
                mend=f"did you mean {near[0]!r}?" if near else "it takes: " + ", ".join(sorted(known)),
                not_done="no kernel was started",
            )
        declared = str(known[parameter].get("inferred_type_name") or "None")
        if not fits(value, declared):
            raise UsageError(
                f"parameter {parameter!r} must be {declared}, not {type(value).__name__} ({value!r})",
                where=f"notebook {name}",
                mend="correct its type in the edition",
                not_done="no kernel was started",
            )


def fits(value: Any, declared: str) -> bool:
    """Whether a value fits a parameter's annotation, such as ``int``, ``Optional[str]`` or ``list[str]``."""
    declared = declared.strip().strip("\"'")
    if declared in ("None", "Any"):
        return True
    if declared.startswith("Optional["):
        return value is None or fits(value, declared[len("Optional[") : -1])
    base, _, inner = declared.partition("[")
    kinds = _KINDS.get(base.lower())
    if kinds is None:
        return True
    if isinstance(value, bool) and bool not in kinds:
        return False
    if not isinstance(value, kinds):
        return False
    return base.lower() != "list" or not inner or all(fits(item, inner[:-1]) for item in value)
