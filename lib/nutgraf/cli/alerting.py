"""``nutgraf alerts``: who is told what, and a message to try it."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import click


@click.command()
@click.option("--test", "try_it", is_flag=True, help="Send a message to every address, and say which did not take it.")
@click.option("--json", "as_json", is_flag=True, help="For a program: JSON on standard output.")
def alerts(try_it: bool, as_json: bool) -> None:
    """Who is told when something is the matter, and whether it can be sent. Exit code 1 when a message did not go out."""
    from nutgraf.desk import Desk

    found = look(Desk.find(), try_it=try_it)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for line in lines(found):
            click.echo(line)
    went_out = found and all(target["sent"] and not any(target["sent"]) for target in found) if try_it else True
    sys.exit(0 if went_out else 1)


def look(desk: Any, *, try_it: bool = False) -> list[dict[str, Any]]:
    """The targets of a desk.

    Returns:
        ``name``, ``address_from``, ``n_addresses`` (0 when the variable is not set), ``about``, ``nothing_new_days``, and, when it was tried,
        ``sent``: for each address null, or why it did not go out. Never an address.
    """
    from nutgraf.runs.alerts.sending import addresses_in, send

    found = []
    for name, target in desk.settings.alerts.items():
        addresses = addresses_in(os.environ.get(target.address_from, ""))
        about = {"name": name, "address_from": target.address_from, "n_addresses": len(addresses), "about": target.about,
                 "nothing_new_days": target.nothing_new_days}  # fmt: skip
        if try_it:
            subject, body = f"{desk.settings.title}: a message to try alerts", "Somebody ran 'nutgraf alerts --test'.\n\nNothing is to be done."
            about["sent"] = [send(address, "recovered", subject, body) for address in addresses]
        found.append(about)
    return found


def lines(found: list[dict[str, Any]]) -> list[str]:
    """The same for a person."""
    from nutgraf.numbers import counted

    if not found:
        return ["nobody is told: name targets in nutgraf.toml under [alerts] (docs/alerts.md shows how)"]
    told = []
    for target in found:
        state = f"{n:,} address{'es' if n > 1 else ''}" if (n := target["n_addresses"]) else "not set"
        about = ", ".join(target["about"])
        days = target["nothing_new_days"]
        if days is None:
            about = ", ".join(kind for kind in target["about"] if kind != "nothing new")
        elif "nothing new" in target["about"]:
            about = about.replace("nothing new", f"nothing new for {counted(days, 'day')}")
        told.append(f"{target['name']}: {about}; {target['address_from']}: {state}")
        for number, problem in enumerate(target.get("sent", ()), start=1):
            told.append(f"  address {number}: " + (f"not sent: {problem}" if problem else "sent"))
    return told


COMMANDS = (alerts,)
