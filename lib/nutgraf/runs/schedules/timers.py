"""What calls ``nutgraf run --due`` every ten minutes: a line for cron, or a timer of systemd, for one desk. Text alone; see `installing`.

Both read settings such as ``NUTGRAF_ALERT_…`` from a file of the user's own, so that no secret stands in a crontab or a unit.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from nutgraf.errors import UsageError

#: Where the log of cron's runs is, in the desk; systemd keeps its own, the journal.
LOG = "data/processed/run.log"
_MINUTES = 10


def config_home(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder for a user's settings."""
    named = environment.get("XDG_CONFIG_HOME", "")
    return Path(named) if os.path.isabs(named) else Path(environment.get("HOME") or Path.home()) / ".config"


def name_of(root: Path) -> str:
    """The name of a desk's timer: its folder in plain letters, and a part that tells two folders of one name apart."""
    plain = unicodedata.normalize("NFKD", root.name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "desk"
    return f"nutgraf-{words}-{hashlib.sha256(os.fsencode(root)).hexdigest()[:6]}"


def settings_file(root: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Where lines such as ``NUTGRAF_ALERT_MAIL='…'`` for a desk's runs are read from, if it is there."""
    return config_home(environment) / "nutgraf" / f"{name_of(root)}.env"


def _refuse_lines(*paths: Path | str) -> None:
    for path in paths:
        if not str(path).isprintable():
            raise UsageError(
                "neither cron nor systemd can name a path with a line break or a control character", where=repr(str(path)),
                mend="rename the folder", not_done="Nothing was written",
            )  # fmt: skip


def cron_line(root: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The line of a crontab for a desk.

    Raises:
        UsageError: When a path cannot be written in one.
    """
    settings = settings_file(root, environment)
    _refuse_lines(root, settings, sys.executable)
    env, log = shlex.quote(str(settings)), shlex.quote(LOG)
    command = (
        f"cd {shlex.quote(str(root))} && mkdir -p {shlex.quote(os.path.dirname(LOG))} && {{ [ ! -r {env} ] || {{ set -a; . {env}; set +a; }}; "
        f"{shlex.quote(sys.executable)} -P -m nutgraf run --due; }} >> {log} 2>&1"
    )
    return f"*/{_MINUTES} * * * * " + command.replace("%", r"\%")  # a bare % would end the command


def units(root: Path, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The units of systemd for a desk, by the names of their files.

    Raises:
        UsageError: When a path cannot be written in one.
    """
    settings = settings_file(root, environment)
    _refuse_lines(root, settings, sys.executable)
    name, title = name_of(root), f"Nutgraf reports of {_escaped(str(root))}"
    service = f"""[Unit]
Description={title}

[Service]
Type=oneshot
EnvironmentFile=-{_escaped(str(settings))}
Environment={_quoted(f"NUTGRAF_DESK={root}")}
ExecStart={_quoted(sys.executable, is_command=True)} -P -m nutgraf run --due
SuccessExitStatus=30
"""
    timer = f"""[Unit]
Description={title}, every {_MINUTES} minutes

[Timer]
OnCalendar=*:0/{_MINUTES}
AccuracySec=30s
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"{name}.service": service, f"{name}.timer": timer}


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(text: str, *, is_command: bool = False) -> str:
    """As systemd reads one word; a dollar sign begins a variable in a command alone."""
    found = _escaped(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{found.replace("$", "$$") if is_command else found}"'
