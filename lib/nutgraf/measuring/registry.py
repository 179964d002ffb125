"""Which measures there are, and the version of each.

A ``measure_version`` is the measure's own code version and a hash over its resources, its options and the versions of everything
it needs. So a changed abbreviation in the sentence splitter gives new versions to what rests on sentences, and to nothing else.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import ModuleType
from typing import Any

from nutgraf.documents import Measure
from nutgraf.errors import MeasureError

_HOMES = ("nutgraf.reading", "nutgraf.measures")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Registry:
    """Every measure of this installation, built with a desk's options.

    Args:
        options: Settings by measure id, from ``[measures.<id>]`` in ``nutgraf.toml``.

    Attributes:
        measures: Those built so far, by id.
    """

    def __init__(self, options: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.options = {name: dict(values) for name, values in (options or {}).items()}
        self.measures: dict[str, Measure] = {}
        self._built: dict[str, Measure] = {}

    @cached_property
    def _modules(self) -> dict[str, ModuleType]:
        """Modules by measure id: those under ``reading/`` and ``measures/`` with a ``build``."""
        found: dict[str, ModuleType] = {}
        for home in _HOMES:
            package = importlib.import_module(home)
            for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
                module = importlib.import_module(f"{home}.{info.name}")
                if hasattr(module, "build"):
                    found[module.ID] = module
        unknown = set(self.options) - set(found)
        if unknown:
            raise MeasureError(
                f"no such measure: {sorted(unknown)[0]!r}",
                where="[measures] in nutgraf.toml",
                mend="known: " + ", ".join(sorted(found)),
            )
        return found

    @property
    def ids(self) -> list[str]:
        """Ids of every measure, in alphabetical order."""
        return sorted({*self._modules, *self.measures})

    def get(self, measure: str) -> Measure:
        """A measure by id, built when it is first asked for, so that one with broken settings fails only who needs it.

        Raises:
            MeasureError: For an unknown id, or settings that the measure cannot use.
        """
        if measure not in self.measures:
            if measure not in self._modules:
                raise MeasureError(f"no such measure: {measure!r}", mend="known: " + ", ".join(self.ids))
            try:
                self.measures[measure] = self._built[measure] = self._modules[measure].build(self.options.get(measure, {}))
            except TypeError as error:
                raise MeasureError(
                    f"its settings cannot be used: {error}",
                    where=f"[measures.{measure}] in nutgraf.toml",
                    mend="see docs/methodology.md for the options of each measure",
                ) from error
        return self.measures[measure]

    def is_as_installed(self, measures: Iterable[str]) -> bool:
        """Whether these measures are those of the installation, so that a registry with the same options has the same."""
        return all(self.get(name) is self._built.get(name) for name in measures)

    def closure(self, wanted: Iterable[str]) -> list[str]:
        """The measures wanted and everything they need, needs first, in a fixed order."""
        order: list[str] = []

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in path:
                raise MeasureError(f"measures need each other in a circle: {' → '.join((*path, name))}")
            if name not in order:
                for need in sorted(self.get(name).needs):
                    visit(need, (*path, name))
                order.append(name)

        for name in sorted(set(wanted)):
            visit(name, ())
        return order

    def version(self, measure: str) -> str:
        """The version that goes into the tables: code version, a dash, ten hex digits over all that it rests on."""
        if measure not in self._versions:
            built = self.get(measure)
            resting = {
                "code": built.version,
                "resources": [resource.sha256 for resource in built.resources],
                "options": self.options.get(measure, {}),
                "needs": {need: self.version(need) for need in sorted(built.needs)},
            }
            digest = hashlib.sha256(json.dumps(resting, sort_keys=True, default=str).encode()).hexdigest()
            self._versions[measure] = f"{built.version}-{digest[:10]}"
        return self._versions[measure]

    def about(self, measure: str) -> dict[str, Any]:
        """A version taken apart, so that somebody can say why it is another one.

        Returns:
            ``version``, ``code``, ``options``, ``needs`` (ids), and ``resources``: of each its kind, name, version (or None) and the
            beginning of its sha256.
        """
        built = self.get(measure)
        return {
            "version": self.version(measure), "code": built.version, "options": {
                name: value if len(str(value)) <= 200 else f"{len(str(value))} characters, sha256 {_sha256(str(value))[:12]}"
                for name, value in self.options.get(measure, {}).items()
            },
            "needs": sorted(built.needs),
            "resources": [[one.kind, one.name, one.version, one.sha256[:12]] for one in built.resources],
        }  # fmt: skip

    @cached_property
    def _versions(self) -> dict[str, str]:
        return {}
