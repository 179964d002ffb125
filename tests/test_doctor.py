"""``nutgraf doctor``: what is missing, and how to mend it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from filelock import FileLock
from nutgraf import doctor
from nutgraf.desk import Desk
from nutgraf.resources import nltk_data

from tests.test_cli import nutgraf


def states(checks: list[dict], name: str) -> list[str]:
    return [check["state"] for check in checks if check["check"] == name]


def test_a_whole_installation_is_told_with_its_licences(tmp_path: Path) -> None:
    done = nutgraf(tmp_path, "doctor", "--json")
    checks = json.loads(done.stdout)["checks"]
    bad = [check for check in checks if check["state"] == "bad"]
    assert done.returncode == 0 and not bad
    told = {check["check"]: check["detail"] for check in checks if check["check"] != "licences"}
    assert "nltk 3." in told["packages"] and "3." in told["python"] and "tone" in told["measures"]
    licences = " ".join(check["detail"] for check in checks if check["check"] == "licences")
    assert "MIT" in licences and "BSD" in licences and "not stated" in licences
    assert "re-upload of en_core_web_sm (MIT), not compared with upstream" in told["language model"]
    assert states(checks, "desk") == ["note"]
    person = nutgraf(tmp_path, "doctor").stdout
    assert "everything needed is here" in person and "not stated" in person


def test_missing_and_changed_data_is_bad_and_can_be_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nltk_data, "folder", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    (found,) = [check for check in doctor.examine() if check["check"] == "NLTK data"]
    assert found["state"] == "bad" and "is missing" in found["detail"] and "nutgraf.resources.nltk_data" in found["mend"]
    for name in nltk_data.FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"another")
    (found,) = [check for check in doctor.examine() if check["check"] == "NLTK data"]
    assert found["state"] == "bad" and "is changed" in found["detail"]
    assert "BAD" in doctor.show([found]) and "to mend:" in doctor.show([found])


def test_another_kernel_of_the_same_name_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        json.dumps({"argv": ["/opt/other/bin/python", "-m", "ipykernel_launcher"], "display_name": "P", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (found,) = [check for check in doctor.examine() if check["check"] == "kernel"]
    assert found["state"] == "bad" and "/opt/other/bin/python" in found["detail"] and "ipykernel install" in found["mend"]


def test_a_desk_is_looked_at(finished: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished.root / "notebooks")
    checks = doctor.examine()
    assert [states(checks, name) for name in ("desk", "tables", "batches", "lock", "disk")] == [["ok"]] * 5
    with FileLock(finished.processed / "lock"):
        assert "held by nutgraf run, process" in next(c["detail"] for c in doctor.examine() if c["check"] == "lock")


def test_a_sick_desk_is_bad(tmp_path: Path) -> None:
    (tmp_path / "nutgraf.toml").write_text('[[sources]]\nid = "a"\npath = "inbox"\n', encoding="utf-8")
    log = tmp_path / "data" / "processed" / "articles" / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json").write_text("not json", encoding="utf-8")
    (tmp_path / "data" / "processed" / "journal.jsonl").write_text('{"work_id": "w", "state": "begun", "tables": ["spans"]}\n')
    done = nutgraf(tmp_path, "doctor")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "inbox does not exist" in done.stdout and "table 'articles' cannot be read" in done.stdout
    assert "1 unfinished" in done.stdout and "things to mend" in done.stdout
    (tmp_path / "nutgraf.toml").write_text("titel = 1", encoding="utf-8")
    assert "did you mean 'title'" in nutgraf(tmp_path, "doctor").stdout


def test_how_many_processes_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nutgraf.measuring.usable_cpus", lambda: 3)
    monkeypatch.setattr("nutgraf.measuring.default_workers", lambda: 3)
    monkeypatch.chdir(tmp_path)
    told = {}
    for setting in ("", "[measuring]\nworkers = 1\n", "[measuring]\nworkers = 8\n"):
        (tmp_path / "nutgraf.toml").write_text(setting)
        (check,) = [check for check in doctor.examine() if check["check"] == "processes"]
        told[setting[-2:-1]] = check["state"], check["detail"].partition(" where")[0], check["mend"]
    assert told == {
        "": ("ok", "3 measure", None), "1": ("ok", "1 measures", None), "8": ("note", "8 measure", "set workers to 3 or fewer"),
    }  # fmt: skip


def test_which_limits_hold_when_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nutgraf.toml").write_text("[reading]\nseconds = 9\n")
    told = []
    for held in (("time", "memory", "writing", "network"), ("time",), ()):
        absent = [name for name in ("time", "memory", "writing", "network") if name not in held]
        monkeypatch.setattr("nutgraf.ingest.apart.confining.in_force", lambda held=held, absent=absent: (list(held), absent))
        (check,) = [check for check in doctor.examine() if check["check"] == "reading"]
        told.append((check["state"], check["detail"]))
    assert told == [
        ("ok", "in a process apart that may neither write nor use the network; 9 s without an article and 1,000 MB a file ([reading] in nutgraf.toml)"),
        ("note", "in a process apart; 9 s without an article and 1,000 MB a file; this system holds no limit of memory, writing, network"),
        ("note", "in the process of the command; this system holds no limit of time, memory, writing, network"),
    ]
