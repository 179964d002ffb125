"""The command line. A run that has nothing to do ends here, before Click or anything else is imported."""

from __future__ import annotations

import os
import sys

NOTHING_NEW = "nothing new: no edition needs to be made"


def main() -> None:
    """Entry point: a failure is one line on standard error and an exit code."""
    arguments = sys.argv[1:]
    if arguments == ["run", "--due"] and _nothing_due():
        return
    if arguments[:1] == ["run"] and not any(argument.startswith("-") for argument in arguments):
        from nutgraf.runs.quick import find_root, nothing_new

        root = find_root()
        if root is not None and nothing_new(root, arguments[1:]):
            sys.stdout.write(f"{NOTHING_NEW}\n{site_line(root)}\n")
            return
    from nutgraf.cli.commands import start

    start()


def _nothing_due() -> bool:
    """The same for what is due: when nothing is, or when nothing is new in the whole desk."""
    from nutgraf.runs.quick import find_root, nothing_due, nothing_new

    root = find_root()
    line = nothing_due(root) or (NOTHING_NEW if nothing_new(root) else None) if root is not None else None
    if line:
        sys.stdout.write(f"{line}\n")
    return line is not None


def site_line(root: str) -> str:
    """Where the site is, as a path that can be opened from here."""
    page, here = os.path.join(root, "site", "index.html"), os.path.realpath(os.getcwd())
    return "site: " + (os.path.relpath(page, here) if page.startswith(here + os.sep) else page)
