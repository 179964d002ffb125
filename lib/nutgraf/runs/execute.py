"""Execute one notebook with papermill, in a process of its own: ``python -m nutgraf.runs.execute JOB.json``.

The job names the notebook, where to write it, its parameters and the folder its kernel runs in. A process of its own keeps a
kernel's death from taking the runner with it, and lets two notebooks run beside each other.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def execute(job: dict) -> None:
    """Run the notebook; a failing cell raises, with the partial notebook left at the output path."""
    import papermill

    papermill.execute_notebook(
        job["notebook"],
        job["output"],
        parameters=job["parameters"],
        cwd=job["folder"],
        progress_bar=False,
        log_output=False,
        request_save_on_cell_execute=False,
        start_timeout=120,
        execution_timeout=job.get("cell_limit_s", 1800),
    )


def main() -> int:
    """Entry point; a failure is written beside the job as ``error.json``."""
    path = Path(sys.argv[1])
    job = json.loads(path.read_text(encoding="utf-8"))
    try:
        execute(job)
    except Exception as error:  # noqa: BLE001 - whatever it was, the runner must learn of it
        cell = getattr(error, "exec_count", None)
        name = getattr(error, "ename", None) or type(error).__name__
        value = getattr(error, "evalue", None) or str(error)
        failure = {"error": " ".join(f"{name}: {value}".split())[:500], "cell": cell}
        path.with_name("error.json").write_text(json.dumps(failure), encoding="utf-8")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
