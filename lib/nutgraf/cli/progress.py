"""Progress for a person at a terminal: which article or notebook a long step is at."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]


@contextmanager
def progress() -> Iterator[Progress | None]:
    """A function to call with (what, done, of); None when standard error is no terminal, so that a log stays short."""
    if not sys.stderr.isatty():
        yield None
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
