"""Proof that nothing moved since the last good run, in milliseconds and without opening a table.

An equal fingerprint proves "nothing new". A different one proves nothing: then the freshness keys decide. It has two halves:
what a run reads, taken before the run reads it, so that an edit made meanwhile is never taken for done; and what it writes,
taken at its end. Only the standard library is used, since everything here happens before anything else is imported.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tomllib
from collections.abc import Iterator

import nutgraf

_IGNORED = ("__pycache__", ".ipynb_checkpoints", ".runs")
#: Written by a run itself, so they belong to the second half.
RECORDS = ("publications.jsonl", "published-stories.jsonl")


def fingerprint(root: str | os.PathLike[str], before: str | None = None) -> str:
    """Hash over everything a run of this desk reads and writes.

    Args:
        root: The desk's folder.
        before: `inputs` as they were when the run began; None to look at them now.

    Raises:
        OSError, ValueError: When the settings cannot be read.
    """
    root = os.fspath(root)
    return hashlib.sha256(f"{before or inputs(root)}|{_outputs(root)}".encode()).hexdigest()


def inputs(root: str | os.PathLike[str]) -> str:
    """Hash of what a run reads: settings, sources, notebooks, editions, decisions, this package and the packages beside it.

    Files count by name, size and times, ``nutgraf.toml`` by content.

    Args:
        root: The desk's folder.

    Raises:
        OSError, ValueError: When the settings cannot be read.
    """
    root = os.fspath(root)
    settings = _settings(root)
    sources = [str(source["path"]) for source in tomllib.loads(settings.decode("utf-8")).get("sources", []) if "path" in source]
    return _hashed(root, settings, *sources, "notebooks", "data/decisions")


def program(root: str | os.PathLike[str]) -> str:
    """Hash of what decides when an edition is due and whether it can be made, articles and decisions apart: settings, notebooks,
    editions, this package and the packages beside it. What a notebook writes beside itself is no part of it.

    Args:
        root: The desk's folder.

    Raises:
        OSError: When the settings cannot be read.
    """
    root = os.fspath(root)
    return _hashed(root, _settings(root), "notebooks", endings=(".ipynb", ".yml", ".py"))


def _settings(root: str) -> bytes:
    with open(os.path.join(root, "nutgraf.toml"), "rb") as file:
        return file.read()


def _hashed(root: str, settings: bytes, *folders: str, endings: tuple[str, ...] = ("",)) -> str:
    total = hashlib.sha256(_packages())
    total.update(settings)
    total.update(os.environ.get(nutgraf.WITHOUT_MODELS, "").encode())  # so that a quick answer is no proof of a whole one
    for folder, of in (*((os.path.join(root, path), endings) for path in folders), (os.path.dirname(nutgraf.__file__), ("",))):
        for line in _listing(folder, skip=RECORDS, endings=of):
            total.update(line)
    return total.hexdigest()


def _outputs(root: str) -> str:
    """Hash of what a run writes: the site, what waits to be published, the publication records, and the tables' newest commits."""
    total = hashlib.sha256()
    for name in ("site", "staged", *(f"data/decisions/{record}" for record in RECORDS)):
        for line in _listing(os.path.join(root, name)):
            total.update(line)
    processed = os.path.join(root, "data", "processed")
    for table in sorted(_names(processed)):
        commits = [name for name in _names(os.path.join(processed, table, "_delta_log")) if name.endswith(".json")]
        if commits:
            total.update(f"{table}={max(commits)}\n".encode())
    return total.hexdigest()


def _packages() -> bytes:
    """The interpreter and the names of all installed distributions, which hold their versions."""
    found = {
        name for path in sys.path if path for name in _names(path) if name.endswith((".dist-info", ".egg-info"))
    }
    return "\n".join([sys.version, *sorted(found)]).encode("utf-8", "surrogateescape")


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _listing(path: str, skip: tuple[str, ...] = (), endings: tuple[str, ...] = ("",)) -> Iterator[bytes]:
    """One line per file: its path below `path`, size, times. What is not there gives another line than an empty folder."""
    if not os.path.isdir(path):
        yield _entry(path)
        return
    yield f"{path}\n".encode("utf-8", "surrogateescape")
    stack = [path]
    while stack:
        folder = stack.pop()
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name in _IGNORED or entry.name in skip:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
                elif entry.name.endswith(endings):
                    yield _entry(entry.path)


def _entry(path: str) -> bytes:
    try:
        about = os.stat(path)
    except OSError:
        return f"{path}\0absent\n".encode("utf-8", "surrogateescape")
    # The time of the last change of the entry itself cannot be set by hand, so a restored time does not hide an edit.
    times = f"{about.st_mtime_ns}\0{about.st_ctime_ns}"
    return f"{path}\0{about.st_size}\0{times}\n".encode("utf-8", "surrogateescape")
