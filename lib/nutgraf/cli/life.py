"""The commands of a published edition's life: publish, rollback, correct, withdraw, check."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from nutgraf.cli import site_line

_JSON = click.option("--json", "as_json", is_flag=True, help="For a program: JSON on standard output.")


def _say(line: str) -> None:
    click.echo(line, err=True)


def _tell(found: Any, line: str, root: Path, as_json: bool) -> None:
    click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else f"{line}\n{site_line(str(root))}")


@click.command()
@click.argument("editions", nargs=-1, required=True, metavar="EDITION…")
@click.option("--now", is_flag=True, help="Also before an embargo ends.")
@_JSON
def publish(editions: tuple[str, ...], now: bool, as_json: bool) -> None:
    """Publish editions that wait in staged/, as they lie there."""
    from nutgraf.desk import Desk
    from nutgraf.publish.index import NO_SITE_URL
    from nutgraf.runs import lifecycle

    desk = Desk.find()
    done = lifecycle.publish(desk, editions, now=now, say=_say)
    if not desk.settings.site_url:
        _say(NO_SITE_URL)
    _tell({"published": done}, "\n".join(f"{one['edition']}: version {one['version']} published" for one in done), desk.root, as_json)


@click.command()
@click.argument("edition", metavar="EDITION")
@click.option("--to", type=click.IntRange(min=1), metavar="VERSION", help="Which version to show; the one before by default.")
@_JSON
def rollback(edition: str, to: int | None, as_json: bool) -> None:
    """Show an earlier version of an edition as the latest again. Nothing is deleted."""
    from nutgraf.desk import Desk
    from nutgraf.runs import lifecycle

    desk = Desk.find()
    event = lifecycle.rollback(desk, edition, to, say=_say)
    line = f"{edition}: version {event['version']} is shown again, in the place of version {event['version_from']}"
    _tell(event, line, desk.root, as_json)


@click.command()
@click.argument("edition", metavar="EDITION")
@click.option("--note", required=True, metavar="TEXT", help="What was wrong and what is right, for readers.")
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="Which version was wrong; the one that is shown by default.")
@_JSON
def correct(edition: str, note: str, version: int | None, as_json: bool) -> None:
    """Put a dated correction on an edition's pages, and on those of later versions."""
    from nutgraf.desk import Desk
    from nutgraf.runs import lifecycle

    desk = Desk.find()
    event = lifecycle.correct(desk, edition, note, version, say=_say)
    _tell(event, f"{edition}: version {event['version']} carries the correction: {event['note']}", desk.root, as_json)


@click.command()
@click.argument("edition", metavar="EDITION")
@click.argument("version", type=click.IntRange(min=1), metavar="VERSION")
@click.option("--reason", required=True, metavar="TEXT", help="Why, for readers.")
@_JSON
def withdraw(edition: str, version: int, reason: str, as_json: bool) -> None:
    """Take a version off the site: its address stays with the reason, content and downloads go."""
    from nutgraf.desk import Desk
    from nutgraf.runs import lifecycle

    desk = Desk.find()
    event = lifecycle.withdraw(desk, edition, version, reason, say=_say)
    shown = f"version {event['current']} is shown" if event["current"] else "no version is left, and the withdrawal is shown"
    _tell(event, f"{edition}: version {version} is withdrawn; {shown}", desk.root, as_json)


@click.command()
@click.argument("site", required=False, type=click.Path(path_type=Path))
@_JSON
def check(site: Path | None, as_json: bool) -> None:
    """Look for what should not be published: a whole site, or one version's folder. Exit code 1 when something is wrong."""
    from nutgraf.cli.checking import look

    found = look(site)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for line in (*found["complaints"], *(f"left out: {line}" for line in found["left_out"])):
            click.echo(line)
        n = len(found["complaints"])
        result = f"{n:,} thing{'s' if n > 1 else ''} to mend" if n else "nothing to mend"
        click.echo(f"{found['n_files']:,} files looked at: {result}")
    sys.exit(1 if found["complaints"] else 0)


COMMANDS = (publish, rollback, correct, withdraw, check)
