"""Execute one notebook with papermill, in a process of its own: ``python -m nutgraf.runs.executing.execute JOB.json``.

The job names the notebook, where to write it, its parameters and the folder its kernel runs in. A process of its own keeps a
kernel's death from taking the runner with it, and lets two notebooks run beside each other. This process ends its kernel when
it is told to stop and when the runner is gone, however that ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from nutgraf.runs.executing.engine import execute_notebook

_WATCH_S = 0.5
FAILED_EXIT = 1


class StoppedEarly(Exception):
    """A notebook ended itself without an error."""


def execute(job: dict[str, Any]) -> None:
    """Run the notebook to its last cell.

    Args:
        job: ``notebook`` and ``output`` are names in the working folder, so that no path of this machine gets into a notebook.

    Raises:
        Exception: What failed; the notebook as far as it came lies at ``output``.
    """
    done = execute_notebook(
        job["notebook"], job["output"], parameters=job["parameters"], folder=os.path.abspath(job["folder"]), cell_limit_s=job["cell_limit_s"]
    )
    unfinished = next((cell for cell in done.cells if cell.cell_type == "code" and _is_unfinished(cell)), None)
    if unfinished is not None:
        # papermill takes sys.exit(0) for success and leaves the cells after it unexecuted.
        raise StoppedEarly(f"the notebook stopped before its end, at the cell that begins: {_first_line(unfinished.source)}")


def _is_unfinished(cell: Any) -> bool:
    if not cell.source.strip():
        return False
    if any(output.output_type == "error" for output in cell.outputs):
        return True
    return cell.execution_count is None or cell.metadata.get("papermill", {}).get("status") != "completed"


def _first_line(source: str) -> str:
    return next((line.strip() for line in source.splitlines() if line.strip()), "")[:80]


def explain(error: Exception, output: Path) -> dict[str, Any]:
    """What a person must know of a failure: the error in one line, the cell's number as the kept notebook shows it."""
    name = getattr(error, "ename", None) or type(error).__name__
    value = getattr(error, "evalue", None) or str(error)
    cell = getattr(error, "exec_count", None)
    if name == "SystemExit":
        text = f"the notebook ended itself with sys.exit({value})"
    elif name in ("StoppedEarly", "KernelDidNotStart"):
        text = value
    elif name == "DeadKernelError":
        text = "its kernel died (out of memory, or a crash in compiled code)"
    elif name == "CellTimeoutError":
        text = "a cell ran longer than it may (cell_limit_s in the edition)"
    else:
        text = f"{name}: {value}"
    if cell is None and output.is_file():
        cell = _last_cell(output)
    return {"error": " ".join(text.split())[:500], "cell": cell}


def _last_cell(output: Path) -> int | None:
    """Number of the last cell that was started."""
    cells = json.loads(output.read_text(encoding="utf-8"))["cells"]
    started = [
        cell for cell in cells
        if cell["cell_type"] == "code" and cell["source"] and cell["metadata"].get("papermill", {}).get("start_time")
    ]  # fmt: skip
    return len(started) or None


def end_kernel() -> None:
    """Kill everything this process started; a kernel has its own session, so that no signal to a group reaches it."""
    import psutil

    for process in psutil.Process().children(recursive=True):
        try:
            process.kill()
        except psutil.Error:
            continue  # it was quicker


def _stop(number: int, frame: Any = None) -> None:
    end_kernel()
    os._exit(128 + number)


def watch_runner(runner: int) -> None:
    """Stop when the runner is gone, however it ended."""

    def look() -> None:
        while os.getppid() == runner:
            time.sleep(_WATCH_S)
        _stop(signal.SIGTERM)

    threading.Thread(target=look, daemon=True).start()


def main() -> int:
    """Entry point; a failure is written beside the job as ``error.json``."""
    path = Path(sys.argv[1]).resolve()
    job = json.loads(path.read_text(encoding="utf-8"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    watch_runner(job["runner"])
    os.chdir(path.parent)
    try:
        execute(job)
    except Exception as error:  # noqa: BLE001 - whatever it was, the runner must learn of it
        failure = json.dumps(explain(error, path.parent / job["output"]))
        path.with_name("error.json").write_text(failure, encoding="utf-8")
        return FAILED_EXIT
    return 0


if __name__ == "__main__":
    sys.exit(main())
