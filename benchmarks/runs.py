"""What a run costs that has nothing to do, over many editions: ``python benchmarks/runs.py [EDITIONS]``.

A desk with that many published editions is laid out by hand and settled, each with as many files as the sample's edition of four
notebooks has in its version and again in its latest pages; then the command is timed as a scheduler starts it, beside the bare start of
the interpreter.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.freshness.fingerprint import fingerprint

TRIES = 9
#: Files of the sample's edition: its pages and manifest, its tables and evidence, its figures as SVG and PNG.
FOLDERS = {"": 5, "data": 78, "figures": 24}


def lay_out(root: Path, editions: int) -> None:
    """A settled desk with this many editions."""
    (root / "notebooks" / "editions").mkdir(parents=True)
    (root / "nutgraf.toml").write_text("", encoding="utf-8")
    for number in range(editions):
        (root / "notebooks" / "editions" / f"e{number}.yml").write_text("title: E\nnotebooks: [a]\n", encoding="utf-8")
        latest = root / "site" / "editions" / f"e{number}"
        for home in (latest, latest / "v1"):
            for folder, files in FOLDERS.items():
                (home / folder).mkdir(parents=True, exist_ok=True)
                for name in range(files):
                    (home / folder / f"{name}.html").touch()
    with Ledger.open(root / "data" / "processed" / FILE) as ledger:
        for number in range(editions):
            ledger.note_checked(f"e{number}", "key")
        ledger.settle(fingerprint(root), 0.0, None)


def timed(command: list[str], folder: Path) -> str:
    """Median and best wall time of a command, in seconds."""
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return f"median {statistics.median(times):.3f} s, best {min(times):.3f} s"


def main() -> None:
    """Time the command and the bare interpreter."""
    editions = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(prefix="nutgraf-") as name:
        root = Path(name).resolve()
        lay_out(root, editions)
        command = [sys.executable, "-m", "nutgraf", "run"]
        done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
        assert done.stdout.startswith("nothing new"), done.stdout
        sys.stdout.write(f"bare python:              {timed([sys.executable, '-c', 'pass'], root)}\n")
        sys.stdout.write(f"no-op over {editions} editions:  {timed(command, root)}\n")


if __name__ == "__main__":
    main()
