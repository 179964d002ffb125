"""The same with strace, where a file's name is known beforehand: a check of our own tracer by another tool."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.faults import desks
from tests.faults.state import Watch

pytestmark = pytest.mark.faults
#: SQLite does not tell a full disk from a broken one in the file beside its database.
_SAID = ("the disk is full", "does not read or write", "SQLite cannot read or write it")


@cache
def strace() -> str:
    """Path of strace, fetched from Debian when we may; otherwise a skip that says what to do."""
    if not shutil.which("strace") and shutil.which("apt-get") and os.geteuid() == 0:
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "strace"]):
            subprocess.run(command, capture_output=True, check=False)
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not on the path: install the package strace (apt-get install strace)")
    return found


@pytest.mark.parametrize(
    ("name", "call", "harm"),
    [
        ("data/processed/ledger.sqlite-wal", "pwrite64", "signal=SIGKILL:when=5"),
        ("data/processed/ledger.sqlite-wal", "pwrite64", "error=EIO:when=3"),
        ("data/processed/articles/_delta_log/00000000000000000002.json", "linkat", "signal=SIGKILL"),
        ("data/processed/articles/_delta_log/00000000000000000002.json", "linkat", "error=ENOSPC"),
        ("data/decisions/publications.jsonl", "write", "error=ENOSPC"),
        ("data/decisions/publications.jsonl", "fsync", "signal=SIGKILL"),
        ("site/editions/ferry/.v2.part", "rename", "signal=SIGKILL"),
    ],
)
def test_strace_breaks_it_the_same_way(watch: Watch, tmp_path: Path, name: str, call: str, harm: str) -> None:
    root, told = watch.desk.root, tmp_path / "trace"
    desks.add_articles(root, 1, 1)
    desks.write_notebook(root, "30-ferry", "second")
    quick = ["--seccomp-bpf"] * ("error" in harm)  # with it, strace 6.1 sends no signal
    before = [strace(), "-f", *quick, "-q", "-o", str(told), "-P", str(root / name), "-e", f"trace={call}", "-e", f"inject={call}:{harm}"]
    done = desks.run(root, before=before, start_new_session=True)
    trace = told.read_text(encoding="utf-8", errors="replace")
    assert "(INJECTED)" in trace if "error" in harm else done.returncode == -signal.SIGKILL, f"of {trace.count(f'{call}(')} such calls none was broken"
    assert "Traceback" not in done.stderr and "panicked" not in done.stderr, done.stderr
    if "error" in harm:
        assert done.returncode in (1, 10, 20) and any(words in done.stderr for words in _SAID), done.stderr
    watch.look(f"after {harm} at {call} on {name}")
    desks.seconds_until_gone(root)
    assert desks.run(root).returncode == 0
    watch.check_done(f"after {harm} at {call} on {name}, and a whole run")
