"""Execute the notebooks of editions beside each other, each in a process of its own, and say what failed.

What is executed is a copy of the notebook as it was read when the run began, so that an edit made meanwhile neither gets into the
report nor is taken for done.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nutgraf.desk import DESK_VARIABLE, Desk
from nutgraf.errors import NutgrafError
from nutgraf.findings import saving
from nutgraf.jupyter import NEEDS_VARIABLE
from nutgraf.runs.executing.redaction import Redactor, clean_environment
from nutgraf.store import SNAPSHOT_VARIABLE

_POLL_S = 0.05
_GRACE_S = 5.0
GOOD_STAYS = "The last good edition stays as it is"


@dataclass(frozen=True)
class Job:
    """One notebook to execute: its name, its content, what it needs, and its parameters."""

    name: str
    notebook: Mapping[str, Any]
    needs: Sequence[str]
    parameters: Mapping[str, Any]


@dataclass
class Work:
    """The notebooks of one edition, to be executed.

    Attributes:
        slug: The edition.
        jobs: Its notebooks in page order.
        staging: Folder for their work; each gets one of its own in it.
        cell_limit_s: How long one cell may run, in seconds.
        run_limit_s: How long all of them together may take, in seconds.
    """

    slug: str
    jobs: Sequence[Job]
    staging: Path
    cell_limit_s: int
    run_limit_s: int


def execute(
    desk: Desk,
    works: Sequence[Work],
    snapshot: Mapping[str, int],
    *,
    beside: int,
    begin: Callable[[Work], None],
    each: Callable[[Work, Path], None] = lambda work, executed: None,
    meanwhile: Callable[[], bool] = lambda: False,
    say: Callable[[str], None],
    progress: Callable[[str, int, int], None] | None = None,
) -> Iterator[tuple[Work, list[Path] | NutgrafError]]:
    """Execute the notebooks of several editions on pinned tables, some beside each other.

    While a result is looked at, what is under way goes on by itself; closing the generator ends it.

    Args:
        desk: The desk.
        works: The editions, in the order in which they are begun.
        snapshot: Table versions that the kernels read.
        beside: How many kernels may run at the same time.
        begin: Called before an edition's first notebook starts; it makes the empty staging folder.
        each: Called with a notebook that is done while others of its edition are not.
        meanwhile: Called while fewer kernels run than may; it does a short piece of work, or says that it has none.
        say: Called with a line for each notebook that is done.
        progress: Called with (names under way, done, of).

    Yields:
        Each edition with its executed notebooks in page order; or with the error of the first that failed, with its cell: the failed
        notebook stays in the staging folder.
    """
    waiting = [(work, job) for work in works for job in work.jobs]
    of, done, running, begun = len(waiting), 0, [], {}
    try:
        while waiting or running:
            while waiting and len(running) < beside:
                work, job = waiting.pop(0)
                if work.slug not in begun:
                    begin(work)
                    begun[work.slug] = time.monotonic()
                running.append(_Under(work, job, _start(desk, work, job, snapshot), time.monotonic()))
                if progress:
                    progress("executing " + ", ".join(map(str, running)), done, of)
            ended = [one for one in running if one.process.poll() is not None]
            late = next((one for one in running if one not in ended and _is_late(one.work, begun)), None)
            for one in ended:
                if one not in running:
                    continue  # ended with another notebook of its edition, which failed
                running.remove(one)
                done += 1
                if one.process.returncode != 0:
                    Redactor.of(desk).folder(one.folder)
                    error = failure(one.job.name, one.folder, one.process.returncode, desk.root)
                    done += _drop(one.work, waiting, running)
                    yield one.work, error
                    continue
                say(f"{one.work.slug}: executed {one.job.name} in {time.monotonic() - one.since:.1f} s")
                if progress:
                    progress("executing " + ", ".join(map(str, running or [one])), done, of)
                if any(other is one.work for other, _ in waiting) or any(other.work is one.work for other in running):
                    each(one.work, one.executed)
                else:
                    yield one.work, [one.work.staging / job.name / f"{job.name}.ipynb" for job in one.work.jobs]
            if late is not None:
                done += _drop(late.work, waiting, running)
                yield late.work, _too_long(late, desk.root)
            elif not ended and not (len(running) < beside and meanwhile()):
                time.sleep(_POLL_S)
    finally:
        _end([one.process for one in running])


@dataclass(eq=False)
class _Under:
    """A notebook under way."""

    work: Work
    job: Job
    process: subprocess.Popen
    since: float

    @property
    def folder(self) -> Path:
        return self.work.staging / self.job.name

    @property
    def executed(self) -> Path:
        return self.folder / f"{self.job.name}.ipynb"

    def __str__(self) -> str:
        return f"{self.work.slug}/{self.job.name}"


def _is_late(work: Work, begun: Mapping[str, float]) -> bool:
    return time.monotonic() - begun[work.slug] > work.run_limit_s


def _too_long(late: _Under, root: Path) -> NutgrafError:
    return NutgrafError(
        f"not done after {late.work.run_limit_s:,} s, the longest this edition may take", where=f"notebook {late.job.name}",
        mend=f"open {late.folder.relative_to(root).as_posix()}, or raise run_limit_s in the edition", not_done=GOOD_STAYS,
    )  # fmt: skip


def _drop(work: Work, waiting: list[tuple[Work, Job]], running: list[_Under]) -> int:
    """Take the other notebooks of an edition out of the queue and end those under way; returns how many they were."""
    others = [one for one in running if one.work is work]
    queued = [item for item in waiting if item[0] is work]
    _end([one.process for one in others])
    running[:] = [one for one in running if one.work is not work]
    waiting[:] = [item for item in waiting if item[0] is not work]
    return len(others) + len(queued)


def _start(desk: Desk, work: Work, job: Job, snapshot: Mapping[str, int]) -> subprocess.Popen:
    folder = work.staging / job.name
    folder.mkdir(parents=True)
    (folder / "source.ipynb").write_text(json.dumps(job.notebook), encoding="utf-8")
    task = {
        "notebook": "source.ipynb",
        "output": f"{job.name}.ipynb",
        "parameters": dict(job.parameters),
        "folder": os.path.relpath(desk.root / "notebooks", folder),
        "runner": os.getpid(),
        "cell_limit_s": work.cell_limit_s,
    }
    path = folder / "job.json"
    path.write_text(json.dumps(task), encoding="utf-8")
    environment = {
        **clean_environment(os.environ, [target.address_from for target in desk.settings.alerts.values()]),
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
            [sys.executable, "-m", "nutgraf.runs.executing.execute", str(path)],
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
