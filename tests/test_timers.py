"""What calls ``nutgraf run --due``: lines for cron and units of systemd that name a desk rightly, and leave other lines alone."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nutgraf.errors import NutgrafError, UsageError
from nutgraf.runs import runner
from nutgraf.runs.attempts.ledger import FILE, Ledger
from nutgraf.runs.schedules import installing, timers
from nutgraf.runs.schedules.due import DueOnes

from tests.test_cli import nutgraf, one_line
from tests.test_lifecycle import desk_with, write

#: A name that has broken shell scripts, crontabs and units before.
HARD = "dæsk 100% {x} $HOME 'a' \"b\" \\n"
#: A crontab command that keeps what it is given in a file; cron itself is not on every machine. It is a program of its own, and is
#: called as the real one is: "crontab -l" to read, "crontab -" to write.
CRONTAB = """#!/bin/sh
case "$1" in
-l) if [ -f "$HOME/tab" ]; then cat "$HOME/tab"; else echo "no crontab for $USER" >&2; exit 1; fi ;;
-) [ ! -f "$HOME/refuse" ] || { echo '"-":1: bad minute' >&2; exit 1; }; cat > "$HOME/tab" ;;
esac
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own, with a crontab command."""
    folder = tmp_path / "home"
    (folder / "bin").mkdir(parents=True)
    command = folder / "bin" / "crontab"
    command.write_text(CRONTAB)
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


def as_cron_runs(line: str) -> list[str]:
    """What cron hands to the shell: the command after five fields, up to a bare %, and \\% as %."""
    command = line.split(" ", 5)[5]
    marked = command.replace("\\%", "\0")
    assert "%" not in marked, "a bare % ends the command"
    return ["/bin/sh", "-c", marked.replace("\0", "%")]


def test_the_cron_line_runs_what_is_due_with_the_settings_of_its_file(tmp_path: Path, home: Path) -> None:
    desk = desk_with(tmp_path / HARD, schedule="30 6 * * *")
    settings = timers.settings_file(desk.root)
    settings.parent.mkdir(parents=True)
    settings.write_text("NUTGRAF_NOTE='a & b 100%'\n", encoding="utf-8")
    cell = "import os, pathlib; pathlib.Path(os.environ['NUTGRAF_DESK'], 'seen').write_text(os.environ['NUTGRAF_NOTE'])"
    path = desk.root / "notebooks" / "10-dam.ipynb"
    path.write_text(path.read_text().replace("x = 1", cell), encoding="utf-8")
    line = timers.cron_line(desk.root)
    assert line.startswith("*/10 * * * * ") and "\n" not in line
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LOGNAME": "x"}  # no more than cron gives
    for _ in range(2):
        done = subprocess.run(as_cron_runs(line), cwd=home, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    log = (desk.root / timers.LOG).read_text(encoding="utf-8")
    assert "dam: published" in log and log.count("nothing is due before") == 1
    assert (desk.root / "seen").read_text() == "a & b 100%"
    assert "a & b" not in line and "a & b" not in log
    settings.unlink()
    assert subprocess.run(as_cron_runs(line), cwd=home, env=environment, capture_output=True, check=False).returncode == 0, "the file need not be there"


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path, home: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    desk = desk_with(tmp_path / HARD, schedule="30 6 * * *")
    paths = installing.systemd(desk.root)
    assert {path.suffix for path in paths} == {".service", ".timer"} and {path.parent for path in paths} == {home / ".config" / "systemd" / "user"}
    for path in paths:
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0 and path.name not in done.stderr, done.stderr
    broken = paths[0].parent / "broken.service"
    broken.write_text(paths[0].read_text().replace('"NUTGRAF_DESK=', '"NUTGRAF_DESK').replace("oneshot", "oneshoot"), encoding="utf-8")
    assert "broken.service" in subprocess.run(["systemd-analyze", "verify", "--man=no", str(broken)], capture_output=True, text=True, check=False).stderr


def test_units_read_a_word_as_it_was_meant(tmp_path: Path, home: Path) -> None:
    root = Path('/a b/100% $x "q" \\y')
    service = timers.units(root)[f"{timers.name_of(root)}.service"]
    assert 'Environment="NUTGRAF_DESK=/a b/100%% $x \\"q\\" \\\\y"' in service.splitlines()
    assert f'ExecStart="{sys.executable}" -P -m nutgraf run --due' in service and "EnvironmentFile=-" in service
    assert timers._quoted("/a $b%", is_command=True) == '"/a $$b%%"'


def test_a_name_is_plain_and_tells_two_folders_apart() -> None:
    assert timers.name_of(Path("/a/Dæsk Ä")).startswith("nutgraf-dsk-a-")
    assert timers.name_of(Path("/a/desk")) != timers.name_of(Path("/b/desk"))
    assert timers.name_of(Path("/a/Буря")).startswith("nutgraf-desk-")
    with pytest.raises(UsageError, match="line break"):
        timers.cron_line(Path("/a/b\nc"))
    with pytest.raises(UsageError, match="line break"):
        timers.units(Path("/a/b\nc"))


@pytest.mark.parametrize("held", ["", "# mine\n5 4 * * * backup 100\\%\n", "MAILTO=x\n\n@daily no-end", "@daily \udcff\n"])
def test_a_crontab_keeps_its_other_lines(tmp_path: Path, home: Path, held: str) -> None:
    root, tab = tmp_path / "desk", home / "tab"
    before = held.encode("utf-8", "surrogateescape")
    if held:
        tab.write_bytes(before)
    assert installing.cron(root)
    inside = tab.read_bytes()
    assert inside.startswith(before) and os.fsencode(timers.cron_line(root)) + b"\n" in inside
    assert not installing.cron(root) and tab.read_bytes() == inside, "a second call changes nothing"
    assert installing.cron(tmp_path / "other") and tab.read_bytes().startswith(inside)
    assert installing.cron(tmp_path / "other", remove=True) and tab.read_bytes() == inside
    assert installing.cron(root, remove=True)
    assert tab.read_bytes() == (before + b"\n" if held and not held.endswith("\n") else before)
    assert not installing.cron(root, remove=True)


def test_a_line_of_before_is_replaced_in_its_place(tmp_path: Path, home: Path) -> None:
    root, tab = tmp_path / "desk", home / "tab"
    installing.cron(root)
    wanted = tab.read_text()
    tab.write_text("# before\n" + wanted.replace("*/10", "*/5") + "# after\n")
    assert installing.cron(root) and tab.read_text() == f"# before\n{wanted}# after\n"


def test_what_stands_in_the_way_is_said_and_nothing_written(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, tab = tmp_path / "desk", home / "tab"
    installing.cron(root)
    tab.write_text("".join(tab.read_text().splitlines(keepends=True)[:-1]))
    lost = tab.read_text()
    for remove in (False, True):
        with pytest.raises(NutgrafError, match="holds the line .* and not its end"):
            installing.cron(root, remove=remove)
    assert tab.read_text() == lost
    tab.unlink()
    (home / "refuse").touch()
    with pytest.raises(NutgrafError, match="crontab refused the new lines: .*bad minute"):
        installing.cron(root)
    (home / "bin" / "crontab").write_text("#!/bin/sh\necho 'you may not' >&2\nexit 1\n")
    with pytest.raises(NutgrafError, match="the crontab cannot be read: you may not"):
        installing.cron(root)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NutgrafError) as caught:
        installing.cron(root)
    assert timers.cron_line(root) in caught.value.what and "Nothing was written" in str(caught.value)


def test_the_commands_install_and_remove(tmp_path: Path, home: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule="30 6 * * *")
    assert nutgraf(desk.root, "schedule", "install").returncode == 2
    assert nutgraf(desk.root, "schedule", "install", "--cron", "--enable").returncode == 2
    done = nutgraf(desk.root, "schedule", "install", "--cron")
    assert done.returncode == 0 and "put into your crontab" in done.stdout and "NUTGRAF_ALERT_…" in done.stdout, done.stderr
    assert "nothing to change" in nutgraf(desk.root, "schedule", "install", "--cron").stdout
    assert "taken out of your crontab" in nutgraf(desk.root, "schedule", "install", "--cron", "--remove").stdout
    done = nutgraf(desk.root, "schedule", "install", "--systemd")
    name = timers.name_of(desk.root)
    assert done.stdout.count("written: ") == 2 and f"now run: systemctl --user enable --now {name}.timer" in done.stdout
    assert "the units are as they should be" in nutgraf(desk.root, "schedule", "install", "--systemd").stdout
    called = home / "called"
    (home / "bin" / "systemctl").write_text(f'#!/bin/sh\necho "$@" >> {called}\n')
    (home / "bin" / "systemctl").chmod(0o755)
    assert nutgraf(desk.root, "schedule", "install", "--systemd", "--enable").returncode == 0
    assert called.read_text() == f"--user daemon-reload\n--user enable --now {name}.timer\n"
    (home / "bin" / "systemctl").write_text("#!/bin/sh\necho 'Failed to connect to bus' >&2\nexit 1\n")
    assert "failed: Failed to connect to bus" in one_line(nutgraf(desk.root, "schedule", "install", "--systemd", "--enable"))
    gone = nutgraf(desk.root, "schedule", "install", "--systemd", "--remove")
    assert gone.stdout.count("taken away: ") == 2 and not list((home / ".config" / "systemd" / "user").iterdir())
    assert not [path for path in desk.root.rglob("*") if name in path.name], "nothing is written into the desk"


def test_show_says_what_is_due_when_and_what_was_missed(tmp_path: Path, home: Path) -> None:
    desk = desk_with(tmp_path / "desk", schedule="30 6 * * 1-5")
    write(desk.root, "Other", slug="ferry")
    (desk.editions / "bad.yml").write_text("title: Bad\nnotebooks: [10-dam]\nschedule: 1 2 3\n", encoding="utf-8")
    found = json.loads(nutgraf(desk.root, "schedule", "show", "--json").stdout)
    dam, ferry = found["editions"]
    assert (dam["slug"], dam["words"], dam["is_due"], dam["last_handled"], dam["n_missed"]) == ("dam", "Monday to Friday at 06:30", True, None, 0)
    assert len(dam["next"]) == 3 and all("T06:30+0" in moment for moment in dam["next"]) and ferry == {"slug": "ferry", "schedule": None}
    assert "has 3 fields" in found["invalid"]["bad"] and found["cron"] == timers.cron_line(desk.root) and found["timezone"] == "Europe/Oslo"
    assert list(found["systemd"]) == list(timers.units(desk.root)) and not (desk.processed / FILE).exists(), "it only looks"
    runner.run(desk, pick=DueOnes(lambda line: None), say=lambda line: None)
    with Ledger.open(desk.processed / FILE) as ledger:
        ledger.note_handled("dam", datetime.now(UTC) - timedelta(days=28))
    text = nutgraf(desk.root, "schedule", "show").stdout
    assert "dam: Monday to Friday at 06:30 (30 6 * * 1-5)" in text and "  missed: 19 since " in text and "due now" in text
    assert "ferry: no schedule" in text and "invalid: notebooks/editions/bad.yml" in text and timers.cron_line(desk.root) in text
    write(desk.root, "First", schedule="'@daily'")
    path = desk.root / "notebooks" / "10-dam.ipynb"
    path.write_text(path.read_text().replace("x = 1", "raise ValueError"), encoding="utf-8")
    assert runner.run(desk, pick=DueOnes(lambda line: None), say=lambda line: None).exit_code == 10
    text = nutgraf(desk.root, "schedule", "show").stdout
    assert "dam: every day at 00:00 (@daily)" in text and "failed; tried again from " in text and "due now" not in text
