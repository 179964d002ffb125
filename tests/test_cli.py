"""The command line as a user meets it: one line per error, the right exit code, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from nutgraf.desk import Desk
from nutgraf.errors import UsageError, in_one_line


def nutgraf(folder: Path, *arguments: str, stdin: bytes | None = None, **environment: str) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [sys.executable, "-m", "nutgraf", *arguments], cwd=folder, capture_output=True, input=stdin, timeout=120, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def one_line(done: subprocess.CompletedProcess) -> str:
    (line,) = done.stderr.splitlines()
    assert line.startswith("nutgraf: ") and "Traceback" not in line
    return line


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with one edition and nothing run."""
    root = tmp_path_factory.mktemp("small")
    (root / "notebooks" / "editions").mkdir(parents=True)
    (root / "nutgraf.toml").write_text("", encoding="utf-8")
    (root / "notebooks" / "editions" / "weekly.yml").write_text("title: Weekly\nnotebooks: [nowhere]\n", encoding="utf-8")
    return root


def test_a_folder_that_is_no_desk_is_said(tmp_path: Path) -> None:
    for command in (("run",), ("status",), ("ingest", "x")):
        done = nutgraf(tmp_path, *command)
        assert done.returncode == 2
        assert "no desk here" in one_line(done) and "nutgraf init DIR" in done.stderr
    assert "not a desk" in one_line(nutgraf(tmp_path, "run", NUTGRAF_DESK=str(tmp_path)))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("run", "weeklly"), 2, "unknown edition 'weeklly'. Did you mean 'weekly'? Nothing was run."),
        (("run", "--forc"), 2, "No such option"),
        (("ru",), 2, "No such command 'ru'"),
        (("ingest", "ftp://bell.example/x"), 2, "only http and https are fetched"),
        (("read",), 2, "Missing argument"),
        (("ingest", "nowhere.txt"), 2, "nowhere.txt: no such file or folder"),
        (("run",), 2, "notebooks/nowhere.ipynb: no notebook 'nowhere'"),
        (("read", "nowhere.txt"), 2, "nowhere.txt: no such file"),
    ],
)
def test_errors_are_one_line(small: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = nutgraf(small, *arguments)
    assert done.returncode == code, done.stderr
    assert words in one_line(done)
    assert not done.stdout


def test_settings_and_editions_that_are_wrong_are_named(small: Path, tmp_path: Path) -> None:
    (tmp_path / "nutgraf.toml").write_text("titel = 1\n", encoding="utf-8")
    done = nutgraf(tmp_path, "run")
    assert done.returncode == 2 and "did you mean 'title'" in one_line(done)
    edition = small / "notebooks" / "editions" / "other.yml"
    edition.write_text("title: Other\nnotebooks: [a]\nschedul: x\n", encoding="utf-8")
    try:
        assert "notebooks/editions/other.yml: unknown field 'schedul'" in one_line(nutgraf(small, "run", "other"))
        assert "other: invalid" in nutgraf(small, "status").stdout
    finally:
        edition.unlink()


def test_status_is_clear_before_the_first_run(small: Path) -> None:
    done = nutgraf(small, "status")
    assert done.returncode == 0 and not done.stderr
    assert "weekly: never run (Weekly)" in done.stdout and "nothing was run yet" in done.stdout


def test_a_held_desk_is_said_with_its_holder(small: Path) -> None:
    (small / "data" / "processed").mkdir(parents=True, exist_ok=True)
    (small / "data" / "processed" / "lock.json").write_text('{"pid": 7, "since": "today", "purpose": "a test"}', encoding="utf-8")
    with FileLock(small / "data" / "processed" / "lock"):
        done = nutgraf(small, "run")
    assert done.returncode == 30
    assert "a test, process 7, since today" in one_line(done)


def test_a_damaged_ledger_is_set_aside_and_said_so(small: Path) -> None:
    ledger = small / "data" / "processed" / "ledger.sqlite"
    ledger.parent.mkdir(parents=True, exist_ok=True)
    ledger.write_bytes(b"not a database, not at all " * 100)
    looked = nutgraf(small, "status")
    assert looked.returncode == 1 and "damaged" in one_line(looked) and ledger.read_bytes().startswith(b"not a")
    done = nutgraf(small, "run")
    assert done.returncode == 2 and "set aside as ledger-set-aside-" in done.stderr  # and then the notebook that is not there
    assert nutgraf(small, "status").returncode == 0


def test_an_unexpected_error_is_one_line_and_its_traceback_can_be_had(small: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import nutgraf.cli.status as s\ndef look(desk):\n    raise RuntimeError('two\\nlines')\ns.look = look\n", encoding="utf-8"
    )
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    done = nutgraf(small, "status", PYTHONPATH=path)
    assert done.returncode == 1
    assert one_line(done) == "nutgraf: RuntimeError: two lines. Run again with NUTGRAF_DEBUG=1 for the traceback"
    assert "Traceback" in nutgraf(small, "status", PYTHONPATH=path, NUTGRAF_DEBUG="1").stderr


def test_a_reader_that_stops_early_is_no_error(finished: Desk) -> None:
    command = f"{sys.executable} -m nutgraf --help | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, cwd=finished.root)
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


def test_help_names_every_command(tmp_path: Path) -> None:
    done = nutgraf(tmp_path, "--help")
    assert done.returncode == 0
    for name in ("init", "ingest", "run", "status", "read", "doctor", "publish", "rollback", "correct", "withdraw", "check", "why", "runs"):
        assert f"  {name} " in done.stdout
    assert nutgraf(tmp_path, "--version").stdout.startswith("nutgraf, version")


def test_an_error_stays_on_one_line() -> None:
    error = UsageError("a\nb", where="c\td\x1b[31m", mend="did you mean 'x'?", not_done="Nothing was done.")
    assert str(error) == "c d\N{REPLACEMENT CHARACTER}[31m: a b. Did you mean 'x'? Nothing was done."
    assert in_one_line(" a \r\n b ") == "a b"


def test_files_that_ingest_does_not_read_are_said(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / ".hidden").mkdir(parents=True)
    for name in ("a.docx", "b.DOCX", "LICENCE", ".hidden/c.docx"):
        (folder / name).write_text("x", encoding="utf-8")
    (folder / "d.txt").write_text("The tide came in.\n\n" + "Nobody at the quay saw it. " * 20, encoding="utf-8")
    done = nutgraf(small, "ingest", str(folder))
    assert done.returncode == 0 and "left alone: 3 files of other kinds (2 × .docx, 1 × no ending)" in done.stdout
