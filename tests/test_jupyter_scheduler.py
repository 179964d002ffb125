"""A notebook that calls ``nutgraf run --due``, as jupyter-scheduler starts it: the command runs inside a kernel, with a kernel's environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock
from nbclient import NotebookClient

from tests.test_lifecycle import desk_with

CELL = """import os, subprocess, sys
print(sorted(name for name in os.environ if name.startswith('JPY_')))
done = subprocess.run([sys.executable, '-m', 'nutgraf', 'run', '--due'], capture_output=True, text=True)
print(done.returncode, done.stdout, done.stderr)"""


def executed(root: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the cell prints in a kernel of its own, in a desk's folder, with what a Jupyter server sets."""
    monkeypatch.setenv("JPY_SESSION_NAME", "daily.ipynb")
    monkeypatch.setenv("JUPYTER_SERVER_ROOT", str(root))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(root)}}).execute()
    return "".join(output.get("text", "") for output in notebook.cells[0].outputs)


def test_lock_staging_and_swap_hold_there_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_with(tmp_path / "desk", schedule="30 6 * * *")
    told = executed(desk.root, monkeypatch)
    assert "JPY_PARENT_PID" in told and "JPY_SESSION_NAME" in told
    assert "\n0 dam: published" in told and (desk.site / "editions" / "dam" / "v1" / "manifest.json").is_file()
    assert not (desk.staged / ".runs" / "dam").exists()
    (desk.processed / "ledger.sqlite").unlink()
    with FileLock(desk.processed / "lock"):
        assert "\n30 " in executed(desk.root, monkeypatch), "one run at a time, whoever starts it"
    assert "\n0 dam: unchanged" in executed(desk.root, monkeypatch)
    assert "\n0 nothing is due before" in executed(desk.root, monkeypatch)
