"""Kill a run at random moments: nothing good is lost, nothing half is shown, no kernel goes on, and the next run repairs it alone."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from nutgraf.desk import Desk

from tests.faults import desks
from tests.faults.state import PHASES, Before, Watch, phase_of, rows_of, tree, undisturbed

#: The whole series follows from it; NUTGRAF_FAULTS_SEED takes another one.
SEED = os.environ.get("NUTGRAF_FAULTS_SEED", "2 March")
def _made_since(paths: Iterable[Path], began: float) -> bool:
    try:
        return any(path.stat().st_mtime > began for path in paths)
    except FileNotFoundError:
        return False  # the run took it away while we looked


#: What every second kill waits for, in turn, so that they fall where a run does not stay for long.
_WAITS_FOR: dict[str, Callable[[Desk, Before, float], bool]] = {
    "new articles": lambda desk, before, began: desk.store.version("articles") != before.articles,
    "a batch": lambda desk, before, began: _made_since(desk.processed.glob("journal.jsonl"), began),
    "an executed notebook": lambda desk, before, began: _made_since(desk.staged.glob(".runs/*/*/*0-*.ipynb"), began),
    "a half written version": lambda desk, before, began: _made_since(desk.site.glob("editions/*/.v*.part"), began),
    "a version in the record": lambda desk, before, began: Before.of_record(desk) > before.record,
}  # fmt: skip
#: These come only with new articles; and how long a kill may come after what it waited for, in seconds.
_OF_ARTICLES = ("new articles", "a batch")
_AFTER_S = {"a half written version": 0.05, "a version in the record": 0.01}


class Series:
    """A desk that is killed again and again.

    Args:
        made: A desk on which a run ended well; it is copied.
        folder: Where the copy goes.
        name: What the chance of this series is drawn from, beside `SEED`.
        work: What is new for each run; by default it is drawn.
    """

    def __init__(self, made: Path, folder: Path, name: str, work: str | None = None) -> None:
        self.root, self.name, self.always = folder / "desk", name, work
        shutil.copytree(made, self.root)
        self.desk = Desk(self.root)
        self.watch = Watch(self.desk)
        self.phases: Counter[str] = Counter()
        self.chains: list[int] = []
        self.starts = self.kills = self.files = self.chain = 0
        self.slowest_end = 0.0
        self.watch.look("before the first kill")
        self.length = 5.0

    def work(self, chance: random.Random, wanted: str | None) -> str:
        """Something new for the next run: what is wanted; else most often one notebook, or more articles, which every edition shows."""
        what = wanted or self.always or chance.choices(["30-ferry", "10-dam", "20-more", "40-rent", "articles"], [40, 20, 10, 10, 20])[0]
        if what == "articles":
            self.files += 1
            changed = chance.randrange(self.files) if chance.random() < 0.5 else None
            desks.add_articles(self.root, self.files, chance.randint(1, 3), changed)
        else:
            desks.write_notebook(self.root, what, f"{chance.random():.6f}")
        return what

    def kill(self) -> None:
        """Start a run and kill its process alone at a random moment, then check what must hold at every moment."""
        self.starts += 1
        self.chain += 1
        chance = random.Random(f"{SEED}/{self.name}/{self.starts}")
        fitting = [name for name in _WAITS_FOR if self.always in (None, "articles") or name not in _OF_ARTICLES]
        target = fitting[self.starts // 2 % len(fitting)] if self.starts % 2 else None
        work, before = self.work(chance, "articles" if target in _OF_ARTICLES else None), Before.of(self.desk)
        wait_s = chance.uniform(0, _AFTER_S.get(target, 0.3) if target else self.length)
        since, began = time.time(), time.monotonic()
        process = desks.start(self.root)
        while target and process.poll() is None and not _WAITS_FOR[target](self.desk, before, since):
            time.sleep(0.002)
        try:
            process.wait(wait_s)
        except subprocess.TimeoutExpired:
            process.kill()
        where = (
            f"seed {SEED}, series {self.name}, start {self.starts} ({work}), {time.monotonic() - began:.2f} s after its start"
            + (f", {wait_s:.3f} s after {target}" if target else "")
        )
        sys.stdout.write(where)
        code = process.wait()
        assert code in (-9, 0), f"{where}: exit code {code}"
        phase = phase_of(self.desk, before)
        sys.stdout.write(f": {phase}\n")
        if code == -9 and phase != "ended before":
            self.kills += 1
            self.phases[phase] += 1
        self.watch.look(where)
        self.slowest_end = max(self.slowest_end, desks.seconds_until_gone(self.root))

    def repair(self, where: str) -> None:
        """The next plain run: it ends well, everything is in order, and then there is nothing to do."""
        began = time.monotonic()
        done = desks.run(self.root)
        self.length = time.monotonic() - began
        assert done.returncode == 0 and "Traceback" not in done.stderr, f"{where}: {done.stdout}{done.stderr}"
        assert not desks.left_over(self.root), where
        self.watch.check_done(where)
        before = tree(self.desk.site)
        again = desks.run(self.root)
        assert again.stdout.startswith("nothing new") and tree(self.desk.site) == before, f"{where}: {again.stdout}"
        self.chains.append(self.chain)
        self.chain = 0

    def compare(self) -> None:
        """All rows are those of a desk that was never disturbed."""
        peaceful = rows_of(undisturbed(self.root.with_name("undisturbed"), self.desk))
        for name, rows in rows_of(self.desk).items():
            assert rows == peaceful[name], f"series {self.name}, after {self.kills} kills: the table {name} differs from an undisturbed desk's"

    def report(self) -> str:
        """How many kills fell where."""
        fell = ", ".join(f"{self.phases[phase]} {phase}" for phase in PHASES if self.phases[phase])
        return (
            f"{self.kills} kills ({fell}); {len(self.chains)} whole runs after 1 to {max(self.chains)} kills; {len(self.watch.versions)} "
            f"versions published, 0 lost, torn or changed; latest pages of two versions at {self.watch.mixed} kills, after a whole run at 0; "
            f"processes gone {self.slowest_end:.1f} s after their runner at the latest\n"
        )


def killed_again_and_again(series: Series, kills: int, chain: float) -> None:
    """Kill so many runs that have not ended; after each the chance that the next one is killed too is `chain`."""
    name = series.name
    while series.kills < kills:
        series.kill()
        if series.kills == kills or random.Random(f"{SEED}/{name}/{series.starts}/chain").random() > chain:
            series.repair(f"the run after start {series.starts} of series {name}, seed {SEED}")
    series.compare()
    sys.stdout.write(series.report())


@pytest.mark.faults
@pytest.mark.parametrize("name", ["a", "b", "c", "d"])
def test_runs_that_are_killed_at_two_hundred_moments_lose_nothing(made: Path, tmp_path: Path, name: str) -> None:
    series = Series(made, tmp_path, name)
    killed_again_and_again(series, 50, 0.7)
    fell = {phase for phase in PHASES if series.phases[phase]}
    assert {"measuring", "executing", "swapping"} <= fell, series.report()
