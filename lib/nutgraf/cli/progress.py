"""Progress: which article or notebook a long step is at, as a bar at a terminal and as a line a minute in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]
#: Seconds between two lines of a log: what takes less says nothing.
EVERY_S = 60.0


@contextmanager
def progress() -> Iterator[Progress]:
    """A function to call with (what, done, of)."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4) as bar:
        tasks: dict[str, int] = {}

        def show(what: str, done: int, of: int) -> None:
            step = what.partition(" ")[0]  # "executing 10-sentiment, 20-framing" is one step with changing names
            if step not in tasks:
                tasks[step] = bar.add_task(what, total=of)
            bar.update(tasks[step], description=what, completed=done, total=of, refresh=True)

        yield show


def _lines() -> Progress:
    """Says now and then where it is, so that who reads a log can tell a long step from one that hangs."""
    last = time.monotonic()

    def show(what: str, done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY_S:
            last = time.monotonic()
            sys.stderr.write(f"{what}: {done:,} of {of:,}\n")
            sys.stderr.flush()

    return show
