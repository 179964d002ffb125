"""Putting a desk's timer into the user's crontab or among the user's units of systemd, and taking it away. Other lines stay as they are."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from nutgraf.errors import NutgrafError
from nutgraf.runs.schedules import timers

_NOT_WRITTEN = "Nothing was written"


def cron(root: Path, *, remove: bool = False) -> bool:
    """Put a desk's line into the user's crontab, in a marked block, or take it away.

    Returns:
        Whether the crontab changed.

    Raises:
        NutgrafError: When there is no crontab command, it fails, or the block's end is missing.
    """
    line = "" if remove else timers.cron_line(root)
    if shutil.which("crontab") is None:
        paste = "" if remove else f". The line to put in by hand: {line}"
        raise NutgrafError(f"there is no command crontab here{paste}", mend="install cron, or use --systemd", not_done=_NOT_WRITTEN)
    held = _listed()
    wanted = with_block(held, timers.name_of(root), line)
    if wanted == held:
        return False
    done = _crontab("-", content=wanted)
    if done.returncode:
        raise NutgrafError(f"crontab refused the new lines: {_said(done)}", mend="see 'man crontab'", not_done="The crontab is as it was")
    return True


def with_block(held: bytes, name: str, line: str) -> bytes:
    """A crontab with a desk's block new or replaced; without it when there is no line.

    Raises:
        NutgrafError: When the block has lost its end.
    """
    begin, end = f"# >>> {name}: written by 'nutgraf schedule install' >>>".encode(), f"# <<< {name} <<<".encode()
    lines = held.splitlines(keepends=True)
    bare = [one.rstrip(b"\r\n") for one in lines]
    block = [begin + b"\n", os.fsencode(line) + b"\n", end + b"\n"] if line else []
    if begin not in bare:
        gap = [b"\n"] if block and lines and not lines[-1].endswith(b"\n") else []
        return b"".join([*lines, *gap, *block])
    first = bare.index(begin)
    if end not in bare[first:]:
        raise NutgrafError(
            f"the crontab holds the line {begin.decode()!r} and not its end {end.decode()!r}",
            mend="take that line and what belongs to it out with 'crontab -e'", not_done="The crontab is as it was",
        )  # fmt: skip
    last = bare.index(end, first)
    return b"".join([*lines[:first], *block, *lines[last + 1 :]])


def _listed() -> bytes:
    done = _crontab("-l")
    if done.returncode == 0:
        return done.stdout
    if b"no crontab" in done.stderr:
        return b""
    raise NutgrafError(f"the crontab cannot be read: {_said(done)}", mend="see 'crontab -l'", not_done=_NOT_WRITTEN)


def _crontab(argument: str, content: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["crontab", argument], input=content, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"})


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return os.fsdecode(done.stderr).strip() or f"exit code {done.returncode}"


def systemd(root: Path, *, remove: bool = False, environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Write a desk's units among the user's own, or take them away.

    Returns:
        The files that were written, changed or taken away.

    Raises:
        NutgrafError: When a file cannot be written.
    """
    folder, changed = timers.config_home(environment) / "systemd" / "user", []
    for name, text in timers.units(root, environment).items():
        path, content = folder / name, os.fsencode(text)
        try:
            if remove:
                if path.exists():
                    path.unlink()
                    changed.append(path)
            elif not path.is_file() or path.read_bytes() != content:
                folder.mkdir(parents=True, exist_ok=True)
                partial = path.with_name(f".{name}.part")
                partial.write_bytes(content)
                partial.replace(path)
                changed.append(path)
        except OSError as error:
            raise NutgrafError(f"the unit cannot be written: {error.strerror}", where=str(path), mend="check its folder's permissions") from error
    return changed


def systemctl_commands(root: Path, *, remove: bool = False) -> list[list[str]]:
    """What makes systemd take the units up, or, before they are taken away, lay them down."""
    timer = f"{timers.name_of(root)}.timer"
    if remove:
        return [["systemctl", "--user", "disable", "--now", timer]]
    return [["systemctl", "--user", "daemon-reload"], ["systemctl", "--user", "enable", "--now", timer]]


def call(command: list[str]) -> None:
    """Run one of `systemctl_commands`.

    Raises:
        NutgrafError: When there is no systemd for this user, or it refuses.
    """
    words = " ".join(command)
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise NutgrafError("there is no command systemctl here", mend=f"run it where systemd is: {words}") from error
    if done.returncode:
        raise NutgrafError(f"'{words}' failed: {_said(done)}", mend="the units are written; run it again in a login session of this user")
