"""The commands. Each imports what it needs when it runs, so that a short one starts at once."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
from pathlib import Path
from typing import Any

import click

from nutgraf import WITHOUT_MODELS, __version__
from nutgraf.cli import NOTHING_NEW, alerting, coding, deciding, history, life, outlets, schedule, site_line, stories, upkeep, validating
from nutgraf.disk import of_disk
from nutgraf.errors import BusyError, NutgrafError, in_one_line
from nutgraf.runs.quick import find_root

_DEBUG = "NUTGRAF_DEBUG"
_JSON = click.option("--json", "as_json", is_flag=True, help="For a program: JSON on standard output.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="nutgraf")
def nutgraf() -> None:
    """How a story was told, with the evidence behind every number."""


@nutgraf.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new desk: settings, notebooks, an edition, a place for raw files."""
    from nutgraf.initialise import initialise

    name = click.format_filename(folder)
    for line in initialise(folder):
        click.echo(line)
    click.echo(f"Next: cd {shlex.quote(name)}, then 'nutgraf ingest FILES' and 'nutgraf run'")


_OFFLINE = click.option("--offline", is_flag=True, help="Fetch nothing over the network.")


@nutgraf.command()
@click.argument("paths", nargs=-1, metavar="[PATH|ADDRESS…]")
@_OFFLINE
def ingest(paths: tuple[str, ...], offline: bool) -> None:
    """Read articles from web addresses, from files and folders (.html, .txt, .csv, .json, .jsonl, .parquet, .pdf, feeds, .zip, .gz and .warc of
    these), or, without any, from the desk's sources."""
    from nutgraf.cli.ingest import read_in

    read_in(paths, offline)


@nutgraf.command()
@click.argument("editions", nargs=-1, metavar="[EDITION…]")
@click.option("--force", is_flag=True, help="Make editions even when nothing changed.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="How many notebooks are executed at the same time; two by default.")
@click.option("--due", is_flag=True, help="Only editions whose schedule is due.")
@click.option("--backfill", metavar="FROM..TO", help="Reports of earlier days instead, each with its own window: 2026-01-01..2026-01-31.")
@click.option("--without-models", is_flag=True, help="A quick answer: names, grammar and tone towards targets are not assessed.")
@_OFFLINE
def run(editions: tuple[str, ...], force: bool, jobs: int | None, due: bool, backfill: str | None, without_models: bool, offline: bool) -> None:
    """Bring editions up to date: ingest, measure, execute, publish or leave waiting."""
    from nutgraf.cli.progress import progress
    from nutgraf.cli.schedule import NOTHING_DUE, picked, say
    from nutgraf.desk import Desk
    from nutgraf.runs.quick import nothing_due
    from nutgraf.runs.runner import run as run_desk

    signal.signal(signal.SIGTERM, _interrupt)
    if without_models:
        os.environ[WITHOUT_MODELS] = "yes"  # the kernels of this run inherit it
    pick = picked(editions, due, backfill)
    desk = Desk.find()
    try:
        with progress() as show:
            outcome = run_desk(desk, editions, force=force, jobs=jobs, pick=pick, offline=offline, say=say, progress=show)
    except BusyError as error:
        _fail(str(error), error.RUN_EXIT_CODE)
    if outcome.nothing_new:
        click.echo(NOTHING_NEW)
    if outcome.nothing_due:
        click.echo(nothing_due(str(desk.root)) or NOTHING_DUE)
        return
    for slug, state in outcome.states.items():
        line = f"{slug}: {state}" + (f": {outcome.errors[slug]}" if slug in outcome.errors else "")
        click.echo(line, err=state == "failed")
    if (desk.site / "index.html").is_file():
        click.echo(site_line(str(desk.root)))
    sys.exit(outcome.exit_code)


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


@nutgraf.command()
@_JSON
def status(as_json: bool) -> None:
    """What each edition's state is: last good, last try, last checked."""
    from nutgraf.cli.status import look, show
    from nutgraf.desk import Desk

    found = look(Desk.find())
    click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else show(found))


@nutgraf.command()
@click.argument("file", metavar="FILE")
@_JSON
def read(file: str, as_json: bool) -> None:
    """Measure one article (.txt, .html, or - for standard input) without writing anything."""
    from nutgraf.cli.reading import measure_article, show

    content = click.get_binary_stream("stdin").read() if file == "-" else None
    tables = measure_article(file, content)
    if as_json:
        click.echo(json.dumps(tables, ensure_ascii=False, indent=1))
    else:
        show(tables)


@nutgraf.command()
@click.argument("article", metavar="ARTICLE")
@click.option("--span", metavar="START:END", help="A place in its text, in characters, END exclusive; without it an overview.")
@click.option("--version", "version", type=int, metavar="N", help="A version of the article; without it the one that analyses use.")
@_JSON
def show(article: str, span: str | None, version: int | None, as_json: bool) -> None:
    """Print a place in an article, with what was measured of it. ARTICLE may be the beginning of an id."""
    from nutgraf.cli import showing
    from nutgraf.desk import Desk

    found = showing.look(Desk.find(), article, span, version)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        showing.show(found)


@nutgraf.command()
@_JSON
def doctor(as_json: bool) -> None:
    """Versions, data, models, licences: what is missing and how to mend it."""
    from nutgraf.doctor import examine, show

    checks = examine()
    click.echo(json.dumps({"checks": checks}, ensure_ascii=False, indent=1) if as_json else show(checks))
    sys.exit(1 if any(check["state"] == "bad" for check in checks) else 0)


_GROUPS = (life, outlets, history, schedule, alerting, upkeep, validating, coding, stories, deciding)
for _command in (command for group in _GROUPS for command in group.COMMANDS):
    nutgraf.add_command(_command)


def start() -> None:
    """Run the command that was asked for; whatever fails is one line on standard error."""
    try:
        # With standalone_mode off, Click returns the code of --help and the like instead of exiting.
        sys.exit(nutgraf(prog_name="nutgraf", standalone_mode=False) or 0)
    except click.ClickException as error:
        _fail(f"{error.format_message()} {_help_hint(error)}", 2)
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted: what was published before stays as it is, and the next run goes on from here", 1)
    except NutgrafError as error:
        if os.environ.get(_DEBUG):
            raise
        _fail(str(error), error.exit_code)
    except BrokenPipeError:
        # Who read our output has stopped reading; nothing is left to say, and Python must not say it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - nobody should meet a traceback who did not ask for it
        if os.environ.get(_DEBUG):
            raise
        known = of_disk(error, Path(find_root() or "."), "What was published before stays as it is")
        _fail(str(known or f"{type(error).__name__}: {error}. Run again with {_DEBUG}=1 for the traceback"), 1)


def _help_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"See '{context.command_path if context else 'nutgraf'} --help'."


def _fail(line: str, code: int) -> None:
    from nutgraf.runs.executing.redaction import Redactor

    try:
        root = find_root()
    except OSError:  # the working folder is gone
        root = None
    line = Redactor(Path(root) if root else None, os.environ).known(line)
    click.echo(f"nutgraf: {in_one_line(line)}", err=True)
    sys.exit(code)
