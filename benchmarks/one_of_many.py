"""What a run costs in which one edition of many has changed: ``python benchmarks/one_of_many.py [EDITIONS]``.

One single-notebook edition of the sample is really made and copied until there are so many (`laid_out`); then the last day of one is
changed and the run is timed as a scheduler starts it. What its notebook and its page took is what the run itself says.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
from pathlib import Path

from laid_out import editions, nutgraf, timed, write_edition

NOTEBOOKS = ["10-sentiment"]
TRIES = 5


def main() -> None:
    """Print what each run took, and the medians."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(prefix="nutgraf-") as name:
        root = Path(name).resolve()
        slugs = editions(root, number, NOTEBOOKS)
        first = timed(nutgraf("run"), root)
        assert first.said.count(": fresh") == number, first.said
        sys.stdout.write(f"all {number} looked at again:   {first.wall_s:.2f} s wall, {first.cpu_s:.2f} s processor\n")
        beside, spent = [], []
        for attempt in range(TRIES):
            write_edition(root, slugs[number // 2], NOTEBOOKS, last_day=21 - attempt)
            done = timed(nutgraf("run"), root)
            assert done.said.count(": fresh") == number - 1 and done.said.count(": published") == 1, done.said
            notebook, page = (float(re.search(rf"{what} in ([\d.]+) s", done.said)[1]) for what in (r"executed \S+", "rendered and checked"))
            beside.append(done.wall_s - notebook - page)
            spent.append(done.cpu_s)
            sys.stdout.write(
                f"one changed: {done.wall_s:.2f} s wall, of which its notebook {notebook:.1f} s, render, check and swap {page:.1f} s, "
                f"the rest {beside[-1]:.2f} s; {done.cpu_s:.2f} s processor\n"
            )
        sys.stdout.write(f"medians: {statistics.median(beside):.2f} s beside them, {statistics.median(spent):.2f} s processor in all\n")


if __name__ == "__main__":
    main()
