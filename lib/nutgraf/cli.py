"""The command line. Commands import what they need when they run, so that a short one starts at once."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nutgraf import __version__
from nutgraf.errors import NutgrafError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="nutgraf")
def nutgraf() -> None:
    """How a story was told, with the evidence behind every number."""


@nutgraf.command()
@click.argument("editions", nargs=-1)
@click.option("--force", is_flag=True, help="Make editions even when nothing changed.")
def run(editions: tuple[str, ...], force: bool) -> None:
    """Bring editions up to date: ingest, measure, execute, publish."""
    from nutgraf.desk import Desk
    from nutgraf.runs.runner import run as run_desk

    desk = Desk.find()
    outcome = run_desk(desk, editions, force=force, say=lambda line: click.echo(line, err=True))
    if outcome.nothing_new:
        click.echo("nothing new: no edition needs to be made")
    for slug, state in outcome.states.items():
        click.echo(f"{slug}: {state}" + (f": {outcome.errors[slug]}" if slug in outcome.errors else ""))
    click.echo(f"site: {(desk.site / 'index.html').relative_to(Path.cwd()) if desk.site.is_relative_to(Path.cwd()) else desk.site / 'index.html'}")
    sys.exit(outcome.exit_code)


def main() -> None:
    """Entry point: a failure is one line on standard error and an exit code."""
    try:
        nutgraf(standalone_mode=False)
    except click.ClickException as error:
        click.echo(f"nutgraf: {error.format_message()}", err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(1)
    except NutgrafError as error:
        click.echo(f"nutgraf: {error}", err=True)
        sys.exit(error.exit_code)
