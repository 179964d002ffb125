"""Kill a run at chosen system calls, or let them fail as a full or broken disk does: by what the file is, so that SQLite's C, deltalake's
Rust and Python are all hit."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults import desks, tracer
from tests.faults.test_kills import SEED, Series

pytestmark = pytest.mark.skipif(not tracer.is_possible(), reason=tracer.NOT_HERE)

#: What a run writes to when there is nothing new but this; a run for more than it needs would only take longer.
WORK = {
    "articles": ("raw input", "register", "journal", "table data", "table log", "ledger", "lock", "other"),
    "10-dam": ("new version", "latest pages"),
    "30-ferry": ("record", "list and feed", "work", "ledger"),
    "40-rent": ("waiting",),
}
#: Where a kill can leave something half done, what needs room on the disk, and what a broken disk fails at.
FOR = {
    "kill": ("write", "pwrite64", "rename", "link", "fsync", "fdatasync", "unlink", "ftruncate"),
    "ENOSPC": ("write", "pwrite64", "rename", "link", "open", "mkdir"), "EIO": ("write", "fsync", "fdatasync", "rename", "unlink"),
}  # fmt: skip
SAID = {"ENOSPC": "the disk is full", "EIO": "the disk does not read or write", "EROFS": "the disk or folder is read-only"}
_ACTIONS = ("kill", "tear", "kill after")


@dataclass(frozen=True)
class Call:
    """A system call to break: the so-and-so-many-th of its name on a kind of file."""

    work: str
    kind: str
    call: str
    number: int

    def __str__(self) -> str:
        return f"{self.call} {self.number} of {self.kind}"


class Broken(Series):
    """A desk whose runs are broken at system calls."""

    def __init__(self, made: Path, folder: Path, name: str, work: str | None = None) -> None:
        super().__init__(made, folder, name, work)
        self.hits: Counter[tuple[str, str, str]] = Counter()
        self.drafts = 0

    def traced(self, work: str, **spec: Any) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
        """Run with new work under the tracer."""
        if work == "articles":
            self.files += 1
            desks.add_articles(self.root, self.files, 2)
        else:
            self.drafts += 1
            desks.write_notebook(self.root, work, f"draft {self.drafts}")
        report = self.root.parent / "report.json"
        report.unlink(missing_ok=True)
        spec = {"root": str(self.root), "report": str(report), **spec}
        done = desks.run(self.root, before=[sys.executable, tracer.__file__, json.dumps(spec)])
        return done, json.loads(report.read_text(encoding="utf-8"))

    def calls(self, action: str) -> list[Call]:
        """The system calls of a run without a fault that are worth breaking so, with how many there are on each kind of file."""
        found = []
        for work, kinds in WORK.items():
            done, report = self.traced(work)
            assert done.returncode == 0, done.stderr
            found += [Call(work, kind, call, count) for kind, call, count in report["counts"] if kind in kinds and call in FOR[action]]
        self.repair("the run after the counting")
        return found

    def hit(self, call: Call, action: str, times: int | None = 1) -> bool:
        """Break a call, and check what must hold at every moment; gives whether the run came to that call."""
        done, report = self.traced(call.work, kind=call.kind, call=call.call, number=call.number, action=action, times=times)
        where = f"seed {SEED}: {action} at {call}, which was {report['hit'][:1]}"
        if not report["hit"]:
            assert done.returncode == 0, f"{where}: {done.stderr}"
            return False
        sys.stdout.write(f"{where}: exit code {report['code']}\n")
        self.hits[call.kind, call.call, action] += 1
        self.watch.look(where)
        self.slowest_end = max(self.slowest_end, desks.seconds_until_gone(self.root))
        if action in _ACTIONS:
            self.kills, self.chain = self.kills + 1, self.chain + 1
            assert report["code"] == -9, f"{where}: {report['code']}"
        elif report["code"] == 0:
            self.watch.check_done(f"{where}, and the run said nothing", halves=call.call == "unlink")
            if call.call == "unlink":  # the next run that measures takes away what this one could not
                self.files += 1
                desks.add_articles(self.root, self.files, 1)
        else:
            self.told(where, report["code"], done.stderr, SAID[action])
        return True

    def told(self, where: str, code: int, said: str, what: str) -> None:
        """A failure is told in one line: what, where, how to mend it, and what was not done."""
        assert code in (1, 10, 20), f"{where}: {code}: {said}"
        assert "Traceback" not in said and "panicked" not in said, f"{where}: {said}"
        line = next((line for line in said.splitlines() if re.match(r"nutgraf: |[\w-]+: failed: ", line)), None)
        assert line is not None and (what in line or "the space on its disk" in line) and str(self.root) not in said, f"{where}: {said}"
        left = (" run again. ", ("stays as it is", "as it was before", "o article was read", "othing was read")), ("disk. ", ("Nothing was started",))
        assert any(mend in line and any(words in line for words in not_done) for mend, not_done in left), f"{where}: {said}"

    def table(self) -> str:
        """How many calls were broken, by kind of file, call and action."""
        lines = [f"{kind}: {call}: {action}: {count}" for (kind, call, action), count in sorted(self.hits.items())]
        return "\n".join(lines) + "\n"


#: One of each language that writes, and the swap.
FEW = (
    (Call("30-ferry", "latest pages", "rename", 1), "kill after", 1),
    (Call("articles", "raw input", "write", 1), "ENOSPC", None), (Call("articles", "table data", "write", 1), "tear", 1),
    (Call("articles", "table log", "link", 3), "kill", 1), (Call("articles", "ledger", "pwrite64", 2), "kill", 1),
)  # fmt: skip


def test_a_run_that_is_killed_or_broken_anywhere_loses_nothing(made: Path, tmp_path: Path) -> None:
    """The short form of the tests that follow and of those in test_kills."""
    desk = Broken(made, tmp_path, "short", "30-ferry")
    while desk.kills < 3:
        desk.kill()
    assert len(desk.phases) > 1, "the kills fell too close together to prove anything"
    for call, action, times in FEW:
        assert desk.hit(call, action, times), f"no run came to {call}"
    desk.repair("the run after all of them")
    desk.compare()
    sys.stdout.write(desk.report() + desk.table())


@pytest.mark.faults
def test_kills_at_system_calls_on_files_of_every_kind(made: Path, tmp_path: Path) -> None:
    desk, chance = Broken(made, tmp_path, "kills at calls"), random.Random(f"{SEED}/kills at calls")
    tried = 0
    for call in desk.calls("kill"):
        for at in range(2 if call.number > 2 else 1):
            one = Call(call.work, call.kind, call.call, chance.randint(1, call.number))
            tried += 1
            desk.hit(one, "tear" if at == 0 and call.call in ("write", "pwrite64") else _ACTIONS[2 * ((at + tried) % 2)])
        if desk.chain > 3:
            desk.repair(f"the run after kills at {call.kind}")
    desk.repair("the run after the last kill")
    desk.compare()
    sys.stdout.write(desk.table() + desk.report())
    assert desk.kills > 0.8 * tried
    assert {kind for kind, _, _ in desk.hits} >= {"raw input", "table data", "table log", "ledger", "record", "new version", "latest pages"}


@pytest.mark.faults
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_a_disk_that_is_full_or_fails_is_told_and_loses_nothing(made: Path, tmp_path: Path, error: str) -> None:
    desk, chance = Broken(made, tmp_path, error), random.Random(f"{SEED}/{error}")
    for call in desk.calls(error):
        one = Call(call.work, call.kind, call.call, chance.randint(1, call.number))
        desk.hit(one, error, chance.choice([1, None]))
        desk.chain += 1
        if desk.chain > 4:
            desk.repair(f"the run after {error} at {one}")
    desk.repair(f"the run after the last {error}")
    desk.compare()
    sys.stdout.write(desk.table())
