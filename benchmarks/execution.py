"""What executing a notebook costs beside plain papermill, and what render, check and swap add: ``python benchmarks/execution.py``.

The sample's edition is made once, so that everything is measured. Then each of its notebooks is executed, one after the other and in turn,
in three ways, with the same parameters and the same pinned tables, each in processes of its own: by the command ``papermill``, by
``papermill.execute_notebook``, and as a run does it. Last the edition is rendered, checked and swapped in as a new version.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from laid_out import nutgraf, sample, timed, write_edition
from nutgraf.desk import Desk
from nutgraf.measuring import Registry
from nutgraf.runs.editions import notebooks as nb
from nutgraf.runs.editions.edition_files import load_all
from nutgraf.runs.executing.kernels import Job, Work, execute
from nutgraf.runs.planning import Plan, parameters_for, plan_of, prepare

NOTEBOOKS = ["30-charts", "10-sentiment", "20-framing", "00-ingest"]
TRIES = 3
API = """
import json, sys, papermill
job = json.load(open(sys.argv[1], encoding="utf-8"))
papermill.execute_notebook(job["source"], job["output"], parameters=job["parameters"], cwd=job["folder"], progress_bar=False)
"""


def plan(desk: Desk) -> Plan:
    """The sample's edition, settled."""
    edition, loaded = prepare(desk, load_all(desk.editions))[0]
    return plan_of(desk, Registry(desk.settings.measures), edition, loaded, date(2026, 3, 24))


def as_run_does(desk: Desk, settled: Plan, number: int, staging: Path) -> float:
    """Seconds of one notebook, as a run executes it."""
    name, notebook = settled.edition.notebooks[number], settled.notebooks[number]
    work = Work("timed", [Job(name, notebook, nb.needs(notebook), parameters_for(settled.edition, notebook, settled.choice))], staging, 600, 600)
    shutil.rmtree(staging, ignore_errors=True)
    began = time.perf_counter()
    found = list(execute(desk, [work], desk.store.versions(), beside=1, begin=lambda one: one.staging.mkdir(parents=True), say=lambda line: None))
    took = time.perf_counter() - began
    assert isinstance(found[0][1], list), found[0][1]
    return took


def as_papermill_does(desk: Desk, settled: Plan, number: int, folder: Path, *, by_command: bool) -> float:
    """Seconds of the same notebook by plain papermill."""
    notebook = settled.notebooks[number]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    source, output, job = folder / "source.ipynb", folder / "output.ipynb", folder / "job.json"
    source.write_text(json.dumps(notebook), encoding="utf-8")
    parameters = parameters_for(settled.edition, notebook, settled.choice)
    given = {"source": str(source), "output": str(output), "parameters": parameters, "folder": str(desk.root / "notebooks")}
    job.write_text(json.dumps(given), encoding="utf-8")
    command = [sys.executable, "-c", API, str(job)]
    if by_command:
        command = [sys.executable, "-m", "papermill", str(source), str(output), "--no-progress-bar", "--cwd", str(desk.root / "notebooks")]
        command += ["-y", json.dumps(parameters)]
    environment = {
        "NUTGRAF_DESK": str(desk.root), "NUTGRAF_SNAPSHOT": json.dumps(desk.store.versions()), "NUTGRAF_NEEDS": ",".join(nb.needs(notebook)),
        "NUTGRAF_EVIDENCE": str(folder / "evidence"), "JUPYTER_PREFER_ENV_PATH": "1", "PYTHONHASHSEED": "0",
    }  # fmt: skip
    return timed(command, folder, **environment).wall_s


def swapped(desk: Desk, settled: Plan, executed: list[Path]) -> list[float]:
    """Seconds of rendering, checking and swapping in, each time as a new version, the first with the imports."""
    times = []
    for attempt in range(TRIES + 1):
        for path in executed:
            book = json.loads(path.read_text(encoding="utf-8"))
            first = next(cell for cell in book["cells"] if cell["cell_type"] == "markdown")
            first["source"] = f"{nb.source_of(first)}\n\nTry {attempt} with {len(executed)}."
            path.write_text(json.dumps(book), encoding="utf-8")
        began = time.perf_counter()
        from nutgraf.publish.site import publish

        assert publish(desk, "e000", settled.edition.title, executed)[1]
        times.append(time.perf_counter() - began)
    return times


def main() -> None:
    """Print medians by notebook, their ratios, and what comes after the execution."""
    with tempfile.TemporaryDirectory(prefix="nutgraf-") as name:
        root = sample(Path(name).resolve() / "desk")
        write_edition(root, "e000", NOTEBOOKS)
        timed(nutgraf("run"), root)
        desk = Desk(root)
        settled, scratch = plan(desk), Path(name).resolve() / "scratch"
        ratios = []
        for number, notebook in enumerate(NOTEBOOKS):
            took: dict[str, list[float]] = {"command": [], "interface": [], "run": []}
            for _ in range(TRIES):
                took["command"].append(as_papermill_does(desk, settled, number, scratch / "plain", by_command=True))
                took["run"].append(as_run_does(desk, settled, number, desk.staged / "timed"))
                took["interface"].append(as_papermill_does(desk, settled, number, scratch / "plain", by_command=False))
            middle = {way: statistics.median(times) for way, times in took.items()}
            ratios.append([middle["run"] / middle["command"], middle["run"] / middle["interface"]])
            sys.stdout.write(
                f"{notebook}: papermill's command {middle['command']:.2f} s, its interface {middle['interface']:.2f} s, a run {middle['run']:.2f} s: "
                f"{ratios[-1][0]:.2f} and {ratios[-1][1]:.2f} times as long\n"
            )
        command, interface = (statistics.median(column) for column in zip(*ratios, strict=True))
        sys.stdout.write(f"medians: {command:.2f} times papermill's command, {interface:.2f} times its interface\n")
        work = Work("timed", [
            Job(one, book, nb.needs(book), parameters_for(settled.edition, book, settled.choice))
            for one, book in zip(NOTEBOOKS, settled.notebooks, strict=True)
        ], desk.staged / "all", 600, 600)  # fmt: skip
        executed = next(execute(desk, [work], desk.store.versions(), beside=2, begin=lambda one: one.staging.mkdir(parents=True), say=print))[1]
        times = swapped(desk, settled, executed)
        sys.stdout.write(f"render, check and swap of all four: {times[0]:.2f} s with the imports, then {statistics.median(times[1:]):.2f} s\n")
        times = swapped(desk, settled, executed[:1])
        sys.stdout.write(f"render, check and swap of {NOTEBOOKS[0]} alone: {statistics.median(times):.2f} s\n")


if __name__ == "__main__":
    os.environ.pop("NUTGRAF_DESK", None)
    main()
