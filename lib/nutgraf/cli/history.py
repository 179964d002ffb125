"""The commands that read the ledger: why, runs. They take no lock, change nothing, and work while a run is going on."""

from __future__ import annotations

import json

import click

_JSON = click.option("--json", "as_json", is_flag=True, help="For a program: JSON on standard output.")


@click.command()
@click.argument("edition", required=False, metavar="[EDITION]")
@_JSON
def why(edition: str | None, as_json: bool) -> None:
    """Which of the things an edition rests on changed since its last good run; without EDITION one line for each."""
    from nutgraf.desk import Desk
    from nutgraf.runs.freshness.why import in_words, look

    found = look(Desk.find(), [edition] if edition else [])
    click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else "\n".join(in_words(found, is_short=edition is None)))


@click.command()
@click.argument("run_id", required=False, type=click.IntRange(min=1), metavar="[ID]")
@click.option("--edition", metavar="SLUG", help="Only runs that tried to make this edition.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="How many, the newest first.")
@_JSON
def runs(run_id: int | None, edition: str | None, limit: int, as_json: bool) -> None:
    """Every run: when, what was asked, how it ended, what it counted; with ID, its editions and how long each part took."""
    from nutgraf.desk import Desk
    from nutgraf.runs.attempts.history import look, show

    found = look(Desk.find(), edition=edition, limit=limit, run_id=run_id)
    click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else show(found, is_short=run_id is None))


COMMANDS = (why, runs)
