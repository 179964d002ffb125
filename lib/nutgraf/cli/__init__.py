"""The command line. A run that has nothing to do ends here, before Click or anything else is imported."""

from __future__ import annotations

import os
import sys

NOTHING_NEW = "nothing new: no edition needs to be made"


def main() -> None:
    """Entry point: a failure is one line on standard error and an exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["run"] and not any(argument.startswith("-") for argument in arguments):
        from nutgraf.runs.quick import find_root, nothing_new

        root = find_root()
        if root is not None and nothing_new(root, arguments[1:]):
            sys.stdout.write(f"{NOTHING_NEW}\n{site_line(root)}\n")
            return
    from nutgraf.cli.commands import start

    start()


def site_line(root: str) -> str:
    """Where the site is, as a path that can be opened from here."""
    page, here = os.path.join(root, "site", "index.html"), os.path.realpath(os.getcwd())
    return "site: " + (os.path.relpath(page, here) if page.startswith(here + os.sep) else page)
