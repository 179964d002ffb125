"""The commands of upkeep: maintain, rebuild."""

from __future__ import annotations

import json
import sys

import click

_JSON = click.option("--json", "as_json", is_flag=True, help="For a program: JSON on standard output.")


def _say(line: str) -> None:
    click.echo(line, err=True)


@click.command()
@click.option("--keep", is_flag=True, help="Keep the old tables aside, in data/processed/before-….")
@_JSON
def rebuild(keep: bool, as_json: bool) -> None:
    """Make the tables anew from data/raw and data/decisions, and say what differs. Exit code 1 when a kept file cannot be read."""
    from nutgraf.cli.progress import progress
    from nutgraf.desk import Desk
    from nutgraf.upkeep.rebuild import rebuild as make_anew

    with progress() as show:
        found = make_anew(Desk.find(), keep=keep, say=_say, progress=show)
    click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1) if as_json else "\n".join(found.lines()))
    sys.exit(1 if found.unusable else 0)


@click.command()
@click.option("--now", is_flag=True, help="Remove superseded files of any age; close notebooks that are open in JupyterLab first.")
@click.option("--older-than", "days", type=click.IntRange(min=0), default=30, metavar="DAYS", help="Age of leftovers that are listed; 30 by default.")
@click.option("--delete", is_flag=True, help="Delete the leftovers that are listed.")
@_JSON
def maintain(now: bool, days: int, delete: bool, as_json: bool) -> None:
    """Keep the tables small and quick to open; list what may go. No number changes, and the next run has nothing to do."""
    from nutgraf.cli.progress import progress
    from nutgraf.desk import Desk
    from nutgraf.upkeep.maintain import maintain as keep

    with progress() as show:
        done = keep(Desk.find(), now=now, older_than_days=days, delete_leftovers=delete, say=_say, progress=show)
    click.echo(json.dumps(done.as_dict(), ensure_ascii=False, indent=1) if as_json else "\n".join(done.lines()))


COMMANDS = (maintain, rebuild)
