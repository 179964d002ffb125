"""Fixtures: desks in temporary folders, so that no test writes into this repository."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from nutgraf.desk import Desk

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "raw" / "sample"
LABELLED = ROOT.parent / "shared" / "data"


#: Files that take longest, longest first; `make test` gives whole files to processes in this order, so that none of these is left for the end.
LONGEST = (
    "test_docs", "test_browser", "test_alerts", "test_runs_limits", "test_runs_kernels", "test_rebuild", "test_workers", "test_notebooks",
    "test_calls", "test_hostile", "test_measuring", "test_secrets", "test_evidence", "test_starts", "test_damage", "test_backfill", "test_init",
    "test_speaking", "test_jupyter_scheduler", "test_jupyter", "test_due", "test_timers", "test_lifecycle", "test_read_command", "test_upkeep",
    "test_fetching_runs", "test_erase", "test_overrides", "test_ingest_apart", "test_ingest_hostile_files", "test_path", "test_status", "test_words", "test_fingerprint", "test_ingest_feeds", "test_runs_command", "test_check", "test_life",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, then those with the most tests; within a file nothing moves."""
    number = Counter(item.path for item in items)
    rank = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (rank.get(item.path.stem, len(rank)), -number[item.path]))


@pytest.fixture(autouse=True)
def _no_desk_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NUTGRAF_DESK", "NUTGRAF_SNAPSHOT", "NUTGRAF_NEEDS", "NUTGRAF_EVIDENCE"):
        monkeypatch.delenv(name, raising=False)


def copy_desk(target: Path) -> Path:
    """A desk like this repository's, with its sample, what readers coded of it, and its notebooks."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "nutgraf.toml", target)
    shutil.copytree(ROOT / "notebooks", target / "notebooks")
    shutil.copytree(SAMPLE, target / "data" / "raw" / "sample")
    shutil.copytree(ROOT / "data" / "decisions" / "codes", target / "data" / "decisions" / "codes")
    return target


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A fresh desk with the sample, nothing ingested."""
    return Desk(copy_desk(tmp_path / "desk"))


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that is made once for all processes of a test run: whoever comes first makes it, the others wait. Copy it, never write to it."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            part = shared.with_name(f"{shared.name}.part")
            shutil.rmtree(part, ignore_errors=True)  # somebody failed over it
            for variable in ("NUTGRAF_DESK", "NUTGRAF_SNAPSHOT", "NUTGRAF_NEEDS", "NUTGRAF_EVIDENCE"):
                os.environ.pop(variable, None)
            make(part)
            part.rename(shared)
    return shared


def copied(source: Path, target: Path) -> Desk:
    """A desk of one's own, the copy of one that was made once."""
    shutil.copytree(source, target)
    return Desk(target)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk on which the sample's edition was run, then copied here. Read it, never write to it."""
    from nutgraf.runs.runner import run

    def make(root: Path) -> None:
        outcome = run(Desk(copy_desk(root)), say=lambda line: None)
        assert outcome.exit_code == 0, outcome.errors

    return copied(made_once(tmp_path_factory, "finished", make), tmp_path_factory.mktemp("finished") / "desk")


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with the sample, ingested and nothing else, as `sample_desk` makes it. Copy it with `copied`, never write to it."""
    from nutgraf.runs.refresh import sample_desk

    return made_once(tmp_path_factory, "ingested", lambda root: sample_desk(ROOT, root))


@pytest.fixture(scope="session")
def grouped(tmp_path_factory: pytest.TempPathFactory, ingested: Path) -> Path:
    """The sample with its stories as they are shipped, but for the parse, which they do not rest on. Copy it with `copied`, never write to it."""
    from nutgraf.measuring import Registry
    from nutgraf.stories import bring_up_to_date

    def make(root: Path) -> None:
        copied(ingested, root)
        with (root / "nutgraf.toml").open("a", encoding="utf-8") as file:
            file.write('\n[measures.parse]\nmodel = "none"\n')
        desk = Desk(root)
        with desk.store.lock("grouping the sample"):
            bring_up_to_date(desk, Registry(desk.measure_options))

    return made_once(tmp_path_factory, "grouped", make)


def labelled(name: str) -> Path:
    """A file of the labelled data, or a skip that says what is missing."""
    path = LABELLED / name
    if not path.exists():
        pytest.skip(f"labelled data is not here: ../shared/data/{name}")
    return path
