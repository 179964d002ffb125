"""A folder of files with a ``manifest.jsonl`` that names each and says what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nutgraf.errors import InputError, UsageError
from nutgraf.ingest.sources import MANIFEST, read_manifest
from nutgraf.validate.items import NOTHING, Item


@dataclass(frozen=True)
class FileItem(Item):
    """An item that stands in a file of its own: where that is."""

    path: Path = Path()

    def content(self, what: str) -> bytes:
        """Its bytes.

        Args:
            what: What it is, such as page.

        Raises:
            InputError: When it cannot be read.
        """
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise InputError(
                f"the {what} cannot be read: {error.strerror}", where=f"item {self.id}", mend="correct 'file'", not_done=NOTHING
            ) from error


def named_files(path: Path, what: str) -> Iterator[tuple[str, Mapping[str, Any], Path, str]]:
    """The files that a folder's manifest names, or that a manifest names which stands beside them.

    Args:
        path: The folder or the manifest.
        what: What the files are, such as page.

    Yields:
        Each one's name in the manifest, what is said of it, where it is, and the manifest's own name.

    Raises:
        UsageError: When there is no such folder, or no manifest in it.
        InputError: For a line of the manifest that names no file, or one outside the folder.
    """
    folder, manifest = (path, path / MANIFEST) if path.is_dir() else (path.parent, path)
    if not manifest.is_file():
        mend = f"name a folder of {what}s with a {MANIFEST}, one JSON object a line with the 'file' of each {what}"
        raise UsageError("no such folder, or no manifest in it", where=str(path), mend=mend, not_done=NOTHING)
    try:
        named = read_manifest(manifest)
    except InputError as error:
        raise InputError(error.what, where=error.where, mend=error.mend, not_done=NOTHING) from error
    if not named:
        raise InputError(f"it names no {what}", where=manifest.name, mend="it needs one JSON object a line", not_done=NOTHING)
    for key, given in named.items():
        if not (folder / key).resolve().is_relative_to(folder.resolve()):
            raise InputError(f"'{key}' lies outside the folder", where=manifest.name, mend="name files inside it", not_done=NOTHING)
        yield key, given, folder / key, manifest.name
