"""What no published file may carry: keys, passwords, and paths of the machine it was made on. Also where nobody looks: in a picture's
text, in the metadata of a Parquet file."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

#: An address such as https://paper.example/home/news is no path: there a letter stands before the first slash.
MACHINE = re.compile(
    r"(?<![\w.%/-])/(?:home|root|Users|tmp|mnt|srv|private/var|var/folders)/[\w.\\/-]*|file://[\w.\\/-]*|\b[A-Z]:\\{1,2}Users\\[\w.\\/-]*"
)
_SECRET = re.compile(
    r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|xox[abeprs]-[A-Za-z0-9-]{10,}"
    r"|AIza[\w-]{35}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\."
)
_LOGIN = re.compile(r"://[^\s/:@\"'<>]+:[^\s/@\"'<>]+@")
#: Plain pieces of which every match above holds one: looking for these first makes a large site quick.
_MACHINE_HOLDS = (*(f"/{name}/" for name in ("home", "root", "Users", "tmp", "mnt", "srv", "private/var", "var/folders")), "file://", ":\\")
_SECRET_HOLDS = ("AKIA", " PRIVATE KEY", "-BEGIN PRIVATE", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "xox", "AIza", ".eyJ")
_QUOTED = re.compile(r"<blockquote\b.*?</blockquote>", re.DOTALL)
_MEND = "take it out of the notebook or the source's name, and run again"
_PNG = b"\x89PNG\r\n\x1a\n"
_TEXT = {".html", ".csv", ".xml", ".json", ".svg", ".txt", ".css", ".md"}


def leaks(path: Path, data: bytes, own: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """What leaks from a file, each with how to mend it.

    Args:
        path: The file; its ending says how it is read.
        data: Its bytes.
        own: Paths that must not appear anywhere, such as the desk's own.
    """
    for place, text in _texts(path, data):
        said = f" in its {place}" if place else ""
        if _holds(text, _MACHINE_HOLDS) and (match := MACHINE.search(text)) is not None:
            yield f"a path of the machine it was made on{said}: {match[0][:60]}", _MEND
        elif any(name and name in text for name in own):
            yield f"the path of this desk{said}", _MEND
        if (_holds(text, _SECRET_HOLDS) and _SECRET.search(text)) or _LOGIN.search(text):
            yield f"what looks like a key or password{said}", "withdraw the version, change the key, take it out of the notebook, run again"


def looks_like_secret(text: str) -> bool:
    """Whether a text holds what looks like a key, or an address with a password."""
    return _SECRET.search(text) is not None or _LOGIN.search(text) is not None


def _holds(text: str, pieces: Sequence[str]) -> bool:
    return any(piece in text for piece in pieces)


def _texts(path: Path, data: bytes) -> Iterable[tuple[str, str]]:
    if path.suffix in _TEXT:
        text = data.decode("utf-8", "replace")
        # What an article says is a quotation, and may be about computers.
        return [("", _QUOTED.sub("", text) if path.suffix == ".html" else text)]
    if data.startswith(_PNG):
        return [("text", text) for text in _png_texts(data)]
    if data.startswith(b"PAR1"):
        return [("metadata", data.decode("latin-1")), *_parquet_texts(data)]
    return [("", data.decode("latin-1"))]


def _png_texts(data: bytes) -> Iterator[str]:
    """Text chunks of a PNG, unpacked; a chunk that cannot be unpacked is looked at as it is."""
    position = len(_PNG)
    while position + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        content = data[position + 8 : position + 8 + length]
        position += 12 + length
        if kind == b"tEXt":
            yield content.decode("latin-1")
        elif kind == b"zTXt":
            yield _unpacked(content.partition(b"\0")[2][1:])
        elif kind == b"iTXt":
            keyword, _, rest = content.partition(b"\0")
            text = rest[2:].split(b"\0", 2)[-1]
            yield _unpacked(text) if rest[:1] == b"\x01" else text.decode("utf-8", "replace")
        elif kind == b"eXIf":
            yield content.decode("latin-1")


def _unpacked(data: bytes) -> str:
    try:
        return zlib.decompress(data).decode("utf-8", "replace")
    except zlib.error:
        return data.decode("latin-1")


def _parquet_texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Text columns of a Parquet file, which may be packed."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError):
        return  # a damaged file agrees with no manifest
    for name in table.column_names:
        column = table[name]
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            yield f"column {name}", "\n".join(value or "" for value in column.to_pylist())
