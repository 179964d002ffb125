"""A new desk: settings, notebooks, an edition, a place for raw files, and what keeps raw news text out of git."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nutgraf
from nutgraf.errors import ResourceError, UsageError

MIN_ARTICLES = 12
#: Defaults that a new desk's notebooks start with, in place of the sample's.
_DEFAULTS = {
    **dict.fromkeys(("date_from", "date_to", "as_of", "window", "outlet_a", "outlet_b"), '""'),
    "outlets": "[]",
    "min_articles": str(MIN_ARTICLES),
}

SETTINGS = """\
# The settings of this desk. Every line that begins with '#' shows a default or an example.
title = "Our desk"
timezone = "UTC"            # days are counted in this zone, such as "Europe/Oslo"
# site_url = "https://example.org/reports"
# language = "en"           # of the reports
# min_mentions = 3          # people named less often are not shown by name
# excerpt_words = 25        # longest excerpt of an article in a report

# Who hears when a report fails or no article comes in. The address stands in an environment variable; 'nutgraf alerts --test' tries it.
# [alerts.newsroom]
# address_from = "NUTGRAF_ALERT_NEWSROOM"
# nothing_new_days = 3

# A source is a folder or file that every run looks through for new articles. Files and addresses that are given to
# 'nutgraf ingest' by hand need none.
# [[sources]]
# id = "inbox"
# path = "inbox"
# outlet = "The Example"    # for files that do not name theirs

# Or it is fetched: a feed, a sitemap, a list of addresses, or a page. Its articles are followed to their pages.
# [[sources]]
# id = "example"
# kind = "feed"             # feed | sitemap | addresses | page
# url = "https://www.example.org/feed.xml"   # or urls = [...]; of a list in the desk: path = "addresses.csv"
# follow = true             # false: take what the feed itself gives

# [fetching]
# contact = "https://www.example.org/robot"  # named in the user agent, for whoever runs a server and has a question
# delay_seconds = 1.0       # between two requests to one host
# timeout_seconds = 20      # for one answer
# pages_a_run = 1000        # the rest waits for the next run
# recheck_days = 3          # how long a page is looked at again for changes
# allowed_hosts = []        # hosts that may have private addresses, such as "intranet.example" or "127.0.0.1:8000"

# [outlets]                 # names for hosts
# "www.example.org" = "The Example"
"""

EDITION = """\
# One report. docs/editions.md of Nutgraf explains every field.
title: How the stories were told
notebooks:
{notebooks}
# Which articles the report is about. Without this, all of them.
# select:
#   window: last 14 days          # or date_from: 2026-03-02 and date_to: 2026-03-22
#   outlets: [The Example, Another Paper]
#   query: dam AND (seepage OR "safety report") NOT rugby
#   copies: once                  # once | all | none: of one text that several outlets ran
# schedule: 30 6 * * 1-5          # when 'nutgraf run --due' makes it: docs/running.md
# publish: manual                 # wait in staged/ for 'nutgraf publish'; or an embargo: 2026-03-24 06:00
parameters:
  min_articles: {min_articles}                # outlets with fewer articles are "not assessable"
"""

IGNORE = """\
# What stays out of git, and why.

# Raw news text belongs to those who wrote it: it may be analysed here, and may not be published with the code.
/data/raw/*
!/data/raw/README.md

# Tables, staged editions and the site are made from raw input and decisions, and hold news text too.
/data/processed/
/staged/
/site/

# Notebooks executed on real articles carry excerpts in their outputs. The templates in notebooks/ are committed without
# outputs ('Clear All Outputs' before a commit); a run never writes into them.
*.executed.ipynb
.ipynb_checkpoints/

# data/decisions/ is committed: what people decided and what was published is the memory of this desk.
"""

RAW = """\
Raw input, as it came. `nutgraf ingest` copies files here under the sha256 of their bytes, each with a sidecar that says where and
when it was fetched. Nothing here is ever changed, and git ignores it.
"""

DECISIONS = """\
What people decided, as plain text, one file per kind; append, never rewrite. `publications.jsonl`, written by `nutgraf run`, `publish`,
`rollback`, `correct` and `withdraw`, says what happened to which published version when. `do_not_name.csv` (columns name,since,note)
lists people who are not to be named; `names.csv` (columns alias,name,kind) says which names mean the same in all articles; `naming.csv`
(columns set,term,phrase) adds sets of words for one thing. `stories.jsonl`, written by `nutgraf story`, says which articles tell of one
event where the program did not see it, and `published-stories.jsonl`, written by runs, which articles a published story had. Commit this
folder: everything in `data/processed` comes back from raw input and from here. Back up `site/` too: older versions cannot be made again.
"""

README = """\
# A Nutgraf desk

    nutgraf ingest FILES      read articles: .html, .txt, .csv, .jsonl, .parquet, .pdf, feeds, archives; web addresses too
    nutgraf ingest            read what is new in the sources of nutgraf.toml, and fetch those that are on the web
    nutgraf run               measure what is new, execute the notebooks, publish to site/index.html
    nutgraf status            what each report's state is
    nutgraf publish EDITION   publish what waits in staged/ (an edition with 'publish: manual' or an embargo)
    nutgraf check             look at the site as an editor would: exit code 1 when something is to mend
    nutgraf correct, rollback, withdraw     for a report that is out
    nutgraf doctor            what is missing, and how to mend it

`nutgraf.toml` holds the settings, `notebooks/editions/` one file per report, `notebooks/` the analyses: open them in JupyterLab.
Outlets with fewer than {min_articles} articles are "not assessable" until you set `min_articles` in the edition to another number.

`.gitignore` keeps raw news text, tables and reports out of git, and says why.
"""


def initialise(folder: Path) -> list[str]:
    """Make a new desk.

    Args:
        folder: Where; made if it is not there. It must be empty but for hidden files.

    Returns:
        What was made, in lines for a person.

    Raises:
        UsageError: When the folder holds something already.
        ResourceError: When the templates of the notebooks are not in this installation.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError("this is a file, no folder", where=str(folder), mend="give another name", not_done="Nothing was made")
    held = sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []
    if held:
        raise UsageError(
            f"the folder is not empty: it holds {held[0]!r}" + (f" and {len(held) - 1} more" if held[1:] else ""),
            where=str(folder), mend="give an empty folder or a new name", not_done="Nothing was made",
        )  # fmt: skip
    templates = {path.name: as_template(json.loads(path.read_text(encoding="utf-8"))) for path in notebooks()}
    files = {
        "nutgraf.toml": SETTINGS,
        "README.md": README.format(min_articles=MIN_ARTICLES),
        "notebooks/editions/report.yml": EDITION.format(
            notebooks="\n".join(f"  - {name}" for name in _page_order()), min_articles=MIN_ARTICLES
        ),
        "data/raw/README.md": RAW,
        "data/decisions/README.md": DECISIONS,
        **{f"notebooks/{name}": json.dumps(book, indent=1, ensure_ascii=False) + "\n" for name, book in templates.items()},
    }
    if not any("min_articles" in _parameters(book) for book in templates.values()):
        files["notebooks/editions/report.yml"] = files["notebooks/editions/report.yml"].split("parameters:")[0]
    ignore = folder / ".gitignore"
    if not ignore.exists():
        files[".gitignore"] = IGNORE
    try:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if ignore.exists() and ".gitignore" not in files:
            _add_to(ignore)
    except OSError as error:
        raise UsageError(
            f"it cannot be written: {error.strerror}", where=str(folder), mend="check its permissions and the space on its disk",
            not_done="The desk is not whole",
        ) from error  # fmt: skip
    return [f"made a desk in {folder}: {len(templates)} notebooks, the edition 'report', nutgraf.toml"]


def _add_to(ignore: Path) -> None:
    """Put our rules below those that a repository has already."""
    text = ignore.read_text(encoding="utf-8")
    if "/data/raw/*" not in text:
        ignore.write_text(text.rstrip("\n") + "\n\n" + IGNORE, encoding="utf-8")


def notebooks() -> list[Path]:
    """The notebooks this installation carries: in the wheel inside the package, in a source tree beside ``lib/``."""
    package = Path(nutgraf.__file__).parent
    for folder in (package / "desk_template" / "notebooks", package.parent.parent / "notebooks"):
        found = sorted(folder.glob("[0-9]*.ipynb"))
        if found:
            return found
    raise ResourceError(
        "the templates of the notebooks are missing", where="nutgraf", mend="reinstall nutgraf", not_done="Nothing was made"
    )


def _page_order() -> list[str]:
    """Names of the notebooks in the order of the sample's report, then those that it leaves out."""
    names = [path.stem for path in notebooks() if json.loads(path.read_bytes())["metadata"].get("nutgraf", {}).get("publish", True) is not False]
    sample = notebooks()[0].parent / "editions" / "sample.yml"
    listed = re.findall(r"^\s*-\s+([\w-]+)\s*$", sample.read_text(encoding="utf-8"), re.M) if sample.is_file() else []
    return [name for name in listed if name in names] + [name for name in names if name not in listed]


def as_template(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook without outputs and without what belongs to the sample: its dates and its threshold."""
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            cell["source"] = "\n".join(_neutral(line) for line in cell["source"].splitlines())
    return notebook


def _neutral(line: str) -> str:
    match = re.match(r"(?P<name>\w+)(?P<type>\s*:[^=#]+)?\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|\[[^\]]*\]|[\w.]+)(?P<rest>\s*(?:#.*)?)$", line)
    if match is None or match["name"] not in _DEFAULTS:
        return line
    return f"{match['name']}{(match['type'] or '').rstrip()} = {_DEFAULTS[match['name']]}{match['rest']}"


def _parameters(notebook: Mapping[str, Any]) -> str:
    return "".join(cell["source"] for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", []))
