"""A small desk with real notebooks, the work that comes in between runs, and its processes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from tests.test_runs_notebooks import book

#: How long a process may outlive its runner.
GONE_WITHIN_S = 5.0
OUTLETS = ("Brannow Post", "Radio Vell", "The Kelsport Hour")
_SAID = (
    'The council called the dam "a wonderful gift to the valley" on Monday.', "Farmers fear that the terrible flood will ruin them.",
    "Nobody was hurt when the old gate failed.", 'Mayor Ada Quill said: "We are happy with the agreement."',
    "The ferry workers won a good and fair contract.", "Critics said the plan was a disaster for the poor.",
    "Rents rose again in the harbour district.", "The minister praised the brave crew.",
)  # fmt: skip
_OPEN = (
    "from nutgraf.findings import tone\nfrom nutgraf.jupyter import open_desk\ndesk = open_desk()\n"
    "chosen = desk.select(window=window, as_of=as_of, query=query)\nsource = desk.source_line(chosen)"
)
_CHOICE = 'window: str = "last 4000 days"\nas_of: str = ""\nquery: str = ""'
_TONE = ('measured = desk.measure("tone", selection=chosen)', "tone.by_outlet(measured, min_articles=2, source=source)")
_CONTENT: dict[str, dict[str, Any]] = {"10-dam": {"needs": ("tone",), "more": (_OPEN, *_TONE)}}
#: Editions with their notebooks; the first has two pages, so that half a swap would be seen, and the last waits to be published.
EDITIONS = {"dam": ("10-dam", "20-more"), "ferry": ("30-ferry",), "rent": ("40-rent",)}


def make(root: Path, articles: int = 8) -> Path:
    """A desk on which nothing was run."""
    (root / "notebooks" / "editions").mkdir(parents=True)
    (root / "inbox").mkdir()
    settings = 'title = "The desk that is broken"\ntimezone = "Europe/Oslo"\nsite_url = "https://desk.example/"\n'
    settings += '[[sources]]\nid = "inbox"\npath = "inbox"\n'
    (root / "nutgraf.toml").write_text(settings, encoding="utf-8")
    for slug, notebooks in EDITIONS.items():
        lines = [f"title: The {slug}", f"notebooks: [{', '.join(notebooks)}]"] + ["publish: manual"] * (slug == "rent")
        (root / "notebooks" / "editions" / f"{slug}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name in (name for notebooks in EDITIONS.values() for name in notebooks):
        write_notebook(root, name, "first")
    add_articles(root, 0, articles)
    return root


def write_notebook(root: Path, name: str, words: str) -> None:
    """A notebook with prose that says `words`. The first ends in a finding with its evidence; the others are as quick as can be."""
    content = book(_CHOICE, **_CONTENT.get(name, {}))
    content["cells"][0]["source"] = f"# {name}\n\nMade from the {words} draft."
    (root / "notebooks" / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")


def add_articles(root: Path, number: int, articles: int, changed: int | None = None) -> None:
    """One more file for the inbox; `changed` is the number of an earlier file, whose first article comes again with another text.

    The order of the files' names is the order of their arrival, so that a desk which reads them all at once gets the same versions.
    """
    rows = [_article(number, at) for at in range(articles)]
    if changed is not None:
        rows.append(_article(changed, 0, f"Correction number {number}: nobody was angry."))
    text = "".join(json.dumps(row) + "\n" for row in rows)
    partial = root / f"{number}.part"
    partial.write_text(text, encoding="utf-8")
    partial.rename(root / "inbox" / f"{number:05d}.jsonl")


def _article(number: int, at: int, more: str = "") -> dict[str, Any]:
    chance = random.Random(1000 * number + at)
    said = [chance.choice(_SAID) for _ in range(5)]
    return {
        "url": f"https://paper.example/{number}/{at}", "outlet": OUTLETS[(number + at) % len(OUTLETS)],
        "headline": f"Report {number} of part {at}", "published_at": f"2026-03-{1 + (number + at) % 27:02d}T08:00:00Z",
        "text": " ".join([f"This is report {number}, part {at}.", *said, more]),
    }  # fmt: skip


def run_command(*arguments: str) -> list[str]:
    """The command line of a run."""
    return [sys.executable, "-m", "nutgraf", "run", *arguments]


def start(root: Path, *arguments: str, before: list[str] = (), **options: Any) -> subprocess.Popen:  # type: ignore[assignment]
    """Start a run as a person's shell would."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUTGRAF_")}
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment} | options
    return subprocess.Popen([*before, *run_command(*arguments)], cwd=root, **options)


def run(root: Path, *arguments: str, before: list[str] = (), timeout: int = 180, **options: Any) -> subprocess.CompletedProcess[str]:  # type: ignore[assignment]
    """Run it to its end."""
    process = start(root, *arguments, before=before, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    out, err = process.communicate(timeout=timeout)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def left_over(root: Path) -> list[psutil.Process]:
    """Executors and kernels of this desk that are alive."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get("NUTGRAF_DESK") == str(root):
                found.append(process)
        except psutil.Error:
            continue  # it ended while we looked
    return found


def seconds_until_gone(root: Path) -> float:
    """How long the desk's processes went on; fails when one is alive after `GONE_WITHIN_S`."""
    began = time.monotonic()
    while alive := left_over(root):
        gone = time.monotonic() - began
        assert gone < GONE_WITHIN_S, f"alive {gone:.1f} s after their runner: {[process.cmdline() for process in alive]}"
        time.sleep(0.05)
    return time.monotonic() - began
