"""Measuring in other processes: the same rows, and no process or row is lost or left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from nutgraf import processes
from nutgraf.desk import Desk
from nutgraf.documents import Document
from nutgraf.errors import MeasureError, ResourceError
from nutgraf.ingesting import ingest
from nutgraf.jupyter import Workbench
from nutgraf.measuring import Registry, default_workers, measure, usable_cpus, workers
from nutgraf.measuring.working import tasks_of
from nutgraf.reading import pipeline
from nutgraf.runs.planning import measure_union
from nutgraf.schema import TABLES
from nutgraf.store import Store
from nutgraf.upkeep.rebuild import rebuild

from tests.conftest import copy_desk
from tests.test_measuring import TEXTS, Picky, fill, raw_rows

WANTED = ["tone", "frames", "words"]
SIX = tuple(f"{text}\n\nNumber {number} was {text * 30}" for number in range(3) for text in TEXTS[:2])  # each fills a task

pytestmark = pytest.mark.skipif(os.name != "posix", reason="other systems measure in one process")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[workers._Worker]:
    """Every process that was started; any work is worth it."""
    found: list[workers._Worker] = []

    class Noted(workers._Worker):
        def __init__(self, *arguments) -> None:  # noqa: ANN002
            super().__init__(*arguments)
            found.append(self)

    monkeypatch.setattr(workers, "WORTH_S", 0.0)
    monkeypatch.setattr(workers, "_Worker", Noted)
    monkeypatch.setattr("nutgraf.measuring.working._TASK", 1_000)
    return found


def everything(store: Store) -> dict[str, list[tuple]]:
    """The rows of every table, in their order, with the batch that wrote them."""
    return {name: raw_rows(store.root, name) for name in TABLES}


@cache
def by_one(root: Path, *wanted: str) -> dict[str, list[tuple]]:
    """What this process alone writes, made once for all tests."""
    store = Store(root / "-".join(wanted))
    measure(store, Registry(), list(wanted), fill(store, SIX), batch_size=4)
    found = everything(store)
    assert len(found["measured"]) == 6 * len(Registry().closure(list(wanted))) and found["words"]
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `by_one` has its tables."""
    return tmp_path_factory.mktemp("alone")


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize(
    "wanted", [WANTED, pytest.param([*WANTED, "grammar"], marks=pytest.mark.skipif(not pipeline.is_here(pipeline.DEFAULT), reason="no model"))]
)
def test_two_processes_give_the_same_bytes_as_one(tmp_path: Path, alone: Path, started: list, wanted: list[str]) -> None:
    store, calls = Store(tmp_path / "two"), []
    counts = measure(
        store, Registry(), wanted, fill(store, SIX), batch_size=4, workers=2, progress=lambda *call: calls.append(call), say=pytest.fail
    )
    assert counts == dict.fromkeys(Registry().closure(wanted), 6)
    assert everything(store) == by_one(alone, *wanted)
    assert len(started) == 2, "they serve all batches"
    assert all(is_gone(worker.pid) for worker in started)
    assert [call[1] for call in calls] == sorted(call[1] for call in calls) and calls[-1] == ("measuring", 6, 6)


@pytest.mark.parametrize(("kills", "most_lines"), [(1, 1), pytest.param(2, 2, marks=pytest.mark.faults), (3, 3), (999, 12)])
def test_a_process_that_is_killed_costs_a_retry_and_no_row(
    tmp_path: Path, alone: Path, started: list, monkeypatch: pytest.MonkeyPatch, kills: int, most_lines: int
) -> None:
    give, killed = workers._Worker.give, []

    def giving(self, *arguments) -> None:  # noqa: ANN001, ANN002
        give(self, *arguments)
        if len(killed) < kills:
            killed.append(self.pid)
            os.kill(self.pid, signal.SIGKILL)

    monkeypatch.setattr(workers._Worker, "give", giving)
    store, said = Store(tmp_path / "two"), []
    measure(store, Registry(), WANTED, fill(store, SIX), batch_size=4, workers=2, say=said.append)
    assert everything(store) == by_one(alone, *WANTED)
    assert 1 <= len(said) <= most_lines and all("signal 9" in line and "measured again" in line and "\n" not in line for line in said)
    assert len(said) == len(killed) and all(is_gone(worker.pid) for worker in started)


def test_what_ends_two_processes_is_done_in_this_one(tmp_path: Path, alone: Path, started: list, monkeypatch: pytest.MonkeyPatch) -> None:
    give = workers._Worker.give

    def giving(self, task, place: int, tries: int) -> None:  # noqa: ANN001
        give(self, task, place, tries)
        if any(document.article_id == f"{1:016x}" for document in task.documents):
            os.kill(self.pid, signal.SIGKILL)

    monkeypatch.setattr(workers._Worker, "give", giving)
    store, said = Store(tmp_path / "two"), []
    measure(store, Registry(), WANTED, fill(store, SIX), batch_size=4, workers=2, say=said.append)
    assert everything(store) == by_one(alone, *WANTED)
    assert len(said) == 2


def test_a_process_that_cannot_start_leaves_the_work_to_this_one(tmp_path: Path, alone: Path, started: list, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_process(*arguments, **options) -> None:  # noqa: ANN002, ANN003
        raise BlockingIOError(11, "too many")

    monkeypatch.setattr(subprocess, "Popen", no_process)
    store, said = Store(tmp_path / "two"), []
    measure(store, Registry(), WANTED, fill(store, SIX), batch_size=4, workers=2, say=said.append)
    assert everything(store) == by_one(alone, *WANTED)
    assert len(said) == 1 and "too many" in said[0] and not started


def test_little_work_starts_nothing(tmp_path: Path, started: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "WORTH_S", 10.0)
    store = Store(tmp_path / "two")
    measure(store, Registry(), WANTED, fill(store, SIX), workers=2)
    assert not started


def test_how_much_work_there_is_counts_texts_that_are_not_parsed_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "is_here", lambda name: name == pipeline.DEFAULT)
    registry, text = Registry(), "x" * 60_000
    lacking = {"parse": {("a", 1), ("b", 1)}}
    new = tasks_of([Document("a", 1, text), Document("b", 1, "y" * 60_000, parse=b"kept")], lacking, {})
    assert workers.seconds_of(registry, new) == pytest.approx(2.0)
    assert workers.seconds_of(Registry({"parse": {"model": "none"}}), new) < 0.001, "there is nothing to do without a model"


def test_a_measure_that_is_not_of_the_installation_is_run_here(tmp_path: Path, started: list) -> None:
    registry = Registry()
    registry.measures["picky"] = Picky()
    store = Store(tmp_path / "two")
    assert measure(store, registry, ["picky"], fill(store, SIX), workers=2)["picky"] == 6
    assert not started


def failing(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have processes do something else than the work."""
    before, main = processes._START.rsplit("; ", 1)
    monkeypatch.setattr(processes, "_START", f"{before}; import nutgraf.measuring.worker as w\n{code}\n{main}")


def test_what_fails_every_document_is_raised_as_it_was_there(tmp_path: Path, started: list, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(
        monkeypatch,
        "from nutgraf.errors import ResourceError\ndef work(*_):\n    raise ResourceError('gone', where='words.txt', mend='bring it back')\nw.work = work",
    )
    store = Store(tmp_path / "two")
    with pytest.raises(ResourceError, match=r"words.txt: gone. Bring it back.") as caught:
        measure(store, Registry(), WANTED, fill(store, SIX), workers=2)
    assert caught.value.mend == "bring it back"
    assert not raw_rows(store.root, "measured") and started and all(is_gone(worker.pid) for worker in started)


def test_a_measure_that_was_changed_meanwhile_writes_nothing(tmp_path: Path, started: list, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "import nutgraf.measures.tone as t\nt.Tone.version = 'another'")
    store = Store(tmp_path / "two")
    with pytest.raises(MeasureError, match="'tone' was changed while it ran"):
        measure(store, Registry(), WANTED, fill(store, SIX), workers=2)
    assert not raw_rows(store.root, "measured")


PARENT = """
import os, signal, sys, time

signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background of a script inherits that it is ignored
from pathlib import Path
from nutgraf import processes
from nutgraf.measuring import Registry, measure, working, workers
from nutgraf.store import Store
from tests.test_measuring import fill
from tests.test_workers import SIX, WANTED

workers.WORTH_S, working._TASK = 0.0, 1_000
before, main = processes._START.rsplit("; ", 1)
processes._START = f"{before}; import time, nutgraf.measuring.worker as w; w.work = lambda *_: time.sleep(600); {main}"
give, given = workers._Worker.give, []

def giving(self, *arguments):
    give(self, *arguments)
    given.append(self.pid)
    if len(given) == 2:
        print(*given, flush=True)

workers._Worker.give = giving
store = Store(Path(sys.argv[1]))
measure(store, Registry(), WANTED, fill(store, SIX), workers=2)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_when_the_one_that_started_them_ends(tmp_path: Path, how: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "two")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=Path(__file__).parent.parent, start_new_session=True,
    )  # fmt: skip
    try:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2 and not any(is_gone(pid) for pid in pids), parent.stderr
        time.sleep(1.0)  # so that they are at their work, and not still starting
        if how == signal.SIGINT:
            os.killpg(parent.pid, how)  # as a terminal does for Ctrl-C
        else:
            parent.send_signal(how)
        try:
            _, errors = parent.communicate(timeout=15)
        except subprocess.TimeoutExpired:  # Python drops an interrupt that comes within a callback; a person presses the keys again
            parent.send_signal(how)
            _, errors = parent.communicate(timeout=30)
    finally:
        parent.kill()
    assert parent.returncode == -how or how == signal.SIGINT
    assert errors.count("KeyboardInterrupt") == (how == signal.SIGINT) and "worker" not in errors.partition("KeyboardInterrupt")[2]
    assert eventually(lambda: all(is_gone(pid) for pid in pids)), "they sleep for ten minutes, unless they notice"


def eventually(is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + 20
    while not is_so() and time.monotonic() < until:
        time.sleep(0.1)
    return is_so()


def test_runs_notebooks_and_rebuilds_use_as_many_as_the_desk_says(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int | None] = []

    class Noted(workers.Workers):
        def __init__(self, registry: Registry, measures: list[str], number: int | None, say: Callable[[str], None]) -> None:
            asked.append(number)
            super().__init__(registry, measures, number, say)

    monkeypatch.setattr("nutgraf.measuring.batches.Workers", Noted)
    (desk.root / "nutgraf.toml").write_text(f"{(desk.root / 'nutgraf.toml').read_text()}\n[measuring]\nworkers = 3\n")
    for number, root in ((3, desk.root), (None, copy_desk(desk.root.parent / "another"))):
        one = Desk(root)
        ingest(one)
        measure_union(one, Registry(), [SimpleNamespace(choice={}, needs=["quotes"], needs_of_versions=[])], None)
        assert asked.pop() == number and not asked
        bench = Workbench(one)
        bench.measure("parts", selection=bench.select())
        assert asked.pop() == number and not asked
        rebuild(one, say=lambda line: None)
        assert asked and set(asked) == {number}
        asked.clear()


def test_copies_of_a_text_are_in_one_task() -> None:
    long, short = "x" * 50_000, "a short text"
    documents = [Document(str(number), 1, text) for number, text in enumerate([long, short, "y" * 50_000, long, short, "z"])]
    tasks = tasks_of(documents, {"tone": {("0", 1), ("4", 1)}}, {"parts": {("5", 1)}})
    assert [[document.article_id for document in task.documents] for task in tasks] == [["0", "3"], ["1", "4", "2"], ["5"]]
    assert [task.lacking["tone"] for task in tasks] == [{("0", 1)}, {("4", 1)}, set()]
    assert [task.failed["parts"] for task in tasks] == [set(), set(), {("5", 1)}]


def test_the_last_tasks_of_a_batch_are_the_smallest() -> None:
    documents = [Document(str(number), 1, f"{number:04d}" * 500) for number in range(200)]
    sizes = [sum(len(document.text) for document in task.documents) for task in tasks_of(documents, {}, {})]
    assert sum(sizes) == 400_000
    assert sizes[0] == 40_000
    assert sizes == sorted(sizes, reverse=True)
    assert max(sizes[-8:]) <= 8_000


def test_as_many_processes_as_cpus_and_at_most_four(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= default_workers() <= min(4, usable_cpus())
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(workers.Path, "read_text", lambda *_, **__: "max 100000\n")
    assert (usable_cpus(), default_workers()) == (64, 4)
    monkeypatch.setattr(workers.Path, "read_text", lambda *_, **__: "250000 100000\n")
    assert (usable_cpus(), default_workers()) == (2, 2)
    monkeypatch.setattr(workers.Path, "read_text", lambda *_, **__: "50000 100000\n")
    assert usable_cpus() == 1


