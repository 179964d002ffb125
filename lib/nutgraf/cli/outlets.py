"""``nutgraf outlet``: profiles of outlets whose pages are built in a way of their own."""

from __future__ import annotations

import click


@click.group()
def outlet() -> None:
    """Profiles of outlets: where on its pages an outlet puts headline, byline, date and body."""


@outlet.command("new")
@click.argument("domain", metavar="DOMAIN")
def new(domain: str) -> None:
    """Begin a profile in this desk, as outlets/ID.toml, with every key to write over."""
    from nutgraf.desk import Desk
    from nutgraf.ingest.pages.profile_check import begin
    from nutgraf.ingest.pages.profiles import FOLDER

    made = begin(Desk.find().root / FOLDER, domain)
    click.echo(f"begun: {click.format_filename(made)}")
    click.echo(f"Next: save a page as {made.stem}.html beside it, write what it must give under [check], then 'nutgraf outlet check {made.stem}'")


@outlet.command("check")
@click.argument("name", metavar="[ID]", required=False)
def check(name: str | None) -> None:
    """Hold this desk's profiles, or one of them, against the pages that are saved beside them."""
    from nutgraf.desk import Desk
    from nutgraf.errors import DeskError, UsageError
    from nutgraf.ingest.pages.profile_check import checked
    from nutgraf.ingest.pages.profiles import FOLDER, profiles_of

    desk = Desk.find()
    paths = [path for path in sorted((desk.root / FOLDER).glob("*.toml")) if name in (None, path.stem)]
    if not paths:
        what, mend = "no such profile" if name else "this desk has no profile of its own", "begin one with 'nutgraf outlet new DOMAIN'"
        raise UsageError(what, where=f"{FOLDER}/", mend=mend, not_done="nothing was checked")
    profiles_of(desk.root)
    faults = []
    for path in paths:
        found = checked(path)
        click.echo(f"{path.stem}: " + ("as its [check] says" if not found else f"{len(found)} to mend"))
        faults += found
    for fault in faults:
        click.echo(f"  {fault}")
    if faults:
        mend = "mend what is listed above; pages that are held are read again by 'nutgraf rebuild'"
        raise DeskError("a profile does not give what its [check] says", mend=mend)


COMMANDS = (outlet,)
