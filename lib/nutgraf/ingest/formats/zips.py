"""ZIP archives: each member that ingest can read, in the archive's order; the others are passed over or told of."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from nutgraf.errors import InputError
from nutgraf.ingest.formats.members import MOST_MEMBERS, Allowance, Read, member_key, read_member
from nutgraf.ingest.formats.packed import pour
from nutgraf.ingest.records import RawItem, Record

#: What a saved page brings along, and what computers leave behind: no article, and not worth a word.
_PASSED_OVER = {
    ".css", ".js", ".mjs", ".map", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico", ".bmp", ".tif", ".tiff", ".woff", ".woff2",
    ".ttf", ".otf", ".eot", ".mp3", ".mp4", ".m4a", ".webm", ".mov", ".ogg", ".wav", ".ds_store", ".db", ".ini",
}  # fmt: skip
_DAMAGE = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, lzma.LZMAError, EOFError, OSError, struct.error, ValueError, KeyError,
    IndexError, OverflowError, MemoryError,
)  # fmt: skip
_BYTES_PER_ENTRY = 2_000  # of the archive's list of members, on average, at the very most
_END = b"PK\x05\x06"
#: How an archive with files in it begins.
ZIP_MAGIC = b"PK\x03\x04"


def read_zip(item: RawItem, path: Path, allowance: Allowance, read: Read, ending_of: Callable[[str], str | None]) -> Iterator[Record]:
    """Records of the members of an archive.

    Args:
        item: The archive.
        path: Where its bytes are.
        allowance: What may come out of it.
        read: How a file is read.
        ending_of: Ending of a name if ingest reads such files, else None.

    Yields:
        Records of its members; a member that cannot be read is one with its problem.

    Raises:
        InputError: When it is no ZIP archive, a damaged one, has too many members or none that ingest reads.
    """
    _check_list(path)
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise InputError("no ZIP archive, or a damaged one", mend="get it again") from error
    allowance.enter()
    with archive:
        seen: Counter[str] = Counter()
        others: Counter[str] = Counter()
        n_read = 0
        for info in archive.infolist():
            if info.is_dir():
                continue
            allowance.count_member()
            name = info.filename
            ending = ending_of(name)
            if ending is None or _is_left_behind(name):
                others[PurePosixPath(name.lower()).suffix or PurePosixPath(name.lower()).name[:20] or "no ending"] += not _is_left_behind(name)
                continue
            n_read += 1
            seen[name] += 1
            key = member_key(item.key, name if seen[name] == 1 else f"{name} ({seen[name]})")
            member = replace(item, key=key, url=None, content_type=None, kept_ending=ending, fetched_at=None)
            try:
                yield from _read_one(archive, info, member, allowance, read)
            except InputError as error:
                reason = f"{error.what} ({error.mend})" if error.mend else error.what
                yield Record(key, problem=reason, has_own_url=False, extractor="zip")
            except _DAMAGE as error:
                yield Record(key, problem=f"the archive's member is damaged ({type(error).__name__})", has_own_url=False, extractor="zip")
        told = {ending: n for ending, n in others.items() if n and ending not in _PASSED_OVER}
        listed = ", ".join(f"{ending[:20]} {n}" for ending, n in sorted(told.items())[:12])
        if not n_read:
            raise InputError(f"it holds no file that ingest reads{f' ({listed})' if listed else ''}")
        if told:
            yield Record(
                member_key(item.key, ""), problem=f"files of no kind that ingest reads were left in the archive ({listed})", has_own_url=False,
                extractor="zip",
            )  # fmt: skip
    allowance.leave()


def unzip_alone(content: bytes, most: int) -> tuple[bytes, str]:
    """Take the one file out of an archive that holds no other, as lists and sitemaps are packed.

    Args:
        content: The archive's bytes.
        most: Bytes that may come out.

    Returns:
        The file's bytes, and its name.

    Raises:
        InputError: When it is no ZIP archive or a damaged one, holds several files or none, an encrypted one, or more than `most`.
    """
    target = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [info for info in archive.infolist() if not info.is_dir() and not _is_left_behind(info.filename)]
            if len(files) != 1:
                raise InputError(f"a ZIP archive of {len(files)} files", mend="pack one file alone, or take them out")
            if files[0].flag_bits & 0x1:
                raise InputError("it is encrypted", mend="take it out of the archive with its password")
            with archive.open(files[0]) as stream:
                pour(stream, target, most=most, packed_size=files[0].compress_size)
    except _DAMAGE as error:
        raise InputError("no ZIP archive, or a damaged one", mend="get it again") from error
    return target.getvalue(), files[0].filename


def _read_one(archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: RawItem, allowance: Allowance, read: Read) -> Iterator[Record]:
    if info.flag_bits & 0x1:
        raise InputError("it is encrypted", mend="take it out of the archive with its password")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise InputError("a link to another file, which is not followed")
    depth = allowance.depth
    try:
        with archive.open(info) as stream:
            yield from read_member(member, stream, info.compress_size, allowance, read)
    finally:
        allowance.depth = depth  # a member that was an archive and broke off did not leave it


def _is_left_behind(name: str) -> bool:
    """Whether a name is one that a computer makes for itself."""
    return any(part == "__MACOSX" or part.startswith(".") and part not in (".", "..") for part in PurePosixPath(name.replace("\\", "/")).parts)


def _check_list(path: Path) -> None:
    """Refuse an archive whose list of members alone would fill the memory; zipfile reads it whole, and only then can they be counted."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(_END)
    listed = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if listed == 0xFFFFFFFF:  # larger than 4 GB, or said elsewhere (ZIP64)
        at = tail.rfind(b"PK\x06\x06")
        listed = int.from_bytes(tail[at + 40 : at + 48], "little") if at >= 0 else listed
    if listed > MOST_MEMBERS * _BYTES_PER_ENTRY:
        raise InputError(f"refused: more than {MOST_MEMBERS:,} files in it", mend="part it into several")
