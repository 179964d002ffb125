"""``nutgraf schedule``: when editions are due, and what calls ``nutgraf run --due``; and what ``nutgraf run`` picks by its options."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nutgraf.desk import Desk
    from nutgraf.runs.schedules.backfill import Backfill
    from nutgraf.runs.schedules.due import DueOnes, Look

NOTHING_DUE = "nothing is due"
_NEXT = 3


def say(line: str) -> None:
    """A line of news for a person."""
    click.echo(line, err=True)


def picked(editions: Sequence[str], due: bool, backfill: str | None) -> DueOnes | Backfill | None:
    """What a run makes by its options; None for the editions named, or all.

    Raises:
        UsageError: For options that do not go together, or a range that is none.
    """
    from nutgraf.errors import UsageError
    from nutgraf.runs.schedules.backfill import Backfill, parse_range
    from nutgraf.runs.schedules.due import DueOnes

    if due and (backfill is not None or editions):
        other = "--backfill" if backfill is not None else "names of editions"
        raise UsageError(f"--due and {other} do not go together", mend="give one of them", not_done="Nothing was run")
    if backfill is not None:
        return Backfill(*parse_range(backfill), tuple(editions), say)
    return DueOnes(say) if due else None


@click.group()
def schedule() -> None:
    """When editions are due, and the timer that runs them."""


@schedule.command()
@click.option("--json", "as_json", is_flag=True, help="For a program: JSON on standard output.")
def show(as_json: bool) -> None:
    """Each edition's schedule and next moments, and the timer that 'install' would write. Writes nothing."""
    from nutgraf.desk import Desk

    found = look(Desk.find())
    click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else _shown(found))


def look(desk: Desk) -> dict[str, Any]:
    """Schedules of a desk.

    Returns:
        ``timezone``; ``editions``: per edition slug, schedule, words, is_due, next (three moments), last_handled (UTC), n_missed (moments for
        which no run came), missed_since, tried_again_at (None unless it failed); ``invalid``: messages by file; ``cron`` and
        ``systemd``: what `install` would write.
    """
    from nutgraf.runs.attempts.ledger import FILE, Ledger
    from nutgraf.runs.editions.edition_files import read_all
    from nutgraf.runs.schedules import timers
    from nutgraf.runs.schedules.due import look as look_at
    from nutgraf.runs.schedules.due import retry_at
    from nutgraf.runs.schedules.schedule import in_words

    now, editions = datetime.now(UTC), []
    found, wrong = read_all(desk.editions)
    with Ledger.look(desk.processed / FILE) as ledger:
        for edition in found:
            entry: dict[str, Any] = {"slug": edition.slug, "schedule": edition.schedule}
            stands = look_at(desk, ledger, edition, now)
            if stands is not None:
                missed = stands.missed
                entry |= {
                    "words": in_words(edition.schedule or ""), "is_due": stands.is_due, "next": _next(desk, stands, now),
                    "last_handled": stands.handled.isoformat(timespec="seconds") if stands.handled else None, "n_missed": len(missed),
                    "missed_since": _local(desk, missed[0]) if missed else None,
                    "tried_again_at": _local(desk, max(now, retry_at(stands.tries))) if stands.tries and stands.moments else None,
                }  # fmt: skip
            editions.append(entry)
    return {
        "timezone": desk.settings.timezone, "editions": editions, "invalid": {name: str(error) for name, error in wrong.items()},
        "cron": timers.cron_line(desk.root), "systemd": timers.units(desk.root), "settings_file": str(timers.settings_file(desk.root)),
    }  # fmt: skip


def _next(desk: Desk, stands: Look, now: datetime) -> list[str]:
    from nutgraf.runs.schedules.schedule import next_due

    found, moment = [], now
    while len(found) < _NEXT and (following := next_due(stands.edition, desk.timezone, moment)):
        moment = following
        found.append(_local(desk, moment))
    return found


def _local(desk: Desk, moment: datetime) -> str:
    return moment.astimezone(desk.timezone).isoformat(timespec="minutes")


def _shown(found: dict[str, Any]) -> str:
    lines = [f"Times are those of {found['timezone']}."]
    for entry in found["editions"]:
        if entry["schedule"] is None:
            lines.append(f"{entry['slug']}: no schedule; made by 'nutgraf run' alone")
            continue
        written = "" if entry["words"] == entry["schedule"] else f" ({entry['schedule']})"
        lines.append(f"{entry['slug']}: {entry['words']}{written}")
        lines.append("  next: " + ", ".join(map(_minute, entry["next"])))
        if entry["last_handled"]:
            handled = datetime.fromisoformat(entry["last_handled"])
            lines.append(f"  last followed: {handled:%Y-%m-%d %H:%M} UTC")
        else:
            lines.append("  never followed yet")
        if entry["n_missed"]:
            lines.append(f"  missed: {entry['n_missed']:,} since {_minute(entry['missed_since'])}; the next run stands for all of them")
        if entry["tried_again_at"]:
            lines.append(f"  failed; tried again from {_minute(entry['tried_again_at'])}")
        elif entry["is_due"]:
            lines.append("  due now")
    lines += [f"invalid: {error}" for error in found["invalid"].values()]
    lines += ["", "For cron ('nutgraf schedule install --cron' puts it into your crontab):", found["cron"]]
    for name, text in found["systemd"].items():
        lines += ["", f"For systemd ('nutgraf schedule install --systemd' writes it), {name}:", text.rstrip()]
    lines += ["", f"Settings such as NUTGRAF_ALERT_… are read from {found['settings_file']}, if it is there."]
    return "\n".join(lines)


def _minute(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M}"


@schedule.command()
@click.option("--cron", "way", flag_value="cron", help="A line in your crontab.")
@click.option("--systemd", "way", flag_value="systemd", help="A timer among your own units of systemd.")
@click.option("--enable", is_flag=True, help="With --systemd: start the timer too.")
@click.option("--remove", is_flag=True, help="Take it away instead.")
def install(way: str | None, enable: bool, remove: bool) -> None:
    """Write what calls 'nutgraf run --due' every ten minutes for this desk. A second call changes nothing."""
    from nutgraf.desk import Desk
    from nutgraf.runs.schedules import installing, timers

    if way is None:
        raise click.UsageError("say --cron or --systemd; 'nutgraf schedule show' prints both.")
    if enable and (way == "cron" or remove):
        raise click.UsageError("--enable goes with --systemd alone.")
    desk = Desk.find()
    name = timers.name_of(desk.root)
    if way == "cron":
        changed = installing.cron(desk.root, remove=remove)
        where = "crontab" if changed else "crontab as it was"
        click.echo(f"{name}: {'taken out of' if remove else 'put into'} your {where}" if changed else f"{name}: nothing to change in your crontab")
    else:
        _install_units(desk, enable, remove)
    if not remove:
        click.echo(f"settings such as NUTGRAF_ALERT_… are read from {timers.settings_file(desk.root)}, if it is there: lines NAME='value'")
        click.echo(f"log: {timers.LOG}" if way == "cron" else f"log: journalctl --user -u {name}")


def _install_units(desk: Desk, enable: bool, remove: bool) -> None:
    import shlex

    from nutgraf.runs.schedules import installing

    commands = installing.systemctl_commands(desk.root, remove=remove)
    changed = installing.systemd(desk.root, remove=remove)
    for path in changed:
        click.echo(f"{'taken away' if remove else 'written'}: {path}")
    if not changed:
        click.echo("no unit to take away" if remove else "the units are as they should be")
    for command in commands if changed or not remove else ():
        if enable:
            installing.call(command)
        click.echo(f"{'done' if enable else 'now run'}: {shlex.join(command)}")
    if not remove:
        click.echo("a timer of yours runs while you are logged in; 'loginctl enable-linger' lets it run always")


COMMANDS = (schedule,)
