"""Desks for benchmarks: the sample's, with one edition really made, and as many copies of it as one likes, in every place that knows it.

A copy has its own edition file, its own folder on the site with true manifests, its own entry in the publication record and its own
attempt in the ledger, so that a run takes all of them for editions that are up to date.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
FIRST = "e000"
EDITION = """\
title: How six outlets told four stories
notebooks: [{notebooks}]
select:
  date_from: 2026-03-02
  date_to: 2026-03-{last_day}
  as_of: 2026-03-24
parameters:
  min_articles: 5
"""


class Timed(NamedTuple):
    """What a command took, in seconds: wall time, processor time of it and of its children, and what it said."""

    wall_s: float
    cpu_s: float
    said: str


def timed(command: list[str], folder: Path, **environment: str) -> Timed:
    """Run a command to its end.

    Raises:
        CalledProcessError: When it fails.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, env={**os.environ, **environment})
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        done.check_returncode()
    return Timed(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout + done.stderr)


def nutgraf(*arguments: str) -> list[str]:
    """A command line as a scheduler starts it."""
    return [sys.executable, "-m", "nutgraf", *arguments]


def sample(root: Path) -> Path:
    """A desk with the repository's notebooks, settings and sample, and no edition."""
    for name in ("notebooks", "data/raw/sample"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "editions"))
    shutil.copy(ROOT / "nutgraf.toml", root)
    (root / "notebooks" / "editions").mkdir()
    return root


def write_edition(root: Path, slug: str, notebooks: list[str], last_day: int = 22) -> None:
    """An edition over the sample's three weeks, or up to an earlier day of March."""
    text = EDITION.format(notebooks=", ".join(notebooks), last_day=last_day)
    (root / "notebooks" / "editions" / f"{slug}.yml").write_text(text, encoding="utf-8")


def editions(root: Path, number: int, notebooks: list[str]) -> list[str]:
    """Make one edition of the sample and lay out copies of it until there are so many.

    Returns:
        Their slugs.
    """
    sample(root)
    write_edition(root, FIRST, notebooks)
    timed(nutgraf("run"), root)
    slugs = [f"e{at:03d}" for at in range(number)]
    record = root / "data" / "decisions" / "publications.jsonl"
    published = json.loads(record.read_text(encoding="utf-8"))
    with record.open("a", encoding="utf-8") as file:
        for slug in slugs[1:]:
            write_edition(root, slug, notebooks)
            _copy_pages(root, slug)
            own = {**published, "edition": slug, "id": published["id"].replace(f":{FIRST}/", f":{slug}/")}
            file.write(json.dumps(own, ensure_ascii=False, sort_keys=True) + "\n")
    _copy_attempts(root, slugs[1:])
    return slugs


def _copy_pages(root: Path, slug: str) -> None:
    home = root / "site" / "editions"
    shutil.copytree(home / FIRST, home / slug)
    for manifest in home.joinpath(slug).rglob("manifest.json"):
        held = json.loads(manifest.read_text(encoding="utf-8"))
        held["edition"] = slug
        manifest.write_text(json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _copy_attempts(root: Path, slugs: list[str]) -> None:
    """The ledger's rows of the first edition once more for each copy, with what its own pages hold."""
    ledger = sqlite3.connect(root / "data" / "processed" / "ledger.sqlite", isolation_level=None)
    ledger.row_factory = sqlite3.Row
    attempt, checked = (dict(ledger.execute(f"select * from {table}").fetchone()) for table in ("attempts", "checked"))
    del attempt["attempt_id"]
    ledger.execute("begin")
    for slug in slugs:
        pages = {
            f"editions/{slug}/{path.relative_to(root / 'site' / 'editions' / slug).as_posix()}": hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted((root / "site" / "editions" / slug).rglob("*")) if path.is_file()
        }  # fmt: skip
        for table, row in (("attempts", {**attempt, "edition": slug, "pages": json.dumps(pages)}), ("checked", {**checked, "edition": slug})):
            ledger.execute(f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))
    ledger.execute("delete from settled")
    ledger.execute("commit")
    ledger.close()
