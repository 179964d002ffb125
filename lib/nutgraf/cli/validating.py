"""``nutgraf validate``: how right a measure is on a file that people have labelled."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nutgraf.errors import UsageError

if TYPE_CHECKING:
    from nutgraf.validate.running import Validation

#: The task that takes a model of somebody's own.
TRAINED = "frames-trained"
#: The task on pairs of articles that stand in another file.
COPIES = "copies"


def look(
    task: str, file: str, *, method: str | None, field: str, predictions: str | None, record: bool, only: Sequence[str] = (),
    model: str | None = None, articles: str | None = None,
) -> Validation:  # fmt: skip
    """Validate a file with the options of the desk we stand in, if any.

    Raises:
        UsageError: For an unknown task, method or file.
        InputError: For a line that is no item.
    """
    from nutgraf.cli.progress import progress
    from nutgraf.desk import Desk
    from nutgraf.measuring import Registry
    from nutgraf.runs.quick import find_root
    from nutgraf.validate import copies, recording
    from nutgraf.validate.running import validate
    from nutgraf.validate.tasks import SHIPPED, task_of

    chosen = task_of(task)
    if articles is not None:
        if chosen.name != COPIES:
            raise UsageError(f"{task} takes no --articles", mend=f"leave it out; {COPIES} takes it", not_done="nothing was validated")
        chosen = copies.of_articles(chosen, Path(articles))
    if model is not None:
        if "model" not in chosen.methods or chosen.name != TRAINED:
            raise UsageError(f"{task} takes no --model", mend=f"leave it out; {TRAINED} takes one", not_done="nothing was validated")
        method = "model"
    is_shown = chosen.method(method or SHIPPED).is_shown
    if record and method not in (None, SHIPPED) and not is_shown:
        raise UsageError("only what the reports use is recorded", mend="leave --method or --record out", not_done="nothing was validated")
    root = find_root()
    options = Desk(Path(root)).measure_options if root and not record else {}
    registry = Registry(options if model is None else {**options, "frames_trained": {"trained": _text_of(Path(model))}})
    with progress() as bar:
        found = validate(
            chosen, Path(file), registry, field=field, method=method or SHIPPED, only=dict(_field_of(one) for one in only),
            predictions=Path(predictions) if predictions else None,
            progress=lambda done, of: bar("validating", done, of),
        )  # fmt: skip
    if record:
        recording.record(found)
    return found


def _text_of(path: Path) -> str:
    """The text of a model's file.

    Raises:
        UsageError: When it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the model cannot be read: {error}", where=path.name, mend="name a file of 'nutgraf train-frames'", not_done="nothing was validated"
        ) from error


def _field_of(given: str) -> tuple[str, list[str]]:
    """``split=dev,test`` taken apart.

    Raises:
        UsageError: When it is not of that form.
    """
    field, mark, values = given.partition("=")
    if not mark or not field.strip() or not values.strip():
        raise UsageError(f"--only {given!r} names no field and value", mend="write it as --only split=dev,test", not_done="nothing was validated")
    return field.strip(), [value.strip() for value in values.split(",")]


def show(found: Validation) -> str:
    """The figures in lines for a person."""
    lines = [f"{found.task.name}: {found.n:,} of {found.n_items:,} items in {found.file}, measure {found.measure} {found.measure_version}"]
    if found.only:
        lines.append(f"only items with {found.only}")
    if not found.figures:
        lines.append(f"no item is labelled (field '{found.task.label}'), so that there is no figure")
    for name, value in found.figures.items():
        if name.endswith(("_low", "_high")):
            continue
        low, high = found.figures[f"{name}_low"], found.figures[f"{name}_high"]
        ends = "no interval: fewer than two articles" if low is None or high is None else f"{low:.3f} to {high:.3f}"
        lines.append(f"{name:>16}  " + ("not to be had from these items" if value is None else f"{value:.3f}  ({ends})"))
    if found.n_left_out:
        lines.append(f"{found.n_left_out:,} labelled items are left out, as the metric says")
    return "\n".join(lines)


@click.command()
@click.argument("task", metavar="TASK")
@click.argument("file", metavar="FILE")
@click.option("--method", metavar="M", help="Another way than the one that reports use.")
@click.option("--text", "field", metavar="FIELD", default="text", show_default=True, help="The field that holds the text.")
@click.option("--only", metavar="FIELD=VALUE", multiple=True, help="Only items with this in a field; several values with commas.")
@click.option("--model", metavar="FILE", help="For frames-trained: answer by this file of 'nutgraf train-frames' instead of cross-validating.")
@click.option("--articles", metavar="FILE", help="For copies: the articles that the pairs name, as JSON lines or Parquet.")
@click.option("--predictions", metavar="OUT.jsonl", help="Write the answers, one JSON object a line. Needs no labels.")
@click.option("--record", is_flag=True, help="Write the figures to resources/accuracy.json, from which method cards read them.")
@click.option("--json", "as_json", is_flag=True, help="Print one flat JSON object.")
def validate(
    task: str, file: str, method: str | None, field: str, only: tuple[str, ...], model: str | None, articles: str | None, predictions: str | None,
    record: bool, as_json: bool,
) -> None:  # fmt: skip
    """Compare a measure with labels. TASK is copies, extraction, feeds, frames, frames-trained, names, parts, passives, promo, quotes, stories,
    tone-sentence, tone-target or wording.

    FILE holds one JSON object a line; for extraction and feeds it is a folder with a manifest.jsonl.
    """
    found = look(task, file, method=method, field=field, predictions=predictions, record=record, only=only, model=model, articles=articles)
    click.echo(json.dumps(found.flat(), ensure_ascii=False, indent=1) if as_json else show(found))


COMMANDS = (validate,)
