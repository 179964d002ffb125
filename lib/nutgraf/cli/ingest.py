"""``nutgraf ingest``: what came in, said line by line."""

from __future__ import annotations

import re
from pathlib import Path

import click

from nutgraf.errors import InputError, UsageError, in_one_line
from nutgraf.numbers import counted

_LISTED = 20
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def read_in(names: tuple[str, ...], offline: bool) -> None:
    """Read files, folders and addresses into the desk; without any, its sources.

    Raises:
        UsageError: For a path or address that is none, or a desk without sources.
        InputError: When nothing of it could be used.
    """
    from nutgraf.cli.progress import progress
    from nutgraf.desk import Desk
    from nutgraf.ingesting import ingest, items_for_paths, left_alone

    desk = Desk.find()
    addresses = [name for name in names if _ADDRESS.match(name)]
    paths = [Path(name) for name in names if not _ADDRESS.match(name)]
    if addresses and offline:
        mend = "leave one of the two out"
        raise UsageError("an address cannot be read with --offline", where=addresses[0], mend=mend, not_done="nothing was ingested")
    if not names and not desk.settings.sources:
        raise UsageError(
            "this desk has no sources", where="nutgraf.toml", mend="name files, folders or addresses, or add [[sources]]",
            not_done="nothing was ingested",
        )  # fmt: skip
    items = items_for_paths(desk, paths) if names else None
    with desk.store.lock("nutgraf ingest"), progress() as show:
        report = ingest(desk, items, addresses=addresses, offline=offline, progress=show)
    click.echo(report.line())
    for line, has_problem in report.source_lines():
        click.echo(line, err=has_problem)
    for line in report.undone:
        click.echo(in_one_line(line), err=True)
    for source, key, reason in report.set_aside[:_LISTED]:
        click.echo(in_one_line(f"set aside: {source}: {key}: {reason}"))
    if len(report.set_aside) > _LISTED:
        click.echo(f"… and {len(report.set_aside) - _LISTED:,} more, all with their reasons in the table 'articles'")
    others = left_alone(paths)
    if others:
        kinds = ", ".join(f"{count:,} × {ending}" for ending, count in others.most_common(5))
        click.echo(f"left alone: {counted(others.total(), 'file')} of other kinds ({kinds})")
    fresh = report.outcomes["new"] + report.outcomes["changed"]
    if fresh and not report.kept and not report.outcomes["unchanged"]:
        raise InputError("no article could be used", mend="see the reasons above", not_done="They are kept in data/raw")
    if report.sources and all(one.has_failed for one in report.sources.values()):
        raise InputError("no source could be read", mend="see the reasons above", not_done="No table was changed")
