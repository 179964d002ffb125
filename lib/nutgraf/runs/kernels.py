"""Execute an edition's notebooks beside each other, each in a process of its own, and say what failed.

What is executed is a copy of the notebook as it was read when the run began, so that an edit made meanwhile neither gets into the
report nor is taken for done.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nutgraf.desk import DESK_VARIABLE, Desk
from nutgraf.errors import NutgrafError
from nutgraf.findings import saving
from nutgraf.jupyter import NEEDS_VARIABLE
from nutgraf.store import SNAPSHOT_VARIABLE

_POLL_S = 0.05
_GRACE_S = 5.0
_BESIDE = 2
GOOD_STAYS = "The last good edition stays as it is"


@dataclass(frozen=True)
class Job:
    """One notebook to execute: its name, its content, what it needs, and its parameters."""

    name: str
    notebook: Mapping[str, Any]
    needs: Sequence[str]
    parameters: Mapping[str, Any]


def execute_all(
    desk: Desk,
    jobs: Sequence[Job],
    snapshot: Mapping[str, int],
    staging: Path,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Path]:
    """Execute notebooks on pinned tables, two beside each other.

    Args:
        desk: The desk.
        jobs: The notebooks in page order.
        snapshot: Table versions that the kernels read.
        staging: Folder for their work; each gets one of its own in it.
        progress: Called with (names under way, done, of).

    Returns:
        The executed notebooks in page order.

    Raises:
        NutgrafError: For the first that fails, with its cell and its error; the failed notebook stays in `staging`.
    """
    waiting, running, done = list(jobs), {}, 0
    beside = max(1, min(_BESIDE, os.cpu_count() or 1))
    try:
        while waiting or running:
            while waiting and len(running) < beside:
                job = waiting.pop(0)
                running[job.name] = _start(desk, job, snapshot, staging / job.name)
                if progress:
                    progress("executing " + ", ".join(running), done, len(jobs))
            ended = [name for name, process in running.items() if process.poll() is not None]
            for name in ended:
                process = running.pop(name)
                if process.returncode != 0:
                    raise failure(name, staging / name, process.returncode, desk.root)
                done += 1
                if progress:
                    progress("executing " + ", ".join(running or [name]), done, len(jobs))
            if not ended:
                time.sleep(_POLL_S)
    finally:
        _end(list(running.values()))
    return [staging / job.name / f"{job.name}.ipynb" for job in jobs]


def _start(desk: Desk, job: Job, snapshot: Mapping[str, int], folder: Path) -> subprocess.Popen:
    folder.mkdir(parents=True)
    (folder / "source.ipynb").write_text(json.dumps(job.notebook), encoding="utf-8")
    task = {
        "notebook": "source.ipynb",
        "output": f"{job.name}.ipynb",
        "parameters": dict(job.parameters),
        "folder": str(desk.root / "notebooks"),
        "runner": os.getpid(),
    }
    path = folder / "job.json"
    path.write_text(json.dumps(task), encoding="utf-8")
    environment = {
        **os.environ,
        DESK_VARIABLE: str(desk.root),
        SNAPSHOT_VARIABLE: json.dumps(dict(snapshot)),
        NEEDS_VARIABLE: ",".join(job.needs),
        saving.FOLDER_VARIABLE: str(folder / saving.FOLDER),
        # The kernel of this interpreter, whatever the user installed elsewhere under the same name.
        "JUPYTER_PREFER_ENV_PATH": "1",
        # Sets come out in the same order on every run.
        "PYTHONHASHSEED": "0",
    }
    with (folder / "log.txt").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "nutgraf.runs.execute", str(path)],
            env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the runner alone, which then ends these in order
        )  # fmt: skip


def _end(processes: Sequence[subprocess.Popen]) -> None:
    """Tell processes to stop, which ends their kernels, and kill the one that does not listen."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + _GRACE_S
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def failure(name: str, folder: Path, returncode: int, root: Path) -> NutgrafError:
    """The error of a notebook's process: what it wrote itself, or how it ended."""
    kept, log, report = folder / f"{name}.ipynb", folder / "log.txt", folder / "error.json"
    place = f"notebook {name}"
    if report.is_file():
        told = json.loads(report.read_text(encoding="utf-8"))
        if told["cell"]:
            place += f", cell {told['cell']}"
        text = told["error"]
    elif returncode < 0:
        text = f"its process was killed by signal {-returncode}" + (" (out of memory?)" if returncode == -9 else "")
    else:
        text = f"its process ended with {returncode} before it could say why"
    to_open = (kept if kept.is_file() else log).relative_to(root).as_posix()
    return NutgrafError(text, where=place, mend=f"open {to_open}", not_done=GOOD_STAYS)
