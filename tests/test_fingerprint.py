"""A run that has nothing to do: what it notices, what it costs, and that it changes nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nutgraf
import pytest
from filelock import FileLock
from nutgraf.desk import Desk
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.editions.edition_files import load_all
from nutgraf.runs.freshness.fingerprint import fingerprint, inputs
from nutgraf.runs.quick import find_root, nothing_new
from nutgraf.runs.runner import _midnight_after, run

COSTLY = (
    "pandas", "papermill", "nltk", "pydantic", "yaml", "click", "pyarrow", "deltalake", "filelock", "jupyter_client", "nbformat",
    "nutgraf.desk",
)  # fmt: skip


@pytest.fixture
def settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small desk that a run has just left as it should be, with a copy of the package to change."""
    root = tmp_path / "desk"
    files = {
        "nutgraf.toml": '[[sources]]\nid = "inbox"\npath = "inbox"\n', "inbox/deep/a.txt": "A", "notebooks/10-a.ipynb": "{}",
        "notebooks/editions/one.yml": "title: One\n", "data/decisions/names.csv": "a\n", "site/index.html": "<p>",
        "data/decisions/publications.jsonl": "{}\n", "site/editions/one/v1/index.html": "<p>",
        "data/processed/articles/_delta_log/00000000000000000001.json": "{}",
    }  # fmt: skip
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    package = tmp_path / "package"
    (package / "resources").mkdir(parents=True)
    (package / "resources" / "list.txt").write_text("word", encoding="utf-8")
    monkeypatch.setattr(nutgraf, "__file__", str(package / "__init__.py"))
    with Ledger.open(root / "data" / "processed" / FILE) as ledger:
        ledger.note_checked("one", "key")
        ledger.settle(fingerprint(root), time.time() - 1, None)
    return root


CHANGES: dict[str, Callable[[Path], object]] = {
    "settings": lambda root: (root / "nutgraf.toml").write_text("[[sources]]\nid='b'\npath='inbox'\n"),
    "a new source file": lambda root: (root / "inbox" / "b.txt").write_text("B"),
    "a changed source file": lambda root: (root / "inbox" / "deep" / "a.txt").write_text("B"),
    "a deleted source file": lambda root: (root / "inbox" / "deep" / "a.txt").unlink(),
    "a missing source": lambda root: shutil.rmtree(root / "inbox"),
    "a changed notebook": lambda root: (root / "notebooks" / "10-a.ipynb").write_text("[]"),
    "a changed edition": lambda root: (root / "notebooks" / "editions" / "one.yml").write_text("title: Two\n"),
    "a new edition": lambda root: (root / "notebooks" / "editions" / "two.yml").write_text("title: Two\n"),
    "a changed decision": lambda root: (root / "data" / "decisions" / "names.csv").write_text("b\n"),
    "a publication taken back": lambda root: (root / "data" / "decisions" / "publications.jsonl").unlink(),
    "a deleted site file": lambda root: (root / "site" / "editions" / "one" / "v1" / "index.html").unlink(),
    "a changed site file": lambda root: (root / "site" / "index.html").write_text("<b>"),
    "a new commit": lambda root: (root / "data/processed/articles/_delta_log/00000000000000000002.json").write_text("{}"),
    "a lost table": lambda root: shutil.rmtree(root / "data" / "processed" / "articles"),
    "a changed package file": lambda root: (root.parent / "package" / "resources" / "list.txt").write_text("more"),
    "a lost ledger": lambda root: (root / "data" / "processed" / FILE).unlink(),
    "a damaged ledger": lambda root: (root / "data" / "processed" / FILE).write_bytes(b"no database" * 50),
}


def test_nothing_new_is_proved(settled: Path) -> None:
    assert nothing_new(str(settled))
    assert nothing_new(str(settled), ["one"])
    assert not nothing_new(str(settled), ["unknown"])


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed(settled: Path, change: str) -> None:
    assert nothing_new(str(settled))
    CHANGES[change](settled)
    assert not nothing_new(str(settled))


def test_an_edit_that_hides_its_time_is_noticed(settled: Path) -> None:
    path = settled / "site" / "index.html"
    before = path.stat()
    path.write_text("<i>", encoding="utf-8")  # as long as what it replaces
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not nothing_new(str(settled))


def test_another_set_of_packages_is_noticed(settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "extra" / "pandas-9.9.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "extra"))
    assert not nothing_new(str(settled))


def test_another_python_is_noticed(settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert not nothing_new(str(settled))


def test_the_next_day_is_noticed_where_a_window_follows_the_clock(settled: Path) -> None:
    with Ledger.open(settled / "data" / "processed" / FILE) as ledger:
        ledger.settle(fingerprint(settled), time.time() - 20, time.time() - 10)
    assert not nothing_new(str(settled))
    with Ledger.open(settled / "data" / "processed" / FILE) as ledger:
        ledger.settle(fingerprint(settled), time.time() + 3600, None)  # the clock was set back
    assert not nothing_new(str(settled))


def test_an_edition_follows_the_clock_only_with_a_window_and_no_as_of(settled: Path) -> None:
    path = settled / "notebooks" / "editions" / "one.yml"
    base = "title: One\nnotebooks: [10-a]\nselect:\n  window: last 2 days\n"
    for text, follows in ((base + "# as_of\n", True), (base + "  as_of: 2026-03-01\n", False)):
        path.write_text(text, encoding="utf-8")
        assert load_all(path.parent)[0].select.uses_clock is follows


def test_the_desks_day_ends_at_its_own_midnight(tmp_path: Path) -> None:
    (tmp_path / "nutgraf.toml").write_text('timezone = "Asia/Tokyo"\n', encoding="utf-8")
    began = 1_772_409_600.0  # 2026-03-02 00:00 UTC, 09:00 in Tokyo
    assert _midnight_after(Desk(tmp_path), began) == began + 15 * 3600


def test_an_edit_during_a_run_is_not_taken_for_done(settled: Path) -> None:
    before = inputs(settled)
    (settled / "notebooks" / "10-a.ipynb").write_text("[1]", encoding="utf-8")
    assert fingerprint(settled, before) != fingerprint(settled)


def test_a_held_desk_is_left_to_the_whole_run(settled: Path) -> None:
    with FileLock(settled / "data" / "processed" / "lock"):
        assert not nothing_new(str(settled))
    assert nothing_new(str(settled))


def test_the_desk_is_found_from_below(settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(settled / "notebooks" / "editions")
    assert find_root() == str(settled)
    monkeypatch.setenv("NUTGRAF_DESK", str(settled / "notebooks"))
    assert find_root() is None


def tree(folder: Path) -> dict[str, str]:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_second_run_is_quick_imports_little_and_changes_no_byte(finished: Desk, tmp_path: Path) -> None:
    root = tmp_path / "desk"
    shutil.copytree(finished.root, root)
    outcome = run(Desk(root), say=lambda line: None)  # another folder: the keys decide, and nothing is made
    assert set(outcome.states.values()) == {"fresh"}
    before = tree(root / "site")
    with Ledger.look(root / "data" / "processed" / FILE) as ledger:
        checked = ledger.checked("sample")
    script = Path(sys.executable).with_name("nutgraf")
    for command in ([sys.executable, "-m", "nutgraf", "run"], [str(script), "run"], [str(script), "run", "sample"]):
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines() == ["nothing new: no edition needs to be made", "site: site/index.html"]
        assert not done.stderr
    probe = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "nutgraf", "run"], cwd=root, capture_output=True, text=True, check=True
    )
    imported = {line.rpartition("|")[2].strip() for line in probe.stderr.splitlines()}
    assert "nutgraf.runs.freshness.fingerprint" in imported
    assert not imported & set(COSTLY)  # without jupyter_client no kernel was started
    assert tree(root / "site") == before
    with Ledger.look(root / "data" / "processed" / FILE) as ledger:
        assert ledger.checked("sample") > checked
