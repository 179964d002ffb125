"""The commands ``nutgraf override`` and ``nutgraf erase``: what people put right of articles, and what they remove for good."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from nutgraf.errors import UsageError
from nutgraf.numbers import counted

if TYPE_CHECKING:
    from nutgraf.desk import Desk

_JSON = click.option("--json", "as_json", is_flag=True, help="For a program: JSON on standard output.")
_NOT_DONE = "nothing was written"


class _WithList(click.Group):
    """``override list`` is a command; any other first word is an article, as in ``override 3fa9c1 outlet "The Bell"``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, args if not args or args[0] in known else ["set", *args])


@click.group(cls=_WithList)
def override() -> None:
    """Put an article right: its date, byline, headline, outlet, of which text it is a copy, whether it is kept.

    \b
      nutgraf override ARTICLE published_at 2026-03-14T09:30+01:00 --why "…"
      nutgraf override ARTICLE status quarantined --why "…"      (kept releases it)
      nutgraf override ARTICLE copy OTHER --why "…"              (none: of no other text)
      nutgraf override ARTICLE byline "as read" --why "…"        takes it back
      nutgraf override list
    """


@override.command("set", hidden=True)
@click.argument("article", metavar="ARTICLE")
@click.argument("field", metavar="FIELD")
@click.argument("value", metavar="VALUE")
@click.option("--why", metavar="TEXT", required=True, help="Why; reports show it.")
@click.option("--who", metavar="NAME", help="Who says so; by default who is logged in here.")
def set_(article: str, field: str, value: str, why: str, who: str | None) -> None:
    """Write one correction down. ARTICLE may be the beginning of an id."""
    from datetime import UTC, datetime

    from nutgraf.desk import Desk
    from nutgraf.overrides import FIELDS, Override, fault_of, say

    desk = Desk.find()
    name = _id(desk, article)
    value, why = " ".join(value.split()), " ".join(why.split())
    if field not in FIELDS:
        raise UsageError(f"{field!r} is no field", mend=f"use one of {', '.join(FIELDS)}", not_done=_NOT_DONE)
    if field == "copy" and value not in ("none", "as read"):
        value = _id(desk, value)
    fault = fault_of(name, field, value, desk.timezone)
    if fault:
        raise UsageError(f"{field}: {fault[0]}", mend=fault[1], not_done=_NOT_DONE)
    if not why:
        raise UsageError("--why is empty", mend="reports show why: say it in a sentence", not_done=_NOT_DONE)
    one = Override(name, field, value, _who(who), why, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    with desk.store.lock("nutgraf override"):
        say(desk.decisions, one, desk.timezone)
    click.echo(f"{name}: {FIELDS[field]}: {value}; reports that it touches follow with the next run")


@override.command("list")
@_JSON
def list_(as_json: bool) -> None:
    """Every correction that counts, and those of articles that are not on this desk."""
    from nutgraf.desk import Desk
    from nutgraf.overrides import FIELDS

    desk = Desk.find()
    held = desk.overrides()
    known = desk.articles(["article_id"])["article_id"].to_pylist()
    unknown = {(one.article, one.field) for one in held.unknown(known)}
    found = [{**one._asdict(), "is_known": key not in unknown} for key, one in sorted(held.current.items())]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for one in found:
        rest = "" if one["is_known"] else "  (no such article on this desk: it counts when it comes in)"
        click.echo(f"{one['article']}  {FIELDS[one['field']]}: {one['value']}  ({one['who']}: {one['why']}){rest}")
    replaced = len(held.all) - len(held.current)
    click.echo(f"{counted(len(found), 'correction')}" + (f"; {counted(replaced, 'earlier line')} no longer count" if replaced else ""))


def _id(desk: Desk, wanted: str) -> str:
    from nutgraf.cli.showing import look

    return look(desk, wanted)["article"]["article_id"]


def _who(given: str | None) -> str:
    """Who was named, or who is logged in."""
    import getpass

    if given is not None and given.strip():
        return " ".join(given.split())
    try:
        return os.environ.get("NUTGRAF_WHO") or getpass.getuser()
    except (OSError, KeyError) as error:
        raise UsageError("nobody is named", mend="say who decides with --who", not_done=_NOT_DONE) from error


@click.command()
@click.argument("article", metavar="ARTICLE")
@click.option("--reason", metavar="TEXT", required=True, help="Why; it stands in the tombstone, and on no page.")
@click.option("--who", metavar="NAME", help="Who decides; by default who is logged in here.")
@click.option("--rewrite-raw", "raw", flag_value="rewrite", help="Cut it out of raw files that hold other articles too.")
@click.option("--keep-raw", "raw", flag_value="keep", help="Leave such files as they are; its text stays in them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_JSON
def erase(article: str, reason: str, who: str | None, raw: str | None, yes: bool, as_json: bool) -> None:
    """Remove an article for good: raw bytes, rows and their history, excerpts on published pages. It cannot be undone.

    A tombstone with the reason keeps it from being read in again. An erasure that was cut short goes on when it is called again.
    """
    from nutgraf.desk import Desk
    from nutgraf.erasures import Erasures
    from nutgraf.upkeep.erase import REFUSE
    from nutgraf.upkeep.erase import erase as erase_for_good

    desk = Desk.find()
    begun = sorted(name for name in Erasures.load(desk.decisions).of if name.startswith(article))
    name = begun[0] if len(begun) == 1 else _id(desk, article)
    if not yes and not begun:
        from nutgraf.cli.showing import look

        about = look(desk, name)["article"]
        told = f"“{about['headline'] or 'no headline'}” ({about['outlet'] or 'outlet unknown'}), {counted(len(about['versions']), 'version')}"
        click.echo(f"{name}: {told}")
        click.confirm("Erase it for good? This cannot be undone", abort=True, err=True)
    found = erase_for_good(desk, name, reason=reason, who=_who(who), raw=raw or REFUSE, say=lambda line: click.echo(line, err=True))
    click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1) if as_json else "\n".join(found.lines()))


COMMANDS = (override, erase)
