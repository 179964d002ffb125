"""A desk on which a run ended well, copied for whoever is going to break it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from nutgraf.desk import Desk

from tests.conftest import made_once
from tests.faults import desks
from tests.faults.state import Watch


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk that is copied. Nobody writes to it."""

    def make(root: Path) -> None:
        done = desks.run(desks.make(root))
        assert done.returncode == 0, done.stderr

    return made_once(tmp_path_factory, "made", make)


@pytest.fixture
def watch(made: Path, tmp_path: Path) -> Watch:
    """A copy of it, under watch."""
    return watched(made, tmp_path / "desk")


def watched(made: Path, target: Path) -> Watch:
    """Copy a desk and watch the copy."""
    shutil.copytree(made, target, dirs_exist_ok=True)
    watch = Watch(Desk(target))
    watch.look("before anything is broken")
    return watch
