"""Execute the committed notebooks in place on the sample: ``python -m nutgraf.runs.refresh``, or ``make notebooks``.

Each is executed with its default parameters on a fresh sample desk in a temporary folder. What changes from run to run (times, execution
metadata, the Python version) is stripped, so that a second call changes no byte.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from nutgraf.desk import DESK_VARIABLE, Desk


def sample_desk(repository: Path, target: Path) -> Desk:
    """A fresh desk with the repository's settings, notebooks and sample, what readers coded of it, and its articles ingested."""
    from nutgraf.ingesting import ingest

    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(repository / "nutgraf.toml", target)
    shutil.copytree(repository / "notebooks", target / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(repository / "data" / "raw" / "sample", target / "data" / "raw" / "sample")
    codes = repository / "data" / "decisions" / "codes"
    if codes.is_dir():
        shutil.copytree(codes, target / "data" / "decisions" / "codes")
    desk = Desk(target)
    with desk.store.lock("making a sample desk"):
        ingest(desk)
    return desk


def stripped(notebook: Any) -> Any:
    """A notebook without what changes from run to run."""
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "nutgraf": notebook["metadata"].get("nutgraf", {"needs": []}),
    }
    for cell in notebook["cells"]:
        cell["metadata"] = {name: value for name, value in cell["metadata"].items() if name in ("tags",)}
    return notebook


def refresh(repository: Path) -> list[str]:
    """Execute every committed notebook and write back what changed.

    Returns:
        Names of the notebooks whose file changed.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbformat.v4.rwbase import split_lines

    changed = []
    with tempfile.TemporaryDirectory(prefix="nutgraf-") as folder:
        desk = sample_desk(repository, Path(folder) / "desk")
        os.environ[DESK_VARIABLE] = str(desk.root)
        for path in sorted((repository / "notebooks").glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(desk.root)}})
            client.execute()
            # Lines as a list, as JupyterLab writes them, so that a changed line is a changed line in git.
            lines = split_lines(stripped(notebook))
            text = json.dumps(lines, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
            if text != path.read_text(encoding="utf-8"):
                path.write_text(text, encoding="utf-8")
                changed.append(path.name)
    return changed


if __name__ == "__main__":
    for name in refresh(Path.cwd()):
        sys.stdout.write(f"{name}: written\n")
