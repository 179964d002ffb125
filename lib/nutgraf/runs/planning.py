"""What an edition selects, needs and depends on, settled before any kernel starts; and measuring what the stale ones need, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from nutgraf.desk import Desk, Selection
from nutgraf.errors import MeasureError, NutgrafError, ResourceError, UsageError
from nutgraf.jupyter import inputs_of
from nutgraf.measuring import Registry, measure
from nutgraf.overrides import FILE as OVERRIDES
from nutgraf.runs.alerts.telling import check_targets
from nutgraf.runs.editions import notebooks as nb
from nutgraf.runs.editions.edition import SELECTING, Edition
from nutgraf.runs.freshness.choices import Choice, Looks
from nutgraf.runs.freshness.key import digest, key_of, parts_of

Progress = Callable[[str, int, int], None]
#: An edition with its notebooks as they were read when the run began.
Prepared = tuple[Edition, list[dict[str, Any]]]


@dataclass
class Plan:
    """An edition on its way: what it selects, needs and depends on."""

    edition: Edition
    notebooks: list[dict[str, Any]]
    choice: dict[str, Any]
    needs: list[str]
    needs_of_versions: list[str]
    found: Choice
    parts: dict[str, Any]
    key: str

    @property
    def selection(self) -> Selection:
        """The articles that it selects, read when they are asked for."""
        return self.found.selection

    @property
    def articles(self) -> bytes:
        """What it selects, as the ledger keeps it."""
        return self.found.packed


def prepare(desk: Desk, editions: Sequence[Edition]) -> list[Prepared]:
    """Read the notebooks of each edition and check its parameters against them, before anything is started.

    Raises:
        UsageError: For the first that is wrong.
    """
    prepared, wrong = prepare_each(desk, editions)
    if wrong:
        raise next(iter(wrong.values()))
    return prepared


def prepare_each(desk: Desk, editions: Sequence[Edition]) -> tuple[list[Prepared], dict[str, UsageError]]:
    """The same for each edition by itself.

    Returns:
        The editions that can be made, and what is wrong with the others, by slug.
    """
    read: dict[str, dict[str, Any]] = {}
    prepared: list[Prepared] = []
    wrong: dict[str, UsageError] = {}
    for edition in editions:
        try:
            prepared.append((edition, _checked_notebooks(desk, edition, read)))
        except UsageError as error:
            wrong[edition.slug] = error
    return prepared, wrong


def _checked_notebooks(desk: Desk, edition: Edition, read: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    for name in edition.notebooks:
        if name not in read:
            found = nb.read(desk.root / "notebooks", name)
            if not nb.is_published(found):
                raise UsageError(
                    f"notebook '{name}' is for work and not for readers", where=edition.file,
                    mend="take it out, or take 'publish: false' out of the notebook's metadata", not_done=nb.NO_KERNEL,
                )  # fmt: skip
            hidden = nb.unreadable_parameters(found)
            if hidden:
                raise UsageError(
                    f"papermill does not see the parameter {hidden[0]!r}", where=f"notebooks/{name}.ipynb",
                    mend="give it a line of its own with one '=', and annotate it as Optional[str], list[str], str, int, "
                    "float, bool or \"date\"", not_done=nb.NO_KERNEL,
                )  # fmt: skip
            read[name] = found
    check_targets(edition, desk.settings.alerts)
    known = {name: nb.parameters_of(read[name]) for name in edition.notebooks}
    nb.check_parameters(edition.file, known, edition.parameters)
    taken = {parameter for parameters in known.values() for parameter in parameters}
    for name in edition.select.model_fields_set:
        if name not in taken and getattr(edition.select, name):
            raise UsageError(
                f"'select.{name}' is set, but no notebook of this edition takes it", where=edition.file,
                mend=f"take it out, or add {name} to a notebook's parameters", not_done=nb.NO_KERNEL,
            )  # fmt: skip
    return [read[name] for name in edition.notebooks]


def parameters_for(edition: Edition, notebook: dict[str, Any], choice: dict[str, Any]) -> dict[str, Any]:
    """What a notebook is given: the edition's parameters that it takes, and the whole selection.

    An unset part of the selection is passed too, as empty, so that a notebook's own default never chooses other articles than
    the run measured.
    """
    known = nb.parameters_of(notebook)
    given = {name: value for name, value in edition.parameters.items() if name in known}
    for name in SELECTING:
        if name in known:
            declared = known[name]["inferred_type_name"]
            empty: Any = None if declared.startswith("Optional[") else [] if declared.startswith("list") else ""
            given[name] = choice[name] or empty
    return {name: nb.as_json(value) for name, value in given.items()}


def plan_of(
    desk: Desk, registry: Registry, edition: Edition, loaded: list[dict[str, Any]], today: date, looks: Looks | None = None
) -> Plan:
    """What an edition selects, needs and depends on.

    Args:
        desk: The desk.
        registry: Its measures.
        edition: The edition.
        loaded: Its notebooks, as `prepare` read them.
        today: The day that its window is counted back from where it follows the clock.
        looks: What editions have in common, where several are planned.

    Raises:
        UsageError: When its selection cannot be made, such as for an unknown outlet.
        NutgrafError: When a measure that it needs cannot be had.
    """
    looks, choice = looks or Looks(desk), edition.select.choice(today)
    try:
        found = looks.choice(choice)
    except UsageError as error:
        raise UsageError(f"'select': {error.what}", where=edition.file, mend=error.mend, not_done=nb.NO_KERNEL) from error
    needs = sorted({need for notebook in loaded for need in nb.needs(notebook)})
    of_versions = sorted({need for notebook in loaded if nb.wants_versions(notebook) for need in nb.needs(notebook)})
    articles = digest([found.digest, found.layers]) if of_versions and found.layers else found.digest
    looked_at = {
        "notebooks": [looks.notebook(name, notebook) for name, notebook in zip(edition.notebooks, loaded, strict=True)],
        "articles": articles, "n_articles": found.n, "attrition": found.attrition,
        "decisions": looks.decisions | ({OVERRIDES: found.put_right} if found.put_right else {}),
    }  # fmt: skip
    parts = parts_of(desk, edition, looked_at, {name: registry.about(name) for name in registry.closure(needs)})
    return Plan(edition, loaded, choice, needs, of_versions, found, parts, key_of(parts))


def measure_union(
    desk: Desk, registry: Registry, plans: Sequence[Plan], progress: Progress | None, say: Callable[[str], None] | None = None
) -> tuple[dict[str, int], dict[str, NutgrafError]]:
    """Measure what the stale editions need, once. Copies are measured too: a notebook may ask for them.

    Returns:
        How many articles each measure was run on, and the measures that cannot be had, such as one whose codebook is broken.
    """
    wanted: dict[str, dict] = {}
    for plan in plans:
        selection = desk.select(**{**plan.choice, "copies": "all"})
        for item in inputs_of(desk, selection):
            for need in plan.needs:
                wanted.setdefault(need, {})[item.key] = item
        for item in chain.from_iterable(inputs_of(desk, layer) for layer in (selection.layers() if plan.needs_of_versions else ())):
            for need in plan.needs_of_versions:
                wanted.setdefault(need, {})[item.key] = item
    groups: dict[tuple, list[str]] = {}
    for need, items in wanted.items():
        groups.setdefault(tuple(sorted(items)), []).append(need)
    how = {"progress": progress, "workers": desk.settings.measuring.workers, "say": say}
    counts: dict[str, int] = {}
    broken: dict[str, NutgrafError] = {}
    for keys, needs in sorted(groups.items(), key=lambda group: group[1]):
        inputs = [wanted[needs[0]][key] for key in keys]
        try:
            made = [measure(desk.store, registry, needs, inputs, **how)]
        except (MeasureError, ResourceError):
            # Which of them it was: measured one by one, so that the others' editions are still made.
            made = []
            for need in needs:
                try:
                    made.append(measure(desk.store, registry, [need], inputs, **how))
                except (MeasureError, ResourceError) as own:
                    broken[need] = own
        for done in made:
            for name, number in done.items():
                counts[name] = counts.get(name, 0) + number
    return counts, broken
