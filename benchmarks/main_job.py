"""The main job on the sample: seconds from nothing to a published report, and of a second run with nothing new.

``python benchmarks/main_job.py [REPEATS]``
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def timed(desk: Path) -> float:
    """Seconds of one ``nutgraf run`` as a user starts it."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "nutgraf", "run"], cwd=desk, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    """Print one JSON object with medians."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    first, again = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            desk = Path(folder) / "desk"
            for name in ("notebooks", "data/raw/sample"):
                shutil.copytree(ROOT / name, desk / name)
            shutil.copy(ROOT / "nutgraf.toml", desk)
            first.append(timed(desk))
            again += [timed(desk) for _ in range(3)]
    figures = {"main_job_s": statistics.median(first), "nothing_new_s": statistics.median(again), "repeats": repeats}
    sys.stdout.write(json.dumps({name: round(value, 2) for name, value in figures.items()}) + "\n")


if __name__ == "__main__":
    main()
