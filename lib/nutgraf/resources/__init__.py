"""Word lists, codebooks and models: where they are, and that they are what they were."""

from __future__ import annotations

import hashlib
import importlib.metadata
from functools import cache
from pathlib import Path

from nutgraf.errors import ResourceError

HERE = Path(__file__).parent
FUNCTION_WORDS = "function-words.txt"


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def own(name: str) -> Path:
    """A file of this package, such as ``codebooks/generic-frames.toml``."""
    path = HERE / name
    if not path.is_file():
        raise ResourceError("resource is missing", where=name, mend="reinstall nutgraf")
    return path


@cache
def function_words() -> frozenset[str]:
    """Words of grammar, which say more about sentence length than about a story, in small letters."""
    lines = own(FUNCTION_WORDS).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def carried(distribution: str, file: str, sha256: str) -> Path:
    """A data file that another installed package carries; the package itself is never imported.

    Args:
        distribution: Name of the installed distribution.
        file: The file's path inside it, with forward slashes.
        sha256: What the file's bytes must hash to.

    Returns:
        Its path.

    Raises:
        ResourceError: When the package is absent or its file is another one than was measured.
    """
    try:
        found = importlib.metadata.distribution(distribution)
    except importlib.metadata.PackageNotFoundError as error:
        raise ResourceError(
            f"package '{distribution}' is not installed", where=file, mend="run 'make setup'"
        ) from error
    path = Path(str(found.locate_file(file)))
    if not path.is_file():
        raise ResourceError("file is missing from the installed package", where=f"{distribution}: {file}", mend="run 'make setup'")
    return checked(path, sha256, where=f"{distribution}: {file}", mend="install the version in requirements.lock")


def checked(path: Path, sha256: str, *, where: str, mend: str = "reinstall nutgraf") -> Path:
    """A file that is what it was.

    Args:
        path: The file.
        sha256: What its bytes must hash to.
        where: What it is called in an error.
        mend: What to do about another file.

    Returns:
        Its path.

    Raises:
        ResourceError: When it is another one than was measured.
    """
    actual = sha256_of(path)
    if actual != sha256:
        raise ResourceError(f"file is not the one that was measured: sha256 {actual[:12]}…, expected {sha256[:12]}…", where=where, mend=mend)
    return path
