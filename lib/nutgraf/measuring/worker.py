"""What runs in a process that `nutgraf.measuring.workers` starts. It reads no table, and ends with the process that started it."""

from __future__ import annotations

from multiprocessing.connection import Connection

from nutgraf.errors import MeasureError, NutgrafError
from nutgraf.measuring.registry import Registry
from nutgraf.measuring.working import Found, Task, work
from nutgraf.processes import end_with


def main(descriptor: str, parent: str) -> None:
    """Do tasks until there is nobody to do them for.

    Args:
        descriptor: Number of the socket that tasks come by.
        parent: Process id of who sends them.
    """
    end_with(int(parent))
    connection = Connection(int(descriptor))
    try:
        options, versions = connection.recv()
        registry = Registry(options)
        while True:
            task: Task = connection.recv()
            connection.send(_done(registry, versions, task))
    except (EOFError, OSError):  # the other end is closed
        return


def _done(registry: Registry, versions: dict[str, str], task: Task) -> Found | NutgrafError:
    try:
        other = [name for name, version in versions.items() if registry.version(name) != version]
        if other:
            raise MeasureError(
                f"measure '{other[0]}' was changed while it ran", mend="run the same again", not_done="The batch was not written"
            )
        return work(registry, task)
    except NutgrafError as error:
        return error
