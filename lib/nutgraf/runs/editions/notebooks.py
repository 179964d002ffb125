"""Notebooks before they run: what they declare, which parameters they take, and whether a value fits.

The parameters are read here and not by papermill, whose import takes longer than everything else before a kernel starts; a test
holds the two readings together.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from nutgraf.errors import UsageError

_KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,), "float": (int, float), "str": (str, date), "bool": (bool,), "date": (date,), "list": (list,),
}  # fmt: skip
# papermill 2.7, translators.PythonTranslator.PARAMETER_PATTERN
_PARAMETER = re.compile(
    r"^(?P<target>\w[\w_]*)\s*(:\s*[\"']?(?P<annotation>\w[\w_\[\],\s]*)[\"']?\s*)?=\s*(?P<value>.*?)"
    r"(\s*#\s*(type:\s*(?P<comment>[^\s]*)\s*)?(?P<help>.*))?$"
)
NO_KERNEL = "No kernel was started"


def read(folder: Path, name: str) -> dict[str, Any]:
    """A notebook's JSON, each cell's source as one string.

    Raises:
        UsageError: When it is not there or no notebook.
    """
    path = folder / f"{name}.ipynb"
    where = f"notebooks/{name}.ipynb"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        found["metadata"]  # noqa: B018 - must be there
        for cell in found["cells"]:
            cell["source"] = source_of(cell)
            cell["metadata"], cell["cell_type"]  # noqa: B018 - must be there
    except FileNotFoundError as error:
        known = sorted(p.stem for p in folder.glob("*.ipynb"))
        raise UsageError(
            f"no notebook {name!r}", where=where, mend=suggest(name, known) or "put it there", not_done=NO_KERNEL
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "this is no notebook", where=where, mend="restore it, or take its name out of the edition", not_done=NO_KERNEL
        ) from error
    return found


def suggest(name: str, known: Iterable[str]) -> str | None:
    """The near name, else all that are known; None when nothing is."""
    known = list(known)
    near = difflib.get_close_matches(name, known, 1)
    if near:
        return f"did you mean {near[0]!r}?"
    return "known: " + ", ".join(known) if known else None


def source_of(cell: Mapping[str, Any]) -> str:
    """A cell's source as one string; on disk it may be a list of lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def is_published(notebook: Mapping[str, Any]) -> bool:
    """Whether a notebook may stand in an edition: one for work, such as coding, says ``nutgraf.publish: false``."""
    return notebook["metadata"].get("nutgraf", {}).get("publish", True) is not False


def needs(notebook: Mapping[str, Any]) -> list[str]:
    """Measures that a notebook declares in its metadata, ``nutgraf.needs``."""
    return list(notebook["metadata"].get("nutgraf", {}).get("needs", []))


def wants_versions(notebook: Mapping[str, Any]) -> bool:
    """Whether a notebook declares that it looks at older versions of its articles, ``nutgraf.versions``."""
    return bool(notebook["metadata"].get("nutgraf", {}).get("versions"))


def parameters_cell(notebook: Mapping[str, Any]) -> str:
    """Source of the first cell tagged ``parameters``; empty when there is none."""
    tagged = (cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", []))
    return next((source_of(cell) for cell in tagged), "")


def parameters_of(notebook: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Parameters of a notebook as ``papermill.inspect_notebook`` reports them.

    Returns:
        By name: ``name``, ``inferred_type_name`` ("None" when there is no annotation), ``default`` and ``help``.
    """
    groups: list[list[str]] = [[]]
    for line in parameters_cell(notebook).splitlines():
        if not line.strip() or line.strip().startswith("#"):
            continue
        if "=" in line:
            groups.append([])
            if line.count("=") > 1:
                continue  # papermill drops such a line with a warning
        groups[-1].append(line)
    found = {}
    for lines in filter(None, groups):
        flat = "".join(line.partition("#")[0].strip() for line in lines[:-1]) + lines[-1].strip()
        match = _PARAMETER.match(flat)
        if match:
            name = match["target"].strip()
            found[name] = {
                "name": name,
                "inferred_type_name": str(match["annotation"] or match["comment"] or None).strip(),
                "default": str(match["value"]).strip(),
                "help": str(match["help"] or "").strip(),
            }
    return found


def unreadable_parameters(notebook: Mapping[str, Any]) -> list[str]:
    """Names that the parameters cell assigns and papermill does not see, such as those annotated ``str | None``."""
    try:
        body = ast.parse(parameters_cell(notebook)).body
    except SyntaxError:
        return []  # the kernel will say so better
    assigned = {node.target.id for node in body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)}
    for node in body:
        if isinstance(node, ast.Assign):
            assigned |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return sorted(assigned - set(parameters_of(notebook)))


def check_parameters(
    edition: str, notebooks: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]
) -> None:
    """Refuse a parameter that no notebook of the edition takes, or a value of another type, before any kernel starts.

    papermill itself only warns and exits 0.

    Args:
        edition: Name of the edition's file, for the message.
        notebooks: Parameters by notebook, as `parameters_of` gives them.
        given: Values by name.

    Raises:
        UsageError: With the parameter, the value and what was expected.
    """
    takers: dict[str, list[str]] = {}
    for name, parameters in notebooks.items():
        for parameter in parameters:
            takers.setdefault(parameter, []).append(name)
    for parameter, value in given.items():
        if parameter not in takers:
            raise UsageError(
                f"unknown parameter {parameter!r}: no notebook of this edition takes it",
                where=edition, mend=suggest(parameter, sorted(takers)), not_done=NO_KERNEL,
            )  # fmt: skip
        for name in takers[parameter]:
            declared = str(notebooks[name][parameter]["inferred_type_name"])
            if not fits(value, declared):
                kind = type(value).__name__
                quote = " (put it in quotes)" if "str" in declared and not isinstance(value, list) else ""
                raise UsageError(
                    f"parameter {parameter!r} must be {declared} in notebook {name}, not {kind}: {_short(value)}",
                    where=edition, mend=f"correct its type{quote}", not_done=NO_KERNEL,
                )  # fmt: skip


def _short(value: Any) -> str:
    text = str(value) if isinstance(value, date) else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def fits(value: Any, declared: str) -> bool:
    """Whether a value fits a parameter's annotation, such as ``int``, ``Optional[str]`` or ``list[str]``.

    A calendar day fits ``str`` and ``date``; it is passed as text such as 2026-03-14. What is not known here fits.
    """
    declared = declared.strip().strip("\"'")
    if declared in ("None", "Any"):
        return True
    if declared.startswith("Optional["):
        return value is None or fits(value, declared[len("Optional[") : -1])
    base, _, inner = declared.partition("[")
    kinds = _KINDS.get(base.strip().lower())
    if kinds is None:
        return True
    if isinstance(value, bool) and bool not in kinds:
        return False
    if base == "date" and isinstance(value, str):
        return _is_day(value)
    if not isinstance(value, kinds):
        return False
    return base.lower() != "list" or not inner or all(fits(item, inner[:-1]) for item in value)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def as_json(value: Any) -> Any:
    """A value as papermill passes it on: days as text, also inside lists."""
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
