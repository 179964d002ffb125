"""Fixtures: desks in temporary folders, so that no test writes into this repository."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from nutgraf.desk import Desk

if TYPE_CHECKING:
    from tests.web_servers import Web

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "raw" / "sample"
LABELLED = ROOT.parent / "shared" / "data"


#: Files that take longest, longest first; `make test` gives whole files to processes in this order, so that none of these is left for the end.
#: README's first command leaves its desk for the others (`offer_finished`), so the files after it are some that need none.
LONGEST = (
    "test_docs", "test_alerts", "test_runs_limits", "test_fetching_runs", "test_browser", "test_rebuild", "test_evidence", "test_hostile", "test_workers",
    "test_runs_kernels", "test_notebooks", "test_calls", "test_lifecycle", "test_measuring", "test_erase", "test_due", "test_jupyter", "test_backfill",
    "test_ingest_apart", "test_init", "test_read_command", "test_remembered", "test_coding_browser", "test_accuracy", "test_life", "test_overrides",
    "test_secrets", "test_starts", "test_figures", "test_learning", "test_why", "test_status", "test_runs_command", "test_stories_desk", "test_hedges",
    "test_ingest_run", "test_damage", "test_pages_hostile", "test_tone", "test_timers", "test_jupyter_scheduler", "test_fan_out", "test_words",
    "test_charts_files", "test_fetching_safety", "test_sentences", "test_upkeep", "test_grammar", "test_quotes", "test_story_command",
    "test_ingest_hostile_files", "test_speaking", "test_versions", "test_same_story", "test_cli", "test_site", "test_check", "test_path", "test_fingerprint",
)  # fmt: skip

if "PYTEST_XDIST_WORKER" in os.environ:  # the processes of a test run share the processors: more threads in each would only wait for each other
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")


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
    """A desk on which the sample's edition was run, then copied here. Read it, never write to it.

    The test of README's first command leaves the desk that it ran here for all others (`offer_finished`); who comes before it runs one."""
    from nutgraf.runs.runner import run

    def make(root: Path) -> None:
        outcome = run(Desk(copy_desk(root)), say=lambda line: None)
        assert outcome.exit_code == 0, outcome.errors

    return copied(made_once(tmp_path_factory, "finished", make), tmp_path_factory.mktemp("finished") / "desk")


def offer_finished(factory: pytest.TempPathFactory, repository: Path) -> None:
    """Have `finished` be the desk of a copy of this repository in which `make report` was called, unless it is made already."""

    def make(root: Path) -> None:
        root.mkdir()
        shutil.copy(repository / "nutgraf.toml", root)
        for name in ("notebooks", "data", "staged", "site"):
            shutil.copytree(repository / name, root / name)

    made_once(factory, "finished", make)


@pytest.fixture
def web() -> Iterator[Web]:
    """A server on this machine, without pages yet."""
    from tests.web_servers import serving

    with serving() as found:
        yield found


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
