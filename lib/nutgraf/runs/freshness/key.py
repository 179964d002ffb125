"""The freshness key of an edition: what its report depends on, part by part. No Delta version number is in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import nutgraf
from nutgraf.desk import Desk, Selection
from nutgraf.erasures import FILE as ERASURES
from nutgraf.overrides import FILE as OVERRIDES
from nutgraf.runs.editions.edition import Edition
from nutgraf.runs.editions.notebooks import as_json
from nutgraf.runs.freshness.fingerprint import RECORDS


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
LIBRARIES = ("matplotlib", "nltk", "numpy", "onnxruntime", "pandas", "pyarrow", "vaderSentiment")


@cache
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


def notebook_digests(name: str, notebook: Mapping[str, Any]) -> dict[str, str]:
    """Hashes of a notebook's code, its text, the order of the two, and what it declares; none of its outputs."""
    cells = [(cell["cell_type"], cell["source"], cell["metadata"].get("tags", [])) for cell in notebook["cells"]]
    return {
        "name": name,
        "code": digest([[source, tags] for kind, source, tags in cells if kind == "code"]),
        "text": digest([[kind, source, tags] for kind, source, tags in cells if kind != "code"]),
        "order": digest([kind for kind, _, _ in cells]),
        "declarations": digest(notebook["metadata"].get("nutgraf", {})),
    }


def article_digests(desk: Desk, selection: Selection) -> list[list[Any]]:
    """Of each selected article its id, version, hash of what measures see of it, and hash of its metadata; sorted."""
    entries = []
    for row in selection.articles.to_pylist():
        about = {name: value for name, value in row.items() if name not in ("article_id", "version", "fetched_at", "outlet_as_read")}
        inputs = desk.input_sha256(row["text_sha256"], row["language"], row["outlet_as_read"])
        entries.append([row["article_id"], row["version"], inputs, digest(about)])
    return sorted(entries)


def decision_digests(folder: Path) -> dict[str, str]:
    """Hashes of what people decided, by file.

    Publications are a consequence and no part of it; nor are overrides and erasures, which are counted for the editions that they touch alone.
    """
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in (sorted(folder.rglob("*")) if folder.is_dir() else [])
        if path.is_file() and path.name not in (*RECORDS, OVERRIDES, ERASURES, "README.md", ".gitkeep")
    }


def parts_of(desk: Desk, edition: Edition, looked_at: Mapping[str, Any], measures: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The parts of the key, each by itself and taken apart, so that ``nutgraf why`` can say what moved.

    Args:
        desk: The desk.
        edition: The edition.
        looked_at: Hashes of its ``notebooks`` and its ``articles``, ``n_articles``, ``attrition``, and hashes of the ``decisions``.
        measures: What it needs, by id, as `nutgraf.measuring.Registry.about` gives it.
    """
    settings = {"timezone": desk.settings.timezone, "excerpt_words": desk.settings.excerpt_words,
                "min_mentions": desk.settings.min_mentions, "title": desk.settings.title}  # fmt: skip
    return {
        "title": edition.title,
        "parameters": {name: as_json(value) for name, value in edition.parameters.items()},
        "window": edition.select.model_dump(mode="json"),
        "measures": dict(measures),
        "settings": settings,
        "environment": environment(),
        **looked_at,
    }


def key_of(parts: Mapping[str, Any]) -> str:
    """One hash over the parts."""
    return digest(dict(parts))
