"""Fixtures: desks in temporary folders, so that no test writes into this repository."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from nutgraf.desk import Desk

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "raw" / "sample"
LABELLED = ROOT.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def _no_desk_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NUTGRAF_DESK", "NUTGRAF_SNAPSHOT", "NUTGRAF_NEEDS", "NUTGRAF_EVIDENCE"):
        monkeypatch.delenv(name, raising=False)


def copy_desk(target: Path) -> Path:
    """A desk like this repository's, with its sample and notebooks."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "nutgraf.toml", target)
    shutil.copytree(ROOT / "notebooks", target / "notebooks")
    shutil.copytree(SAMPLE, target / "data" / "raw" / "sample")
    return target


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A fresh desk with the sample, nothing ingested."""
    return Desk(copy_desk(tmp_path / "desk"))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk on which the sample's edition was run. Read it, never write to it."""
    from nutgraf.runs.runner import run

    desk = Desk(copy_desk(tmp_path_factory.mktemp("finished") / "desk"))
    for name in ("NUTGRAF_DESK", "NUTGRAF_SNAPSHOT", "NUTGRAF_NEEDS", "NUTGRAF_EVIDENCE"):
        os.environ.pop(name, None)
    outcome = run(desk, say=lambda line: None)
    assert outcome.exit_code == 0, outcome.errors
    return desk


def labelled(name: str) -> Path:
    """A file of the labelled data, or a skip that says what is missing."""
    path = LABELLED / name
    if not path.exists():
        pytest.skip(f"labelled data is not here: ../shared/data/{name}")
    return path
