"""The freshness key of an edition: what its report depends on, part by part. No Delta version number is in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import nutgraf
from nutgraf.desk import Desk, Selection
from nutgraf.runs.edition import Edition


def digest(value: Any) -> str:
    """Hex sha256 of a value's JSON, sixteen digits."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def package_digest() -> str:
    """Hash of this package's code and resources, so that a changed chart is drawn again."""
    root = Path(nutgraf.__file__).parent
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


#: What else decides over figures and pictures: another version may round, draw or split in another way.
LIBRARIES = ("matplotlib", "nltk", "numpy", "pandas", "pyarrow", "vaderSentiment")


def environment() -> dict[str, str]:
    """Versions of the interpreter, of this package and of the libraries that decide over figures and pictures."""
    import importlib.metadata
    import platform

    found = {"python": ".".join(platform.python_version_tuple()[:2]), "nutgraf": nutgraf.__version__, "package": package_digest()}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def notebook_digest(notebook: Mapping[str, Any]) -> str:
    """Hash of a notebook's cells and declarations, without its outputs."""
    cells = [[cell["cell_type"], cell["source"], cell["metadata"].get("tags", [])] for cell in notebook["cells"]]
    return digest([cells, notebook["metadata"].get("nutgraf", {})])


def articles_digest(desk: Desk, selection: Selection) -> str:
    """Hash of the selected articles: their keys, their inputs to measures and their metadata."""
    rows = selection.articles.to_pylist()
    entries = []
    for row in rows:
        about = {name: value for name, value in row.items() if name not in ("article_id", "version", "fetched_at")}
        inputs = desk.input_sha256(row["text_sha256"], row["language"], row["outlet"])
        entries.append([row["article_id"], row["version"], inputs, digest(about)])
    return digest([sorted(entries), selection.attrition])


def decisions_digest(folder: Path) -> str:
    """Hash of what people decided. Publications are a consequence and no part of it."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file() and path.name not in ("publications.jsonl", "README.md", ".gitkeep"):
            total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def parts_of(
    desk: Desk,
    edition: Edition,
    notebooks: Sequence[Mapping[str, Any]],
    selection: Selection,
    versions: Mapping[str, str],
) -> dict[str, Any]:
    """The parts of the key, each by itself, so that ``nutgraf why`` can say which one moved."""
    settings = {"timezone": desk.settings.timezone, "excerpt_words": desk.settings.excerpt_words,
                "min_mentions": desk.settings.min_mentions, "title": desk.settings.title}  # fmt: skip
    return {
        "title": edition.title,
        "notebooks": [notebook_digest(notebook) for notebook in notebooks],
        "parameters": edition.parameters,
        "window": edition.select.model_dump(mode="json"),
        "articles": articles_digest(desk, selection),
        "n_articles": len(selection),
        "measures": dict(versions),
        "decisions": decisions_digest(desk.decisions),
        "settings": settings,
        "environment": environment(),
    }


def key_of(parts: Mapping[str, Any]) -> str:
    """One hash over the parts."""
    return digest(dict(parts))
